#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which commands programs give to the kernel, in which order.
#
# Single quotes hold programs for other shells:
# shellcheck disable=SC2016
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
PATH=$PWD/util:$PATH
log=$tmp/log

fake=${FAKE_KERNEL:-tests/unit/fake-kernel}
pty=${fake%/*}/with-pty
status=0
"$fake" true 2>/dev/null || status=$?
if [ "$status" -ne 0 ]; then
	skip "commands for the kernel" "no seccomp notifications here"
	plan
fi

# calls WHAT STATUS OUT LOG FAKE-OPTIONS -- COMMAND...
calls() {
	what=$1 want=$2:$3 want_log=$4
	shift 4
	: >"$log"
	run "$fake" -l "$log" "$@"
	is "$status:$out$err" "$want" "$what: output"
	is "$(cat "$log")" "$want_log" "$what: commands"
}

calls "vcontext --create" 0 "New security context is 49152
inside" "ctx_create 49152 700000000" vcontext --create echo inside

calls "vcontext --create, ids taken" 0 "New security context is 49154" \
"ctx_create 49152 700000000
ctx_create 49153 700000000
ctx_create 49154 700000000" -x 49152 -x 49153 vcontext --create true

calls "vcontext --create --xid, sealed" 0 "" \
"ctx_create 42 700000000
set_cflags 42 0 100000000" \
	vcontext --create --xid 42 --silent --endsetup true

calls "vcontext becomes init" 0 "" "set_cflags -1 0 300000000" \
	vcontext --migrate-self --endsetup --initpid true

calls "vcontext, id exists" 254 \
	"vcontext: vc_ctx_create(): File exists (xid 42)" \
	"ctx_create 42 700000000" -x 42 vcontext --create --xid 42 true

calls "vcontext --silentexist" 254 "" "ctx_create 42 700000000" \
	-x 42 vcontext --create --silentexist --xid 42 true

calls "vcontext --disconnect, id exists" 254 \
	"vcontext: vc_ctx_create(): File exists (xid 42)" \
	"ctx_create 42 700000000" \
	-x 42 vcontext --disconnect --create --xid 42 true

calls "vcontext, busy" 255 \
	"vcontext: vc_ctx_create(): Device or resource busy" \
	"ctx_create 49152 700000000" -e ctx_create=16 vcontext --create true

calls "vcontext --migrate" 0 "in" "ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 echo in

calls "vcontext --migrate, no such context" 255 \
	"vcontext: vc_ctx_migrate(): No such process (xid 42)" \
	"ctx_migrate 42 0" vcontext --migrate --xid 42 true

calls "vcontext --migrate --initpid" 0 "" "ctx_migrate 42 1" \
	-x 42 vcontext --migrate --xid 42 --initpid true

calls "vcontext enters namespaces before the context" 0 "" \
"enter_space 42 20200 1
ctx_migrate 42 0" -x 42 vcontext --migrate --xid 42 --pivot-root true

calls "vcontext --migrate --namespace" 0 "" \
"enter_space 42 20200 0
ctx_migrate 42 0" -x 42 vcontext --migrate --xid 42 --namespace true

calls "vcontext is private" 255 \
	"vcontext: vc_enter_space(): Permission denied (xid 42)" \
	"enter_space 42 20200 1" -x 42 -e enter_space=13 \
	vcontext --migrate --xid 42 --pivot-root true

calls "chain" 0 "New security context is 49152
last" \
"ctx_create 49152 700000000
set_ccaps -1 4101 ffffffffffffffff
set_bcaps -1 b04c05ff ffffffffffffffff
set_cflags -1 2000000 2000000
set_vhi_name -1 2 host
set_cflags -1 0 100000000" \
	vcontext --create -- vattribute --set --secure -- \
	vuname -s --xid self -t nodename=host -- \
	vcontext --migrate-self --endsetup -- echo last

calls "chcontext" 0 "New security context is 49152" \
"ctx_create 49152 700000000
set_bcaps -1 ffffffffffffffff ffffffffffffffff
set_cflags -1 400000000000 400000000000
set_cflags -1 0 100000000" chcontext true

calls "chcontext --secure" 0 "Host name is now h
Domain name is now d
New security context is 42" \
"ctx_create 42 700000000
set_vhi_name -1 2 h
set_vhi_name -1 6 d
set_ccaps -1 4101 ffffffffffffffff
set_bcaps -1 b04c25fe ffffffffffffffff
set_cflags -1 2000014 2000014
set_cflags -1 0 300000000" \
	chcontext --cap NET_RAW --secure --cap '!CAP_CHOWN' --ctx 42 \
	--flag fakeinit,nproc --hostname h --domainname d true

calls "chcontext --cap without --secure" 0 "" \
"ctx_create 49152 700000000
set_bcaps -1 fffffffff7ffffff ffffffffffffffff
set_cflags -1 0 100000000" chcontext --silent --cap '!MKNOD' true

calls "chcontext leaves the state alone" 0 "" \
"ctx_create 49152 700000000
set_bcaps -1 ffffffffffffffff ffffffffffffffff
set_cflags -1 400000000000 fffffff8ffffffff
set_cflags -1 0 100000000" chcontext --silent --flag '~all' true

calls "chcontext into an existing context" 0 "New security context is 42" \
"ctx_create 42 700000000
ctx_migrate 42 0" -x 42 chcontext --secure --hostname x --ctx 42 true

calls "chcontext --ctx 1" 0 "New security context is 1" "ctx_migrate 1 0" \
	chcontext --ctx 1 true

calls "chcontext, several ids" 0 \
	"chcontext: only the first '--ctx' counts, '3' is ignored" \
	"ctx_migrate 1 0" chcontext --silent --ctx 1 --ctx 3 true

calls "chcontext, not root" 255 \
"chcontext: permission denied: on this host contexts need root, unless root sets the sysctl kernel.vserver.unprivileged_contexts to 1" \
"ctx_create 49152 700000000
task_xid 0
ctx_create_unpriv 0 0" -e ctx_create=38 -e task_xid=38 \
	-e ctx_create_unpriv=1 chcontext true

calls "chcontext --ctx, not root" 255 \
"chcontext: vc_ctx_create(): permission denied (needs root on the host) (xid 42)" \
"ctx_create 42 700000000
task_xid 0" -e ctx_create=38 -e task_xid=38 chcontext --ctx 42 true

calls "chcontext of a user" 0 "New security context is 65535
inside" \
"ctx_create 49152 700000000
task_xid 0
ctx_create_unpriv 0 10" -e ctx_create=38 -e task_xid=38 \
	chcontext --secure --flag fakeinit --cap '!CHOWN' echo inside

calls "chcontext of a user, too many" 255 \
"chcontext: too many contexts of this user; the sysctl kernel.vserver.unprivileged_max is their number" \
"ctx_create 49152 700000000
task_xid 0
ctx_create_unpriv 0 0" -e ctx_create=38 -e task_xid=38 \
	-e ctx_create_unpriv=11 chcontext true

calls "chcontext of a user, more than that" 255 \
"chcontext: '--hostname' needs root on the host" \
"ctx_create 49152 700000000
task_xid 0" -e ctx_create=38 -e task_xid=38 chcontext --hostname x true

calls "chcontext of a user, capabilities" 255 \
"chcontext: '--cap' needs root on the host" \
"ctx_create 49152 700000000
task_xid 0" -e ctx_create=38 -e task_xid=38 chcontext --cap KILL true

calls "chcontext, old kernel" 255 \
"chcontext: vc_ctx_create(): not implemented by this kernel" \
"ctx_create 49152 700000000
task_xid 0
task_xid 0" -e ctx_create=38 chcontext true

calls "vspace --set" 0 "" "set_space -2 c000000 0" vspace --set
calls "vspace -s, with a program" 0 "next" "set_space -2 c000000 0" \
	vspace -s --default -- echo next
calls "vspace --set --index 1" 0 "" "set_space -2 20200 1" \
	vspace --set --index 1 --mount --fs
calls "vspace --set, all kinds" 0 "" "set_space -2 7e020280 0" \
	vspace --set --cgroup --fs --ipc --mount --net --pid --time --user --uts
calls "vspace --set --mask" 0 "" "set_space -2 44000200 0" \
	vspace --set --mask 0x40000200 -m newuts
calls "vspace, kinds left out" 0 "" "set_space -2 48000000 0" \
	vspace --set --~uts --default --net
calls "vspace, no kind left" 255 "no kind of namespace is left
Try 'vspace --help' for more information." "" vspace --set --~uts --~ipc
calls "vspace --set fails" 255 "vspace: vc_set_space(): Invalid argument" \
	"set_space -2 4000000 0" -e set_space=22 vspace --set --uts
calls "vspace --enter" 0 "in" "enter_space 42 c000000 0" \
	-x 42 vspace --enter 42 echo in
calls "vspace --enter, index 1" 0 "in" "enter_space 42 20200 1" \
	-x 42 vspace -e 42 -i 1 --mount --fs -- echo in
calls "vspace --enter, no such context" 255 \
	"vspace: vc_enter_space(): No such process (xid 42)" \
	"enter_space 42 c000000 0" vspace --enter 42 true
calls "vspace --enter --pid waits" 7 "" "enter_space 42 20000000 0" \
	-x 42 vspace --enter 42 --pid -- sh -c 'exit 7'
calls "vspace --enter --pid, killed" 137 "" "enter_space 42 20000000 0" \
	-x 42 vspace --enter 42 --pid -- sh -c 'kill -9 $$'
calls "vspace passes signals on" 3 "" "enter_space 42 20000000 0" \
	-x 42 vspace --enter 42 --pid -- \
	sh -c 'trap "exit 3" TERM; kill -TERM $PPID; while :; do sleep 0.1; done'
calls "vnamespace --set" 0 "next" "set_space -2 20200 0" \
	vnamespace --set echo next
calls "vnamespace --set alone" 0 "" "set_space -2 20200 1" vnamespace -s -i 1
calls "vnamespace --enter" 0 "in" "enter_space 42 20200 0" \
	-x 42 vnamespace --enter 42 echo in
calls "a chain with spaces" 0 "New security context is 42
last" \
"ctx_create 42 700000000
set_space -2 20200 0
set_space -2 c000000 0
set_cflags -1 0 100000000" \
	vcontext --create --xid 42 -- vnamespace --set -- vspace --set -- \
	vcontext --migrate-self --endsetup -- echo last

calls "vattribute --get" 0 "bcapabilities:
chown,dac_override,dac_read_search,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,sys_chroot,sys_ptrace,sys_boot,lease,audit_write,setfcap
ccapabilities:
raw_icmp,^40
flags:
fakeinit,virt_uptime,sc_helper
umask:" "" -x 42 vattribute --xid 42 --get

calls "vattribute --get, no umask" 0 \
'{"bcapabilities":["chown","dac_override","dac_read_search","fowner","fsetid","kill","setgid","setuid","setpcap","net_bind_service","sys_chroot","sys_ptrace","sys_boot","lease","audit_write","setfcap"],"ccapabilities":["raw_icmp","^40"],"flags":["fakeinit","virt_uptime","sc_helper"]}' \
	"" -x 42 -e get_umask=38 vattribute --xid 42 --get --json

calls "vattribute: order and merging" 0 "" \
"set_ccaps 42 5101 ffffffffffffffff
set_bcaps 42 b04c25fe ffffffffffffffff
set_cflags 42 10 2000010
set_umask 42 4000000 4000000" -x 42 vattribute --xid 42 --umask newuts \
	--flag fakeinit,~hide_netif --bcap ~chown,net_raw --ccap syslog \
	--secure

calls "vattribute fails" 255 \
	"vattribute: vc_set_bcaps(): Permission denied (xid 42)" \
	"set_bcaps 42 0 1" -x 42 -e set_bcaps=13 \
	vattribute --xid 42 --bcap ~chown -- echo never

mkdir "$tmp/rlimits"
printf '200\nsecond line\n' >"$tmp/rlimits/nproc"
printf '1K\n' >"$tmp/rlimits/nproc.hard"
printf 'inf\n' >"$tmp/rlimits/nofile.soft"
calls "vlimit" 0 "next" "set_rlimit 42 6 -2 -2 100
set_rlimit 42 7 -2 5000 5000" \
	-x 42 vlimit -c 42 --nproc 0x64 -SH --nofile 5k -- echo next
calls "vlimit, all three, by number" 0 "" "set_rlimit -1 6 5 -1 10" \
	-x 42 vlimit -M --nproc 5 -S --6 inf --nproc=10
calls "vlimit --dir" 0 "next" "set_rlimit 42 6 -2 200 1024
set_rlimit 42 7 -2 -1 -2" \
	-x 42 vlimit --xid 42 --dir "$tmp/rlimits" -- echo next
calls "vlimit --dir, overridden" 0 "" "set_rlimit 42 6 -2 200 7
set_rlimit 42 7 -2 9 -2" \
	-x 42 vlimit --nproc 7 -S --nofile 9 --ctx 42 --dir "$tmp/rlimits"
calls "vlimit --missingok" 0 "" "" \
	-x 42 vlimit --xid 42 --missingok --dir "$tmp/none"
calls "vlimit, what the kernel does not limit" 0 \
	"vlimit: as is not limited by this kernel, ignored" \
	"set_rlimit -1 6 -2 -2 5" vlimit --as 500 --nproc 5
page=$(getconf PAGESIZE)
calls "vlimit, pages and bytes" 0 "" "set_rlimit -1 5 -2 $((3 * 1024 * 1024 / page)) 1024" \
	vlimit -S --rss 3MB --rss 1K
calls "vlimit --bytes" 0 "" "set_rlimit -1 5 -2 -1 2
set_rlimit -1 6 -2 -2 9" vlimit -u -S --rss inf --rss $((page + 1)) --nproc 9
touch "$tmp/rlimits/foo" "$tmp/rlimits/nproc.foo"
run "$fake" -x 42 vlimit --xid 42 --dir "$tmp/rlimits"
is "$status:$(sort "$tmp/err")" \
	"0:vlimit: $tmp/rlimits/foo: not a limit, ignored
vlimit: $tmp/rlimits/nproc.foo: not a limit, ignored" \
	"vlimit --dir with other files"
rm "$tmp/rlimits/foo" "$tmp/rlimits/nproc.foo"
: >"$tmp/rlimits/locks"
calls "vlimit --dir, empty file" 255 "Can not parse limit ''" "" \
	-x 42 vlimit --xid 42 --dir "$tmp/rlimits"
calls "vlimit -a" 0 \
"rss       N/A                 inf                 0x4000
nproc     N/A                 0x64                0x4000
nofile    N/A                 N/A                 inf" "" -x 42 vlimit -a -c 42
calls "vlimit -a -n -d" 0 \
"5         N/A                 inf                 16384
6         N/A                 100                 16384
7         N/A                 N/A                 inf" "" \
	-x 42 vlimit -and -c 42
calls "vlimit -a --bytes" 0 \
"rss       N/A                 inf                 0x4000 ($((page / 64))M)
nproc     N/A                 0x64                0x4000
nofile    N/A                 N/A                 inf" "" \
	-x 42 vlimit -a -u -c 42
run "$fake" -x 42 vlimit --json -c 42
is "$status:${out#*,*,*,*,*,*,*,*,}" '0:{"resource":"nproc","id":6,"soft":100,"hard":16384,"used":10,"least":0,"most":20,"hits":3},{"resource":"nofile","id":7,"hard":null,"used":10,"least":0,"most":20,"hits":3}]' \
	"vlimit --json"
calls "vlimit, no context" 255 \
	"vlimit: vc_set_rlimit(): No such process (nproc of xid 42)" \
	"set_rlimit 42 6 -2 -2 5" vlimit --xid 42 --nproc 5
calls "vlimit, refused" 255 \
	"vlimit: vc_set_rlimit(): Operation not permitted (nproc)" \
	"set_rlimit -1 6 -2 -2 5" -e set_rlimit=1 vlimit --nproc 5 true

calls "vmemctrl --set" 0 "next" "set_badness 42 fffffffffffffed4" \
	-x 42 vmemctrl --xid 42 --set --badness -300 -- echo next
calls "vmemctrl --set, own context" 0 "" "set_badness -1 10" \
	vmemctrl --set --badness 0x10
calls "vmemctrl --get" 0 "-300" "" -x 42 vmemctrl --get --ctx 42
calls "vmemctrl, no context" 255 \
	"vmemctrl: vc_get_badness(): No such process (xid 42)" "" \
	vmemctrl --get --xid 42
if [ "$(id -u)" = 0 ]; then
	calls "vmemctrl, kernel without it" 0 "123" "set_badness -1 7b" \
		-e get_badness=38 -e set_badness=38 \
		vmemctrl --set --badness 123 -- vmemctrl --get
	calls "vmemctrl, kernel without it, no such process" 255 \
		"vmemctrl: /proc/4242/oom_score_adj: No such file or directory" \
		"set_badness 42 5" -x 42 -e set_badness=38 \
		vmemctrl --xid 42 --set --badness 5
fi

calls "vuname -g" 0 "/etc/vservers/web fake fake fake fake ??? fake" "" \
	-x 42=/etc/vservers/web vuname --xid 42
calls "vuname -g TAG" 0 "fake /etc/vservers/web" "" \
	-x 42=/etc/vservers/web vuname -g --xid 42 nodename context
mkdir "$tmp/uts"
printf 'one\n' >"$tmp/uts/nodename"
printf 'two\nrest\n' >"$tmp/uts/release"
calls "vuname --dir" 0 "next" \
"set_vhi_name 42 2 one
set_vhi_name 42 3 two" -x 42 vuname --xid 42 --dir "$tmp/uts" -- echo next
calls "vuname --dir, overridden" 0 "" \
"set_vhi_name 42 2 three
set_vhi_name 42 3 two" -x 42 vuname -t nodename=three --xid 42 --dir "$tmp/uts"
calls "vuname --missingok" 0 "" "" \
	-x 42 vuname --xid 42 --missingok --dir "$tmp/none"
echo >"$tmp/uts/foo"
calls "vuname --dir with another file" 0 \
	"vuname: $tmp/uts/foo: not a name of a context, ignored" \
"set_vhi_name 42 2 one
set_vhi_name 42 3 two" -x 42 vuname --xid 42 --dir "$tmp/uts"

calls "vkill --xid" 0 "" "ctx_kill 42 0 15" -x 42 vkill --xid 42
calls "vkill --xid init" 0 "" "ctx_kill 42 1 2" -x 42 vkill -c 42 -s int 1
calls "vkill --xid, all but init" 0 "" "ctx_kill 42 -1 9" \
	-x 42 vkill --xid 42 -s 9 -- -1
calls "vkill PID" 0 "" "task_xid 123
ctx_kill 42 123 15" -x 42 -t 42 vkill 123
calls "vkill, no such process" 1 "vkill: 123: No such process" \
	"task_xid 123" -e task_xid=3 vkill 123
calls "vkill self" 1 "vkill: refusing to signal every host process" \
	"task_xid 0" vkill --xid self

calls "vcontext --disconnect" 0 "" "ctx_migrate 42 0" -x 42 \
	vcontext --migrate --xid 42 --disconnect -- \
	sh -c 'readlink /proc/self/fd/0 >"$1"; mv "$1" "$2"' \
	sh "$tmp/stdin-t" "$tmp/stdin"
i=0
while [ ! -e "$tmp/stdin" ] && [ "$i" -lt 50 ]; do
	sleep 0.1
	i=$((i + 1))
done
is "$(cat "$tmp/stdin" 2>/dev/null)" /dev/null "vcontext --disconnect: stdin"
calls "vcontext --disconnect, no program" 255 \
	'vcontext: execvp("/no/such"): No such file or directory' \
	"ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 --disconnect /no/such

exec 9<"$0"
calls "vcontext --closefd" 0 "closed" "ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 --closefd -- \
	sh -c '[ -e /proc/$$/fd/9 ] || echo closed'
calls "vcontext without --closefd" 0 "open" "ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 -- \
	sh -c '[ -e /proc/$$/fd/9 ] && echo open'
exec 9<&-
calls "vcontext --personality" 0 "i686" "ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 --personality-type LINUX32 -- \
	uname -m

if "$pty" true 2>/dev/null; then
	run "$pty" "$fake" -x 42 vcontext --migrate --xid 42 --vlogin -- \
		sh -c 'tty >&2; test -t 0; exit $((40 + $?))'
	is "$status" 40 "vcontext --vlogin: status and terminal"
	case $out in
	/dev/pts/*) pass "vcontext --vlogin: name of the terminal" ;;
	*) fail "vcontext --vlogin: name of the terminal: $out" ;;
	esac
	run "$pty" "$fake" vcontext --migrate --xid 42 --vlogin -- true
	is "$status:$(printf %s "$out" | tr -d '\r')" \
"255:vcontext: vc_ctx_migrate(): No such process (xid 42)" \
		"vcontext --vlogin: failure before the program"
fi
calls "vcontext --vlogin without a terminal" 0 "yes" "ctx_migrate 42 0" \
	-x 42 vcontext --migrate --xid 42 --vlogin echo yes

if [ "$(id -u)" -eq 0 ]; then
	calls "vcontext --uid" 0 "1 2 2" "ctx_migrate 42 0" \
		-x 42 vcontext --migrate --xid 42 --uid 1 --gid 2 -- \
		sh -c 'echo "$(id -u)" "$(id -g)" "$(id -G)"'
	calls "vcontext --groups" 0 "0 0 3 4" "ctx_migrate 42 0" \
		-x 42 vcontext --migrate --xid 42 --groups 3,4 -- \
		sh -c 'echo "$(id -u)" "$(id -G)"'
	calls "vcontext --chroot" 0 "/" "set_space -1 20200 0
set_cflags -1 0 100000000" \
		env -C / vcontext --migrate-self --chroot --namespace \
		--endsetup -- pwd
	calls "vcontext --migrate-self --disconnect" 0 "" \
		"set_cflags -1 0 100000000" \
		vcontext --migrate-self --disconnect --endsetup -- true
	calls "chcontext --spaces" 0 "" \
"ctx_create 49152 700000000
set_space -1 c000000 0
set_bcaps -1 ffffffffffffffff ffffffffffffffff
set_cflags -1 400000000000 400000000000
set_cflags -1 0 100000000" chcontext --silent --spaces true
	if unshare -m -u -p true 2>/dev/null; then
		run vspace --new --uts --mount -- sh -c 'hostname x-vspace
			mount -t tmpfs x "$1" && echo y >"$1/file"
			echo "$(hostname) $(cat "$1/file")"' sh "$tmp"
		is "$status:$out:$err" "0:x-vspace y:" "vspace --new"
		is "$(uname -n | grep -x x-vspace)$(ls "$tmp/file" 2>&1)" \
			"ls: cannot access '$tmp/file': No such file or directory" \
			"vspace --new: not seen outside"
		run vspace --new --pid -- sh -c 'echo $$'
		is "$status:$out" 0:1 "vspace --new --pid"
		run vspace --new --pid -- sh -c 'exit 9'
		is "$status" 9 "vspace --new --pid: status"
		run vnamespace --new -- sh -c 'mount -t tmpfs x "$1" &&
			echo y >"$1/file"' sh "$tmp"
		is "$status:$(ls "$tmp/file" 2>/dev/null)" 0: "vnamespace --new"
	fi
	# In a container nobody can tell which namespace is the host's.
	if unshare -m true 2>/dev/null && [ -e /proc/1/ns/mnt ]; then
		run vnamespace --cleanup
		is "$status:$err" "255:vnamespace: this is the mount namespace of the host; use '--new' first" \
			"vnamespace --cleanup on the host"
		# One mount beside the guest, one in it, one that is kept.
		cat >"$tmp/clean" <<-'END'
			cd "$1" && mkdir other guest guest/sub keep "a b" || exit 9
			for d in other guest guest/sub keep "a b"; do
				mount -t tmpfs "x$d" "$d" || exit 9
				mkdir -p "$d/sub"
			done
			mount -t tmpfs y guest/sub || exit 9
			cd guest && vnamespace --cleanup --keep "$1/keep" -- \
				sed -n 's/.* - tmpfs \([xy][a-z]*\) .*/\1/p' \
				/proc/self/mountinfo
		END
		mkdir "$tmp/mounts"
		run vnamespace --new -- sh "$tmp/clean" "$tmp/mounts"
		is "$status:$out:$err" "0:xguest
xkeep
y:" "vnamespace --cleanup"
	fi
	mkdir "$tmp/root"
	# Mounts are shared with a namespace that must not notice anything.
	cat >"$tmp/pivot" <<-'END'
		mount --make-rshared / && mount --bind / "$1" || exit 9
		before=$(wc -l </proc/self/mountinfo)
		(cd "$1" && vcontext --create --silent --pivot-root -- \
			sh -c '[ "$(stat -c %d:%i /)" = "$1" ] && pwd' \
			sh "$(stat -c %d:%i "$1")")
		[ "$(wc -l </proc/self/mountinfo)" = "$before" ] && echo same
	END
	# A guest without /dev/pts.
	cat >"$tmp/no-pts" <<-'END'
		mount --bind / "$1" && cd "$1" && [ ! -e dev/pts/ptmx ] || exit 9
		vcontext --migrate --xid 42 --chroot --closefd --vlogin -- \
			sh -c 'test -t 0 && test -t 2 && echo a terminal'
	END
	if unshare -m "$pty" true 2>/dev/null; then
		run unshare -m "$pty" "$fake" -x 42 sh "$tmp/no-pts" "$tmp/root"
		is "$status:$(printf %s "$out" | tr -d '\r')" "0:a terminal" \
			"vcontext --vlogin without /dev/pts"
	fi
	if unshare -m true 2>/dev/null; then
		calls "vcontext --pivot-root" 0 "/
same" "ctx_create 49152 700000000
set_space -1 20200 1" unshare -m sh "$tmp/pivot" "$tmp/root"
	fi
fi

calls "vwait" 0 "FINISHED 3" "" -x 42 vwait --status-fd 1 42
calls "vwait, no context" 0 "FINISHED 0" "" vwait --status-fd 1 42
calls "vwait, error" 127 "ERROR 22vwait: vc_wait_exit(): Invalid argument (xid 42)" "" \
	-x 42 -e wait_exit=22 vwait --status-fd 1 42
calls "vwait --timeout" 2 "TIMEOUT" "" \
	-x 42 -e wait_exit=4 vwait --status-fd 1 --timeout 0 42

calls "vserver-info APIVER" 0 0x00020308 "" vserver-info - APIVER
calls "vserver-info INITPID" 0 4242 "" -x 42 vserver-info 42 INITPID
calls "vserver-info self XID" 0 0 "task_xid 0" vserver-info self XID
calls "vserver-info ID" 0 /etc/vservers/web "" \
	-x 42=/etc/vservers/web vserver-info 42 ID
calls "vserver-info UTS" 0 fake "" -x 42 vserver-info 42 UTS nodename
calls "vserver-info RUNNING" 0 1 "" -x 42 vserver-info 42 RUNNING
calls "vserver-info not RUNNING" 1 "" "" vserver-info 42 RUNNING
calls "vserver-info CONTEXT" 0 42 "" -x 42 vserver-info 42 CONTEXT
calls "vserver-info --json" 0 \
	'{"tag":"APIVER","found":true,"value":"0x00020308"}' "" \
	vserver-info --json - APIVER
for f in VKILL:0 RLIMIT:0 COMPAT:0 MIGRATE:0 VHI:0 VSHELPER0:1 VSHELPER:0 \
	VNET:0 VSTAT:1 PPTAG:0 PIDSPACE:1 SPACES:0 PERSISTENT:0 PIVOT_ROOT:0 \
	MEMCG:1 DYNAMIC:1 BME:1; do
	calls "vserver-info FEATURE ${f%:*}" "${f#*:}" "" "" \
		vserver-info - FEATURE "${f%:*}"
done

calls "vsched" 0 inside "set_sched 42 173 0 0 3 0 10 0 20 5 100 -4" \
	-x 42 vsched --xid 42 --fill-rate 3 --interval 10 --tokens 20 \
	--tokens_min 5 --tokens-max 0x64 --priority-bias -4 -- echo inside
calls "vsched for an idle CPU" 0 "" "set_sched -1 320c 1 0 0 2 0 3 0 0 0 0" \
	vsched --fill-rate2 2 --interval2 3 --idle-time --cpu-id 1 \
	--bucket-id 0
calls "vsched without a value" 0 "" "" vsched --xid self --force
calls "vsched, mask of CPUs" 0 \
	"vsched: '--cpu-mask' has no effect, use a cpuset" "" \
	vsched --cpu_mask 3
calls "vsched, no limit possible" 255 \
	"vsched: vc_set_sched(): Device or resource busy (xid 42)" \
	"set_sched 42 1 0 0 1 0 0 0 0 0 0 0" -x 42 -e set_sched=16 \
	vsched --xid 42 --fill-rate 1
calls "vsched --get" 0 "fill-rate: 1
interval: 4
tokens: -3
tokens-min: 6
tokens-max: 100
prio-bias: -7
fill-rate2: 2
interval2: 5
idle-time: 1" "" -x 42 vsched --xid 42 --get
run "$fake" -x 42 vsched --xid 42 --get --json
case $out in
'{"fill-rate":1,"interval":4,"tokens":-3,'*'"idle-time":true}') \
	pass "vsched --get --json" ;;
*) fail "vsched --get --json: $out" ;;
esac

sched=$tmp/sched
mkdir -p "$sched/cpu0" "$sched/cpu1"
echo 3 >"$sched/fill-rate"
echo 10 >"$sched/interval"
echo 7 >"$sched/priority-bias"
echo 1 >"$sched/cpu0/cpu-id"
echo 2 >"$sched/cpu0/fill-rate2"
: >"$sched/cpu0/idle-time"
echo 0 >"$sched/cpu1/idle-time"
echo 50 >"$sched/cpu1/tokens"
calls "vsched --dir" 0 "" \
"set_sched 42 503 0 0 3 0 20 0 0 0 0 7
set_sched 42 1606 1 0 0 2 20 0 0 0 0 0
set_sched 42 412 0 0 0 0 20 0 50 0 0 0" \
	-x 42 vsched --xid 42 --dir "$sched" --force --interval 20
calls "vsched --dir --missingok" 0 "" "" \
	vsched --dir "$tmp/missing" --missingok
echo x >"$sched/interval"
calls "vsched --dir with a wrong file" 255 "vsched: invalid interval 'x'" "" \
	-x 42 vsched --xid 42 --dir "$sched"

# All processes are in context 42 for this kernel.
run "$fake" -t 42 -x 42=/etc/vservers/test1 vps -p $$
is "$status:$err" 0: "vps"
is "$(sed -n '1s/^ *\(.*TTY\).*/\1/p' "$tmp/out")" "PID CONTEXT             TTY" \
	"vps: heading"
is "$(sed -n '2s/^ *[0-9]*\(.\{21\}\).*/\1/p' "$tmp/out")" \
	"    42 test1         " "vps: row"
run "$fake" -t 42 -x 42=/etc/vservers/test1 vps -x 43 -p $$
is "$(wc -l <"$tmp/out")" 1 "vps -x leaves others out"
run "$fake" -t 42 -x 42=/etc/vservers/test1 vps -x 42 -p $$
is "$(wc -l <"$tmp/out")" 2 "vps -x"
run "$fake" -t 49152 -x 49152 vps -o pid -p $$
is "$(sed -n 2p "$tmp/out" | tr -s ' ' | sed 's/^ //')" "$$ 49152 ERR " \
	"vps: PID as the last column"
run "$fake" vps -o comm -p $$
is "$status:$err" "254:Failed to parse ps-output" "vps without PID column"
run "$fake" vps --no-such-option
is "$status" 1 "vps: status of ps"
run "$fake" -t 42 -x 42=/etc/vservers/test1 vps --json -p $$
case $out in
'[{"xid":42,"name":"test1","pid":'$$',"ppid":'*'}]') pass "vps --json" ;;
*) fail "vps --json: $out" ;;
esac

run "$fake" -t 42 -x 42=/etc/vservers/test1 vserver-stat -n
is "$(sed -n 2p "$tmp/out" | sed 's/^42  *[0-9].* \(.*\) test1$/\1/')" \
	"2m56s60" "vserver-stat: row of a guest"
run "$fake" -t 42 -x 42 vserver-stat -n 42
is "$(wc -l <"$tmp/out")" 1 "vserver-stat ID"
plan
