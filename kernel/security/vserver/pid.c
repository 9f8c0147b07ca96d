// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - who may know that a process exists
 *
 * A struct pid carries the id of the context its process belongs to.  The
 * question is answered where a number becomes a struct pid, by comparing this
 * id with the caller's: no credentials of the target are touched, and process
 * groups whose leader is gone and zombies are covered, too.
 */

#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "pid.h"

u32 __vs_current_xid(void)
{
	return vs_current()->xid;
}

bool __vs_guest(void)
{
	struct vs_context *ctx = vs_current();

	return ctx != &vs_host && ctx != &vs_spectator;
}

bool __vs_in_setup(void)
{
	return vs_setup(vs_current());
}

/* Kernel threads and interrupts act for the kernel. */
static bool viewer_is_kernel(void)
{
	return !in_task() || (current->flags & PF_KTHREAD);
}

/* The first process of the machine, which no guest can do without. */
static bool is_host_init(const struct pid *pid)
{
	return pid->level == 0 && pid->numbers[0].nr == 1;
}

/* In a pid namespace of its own a guest has a process 1 of its own. */
static bool needs_host_init(const struct vs_context *viewer)
{
	return vs_context_counted(viewer) &&
		task_active_pid_ns(current) == &init_pid_ns;
}

/**
 * vs_may_see - The visibility rule
 * @viewer: Context of the one who looks.
 * @pid: What it looks at.
 *
 * Everybody sees the own context, the spectator sees all, and guests see the
 * host's init, since programs expect a process 1.
 */
bool vs_may_see(const struct vs_context *viewer, const struct pid *pid)
{
	u32 xid = READ_ONCE(pid->vs_xid);

	if (likely(xid == viewer->xid))
		return true;
	return viewer == &vs_spectator ||
		(is_host_init(pid) && needs_host_init(viewer));
}

bool __vs_pid_visible(const struct pid *pid)
{
	if (!pid || viewer_is_kernel())
		return true;
	return vs_may_see(vs_current(), pid);
}

struct pid *__vs_find_ge_pid(int nr, struct pid_namespace *ns)
{
	struct pid *pid;

	while ((pid = find_ge_pid(nr, ns)) && !__vs_pid_visible(pid))
		nr = pid_nr_ns(pid, ns) + 1;
	return pid;
}

bool __vs_parent_hidden(struct task_struct *p)
{
	const struct vs_context *viewer = vs_current();
	bool hidden = false;
	struct pid *pid;

	if (viewer == &vs_spectator || viewer_is_kernel())
		return false;
	rcu_read_lock();
	pid = task_tgid(rcu_dereference(p->real_parent));
	if (pid)
		hidden = READ_ONCE(pid->vs_xid) != viewer->xid;
	rcu_read_unlock();
	return hidden;
}

/*
 * Of the host's init a guest may see what process listings show, and nothing
 * of the host: most other files of /proc/PID need no more than the mode bits.
 */
bool __vs_proc_visible(const struct pid *pid, const char *name)
{
	static const char * const shown[] = {
		"cmdline", "comm", "stat", "statm", "status",
	};
	const struct vs_context *viewer;

	if (viewer_is_kernel())
		return true;
	viewer = vs_current();
	if (!vs_may_see(viewer, pid))
		return false;
	if (READ_ONCE(pid->vs_xid) == viewer->xid || viewer == &vs_spectator)
		return true;
	return isdigit(name[0]) ||
		match_string(shown, ARRAY_SIZE(shown), name) >= 0;
}

/*
 * The namespaces in the umask of a context may be created by those of its
 * members that hold CAP_SYS_ADMIN as far as their credentials go.
 */
bool __vs_can_unshare(struct user_namespace *user_ns, unsigned long flags)
{
	const unsigned long all = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
		CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
		CLONE_NEWCGROUP | CLONE_NEWTIME;
	struct vs_context *ctx = vs_current();

	return vs_context_counted(ctx) &&
		current_user_ns() == user_ns &&
		cap_raised(current_cred()->cap_effective, CAP_SYS_ADMIN) &&
		!(flags & all & ~READ_ONCE(ctx->umask));
}
