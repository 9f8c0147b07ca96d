/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * System calls without the help of a C library, which may be too small or
 * too old to know them.
 */
#ifndef LV_SYSCALL_H
#define LV_SYSCALL_H

#include <asm/unistd.h>
#include <errno.h>

#include <linux/vserver.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#include "syscall-x86_64.h"
#elif defined(__i386__)
#include "syscall-i386.h"
#else
#include "syscall-libc.h"
#endif

/* One number for all architectures; older headers lack it. */
#ifndef __NR_close_range
#define __NR_close_range	436
#endif

/* Any system call with up to three arguments; -1 and errno on failure. */
static inline long lv_syscall(long nr, long a, long b, long c)
{
	long ret = lv_raw(nr, a, b, c);

	if (ret < 0 && ret >= -4095) {
		errno = (int)-ret;
		return -1;
	}
	return ret;
}

#endif
