# SPDX-License-Identifier: GPL-2.0
# Boot: units of systemd, init scripts, and what comes with them.

systemdunitdir = $(prefix)/lib/systemd/system
generatordir = $(prefix)/lib/systemd/system-generators
initddir = $(sysconfdir)/init.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
sysctldir = $(prefix)/lib/sysctl.d

built_units = \
	etc/systemd/rebootmgr.service \
	etc/systemd/util-vserver.service \
	etc/systemd/vprocunhide.service \
	etc/systemd/vserver-metrics.service \
	etc/systemd/vserver@.service
plain_units = \
	etc/systemd/vserver-mark@.target \
	etc/systemd/vserver-metrics.timer \
	etc/systemd/vserver.target
built_inits = \
	etc/init.d/rebootmgr \
	etc/init.d/util-vserver \
	etc/init.d/vprocunhide \
	etc/init.d/vservers-default \
	etc/init.d/vservers-legacy

systemdunit_DATA = $(built_units) $(plain_units)
generator_PROGRAMS = util/vserver-generator
util_vserver_generator_SOURCES = util/vserver-generator.c
util_vserver_generator_CPPFLAGS = $(AM_CPPFLAGS) \
	-DUNITDIR='"$(systemdunitdir)"'
sbin_PROGRAMS += util/vshelper util/vreboot
util_vshelper_SOURCES = util/vshelper.c

# For guests: without libraries of ours, and without any if possible.
util_vreboot_SOURCES = util/vreboot.c
util_vreboot_LDADD =
util_vreboot_LDFLAGS = $(STATIC_LDFLAGS)

# It needs more of the C library than a small one has.
if !DIETLIBC
sbin_PROGRAMS += util/rebootmgr
endif
util_rebootmgr_SOURCES = \
	util/rebootmgr-client.c \
	util/rebootmgr.c \
	util/rebootmgr.h

dist_man_MANS += \
	man/rebootmgr.8 \
	man/vreboot.8 \
	man/vserver-boot.7 \
	man/vserver-generator.8 \
	man/vshelper.8
initd_SCRIPTS = $(built_inits)
tmpfiles_DATA = etc/tmpfiles.d/vserver.conf
sysctl_DATA = etc/sysctl.d/50-vserver.conf

$(built_units) $(built_inits) etc/tmpfiles.d/vserver.conf: %: %.in Makefile
	$(AM_V_GEN)$(make_from_in)

EXTRA_DIST += \
	$(built_units:%=%.in) $(built_inits:%=%.in) $(plain_units) \
	etc/sysctl.d/50-vserver.conf etc/tmpfiles.d/vserver.conf.in
CLEANFILES += $(built_units) $(built_inits) etc/tmpfiles.d/vserver.conf
