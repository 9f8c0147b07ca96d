// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the context object: creation, lookup, flags, end
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/vserver.h>
#include <linux/xarray.h>

#define CREATE_TRACE_POINTS
#include <trace/events/vserver.h>

#include "cgroup.h"
#include "context.h"
#include "cred.h"
#include "devmap.h"
#include "init.h"
#include "keys.h"
#include "sched.h"
#include "setup.h"
#include "syslog.h"
#include "unpriv.h"
#include "virt.h"

struct vs_context vs_host = {
	.xid	= VS_XID_HOST,
	.bcaps	= ~0ULL,
	.refs	= REFCOUNT_INIT(1),
	.tasks	= ATOMIC_INIT(1),
	.lock	= __SPIN_LOCK_UNLOCKED(vs_host.lock),
};

struct vs_context vs_spectator = {
	.xid	= VS_XID_SPECTATOR,
	.bcaps	= BIT_ULL(CAP_DAC_READ_SEARCH),
	.refs	= REFCOUNT_INIT(1),
	.tasks	= ATOMIC_INIT(1),
	.lock	= __SPIN_LOCK_UNLOCKED(vs_spectator.lock),
};

struct vs_context vs_nowhere = {
	.xid	= VS_XID_NOWHERE,
	.refs	= REFCOUNT_INIT(1),
	.tasks	= ATOMIC_INIT(1),
	.lock	= __SPIN_LOCK_UNLOCKED(vs_nowhere.lock),
};

atomic_t vs_nr_contexts = ATOMIC_INIT(0);
atomic_t vs_nr_alive = ATOMIC_INIT(0);

static struct kmem_cache *vs_context_cache __ro_after_init;
struct workqueue_struct *vs_workqueue __ro_after_init;

/* Contexts by id.  Each entry holds a reference. */
static DEFINE_XARRAY(vs_contexts);

/* Files that are still open were opened with credentials of the context. */
static void disarm(struct vs_context *ctx)
{
	WRITE_ONCE(ctx->bcaps, 0);
	WRITE_ONCE(ctx->ccaps, 0);
	WRITE_ONCE(ctx->nested_bcaps, 0);
	/* Now that the ceiling is low, it may bind. */
	smp_store_release(&ctx->flags, ctx->flags & ~VXF_STATE_SETUP);
}

static void end_context(struct work_struct *work)
{
	struct vs_context *ctx = container_of(work, struct vs_context, end);
	struct pid *init;

	/* Before anybody can see that it has ended, and before the helper. */
	spin_lock(&ctx->lock);
	disarm(ctx);
	spin_unlock(&ctx->lock);

	/* A new context may have taken the place, and the id, already. */
	xa_cmpxchg(&vs_contexts, ctx->xid, ctx, NULL, GFP_KERNEL);
	atomic_dec(&vs_nr_alive);
	vs_devmap_forget(ctx);
	vs_sched_end(ctx);

	mutex_lock(&ctx->space_lock);
	vs_space_drop(&ctx->space[0]);
	vs_space_drop(&ctx->space[1]);
	vs_cgroup_drop(ctx);
	mutex_unlock(&ctx->space_lock);

	if (vs_flags(ctx) & VXF_SC_HELPER)
		vs_helper_shutdown(ctx);

	spin_lock(&ctx->lock);
	init = vs_init_forget(ctx);
	WRITE_ONCE(ctx->state, VS_DEAD);
	disarm(ctx);		/* the host may have been at it meanwhile */
	spin_unlock(&ctx->lock);
	put_pid(init);

	if (ctx->unprivileged)
		vs_owner_put(ctx->owner);
	trace_vs_destroy(ctx->xid);
	wake_up_all(&ctx->wait);
	vs_keys_end(ctx);
	vs_context_put(ctx);
}

/*
 * Nobody may change or enter a context that does not admit administration: its
 * setup would never end, and its ceiling never begin; without processes, or
 * with processes that stand still, it would be there until the machine is
 * booted.
 */
static bool for_ever(u64 flags)
{
	return (flags & (VXF_STATE_SETUP | VXF_PERSISTENT |
			 VXF_SCHED_PAUSE)) && !(flags & VXF_STATE_ADMIN);
}

static void free_context(struct vs_context *ctx)
{
	vs_sched_free(ctx);
	put_pid(ctx->helper);
	kfree(ctx->log);
	kvfree(ctx->cpu);
	kmem_cache_free(vs_context_cache, ctx);
}

static struct vs_context *alloc_context(u64 flags)
{
	static atomic_t generation = ATOMIC_INIT(0);
	struct vs_context *ctx;

	ctx = kmem_cache_zalloc(vs_context_cache, GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return NULL;
	ctx->cpu = kvcalloc(nr_cpu_ids, sizeof(*ctx->cpu), GFP_KERNEL_ACCOUNT);
	if (!ctx->cpu) {
		free_context(ctx);
		return NULL;
	}
	vs_limits_init(ctx);

	ctx->generation = (u32)atomic_inc_return(&generation) << 16;
	ctx->state = VS_ALIVE;
	ctx->flags = flags;
	/* Without a setup whose end limits it, a context is limited at once. */
	ctx->bcaps = flags & (VXF_STATE_SETUP | VXF_FULL_CAPS) ?
		~0ULL : VS_BCAPS_SECURE;
	refcount_set(&ctx->refs, 2);	/* the table's and the caller's */
	atomic_set(&ctx->tasks, flags & VXF_PERSISTENT ? 2 : 1);
	ctx->born = ktime_get_boottime_ns();
	spin_lock_init(&ctx->lock);
	spin_lock_init(&ctx->audit_lock);
	mutex_init(&ctx->space_lock);
	init_waitqueue_head(&ctx->wait);
	INIT_WORK(&ctx->end, end_context);
	if ((flags & VS_SCHED_FLAGS) && vs_sched_prepare(ctx)) {
		free_context(ctx);
		return NULL;
	}
	return ctx;
}

/* A context has a log from when it first wants one until its end. */
static int add_log(struct vs_context *ctx, u64 flags)
{
	struct vs_log *log;

	if (!(flags & VXF_VIRT_SYSLOG) || READ_ONCE(ctx->log))
		return 0;
	log = vs_log_new();
	if (!log)
		return -ENOMEM;
	if (cmpxchg(&ctx->log, NULL, log))
		kfree(log);
	return 0;
}

/*
 * Stores @ctx under its id.  An entry that lost its last claim is as good as
 * gone; its end_context() copes with having been replaced.
 */
static int publish_context(struct vs_context *ctx)
{
	struct vs_context *old = NULL, *seen;
	int err;

	for (;;) {
		seen = xa_cmpxchg(&vs_contexts, ctx->xid, old, ctx,
				  GFP_KERNEL_ACCOUNT);
		err = xa_err(seen);
		if (err || seen == old)
			break;

		/* Occupied, by somebody else than expected. */
		vs_context_put(old);
		old = NULL;
		rcu_read_lock();
		seen = xa_load(&vs_contexts, ctx->xid);
		if (seen && atomic_read(&seen->tasks))
			err = vs_setup(seen) ? -EBUSY : -EEXIST;
		else if (seen && refcount_inc_not_zero(&seen->refs))
			old = seen;
		rcu_read_unlock();
		if (err)
			break;
	}
	vs_context_put(old);
	return err;
}

/*
 * Downwards, because tools look for a free id from the other end; and on from
 * the last one, so that nobody has to pass all that are in use.
 */
static int publish_anywhere(struct vs_context *ctx)
{
	static u32 next = VS_XID_MAX;
	u32 i, xid;
	int err;

	for (i = VS_XID_DYNAMIC; i <= VS_XID_MAX; i++) {
		xid = READ_ONCE(next);
		WRITE_ONCE(next, xid > VS_XID_DYNAMIC ? xid - 1 : VS_XID_MAX);
		ctx->xid = xid;
		err = publish_context(ctx);
		if (err != -EEXIST && err != -EBUSY)
			return err;
	}
	return -EAGAIN;
}

/**
 * vs_context_make - vs_context_create() for those who have checked all
 * @xid: The id, or VS_XID_NONE.
 * @flags: The first flags.
 * @unprivileged: For a user without privileges, see unpriv.c.
 */
struct vs_context *vs_context_make(u32 xid, u64 flags, bool unprivileged)
{
	struct vs_context *ctx;
	int err;

	ctx = alloc_context(flags);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	err = add_log(ctx, flags);
	if (err) {
		free_context(ctx);
		return ERR_PTR(err);
	}
	if (unprivileged) {
		ctx->unprivileged = true;
		ctx->shares_users = true;
		ctx->owner = current_uid();
		ctx->bcaps = 0;
	}

	/* Before anybody can find the context and enter it. */
	vs_activate();

	if (xid == VS_XID_NONE) {
		err = publish_anywhere(ctx);
	} else {
		ctx->xid = xid;
		err = publish_context(ctx);
	}
	if (err) {
		free_context(ctx);
		return ERR_PTR(err);
	}

	/* Users without privileges get none of what is for others. */
	if (!unprivileged)
		vs_devmap_adopt(ctx);
	atomic_inc(&vs_nr_contexts);
	atomic_inc(&vs_nr_alive);
	trace_vs_create(ctx->xid, flags);
	vs_load_start();
	return ctx;
}

/**
 * vs_context_create - Create a context
 * @xid: Its id, or VS_XID_NONE for any free one of the dynamic range.
 * @flags: Its first flags.
 *
 * The caller holds a reference and a claim afterwards and gives both back
 * with vs_context_unclaim() and vs_context_put() when it has entered or given
 * up.  May sleep.
 *
 * Return: The context, or an error pointer: -EINVAL for an id or a flag that
 * cannot be, -EEXIST when the id is in use, -EBUSY when it is in use by a
 * context in setup, -EAGAIN when no dynamic id is free, -ENOMEM.
 */
struct vs_context *vs_context_create(u32 xid, u64 flags)
{
	if (xid != VS_XID_NONE && (xid < VS_XID_MIN || xid > VS_XID_MAX))
		return ERR_PTR(-EINVAL);
	if (flags & ~VXF_KNOWN || for_ever(flags))
		return ERR_PTR(-EINVAL);
	return vs_context_make(xid, flags, false);
}

/**
 * vs_context_find - Look a living context up by its id
 *
 * Return: The context with a reference, or NULL.
 */
struct vs_context *vs_context_find(u32 xid)
{
	struct vs_context *ctx;

	rcu_read_lock();
	ctx = xa_load(&vs_contexts, xid);
	if (ctx && (!atomic_read(&ctx->tasks) ||
		    !refcount_inc_not_zero(&ctx->refs)))
		ctx = NULL;
	rcu_read_unlock();
	return ctx;
}

/**
 * vs_context_next - The living context with the smallest id not below *@xid
 * @xid: Where to start; its id afterwards.
 *
 * Return: The context with a reference, or NULL.
 */
struct vs_context *vs_context_next(u32 *xid)
{
	unsigned long index = *xid;
	struct vs_context *ctx;

	rcu_read_lock();
	xa_for_each_start(&vs_contexts, index, ctx, index) {
		if (atomic_read(&ctx->tasks) &&
		    refcount_inc_not_zero(&ctx->refs))
			break;
	}
	rcu_read_unlock();
	*xid = index;
	return ctx;
}

/**
 * vs_context_claim - Keep a context from ending
 *
 * Return: false when it has ended already.
 */
bool vs_context_claim(struct vs_context *ctx)
{
	return !vs_context_counted(ctx) || atomic_inc_not_zero(&ctx->tasks);
}

/**
 * vs_context_unclaim - Give a claim back; the last one ends the context
 *
 * From any context.
 *
 * Return: The number of claims that are left.
 */
int vs_context_unclaim(struct vs_context *ctx)
{
	int left;

	if (!vs_context_counted(ctx))
		return 1;
	left = atomic_dec_return(&ctx->tasks);
	/* The table's reference, which end_context() drops, keeps @ctx. */
	if (!left)
		queue_work(vs_workqueue, &ctx->end);
	return left;
}

static void free_context_rcu(struct rcu_head *rcu)
{
	struct vs_context *ctx = container_of(rcu, struct vs_context, rcu);

	free_context(ctx);
	atomic_dec(&vs_nr_contexts);
}

/* The last reference is gone; from any context. */
void vs_context_free(struct vs_context *ctx)
{
	call_rcu(&ctx->rcu, free_context_rcu);
}

/**
 * vs_context_dead - Has the context ended, including what follows its end?
 */
bool vs_context_dead(struct vs_context *ctx)
{
	return READ_ONCE(ctx->state) == VS_DEAD;
}

/**
 * vs_context_uptime - Age of a context in ns; of the system for the host
 */
u64 vs_context_uptime(const struct vs_context *ctx)
{
	return ktime_get_boottime_ns() - ctx->born;
}

/**
 * vs_context_threads - Number of member threads
 */
unsigned int vs_context_threads(const struct vs_context *ctx)
{
	int nr = atomic_read(&ctx->tasks);

	if (vs_flags(ctx) & VXF_PERSISTENT)
		nr--;
	if (READ_ONCE(ctx->opener))
		nr--;
	return max(nr, 0);
}

/**
 * vs_context_revive - A persistent context survives the death of its init
 *
 * With INIT_KILL nobody may enter until the last member is gone; then the
 * context is as good as new.
 */
void vs_context_revive(struct vs_context *ctx)
{
	if (likely(READ_ONCE(ctx->state) != VS_DYING))
		return;
	spin_lock(&ctx->lock);
	if (ctx->state == VS_DYING && (ctx->flags & VXF_PERSISTENT) &&
	    !vs_context_threads(ctx)) {
		WRITE_ONCE(ctx->state, VS_ALIVE);
		ctx->init_exited = false;
	}
	spin_unlock(&ctx->lock);
}

/*
 * Ends the setup of a context that nobody gave a ceiling: an unlimited guest
 * root is what the one who forgot it wants least.
 */
static void end_setup(struct vs_context *ctx, u64 flags)
{
	if (ctx->bcaps == ~0ULL && !(flags & VXF_FULL_CAPS))
		WRITE_ONCE(ctx->bcaps, VS_BCAPS_SECURE);
}

/**
 * vs_context_change - Change the flags of a context
 * @ctx: The context.
 * @flags: Values of the bits in @mask.
 * @mask: The bits to change.
 *
 * One-time bits can be cleared only.  PERSISTENT takes and drops a claim.
 * Clearing STATE_INIT from within registers the caller as init, before
 * anything else of the same call takes effect.
 *
 * Return: 0, -EINVAL for an unknown flag and for taking administration away
 * from a context in setup, a persistent or a paused one, -ENOMEM, or as vs_context_set_init() and
 * vs_sched_prepare().
 */
int vs_context_change(struct vs_context *ctx, u64 flags, u64 mask)
{
	u64 old, new;
	bool drop;
	int err;

	if (flags & mask & ~VXF_KNOWN)
		return -EINVAL;
	mask &= ~(flags & VXF_ONE_TIME);
	err = add_log(ctx, flags & mask);
	if (err)
		return err;
	if (flags & mask & VS_SCHED_FLAGS) {
		err = vs_sched_prepare(ctx);
		if (err)
			return err;
	}

	if ((mask & VXF_STATE_INIT) && (vs_flags(ctx) & VXF_STATE_INIT) &&
	    vs_current() == ctx) {
		err = vs_context_set_init(ctx);
		if (err)
			return err;
	}

	spin_lock(&ctx->lock);
	old = ctx->flags;
	new = (old & ~mask) | (flags & mask);
	if (for_ever(new)) {
		spin_unlock(&ctx->lock);
		return -EINVAL;
	}
	if ((old & ~new) & VXF_STATE_SETUP)
		end_setup(ctx, new);
	if ((new & ~old) & VXF_PERSISTENT) {
		/* The caller, or the host's lookup, may be late. */
		if (!vs_context_claim(ctx))
			new &= ~VXF_PERSISTENT;
	}
	drop = (old & ~new) & VXF_PERSISTENT;
	/* Whoever sees that setup is over must see the ceiling, too. */
	smp_store_release(&ctx->flags, new);
	vs_init_update(ctx);
	spin_unlock(&ctx->lock);

	if ((old & ~new) & VXF_STATE_SETUP)
		vs_space_seal(ctx);
	if ((old ^ new) & VS_SCHED_FLAGS)
		vs_sched_changed(ctx);
	if (drop)
		vs_context_unclaim(ctx);
	return 0;
}

/*
 * The last claim of a context, and the helper that follows it, may take long:
 * in a queue of their own they do not block each other, or the kernel's
 * queue for starting helpers.
 */
static int __init vs_workqueue_init(void)
{
	vs_workqueue = alloc_workqueue("vserver", WQ_UNBOUND, WQ_MAX_ACTIVE);
	if (!vs_workqueue)
		panic("vserver: no memory for the workqueue\n");
	return 0;
}
core_initcall(vs_workqueue_init);

void __init vs_context_init(void)
{
	vs_context_cache = KMEM_CACHE(vs_context, SLAB_PANIC);
}
