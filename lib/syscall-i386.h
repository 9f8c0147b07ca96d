/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * Entering the kernel on i386.
 */
#ifndef LV_SYSCALL_I386_H
#define LV_SYSCALL_I386_H

#define LV_NR_VSERVER	VS_NR_I386

/* The result is that of the kernel: -4095 to -1 are errors. */
static inline long lv_raw(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "0"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return ret;
}

#endif
