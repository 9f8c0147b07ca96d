/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - context capabilities and what the first member leaves
 */
#ifndef _SECURITY_VSERVER_CCAP_H
#define _SECURITY_VSERVER_CCAP_H

struct vs_context;

void vs_record_first(struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_CCAP_H */
