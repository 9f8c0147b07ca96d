/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - attributes of files that file systems do not know
 *
 * They are kept in the extended attribute security.vserver, and read when
 * somebody first needs them: the barrier when the first guest comes to a
 * directory, the other one when something is about to happen to an immutable
 * file.  A host without contexts therefore never reads it for a directory.
 */
#ifndef _SECURITY_VSERVER_ATTR_H
#define _SECURITY_VSERVER_ATTR_H

#include <linux/fs.h>
#include <linux/types.h>

#define VS_XATTR_NAME	"security.vserver"

/* What vs_attr_get() knows of. */
#define VS_ATTR_BARRIER		0x01	/* no guest passes this directory */
#define VS_ATTR_IXUNLINK	0x02	/* immutable, but not its links */
#define VS_ATTR_ALL		(VS_ATTR_BARRIER | VS_ATTR_IXUNLINK)

/*
 * The same in i_opflags, next to IOP_VSATTR, which says that they are known.
 * Unlike i_flags that word is only written with i_lock held, which is free
 * wherever the attribute may have to be read.
 */
#define IOP_VS_BARRIER		0x0200
#define IOP_VS_IXUNLINK		0x0400
#define IOP_VS_ALL		(IOP_VS_BARRIER | IOP_VS_IXUNLINK)

int vs_attr_parse(const void *value, size_t size);
int vs_attr_get(struct dentry *dentry, struct inode *inode);
int vs_attr_set(struct mnt_idmap *idmap, struct dentry *dentry,
		unsigned int flags);
int vs_attr_immutable(struct mnt_idmap *idmap, struct dentry *dentry, bool on);
int vs_barrier_permission(struct inode *inode, int mask);

/**
 * vs_maybe_barrier - Is a directory a barrier, or not yet known to be none?
 * @inode: Any file.
 *
 * For each directory on the way to a file: one word, which others have just
 * looked at.
 */
static __always_inline bool vs_maybe_barrier(const struct inode *inode)
{
	return (READ_ONCE(inode->i_opflags) & (IOP_VSATTR | IOP_VS_BARRIER)) !=
		IOP_VSATTR && S_ISDIR(inode->i_mode);
}

/**
 * vs_pass_barrier - May the caller use a directory as far as barriers go?
 * @inode: Any file.
 * @mask: MAY_NOT_BLOCK or 0.
 *
 * Return: 0, -EACCES, or -ECHILD where it must not block.
 */
static __always_inline int vs_pass_barrier(struct inode *inode, int mask)
{
	return unlikely(vs_maybe_barrier(inode)) ?
		vs_barrier_permission(inode, mask) : 0;
}

#endif /* _SECURITY_VSERVER_ATTR_H */
