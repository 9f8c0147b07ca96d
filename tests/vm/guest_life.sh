#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns the life of a small guest (busybox as its init) in the hands of vserver: start, enter, exec, suexec, stop,
# settings, and that a start or stop which was killed is repaired by the next.
# shellcheck disable=SC2317 # functions for soon
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh
# shellcheck source=tests/vm/guest_lib.sh
. /vm/tests/guest_lib.sh

new_guest candy
S=/etc/vservers/candy
mkdir -p /vservers/candy/var/www /vservers/candy/etc/crontabs
printf '%s\n' '::respawn:/bin/httpd -f -h /var/www' '::respawn:/bin/crond -f -c /etc/crontabs' >>/vservers/candy/etc/inittab

# --- before the first start ---

is "status of a stopped guest" "$(vserver candy status; echo $?)" "Vserver 'candy' is stopped
3"
fails "running" vserver candy running
is "exec in a stopped guest" "$(vserver candy exec true 2>&1; echo $?)" "Vserver 'candy' is not running
1"
like "no such guest" "$(vserver nobody start 2>&1; echo $?)" '^5$'
is "stop of a stopped guest" "$(vserver candy stop 2>&1; echo $?)" "vserver: vserver 'candy' is not running
0"
like "--dry-run" "$(vserver --dry-run candy start)" '^end the setup, run /sbin/init$'
fails "has not started it" vserver candy running

# --- settings ---

ok "set" vserver candy set context=100 uts/nodename=candy.example rlimits/nproc=60 ulimits/nofile=100 nice=3 \
	interfaces/0/ip=10.9.8.7/24 interfaces/0/dev=lo cgroup/pids.max=70
is "show" "$(vserver candy show | grep -v ^vdir | xargs)" "cgroup/pids.max=70 context=100 interfaces/0/dev=lo \
interfaces/0/ip=10.9.8.7/24 nice=3 rlimits/nproc=60 ulimits/nofile=100 uts/nodename=candy.example"
is "set, a wrong value" "$(vserver candy set nice=77 2>&1; echo $?)" \
	"vserver: candy: nice: '77' is not a number from -20 to 19
1"
is "set, a wrong name" "$(vserver candy set contxt=1 2>&1; echo $?)" \
	"vserver: candy: contxt: there is no setting 'contxt'
1"

# --- running ---

echo 'none /mnt tmpfs size=1m' >$S/fstab.remote
is "start" "$(vserver -v candy start 2>&1)" "Starting the virtual server candy
Host name is now candy.example
New security context is 100"
like "status" "$(vserver candy status)" "^Vserver 'candy' is running at context '100'$"
like "status, processes" "$(vserver candy status)" '^Number of processes: [1-9]'
ok "running" vserver candy running
is "the state file" "$(cat /run/vservers/candy)" 100
is "the link back" "$(readlink /run/vservers.rev/100)" $S
is "start again" "$(vserver candy start 2>&1; echo $?)" "vserver: vserver 'candy' already running
0"
ok "its init has run" eventually test -e /vservers/candy/var/booted
inside() { vserver candy exec "$@" 2>&1; }
is "exec: host name" "$(inside hostname)" candy.example
is "exec: number of init" "$(inside cat /var/booted)" 1
is "exec: status" "$(inside sh -c 'exit 7'; echo $?)" 7
is "exec: no such program" "$(inside nothing; echo $?)" "vserver: nothing: command not found in the guest
127"
is "exec: only the environment of a guest" "$(X=secret inside env | cut -d= -f1 | sort | xargs)" \
	"HOME LOGNAME PATH SHELL TERM USER"
is "exec: nice" "$(inside cut -d" " -f19 /proc/self/stat)" 3
is "exec: ulimit" "$(inside sh -c 'ulimit -n')" 100
like "exec: root" "$(inside ls /)" '^bin'
is "exec: nothing of the host" "$(inside ls -d /vm /newroot | grep -vc 'No such file')" 0
is "exec: no descriptor of the host" "$(inside ls /proc/self/fd | wc -l)" 4
is "exec: with open descriptors" "$(inside ls /proc/self/fd 5</etc/passwd 6</ | wc -l)" 4
is "exec: its mounts" "$(inside cut -d' ' -f2,3 /proc/mounts | xargs)" "/ rootfs /proc proc /dev/pts devpts /tmp tmpfs \
/mnt tmpfs /dev/console devpts"
fails "exec: mounting" inside mount -t tmpfs x /mnt
fails "exec: making devices" inside mknod /tmp/dev c 1 1
is "exec: its control group is the top" "$(inside cat /proc/self/cgroup)" "0::/"
is "its control group" "$(cat /sys/fs/cgroup/vserver.slice/candy/pids.max)" 70
like "its limit" "$(vlimit --xid 100 -d -a)" '^nproc .* 60$'
is "suexec by name" "$(vserver candy suexec alice id)" "uid=1000(alice) gid=1000(alice) groups=50(staff),1000(alice)"
is "suexec by number" "$(vserver candy suexec 77 id -u)" 77
is "suexec, nobody" "$(vserver candy suexec eve id 2>&1; echo $?)" \
	"vserver: there is no user 'eve' in the guest
1"
is "suexec: home" "$(vserver candy suexec alice pwd)" /tmp
is "enter without a terminal" "$(echo 'hostname; exit 5' | vserver candy enter; echo $?)" "candy.example
5"

# --- stopped where it is, and started at boot ---

# shellcheck disable=SC2016 # for the guest
vserver candy exec sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tmp/count; done' >/dev/null 2>&1 &
counter=$!
ok "pause" vserver candy pause
like "it says so" "$(vserver candy status)" '^It is paused$'
like "and in the list" "$(vserver list)" '^candy +100 paused '
like "exec in one that is paused" "$(inside true; echo $?)" "^vserver: candy: is paused; 'vserver candy resume' lets it go on$"
ok "its processes are frozen" eventually grep -q 'frozen 1' /sys/fs/cgroup/vserver.slice/candy/cgroup.events
ok "resume" vserver candy resume
like "it goes on" "$(vserver candy status)" '^Number of processes: [2-9]'
vserver candy exec kill -9 -1
wait $counter
ok "enable" vserver candy enable
is "a mark" "$(cat $S/apps/init/mark)" default
ok "disable" vserver candy disable
fails "no mark" test -e $S/apps/init/mark

# --- at a terminal ---

# typed LINE...: what is seen of an enter, where one types the lines.
typed() { printf '%s\n' "$@" | TERM=dumb /vm/talk '# ' vserver candy enter; }
seen=$(typed tty 'exit 7'; echo "status $?")
like "enter: what is told" "$(echo "$seen" | head -n 2 | xargs)" \
	'^ipv4root is now 10.9.8.7 New security context is 100$'
like "enter: a terminal of the guest" "$seen" '^/dev/pts/1$'
like "enter: its status" "$seen" '^status 7$'
seen=$(typed 'sh -c "printf \"%s\" \"go# \"; exec sleep 1000"' '^C' 'echo "code $?"' exit)
like "enter: a key that interrupts" "$seen" '^code 130$'
is "enter: nobody is left" "$(inside ps -o args | grep -c '[s]leep 1000')" 0
is "enter: no terminal is left but the console" "$(inside ls /dev/pts | xargs)" "0 ptmx"
ok "the console" vserver candy exec sh -c 'echo said there >/dev/console'
ok "is in the log" eventually grep -q '^said there$' /var/log/vservers/candy.log
vserver candy exec sh -c 'printf "\033[31mred\033[0m\n" >/dev/console'
ok "colours, too" eventually grep -q red /var/log/vservers/candy.log
like "but not at the terminal of who reads it" "$(TERM=dumb /vm/talk '' vserver candy logs </dev/null)" '^\?\[31mred\?\[0m$'
# shellcheck disable=SC2009 # pgrep of busybox does not count
is "one logger" "$(ps -e -o comm= | grep -cx vserver-log)" 1

# --- settings of a running one ---

is "set a limit of a running guest" "$(vserver candy set cgroup/pids.max=80; \
	cat /sys/fs/cgroup/vserver.slice/candy/pids.max)" 80
like "the address is there" "$(ip addr show dev lo)" '10\.9\.8\.7/24'
ok "the log" eventually grep -q 'hello from candy' /var/log/vservers/candy.log
like "logs" "$(vserver candy logs)" 'hello from candy'
like "list" "$(vserver list)" '^candy +100 running +busybox +[0-9]+m[0-9s]+ +[0-9]+ +[0-9.]+[KM] 10.9.8.7/24 +-$'
like "list --json, uptime and memory" "$(vserver list --json)" '"memory": *[1-9][0-9]{4}'
is "list -q --stopped" "$(vserver list -q --stopped)" ""
like "list --json" "$(vserver list --json)" '"name": *"candy"'
echo "page of candy" >/vservers/candy/var/www/index.html
is "its web server" "$(eventually wget -q -O /run/page http://10.9.8.7/; cat /run/page)" "page of candy"
like "its cron" "$(inside ps -o args)" '^/bin/crond'
is "by its id" "$(vserver 100 exec hostname)" candy.example

# --- the end ---

ok "stop" vserver candy stop
fails "not running" vserver candy running
fails "no context" vserver-info 100 RUNNING
is "its init was asked" "$(cat /vservers/candy/var/stopped 2>&1)" stopping
fails "no address" sh -c "ip addr show dev lo | grep -q 10.9.8.7"
is "no logger" "$(eventually sh -c '! ps -e -o comm= | grep -qx vserver-log'; echo $?)" 0
fails "no control group" test -e /sys/fs/cgroup/vserver.slice/candy
is "no state" "$(ls /run/vservers /run/vservers.rev 2>/dev/null)" "/run/vservers:

/run/vservers.rev:"
is "no mounts on the host" "$(grep -c candy /proc/mounts)" 0

# --- the host's own address stays ---

ip addr add 10.9.8.7/24 dev lo
ok "start with an address of the host" vserver candy start
ok "stop" vserver candy stop
like "which is still there" "$(ip addr show dev lo)" '10\.9\.8\.7/24'
ip addr del 10.9.8.7/24 dev lo

# --- hooks ---

mkdir -p $S/scripts/pre-start.d
for phase in initialize prepre-start pre-start.d/01 post-start pre-stop post-stop postpost-stop; do
	# shellcheck disable=SC2016 # for the hook
	printf '#!/bin/sh\necho "$1 $2 ${0##*/}" >>/run/hooks\n' >$S/scripts/$phase
	chmod 755 $S/scripts/$phase
done
ok "start with hooks" vserver candy start
ok "restart" vserver candy restart
ok "stop with hooks" vserver candy stop
is "hooks" "$(sort -u /run/hooks | xargs)" "initialize candy initialize post-start candy post-start post-stop candy \
post-stop postpost-stop candy postpost-stop pre-start candy 01 pre-stop candy pre-stop prepre-start candy prepre-start"
echo 'exit 3' >>$S/scripts/pre-start.d/01
like "a failing hook ends the start" "$(vserver candy start 2>&1; echo $?)" "^Failed to start vserver 'candy'$"
fails "not running" vserver candy running
fails "and is undone" sh -c "ip addr show dev lo | grep -q 10.9.8.7"
rm -r $S/scripts

# --- failures ---

echo 20000 >$S/nice
like "a wrong value" "$(vserver candy start 2>&1; echo $?)" "nice:1: '20000' is not a number from -20 to 19"
rm $S/nice
vserver candy set interfaces/0/dev=eth9
like "no device" "$(vserver candy start 2>&1)" \
	"vserver: candy: interfaces/0/dev: no device 'eth9' \(configured in $S/interfaces/0/dev\)"
vserver candy set interfaces/0/dev=lo
like "init cannot be run" "$(vserver candy start --rescue /nothing 2>&1; echo $?)" \
	'cannot run /nothing in the guest: No such file or directory'
fails "not running" vserver candy running
# On a busy host it may live for longer than start waits.
out=$(vserver candy start --rescue /bin/true 2>&1; echo $?)
[ "$out" != 0 ] || out="guest init exited"
like "init ends at once" "$out" 'guest init exited'
ok "and nothing runs" eventually sh -c '! vserver candy running'
chmod g+w $S/context
like "a setting others can write" "$(vserver candy start 2>&1; echo $?)" "others can write to it"
chmod g-w $S/context
touch $S/disabled
like "disabled" "$(vserver candy start 2>&1; echo $?)" "disabled, by"
rm $S/disabled

# --- it ends by itself ---

vserver-setup >/dev/null
ok "start" vserver candy start
restarted() { vserver candy exec sh -c '! test -e /tmp/note'; }
stopped() { ! vserver candy running && ! test -e /run/vservers/candy; }
inside touch /tmp/note
inside reboot
ok "reboot: it is started again" soon restarted
is "in the same context" "$(cat /run/vservers/candy)" 100
inside poweroff
ok "poweroff: it is stopped" soon stopped
fails "no address is left" sh -c "ip addr show dev lo | grep -q 10.9.8.7"
ok "start" vserver candy start
inside halt
ok "halt: it is stopped" soon stopped
mkdir -p $S/apps/vshelper /etc/vservers/.defaults/apps/vshelper
: >/etc/vservers/.defaults/apps/vshelper/logfile
echo '2 1000' >$S/apps/vshelper/restart-limit
rm -f /run/vservers.rev/candy.restarts
cp /vservers/candy/etc/rc /run/rc
# One that ends while it is being started has not started: it waits a little.
printf '#!/bin/sh\necho again >>/var/boots\nsleep 3\n/bin/reboot -f\n' >/vservers/candy/etc/rc
vserver candy start
ok "one that reboots again and again" soon grep -q 'more than 2 restarts in 1000 seconds' \
	/etc/vservers/.defaults/apps/vshelper/logfile
ok "is stopped" soon stopped
is "after two restarts" "$(wc -l </vservers/candy/var/boots)" 3
rm -r $S/apps/vshelper /run/vservers.rev/candy.restarts
cp /run/rc /vservers/candy/etc/rc

# --- run levels in the place of an init ---

mkdir -p /vservers/candy/etc/init.d
# shellcheck disable=SC2016 # for the guest
printf '#!/bin/sh\necho "level $1"\necho "$1" >>/var/levels\n[ "$1" = 6 ] || sleep 3600 &\n' >/vservers/candy/etc/init.d/rc
chmod 755 /vservers/candy/etc/init.d/rc
vserver candy set apps/init/style=sysv
ok "run level: start" vserver candy start
is "run level: the script has come to its end" "$(cat /vservers/candy/var/levels)" 3
is "run level: what it has left" "$(inside ps -o args | grep -c '^sleep 3600')" 1
like "run level: the log" "$(vserver candy logs)" '^level 3$'
ok "run level: stop" vserver candy stop
is "run level: the other script" "$(tail -n 1 /vservers/candy/var/levels)" 6
fails "run level: not running" vserver candy running
vserver candy unset apps/init/style

# --- rescue, and stop by number without a configuration ---

ok "rescue" vserver candy start --rescue sleep 1000
is "only that runs" "$(inside ps -o args | grep -c 'sleep 1000$')" 1
mv $S /etc/vservers/.moved
ok "stop by its id" vserver 100 stop
fails "it has ended" vserver-info 100 RUNNING
mv /etc/vservers/.moved $S

# --- delete ---

is "delete, not sure" "$(echo n | vserver candy delete; echo $?)" \
	"Are you sure you want to delete the vserver candy (y/N) 2"
vserver candy start
ln -s /etc /vservers/candy/tmp-link
ok "delete" vserver --silent candy delete
is "nothing is left" "$(ls -d $S /vservers/candy /var/log/vservers/candy* 2>/dev/null)" ""
ok "links were not followed" test -e /etc/passwd
ktap_exit
