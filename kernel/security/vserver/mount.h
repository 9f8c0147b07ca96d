/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - mounts of guests
 */
#ifndef _SECURITY_VSERVER_MOUNT_H
#define _SECURITY_VSERVER_MOUNT_H

#include <linux/types.h>

struct super_block;
struct vs_context;

/**
 * enum vs_mount_rule - What it takes to mount a type of file systems
 * @VS_MOUNT_NEVER: The host.
 * @VS_MOUNT_FREE: The right to mount.
 * @VS_MOUNT_BINARY: Also VXC_BINARY_MOUNT: what is in it comes from a server
 *	that the guest chooses, or is.
 * @VS_MOUNT_DEVICE: Also VXC_DEV_MOUNT, and the device.
 */
enum vs_mount_rule {
	VS_MOUNT_NEVER,
	VS_MOUNT_FREE,
	VS_MOUNT_BINARY,
	VS_MOUNT_DEVICE,
};

enum vs_mount_rule vs_mount_rule_of(const char *name, bool on_device);
bool vs_owns_sb(const struct vs_context *ctx, const struct super_block *sb);

#endif /* _SECURITY_VSERVER_MOUNT_H */
