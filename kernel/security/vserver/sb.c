// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what guests may do with the files of a file system
 *
 * Files of sysfs, debugfs, configfs and the like stand for parts of the
 * machine, and nothing but owner and mode protects them: that is nothing where
 * root is root of a guest. It does not matter who has mounted such a file
 * system, or how it got into the guest's tree: the rule goes with the file.
 *
 * A descriptor that the host has opened and handed over is a delegation.
 */

#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/printk.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/vserver.h>

#include "attr.h"
#include "cgroup.h"
#include "context.h"
#include "cred.h"
#include "devmap.h"
#include "sb.h"
#include "setup.h"

/*
 * Types that are not on a block device. What is not here is PSEUDO, whatever a
 * later kernel adds.
 */
static const struct {
	const char *name;
	enum vs_sb_class class;
} classes[] = {
	{ "9p",			VS_SB_NORMAL },
	{ "afs",		VS_SB_NORMAL },
	{ "bcachefs",		VS_SB_NORMAL },
	{ "ceph",		VS_SB_NORMAL },
	{ "cifs",		VS_SB_NORMAL },
	{ "coda",		VS_SB_NORMAL },
	{ "devpts",		VS_SB_NORMAL },
	{ "ecryptfs",		VS_SB_NORMAL },
	{ "fuse",		VS_SB_NORMAL },
	{ "hugetlbfs",		VS_SB_NORMAL },
	{ "jffs2",		VS_SB_NORMAL },
	{ "mqueue",		VS_SB_NORMAL },
	{ "nfs",		VS_SB_NORMAL },
	{ "nfs4",		VS_SB_NORMAL },
	{ "overlay",		VS_SB_NORMAL },
	{ "pvfs2",		VS_SB_NORMAL },
	{ "ramfs",		VS_SB_NORMAL },
	{ "rootfs",		VS_SB_NORMAL },
	{ "smb3",		VS_SB_NORMAL },
	{ "tmpfs",		VS_SB_NORMAL },
	{ "ubifs",		VS_SB_NORMAL },
	{ "vboxsf",		VS_SB_NORMAL },
	{ "virtiofs",		VS_SB_NORMAL },
	{ "zfs",		VS_SB_NORMAL },
	{ "proc",		VS_SB_PROC },
	{ "sysfs",		VS_SB_SYSFS },
	{ "cgroup2",		VS_SB_CGROUP2 },
	{ "binfmt_misc",	VS_SB_CLOSED },
	{ "bpf",		VS_SB_CLOSED },
	{ "cgroup",		VS_SB_CLOSED },
	{ "configfs",		VS_SB_CLOSED },
	{ "cpuset",		VS_SB_CLOSED },
	{ "debugfs",		VS_SB_CLOSED },
	{ "efivarfs",		VS_SB_CLOSED },
	{ "nfsd",		VS_SB_CLOSED },
	{ "pstore",		VS_SB_CLOSED },
	{ "resctrl",		VS_SB_CLOSED },
	{ "rpc_pipefs",		VS_SB_CLOSED },
	{ "securityfs",		VS_SB_CLOSED },
	{ "tracefs",		VS_SB_CLOSED },
	/* known, and PSEUDO */
	{ "autofs",		VS_SB_PSEUDO },
	{ "devtmpfs",		VS_SB_PSEUDO },
	{ "fusectl",		VS_SB_PSEUDO },
	{ "selinuxfs",		VS_SB_PSEUDO },
	{ "smackfs",		VS_SB_PSEUDO },
};

/**
 * vs_sb_class_of - The class of a type of file systems
 * @name: Its name.
 * @on_device: It is mounted from a block device.
 */
enum vs_sb_class vs_sb_class_of(const char *name, bool on_device)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (!strcmp(classes[i].name, name))
			return classes[i].class;
	return on_device ? VS_SB_NORMAL : VS_SB_UNKNOWN;
}

static noinline enum vs_sb_class find_class(struct super_block *sb)
{
	const struct file_system_type *type = sb->s_type;
	enum vs_sb_class class;

	/* Pipes, sockets, memfds: never in anybody's tree. */
	if (sb->s_flags & SB_NOUSER) {
		class = VS_SB_NORMAL;
	} else {
		class = vs_sb_class_of(type->name,
				       type->fs_flags & FS_REQUIRES_DEV);
		if (class == VS_SB_UNKNOWN) {
			class = VS_SB_PSEUDO;
			pr_notice("vserver: file system of unknown type %s: guests cannot write\n",
				  type->name);
		}
	}
	WRITE_ONCE(sb->s_vs_class, class);
	return class;
}

static enum vs_sb_class sb_class(struct super_block *sb)
{
	enum vs_sb_class class = READ_ONCE(sb->s_vs_class);

	return likely(class) ? class : find_class(sb);
}

/* All that is asked of most files: in few instructions. */
static __always_inline bool is_normal(const struct inode *inode)
{
	return likely(READ_ONCE(inode->i_sb->s_vs_class) == VS_SB_NORMAL);
}

/**
 * vs_pseudo_permission - Permission for a file that stands for something
 * @mode: Type and mode of the file.
 * @mask: MAY_* of the access.
 *
 * Return: 0 or -EACCES.
 */
int vs_pseudo_permission(umode_t mode, int mask)
{
	int want = mask & (MAY_READ | MAY_WRITE | MAY_EXEC);

	if (S_ISREG(mode) || S_ISDIR(mode)) {
		if (want & MAY_WRITE)
			return -EACCES;
		if (S_ISREG(mode) && (want & MAY_EXEC))
			return -EACCES;
	}
	return want & ~(mode & 0007) ? -EACCES : 0;
}

static noinline int other_permission(struct inode *inode, int mask)
{
	/* Also for the host, for which the next file is then a normal one. */
	const enum vs_sb_class class = sb_class(inode->i_sb);
	const struct vs_context *ctx = vs_current();

	if (!vs_guest())
		return 0;
	if (class == VS_SB_NORMAL)
		return vs_pass_barrier(inode, mask);
	if (vs_setup(ctx))
		return 0;
	switch (class) {
	case VS_SB_PROC:
		return mask & MAY_WRITE ? vs_proc_may_write(inode) : 0;
	case VS_SB_SYSFS:
		return vs_sysfs_permission(inode, mask);
	case VS_SB_CGROUP2:
		return vs_cgroup_permission(ctx, inode, mask);
	case VS_SB_CLOSED:
		return -EACCES;
	default:
		return vs_pseudo_permission(inode->i_mode, mask);
	}
}

/* The hot one: for each directory on the way to a file. */
static int hook_inode_permission(struct inode *inode, int mask)
{
	if (is_normal(inode))
		return vs_pass_barrier(inode, mask);
	if (likely(READ_ONCE(inode->i_sb->s_vs_class)) &&
	    vs_current() == &vs_host)
		return 0;
	return other_permission(inode, mask);
}

/*
 * Most files have been through the hook above. These have not: those that the
 * kernel opens for a task without looking at permissions first.
 */
static noinline int other_file_open(struct file *file)
{
	int mask = 0;

	if (file->f_mode & FMODE_READ)
		mask |= MAY_READ;
	if (file->f_mode & FMODE_WRITE)
		mask |= MAY_WRITE;
	return other_permission(file_inode(file), mask);
}

/*
 * Whoever was allowed to write before the file became immutable comes too late
 * now, as it may be shared already.  From when the file counts its writers,
 * which it has done by now, nobody makes it a shared one.
 */
static int hook_file_open(struct file *file)
{
	const struct inode *inode = file_inode(file);
	int err = 0;

	if ((file->f_mode & FMODE_WRITER) && unlikely(IS_IMMUTABLE(inode)) &&
	    !IS_PRIVATE(inode))		/* such as pidfds */
		return -ETXTBSY;
	if (unlikely(S_ISCHR(inode->i_mode) || S_ISBLK(inode->i_mode)))
		err = vs_device_may_open(inode);
	if (!err && unlikely(!is_normal(inode)))
		err = other_file_open(file);
	return err;
}

/* Owner, mode, times, labels: of the file itself, not of the descriptor. */
static noinline int other_setattr(struct inode *inode)
{
	const struct vs_context *ctx = vs_current();

	const enum vs_sb_class class = sb_class(inode->i_sb);

	if (!vs_guest())
		return 0;
	if (class == VS_SB_NORMAL)
		return vs_pass_barrier(inode, 0);
	if (vs_setup(ctx))
		return 0;
	switch (class) {
	case VS_SB_PROC:
		return vs_proc_may_setattr(inode);
	case VS_SB_CGROUP2:
		return vs_cgroup_may_setattr(ctx, inode);
	default:
		return -EACCES;
	}
}

static __always_inline int check_setattr(struct dentry *dentry)
{
	struct inode *inode = d_backing_inode(dentry);

	return is_normal(inode) ? vs_pass_barrier(inode, 0) :
		other_setattr(inode);
}

static int hook_inode_setattr(struct mnt_idmap *idmap, struct dentry *dentry,
			      struct iattr *attr)
{
	/* The shell's ">" truncates what is never of any length. */
	if ((attr->ia_valid & ATTR_SIZE) &&
	    !(attr->ia_valid & (ATTR_MODE | ATTR_UID | ATTR_GID)))
		return hook_inode_permission(d_backing_inode(dentry),
					     MAY_WRITE);
	return check_setattr(dentry);
}

static int hook_inode_setxattr(struct mnt_idmap *idmap, struct dentry *dentry,
			       const char *name, const void *value, size_t size,
			       int flags)
{
	return check_setattr(dentry);
}

static int hook_inode_removexattr(struct mnt_idmap *idmap,
				  struct dentry *dentry, const char *name)
{
	return check_setattr(dentry);
}

static int hook_inode_set_acl(struct mnt_idmap *idmap, struct dentry *dentry,
			      const char *name, struct posix_acl *acl)
{
	return check_setattr(dentry);
}

static int hook_inode_remove_acl(struct mnt_idmap *idmap,
				 struct dentry *dentry, const char *name)
{
	return check_setattr(dentry);
}

/* Links of sysfs tell which driver, bus and device belong together. */
static int hook_inode_readlink(struct dentry *dentry)
{
	struct inode *inode = d_backing_inode(dentry);

	return is_normal(inode) ? 0 : other_permission(inode, MAY_READ);
}

/*
 * Creating and removing names asks for write permission of the directory
 * first: inode_permission covers that, and inode_create, inode_unlink and the
 * like would only add to the cost of every such call.
 */
static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(inode_permission, hook_inode_permission),
	LSM_HOOK_INIT(file_open, hook_file_open),
	LSM_HOOK_INIT(inode_setattr, hook_inode_setattr),
	LSM_HOOK_INIT(inode_setxattr, hook_inode_setxattr),
	LSM_HOOK_INIT(inode_removexattr, hook_inode_removexattr),
	LSM_HOOK_INIT(inode_set_acl, hook_inode_set_acl),
	LSM_HOOK_INIT(inode_remove_acl, hook_inode_remove_acl),
	LSM_HOOK_INIT(inode_readlink, hook_inode_readlink),
};

void __init vs_add_sb_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
