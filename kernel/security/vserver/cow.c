// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - who writes to a unified file gets one of his own
 *
 * A unified file is an immutable one with free links.  Before it is opened for
 * writing, a complete copy takes over the name that was used; the other names
 * keep the original.  There is no moment without the name, or with a file that
 * is not complete, and what is left after a crash is removed by the file
 * system, or is one more complete copy with a temporary name.
 *
 * The copy is the act of the kernel: the right to write to the file is asked
 * for, as if it were not immutable, but not that to change its directory.
 */

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/init_task.h>
#include <linux/mnt_idmapping.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/random.h>
#include <linux/security.h>
#include <linux/vserver.h>

#include "attr.h"
#include "context.h"
#include "cow.h"
#include "cred.h"

unsigned int vs_cow __read_mostly = 1;

static bool is_unified(struct dentry *dentry)
{
	struct inode *inode = d_backing_inode(dentry);
	int flags;

	if (!S_ISREG(inode->i_mode) || !IS_IMMUTABLE(inode))
		return false;
	flags = vs_attr_get(dentry, inode);
	return flags > 0 && (flags & VS_ATTR_IXUNLINK);
}

static void get_stamp(const struct inode *inode, struct vs_cow_stamp *stamp)
{
	stamp->size = i_size_read(inode);
	stamp->mtime = inode_get_mtime(inode);
}

static bool is_same(const struct inode *inode, const struct vs_cow_stamp *stamp)
{
	struct vs_cow_stamp now;

	get_stamp(inode, &now);
	return now.size == stamp->size &&
		timespec64_equal(&now.mtime, &stamp->mtime);
}

static bool is_overlay(const struct inode *inode)
{
	return inode->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC;
}

/* inode_permission(), but for the attribute. */
static int may_write(struct mnt_idmap *idmap, struct inode *inode, int mask)
{
	int err;

	mask &= MAY_READ | MAY_EXEC | MAY_OPEN;
	err = inode_permission(idmap, inode, mask);
	if (err)
		return err;
	if (sb_rdonly(inode->i_sb))
		return -EROFS;
	if (HAS_UNMAPPED_ID(idmap, inode))
		return -EACCES;
	/* An overlay would ask for the file in its upper layer, and so on. */
	if (inode->i_op->permission && !is_overlay(inode))
		err = inode->i_op->permission(idmap, inode, MAY_WRITE);
	else
		err = generic_permission(idmap, inode, MAY_WRITE);
	return err ? err : security_inode_permission(inode, MAY_WRITE |
						     (mask & MAY_OPEN));
}

/* Does the name lead to another file now?  Somebody else was faster. */
static bool has_successor(struct dentry *dentry, struct dentry *parent)
{
	struct name_snapshot name;
	struct dentry *now;
	bool has;

	take_dentry_name_snapshot(&name, dentry);
	now = d_lookup(parent, &name.name);
	release_dentry_name_snapshot(&name);
	has = now && now != dentry && d_is_positive(now);
	dput(now);
	return has;
}

/* Can the name be replaced at all? */
static int check_place(const struct path *path, struct dentry *parent)
{
	struct dentry *dentry = path->dentry;

	if (d_unhashed(dentry))
		return has_successor(dentry, parent) ? -ESTALE : -EPERM;
	if (IS_ROOT(dentry) ||
	    dentry == path->mnt->mnt_root ||
	    !is_subdir(parent, path->mnt->mnt_root))
		return -EPERM;
	if (IS_VERITY(d_inode(dentry)) || !d_inode(parent)->i_op->tmpfile)
		return -EPERM;
	return 0;
}

/*
 * The kernel's, as the owner of the file: quotas count for him, and limits
 * hold.  Who the task is the real ones say, as ever.
 */
static const struct cred *begin_as_owner(struct dentry *dentry)
{
	const struct inode *inode = d_inode(dentry);
	struct cred *cred = prepare_kernel_cred(&init_task);
	const struct cred *old;
	int err;

	if (!cred)
		return ERR_PTR(-ENOMEM);
	cap_lower(cred->cap_effective, CAP_SYS_RESOURCE);
	cred->fsuid = inode->i_uid;
	cred->fsgid = inode->i_gid;
	err = security_inode_copy_up(dentry, &cred);
	if (err < 0 && err != -EOPNOTSUPP) {
		put_cred(cred);
		return ERR_PTR(err);
	}
	old = override_creds(cred);
	put_cred(cred);
	return old;
}

static struct file *make_copy(const struct path *path, struct dentry *parent,
			      bool dropped)
{
	struct path dir = { .mnt = path->mnt, .dentry = parent };
	loff_t size = i_size_read(d_inode(path->dentry));
	struct file *from, *to;
	int err;

	from = dentry_open(path, O_RDONLY | O_NOATIME | O_LARGEFILE,
			   current_cred());
	if (IS_ERR(from))
		return from;
	err = mnt_want_write(path->mnt);
	if (err) {
		fput(from);
		return ERR_PTR(err);
	}
	to = kernel_tmpfile_open(&nop_mnt_idmap, &dir, S_IFREG | 0600,
				 O_RDWR | O_LARGEFILE, current_cred());
	mnt_drop_write(path->mnt);
	if (IS_ERR(to)) {
		fput(from);
		return to;
	}

	/* Takes protection against freezing itself, and may take long. */
	err = vs_cow_copy_data(from, to, size, dropped);
	if (!err)
		err = mnt_want_write(path->mnt);
	if (!err) {
		err = vs_cow_copy_attributes(path->dentry, to->f_path.dentry);
		mnt_drop_write(path->mnt);
	}
	fput(from);
	if (err) {
		fput(to);
		return ERR_PTR(err);
	}
	return to;
}

/* A name that nobody can guess, and that scripts find after a crash. */
static struct dentry *temporary_name(struct dentry *parent)
{
	struct dentry *dentry;
	char name[32];
	int len;

	len = snprintf(name, sizeof(name), ".vs_cow.%016llx",
		       get_random_u64());
	dentry = lookup_one(&nop_mnt_idmap, name, parent, len);
	if (!IS_ERR(dentry) && d_is_positive(dentry)) {
		dput(dentry);
		return ERR_PTR(-EEXIST);
	}
	return dentry;
}

/* With the directory locked. Returns the dentry that has the name now. */
static struct dentry *replace(struct dentry *old, struct dentry *parent,
			      struct dentry *copy, struct inode **delegated)
{
	struct inode *dir = d_inode(parent);
	struct renamedata rd = {
		.old_mnt_idmap	= &nop_mnt_idmap,
		.old_dir	= dir,
		.new_mnt_idmap	= &nop_mnt_idmap,
		.new_dir	= dir,
		.new_dentry	= old,
		.delegated_inode = delegated,
	};
	struct dentry *new = temporary_name(parent);
	int err;

	if (IS_ERR(new))
		return new;
	/* Once it has a name and loses it, the copy cannot be linked again. */
	err = try_break_deleg(d_inode(old), delegated);
	if (!err)
		err = vfs_link(copy, &nop_mnt_idmap, dir, new, NULL);
	if (!err) {
		rd.old_dentry = new;
		err = vfs_rename(&rd);
		if (err)
			vfs_unlink(&nop_mnt_idmap, dir, new, NULL);
	}
	if (err) {
		dput(new);
		return ERR_PTR(err);
	}
	return new;
}

static bool is_current(struct dentry *dentry, struct dentry *parent,
		       const struct vs_cow_stamp *stamp)
{
	struct name_snapshot name;
	struct dentry *now;
	bool is;

	take_dentry_name_snapshot(&name, dentry);
	now = lookup_one(&nop_mnt_idmap, name.name.name, parent,
			 name.name.len);
	release_dentry_name_snapshot(&name);
	is = now == dentry && is_unified(dentry) &&
		is_same(d_inode(dentry), stamp);
	if (!IS_ERR(now))
		dput(now);
	return is;
}

static struct dentry *commit(const struct path *path, struct dentry *parent,
			     struct dentry *copy,
			     const struct vs_cow_stamp *stamp)
{
	struct inode *dir = d_inode(parent), *delegated = NULL;
	struct dentry *new;
	int err;

again:
	err = mnt_want_write(path->mnt);
	if (err)
		return ERR_PTR(err);
	inode_lock_nested(dir, I_MUTEX_PARENT);
	if (is_current(path->dentry, parent, stamp))
		new = replace(path->dentry, parent, copy, &delegated);
	else
		new = ERR_PTR(-ESTALE);
	inode_unlock(dir);
	mnt_drop_write(path->mnt);
	if (delegated) {
		err = break_deleg_wait(&delegated);
		if (err)
			return ERR_PTR(err);
		goto again;
	}
	return new;
}

/* Path names the copy afterwards. */
static int break_link(struct path *path, bool dropped)
{
	struct dentry *parent = dget_parent(path->dentry), *new;
	struct vs_cow_stamp stamp;
	const struct cred *old;
	struct file *copy;
	int err;

	err = check_place(path, parent);
	if (err)
		goto put;
	get_stamp(d_inode(path->dentry), &stamp);
	old = begin_as_owner(path->dentry);
	err = PTR_ERR_OR_ZERO(old);
	if (err)
		goto put;

	copy = make_copy(path, parent, dropped);
	err = PTR_ERR_OR_ZERO(copy);
	if (!err) {
		new = commit(path, parent, copy->f_path.dentry, &stamp);
		err = PTR_ERR_OR_ZERO(new);
		if (!err) {
			dput(path->dentry);
			path->dentry = new;
		}
		fput(copy);
	}
	revert_creds(old);
put:
	dput(parent);
	return err;
}

static bool is_allowed(void)
{
	return READ_ONCE(vs_cow) && vs_current() != &vs_spectator;
}

/**
 * __vs_cow_open - An immutable file is about to be opened for writing
 * @path: The file; the copy of it afterwards.
 * @acc_mode: MAY_*, as the caller wants it.
 * @flags: O_*, as the caller wants it.
 * @cached: Nothing may block.
 *
 * For guests and the host: who edits the file of a guest from outside does not
 * want to know.
 *
 * Return: 0, also where no copy is made; -EAGAIN where it would block, -ESTALE
 * when somebody else was faster, and whatever keeps the copy from being made.
 */
int __vs_cow_open(struct path *path, int acc_mode, int flags, bool cached)
{
	int err;

	if (cached)
		return -EAGAIN;
	if (!is_unified(path->dentry) || !is_allowed())
		return 0;
	err = may_write(mnt_idmap(path->mnt), d_inode(path->dentry), acc_mode);
	return err ? err : break_link(path, flags & O_TRUNC);
}

/**
 * __vs_cow_change - An immutable file is about to be changed by its name
 * @path: The file; the copy of it afterwards.
 * @write: Its content, not its attributes.
 *
 * For guests only: a recursive change of modes or labels by the host would
 * make copies of everything.
 *
 * Return: 0, also where no copy is made, or as __vs_cow_open().
 */
int __vs_cow_change(struct path *path, bool write)
{
	struct mnt_idmap *idmap = mnt_idmap(path->mnt);
	struct inode *inode = d_backing_inode(path->dentry);

	if (!vs_guest() || !is_unified(path->dentry) || !is_allowed())
		return 0;
	/* Otherwise it would fail with the copy as well. */
	if ((write || !inode_owner_or_capable(idmap, inode)) &&
	    may_write(idmap, inode, 0))
		return 0;
	return break_link(path, false);
}
