// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the buckets of CPU time: who has one, and what is in it
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/vserver.h>

#include "context.h"
#include "sched.h"

static s64 slice_of(const struct vs_bucket *b)
{
	return clamp(div_s64(b->size, 4 * num_online_cpus()),
		     100LL * NSEC_PER_USEC, 5LL * NSEC_PER_MSEC);
}

/**
 * vs_sched_default - What a bucket is like that nobody has set
 */
void vs_sched_default(struct vs_bucket *b)
{
	const s64 tick = NSEC_PER_SEC / USER_HZ;

	*b = (struct vs_bucket){
		.tokens	= NSEC_PER_SEC / 2,
		.size	= NSEC_PER_SEC / 2,
		.resume	= NSEC_PER_SEC / 16,
		.rate	= tick,
		.period	= 4 * tick,
	};
}

static struct vs_cpu_bucket *alloc_bucket(const struct vs_context *ctx)
{
	struct vs_cpu_bucket *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (!b)
		return NULL;
	b->ctx = ctx;
	raw_spin_lock_init(&b->lock);
	init_waitqueue_head(&b->wait);
	hrtimer_init(&b->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	b->timer.function = vs_sched_time_is_up;
	vs_sched_default(&b->bucket);
	b->bucket.last = ktime_get_ns();
	b->slice = slice_of(&b->bucket);
	return b;
}

/**
 * vs_sched_prepare - Give a context a bucket, if it has none
 *
 * May sleep.
 *
 * Return: 0, -ENOMEM, or -EBUSY when a member may have a kernel thread that
 * cannot be held.
 */
int vs_sched_prepare(struct vs_context *ctx)
{
	struct vs_cpu_bucket *b;
	int err = 0;

	if (vs_bucket_of(ctx))
		return 0;
	b = alloc_bucket(ctx);
	if (!b)
		return -ENOMEM;
	static_branch_enable(&vs_sched_key);

	spin_lock(&ctx->lock);
	if (ctx->had_sqpoll) {
		err = -EBUSY;
	} else if (!ctx->bucket) {
		/* filled in before anybody charges it */
		smp_store_release(&ctx->bucket, b);
		b = NULL;
	}
	spin_unlock(&ctx->lock);
	kfree(b);
	return err;
}

/**
 * vs_sched_changed - A flag changed: let those go who need not wait any more
 */
void vs_sched_changed(struct vs_context *ctx)
{
	struct vs_cpu_bucket *b = vs_bucket_of(ctx);

	if (b)
		wake_up_all(&b->wait);
}

/**
 * vs_sched_end - There are no members any more, and will not be
 */
void vs_sched_end(struct vs_context *ctx)
{
	struct vs_cpu_bucket *b = vs_bucket_of(ctx);

	if (!b)
		return;
	raw_spin_lock_irq(&b->lock);
	b->ended = true;
	b->armed = false;
	raw_spin_unlock_irq(&b->lock);
	hrtimer_cancel(&b->timer);
}

/**
 * vs_sched_free - Free the bucket of a context that nobody refers to
 *
 * After vs_sched_end(), from any context.
 */
void vs_sched_free(struct vs_context *ctx)
{
	kfree(ctx->bucket);
}

/**
 * vs_sched_read - The bucket of a context as it is now
 * @ctx: The context.
 * @b: Where to copy it; the default if there is none.
 */
void vs_sched_read(struct vs_context *ctx, struct vs_bucket *b)
{
	struct vs_cpu_bucket *from = vs_bucket_of(ctx);
	unsigned long flags;

	if (!from) {
		vs_sched_default(b);
		return;
	}
	raw_spin_lock_irqsave(&from->lock, flags);
	vs_bucket_advance(&from->bucket, ktime_get_ns());
	*b = from->bucket;
	raw_spin_unlock_irqrestore(&from->lock, flags);
}

/**
 * vs_sched_write - Change the parameters of a bucket
 * @ctx: The context, which has a bucket.
 * @b: A valid bucket.
 * @tokens: Change what it holds, too.
 */
void vs_sched_write(struct vs_context *ctx, const struct vs_bucket *b,
		    bool tokens)
{
	struct vs_cpu_bucket *to = vs_bucket_of(ctx);
	u64 now = ktime_get_ns();
	unsigned long flags;
	int cpu;

	raw_spin_lock_irqsave(&to->lock, flags);
	vs_bucket_advance(&to->bucket, now);
	to->bucket.size = b->size;
	to->bucket.resume = b->resume;
	to->bucket.rate = b->rate;
	if (to->bucket.period != b->period)
		to->bucket.last = now;
	to->bucket.period = b->period;
	to->bucket.idle_rate = b->idle_rate;
	to->bucket.idle_period = b->idle_period;
	if (tokens) {
		for_each_possible_cpu(cpu)
			atomic64_set(&ctx->cpu[cpu].slice, 0);
		to->bucket.tokens = b->tokens;
	}
	to->bucket.tokens = min(to->bucket.tokens, to->bucket.size);
	to->slice = slice_of(&to->bucket);
	vs_sched_end_hold(to, now);
	if (to->armed)
		vs_sched_arm(to, now);
	raw_spin_unlock_irqrestore(&to->lock, flags);
	vs_sched_changed(ctx);
}

/**
 * vs_sched_held - How long a context has been on hold, in ns
 */
u64 vs_sched_held(struct vs_context *ctx)
{
	struct vs_cpu_bucket *b = vs_bucket_of(ctx);
	unsigned long flags;
	u64 ns;

	if (!b)
		return 0;
	raw_spin_lock_irqsave(&b->lock, flags);
	ns = b->hold_ns;
	if (b->bucket.hold && (vs_flags(ctx) & VXF_SCHED_HARD))
		ns += ktime_get_ns() - b->hold_since;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return ns;
}

/**
 * vs_sched_waiting - Number of threads on hold
 */
unsigned int vs_sched_waiting(const struct vs_context *ctx)
{
	const struct vs_cpu_bucket *b = vs_bucket_of(ctx);

	return b ? atomic_read(&b->waiting) : 0;
}

/**
 * vs_sched_limited - Is, or was, there a limit of the CPU time of a context?
 */
bool vs_sched_limited(const struct vs_context *ctx)
{
	return vs_bucket_of(ctx);
}

/**
 * vs_sched_pass_sqpoll - May a member have a thread that polls a ring?
 *
 * Such a thread stays in the kernel and is never held.  A context with a limit
 * must not have one; a context that may have one gets no limit any more.
 */
bool vs_sched_pass_sqpoll(struct vs_context *ctx)
{
	bool pass;

	spin_lock(&ctx->lock);
	pass = !ctx->bucket;
	if (pass)
		ctx->had_sqpoll = true;
	spin_unlock(&ctx->lock);
	return pass;
}
