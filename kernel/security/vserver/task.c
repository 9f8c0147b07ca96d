// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what one task may do to another; birth and death of tasks
 *
 * A task that cannot see another cannot name it by number.  The hooks here are
 * for the ways that need no number: a pidfd received over a socket, process
 * groups, relatives, the two processes everybody sees.  Host and guests are
 * strangers to each other in both directions; the spectator touches nobody.
 */

#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/lsm_hooks.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/nospec.h>
#include <linux/nsproxy.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "context.h"
#include "cred.h"
#include "files.h"
#include "net.h"
#include "sched.h"
#include "setup.h"
#include "task.h"

/**
 * vs_deny - Report a refusal to those who trace it
 * @what: The kind of operation.
 * @actor: Context of the one who tried.
 * @target: Context of the object, &vs_nowhere when it has none.
 *
 * Return: -EPERM.
 */
int vs_deny(const char *what, const struct vs_context *actor,
	    const struct vs_context *target)
{
	trace_vs_deny(what, actor->xid, target->xid);
	return -EPERM;
}

bool __vs_same_context(const struct task_struct *p)
{
	return vs_is_member(p, vs_current());
}

/*
 * The rule: members of one context only.  By object, not by id: an id may be
 * in use again while an ended context still has tasks on their way out.
 */
static int check(const char *what, const struct vs_context *actor,
		 const struct task_struct *p)
{
	const struct vs_context *target;
	int err = 0;

	rcu_read_lock();
	target = vs_task_context(p);
	if (unlikely(actor != target || actor == &vs_nowhere))
		err = vs_deny(what, actor, target);
	rcu_read_unlock();
	return err;
}

static int check_current(const char *what, struct task_struct *p)
{
	if (current->flags & PF_KTHREAD)
		return 0;
	return check(what, vs_current(), p);
}

static int hook_task_kill(struct task_struct *p, struct kernel_siginfo *info,
			  int sig, const struct cred *cred)
{
	/* The usual case, in few instructions. */
	if (likely(!cred && vs_is_member(p, vs_current()) &&
		   vs_current() != &vs_nowhere))
		return 0;
	/* With @cred the signal comes from an interrupt, not from current. */
	if (cred)
		return check("kill", vs_cred_context(cred), p);
	return check_current("kill", p);
}

static int hook_ptrace_access_check(struct task_struct *child,
				    unsigned int mode)
{
	int err = check_current("ptrace", child);

	if (err)
		return err;
	/*
	 * A task that is entering still has the host's program in memory.
	 * While the context is in setup its members run nothing else and may
	 * debug each other.
	 */
	smp_rmb(); /* leave_host() sets the mark before the credentials */
	if (READ_ONCE(vs_task(child)->entering) &&
	    !same_thread_group(child, current) && !vs_setup(vs_current()))
		return vs_deny("ptrace", vs_current(), vs_current());
	return 0;
}

static int hook_ptrace_traceme(struct task_struct *parent)
{
	return check_current("traceme", parent);
}

/*
 * SIGIO goes to a process or group that was named when the owner of the file
 * was set, perhaps long ago, and asks for no permission then. It may arrive in
 * an interrupt: only what was stored counts.
 */
static void hook_file_set_fowner(struct file *file)
{
	struct fown_struct *fown = file_f_owner(file);

	if (fown)
		fown->vs_xid = vs_current()->xid;
}

static int hook_file_send_sigiotask(struct task_struct *p,
				    struct fown_struct *fown, int signum)
{
	int err = 0;

	rcu_read_lock();
	if (vs_task_context(p)->xid != fown->vs_xid)
		err = -EPERM;
	rcu_read_unlock();
	return err;
}

static int hook_task_setpgid(struct task_struct *p, pid_t pgid)
{
	return check_current("setpgid", p);
}

static int hook_task_setnice(struct task_struct *p, int nice)
{
	return check_current("setnice", p);
}

static int hook_task_setioprio(struct task_struct *p, int ioprio)
{
	return check_current("setioprio", p);
}

static int hook_task_getioprio(struct task_struct *p)
{
	return check_current("getioprio", p);
}

static int hook_task_prlimit(const struct cred *cred, const struct cred *tcred,
			     unsigned int flags)
{
	const struct vs_context *actor = vs_cred_context(cred);
	const struct vs_context *target = vs_cred_context(tcred);

	if (actor == target && actor != &vs_nowhere)
		return 0;
	return vs_deny("prlimit", actor, target);
}

static int hook_task_setrlimit(struct task_struct *p, unsigned int resource,
			       struct rlimit *new_rlim)
{
	return check_current("setrlimit", p);
}

/*
 * Moving a cgroup to other CPUs asks this for each of its tasks, and the host
 * must be able to do that to a guest. By number it does not find the task.
 */
static int hook_task_setscheduler(struct task_struct *p)
{
	if (vs_current() == &vs_host)
		return 0;
	return check_current("setscheduler", p);
}

static int hook_task_getscheduler(struct task_struct *p)
{
	return check_current("getscheduler", p);
}

static int hook_task_movememory(struct task_struct *p)
{
	return check_current("movememory", p);
}

/* Of a task that nobody else knows yet, or any more. */
static struct vs_context *own_context(const struct task_struct *p)
{
	return vs_cred_context(rcu_dereference_protected(p->real_cred, true));
}

/*
 * The id in the pid says who sees a task, the credentials say who it is: the
 * two must agree whenever somebody can look.
 */
static void check_coherent(struct task_struct *p)
{
	if (IS_ENABLED(CONFIG_VSERVER_DEBUG))
		WARN_ON_ONCE(vs_pid_xid(task_pid(p)) !=
			     own_context(p)->xid);
}

/*
 * Would the new task get a parent in another context?  The claim that a child
 * takes is its own; it needs none to exist because its parent holds one.
 */
static int hook_task_alloc(struct task_struct *p, unsigned long clone_flags)
{
	struct vs_context *ctx = vs_current();
	int err = 0;

	/*
	 * The kernel forks on behalf of a task whose credentials it has
	 * overridden: the child must not get out of its parent's context.
	 */
	if (WARN_ON_ONCE(own_context(p) != ctx))
		return -EPERM;
	check_coherent(current);
	vs_net_fork(p);
	if (!vs_context_counted(ctx))
		return 0;
	if (READ_ONCE(ctx->state) != VS_ALIVE)
		return -ENOMEM;

	if ((clone_flags & (CLONE_PARENT | CLONE_THREAD)) == CLONE_PARENT) {
		rcu_read_lock();
		err = check("clone_parent", ctx,
			    rcu_dereference(current->real_parent));
		rcu_read_unlock();
		if (err)
			return err;
	}

	err = vs_limit_charge_task(ctx);
	if (err)
		return err;
	atomic_inc(&ctx->forks);
	vs_task(p)->charged = true;
	vs_task(p)->entering = vs_task(current)->entering;
	vs_sched_fork(ctx, p);
	return 0;
}

static void uncharge(struct task_struct *p)
{
	if (!vs_task(p)->charged)
		return;
	vs_task(p)->charged = false;
	vs_limit_uncharge_task(own_context(p));
}

/* Only a fork that failed later still holds its claim here. */
static void hook_task_free(struct task_struct *p)
{
	if (!p->security)
		return;
	uncharge(p);
	vs_net_release(p);
}

/* Called without locks when @p has been reaped. */
void __vs_release_task(struct task_struct *p)
{
	struct vs_context *ctx = own_context(p);

	check_coherent(p);
	vs_net_release(p);
	if (!vs_context_counted(ctx))
		return;

	spin_lock(&ctx->lock);
	if (!ctx->init_exited)
		ctx->exit_code = p->signal->flags & SIGNAL_GROUP_EXIT ?
			p->signal->group_exit_code : p->exit_code;
	spin_unlock(&ctx->lock);
	uncharge(p);
	vs_context_revive(ctx);
}

/* Does the task live in a file system tree other than the host's? */
static bool has_own_root(void)
{
	struct path root;
	bool own;

	if (current->nsproxy->mnt_ns != init_task.nsproxy->mnt_ns)
		return true;
	get_fs_root(current->fs, &root);
	own = !path_equal(&root, &init_task.fs->root);
	path_put(&root);
	return own;
}

/*
 * The first program a task executes after setup is the guest's, and the guest
 * chooses what it is.  It must not be the host's tool once more: started as
 * "#!/proc/self/exe" the tool's file would be open to the guest's writes.
 */
static int hook_bprm_check_security(struct linux_binprm *bprm)
{
	struct file *exe;
	bool same;

	if (!vs_task(current)->entering ||
	    !vs_context_counted(vs_current()) || vs_in_setup() ||
	    !has_own_root())
		return 0;

	exe = get_task_exe_file(current);
	same = exe && file_inode(exe) == file_inode(bprm->file);
	if (exe)
		fput(exe);
	if (same || (current->nsproxy->mnt_ns != init_task.nsproxy->mnt_ns &&
		     !our_mnt(bprm->file->f_path.mnt)))
		return vs_deny("exec", vs_current(), vs_current());
	return 0;
}

/* Inherited by fork and exec.  A CPU without the problem refuses. */
static void guard_speculation(void)
{
	arch_prctl_spec_ctrl_set(current, PR_SPEC_INDIRECT_BRANCH,
				 PR_SPEC_FORCE_DISABLE);
	arch_prctl_spec_ctrl_set(current, PR_SPEC_STORE_BYPASS,
				 PR_SPEC_FORCE_DISABLE);
}

static void hook_bprm_committed_creds(const struct linux_binprm *bprm)
{
	struct vs_context *ctx = vs_current();

	check_coherent(current);
	if (!vs_task(current)->entering || vs_setup(ctx))
		return;
	WRITE_ONCE(vs_task(current)->entering, false);
	if (!(vs_flags(ctx) & VXF_KEEP_FDS))
		vs_close_foreign();
	if (vs_flags(ctx) & VXF_SPEC_GUARD)
		guard_speculation();
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(task_kill, hook_task_kill),
	LSM_HOOK_INIT(ptrace_access_check, hook_ptrace_access_check),
	LSM_HOOK_INIT(ptrace_traceme, hook_ptrace_traceme),
	LSM_HOOK_INIT(file_set_fowner, hook_file_set_fowner),
	LSM_HOOK_INIT(file_send_sigiotask, hook_file_send_sigiotask),
	LSM_HOOK_INIT(task_setpgid, hook_task_setpgid),
	LSM_HOOK_INIT(task_setnice, hook_task_setnice),
	LSM_HOOK_INIT(task_setioprio, hook_task_setioprio),
	LSM_HOOK_INIT(task_getioprio, hook_task_getioprio),
	LSM_HOOK_INIT(task_prlimit, hook_task_prlimit),
	LSM_HOOK_INIT(task_setrlimit, hook_task_setrlimit),
	LSM_HOOK_INIT(task_setscheduler, hook_task_setscheduler),
	LSM_HOOK_INIT(task_getscheduler, hook_task_getscheduler),
	LSM_HOOK_INIT(task_movememory, hook_task_movememory),
	LSM_HOOK_INIT(task_alloc, hook_task_alloc),
	LSM_HOOK_INIT(task_free, hook_task_free),
	LSM_HOOK_INIT(bprm_check_security, hook_bprm_check_security),
	LSM_HOOK_INIT(bprm_committed_creds, hook_bprm_committed_creds),
};

void __init vs_add_task_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
