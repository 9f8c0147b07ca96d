/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what members of a context use, counted when asked
 */
#ifndef _SECURITY_VSERVER_USAGE_H
#define _SECURITY_VSERVER_USAGE_H

#include <linux/types.h>
#include <uapi/linux/vserver.h>

struct vs_context;

/**
 * struct vs_usage - What members of a context use
 * @value: By id of the limit; 0 for what is not counted here.  Memory is in
 *	pages.
 */
struct vs_usage {
	u64	value[VLIM_IDS];
};

void vs_usage_count(struct vs_context *ctx, struct vs_usage *usage);
int vs_rlimit_stat(struct vs_context *ctx, const struct vs_usage *usage,
		   struct vcmd_rlimit_stat *stat);

#endif /* _SECURITY_VSERVER_USAGE_H */
