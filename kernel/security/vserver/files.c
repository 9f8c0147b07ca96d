// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - descriptors from elsewhere
 *
 * A file knows the context of the task that opened it.  In the hands of a
 * guest a descriptor from elsewhere is good for reading and writing, as far as
 * it was opened for that, and for nothing else.  So, whatever a guest finds
 * by a walk it could have found from its own root directory.
 */

#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fiemap.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/lsm_hooks.h>
#include <linux/major.h>
#include <linux/vserver.h>
#include <uapi/linux/fscrypt.h>
#include <uapi/linux/fsverity.h>
#include <asm/ioctls.h>

#include "context.h"
#include "cred.h"
#include "devmap.h"
#include "fd.h"
#include "files.h"
#include "mount.h"
#include "sb.h"
#include "setup.h"
#include "task.h"

/*
 * May the file be named again, as /dev/stderr names what is open already?
 * Pipes may, and devices, which have a permission of their own.
 */
bool __vs_foreign_link(const struct file *file)
{
	umode_t mode = file_inode(file)->i_mode;

	return __vs_foreign_id(file->f_xid) &&
		((file->f_mode & FMODE_PATH) ||
		 !(S_ISFIFO(mode) || S_ISCHR(mode)));
}

static bool may_receive(const struct file *file)
{
	/* Whoever sends that to a guest is mistaken, or was tricked. */
	if (vs_fd_is(file))
		return vs_current() == &vs_host;
	if (!vs_foreign(file))
		return true;
	if (file->f_mode & FMODE_PATH)
		return false;
	switch (file_inode(file)->i_mode & S_IFMT) {
	case S_IFDIR:
		return false;
	case S_IFBLK:
	case S_IFCHR:
		return vs_device_allows(file_inode(file));
	default:
		return true;
	}
}

/* SCM_RIGHTS, pidfd_getfd() and the like. */
static int hook_file_receive(struct file *file)
{
	if (may_receive(file))
		return 0;
	vs_deny("receive", vs_current(), &vs_nowhere);
	return -EACCES;
}

/* What needs no more than a descriptor for reading. */
static bool only_reads(unsigned int cmd)
{
	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
	case FIONBIO:
	case FIOASYNC:
	case FIOQSIZE:
	case FIONREAD:
	case FIGETBSZ:
	case FS_IOC_FIEMAP:
	case FS_IOC_GETFLAGS:
	case FS_IOC32_GETFLAGS:
	case FS_IOC_FSGETXATTR:
		return true;
	default:
		return false;
	}
}

/*
 * What concerns the one file, and the owner may.  Other requests move, find or
 * describe what is elsewhere in the file system, or change all of it: most ask
 * for a capability, some only for the owner, who is root in every guest.
 */
static bool concerns_file(unsigned int cmd)
{
	if (only_reads(cmd))
		return true;
	/* Is it a terminal?  The answer is no. */
	if (_IOC_TYPE(cmd) == 'T')
		return true;
	switch (cmd) {
	case FS_IOC_SETFLAGS:
	case FS_IOC32_SETFLAGS:
	case FS_IOC_FSSETXATTR:
	case FS_IOC_GETVERSION:
	case FS_IOC32_GETVERSION:
	case FS_IOC_GETFSLABEL:
	case FS_IOC_GETFSUUID:
	case FICLONE:
	case FICLONERANGE:
	case FIDEDUPERANGE:
	case FS_IOC_SET_ENCRYPTION_POLICY:
	case FS_IOC_GET_ENCRYPTION_POLICY:
	case FS_IOC_GET_ENCRYPTION_POLICY_EX:
	case FS_IOC_GET_ENCRYPTION_NONCE:
	case FS_IOC_GET_ENCRYPTION_KEY_STATUS:
	case FS_IOC_ENABLE_VERITY:
	case FS_IOC_MEASURE_VERITY:
	case FS_IOC_READ_VERITY_METADATA:
		return true;
	default:
		return false;
	}
}

/* A file of a tree that the guest has not mounted itself. */
static bool is_hosts(const struct file *file)
{
	struct super_block *sb = file_inode(file)->i_sb;

	return !(sb->s_flags & SB_NOUSER) &&
		READ_ONCE(sb->s_vs_class) == VS_SB_NORMAL &&
		!vs_in_setup() && !vs_owns_sb(vs_current(), sb);
}

static int hook_file_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	umode_t mode = file_inode(file)->i_mode;

	if (!S_ISREG(mode) && !S_ISDIR(mode))
		return 0;
	if (vs_foreign(file) && !only_reads(cmd))
		return vs_deny("ioctl", vs_current(), &vs_nowhere);
	if (!vs_guest() || concerns_file(cmd) || !is_hosts(file))
		return 0;
	/* As if the file system did not know it: programs go on without. */
	vs_deny("ioctl", vs_current(), &vs_nowhere);
	return -ENOTTY;
}

/* Standard input, output and error are what they are everywhere. */
static bool is_standard(const struct file *file, unsigned int fd)
{
	const struct inode *inode = file_inode(file);

	if (fd > 2 || (file->f_mode & FMODE_PATH))
		return false;
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		return true;
	case S_IFCHR:
		break;
	default:
		return false;
	}
	switch (imajor(inode)) {
	case MEM_MAJOR:
		return iminor(inode) == 3;	/* /dev/null */
	case TTY_MAJOR:
	case TTYAUX_MAJOR:
		return true;
	default:
		return imajor(inode) >= UNIX98_PTY_MASTER_MAJOR &&
			imajor(inode) < UNIX98_PTY_SLAVE_MAJOR +
				UNIX98_PTY_MAJOR_COUNT;
	}
}

static int is_left_over(const void *arg, struct file *file, unsigned int fd)
{
	return vs_foreign(file) && !is_standard(file, fd) ? fd + 1 : 0;
}

/**
 * vs_close_foreign - Close what a task still has open from elsewhere
 *
 * A group of fanotify, a device or a directory of the host would act for
 * whoever runs from now on.
 */
void vs_close_foreign(void)
{
	unsigned int n = 0;

	while ((n = iterate_fd(current->files, n, is_left_over, NULL)))
		close_fd(n - 1);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(file_receive, hook_file_receive),
	LSM_HOOK_INIT(file_ioctl, hook_file_ioctl),
	LSM_HOOK_INIT(file_ioctl_compat, hook_file_ioctl),
};

void __init vs_add_file_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
