// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the number of a process, for those who may know it
 *
 * The number of a struct pid is 0 for who must not know of the process, as it
 * is outside of its pid namespace.  This holds where the number is for the
 * caller: pid_vnr() and what uses it, and procfs.  A number that is made for
 * somebody else is that of the pid namespace.
 *
 * The init of a context may have number 1 for its members, in addition to the
 * one that it really has.  The real one stays valid in system calls, because
 * the C library may have it in store, but is not shown.
 */

#include <linux/cred.h>
#include <linux/filelock.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "pid.h"

/**
 * vs_shown_nr - The number of a pid for somebody in a pid namespace
 * @viewer: Context of the one who looks, and sees it.
 * @pid: What it looks at.
 * @ns: The pid namespace.
 */
pid_t vs_shown_nr(const struct vs_context *viewer, struct pid *pid,
		  struct pid_namespace *ns)
{
	if (pid && pid == rcu_access_pointer(viewer->pid1) &&
	    ns == &init_pid_ns)
		return 1;
	return pid_nr_ns(pid, ns);
}

/* Slow path of vs_pid_nr_ns(). */
pid_t __vs_pid_nr_ns(struct pid *pid, struct pid_namespace *ns)
{
	if (!pid)
		return 0;
	if (!vs_is_own(pid))
		return vs_may_see_foreign(pid) ? pid_nr_ns(pid, ns) : 0;
	if ((READ_ONCE(pid->vs_xid) & VS_PID1) && ns == &init_pid_ns &&
	    pid == rcu_access_pointer(vs_current()->pid1) &&
	    !vs_viewer_is_kernel())
		return 1;
	return pid_nr_ns(pid, ns);
}

/**
 * vs_task_nr_ns - The number of a pid that a task has, for the caller
 * @p: The task.
 * @type: Which of its pids, an &enum pid_type.
 * @ns: The pid namespace; must not be missing.
 */
pid_t vs_task_nr_ns(struct task_struct *p, int type, struct pid_namespace *ns)
{
	struct pid *pid;
	pid_t nr;

	if (!vs_active())
		return __task_pid_nr_ns(p, type, ns);
	rcu_read_lock();
	pid = type == PIDTYPE_PID ? task_pid(p) :
		READ_ONCE(p->signal->pids[type]);
	nr = vs_pid_nr_ns(pid, ns);
	rcu_read_unlock();
	return nr;
}

/*
 * For somebody other than the caller, whose child, tracer or addressee it is:
 * there is nothing to hide then, only the right number to find.
 */
pid_t __vs_pid_nr_for(struct pid *pid, struct task_struct *receiver)
{
	pid_t nr;

	if (!vs_active())
		return pid_nr_ns(pid, task_active_pid_ns(receiver));
	rcu_read_lock();
	nr = vs_shown_nr(vs_task_context(receiver), pid,
			 task_active_pid_ns(receiver));
	rcu_read_unlock();
	return nr;
}

/**
 * vs_has_tgid - Does the caller mean a certain process with a number?
 * @p: A thread of the process.
 * @nr: The number.
 */
bool vs_has_tgid(struct task_struct *p, pid_t nr)
{
	if (!vs_active())
		return task_tgid_vnr(p) == nr;
	return find_vpid(nr) == task_tgid(p);
}

static noinline bool may_see_parent(void)
{
	return vs_viewer_is_kernel() || vs_current() == &vs_spectator;
}

/*
 * The init of a context has no parent; that of others is shown as 1 when it is
 * not in the context, as if init had adopted them.
 */
pid_t __vs_ppid(struct task_struct *p, struct pid_namespace *ns)
{
	struct pid *pid1, *pid;
	pid_t nr = 0;

	rcu_read_lock();
	if (!pid_alive(p))
		goto out;
	pid1 = vs_own_pid1(ns);
	if (pid1 && task_tgid(p) == pid1)
		goto out;
	pid = task_tgid(rcu_dereference(p->real_parent));
	nr = pid_nr_ns(pid, ns);
	if (!nr)
		goto out;
	if (pid == pid1 || (!vs_is_own(pid) && !may_see_parent()))
		nr = 1;
out:
	rcu_read_unlock();
	return nr;
}

/* Slow path of vs_parent_vnr(): getppid(). */
pid_t __vs_parent_vnr(struct pid *pid)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct pid *pid1 = vs_own_pid1(ns);
	pid_t nr;

	if (pid1 && task_tgid(current) == pid1)
		return 0;
	nr = pid_nr_ns(pid, ns);
	if (!nr)
		return 0;
	return pid == pid1 || (!vs_is_own(pid) && !may_see_parent()) ? 1 : nr;
}

/*
 * The owner of a lock, which is kept as a number of the host.  When the process
 * is gone the host goes on to see what it saw before.
 */
pid_t __vs_lock_nr(pid_t nr, struct pid_namespace *ns)
{
	struct pid *pid;

	rcu_read_lock();
	pid = find_pid_ns(nr, &init_pid_ns);
	if (pid)
		nr = vs_pid_nr_ns(pid, ns);
	else if (ns != &init_pid_ns || __vs_guest())
		nr = 0;
	rcu_read_unlock();
	return nr;
}

/* Locks without a process belong to an open file, if to anybody. */
bool __vs_lock_visible(const struct file_lock_core *lock)
{
	if (!(lock->flc_flags & FL_OFDLCK) && lock->flc_pid > 0)
		return __vs_lock_nr(lock->flc_pid, &init_pid_ns);
	if (vs_current() == &vs_spectator)
		return true;
	return lock->flc_file ? lock->flc_file->f_xid == __vs_current_id() :
		!__vs_guest();
}
