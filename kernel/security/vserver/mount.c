// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what guests may mount, and change about mounts
 *
 * A guest may do something about mounts when its ceiling has CAP_SYS_ADMIN or
 * the context has VXC_SECURE_MOUNT, in a mount namespace other than the host's.
 * Which types of file systems, does not depend on that: some are windows into
 * the machine, and others parse what the guest has written.  What is mounted
 * for it is locked, see mnt_ns_seal().
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/hashtable.h>
#include <linux/init_task.h>
#include <linux/lsm_hooks.h>
#include <linux/mount.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <linux/vs_mount.h>

#include "context.h"
#include "cred.h"
#include "mount.h"
#include "setup.h"
#include "task.h"

/* What is on a block device follows from its flags; the rest is the host's. */
static const struct {
	const char *name;
	enum vs_mount_rule rule;
} rules[] = {
	{ "devpts",	VS_MOUNT_FREE },
	{ "mqueue",	VS_MOUNT_FREE },
	{ "overlay",	VS_MOUNT_FREE },
	{ "proc",	VS_MOUNT_FREE },
	{ "ramfs",	VS_MOUNT_FREE },
	{ "sysfs",	VS_MOUNT_FREE },
	{ "tmpfs",	VS_MOUNT_FREE },
	{ "ceph",	VS_MOUNT_BINARY },
	{ "cifs",	VS_MOUNT_BINARY },
	{ "fuse",	VS_MOUNT_BINARY },
	{ "nfs",	VS_MOUNT_BINARY },
	{ "nfs4",	VS_MOUNT_BINARY },
	{ "smb3",	VS_MOUNT_BINARY },
};

/**
 * vs_mount_rule_of - What it takes to mount a type of file systems
 * @name: Its name.
 * @on_device: It is mounted from a block device.
 */
enum vs_mount_rule vs_mount_rule_of(const char *name, bool on_device)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, name))
			return rules[i].rule;
	return on_device ? VS_MOUNT_DEVICE : VS_MOUNT_NEVER;
}

static bool has_ccap(u64 ccap)
{
	return READ_ONCE(vs_current()->ccaps) & ccap;
}

bool __vs_mounts_in_guest(void)
{
	return vs_guest() && !vs_in_setup();
}

static bool in_own_mounts(void)
{
	return current->nsproxy->mnt_ns != init_task.nsproxy->mnt_ns;
}

bool __vs_may_mount(struct user_namespace *ns)
{
	if (!__vs_mounts_in_guest())
		return ns_capable(ns, CAP_SYS_ADMIN);
	return in_own_mounts() &&
		vs_ns_capable(ns, CAP_SYS_ADMIN, VXC_SECURE_MOUNT);
}

bool __vs_may_remount(struct user_namespace *ns)
{
	return __vs_mounts_in_guest() && in_own_mounts() &&
		vs_ns_capable(ns, CAP_SYS_ADMIN, VXC_SECURE_REMOUNT);
}

static bool may_mount_type(const struct file_system_type *type)
{
	const bool on_device = type->fs_flags & FS_REQUIRES_DEV;

	switch (vs_mount_rule_of(type->name, on_device)) {
	case VS_MOUNT_FREE:
		return true;
	case VS_MOUNT_BINARY:
		return has_ccap(VXC_BINARY_MOUNT);
	case VS_MOUNT_DEVICE:
		/* The device is looked at when it is opened. */
		return has_ccap(VXC_DEV_MOUNT);
	default:
		return false;
	}
}

bool __vs_may_mount_type(const struct fs_context *fc)
{
	const struct file_system_type *type = fc->fs_type;
	struct user_namespace *ns = fc->user_ns;

	if (!may_mount_type(type)) {
		vs_deny("mount", vs_current(), &vs_nowhere);
		return false;
	}
	/* In a user namespace that a guest made, only what is made for that. */
	if (!(type->fs_flags & FS_USERNS_MOUNT))
		ns = &init_user_ns;
	return vs_ns_capable(ns, CAP_SYS_ADMIN, VXC_SECURE_MOUNT);
}

/* Before anything of what a guest says reaches the file system. */
static int hook_parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	if (!__vs_mounts_in_guest() || may_mount_type(fc->fs_type))
		return -ENOPARAM;
	return vs_deny("mount", vs_current(), &vs_nowhere);
}

unsigned int __vs_mnt_flags(const struct super_block *sb)
{
	const char *name = sb->s_type->name;
	unsigned int flags = 0;

	if (!__vs_mounts_in_guest())
		return 0;
	if (!has_ccap(VXC_DEV_MOUNT) && strcmp(name, "devpts"))
		flags |= MNT_NODEV | MNT_LOCK_NODEV;
	if (!strcmp(name, "sysfs"))
		flags |= MNT_READONLY | MNT_LOCK_READONLY;
	return flags;
}

/**
 * struct owner - Who mounted a file system for the first time
 * @node: In the hash table.
 * @rcu: Freeing.
 * @sb: The file system.
 * @id: The vs_context_id() of a guest.
 */
struct owner {
	struct hlist_node		node;
	struct rcu_head			rcu;
	const struct super_block	*sb;
	u32				id;
};

/* Of the file systems that guests have mounted; the others are the host's. */
static DEFINE_HASHTABLE(owners, 6);
static DEFINE_SPINLOCK(owners_lock);

static int hook_sb_alloc(struct super_block *sb)
{
	struct owner *owner;

	if (!__vs_mounts_in_guest())
		return 0;
	owner = kzalloc(sizeof(*owner), GFP_KERNEL_ACCOUNT);
	if (!owner)
		return -ENOMEM;
	owner->sb = sb;
	owner->id = vs_context_id(vs_current());
	spin_lock(&owners_lock);
	hash_add_rcu(owners, &owner->node, (unsigned long)sb);
	spin_unlock(&owners_lock);
	return 0;
}

static void hook_sb_free(struct super_block *sb)
{
	struct owner *owner;

	spin_lock(&owners_lock);
	hash_for_each_possible(owners, owner, node, (unsigned long)sb) {
		if (owner->sb == sb) {
			hash_del_rcu(&owner->node);
			kfree_rcu(owner, rcu);
			break;
		}
	}
	spin_unlock(&owners_lock);
}

/**
 * vs_owns_sb - Has a guest mounted a file system, and not the host for it?
 */
bool vs_owns_sb(const struct vs_context *ctx, const struct super_block *sb)
{
	const struct owner *owner;
	bool owns = false;

	rcu_read_lock();
	hash_for_each_possible_rcu(owners, owner, node, (unsigned long)sb)
		owns |= owner->sb == sb && owner->id == vs_context_id(ctx);
	rcu_read_unlock();
	return owns;
}

bool __vs_may_reconfigure(const struct super_block *sb)
{
	if (!__vs_mounts_in_guest())
		return ns_capable(sb->s_user_ns, CAP_SYS_ADMIN);
	if (!vs_owns_sb(vs_current(), sb))
		return false;
	return vs_ns_capable(sb->s_user_ns, CAP_SYS_ADMIN, VXC_SECURE_MOUNT) ||
		vs_ns_capable(sb->s_user_ns, CAP_SYS_ADMIN, VXC_SECURE_REMOUNT);
}

bool __vs_remounts_mount(const struct super_block *sb)
{
	return __vs_mounts_in_guest() && !vs_owns_sb(vs_current(), sb);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(fs_context_parse_param, hook_parse_param),
	LSM_HOOK_INIT(sb_alloc_security, hook_sb_alloc),
	LSM_HOOK_INIT(sb_free_security, hook_sb_free),
};

void __init vs_add_mount_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
