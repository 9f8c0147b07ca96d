# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the three kernels: their configurations, when they are built, and where the finished images are.
#
# An image lies in $LINUX/images/KERNEL-KEY, where KEY is the hash of everything it is made from; if it is there, make
# is not called at all. The vanilla kernel depends on the Debian version and its configuration only.

KERNELS=(test debug vanilla)
CONFIGS=tests/vm/config

# Names and contents that would otherwise differ from build to build.
KERNEL_MAKE_ENV=(
	KBUILD_BUILD_TIMESTAMP="2025-01-01 00:00:00 UTC" KBUILD_BUILD_USER=vserver KBUILD_BUILD_HOST=vm
	KBUILD_BUILD_VERSION=1 LC_ALL=C
)

# The fragments of a kernel. Our own options exist once a patch makes their Kconfig known.
kernel_fragments() {
	local own=()
	if grep -qs '^+source.*security/vserver/Kconfig' "$TOP/$SERIES"/*.patch; then own=(vserver); fi
	case $1 in
	test) echo base test "${own[@]}" ;;
	debug) echo base debug "${own[@]}" "${own[@]/%/-debug}" ;;
	vanilla | off) echo base test ;;	# off: the prepared tree without our options, for kernel check
	*) die "no such kernel: $1 (there are: ${KERNELS[*]})" ;;
	esac
}

# The end of the version string. Test and vanilla: the same length, for equal instruction counts.
kernel_localversion() {
	case $1 in test) echo -vserver ;; debug) echo -vsdebug ;; vanilla) echo -vanilla ;; esac
}

kernel_config_text() {
	local f
	for f in $(kernel_fragments "$1"); do cat "$TOP/$CONFIGS/$f.config"; done
}

# The number of objects of a full build: what the last one had, at first a guess.
kernel_estimate() {
	if [ -f "$LINUX/objects-$1" ]; then cat "$LINUX/objects-$1"; else
		case $1 in debug) echo 1250 ;; *) echo 1500 ;; esac
	fi
}

# Sets KERNEL_SRC, KERNEL_OBJ, KERNEL_KEY and KERNEL_IMAGE of kernel $1; for a patched one the caller holds the lock
# `kernel` until it has built.
kernel_names() {
	local k=$1 source
	source_pristine
	if [ "$k" = vanilla ]; then
		KERNEL_SRC=$PRISTINE
		source=$LINUX_VERSION
	else
		source=$(source_key)
		KERNEL_SRC=$PATCHED/src
	fi
	KERNEL_OBJ=${KERNEL_SRC%/src}/$k
	KERNEL_KEY=$({
		echo "1 $source $(kernel_localversion "$k") $(gcc -dumpfullversion)"
		kernel_config_text "$k"
	} | hash_text)
	KERNEL_IMAGE=$LINUX/images/$k-$KERNEL_KEY
}

# Runs make for the kernel of the last kernel_names. ccache: with the common parent as base directory, a checkout or
# a cache in another place hits too.
kernel_make() {
	env CCACHE_DIR="$CACHE/ccache" CCACHE_MAXSIZE=3G CCACHE_BASEDIR="${KERNEL_SRC%/src}" CCACHE_NOHASHDIR=1 \
		CCACHE_COMPILERCHECK=content "${KERNEL_MAKE_ENV[@]}" \
		make -C "$KERNEL_SRC" O="$KERNEL_OBJ" CC="ccache gcc" HOSTCC="ccache gcc" "$@"
}

# Makes .config from the fragments, unless fragments and Kconfig files are as they were.
kernel_configure() {
	local k=$1 key text lost
	text=$(kernel_config_text "$k")
	key=$({
		printf '%s\n' "$text"
		cd "$TOP"
		find kernel -name 'Kconfig*' -print0 | sort -z | xargs -0r cat
		cat "$SERIES"/*.patch 2>/dev/null | grep -A9999 '^+++ .*/Kconfig' || true
	} | hash_text)
	! stamp_is "$KERNEL_OBJ/vm-config" "$key" || return 0
	mkdir -p "$KERNEL_OBJ"
	printf '%s\n' "$text" >"$KERNEL_OBJ/vm-fragment"
	kernel_make -s allnoconfig KCONFIG_ALLCONFIG="$KERNEL_OBJ/vm-fragment" >"$LOGS/config-$k" 2>&1 || {
		cat "$LOGS/config-$k" >&2
		die "kernel $k: cannot be configured"
	}
	lost=$(kernel_lost_options "$KERNEL_OBJ/vm-fragment" "$KERNEL_OBJ/.config")
	[ -z "$lost" ] || die "kernel $k: Kconfig does not take these lines of $CONFIGS:" "$lost"
	printf '%s' "$key" >"$KERNEL_OBJ/vm-config"
}

# Prints the settings of a fragment (the last one of each option) that a .config does not have.
kernel_lost_options() {
	awk '/^CONFIG_/ {split($0, p, "="); v = $0; n = p[1]} /^# CONFIG_.* is not set/ {n = $2; v = ""}
	     !/^(# )?CONFIG_/ {next}
	     FNR == NR {want[n] = v; next}
	     {have[n] = v}
	     END {for (n in want) if (want[n] != have[n]) printf "%s ", want[n] != "" ? want[n] : "no " n}' "$1" "$2"
}

# Follows a make in the background (pid $2) by its log. $3: objects of a full build or 0.
kernel_progress() {
	local k=$1 pid=$2 total=$3 start=$SECONDS n of=""
	[ "$total" = 0 ] || of=" of about $total"
	while kill -0 "$pid" 2>/dev/null; do
		n=$(grep -cE '^  (CC|AS) ' "$LOGS/kernel-$k" || true)
		progress "kernel $k: $n$of objects, $(duration $((SECONDS - start)))"
		sleep 1
	done
}

# Shows what is wrong in the log of a build, without what went well beside it.
kernel_errors() {
	grep -vE '^(make|  [A-Z]+ )' "$LOGS/kernel-$1" | grep -E -B2 -A8 'error:|Error|undefined reference|multiple definition' |
		head -80 >&2 || tail -n 20 "$LOGS/kernel-$1" >&2
}

# Runs make in the background and follows it. $1: kernel, $2: objects of a full build or 0, rest: targets.
kernel_run() {
	local k=$1 total=$2 pid
	shift 2
	spawn kernel_make -j"$JOBS" LOCALVERSION="$(kernel_localversion "$k")" "$@" >>"$LOGS/kernel-$k" 2>&1
	pid=$SPAWNED
	kernel_progress "$k" "$pid" "$total"
	if wait "$pid"; then return 0; fi
	kernel_errors "$k"
	die "kernel $k: the build failed, see $LOGS/kernel-$k"
}

# The directories of the overlay that make can build on their own.
overlay_directories() {
	local d
	for d in $(overlay_files | sed -n 's,/Makefile$,,p'); do
		if grep -qs "${d##*/}/" "$KERNEL_SRC/${d%/*}/Makefile"; then echo "$d/"; fi
	done
}

# Builds vmlinux of kernel $1 and keeps the image under its key.
kernel_compile() {
	local k=$1 start=$SECONDS total=0 n early
	[ -f "$KERNEL_OBJ/vmlinux" ] || total=$(kernel_estimate "$k")
	kernel_configure "$k"
	: >"$LOGS/kernel-$k"
	# Before a long build: our own code, so that its errors come soon.
	if [ "$k" != vanilla ] && { [ "$total" != 0 ] || [ "${UPDATED_HEADERS:-0}" != 0 ]; }; then
		mapfile -t early < <(overlay_directories)
		[ "${#early[@]}" = 0 ] || kernel_run "$k" 0 -k "${early[@]}"
	fi
	kernel_run "$k" "$total" vmlinux
	grep -E -A5 ' warning: ' "$LOGS/kernel-$k" >&2 || true
	n=$(grep -cE '^  (CC|AS) ' "$LOGS/kernel-$k" || true)
	[ "$total" = 0 ] || echo "$n" >"$LINUX/objects-$k"
	kernel_keep "$k"
	say "kernel $k: built, $n objects, $(duration $((SECONDS - start)))"
}

# Copies the image to its name and forgets all but the last few that were used.
kernel_keep() {
	local old
	mkdir -p "$LINUX/images"
	cp "$KERNEL_OBJ/vmlinux" "$KERNEL_IMAGE.new"
	mv "$KERNEL_IMAGE.new" "$KERNEL_IMAGE"
	find "$LINUX/images" -name "$1-*" -printf '%T@ %p\n' | sort -rn | tail -n +7 | cut -d' ' -f2- |
		while read -r old; do rm -f "$old"; done
}

# Makes sure that kernel $1 is there; sets KERNEL_IMAGE.
kernel_build() {
	local k=$1 lock=kernel where=$WORK
	if [ "$k" = vanilla ]; then lock=vanilla where=$CACHE; fi		# the same for all checkouts
	work_directory
	kernel_names "$k"
	if [ -f "$KERNEL_IMAGE" ]; then touch "$KERNEL_IMAGE"; return; fi
	lock "$lock" "$where"
	kernel_names "$k"
	if [ ! -f "$KERNEL_IMAGE" ]; then
		[ "$k" = vanilla ] || source_prepared
		kernel_compile "$k"
	fi
	unlock "$lock"
}
