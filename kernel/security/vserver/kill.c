// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - signals to a whole context
 *
 * The signals come from the kernel as far as the receiver can tell: no user id
 * is compared, and an init that is protected against its own children is not
 * protected against the host.
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "context.h"
#include "cred.h"
#include "init.h"
#include "kill.h"

static int send(struct task_struct *p, int sig)
{
	if (sig)
		vs_init_expose(p, sig);
	return group_send_sig_info(sig, SEND_SIG_PRIV, p, PIDTYPE_TGID);
}

/**
 * vs_kill_members - Signal all processes of a context in one go
 * @ctx: The context.
 * @sig: The signal, 0 to ask only whether there is a process.
 * @except: The process to leave out, or NULL.
 *
 * No process can be born and escape meanwhile: whoever forks holds
 * tasklist_lock when the child appears, and is either killed before or has the
 * child counted here.
 *
 * Return: 0 when at least one was signalled, -ESRCH when there was none, else
 * the last error.
 */
int vs_kill_members(struct vs_context *ctx, int sig, const struct pid *except)
{
	struct task_struct *p;
	int err = -ESRCH, ret;
	bool found = false;

	read_lock(&tasklist_lock);
	for_each_process(p) {
		if (!vs_is_member(p, ctx) || task_tgid(p) == except)
			continue;
		ret = send(p, sig);
		if (!ret)
			found = true;
		else
			err = ret;
	}
	read_unlock(&tasklist_lock);
	return found ? 0 : err;
}

/**
 * vs_kill_one - Signal one process, if it is a member of a context
 * @ctx: The context.
 * @sig: The signal, or 0.
 * @pid: The process; may be NULL.
 *
 * Return: 0, -ESRCH when it is no member, or the error.
 */
int vs_kill_one(struct vs_context *ctx, int sig, struct pid *pid)
{
	struct task_struct *p;
	int err = -ESRCH;

	rcu_read_lock();
	p = pid_task(pid, PIDTYPE_TGID);
	if (!p)
		p = pid_task(pid, PIDTYPE_PID);
	if (p && vs_is_member(p, ctx))
		err = send(p, sig);
	rcu_read_unlock();
	return err;
}
