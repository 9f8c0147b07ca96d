/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * Entering the kernel elsewhere: by the C library, which must have syscall().
 */
#ifndef LV_SYSCALL_LIBC_H
#define LV_SYSCALL_LIBC_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LV_NR_VSERVER	SYS_vserver

/* The result is that of the kernel: -4095 to -1 are errors. */
static inline long lv_raw(long nr, long a, long b, long c)
{
	long ret = syscall(nr, a, b, c);

	return ret < 0 ? -errno : ret;
}

#endif
