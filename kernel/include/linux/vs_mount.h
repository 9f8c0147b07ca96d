/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the code of mounts calls, see vserver.h.
 */
#ifndef _LINUX_VS_MOUNT_H
#define _LINUX_VS_MOUNT_H

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/mount.h>
#include <linux/seq_file.h>
#include <linux/vserver.h>
#include <uapi/linux/mount.h>

#ifdef CONFIG_VSERVER

bool __vs_may_mount(struct user_namespace *ns);
bool __vs_may_remount(struct user_namespace *ns);
bool __vs_mounts_in_guest(void);
bool __vs_may_mount_type(const struct fs_context *fc);
bool __vs_may_reconfigure(const struct super_block *sb);
bool __vs_remounts_mount(const struct super_block *sb);
unsigned int __vs_mnt_flags(const struct super_block *sb);
const char *__vs_mount_source(const struct super_block *sb);
bool __vs_hides_options(const struct super_block *sb);
bool __vs_hides_path(const struct super_block *sb);
int __vs_show_path(struct seq_file *m, struct vfsmount *mnt,
		   const struct path *root);
int __vs_seq_mountpoint(struct seq_file *m, const struct path *path,
			const struct path *root);

/**
 * vs_may_mount - May the caller change mounts of its namespace at all?
 * @ns: The user namespace that it belongs to.
 */
static __always_inline bool vs_may_mount(struct user_namespace *ns)
{
	return vs_active() ? __vs_may_mount(ns) :
		ns_capable(ns, CAP_SYS_ADMIN);
}

/**
 * vs_may_remount - May it change their options, if it may do nothing else?
 * @ns: The user namespace that its mounts belong to.
 * @flags: MS_* of a call that wants that, or more.
 */
static __always_inline bool vs_may_remount(struct user_namespace *ns,
					   unsigned long flags)
{
	return vs_active() && (flags & MS_REMOUNT) && __vs_may_remount(ns);
}

/**
 * vs_mounts_in_guest - Do the rules for guests bind the caller?
 *
 * Not those who set up a context.
 */
static __always_inline bool vs_mounts_in_guest(void)
{
	return vs_active() && __vs_mounts_in_guest();
}

/**
 * vs_may_mount_type - May a guest mount a file system of this type?
 */
static __always_inline bool vs_may_mount_type(const struct fs_context *fc)
{
	return __vs_may_mount_type(fc);
}

/**
 * vs_may_reconfigure - May the caller change a whole file system?
 */
static __always_inline bool vs_may_reconfigure(const struct super_block *sb)
{
	return vs_active() ? __vs_may_reconfigure(sb) :
		ns_capable(sb->s_user_ns, CAP_SYS_ADMIN);
}

/**
 * vs_remounts_mount - Does a remount mean this mount of it only?
 */
static __always_inline bool vs_remounts_mount(const struct super_block *sb)
{
	return vs_active() && __vs_remounts_mount(sb);
}

/**
 * vs_mnt_flags - Flags that a new mount of the caller has in any case
 * @sb: What is mounted.
 */
static __always_inline unsigned int vs_mnt_flags(const struct super_block *sb)
{
	return vs_active() ? __vs_mnt_flags(sb) : 0;
}

/**
 * vs_sees_mounts - Does the caller see mounts that it cannot reach?
 * @ns: The user namespace they belong to.
 */
static __always_inline bool vs_sees_mounts(struct user_namespace *ns)
{
	return !vs_mounts_in_guest() && ns_capable_noaudit(ns, CAP_SYS_ADMIN);
}

/**
 * vs_mount_source - What the caller is told instead of the source of a mount
 *
 * Return: NULL for the truth.
 */
static __always_inline const char *vs_mount_source(const struct super_block *sb)
{
	return vs_active() ? __vs_mount_source(sb) : NULL;
}

/**
 * vs_hides_options - Are options of a file system none of the caller's?
 */
static __always_inline bool vs_hides_options(const struct super_block *sb)
{
	return vs_active() && __vs_hides_options(sb);
}

/**
 * vs_seq_mountpoint - Print where a mount is
 * @m: The list.
 * @path: The root of the mount.
 * @root: The root directory of the process whose list it is.
 *
 * Return: SEQ_SKIP when the caller is not to see it; see seq_path_root().
 */
static __always_inline int vs_seq_mountpoint(struct seq_file *m,
					     const struct path *path,
					     const struct path *root)
{
	return vs_active() ? __vs_seq_mountpoint(m, path, root) :
		seq_path_root(m, path, root, " \t\n\\");
}

/* show_path() as far as the caller may know it. */
#define vs_show_path(list, mount, root)					\
({									\
	struct vfsmount *__mnt = (mount);				\
	struct seq_file *__m = (list);					\
									\
	vs_active() && __vs_hides_path(__mnt->mnt_sb) ?			\
		__vs_show_path(__m, __mnt, root) :			\
		show_path(__m, __mnt->mnt_root);			\
})

#else /* !CONFIG_VSERVER */

static inline bool vs_may_mount(struct user_namespace *ns)
{
	return ns_capable(ns, CAP_SYS_ADMIN);
}

static inline bool vs_may_remount(struct user_namespace *ns,
				  unsigned long flags)
{
	return false;
}

static inline bool vs_mounts_in_guest(void)
{
	return false;
}

static inline bool vs_may_mount_type(const struct fs_context *fc)
{
	return true;
}

static inline bool vs_may_reconfigure(const struct super_block *sb)
{
	return ns_capable(sb->s_user_ns, CAP_SYS_ADMIN);
}

static inline bool vs_remounts_mount(const struct super_block *sb)
{
	return false;
}

static inline unsigned int vs_mnt_flags(const struct super_block *sb)
{
	return 0;
}

static inline bool vs_sees_mounts(struct user_namespace *ns)
{
	return ns_capable_noaudit(ns, CAP_SYS_ADMIN);
}

static inline const char *vs_mount_source(const struct super_block *sb)
{
	return NULL;
}

static inline bool vs_hides_options(const struct super_block *sb)
{
	return false;
}

static inline int vs_seq_mountpoint(struct seq_file *m, const struct path *path,
				    const struct path *root)
{
	return seq_path_root(m, path, root, " \t\n\\");
}

#define vs_show_path(list, mount, root)	\
	((void)(root), show_path(list, (mount)->mnt_root))

#endif /* CONFIG_VSERVER */

#endif /* _LINUX_VS_MOUNT_H */
