// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the parts of sysfs that programs in a guest need
 *
 * Serial numbers, power meters, firmware tables, the topology of devices: most
 * of it is nobody's business but the machine's. What is not on the list does
 * not exist. The devices of the own network are the exception: they are found
 * by their namespace, wherever the bus has put them.
 */

#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "sb.h"

static const char * const subtrees[] = {
	"/class/net",
	"/devices/system/cpu",
	"/devices/system/node",
	"/fs/cgroup",			/* where it is mounted */
	"/kernel/mm/transparent_hugepage",
};

/* Is @path the directory @dir, or below it? */
static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

/**
 * vs_sysfs_path_permission - Permission for a file of sysfs by its place
 * @path: From the top, which is "/".
 * @mode: Type and mode of the file.
 * @mask: MAY_* of the access.
 *
 * Return: 0, -EACCES for what exists, -ENOENT for the rest.
 */
int vs_sysfs_path_permission(const char *path, umode_t mode, int mask)
{
	bool walk = S_ISDIR(mode) && !(mask & (MAY_READ | MAY_WRITE));
	int i;

	if (!strcmp(path, "/"))
		return vs_pseudo_permission(mode, mask);
	for (i = 0; i < ARRAY_SIZE(subtrees); i++) {
		if (is_below(path, subtrees[i]) ||
		    (walk && is_below(subtrees[i], path)))
			return vs_pseudo_permission(mode, mask);
	}
	/* On the way to a network device may lie any bus. */
	if (walk && is_below(path, "/devices"))
		return vs_pseudo_permission(mode, mask);
	return -ENOENT;
}

/* The namespace of the device that a file belongs to. */
static const void *namespace_of(const struct kernfs_node *kn)
{
	for (; kn; kn = READ_ONCE(kn->parent))
		if (kn->ns)
			return kn->ns;
	return NULL;
}

/**
 * vs_sysfs_permission - Permission for a file of sysfs
 * @inode: The file.
 * @mask: MAY_* of the access.
 *
 * Return: as above; -ECHILD in RCU mode.
 */
int vs_sysfs_permission(const struct inode *inode, int mask)
{
	struct kernfs_node *kn = inode->i_private;
	const void *own = current->nsproxy->net_ns;
	const void *ns;
	char path[128];

	/* Nothing here is looked at often: no need to think about RCU mode. */
	if (mask & MAY_NOT_BLOCK)
		return -ECHILD;
	/* When a device is renamed, it may leave its directory. */
	guard(rcu)();
	ns = namespace_of(kn);
	if (ns) {
		if (ns != own)
			return -ENOENT;
		return vs_pseudo_permission(inode->i_mode, mask);
	}
	/* What is cut off at the end is below what decides. */
	if (kernfs_path(kn, path, sizeof(path)) < 0 && !path[0])
		return -ENOENT;
	/* The list is that of the network in which sysfs was mounted. */
	if (is_below(path, "/class/net") && kernfs_super_ns(inode->i_sb) != own)
		return -ENOENT;
	return vs_sysfs_path_permission(path, inode->i_mode, mask);
}
