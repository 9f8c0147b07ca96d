// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the copy of a unified file
 *
 * It is made in a file without a name, with the credentials of the kernel and
 * the owner of the original.  Ids are those on disk, whatever the mount makes
 * of them.
 */

#include <linux/fs.h>
#include <linux/fileattr.h>
#include <linux/mm.h>
#include <linux/mnt_idmapping.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/splice.h>
#include <linux/xattr.h>

#include "attr.h"
#include "cow.h"

#define COPY_CHUNK	SZ_1M

/* The end of the data that begins at @pos, or of what to copy at a time. */
static loff_t end_of_data(struct file *from, loff_t pos, loff_t size, bool seek)
{
	loff_t end = seek ? vfs_llseek(from, pos, SEEK_HOLE) : size;

	if (end <= pos || end > size)
		end = size;
	return min(end, pos + COPY_CHUNK);
}

/* Holes stay holes, where the file system can tell. */
static int copy_bytes(struct file *from, struct file *to, loff_t size)
{
	bool seek = from->f_mode & FMODE_LSEEK;
	loff_t in = 0, out, data;
	ssize_t n;

	while (in < size) {
		if (fatal_signal_pending(current))
			return -EINTR;
		data = seek ? vfs_llseek(from, in, SEEK_DATA) : in;
		if (data == -ENXIO)
			break;
		if (data < 0)
			seek = false;
		else
			in = data;
		if (in >= size)
			break;
		out = in;
		n = do_splice_direct(from, &in, to, &out,
				     end_of_data(from, in, size, seek) - in, 0);
		if (n <= 0)
			return n ? n : -EIO;
		cond_resched();
	}
	/* Also where the last byte is data: it is so already then. */
	return vfs_truncate(&to->f_path, size);
}

/**
 * vs_cow_copy_data - Copy the content, or share its blocks
 * @from: The original.
 * @to: The copy, empty.
 * @size: Of the original.
 * @dropped: The caller is about to truncate it.
 *
 * Return: 0 or an error.
 */
int vs_cow_copy_data(struct file *from, struct file *to, loff_t size,
		     bool dropped)
{
	int err;

	if (!size || vfs_clone_file_range(from, 0, to, 0, size, 0) == size)
		return 0;
	if (dropped)
		return 0;
	err = copy_bytes(from, to, size);
	/* The name will be on disk with the next commit, the content not. */
	return err ? err : vfs_fsync(to, 0);
}

/* With the copy locked. */
static int copy_owner(const struct inode *from, struct dentry *to)
{
	struct iattr attr = {
		.ia_valid	= ATTR_UID | ATTR_GID | ATTR_FORCE,
		.ia_vfsuid	= VFSUIDT_INIT(from->i_uid),
		.ia_vfsgid	= VFSGIDT_INIT(from->i_gid),
	};

	/* A directory gives a new file its group, if it has the bit. */
	if (uid_eq(d_inode(to)->i_uid, from->i_uid) &&
	    gid_eq(d_inode(to)->i_gid, from->i_gid))
		return 0;
	return notify_change(&nop_mnt_idmap, to, &attr, NULL);
}

/* With the copy locked. */
static int copy_mode_and_times(struct inode *from, struct dentry *to)
{
	struct iattr attr = {
		.ia_valid	= ATTR_MODE | ATTR_ATIME | ATTR_ATIME_SET |
				  ATTR_MTIME | ATTR_MTIME_SET | ATTR_FORCE,
		.ia_mode	= from->i_mode,
		.ia_atime	= inode_get_atime(from),
		.ia_mtime	= inode_get_mtime(from),
	};

	return notify_change(&nop_mnt_idmap, to, &attr, NULL);
}

/* The copy may have inherited a list from its directory. */
static int copy_acl(struct dentry *from, struct dentry *to)
{
	const char *name = XATTR_NAME_POSIX_ACL_ACCESS;
	struct posix_acl *acl;
	int err;

	if (!IS_POSIXACL(d_inode(from)))
		return 0;
	acl = vfs_get_acl(&nop_mnt_idmap, from, name);
	if (acl && !IS_ERR(acl)) {
		err = vfs_set_acl(&nop_mnt_idmap, to, name, acl);
		posix_acl_release(acl);
		return err;
	}
	if (IS_ERR(acl) && PTR_ERR(acl) != -ENODATA &&
	    PTR_ERR(acl) != -EOPNOTSUPP)
		return PTR_ERR(acl);
	err = vfs_remove_acl(&nop_mnt_idmap, to, name);
	return err == -ENODATA || err == -EOPNOTSUPP ? 0 : err;
}

static bool is_copied(struct dentry *from, const char *name)
{
	return strcmp(name, VS_XATTR_NAME) && !is_posix_acl_xattr(name) &&
		security_inode_copy_up_xattr(from, name) != -ECANCELED;
}

/* With the copy locked. */
static int copy_xattrs_in(struct dentry *from, struct dentry *to,
			  const char *names, ssize_t len)
{
	char *value = NULL;
	int room = 0, size, err = 0;

	for (; len > 0; len -= strlen(names) + 1, names += strlen(names) + 1) {
		if (!is_copied(from, names))
			continue;
		size = vfs_getxattr_alloc(&nop_mnt_idmap, from, names, &value,
					  room, GFP_KERNEL);
		if (size < 0) {
			err = size;
			break;
		}
		room = max(room, size);
		err = __vfs_setxattr_noperm(&nop_mnt_idmap, to, names, value,
					    size, 0);
		if (err)
			break;
	}
	kfree(value);
	return err;
}

/* With the copy locked. */
static int copy_xattrs(struct dentry *from, struct dentry *to)
{
	ssize_t size = vfs_listxattr(from, NULL, 0);
	char *names;
	int err;

	if (size <= 0)
		return size == -EOPNOTSUPP ? 0 : size;
	/* One more, so that what is not terminated is noticed as no name. */
	names = kvzalloc(size + 1, GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	size = vfs_listxattr(from, names, size);
	err = size > 0 ? copy_xattrs_in(from, to, names, size) : size;
	kvfree(names);
	return err;
}

#define COPIED_FL	(FS_COMPR_FL | FS_NOCOMP_FL | FS_SYNC_FL | \
			 FS_NODUMP_FL | FS_NOATIME_FL)

/* As chattr(1) knows them, but what makes the file unified. */
static int copy_flags(struct dentry *from, struct dentry *to)
{
	const struct inode_operations *op = d_inode(to)->i_op;
	struct fileattr old = { }, new = { }, attr;

	if (!op->fileattr_get || !op->fileattr_set ||
	    op->fileattr_get(from, &old) || op->fileattr_get(to, &new))
		return 0;
	if (!((old.flags ^ new.flags) & COPIED_FL) &&
	    old.fsx_projid == new.fsx_projid)
		return 0;
	fileattr_fill_flags(&attr, (new.flags & ~COPIED_FL) |
			    (old.flags & COPIED_FL));
	attr.fsx_xflags |= new.fsx_xflags & ~FS_XFLAG_COMMON;
	attr.fsx_extsize = new.fsx_extsize;
	attr.fsx_nextents = new.fsx_nextents;
	attr.fsx_projid = old.fsx_projid;
	attr.fsx_cowextsize = new.fsx_cowextsize;
	return op->fileattr_set(&nop_mnt_idmap, to, &attr);
}

/**
 * vs_cow_copy_attributes - Copy all that a file has besides its content
 * @from: The original.
 * @to: The copy.
 *
 * In an order in which nothing takes away what was copied before: a change of
 * the owner capabilities, a list the mode, everything the time.
 *
 * Return: 0 or an error.
 */
int vs_cow_copy_attributes(struct dentry *from, struct dentry *to)
{
	struct inode *inode = d_inode(to);
	int err;

	inode_lock(inode);
	err = copy_owner(d_inode(from), to);
	if (!err)
		err = copy_flags(from, to);
	inode_unlock(inode);
	if (!err)
		err = copy_acl(from, to);
	if (err)
		return err;

	inode_lock(inode);
	err = copy_xattrs(from, to);
	if (!err)
		err = copy_mode_and_times(d_inode(from), to);
	inode_unlock(inode);
	return err;
}
