/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the rest of the kernel calls, for limits and shares.
 *
 * A part of linux/vserver.h, with the same rules, for files that need nothing
 * else of it.
 */
#ifndef _LINUX_VS_LIMIT_H
#define _LINUX_VS_LIMIT_H

#include <linux/vs_charge.h>

struct file_lock_core;
struct task_struct;
struct xarray;

/**
 * enum vs_pool - What the whole machine has one pool of
 * @VS_POOL_AIO: Requests of asynchronous I/O, fs.aio-max-nr.
 * @VS_POOL_JIT: Memory of compiled filters, net.core.bpf_jit_limit.
 * @VS_POOL_PTY: Pseudo terminals, kernel.pty.max.
 * @VS_POOL_TIMERS: POSIX timers, which share one hash table.
 * @VS_POOLS: Number of the above.
 */
enum vs_pool {
	VS_POOL_AIO,
	VS_POOL_JIT,
	VS_POOL_PTY,
	VS_POOL_TIMERS,
	VS_POOLS,
};

/* Where there is no limit that a share could be a part of. */
#define VS_TIMERS_TOTAL		131072

#ifdef CONFIG_VSERVER

long __vs_oom_adj(const struct task_struct *p, long adj);
bool __vs_lock_charge(struct file_lock_core *flc);
void __vs_lock_uncharge(struct file_lock_core *flc);
bool __vs_pool_charge(struct vs_charge *by, enum vs_pool pool,
		      unsigned long n, unsigned long total);
void __vs_pool_uncharge(struct vs_charge *by, enum vs_pool pool,
			unsigned long n);
bool __vs_pool_charge_index(struct xarray *owners, unsigned long index,
			    enum vs_pool pool, unsigned long total);
void __vs_pool_uncharge_index(struct xarray *owners, unsigned long index,
			      enum vs_pool pool);
bool __vs_deny_hugetlb(void);
bool __vs_audit_rate(unsigned int limit);

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

/**
 * vs_pool_charge - Take something from a pool of the machine
 * @by:		remembers who did; need not be initialised
 * @pool:	which
 * @n:		how much
 * @total:	how much there is altogether
 *
 * Return: false when the caller's context would exceed its share.
 */
static __always_inline bool vs_pool_charge(struct vs_charge *by,
					   enum vs_pool pool, unsigned long n,
					   unsigned long total)
{
	if (vs_active())
		return __vs_pool_charge(by, pool, n, total);
	by->ctx = NULL;
	return true;
}

/**
 * vs_pool_uncharge - Give it back; from any context
 */
static __always_inline void vs_pool_uncharge(struct vs_charge *by,
					     enum vs_pool pool, unsigned long n)
{
	if (vs_active() && by->ctx)
		__vs_pool_uncharge(by, pool, n);
}

/**
 * vs_pool_charge_index - Take something that is known by a number only
 * @owners:	contexts by such numbers
 * @index:	the number
 * @pool:	the pool
 * @total:	how many there are altogether
 */
static __always_inline bool vs_pool_charge_index(struct xarray *owners,
						 unsigned long index,
						 enum vs_pool pool,
						 unsigned long total)
{
	return !vs_active() ||
		__vs_pool_charge_index(owners, index, pool, total);
}

static __always_inline void vs_pool_uncharge_index(struct xarray *owners,
						   unsigned long index,
						   enum vs_pool pool)
{
	if (vs_active())
		__vs_pool_uncharge_index(owners, index, pool);
}

/**
 * vs_deny_hugetlb - Must the caller not use huge pages of the pool?
 */
static __always_inline bool vs_deny_hugetlb(void)
{
	return vs_active() && __vs_deny_hugetlb();
}

/**
 * vs_audit_rate - May a guest make one more audit record in this second?
 * @limit:	how many it may make
 *
 * Only for callers of which vs_guest() is true, in task context.
 */
static __always_inline bool vs_audit_rate(unsigned int limit)
{
	return __vs_audit_rate(limit);
}

#else /* !CONFIG_VSERVER */

static inline long vs_oom_adj(const struct task_struct *p, long adj)
{
	return adj;
}

static inline bool vs_lock_charge(struct file_lock_core *flc) { return true; }
static inline bool vs_pool_charge(struct vs_charge *by, enum vs_pool pool,
				  unsigned long n, unsigned long total)
{
	return true;
}

static inline void vs_pool_uncharge(struct vs_charge *by, enum vs_pool pool,
				    unsigned long n) { }
static inline bool vs_pool_charge_index(struct xarray *owners,
					unsigned long index, enum vs_pool pool,
					unsigned long total)
{
	return true;
}

static inline void vs_pool_uncharge_index(struct xarray *owners,
					  unsigned long index,
					  enum vs_pool pool) { }
static inline bool vs_deny_hugetlb(void) { return false; }
static inline bool vs_audit_rate(unsigned int limit) { return true; }
#define vs_lock_take_over(new, old)	((void)(new), (void)(old))
#define vs_lock_uncharge(flc)		((void)(flc))

#endif /* CONFIG_VSERVER */
#endif /* _LINUX_VS_LIMIT_H */
