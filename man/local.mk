# SPDX-License-Identifier: GPL-2.0
# Manual pages.

dist_man_MANS = \
	man/chbind.8 \
	man/chcontext.8 \
	man/libvserver.3 \
	man/naddress.8 \
	man/nattribute.8 \
	man/ncontext.8 \
	man/reducecap.8 \
	man/setattr.8 \
	man/showattr.8 \
	man/vattribute.8 \
	man/vclone.8 \
	man/vcontext.8 \
	man/vcopy.8 \
	man/vdevmap.8 \
	man/vdu.8 \
	man/vhashify.8 \
	man/vkill.8 \
	man/vnamespace.8 \
	man/vlimit.8 \
	man/vmemctrl.8 \
	man/vprocunhide.8 \
	man/vps.8 \
	man/vpstree.8 \
	man/vsched.8 \
	man/vserver-check.8 \
	man/vserver-config.5 \
	man/vserver-convert.8 \
	man/vserver-info.8 \
	man/vserver-setup.8 \
	man/vserver-stat.8 \
	man/vserver.2 \
	man/vserver.8 \
	man/vspace.8 \
	man/vtop.8 \
	man/vuname.8 \
	man/vunify.8 \
	man/vwait.8
nodist_man_MANS = man/vserver-contexts.7

# Tables of names come from the library.
noinst_PROGRAMS = man/mktables
man_mktables_SOURCES = man/mktables.c
man_mktables_LDADD = lib/libvserver.la
man/vserver-contexts.7: $(srcdir)/man/vserver-contexts.7.in man/mktables$(EXEEXT)
	$(AM_V_GEN)man/mktables$(EXEEXT) <$(srcdir)/man/vserver-contexts.7.in \
		>$@-t && mv $@-t $@

TESTS += man/test-pages.sh
EXTRA_DIST += man/test-pages.sh man/vserver-contexts.7.in
CLEANFILES += man/vserver-contexts.7
