/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * Entering the kernel on x86_64.
 */
#ifndef LV_SYSCALL_X86_64_H
#define LV_SYSCALL_X86_64_H

#define LV_NR_VSERVER	VS_NR_X86_64

/* The result is that of the kernel: -4095 to -1 are errors. */
static inline long lv_raw(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return ret;
}

#endif
