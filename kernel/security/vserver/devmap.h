/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the devices that guests may open and make nodes of
 */
#ifndef _SECURITY_VSERVER_DEVMAP_H
#define _SECURITY_VSERVER_DEVMAP_H

#include <linux/types.h>

struct inode;
struct vs_context;

/**
 * struct vs_device - A device, as the map names it
 * @block: A block device, not a character device.
 * @number: Its number; 0 stands for all devices of that kind.
 */
struct vs_device {
	bool	block;
	dev_t	number;
};

int vs_devmap_set(u32 xid, const struct vs_device *device, u32 flags,
		  dev_t target);
int vs_devmap_unset(u32 xid, const struct vs_device *device);
void vs_devmap_adopt(const struct vs_context *ctx);
void vs_devmap_forget(const struct vs_context *ctx);
bool vs_device_allows(const struct inode *inode);
int vs_device_may_open(const struct inode *inode);

#endif /* _SECURITY_VSERVER_DEVMAP_H */
