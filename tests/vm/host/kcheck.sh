# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm kernel: building on request, and the checks of the series that need no machine. Prints TAP.
#
#	quick	every prefix of the series applies; checkpatch --strict on patches and overlay
#	full	besides: sparse on what they touch, nothing new against vanilla; what they touch without CONFIG_VSERVER

KCHECK_N=0
KCHECK_BAD=0

# kcheck NAME COMMAND...: one case; what the command prints is shown if it fails.
kcheck() {
	local name=$1 out
	shift
	KCHECK_N=$((KCHECK_N + 1))
	if out=$("$@" 2>&1); then echo "ok $KCHECK_N - $name"; else
		printf '%s\n' "$out" | sed 's/^/# /'
		echo "not ok $KCHECK_N - $name"
		KCHECK_BAD=$((KCHECK_BAD + 1))
	fi
}

# Applies the series patch by patch: each prefix has then applied. Builds of the prefixes are for `git bisect` hours.
kcheck_applies() {
	local name dir
	scratch
	dir=$REPLY
	for name in $(series); do [ ! -f "$TOP/$SERIES/$name" ] || patch_files "$TOP/$SERIES/$name"; done | sort -u |
		stage_pristine "$dir"
	for name in $(series); do kcheck "applies: $name" apply_patch "$dir" "$name"; done
	kcheck "all patches are in the series" kcheck_series_complete
}

kcheck_series_complete() {
	! (cd "$TOP/$SERIES" 2>/dev/null && ls -- *.patch 2>/dev/null) | grep -vxFf <(series)
}

# checkpatch in a source tree, which has its word lists: FILE:LINE: LEVEL:TYPE: TEXT.
checkpatch() {
	local tree=$1
	shift
	(cd "$tree" && perl scripts/checkpatch.pl --strict --quiet --no-summary --show-types --terse --showfile "$@") || true
}

# Prints TYPE FILE for each kind of finding that a stock file has of its own: there we follow the file.
checkpatch_stock() {
	local f=$1 cache=$LINUX/checkpatch/$1
	if [ ! -f "$cache" ]; then
		mkdir -p "${cache%/*}"
		checkpatch "$PRISTINE" -f "$f" | sed -nE "s,^[^ ]+: [A-Z]+:([A-Z0-9_]+): .*,\1 $f,p" | sort -u >"$cache.new"
		mv "$cache.new" "$cache"
	fi
	cat "$cache"
}

# The findings that count. $1: a name for what is checked, rest: stock files it changes. Standard input: all findings.
checkpatch_new() {
	local f
	shift
	awk 'NR == FNR {ok[$1 " " $2] = 1; next}
	     {file = $1; sub(/:.*/, "", file); split($2, t, ":")
	      if ((t[2] " ") in ok || (t[2] " " file) in ok) next
	      for (k in ok) {split(k, w, " "); if (w[1] == t[2] && w[2] ~ /\/$/ && index(file, w[2]) == 1) next}
	      print; bad = 1}
	     END {exit bad}' <(
		sed 's/#.*//; /^[[:space:]]*$/d' "$TOP/$CONFIGS/checkpatch.ignore"
		for f; do [ ! -f "$PRISTINE/$f" ] || checkpatch_stock "$f"; done
	) -
}

checkpatch_patch() {
	local files
	mapfile -t files < <(patch_files "$TOP/$SERIES/$1")
	checkpatch "$PREPARED" "$TOP/$SERIES/$1" | checkpatch_new "$1" "${files[@]}"
}

checkpatch_file() { checkpatch "$PREPARED" -f "$1" | checkpatch_new "$1"; }

# checkpatch_once FILE COMMAND...: not again for what passed already. What it says hangs on the name and text of the
# file, and on the program and our list, which give $CHECKPATCH_KEY.
checkpatch_once() {
	local file=$1 stamp
	shift
	stamp=$LINUX/checkpatch-passed/$({ echo "$CHECKPATCH_KEY $*"; cat "$file"; } | hash_text)
	[ ! -f "$stamp" ] || { touch "$stamp"; return 0; }
	"$@" || return
	mkdir -p "${stamp%/*}"
	: >"$stamp"
}

kcheck_style() {
	local name f
	CHECKPATCH_KEY=$(cat "$PREPARED"/scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} \
		"$TOP/$CONFIGS/checkpatch.ignore" | hash_text)
	for name in $(series); do
		kcheck "checkpatch: $name" checkpatch_once "$TOP/$SERIES/$name" checkpatch_patch "$name"
	done
	for f in $(overlay_files | sort); do
		kcheck "checkpatch: kernel/$f" checkpatch_once "$TOP/kernel/$f" checkpatch_file "$f"
	done
	find "$LINUX/checkpatch-passed" -mtime +30 -delete 2>/dev/null || true
}

# The objects that overlay and series touch and kernel `test` has; with `stock`, only those of existing files.
touched_objects() {
	local f
	while read -r f; do
		if [[ $f != *.c ]] || [ ! -f "$PATCHED/test/${f%.c}.o" ]; then continue; fi
		if [ "${1:-}" != stock ] || [ -f "$PRISTINE/$f" ]; then printf '%s\n' "${f%.c}.o"; fi
	done <"$PATCHED/touched"
}

# What sparse says about objects of kernel $1, without the line numbers. The objects follow.
sparse_output() {
	local kernel=$1
	shift
	kernel_names "$kernel"
	kernel_make -s -j"$JOBS" LOCALVERSION="$(kernel_localversion "$kernel")" C=2 CHECK=sparse "$@" 2>&1 |
		grep -E '^[^ ]+:[0-9]+:[0-9]+: ' | sed -E "s,^$KERNEL_SRC/,,; s,^\.\./src/,,; s/:[0-9]+:[0-9]+:/:/" | sort
}

# Lines that read capability sets directly, per file; and what was reviewed.
kcheck_raw_capabilities() {
	local pattern='cap_raised\(|cap_capable\(|->cap_(effective|permitted|inheritable|ambient)\b'
	local dirs=(kernel fs mm ipc net block drivers io_uring security crypto lib arch/x86 include sound virt)
	diff -u <(sed -nE 's/^([0-9]+ [^[:space:]]+).*/\1/p' "$TOP/$CONFIGS/raw-capabilities" | sort -k2) <(
		cd "$PREPARED"
		grep -rcE --include='*.c' --include='*.h' "$pattern" "${dirs[@]}" |
			sed -nE '/^security\/commoncap\.c:|:0$/d; s/^(.*):([0-9]+)$/\2 \1/p' | sort -k2
	)
}

kcheck_sparse() {
	local objects stock dir
	mapfile -t objects < <(touched_objects)
	mapfile -t stock < <(touched_objects stock)
	[ "${#objects[@]}" != 0 ] || return 0
	scratch
	dir=$REPLY
	lock vanilla "$CACHE"
	sparse_output vanilla "${stock[@]}" >"$dir/old"
	unlock vanilla
	sparse_output test "${objects[@]}" >"$dir/new"
	! comm -13 "$dir/old" "$dir/new" | grep .
}

# Compiles the touched objects of existing files in a configuration without our own options.
kcheck_without() {
	local objects log=$LOGS/kernel-off
	mapfile -t objects < <(touched_objects stock)
	kernel_names off
	kernel_configure off
	if kernel_make -s -j"$JOBS" LOCALVERSION=-vsoff "${objects[@]}" >"$log" 2>&1 && ! grep -q ' warning: ' "$log"; then
		return 0
	fi
	grep -E -A8 'warning: |error: |Error' "$log" || tail -n 20 "$log"
	return 1
}

# $1: quick or full.
kernel_check() {
	source_pristine
	kcheck_applies
	lock kernel
	source_prepared
	unlock kernel
	kcheck_style
	kcheck "readers of capability sets are known" kcheck_raw_capabilities
	if [ "$1" = full ]; then
		kernel_build vanilla
		kernel_build test
		lock kernel
		kcheck "sparse: nothing new" kcheck_sparse
		kcheck "builds without CONFIG_VSERVER" kcheck_without
		unlock kernel
	fi
	echo "1..$KCHECK_N"
	[ "$KCHECK_BAD" = 0 ]
}

vm_kernel() {
	case $1 in
	check) kernel_check full ;;
	*) kernel_build "$1"; echo "$KERNEL_IMAGE" ;;
	esac
}
