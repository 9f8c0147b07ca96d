// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what members of a context use, counted when asked
 *
 * For what has no limit of its own nobody counts all the time: the memory of a
 * guest is limited by its control group, System V IPC by its IPC namespace.
 * These sums are for those who look at them now and then.
 */

#include <linux/bitmap.h>
#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "usage.h"

/* Index of semaphores in the ids of an IPC namespace, as in ipc/util.h. */
#define SEM_IDS		0

/* The ids that have no limit of their own. */
#define COUNTED	(BIT(RLIMIT_RSS) | BIT(RLIMIT_MEMLOCK) | BIT(RLIMIT_AS) | \
		 BIT(RLIMIT_MSGQUEUE) | BIT(VLIM_OPENFD) | \
		 BIT(VLIM_ANON) | BIT(VLIM_SHMEM) | BIT(VLIM_SEMARY) | \
		 BIT(VLIM_NSEMS) | BIT(VLIM_DENTRY) | BIT(VLIM_MAPPED))

/* Under RCU.  Memory that processes share counts for each of them. */
static void add_process(u64 *value, struct task_struct *p)
{
	struct task_struct *t = find_lock_task_mm(p);
	unsigned long anon, mapped;
	const struct fdtable *fdt;

	if (!t)
		return;
	__acquire(&t->alloc_lock);	/* for sparse: nobody else told it */
	value[RLIMIT_AS] += t->mm->total_vm;
	value[RLIMIT_MEMLOCK] += t->mm->locked_vm;
	anon = get_mm_counter_sum(t->mm, MM_ANONPAGES);
	mapped = get_mm_counter_sum(t->mm, MM_FILEPAGES) +
		get_mm_counter_sum(t->mm, MM_SHMEMPAGES);
	value[RLIMIT_RSS] += anon + mapped;
	value[VLIM_ANON] += anon;
	value[VLIM_MAPPED] += mapped;
	if (t->files) {
		fdt = files_fdtable(t->files);
		value[VLIM_OPENFD] += bitmap_weight(fdt->open_fds,
						    fdt->max_fds);
	}
	task_unlock(t);
}

/* The next process not below *nr, whatever it is; false when there is none. */
static bool add_next(struct vs_context *ctx, u64 *value, int *nr)
{
	struct task_struct *p;
	struct pid *pid;

	rcu_read_lock();
	pid = find_ge_pid(*nr, &init_pid_ns);
	if (pid) {
		*nr = pid_nr(pid) + 1;
		if (READ_ONCE(pid->vs_xid) == ctx->xid) {
			p = pid_task(pid, PIDTYPE_TGID);
			if (p && vs_task_context(p) == ctx)
				add_process(value, p);
		}
	}
	rcu_read_unlock();
	return pid;
}

static void add_ipc(struct vs_context *ctx, u64 *value)
{
	mutex_lock(&ctx->space_lock);
	if (ctx->space[0].mask & CLONE_NEWIPC) {
		struct ipc_namespace *ipc = ctx->space[0].ipc;

		value[VLIM_SHMEM] = READ_ONCE(ipc->shm_tot);
		value[VLIM_SEMARY] = READ_ONCE(ipc->ids[SEM_IDS].in_use);
		value[VLIM_NSEMS] = READ_ONCE(ipc->used_sems);
	}
	mutex_unlock(&ctx->space_lock);
}

/**
 * vs_usage_count - Add up what the members of a context use
 * @ctx: The context.
 * @usage: The result.
 *
 * Looks at every process of the machine.  May sleep.
 */
void vs_usage_count(struct vs_context *ctx, struct vs_usage *usage)
{
	int nr = 1;

	memset(usage, 0, sizeof(*usage));
	while (add_next(ctx, usage->value, &nr))
		cond_resched();
	add_ipc(ctx, usage->value);
}

/**
 * vs_rlimit_stat - What is in use of a limit, and what was
 * @ctx: The context.
 * @usage: What vs_usage_count() found.
 * @stat: The id, and the result.
 *
 * Nobody remembers the extremes of what has no limit.
 *
 * Return: 0, or -EINVAL for an id that is neither limited nor counted.
 */
int vs_rlimit_stat(struct vs_context *ctx, const struct vs_usage *usage,
		   struct vcmd_rlimit_stat *stat)
{
	int kind = vs_limit_kind(stat->id);

	if (kind >= 0) {
		stat->hits = atomic_read(&ctx->limit[kind].hits);
		stat->value = vs_limit_used(ctx, kind);
		stat->minimum = vs_limit_low(ctx, kind);
		stat->maximum = vs_limit_peak(ctx, kind);
		return 0;
	}
	if (stat->id >= VLIM_IDS || !(BIT(stat->id) & COUNTED))
		return -EINVAL;
	stat->hits = 0;
	stat->value = usage->value[stat->id];
	stat->minimum = stat->value;
	stat->maximum = stat->value;
	return 0;
}
