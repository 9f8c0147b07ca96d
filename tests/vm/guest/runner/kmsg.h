/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel log as the runner sees it. */
#ifndef KMSG_H
#define KMSG_H

/* Starts at the first record of this boot; PATTERNS says what is an error. */
void kmsg_open(const char *patterns);

/* Reports the errors among the new records, with what surrounds them. */
void kmsg_check(void);

/* Reports where all tasks that wait in the kernel wait (sysrq w). */
void kmsg_tasks(void);

#endif
