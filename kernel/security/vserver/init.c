// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the init of a context: registration, protection, orphans
 *
 * A process of a context can be registered as its init.  While the flag
 * INFO_INIT is set it is process number 1 for the members, signals of theirs
 * that it has no handler for do not kill it, and it adopts the orphans of the
 * context.  With a pid namespace all this is the matter of that namespace.
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "cred.h"
#include "init.h"
#include "kill.h"
#include "syslog.h"

/**
 * vs_init_is_pid1 - Is a registered init number 1 for the members?
 * @flags: Flags of the context.
 * @init: The init, or NULL.
 *
 * In a pid namespace of its own it has number 1 anyway, or another one for a
 * good reason.
 */
bool vs_init_is_pid1(u64 flags, const struct pid *init)
{
	return init && init->level == 0 && (flags & VXF_INFO_INIT) &&
		!(flags & VXF_PIDNS);
}

/* Under the lock of the context, which is the only one to change it. */
static void mark(struct pid *pid, bool on)
{
	u32 xid = vs_pid_xid(pid);

	WRITE_ONCE(pid->vs_xid, on ? xid | VS_PID1 : xid);
}

/* For a pid that may lose its last process at any moment. */
static void protect(struct pid *pid, bool on)
{
	struct sighand_struct *sighand = NULL;
	struct task_struct *p;
	unsigned long flags;

	rcu_read_lock();
	p = pid_task(pid, PIDTYPE_TGID);
	if (p)
		sighand = lock_task_sighand(p, &flags);
	if (sighand) {
		if (on)
			p->signal->flags |= SIGNAL_UNKILLABLE;
		else
			p->signal->flags &= ~SIGNAL_UNKILLABLE;
		spin_unlock_irqrestore(&sighand->siglock, flags);
	}
	rcu_read_unlock();
}

/**
 * vs_init_update - The init or the flags of a context have changed
 * @ctx: The context, locked.
 */
void vs_init_update(struct vs_context *ctx)
{
	struct pid *init, *pid1, *was;

	init = rcu_dereference_protected(ctx->init,
					 lockdep_is_held(&ctx->lock));
	pid1 = vs_init_is_pid1(ctx->flags, init) ? init : NULL;
	was = rcu_replace_pointer(ctx->pid1, pid1,
				  lockdep_is_held(&ctx->lock));
	if (was == pid1)
		return;
	if (was) {
		mark(was, false);
		protect(was, false);
	}
	if (pid1) {
		mark(pid1, true);
		protect(pid1, true);
	}
}

/**
 * vs_init_forget - The context has no init any more
 * @ctx: The context, locked.
 *
 * Return: the former init, whose reference is the caller's now, or NULL.
 */
struct pid *vs_init_forget(struct vs_context *ctx)
{
	struct pid *init = rcu_replace_pointer(ctx->init, NULL,
					       lockdep_is_held(&ctx->lock));

	vs_init_update(ctx);
	return init;
}

/**
 * vs_context_set_init - Make the calling process the init of its context
 *
 * Return: 0, or -EBUSY when there is an init already, it is on its way out,
 * or the caller has more than one thread.
 */
int vs_context_set_init(struct vs_context *ctx)
{
	struct pid *pid;
	int err = -EBUSY;

	if (!thread_group_empty(current))
		return -EBUSY;

	pid = get_task_pid(current, PIDTYPE_TGID);
	spin_lock(&ctx->lock);
	if (ctx->state == VS_ALIVE && !rcu_access_pointer(ctx->init)) {
		rcu_assign_pointer(ctx->init, pid);
		WRITE_ONCE(ctx->flags, ctx->flags & ~VXF_STATE_INIT);
		vs_init_update(ctx);
		err = 0;
	}
	spin_unlock(&ctx->lock);
	if (err)
		put_pid(pid);
	else
		vs_log(ctx, "init has been started");
	return err;
}

/**
 * vs_init_nr - The number of a context's init, for whoever asks
 *
 * Return: what the caller knows it by, its number on the host for callers
 * outside of the context; 0 when there is none.
 */
pid_t vs_init_nr(struct vs_context *ctx)
{
	struct pid *init;
	pid_t nr;

	rcu_read_lock();
	init = rcu_dereference(ctx->init);
	nr = vs_current() == ctx ? pid_vnr(init) : pid_nr(init);
	rcu_read_unlock();
	return nr;
}

/**
 * vs_init_expose - A signal of the host must reach an init
 * @p: The process.
 * @sig: The signal.
 *
 * What the members send to an init that has no handler for it is dropped; what
 * the host sends is not.  As for faults, the protection ends with the signal
 * that kills.
 */
void vs_init_expose(struct task_struct *p, int sig)
{
	struct sighand_struct *sighand;
	struct pid *tgid = task_tgid(p);	/* NULL once it is reaped */
	unsigned long flags;

	if (!(p->signal->flags & SIGNAL_UNKILLABLE) || !tgid ||
	    is_child_reaper(tgid) ||
	    sig_kernel_ignore(sig) || sig_kernel_stop(sig))
		return;
	sighand = lock_task_sighand(p, &flags);
	if (!sighand)
		return;
	if (sighand->action[sig - 1].sa.sa_handler == SIG_DFL &&
	    !sigismember(&p->blocked, sig))
		p->signal->flags &= ~SIGNAL_UNKILLABLE;
	spin_unlock_irqrestore(&sighand->siglock, flags);
}

/* Called without locks by the last thread of a process. */
void __vs_group_exit(struct task_struct *p, long code)
{
	struct vs_context *ctx = vs_current();
	struct pid *init = NULL;
	bool kill = false;

	if (!rcu_access_pointer(ctx->init))
		return;

	spin_lock(&ctx->lock);
	if (rcu_access_pointer(ctx->init) == task_tgid(p)) {
		init = vs_init_forget(ctx);
		ctx->exit_code = p->signal->flags & SIGNAL_GROUP_EXIT ?
			p->signal->group_exit_code : code;
		ctx->init_exited = true;
		kill = ctx->flags & VXF_INIT_KILL;
		if (kill)
			WRITE_ONCE(ctx->state, VS_DYING);
	}
	spin_unlock(&ctx->lock);
	if (!init)
		return;

	trace_vs_init_exit(ctx->xid, ctx->exit_code);
	vs_log(ctx, "init has ended, status %#x", ctx->exit_code);
	/* Not the last reference: @p itself is still attached to it. */
	put_pid(init);
	if (kill) {
		smp_mb(); /* pairs with vs_enter() */
		vs_kill_members(ctx, SIGKILL, NULL);
	}
}

static struct task_struct *alive_thread(struct task_struct *p)
{
	struct task_struct *t;

	for_each_thread(p, t) {
		if (!(t->flags & PF_EXITING))
			return t;
	}
	return NULL;
}

/* Is @p an ancestor of @t, or the same process?  Under tasklist_lock. */
static bool descends_from(struct task_struct *t, struct task_struct *p)
{
	while (t != &init_task && !same_thread_group(t, p))
		t = rcu_dereference_check(t->real_parent,
					  lockdep_tasklist_lock_is_held());
	return t != &init_task;
}

/* The thread of a context's init that can become the parent of @p. */
static struct task_struct *adopter(const struct vs_context *ctx,
				   struct task_struct *p,
				   struct task_struct *father)
{
	struct task_struct *init;

	init = pid_task(rcu_dereference(ctx->init), PIDTYPE_TGID);
	if (!init || same_thread_group(init, father))
		return NULL;
	/* The parent of the one who became init must not become its child. */
	if (descends_from(init, p))
		return NULL;
	/* It could not wait for what has no number in its namespace. */
	if (!pid_nr_ns(task_pid(p), task_active_pid_ns(init)))
		return NULL;
	return alive_thread(init);
}

/**
 * __vs_child_reaper - Who adopts a child of a process that exits?
 * @p: The child.
 * @father: The process, current.
 * @reaper: Who would without contexts.
 *
 * Children stay within their context, as long as that has somebody to adopt
 * them; nobody but the init of the pid namespace, on the host the first process
 * of the machine, takes the children of strangers.  Under tasklist_lock.
 */
struct task_struct *__vs_child_reaper(struct task_struct *p,
				      struct task_struct *father,
				      struct task_struct *reaper)
{
	const struct vs_context *ctx;

	if (same_thread_group(reaper, father))
		return reaper;

	rcu_read_lock();
	ctx = vs_task_context(p);
	if (vs_task_context(reaper) != ctx)
		reaper = adopter(ctx, p, father) ?:
			task_active_pid_ns(father)->child_reaper;
	rcu_read_unlock();
	return reaper;
}
