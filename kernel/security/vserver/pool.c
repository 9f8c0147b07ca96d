// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - shares of what the whole machine has one pool of
 *
 * Asynchronous I/O, memory for compiled filters, pseudo terminals and the like
 * have one limit for all and none for each user, or the root of a guest can
 * have as many users as it likes.  No context gets more than its share, so
 * that one of them cannot take what the others and the host need.
 */

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/vs_limit.h>
#include <linux/vserver.h>
#include <linux/xarray.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "cred.h"
#include "helper.h"
#include "pool.h"

unsigned int vs_pool_share __read_mostly = 8;

static const char *const pool_names[VS_POOLS] = {
	[VS_POOL_AIO]		= "aio",
	[VS_POOL_JIT]		= "jit",
	[VS_POOL_PTY]		= "pty",
	[VS_POOL_TIMERS]	= "timers",
};

static bool charge(struct vs_context *ctx, enum vs_pool pool,
		   unsigned long n, unsigned long total)
{
	unsigned long share = total / max(READ_ONCE(vs_pool_share), 1U);
	long used = atomic_long_read(&ctx->pool[pool]);

	do {
		if (n > share || used > share - n) {
			trace_vs_limit(ctx->xid, pool_names[pool], share);
			return false;
		}
	} while (!atomic_long_try_cmpxchg(&ctx->pool[pool], &used, used + n));
	return true;
}

/* The reference keeps the counter, whatever becomes of the context. */
bool __vs_pool_charge(struct vs_charge *by, enum vs_pool pool,
		      unsigned long n, unsigned long total)
{
	struct vs_context *ctx = vs_current();

	by->ctx = NULL;
	if (!vs_context_counted(ctx))
		return true;
	if (!charge(ctx, pool, n, total))
		return false;
	by->ctx = vs_context_get(ctx);
	return true;
}

void __vs_pool_uncharge(struct vs_charge *by, enum vs_pool pool,
			unsigned long n)
{
	struct vs_context *ctx = by->ctx;

	by->ctx = NULL;
	atomic_long_sub(n, &ctx->pool[pool]);
	vs_context_put(ctx);
}

/* For what has no structure of its own, only a number. */
bool __vs_pool_charge_index(struct xarray *owners, unsigned long index,
			    enum vs_pool pool, unsigned long total)
{
	struct vs_charge by;

	if (!__vs_pool_charge(&by, pool, 1, total))
		return false;
	if (!by.ctx)
		return true;
	if (!xa_err(xa_store(owners, index, by.ctx, GFP_KERNEL_ACCOUNT)))
		return true;
	__vs_pool_uncharge(&by, pool, 1);
	return false;
}

void __vs_pool_uncharge_index(struct xarray *owners, unsigned long index,
			      enum vs_pool pool)
{
	struct vs_charge by = { xa_erase(owners, index) };

	if (by.ctx)
		__vs_pool_uncharge(&by, pool, 1);
}

/**
 * vs_pool_used - What a context has taken from a pool
 */
long vs_pool_used(const struct vs_context *ctx, enum vs_pool pool)
{
	return atomic_long_read(&ctx->pool[pool]);
}

/*
 * Huge pages are taken from a pool the administrator has reserved for some
 * program.  Only a control group can say how many of them a guest may have.
 */
bool __vs_deny_hugetlb(void)
{
	bool limited = false;

	if (!vs_guest())
		return false;
#ifdef CONFIG_CGROUP_HUGETLB
	rcu_read_lock();
	limited = task_css(current, hugetlb_cgrp_id)->parent;
	rcu_read_unlock();
#endif
	return !limited;
}

/* Queues of messages are memory like any other. */
gfp_t __vs_gfp(gfp_t gfp)
{
	return in_task() && vs_guest() ? gfp | __GFP_ACCOUNT : gfp;
}

/*
 * The log of the audit system: with a limit on records a second, one guest
 * would use up what the host and the others have.
 */
bool __vs_audit_rate(unsigned int limit)
{
	struct vs_context *ctx = vs_current();
	unsigned long flags;
	bool may;

	spin_lock_irqsave(&ctx->audit_lock, flags);
	may = vs_window_use(&ctx->audit, limit, jiffies);
	spin_unlock_irqrestore(&ctx->audit_lock, flags);
	return may;
}
