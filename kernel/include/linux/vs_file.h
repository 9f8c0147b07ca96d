/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the code of locks and extended attributes calls, see
 * vserver.h.
 */
#ifndef _LINUX_VS_FILE_H
#define _LINUX_VS_FILE_H

#include <linux/vserver.h>

#ifdef CONFIG_VSERVER

bool __vs_locks_apart(const struct file_lock_core *a,
		      const struct file_lock_core *b);
ssize_t __vs_hide_xattr(struct dentry *dentry, char *list, ssize_t len);

/**
 * vs_locks_apart - Do two locks of a file not concern each other?
 *
 * Those of two contexts do not where at least one of them cannot write.
 */
static __always_inline bool vs_locks_apart(const struct file_lock_core *a,
					   const struct file_lock_core *b)
{
	return vs_active() && __vs_locks_apart(a, b);
}

/**
 * vs_hide_xattr - Take the name of our attribute out of a list for a guest
 * @dentry: The file.
 * @list: The list, or NULL when only its length is asked for.
 * @len: Its length, or an error.
 *
 * Return: The length now, or the error.
 */
static __always_inline ssize_t vs_hide_xattr(struct dentry *dentry, char *list,
					     ssize_t len)
{
	return vs_active() && len > 0 ? __vs_hide_xattr(dentry, list, len) :
		len;
}

#else /* !CONFIG_VSERVER */

static inline bool vs_locks_apart(const struct file_lock_core *a,
				  const struct file_lock_core *b)
{
	return false;
}

static inline ssize_t vs_hide_xattr(struct dentry *dentry, char *list,
				    ssize_t len)
{
	return len;
}

#endif /* CONFIG_VSERVER */

#endif /* _LINUX_VS_FILE_H */
