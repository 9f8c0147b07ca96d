/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the rest of the kernel calls, for limits.
 *
 * A part of linux/vserver.h, with the same rules, for files that need nothing
 * else of it.
 */
#ifndef _LINUX_VS_LIMIT_H
#define _LINUX_VS_LIMIT_H

#include <linux/types.h>
#include <linux/vs_pid.h>

struct file_lock_core;
struct task_struct;

#ifdef CONFIG_VSERVER

long __vs_oom_adj(const struct task_struct *p, long adj);
void __vs_account_cputime(struct task_struct *p, int index, u64 ns);
bool __vs_lock_charge(struct file_lock_core *flc);
void __vs_lock_uncharge(struct file_lock_core *flc);

/**
 * vs_oom_adj - What the OOM killer adds to the score of a process
 * @p:		the process
 * @adj:	its own oom_score_adj
 */
static __always_inline long vs_oom_adj(const struct task_struct *p, long adj)
{
	return vs_active() ? __vs_oom_adj(p, adj) : adj;
}

/**
 * vs_account_cputime - A running task has used time
 * @p:		the task
 * @index:	for what, see enum cpu_usage_stat
 * @ns:		how much
 */
static __always_inline void vs_account_cputime(struct task_struct *p, int index,
					       u64 ns)
{
	if (vs_active())
		__vs_account_cputime(p, index, ns);
}

/**
 * vs_lock_charge - Count a file lock or lease that is about to be held
 * @flc: The lock; one that is counted already stays so.
 *
 * Return: false when the caller's context holds as many as it may.
 */
static __always_inline bool vs_lock_charge(struct file_lock_core *flc)
{
	return !vs_active() || __vs_lock_charge(flc);
}

/* One lock takes the place of another.  Macros, to need no other header. */
#define vs_lock_take_over(new, old)				\
do {								\
	if (vs_active())					\
		swap((new)->flc_vs, (old)->flc_vs);		\
} while (0)

/* The lock is not held any more, or has never been. */
#define vs_lock_uncharge(flc)					\
do {								\
	struct file_lock_core *__flc = (flc);			\
								\
	if (vs_active() && __flc->flc_vs)			\
		__vs_lock_uncharge(__flc);			\
} while (0)

#else /* !CONFIG_VSERVER */

static inline long vs_oom_adj(const struct task_struct *p, long adj)
{
	return adj;
}

static inline void vs_account_cputime(struct task_struct *p, int index,
				      u64 ns) { }
static inline bool vs_lock_charge(struct file_lock_core *flc) { return true; }
#define vs_lock_take_over(new, old)	((void)(new), (void)(old))
#define vs_lock_uncharge(flc)		((void)(flc))

#endif /* CONFIG_VSERVER */
#endif /* _LINUX_VS_LIMIT_H */
