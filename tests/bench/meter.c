// SPDX-License-Identifier: GPL-2.0
/*
 * Owns how an operation is measured: the smallest of a few batches, after one
 * that only warms up. What comes and goes by itself, above all the timer
 * tick, only ever adds. Where allocators have a state, the smallest is a
 * matter of luck: there it is the median of many.
 */
#include <stdarg.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "bench.h"

void fatal(const char *format, ...)
{
	va_list args;

	printf("F ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

void result(const char *name, const char *suffix, uint64_t sum, unsigned int n)
{
	printf("B %s%s %llu %u\n", name, suffix, (unsigned long long)sum, n);
	fflush(stdout);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void measure_as(const struct op *op, const char *suffix)
{
	unsigned int i, n, batches = op->batches ? op->batches : BATCHES;
	uint64_t sum[MANY], start;

	if (op->setup)
		op->setup();
	settle(1);
	op->run(op->rounds);
	for (i = 0; i < batches; i++) {
		start = now();
		n = op->run(op->rounds);
		sum[i] = now() - start;
	}
	if (op->teardown)
		op->teardown();
	qsort(sum, batches, sizeof(sum[0]), compare);
	result(op->name, suffix, sum[batches == MANY ? MANY / 2 : 0], n);
}

void measure(const struct op *op)
{
	measure_as(op, "");
}

void measure_all(bool quick)
{
	static const struct op *const lists[] = {
		ops_calls, ops_net, ops_process,
	};
	const struct op *op;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (op = lists[i]; op->name; op++)
			if (op->quick || !quick)
				measure(op);
}

/* Lets the kernel do what it has put off. Sleeping takes no time here. */
void settle(unsigned int seconds)
{
	const struct timespec t = { .tv_sec = seconds };

	nanosleep(&t, NULL);
}

/* A child that does nothing. */
pid_t sleeper(void)
{
	pid_t pid = (pid_t)must(fork());

	if (!pid)
		for (;;)
			pause();
	return pid;
}

void reap(pid_t pid)
{
	must(kill(pid, SIGKILL));
	must(waitpid(pid, NULL, 0));
}
