#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns the transcript of ./vm demo. Each step says what it claims, runs a command as root, shows what it prints, and
# checks that the claim holds; the demo fails with the first one that does not. With --shell it ends in a shell in the
# guest.

CLAIMS=0

# Says something to the reader.
say() { printf '\n'; printf '# %s\n' "$@"; }

# Shows a command and runs it; output in OUT, exit status in STATUS. By way of a file: what the command leaves in the
# background would keep a pipe open.
run() {
	printf 'vm# %s\n' "$*"
	STATUS=0
	eval "$*" </dev/null >/tmp/demo.out 2>&1 || STATUS=$?
	OUT=$(cat /tmp/demo.out)
	[ -z "$OUT" ] || printf '%s\n' "$OUT"
}

# The same on a terminal, where LINES are typed, each at a prompt: as a person would do it.
#	type_at PROMPT "LINES" COMMAND...
type_at() {
	prompt=$1 lines=$2
	shift 2
	printf 'vm# %s\n' "$*"
	STATUS=0
	printf '%s' "$lines" | TERM=dumb /vm/talk "$prompt" "$@" >/tmp/demo.out 2>&1 || STATUS=$?
	OUT=$(cat /tmp/demo.out)
	[ -z "$OUT" ] || printf '%s\n' "$OUT"
}

# claim TEXT COMMAND...: the command succeeds, or the demo is over.
claim() {
	text=$1
	shift
	if "$@"; then CLAIMS=$((CLAIMS + 1)); return; fi
	printf '\ndemo: this was to be shown, but is not so: %s\n' "$text"
	exit 1
}

worked() { [ "$STATUS" = 0 ]; }
refused() { [ "$STATUS" != 0 ]; }
shows() { printf '%s\n' "$OUT" | grep -Eq -- "$1"; }
hides() { ! shows "$1"; }

# Waits up to ten seconds until a command succeeds.
until_true() {
	left=100
	while ! "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

# The guest has reached its run level: the script that does it has ended. Asking costs it time, so not too often.
level_is() { vserver candy exec sh -c "runlevel | grep -q ' $1$' && ! pgrep -x rc" >/dev/null 2>&1; }
boots() {
	left=180
	until level_is "$1"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 1
	done
}

context_is_gone() { ! test -e "/proc/virtual/$1"; }

# shellcheck source=tests/vm/guest/demo/session.sh
. /vm/demo/session.sh
# shellcheck source=tests/vm/guest/demo/isolation.sh
. /vm/demo/isolation.sh

printf '\ndemo: %d claims shown\n' "$CLAIMS"
[ "${1:-}" = --shell ] || exit 0

say "And now you: a shell in the guest. It ends with 'exit', and the machine with it."
printf 'vm# vserver candy start\n'
vserver candy start || exit
printf 'vm# vserver candy enter\n'
vserver candy enter
vserver --silent candy stop
