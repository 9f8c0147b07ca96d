/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what the attack programs share. Each row of the attack tables is a
 * case, named by its id. On the vanilla kernel a guest is what it was before
 * there were contexts, a chroot, and the same program has to show that the
 * attack works there: who cannot attack proves nothing.
 *
 *	attack(ask(&a, do_kill, h.pid), ESRCH, "P01 kill");
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "../vm/puppet.h"

#include <sys/mount.h>

static inline bool vanilla(void)
{
	return !strcmp(ktap_kernel(), "vanilla");
}

/* A call that must fail with WANT here, and succeed without contexts. */
#define attack(call, want, ...) ({					\
	if (vanilla())							\
		ok_call(call, __VA_ARGS__);				\
	else								\
		ok_errno(call, want, __VA_ARGS__); })

/* A fact that must hold here, and must not without contexts. */
#define defends(cond, ...)	ok(!!(cond) != vanilla(), __VA_ARGS__)

static inline long attack_chroot(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return unshare(CLONE_NEWNS) || chroot("/") ? -1 : chdir("/");
}

/* The ceiling of the guests; what a tool sets, unless a row says otherwise. */
static uint64_t attack_caps = GUEST_CAPS;

/* As much as an administrator would ever leave a guest. */
#define WIDE_CAPS	(LOW_CAPS & ~(CAP(SYS_ADMIN) | CAP(NET_ADMIN) |	\
				      CAP(SYS_MODULE) | CAP(SYS_RAWIO)))

/* A process of a guest: of a context, or in a chroot. */
KTAP_UNUSED static struct puppet attack_guest(uint32_t xid)
{
	if (vanilla())
		return puppet_start(attack_chroot, 0, 0, 0);
	return puppet_guest(xid, 0, attack_caps);
}

/* One more in the same guest. */
KTAP_UNUSED static struct puppet attack_member(uint32_t xid)
{
	if (vanilla())
		return puppet_start(attack_chroot, 0, 0, 0);
	return puppet_member(xid, 0);
}

KTAP_UNUSED static void attack_run(const char *name, void (*test)(void))
{
	if (vanilla())
		ktap_run(name, test);
	else
		run(name, test);
}

/* The same with either ceiling: what does not hang on it must hold with both. */
KTAP_UNUSED static void attack_run_wide(const char *name, void (*test)(void))
{
	char wide[64];

	attack_run(name, test);
	if (vanilla())
		return;
	snprintf(wide, sizeof(wide), "%s, wide ceiling", name);
	attack_caps = WIDE_CAPS;
	attack_run(wide, test);
	attack_caps = GUEST_CAPS;
}

#endif
