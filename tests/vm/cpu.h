/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the measurement of CPU time: a process of a guest lets its children
 * use it for a while, ends all of them and says what they used, as the
 * scheduler has counted it.
 */
#ifndef CPU_H
#define CPU_H

#include "puppet.h"

#include <sys/resource.h>

static inline double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

KTAP_UNUSED static void cpu_spin(void)
{
	for (;;)
		;
}

static inline double cpu_of(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec +
		(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/*
 * In seconds, of the caller and of children that were waited for: the caller
 * pays out of the same bucket.
 */
static inline double cpu_used(void)
{
	return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

/* What a measurement said: both in seconds. */
struct cpu_result {
	double wall, used;
};

struct cpu_order {
	void (*work)(void);
	int workers;
	double seconds;
	struct cpu_result result;
};

/* Made before there are puppets, so that they have it, too. */
static struct cpu_order *cpu_order;

__attribute__((constructor)) static inline void cpu_share(void)
{
	cpu_order = mmap(NULL, sizeof(*cpu_order), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* Children that are waited for before the end count, too. */
static inline void cpu_reap_until(double end)
{
	while (cpu_now() < end) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		usleep(5000);
	}
}

/* As an order. The group of the workers dies with all that they made. */
KTAP_UNUSED static long do_measure(long order, long b, long c)
{
	struct cpu_order *o = (void *)order;
	double start, before = cpu_used();
	pid_t group = 0;
	int i;

	(void)b, (void)c;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	start = cpu_now();
	for (i = 0; i < o->workers; i++) {
		pid_t pid = fork();

		if (!pid) {
			setpgid(0, group);
			o->work();
			_exit(0);
		}
		if (pid < 0)
			return -1;
		setpgid(pid, group);
		if (!group)
			group = pid;
	}
	cpu_reap_until(start + o->seconds);
	o->result.wall = cpu_now() - start;
	do
		kill(-group, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0);
	o->result.used = cpu_used() - before;
	return 0;
}

static inline struct cpu_result cpu_measure(const struct puppet *p,
					    void (*work)(void), int workers,
					    double seconds)
{
	*cpu_order = (struct cpu_order){ work, workers, seconds, { 0, 0 } };
	must(ask(p, do_measure, cpu_order));
	return cpu_order->result;
}

/* Limits a context to RATE ms in PERIOD ms; SIZE ms at once, none yet. */
KTAP_UNUSED static long cpu_limit(uint32_t xid, int rate, int period, int size)
{
	struct vcmd_sched s = {
		.mask = VXSM_FILL_RATE | VXSM_INTERVAL | VXSM_TOKENS |
			VXSM_TOKENS_MIN | VXSM_TOKENS_MAX | VXSM_MSEC,
		.fill_rate = { rate }, .interval = { period },
		.tokens_min = rate, .tokens_max = size,
	};

	if (vs_native(VCMD_set_sched, xid, &s))
		return -1;
	return vs_set_flags(xid, VXF_SCHED_HARD, VXF_SCHED_HARD);
}

KTAP_UNUSED static int cpu_waiting(uint32_t xid)
{
	struct vcmd_virt_stat v;

	return vs_native(VCMD_virt_stat, xid, &v) ? -1 : (int)v.nr_onhold;
}

#endif
