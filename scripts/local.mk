# SPDX-License-Identifier: GPL-2.0
# The scripts.

utillibdir = $(prefix)/lib/util-vserver

built_scripts = \
	scripts/boot-host \
	scripts/dupvserver \
	scripts/newvserver \
	scripts/start-vservers \
	scripts/util-vserver-vars \
	scripts/vapt-get \
	scripts/vpkg \
	scripts/vrpm \
	scripts/vserver-build \
	scripts/vserver-copy \
	scripts/vserver-cp \
	scripts/vserver-export \
	scripts/vserver-import \
	scripts/vserver-inside \
	scripts/vserver-wrapper \
	scripts/vsomething

plain_scripts = \
	scripts/build-clone.method \
	scripts/build-config.sh \
	scripts/build-copy.method \
	scripts/build-debian.sh \
	scripts/build-debootstrap.method \
	scripts/build-import.method \
	scripts/build-mmdebstrap.method \
	scripts/build-oci.method \
	scripts/build-options.sh \
	scripts/build-rsync.method \
	scripts/build-skeleton.method \
	scripts/build-stage.sh \
	scripts/build-template.method \
	scripts/build-tree.sh \
	scripts/copy-guest.sh \
	scripts/functions.sh \
	scripts/sample.conf \
	scripts/sample.sh

sbin_SCRIPTS += \
	scripts/dupvserver \
	scripts/newvserver \
	scripts/start-vservers \
	scripts/vapt-get \
	scripts/vpkg \
	scripts/vrpm \
	scripts/vserver-copy \
	scripts/vsomething
dist_man_MANS += \
	man/chroot-sh.8 \
	man/dupvserver.8 \
	man/exec-cd.8 \
	man/newvserver.8 \
	man/start-vservers.8 \
	man/unpack-root.8 \
	man/vapt-get.8 \
	man/vpkg.8 \
	man/vrpm.8 \
	man/vserver-build.8 \
	man/vserver-copy.8 \
	man/vsomething.8
utillib_SCRIPTS = \
	scripts/boot-host \
	scripts/vserver-build \
	scripts/vserver-cp \
	scripts/vserver-export \
	scripts/vserver-import \
	scripts/vserver-inside \
	scripts/vserver-wrapper
utillib_DATA = scripts/util-vserver-vars $(plain_scripts)
distributionsdir = $(utillibdir)/distributions/default
distributions_DATA = scripts/distributions/default/devs

utillib_PROGRAMS = util/chroot-sh
if !DIETLIBC
utillib_PROGRAMS += util/exec-cd
endif
util_exec_cd_SOURCES = util/exec-cd.c
util_chroot_sh_SOURCES = util/chroot-sh.c
if LIBARCHIVE
utillib_PROGRAMS += util/unpack-root
endif
util_unpack_root_SOURCES = util/unpack-root.c
util_unpack_root_LDADD = $(LDADD) -larchive

# A file is made once and for all, or not at all.
make_from_in = \
	$(MKDIR_P) $(@D) && \
	sed -e 's|@PKGLIBDIR[@]|$(utillibdir)|g' \
	    -e 's|@SBINDIR[@]|$(sbindir)|g' \
	    -e 's|@CONFDIR[@]|$(sysconfdir)/vservers|g' \
	    -e 's|@RUNDIR[@]|$(runstatedir)/vservers|g' \
	    -e 's|@VROOTDIR[@]|$(VROOTDIR)|g' \
	    -e 's|@VERSION[@]|$(VERSION)|g' \
	    $< >$@-t && \
	if test -x $<; then chmod +x $@-t; fi && mv $@-t $@
$(built_scripts): %: %.in Makefile
	$(AM_V_GEN)$(make_from_in)

EXTRA_DIST += \
	$(built_scripts:%=%.in) $(plain_scripts) \
	scripts/distributions/default/devs
CLEANFILES += $(built_scripts)

# Commands of vserver that run something in the guest.
inside_names = apt-cache apt-config apt-get chkconfig rpm
# Those that are programs of their own; some are called by old paths.
if !DIETLIBC
unify_names = hashify unify
endif
install-data-hook:
	cd '$(DESTDIR)$(utillibdir)' && \
		$(LN_S) -f '$(sbindir)/vpkg' vserver-pkg && \
		for name in $(inside_names); do \
			$(LN_S) -f vserver-inside vserver-$$name; done
	cd '$(DESTDIR)$(utillibdir)' && for name in $(unify_names); do \
		for link in v$$name vserver-$$name; do \
			$(LN_S) -f '$(sbindir)'/v$$name $$link; done; done
if !DIETLIBC
	$(MKDIR_P) '$(DESTDIR)$(prefix)/lib/vserver'
	for dir in '$(utillibdir)' '$(prefix)/lib/vserver'; do \
		$(LN_S) -f '$(sbindir)/vdu' "$(DESTDIR)$$dir/vdu"; done
endif

# The same program under other names.
install-exec-hook:
	cd '$(DESTDIR)$(sbindir)' && \
		for name in vhalt vrestart; do $(LN_S) -f vreboot $$name; done
uninstall-hook:
	cd '$(DESTDIR)$(sbindir)' && rm -f vhalt vrestart
	cd '$(DESTDIR)$(utillibdir)' && \
		rm -f vserver-pkg $(inside_names:%=vserver-%) \
		$(unify_names:%=vserver-%) $(unify_names:%=v%) \
		vdu ../vserver/vdu
