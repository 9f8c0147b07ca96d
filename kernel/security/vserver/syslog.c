// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the kernel log
 *
 * A guest does not read the log of the host, nor does it write lines of its
 * own choice into it.  With the flag VIRT_SYSLOG it has one of its own, in
 * which the kernel notes what becomes of the context.
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/lsm_hooks.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syslog.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "setup.h"
#include "syslog.h"
#include "task.h"

/* --- the ring of lines --- */

/* A power of two is not needed: a position never wraps. */
static char *at(struct vs_log *log, u64 pos)
{
	return &log->data[pos % VS_LOG_SIZE];
}

static u64 next_line(const struct vs_log *log, u64 pos)
{
	while (pos < log->end && log->data[pos++ % VS_LOG_SIZE] != '\n')
		;
	return pos;
}

/**
 * vs_log_new - Make an empty log
 *
 * Return: The log, to be freed by kfree(), or NULL.
 */
struct vs_log *vs_log_new(void)
{
	struct vs_log *log;

	BUILD_BUG_ON(sizeof(*log) > 4096 && !IS_ENABLED(CONFIG_DEBUG_SPINLOCK));
	log = kzalloc(sizeof(*log), GFP_KERNEL_ACCOUNT);
	if (!log)
		return NULL;
	spin_lock_init(&log->lock);
	init_waitqueue_head(&log->wait);
	return log;
}

/**
 * vs_log_put - Append a line, at the cost of the oldest ones
 * @log: The log, locked.
 * @text: The line, with its line feed.
 * @len: Its length, less than the size of the log.
 */
void vs_log_put(struct vs_log *log, const char *text, unsigned int len)
{
	while (log->end + len - log->begin > VS_LOG_SIZE)
		log->begin = next_line(log, log->begin);
	log->cleared = max(log->cleared, log->begin);
	log->read = max(log->read, log->begin);
	while (len--)
		*at(log, log->end++) = *text++;
}

/**
 * vs_log_last - Length of the last whole lines that fit a buffer
 * @log: The log, locked.
 * @from: Where to start at the earliest.
 * @len: Size of the buffer.
 */
unsigned int vs_log_last(const struct vs_log *log, u64 from, unsigned int len)
{
	while (log->end - from > len)
		from = next_line(log, from);
	return log->end - from;
}

/**
 * vs_log_copy - Copy from a log
 * @log: The log, locked.
 * @from: Position of the first byte.
 * @to: Where to.
 * @len: Number of bytes.
 */
void vs_log_copy(const struct vs_log *log, u64 from, char *to,
		 unsigned int len)
{
	while (len--)
		*to++ = log->data[from++ % VS_LOG_SIZE];
}

/**
 * vs_log - Note something in the log of a context, if it has one
 * @ctx: The context.
 * @format: As for printf(), without a line feed.
 *
 * From any context.
 */
void vs_log(struct vs_context *ctx, const char *format, ...)
{
	struct vs_log *log = READ_ONCE(ctx->log);
	char line[128];
	unsigned long flags;
	va_list ap;
	u64 now;
	u32 ns;
	int len;

	if (!log)
		return;
	now = ktime_get_boottime_ns();
	if (vs_flags(ctx) & VXF_VIRT_UPTIME)
		now -= ctx->born;
	now = div_u64_rem(now, NSEC_PER_SEC, &ns);
	len = scnprintf(line, sizeof(line) - 1, "<%u>[%5llu.%06u] vserver: ",
			LOGLEVEL_INFO, now, ns / (u32)NSEC_PER_USEC);
	va_start(ap, format);
	len += vscnprintf(line + len, sizeof(line) - 1 - len, format, ap);
	va_end(ap);
	line[len++] = '\n';

	spin_lock_irqsave(&log->lock, flags);
	vs_log_put(log, line, len);
	spin_unlock_irqrestore(&log->lock, flags);
	wake_up_interruptible(&log->wait);
}

/* --- syslog(2) --- */

static bool unread(struct vs_log *log)
{
	return READ_ONCE(log->read) != READ_ONCE(log->end);
}

/* Waits for a line, as it does for the log of the machine. */
static int consume(struct vs_log *log, char *to, unsigned int size)
{
	unsigned int len;
	int ret;

	do {
		ret = wait_event_interruptible(log->wait, unread(log));
		if (ret)
			return ret;
		spin_lock_irq(&log->lock);
		len = min_t(u64, size, log->end - log->read);
		vs_log_copy(log, log->read, to, len);
		log->read += len;
		spin_unlock_irq(&log->lock);
	} while (!len);
	return len;
}

static int read_all(struct vs_log *log, char *to, unsigned int len, bool clear)
{
	spin_lock_irq(&log->lock);
	len = vs_log_last(log, log->cleared, len);
	vs_log_copy(log, log->end - len, to, len);
	if (clear)
		log->cleared = log->end;
	spin_unlock_irq(&log->lock);
	return len;
}

static int read_log(struct vs_log *log, int type, char __user *to, int len)
{
	char *buf;
	int ret;

	if (!to || len < 0)
		return -EINVAL;
	if (!len)
		return 0;
	if (!access_ok(to, len))
		return -EFAULT;
	len = min(len, VS_LOG_SIZE);
	buf = kmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!buf)
		return -ENOMEM;
	if (type == SYSLOG_ACTION_READ)
		ret = consume(log, buf, len);
	else
		ret = read_all(log, buf, len, type == SYSLOG_ACTION_READ_CLEAR);
	if (ret > 0 && copy_to_user(to, buf, ret))
		ret = -EFAULT;
	kfree(buf);
	return ret;
}

/*
 * The same rule as for the log of the machine, but the ceiling of the context
 * does not matter: it is the context's own.
 */
static bool may_use(int type)
{
	if (cap_raised(current_cred()->cap_effective, CAP_SYSLOG))
		return true;
	return !dmesg_restrict && (type == SYSLOG_ACTION_READ_ALL ||
				   type == SYSLOG_ACTION_SIZE_BUFFER);
}

bool __vs_has_log(void)
{
	const struct vs_context *ctx = vs_current();

	return (vs_flags(ctx) & VXF_VIRT_SYSLOG) && READ_ONCE(ctx->log);
}

/**
 * vs_syslog - syslog(2) with the log of the caller's context
 * @type: The action.
 * @to: Buffer of the caller.
 * @len: Its length, or a number.
 *
 * Actions on the console have no effect.
 *
 * Return: as syslog(2).
 */
int vs_syslog(int type, char __user *to, int len)
{
	struct vs_log *log = READ_ONCE(vs_current()->log);
	int ret = 0;

	if (!may_use(type))
		return -EPERM;
	switch (type) {
	case SYSLOG_ACTION_READ:
	case SYSLOG_ACTION_READ_ALL:
	case SYSLOG_ACTION_READ_CLEAR:
		return read_log(log, type, to, len);
	case SYSLOG_ACTION_CLEAR:
		spin_lock_irq(&log->lock);
		log->cleared = log->end;
		spin_unlock_irq(&log->lock);
		return 0;
	case SYSLOG_ACTION_SIZE_UNREAD:
		spin_lock_irq(&log->lock);
		ret = log->end - log->read;
		spin_unlock_irq(&log->lock);
		return ret;
	case SYSLOG_ACTION_SIZE_BUFFER:
		return VS_LOG_SIZE;
	case SYSLOG_ACTION_CLOSE:
	case SYSLOG_ACTION_OPEN:
	case SYSLOG_ACTION_CONSOLE_OFF:
	case SYSLOG_ACTION_CONSOLE_ON:
	case SYSLOG_ACTION_CONSOLE_LEVEL:
		return 0;
	default:
		return -EINVAL;
	}
}

/* --- the log of the host --- */

/* With the context capability, and the real one but for the ceiling. */
bool __vs_may_syslog(void)
{
	return (READ_ONCE(vs_current()->ccaps) & VXC_SYSLOG) &&
		__vs_capable(CAP_SYSLOG, VXC_SYSLOG);
}

/* syslog(2) and reading /dev/kmsg, also where everybody may. */
static int hook_syslog(int type)
{
	if (!__vs_guest() || __vs_may_syslog())
		return 0;
	return vs_deny("syslog", vs_current(), &vs_host);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(syslog, hook_syslog),
};

void __init vs_add_syslog_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}

static void replace_controls(char *text, size_t len)
{
	for (; len; len--, text++)
		if (iscntrl(*text))
			*text = '?';
}

/**
 * __vs_printk - The kernel prints something on behalf of a guest
 * @text: One message, without the line feed at its end.
 * @len: Its length.
 *
 * Names of files and the like are printed as they are; a line feed in one
 * would begin what looks like another message.
 */
void __vs_printk(char *text, size_t len)
{
	if (in_task())
		replace_controls(text, len);
}

/**
 * __vs_task_comm - A task gets a name, which others may print
 * @p: The task.
 * @name: The name.
 * @clean: Buffer of TASK_COMM_LEN.
 *
 * Return: @name, or for a guest the same without control characters.
 */
const char *__vs_task_comm(struct task_struct *p, const char *name,
			   char *clean)
{
	bool guest;

	rcu_read_lock();
	guest = vs_context_counted(vs_task_context(p));
	rcu_read_unlock();
	if (!guest)
		return name;
	strscpy_pad(clean, name, TASK_COMM_LEN);
	replace_controls(clean, strlen(clean));
	return clean;
}
