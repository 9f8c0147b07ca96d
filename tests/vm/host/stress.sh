# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm stress: a stress program or a fuzzer of others, run as root of a guest for a while; afterwards the host is
# compared with what it was. Not part of ./vm check: it takes long, and a crash of the program is no fault of ours.

layer_stress() {
	add_programs "$2" "$1"
	install -D -m 755 "$VMDIR/guest/stress.sh" "$2/vm/stress"
}

# ./vm stress [stress-ng|trinity [SECONDS [KERNEL]]]
vm_stress() {
	local program=${1:-stress-ng} seconds=${2:-60} kernel=${3:-test} path key
	case $program in stress-ng | trinity) ;; *) die "stress: stress-ng or trinity, not $program" ;; esac
	[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "stress: a number of seconds, not $seconds"
	PACKAGES+=("$program")
	deps
	shell_prepare "$kernel" yes
	path=$(command -v "$program")
	key=$({ dpkg-query -W "$program" libc6; cat "$VMDIR"/{host,guest}/stress.sh; } | hash_text)
	layer "stress-$program" "$key" layer_stress "$path"
	LAYERS+=("$REPLY")
	VM_MEM=1536
	shell_command "/vm/stress $program $seconds"
	if [ "$KERNEL_ERRORS" != 0 ]; then die "stress: the kernel has complained"; fi
	exit "$EXIT_STATUS"
}
