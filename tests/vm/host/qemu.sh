# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the virtual machine: the command lines of QEMU, whether KVM may be used, and following a running machine by
# its result port. Needs no root and no network. May be sourced on its own by a program that has set TOP.
#
# A machine has succeeded only if the guest said so on the result port ("VM DONE" or "VM EXIT N"): the exit status of
# QEMU is 0 after a panic too.

if [ -z "${CACHE:-}" ]; then
	# shellcheck source=tests/vm/host/common.sh
	. "${TOP:?}/tests/vm/host/common.sh"
	work_directory
fi

QEMU=qemu-system-x86_64
QEMU_MACHINE=(-M q35 -nodefaults -no-user-config -display none -no-reboot)
# The watch dogs of the guest get patience: a busy host may keep a virtual CPU waiting for long.
QEMU_PATIENCE="rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60 workqueue.watchdog_thresh=120 tsc=reliable nbd.nbds_max=1"
QEMU_APPEND="console=ttyS0 loglevel=5 panic=-1 oops=panic rdinit=/init $QEMU_PATIENCE"

# Packs a directory as an archive of files that root owns. Not compressed: the debug kernel would need ten seconds to
# unpack what the host can load in none.
#	initrd_pack DIRECTORY OUTFILE
initrd_pack() {
	(cd "$1" && find . -print0 | sort -z | cpio -0 -o -H newc -R 0:0 --quiet --reproducible) >"$2.new"
	mv "$2.new" "$2"
}

# What a boot may change; reset by qemu_defaults.
qemu_defaults() {
	VM_SMP=2		# virtual CPUs
	VM_MEM=512		# MiB
	VM_APPEND=		# more kernel parameters
	VM_SILENCE=120		# seconds without a sign of life that count as a hang; 0: for ever
	VM_OPTIONS=()		# more options of QEMU
	VM_STDIN=/dev/null
}
qemu_defaults

# Sets ACCEL and TSC for an image. KVM only if a boot of this very kernel has proved within two seconds that it works;
# the proof holds until the host boots again.
qemu_accel() {
	local image=$1 verdict
	ACCEL=(-accel 'tcg,thread=multi' -cpu Nehalem)
	qemu_tsc
	[ -w /dev/kvm ] || return 0
	verdict=$CACHE/kvm/${image##*/}-$(</proc/sys/kernel/random/boot_id)
	if [ ! -f "$verdict" ]; then
		mkdir -p "$CACHE/kvm"
		if kvm_probe "$image" 2>/dev/null; then echo yes >"$verdict"; else echo no >"$verdict"; fi
	fi
	if [ "$(<"$verdict")" = yes ]; then ACCEL=(-accel kvm -cpu host) TSC=; fi
}

# Sets TSC to the kernel parameter that tells an emulated guest how fast its clock is (see tsc.c), if that is known.
qemu_tsc() {
	local file khz
	TSC=
	file=$CACHE/tsc-$(</proc/sys/kernel/random/boot_id)
	[ "$(uname -m)" = x86_64 ] || return 0
	if [ ! -s "$file" ]; then
		rm -f "$CACHE"/tsc-*
		scratch
		{ gcc -O2 -o "$REPLY/tsc" "$TOP/tests/vm/host/tsc.c" && "$REPLY/tsc" >"$REPLY/khz"; } || return 0
		mv "$REPLY/khz" "$file"
	fi
	khz=$(<"$file")
	TSC="tsc_early_khz=$khz"
}

kvm_probe() {
	local dir
	scratch
	dir=$REPLY
	echo probe >"$dir/mode"
	initrd "$dir/initrd" "$dir/mode"
	timeout -k 1 2 "$QEMU" "${QEMU_MACHINE[@]}" -accel kvm -cpu host -smp 2 -m 512 -serial null \
		-device virtio-serial -chardev "file,id=r,path=$dir/result" \
		-device virtserialport,chardev=r,name=result \
		-kernel "$1" -initrd "$dir/initrd" -append "$QEMU_APPEND" >/dev/null 2>&1 </dev/null || true
	[ "$(cat "$dir/result" 2>/dev/null)" = "VM DONE" ]
}

# Boots an image and follows it to its end. DIR gets: serial (console), result (all lines of the result port), qemu
# (QEMU's own messages). HANDLER is called with each line of the result port. Sets VERDICT: done, hang or ended.
qemu_boot() {
	local dir=$1 image=$2 initrd=$3 handler=$4 pid
	qemu_accel "$image"
	rm -f "$dir/fifo" "$dir/serial" "$dir/result"
	mkfifo "$dir/fifo"
	: >"$dir/serial"
	: >"$dir/result"
	"$QEMU" "${QEMU_MACHINE[@]}" "${ACCEL[@]}" -smp "$VM_SMP" -m "$VM_MEM" -serial "file:$dir/serial" \
		-device virtio-serial -chardev "file,id=r,path=$dir/fifo" \
		-device virtserialport,chardev=r,name=result "${VM_OPTIONS[@]}" \
		-kernel "$image" -initrd "$initrd" -append "$QEMU_APPEND $TSC $VM_APPEND" \
		<"$VM_STDIN" 2>"$dir/qemu" &
	pid=$!
	CHILDREN+=("$pid")
	qemu_follow "$pid" "$dir" "$handler"
	wait "$pid" 2>/dev/null || true
	rm -f "$dir/fifo"
}

qemu_follow() {
	local pid=$1 dir=$2 handler=$3 fd line part="" last=$SECONDS size=0 new
	VERDICT=ended
	exec {fd}<>"$dir/fifo"		# for reading and writing: does not block if QEMU never opens it
	while :; do
		if IFS= read -r -t 1 -u "$fd" line; then
			line=$part$line
			part=""
			last=$SECONDS
			printf '%s\n' "$line" >>"$dir/result"
			case $line in 'VM DONE' | 'VM EXIT '*) VERDICT=done ;; esac
			"$handler" "$line"
			continue
		fi
		part+=$line
		kill -0 "$pid" 2>/dev/null || break
		new=$(stat -c %s "$dir/serial")
		if [ "$new" != "$size" ]; then size=$new last=$SECONDS; fi
		if [ "$VERDICT" = done ] && ((SECONDS - last > 3)); then break; fi
		if ((VM_SILENCE > 0 && SECONDS - last > VM_SILENCE)); then VERDICT=hang; break; fi
	done
	kill -KILL "$pid" 2>/dev/null || true	# a stopped one does not hear TERM
	exec {fd}>&-
}

# The end of the console log, for the report of a failure.
qemu_tail() { tail -n "${2:-40}" "$1/serial" | tr -d '\r' | sed 's/^/#   /'; }

# True if the machine of directory $1 died of a known fault of QEMU before 8.1: with several threads of emulation, a
# CPU may execute the breakpoint of a kernel that patches its own code (a static key, a tracepoint) after it has been
# taken out again. The kernel then finds a breakpoint that nobody set, where its code has none.
qemu_breakpoint_fault() {
	local version major minor
	version=$("$QEMU" --version | sed -nE 's/.* version ([0-9]+)\.([0-9]+).*/\1 \2/p')
	read -r major minor <<<"$version"
	((major < 8 || (major == 8 && minor < 1))) || return 1
	[[ ${ACCEL[*]} = *thread=multi* ]] || return 1
	grep -q '\] int3: 0000 \[#1\]\|\] Oops: int3: 0000 \[#1\]' "$1/serial"
}

# The number of lines on the console that are errors of the kernel.
qemu_kernel_errors() {
	grep -cE -f <(grep -vE '^(#|$)' "$VMDIR/guest/kmsg.patterns" | sed 's/^^/\\] /') "$1/serial" || true
}

# Runs an image on one CPU that counts instructions: the same input gives the same output, byte for byte. Everything
# the guest writes to its console goes to OUTFILE. Fails if QEMU does, or if the guest is silent for VM_SILENCE
# seconds (default here: 600, a bench prints little).
#	qemu_icount KERNEL_IMAGE INITRD OUTFILE [kernel parameter ...]
qemu_icount() {
	local image=$1 initrd=$2 out=$3 pid size=0 new last=$SECONDS silence=${ICOUNT_SILENCE:-600}
	shift 3
	: >"$out"
	"$QEMU" "${QEMU_MACHINE[@]}" -accel tcg,thread=single -icount shift=0,sleep=off -cpu Nehalem -smp 1 \
		-m "${ICOUNT_MEM:-512}" -rtc base=2020-01-01,clock=vm -seed 1 -serial "file:$out" -kernel "$image" \
		-initrd "$initrd" -append "console=ttyS0 quiet panic=-1 rdinit=/init norandmaps $*" \
		</dev/null 2>"$out.qemu" &
	pid=$!
	CHILDREN+=("$pid")
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.5
		new=$(stat -c %s "$out")
		if [ "$new" != "$size" ]; then size=$new last=$SECONDS; fi
		if ((SECONDS - last > silence)); then
			kill "$pid" 2>/dev/null || true
			say "the machine is silent since $silence s; the end of its console:"
			tail -n 20 "$out" >&2
			return 1
		fi
	done
	wait "$pid"
}
