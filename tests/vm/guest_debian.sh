#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns Debian as a guest, with sysvinit on /dev/vda and with systemd on /dev/vdb: it is built on a tree that is there,
# starts, its services run, people come in by ssh and by enter, it reboots and halts itself, it stops.
# shellcheck disable=SC2317 # functions that ktap's call
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

# add NAME DEVICE XID ADDRESS [OPTION...]: a guest of the tree on a device.
add() {
	name=$1
	mkdir -p "/vservers/$1"
	mount -t ext4 "$2" "/vservers/$1" || exit 1
	xid=$3 address=$4
	shift 4
	ok "$name: build" vserver "$name" build -m skeleton --i-know-its-there --silent --context "$xid" \
		--hostname "$name.example" --interface "lo:$address/24" "$@"
}

now() { cut -d' ' -f1 /proc/uptime; }
since() { echo "$1 $(now)" | awk '{printf "%.2f s", $2 - $1}'; }

# soon COMMAND...: true as soon as it succeeds, false after four minutes or more. To ask a guest costs it time.
soon() {
	left=240
	while ! "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 1
	done
}

run_level() { vserver sysv exec sh -c 'runlevel | grep -q " 2$" && ! pgrep -x rc' 2>/dev/null; }
state() { vserver systemd exec systemctl is-system-running 2>/dev/null; }
up() { state | grep -q 'running\|degraded'; }
inside() { vserver "$@" 2>&1; }
# ended XID: nothing of the guest is left.
ended() { ! test -e "/proc/virtual/$1"; }
ssh_to() { inside "$1" exec ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR "root@$2" "$3"; }
# fetch GUEST ADDRESS: what the web server there says to that guest.
fetch() {
	# shellcheck disable=SC2016 # perl's
	inside "$1" exec perl -MIO::Socket -e '$s = IO::Socket::INET->new(PeerAddr => shift, PeerPort => 80) or die "$@";
		print $s "GET /note.txt HTTP/1.0\r\n\r\n"; print grep { /^note/ } <$s>' "$2"
}

vserver-setup >/dev/null

# --- systemd ---

# nginx, as Debian configures it, wants an IPv6 address.
add systemd /dev/vdb 400 10.99.0.4 --interface 'lo:[fd00::4]/64'
begin=$(now)
ok "systemd: start" vserver systemd start
diag "systemd: vserver start took $(since "$begin")"
ok "systemd: it comes up" soon up
diag "systemd: after $(since "$begin")"
is "systemd: as it should" "$(state)" running
is "systemd: failed units" "$(inside systemd exec systemctl --failed --plain --no-legend | xargs)" ""
[ "$(state)" = running ] || diag "$(inside systemd exec journalctl -b --no-pager -q -p warning)"
is "systemd: is process 1" "$(inside systemd exec cat /proc/1/comm)" systemd
is "systemd: knows that it is in a container" "$(inside systemd exec systemd-detect-virt)" container-other
is "systemd: its own control group" "$(inside systemd exec cat /proc/1/cgroup)" 0::/init.scope
for unit in systemd-journald ssh cron nginx; do
	is "systemd: $unit" "$(inside systemd exec systemctl is-active $unit)" active
done
like "systemd: dbus" "$(inside systemd exec systemctl is-active dbus)" '^(active|inactive)$'
# shellcheck disable=SC2016 # for the guest
like "systemd: a service" "$(inside systemd exec systemd-run --wait --pipe -q sh -c 'echo $((6 * 7))')" 42
ok "systemd: a key" vserver systemd exec ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
inside systemd exec cat /root/.ssh/id_ed25519.pub >/run/key

# --- sysvinit ---

add sysv /dev/vda 300 10.99.0.3 --ssh-key /run/key
begin=$(now)
ok "sysv: start" vserver sysv start
diag "sysv: vserver start took $(since "$begin")"
is "sysv: init is process 1" "$(inside sysv exec cat /proc/1/comm)" init
ok "sysv: it reaches its run level" soon run_level
diag "sysv: booted after $(since "$begin")"
is "sysv: host name" "$(inside sysv exec hostname)" sysv.example
is "sysv: ps shows the guest only" "$(inside sysv exec ps -e -o pid= -o comm= | grep -c 'runner\|dash\|kthreadd')" 0
is "sysv: its services" "$(inside sysv exec ps -e -o comm= | grep -xE 'cron|sshd|syslogd|lighttpd' | sort -u | xargs)" \
	"cron lighttpd sshd syslogd"
is "sysv: the dynamic loader works" "$(inside sysv exec perl -e 'print 6*7')" 42
is "sysv: suexec" "$(inside sysv suexec nobody id -un)" nobody
like "sysv: su" "$(inside sysv exec su -s /bin/sh -c id nobody)" '^uid=65534'
fails "sysv: mount" vserver sysv exec mount -t tmpfs x /mnt
ok "sysv: restart of a service" vserver sysv service cron restart

# --- visitors ---

is "ssh from one to the other" "$(ssh_to systemd 10.99.0.3 hostname)" sysv.example
# shellcheck disable=SC2009 # there is no pgrep here
is "whose server the host does not see" "$(ps -e -o comm= | grep -cx sshd)" 0
echo "note of systemd" >/vservers/systemd/var/www/html/note.txt
echo "note of sysv" >/vservers/sysv/var/www/html/note.txt
is "the web server of one" "$(fetch systemd 10.99.0.3)" "note of sysv"
is "the same port, another address: the other" "$(fetch sysv 10.99.0.4)" "note of systemd"
echo '* * * * * root echo ran >/var/cron-ran' >/vservers/sysv/etc/cron.d/test
like "enter, at a terminal" "$(printf '%s\n' tty 'id -un' exit | TERM=dumb /vm/talk '# ' vserver sysv enter)" '^/dev/pts/[0-9]'
like "the shell is left" "$(printf '%s\n' exit | TERM=dumb /vm/talk '# ' vserver systemd enter)" '^logout'
is "its status" "$(printf '%s\n' 'exit 7' | TERM=dumb /vm/talk '# ' vserver sysv enter >/dev/null; echo $?)" 7

# --- they end by themselves ---

# reboots GUEST TEST COMMAND...: a note in its memory is gone then, and TEST says that it is up again.
reboots() {
	guest=$1 test=$2
	shift 2
	vserver "$guest" exec touch /tmp/note
	vserver "$guest" exec "$@" >/dev/null 2>&1
	soon vserver "$guest" exec sh -c '! test -e /tmp/note' && soon "$test"
}
begin=$(now)
ok "sysv: reboot" reboots sysv run_level reboot
diag "sysv: rebooted after $(since "$begin")"
is "sysv: the same context" "$(cat /run/vservers/sysv)" 300
begin=$(now)
ok "systemd: reboot" reboots systemd up systemctl reboot
diag "systemd: rebooted after $(since "$begin")"
is "systemd: as it should" "$(state)" running
vserver sysv exec halt >/dev/null 2>&1
ok "sysv: halt" soon ended 300
ok "sysv: is stopped then" soon sh -c 'test ! -e /run/vservers/sysv'
like "sysv: no address is left" "$(ip addr show dev lo)" '10\.99\.0\.4'
fails "sysv: no address is left" sh -c 'ip addr show dev lo | grep -q 10.99.0.3'
ok "sysv: start again" vserver sysv start
ok "sysv: it reaches its run level" soon run_level

ok "sysv: cron has run a job" soon test -e /vservers/sysv/var/cron-ran
diag "sysv: $(sed 's/[^[:print:]]//g' /var/log/vservers/sysv.log | head -n 60)"
like "sysv: the console is in its log" "$(cat /var/log/vservers/sysv.log)" 'system log daemon'
like "systemd: likewise" "$(cat /var/log/vservers/systemd.log)" 'Started .*OpenBSD Secure Shell'

# --- the host ends them ---

begin=$(now)
ok "sysv: stop" vserver sysv stop
diag "sysv: stop took $(since "$begin")"
fails "sysv: has ended" vserver-info 300 RUNNING
begin=$(now)
ok "systemd: stop" vserver systemd stop
diag "systemd: stop took $(since "$begin")"
fails "systemd: has ended" vserver-info 400 RUNNING
is "both stay so, although the init of one has rebooted" "$(sleep 3; vserver list -q --running)" ""
ktap_exit
