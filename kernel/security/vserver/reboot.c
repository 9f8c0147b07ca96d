// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - reboot(2) in a context
 *
 * It never gets at the machine: the host is told by way of its helper program,
 * which ends the context and may start another one.
 */

#include <linux/cred.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/reboot.h>
#include <linux/sched/signal.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "helper.h"
#include "kill.h"
#include "syslog.h"

/*
 * How deep in the tree of pid namespaces the context lives.  A namespace below
 * is one that a member has made, and its reboot is not that of the context.
 */
static unsigned int level_of(struct vs_context *ctx)
{
	unsigned int level = vs_flags(ctx) & VXF_PIDNS ? 1 : 0;
	struct pid *init;

	mutex_lock(&ctx->space_lock);
	if (ctx->space[0].pid)
		level = ctx->space[0].pid->level;
	mutex_unlock(&ctx->space_lock);

	rcu_read_lock();
	init = rcu_dereference(ctx->init);
	if (init)
		level = init->level;
	rcu_read_unlock();
	return level;
}

static const char *action_of(unsigned int cmd)
{
	switch (cmd) {
	case LINUX_REBOOT_CMD_RESTART:
	case LINUX_REBOOT_CMD_RESTART2:
		return "restart";
	case LINUX_REBOOT_CMD_HALT:
		return "halt";
	case LINUX_REBOOT_CMD_POWER_OFF:
		return "poweroff";
	case LINUX_REBOOT_CMD_SW_SUSPEND:
		return "swsusp";
	default:
		return NULL;
	}
}

/**
 * __vs_reboot - What reboot(2) does in a context
 * @cmd: The command; an argument of it is not looked at.
 *
 * The caller has the capability for it.  Commands that are none of the
 * helper's business succeed and have no effect.
 *
 * Return: 0, -EPERM or -EAGAIN; not at all in a pid namespace that ends.
 */
int __vs_reboot(unsigned int cmd)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct vs_context *ctx = vs_current();
	const char *action = action_of(cmd);
	int ret;

	if (ns->level > level_of(ctx))
		return reboot_pid_ns(ns, cmd);
	if (cmd == LINUX_REBOOT_CMD_KEXEC)
		return -EPERM;
	if (!action)
		return 0;

	ret = vs_helper_reboot(ctx, action, cmd);
	vs_log(ctx, "%s: %s", action, ret ? "refused" : "the host was told");
	if (ret || cmd == LINUX_REBOOT_CMD_SW_SUSPEND)
		return ret;
	if (vs_flags(ctx) & VXF_REBOOT_KILL)
		vs_kill_members(ctx, SIGKILL, NULL);
	return reboot_pid_ns(ns, cmd);
}
