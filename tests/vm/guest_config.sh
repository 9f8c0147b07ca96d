#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns vserver-setup, vserver-check, vserver-convert, and a guest with an old configuration file.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh
# shellcheck source=tests/vm/guest_lib.sh
. /vm/tests/guest_lib.sh

# --- vserver-setup ---

like "what is missing" "$(vserver-setup --check; echo $?)" '^missing: directory /vservers$'
ok "set up" vserver-setup
is "again, nothing to do" "$(vserver-setup; vserver-setup --check; echo $?)" 0
is "the directory of guests is closed" "$(stat -c %a /vservers)" 0
like "the barrier" "$(showattr -d /vservers)" 'B'
fails "to users" su alice -s /bin/sh -c 'ls /vservers'
is "no message for what is there" "$(vserver-setup --vrootdir relative 2>&1 | head -n 1)" \
	"vserver-setup: 'relative' is not an absolute path"

# --- an old guest ---

new_guest candy
rm -r /etc/vservers/candy
cat >/etc/vservers/candy.conf <<'END'
S_HOSTNAME="candy.old"
S_CONTEXT=77
IPROOT="lo:10.1.2.3/255.255.255.0"
S_FLAGS="lock nproc fakeinit"
S_CAPS="CAP_NET_RAW"
ULIMIT="-HS -u 50"
ONBOOT=yes
END
# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\necho "$1 $2" >>/run/phases\n' >/etc/vservers/candy.sh
chmod 755 /etc/vservers/candy.sh
ok "check" vserver-check candy
old() {
	ok "$1: start" vserver candy start
	is "$1: host name" "$(vserver candy exec hostname)" candy.old
	is "$1: context" "$(cat /run/vservers/candy)" 77
	like "$1: label of the address" "$(ip addr show dev lo)" '10\.1\.2\.3/24 brd 10\.1\.2\.255 .* lo:candy$'
	like "$1: network context" "$(vserver candy exec cat /proc/self/ninfo)" '^NID:[^0-9]*77$'
	like "$1: its address" "$(cat /proc/virtnet/77/info)" '10\.1\.2\.3'
	fails "$1: another address of the host" vserver candy exec busybox nc -l -p 99 -s 10.1.2.4
	is "$1: written down" "$(cat /run/vservers.rev/77.nid)" 77
	like "$1: capabilities" "$(vattribute --get --xid 77)" 'net_raw'
	like "$1: limit" "$(vlimit --xid 77 -d -a)" '^nproc .* 50$'
	is "$1: phases" "$(xargs </run/phases)" "pre-start candy post-start candy"
	ok "$1: stop" vserver candy stop
	fails "$1: the network context ends, too" test -e /proc/virtnet/77
	fails "$1: nothing is left of it" test -e /run/vservers.rev/77.nid
	is "$1: phases at the stop" "$(tail -n 2 /run/phases | xargs)" "pre-stop candy post-stop candy"
	rm /run/phases
}
ip addr add 10.1.2.4/24 dev lo
old "old file"
like "set is refused" "$(vserver candy set nice=1 2>&1; echo $?)" "vserver-convert candy"
like "convert --dry-run" "$(vserver-convert --dry-run candy)" '^/etc/vservers/candy/context: 77$'
ok "convert" vserver-convert candy
is "what it has written" "$(cd /etc/vservers/candy && find . -type f -o -type l | sort | xargs)" \
	"./apps/init/mark ./apps/init/style ./bcapabilities ./cflags ./context ./interfaces/0/dev ./interfaces/0/ip \
./interfaces/0/mask ./interfaces/0/name ./rlimits/nproc ./scripts/post-start ./scripts/post-stop ./scripts/pre-start \
./scripts/pre-stop ./uts/nodename ./vdir"
old "converted"
like "again" "$(vserver-convert candy 2>&1; echo $?)" 'is a directory already'

# --- init styles ---

# styles LINK...: what a guest with such a /sbin/init is taken for.
styles() {
	for link; do
		ln -sfn "$link" /vservers/candy/sbin/init
		vserver list | awk '$1 == "candy" {printf "%s ", $4}'
	done
}
echo auto >/etc/vservers/candy/apps/init/style
for f in openrc-init systemd other; do : >/vservers/candy/sbin/$f; done
is "init styles" "$(styles openrc-init /lib/systemd/systemd /sbin/other ../bin/busybox /nothing)" \
	"openrc sysv plain busybox sysv "
mkdir -p /vservers/candy/lib/systemd
: >/vservers/candy/lib/systemd/systemd
is "systemd" "$(styles /lib/systemd/systemd)" "systemd "
ln -sfn ../bin/busybox /vservers/candy/sbin/init

# --- devices ---

new_guest maple
mknod /vservers/maple/dev/full c 1 7
mknod /vservers/maple/dev/loop0 b 7 0
mknod /vservers/maple/dev/port c 1 4
mknod /tmp/loop0 b 7 0
d=/etc/vservers/maple/apps/vdevmap
mkdir -p $d/0 $d/1
echo /tmp/loop0 >$d/0/device
touch $d/0/open
ln -s /tmp/loop0 /tmp/link
echo /tmp/link >$d/1/device
like "a link is no device" "$(vserver maple start 2>&1; echo $?)" 'apps/vdevmap/1: /tmp/link: not a device'
fails "a guest that failed is not there" vserver maple exec true
echo /dev/full >$d/1/device
echo 0 >$d/1/flags
ok "start" vserver maple start
ok "a device that it may open" vserver maple exec sh -c '</dev/loop0'
fails "one that it may not" vserver maple exec sh -c '</dev/full'
fails "one that nobody may" vserver maple exec sh -c '</dev/port'
ok "stop" vserver maple stop

# --- vserver-check ---

is "a good one" "$(vserver-check; echo $?)" 0
new_guest evil
echo 77 >/etc/vservers/evil/context
mkdir -p /etc/vservers/evil/interface /etc/vservers/evil/interfaces/a
echo 10.1.2.3 >/etc/vservers/evil/interfaces/a/ip
echo eth7 >/etc/vservers/evil/interfaces/a/dev
echo nonsense >/etc/vservers/evil/cflags
chmod o+w /vservers/evil
found=$(vserver-check 2>&1; echo $?)
like "status" "$found" '^2$'
like "a context of two" "$found" '^error: .*evil/context: context 77 is also that of .*candy/context$'
like "an address of two" "$found" '^error: .*evil/interfaces/a/ip: address 10.1.2.3 is also that of .*candy/'
like "a device" "$found" "^error: .*evil/interfaces/a/dev: no device 'eth7'$"
like "a name" "$found" '^warning: .*evil/interface: no such setting, ignored$'
like "a flag" "$found" "^error: .*evil/cflags:1: Unknown flag 'nonsense'$"
like "a root others can write" "$found" '^error: /vservers/evil: the root directory does not belong to root'
ktap_exit
