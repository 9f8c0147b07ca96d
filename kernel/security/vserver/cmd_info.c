// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: what kernel, who is where, statistics
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "info.h"
#include "init.h"
#include "net.h"
#include "sched.h"
#include "syscall.h"

/**
 * vs_config_word - What VCMD_get_vci answers and /proc/virtual/info shows
 */
u32 vs_config_word(void)
{
	u32 vci = VCI_NO_DYNAMIC | VCI_PROC_SECURE | VCI_HARDCPU |
		VCI_IDLETIME | VCI_COWBL | VCI_FULLCOWBL | VCI_SPACES | VCI_NETV2;

	if (IS_ENABLED(CONFIG_VSERVER_DEBUG))
		vci |= VCI_DEBUG;
	return vci;
}

long vs_cmd_get_version(struct vs_call *call)
{
	return VS_API_VERSION;
}

long vs_cmd_get_vci(struct vs_call *call)
{
	return vs_config_word();
}

/*
 * The host names a process by the number it has there, although it does not
 * see the processes of guests; a guest can ask for its own only.
 */
static struct task_struct *find_task(pid_t nr)
{
	struct task_struct *p;

	if (vs_guest())
		p = find_task_by_vpid(nr);
	else
		p = find_task_by_pid_ns(nr, &init_pid_ns);
	if (!p || (vs_guest() && !vs_same_context(p)) ||
	    vs_task_context(p) == &vs_nowhere)
		return NULL;
	return p;
}

long vs_cmd_task_xid(struct vs_call *call)
{
	struct task_struct *p;
	pid_t nr = call->id;
	long ret = -ESRCH;

	if (!nr)
		return vs_current_xid();

	rcu_read_lock();
	p = find_task(nr);
	if (p)
		ret = vs_task_context(p)->xid;
	rcu_read_unlock();
	return ret;
}

long vs_cmd_task_nid(struct vs_call *call)
{
	struct task_struct *p;
	pid_t nr = call->id;
	long ret = -ESRCH;

	if (!nr)
		return vs_current_nid();

	rcu_read_lock();
	p = find_task(nr);
	if (p)
		ret = vs_task_nid(p);
	rcu_read_unlock();
	return ret;
}

long vs_cmd_vx_info(struct vs_call *call)
{
	call->u.vx_info.xid = call->ctx->xid;
	call->u.vx_info.initpid = vs_init_nr(call->ctx);
	return 0;
}

long vs_cmd_ctx_stat(struct vs_call *call)
{
	/* Less the reference of this very call. */
	call->u.ctx_stat.usecnt = refcount_read(&call->ctx->refs) - 1;
	call->u.ctx_stat.tasks = atomic_read(&call->ctx->tasks);
	return 0;
}

long vs_cmd_virt_stat(struct vs_call *call)
{
	const struct vs_context *ctx = call->ctx;
	const struct vs_load *load = &ctx->load;
	struct vcmd_virt_stat *stat = &call->u.virt_stat;
	int i;

	stat->offset = ctx->born;
	stat->uptime = vs_context_uptime(ctx);
	stat->nr_threads = vs_context_threads(ctx);
	stat->nr_running = READ_ONCE(load->running);
	stat->nr_uninterruptible = READ_ONCE(load->blocked);
	stat->nr_onhold = vs_sched_waiting(ctx);
	stat->nr_forks = atomic_read(&ctx->forks);
	for (i = 0; i < ARRAY_SIZE(stat->load); i++)
		stat->load[i] = READ_ONCE(load->avg[i]);
	return 0;
}
