// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: the map of devices
 */

#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/path.h>

#include "context.h"
#include "devmap.h"
#include "syscall.h"

/* The two names of a call, from whoever made it. */
static void get_names(const struct vs_call *call, const char __user **device,
		      const char __user **target)
{
#ifdef CONFIG_COMPAT
	if (call->compat) {
		*device = compat_ptr(call->u.compat_device_map.device);
		*target = compat_ptr(call->u.compat_device_map.target);
		return;
	}
#endif
	*device = (const char __user __force *)call->u.device_map.device;
	*target = (const char __user __force *)call->u.device_map.target;
}

/* The device that a node stands for; a final link is not followed. */
static int find_device(const char __user *name, struct vs_device *device)
{
	const struct inode *inode;
	struct path path;
	int err = user_path_at(AT_FDCWD, name, 0, &path);

	if (err)
		return err;
	inode = d_backing_inode(path.dentry);
	if (S_ISBLK(inode->i_mode) || S_ISCHR(inode->i_mode)) {
		device->block = S_ISBLK(inode->i_mode);
		device->number = inode->i_rdev;
	} else {
		err = -ENODEV;
	}
	path_put(&path);
	/* 0 stands for all of a kind. */
	return err ?: (device->number ? 0 : -ENODEV);
}

/* What is being mapped, and to what. */
static int find_devices(const struct vs_call *call, struct vs_device *device,
			struct vs_device *target)
{
	const char __user *name, *target_name;
	int err = 0;

	*device = (struct vs_device){ };
	*target = (struct vs_device){ };
	get_names(call, &name, &target_name);
	if (!name && !target_name)
		return -EINVAL;
	if (name)
		err = find_device(name, device);
	if (!err && target_name)
		err = find_device(target_name, target);
	if (err)
		return err;
	if (!name)
		device->block = target->block;
	else if (target_name && device->block != target->block)
		return -EINVAL;
	return 0;
}

/* A context need not exist, but must be able to. */
static int check_id(u32 id)
{
	return id && (id < VS_XID_MIN || id > VS_XID_MAX) ? -EINVAL : 0;
}

long vs_cmd_set_mapping(struct vs_call *call)
{
	struct vs_device device, target;
	u32 flags = call->compat ? call->u.compat_device_map.flags :
		call->u.device_map.flags;
	int err = check_id(call->id);

	if (!err)
		err = find_devices(call, &device, &target);
	if (err)
		return err;
	if (flags & ~(u32)(VDEV_CREATE | VDEV_OPEN | VDEV_REMAP))
		return -EINVAL;
	if (flags & VDEV_REMAP) {
		/* A driver sees the number in the node, not this one. */
		if (!device.block)
			return -EOPNOTSUPP;
		if (!target.number)
			return -EINVAL;
	}
	return vs_devmap_set(call->id, &device, flags, target.number);
}

long vs_cmd_unset_mapping(struct vs_call *call)
{
	struct vs_device device, target;
	int err = check_id(call->id);

	if (!err)
		err = find_devices(call, &device, &target);
	return err ?: vs_devmap_unset(call->id, &device);
}
