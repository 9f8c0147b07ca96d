/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the block layer calls, see vserver.h.
 */
#ifndef _LINUX_VS_DEVICE_H
#define _LINUX_VS_DEVICE_H

#include <linux/vserver.h>

#ifdef CONFIG_VSERVER

dev_t __vs_bdev_target(dev_t dev);
int __vs_lookup_bdev(dev_t rdev, dev_t *dev);
bool __vs_may_use_bdev(dev_t dev);

/**
 * vs_bdev_target - The block device that the caller gets for a number
 * @dev: The number, of a node that it may open.
 */
static __always_inline dev_t vs_bdev_target(dev_t dev)
{
	return vs_active() ? __vs_bdev_target(dev) : dev;
}

/**
 * vs_lookup_bdev - The same for a node that is named, but not opened
 * @rdev: The number in the node.
 * @dev: The number of the device that is meant.
 *
 * Return: 0, or -EPERM when the caller may not open the device.
 */
static __always_inline int vs_lookup_bdev(dev_t rdev, dev_t *dev)
{
	*dev = rdev;
	return vs_active() ? __vs_lookup_bdev(rdev, dev) : 0;
}

/**
 * vs_may_use_bdev - May the caller use a block device, however it is named?
 */
static __always_inline bool vs_may_use_bdev(dev_t dev)
{
	return !vs_active() || __vs_may_use_bdev(dev);
}

#else /* !CONFIG_VSERVER */

static inline dev_t vs_bdev_target(dev_t dev)
{
	return dev;
}

static inline int vs_lookup_bdev(dev_t rdev, dev_t *dev)
{
	*dev = rdev;
	return 0;
}

static inline bool vs_may_use_bdev(dev_t dev)
{
	return true;
}

#endif /* CONFIG_VSERVER */

#endif /* _LINUX_VS_DEVICE_H */
