/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - who may know that a process exists
 */
#ifndef _SECURITY_VSERVER_PID_H
#define _SECURITY_VSERVER_PID_H

#include <linux/types.h>

struct pid;
struct vs_context;

bool vs_may_see(const struct vs_context *viewer, const struct pid *pid);

#endif /* _SECURITY_VSERVER_PID_H */
