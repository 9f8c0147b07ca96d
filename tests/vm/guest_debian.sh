#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns Debian as a guest, with sysvinit on /dev/vda and with systemd on /dev/vdb: it starts, its services run, people
# come in, it stops; and how long a start takes.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

# add NAME DEVICE XID
add() {
	mkdir -p "/vservers/$1" "/etc/vservers/$1/uts"
	mount -t ext4 "$2" "/vservers/$1" || exit 1
	ln -s "/vservers/$1" "/etc/vservers/$1/vdir"
	echo "$3" >"/etc/vservers/$1/context"
	echo "$1.example" >"/etc/vservers/$1/uts/nodename"
}
vserver-setup >/dev/null
add sysv /dev/vda 300
add systemd /dev/vdb 400

now() { cut -d' ' -f1 /proc/uptime; }
since() { echo "$1 $(now)" | awk '{printf "%.2f s", $2 - $1}'; }

# --- a start without the guest's init ---

begin=$(now)
for _ in 1 2 3; do
	vserver sysv start --rescue /bin/sleep 1000 || break
	vkill --xid 300 -s 9
	eventually sh -c '! vserver-info 300 RUNNING'
	vserver --silent sysv stop
done
diag "three starts, kills and stops without the guest's init: $(since "$begin")"

# --- sysvinit ---

begin=$(now)
ok "sysv: start" vserver sysv start
diag "sysv: vserver start took $(since "$begin")"
is "sysv: init is process 1" "$(vserver sysv exec cat /proc/1/comm)" init
# shellcheck disable=SC2317 # for eventually
run_level() { vserver sysv exec runlevel 2>/dev/null | grep -q ' 2$'; }
booted=no
for _ in 1 2 3 4 5 6; do
	if eventually run_level; then booted=yes; break; fi
done
is "sysv: it reaches its run level" "$booted" yes
diag "sysv: booted after $(since "$begin")"
is "sysv: host name" "$(vserver sysv exec hostname)" sysv.example
is "sysv: ps shows the guest only" "$(vserver sysv exec ps -e -o pid= -o comm= | grep -c 'runner\|dash\|kthreadd')" 0
is "sysv: the dynamic loader works" "$(vserver sysv exec perl -e 'print 6*7')" 42
is "sysv: suexec" "$(vserver sysv suexec nobody id -un)" nobody
like "sysv: su" "$(vserver sysv exec su -s /bin/sh -c id nobody 2>&1)" '^uid=65534'
fails "sysv: mount" vserver sysv exec mount -t tmpfs x /mnt
begin=$(now)
ok "sysv: stop" vserver sysv stop
diag "sysv: stop took $(since "$begin")"
fails "sysv: has ended" vserver-info 300 RUNNING

# --- systemd ---

begin=$(now)
ok "systemd: start" vserver systemd start
diag "systemd: vserver start took $(since "$begin")"
state() { vserver systemd exec systemctl is-system-running 2>/dev/null; }
# shellcheck disable=SC2317 # for eventually
up() { state | grep -q 'running\|degraded'; }
booted=no
for _ in 1 2 3 4 5 6; do
	if eventually up; then booted=yes; break; fi
done
is "systemd: it comes up" "$booted" yes
[ "$booted" = yes ] || diag "$(tail -n 30 /var/log/vservers/systemd.log)"
diag "systemd: $(state) after $(since "$begin")"
diag "systemd: failed units: $(vserver systemd exec systemctl --failed --plain --no-legend 2>&1 | xargs)"
is "systemd: is process 1" "$(vserver systemd exec cat /proc/1/comm)" systemd
is "systemd: knows that it is in a container" "$(vserver systemd exec systemd-detect-virt)" container-other
is "systemd: its own control group" "$(vserver systemd exec cat /proc/1/cgroup)" 0::/init.scope
like "systemd: journal" "$(vserver systemd exec systemctl is-active systemd-journald 2>&1)" '^active$'
like "systemd: dbus" "$(vserver systemd exec systemctl is-active dbus 2>&1)" '^(active|inactive)$'
# shellcheck disable=SC2016 # for the guest
like "systemd: a service" "$(vserver systemd exec systemd-run --wait --pipe -q sh -c 'echo $((6 * 7))' 2>&1)" 42
begin=$(now)
ok "systemd: stop" vserver systemd stop
diag "systemd: stop took $(since "$begin")"
fails "systemd: has ended" vserver-info 400 RUNNING
diag "systemd: $(tail -n 3 /var/log/vservers/systemd.log)"
ktap_exit
