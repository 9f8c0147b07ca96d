// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - namespaces and directories a context remembers
 *
 * A context keeps references to namespaces of its members, so that the host
 * can join them later: two sets, because a guest that has pivoted its root has
 * another idea of "/" than the tools that started it.  Both are dropped when
 * the context ends; before, they would keep each other alive (context, mount
 * namespace, overlay file system, credentials of the mounter, context).
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/ipc_namespace.h>
#include <linux/mnt_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/sem.h>
#include <linux/shm.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "cgroup.h"
#include "context.h"
#include "migrate.h"
#include "space.h"

static void drop_part(struct vs_space *space, u64 part)
{
	if (!(space->mask & part))
		return;
	space->mask &= ~part;

	switch (part) {
	case CLONE_NEWUTS:
		put_uts_ns(space->uts);
		break;
	case CLONE_NEWIPC:
		put_ipc_ns(space->ipc);
		break;
	case CLONE_NEWNS:
		put_mnt_ns(space->mnt);
		break;
	case CLONE_NEWPID:
		put_pid_ns(space->pid);
		break;
	case CLONE_NEWNET:
		put_net(space->net);
		break;
	case CLONE_FS:
		free_fs_struct(space->fs);
		break;
	}
}

/**
 * vs_space_drop - Forget a set; under the context's space_lock
 */
void vs_space_drop(struct vs_space *space)
{
	drop_part(space, CLONE_FS);
	drop_part(space, CLONE_NEWNS);
	drop_part(space, CLONE_NEWUTS);
	drop_part(space, CLONE_NEWIPC);
	drop_part(space, CLONE_NEWPID);
	drop_part(space, CLONE_NEWNET);
}

/* Stores one namespace of the caller, taking a reference. */
static void store_part(struct vs_space *space, u64 part)
{
	const struct nsproxy *ns = current->nsproxy;

	drop_part(space, part);
	switch (part) {
	case CLONE_NEWUTS:
		get_uts_ns(ns->uts_ns);
		space->uts = ns->uts_ns;
		break;
	case CLONE_NEWIPC:
		space->ipc = get_ipc_ns(ns->ipc_ns);
		break;
	case CLONE_NEWNS:
		/* Without CLONE_NEWNS this only takes a reference. */
		space->mnt = copy_mnt_ns(0, ns->mnt_ns, current_user_ns(),
					 NULL);
		break;
	case CLONE_NEWPID:
		space->pid = get_pid_ns(ns->pid_ns_for_children);
		break;
	case CLONE_NEWNET:
		space->net = get_net(ns->net_ns);
		break;
	}
	space->mask |= part;
}

/**
 * vs_space_store - Remember namespaces of the caller
 * @ctx: The context.
 * @index: Which of its sets.
 * @mask: Which namespaces; 0 brings those stored before up to date.
 *
 * Return: 0, -EINVAL for an index or a mask that cannot be, -ENOMEM, -ESRCH
 * when the context has ended.
 */
int vs_space_store(struct vs_context *ctx, unsigned int index, u64 mask)
{
	struct fs_struct *fs = NULL;
	struct vs_space *space;
	int err = 0;

	if (index >= VS_SPACES || (mask & ~(u64)VS_SPACE_MASK))
		return -EINVAL;
	space = &ctx->space[index];

	mutex_lock(&ctx->space_lock);
	if (!mask)
		mask = space->mask;
	/* end_context() drops the sets when it gets the lock. */
	if (!atomic_read(&ctx->tasks)) {
		err = -ESRCH;
		goto unlock;
	}
	if (mask & CLONE_FS) {
		fs = copy_fs_struct(current->fs);
		if (!fs) {
			err = -ENOMEM;
			goto unlock;
		}
		drop_part(space, CLONE_FS);
		space->fs = fs;
		space->mask |= CLONE_FS;
	}
	if (mask & CLONE_NEWNS)
		store_part(space, CLONE_NEWNS);
	if (mask & CLONE_NEWUTS)
		store_part(space, CLONE_NEWUTS);
	if (mask & CLONE_NEWIPC)
		store_part(space, CLONE_NEWIPC);
	if (mask & CLONE_NEWPID)
		store_part(space, CLONE_NEWPID);
	if (mask & CLONE_NEWNET)
		store_part(space, CLONE_NEWNET);
unlock:
	mutex_unlock(&ctx->space_lock);
	return err;
}

/*
 * Puts the stored namespaces of @mask in place of the ones in @ns, a private
 * copy of the caller's.
 */
static void replace_parts(struct nsproxy *ns, const struct vs_space *space,
			  u64 mask)
{
	if (mask & CLONE_NEWUTS) {
		put_uts_ns(ns->uts_ns);
		get_uts_ns(space->uts);
		ns->uts_ns = space->uts;
	}
	if (mask & CLONE_NEWIPC) {
		put_ipc_ns(ns->ipc_ns);
		ns->ipc_ns = get_ipc_ns(space->ipc);
	}
	if (mask & CLONE_NEWNS) {
		put_mnt_ns(ns->mnt_ns);
		ns->mnt_ns = copy_mnt_ns(0, space->mnt, current_user_ns(),
					 NULL);
	}
	if (mask & CLONE_NEWPID) {
		put_pid_ns(ns->pid_ns_for_children);
		ns->pid_ns_for_children = get_pid_ns(space->pid);
	}
	if (mask & CLONE_NEWNET) {
		put_net(ns->net_ns);
		ns->net_ns = get_net(space->net);
	}
}

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
 * The caller's own pid namespace or one below it, as for setns(2): a child in
 * any other would have no number for its parent.
 */
static bool may_fork_into(struct pid_namespace *ns)
{
	const struct pid_namespace *active = task_active_pid_ns(current);

	while (ns && ns->level > active->level)
		ns = ns->parent;
	return ns == active;
}

/**
 * vs_space_enter - Join namespaces a context remembers
 * @ctx: The context.
 * @index: Which of its sets.
 * @mask: Which namespaces; 0 for all there are.
 *
 * Return: 0, -EINVAL when one of them is not stored, -EBUSY when the caller
 * shares what is about to change, -ENOMEM.
 */
int vs_space_enter(struct vs_context *ctx, unsigned int index, u64 mask)
{
	struct fs_struct *fs = NULL;
	struct vs_space *space;
	struct nsproxy *ns;
	int err = 0;

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
	    ((mask & CLONE_NEWPID) && !may_fork_into(space->pid))) {
		err = -EINVAL;
		goto unlock;
	}
	ns = nsproxy_copy();
	if (IS_ERR(ns)) {
		err = PTR_ERR(ns);
		goto unlock;
	}
	if (mask & CLONE_FS) {
		fs = copy_fs_struct(space->fs);
		if (!fs) {
			put_nsproxy(ns);
			err = -ENOMEM;
			goto unlock;
		}
	}
	replace_parts(ns, space, mask);
unlock:
	mutex_unlock(&ctx->space_lock);
	if (err)
		return err;

	vs_space_switch(ns);
	if (fs)
		switch_fs(fs);
	return 0;
}

/* Makes a fresh namespace in @ns and remembers it. */
static int fresh_uts(struct vs_space *space, struct nsproxy *ns)
{
	struct uts_namespace *uts;

	uts = copy_utsname(CLONE_NEWUTS, current_user_ns(), ns->uts_ns);
	if (IS_ERR(uts))
		return PTR_ERR(uts);
	put_uts_ns(ns->uts_ns);
	ns->uts_ns = uts;
	drop_part(space, CLONE_NEWUTS);
	get_uts_ns(uts);
	space->uts = uts;
	space->mask |= CLONE_NEWUTS;
	return 0;
}

static int fresh_ipc(struct vs_space *space, struct nsproxy *ns)
{
	struct ipc_namespace *ipc;

	ipc = copy_ipcs(CLONE_NEWIPC, current_user_ns(), ns->ipc_ns);
	if (IS_ERR(ipc))
		return PTR_ERR(ipc);
	put_ipc_ns(ns->ipc_ns);
	ns->ipc_ns = ipc;
	drop_part(space, CLONE_NEWIPC);
	space->ipc = get_ipc_ns(ipc);
	space->mask |= CLONE_NEWIPC;
	return 0;
}

/**
 * vs_space_private - Prepare the namespaces a member must not share with the
 *		      host
 * @ctx: The context that the caller is about to enter.
 *
 * As long as the caller is in the initial UTS or IPC namespace, it gets the
 * one the context remembers, and a fresh one when there is none. For the
 * initial cgroup namespace it gets the one of the context's control group.
 *
 * Return: A copy of the caller's nsproxy for vs_space_switch(), NULL when
 * nothing has to change, or an error pointer.
 */
struct nsproxy *vs_space_private(struct vs_context *ctx)
{
	const struct nsproxy *cur = current->nsproxy;
	struct vs_space *space = &ctx->space[0];
	u64 flags = vs_flags(ctx);
	struct nsproxy *ns;
	bool uts, ipc, cgroup;
	int err = 0;

	uts = cur->uts_ns == &init_uts_ns && !(flags & VXF_SHARE_UTS);
	ipc = cur->ipc_ns == &init_ipc_ns && !(flags & VXF_SHARE_IPC);
	cgroup = vs_cgroup_wanted(ctx);
	if (!vs_context_counted(ctx) || (!uts && !ipc && !cgroup))
		return NULL;

	ns = nsproxy_copy();
	if (IS_ERR(ns))
		return ns;

	mutex_lock(&ctx->space_lock);
	/* A set stored by the host may hold the host's own. */
	if (uts) {
		if ((space->mask & CLONE_NEWUTS) && space->uts != &init_uts_ns)
			replace_parts(ns, space, CLONE_NEWUTS);
		else
			err = fresh_uts(space, ns);
	}
	if (ipc && !err) {
		if ((space->mask & CLONE_NEWIPC) && space->ipc != &init_ipc_ns)
			replace_parts(ns, space, CLONE_NEWIPC);
		else
			err = fresh_ipc(space, ns);
	}
	if (cgroup && !err)
		vs_cgroup_replace(ctx, ns);
	mutex_unlock(&ctx->space_lock);
	if (err) {
		put_nsproxy(ns);
		return ERR_PTR(err);
	}
	return ns;
}
