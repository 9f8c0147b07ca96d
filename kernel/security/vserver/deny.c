// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what guests never do, whatever their ceiling says
 *
 * Each of these acts on the machine as a whole, so that one mistake in a
 * ceiling would give the machine away.  They are refused in setup, too: the
 * host's tools need none of them inside a context.
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/kernel_read_file.h>
#include <linux/lsm_hooks.h>
#include <linux/perf_event.h>
#include <linux/prctl.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "sched.h"
#include "setup.h"
#include "task.h"

/* The machine is the host's; an interrupt may have any task as current. */
static int host_only(const char *what)
{
	struct vs_context *ctx = vs_current();

	if (ctx == &vs_host || !in_task())
		return 0;
	return vs_deny(what, ctx, &vs_host);
}

/*
 * For what happens on somebody's behalf: a kernel thread may work with the
 * credentials of the guest that caused it, a guest with those of a mount.
 */
static int host_authority_only(const char *what)
{
	struct vs_context *ctx = vs_cred_context(current_cred());

	if (ctx != &vs_host && in_task())
		return vs_deny(what, ctx, &vs_host);
	return host_only(what);
}

static int hook_kernel_module_request(char *name)
{
	return host_authority_only("modprobe");
}

/* Drivers load firmware when a device is opened that a guest may open. */
static int hook_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	return id == LOADING_FIRMWARE ? 0 : host_authority_only("load");
}

static int hook_kernel_read_file(struct file *file,
				 enum kernel_read_file_id id, bool contents)
{
	return id == READING_FIRMWARE ? 0 : host_authority_only("load");
}

/* The debugger may stop in any task; secrets of IPsec are the network's. */
static int hook_locked_down(enum lockdown_reason what)
{
	switch (what) {
	case LOCKDOWN_DBG_READ_KERNEL:
	case LOCKDOWN_DBG_WRITE_KERNEL:
	case LOCKDOWN_XFRM_SECRET:
		return 0;
	default:
		return host_only("lockdown");
	}
}

static int hook_settime(const struct timespec64 *ts, const struct timezone *tz)
{
	return host_only("settime");
}

static int hook_task_prctl(int option, unsigned long arg2, unsigned long arg3,
			   unsigned long arg4, unsigned long arg5)
{
	switch (option) {
	case PR_SCHED_CORE:
		/* It takes the siblings of a CPU away from everybody. */
		return vs_guest() ? host_only("sched_core") : -ENOSYS;
	case PR_SET_MEMORY_MERGE:
		/* As for MADV_MERGEABLE: success without effect. */
		return vs_guest() && arg2 ? 0 : -ENOSYS;
	default:
		return -ENOSYS;
	}
}

#ifdef CONFIG_BPF_SYSCALL
static int hook_bpf(int cmd, union bpf_attr *attr, unsigned int size)
{
	return host_only("bpf");
}
#endif

#ifdef CONFIG_PERF_EVENTS
/*
 * With the context capability a guest measures its own tasks in user mode; it
 * cannot name others.  Whole CPUs, the kernel and tracepoints stay closed.
 */
static int hook_perf_event_open(int type)
{
	if (type == PERF_SECURITY_OPEN &&
	    (READ_ONCE(vs_current()->ccaps) & VXC_PERF))
		return 0;
	return host_only("perf");
}
#endif

#ifdef CONFIG_IO_URING
/* The thread that polls runs whether its owner does or not. */
static int hook_uring_sqpoll(void)
{
	struct vs_context *ctx = vs_current();

	if (!(vs_flags(ctx) & VXF_SQPOLL))
		return host_only("sqpoll");
	/* It would use CPU time although the context is held. */
	if (vs_context_counted(ctx) && !vs_sched_pass_sqpoll(ctx))
		return vs_deny("sqpoll", ctx, ctx);
	return 0;
}
#endif

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(kernel_module_request, hook_kernel_module_request),
	LSM_HOOK_INIT(kernel_load_data, hook_kernel_load_data),
	LSM_HOOK_INIT(kernel_read_file, hook_kernel_read_file),
	LSM_HOOK_INIT(locked_down, hook_locked_down),
	LSM_HOOK_INIT(settime, hook_settime),
	LSM_HOOK_INIT(task_prctl, hook_task_prctl),
#ifdef CONFIG_BPF_SYSCALL
	LSM_HOOK_INIT(bpf, hook_bpf),
#endif
#ifdef CONFIG_PERF_EVENTS
	LSM_HOOK_INIT(perf_event_open, hook_perf_event_open),
#endif
#ifdef CONFIG_IO_URING
	LSM_HOOK_INIT(uring_sqpoll, hook_uring_sqpoll),
#endif
};

void __init vs_add_deny_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
