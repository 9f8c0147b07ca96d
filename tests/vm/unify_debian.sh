#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns Debian guests that share their files: what it saves on the disk and in memory, and that they work, with their
# package manager, afterwards. The guests are copies of the one on /dev/vda, on its own file system.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

vserver-setup >/dev/null
mount -t ext4 /dev/vda /vservers || exit 1
mkdir /vservers/first
for f in /vservers/*; do
	[ "$f" = /vservers/first ] || [ "$f" = /vservers/lost+found ] || mv "$f" /vservers/first/
done
chmod 0 /vservers
setattr --barrier /vservers

now() { cut -d' ' -f1 /proc/uptime; }
since() { echo "$1 $(now)" | awk '{printf "%.1f s", $2 - $1}'; }
used() { df -k /vservers | awk 'END {print $3}'; }
# What is read of all guests, in MiB of memory.
cached() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	before=$(awk '/^Cached:/ {print $2}' /proc/meminfo)
	cat /vservers/first/usr/bin/* /vservers/first/usr/lib/x86_64-linux-gnu/*.so.* /vservers/[23]/usr/bin/* \
		/vservers/[23]/usr/lib/x86_64-linux-gnu/*.so.* >/dev/null 2>&1
	awk -v b="$before" '/^Cached:/ {printf "%d", ($2 - b) / 1024}' /proc/meminfo
}

one=$(used)
for g in 2 3; do
	ok "guest $g" vclone /vservers/first "/vservers/$g"
	mkdir -p "/etc/vservers/$g/apps/vunify"
	ln -s "/vservers/$g" "/etc/vservers/$g/vdir"
	ln -s /etc/vservers/first "/etc/vservers/$g/apps/vunify/refserver.00"
done
mkdir -p /etc/vservers/first
ln -s /vservers/first /etc/vservers/first/vdir
many=$(used)
memory=$(cached)
begin=$(now)
like "vunify" "$(vserver 2 unify)" '^2: [0-9]+ files, [0-9]{4,} linked'
diag "vunify: $(since "$begin")"
vunify /vservers/first /vservers/3 -- ALL >output
like "with packages" "$(head -n 2 output | tail -n 1)" '^Unify pkg adduser-[0-9.]* from /vservers/first to /vservers/3$'
after=$(used)
shared=$(cached)
diag "three guests: $many KiB on the disk before, $after after; one has $one"
diag "programs and libraries of all: $memory MiB in memory before, $shared after"
diag "vdu -s: $(vdu -s /vservers/first /vservers/2 /vservers/3 | xargs)"
ok "one guest more costs less than a fifth of one" [ "$(((after - one) / 2))" -lt "$((one / 5))" ]
ok "libraries are in memory once" [ "$shared" -lt "$((memory / 2))" ]
begin=$(now)
like "vunify again" "$(vserver 2 unify)" ' 0 linked'
diag "vunify, nothing to do: $(since "$begin")"

# --- they are guests as before ---

ok "start" vserver 2 start --rescue /bin/sleep 1000
is "dpkg is content with its files" "$(vserver 2 exec dpkg --verify 2>&1 | grep -cv '/usr/share/\(doc\|man\|locale\)/')" 0
like "a package can be removed" "$(vserver 2 exec sh -c 'dpkg --force-all --purge mount 2>&1; ls /bin/mount' 2>&1)" \
	'cannot access'
ok "the other guests keep it" [ -x /vservers/first/bin/mount ]
is "a program is shared" "$(stat -c %h /vservers/first/usr/bin/sort)" 3
ok "a program can be written to" vserver 2 exec sh -c 'echo >>/usr/bin/sort'
fails "by one guest only" cmp /vservers/2/usr/bin/sort /vservers/first/usr/bin/sort
ok "the others have what they had" cmp /vservers/3/usr/bin/sort /vservers/first/usr/bin/sort
vkill --xid "$(cat /run/vservers/2)" -s 9
ok "stop" vserver --silent 2 stop

# --- and back ---

ok "vunify -R" vserver 2 unify -R
is "no file is shared any more" "$(find /vservers/2 -xdev -type f -links +2 | wc -l)" 0
umount /vservers
ok "the file system is clean" e2fsck -fn /dev/vda
ktap_exit
