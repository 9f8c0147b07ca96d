// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: attributes of files
 *
 * IMMUTABLE is the attribute of chattr(1), and IXUNLINK stands for nothing
 * without it: an immutable file that has it may get further names and lose
 * those it has.  In the attribute on disk it therefore appears after IMMUTABLE
 * and goes before it; a crash in between leaves the stricter state.
 */

#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/vserver.h>

#include "attr.h"
#include "syscall.h"

static u32 file_flags(const struct inode *inode, unsigned int attr)
{
	u32 flags = 0;

	if (attr & VS_ATTR_BARRIER)
		flags |= VIATTR_BARRIER;
	if (!IS_IMMUTABLE(inode))
		return flags;
	flags |= VIATTR_IMMUTABLE;
	if (attr & VS_ATTR_IXUNLINK) {
		flags |= VIATTR_IXUNLINK;
		if (S_ISREG(inode->i_mode))
			flags |= VIATTR_COW;
	}
	return flags;
}

static int get_iattr(const struct path *path, u32 *flags, u32 *mask)
{
	struct inode *inode = d_inode(path->dentry);
	int attr = vs_attr_get(path->dentry, inode);
	u8 proc;

	if (attr < 0)
		return attr;
	*flags = VIATTR_TAG | file_flags(inode, attr);
	*mask = VIATTR_IXUNLINK | VIATTR_IMMUTABLE | VIATTR_COW;
	if (S_ISDIR(inode->i_mode))
		*mask |= VIATTR_BARRIER;
	if (!vs_proc_get_flags(inode, &proc)) {
		*flags |= proc;
		*mask |= VIATTR_PROC;
	}
	return 0;
}

/* What the attributes are to be, from what they are. */
static int wanted(const struct inode *inode, u32 old, u32 flags, u32 mask)
{
	u32 new;

	if (!S_ISDIR(inode->i_mode))
		mask &= ~VIATTR_BARRIER;
	if ((mask & VIATTR_COW) && S_ISREG(inode->i_mode)) {
		/* The two others under one name; who names them means them. */
		u32 both = (VIATTR_IXUNLINK | VIATTR_IMMUTABLE) & ~mask;

		mask |= both;
		flags &= ~both;
		if (flags & VIATTR_COW)
			flags |= both;
	}
	mask &= VIATTR_BARRIER | VIATTR_IXUNLINK | VIATTR_IMMUTABLE;
	new = (old & ~mask) | (flags & mask);
	if (new & VIATTR_IMMUTABLE)
		return new;
	if (flags & mask & VIATTR_IXUNLINK)
		return -EOPNOTSUPP;
	return new & ~VIATTR_IXUNLINK;
}

static int store_attr(const struct path *path, u32 flags)
{
	unsigned int attr = 0;

	if (flags & VIATTR_BARRIER)
		attr |= VS_ATTR_BARRIER;
	if (flags & VIATTR_IXUNLINK)
		attr |= VS_ATTR_IXUNLINK;
	return vs_attr_set(mnt_idmap(path->mnt), path->dentry, attr);
}

/* With the file locked. */
static int change(const struct path *path, u32 old, u32 new)
{
	bool immutable = new & VIATTR_IMMUTABLE;
	u32 attr = VIATTR_BARRIER | VIATTR_IXUNLINK;
	int err = 0;

	if (!immutable && ((old ^ new) & attr))
		err = store_attr(path, new);
	if (!err && ((old ^ new) & VIATTR_IMMUTABLE))
		err = vs_attr_immutable(mnt_idmap(path->mnt), path->dentry,
					immutable);
	if (!err && immutable && ((old ^ new) & attr))
		err = store_attr(path, new);
	return err;
}

/*
 * Immutable files that others will share must not be written by who has them
 * open, or in memory.  From here until the attribute is visible nobody can
 * begin with that.
 */
static int deny_writers(struct inode *inode)
{
	return atomic_dec_unless_positive(&inode->i_writecount) ? 0 : -ETXTBSY;
}

static int change_locked(const struct path *path, u32 flags, u32 mask)
{
	struct inode *inode = d_inode(path->dentry);
	int attr = vs_attr_get(path->dentry, inode);
	bool shares;
	int new, err;
	u32 old;

	if (attr < 0)
		return attr;
	old = file_flags(inode, attr) & ~VIATTR_COW;
	new = wanted(inode, old, flags, mask);
	if (new < 0)
		return new;
	/* Left by a restored backup; not meant, and not to come into effect. */
	if (attr & VS_ATTR_IXUNLINK)
		old |= VIATTR_IXUNLINK;
	if (old == new)
		return 0;

	shares = S_ISREG(inode->i_mode) && (new & ~old & VIATTR_IXUNLINK);
	if (shares) {
		err = deny_writers(inode);
		if (err)
			return err;
	}
	err = change(path, old, new);
	if (shares)
		atomic_inc(&inode->i_writecount);
	return err;
}

static int set_iattr(const struct path *path, u32 flags, u32 mask)
{
	struct inode *inode = d_inode(path->dentry);
	int err = 0;

	if (!capable(CAP_LINUX_IMMUTABLE))
		return -EPERM;
	/* No file system keeps tags. */
	if (mask & VIATTR_TAG)
		return -EINVAL;
	if (mask & VIATTR_PROC)
		err = vs_proc_set_flags(inode, flags & VIATTR_PROC,
					mask & VIATTR_PROC);
	if (err || !(mask & VIATTR_FILE))
		return err;

	err = mnt_want_write(path->mnt);
	if (err)
		return err;
	inode_lock(inode);
	err = change_locked(path, flags, mask);
	inode_unlock(inode);
	mnt_drop_write(path->mnt);
	return err;
}

static int find_path(const struct vs_call *call, struct path *path)
{
	const char __user *name = (const char __user __force *)
		call->u.iattr.name;

#ifdef CONFIG_COMPAT
	if (call->compat)
		name = compat_ptr(call->u.compat_iattr.name);
#endif
	return user_path_at(AT_FDCWD, name, 0, path);
}

long vs_cmd_get_iattr(struct vs_call *call)
{
	struct path path;
	u32 flags, mask;
	int err = find_path(call, &path);

	if (err)
		return err;
	err = get_iattr(&path, &flags, &mask);
	path_put(&path);
	if (err)
		return err;
	if (call->compat) {
		call->u.compat_iattr.flags = flags;
		call->u.compat_iattr.mask = mask;
	} else {
		call->u.iattr.flags = flags;
		call->u.iattr.mask = mask;
	}
	return 0;
}

long vs_cmd_set_iattr(struct vs_call *call)
{
	struct path path;
	int err = find_path(call, &path);

	if (err)
		return err;
	if (call->compat)
		err = set_iattr(&path, call->u.compat_iattr.flags,
				call->u.compat_iattr.mask);
	else
		err = set_iattr(&path, call->u.iattr.flags, call->u.iattr.mask);
	path_put(&path);
	return err;
}

long vs_cmd_fget_iattr(struct vs_call *call)
{
	CLASS(fd_raw, f)(call->id);

	if (fd_empty(f))
		return -EBADF;
	if (vs_foreign(fd_file(f)))
		return -EACCES;
	return get_iattr(&fd_file(f)->f_path, &call->u.fiattr.flags,
			 &call->u.fiattr.mask);
}

long vs_cmd_fset_iattr(struct vs_call *call)
{
	CLASS(fd_raw, f)(call->id);

	if (fd_empty(f))
		return -EBADF;
	return set_iattr(&fd_file(f)->f_path, call->u.fiattr.flags,
			 call->u.fiattr.mask);
}
