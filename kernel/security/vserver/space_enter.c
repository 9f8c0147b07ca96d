// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - joining the namespaces a context remembers
 *
 * A process of the host does so on the way in.  It is no member for that, and
 * joins no more than it asks for; what it shares with others stays theirs.
 */

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/ipc_namespace.h>
#include <linux/log2.h>
#include <linux/mnt_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/proc_ns.h>
#include <linux/sched/task.h>
#include <linux/sem.h>
#include <linux/shm.h>
#include <linux/time_namespace.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "context.h"
#include "migrate.h"
#include "space.h"

/**
 * vs_space_switch - Make prepared namespaces the caller's
 * @new: The namespaces; consumed.
 */
void vs_space_switch(struct nsproxy *new)
{
	if (new->ipc_ns != current->nsproxy->ipc_ns) {
		/* What belongs to the old namespace is out of reach now. */
		exit_sem(current);
		exit_shm(current);
		shm_init_task(current);
	}
	switch_task_namespaces(current, new);
}

/* The caller is alone: nobody else uses its fs_struct. */
static void switch_fs(struct fs_struct *new)
{
	struct fs_struct *old = current->fs;

	task_lock(current);
	current->fs = new;
	task_unlock(current);
	free_fs_struct(old);
}

/*
 * The first process that is born in a pid namespace is its init, and no other
 * may be born before that is complete.  So nobody but its maker may use one
 * that has no init yet.
 */
static bool has_init(const struct pid_namespace *ns)
{
	bool has;

	read_lock(&tasklist_lock);
	has = ns->child_reaper;
	read_unlock(&tasklist_lock);
	return has;
}

/*
 * The caller's own pid namespace or one below it, as for setns(2): a child in
 * any other would have no number for its parent.
 */
static bool may_fork_into(const struct pid_namespace *ns)
{
	const struct pid_namespace *active = task_active_pid_ns(current);

	if (!has_init(ns))
		return false;
	while (ns && ns->level > active->level)
		ns = ns->parent;
	return ns == active;
}

/*
 * Credentials like the caller's, with all capabilities over @user and none
 * elsewhere; the same as for setns(2), which also checks that the caller may.
 *
 * Return: NULL when the caller is there already, or an error pointer.
 */
static struct cred *cred_in(struct user_namespace *user)
{
	struct nsset set = { .flags = CLONE_NEWUSER };
	struct cred *new;
	int err = -EINVAL;

	if (user == current_user_ns())
		return NULL;
	new = prepare_creds();
	if (!new)
		return ERR_PTR(-ENOMEM);
	set.cred = new;
	if (IS_ENABLED(CONFIG_USER_NS))
		err = userns_operations.install(&set, &user->ns);
	if (err) {
		abort_creds(new);
		return ERR_PTR(err);
	}
	return new;
}

/* What the caller is about to exchange. */
struct exchange {
	struct nsproxy *ns;
	struct fs_struct *fs;
	struct cred *cred;
};

static int prepare(struct exchange *new, const struct vs_space *space,
		   u64 mask)
{
	int err = 0;

	new->ns = nsproxy_copy();
	if (IS_ERR(new->ns))
		return PTR_ERR(new->ns);
	vs_space_replace(new->ns, space, mask);
	if (mask & CLONE_NEWUSER) {
		new->cred = cred_in(space->user);
		err = PTR_ERR_OR_ZERO(new->cred);
	}
	if (!err && (mask & CLONE_FS)) {
		new->fs = copy_fs_struct(space->fs);
		if (!new->fs) {
			err = -ENOMEM;
			if (new->cred)
				abort_creds(new->cred);
		}
	}
	if (err)
		put_nsproxy(new->ns);
	return err;
}

/**
 * vs_space_enter - Join namespaces a context remembers
 * @ctx: The context.
 * @index: Which of its sets.
 * @mask: Which namespaces; 0 for all there are.
 *
 * Those for pids and time are joined by the caller's children.
 *
 * Return: 0, -EINVAL when one of them is not stored, -EBUSY when the caller
 * shares what is about to change, -ENOMEM, -EPERM when the caller may not
 * join the user namespace.
 */
int vs_space_enter(struct vs_context *ctx, unsigned int index, u64 mask)
{
	struct exchange new = { };
	struct vs_space *space;
	int err;

	if (index >= VS_SPACES)
		return -EINVAL;
	err = vs_check_alone();
	if (err)
		return err;
	space = &ctx->space[index];

	mutex_lock(&ctx->space_lock);
	if (!mask)
		mask = space->mask;
	if (!mask || (mask & ~space->mask) ||
	    ((mask & CLONE_NEWPID) && !may_fork_into(space->pid)))
		err = -EINVAL;
	else
		err = prepare(&new, space, mask);
	mutex_unlock(&ctx->space_lock);
	if (err)
		return err;

	vs_space_switch(new.ns);
	if (new.fs)
		switch_fs(new.fs);
	if (new.cred)
		commit_creds(new.cred);
	return 0;
}

/* A stored namespace, with a reference. */
static struct ns_common *get_part(const struct vs_space *space, u64 part)
{
	switch (part) {
	case CLONE_NEWUTS:
		get_uts_ns(space->uts);
		return &space->uts->ns;
	case CLONE_NEWIPC:
		return &get_ipc_ns(space->ipc)->ns;
	case CLONE_NEWNS:
		/* Without CLONE_NEWNS this only takes a reference. */
		return from_mnt_ns(copy_mnt_ns(0, space->mnt, NULL, NULL));
	case CLONE_NEWPID:
		return &get_pid_ns(space->pid)->ns;
	case CLONE_NEWNET:
		return &get_net(space->net)->ns;
	case CLONE_NEWUSER:
		return &get_user_ns(space->user)->ns;
	case CLONE_NEWCGROUP:
		get_cgroup_ns(space->cgroup_ns);
		return &space->cgroup_ns->ns;
	default:
		return &get_time_ns(space->time)->ns;
	}
}

static struct ns_common *as_it_is(struct ns_common *ns)
{
	return ns;
}

/**
 * vs_space_open - Open a namespace a context remembers
 * @ctx: The context.
 * @index: Which of its sets.
 * @type: Which namespace, a clone(2) flag.
 *
 * Return: A descriptor for setns(2), -EINVAL when the namespace is not stored
 * or @type is none, or what opening it returns.
 */
int vs_space_open(struct vs_context *ctx, unsigned int index, u64 type)
{
	struct ns_common *ns = NULL;

	if (index >= VS_SPACES || !is_power_of_2(type) || type == CLONE_FS)
		return -EINVAL;

	mutex_lock(&ctx->space_lock);
	if ((ctx->space[index].mask & type) &&
	    (type != CLONE_NEWPID || has_init(ctx->space[index].pid)))
		ns = get_part(&ctx->space[index], type);
	mutex_unlock(&ctx->space_lock);
	/* Takes the reference over, whatever happens. */
	return ns ? open_related_ns(ns, as_it_is) : -EINVAL;
}
