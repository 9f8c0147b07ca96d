# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Owns the form of a test script in the guest:
#
#	#!/bin/sh
#	# SPDX-License-Identifier: GPL-2.0
#	# Owns ...
#	# shellcheck source=tests/ktap.sh
#	. /vm/tests/ktap.sh
#	is "we are root" "$(id -u)" 0
#	ktap_exit
#
#	ok NAME COMMAND [ARG...]	the command succeeds
#	fails NAME COMMAND [ARG...]	the command fails
#	is NAME GOT WANTED		two texts are equal
#	like NAME TEXT PATTERN		the text matches the extended regular expression
#	skip NAME REASON
#	diag TEXT...			a line for the reader
#	eventually COMMAND [ARG...]	true as soon as the command succeeds, false after ten seconds

KTAP_CASES=0
KTAP_FAILED=0
echo "KTAP version 1"

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

# $1: 0 if good; $2: name.
ktap_result() {
	KTAP_CASES=$((KTAP_CASES + 1))
	if [ "$1" = 0 ]; then
		echo "ok $KTAP_CASES - $2"
	else
		KTAP_FAILED=$((KTAP_FAILED + 1))
		echo "not ok $KTAP_CASES - $2"
	fi
}

ok() {
	ktap_name=$1
	shift
	if ktap_out=$("$@" 2>&1); then
		ktap_result 0 "$ktap_name"
	else
		diag "exit status $? of: $*"
		diag "$ktap_out"
		ktap_result 1 "$ktap_name"
	fi
}

fails() {
	ktap_name=$1
	shift
	if ktap_out=$("$@" 2>&1); then
		diag "succeeded: $*"
		diag "$ktap_out"
		ktap_result 1 "$ktap_name"
	else
		ktap_result 0 "$ktap_name"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		ktap_result 0 "$1"
	else
		diag "got:    $2"
		diag "wanted: $3"
		ktap_result 1 "$1"
	fi
}

like() {
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		ktap_result 0 "$1"
	else
		diag "got: $2"
		diag "wanted a match of: $3"
		ktap_result 1 "$1"
	fi
}

skip() {
	KTAP_CASES=$((KTAP_CASES + 1))
	echo "ok $KTAP_CASES - $1 # SKIP $2"
}

eventually() {
	ktap_left=100
	while ! "$@" >/dev/null 2>&1; do
		ktap_left=$((ktap_left - 1))
		[ "$ktap_left" -gt 0 ] || return 1
		sleep 0.1
	done
}

ktap_exit() {
	echo "1..$KTAP_CASES"
	[ "$KTAP_FAILED" = 0 ]
	exit
}
