/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - who may know that a process exists, and by which number
 */
#ifndef _SECURITY_VSERVER_PID_H
#define _SECURITY_VSERVER_PID_H

#include <linux/types.h>

struct pid;
struct pid_namespace;
struct vs_context;

bool vs_may_see(const struct vs_context *viewer, const struct pid *pid);
pid_t vs_shown_nr(const struct vs_context *viewer, struct pid *pid,
		  struct pid_namespace *ns);

#endif /* _SECURITY_VSERVER_PID_H */
