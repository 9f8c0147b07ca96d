# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns test runs: which tests share a boot, following them, judging results, and what happens to the rest when a
# machine dies. All cases of all runs are counted in PASSED and FAILED.

PASSED=0
FAILED=0
SKIPPED=0
JUDGED=0	# tests: lines of our own result

# Judges the result in file $1 and prints it. $2: name, $3: how it ended, $4: 1 if a plan is due, $5: seconds.
judge() {
	local answer passed failed skipped
	answer=$(awk -v name="$2" -v how="$3" -v plan="$4" -f "$VMDIR/host/ktap.awk" "$1")
	read -r passed failed skipped <<<"$answer"
	PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
	progress_clear
	JUDGED=$((JUDGED + 1))
	if [ "$failed" = 0 ]; then printf 'ok'; else printf 'not ok'; fi
	printf ' %d - %s: %d passed' "$JUDGED" "$2" "$passed"
	[ "$failed" = 0 ] || printf ', %d failed' "$failed"
	[ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
	printf ', %s s\n' "$5"
	[ "$failed" = 0 ] || tail -n +2 <<<"$answer"
}

# Counts and prints one case that failed without a test having said so.
failure() {
	FAILED=$((FAILED + 1)) JUDGED=$((JUDGED + 1))
	progress_clear
	printf 'not ok %d - %s\n' "$JUDGED" "$*"
}

handle_test() {
	local line=$1 word name how cs plan
	case $line in
	'| '* | '|' | 'VM KMSG '*) printf '%s\n' "$line" >>"$RUN/current" ;;
	'VM TEST '*)
		CURRENT=${line#VM TEST }
		CURRENT_START=$SECONDS
		: >"$RUN/current"
		progress "$KERNEL: $CURRENT"
		;;
	'VM END '*)
		read -r word word name how cs <<<"$line"
		ENDED+=" $name "
		CURRENT=
		plan=1
		case $name in
		boot) plan=0 ;;
		kunit) [[ $(kernel_fragments "$KERNEL") = *vserver* ]] || plan=0 ;;	# who has suites must run them
		esac
		judge "$RUN/current" "$KERNEL/$name" "$how" "$plan" "$((cs / 100)).$((cs / 10 % 10))"
		;;
	'VM ALIVE'*) progress "$KERNEL: $CURRENT, $(duration $((SECONDS - CURRENT_START)))" ;;
	'VM BOOT '* | 'VM DONE'*) ;;
	*) printf '# %s\n' "$line" ;;
	esac
}

# What a dead machine means: a failure of the test it died in, with the end of its console. Unless it died of the
# emulator: then all that has not ended runs again, a few times at most.
report_death() {
	if [ "$RETRIES" -lt 3 ] && qemu_breakpoint_fault "$RUN"; then
		RETRIES=$((RETRIES + 1))
		progress_clear
		echo "# $KERNEL: died in ${CURRENT:-no test} of a fault of this QEMU (see qemu.sh); what has not ended runs again"
		return
	fi
	local what="the machine ended by itself"
	[ "$VERDICT" != hang ] || what="no sign of life for $VM_SILENCE seconds"
	if [ -n "$CURRENT" ]; then
		echo "| # $what" >>"$RUN/current"
		judge "$RUN/current" "$KERNEL/$CURRENT" lost 1 $((SECONDS - CURRENT_START))
		ENDED+=" $CURRENT "
	else
		failure "$KERNEL: $what, outside of any test"
	fi
	echo "# the end of the console log ($RUN/serial):"
	qemu_tail "$RUN"
	if [ -s "$RUN/qemu" ]; then sed 's/^/#   qemu: /' "$RUN/qemu"; fi
}

# Writes what the guest finds in /vm/run for the tests of file $1, and the image; $2: its guests.
run_image() {
	local list=$1 guests=$2 slowness=1 files=("$RUN/mode" "$RUN/env" "$RUN/tests")
	[ "$KERNEL" != debug ] || slowness=10
	echo test >"$RUN/mode"
	printf 'export VM_KERNEL=%s VM_SLOWNESS=%s\n' "$KERNEL" "$slowness" >"$RUN/env"
	# What makes a run of a fuzzer longer, or the same as another.
	[ -z "${FUZZ_SECONDS:-}" ] || echo "export FUZZ_SECONDS=$((FUZZ_SECONDS))" >>"$RUN/env"
	[ -z "${FUZZ_SEED:-}" ] || echo "export FUZZ_SEED=$((FUZZ_SEED))" >>"$RUN/env"
	awk -v slow="$slowness" -v more="$((${FUZZ_SECONDS:-0} * 2))" '{print $2, $3 * slow + more, "/vm/tests/" $2}' \
		"$list" >"$RUN/tests"
	: >"$RUN/leaks"
	: >"$RUN/kunit"
	[ "$RUN_LEAKS" = no ] || files+=("$RUN/leaks")
	[ "$RUN_KUNIT" = no ] || files+=("$RUN/kunit")
	LAYERS=()
	if tests_need_tools "$list"; then
		tools_layer
		LAYERS=("$REPLY")
	fi
	if [ -n "$guests" ]; then
		host_layer
		LAYERS+=("$REPLY")
	fi
	tests_layer "$list"
	LAYERS+=("$REPLY")
	initrd "$RUN/initrd" "${files[@]}"
}

# Runs the tests of file $1, which share a machine; boots again for those that a dead machine left over.
run_boot() {
	local list=$1 boot=$2 smp mem guests append left retries=$RETRIES
	IFS=: read -r _ smp mem guests append <<<"$boot"
	while :; do
		BOOTS=$((BOOTS + 1))
		RUN=$RUN_ALL/$BOOTS
		mkdir "$RUN"
		qemu_defaults
		# What the debug kernel keeps of each piece of memory takes as much again.
		if [ "$KERNEL" = debug ]; then mem=$((mem < 1024 ? 1024 : mem)); fi
		VM_SMP=$smp VM_MEM=$mem VM_APPEND="kunit.filter_glob=vs_* ${append//,/ }"
		if [ "$KERNEL" = debug ]; then
			VM_SILENCE=600
			[ "$RUN_LEAKS" = yes ] || VM_APPEND+=" kmemleak=off"
		fi
		guest_drives "$guests"
		left=$(wc -l <"$list")
		CURRENT=
		run_image "$list" "$guests"
		progress "$KERNEL: booting"
		qemu_boot "$RUN" "$KERNEL_IMAGE" "$RUN/initrd" handle_test
		rm -f "$RUN/initrd"
		[ "$VERDICT" != done ] || return 0
		report_death
		awk -v ended="$ENDED" 'index(ended, " " $2 " ") == 0' "$list" >"$list.rest"
		mv "$list.rest" "$list"
		[ -s "$list" ] || return 0
		if [ "$left" != "$(wc -l <"$list")" ] || [ "$RETRIES" != "$retries" ]; then retries=$RETRIES; else
			break	# it does not even reach the first
		fi
		[[ $ENDED != *' kunit '* ]] || RUN_KUNIT=no
	done
	while read -r _ left _; do failure "$KERNEL/$left: not run"; done <"$list"
}

# Runs all tests of a kernel (or one), boot by boot.
run_kernel() {
	local only=${2:-} boot boots failed=$FAILED list
	KERNEL=$1 BOOTS=0 RETRIES=0 RUN_KUNIT=yes
	[ -z "$only" ] || RUN_KUNIT=no
	RUN_ALL=$CACHE/run/$KERNEL.$$
	list=$RUN_ALL/list
	mkdir -p "$RUN_ALL"
	find "$CACHE/run" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
	kernel_build "$KERNEL"
	tests_for "$KERNEL" "$only" >"$RUN_ALL/all"
	mapfile -t boots < <(
		[ -n "$only" ] || grep -q '^shared' "$RUN_ALL/all" || echo shared:2:512::
		cut -d' ' -f1 "$RUN_ALL/all" | awk '!seen[$0]++'
	)
	for boot in "${boots[@]}"; do
		ENDED='' RUN_LEAKS=no
		awk -v boot="$boot" '$1 == boot' "$RUN_ALL/all" >"$list"
		run_boot "$list" "$boot"
		RUN_KUNIT=no
	done
	if [ "$KERNEL" = debug ]; then
		ENDED='' RUN_LEAKS=yes
		awk '$4 == "yes"' "$RUN_ALL/all" >"$list"
		[ ! -s "$list" ] || run_boot "$list" shared:2:512::
	fi
	[ "$FAILED" != "$failed" ] || SCRATCH+=("$RUN_ALL")		# logs of failures stay for a day
}
