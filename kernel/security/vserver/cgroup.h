/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the control group a context may administer
 */
#ifndef _SECURITY_VSERVER_CGROUP_H
#define _SECURITY_VSERVER_CGROUP_H

#include <linux/types.h>

struct inode;
struct nsproxy;
struct vs_context;

int vs_cgroup_settle(struct vs_context *ctx);
void vs_cgroup_drop(struct vs_context *ctx);
bool vs_cgroup_wanted(const struct vs_context *ctx);
void vs_cgroup_replace(const struct vs_context *ctx, struct nsproxy *ns);
int vs_cgroup_permission(const struct vs_context *ctx,
			 const struct inode *inode, int mask);
int vs_cgroup_may_setattr(const struct vs_context *ctx,
			  const struct inode *inode);

#endif /* _SECURITY_VSERVER_CGROUP_H */
