// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - uptime, start times and load average of a context
 *
 * What a program reads depends on the context of the one who reads, not of the
 * one who opened the file: a descriptor that is passed on tells its new owner
 * nothing about the old.
 */

#include <linux/cred.h>
#include <linux/math64.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/loadavg.h>
#include <linux/seq_file.h>
#include <linux/sysinfo.h>
#include <linux/time64.h>
#include <linux/time_namespace.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "virt.h"

/*
 * Nanoseconds to take from times since boot.  A time namespace of its own
 * says better when the guest was started, to clock_gettime() as well.
 */
static u64 boot_bias(void)
{
	const struct vs_context *ctx = vs_current();

	if (!(vs_flags(ctx) & VXF_VIRT_UPTIME) ||
	    current->nsproxy->time_ns != init_task.nsproxy->time_ns)
		return 0;
	return ctx->born;
}

void __vs_uptime(struct timespec64 *ts)
{
	*ts = timespec64_sub(*ts, ns_to_timespec64(boot_bias()));
}

void __vs_btime(struct timespec64 *ts)
{
	*ts = timespec64_add(*ts, ns_to_timespec64(boot_bias()));
}

/* The first member may be older than the context. */
u64 __vs_start_time(u64 ns)
{
	u64 bias = boot_bias();

	return ns > bias ? ns - bias : 0;
}

/* The number that the creator of a process has for it in the initial space. */
u32 __vs_new_pid(pid_t nr)
{
	struct vs_context *ctx = vs_current();

	if (vs_context_counted(ctx))
		WRITE_ONCE(ctx->last_pid, nr);
	return ctx->xid;
}

/* The position of the machine would tell what others do. */
static pid_t last_pid(const struct vs_context *ctx)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	if (ns == &init_pid_ns)
		return READ_ONCE(ctx->last_pid);
	return idr_get_cursor(&ns->idr) - 1;
}

bool __vs_loadavg(struct seq_file *m)
{
	const struct vs_context *ctx = vs_current();
	const struct vs_load *load = &ctx->load;
	int i;

	if (!(vs_flags(ctx) & VXF_VIRT_LOAD))
		return false;

	for (i = 0; i < ARRAY_SIZE(load->avg); i++) {
		unsigned long avg = READ_ONCE(load->avg[i]) + FIXED_1 / 200;

		seq_printf(m, "%lu.%02lu ", LOAD_INT(avg), LOAD_FRAC(avg));
	}
	/* The sample may be older than the reader, who runs just now. */
	seq_printf(m, "%u/%u %d\n", max(READ_ONCE(load->running), 1U),
		   vs_context_threads(ctx), last_pid(ctx));
	return true;
}

void __vs_sysinfo(struct sysinfo *info)
{
	const struct vs_context *ctx = vs_current();
	int i;

	if (vs_flags(ctx) & VXF_VIRT_LOAD)
		for (i = 0; i < ARRAY_SIZE(info->loads); i++)
			info->loads[i] = READ_ONCE(ctx->load.avg[i]) <<
				(SI_LOAD_SHIFT - FSHIFT);
	if (vs_flags(ctx) & VXF_VIRT_MEM)
		vs_sysinfo_memory(info);
}
