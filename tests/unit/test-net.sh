#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The same as test-calls.sh, for programs about network contexts.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
PATH=$PWD/util:$PATH
log=$tmp/log

fake=${FAKE_KERNEL:-tests/unit/fake-kernel}
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

calls "ncontext --create" 0 "New network context is 49152
inside" "net_create 49152 0" ncontext --create echo inside
calls "ncontext, id exists" 254 \
	"ncontext: vc_net_create(): File exists (nid 42)" "net_create 42 0" \
	-x 42 ncontext --create --nid 42 true
calls "ncontext --silentexist" 254 "" "net_create 42 0" \
	-x 42 ncontext --create --silentexist --nid 42 true
calls "ncontext --migrate" 0 inside "net_migrate 42" \
	-x 42 ncontext --migrate --nid 42 echo inside
calls "ncontext --migrate, none there" 255 \
	"ncontext: vc_net_migrate(): No such process (nid 42)" \
	"net_migrate 42" ncontext --migrate --nid 42 true

calls "nattribute" 0 inside "set_ncaps -1 1100 1100
set_nflags -1 2000000 2000100" \
	nattribute --set --secure --ncap multicast --flag ~single_ip echo inside
calls "nattribute --secure, but" 0 "" "set_ncaps 42 0 100
set_nflags 42 2000000 2000000" \
	-x 42 nattribute --nid 42 --secure --ncap ~raw_icmp
calls "nattribute --get" 0 "ncapabilities:
raw_icmp,^40
nflags:
single_ip,lback_remap,hide_netif,hide_lback,state_admin" "" \
	-x 42 nattribute --nid 42 --get

calls "naddress --add" 0 "Adding 192.0.2.7 192.0.2.8 10.1.0.0 10.2.0.5-10.2.0.9 127.5.5.5 192.0.2.255
inside" "net_add_ipv4 -1 10 c0000207 00000000 ffffff00
net_add_ipv4 -1 10 c0000208 00000000 fffffff0
net_add_ipv4 -1 20 0a010000 00000000 ffff0000
net_add_ipv4 -1 40 0a020005 0a020009 ff000000
net_add_ipv4 -1 210 7f050505 00000000 00000000
net_add_ipv4 -1 110 c00002ff 00000000 00000000" \
	naddress --add --ip 192.0.2.7 --ip 192.0.2.8/255.255.255.240 \
	--mask 10.1.0.0/16 --range 10.2.0.5-10.2.0.9/8 --lback 127.5.5.5 \
	--bcast 192.0.2.255 echo inside
calls "naddress, IPv6" 0 "" "net_remove_ipv6 42 10 /65 20010db8000000000000000000000007 ffffffffffffffff8000000000000000
net_remove_ipv6 42 20 /49 20010db8000100000000000000000000 ffffffffffff80000000000000000000
net_remove_ipv6 42 20 /0 00000000000000000000000000000000 00000000000000000000000000000000
net_remove_ipv6 42 10 /128 20010db8000000000000000000000008 ffffffffffffffffffffffffffffffff" \
	-x 42 naddress --remove --nid 42 --silent --ip 2001:db8::7/65 \
	--mask 2001:db8:1::/ffff:ffff:ffff:8000:: --ip :: --ip 2001:db8::8
calls "naddress --set" 0 "" \
"net_remove_ipv6 42 ff /0 00000000000000000000000000000000 00000000000000000000000000000000
net_remove_ipv4 42 ff 00000000 00000000 00000000
net_add_ipv4 42 20 00000000 00000000 00000000" \
	-x 42 naddress --set --silent --nid 42 --ip 0.0.0.0
calls "naddress of a device" 0 "" \
	"net_add_ipv4 42 10 7f000001 00000000 ff000000" \
	-x 42 naddress --add --silent --nid 42 --ip lo
calls "naddress, wrong address" 255 "Invalid IP number '192.0.2.256'" "" \
	naddress --add --ip 192.0.2.256
calls "naddress, wrong prefix" 255 "Invalid IP number '192.0.2.2/33'" "" \
	naddress --add --ip 192.0.2.2/33
calls "naddress, half a range" 255 "Invalid IP number '192.0.2.2'" "" \
	naddress --add --range 192.0.2.2
calls "naddress, no operation" 255 "No operation specified" "" \
	naddress --ip 192.0.2.2
calls "naddress, taken" 255 \
	"naddress: vc_net_add(): File exists (192.0.2.2)" \
	"net_add_ipv4 42 10 c0000202 00000000 ffffff00" \
	-x 42 -e net_add_ipv4=17 \
	naddress --add --silent --nid 42 --ip 192.0.2.2

calls "chbind" 0 "ipv4root is now 192.0.2.7 2001:db8::7
inside" "net_create 49152 0
set_ncaps 49152 100 100
set_nflags 49152 2000000 2000000
net_add_ipv4 49152 110 c00002ff 00000000 00000000
net_add_ipv4 49152 10 c0000207 00000000 ffffff00
net_add_ipv6 49152 10 /64 20010db8000000000000000000000007 ffffffffffffffff0000000000000000" \
	chbind --secure --ip 192.0.2.7 --ip 2001:db8::7/64 \
	--bcast 192.0.2.255 echo inside
calls "chbind to an existing one" 0 inside "net_create 42 0
net_migrate 42" -x 42 chbind --nid 42 --ip 192.0.2.7 echo inside
plan
