/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns processes of the host that are ordinary users, and the contexts that
 * such a process makes for itself.
 */
#ifndef USER_H
#define USER_H

#include "puppet.h"

#include <grp.h>

enum { ALICE = 1000, BOB = 1001 };

#define SYSCTL(name)	"/proc/sys/kernel/vserver/" name

KTAP_UNUSED static void set_sysctl(const char *path, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	must(spit(path, text));
}

KTAP_UNUSED static int get_sysctl(const char *path)
{
	char *s = slurp("%s", path);

	return s ? atoi(s) : -1;
}

KTAP_UNUSED static long do_be_user(long uid, long b, long c)
{
	(void)b, (void)c;
	return setgroups(0, NULL) || setresgid(uid, uid, uid) ||
		setresuid(uid, uid, uid) ? -1 : 0;
}

KTAP_UNUSED static struct puppet puppet_user(int uid)
{
	return puppet_start(do_be_user, uid, 0, 0);
}

/* The id of a new context of the caller, or -1. */
KTAP_UNUSED static long unpriv_create(uint64_t flags)
{
	struct vcmd_flagword f = { flags };

	return vs_native(VCMD_ctx_create_unpriv, 0, &f);
}

KTAP_UNUSED static long do_unpriv(long flags, long shift, long c)
{
	(void)c;
	return unpriv_create((uint64_t)(unsigned long)flags << shift);
}

KTAP_UNUSED static long do_kill_context(long xid, long pid, long sig)
{
	return vs_kill(xid, pid, sig);
}

#endif
