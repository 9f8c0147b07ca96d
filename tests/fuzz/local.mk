# SPDX-License-Identifier: GPL-2.0
# Fuzz targets; configure --enable-fuzz.

fuzz_targets = \
	tests/fuzz/fuzz-config \
	tests/fuzz/fuzz-id \
	tests/fuzz/fuzz-json \
	tests/fuzz/fuzz-limit \
	tests/fuzz/fuzz-list \
	tests/fuzz/fuzz-proc \
	tests/fuzz/fuzz-ps

if FUZZ
check_PROGRAMS += $(fuzz_targets)
endif
EXTRA_PROGRAMS = $(fuzz_targets)

fuzz_ldflags = -fsanitize=fuzzer
tests_fuzz_fuzz_config_SOURCES = \
	lib/config-shell.c \
	tests/fuzz/fuzz.h \
	tests/fuzz/fuzz-config.c
# Flags of its own, so that an object shared with the library has another name.
tests_fuzz_fuzz_config_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_id_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-id.c
tests_fuzz_fuzz_id_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-json.c
tests_fuzz_fuzz_json_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_limit_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-limit.c
tests_fuzz_fuzz_limit_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_list_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-list.c
tests_fuzz_fuzz_list_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_proc_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-proc.c
tests_fuzz_fuzz_proc_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_ps_SOURCES = tests/fuzz/fuzz.h tests/fuzz/fuzz-ps.c
tests_fuzz_fuzz_ps_LDFLAGS = $(fuzz_ldflags)

EXTRA_DIST += \
	tests/fuzz/corpus/config/old \
	tests/fuzz/corpus/config/values \
	tests/fuzz/corpus/id/name \
	tests/fuzz/corpus/id/number \
	tests/fuzz/corpus/json/text \
	tests/fuzz/corpus/limit/limits \
	tests/fuzz/corpus/limit/suffix \
	tests/fuzz/corpus/list/bits \
	tests/fuzz/corpus/list/names \
	tests/fuzz/corpus/proc/stat \
	tests/fuzz/corpus/proc/status \
	tests/fuzz/corpus/proc/uptime \
	tests/fuzz/corpus/ps/aux \
	tests/fuzz/corpus/ps/ax \
	tests/fuzz/run
