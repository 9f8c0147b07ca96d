// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the way into a context
 *
 * A process moves by itself, alone, and once.  Nothing that it shares with
 * another process of the host may come along, and nothing that it carries for
 * the host's sake: keyrings, a protected OOM score, a parent's death signal.
 */

#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/key.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/oom.h>
#include <linux/pid.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/sched/task.h>
#include <linux/sem.h>
#include <linux/tty.h>
#include <linux/vserver.h>
#include <trace/events/vserver.h>

#include "ccap.h"
#include "context.h"
#include "cred.h"
#include "fd.h"
#include "keys.h"
#include "migrate.h"
#include "setup.h"
#include "task.h"

/**
 * vs_check_alone - Does the caller share nothing with other tasks?
 *
 * No other thread, no shared memory image, directories or descriptors, no
 * tracer or tracee, no io_uring (whose requests keep the old credentials), no
 * overridden credentials.
 *
 * Return: 0 or -EBUSY.
 */
int vs_check_alone(void)
{
	struct fs_struct *fs = current->fs;
	bool alone;

	if (current->cred != current->real_cred || current->ptrace ||
	    !list_empty(&current->ptraced))
		return -EBUSY;
	if (!thread_group_empty(current) || !current_is_single_threaded())
		return -EBUSY;
	if (atomic_read(&current->files->count) != 1)
		return -EBUSY;
#ifdef CONFIG_IO_URING
	if (current->io_uring)
		return -EBUSY;
#endif
	spin_lock(&fs->lock);
	alone = fs->users == 1;
	spin_unlock(&fs->lock);
	return alone ? 0 : -EBUSY;
}

/*
 * Is the caller the leader of a session of others?  When it ends, its session
 * loses the terminal, and what it leads hears of that by signals that ask for
 * no permission.
 */
static bool leads_others(void)
{
	struct task_struct *p;
	bool others = false;

	if (!current->signal->leader)
		return false;
	read_lock(&tasklist_lock);
	do_each_pid_task(task_session(current), PIDTYPE_SID, p) {
		others |= p != current && !p->exit_state;
	} while_each_pid_task(task_session(current), PIDTYPE_SID, p);
	read_unlock(&tasklist_lock);
	return others;
}

static void drop_key(struct key **key)
{
	key_put(*key);
	*key = NULL;
}

static struct cred *member_cred(struct vs_context *ctx)
{
	struct cred *new = prepare_creds();
	struct user_struct *user;

	if (!new)
		return NULL;
	vs_context_put(vs_cred(new)->ctx);
	vs_cred(new)->ctx = vs_context_get(ctx);

	/* What the process has counts for the context from now on. */
	user = alloc_uid_in(new->uid, vs_context_user_id(ctx));
	if (!user || set_cred_ucounts(new)) {
		free_uid(user);
		abort_creds(new);
		return NULL;
	}
	free_uid(new->user);
	new->user = user;
#ifdef CONFIG_KEYS
	drop_key(&new->session_keyring);
	drop_key(&new->process_keyring);
	drop_key(&new->thread_keyring);
	drop_key(&new->request_key_auth);
#endif
	return new;
}

static void leave_session(void)
{
	/* The terminal of a session that stays on the host stays there. */
	if (!current->signal->leader)
		proc_clear_tty(current);
#ifdef CONFIG_AUDIT
	/* Who logs in inside gets these anew. */
	current->loginuid = INVALID_UID;
	current->sessionid = AUDIT_SID_UNSET;
#endif
}

/* Forgets what the caller has as a process of the host. */
static void leave_host(const struct vs_context *ctx)
{
	mutex_lock(&oom_adj_mutex);
	current->signal->oom_score_adj =
		max_t(short, current->signal->oom_score_adj, 0);
	current->signal->oom_score_adj_min = 0;
	mutex_unlock(&oom_adj_mutex);

	/* The list of adjustments at exit may be shared (CLONE_SYSVSEM). */
	exit_sem(current);
	current->pdeath_signal = 0;
	if (ctx != &vs_spectator)
		leave_session();
	set_dumpable(current->mm, SUID_DUMP_DISABLE);
	/* A set-user-id program without any capability is dangerous. */
	if (ctx->unprivileged)
		task_set_no_new_privs(current);
	WRITE_ONCE(vs_task(current)->entering, true);
}

/* With the way in to a tracer barred; every test comes before any change. */
static int enter_locked(struct vs_context *ctx)
{
	struct nsproxy *ns;
	struct cred *new;
	int err;

	err = vs_check_alone();
	if (err)
		return err;
	if (ctx != &vs_spectator && leads_others())
		return -EBUSY;
	if (!vs_context_claim(ctx))
		return -ESRCH;

	err = -EFAULT;
	if (READ_ONCE(ctx->state) != VS_ALIVE)
		goto unclaim;
	ns = vs_space_private(ctx);
	err = PTR_ERR_OR_ZERO(ns);
	if (err)
		goto unclaim;
	err = -ENOMEM;
	new = member_cred(ctx);
	if (!new)
		goto put_ns;

	vs_record_first(ctx);
	leave_host(ctx);
	if (ns)
		vs_space_switch(ns);
	vs_task(current)->charged = vs_context_counted(ctx);
	commit_creds(new);
	/*
	 * Last: until here the host finds the task by its number, although it
	 * may not touch it any more.  The other way round there would be a
	 * moment with a hidden task that has the host's power.
	 */
	WRITE_ONCE(task_pid(current)->vs_xid, ctx->xid);
	vs_keys_enter();
	return 0;

put_ns:
	if (ns)
		put_nsproxy(ns);
unclaim:
	vs_context_unclaim(ctx);
	return err;
}

/**
 * vs_fix_pwd - See to it that the caller is below its root directory
 *
 * A working directory elsewhere would be a place to walk from that no barrier
 * is in front of.
 */
void vs_fix_pwd(void)
{
	struct path root, pwd;

	get_fs_root(current->fs, &root);
	get_fs_pwd(current->fs, &pwd);
	if (!path_is_under(&pwd, &root))
		set_fs_pwd(current->fs, &root);
	path_put(&pwd);
	path_put(&root);
}

/**
 * vs_enter - Make the caller a member of a context
 * @ctx: The context; the caller holds a reference.
 *
 * The permission to do so has been checked.
 *
 * Return: 0; -EPERM for the first process of the machine, -EBUSY when the
 * caller is not alone, -ESRCH when the context has ended, -EFAULT when it is
 * about to, -EINTR, -ENOMEM, or what the creation of a UTS or IPC namespace
 * returns.
 */
int vs_enter(struct vs_context *ctx)
{
	int err;

	/* The process that everybody sees and nobody outside may touch. */
	if (is_global_init(current))
		return -EPERM;

	/* The spectator may be the first that is not the host. */
	vs_activate();
	if (mutex_lock_interruptible(&current->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;
	err = enter_locked(ctx);
	mutex_unlock(&current->signal->cred_guard_mutex);
	if (err)
		return err;
	vs_space_arrive(ctx);
	if (ctx != &vs_spectator && !vs_setup(ctx))
		vs_fix_pwd();
	vs_fd_entered(ctx);
	trace_vs_enter(ctx->xid, task_pid_nr(current));

	/*
	 * Whoever killed the members may have missed this one.  Pairs with
	 * __vs_group_exit(): membership before state here, the other way
	 * round there.
	 */
	smp_mb();
	if (READ_ONCE(ctx->state) != VS_ALIVE)
		send_sig(SIGKILL, current, 1);
	return 0;
}
