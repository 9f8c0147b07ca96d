/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the way into a context
 */
#ifndef _SECURITY_VSERVER_MIGRATE_H
#define _SECURITY_VSERVER_MIGRATE_H

#include <linux/types.h>

struct vs_context;

int vs_check_alone(void);
void vs_fix_pwd(void);
int vs_enter(struct vs_context *ctx);
struct vs_context *vs_create(u32 xid, u64 flags);
long vs_migrate(struct vs_context *ctx, u64 flags);

#endif /* _SECURITY_VSERVER_MIGRATE_H */
