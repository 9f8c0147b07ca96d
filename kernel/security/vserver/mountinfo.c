// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what guests see of mounts
 *
 * The lists of mounts tell what the host has mounted for a guest and where from:
 * devices, servers, directories of the host.  Guests see the mounts and their
 * flags; the rest they see of file systems that they have mounted themselves.
 */

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vs_mount.h>

#include "context.h"
#include "cred.h"
#include "mount.h"

static bool is_hosts(const struct super_block *sb)
{
	return __vs_mounts_in_guest() && !vs_owns_sb(vs_current(), sb);
}

const char *__vs_mount_source(const struct super_block *sb)
{
	if (!is_hosts(sb))
		return NULL;
	return sb->s_type->fs_flags & FS_REQUIRES_DEV ? "/dev/root" :
		sb->s_type->name;
}

/* Options of these say nothing about the host, and programs look at them. */
bool __vs_hides_options(const struct super_block *sb)
{
	static const char * const known[] = {
		"cgroup2", "devpts", "mqueue", "proc", "ramfs", "sysfs",
		"tmpfs",
	};

	return is_hosts(sb) &&
		match_string(known, ARRAY_SIZE(known), sb->s_type->name) < 0;
}

/* File systems with an own idea of paths know who is asking. */
bool __vs_hides_path(const struct super_block *sb)
{
	return is_hosts(sb) && !sb->s_op->show_path;
}

/*
 * The path of @dentry in its file system as if @root were its root directory;
 * NULL when it is not below.  In the buffer @buf of two times PATH_MAX.
 */
static const char *path_below(const struct dentry *dentry,
			      const struct dentry *root, char *buf)
{
	const char *path, *top;
	size_t len;

	if (dentry->d_sb != root->d_sb)
		return NULL;
	top = dentry_path_raw(root, buf, PATH_MAX);
	path = dentry_path_raw(dentry, buf + PATH_MAX, PATH_MAX);
	if (IS_ERR(top) || IS_ERR(path))
		return NULL;
	if (!strcmp(top, "/"))
		return path;
	len = strlen(top);
	if (strncmp(path, top, len))
		return NULL;
	if (path[len] == '\0')
		return "/";
	return path[len] == '/' ? path + len : NULL;
}

int __vs_show_path(struct seq_file *m, struct vfsmount *mnt,
		   const struct path *root)
{
	char *buf = kmalloc(2 * PATH_MAX, GFP_KERNEL);
	const char *path;

	if (!buf)
		return -ENOMEM;
	path = path_below(mnt->mnt_root, root->dentry, buf);
	seq_escape(m, path ?: "/", " \t\n\\");
	kfree(buf);
	return 0;
}

int __vs_seq_mountpoint(struct seq_file *m, const struct path *path,
			const struct path *root)
{
	const bool is_root = path->mnt == root->mnt;
	const bool guest = __vs_mounts_in_guest();
	int err;

	if (guest && !is_root && (vs_flags(vs_current()) & VXF_HIDE_MOUNT))
		return SEQ_SKIP;
	err = seq_path_root(m, path, root, " \t\n\\");
	/* In a plain chroot the root directory is not that of the mount. */
	if (err == SEQ_SKIP && guest && is_root) {
		seq_putc(m, '/');
		err = 0;
	}
	return err;
}
