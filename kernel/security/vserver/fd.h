/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - a context as a descriptor
 */
#ifndef _SECURITY_VSERVER_FD_H
#define _SECURITY_VSERVER_FD_H

#include <linux/types.h>

struct file;
struct vs_context;

bool vs_fd_is(const struct file *file);
void vs_fd_entered(struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_FD_H */
