// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - limit of the CPU time of a context
 *
 * The scheduler charges what a member used to the bucket of its context, in
 * all scheduling classes.  When the bucket is empty, members are held on their
 * way back to user mode, where they hold no lock of the kernel, until there
 * are enough tokens again.  What a long system call used beyond that is debt.
 *
 * Each CPU takes a slice out of the bucket and pays from that, so that CPUs
 * seldom meet at the lock; at the start of a hold the slices come back.
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/rcupdate.h>
#include <linux/resume_user_mode.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "cred.h"
#include "sched.h"

DEFINE_STATIC_KEY_FALSE(vs_sched_key);

/* The bucket was emptied: what CPUs have left is used before anybody waits. */
static void begin_hold(struct vs_cpu_bucket *b, u64 now)
{
	int cpu;

	b->hold_since = now;
	for_each_possible_cpu(cpu)
		vs_bucket_give_back(&b->bucket,
				    atomic64_xchg(&b->ctx->cpu[cpu].slice, 0));
	vs_bucket_release(&b->bucket);
}

/**
 * vs_sched_end_hold - Fill a bucket and end its hold if that is enough
 * @b: The bucket, locked.
 * @now: CLOCK_MONOTONIC in ns.
 */
void vs_sched_end_hold(struct vs_cpu_bucket *b, u64 now)
{
	vs_bucket_advance(&b->bucket, now);
	if (vs_bucket_release(&b->bucket))
		b->hold_ns += now - b->hold_since;
}

/* The slice of a CPU is used up, and more; with interrupts off. */
static void draw(struct vs_cpu_bucket *b, atomic64_t *slice, s64 used)
{
	u64 now = ktime_get_ns();
	s64 got;

	raw_spin_lock(&b->lock);
	vs_bucket_advance(&b->bucket, now);
	got = vs_bucket_take(&b->bucket,
			     b->bucket.hold ? used : used + b->slice);
	if (got >= used) {
		atomic64_add(got, slice);
	} else {
		atomic64_add(used, slice);
		if (vs_bucket_settle(&b->bucket, used, got))
			begin_hold(b, now);
	}
	raw_spin_unlock(&b->lock);
}

/* Under the lock of a run queue, so that the credentials of @p stay. */
void __vs_sched_charge(struct task_struct *p, s64 ns)
{
	const struct vs_context *ctx;
	struct vs_cpu_bucket *b;
	atomic64_t *slice;
	u64 flags;
	s64 left;

	rcu_read_lock();
	ctx = vs_task_context(p);
	flags = vs_flags(ctx);
	if (likely(!(flags & VS_SCHED_FLAGS)))
		goto out;
	b = vs_bucket_of(ctx);
	if (!b)
		goto out;

	if (flags & VXF_SCHED_HARD) {
		slice = &ctx->cpu[smp_processor_id()].slice;
		left = atomic64_sub_return(ns, slice);
		if (left <= 0)
			draw(b, slice, -left);
	}
	if (((flags & VXF_SCHED_PAUSE) || READ_ONCE(b->bucket.hold)) &&
	    !(p->flags & (PF_KTHREAD | PF_EXITING)))
		set_notify_resume(p);
out:
	rcu_read_unlock();
}

/**
 * vs_sched_arm - See to it that a hold ends in time
 * @b: The bucket, locked.
 * @now: CLOCK_MONOTONIC in ns.
 */
void vs_sched_arm(struct vs_cpu_bucket *b, u64 now)
{
	if (b->ended)
		return;
	b->armed = true;
	hrtimer_start(&b->timer, ns_to_ktime(vs_bucket_wake(&b->bucket, now)),
		      HRTIMER_MODE_ABS);
}

/* CPUs that stand idle while members wait. */
static unsigned int idle_cpus(const struct vs_cpu_bucket *b)
{
	unsigned int nr = 0, waiting = atomic_read(&b->waiting);
	int cpu;

	if (!b->bucket.idle_rate)
		return 0;
	for_each_online_cpu(cpu) {
		if (nr >= waiting)
			break;
		nr += idle_cpu(cpu);
	}
	return nr;
}

/* The function of the timer of a bucket. */
enum hrtimer_restart vs_sched_time_is_up(struct hrtimer *timer)
{
	struct vs_cpu_bucket *b = container_of(timer, struct vs_cpu_bucket,
					       timer);
	unsigned int cpus = idle_cpus(b);
	u64 now = ktime_get_ns();
	unsigned long flags;
	s64 tokens;
	bool hold;

	raw_spin_lock_irqsave(&b->lock, flags);
	vs_bucket_idle(&b->bucket, now, cpus);
	vs_sched_end_hold(b, now);
	hold = b->bucket.hold;
	tokens = b->bucket.tokens;
	if (hold)
		vs_sched_arm(b, now);
	else
		b->armed = false;
	raw_spin_unlock_irqrestore(&b->lock, flags);

	trace_vs_refill(b->ctx->xid, tokens);
	/* As many as can run; each wakes the next. */
	if (!hold)
		wake_up_nr(&b->wait, num_online_cpus());
	return HRTIMER_NORESTART;
}

/* Does a member have to wait?  Sees to it that somebody wakes it then. */
static bool must_hold(const struct vs_context *ctx, struct vs_cpu_bucket *b)
{
	u64 flags = vs_flags(ctx);
	unsigned long irq;
	bool hold;
	u64 now;

	if (flags & VXF_SCHED_PAUSE)
		return true;
	if (!(flags & VXF_SCHED_HARD) || !READ_ONCE(b->bucket.hold))
		return false;

	now = ktime_get_ns();
	raw_spin_lock_irqsave(&b->lock, irq);
	vs_sched_end_hold(b, now);
	hold = b->bucket.hold;
	if (hold && !b->armed)
		vs_sched_arm(b, now);
	raw_spin_unlock_irqrestore(&b->lock, irq);
	return hold;
}

static void wait_for_tokens(const struct vs_context *ctx,
			    struct vs_cpu_bucket *b)
{
	DEFINE_WAIT(wait);

	trace_vs_hold(ctx->xid, true, READ_ONCE(b->bucket.tokens));
	atomic_inc(&b->waiting);
	for (;;) {
		/* Neither load nor hung; a suspended machine may freeze it. */
		prepare_to_wait_exclusive(&b->wait, &wait, TASK_KILLABLE |
					  TASK_NOLOAD | TASK_FREEZABLE);
		if (fatal_signal_pending(current) || !must_hold(ctx, b))
			break;
		schedule();
	}
	finish_wait(&b->wait, &wait);
	atomic_dec(&b->waiting);
	trace_vs_hold(ctx->xid, false, READ_ONCE(b->bucket.tokens));
}

/*
 * On the way to user mode, without locks.  Other than fatal signals wait: a
 * storm of timers must not buy CPU time.
 */
void __vs_sched_hold(void)
{
	const struct vs_context *ctx = vs_current();
	struct vs_cpu_bucket *b;

	if (!(vs_flags(ctx) & VS_SCHED_FLAGS))
		return;
	b = vs_bucket_of(ctx);
	if (!b || (current->flags & PF_EXITING))
		return;
	if (must_hold(ctx, b))
		wait_for_tokens(ctx, b);
	/* One more, also when this one was only woken to die. */
	if (wq_has_sleeper(&b->wait) && !must_hold(ctx, b))
		wake_up(&b->wait);
}

/**
 * vs_sched_fork - A member makes another
 * @ctx: The context.
 * @p: The new task, which does not run yet.
 *
 * In a context on hold it does not get to its first instruction.
 */
void vs_sched_fork(struct vs_context *ctx, struct task_struct *p)
{
	u64 flags = vs_flags(ctx);
	struct vs_cpu_bucket *b;

	if (likely(!(flags & VS_SCHED_FLAGS)))
		return;
	b = vs_bucket_of(ctx);
	if (b && ((flags & VXF_SCHED_PAUSE) || READ_ONCE(b->bucket.hold)))
		set_tsk_thread_flag(p, TIF_NOTIFY_RESUME);
}
