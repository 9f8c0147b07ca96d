#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns the tools that deal with namespaces, and those that every user can use, on a real kernel: vspace, vnamespace,
# chcontext and reducecap.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

SYSCTL=/proc/sys/kernel/vserver

# as USER COMMAND: a shell command of an ordinary user.
as() { su "$1" -s /bin/sh -c "$2" 2>&1; }
user() { as alice "$1"; }
{
	echo alice:x:1000:1000::/tmp:/bin/sh
	echo bob:x:1001:1001::/tmp:/bin/sh
} >>/etc/passwd

ns() { readlink "/proc/self/ns/$1"; }

# --- vnamespace ---

mkdir here
like "vnamespace --new" \
	"$(vnamespace --new -- sh -c 'mount -t tmpfs x here && echo y >here/file; cat here/file')" '^y$'
is "what is mounted there is not seen here" "$(ls here)" ""
is "vnamespace --new: the status of the program" "$(vnamespace --new -- sh -c 'exit 7'; echo $?)" 7
is "vnamespace --cleanup on the host" "$(vnamespace --cleanup 2>&1; echo $?)" \
	"vnamespace: this is the mount namespace of the host; use '--new' first
255"
mkdir -p all/other all/guest all/keep "all/a b"
cat >clean <<'END'
cd all || exit
for d in other guest keep "a b"; do mount -t tmpfs "x$d" "$d" || exit; done
mkdir guest/sub && mount -t tmpfs xsub guest/sub || exit
cd guest && vnamespace --cleanup --keep "${PWD%/guest}/keep" -- sed -n 's/.* - tmpfs \(x[a-z]*\) .*/\1/p' /proc/self/mountinfo
END
is "vnamespace --cleanup" "$(vnamespace --new -- sh clean 2>&1 | xargs)" "xguest xkeep xsub"

# --- vspace and a chain ---

like "vspace --new" "$(vspace --new -- sh -c 'hostname inner; hostname')" '^inner$'
is "the host keeps its name" "$(hostname)" vm
is "vspace --new --pid" "$(vspace --new --pid -- sh -c 'echo $$; exit 9'; echo $?)" "1
9"
is "vspace --new, kinds" "$(vspace --new --net --~uts --uts -- readlink /proc/self/ns/uts)" "$(ns uts)"
fails "vspace --new --net" [ "$(vspace --new --net -- readlink /proc/self/ns/net)" = "$(ns net)" ]
ok "vspace --new --time --cgroup" vspace --new --time --cgroup -- true

mkdir root
vspace --new --mask newuts,newipc,newcgroup -- vcontext --create --silent --xid 42 -- vnamespace --set -- \
	vspace --set --uts --ipc --cgroup -- vuname -s --xid self -t nodename=chained -- \
	vattribute --set --secure --flag persistent -- vcontext --migrate-self --endsetup -- true
is "a chain makes a context" "$(vserver-info 42 UTS nodename)" chained
like "with its namespaces" "$(cat /proc/virtual/42/status)" 'Spaces:.0e020200 00000000'
is "vspace --enter" "$(vspace --enter 42 -- hostname)" chained
is "vspace --enter --uts" "$(vspace --enter 42 --uts -- readlink /proc/self/ns/ipc)" "$(ns ipc)"
is "vspace --enter, what is not stored" "$(vspace --enter 42 --net -- true 2>&1; echo $?)" \
	"vspace: vc_enter_space(): Invalid argument (xid 42)
255"
is "vspace --enter, then the context" "$(vspace --enter 42 -- vcontext --migrate --xid 42 -- hostname)" chained
is "vnamespace --enter" "$(vnamespace --enter 42 -- pwd)" "$PWD"
is "vspace --set after the setup" \
	"$(vcontext --migrate --xid 42 -- vspace --set --uts 2>&1; echo $?)" \
	"vspace: vc_set_space(): permission denied (needs root on the host)
255"
vattribute --set --xid 42 --flag '~persistent'
fails "the context ends" vserver-info 42 RUNNING

# --- chcontext of a user ---

chmod 755 .
is "a user, not allowed" "$(user 'chcontext true; echo $?')" \
	"chcontext: permission denied: on this host contexts need root, unless root sets the sysctl \
kernel.vserver.unprivileged_contexts to 1
255"
echo 1 >$SYSCTL/unprivileged_contexts
like "a user, allowed" "$(user 'chcontext id -u')" '^New security context is 6[0-9]{4}
1000$'
is "it sees itself only" "$(user 'chcontext --silent ps ax' | grep -c '[s]h -c')" 0
is "its processes are hidden from the user" \
	"$(user 'chcontext --silent --disconnect -- sleep 60 >/dev/null 2>&1; sleep 0.3; ps ax' | grep -c 'sleep 60$')" 0
xid=$(chcontext --silent --ctx 1 -- ls /proc/virtual | grep '^6')
like "the context of a user" "$xid" '^6[0-9]{4}$'
like "its owner" "$(cat "/proc/virtual/$xid/info")" '^Owner:.1000$'
is "another user cannot end it" "$(as bob "vkill --xid $xid -s 9")" \
	"vkill: vc_ctx_kill(): Operation not permitted (xid $xid)"
is "the user can" "$(user "vkill --xid $xid -s 9; echo \$?")" 0
ok "it has ended" eventually sh -c "! vserver-info $xid RUNNING"
is "a user who wants more" "$(user 'chcontext --hostname x true; echo $?')" \
	"chcontext: '--hostname' needs root on the host
255"
is "a user and a flag of root" "$(user 'chcontext --flag persistent true; echo $?')" \
	"chcontext: permission denied: inside of a context or of a user namespace, or a flag needs root on the host
255"
like "a user as init" "$(user 'chcontext --silent --flag fakeinit grep NoNewPrivs /proc/self/status')" '1$'
echo 0 >$SYSCTL/unprivileged_contexts

# --- reducecap of a user ---

bounding="sed -n 's/^CapBnd:.//p' /proc/self/status"
like "reducecap of a user, without the sysctl" "$(user "reducecap --secure -- grep NoNewPrivs /proc/self/status")" \
	'only root may lower.*kernel.vserver.unprivileged_capbset'
echo 1 >$SYSCTL/unprivileged_capbset
is "reducecap of a user" "$(user "reducecap --secure -- $bounding")" "Executing
00000000b04c05ff"
is "reducecap of a user: no more than that" \
	"$(user 'reducecap --secure -- grep NoNewPrivs /proc/self/status' | tail -n 1 | tr -d '[:blank:]')" NoNewPrivs:0
echo 0 >$SYSCTL/unprivileged_capbset
ktap_exit
