/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - who may know that a process exists, and by which number
 */
#ifndef _SECURITY_VSERVER_PID_H
#define _SECURITY_VSERVER_PID_H

#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/vserver.h>

struct pid_namespace;
struct vs_context;

/* The usual case, in few instructions. */
static __always_inline bool vs_is_own(const struct pid *pid)
{
	const struct pid *self = task_pid(current);

	return likely(self && !((READ_ONCE(pid->vs_xid) ^
				 READ_ONCE(self->vs_xid)) & ~VS_PID1));
}

bool vs_viewer_is_kernel(void);
bool vs_may_see_foreign(const struct pid *pid);
struct pid *__vs_own_pid1(const struct pid_namespace *ns);

/* Under RCU: the process that has number 1 for the caller besides its own. */
static __always_inline struct pid *vs_own_pid1(const struct pid_namespace *ns)
{
	const struct pid *self = task_pid(current);

	/* Nobody on the host, and no kernel thread, knows another one. */
	return self && READ_ONCE(self->vs_xid) ? __vs_own_pid1(ns) : NULL;
}

bool vs_may_see(const struct vs_context *viewer, const struct pid *pid);
pid_t vs_shown_nr(const struct vs_context *viewer, struct pid *pid,
		  struct pid_namespace *ns);

#endif /* _SECURITY_VSERVER_PID_H */
