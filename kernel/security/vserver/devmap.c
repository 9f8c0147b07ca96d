// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the devices that guests may open and make nodes of
 *
 * What counts is the number of a device, not who made the node or where it is.
 * The first of these that exists decides: what the context's map says of the
 * device, and of all devices of its kind; what the map for everybody says of
 * the device, and of its kind; the list below.  A context that is being set up
 * runs the host's tools, for which the host's rules hold.
 */

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/kdev_t.h>
#include <linux/lsm_hooks.h>
#include <linux/major.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vs_device.h>

#include "context.h"
#include "cred.h"
#include "devmap.h"
#include "setup.h"
#include "task.h"

/**
 * struct entry - What the map says of a device
 * @node: In the hash table.
 * @rcu: Freeing.
 * @xid: For which context; 0 for everybody.
 * @owner: The vs_context_id() of that context, 0 while there is none.
 * @device: The device.
 * @flags: VDEV_*
 * @target: What is opened instead, with VDEV_REMAP.
 */
struct entry {
	struct hlist_node	node;
	struct rcu_head		rcu;
	u32			xid;
	u32			owner;
	struct vs_device	device;
	u32			flags;
	dev_t			target;
};

/* By xid: what is made and dropped together is in one chain. */
static DEFINE_HASHTABLE(devmap, 6);
static DEFINE_SPINLOCK(devmap_lock);

static bool same(const struct vs_device *a, const struct vs_device *b)
{
	return a->number == b->number && a->block == b->block;
}

/* Under RCU or the lock; @owner is 0 for whoever looks from outside. */
static struct entry *find(u32 xid, u32 owner, const struct vs_device *device)
{
	struct entry *e;

	hash_for_each_possible_rcu(devmap, e, node, xid,
				   lockdep_is_held(&devmap_lock))
		if (e->xid == xid && same(&e->device, device) &&
		    (!owner || e->owner == owner))
			return e;
	return NULL;
}

/* The same for all devices of a kind. */
static struct entry *find_kind(u32 xid, u32 owner, bool block)
{
	const struct vs_device all = { .block = block };

	return find(xid, owner, &all);
}

/* What is harmless, or has a rule of its own: terminals and /dev/kmsg. */
static bool is_usual(const struct vs_device *device)
{
	if (device->block)
		return false;
	switch (MAJOR(device->number)) {
	case MEM_MAJOR:
		switch (MINOR(device->number)) {
		case 3:		/* null */
		case 5:		/* zero */
		case 7:		/* full */
		case 8:		/* random */
		case 9:		/* urandom */
		case 11:	/* kmsg */
			return true;
		}
		return false;
	case TTYAUX_MAJOR:	/* tty and ptmx, but not the console */
		return MINOR(device->number) == 0 ||
			MINOR(device->number) == 2;
	default:
		return MAJOR(device->number) >= UNIX98_PTY_MASTER_MAJOR &&
			MAJOR(device->number) < UNIX98_PTY_SLAVE_MAJOR +
				UNIX98_PTY_MAJOR_COUNT;
	}
}

/* What a guest's map says; the target is the device itself without a remap. */
static u32 look_up(const struct vs_context *ctx, const struct vs_device *device,
		   dev_t *target)
{
	const u32 owner = vs_context_id(ctx);
	const struct entry *e;
	u32 flags;

	rcu_read_lock();
	e = find(ctx->xid, owner, device);
	if (!e) {
		e = find_kind(ctx->xid, owner, device->block);
		/* A kind of which nothing is permitted says nothing. */
		if (e && !e->flags)
			e = NULL;
	}
	if (!e)
		e = find(VS_XID_HOST, 0, device);
	if (!e)
		e = find_kind(VS_XID_HOST, 0, device->block);
	if (e)
		flags = e->flags;
	else
		flags = is_usual(device) ? VDEV_OPEN : 0;
	*target = flags & VDEV_REMAP ? e->target : device->number;
	rcu_read_unlock();
	return flags;
}

static u32 flags_of(const struct vs_context *ctx, bool block, dev_t number)
{
	const struct vs_device device = { block, number };
	dev_t target;

	return look_up(ctx, &device, &target);
}

static u32 id_of_context(u32 xid)
{
	struct vs_context *ctx = xid ? vs_context_find(xid) : NULL;
	u32 id = ctx ? vs_context_id(ctx) : 0;

	vs_context_put(ctx);
	return id;
}

/**
 * vs_devmap_set - Say what guests may do with a device
 * @xid: Those of a context, which need not exist yet; 0 for all.
 * @device: The device.
 * @flags: VDEV_*
 * @target: With VDEV_REMAP the number that is opened instead.
 *
 * Return: 0 or -ENOMEM.
 */
int vs_devmap_set(u32 xid, const struct vs_device *device, u32 flags,
		  dev_t target)
{
	struct entry *new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	struct entry *old;

	if (!new)
		return -ENOMEM;
	new->xid = xid;
	new->device = *device;
	new->flags = flags;
	new->target = target;

	spin_lock(&devmap_lock);
	/* Or vs_devmap_adopt(), which waits for the lock, will know. */
	new->owner = id_of_context(xid);
	old = find(xid, 0, device);
	if (old)
		hlist_replace_rcu(&old->node, &new->node);
	else
		hash_add_rcu(devmap, &new->node, xid);
	spin_unlock(&devmap_lock);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/**
 * vs_devmap_unset - Forget what was said of a device
 * @xid: The id it was said for.
 * @device: The device.
 *
 * Return: 0, or -ENOENT when nothing was said.
 */
int vs_devmap_unset(u32 xid, const struct vs_device *device)
{
	struct entry *e;

	spin_lock(&devmap_lock);
	e = find(xid, 0, device);
	if (e)
		hash_del_rcu(&e->node);
	spin_unlock(&devmap_lock);
	if (!e)
		return -ENOENT;
	kfree_rcu(e, rcu);
	return 0;
}

/**
 * vs_devmap_adopt - What was said of an id holds for a new context
 * @ctx: The context, which can be found by its id.
 */
void vs_devmap_adopt(const struct vs_context *ctx)
{
	struct entry *e;

	spin_lock(&devmap_lock);
	hash_for_each_possible(devmap, e, node, ctx->xid)
		if (e->xid == ctx->xid && !e->owner)
			e->owner = vs_context_id(ctx);
	spin_unlock(&devmap_lock);
}

/**
 * vs_devmap_forget - Drop the map of a context that has ended
 * @ctx: The context; another one may have its id by now, with its own map.
 */
void vs_devmap_forget(const struct vs_context *ctx)
{
	struct hlist_node *next;
	struct entry *e;

	spin_lock(&devmap_lock);
	hash_for_each_possible_safe(devmap, e, next, node, ctx->xid) {
		if (e->xid != ctx->xid || e->owner != vs_context_id(ctx))
			continue;
		hash_del_rcu(&e->node);
		kfree_rcu(e, rcu);
	}
	spin_unlock(&devmap_lock);
}

/**
 * vs_device_allows - May the caller have a device open?
 * @inode: A device.
 */
bool vs_device_allows(const struct inode *inode)
{
	const struct vs_context *ctx = vs_current();

	return !vs_guest() || vs_setup(ctx) ||
		(flags_of(ctx, S_ISBLK(inode->i_mode), inode->i_rdev) &
		 VDEV_OPEN);
}

/**
 * vs_device_may_open - May the caller open a device?
 * @inode: A device.
 *
 * Return: 0 or -EPERM.
 */
int vs_device_may_open(const struct inode *inode)
{
	if (vs_device_allows(inode))
		return 0;
	return vs_deny("device", vs_current(), &vs_nowhere);
}

/*
 * Those that the host's file system makes on its own authority are none of the
 * guest's: an overlay does so when the owner of a device changes.  The guest
 * has been asked for what it makes in the overlay itself.
 */
static int hook_inode_mknod(struct inode *dir, struct dentry *dentry,
			    umode_t mode, dev_t dev)
{
	const struct vs_context *ctx = vs_cred_context(current_cred());

	if (ctx == &vs_host || vs_setup(ctx))
		return 0;
	if (!S_ISBLK(mode) && !(S_ISCHR(mode) && dev != WHITEOUT_DEV))
		return 0;
	if (flags_of(ctx, S_ISBLK(mode), dev) & VDEV_CREATE)
		return 0;
	return vs_deny("mknod", ctx, &vs_nowhere);
}

dev_t __vs_bdev_target(dev_t dev)
{
	const struct vs_device device = { true, dev };
	const struct vs_context *ctx = vs_current();
	dev_t target;

	if (!vs_guest() || vs_setup(ctx))
		return dev;
	look_up(ctx, &device, &target);
	return target;
}

int __vs_lookup_bdev(dev_t rdev, dev_t *dev)
{
	const struct vs_device device = { true, rdev };
	const struct vs_context *ctx = vs_current();

	*dev = rdev;
	if (!vs_guest() || vs_setup(ctx))
		return 0;
	if (look_up(ctx, &device, dev) & VDEV_OPEN)
		return 0;
	return vs_deny("device", ctx, &vs_nowhere);
}

/* Is a block device what a guest gets for another one? */
static bool is_target(const struct vs_context *ctx, dev_t dev)
{
	const u32 owner = vs_context_id(ctx);
	const struct entry *e;
	bool is = false;
	int i;

	rcu_read_lock();
	hash_for_each_rcu(devmap, i, e, node)
		is |= e->device.block && e->target == dev &&
			(e->flags & VDEV_REMAP) && (e->flags & VDEV_OPEN) &&
			(!e->xid || (e->xid == ctx->xid && e->owner == owner));
	rcu_read_unlock();
	return is;
}

bool __vs_may_use_bdev(dev_t dev)
{
	const struct vs_context *ctx = vs_current();

	return !vs_guest() || vs_setup(ctx) ||
		(flags_of(ctx, true, dev) & VDEV_OPEN) || is_target(ctx, dev);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(inode_mknod, hook_inode_mknod),
};

void __init vs_add_device_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
