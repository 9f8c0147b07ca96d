/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - who writes to a unified file gets one of his own
 */
#ifndef _SECURITY_VSERVER_COW_H
#define _SECURITY_VSERVER_COW_H

#include <linux/types.h>

struct file;

/* sysctl kernel.vserver.cow */
extern unsigned int vs_cow;

/**
 * struct vs_cow_stamp - By which a change of the content would be noticed
 * @size: In bytes.
 * @mtime: The time of the last one; that of the inode changes with its links.
 */
struct vs_cow_stamp {
	loff_t			size;
	struct timespec64	mtime;
};

int vs_cow_copy_data(struct file *from, struct file *to, loff_t size,
		     bool dropped);
int vs_cow_copy_attributes(struct dentry *from, struct dentry *to);

#endif /* _SECURITY_VSERVER_COW_H */
