/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the way into a context
 */
#ifndef _SECURITY_VSERVER_MIGRATE_H
#define _SECURITY_VSERVER_MIGRATE_H

struct vs_context;

int vs_check_alone(void);
int vs_enter(struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_MIGRATE_H */
