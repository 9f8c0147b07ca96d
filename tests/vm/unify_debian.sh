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
	cat /vservers/first/usr/bin/* /vservers/first/usr/lib/x86_64-linux-gnu/*.so.* /vservers/[234]/usr/bin/* \
		/vservers/[234]/usr/lib/x86_64-linux-gnu/*.so.* >/dev/null 2>&1
	awk -v b="$before" '/^Cached:/ {printf "%d", ($2 - b) / 1024}' /proc/meminfo
}

one=$(used)
for g in 2 3 4; do
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
for g in 2 3; do
	like "vunify, guest $g" "$(vserver $g unify)" "^$g: [0-9]* files, [0-9]{4,} linked"
done
diag "vunify: two guests in $(since "$begin")"
like "packages, guest 4" "$(vunify /vservers/first /vservers/4 -- ALL | head -n 2 | tail -n 1)" \
	'^Unify pkg adduser-[0-9.]* from /vservers/first to /vservers/4$'
after=$(used)
shared=$(cached)
diag "four guests: $many KiB on the disk before, $after after; one has $one"
diag "programs and libraries of all: $memory MiB in memory before, $shared after"
diag "vdu -s: $(vdu -s /vservers/first /vservers/2 /vservers/4 | xargs)"
ok "one guest more costs less than a fifth of one" [ "$(((after - one) / 3))" -lt "$((one / 5))" ]
ok "libraries are in memory once" [ "$shared" -lt "$((memory / 2))" ]
begin=$(now)
like "vunify again" "$(vserver 2 unify)" ' 0 linked'
diag "vunify, nothing to do: $(since "$begin")"

# --- they are guests as before ---

ok "start" vserver 3 start --rescue /bin/sleep 1000
is "dpkg is content with its files" "$(vserver 3 exec dpkg --verify 2>&1 | grep -cv '/usr/share/\(doc\|man\|locale\)/')" 0
like "a package can be replaced" "$(vserver 3 exec sh -c 'dpkg --force-all --purge mount 2>&1; ls /bin/mount' 2>&1)" \
	'cannot access'
ok "the other guest keeps it" [ -x /vservers/2/bin/mount ]
ok "a program can be written to" vserver 3 exec sh -c 'echo >>/usr/bin/perl'
is "by one guest only" "$(vserver 3 exec tail -c 1 /usr/bin/perl | od -c | head -n 1 | xargs):$(
	cmp /vservers/2/usr/bin/perl /vservers/first/usr/bin/perl && echo same)" '0000000 \n:same'
vkill --xid "$(cat /run/vservers/3)" -s 9
ok "stop" vserver --silent 3 stop

# --- and back ---

ok "vunify -R" vserver 2 unify -R
is "no file is shared any more" "$(find /vservers/2 -xdev -type f -links +3 | wc -l)" 0
umount /vservers
ok "the file system is clean" e2fsck -fn /dev/vda
ktap_exit
