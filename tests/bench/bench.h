/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what the parts of the bench share: the form of an operation, the
 * counter of instructions, system calls without a library in between.
 *
 * The bench is the first process of a machine whose time stamp counter counts
 * instructions. It prints lines for the report:
 *
 *	B NAME INSTRUCTIONS OPERATIONS
 */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct op - Something whose cost is measured
 * @name: What the report calls it.
 * @rounds: Argument of @run. A batch of some two million instructions is
 *	shorter than the interval of the timer, so that most have no tick.
 * @run: Does it that many times; returns how many operations that were.
 * @setup: What has to be there; not measured. May be NULL, like the next.
 * @teardown: Its end.
 * @batches: 0: BATCHES; MANY: where memory is allocated and freed.
 * @quick: Part of the short run.
 */
struct op {
	const char *name;
	unsigned int rounds;
	unsigned int (*run)(unsigned int rounds);
	void (*setup)(void);
	void (*teardown)(void);
	unsigned int batches;
	bool quick;
};

#define BATCHES	5	/* the smallest counts */
#define MANY	41	/* the median counts */

void measure(const struct op *op);
void measure_as(const struct op *op, const char *suffix);
void result(const char *name, const char *suffix, uint64_t sum,
	    unsigned int n);

/* The operations, in groups; each list ends without a name. */
extern const struct op ops_calls[];
extern const struct op ops_net[];
extern const struct op ops_process[];
extern const struct op ops_costs[];
void measure_all(bool quick);

void measure_costs(void);
void measure_scale(void);

/* Helpers. */
void write_file(const char *path, const char *text);
pid_t sleeper(void);
void reap(pid_t pid);
unsigned int list_directory(const char *path);
void settle(unsigned int seconds);

__attribute__((noreturn, format(printf, 1, 2)))
void fatal(const char *format, ...);

#define must(call) must_(call, #call)
static inline long must_(long ret, const char *call)
{
	if (ret < 0)
		fatal("%s: %s", call, strerror(errno));
	return ret;
}

static inline uint64_t now(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

static inline __attribute__((always_inline))
long sys4(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall" : "=a"(ret)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
}

#define sys0(nr)		sys4(nr, 0, 0, 0, 0)
#define sys1(nr, a)		sys4(nr, (long)(a), 0, 0, 0)
#define sys2(nr, a, b)		sys4(nr, (long)(a), (long)(b), 0, 0)
#define sys3(nr, a, b, c)	sys4(nr, (long)(a), (long)(b), (long)(c), 0)

/* A call that fails would be measured, too. */
#define check(ret) do {						\
		long ret_ = (ret);				\
		if (__builtin_expect(ret_ < 0, 0))		\
			fatal("%s:%d: %s", __FILE__, __LINE__,	\
			      strerror((int)-ret_));		\
	} while (0)

#endif
