/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns how the bench uses contexts.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <linux/vserver.h>

#include "bench.h"

/* Without namespaces of their own. */
#define SHARED	(VXF_SHARE_UTS | VXF_SHARE_IPC)

static inline long vserver(uint32_t cmd, uint32_t id, void *data)
{
	return sys3(VS_NR_X86_64, cmd, id, data);
}

void context_create(uint32_t xid, uint64_t flags);
void context_migrate(uint32_t xid);
void context_end_setup(uint32_t xid);
void context_keep(uint32_t xid, uint64_t flags);
void context_drop(uint32_t xid);

#endif
