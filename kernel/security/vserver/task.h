/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what one task may do to another; birth and death of tasks
 */
#ifndef _SECURITY_VSERVER_TASK_H
#define _SECURITY_VSERVER_TASK_H

#include <linux/sched.h>

#include "setup.h"

struct vs_context;
struct vs_net;

/**
 * struct vs_task - State of a task
 * @charged: The task holds a claim on its context.
 * @entering: It has entered a context and still runs the image of a program
 *	of the host, whose memory and descriptors the context must not reach.
 * @nx: The network context that the task holds a claim on, or NULL.
 */
struct vs_task {
	bool		charged;
	bool		entering;
	struct vs_net	*nx;
};

static inline struct vs_task *vs_task(const struct task_struct *p)
{
	return p->security + vs_blob_sizes.lbs_task;
}

int vs_deny(const char *what, const struct vs_context *actor,
	    const struct vs_context *target);

#endif /* _SECURITY_VSERVER_TASK_H */
