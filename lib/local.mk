# SPDX-License-Identifier: GPL-2.0
# The library.

lib_LTLIBRARIES = lib/libvserver.la
include_HEADERS = lib/vserver.h lib/vserver-config.h
linuxincludedir = $(includedir)/linux
linuxinclude_HEADERS = kernel/include/uapi/linux/vserver.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = lib/libvserver.pc

lib_libvserver_la_SOURCES = \
	lib/attribute.c \
	lib/config-check.c \
	lib/config-file.c \
	lib/config-keys.c \
	lib/config-old.c \
	lib/config-private.h \
	lib/config-shell.c \
	lib/config-shell.h \
	lib/config.c \
	lib/context.c \
	lib/device.c \
	lib/error.c \
	lib/feature.c \
	lib/file.c \
	lib/guest.c \
	lib/iattr.c \
	lib/id.c \
	lib/info.c \
	lib/lib.h \
	lib/limit.c \
	lib/list.c \
	lib/names.c \
	lib/names.def \
	lib/net.c \
	lib/number.c \
	lib/number.h \
	lib/sched.c \
	lib/rlimit.c \
	lib/signal.c \
	lib/space.c \
	lib/syscall-i386.h \
	lib/syscall-libc.h \
	lib/syscall-x86_64.h \
	lib/syscall.c \
	lib/syscall.h \
	lib/version.c \
	lib/vhi.c
lib_libvserver_la_LDFLAGS = -version-info 0:0:0
if VERSION_SCRIPT
lib_libvserver_la_LDFLAGS += -Wl,--version-script=$(srcdir)/lib/libvserver.map
endif
lib_libvserver_la_DEPENDENCIES = lib/libvserver.map
EXTRA_DIST += lib/libvserver.map
