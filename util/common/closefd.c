// SPDX-License-Identifier: GPL-2.0
/*
 * Closing what a guest must not inherit.
 */
#include "closefd.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/syscall.h"

static void close_from_to(unsigned int first, unsigned int last)
{
	struct rlimit limit = { .rlim_cur = 1024 };

	if (first > last)
		return;
	if (!lv_syscall(__NR_close_range, (long)first, (long)last, 0))
		return;
	/* Kernels before 5.9: as far as descriptors can go. */
	getrlimit(RLIMIT_NOFILE, &limit);
	for (unsigned int fd = first; fd < limit.rlim_cur && fd <= last; fd++)
		close((int)fd);
}

void close_fds(int first, const int *keep, size_t n)
{
	for (;;) {
		int next = -1;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= first && (next < 0 || keep[i] < next))
				next = keep[i];
		if (next < 0)
			break;
		if (next > first)
			close_from_to((unsigned int)first,
				      (unsigned int)next - 1);
		first = next + 1;
	}
	close_from_to((unsigned int)first, UINT_MAX);
}
