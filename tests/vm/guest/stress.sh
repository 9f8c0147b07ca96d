#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns what ./vm stress does in the machine: a guest with a root of its own in which the program runs as root, under
# the ceiling that tools set, and the comparison of the host before and after.
#
#	stress stress-ng|trinity SECONDS

PROGRAM=$1
SECONDS_TO_RUN=$2
GUEST=/srv/guest
XID=200

# What no guest may change: names, mounts, sysctls, interfaces, processes of the host, the clock.
state() {
	uname -a
	cat /proc/mounts
	ip addr
	# without kernel threads, which come and go
	ps -eo pid,ppid,user,stat,args | awk '$2 != 2 && $5 !~ /^\[/ && $0 !~ /stress|ps -eo|awk/ {print $1, $3, $5}'
	find /proc/sys -type f ! -name '*random*' ! -path '*/random/*' ! -name '*-nr' ! -name '*-state' ! -path '*/pty/nr' \
		! -name 'ns_last_pid' ! -name '*_delay_*' ! -path '*/neigh/*' 2>/dev/null | sort | while read -r f; do
		printf '%s: ' "$f"
		head -c 500 "$f" 2>/dev/null | tr '\n' ' '
		echo
	done
}

clock() { echo $(($(date +%s) - $(cut -d. -f1 /proc/uptime))); }

mkdir -p "$GUEST"
mount -t tmpfs -o size=300m,mode=755 guest "$GUEST"
mkdir -p "$GUEST/proc" "$GUEST/dev/shm" "$GUEST/tmp" "$GUEST/etc" "$GUEST/root" "$GUEST/var/tmp" "$GUEST/run"
chmod 1777 "$GUEST/tmp" "$GUEST/var/tmp" "$GUEST/dev/shm"
cp -a /usr /bin /sbin /lib /lib64 "$GUEST/"
cp -a /etc/passwd /etc/group "$GUEST/etc/"
for node in null zero full random urandom tty; do cp -a "/dev/$node" "$GUEST/dev/"; done
mount -t proc proc "$GUEST/proc"

state >/tmp/before
clock >/tmp/clock
case $PROGRAM in
stress-ng) set -- stress-ng --random 12 --timeout "$SECONDS_TO_RUN" --temp-path /tmp --skip-silent ;;
# Without sockets it opens at the start: it gives up when few families are there.
trinity) set -- trinity -q -l off -C 4 -N 100000000 --dangerous --disable-fds=sockets,perf,drm ;;
esac
echo "stress: $* as root of a guest, $SECONDS_TO_RUN seconds"
# shellcheck disable=SC2016 # for the shell in the guest
chcontext --silent --secure --ctx "$XID" --disconnect -- \
	chroot "$GUEST" /bin/sh -c 'cd /tmp; exec timeout -k 5 "$0" "$@"' "$((SECONDS_TO_RUN + 10))" "$@" >/tmp/output 2>&1
end=$(($(date +%s) + SECONDS_TO_RUN + 30))
while [ -d "/proc/virtual/$XID" ] && [ "$(date +%s)" -lt "$end" ]; do
	sleep 5
	[ ! -d "/proc/virtual/$XID" ] || printf 'stress: %s threads\n' "$(sed -n 's/^Tasks:	//p' "/proc/virtual/$XID/status")"
done
vkill --xid "$XID" -s KILL 2>/dev/null
left=100
while [ -d "/proc/virtual/$XID" ] && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
tail -n 15 /tmp/output

status=0
if [ -d "/proc/virtual/$XID" ]; then echo "stress: the context does not end"; status=1; fi
state >/tmp/after
if ! cmp -s /tmp/before /tmp/after; then
	echo "stress: the host is not what it was:"
	diff /tmp/before /tmp/after
	status=1
fi
drift=$(($(clock) - $(cat /tmp/clock)))
if [ "$drift" -gt 2 ] || [ "$drift" -lt -2 ]; then echo "stress: the clock was set by $drift s"; status=1; fi
if ! chcontext --silent --secure --ctx 201 -- true; then echo "stress: no new context can be made"; status=1; fi
[ "$status" != 0 ] || echo "stress: the host is as it was"
exit "$status"
