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
bool vs_viewer_is_kernel(void)
{
	return !in_task() || (current->flags & PF_KTHREAD);
}

/* The first process of the machine, which no guest can do without. */
static bool is_host_init(const struct pid *pid)
{
	return pid->level == 0 && pid->numbers[0].nr == 1;
}

/* A guest may have a process 1 of its own, or a pid namespace with one. */
static bool needs_host_init(const struct vs_context *viewer)
{
	return vs_context_counted(viewer) &&
		!rcu_access_pointer(viewer->pid1) &&
		task_active_pid_ns(current) == &init_pid_ns;
}

/**
 * vs_may_see - The visibility rule
 * @viewer: Context of the one who looks.
 * @pid: What it looks at.
 *
 * Everybody sees the own context, the spectator sees all, and guests without
 * a process 1 see the host's, since programs expect one.
 */
bool vs_may_see(const struct vs_context *viewer, const struct pid *pid)
{
	u32 xid = vs_pid_xid(pid);

	if (likely(xid == viewer->xid))
		return true;
	return viewer == &vs_spectator ||
		(is_host_init(pid) && needs_host_init(viewer));
}

/* Slow path of __vs_pid_visible(). */
noinline bool vs_may_see_foreign(const struct pid *pid)
{
	return vs_viewer_is_kernel() || vs_may_see(vs_current(), pid);
}

bool __vs_pid_visible(const struct pid *pid)
{
	return !pid || vs_is_own(pid) || vs_may_see_foreign(pid);
}

/* Slow path of vs_own_pid1(). */
struct pid *__vs_own_pid1(const struct pid_namespace *ns)
{
	struct pid *pid1;

	if (ns != &init_pid_ns)
		return NULL;
	pid1 = rcu_dereference_check(vs_current()->pid1,
				     lockdep_tasklist_lock_is_held());
	return pid1 && !vs_viewer_is_kernel() ? pid1 : NULL;
}

/**
 * __vs_find_vpid - Slow path of find_vpid()
 * @nr: The number in the caller's pid namespace.
 * @pid: What has it, or NULL.
 *
 * Return: The pid, if the caller may know of it, else NULL.
 */
struct pid *__vs_find_vpid(int nr, struct pid *pid)
{
	struct pid *pid1;

	if (nr == 1) {
		pid1 = vs_own_pid1(task_active_pid_ns(current));
		if (pid1)
			return pid1;
	}
	return __vs_pid_visible(pid) ? pid : NULL;
}

/* Of a child, which the caller may know although it does not see it. */
struct pid *__vs_find_child(int nr, struct pid_namespace *ns)
{
	struct pid *pid1 = nr == 1 ? vs_own_pid1(ns) : NULL;

	return pid1 ?: find_pid_ns(nr, ns);
}

/* By the number that the caller is shown. */
struct pid *__vs_proc_find(int nr, struct pid_namespace *ns)
{
	struct pid *pid1 = vs_own_pid1(ns), *pid;

	if (pid1 && nr == 1)
		return pid1;
	pid = find_pid_ns(nr, ns);
	if (pid1 && pid == pid1)
		return NULL;
	return __vs_pid_visible(pid) ? pid : NULL;
}

/*
 * The list begins with number 1, and what has it is left out at the place of
 * its other number: the caller goes on after the number it got.
 */
struct pid *__vs_proc_next(unsigned int *nr, struct pid_namespace *ns)
{
	struct pid *pid1 = vs_own_pid1(ns), *pid;
	const struct vs_context *viewer = vs_current();
	bool all = vs_viewer_is_kernel();

	if (pid1 && *nr <= 1) {
		*nr = 1;
		return pid1;
	}
	while ((pid = find_ge_pid(*nr, ns))) {
		*nr = pid_nr_ns(pid, ns);
		if (pid != pid1 && (all || vs_may_see(viewer, pid)))
			break;
		++*nr;
	}
	return pid;
}

/* Is @pid what the caller finds as number 1? */
bool __vs_proc_is_pid1(const struct pid *pid, struct pid_namespace *ns)
{
	struct pid *pid1;

	rcu_read_lock();
	pid1 = vs_own_pid1(ns) ?: find_pid_ns(1, ns);
	rcu_read_unlock();
	return pid == pid1;
}

/* What is known as number 1 is not there under its other number. */
static bool has_name(const struct pid *pid, const char *name)
{
	struct pid *pid1;

	if (!(READ_ONCE(pid->vs_xid) & VS_PID1))
		return true;
	rcu_read_lock();
	pid1 = vs_own_pid1(&init_pid_ns);
	rcu_read_unlock();
	return pid != pid1 || !strcmp(name, "1");
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
	if (vs_is_own(pid))
		return !isdigit(name[0]) || has_name(pid, name);
	if (!vs_may_see_foreign(pid))
		return false;
	if (vs_viewer_is_kernel() || vs_current() == &vs_spectator)
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
