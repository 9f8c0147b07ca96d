# SPDX-License-Identifier: GPL-2.0
# The scripts.

utillibdir = $(prefix)/lib/util-vserver

built_scripts = \
	scripts/dupvserver \
	scripts/newvserver \
	scripts/util-vserver-vars \
	scripts/vserver-build \
	scripts/vserver-copy

plain_scripts = \
	scripts/build-clone.method \
	scripts/build-config.sh \
	scripts/build-copy.method \
	scripts/build-debian.sh \
	scripts/build-debootstrap.method \
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

sbin_SCRIPTS += scripts/dupvserver scripts/newvserver scripts/vserver-copy
utillib_SCRIPTS = scripts/vserver-build
utillib_DATA = scripts/util-vserver-vars $(plain_scripts)
distributionsdir = $(utillibdir)/distributions/default
distributions_DATA = scripts/distributions/default/devs

utillib_PROGRAMS = util/chroot-sh
util_chroot_sh_SOURCES = util/chroot-sh.c
if LIBARCHIVE
utillib_PROGRAMS += util/unpack-root
endif
util_unpack_root_SOURCES = util/unpack-root.c
util_unpack_root_LDADD = $(LDADD) -larchive

# A file is made once and for all, or not at all.
$(built_scripts): %: %.in Makefile
	$(AM_V_GEN)$(MKDIR_P) scripts && \
	sed -e 's|@PKGLIBDIR[@]|$(utillibdir)|g' \
	    -e 's|@SBINDIR[@]|$(sbindir)|g' \
	    -e 's|@CONFDIR[@]|$(sysconfdir)/vservers|g' \
	    -e 's|@RUNDIR[@]|$(runstatedir)/vservers|g' \
	    -e 's|@VROOTDIR[@]|$(VROOTDIR)|g' \
	    -e 's|@VERSION[@]|$(VERSION)|g' \
	    $< >$@-t && \
	{ case $@ in *-vars) ;; *) chmod +x $@-t ;; esac; } && mv $@-t $@

EXTRA_DIST += \
	$(built_scripts:%=%.in) $(plain_scripts) \
	scripts/distributions/default/devs
CLEANFILES += $(built_scripts)
