/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - contexts of users without privileges
 */
#ifndef _SECURITY_VSERVER_UNPRIV_H
#define _SECURITY_VSERVER_UNPRIV_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct vs_context;

struct vs_context *vs_context_create_unprivileged(u64 flags);
void vs_owner_put(kuid_t owner);
bool vs_owner_is(const struct vs_context *ctx, const struct cred *cred);

#endif /* _SECURITY_VSERVER_UNPRIV_H */
