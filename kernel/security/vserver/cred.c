// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - membership in credentials, and the capability ceiling
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/mm.h>
#include <linux/security.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>
#include <net/vserver.h>

#include "context.h"
#include "cred.h"
#include "net.h"
#include "setup.h"
#include "task.h"

/*
 * The two hooks that copy membership.  They always run: credentials made
 * before the first context are the host's, not nobody's.
 */
static int hook_cred_prepare(struct cred *const new,
			     const struct cred *const old, const gfp_t gfp)
{
	struct vs_context *ctx = vs_cred(old)->ctx;

	vs_cred(new)->ctx = ctx;
	/* On every fork: do not even look at the host's counter. */
	if (unlikely(ctx != &vs_host))
		vs_context_get(ctx);
	if (vs_net_active()) {
		vs_cred(new)->nx = vs_net_get(vs_cred(old)->nx);
		vs_cred(new)->net_spectator = vs_cred(old)->net_spectator;
	}
	return 0;
}

/* keyctl(KEYCTL_SESSION_TO_PARENT) fills blank credentials this way. */
static void hook_cred_transfer(struct cred *const new,
			       const struct cred *const old)
{
	struct vs_cred was = *vs_cred(new);

	vs_cred(new)->ctx = vs_context_get(vs_cred(old)->ctx);
	vs_cred(new)->nx = vs_net_get(vs_cred(old)->nx);
	vs_cred(new)->net_spectator = vs_cred(old)->net_spectator;
	vs_context_put(was.ctx);
	vs_net_put(was.nx);
}

static void hook_cred_free(struct cred *const cred)
{
	struct vs_context *ctx = vs_cred(cred)->ctx;

	if (unlikely(ctx != &vs_host))
		vs_context_put(ctx);
	if (vs_net_active())
		vs_net_put(vs_cred(cred)->nx);
}

/* What no guest ever has, not even in setup: modules are the machine's. */
#define CAPS_NEVER	BIT_ULL(CAP_SYS_MODULE)

/*
 * As far as the capabilities go that older tools did not know, the
 * administrator must have said that they count.
 */
static u64 counting(u64 caps)
{
	return caps & ~CAPS_NEVER & (U32_MAX | READ_ONCE(vs_high_caps));
}

/**
 * vs_context_ceiling - Capabilities members of a context may have
 *
 * Return: One bit a capability.
 */
u64 vs_context_ceiling(const struct vs_context *ctx)
{
	if (ctx == &vs_host)
		return ~0ULL;
	/* Pairs with vs_context_change(): the ceiling is set before. */
	if (smp_load_acquire(&ctx->flags) & VXF_STATE_SETUP)
		return ~CAPS_NEVER;
	return counting(READ_ONCE(ctx->bcaps));
}

/*
 * Was a user namespace made by a member of a context?  It counts for its
 * maker.  Not meant are the one a guest has from the host, and those of other
 * guests, over which a guest's root without one would have all capabilities.
 */
static bool made_here(const struct user_namespace *ns,
		      const struct vs_context *ctx)
{
	return ns != &init_user_ns &&
		vs_user_id(ns->ucounts) == vs_context_id(ctx);
}

/* The ceiling for what is done in @ns. */
static u64 ceiling_in(const struct vs_context *ctx,
		      const struct user_namespace *ns)
{
	u64 ceiling = vs_context_ceiling(ctx), mask;

	if (likely(!made_here(ns, ctx)) || vs_setup(ctx))
		return ceiling;
	/* Pairs with vs_cmd_set_nested_bcaps(): bits before the mask. */
	mask = smp_load_acquire(&ctx->nested_mask);
	return (ceiling & ~mask) |
		counting(READ_ONCE(ctx->nested_bcaps) & mask);
}

/**
 * vs_allows - May members of a context have a capability?
 * @ctx: The context.
 * @cap: The capability.
 * @opts: As handed to security_capable(): bits 8 and up may name a context
 *	capability that replaces the bit in the ceiling, see VS_OPT().
 */
bool vs_allows(const struct vs_context *ctx, int cap, unsigned int opts)
{
	return vs_allows_in(ctx, &init_user_ns, cap, opts);
}

/**
 * vs_allows_in - The same for a user namespace
 * @ctx: The context.
 * @ns: Where the capability is to be used.
 * @cap: The capability.
 * @opts: As for vs_allows().
 */
bool vs_allows_in(const struct vs_context *ctx, const struct user_namespace *ns,
		  int cap, unsigned int opts)
{
	unsigned int ccap = opts >> VS_OPT_SHIFT;

	if (ceiling_in(ctx, ns) & BIT_ULL(cap))
		return true;
	return ccap && (READ_ONCE(ctx->ccaps) & BIT_ULL(ccap - 1));
}

/*
 * cap_capable() came first and found the bit in the credentials; here the
 * context has its say.  Nothing is ever removed from the credentials, so a
 * ceiling can be lowered and raised while programs run.
 */
static int hook_capable(const struct cred *cred, struct user_namespace *ns,
			int cap, unsigned int opts)
{
	const struct vs_context *ctx = vs_cred_context(cred);

	if (likely(ctx == &vs_host) || vs_allows_in(ctx, ns, cap, opts))
		return 0;
	return -EPERM;
}

u64 __vs_ceiling(const struct cred *cred)
{
	return ceiling_in(vs_cred_context(cred), cred->user_ns);
}

static int hook_capget(const struct task_struct *p, kernel_cap_t *effective,
		       kernel_cap_t *inheritable, kernel_cap_t *permitted)
{
	kernel_cap_t ceiling;

	rcu_read_lock();
	ceiling.val = __vs_ceiling(__task_cred(p));
	rcu_read_unlock();
	*effective = cap_intersect(*effective, ceiling);
	*inheritable = cap_intersect(*inheritable, ceiling);
	*permitted = cap_intersect(*permitted, ceiling);
	return 0;
}

/*
 * The next two are decided in commoncap by a direct call of cap_capable(),
 * which the hook above does not see.  So do the administrative files of other
 * security modules, which no guest may reach.
 */
static int hook_mmap_addr(unsigned long addr)
{
	if (addr >= dac_mmap_min_addr)
		return 0;
	return vs_allows(vs_cred_context(current_cred()), CAP_SYS_RAWIO, 0) ?
		0 : -EPERM;
}

static int hook_vm_enough_memory(struct mm_struct *mm, long pages)
{
	return vs_allows(vs_cred_context(current_cred()), CAP_SYS_ADMIN, 0) ?
		0 : -EPERM;
}

/* A new user namespace would hand out full capability sets. */
static int hook_userns_create(const struct cred *cred)
{
	const struct vs_context *ctx = vs_current();

	if (ctx == &vs_host || vs_setup(ctx) ||
	    (READ_ONCE(ctx->umask) & CLONE_NEWUSER))
		return 0;
	return vs_deny("userns", ctx, &vs_nowhere);
}

/* A ring may have been filled with credentials by another context. */
static int hook_uring_override_creds(const struct cred *new)
{
	const struct vs_context *ctx = vs_cred_context(new);

	if (ctx == vs_current() && vs_cred(new)->nx == vs_current_nx())
		return 0;
	return vs_deny("uring", vs_current(), ctx);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(cred_prepare, hook_cred_prepare),
	LSM_HOOK_INIT(cred_transfer, hook_cred_transfer),
};

/* The host, the only owner of credentials before, is not counted. */
static struct security_hook_list vs_lazy_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(cred_free, hook_cred_free),
	LSM_HOOK_INIT(capable, hook_capable),
	LSM_HOOK_INIT(capget, hook_capget),
	LSM_HOOK_INIT(mmap_addr, hook_mmap_addr),
	LSM_HOOK_INIT(vm_enough_memory, hook_vm_enough_memory),
	LSM_HOOK_INIT(userns_create, hook_userns_create),
#ifdef CONFIG_IO_URING
	LSM_HOOK_INIT(uring_override_creds, hook_uring_override_creds),
#endif
};

void __init vs_add_cred_hooks(void)
{
	security_add_hooks(vs_hooks, ARRAY_SIZE(vs_hooks), &vs_lsmid);
	vs_add_lazy_hooks(vs_lazy_hooks, ARRAY_SIZE(vs_lazy_hooks));
}

/* The credentials all others descend from are the host's. */
void __init vs_cred_init(void)
{
	vs_cred(current_cred())->ctx = &vs_host;
}
