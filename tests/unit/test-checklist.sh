#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The list of claims is complete, and names tests that there are.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
list=$srcdir/tests/checklist

# file NAME: where such a test is.
file() {
	case $1 in
	bench) echo "$srcdir/tests/bench/report" && return ;;
	vm/*)
		grep -q "^${1#vm/} " "$srcdir/tests/vm/tests.list" || return 0
		set -- "$srcdir/tests/vm/${1#vm/}.sh" "$srcdir/tests/vm/${1#vm/}.c" \
			"$srcdir/tests/attack/${1#vm/}.c"
		;;
	unit/*) set -- "$srcdir/tests/unit/test-${1#unit/}.sh" "$srcdir/tests/unit/test-${1#unit/}.c" ;;
	*) return 0 ;;
	esac
	for f; do
		[ ! -f "$f" ] || { echo "$f" && return; }
	done
}

# check_proof PROOF: prints what is wrong with it.
check_proof() {
	name=${1%%:*}
	f=$(file "$name")
	[ "$f" ] || { echo "there is no test $name" && return; }
	case $1 in
	*:*) grep -qF -- "$(echo "${1#*:}" | tr _ ' ')" "$f" || echo "$name has no case '${1#*:}'" ;;
	esac
}

sed '/^#/d; /^$/d' "$list" >"$tmp/list"
for document in 0:37 1:75 2:35 3:41 4:45; do
	is "$(sed -n "s/^\(S${document%:*}-[0-9]*\) .*/\1/p" "$tmp/list" | xargs)" \
		"$(seq -f "S${document%:*}-%g" "${document#*:}" | xargs)" "all claims of S${document%:*}"
done
while read -r id kind rest; do
	case $rest in
	*' -- '*) ;;
	*) echo "$id: no claim" ;;
	esac
	case $kind in
	later | none) [ "${rest%% -- *}" ] || echo "$id: why?" ;;
	test)
		for proof in ${rest%% -- *}; do
			wrong=$(check_proof "$proof")
			[ ! "$wrong" ] || echo "$id: $wrong"
		done
		;;
	*) echo "$id: what is '$kind'?" ;;
	esac
done <"$tmp/list" >"$tmp/wrong"
is "$(cat "$tmp/wrong")" "" "each claim has a proof, or a reason"
is "$(grep -c ' test ' "$tmp/list" | awk '{print ($1 > 180)}')" 1 "most of them have a test"
plan
