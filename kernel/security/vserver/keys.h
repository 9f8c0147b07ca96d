/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - keys
 */
#ifndef _SECURITY_VSERVER_KEYS_H
#define _SECURITY_VSERVER_KEYS_H

#include <linux/types.h>

struct vs_context;

/**
 * struct vs_key - State of a key
 * @id: Of the context it belongs to, see vs_context_id().
 */
struct vs_key {
	u32	id;
};

#ifdef CONFIG_KEYS
void vs_keys_enter(void);
void vs_keys_end(struct vs_context *ctx);
void vs_add_key_hooks(void);
#else
static inline void vs_keys_enter(void) { }
static inline void vs_keys_end(struct vs_context *ctx) { }
static inline void vs_add_key_hooks(void) { }
#endif

#endif /* _SECURITY_VSERVER_KEYS_H */
