/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: whether there are any, and who may know of a process.
 *
 * The part of linux/vserver.h that other headers need.  It stands alone so that
 * not half of the kernel is compiled again when one of the rest changes.
 */
#ifndef _LINUX_VS_PID_H
#define _LINUX_VS_PID_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct pid;

#ifdef CONFIG_VSERVER

/* On as soon as a context besides the host's was ever used, and for good. */
DECLARE_STATIC_KEY_FALSE(vs_active_key);

bool __vs_pid_visible(const struct pid *pid);

/**
 * vs_active - Was there ever a context besides the host's?
 *
 * For patched files whose original code shall stay as it is for a kernel that
 * never had one.
 */
static __always_inline bool vs_active(void)
{
	return static_branch_unlikely(&vs_active_key);
}

/**
 * vs_pid_visible - May the caller know that @pid exists?
 *
 * Always true for kernel threads and outside task context: they act for the
 * kernel, not for the task that happens to be current.
 */
static __always_inline bool vs_pid_visible(const struct pid *pid)
{
	return !vs_active() || __vs_pid_visible(pid);
}

/**
 * vs_filter_pid - Turn a pid the caller may not know of into NULL
 */
static __always_inline struct pid *vs_filter_pid(struct pid *pid)
{
	return vs_pid_visible(pid) ? pid : NULL;
}

#else /* !CONFIG_VSERVER */

static inline bool vs_active(void) { return false; }
static inline bool vs_pid_visible(const struct pid *pid) { return true; }
static inline struct pid *vs_filter_pid(struct pid *pid) { return pid; }

#endif /* CONFIG_VSERVER */
#endif /* _LINUX_VS_PID_H */
