// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the files in /proc/virtual/ID that show what is in use:
 * limit, sched, cacct, nsproxy, nsproxy1
 *
 * Their formats are those of Linux-VServer 2.x, blanks included.
 */

#include <linux/cpumask.h>
#include <linux/ipc_namespace.h>
#include <linux/jiffies.h>
#include <linux/kernel_stat.h>
#include <linux/mnt_namespace.h>
#include <linux/proc_ns.h>
#include <linux/resource.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>
#include <linux/vserver.h>

#include "context.h"
#include "info.h"
#include "limit.h"
#include "sched.h"
#include "space.h"
#include "usage.h"
#include "virt.h"

static const struct {
	const char *name;
	u32 id;
} limit_rows[] = {
	{ "PROC",	RLIMIT_NPROC },
	{ "VM",		RLIMIT_AS },
	{ "VML",	RLIMIT_MEMLOCK },
	{ "RSS",	RLIMIT_RSS },
	{ "ANON",	VLIM_ANON },
	{ "RMAP",	VLIM_MAPPED },
	{ "FILES",	RLIMIT_NOFILE },
	{ "OFD",	VLIM_OPENFD },
	{ "LOCKS",	RLIMIT_LOCKS },
	{ "SOCK",	VLIM_NSOCK },
	{ "MSGQ",	RLIMIT_MSGQUEUE },
	{ "SHM",	VLIM_SHMEM },
	{ "SEMA",	VLIM_SEMARY },
	{ "SEMS",	VLIM_NSEMS },
	{ "DENT",	VLIM_DENTRY },
};

/* No limit is shown as -1. */
static long long shown_limit(struct vs_context *ctx, u32 id, bool soft)
{
	int kind = vs_limit_kind(id);
	long value;

	if (kind < 0)
		return -1;
	value = soft ? READ_ONCE(ctx->limit[kind].soft) :
		READ_ONCE(ctx->limit[kind].max);
	return value == VS_LIMIT_NONE ? -1 : value;
}

void vs_print_limit(struct seq_file *m, struct vs_context *ctx)
{
	struct vs_usage usage;
	int i;

	vs_usage_count(ctx, &usage);
	seq_puts(m, "Limit\t current\t     min/max\t\t    soft/hard\t\thits\n");
	for (i = 0; i < ARRAY_SIZE(limit_rows); i++) {
		u32 id = limit_rows[i].id;
		struct vcmd_rlimit_stat stat = { .id = id };

		vs_rlimit_stat(ctx, &usage, &stat);
		seq_printf(m, "%s:\t%8lld\t%8lld/%8lld\t%8lld/%8lld\t%6u\n",
			   limit_rows[i].name, stat.value, stat.minimum,
			   stat.maximum, shown_limit(ctx, id, true),
			   shown_limit(ctx, id, false), stat.hits);
	}
}

/* In ticks of USER_HZ, as everywhere in /proc. */
/* A context is on hold on all CPUs at once: said with the first of them. */
void vs_print_sched(struct seq_file *m, struct vs_context *ctx)
{
	u64 held = vs_sched_held(ctx);
	int bias = READ_ONCE(ctx->prio_bias), cpu;

	seq_printf(m, "PrioBias:\t%8d\n", bias);
	for_each_online_cpu(cpu) {
		seq_printf(m, "cpu %d: %lld %lld %lld %d\n", cpu,
			   nsec_to_clock_t(vs_cpu_used(ctx, cpu, CPUTIME_USER) +
					   vs_cpu_used(ctx, cpu, CPUTIME_NICE)),
			   nsec_to_clock_t(vs_cpu_used(ctx, cpu,
						       CPUTIME_SYSTEM)),
			   nsec_to_clock_t(held), bias);
		held = 0;
	}
}

void vs_print_cacct(struct seq_file *m, struct vs_context *ctx)
{
	static const char *const families[] = {
		"UNSPEC", "UNIX", "INET", "INET6", "PACKET", "OTHER",
	};
	int i, j;

	seq_puts(m, "Type\t    recv #/bytes\t\t   send #/bytes\t\t    fail #/bytes\n");
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		seq_printf(m, "%s:", families[i]);
		for (j = 0; j < 3; j++)
			seq_printf(m, "\t%10lu/%-10lu", 0UL, 0UL);
		seq_putc(m, '\n');
	}

	/* Memory of the kernel is counted by the control group. */
	seq_printf(m, "\nslab:\t %8u %8u %8u %8u\n\n", 0, 0, 0, 0);
	for (i = 0; i < 5; i++) {
		seq_printf(m, "page[%d]:\t", i);
		for (j = 0; j < 8; j++)
			seq_printf(m, " %8u", 0);
		seq_putc(m, '\n');
	}
}

static void print_uts(struct seq_file *m, struct uts_namespace *ns)
{
	struct new_utsname name;

	down_read(&uts_sem);
	name = ns->name;
	up_read(&uts_sem);
	seq_printf(m, "SysName:\t%.*s\n", __NEW_UTS_LEN, name.sysname);
	seq_printf(m, "NodeName:\t%.*s\n", __NEW_UTS_LEN, name.nodename);
	seq_printf(m, "Release:\t%.*s\n", __NEW_UTS_LEN, name.release);
	seq_printf(m, "Version:\t%.*s\n", __NEW_UTS_LEN, name.version);
	seq_printf(m, "Machine:\t%.*s\n", __NEW_UTS_LEN, name.machine);
	seq_printf(m, "DomainName:\t%.*s\n", __NEW_UTS_LEN, name.domainname);
}

static void print_ipc(struct seq_file *m, const struct ipc_namespace *ns)
{
	seq_printf(m, "SEMS:\t\t%d %d %d %d  %d\n", ns->sem_ctls[0],
		   ns->sem_ctls[1], ns->sem_ctls[2], ns->sem_ctls[3],
		   READ_ONCE(ns->used_sems));
	seq_printf(m, "MSG:\t\t%d %d %d\n", ns->msg_ctlmax, ns->msg_ctlmnb,
		   ns->msg_ctlmni);
	seq_printf(m, "SHM:\t\t%lu %lu  %d %ld\n", ns->shm_ctlmax,
		   ns->shm_ctlall, ns->shm_ctlmni, READ_ONCE(ns->shm_tot));
}

/* Addresses are hashed; they still tell whether two are the same. */
static void print_space(struct seq_file *m, struct vs_context *ctx, int index)
{
	const struct vs_space *space = &ctx->space[index];
	struct uts_namespace *uts = NULL;
	struct ipc_namespace *ipc = NULL;
	struct mnt_namespace *mnt = NULL;

	mutex_lock(&ctx->space_lock);
	if (!space->mask)
		goto unlock;
	if (space->mask & CLONE_NEWUTS)
		uts = space->uts;
	if (space->mask & CLONE_NEWIPC)
		ipc = space->ipc;
	if (space->mask & CLONE_NEWNS)
		mnt = space->mnt;

	seq_printf(m, "NSProxy:\t%p [%p,%p,%p]\n", space, uts, ipc, mnt);
	if (mnt)
		seq_printf(m, "Namespace:\t%p [#%u]\n", mnt,
			   from_mnt_ns(mnt)->inum);
	if (uts)
		print_uts(m, uts);
	if (ipc)
		print_ipc(m, ipc);
unlock:
	mutex_unlock(&ctx->space_lock);
}

void vs_print_nsproxy(struct seq_file *m, struct vs_context *ctx)
{
	print_space(m, ctx, 0);
}

void vs_print_nsproxy1(struct seq_file *m, struct vs_context *ctx)
{
	print_space(m, ctx, 1);
}
