# SPDX-License-Identifier: GPL-2.0
# Tests that need nothing but this machine.

check_PROGRAMS += \
	tests/unit/test-common \
	tests/unit/test-config \
	tests/unit/test-format \
	tests/unit/test-id \
	tests/unit/test-limit \
	tests/unit/test-list \
	tests/unit/test-ps

tests_unit_test_common_SOURCES = \
	tests/unit/capture.h \
	tests/unit/tap.h \
	tests/unit/test-common.c
tests_unit_test_config_SOURCES = tests/unit/tap.h tests/unit/test-config.c
tests_unit_test_format_SOURCES = \
	tests/unit/capture.h \
	tests/unit/tap.h \
	tests/unit/test-format.c \
	util/stat-print.c \
	util/stat-table.c
tests_unit_test_id_SOURCES = tests/unit/tap.h tests/unit/test-id.c
tests_unit_test_limit_SOURCES = tests/unit/tap.h tests/unit/test-limit.c
tests_unit_test_list_SOURCES = tests/unit/tap.h tests/unit/test-list.c
tests_unit_test_ps_SOURCES = tests/unit/tap.h tests/unit/test-ps.c

tests_unit_test_common_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_test_format_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/util

test_scripts = \
	tests/unit/test-attr.sh \
	tests/unit/test-boot.sh \
	tests/unit/test-build.sh \
	tests/unit/test-calls.sh \
	tests/unit/test-checklist.sh \
	tests/unit/test-clone.sh \
	tests/unit/test-copy.sh \
	tests/unit/test-hashify.sh \
	tests/unit/test-net.sh \
	tests/unit/test-oci.sh \
	tests/unit/test-rebootmgr.sh \
	tests/unit/test-source.sh \
	tests/unit/test-tools.sh \
	tests/unit/test-unify.sh \
	tests/unit/test-vshelper.sh \
	tests/unit/test-wrappers.sh

# The helper with other directories; the library needs what is not theirs.
check_PROGRAMS += tests/unit/vshelper-here
tests_unit_vshelper_here_SOURCES = util/vshelper.c
tests_unit_vshelper_here_CPPFLAGS = $(AM_CPPFLAGS) -UCONFDIR -URUNDIR \
	-USBINDIR -DCONFDIR='"etc"' -DRUNDIR='"run"' -DSBINDIR='"."'

check_PROGRAMS += tests/unit/generator-here
tests_unit_generator_here_SOURCES = util/vserver-generator.c
tests_unit_generator_here_CPPFLAGS = $(AM_CPPFLAGS) -UCONFDIR \
	-DCONFDIR='"etc"' -DUNITDIR='"/units"'

if !DIETLIBC
check_PROGRAMS += tests/unit/rebootmgr-here
endif
tests_unit_rebootmgr_here_SOURCES = \
	util/rebootmgr-client.c \
	util/rebootmgr.c
tests_unit_rebootmgr_here_CPPFLAGS = $(AM_CPPFLAGS) -UCONFDIR -UVROOTDIR \
	-DCONFDIR='"etc"' -DVROOTDIR='"guests"'

# The fake kernel uses what small libraries do not have.
if !DIETLIBC
check_PROGRAMS += tests/unit/fake-kernel tests/unit/with-pty
endif
tests_unit_fake_kernel_SOURCES = tests/unit/fake-kernel.c
tests_unit_fake_kernel_LDADD =
tests_unit_with_pty_SOURCES = tests/unit/with-pty.c
tests_unit_with_pty_LDADD =

TESTS += \
	tests/unit/test-common \
	tests/unit/test-config \
	tests/unit/test-format \
	tests/unit/test-id \
	tests/unit/test-limit \
	tests/unit/test-list \
	tests/unit/test-ps \
	$(test_scripts)

TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)'; export srcdir;

EXTRA_DIST += $(test_scripts) tests/unit/build.sh tests/unit/tap.sh \
	tests/unit/unify.sh tests/unit/run
