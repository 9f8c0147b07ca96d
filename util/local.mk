# SPDX-License-Identifier: GPL-2.0
# The programs.

noinst_LIBRARIES = util/libcommon.a
sbin_PROGRAMS = \
	util/chbind \
	util/chcontext \
	util/naddress \
	util/nattribute \
	util/ncontext \
	util/reducecap \
	util/setattr \
	util/showattr \
	util/vattribute \
	util/vcontext \
	util/vdevmap \
	util/vkill \
	util/vnamespace \
	util/vlimit \
	util/vmemctrl \
	util/vprocunhide \
	util/vps \
	util/vsched \
	util/vserver-info \
	util/vserver-stat \
	util/vspace \
	util/vuname \
	util/vwait
sbin_SCRIPTS = util/vpstree util/vtop

util_libcommon_a_SOURCES = \
	lib/number.c \
	util/common/arg.c \
	util/common/caps.c \
	util/common/caps.h \
	util/common/cleanup.c \
	util/common/cleanup.h \
	util/common/closefd.c \
	util/common/closefd.h \
	util/common/detach.c \
	util/common/detach.h \
	util/common/enter.c \
	util/common/enter.h \
	util/common/format.c \
	util/common/format.h \
	util/common/json.c \
	util/common/json.h \
	util/common/lines.c \
	util/common/lines.h \
	util/common/msg.c \
	util/common/netaddr.c \
	util/common/netaddr.h \
	util/common/opt.c \
	util/common/procfs.c \
	util/common/procfs.h \
	util/common/prog-private.h \
	util/common/prog.c \
	util/common/prog.h \
	util/common/psline.c \
	util/common/psline.h \
	util/common/secure.h \
	util/common/signame.c \
	util/common/signame.h \
	util/common/space.c \
	util/common/space.h \
	util/common/sync.c \
	util/common/sync.h \
	util/common/tree.c \
	util/common/tree.h \
	util/common/vlogin-proxy.c \
	util/common/vlogin-proxy.h \
	util/common/vlogin.c \
	util/common/vlogin.h

# Flags of its own, so that objects shared with the library get other names.
util_libcommon_a_CPPFLAGS = $(AM_CPPFLAGS)

LDADD = util/libcommon.a lib/libvserver.la

util_chbind_SOURCES = util/chbind.c
util_chcontext_SOURCES = util/chcontext.c
util_naddress_SOURCES = util/naddress.c
util_nattribute_SOURCES = util/nattribute.c
util_ncontext_SOURCES = util/ncontext.c
util_reducecap_SOURCES = util/reducecap.c
util_setattr_SOURCES = util/iattr.c util/iattr.h util/setattr.c
util_showattr_SOURCES = util/iattr.c util/iattr.h util/showattr.c
util_vattribute_SOURCES = util/vattribute.c
util_vcontext_SOURCES = util/vcontext.c
util_vdevmap_SOURCES = util/vdevmap.c
util_vkill_SOURCES = util/vkill.c
util_vnamespace_SOURCES = util/vnamespace.c
util_vlimit_SOURCES = util/vlimit.c
util_vmemctrl_SOURCES = util/vmemctrl.c
util_vprocunhide_SOURCES = util/vprocunhide.c
util_vps_SOURCES = util/vps.c
util_vsched_SOURCES = util/vsched.c
util_vserver_info_SOURCES = \
	util/info-context.c \
	util/info-guest.c \
	util/info-kernel.c \
	util/info-sysinfo.c \
	util/info.h \
	util/vserver-info.c
util_vserver_stat_SOURCES = \
	util/stat-collect.c \
	util/stat-print.c \
	util/stat-table.c \
	util/stat.h \
	util/vserver-stat.c
util_vspace_SOURCES = util/vspace.c
util_vuname_SOURCES = util/vuname.c
util_vwait_SOURCES = util/vwait.c

dist_pkgdata_DATA = util/unify/vunify-exclude util/vprocunhide-files

# Two names for one script.
make_spectator = \
	$(MKDIR_P) util && \
	sed -e 's|@SBINDIR[@]|$(sbindir)|' -e 's|@VERSION[@]|$(VERSION)|' \
	    -e "s|@NAME[@]|$$name|" -e "s|@PROGRAM[@]|$$program|" \
	    $(srcdir)/util/spectator.sh.in >$@-t && \
	chmod +x $@-t && mv $@-t $@
util/vpstree: util/spectator.sh.in Makefile
	$(AM_V_GEN)name=vpstree program=pstree; $(make_spectator)
util/vtop: util/spectator.sh.in Makefile
	$(AM_V_GEN)name=vtop program=top; $(make_spectator)
EXTRA_DIST += util/spectator.sh.in
CLEANFILES += util/vpstree util/vtop

# Guests: what they need of the C library is more than a small one has.
if !DIETLIBC
sbin_PROGRAMS += \
	util/vserver \
	util/vserver-check \
	util/vserver-convert \
	util/vserver-setup \
	util/vclone \
	util/vcopy \
	util/vdu \
	util/vhashify \
	util/vunify
endif
util_vserver_SOURCES = \
	util/guest/attr.c \
	util/guest/cgroup.c \
	util/guest/console.c \
	util/guest/device.c \
	util/guest/edit.c \
	util/guest/enter.c \
	util/guest/guest.h \
	util/guest/hook.c \
	util/guest/info.c \
	util/guest/init.c \
	util/guest/log.c \
	util/guest/mount.c \
	util/guest/netctx.c \
	util/guest/netif.c \
	util/guest/passwd.c \
	util/guest/passwd.h \
	util/guest/root.c \
	util/guest/setting.c \
	util/guest/setting.h \
	util/guest/start.c \
	util/guest/state.c \
	util/guest/stop.c \
	util/guest/tree.c \
	util/guest/tree.h \
	util/guest/vserver.c
util_vserver_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSBINDIR='"$(sbindir)"' \
	-DPKGLIBDIR='"$(prefix)/lib/util-vserver"'
util_vserver_check_SOURCES = util/guest/vserver-check.c
util_vserver_convert_SOURCES = \
	util/guest/setting.c \
	util/guest/setting.h \
	util/guest/tree.c \
	util/guest/tree.h \
	util/guest/vserver-convert.c
util_vserver_setup_SOURCES = util/guest/vserver-setup.c

# Sharing files between guests.
noinst_LIBRARIES += util/libunify.a
if DIETLIBC
util_libunify_a_SOURCES =
else
util_libunify_a_SOURCES = \
	util/unify/copy.c \
	util/unify/file.c \
	util/unify/guests.c \
	util/unify/outcome.c \
	util/unify/package.c \
	util/unify/rules.c \
	util/unify/stage.c \
	util/unify/unify.h \
	util/unify/walk.c
endif
util_libunify_a_CPPFLAGS = $(AM_CPPFLAGS)
unify_libs = util/libunify.a $(LDADD)

clone_sources = util/unify/clone.c util/unify/clone.h
util_vclone_SOURCES = $(clone_sources) util/unify/vclone.c
util_vclone_LDADD = $(unify_libs)
util_vcopy_SOURCES = $(clone_sources) util/unify/vcopy.c
util_vcopy_LDADD = $(unify_libs)
util_vdu_SOURCES = util/unify/vdu.c
util_vdu_LDADD = $(unify_libs)
util_vhashify_SOURCES = \
	util/unify/sha256.c \
	util/unify/sha256.h \
	util/unify/store.c \
	util/unify/store.h \
	util/unify/vhashify.c
util_vhashify_LDADD = $(unify_libs)
util_vunify_SOURCES = util/unify/vunify-packages.c util/unify/vunify.c
util_vunify_LDADD = $(unify_libs)
