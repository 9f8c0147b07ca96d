// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the control group a context may administer
 *
 * The task that ends the setup of a context says by where it is which control
 * group of the unified hierarchy is the context's. Members see it as the top
 * of the hierarchy, make groups below it and set their limits; the limits of
 * the group itself, and everything beside and above it, are the host's. The
 * root of a guest has the user id that owns all of these files, so this is
 * asked when they are opened and again when they are written.
 *
 * A group has one context: the first. A context that shares its group with an
 * earlier one, or is in the top group of the machine, administers none.
 */

#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/stat.h>
#include <linux/vserver.h>
#include <linux/xarray.h>

#include "cgroup.h"
#include "context.h"
#include "cred.h"
#include "space.h"

/* Contexts by the id of their group. Who is found is only compared. */
static DEFINE_XARRAY(vs_owners);

static struct cgroup *current_cgroup(void)
{
	struct cgroup *cgrp;

	rcu_read_lock();
	do
		cgrp = task_dfl_cgroup(current);
	while (!cgroup_tryget(cgrp));
	rcu_read_unlock();
	return cgrp;
}

/* Makes the group of the caller the context's, if it can be. */
static int claim(struct vs_context *ctx, struct cgroup *cgrp)
{
	int err;

	if (ctx->cgroup || !cgroup_parent(cgrp))
		return 0;
	err = xa_insert(&vs_owners, cgroup_id(cgrp), ctx, GFP_KERNEL);
	if (err)
		return err == -EBUSY ? 0 : err;
	cgroup_get(cgrp);
	WRITE_ONCE(ctx->cgroup, cgrp);
	return 0;
}

/* Makes the group of the caller the top of what it and its children see. */
static int enter_fresh(struct vs_context *ctx)
{
	struct cgroup_namespace *fresh;
	struct nsproxy *ns = nsproxy_copy();

	if (IS_ERR(ns))
		return PTR_ERR(ns);
	fresh = copy_cgroup_ns(CLONE_NEWCGROUP, current_user_ns(),
			       ns->cgroup_ns);
	if (IS_ERR(fresh)) {
		put_nsproxy(ns);
		return PTR_ERR(fresh);
	}
	put_cgroup_ns(ns->cgroup_ns);
	ns->cgroup_ns = fresh;
	vs_space_switch(ns);
	return 0;
}

/**
 * vs_cgroup_settle - The caller, a member, is about to end the setup
 * @ctx: Its context.
 *
 * Return: 0, -ENOMEM, -ENOSPC when there are too many cgroup namespaces, or
 * -EPERM when the caller has given up the capability to make one.
 */
int vs_cgroup_settle(struct vs_context *ctx)
{
	struct cgroup *cgrp = current_cgroup();
	int err = 0;

	mutex_lock(&ctx->space_lock);
	/* end_context() takes away what there is when it gets the lock. */
	if (atomic_read(&ctx->tasks))
		err = claim(ctx, cgrp);
	/* From the top group the view is the same. */
	if (!err && cgroup_parent(cgrp) &&
	    current->nsproxy->cgroup_ns == &init_cgroup_ns)
		err = enter_fresh(ctx);
	if (!err && !ctx->cgroup_ns &&
	    current->nsproxy->cgroup_ns != &init_cgroup_ns) {
		ctx->cgroup_ns = current->nsproxy->cgroup_ns;
		get_cgroup_ns(ctx->cgroup_ns);
	}
	mutex_unlock(&ctx->space_lock);
	cgroup_put(cgrp);
	return err;
}

/**
 * vs_cgroup_drop - Forget the group; under the context's space_lock
 * @ctx: The context, which has ended.
 */
void vs_cgroup_drop(struct vs_context *ctx)
{
	struct cgroup *cgrp = ctx->cgroup;

	if (cgrp) {
		xa_erase(&vs_owners, cgroup_id(cgrp));
		/* Nobody climbs from it any more: there are no members. */
		WRITE_ONCE(ctx->cgroup, NULL);
		cgroup_put(cgrp);
	}
	if (ctx->cgroup_ns)
		put_cgroup_ns(ctx->cgroup_ns);
	ctx->cgroup_ns = NULL;
}

/**
 * vs_cgroup_wanted - Does somebody who enters need another cgroup namespace?
 * @ctx: The context.
 */
bool vs_cgroup_wanted(const struct vs_context *ctx)
{
	return READ_ONCE(ctx->cgroup_ns) &&
		current->nsproxy->cgroup_ns == &init_cgroup_ns;
}

/**
 * vs_cgroup_replace - Put the remembered cgroup namespace in place
 * @ctx: The context; under its space_lock.
 * @ns: A private copy of the caller's namespaces.
 */
void vs_cgroup_replace(const struct vs_context *ctx, struct nsproxy *ns)
{
	if (!ctx->cgroup_ns)
		return;
	put_cgroup_ns(ns->cgroup_ns);
	get_cgroup_ns(ctx->cgroup_ns);
	ns->cgroup_ns = ctx->cgroup_ns;
}

/*
 * The context that administers a directory of the unified hierarchy: the one
 * of the nearest group that has one. Groups are never renamed, and the node of
 * each keeps the one above.
 */
static const struct vs_context *owner(const struct kernfs_node *dir)
{
	const struct vs_context *ctx;

	for (; dir; dir = dir->parent) {
		ctx = xa_load(&vs_owners, dir->id);
		if (ctx)
			return ctx;
	}
	return NULL;
}

/* Is @dir above the context's group? */
static bool leads_to(const struct kernfs_node *dir,
		     const struct vs_context *ctx)
{
	const struct cgroup *cgrp = READ_ONCE(ctx->cgroup);
	const struct kernfs_node *kn;

	for (kn = cgrp ? cgrp->kn : NULL; kn; kn = kn->parent)
		if (kn == dir)
			return true;
	return false;
}

/* Is @dir the context's group itself? */
static bool is_top(const struct kernfs_node *dir, const struct vs_context *ctx)
{
	return xa_load(&vs_owners, dir->id) == ctx;
}

/* Of a file of a group: may the root of what was delegated have it? */
static bool is_delegated(const struct kernfs_node *file)
{
	const struct cftype *cft = file->priv;

	return cft->flags & CFTYPE_NS_DELEGATABLE;
}

static int group_file_permission(const struct vs_context *ctx,
				 const struct kernfs_node *file, int mask)
{
	const struct kernfs_node *dir = file->parent;

	if (owner(dir) != ctx)
		return -EACCES;
	if ((mask & MAY_WRITE) && is_top(dir, ctx) && !is_delegated(file))
		return -EPERM;
	return 0;
}

/**
 * vs_cgroup_permission - Permission for a file of the unified hierarchy
 * @ctx: Context of the caller, a guest.
 * @inode: File or directory.
 * @mask: MAY_* of the access.
 *
 * Owner and mode have been looked at.
 *
 * Return: 0, -EACCES outside the context's group, -EPERM for the limits of the
 * group itself; -ECHILD in RCU mode.
 */
int vs_cgroup_permission(const struct vs_context *ctx,
			 const struct inode *inode, int mask)
{
	const struct kernfs_node *kn = inode->i_private;

	/* Nothing here is looked at often: no need to think about RCU mode. */
	if (mask & MAY_NOT_BLOCK)
		return -ECHILD;
	if (!S_ISDIR(inode->i_mode))
		return group_file_permission(ctx, kn, mask);
	if (owner(kn) == ctx)
		return 0;
	if (!(mask & (MAY_READ | MAY_WRITE)) && leads_to(kn, ctx))
		return 0;
	return -EACCES;
}

/**
 * vs_cgroup_may_setattr - May a guest change owner, mode, times or labels?
 * @ctx: Its context.
 * @inode: File or directory of the unified hierarchy.
 *
 * Return: 0 below the context's group, -EPERM for the group itself, -EACCES.
 */
int vs_cgroup_may_setattr(const struct vs_context *ctx,
			  const struct inode *inode)
{
	const struct kernfs_node *dir = inode->i_private;

	if (!S_ISDIR(inode->i_mode))
		dir = dir->parent;
	if (owner(dir) != ctx)
		return -EACCES;
	return is_top(dir, ctx) ? -EPERM : 0;
}

/*
 * The file may have been opened by somebody else, or before. @file is in use,
 * its directory stays.
 */
int __vs_cgroup_may_write(const struct kernfs_node *file)
{
	const struct cgroup *cgrp = file->parent->priv;
	const struct vs_context *ctx = vs_current();

	if (!vs_guest() || vs_setup(ctx))
		return 0;
	if (cgrp->root != &cgrp_dfl_root)
		return -EACCES;
	return group_file_permission(ctx, file, MAY_WRITE);
}
