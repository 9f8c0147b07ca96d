// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the program that the host runs at events of a context
 *
 * A context that starts, reboots or ends has the host run a program, the one
 * that sysctl kernel.vshelper names.  It runs as root of the host, in the
 * host's namespaces.  Of what it is given the context chooses nothing but the
 * kind of event: its arguments and its environment are constants and numbers.
 */

#include <linux/cred.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <linux/uidgid.h>
#include <linux/umh.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "cred.h"
#include "helper.h"

/* VS_CMD for the events that are no command of reboot(2). */
#define EVENT_STARTUP		1
#define EVENT_SHUTDOWN		2

/* Reboots a second, of one context and of all together. */
#define CONTEXT_LIMIT		2
#define GLOBAL_LIMIT		10

#define PATH_SIZE		256

static char vs_helper_path[PATH_SIZE] = "/sbin/vshelper";
static DEFINE_MUTEX(vs_helper_path_lock);

/**
 * struct helper_call - One run of the helper
 * @ctx: The context, with a reference; NULL for a network context.
 * @path: The program.
 * @id: Id of the context.
 * @cmd: Environment: the event as a number.
 * @uid: Environment: the user on whose behalf.
 * @pid: Environment: the process on whose behalf.
 * @argv: Arguments.
 * @envp: Environment.
 */
struct helper_call {
	struct vs_context	*ctx;
	char			path[PATH_SIZE];
	char			id[12];
	char			cmd[16];
	char			uid[24];
	char			pid[24];
	char			*argv[4];
	char			*envp[7];
};

/* Runs in the new process, before it executes the program. */
static int helper_begins(struct subprocess_info *info, struct cred *new)
{
	struct helper_call *call = info->data;
	struct pid *pid;

	if (!call->ctx)
		return 0;
	pid = get_task_pid(current, PIDTYPE_TGID);
	spin_lock(&call->ctx->lock);
	swap(call->ctx->helper, pid);
	spin_unlock(&call->ctx->lock);
	put_pid(pid);
	return 0;
}

static void free_call(struct subprocess_info *info)
{
	struct helper_call *call = info->data;

	vs_context_put(call->ctx);
	kfree(call);
}

static struct helper_call *new_call(struct vs_context *ctx, u32 id,
				    char *action, u32 cmd)
{
	struct helper_call *call = kzalloc(sizeof(*call), GFP_KERNEL);
	int n = 0;

	if (!call)
		return NULL;
	mutex_lock(&vs_helper_path_lock);
	strscpy(call->path, vs_helper_path);
	mutex_unlock(&vs_helper_path_lock);
	snprintf(call->id, sizeof(call->id), "%u", id);
	snprintf(call->cmd, sizeof(call->cmd), "VS_CMD=%08x", cmd);

	call->argv[0] = call->path;
	call->argv[1] = action;
	call->argv[2] = call->id;

	call->envp[n++] = "HOME=/";
	call->envp[n++] = "TERM=linux";
	call->envp[n++] = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
	call->envp[n++] = call->cmd;
	if (cmd != EVENT_STARTUP && cmd != EVENT_SHUTDOWN) {
		snprintf(call->uid, sizeof(call->uid), "VS_UID=%u",
			 from_kuid(&init_user_ns, current_uid()));
		snprintf(call->pid, sizeof(call->pid), "VS_PID=%d",
			 task_tgid_nr(current));
		call->envp[n++] = call->uid;
		call->envp[n++] = call->pid;
	}
	call->ctx = vs_context_get(ctx);
	return call;
}

/*
 * Returns what call_usermodehelper_exec() does, and -ENOENT when the host has
 * no helper.
 */
static int run_for(struct vs_context *ctx, u32 id, char *action, u32 cmd,
		   int wait)
{
	struct helper_call *call = new_call(ctx, id, action, cmd);
	struct subprocess_info *info = NULL;
	int ret = -ENOENT;

	if (!call)
		return -ENOMEM;
	if (call->path[0]) {
		ret = -ENOMEM;
		info = call_usermodehelper_setup(call->path, call->argv,
						 call->envp, GFP_KERNEL,
						 helper_begins, free_call, call);
	}
	if (info) {
		ret = call_usermodehelper_exec(info, wait);
	} else {
		vs_context_put(ctx);
		kfree(call);
	}
	trace_vs_helper(id, action, cmd, ret);
	return ret;
}

static int run(struct vs_context *ctx, char *action, u32 cmd, int wait)
{
	return run_for(ctx, ctx->xid, action, cmd, wait);
}

/* Is there a helper?  Who wants none is not refused anything for it. */
static bool wanted(void)
{
	return READ_ONCE(vs_helper_path[0]);
}

/**
 * vs_helper_startup - A context was created
 *
 * Waits until the helper has exited.
 *
 * Return: 0, or -ENOEXEC when the helper failed or could not run.
 */
int vs_helper_startup(struct vs_context *ctx)
{
	if (!wanted())
		return 0;
	return run(ctx, "startup", EVENT_STARTUP,
		   UMH_WAIT_PROC | UMH_KILLABLE) ? -ENOEXEC : 0;
}

/**
 * vs_helper_shutdown - A context has ended
 *
 * Waits until the helper has exited, whatever it says.
 */
void vs_helper_shutdown(struct vs_context *ctx)
{
	if (wanted())
		run(ctx, "shutdown", EVENT_SHUTDOWN, UMH_WAIT_PROC);
}

/**
 * vs_helper_net - A network context begins or ends
 * @up: It begins.
 * @nid: Its id.
 *
 * Waits until the helper has exited.
 *
 * Return: 0, or -ENOEXEC when the helper failed or could not run.
 */
int vs_helper_net(bool up, u32 nid)
{
	int err;

	if (!wanted())
		return 0;
	if (up)
		err = run_for(NULL, nid, "netup", EVENT_STARTUP,
			      UMH_WAIT_PROC | UMH_KILLABLE);
	else
		err = run_for(NULL, nid, "netdown", EVENT_SHUTDOWN,
			      UMH_WAIT_PROC);
	return err ? -ENOEXEC : 0;
}

/**
 * vs_window_use - May something be done once more?
 * @window: What counts it.
 * @limit: How many times a second it may be done.
 * @now: Present time, in jiffies.
 */
bool vs_window_use(struct vs_window *window, unsigned int limit,
		   unsigned long now)
{
	if (!window->used || time_after_eq(now, window->start + HZ)) {
		window->start = now;
		window->used = 0;
	}
	if (window->used >= limit)
		return false;
	window->used++;
	return true;
}

/* Under the lock of the context: has its last helper exited? */
static bool is_idle(struct vs_context *ctx)
{
	bool alive;

	if (ctx->helper_starts)
		return false;
	rcu_read_lock();
	alive = pid_task(ctx->helper, PIDTYPE_TGID);
	rcu_read_unlock();
	return !alive;
}

/* One helper at a time, and not too many of them; the refused count nothing. */
static bool may_start(struct vs_context *ctx)
{
	static struct vs_window all;
	static DEFINE_SPINLOCK(lock);
	bool may = false;

	spin_lock(&ctx->lock);
	if (is_idle(ctx) &&
	    vs_window_use(&ctx->reboots, CONTEXT_LIMIT, jiffies)) {
		spin_lock(&lock);
		may = vs_window_use(&all, GLOBAL_LIMIT, jiffies);
		spin_unlock(&lock);
	}
	ctx->helper_starts |= may;
	spin_unlock(&ctx->lock);
	return may;
}

/**
 * vs_helper_reboot - A member asked for a reboot or the like
 * @ctx: The context.
 * @action: What the helper is told.
 * @cmd: The command of reboot(2), which the context remembers.
 *
 * Does not wait for the helper to exit: it will want to end the context.
 *
 * Return: 0, -EAGAIN when a helper is running or there were too many, -EPERM
 * when there is none or it could not be run.
 */
int vs_helper_reboot(struct vs_context *ctx, const char *action, u32 cmd)
{
	int ret;

	if (!may_start(ctx))
		return -EAGAIN;
	WRITE_ONCE(ctx->reboot_cmd, (int)cmd);
	ret = run(ctx, (char *)action, cmd, UMH_WAIT_EXEC);
	spin_lock(&ctx->lock);
	ctx->helper_starts = false;
	spin_unlock(&ctx->lock);
	return ret ? -EPERM : 0;
}

#ifdef CONFIG_SYSCTL
/* The mode bits would let a guest's root write: it has the same user id. */
static int path_handler(const struct ctl_table *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	int ret;

	if (write && vs_current_xid() != VS_XID_HOST)
		return -EPERM;
	mutex_lock(&vs_helper_path_lock);
	ret = proc_dostring(table, write, buffer, lenp, ppos);
	mutex_unlock(&vs_helper_path_lock);
	return ret;
}

static struct ctl_table vs_helper_sysctls[] = {
	{
		.procname	= "vshelper",
		.data		= vs_helper_path,
		.maxlen		= sizeof(vs_helper_path),
		.mode		= 0644,
		.proc_handler	= path_handler,
	},
};

static int __init vs_helper_sysctl_init(void)
{
	register_sysctl_init("kernel", vs_helper_sysctls);
	return 0;
}
late_initcall(vs_helper_sysctl_init);
#endif
