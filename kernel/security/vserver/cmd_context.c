// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: create, enter, signal and wait for a context
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "context.h"
#include "cred.h"
#include "helper.h"
#include "kill.h"
#include "migrate.h"
#include "sched.h"
#include "syscall.h"

/**
 * vs_create - Create a context, as vs_context_create(), and tell its helper
 * @xid: Its id.
 * @flags: Its first flags.
 */
struct vs_context *vs_create(u32 xid, u64 flags)
{
	struct vs_context *ctx = vs_context_create(xid, flags);
	int err;

	if (IS_ERR(ctx) || !(flags & VXF_SC_HELPER))
		return ctx;
	err = vs_helper_startup(ctx);
	if (!err)
		return ctx;
	/* What did not start gets no shutdown. */
	vs_context_change(ctx, 0, VXF_SC_HELPER | VXF_PERSISTENT);
	vs_context_unclaim(ctx);
	vs_context_put(ctx);
	return ERR_PTR(err);
}

/* Creates and enters; the flags are part of the creation. */
static long create(u32 xid, u64 flags)
{
	struct vs_context *ctx;
	long ret;

	/* Before the id is taken: the usual reason to fail. */
	ret = vs_check_alone();
	if (ret)
		return ret;
	ctx = vs_create(xid, flags);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	ret = vs_enter(ctx) ?: ctx->xid;
	if (ret < 0 && (flags & VXF_PERSISTENT))
		vs_context_change(ctx, 0, VXF_PERSISTENT);
	vs_context_unclaim(ctx);
	vs_context_put(ctx);
	return ret;
}

long vs_cmd_ctx_create(struct vs_call *call)
{
	u64 flags = VXF_INIT_SET;

	/* The kernel chooses no ids, tools do. */
	if ((s32)call->id < 0)
		return -EINVAL;
	/* Version 0 has no structure; in version 1 it may be missing. */
	if (call->given)
		flags = call->u.flagword.flagword;
	return create(call->id, flags);
}

/**
 * vs_migrate - Enter a context that exists
 * @ctx: The context; the caller holds a reference.
 * @flags: VXM_* bits.
 *
 * Return: 0, or 1 for the spectator; -EACCES when the context is private,
 * -EBUSY when there is an init already, or as vs_enter().
 */
long vs_migrate(struct vs_context *ctx, u64 flags)
{
	long ret;

	if ((vs_flags(ctx) & VXF_INFO_PRIVATE) && !vs_setup(ctx))
		return -EACCES;
	/*
	 * To be found out before the way of no return; a race for the place
	 * of init that is lost later still leaves a proper member.
	 */
	if ((flags & (VXM_SET_INIT | VXM_SET_REAPER)) &&
	    rcu_access_pointer(ctx->init))
		return -EBUSY;

	ret = vs_enter(ctx);
	if (ret)
		return ret;
	if (ctx == &vs_spectator)
		return VS_XID_SPECTATOR;
	if (flags & (VXM_SET_INIT | VXM_SET_REAPER))
		ret = vs_context_set_init(ctx);
	return ret;
}

long vs_cmd_ctx_migrate(struct vs_call *call)
{
	return vs_migrate(call->ctx, call->u.flagword.flagword);
}

static long join(u32 xid)
{
	struct vs_context *ctx = vs_context_find(xid);
	long ret;

	if (!ctx)
		return -ESRCH;
	if ((vs_flags(ctx) & VXF_INFO_PRIVATE) ||
	    !(vs_flags(ctx) & VXF_STATE_ADMIN))
		ret = -EACCES;
	else
		ret = vs_enter(ctx) ?: xid;
	vs_context_put(ctx);
	return ret;
}

/*
 * The 1.x call: create or join, take capabilities away, set flags.  There was
 * no setup then, so the ceiling is in force when it returns.
 */
long vs_cmd_new_s_context(struct vs_call *call)
{
	const u64 legacy = VXF_INFO_LOCK | VXF_INFO_SCHED | VXF_INFO_NPROC |
		VXF_INFO_PRIVATE | VXF_INFO_INIT | VXF_INFO_HIDE |
		VXF_INFO_ULIMIT | VXF_INFO_NSPACE;
	u64 flags = call->u.new_s_context.flags & legacy;
	struct vs_context *ctx;
	u32 xid = call->id;
	long ret;

	if (xid != VS_XID_SAME && vs_current() != &vs_host)
		return -EPERM;
	if (xid == VS_XID_SPECTATOR)
		return vs_enter(&vs_spectator);

	if (xid != VS_XID_SAME) {
		/* So that EBUSY below has one meaning only. */
		ret = vs_check_alone();
		if (ret)
			return ret;
		ret = create(xid, VXF_STATE_ADMIN | VXF_STATE_SETUP |
			     VXF_HIDE_NETIF | VXF_INFO_INIT);
		if (ret == -EEXIST || ret == -EBUSY)
			return join(xid);
		if (ret < 0)
			return ret;
	}

	ctx = vs_current();
	if (!vs_context_counted(ctx))
		return -EINVAL;
	spin_lock(&ctx->lock);
	WRITE_ONCE(ctx->bcaps,
		   ctx->bcaps & ~(u64)call->u.new_s_context.remove_cap);
	spin_unlock(&ctx->lock);
	/* What was not removed was meant to stay. */
	ret = vs_context_change(ctx, flags | VXF_FULL_CAPS,
				flags | VXF_FULL_CAPS | VXF_STATE_SETUP);
	if (!ret && (flags & VXF_INFO_INIT))
		vs_context_set_init(ctx);
	return ret ?: ctx->xid;
}

static long kill_init(struct vs_context *ctx, int sig)
{
	long ret;

	/*
	 * Nobody asked the context whether the host may stop it.  One that is
	 * on hold could not take the polite signal.
	 */
	if (sig && !(vs_flags(ctx) & VXF_STATE_ADMIN) &&
	    vs_context_threads(ctx) > 1 && !vs_sched_waiting(ctx))
		sig = SIGINT;
	rcu_read_lock();
	ret = vs_kill_one(ctx, sig, rcu_dereference(ctx->init));
	rcu_read_unlock();
	return ret;
}

long vs_cmd_ctx_kill(struct vs_call *call)
{
	struct vs_context *ctx = call->ctx;
	pid_t pid = call->u.kill.pid;
	int sig = call->u.kill.sig;
	struct pid *except = NULL;
	long ret;

	if (!valid_signal(sig))
		return -EINVAL;
	if (!(vs_flags(ctx) & VXF_STATE_ADMIN) &&
	    ((pid < 1 && rcu_access_pointer(ctx->init)) || pid > 1))
		return -EACCES;

	switch (pid) {
	case 1:
		return kill_init(ctx, sig);
	case -1:
		rcu_read_lock();
		except = get_pid(rcu_dereference(ctx->init));
		rcu_read_unlock();
		ret = vs_kill_members(ctx, sig, except);
		put_pid(except);
		return ret;
	case 0:
		return vs_kill_members(ctx, sig, NULL);
	}
	if (pid < 0)
		return -ESRCH;

	/* A number of the host, which does not see the process itself. */
	rcu_read_lock();
	ret = vs_kill_one(ctx, sig, find_pid_ns(pid, &init_pid_ns));
	rcu_read_unlock();
	return ret;
}

long vs_cmd_wait_exit(struct vs_call *call)
{
	struct vs_context *ctx = call->ctx;
	long ret;

	ret = wait_event_interruptible(ctx->wait, vs_context_dead(ctx));
	call->u.wait_exit.reboot_cmd = READ_ONCE(ctx->reboot_cmd);
	call->u.wait_exit.exit_code = READ_ONCE(ctx->exit_code);
	return ret;
}
