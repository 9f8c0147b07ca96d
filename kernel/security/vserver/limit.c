// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - counters of a context that have a limit
 *
 * All members of a guest, on all CPUs, open and close files: one atomic
 * counter would be what they wait for.  So a CPU keeps what it was given back,
 * up to a few, and hands it out again.  What is in stock stays charged, and
 * the limit is compared with what is charged: it holds exactly.  Before
 * somebody is refused, and before a maximum is noted, the stocks are emptied;
 * near the limit nothing is kept at all.
 *
 * Threads have no counter here.  They are counted by the claims on their
 * context anyway, and forking takes global locks.
 */

#include <linux/cpumask.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "limit.h"

/* What a CPU keeps of each kind. */
#define STOCK_MAX	16

static const char *const kind_names[VS_LIMITS] = {
	[VS_LIMIT_FILES]	= "nofile",
	[VS_LIMIT_LOCKS]	= "locks",
	[VS_LIMIT_SOCKS]	= "nsock",
	[VS_LIMIT_TASKS]	= "nproc",
};

/**
 * vs_limit_kind - What an id of the interface limits
 * @id: RLIMIT_* or VLIM_*.
 *
 * Return: An enum vs_limit_kind, or -EINVAL when it limits nothing.
 */
int vs_limit_kind(u32 id)
{
	switch (id) {
	case RLIMIT_NPROC:
		return VS_LIMIT_TASKS;
	case RLIMIT_NOFILE:
		return VS_LIMIT_FILES;
	case RLIMIT_LOCKS:
		return VS_LIMIT_LOCKS;
	case VLIM_NSOCK:
		return VS_LIMIT_SOCKS;
	default:
		return -EINVAL;
	}
}

/**
 * vs_limits_init - A new context has no limits
 */
void vs_limits_init(struct vs_context *ctx)
{
	int i;

	for (i = 0; i < VS_LIMITS; i++) {
		ctx->limit[i].max = VS_LIMIT_NONE;
		ctx->limit[i].soft = VS_LIMIT_NONE;
	}
}

static void note_peak(struct vs_limit *l, long used)
{
	long peak = READ_ONCE(l->peak);

	while (used > peak && !try_cmpxchg(&l->peak, &peak, used))
		;
}

static void note_low(struct vs_limit *l, long used)
{
	long low = READ_ONCE(l->low);

	used = max(used, 0L);
	while (used < low && !try_cmpxchg(&l->low, &low, used))
		;
}

static void note_hit(struct vs_context *ctx, enum vs_limit_kind kind)
{
	struct vs_limit *l = &ctx->limit[kind];

	atomic_inc(&l->hits);
	trace_vs_limit(ctx->xid, kind_names[kind], READ_ONCE(l->max));
}

static long in_stock(const struct vs_context *ctx, enum vs_limit_kind kind)
{
	long n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += atomic_read(&ctx->cpu[cpu].stock[kind]);
	return n;
}

/* Takes back what CPUs keep.  Returns whether there was anything. */
static bool empty_stocks(struct vs_context *ctx, enum vs_limit_kind kind)
{
	long n = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		atomic_t *left = &ctx->cpu[cpu].stock[kind];

		/* Only look, as long as there is nothing to take. */
		if (atomic_read(left))
			n += atomic_xchg(left, 0);
	}
	if (n)
		atomic_long_sub(n, &ctx->limit[kind].charged);
	return n;
}

static bool charge(struct vs_context *ctx, enum vs_limit_kind kind)
{
	struct vs_limit *l = &ctx->limit[kind];
	long n = atomic_long_read(&l->charged);

	do {
		if (n >= READ_ONCE(l->max))
			return false;
	} while (!atomic_long_try_cmpxchg(&l->charged, &n, n + 1));

	if (unlikely(n + 1 > READ_ONCE(l->peak))) {
		empty_stocks(ctx, kind);
		note_peak(l, atomic_long_read(&l->charged));
	}
	return true;
}

static void uncharge(struct vs_context *ctx, enum vs_limit_kind kind, long n)
{
	struct vs_limit *l = &ctx->limit[kind];
	long left = atomic_long_sub_return(n, &l->charged);

	if (unlikely(left < READ_ONCE(l->low)))
		note_low(l, left - in_stock(ctx, kind));
}

/**
 * vs_limit_charge - Count one more of something
 * @ctx: A counted context.
 * @kind: What; not VS_LIMIT_TASKS.
 *
 * From any context.
 *
 * Return: false when the limit would be exceeded.
 */
bool vs_limit_charge(struct vs_context *ctx, enum vs_limit_kind kind)
{
	/* Being moved to another CPU in between does no harm. */
	atomic_t *left = &ctx->cpu[raw_smp_processor_id()].stock[kind];

	if (atomic_read(left) > 0 && atomic_dec_if_positive(left) >= 0)
		return true;
	if (charge(ctx, kind))
		return true;
	if (empty_stocks(ctx, kind) && charge(ctx, kind))
		return true;
	note_hit(ctx, kind);
	return false;
}

/**
 * vs_limit_uncharge - Undo vs_limit_charge(); from any context
 */
void vs_limit_uncharge(struct vs_context *ctx, enum vs_limit_kind kind)
{
	atomic_t *left = &ctx->cpu[raw_smp_processor_id()].stock[kind];
	const struct vs_limit *l = &ctx->limit[kind];

	/*
	 * Keep it, then look: whoever lowers the limit, or starts to watch for
	 * the minimum, does it before he empties the stocks.
	 */
	if (likely(atomic_inc_return(left) <= STOCK_MAX &&
		   atomic_long_read(&l->charged) < READ_ONCE(l->max) &&
		   !READ_ONCE(l->low)))
		return;
	uncharge(ctx, kind, atomic_xchg(left, 0));
}

static int persistent(const struct vs_context *ctx)
{
	return vs_flags(ctx) & VXF_PERSISTENT ? 1 : 0;
}

/**
 * vs_limit_charge_task - Claim a context for one more thread
 *
 * Return: 0, -EAGAIN when it has as many as it may have, -ENOMEM when it has
 * ended.
 */
int vs_limit_charge_task(struct vs_context *ctx)
{
	const struct vs_limit *l = &ctx->limit[VS_LIMIT_TASKS];
	int claims = atomic_read(&ctx->tasks);

	do {
		if (!claims)
			return -ENOMEM;
		if (unlikely(claims - persistent(ctx) >= READ_ONCE(l->max))) {
			note_hit(ctx, VS_LIMIT_TASKS);
			return -EAGAIN;
		}
	} while (!atomic_try_cmpxchg(&ctx->tasks, &claims, claims + 1));
	return 0;
}

/**
 * vs_limit_uncharge_task - Give the claim of a thread back
 *
 * The caller holds a reference to the context.
 */
void vs_limit_uncharge_task(struct vs_context *ctx)
{
	struct vs_limit *l = &ctx->limit[VS_LIMIT_TASKS];
	int left = vs_context_unclaim(ctx) - persistent(ctx);

	/* There is no peak that does not end this way. */
	if (unlikely(left + 1 > READ_ONCE(l->peak)))
		note_peak(l, left + 1);
	if (unlikely(left < READ_ONCE(l->low)))
		note_low(l, left);
}

/**
 * vs_limit_set - Set a limit
 * @ctx: The context.
 * @kind: For what.
 * @soft: The soft limit, or VS_LIMIT_NONE.
 * @max: The hard limit, or VS_LIMIT_NONE.  If more is in use, only new
 *	charges fail.
 */
void vs_limit_set(struct vs_context *ctx, enum vs_limit_kind kind, long soft,
		  long max)
{
	struct vs_limit *l = &ctx->limit[kind];

	WRITE_ONCE(l->soft, min(soft, max));
	WRITE_ONCE(l->max, max);
	if (kind >= VS_LIMITS_STOCKED)
		return;
	smp_mb(); /* pairs with the atomic_inc_return() of an uncharge */
	empty_stocks(ctx, kind);
}

/**
 * vs_limit_used - How much is in use?
 *
 * Exact as long as nobody charges or uncharges.
 */
long vs_limit_used(const struct vs_context *ctx, enum vs_limit_kind kind)
{
	if (kind == VS_LIMIT_TASKS)
		return vs_context_threads(ctx);
	return max(atomic_long_read(&ctx->limit[kind].charged) -
		   in_stock(ctx, kind), 0L);
}

/**
 * vs_limit_peak - The most that was in use since the last reset
 */
long vs_limit_peak(const struct vs_context *ctx, enum vs_limit_kind kind)
{
	return max(READ_ONCE(ctx->limit[kind].peak), vs_limit_used(ctx, kind));
}

/**
 * vs_limit_low - The least that was in use since the last reset
 */
long vs_limit_low(const struct vs_context *ctx, enum vs_limit_kind kind)
{
	return min(READ_ONCE(ctx->limit[kind].low), vs_limit_used(ctx, kind));
}

/**
 * vs_limit_reset - Forget the extremes: both are what is in use now
 */
void vs_limit_reset(struct vs_context *ctx, enum vs_limit_kind kind)
{
	struct vs_limit *l = &ctx->limit[kind];
	long used = vs_limit_used(ctx, kind);

	WRITE_ONCE(l->peak, used);
	WRITE_ONCE(l->low, used);
	if (kind >= VS_LIMITS_STOCKED)
		return;
	smp_mb(); /* pairs with the atomic_inc_return() of an uncharge */
	empty_stocks(ctx, kind);
}
