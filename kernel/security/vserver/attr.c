// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - attributes of files that file systems do not know
 */

#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/fileattr.h>
#include <linux/lsm_hooks.h>
#include <linux/magic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string.h>
#include <linux/vs_file.h>
#include <linux/xattr.h>

#include "attr.h"
#include "context.h"
#include "cred.h"
#include "setup.h"
#include "task.h"

/* On disk.  A later version may be longer; what follows is then ignored. */
struct vs_xattr {
	u8	version;
	u8	flags;
	__le16	unused;
	__le32	tag;
};

#define VS_XATTR_VERSION	1

/**
 * vs_attr_parse - Understand a value from the disk
 * @value: The bytes.
 * @size: Their number.
 *
 * Return: VS_ATTR_* bits, or -EINVAL.
 */
int vs_attr_parse(const void *value, size_t size)
{
	const struct vs_xattr *attr = value;

	if (size < sizeof(*attr) || attr->version != VS_XATTR_VERSION)
		return -EINVAL;
	return attr->flags & VS_ATTR_ALL;
}

/*
 * Only where reading it costs no more than memory or a disk, and where nobody
 * but the host has made the files: never a question to a server or a program.
 */
static bool may_have_attr(const struct super_block *sb)
{
	static const char *const others[] = {
		"bcachefs", "btrfs", "overlay", "rootfs", "tmpfs", "ubifs",
		"zfs",
	};

	if (sb->s_user_ns != &init_user_ns || sb->s_magic == FUSE_SUPER_MAGIC)
		return false;
	return sb->s_bdev || match_string(others, ARRAY_SIZE(others),
					  sb->s_type->name) >= 0;
}

/*
 * What is not understood may have been meant as a barrier.  Everything else
 * that goes wrong the caller has to take for the stricter case.
 */
static int read_attr(struct dentry *dentry, struct inode *inode,
		     struct vs_xattr *attr)
{
	u8 value[16];
	int size, flags;

	memset(attr, 0, sizeof(*attr));
	size = __vfs_getxattr(dentry, inode, VS_XATTR_NAME, value,
			      sizeof(value));
	if (size == -ENODATA || size == -EOPNOTSUPP)
		return 0;
	if (size < 0 && size != -ERANGE)
		return size;

	flags = size < 0 ? -EINVAL : vs_attr_parse(value, size);
	if (flags >= 0) {
		memcpy(attr, value, sizeof(*attr));
		return flags;
	}
	pr_warn_ratelimited("vserver: %s: inode %lu: " VS_XATTR_NAME " is not understood\n",
			    inode->i_sb->s_id, inode->i_ino);
	return S_ISDIR(inode->i_mode) ? VS_ATTR_BARRIER : 0;
}

/* Before there are contexts nothing is kept: no hook would see it change. */
static void keep_attr(struct inode *inode, unsigned int flags, bool changed)
{
	unsigned int bits = IOP_VSATTR;

	if (!vs_active())
		return;
	if (flags & VS_ATTR_BARRIER)
		bits |= IOP_VS_BARRIER;
	if (flags & VS_ATTR_IXUNLINK)
		bits |= IOP_VS_IXUNLINK;

	spin_lock(&inode->i_lock);
	/* Who has read it may be late. */
	if (changed || !(inode->i_opflags & IOP_VSATTR))
		WRITE_ONCE(inode->i_opflags,
			   (inode->i_opflags & ~IOP_VS_ALL) | bits);
	spin_unlock(&inode->i_lock);
}

/**
 * vs_attr_get - The attributes of a file
 * @dentry: One of its names.
 * @inode: The file.
 *
 * May sleep.  The lock of @inode may be held or not.
 *
 * Return: VS_ATTR_* bits, or why they could not be read.
 */
int vs_attr_get(struct dentry *dentry, struct inode *inode)
{
	unsigned int known = READ_ONCE(inode->i_opflags);
	struct vs_xattr attr;
	int flags = 0;

	if (known & IOP_VSATTR)
		return (known & IOP_VS_BARRIER ? VS_ATTR_BARRIER : 0) |
			(known & IOP_VS_IXUNLINK ? VS_ATTR_IXUNLINK : 0);
	if (may_have_attr(inode->i_sb))
		flags = read_attr(dentry, inode, &attr);
	if (flags >= 0)
		keep_attr(inode, flags, false);
	return flags;
}

/**
 * vs_attr_set - Change the attributes of a file
 * @idmap: Of the mount.
 * @dentry: The file, which is locked and may be written.
 * @flags: VS_ATTR_* bits.
 *
 * Return: 0, -EOPNOTSUPP where they cannot be stored, or what writing says.
 */
int vs_attr_set(struct mnt_idmap *idmap, struct dentry *dentry,
		unsigned int flags)
{
	struct inode *inode = d_inode(dentry);
	struct vs_xattr attr;
	int err;

	if (!may_have_attr(inode->i_sb))
		return -EOPNOTSUPP;
	err = read_attr(dentry, inode, &attr);
	if (err < 0)
		return err;

	attr.version = VS_XATTR_VERSION;
	attr.flags = flags;
	attr.unused = 0;
	if (flags || attr.tag)
		err = __vfs_setxattr_noperm(idmap, dentry, VS_XATTR_NAME, &attr,
					    sizeof(attr), 0);
	else
		err = __vfs_removexattr(idmap, dentry, VS_XATTR_NAME);
	if (err == -ENODATA)
		err = 0;
	if (!err)
		keep_attr(inode, flags, true);
	return err;
}

/**
 * vs_attr_immutable - Change the attribute that file systems do know
 * @idmap: Of the mount.
 * @dentry: The file, which is locked and may be written.
 * @on: The new value.
 *
 * Return: 0, -EOPNOTSUPP, or what the file system says.
 */
int vs_attr_immutable(struct mnt_idmap *idmap, struct dentry *dentry, bool on)
{
	const struct inode_operations *op = d_inode(dentry)->i_op;
	struct fileattr old = { }, new;
	u32 flags;
	int err;

	if (!op->fileattr_get || !op->fileattr_set)
		return -EOPNOTSUPP;
	err = op->fileattr_get(dentry, &old);
	if (err)
		return err == -ENOIOCTLCMD ? -EOPNOTSUPP : err;

	flags = old.flags & ~FS_IMMUTABLE_FL;
	fileattr_fill_flags(&new, on ? flags | FS_IMMUTABLE_FL : flags);
	new.fsx_xflags |= old.fsx_xflags & ~FS_XFLAG_COMMON;
	new.fsx_extsize = old.fsx_extsize;
	new.fsx_nextents = old.fsx_nextents;
	new.fsx_projid = old.fsx_projid;
	new.fsx_cowextsize = old.fsx_cowextsize;
	err = op->fileattr_set(idmap, dentry, &new);
	return err == -ENOIOCTLCMD ? -EOPNOTSUPP : err;
}

/**
 * vs_may_set_fileattr - Attributes of a file change in the usual way
 * @idmap: Of the mount.
 * @dentry: The file, which is locked and may be written.
 * @old: What they are.
 * @new: What they will be.
 *
 * A barrier is not touched like that.  Whoever makes a file immutable, or ends
 * that, means nothing else.
 *
 * Return: 0, -EACCES for a barrier, -EPERM for the files that guests share,
 * -EINVAL when a guest wants another project id, or as vs_attr_set().
 */
int vs_may_set_fileattr(struct mnt_idmap *idmap, struct dentry *dentry,
			const struct fileattr *old, const struct fileattr *new)
{
	int flags = vs_attr_get(dentry, d_inode(dentry));

	if (flags < 0)
		return flags;
	if (flags & VS_ATTR_BARRIER)
		return -EACCES;
	if (vs_guest() && (old->fsx_projid != new->fsx_projid ||
			   ((old->fsx_xflags ^ new->fsx_xflags) &
			    FS_XFLAG_PROJINHERIT)))
		return -EINVAL;
	if (!(flags & VS_ATTR_IXUNLINK) ||
	    !((old->flags ^ new->flags) & FS_IMMUTABLE_FL))
		return 0;
	return vs_guest() ? -EPERM :
		vs_attr_set(idmap, dentry, flags & ~VS_ATTR_IXUNLINK);
}

/* Of an immutable file: must it keep its names?  If in doubt, yes. */
bool __vs_keeps_links(struct dentry *dentry)
{
	int flags = vs_attr_get(dentry, d_backing_inode(dentry));

	return flags < 0 || !(flags & VS_ATTR_IXUNLINK);
}

/**
 * vs_may_bind - May the caller mount a directory elsewhere, or open its tree?
 * @dentry: A file or directory.
 *
 * Return: 0 or -EACCES.
 */
int vs_may_bind(const struct dentry *dentry)
{
	return vs_active() ? vs_pass_barrier(d_backing_inode(dentry), 0) : 0;
}

/* An error counts, too: it could have been one. */
static bool find_barrier(struct inode *inode)
{
	struct dentry *dentry = d_find_any_alias(inode);
	int flags = dentry ? vs_attr_get(dentry, inode) : -ENOENT;

	dput(dentry);
	return flags < 0 || (flags & VS_ATTR_BARRIER);
}

/**
 * vs_barrier_permission - The slow part of vs_pass_barrier()
 * @inode: A directory.
 * @mask: MAY_NOT_BLOCK or 0.
 *
 * Return: 0, -EACCES, or -ECHILD where it must not block.
 */
noinline int vs_barrier_permission(struct inode *inode, int mask)
{
	unsigned int known = READ_ONCE(inode->i_opflags);

	if (!(known & IOP_VSATTR)) {
		/* The host, too: so that it comes here once, not always. */
		if (mask & MAY_NOT_BLOCK)
			return -ECHILD;
		if (!find_barrier(inode))
			return 0;
	} else if (!(known & IOP_VS_BARRIER)) {
		return 0;
	}
	if (!vs_guest())
		return 0;
	vs_deny("barrier", vs_current(), &vs_host);
	return -EACCES;
}

ssize_t __vs_hide_xattr(struct dentry *dentry, char *list, ssize_t len)
{
	const size_t size = sizeof(VS_XATTR_NAME);
	char *name;

	if (!vs_guest())
		return len;
	if (!list) {
		struct inode *inode = d_backing_inode(dentry);

		if (__vfs_getxattr(dentry, inode, VS_XATTR_NAME, NULL, 0) < 0)
			return len;
		return len - size;
	}
	for (name = list; name < list + len; name += strlen(name) + 1) {
		if (strcmp(name, VS_XATTR_NAME))
			continue;
		len -= size;
		memmove(name, name + size, list + len - name);
		break;
	}
	return len;
}

/*
 * The rest is for those who write the attribute as such: the host when it
 * restores a backup, and guests never.
 */
static bool is_ours(const char *name)
{
	return !strcmp(name, VS_XATTR_NAME);
}

/*
 * By the credentials in use: an overlay that the host has mounted acts with
 * the host's for a guest, reads the layers and copies directories.
 */
static bool asks_as_guest(void)
{
	const struct vs_context *ctx = vs_cred_context(current_cred());

	return ctx != &vs_host && ctx != &vs_spectator;
}

static int hook_inode_setxattr(struct mnt_idmap *idmap, struct dentry *dentry,
			       const char *name, const void *value, size_t size,
			       int flags)
{
	return is_ours(name) && asks_as_guest() ? -EPERM : 0;
}

static int hook_inode_removexattr(struct mnt_idmap *idmap,
				  struct dentry *dentry, const char *name)
{
	return is_ours(name) && asks_as_guest() ? -EPERM : 0;
}

static int hook_inode_getxattr(struct dentry *dentry, const char *name)
{
	return is_ours(name) && asks_as_guest() ? -ENODATA : 0;
}

static void hook_inode_post_setxattr(struct dentry *dentry, const char *name,
				     const void *value, size_t size, int flags)
{
	struct inode *inode = d_backing_inode(dentry);
	int attr;

	if (!is_ours(name) || !may_have_attr(inode->i_sb))
		return;
	attr = vs_attr_parse(value, size);
	if (attr < 0)
		attr = S_ISDIR(inode->i_mode) ? VS_ATTR_BARRIER : 0;
	keep_attr(inode, attr, true);
}

static void hook_inode_post_removexattr(struct dentry *dentry, const char *name)
{
	if (is_ours(name))
		keep_attr(d_backing_inode(dentry), 0, true);
}

/* A file that overlayfs copies for its writer is an ordinary one. */
static int hook_inode_copy_up_xattr(struct dentry *src, const char *name)
{
	return is_ours(name) && !d_is_dir(src) ? -ECANCELED : -EOPNOTSUPP;
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(inode_setxattr, hook_inode_setxattr),
	LSM_HOOK_INIT(inode_removexattr, hook_inode_removexattr),
	LSM_HOOK_INIT(inode_getxattr, hook_inode_getxattr),
	LSM_HOOK_INIT(inode_post_setxattr, hook_inode_post_setxattr),
	LSM_HOOK_INIT(inode_post_removexattr, hook_inode_post_removexattr),
	LSM_HOOK_INIT(inode_copy_up_xattr, hook_inode_copy_up_xattr),
};

void __init vs_add_attr_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
