/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the init of a context
 */
#ifndef _SECURITY_VSERVER_INIT_H
#define _SECURITY_VSERVER_INIT_H

#include <linux/types.h>

struct pid;
struct pid_namespace;
struct task_struct;
struct vs_context;

void vs_init_update(struct vs_context *ctx);
struct pid *vs_init_forget(struct vs_context *ctx);
void vs_init_expose(struct task_struct *p, int sig);
bool vs_init_is_pid1(u64 flags, const struct pid *init);
pid_t vs_init_nr(struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_INIT_H */
