// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the frequency of the time stamp counter of this machine in kHz.
 *
 * An emulated processor has the counter of the host, and the guest's kernel
 * measures it against an emulated timer: with a busy host by a factor of five
 * wrong. Here a preempted measurement shows and is made again.
 */
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

struct moment {
	unsigned long long tsc;
	double ns;
};

/* Both at the same time, to within a microsecond. */
static struct moment look(void)
{
	unsigned long long before, after, best = ~0ULL;
	struct moment m = { 0, 0 };
	struct timespec ts;

	for (int i = 0; i < 1000; i++) {
		before = __rdtsc();
		clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
		after = __rdtsc();
		if (after - before < best) {
			best = after - before;
			m.tsc = before + best / 2;
			m.ns = ts.tv_sec * 1e9 + ts.tv_nsec;
		}
	}
	return m;
}

int main(void)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct moment a = look(), b;

	nanosleep(&pause, NULL);
	b = look();
	printf("%.0f\n", (b.tsc - a.tsc) / (b.ns - a.ns) * 1e6);
	return 0;
}
