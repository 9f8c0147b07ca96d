/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - System V IPC
 */
#ifndef _SECURITY_VSERVER_IPC_H
#define _SECURITY_VSERVER_IPC_H

#include <linux/types.h>

/**
 * struct vs_ipc - State of an IPC object
 * @id: Of the context it belongs to, see vs_context_id().
 */
struct vs_ipc {
	u32	id;
};

#ifdef CONFIG_SYSVIPC
void vs_add_ipc_hooks(void);
#else
static inline void vs_add_ipc_hooks(void) { }
#endif

#endif /* _SECURITY_VSERVER_IPC_H */
