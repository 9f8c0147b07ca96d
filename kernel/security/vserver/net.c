// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - network contexts: life cycle, and which tasks are in one
 *
 * What a network context does to sockets is in net/vserver/.  A process may be
 * in one without being in a security context, and the other way round.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/in.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/vserver.h>

#include "context.h"
#include "cred.h"
#include "helper.h"
#include "migrate.h"
#include "net.h"
#include "setup.h"
#include "task.h"
#include "../../net/vserver/set.h"

DEFINE_STATIC_KEY_FALSE(vs_net_key);
EXPORT_SYMBOL_GPL(vs_net_key);

atomic_t vs_nr_nets = ATOMIC_INIT(0);
atomic_t vs_nr_nets_alive = ATOMIC_INIT(0);

/* Network contexts by id; writers hold the mutex. */
static DEFINE_XARRAY(vs_nets);
static DEFINE_MUTEX(vs_nets_lock);

static void free_net_rcu(struct rcu_head *rcu)
{
	struct vs_net *nx = container_of(rcu, struct vs_net, rcu);

	kvfree(rcu_dereference_protected(nx->set, true));
	percpu_ref_exit(&nx->refs);
	net_passive_dec(nx->net);
	kfree(nx);
	atomic_dec(&vs_nr_nets);
}

/* The last reference is gone; from any context. */
static void free_net(struct percpu_ref *refs)
{
	struct vs_net *nx = container_of(refs, struct vs_net, refs);

	call_rcu(&nx->rcu, free_net_rcu);
}

static void end_net(struct work_struct *work)
{
	struct vs_net *nx = container_of(work, struct vs_net, end);

	/* A new one may have taken the id already. */
	mutex_lock(&vs_nets_lock);
	if (xa_load(&vs_nets, nx->nid) == nx)
		xa_erase(&vs_nets, nx->nid);
	mutex_unlock(&vs_nets_lock);
	atomic_dec(&vs_nr_nets_alive);

	if (vs_net_flags(nx) & NXF_SC_HELPER)
		vs_helper_net(false, nx->nid);
	percpu_ref_kill(&nx->refs);
}

/**
 * vs_net_lback4 - The loopback address a context has if nobody sets another
 */
__be32 vs_net_lback4(u32 nid)
{
	return htonl(INADDR_LOOPBACK ^ nid << 8);
}

static struct vs_net *alloc_net(u32 nid, u64 flags)
{
	struct vs_net *nx = kzalloc(sizeof(*nx), GFP_KERNEL_ACCOUNT);
	struct vs_set *set = vs_set_build(NULL, 0, NULL, 0);

	if (!nx || !set ||
	    percpu_ref_init(&nx->refs, free_net, 0, GFP_KERNEL_ACCOUNT)) {
		kvfree(set);
		kfree(nx);
		return NULL;
	}
	nx->nid = nid;
	nx->flags = flags;
	atomic_set(&nx->tasks, flags & NXF_PERSISTENT ? 2 : 1);
	RCU_INIT_POINTER(nx->set, set);
	nx->lback4 = vs_net_lback4(nid);
	nx->bcast4 = htonl(INADDR_BROADCAST);
	nx->lback6 = vs_lback6_prefix;
	nx->lback6.s6_addr16[6] = htons(nid);
	nx->lback6.s6_addr16[7] = htons(1);
	nx->net = current->nsproxy->net_ns;
	net_passive_inc(nx->net);
	mutex_init(&nx->lock);
	INIT_WORK(&nx->end, end_net);
	atomic_inc(&vs_nr_nets);
	return nx;
}

static int publish_net(struct vs_net *nx)
{
	struct vs_net *old;
	int err;

	mutex_lock(&vs_nets_lock);
	old = xa_load(&vs_nets, nx->nid);
	/* One that lost its last claim is as good as gone. */
	if (old && atomic_read(&old->tasks))
		err = vs_net_flags(old) & NXF_STATE_SETUP ? -EBUSY : -EEXIST;
	else
		err = xa_err(xa_store(&vs_nets, nx->nid, nx,
				      GFP_KERNEL_ACCOUNT));
	mutex_unlock(&vs_nets_lock);
	return err;
}

/*
 * Nobody may change or enter one that does not admit administration: without
 * processes it would be there until the machine is booted.
 */
static bool for_ever(u64 flags)
{
	return (flags & (NXF_STATE_SETUP | NXF_PERSISTENT)) &&
		!(flags & NXF_STATE_ADMIN);
}

/**
 * vs_net_create - Create a network context
 * @nid: Its id.
 * @flags: Its first flags.
 *
 * The caller holds a reference and a claim afterwards.  May sleep.
 *
 * Return: The context, or an error pointer: -EINVAL for an id or a flag that
 * cannot be, -EEXIST when the id is in use, -EBUSY when it is in use by one in
 * setup, -ENOEXEC when its helper failed, -ENOMEM.
 */
struct vs_net *vs_net_create(u32 nid, u64 flags)
{
	struct vs_net *nx;
	int err;

	if (nid < VS_XID_MIN || nid > VS_XID_MAX)
		return ERR_PTR(-EINVAL);
	if (flags & ~NXF_KNOWN || for_ever(flags))
		return ERR_PTR(-EINVAL);
	nx = alloc_net(nid, flags);
	if (!nx)
		return ERR_PTR(-ENOMEM);

	/* Before anybody can find it and enter it. */
	vs_activate();
	static_branch_enable(&vs_net_key);
	err = publish_net(nx);
	if (err) {
		percpu_ref_kill(&nx->refs);
		return ERR_PTR(err);
	}
	atomic_inc(&vs_nr_nets_alive);
	vs_net_get(nx);
	if ((flags & NXF_SC_HELPER) && vs_helper_net(true, nid)) {
		/* What did not start gets no end. */
		vs_net_change(nx, 0, NXF_SC_HELPER | NXF_PERSISTENT);
		vs_net_unclaim(nx);
		vs_net_put(nx);
		return ERR_PTR(-ENOEXEC);
	}
	return nx;
}

/**
 * vs_net_find - Look a living network context up by its id
 *
 * Return: The context with a reference, or NULL.
 */
struct vs_net *vs_net_find(u32 nid)
{
	struct vs_net *nx;

	rcu_read_lock();
	nx = vs_net_peek(nid);
	if (nx && !percpu_ref_tryget_live(&nx->refs))
		nx = NULL;
	rcu_read_unlock();
	return nx;
}

/**
 * vs_net_peek - The same under RCU, without a reference
 */
struct vs_net *vs_net_peek(u32 nid)
{
	struct vs_net *nx = xa_load(&vs_nets, nid);

	return nx && atomic_read(&nx->tasks) ? nx : NULL;
}

/**
 * vs_net_next - The living network context with the smallest id from *@nid on
 * @nid: Where to start; its id afterwards.
 *
 * Return: The context with a reference, or NULL.
 */
struct vs_net *vs_net_next(u32 *nid)
{
	unsigned long index = *nid;
	struct vs_net *nx;

	rcu_read_lock();
	xa_for_each_start(&vs_nets, index, nx, index) {
		if (atomic_read(&nx->tasks) &&
		    percpu_ref_tryget_live(&nx->refs))
			break;
	}
	rcu_read_unlock();
	*nid = index;
	return nx;
}

static bool claim(struct vs_net *nx)
{
	return atomic_inc_not_zero(&nx->tasks);
}

/**
 * vs_net_unclaim - Give a claim back; the last one ends the context
 *
 * From any context.
 */
void vs_net_unclaim(struct vs_net *nx)
{
	/* The first reference, which end_net() drops, keeps @nx. */
	if (nx && atomic_dec_and_test(&nx->tasks))
		queue_work(vs_workqueue, &nx->end);
}

/**
 * vs_net_change - Change the flags of a network context
 * @nx: The context.
 * @flags: Values of the bits in @mask.
 * @mask: The bits to change.
 *
 * Return: 0, or -EINVAL for an unknown flag, and for taking administration away
 * from a context in setup or a persistent one.
 */
int vs_net_change(struct vs_net *nx, u64 flags, u64 mask)
{
	bool drop;
	u64 new;

	if (flags & mask & ~NXF_KNOWN)
		return -EINVAL;
	mask &= ~(flags & NXF_ONE_TIME);

	mutex_lock(&nx->lock);
	new = (nx->flags & ~mask) | (flags & mask);
	if (for_ever(new)) {
		mutex_unlock(&nx->lock);
		return -EINVAL;
	}
	/* The last thread may just have left. */
	if ((new & ~nx->flags & NXF_PERSISTENT) && !claim(nx))
		new &= ~NXF_PERSISTENT;
	drop = nx->flags & ~new & NXF_PERSISTENT;
	WRITE_ONCE(nx->flags, new);
	mutex_unlock(&nx->lock);

	if (drop)
		vs_net_unclaim(nx);
	return 0;
}

/**
 * vs_current_nx - The network context of the calling task
 *
 * Return: The context, or NULL for none: the addresses of all are its own.
 */
struct vs_net *vs_current_nx(void)
{
	return vs_cred(current_real_cred())->nx;
}

/**
 * vs_net_spectator - Has the caller become a spectator of network contexts?
 */
bool vs_net_spectator(void)
{
	return vs_cred(current_real_cred())->net_spectator;
}

static u32 cred_nid(const struct vs_cred *cred)
{
	if (cred->nx)
		return cred->nx->nid;
	return cred->net_spectator ? VS_NID_SPECTATOR : 0;
}

u32 vs_current_nid(void)
{
	return cred_nid(vs_cred(current_real_cred()));
}

/**
 * vs_task_nid - The id of a task's network context; under RCU
 */
u32 vs_task_nid(const struct task_struct *p)
{
	return cred_nid(vs_cred(__task_cred(p)));
}

/*
 * As for capabilities of a context: the bit must be in the credentials, only
 * the ceiling may lack it.
 */
bool __vs_may_raw(int protocol)
{
	const struct vs_net *nx = vs_current_nx();

	if (!nx || !(READ_ONCE(nx->ncaps) & NXC_RAW_ICMP) ||
	    (protocol != IPPROTO_ICMP && protocol != IPPROTO_ICMPV6))
		return false;
	return current_user_ns() == &init_user_ns &&
		cap_raised(current_cred()->cap_effective, CAP_NET_RAW);
}

/**
 * vs_task_nx - A task's network context, or NULL; under RCU
 */
struct vs_net *vs_task_nx(const struct task_struct *p)
{
	return vs_cred(__task_cred(p))->nx;
}

static int enter_locked(struct vs_net *nx)
{
	struct cred *new;
	int err;

	err = vs_check_alone();
	if (err)
		return err;
	if (nx && !claim(nx))
		return -ESRCH;
	new = prepare_creds();
	if (!new) {
		vs_net_unclaim(nx);
		return -ENOMEM;
	}
	vs_net_put(vs_cred(new)->nx);
	vs_cred(new)->nx = vs_net_get(nx);
	vs_cred(new)->net_spectator = !nx;
	commit_creds(new);
	swap(vs_task(current)->nx, nx);
	vs_net_unclaim(nx);
	return 0;
}

static int enter(struct vs_net *nx)
{
	int err;

	if (is_global_init(current))
		return -EPERM;
	vs_activate();
	if (mutex_lock_interruptible(&current->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;
	err = enter_locked(nx);
	mutex_unlock(&current->signal->cred_guard_mutex);
	return err;
}

/**
 * vs_net_enter - Move the caller into a network context
 * @nx: The context; the caller holds a reference.
 *
 * Sockets that it has stay what they are.
 *
 * Return: 0; -EPERM for the first process of the machine, -EBUSY when the
 * caller shares something with others, -ESRCH when the context has ended,
 * -EINTR, -ENOMEM.
 */
int vs_net_enter(struct vs_net *nx)
{
	return vs_current_nx() == nx ? 0 : enter(nx);
}

/**
 * vs_net_watch - Make the caller a spectator of network contexts
 */
int vs_net_watch(void)
{
	return enter(NULL);
}

/**
 * vs_net_fork - The caller gets a child, which keeps the context, too
 */
void vs_net_fork(struct task_struct *p)
{
	struct vs_net *nx = vs_task(current)->nx;

	if (!nx)
		return;
	/* Above zero: the caller has a claim. */
	atomic_inc(&nx->tasks);
	vs_task(p)->nx = nx;
}

/**
 * vs_net_release - A task is no more
 */
void vs_net_release(struct task_struct *p)
{
	struct vs_net *nx = vs_task(p)->nx;

	vs_task(p)->nx = NULL;
	vs_net_unclaim(nx);
}
