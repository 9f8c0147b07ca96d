// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - programs of guests in the hands of the host
 *
 * What lies below a barrier was written by root of some guest.  For a process
 * that is no ordinary member of it a set-user-id program there is no way to
 * another user's rights, and one that has the host's power, on its way into
 * the guest, does not run such code at all.
 */

#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/vserver.h>

#include "attr.h"
#include "below.h"
#include "context.h"
#include "cred.h"
#include "setup.h"
#include "task.h"

/* sysctl kernel.vserver.host_suid */
unsigned int vs_host_suid __read_mostly;

/* If in doubt it is one. */
static bool is_barrier(struct dentry *dentry)
{
	struct inode *inode = d_backing_inode(dentry);
	int flags;

	if (!S_ISDIR(inode->i_mode))
		return false;
	flags = vs_attr_get(dentry, inode);
	return flags < 0 || (flags & VS_ATTR_BARRIER);
}

/* Up to the top of the file system, whatever part of it is mounted. */
static bool below_in_sb(struct dentry *from)
{
	struct dentry *dentry = dget(from), *parent;
	bool found;

	for (;;) {
		found = is_barrier(dentry);
		if (found || IS_ROOT(dentry))
			break;
		parent = dget_parent(dentry);
		dput(dentry);
		dentry = parent;
	}
	dput(dentry);
	return found;
}

/**
 * vs_below_barrier - Is there a barrier on the way up from a file?
 * @path: The file.
 *
 * Also where a part of a guest's tree is mounted elsewhere.  May sleep; takes
 * long, so it is for what is rare.
 */
bool vs_below_barrier(const struct path *path)
{
	struct path at = *path;
	bool found;

	path_get(&at);
	do {
		found = below_in_sb(at.dentry);
	} while (!found && follow_up(&at));
	path_put(&at);
	return found;
}

/**
 * vs_may_suid - Does a program change the user, group or capabilities?
 * @path: The program, which says it does.
 *
 * Not for those outside of guests if a guest could have made it.  This holds
 * before there is a context as well: the files are there already.
 */
bool vs_may_suid(const struct path *path)
{
	return READ_ONCE(vs_host_suid) || vs_guest() || !vs_below_barrier(path);
}

/* Power of the host, and already a view of the guest. */
static bool is_on_the_way(void)
{
	return READ_ONCE(vs_task(current)->entering) || vs_in_setup();
}

static int check_code(const struct file *file, unsigned long prot)
{
	if (!(prot & PROT_EXEC) || !file || likely(!is_on_the_way()) ||
	    !vs_below_barrier(&file->f_path))
		return 0;
	return vs_deny("code", vs_current(), &vs_host);
}

static int hook_mmap_file(struct file *file, unsigned long reqprot,
			  unsigned long prot, unsigned long flags)
{
	return check_code(file, prot);
}

static int hook_file_mprotect(struct vm_area_struct *vma,
			      unsigned long reqprot, unsigned long prot)
{
	return check_code(vma->vm_file, prot);
}

/* During setup nothing limits a member; after it, the program is its own. */
static int hook_bprm_check_security(struct linux_binprm *bprm)
{
	if (!vs_in_setup() || !vs_below_barrier(&bprm->file->f_path))
		return 0;
	return vs_deny("code", vs_current(), &vs_host);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(mmap_file, hook_mmap_file),
	LSM_HOOK_INIT(file_mprotect, hook_file_mprotect),
	LSM_HOOK_INIT(bprm_check_security, hook_bprm_check_security),
};

void __init vs_add_below_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
