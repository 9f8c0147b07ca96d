/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - limit of the CPU time of a context
 */
#ifndef _SECURITY_VSERVER_SCHED_H
#define _SECURITY_VSERVER_SCHED_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/linux/vserver.h>

#include "bucket.h"
#include "context.h"

struct task_struct;

/* The flags that need a bucket. */
#define VS_SCHED_FLAGS	(VXF_SCHED_HARD | VXF_SCHED_PAUSE)

/**
 * struct vs_cpu_bucket - CPU time that the members of a context may use
 * @ctx: Whose it is.
 * @lock: Taken under the lock of a run queue: nothing that wakes a task or
 *	takes such a lock may be called under it.
 * @bucket: What is left, less the slices of the CPUs.
 * @slice: How much a CPU takes at once.
 * @armed: @timer is set.
 * @ended: It will not be set any more.
 * @timer: Ends the hold.
 * @wait: Tasks on hold; exclusive, so that they start one after the other.
 * @waiting: Their number.
 * @hold_since: When the hold began.
 * @hold_ns: How long all holds before took together.
 */
struct vs_cpu_bucket {
	const struct vs_context	*ctx;
	raw_spinlock_t		lock;		/* see above */
	struct vs_bucket	bucket;
	s64			slice;
	bool			armed;
	bool			ended;
	struct hrtimer		timer;
	wait_queue_head_t	wait;
	atomic_t		waiting;
	u64			hold_since;
	u64			hold_ns;
};

/* Once there, a bucket stays as long as its context. */
static inline struct vs_cpu_bucket *vs_bucket_of(const struct vs_context *ctx)
{
	/* Pairs with the release in vs_sched_prepare(). */
	return smp_load_acquire(&ctx->bucket);
}

/* sched.c */
void vs_sched_end_hold(struct vs_cpu_bucket *b, u64 now);
void vs_sched_arm(struct vs_cpu_bucket *b, u64 now);
enum hrtimer_restart vs_sched_time_is_up(struct hrtimer *timer);
void vs_sched_fork(struct vs_context *ctx, struct task_struct *p);

/* bucket.c */
void vs_sched_default(struct vs_bucket *b);
int vs_sched_prepare(struct vs_context *ctx);
void vs_sched_changed(struct vs_context *ctx);
void vs_sched_end(struct vs_context *ctx);
void vs_sched_free(struct vs_context *ctx);
void vs_sched_read(struct vs_context *ctx, struct vs_bucket *b);
void vs_sched_write(struct vs_context *ctx, const struct vs_bucket *b,
		    bool tokens);
u64 vs_sched_held(struct vs_context *ctx);
unsigned int vs_sched_waiting(const struct vs_context *ctx);
bool vs_sched_limited(const struct vs_context *ctx);
bool vs_sched_pass_sqpoll(struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_SCHED_H */
