/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns short names for what is done with a context as a descriptor, and a
 * member with a user namespace of its own, whose root is a user of the host.
 */
#ifndef FD_H
#define FD_H

#include "puppet.h"

#define MAPPED_UID	100000

/* Opens a context that exists. */
KTAP_UNUSED static long fd_open(uint32_t xid)
{
	return vs_native(VCMD_ctx_open, xid, NULL);
}

/* Creates it, without entering. */
KTAP_UNUSED static long fd_create(uint32_t xid, uint64_t flags)
{
	struct vcmd_flagword f = { flags };

	return vs_native(VCMD_ctx_open, xid, &f);
}

KTAP_UNUSED static long fd_enter(int fd, uint32_t flags)
{
	struct vcmd_ctx_enter e = { flags };

	return vs_native(VCMD_ctx_enter, fd, &e);
}

KTAP_UNUSED static long fd_space(uint32_t xid, uint32_t type, uint32_t index)
{
	struct vcmd_space_fd s = { index, type };

	return vs_native(VCMD_space_fd, xid, &s);
}

KTAP_UNUSED static long do_fd_enter(long fd, long flags, long z)
{
	(void)z;
	return fd_enter(fd, flags);
}

/* The number of one of the caller's namespaces. */
KTAP_UNUSED static long do_ns(long name, long b, long c)
{
	char path[64];
	struct stat st;

	(void)b, (void)c;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", (char *)name);
	return stat(path, &st) ? -1 : (long)st.st_ino;
}

KTAP_UNUSED static long ns(const char *name) { return do_ns((long)name, 0, 0); }

/* In new namespaces of the given kinds, one of them for users. */
KTAP_UNUSED static long do_unshare_user(long flags, long b, long c)
{
	(void)b, (void)c;
	return unshare(CLONE_NEWUSER | flags);
}

KTAP_UNUSED static long do_be_root(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return setresgid(0, 0, 0) || setresuid(0, 0, 0) ? -1 : 0;
}

KTAP_UNUSED static void map_user(pid_t pid)
{
	char path[64], map[64];

	snprintf(map, sizeof(map), "0 %d 1000", MAPPED_UID);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	must(spit(path, map));
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	must(spit(path, map));
}

/* A process of the host that is root of a user namespace. */
KTAP_UNUSED static struct puppet puppet_mapped(uint64_t flags)
{
	struct puppet p = puppet_host();

	must(ask(&p, do_unshare_user, flags));
	map_user(p.pid);
	must(ask(&p, do_be_root));
	return p;
}

#endif
