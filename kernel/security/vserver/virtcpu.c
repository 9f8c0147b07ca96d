// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - CPU time of a context, /proc/stat and /proc/cpuinfo
 *
 * With VIRT_CPU a guest has the CPUs of its cpuset, since it was started, and
 * whatever it did not use of them was idle.
 */

#include <linux/cpumask.h>
#include <linux/cpuset.h>
#include <linux/cred.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel_stat.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/sched/cputime.h>
#include <linux/seq_file.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "sched.h"
#include "virt.h"

enum { USER, NICE, SYSTEM, IDLE, STEAL, TIMES };

/* From the tick, with interrupts off. */
void __vs_cpu_time(struct task_struct *p, int index, u64 ns)
{
	const struct vs_context *ctx;
	u64 *sum;

	/* The time of an interrupt is not that of whom it interrupted. */
	if (index > CPUTIME_SYSTEM)
		return;
	rcu_read_lock();
	ctx = vs_task_context(p);
	if (ctx->cpu) {
		sum = &ctx->cpu[smp_processor_id()].time.ns[index];
		WRITE_ONCE(*sum, *sum + ns);
	}
	rcu_read_unlock();
}

/**
 * vs_cpu_used - What the members of a context used of a CPU
 * @ctx: The context, of a guest.
 * @cpu: The CPU.
 * @index: CPUTIME_USER, CPUTIME_NICE or CPUTIME_SYSTEM.
 *
 * Return: Nanoseconds.
 */
u64 vs_cpu_used(const struct vs_context *ctx, int cpu, int index)
{
	return READ_ONCE(ctx->cpu[cpu].time.ns[index]);
}

static bool has_virtual_cpus(const struct vs_context *ctx)
{
	return vs_flags(ctx) & VXF_VIRT_CPU && vs_context_counted(ctx);
}

/* What a CPU did for the context since that exists; adds it to @sum. */
static void account_cpu(struct vs_context *ctx, int cpu, u64 *time, u64 *sum)
{
	u64 age = vs_context_uptime(ctx), held = vs_sched_held(ctx);
	u64 used;
	int i;

	time[USER] = vs_cpu_used(ctx, cpu, CPUTIME_USER);
	time[NICE] = vs_cpu_used(ctx, cpu, CPUTIME_NICE);
	time[SYSTEM] = vs_cpu_used(ctx, cpu, CPUTIME_SYSTEM);
	used = time[USER] + time[NICE] + time[SYSTEM];
	time[IDLE] = age > used ? age - used : 0;
	/* While the context was on hold, somebody else had the CPU. */
	time[STEAL] = min(held, time[IDLE]);
	time[IDLE] -= time[STEAL];
	for (i = 0; i < TIMES; i++)
		sum[i] += time[i];
}

/* The CPUs that the calling task may use; @mask is memory for the answer. */
static const struct cpumask *shown_cpus(struct cpumask *mask)
{
	if (!mask)
		return cpu_online_mask;
	cpuset_cpus_allowed(current, mask);
	cpumask_and(mask, mask, cpu_online_mask);
	return mask;
}

u64 __vs_idle_time(u64 ns)
{
	struct vs_context *ctx = vs_current();
	u64 time[TIMES], sum[TIMES] = { 0 };
	cpumask_var_t mask;
	int cpu;

	if (!has_virtual_cpus(ctx))
		return ns;
	alloc_cpumask_var(&mask, GFP_KERNEL);
	for_each_cpu(cpu, shown_cpus(mask))
		account_cpu(ctx, cpu, time, sum);
	free_cpumask_var(mask);
	return sum[IDLE];
}

static void print_times(struct seq_file *m, const u64 *time)
{
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(time[USER]));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(time[NICE]));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(time[SYSTEM]));
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(time[IDLE]));
	seq_puts(m, " 0 0 0");	/* waiting for I/O, interrupts */
	seq_put_decimal_ull(m, " ", nsec_to_clock_t(time[STEAL]));
	seq_puts(m, " 0 0\n");	/* virtual machines */
}

static void print_cpus(struct seq_file *m, struct vs_context *ctx,
		       const struct cpumask *mask)
{
	u64 time[TIMES], sum[TIMES] = { 0 };
	u64 ignored[TIMES] = { 0 };
	int cpu;

	for_each_cpu(cpu, mask)
		account_cpu(ctx, cpu, time, sum);
	seq_puts(m, "cpu ");
	print_times(m, sum);
	for_each_cpu(cpu, mask) {
		account_cpu(ctx, cpu, time, ignored);
		seq_printf(m, "cpu%d", cpu);
		print_times(m, time);
	}
}

bool __vs_stat(struct seq_file *m)
{
	struct vs_context *ctx = vs_current();
	struct timespec64 btime;
	cpumask_var_t mask;
	int i;

	if (!has_virtual_cpus(ctx))
		return false;
	alloc_cpumask_var(&mask, GFP_KERNEL);
	print_cpus(m, ctx, shown_cpus(mask));
	free_cpumask_var(mask);

	getboottime64(&btime);
	timens_sub_boottime(&btime);
	__vs_btime(&btime);

	seq_puts(m, "intr 0\nctxt 0\n");
	seq_printf(m, "btime %llu\n", (unsigned long long)btime.tv_sec);
	seq_printf(m, "processes %u\n", atomic_read(&ctx->forks));
	seq_printf(m, "procs_running %u\n",
		   max(READ_ONCE(ctx->load.running), 1U));
	seq_printf(m, "procs_blocked %u\n", READ_ONCE(ctx->load.blocked));
	seq_puts(m, "softirq 0");
	for (i = 0; i < NR_SOFTIRQS; i++)
		seq_puts(m, " 0");
	seq_putc(m, '\n');
	return true;
}

/* Where the position in /proc/cpuinfo is the number of a CPU. */
static bool cpu_hidden(unsigned int cpu)
{
	cpumask_var_t mask;
	bool hidden;

	if (!IS_ENABLED(CONFIG_X86) || !has_virtual_cpus(vs_current()))
		return false;
	alloc_cpumask_var(&mask, GFP_KERNEL);
	hidden = !cpumask_test_cpu(cpu, shown_cpus(mask));
	free_cpumask_var(mask);
	return hidden;
}

static int show_cpu(struct seq_file *m, void *v)
{
	return cpu_hidden(m->index) ? SEQ_SKIP : cpuinfo_op.show(m, v);
}

static struct seq_operations own_cpuinfo __ro_after_init;

/* Before fs/proc makes the file. */
static int __init init_cpuinfo(void)
{
	own_cpuinfo = cpuinfo_op;
	own_cpuinfo.show = show_cpu;
	return 0;
}
core_initcall(init_cpuinfo);

/**
 * vs_cpuinfo - How to print /proc/cpuinfo
 * @op: For a reader that sees all CPUs.
 */
const struct seq_operations *vs_cpuinfo(const struct seq_operations *op)
{
	return &own_cpuinfo;
}
