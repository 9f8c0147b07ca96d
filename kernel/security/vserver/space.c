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

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs_struct.h>
#include <linux/ipc_namespace.h>
#include <linux/mnt_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/time_namespace.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/vserver.h>
#include <net/net_namespace.h>

#include "cgroup.h"
#include "context.h"
#include "cred.h"
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
	case CLONE_NEWUSER:
		put_user_ns(space->user);
		break;
	case CLONE_NEWCGROUP:
		put_cgroup_ns(space->cgroup_ns);
		break;
	case CLONE_NEWTIME:
		put_time_ns(space->time);
		break;
	case CLONE_FS:
		free_fs_struct(space->fs);
		break;
	}
}

/* The kinds one by one, the directories aside. */
static const u64 kinds[] = {
	CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET,
	CLONE_NEWUSER, CLONE_NEWCGROUP, CLONE_NEWTIME,
};

/**
 * vs_space_drop - Forget a set; under the context's space_lock
 */
void vs_space_drop(struct vs_space *space)
{
	int i;

	drop_part(space, CLONE_FS);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		drop_part(space, kinds[i]);
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
	case CLONE_NEWUSER:
		/* Never the credentials: their blob would be membership. */
		space->user = get_user_ns(current_user_ns());
		break;
	case CLONE_NEWCGROUP:
		get_cgroup_ns(ns->cgroup_ns);
		space->cgroup_ns = ns->cgroup_ns;
		break;
	case CLONE_NEWTIME:
		space->time = get_time_ns(ns->time_ns_for_children);
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
	int err = 0, i;

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
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (mask & kinds[i])
			store_part(space, kinds[i]);
unlock:
	mutex_unlock(&ctx->space_lock);
	return err;
}

/**
 * vs_space_replace - Put stored namespaces in place of others
 * @ns: A private copy of the caller's nsproxy.
 * @space: The set; under the context's space_lock.
 * @mask: Which; what is no part of an nsproxy is left out.
 */
void vs_space_replace(struct nsproxy *ns, const struct vs_space *space,
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
	if (mask & CLONE_NEWCGROUP) {
		put_cgroup_ns(ns->cgroup_ns);
		get_cgroup_ns(space->cgroup_ns);
		ns->cgroup_ns = space->cgroup_ns;
	}
	/* As the pid namespace: for children, and for the next program. */
	if (mask & CLONE_NEWTIME) {
		put_time_ns(ns->time_ns_for_children);
		ns->time_ns_for_children = get_time_ns(space->time);
	}
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
			vs_space_replace(ns, space, CLONE_NEWUTS);
		else
			err = fresh_uts(space, ns);
	}
	if (ipc && !err) {
		if ((space->mask & CLONE_NEWIPC) && space->ipc != &init_ipc_ns)
			vs_space_replace(ns, space, CLONE_NEWIPC);
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

/**
 * vs_space_arrive - Remember where a member comes from
 * @ctx: The context that the caller has entered.
 *
 * Its user namespace, unless it is the initial one: nobody inside could store
 * it, for setting up a context takes root of the machine.  The first one stays.
 */
void vs_space_arrive(struct vs_context *ctx)
{
	struct vs_space *space = &ctx->space[0];

	if (!vs_context_counted(ctx) || current_user_ns() == &init_user_ns)
		return;
	mutex_lock(&ctx->space_lock);
	if (!(space->mask & CLONE_NEWUSER))
		store_part(space, CLONE_NEWUSER);
	mutex_unlock(&ctx->space_lock);
}

static bool is_host_mnt(const struct mnt_namespace *mnt)
{
	return mnt == init_task.nsproxy->mnt_ns;
}

bool __vs_pivots_own_mounts(void)
{
	return vs_in_setup() && !is_host_mnt(current->nsproxy->mnt_ns);
}

/**
 * vs_space_seal - Lock the mounts of a context whose setup is over
 * @ctx: The context.
 *
 * In the namespace of the caller when it is a member, else in the one that is
 * stored for after the pivot_root; never in the host's.
 */
void vs_space_seal(struct vs_context *ctx)
{
	const struct vs_space *space = &ctx->space[1];

	if (vs_current() == ctx) {
		if (!is_host_mnt(current->nsproxy->mnt_ns))
			mnt_ns_seal(current->nsproxy->mnt_ns);
		return;
	}
	mutex_lock(&ctx->space_lock);
	if ((space->mask & CLONE_NEWNS) && !is_host_mnt(space->mnt))
		mnt_ns_seal(space->mnt);
	mutex_unlock(&ctx->space_lock);
}
