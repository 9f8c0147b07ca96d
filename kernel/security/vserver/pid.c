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

u32 __vs_current_id(void)
{
	return vs_context_id(vs_current());
}

u32 __vs_current_user_id(void)
{
	return vs_context_user_id(vs_current());
}

u32 __vs_cred_user_id(const struct cred *cred)
{
	return vs_context_user_id(vs_cred_context(cred));
}

bool __vs_guest(void)
{
	struct vs_context *ctx = vs_current();

	return ctx != &vs_host && ctx != &vs_spectator;
}

bool __vs_foreign_id(u32 id)
{
	const struct vs_context *ctx = vs_current();

	/* In setup the host's tools work with what they opened before. */
	return id != vs_context_id(ctx) && ctx != &vs_host &&
		ctx != &vs_spectator && !vs_setup(ctx);
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

/*
 * The usual case, in few instructions: a task's own tag is always that of its
 * context, but for the moment in which it enters one.
 */
static __always_inline bool is_own(const struct pid *pid)
{
	const struct pid *self = task_pid(current);

	return likely(self && READ_ONCE(pid->vs_xid) == self->vs_xid);
}

static noinline bool may_see_foreign(const struct pid *pid)
{
	return viewer_is_kernel() || vs_may_see(vs_current(), pid);
}

bool __vs_pid_visible(const struct pid *pid)
{
	return !pid || is_own(pid) || may_see_foreign(pid);
}

/**
 * vs_find_vpid - What find_vpid() does on a kernel with contexts
 * @nr: The number in the caller's pid namespace.
 *
 * Return: The pid, if the caller may know of it, else NULL.
 */
struct pid *vs_find_vpid(int nr)
{
	struct pid *pid = find_pid_ns(nr, task_active_pid_ns(current));

	return __vs_pid_visible(pid) ? pid : NULL;
}

struct pid *__vs_find_ge_pid(int nr, struct pid_namespace *ns)
{
	struct pid *pid;

	while ((pid = find_ge_pid(nr, ns)) && !__vs_pid_visible(pid))
		nr = pid_nr_ns(pid, ns) + 1;
	return pid;
}

static noinline bool may_see_parent(void)
{
	return viewer_is_kernel() || vs_current() == &vs_spectator;
}

bool __vs_parent_hidden(struct task_struct *p)
{
	struct pid *pid;
	bool hidden;

	rcu_read_lock();
	pid = task_pid(rcu_dereference(p->real_parent));
	hidden = pid && !is_own(pid) && !may_see_parent();
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
	if (is_own(pid))
		return true;
	if (!may_see_foreign(pid))
		return false;
	if (viewer_is_kernel() || vs_current() == &vs_spectator)
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

	if (!vs_context_counted(ctx) ||
	    (flags & all & ~READ_ONCE(ctx->umask)))
		return false;
	/*
	 * In a user namespace made by the same call the caller will have all
	 * capabilities, or it could make the others in a second one.
	 */
	if (current_user_ns() != user_ns)
		return (flags & CLONE_NEWUSER) &&
			in_userns(current_user_ns(), user_ns);
	return cap_raised(current_cred()->cap_effective, CAP_SYS_ADMIN);
}
