// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - number of active threads and load average of a context
 *
 * One work item counts the runnable and the uninterruptible threads of all
 * contexts at the interval of the global load average, as long as there is a
 * context at all.  It is deferrable: an idle CPU is not woken for it.
 */

#include <linux/cred.h>
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/loadavg.h>
#include <linux/sched/signal.h>
#include <linux/vserver.h>
#include <linux/workqueue.h>

#include "context.h"
#include "cred.h"
#include "sched.h"

enum { RUNNING, BLOCKED };

static void sample_all(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(vs_sampler, sample_all);

/**
 * vs_load_sample - Take a sample into account
 * @load: What to update.
 * @running: Number of runnable threads.
 * @blocked: Number of threads in uninterruptible sleep.
 * @intervals: How many times LOAD_FREQ have passed since the last sample.
 */
void vs_load_sample(struct vs_load *load, unsigned int running,
		    unsigned int blocked, unsigned int intervals)
{
	unsigned long active = (unsigned long)(running + blocked) * FIXED_1;

	load->avg[0] = calc_load_n(load->avg[0], EXP_1, active, intervals);
	load->avg[1] = calc_load_n(load->avg[1], EXP_5, active, intervals);
	load->avg[2] = calc_load_n(load->avg[2], EXP_15, active, intervals);
	load->running = running;
	load->blocked = blocked;
	load->updates++;
}

static bool is_zero(const struct vs_load *load)
{
	return !(load->avg[0] | load->avg[1] | load->avg[2] | load->running |
		 load->blocked);
}

static void count_threads(void)
{
	struct task_struct *p, *t;

	rcu_read_lock();
	for_each_process_thread(p, t) {
		struct vs_context *ctx = vs_task_context(t);
		unsigned int state;

		if (!vs_context_counted(ctx))
			continue;
		state = READ_ONCE(t->__state);
		if (state == TASK_RUNNING)
			ctx->load.counting[RUNNING]++;
		else if ((state & TASK_UNINTERRUPTIBLE) &&
			 !(state & TASK_NOLOAD))
			ctx->load.counting[BLOCKED]++;
	}
	rcu_read_unlock();
}

/* The only writer of all load structures. */
static void sample_all(struct work_struct *work)
{
	static unsigned long last;
	unsigned int intervals = 1;
	struct vs_context *ctx;
	u32 xid;

	/* On an idle machine the timer may come late, and nobody was active. */
	if (last && time_after(jiffies, last + 2 * LOAD_FREQ))
		intervals = (jiffies - last) / LOAD_FREQ;
	last = jiffies;
	count_threads();
	for (xid = VS_XID_MIN; (ctx = vs_context_next(&xid)); xid++) {
		/*
		 * Without threads it was idle, and for long enough.  Who is on
		 * hold would run on a machine of its own.
		 */
		if (vs_context_threads(ctx) || !is_zero(&ctx->load))
			vs_load_sample(&ctx->load, ctx->load.counting[RUNNING] +
				       vs_sched_waiting(ctx),
				       ctx->load.counting[BLOCKED], intervals);
		ctx->load.counting[RUNNING] = 0;
		ctx->load.counting[BLOCKED] = 0;
		vs_context_put(ctx);
		cond_resched();
	}
	if (atomic_read(&vs_nr_alive))
		schedule_delayed_work(&vs_sampler, LOAD_FREQ);
}

unsigned int __vs_nr_threads(void)
{
	return vs_context_threads(vs_current());
}

/* As of the last sample; the one who asks is running now. */
unsigned int __vs_nr_running(void)
{
	return max(READ_ONCE(vs_current()->load.running), 1U);
}

/* The last number in use may be another context's: say one that is not. */
pid_t __vs_last_pid(void)
{
	return task_pid_nr_ns(current, task_active_pid_ns(current));
}

/* A context was created: make sure that sampling goes on. */
void vs_load_start(void)
{
	schedule_delayed_work(&vs_sampler, LOAD_FREQ);
}
