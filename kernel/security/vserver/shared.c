// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - files that several contexts read and one does not write
 *
 * A unified file is one inode in several guests, and a directory of the host
 * may be mounted read-only in one.  Who only reads must neither make others
 * wait, by a lock or a lease, nor learn when they open a file.
 */

#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/fsnotify_backend.h>
#include <linux/lsm_hooks.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/vs_file.h>

#include "context.h"
#include "cred.h"
#include "setup.h"
#include "task.h"

/* In a guest: nobody writes the file, or the host lets the guest not. */
static bool is_shared(const struct path *path)
{
	return IS_IMMUTABLE(d_backing_inode(path->dentry)) ||
		(READ_ONCE(path->mnt->mnt_flags) & MNT_LOCK_READONLY);
}

static bool guest_shares(const struct file *file)
{
	return file->f_xid && is_shared(&file->f_path);
}

/* Under the lock of all locks of the file. */
bool __vs_locks_apart(const struct file_lock_core *a,
		      const struct file_lock_core *b)
{
	const struct file *x = a->flc_file, *y = b->flc_file;

	if (!x || !y || x->f_xid == y->f_xid)
		return false;
	return guest_shares(x) || guest_shares(y);
}

/* Whoever opens the file to write it would wait for the holder of a lease. */
static int hook_file_fcntl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	if (cmd != F_SETLEASE || arg == F_UNLCK || !vs_guest() ||
	    !is_shared(&file->f_path))
		return 0;
	vs_deny("lease", vs_current(), &vs_nowhere);
	return -EACCES;
}

/* That a file is read is nobody's business but the reader's. */
#define SPYING	(FS_ACCESS | FS_OPEN | FS_CLOSE_NOWRITE | FS_OPEN_EXEC | \
		 ALL_FSNOTIFY_PERM_EVENTS)

static int hook_path_notify(const struct path *path, u64 mask,
			    unsigned int obj_type)
{
	if (!vs_guest())
		return 0;
	/* All of a file system, which others use, too. */
	if (obj_type == FSNOTIFY_OBJ_TYPE_INODE &&
	    (!(mask & SPYING) || !is_shared(path)))
		return 0;
	vs_deny("notify", vs_current(), &vs_nowhere);
	return -EACCES;
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(file_fcntl, hook_file_fcntl),
	LSM_HOOK_INIT(path_notify, hook_path_notify),
};

void __init vs_add_shared_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
