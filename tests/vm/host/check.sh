# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns ./vm check: the order of the parts, and the last line.

# Runs a program that prints TAP on standard output and judges it. $1: name, rest: command.
check_tap() {
	local name=$1 log=$LOGS/$1 start=$SECONDS status=0 pid
	shift
	spawn "$@" >"$log" 2>"$log.err"
	pid=$SPAWNED
	while kill -0 "$pid" 2>/dev/null; do
		progress "$name: $(grep -cE '^(not )?ok' "$log" || true) results, $(duration $((SECONDS - start)))"
		sleep 0.5
	done
	wait "$pid" || status=$?
	sed 's/^/| /' "$log" >"$log.result"
	if [ "$status" != 0 ]; then tail -n 20 "$log.err" | sed 's/^/| # /' >>"$log.result"; fi
	judge "$log.result" "$name" "exit:$status" 1 $((SECONDS - start))
}

check_native() {
	[ -x "$TOP/tests/unit/run" ] || { say "there is no tests/unit/run: no native tests"; return; }
	check_tap native "$TOP/tests/unit/run" "$WORK/native"
}

# What came to its end before its time has failed, and says so in the last line too.
check_aborted() {
	failure "the run was broken off, see above"
	check_totals || true
}

check_totals() {
	LAST_WORDS=:
	progress_clear
	echo "1..$JUDGED"
	[ "$SKIPPED" = 0 ] || echo "# $SKIPPED skipped"
	echo "# $(duration "$SECONDS")"
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}

# One test in all its kernels, or in one of them.
check_one() {
	local name=$1 kernel=${2:-} line k ran=no
	line=$(tests_lines "$name")
	[ -n "$line" ] || die "no such test: $name (parts: native, lint, kernel; tests: $(tests_lines | awk '{print $1}' | xargs))"
	for k in "${KERNELS[@]}"; do
		if [ -n "$kernel" ] && [ "$kernel" != "$k" ]; then continue; fi
		[[ ,$(awk '{print $2}' <<<"$line"), = *,$k,* ]] || continue
		run_kernel "$k" "$name"
		ran=yes
	done
	[ "$ran" = yes ] || die "$name does not run on: ${kernel:-any kernel}"
}

# A part of the run in the background, so that the machine's CPUs are used: what it prints goes to PART.out, what it
# counted to PART.totals.
part_start() {
	PART=$LOGS/part-$1
	shift
	rm -f "$PART".*
	spawn part_run "$@" >"$PART.out"
	PART_PID=$SPAWNED
	PROGRESS_OTHER=$PART.progress
}

part_run() {
	CHILDREN=() SCRATCH=() LOCKS=() LAST_WORDS=: PROGRESS_FILE=$PART.progress
	trap at_exit EXIT
	trap 'exit 143' INT TERM HUP
	"$@"
	echo "$PASSED $FAILED $SKIPPED $JUDGED" >"$PART.totals"
}

# Waits for the part and takes its results over; they get the numbers that follow ours.
part_end() {
	local totals=() name=${PART##*/part-}
	while kill -0 "$PART_PID" 2>/dev/null; do
		progress "waiting"
		sleep 0.5
	done
	wait "$PART_PID" || true
	PROGRESS_OTHER=
	progress_clear
	awk -v n="$JUDGED" '/^(not )?ok [0-9]+ - / {i = $1 == "ok" ? 2 : 3; $i += n} {print}' "$PART.out"
	if [ ! -s "$PART.totals" ]; then
		JUDGED=$((JUDGED + $(grep -cE '^(not )?ok ' "$PART.out" || true)))
		die "$name: this part was broken off"
	fi
	read -r -a totals <"$PART.totals"
	PASSED=$((PASSED + totals[0])) FAILED=$((FAILED + totals[1]))
	SKIPPED=$((SKIPPED + totals[2])) JUDGED=$((JUDGED + totals[3]))
}

# The machines need about one CPU each: the debug kernel, the slow one, has its own beside everything else.
check_all() {
	local k
	for k in "${KERNELS[@]}"; do kernel_build "$k"; done
	base_layer
	part_start debug run_kernel debug
	check_native
	check_tap lint lint
	check_tap kernel kernel_check quick
	run_kernel test
	run_kernel vanilla
	part_end
}

vm_check() {
	work_directory
	LAST_WORDS=check_aborted
	echo "KTAP version 1"
	case ${1:-} in
	'') check_all ;;
	native) check_native ;;
	lint) check_tap lint lint ;;
	kernel) check_tap kernel kernel_check full ;;
	*) check_one "$@" ;;
	esac
	check_totals
}
