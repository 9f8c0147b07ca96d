# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# The Test Anything Protocol, for test scripts.  Sourced.

count=0
failures=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vserver-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
LC_ALL=C
export LC_ALL

pass() {
	count=$((count + 1))
	echo "ok $count - $*"
}

fail() {
	count=$((count + 1))
	failures=$((failures + 1))
	echo "not ok $count - $*"
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# is GOT WANT WHAT
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		printf '%s\n' "$1" | sed 's/^/# got: /'
		printf '%s\n' "$2" | sed 's/^/# not: /'
	fi
}

# run COMMAND...: sets out, err and status for the caller.
# shellcheck disable=SC2034
run() {
	status=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

plan() {
	echo "1..$count"
	exit "$((failures != 0))"
}
