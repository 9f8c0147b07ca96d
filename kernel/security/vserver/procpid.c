// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what /proc/PID says about the context of a process
 *
 * The formats are read by programs that want to know whether they run in a
 * virtual server, and must not change.
 */

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/seq_file.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "init.h"
#include "net.h"

/**
 * vs_proc_status - Lines of /proc/PID/status
 */
void vs_proc_status(struct seq_file *m, struct task_struct *p)
{
	const struct vs_context *ctx;
	bool hide;
	u32 xid, nid;

	rcu_read_lock();
	ctx = vs_task_context(p);
	hide = vs_flags(ctx) & VXF_HIDE_VINFO;
	xid = ctx->xid;
	nid = vs_task_nid(p);
	rcu_read_unlock();
	if (hide)
		return;

	seq_put_decimal_ull(m, "VxID:\t", xid);
	seq_put_decimal_ull(m, "\nNxID:\t", nid);
	seq_putc(m, '\n');
}

/* The context of a task, with a reference, unless it hides this. */
static struct vs_context *shown_context(struct task_struct *p)
{
	const struct cred *cred = get_task_cred(p);
	struct vs_context *ctx = vs_cred_context(cred);

	if (vs_flags(ctx) & VXF_HIDE_VINFO)
		ctx = NULL;
	vs_context_get(ctx);
	put_cred(cred);
	return ctx;
}

/**
 * vs_proc_vinfo - /proc/PID/vinfo
 */
int vs_proc_vinfo(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *p)
{
	struct vs_context *ctx = shown_context(p);

	if (!ctx)
		return 0;
	seq_printf(m, "XID:\t%d\n", (int)ctx->xid);
	if (!vs_context_counted(ctx))
		goto out;
	seq_printf(m, "BCaps:\t%016llx\n", READ_ONCE(ctx->bcaps));
	seq_printf(m, "CCaps:\t%016llx\n", READ_ONCE(ctx->ccaps));
	seq_printf(m, "CFlags:\t%016llx\n", vs_flags(ctx));
	seq_printf(m, "CIPid:\t%d\n", vs_init_nr(ctx));
out:
	vs_context_put(ctx);
	return 0;
}

/**
 * vs_proc_ninfo - /proc/PID/ninfo
 */
int vs_proc_ninfo(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *p)
{
	struct vs_context *ctx = shown_context(p);
	struct vs_net *nx;
	u32 nid;

	if (!ctx)
		return 0;
	vs_context_put(ctx);
	rcu_read_lock();
	nx = vs_net_get(vs_task_nx(p));
	nid = vs_task_nid(p);
	rcu_read_unlock();
	seq_printf(m, "NID:\t%u\n", nid);
	if (nx)
		vs_print_ninfo(m, nx);
	vs_net_put(nx);
	return 0;
}
