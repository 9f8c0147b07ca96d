# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the list of tests that run in the machine, tests/vm/tests.list, and the building of their programs.
# The list explains its own format.

TESTS_LIST=$VMDIR/tests.list
TEST_FLAGS=(-std=gnu11 -O2 -Wall -Wextra -Werror -static -pthread -MMD -MP)

# Prints the lines of the list, comments aside; with NAME only its own.
tests_lines() {
	awk -v name="${1:-}" '{sub(/#.*/, "")} NF && (name == "" || $1 == name)' "$TESTS_LIST"
}

# Sets T_* from the words of a line of the list.
test_parse() {
	local word
	T_NAME=$1 T_KERNELS=$2 T_TIMEOUT=120 T_ARCH=x86_64 T_BOOT=shared T_SMP=2 T_MEM=512 T_APPEND= T_DEBUG_APPEND=
	T_DEBUG_ARCH= T_LEAK=no T_SRC= T_DATA= T_GUESTS=
	shift 2
	for word; do
		case $word in
		timeout=*) T_TIMEOUT=${word#*=} ;;
		arch=*) T_ARCH=${word#*=} ;;
		debug-arch=*) T_DEBUG_ARCH=${word#*=} ;;
		boot=shared | boot=own) T_BOOT=${word#*=} ;;
		smp=*) T_SMP=${word#*=} ;;
		mem=*) T_MEM=${word#*=} ;;
		append=*) T_APPEND=${word#*=} ;;
		debug-append=*) T_DEBUG_APPEND=${word#*=} ;;
		leak=yes | leak=no) T_LEAK=${word#*=} ;;
		src=*) T_SRC=${word#*=} ;;
		data=*) T_DATA=${word#*=} ;;
		tools=yes) ;;	# see tests_need_tools
		guests=*) T_GUESTS=${word#*=} T_BOOT=own ;;
		*) die "tests.list: $T_NAME: what is $word?" ;;
		esac
	done
	T_FILE=$(test_file "$T_NAME")
	[ -n "$T_FILE" ] || die "tests.list: $T_NAME: neither tests/vm/ nor tests/attack/ has a .c or .sh file of that name"
}

test_file() {
	local f
	for f in "vm/$1.c" "vm/$1.sh" "attack/$1.c"; do
		if [ -f "$TOP/tests/$f" ]; then echo "$f"; return; fi
	done
}

# The names under which a test runs: the plain one, and NAME.i386 for the 32-bit program.
test_names() {
	local arch
	if [[ $T_FILE = *.sh ]]; then echo "$T_NAME"; return; fi
	for arch in ${T_ARCH//,/ }; do
		if [ "$arch" = x86_64 ]; then echo "$T_NAME"; else echo "$T_NAME.$arch"; fi
	done
}

# Prints what kernel $1 runs (only test $2, if given), one line each: BOOT NAME TIMEOUT LEAK FILE DATA.
# BOOT is the machine it needs: OWN:SMP:MEM:GUESTS:PARAMETERS.
tests_for() {
	local kernel=$1 words name own append
	while read -r -a words; do
		test_parse "${words[@]}"
		[[ ,$T_KERNELS, = *,$kernel,* ]] || continue
		if [ "$kernel" = debug ]; then T_ARCH=${T_DEBUG_ARCH:-$T_ARCH}; fi
		for name in $(test_names); do
			own=shared
			[ "$T_BOOT" = shared ] || own=$name
			append=$T_APPEND
			if [ "$kernel" = debug ]; then append=$append,$T_DEBUG_APPEND; fi
			echo "$own:$T_SMP:$T_MEM:$T_GUESTS:$append $name $T_TIMEOUT $T_LEAK $T_FILE $T_DATA"
		done
	done < <(tests_lines "${2:-}")
}

# Does a test of file $1, lines as above, call the tools? Scripts do, and programs that say so.
tests_need_tools() {
	local name file
	while read -r _ name _ _ file _; do
		if [[ $file = *.sh ]] || tests_lines "${name%.i386}" | grep -q ' tools=yes'; then return 0; fi
	done <"$1"
	return 1
}

# Prints the Makefile of all test programs.
tests_makefile() {
	local words name src s flags
	echo "# made by tests/vm/host/tests.sh"
	echo "all:"
	while read -r -a words; do
		test_parse "${words[@]}"
		[[ $T_FILE = *.c ]] || continue
		src=$TOP/tests/$T_FILE
		for s in ${T_SRC//,/ }; do src+=" $TOP/tests/$s"; done
		for name in $(test_names); do
			flags="-I$TOP/tests -I$TOP/kernel/include/uapi"
			if [[ $name = *.i386 ]]; then flags+=" -m32 -idirafter /usr/include/x86_64-linux-gnu"; fi
			printf '%s: %s %s\n' "$name" "$src" Makefile
			printf '\tgcc %s %s -MF $@.d -o $@ %s\n' "${TEST_FLAGS[*]}" "$flags" "$src"
		done
	done < <(tests_lines)
	echo "-include \$(wildcard *.d)"
}

# Builds the named programs. Sets TESTS_BUILT, the directory they are in.
tests_build() {
	local makefile
	work_directory
	TESTS_BUILT=$WORK/tests
	mkdir -p "$TESTS_BUILT" "$LOGS"
	lock tests
	makefile=$(tests_makefile)
	stamp_is "$TESTS_BUILT/Makefile" "$makefile" || printf '%s\n' "$makefile" >"$TESTS_BUILT/Makefile"
	if (($#)) && ! make -s -C "$TESTS_BUILT" -j"$JOBS" "$@" >"$LOGS/tests" 2>&1; then
		cat "$LOGS/tests" >&2
		die "test programs: the build failed"
	fi
	unlock tests
}

# Fills a layer with test programs: lines of tests_for in file $1.
layer_tests() {
	local name file data d dir=$2
	mkdir -p "$dir/vm/tests"
	install -m 644 "$TOP/tests/ktap.sh" "$dir/vm/tests/"
	while read -r _ name _ _ file data; do
		if [[ $file = *.c ]]; then
			install -m 755 -s "$TESTS_BUILT/$name" "$dir/vm/tests/$name"
		else
			install -m 755 "$TOP/tests/$file" "$dir/vm/tests/$name"
		fi
		for d in ${data//,/ }; do install -m 644 "$TOP/tests/$d" "$dir/vm/tests/"; done
	done <"$1"
}

# Sets REPLY to the layer with the tests of a file of such lines.
tests_layer() {
	local list=$1 programs files key
	mapfile -t programs < <(awk '$5 ~ /\.c$/ {print $2}' "$list")
	tests_build "${programs[@]}"
	mapfile -t files < <(awk '{if ($5 !~ /\.c$/) print "tests/" $5; n = split($6, d, ",")
		for (i = 1; i <= n; i++) print "tests/" d[i]}' "$list")
	key=$({
		cat "$list" "$TOP/tests/ktap.sh"
		for f in "${programs[@]}"; do cat "$TESTS_BUILT/$f"; done
		for f in "${files[@]}"; do cat "$TOP/$f"; done
	} | hash_text)
	layer tests "$key" layer_tests "$list"
}
