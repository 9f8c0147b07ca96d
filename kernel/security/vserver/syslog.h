/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the kernel log
 */
#ifndef _SECURITY_VSERVER_SYSLOG_H
#define _SECURITY_VSERVER_SYSLOG_H

#include <linux/compiler_attributes.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct vs_context;

#define VS_LOG_SIZE	(4096 - 128)

/**
 * struct vs_log - The kernel log of a context
 * @lock: Protects the rest; also taken in interrupts.
 * @wait: Readers who wait for the next line.
 * @end: Number of bytes ever written.
 * @begin: Position of the first line that is still there.
 * @cleared: Position of the first line after the last clearing.
 * @read: Position of the first byte that nobody has consumed.
 * @data: The lines; each is at its position modulo the size.
 */
struct vs_log {
	spinlock_t		lock;	/* see above */
	wait_queue_head_t	wait;
	u64			end;
	u64			begin;
	u64			cleared;
	u64			read;
	char			data[VS_LOG_SIZE];
};

struct vs_log *vs_log_new(void);
void vs_log_put(struct vs_log *log, const char *text, unsigned int len);
unsigned int vs_log_last(const struct vs_log *log, u64 from, unsigned int len);
void vs_log_copy(const struct vs_log *log, u64 from, char *to,
		 unsigned int len);

__printf(2, 3)
void vs_log(struct vs_context *ctx, const char *format, ...);

#endif /* _SECURITY_VSERVER_SYSLOG_H */
