/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - values of the machine that a context has its own of
 */
#ifndef _SECURITY_VSERVER_VIRT_H
#define _SECURITY_VSERVER_VIRT_H

#include <linux/kernel_stat.h>
#include <linux/types.h>

struct cpumask;
struct sysinfo;
struct vs_context;

/**
 * struct vs_cpu_time - What a context used of one CPU
 * @ns: By CPUTIME_USER, CPUTIME_NICE, CPUTIME_SYSTEM.
 */
struct vs_cpu_time {
	u64	ns[CPUTIME_SYSTEM + 1];
};

u64 vs_cpu_used(const struct vs_context *ctx, int cpu, int index);

#ifdef CONFIG_MEMCG
void vs_sysinfo_memory(struct sysinfo *info);
#else
static inline void vs_sysinfo_memory(struct sysinfo *info) { }
#endif

#endif /* _SECURITY_VSERVER_VIRT_H */
