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

check_all() {
	local k
	check_native
	check_tap lint lint
	check_tap kernel kernel_check quick
	for k in "${KERNELS[@]}"; do kernel_build "$k"; done
	for k in "${KERNELS[@]}"; do run_kernel "$k"; done
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
