#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns unification of guests as an admin does it: by the name of the guest, with what stands in its configuration, while
# it runs; and that a guest can do with its files afterwards what it could before.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh
# shellcheck source=tests/vm/guest_lib.sh
. /vm/tests/guest_lib.sh

vserver-setup >/dev/null
chmod 700 /vservers
mount -t tmpfs -o mode=0 guests /vservers
setattr --barrier /vservers
for g in first second third; do
	new_guest $g
	echo "$g" >"/vservers/$g/etc/hostname"
	echo "an equal file with more than 16 bytes" >"/vservers/$g/usr-file"
	echo "an equal file that is configuration" >"/vservers/$g/usr-conf"
	cp /usr/bin/busybox "/vservers/$g/bin/su"
	chmod 4755 "/vservers/$g/bin/su"
	find "/vservers/$g" -type f -exec touch -d '2001-01-01 00:00:00' {} \;
done
conf=/etc/vservers
mkdir $conf/second/uts
echo second.example >$conf/second/uts/nodename
inode() { stat -c %i "/vservers/$1"; }
links() { stat -c %h "/vservers/$1"; }

# A package manager that has to be asked.
mkdir -p /vservers/second/var/lib/rpm
: >/vservers/second/var/lib/rpm/rpmdb.sqlite
printf '#!/bin/sh\necho /usr-conf\n' >/vservers/second/bin/rpm
chmod 755 /vservers/second/bin/rpm

# --- vserver NAME unify ---

like "no reference" "$(vserver second unify 2>&1)" "vunify: vserver 'second' has no reference: apps/vunify/refserver.00"
mkdir -p $conf/second/apps/vunify $conf/.defaults/apps/vunify
ln -s $conf/first $conf/second/apps/vunify/refserver.00
: >$conf/second/apps/vunify/pkgmgmt-force
like "a package manager that does not answer" "$(vserver second unify 2>&1; echo $?)" \
	"vunify: vserver 'second' cannot be asked for configuration"
ok "a guest starts" vserver second start
like "dry run" "$(vserver second unify -v --dry-run)" '^second: .* files, 2 linked, .* saved .dry run.$'
is "changes nothing" "$(links second/usr-file)" 1
before=$(vdu -s /vservers/second | cut -f 1)
like "vserver NAME unify, running" "$(vserver second unify)" '^second: .* files, 2 linked'
after=$(vdu -s /vservers/second | cut -f 1)
diag "vdu -s: $before KiB before, $after KiB after"
ok "it needs less space" [ "$after" -lt "$((before - 1000))" ]
is "programs are shared" "$(inode second/bin/busybox)" "$(inode first/bin/busybox)"
fails "set-user-id programs are not" [ "$(inode second/bin/su)" = "$(inode first/bin/su)" ]
fails "nor what is configuration of a package" [ "$(inode second/usr-conf)" = "$(inode first/usr-conf)" ]
fails "configuration is not" [ "$(inode second/etc/passwd)" = "$(inode first/etc/passwd)" ]
like "showattr" "$(showattr /vservers/second/bin/busybox)" '^-----UIC- '
is "the guest still runs" "$(vserver second exec hostname)" second.example
is "its programs, too" "$(vserver second exec cat /usr-file)" "an equal file with more than 16 bytes"
ok "it writes" vserver second exec sh -c 'echo mine >/usr-file'
is "to a file of its own" "$(cat /vservers/second/usr-file /vservers/first/usr-file)" "mine
an equal file with more than 16 bytes"
ok "it replaces a program" vserver second exec sh -c 'busybox cp /bin/busybox /bin/new && busybox mv /bin/new /bin/busybox'
fails "by one of its own" [ "$(inode second/bin/busybox)" = "$(inode first/bin/busybox)" ]
is "which works" "$(vserver second exec hostname)" second.example

# --- trust ---

mkdir -p $conf/first/apps/vunify
echo web >$conf/first/apps/vunify/trust
echo mail >$conf/second/apps/vunify/trust
ok "other groups" vserver second unify
fails "share no set-user-id programs" [ "$(inode second/bin/su)" = "$(inode first/bin/su)" ]
echo web >$conf/second/apps/vunify/trust
ok "one group" vserver second unify
is "shares them" "$(inode second/bin/su)" "$(inode first/bin/su)"
rm $conf/second/apps/vunify/pkgmgmt-force
ok "vserver NAME unify -R" vserver second unify -R
is "everything is its own again" "$(find /vservers/second -type f -links +1 | wc -l)" 0
is "with its mode" "$(stat -c %a /vservers/second/bin/su)" 4755

# --- vserver NAME hashify ---

like "no store" "$(vserver third hashify 2>&1)" "vhashify: no store: apps/vunify/hash"
mkdir -m 700 /vservers/.hash
mkdir $conf/.defaults/apps/vunify/hash
ln -s /vservers/.hash $conf/.defaults/apps/vunify/hash/00
like "vserver NAME hashify" "$(vserver third hashify)" '^third: .* files, 0 linked, 3 stored'
like "the next one" "$(vserver first hashify)" '^first: .* files, 3 linked, 1 stored'
is "has the same files" "$(inode third/usr-file)" "$(inode first/usr-file)"
fails "a guest cannot reach the store" vserver second exec ls /../.hash
like "JSON" "$(vserver first hashify --json)" '^\{"guest":"first","dry_run":false,.*"already":[34],.*"complete":true\}$'
rm -r /vservers/third
like "vhashify --gc" "$(vhashify --gc -v first)" '4 files, 0 linked'
ok "the store keeps what is shared" [ -e /vservers/first/usr-file ]

# --- a clone ---

ok "vclone" vclone first /vservers/clone
is "shares what is unified" "$(inode clone/usr-file)" "$(inode first/usr-file)"
fails "and nothing else" [ "$(inode clone/etc/passwd)" = "$(inode first/etc/passwd)" ]
ok "vcopy" vcopy copy first
is "has made a guest" "$(readlink $conf/copy/vdir)" /vservers/copy
is "with shared files" "$(inode copy/usr-file)" "$(inode first/usr-file)"
fails "without accounts" [ -e /vservers/copy/etc/passwd ]
ok "the running guest stops" vserver second stop
ktap_exit
