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

# Figures of guests: tests/bench/guests.sh in the machine, with crun to compare with if that is installed here.
bench_guests() {
	local key
	key=$(cat "$TOP/tests/bench/guests.sh" "$(command -v crun || echo /dev/null)" | hash_text)
	shell_prepare test yes
	host_layer
	LAYERS+=("$REPLY")
	layer bench-guests "$key" layer_bench_guests
	LAYERS+=("$REPLY")
	VM_MEM=1024
	shell_command "/vm/bench/guests.sh $*"
	exit "$EXIT_STATUS"
}

layer_bench_guests() {
	install -D -m 755 "$TOP/tests/bench/guests.sh" "$1/vm/bench/guests.sh"
	if command -v crun >/dev/null; then
		add_programs "$1" /usr/bin/crun
	else
		say "crun is not installed: figures without a comparison"
	fi
}

# tests/bench/run CACHE_DIR compares the kernels CACHE_DIR/bench/vanilla and CACHE_DIR/bench/test (ELF images) with
# programs of its own; it finds QEMU's command line in tests/vm/host/qemu.sh.
vm_bench() {
	local k
	if [ "${1:-}" = guests ]; then
		shift
		bench_guests "$@"
	fi
	[ -x "$TOP/tests/bench/run" ] || die "there is no tests/bench/run"
	mkdir -p "$CACHE/bench"
	for k in vanilla test; do
		kernel_build "$k"
		ln -f "$KERNEL_IMAGE" "$CACHE/bench/$k"
	done
	export TOP
	"$TOP/tests/bench/run" "$CACHE" "$@"
}
