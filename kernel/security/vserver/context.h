/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the context object and its life cycle
 *
 * A context has two counters.  @tasks counts claims: one for each member
 * thread, one for the creator until it has entered, one for the flag
 * PERSISTENT.  With the last claim the context ends: its id is free again,
 * nobody can find or enter it.  @refs counts pointers, most of them in
 * credentials; open files keep credentials, so an ended context may stay in
 * memory for a while, without power over anything.
 */
#ifndef _SECURITY_VSERVER_CONTEXT_H
#define _SECURITY_VSERVER_CONTEXT_H

#include <linux/atomic.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/resource.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/vserver.h>

#include "helper.h"
#include "limit.h"
#include "pool.h"
#include "space.h"
#include "virt.h"

struct file;
struct vs_cpu_bucket;

#define VS_XID_NOWHERE		U32_MAX

/* All flags that have a meaning or had one in an earlier version. */
#define VXF_KNOWN							   \
	(VXF_INFO_LOCK | VXF_INFO_SCHED | VXF_INFO_NPROC |		   \
	 VXF_INFO_PRIVATE | VXF_INFO_INIT | VXF_INFO_HIDE |		   \
	 VXF_INFO_ULIMIT | VXF_INFO_NSPACE | VXF_SCHED_HARD |		   \
	 VXF_SCHED_PRIO | VXF_SCHED_PAUSE | VXF_VIRT_MEM |		   \
	 VXF_VIRT_UPTIME | VXF_VIRT_CPU | VXF_VIRT_LOAD | VXF_VIRT_TIME |  \
	 VXF_HIDE_MOUNT | VXF_HIDE_NETIF | VXF_HIDE_VINFO |		   \
	 VXF_STATE_SETUP | VXF_STATE_INIT | VXF_STATE_ADMIN |		   \
	 VXF_SC_HELPER | VXF_REBOOT_KILL | VXF_PERSISTENT | VXF_PIDNS |	   \
	 VXF_INIT_KILL | VXF_VIRT_SYSLOG | VXF_SQPOLL | VXF_SHARE_UTS |	   \
	 VXF_SHARE_IPC | VXF_FULL_CAPS | VXF_FORK_RSS | VXF_PROLIFIC |	   \
	 VXF_IGNEG_NICE | VXF_IGNEG_IONICE | VXF_KEEP_FDS |		   \
	 VXF_SPEC_GUARD | VXF_PEER_UID)

enum vs_state {
	VS_ALIVE,
	VS_DYING,		/* members are being killed, nobody enters */
	VS_DEAD,		/* the last claim is gone */
};

/**
 * struct vs_cpu - What a context keeps for each CPU
 * @stock: Charges that are kept for the next who needs one, see limit.c.
 * @time: What members used of the CPU, see virtcpu.c.
 * @slice: What the CPU has left of what it took from the bucket; negative: it
 *	used too much.
 *
 * Not percpu memory: with the number of such pieces every allocation of one
 * becomes dearer, and each fork and exec makes some.
 */
struct vs_cpu {
	atomic_t		stock[VS_LIMITS_STOCKED];
	struct vs_cpu_time	time;
	atomic64_t		slice;
} ____cacheline_aligned_in_smp;

/**
 * struct vs_load - Activity of a context, sampled like the load average
 * @running: Threads that ran or wanted to at the last sample.
 * @blocked: Threads in uninterruptible sleep at the last sample.
 * @counting: The two numbers while a sample is being taken.
 * @avg: Load averages over 1, 5 and 15 minutes, FSHIFT fraction bits.
 * @updates: Number of samples.
 */
struct vs_load {
	unsigned int	running;
	unsigned int	blocked;
	unsigned int	counting[2];
	unsigned long	avg[3];
	unsigned int	updates;
};

/**
 * struct vs_first - What the first member had when it entered
 * @known: There was one.
 * @nice: Members do not get below.
 * @rlim_max: Hard limits; with VXC_SET_RLIMIT members may raise theirs so far.
 */
struct vs_first {
	bool		known;
	int		nice;
	unsigned long	rlim_max[RLIM_NLIMITS];
};

/**
 * struct vs_context - A security context
 * @xid: Its id; unique among the living.
 * @generation: In the upper half, see vs_context_id().
 * @shares_users: What its users have counts for those of the host.
 * @has_keyrings: There are keyrings of its users to let go of at its end.
 * @unprivileged: Created by a user without any privilege, see unpriv.c.
 * @owner: That user.
 * @state: See &enum vs_state; written under @lock.
 * @flags: VXF_* bits; written under @lock, read without.
 * @bcaps: Ceiling: no member passes a test for a capability outside it.
 * @nested_bcaps: The ceiling in user namespaces that members made, as far as
 * @nested_mask: says; for the other bits that is @bcaps, too.
 * @ccaps: VXC_* bits: operations permitted although the ceiling forbids.
 * @umask: clone(2) flags of the namespaces members may create.
 * @wmask: Stored for the tools, without effect.
 * @first: Of the first member; written once, under @lock, read without.
 * @init: The registered init process, or NULL; RCU, written under @lock.
 * @pid1: The same while members know it as number 1, else NULL.
 * @refs: Pointers to this object.
 * @tasks: Claims, see above.
 * @opener: The descriptor that holds the creator's claim, see fd.c.
 * @forks: Threads ever created by members.
 * @last_pid: Number of the process created last by a member.
 * @born: CLOCK_BOOTTIME of the creation, in ns.
 * @cpu: What each CPU keeps, by its number.
 * @bucket: Limit of the CPU time, or NULL; see sched.c.
 * @had_sqpoll: A member may have a thread that no limit holds; under @lock.
 * @prio_bias: Stored for the tools.
 * @load: Sampled numbers of active threads, see load.c.
 * @lock: Protects what says so.
 * @space_lock: Protects @space.
 * @space: Remembered namespaces and directories; index 0: the usual set,
 *	1: what a guest has after its pivot_root.
 * @cgroup: The control group its members administer, or NULL; written under
 *	@space_lock.
 * @cgroup_ns: The cgroup namespace of those who enter, or NULL; the same.
 * @name: The CONTEXT name of vhi; under @lock.
 * @badness: Added to the OOM scores of members, in thousandths of the memory.
 * @limit: Counters that have a limit, see limit.c.
 * @pool: What was taken from pools of the machine, see pool.c.
 * @exit_code: Of the registered init, else of the last member reaped.
 * @reboot_cmd: Last command a member gave to reboot(2).
 * @init_exited: @exit_code is the one of init and stays.
 * @helper: The last helper that was started, or NULL; under @lock.
 * @helper_starts: One is being started; under @lock.
 * @reboots: Limits how often one is started; under @lock.
 * @audit: Limits how many audit records are made; under @audit_lock.
 * @audit_lock: Taken anywhere in task context, also under tasklist_lock.
 * @log: The private kernel log, or NULL; set once.
 * @wait: Waiters for VS_DEAD.
 * @end: Work that follows the loss of the last claim.
 * @rcu: Freeing.
 */
struct vs_context {
	u32			xid;
	u32			generation;
	bool			shares_users;
	bool			has_keyrings;
	bool			unprivileged;
	kuid_t			owner;
	enum vs_state		state;
	u64			flags;
	u64			bcaps;
	u64			nested_bcaps;
	u64			nested_mask;
	u64			ccaps;
	u64			umask;
	u64			wmask;
	struct vs_first		first;
	struct pid __rcu	*init;
	struct pid __rcu	*pid1;
	refcount_t		refs;
	atomic_t		tasks;
	struct file		*opener;
	atomic_t		forks;
	pid_t			last_pid;
	u64			born;
	struct vs_cpu		*cpu;
	struct vs_cpu_bucket	*bucket;
	bool			had_sqpoll;
	int			prio_bias;
	struct vs_load		load;
	spinlock_t		lock;		/* see above */
	struct mutex		space_lock;	/* see above */
	struct vs_space		space[VS_SPACES];
	struct cgroup		*cgroup;
	struct cgroup_namespace	*cgroup_ns;
	char			name[VHIN_LEN];
	s64			badness;
	struct vs_limit		limit[VS_LIMITS];
	atomic_long_t		pool[VS_POOLS];
	bool			init_exited;
	int			exit_code;
	int			reboot_cmd;
	struct pid		*helper;
	bool			helper_starts;
	struct vs_window	reboots;
	struct vs_window	audit;
	spinlock_t		audit_lock;	/* see above */
	struct vs_log		*log;
	wait_queue_head_t	wait;
	struct work_struct	end;
	struct rcu_head		rcu;
};

extern struct vs_context vs_host;	/* context 0 */
extern struct vs_context vs_spectator;	/* context 1 */
extern struct vs_context vs_nowhere;	/* of credentials without a context */

extern atomic_t vs_nr_contexts;		/* in memory */
extern atomic_t vs_nr_alive;		/* with an id */

/* The three static contexts live for ever and are not counted. */
static inline bool vs_context_counted(const struct vs_context *ctx)
{
	return ctx->xid - VS_XID_MIN <= VS_XID_MAX - VS_XID_MIN;
}

static inline struct vs_context *vs_context_get(struct vs_context *ctx)
{
	if (ctx && vs_context_counted(ctx))
		refcount_inc(&ctx->refs);
	return ctx;
}

/* Tells a context from an earlier one that had the same xid. */
static inline u32 vs_context_id(const struct vs_context *ctx)
{
	return ctx->xid | ctx->generation;
}

/* For alloc_uid_in() and alloc_ucounts(). */
static inline u32 vs_context_user_id(const struct vs_context *ctx)
{
	if (!vs_context_counted(ctx) || ctx->shares_users)
		return 0;
	return vs_context_id(ctx);
}

void vs_context_free(struct vs_context *ctx);

static inline void vs_context_put(struct vs_context *ctx)
{
	if (ctx && vs_context_counted(ctx) && refcount_dec_and_test(&ctx->refs))
		vs_context_free(ctx);
}

static inline u64 vs_flags(const struct vs_context *ctx)
{
	return READ_ONCE(ctx->flags);
}

/* A context in setup runs the host's tools; its ceiling is off. */
static inline bool vs_setup(const struct vs_context *ctx)
{
	return vs_flags(ctx) & VXF_STATE_SETUP;
}

struct vs_context *vs_context_create(u32 xid, u64 flags);
struct vs_context *vs_context_make(u32 xid, u64 flags, bool unprivileged);
struct vs_context *vs_context_find(u32 xid);
struct vs_context *vs_context_next(u32 *xid);
bool vs_context_claim(struct vs_context *ctx);
int vs_context_unclaim(struct vs_context *ctx);
void vs_context_revive(struct vs_context *ctx);
int vs_context_set_init(struct vs_context *ctx);
int vs_context_change(struct vs_context *ctx, u64 flags, u64 mask);
u64 vs_context_uptime(const struct vs_context *ctx);
unsigned int vs_context_threads(const struct vs_context *ctx);
bool vs_context_dead(struct vs_context *ctx);
void vs_context_init(void);

/* Runs what may wait for a helper program. */
extern struct workqueue_struct *vs_workqueue;

void vs_load_start(void);
void vs_load_sample(struct vs_load *load, unsigned int running,
		    unsigned int blocked, unsigned int intervals);

#endif /* _SECURITY_VSERVER_CONTEXT_H */
