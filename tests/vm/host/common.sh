# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns what every other file here needs: where things lie, messages, progress, locks, hashes, and the end of
# everything that was started.

umask 022
TOP=${TOP:?set by the program that sources this file}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/vserver
VMDIR=$TOP/tests/vm
WORK=$CACHE/work/$(printf '%s' "$TOP" | sha256sum | cut -c1-20)	# what belongs to this checkout
LOGS=$WORK/log
JOBS=$(nproc)
LAST_WORDS=:		# command to run at the very end
CHILDREN=()		# processes to end when this one ends
SCRATCH=()		# files and directories to remove then
declare -A LOCKS=()	# name -> descriptor

say() { progress_clear; printf 'vm: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Traces and runs one command that changes the host system.
cmd() { printf '[#] %s\n' "$*" >&2; "$@"; }

# --- progress: one line that is rewritten on a terminal, one line now and then elsewhere ---

PROGRESS_SHOWN=0
PROGRESS_NEXT=0

progress_clear() {
	if [ "$PROGRESS_SHOWN" = 1 ]; then printf '\r\033[K' >&2; PROGRESS_SHOWN=0; fi
}

# A part that runs beside this one writes how far it is to PROGRESS_OTHER; in such a part that is PROGRESS_FILE.
PROGRESS_FILE=
PROGRESS_OTHER=

progress() {
	local text="$*"
	if [ -n "$PROGRESS_FILE" ]; then printf '%s' "$text" >"$PROGRESS_FILE"; return; fi
	[ ! -s "$PROGRESS_OTHER" ] || text+=" | $(<"$PROGRESS_OTHER")"
	if [ -t 2 ]; then
		printf '\r\033[K%.*s' "$((${COLUMNS:-100} - 1))" "vm: $text" >&2
		PROGRESS_SHOWN=1
	elif ((SECONDS >= PROGRESS_NEXT)); then
		printf 'vm: %s\n' "$text" >&2
		PROGRESS_NEXT=$((SECONDS + 30))
	fi
}

duration() { printf '%d:%02d' "$(($1 / 60))" "$(($1 % 60))"; }

# --- files and hashes ---

# Prints the files of the checkout, without what git ignores.
checkout_files() {
	(
		cd "$TOP"
		git -c safe.directory='*' ls-files -co --exclude-standard 2>/dev/null || find . -type f -printf '%P\n'
	) | sort -u | while read -r f; do [ ! -f "$TOP/$f" ] || printf '%s\n' "$f"; done
}

# The hash of standard input, short enough for a file name.
hash_text() { sha256sum | cut -c1-20; }

# Names, modes and contents of all files below the given directories or files (editor droppings aside).
hash_tree() {
	local list
	list=$(cd "$TOP" && find "$@" -type f ! -name '*~' ! -name '.*.sw?' ! -name '*.orig' ! -name '*.rej' \
		-printf '%m %p\n' 2>/dev/null | sort -k2) || true
	{
		printf '%s\n' "$list"
		cut -d' ' -f2- <<<"$list" | (cd "$TOP" && tr '\n' '\0' | xargs -0r sha256sum --)
	} | hash_text
}

# True if FILE holds exactly TEXT.
stamp_is() { [ -f "$1" ] && [ "$(<"$1")" = "$2" ]; }

# Makes WORK; drops the parts of checkouts that are gone.
work_directory() {
	local d
	mkdir -p "$LOGS"
	printf '%s' "$TOP" >"$WORK/checkout"
	if [ -d "$CACHE/tmp" ]; then find "$CACHE/tmp" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +; fi
	for d in "$CACHE"/work/*; do
		if [ -f "$d/checkout" ] && [ ! -d "$(<"$d/checkout")" ]; then rm -rf "$d"; fi
	done
}

# --- locks: two runs may share the cache ---

# lock NAME [DIRECTORY]: what all checkouts share is locked in the cache, the rest in WORK.
lock() {
	local fd dir=${2:-$WORK}/lock
	mkdir -p "$dir"
	exec {fd}>"$dir/$1"
	if ! flock -n "$fd"; then
		say "waiting for another ./vm that works on: $1"
		flock "$fd"
	fi
	LOCKS[$1]=$fd
}

unlock() {
	local fd=${LOCKS[$1]}
	exec {fd}>&-
	unset "LOCKS[$1]"
}

# --- the end ---

# Runs a command in the background, in a process group of its own so that at_exit reaches all of it. Sets SPAWNED.
spawn() {
	set -m
	"$@" </dev/null &
	SPAWNED=$!
	set +m
	CHILDREN+=("-$SPAWNED")
}

# A new scratch directory in $REPLY.
scratch() {
	mkdir -p "$CACHE/tmp"
	REPLY=$(mktemp -d "$CACHE/tmp/XXXXXX")
	SCRATCH+=("$REPLY")
}

at_exit() {
	local status=$? pid
	trap - EXIT INT TERM HUP
	progress_clear
	for pid in "${CHILDREN[@]}"; do kill -- "$pid" 2>/dev/null || true; done
	if ((${#SCRATCH[@]})); then rm -rf "${SCRATCH[@]}"; fi
	"$LAST_WORDS"
	exit "$status"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
