# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm demo and ./vm bench: what has to be there before the programs that do the work are started.

# The transcript itself is tests/vm/guest/demo/demo.sh, which fails if a step does not show what it claims. At a
# terminal it ends in a shell in the guest.
vm_demo() {
	shell_prepare test yes
	host_layer
	LAYERS+=("$REPLY")
	guest_drives disk,template
	VM_MEM=1024
	if [ -t 0 ] && [ -t 1 ]; then
		shell_interactive "/vm/demo/demo.sh --shell"
	else
		VM_SILENCE=600
		shell_command /vm/demo/demo.sh
	fi
	if [ "$KERNEL_ERRORS" != 0 ]; then die "demo: the kernel has complained"; fi
	exit "${EXIT_STATUS:-0}"
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
