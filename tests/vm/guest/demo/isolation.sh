# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Owns the second half of the demo: contexts made by hand, and what they keep apart. Continues demo.sh.

everyone() { chcontext --silent --ctx 1 -- ps ax; }
sleeps() { everyone | grep -q "[s]leep $1"; }
gone() { ! sleeps "$1"; }
pid_of() { everyone | awk -v n="$1" '$0 ~ "sleep " n "$" {print $1; exit}'; }

say "Two contexts, each with a name of its own and one process that stays."
run chcontext --secure --hostname alpha --ctx 101 --disconnect -- sleep 1001
claim "context 101 starts" worked
run chcontext --secure --hostname beta --ctx 102 --disconnect -- sleep 1002
claim "context 102 starts" worked
claim "both processes run" until_true sleeps 1001
claim "both processes run" until_true sleeps 1002
run vserver-stat
claim "both are listed" shows '^101 .*'
claim "both are listed" shows '^102 .*'

say "Each sees itself and is blind to the other and to the host."
run chcontext --silent --ctx 101 -- ps ax
claim "alpha sees its process" shows 'sleep 1001'
claim "alpha does not see beta" hides 'sleep 1002'
claim "alpha does not see the host" hides 'kthreadd'
run chcontext --silent --ctx 102 -- ps ax
claim "beta sees its process" shows 'sleep 1002'
claim "beta does not see alpha" hides 'sleep 1001'
run chcontext --silent --ctx 101 -- hostname
claim "alpha has its own name" shows '^alpha$'
run hostname
claim "the host has kept its own" shows '^vm$'

say "The host does not see them either; the spectator, context 1, sees all."
run "ps ax | grep '[s]leep 100'"
claim "the host is not bothered with them" refused
run "vps ax | grep '[s]leep 100'"
claim "the spectator sees alpha" shows ' 101 .*sleep 1001'
claim "the spectator sees beta" shows ' 102 .*sleep 1002'

say "Whoever knows a number cannot use it: not root on the host, not a neighbour, not the spectator."
ALPHA=$(pid_of 1001)
run kill -9 "$ALPHA"
claim "the host cannot signal alpha" refused
claim "to the host it does not exist" shows 'No such process'
run chcontext --silent --ctx 102 -- kill -9 "$ALPHA"
claim "beta cannot signal alpha" refused
run chcontext --silent --ctx 1 -- kill -9 "$ALPHA"
claim "the spectator cannot signal alpha" refused
claim "alpha lives" sleeps 1001

say "A setuid program makes alice root, also in a context ..."
run cp /vm/setuid-mknod /tmp/
run chmod 4755 /tmp/setuid-mknod
run "su alice -c /tmp/setuid-mknod"
claim "on the host, it can make a device" worked
say "... but the ceiling of the context holds for root too."
run "chcontext --silent --ctx 101 -- su alice -c /tmp/setuid-mknod"
claim "it is root in the context" shows 'effective user id 0'
claim "and still cannot make a device" refused
claim "and still cannot make a device" shows 'Operation not permitted'

say "What the host may do is end a context, all of it at once."
run vkill --xid 101 -s KILL
claim "the context ends" worked
claim "its process is gone" until_true gone 1001
claim "the other one lives" sleeps 1002
run vkill --xid 102 -s KILL
claim "the second one ends too" until_true gone 1002
