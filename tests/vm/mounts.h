/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns guests with mounts of their own, for tests: what they ask for, and what
 * they read about mounts.
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "puppet.h"

#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	1
#endif

struct mount_guest {
	uint32_t xid;
	uint64_t flags, bcaps, ccaps;
	const char *root;	/* a chroot, or NULL */
	bool shared;		/* in the host's mount namespace */
};

/* A namespace of its own, in which the mounts of the host arrive. */
KTAP_UNUSED static long do_enter_guest(long arg, long b, long c)
{
	const struct mount_guest *g = (void *)arg;
	struct vcmd_ctx_caps caps = { g->ccaps, ~0ULL };

	(void)b, (void)c;
	if (g->shared ? setns(open("/proc/1/ns/mnt", O_RDONLY), CLONE_NEWNS) :
	    unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return -1;
	if (g->root && (chroot(g->root) || chdir("/")))
		return -1;
	if (vs_create(g->xid, g->flags | VXF_INIT_SET) < 0 ||
	    vs_native(VCMD_set_ccaps, g->xid, &caps) ||
	    vs_set_bcaps(g->xid, g->bcaps, ALL_CAPS))
		return -1;
	return vs_set_flags(g->xid, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

KTAP_UNUSED static struct puppet mount_guest(const struct mount_guest *g)
{
	return puppet_start(do_enter_guest, (long)g, 0, 0);
}

KTAP_UNUSED static long do_mount(long type, long dir, long options)
{
	mkdir((char *)dir, 0755);
	return mount("none", (char *)dir, (char *)type, 0, (char *)options);
}

KTAP_UNUSED static long do_mount_flags(long from, long dir, long flags)
{
	mkdir((char *)dir, 0755);
	return mount((char *)from, (char *)dir, "tmpfs", flags, NULL);
}

KTAP_UNUSED static long do_umount(long dir, long flags, long c)
{
	(void)c;
	return umount2((char *)dir, flags);
}

/* ST_* flags of a mount. */
KTAP_UNUSED static long do_flags(long dir, long b, long c)
{
	struct statvfs st;

	(void)b, (void)c;
	return statvfs((char *)dir, &st) ? -1 : (long)st.f_flag;
}

/* By the newer calls: a file system, which becomes a mount that has no place. */
KTAP_UNUSED static long do_fsmount(long type, long flags, long c)
{
	int fs = syscall(SYS_fsopen, (char *)type, 0), fd;

	(void)c;
	if (fs < 0)
		return -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "source", "none",
		    0) ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -1;
	fd = syscall(SYS_fsmount, fs, 0, flags);
	close(fs);
	return fd;
}

/* A file of the guest's in memory that the host sees, too. */
KTAP_UNUSED static long do_slurp(long path, long to, long size)
{
	const char *text = slurp("%s", (char *)path);

	if (!text)
		return -1;
	snprintf((char *)to, size, "%s", text);
	return 0;
}

/* The fields of the line of a list about a place, or false. */
KTAP_UNUSED static bool line_of(const char *list, const char *place, int field,
				char *line, size_t size)
{
	const char *at = list, *end;
	char copy[512], *word, *rest;
	int i;

	for (; *at; at = *end ? end + 1 : end) {
		end = strchrnul(at, '\n');
		snprintf(line, size, "%.*s", (int)(end - at), at);
		snprintf(copy, sizeof(copy), "%s", line);
		rest = copy;
		for (i = 0, word = NULL; i <= field; i++)
			word = strsep(&rest, " ");
		if (word && !strcmp(word, place))
			return true;
	}
	*line = '\0';
	return false;
}

#endif
