/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what guests may do with the files of a file system
 */
#ifndef _SECURITY_VSERVER_SB_H
#define _SECURITY_VSERVER_SB_H

#include <linux/types.h>

struct file_system_type;
struct inode;
struct super_block;

/**
 * enum vs_sb_class - Kinds of file systems, as far as guests are concerned
 * @VS_SB_UNKNOWN: Nobody has asked yet.
 * @VS_SB_NORMAL: Files are data; their owners, modes and tags decide.
 * @VS_SB_PROC: Written are the entries of own processes only; the rest of
 *	the rules is in fs/proc.
 * @VS_SB_PSEUDO: Files stand for parts of the machine. They are read, and
 *	special files are used, as far as the mode permits it to everybody.
 * @VS_SB_SYSFS: The same for the few parts that programs need.
 * @VS_SB_CGROUP2: The control group of the context and those below.
 * @VS_SB_CLOSED: Not even that.
 */
enum vs_sb_class {
	VS_SB_UNKNOWN,
	VS_SB_NORMAL,
	VS_SB_PROC,
	VS_SB_PSEUDO,
	VS_SB_SYSFS,
	VS_SB_CGROUP2,
	VS_SB_CLOSED,
};

enum vs_sb_class vs_sb_class_of(const char *name, bool on_device);
int vs_pseudo_permission(umode_t mode, int mask);
int vs_sysfs_path_permission(const char *path, umode_t mode, int mask);
int vs_sysfs_permission(const struct inode *inode, int mask);

#endif /* _SECURITY_VSERVER_SB_H */
