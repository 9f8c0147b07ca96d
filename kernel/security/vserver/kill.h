/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - signals to a whole context
 */
#ifndef _SECURITY_VSERVER_KILL_H
#define _SECURITY_VSERVER_KILL_H

struct pid;
struct vs_context;

int vs_kill_members(struct vs_context *ctx, int sig, const struct pid *except);
int vs_kill_one(struct vs_context *ctx, int sig, struct pid *pid);

#endif /* _SECURITY_VSERVER_KILL_H */
