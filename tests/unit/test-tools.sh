#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What programs say and how they exit, without help of a kernel.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
PATH=$PWD/util:$PATH

c_tools="chbind chcontext naddress nattribute ncontext reducecap setattr showattr
	vattribute vcontext vdevmap vkill vlimit vmemctrl vnamespace vprocunhide vps vsched
	vserver-info vserver-stat vshelper vspace vuname vwait"
version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' config.h)

helpers="chroot-sh vserver-generator"
[ ! -x util/exec-cd ] || helpers="$helpers exec-cd"
[ ! -x util/unpack-root ] || helpers="$helpers unpack-root"
for tool in $c_tools $helpers vpstree vtop; do
	run "$tool" --help
	is "$status:$err:$(sed -n 1p "$tmp/out")" "0::Usage:" \
		"$tool --help: stdout, status 0"
	is "$(sed -n '$p' "$tmp/out")" "For more details see $tool(8)." \
		"$tool --help ends with the manual page"
	run "$tool" --version
	case $out in
	"$tool $version -- "*"
Copyright (C) "*) pass "$tool --version" ;;
	*) fail "$tool --version: $out" ;;
	esac
done

for tool in $c_tools $helpers; do
	run "$tool" --help
	# Options are sorted by their long names.
	names=$(sed -n '/^Options/,/^$/s/^ *\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' "$tmp/out")
	is "$names" "$(echo "$names" | sort)" "$tool --help is sorted"
	is "$(awk 'length > 80' "$tmp/out")" "" "$tool --help fits 80 columns"
	[ "$tool" = vps ] && continue
	run "$tool" --no-such-option
	is "$status:$out:$err" \
		"255::$tool: unrecognized option '--no-such-option'
Try '$tool --help' for more information." "$tool with a wrong option"
	if "$tool" --help >/dev/full 2>/dev/null; then
		fail "$tool notices a full disk"
	else
		is "$?" 1 "$tool notices a full disk"
	fi
done

# A file for others appears complete.
run vserver-stat --openmetrics --output "$tmp/out.prom"
is "$status:$out:$(sed -n '1p;$p' "$tmp/out.prom")" \
	"0::# TYPE vserver_processes gauge
# EOF" "vserver-stat --openmetrics --output"
is "$(echo "$tmp"/out.prom*)" "$tmp/out.prom" "no other file is left"
is "$(grep -vcE '^(# (TYPE|UNIT|HELP) vserver_[a-z_]+ .*|# EOF|vserver_[a-z_]+\{xid="[0-9]+",name="[^"]*"(,mode="(user|system)")?\} [0-9.]+)$' \
	"$tmp/out.prom")" 0 "each line of it is one of the format"
run vserver-stat --openmetrics --output "$tmp/no/such"
is "$status" 1 "vserver-stat --output, no directory"

# says STATUS TEXT COMMAND...: status and last line of stderr.
says() {
	want=$1:$2
	shift 2
	run "$@"
	is "$status:$(sed -n '$p' "$tmp/err")" "$want" "$*"
}

says 255 "Neither '--create' nor '--migrate' specified; try '--help' for more information" \
	vcontext true
says 255 "Can not migrate to an unknown context" vcontext --migrate true
says 255 "No command given; use '--help' for more information." \
	vcontext --create
run vcontext --create --migrate --xid 42 true
is "$status:$(sed -n 1p "$tmp/err")" \
	"255:Can not migrate and create a context at the same time" \
	"vcontext --create --migrate"
says 255 "vcontext: no guest 'no-such-guest'" \
	vcontext --create --xid no-such-guest true
says 255 "vcontext: id '65536' is too large" \
	vcontext --migrate --xid 65536 true
says 255 "Unknown personality flag 'foo'" \
	vcontext --create --personality-flags uname26,foo true
says 255 "vcontext: invalid user 'root'" vcontext --create --uid root true
says 255 "vcontext: connect(): No such file or directory (/no/such)" \
	vcontext --create --syncsock /no/such true
says 255 "For more details see chcontext(8)." chcontext
says 255 "No command given; use '--help' for more information." \
	chcontext --silent
says 255 "Unknown capability 'FOO'" chcontext --cap FOO true
says 255 "Unknown capability 'FOO'" chcontext --cap '!FOO' true
says 255 "Unknown flag 'XXX'" chcontext --flag fakeinit,XXX true
says 255 "Unknown bcap 'XXX'" vattribute --set --bcap '~XXX'
says 255 "Unknown ccap 'XXX'" vattribute --ccap raw_icmp,XXX
says 255 "Unknown flag '42x'" vattribute --flag 42x,1
says 255 "Unknown umask 'x'" vattribute --umask x
says 0 "vattribute: flag 'sched' is out of date, see vserver-contexts(7)" \
	vattribute --get --flag sched --help
says 255 "Try 'vattribute --help' for more information." \
	vattribute --get --set
says 255 "Try 'vspace --help' for more information." vspace --mount
says 255 "Try 'vspace --help' for more information." vspace --new --set
says 255 "No command given; use '--help' for more information." vspace --new
says 255 "vspace: invalid index '2'" vspace --set --index 2
says 255 "Unknown umask 'x'" vspace --set --mask x
says 255 "Try 'vnamespace --help' for more information." vnamespace true
says 255 "Try 'vnamespace --help' for more information." \
	vnamespace --new --enter 42 true
says 255 "No command given; use '--help' for more information." \
	vnamespace --new
says 255 "Try 'vnamespace --help' for more information." \
	vnamespace --cleanup --keep relative
says 255 "Can not parse limit '5x'" vlimit --nproc 5x
says 255 "Can not parse limit ''" vlimit -S --nproc ''
says 255 "vlimit: nproc is not counted in bytes" vlimit --nproc 5KB
says 255 "Can not parse limit '-2'" vlimit --nproc -2
says 255 "Can not parse limit '$(printf '%070d' 1)'" \
	vlimit --rss "$(printf '%070d' 1)"
says 255 "Try 'vlimit --help' for more information." vlimit
says 255 "Try 'vlimit --help' for more information." vlimit --nproc 5 -S
says 255 "Try 'vlimit --help' for more information." vlimit --15 5
says 255 "vlimit: /no/such: No such file or directory" vlimit --dir /no/such
says 255 "Try 'vmemctrl --help' for more information." vmemctrl
says 255 "Try 'vmemctrl --help' for more information." vmemctrl --get --set
says 255 "Try 'vmemctrl --help' for more information." vmemctrl --set
says 255 "Try 'vmemctrl --help' for more information." \
	vmemctrl --get --badness 5
for n in x 5x '' ' 5' +5 0x 99999999999999999999; do
	says 255 "vmemctrl: invalid badness '$n'" vmemctrl --set --badness "$n"
done
says 255 "Try 'vuname --help' for more information." vuname -g
says 255 "vuname: nodename: value too long" vuname --xid 42 -s \
	-t "nodename=$(printf '%065d' 0)"
says 255 "Try 'vuname --help' for more information." \
	vuname -s --xid 42 -t foo=bar
says 255 "Try 'setattr --help' for more information." setattr file
says 255 "Try 'setattr --help' for more information." setattr --barrier
says 255 "setattr: invalid flags '1x'" setattr --flags 1x file
says 1 "setattr: $tmp/none: No such file or directory" \
	setattr --barrier "$tmp/none"
says 255 "Try 'showattr --help' for more information." showattr -R -d .
says 1 "showattr: $tmp/none: No such file or directory" showattr "$tmp/none"
is "$out" "ERR       $tmp/none" "showattr, no file"
run showattr --legacy "$tmp/none"
is "$out" "ERR     $tmp/none" "showattr --legacy, no file"
says 255 "Try 'vdevmap --help' for more information." vdevmap --xid 42 --device /dev/null
says 255 "Try 'vdevmap --help' for more information." vdevmap --set --device /dev/null
says 255 "Try 'vdevmap --help' for more information." vdevmap --xid 42 --set --open
says 255 "vdevmap: $tmp/none: No such file or directory" \
	vdevmap --xid 42 --set --open --device "$tmp/none"
says 255 "vdevmap: $tmp: not a device node; links are not followed" \
	vdevmap --xid 42 --set --open --device "$tmp"
says 255 "vdevmap: invalid flags 'x'" vdevmap --xid 42 --set --flags x --device /dev/null
says 255 "Try 'vprocunhide --help' for more information." vprocunhide x
says 1 "vprocunhide: $tmp/none: No such file or directory" \
	vprocunhide --list "$tmp/none"
printf '%s\n' '# nothing' '' ' -/proc/no-such # at all' '>/proc/no*such/' >"$tmp/list"
says 0 "" vprocunhide --list "$tmp/list"
for line in /etc/passwd -/etc '~proc/x' /proc '++/proc/stat'; do
	printf '%s\n' '# nothing' "$line" >"$tmp/list"
	says 1 "vprocunhide: $tmp/list:2: '${line#[-~+]}' is not below /proc" \
		vprocunhide --list "$tmp/list"
done
says 255 "vsched: invalid fill-rate '1x'" vsched --fill-rate 1x
says 255 "vsched: invalid tokens-min ''" vsched --tokens_min ''
says 255 "vsched: invalid prio-bias '3000000000'" \
	vsched --priority-bias 3000000000
says 255 "Try 'vsched --help' for more information." vsched --get --tokens 1
says 255 "Try 'vsched --help' for more information." vsched --json
says 255 "Try 'vsched --help' for more information." vsched --missingok
says 255 "vsched: access(): No such file or directory (/no/such)" \
	vsched --dir /no/such
says 1 "No pid specified" vkill
says 1 "Invalid signal specified" vkill -s FOO 1
says 1 "vkill: abc: invalid pid" vkill abc
says 1 "vkill: 0: invalid pid" vkill -- 0
says 1 "vkill: -1: invalid pid" vkill -- -1
says 1 "vkill: refusing to signal every host process" vkill --xid 0
says 1 "vkill: refusing to signal every host process" vkill -c 1
says 127 "vwait: no guest 'no-such-guest'" vwait no-such-guest
says 127 "vwait: '1' never ends" vwait 1
says 255 "Try 'vwait --help' for more information." vwait
says 1 "invalid context name: no-such-guest" vserver-stat no-such-guest
says 255 "Try 'vserver-stat --help' for more information." \
	vserver-stat --sort foo
says 255 "Try 'vserver-info --help' for more information." vserver-info 42
says 255 "Try 'vserver-info --help' for more information." \
	vserver-info 42 FOO
says 1 "" vserver-info no-such-guest RUNNING

run vserver-info -l
is "$status:$(wc -l <"$tmp/out")" 0:21 "vserver-info -l"
for type in 0:main 1:watch 2:static 49151:static 49152:dynamic 65535:dynamic; do
	run vserver-info "${type%:*}" XIDTYPE
	is "$status:$out" "0:${type#*:}" "type of id ${type%:*}"
done
run vserver-info 65536 XIDTYPE
is "$status:$out" "1:invalid" "type of id 65536"
run vserver-info '/etc/vservers/a b;c..d' CANONIFY
is "$out" "etc_vservers_a_b_c..d" "vserver-info CANONIFY"
run vserver-info
case $status:$err:$out in
0:vserver-info:*:Versions:*Kernel:*VS-API:*Features:*) pass "vserver-info" ;;
*) fail "vserver-info: $status" ;;
esac
run vserver-info -q - SYSINFO
is "$status:$out" 0: "vserver-info -q prints nothing"
run vkill -l
is "$(sed -n '9p' "$tmp/out")" " 9 KILL" "vkill -l"

run reducecap --show
is "$(sed -n 1p "$tmp/out" | tr -s ' ')" \
	"Capability Effective Permitted Inheritable Bounding Ambient" \
	"reducecap --show"
run reducecap --cap '!CAP_CHOWN' -- grep CapEff /proc/self/status
is "$status:$err" "0:Executing" "reducecap runs a program"
case $out in
*[02468ace]) pass "reducecap removes a capability" ;;
*) fail "reducecap removes a capability: $out" ;;
esac
says 255 'reducecap: execvp("/no/such"): No such file or directory' \
	reducecap /no/such
run reducecap sh -c 'exit 42'
is "$status" 42 "status of the program"

run vserver-stat
is "$status:$(sed -n 1p "$tmp/out")" \
	"0:CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME" \
	"vserver-stat"
is "$(sed -n 2p "$tmp/out" | sed 's/.*  *//;s/^.*\(.\{11\}\)$/\1/')" \
	"server" "vserver-stat shows the host"
run vserver-stat -n
case $out in
CTX*) fail "vserver-stat -n" ;;
0\ *) pass "vserver-stat -n" ;;
*) fail "vserver-stat -n: $out" ;;
esac
run vserver-stat --json
case $out in
'[{"xid":0,"name":"root server","processes":'*'}]') pass "vserver-stat --json" ;;
*) fail "vserver-stat --json: $out" ;;
esac

# The rest is about kernels without support for vservers.
if vserver-info -q - APIVER 2>/dev/null; then
	skip "messages without kernel support" "the kernel has it"
	plan
fi
no="kernel has no vserver support"
says 255 "vcontext: vc_ctx_create(): $no" vcontext --create true
says 255 "vcontext: vc_ctx_create(): $no (xid 42)" \
	vcontext --create --disconnect --xid 42 true
says 255 "vcontext: vc_ctx_migrate(): $no (xid 42)" \
	vcontext --migrate --xid 42 true
says 255 "vcontext: vc_set_cflags(): $no" \
	vcontext --migrate-self --endsetup true
says 255 "chcontext: vc_ctx_create(): $no" chcontext true
says 255 "chcontext: vc_ctx_migrate(): $no (xid 1)" chcontext --ctx 1 true
says 255 "vspace: vc_set_space(): $no" vspace --set --uts
says 255 "vspace: vc_enter_space(): $no (xid 42)" vspace --enter 42 --uts true
says 255 "vspace: vc_get_space_default(): $no" vspace --set
says 255 "vattribute: vc_get_bcaps(): $no" vattribute --get
says 255 "vattribute: vc_set_ccaps(): $no (xid 42)" \
	vattribute --xid 42 --secure
says 255 "vlimit: vc_get_rlimit_mask(): $no" vlimit --all
says 255 "vlimit: vc_get_rlimit_mask(): $no" vlimit --xid 42 --nproc 5
says 255 "vuname: vc_get_vhi_name(): $no (xid 42)" vuname --xid 42
says 255 "vps: vc_ctx_migrate(): $no (xid 1)" vps ax
says 1 "vkill: 1: $no" vkill 1
says 1 "vkill: vc_ctx_kill(): $no (xid 42)" vkill --xid 42
run vwait --status-fd 1 42
is "$status:$out" "127:ERROR 38" "vwait --status-fd"
says 1 "vserver-info: vc_get_version(): $no" vserver-info - APIVER
says 1 "" vserver-info - FEATURE VKILL
says 1 "vserver-info: vc_task_xid(): $no (self)" vserver-info self XID
plan
