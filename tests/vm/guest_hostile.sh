#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns what vserver makes of a start or stop that is killed at any moment, and of guests that have prepared their files
# for the host's root: links and fifos where mounts go and where files are read.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh
# shellcheck source=tests/vm/guest_lib.sh
. /vm/tests/guest_lib.sh

new_guest web
S=/etc/vservers/web
vserver web set context=200 interfaces/0/ip=10.7.7.7/24 interfaces/0/dev=lo

# --- killed at every step ---

# Something that ends as soon as it is told.
mkdir -p $S/apps/init
printf '/bin/sleep\n3600\n' >$S/apps/init/cmd.start

traces() {
	ip addr show dev lo | grep -o '10\.7\.7\.7'
	ls -d /sys/fs/cgroup/vserver.slice/web 2>/dev/null
	grep -s . /run/vservers/web
	grep web /proc/mounts
	ls -d /proc/virtual/200 2>/dev/null
}

# traces_left: what is there although the guest has ended; the kernel may take a moment to drop the last of it.
traces_left() {
	i=0
	while [ -n "$(traces)" ] && [ $i -lt 100 ]; do
		i=$((i + 1))
		sleep 0.1
	done
	traces | xargs
}

# killed COMMAND STEP: ends vserver, hard, as soon as it has told its step of this number. False: it has no such step.
killed() {
	: >/run/steps
	vserver --debug web "$1" >/dev/null 2>>/run/steps &
	pid=$!
	told=0
	while [ $told -lt "$2" ] && kill -0 $pid 2>/dev/null; do
		told=0
		while read -r _; do told=$((told + 1)); done </run/steps
	done
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $told -ge "$2" ]
}

# Every step of a start and of a stop; fewer on a kernel that takes ten times as long for each.
stride=1
[ "$VM_KERNEL" != debug ] || stride=3
repaired=
dirty=0
n=1
while killed start $n; do
	[ -z "$(traces)" ] || dirty=$((dirty + 1))
	vserver web stop >/run/out 2>&1 || diag "stop after step $n: $(cat /run/out)"
	left=$(traces_left)
	[ -z "$left" ] || repaired="$repaired $n:$left"
	n=$((n + stride))
done
vserver --silent web stop
is "a start that was killed at a step, then a stop: nothing is left" "$repaired" ""
diag "killed before step $n, $dirty of them left something to repair"
ok "there was something to repair" [ "$dirty" -ge 3 ]
failed=
i=1
while [ $i -lt $n ]; do
	killed start $i
	vserver web start >/run/out 2>&1 || diag "start after step $i: $(cat /run/out)"
	[ "$(vserver web exec hostname 2>&1)" ] && vserver web running || failed="$failed $i"
	vkill --xid 200 -s 9 2>/dev/null
	eventually sh -c '! vserver-info 200 RUNNING' || failed="$failed $i:alive"
	i=$((i + stride * 2))
done
is "a start that was killed at a step, then a start: it runs" "$failed" ""
repaired=
i=1
vserver web start
while killed stop $i; do
	vserver web stop >/dev/null 2>&1
	left=$(traces_left)
	[ -z "$left" ] || repaired="$repaired $i:$left"
	vserver web start || repaired="$repaired $i:start"
	i=$((i + stride))
done
is "a stop that was killed at a step, then a stop: nothing is left" "$repaired" ""
diag "stop: killed before step $i"

# Two at once: one of them starts it.
vserver web start >/run/one 2>&1 &
vserver web start >/run/two 2>&1
wait
is "two starts at once" "$(cat /run/one /run/two)" "vserver: vserver 'web' already running"
ok "stop" vserver web stop

# --- links at mount points ---

G=/vservers/web
mkdir -p /srv/host /srv/mnt
echo host >/srv/host/file
before=$(cat /proc/mounts)
trap_dir() { rm -rf "${G:?}/$1"; ln -s "$2" "$G/$1"; }

trap_dir proc /srv/host
is "/proc is a link to a directory of the host" "$(vserver web start 2>&1; vserver web exec ls / 2>&1 | grep -c srv)" 0
is "nothing was mounted on the host" "$(cat /proc/mounts)" "$before"
vserver web stop 2>/dev/null
trap_dir proc ../../../../srv/host
vserver web start 2>/dev/null
is "dots do not lead out" "$(cat /proc/mounts)" "$before"
is "the host's directory is as it was" "$(ls /srv/host)" file
vserver web stop 2>/dev/null
trap_dir proc proc
echo 'none /proc proc' >$S/fstab
like "a link to itself" "$(vserver web start 2>&1; echo $?)" 'cannot mount none on /proc in the guest: openat2\(\): Too many'
rm "$G/proc"
mkfifo "$G/proc"
like "a fifo" "$(timeout 100 vserver web start 2>&1; echo $?)" \
	'fstab:1: cannot mount none on /proc in the guest: move_mount\(\): Invalid argument'
rm "$G/proc"
mkdir "$G/proc"
like "a magic link of proc" "$(printf '%s\n' 'none /proc proc' 'none /proc/1/root/srv/mnt tmpfs' >$S/fstab
	timeout 100 vserver web start 2>&1)" 'cannot mount none on /proc/1/root/srv/mnt in the guest: openat2'
printf '%s\n' 'none /proc proc' '/srv/host /mnt none bind,ro' >$S/fstab
ok "a directory of the host, read only" vserver web start
is "seen" "$(vserver web exec cat /mnt/file)" host
like "not written" "$(vserver web exec sh -c 'echo x >/mnt/file' 2>&1)" 'Read-only'
vserver web stop
rm -r "${G:?}/mnt"
ln -s /etc "$G/mnt"
is "bind on a link: it goes on the guest's own" "$(vserver web start 2>&1; head -n 1 /etc/passwd | cut -d: -f1)" root
is "the host's /etc is as it was" "$(ls /etc/file 2>/dev/null)" ""
vserver web stop
rm "$G/mnt" $S/fstab
mkdir "$G/mnt"

# --- files that are read ---

rm -r $S/apps
rm "$G/sbin/init"
ln -s /srv/host/file "$G/sbin/init"
like "init is a link to a file of the host" "$(vserver web start 2>&1)" 'there is nothing to start'
rm "$G/sbin/init"
mkfifo "$G/sbin/init"
like "init is a fifo" "$(timeout 100 vserver web start 2>&1)" 'cannot run /sbin/init in the guest'
rm "$G/sbin/init"
ln -s ../bin/busybox "$G/sbin/init"
ok "start" vserver web start
rm "$G/etc/passwd"
mkfifo "$G/etc/passwd"
like "passwd is a fifo" "$(timeout 100 vserver web suexec alice id 2>&1; echo $?)" "there is no user 'alice'"
rm "$G/etc/passwd"
ln -s /dev/null "$G/etc/passwd"
is "a number needs no passwd" "$(vserver web suexec 99 id -u)" 99
rm "$G/etc/passwd"
yes 'x:y:z:::::' | head -c 5000000 >"$G/etc/passwd"
like "passwd is huge" "$(timeout 100 vserver web suexec alice id 2>&1)" "there is no user 'alice'"
rm "$G/etc/passwd"

# --- a guest that does not want to be entered or stopped ---

vserver web exec sh -c 'mount -t tmpfs x /x; rm -f /bin/sh; mkdir /root2' 2>/dev/null
ln -sf busybox "$G/bin/sh"
vserver web exec sh -c 'while :; do (sh -c "trap \"\" 15 2 1; sleep 1000" &) ; sleep 0.01; done' >/dev/null 2>&1 &
bomb=$!
sleep 1
ok "stop during a storm of processes" vserver web stop
wait $bomb
is "nothing is left" "$(traces | xargs)" ""

# --- secrets of the one who enters ---

ok "start" vserver web start
# shellcheck disable=SC2016 # for the guest
vserver web exec sh -c 'while :; do for p in /proc/[0-9]*; do
	cat $p/environ 2>/dev/null | tr "\\0" "\\n" | sed -n "s/^SECRET=/leak /p"
	ls -l $p/fd 2>/dev/null | sed -n "s/.*secret-file/leak file/p"
	ls -d $p/root/vm 2>/dev/null; done; done' >/run/spy 2>/dev/null &
echo x >/run/secret-file
for _ in 1 2 3 4 5 6 7 8 9 10; do
	SECRET=1 vserver web exec true 7</run/secret-file
done
is "nothing of the host is seen of one who enters" "$(cat /run/spy)" ""
ok "stop" vserver web stop
wait
ktap_exit
