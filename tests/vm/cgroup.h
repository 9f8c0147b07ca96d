/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns cgroups of the second version for tests, below a mount of their own.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include "puppet.h"

#include <sys/mount.h>

#define CG_ROOT		"/tmp/cgroup-of-a-test"

KTAP_UNUSED static long cg_set(const char *dir, const char *file,
			       const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), CG_ROOT "/%s/%s", dir, file);
	return spit(path, text);
}

/* What earlier cases made is removed: their processes are gone. */
KTAP_UNUSED static long cg_make(const char *dir)
{
	char path[256];

	snprintf(path, sizeof(path), CG_ROOT "/%s", dir);
	return mkdir(path, 0755) && errno != EEXIST ? -1 : 0;
}

/* The calling process. */
KTAP_UNUSED static long cg_enter(const char *dir)
{
	return cg_set(dir, "cgroup.procs", "0");
}

static inline void cg_remove(const char *dir)
{
	char path[256];

	snprintf(path, sizeof(path), CG_ROOT "/%s", dir);
	eventually(!rmdir(path) || errno == ENOENT);
}

KTAP_UNUSED static void cg_umount(void)
{
	cg_remove("guest/a");
	cg_remove("guest/b");
	cg_remove("guest");
	umount2(CG_ROOT, MNT_DETACH);
}

KTAP_UNUSED static void cg_mount(const char *controllers)
{
	mkdir("/tmp", 01777);
	mkdir(CG_ROOT, 0755);
	umount2(CG_ROOT, MNT_DETACH);	/* of a test that died */
	must(mount("none", CG_ROOT, "cgroup2", 0, NULL));
	must(cg_set("", "cgroup.subtree_control", controllers));
}

#endif
