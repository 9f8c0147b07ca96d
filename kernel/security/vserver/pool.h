/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - shares of what the whole machine has one pool of
 */
#ifndef _SECURITY_VSERVER_POOL_H
#define _SECURITY_VSERVER_POOL_H

#include <linux/vs_limit.h>

struct vs_context;

/* sysctl kernel.vserver.pool_share: a context gets one part in so many. */
extern unsigned int vs_pool_share;

long vs_pool_used(const struct vs_context *ctx, enum vs_pool pool);

#endif /* _SECURITY_VSERVER_POOL_H */
