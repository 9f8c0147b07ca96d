// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - who may know that a process exists, and by which number
 *
 * A struct pid carries the id of the context its process belongs to.  The
 * question is answered where a number becomes a struct pid, by comparing this
 * id with the caller's: no credentials of the target are touched, and process
 * groups whose leader is gone and zombies are covered, too.
 *
 * The other way round, the number of a struct pid is 0 for who must not know of
 * the process, as it is outside of its pid namespace.  This holds where the
 * number is for the caller: pid_vnr() and what uses it, and procfs.  A number
 * that is made for somebody else is that of the pid namespace.
 *
 * The init of a context may have number 1 for its members, in addition to the
 * one that it really has.  The real one stays valid in system calls, because
 * the C library may have it in store, but is not shown.
 */

#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/filelock.h>
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

/* A guest may have a process 1 of its own, or a pid namespace with one. */
static bool needs_host_init(const struct vs_context *viewer)
{
	return vs_context_counted(viewer) &&
		!rcu_access_pointer(viewer->first) &&
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

/* Under RCU: the process that has number 1 for the caller besides its own. */
static struct pid *own_first(const struct pid_namespace *ns)
{
	struct pid *first;

	if (ns != &init_pid_ns)
		return NULL;
	first = rcu_dereference_check(vs_current()->first,
				      lockdep_tasklist_lock_is_held());
	return first && !viewer_is_kernel() ? first : NULL;
}

/**
 * vs_shown_nr - The number of a pid for somebody in a pid namespace
 * @viewer: Context of the one who looks, and sees it.
 * @pid: What it looks at.
 * @ns: The pid namespace.
 */
pid_t vs_shown_nr(const struct vs_context *viewer, struct pid *pid,
		  struct pid_namespace *ns)
{
	if (pid && pid == rcu_access_pointer(viewer->first) &&
	    ns == &init_pid_ns)
		return 1;
	return pid_nr_ns(pid, ns);
}

/* On the way of getpid(). */
pid_t __vs_pid_nr_ns(struct pid *pid, struct pid_namespace *ns)
{
	if (!pid)
		return 0;
	if (!is_own(pid))
		return may_see_foreign(pid) ? pid_nr_ns(pid, ns) : 0;
	if (likely(!pid->vs_xid) || viewer_is_kernel())
		return pid_nr_ns(pid, ns);
	return vs_shown_nr(vs_current(), pid, ns);
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
	nr = __vs_pid_nr_ns(pid, ns);
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
 * vs_find_vpid - What find_vpid() does on a kernel with contexts
 * @nr: The number in the caller's pid namespace.
 *
 * Return: The pid, if the caller may know of it, else NULL.
 */
struct pid *vs_find_vpid(int nr)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct pid *pid;

	if (nr == 1) {
		pid = own_first(ns);
		if (pid)
			return pid;
	}
	pid = find_pid_ns(nr, ns);
	return __vs_pid_visible(pid) ? pid : NULL;
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
	return vs_find_vpid(nr) == task_tgid(p);
}

/* Of a child, which the caller may know although it does not see it. */
struct pid *__vs_find_child(int nr, struct pid_namespace *ns)
{
	struct pid *first = nr == 1 ? own_first(ns) : NULL;

	return first ?: find_pid_ns(nr, ns);
}

/* By the number that the caller is shown. */
struct pid *__vs_proc_find(int nr, struct pid_namespace *ns)
{
	struct pid *first = own_first(ns), *pid;

	if (first && nr == 1)
		return first;
	pid = find_pid_ns(nr, ns);
	if (first && pid == first)
		return NULL;
	return __vs_pid_visible(pid) ? pid : NULL;
}

/*
 * The list begins with number 1, and what has it is left out at the place of
 * its other number: the caller goes on after the number it got.
 */
struct pid *__vs_proc_next(unsigned int *nr, struct pid_namespace *ns)
{
	struct pid *first = own_first(ns), *pid;

	if (first && *nr <= 1) {
		*nr = 1;
		return first;
	}
	while ((pid = find_ge_pid(*nr, ns))) {
		*nr = pid_nr_ns(pid, ns);
		if (pid != first && __vs_pid_visible(pid))
			break;
		++*nr;
	}
	return pid;
}

/* Is @pid what the caller finds as number 1? */
bool __vs_proc_is_first(const struct pid *pid, struct pid_namespace *ns)
{
	struct pid *first;

	rcu_read_lock();
	first = own_first(ns) ?: find_pid_ns(1, ns);
	rcu_read_unlock();
	return pid == first;
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

static noinline bool may_see_parent(void)
{
	return viewer_is_kernel() || vs_current() == &vs_spectator;
}

/*
 * The init of a context has no parent; that of others is shown as 1 when it is
 * not in the context, as if init had adopted them.
 */
pid_t __vs_ppid(struct task_struct *p, struct pid_namespace *ns)
{
	struct pid *first, *pid;
	pid_t nr = 0;

	rcu_read_lock();
	if (!pid_alive(p))
		goto out;
	first = own_first(ns);
	if (first && task_tgid(p) == first)
		goto out;
	pid = task_tgid(rcu_dereference(p->real_parent));
	nr = pid_nr_ns(pid, ns);
	if (!nr)
		goto out;
	if (pid == first || (!is_own(pid) && !may_see_parent()))
		nr = 1;
out:
	rcu_read_unlock();
	return nr;
}

/* What is known as number 1 is not there under its other number. */
static bool has_name(const struct pid *pid, const char *name)
{
	struct pid *first;

	rcu_read_lock();
	first = own_first(&init_pid_ns);
	rcu_read_unlock();
	return pid != first || !strcmp(name, "1");
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
		return !isdigit(name[0]) || has_name(pid, name);
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
