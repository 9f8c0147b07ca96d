# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm shell: a root shell in the machine on a terminal of its own (the kernel writes to another one), or one
# command whose output and exit status become ours.

# Quotes words for the guest's shell.
shell_quote() {
	local w
	for w; do printf "'%s' " "${w//\'/\'\\\'\'}"; done
}

handle_nothing() { :; }

handle_exit() {
	case $1 in 'VM EXIT '*) EXIT_STATUS=${1#VM EXIT } ;; esac
}

shell_prepare() {
	kernel_build "$1"
	LAYERS=()
	if [ "${2:-yes}" = yes ]; then
		tools_layer
		LAYERS=("$REPLY")
	fi
	qemu_defaults
	VM_SILENCE=0		# whoever types may think
	RUN=$CACHE/run/shell-$$
	mkdir -p "$RUN"
	SCRATCH+=("$RUN")
}

# $1: the program, if not a shell. The escape of QEMU's own console is not connected: every key goes to the guest.
shell_interactive() {
	local modes files=("$RUN/mode" "$RUN/stty" "$RUN/term" "$RUN/program")
	if [ ! -t 0 ] || [ ! -t 1 ]; then die "an interactive shell needs a terminal; or name a command: ./vm shell COMMAND"; fi
	echo shell >"$RUN/mode"
	echo "${TERM:-vt100}" >"$RUN/term"
	echo "${1:-bash -l}" >"$RUN/program"
	stty size | sed 's/^0 0$/24 80/; s/\(.*\) \(.*\)/rows \1 columns \2/' >"$RUN/stty"
	initrd "$RUN/initrd" "${files[@]}"
	modes=$(stty -g)
	VM_STDIN=/dev/tty
	VM_OPTIONS+=(-chardev 'stdio,id=t,signal=off' -device 'virtconsole,chardev=t')
	progress_clear
	qemu_boot "$RUN" "$KERNEL_IMAGE" "$RUN/initrd" handle_nothing
	stty "$modes"
	shell_kernel_errors
	[ "$VERDICT" = done ] || { qemu_tail "$RUN" >&2; die "the machine ended without the shell's consent"; }
}

shell_command() {
	local cats=()
	echo command >"$RUN/mode"
	# One word is shell text, several are a command with its arguments.
	if [ $# = 1 ]; then printf '%s\n' "$1" >"$RUN/command"; else shell_quote "$@" >"$RUN/command"; fi
	initrd "$RUN/initrd" "$RUN/mode" "$RUN/command"
	mkfifo "$RUN/out" "$RUN/err"
	cat "$RUN/out" &
	cats+=($!)
	cat "$RUN/err" >&2 &
	cats+=($!)
	CHILDREN+=("${cats[@]}")
	VM_OPTIONS+=(
		-chardev "file,id=o,path=$RUN/out" -device 'virtserialport,chardev=o,name=out'
		-chardev "file,id=e,path=$RUN/err" -device 'virtserialport,chardev=e,name=err'
	)
	progress_clear
	EXIT_STATUS=
	qemu_boot "$RUN" "$KERNEL_IMAGE" "$RUN/initrd" handle_exit
	if [ -z "$EXIT_STATUS" ]; then
		cat "$RUN/qemu" >&2
		qemu_tail "$RUN" >&2
		die "the machine ended before the command did"
	fi
	wait "${cats[@]}" || true
	shell_kernel_errors
}

# Shows what the kernel had to complain about; their number in KERNEL_ERRORS.
shell_kernel_errors() {
	KERNEL_ERRORS=$(qemu_kernel_errors "$RUN")
	if [ "$KERNEL_ERRORS" != 0 ]; then
		say "the kernel has complained; its console:"
		qemu_tail "$RUN" 100 >&2
	fi
}

# ./vm shell [-k KERNEL] [-T] [COMMAND [ARG...]]
vm_shell() {
	local kernel=test tools=yes
	while :; do
		case ${1:-} in
		-k) kernel=${2:?a kernel}; shift 2 ;;
		-T) tools=no; shift ;;
		*) break ;;
		esac
	done
	shell_prepare "$kernel" "$tools"
	if [ $# = 0 ]; then shell_interactive; return; fi
	shell_command "$@"
	exit "$EXIT_STATUS"
}
