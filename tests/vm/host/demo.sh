# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm demo and ./vm bench: what has to be there before the programs that do the work are started.

# The transcript itself is tests/vm/guest/demo/demo.sh, which fails if a step does not show what it claims.
vm_demo() {
	shell_prepare test yes
	VM_SILENCE=120
	shell_command /vm/demo
	if [ "$KERNEL_ERRORS" != 0 ]; then die "demo: the kernel has complained"; fi
	exit "$EXIT_STATUS"
}

# tests/bench/run CACHE_DIR compares the kernels CACHE_DIR/bench/vanilla and CACHE_DIR/bench/test (ELF images) with
# programs of its own; it finds QEMU's command line in tests/vm/host/qemu.sh.
vm_bench() {
	local k
	[ -x "$TOP/tests/bench/run" ] || die "there is no tests/bench/run"
	mkdir -p "$CACHE/bench"
	for k in vanilla test; do
		kernel_build "$k"
		ln -f "$KERNEL_IMAGE" "$CACHE/bench/$k"
	done
	export TOP
	"$TOP/tests/bench/run" "$CACHE" "$@"
}
