// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: limits, and what is in use of them
 */

#include <linux/spinlock.h>

#include "context.h"
#include "limit.h"
#include "syscall.h"
#include "usage.h"

static u64 to_user(long value)
{
	return value == VS_LIMIT_NONE ? VLIM_INFINITY : value;
}

/* What cannot be reached is no limit. */
static long from_user(u64 value)
{
	return min_t(u64, value, VS_LIMIT_NONE);
}

/* The structure in the caller's layout to and from the common one. */
static struct vcmd_ctx_rlimit given_rlimit(const struct vs_call *call)
{
	const struct vs_compat_rlimit *compat = &call->u.compat_rlimit;

	if (!call->compat)
		return call->u.rlimit;
	return (struct vcmd_ctx_rlimit) {
		.id		= compat->id,
		.softlimit	= compat->softlimit,
		.maximum	= compat->maximum,
	};
}

static void answer_rlimit(struct vs_call *call, u64 soft, u64 max)
{
	if (call->compat) {
		call->u.compat_rlimit.minimum = 0;
		call->u.compat_rlimit.softlimit = soft;
		call->u.compat_rlimit.maximum = max;
	} else {
		call->u.rlimit.minimum = 0;
		call->u.rlimit.softlimit = soft;
		call->u.rlimit.maximum = max;
	}
}

long vs_cmd_get_rlimit(struct vs_call *call)
{
	struct vs_context *ctx = call->ctx;
	int kind = vs_limit_kind(given_rlimit(call).id);
	u64 soft, max;

	if (kind < 0)
		return kind;
	spin_lock(&ctx->lock);
	soft = to_user(ctx->limit[kind].soft);
	max = to_user(ctx->limit[kind].max);
	spin_unlock(&ctx->lock);
	answer_rlimit(call, soft, max);
	return 0;
}

long vs_cmd_set_rlimit(struct vs_call *call)
{
	const struct vcmd_ctx_rlimit rlimit = given_rlimit(call);
	struct vs_context *ctx = call->ctx;
	int kind = vs_limit_kind(rlimit.id);
	long soft, max;

	if (kind < 0)
		return kind;
	spin_lock(&ctx->lock);
	soft = ctx->limit[kind].soft;
	max = ctx->limit[kind].max;
	if (rlimit.softlimit != VLIM_KEEP)
		soft = from_user(rlimit.softlimit);
	if (rlimit.maximum != VLIM_KEEP)
		max = from_user(rlimit.maximum);
	vs_limit_set(ctx, kind, soft, max);
	spin_unlock(&ctx->lock);
	return 0;
}

long vs_cmd_get_rlimit_mask(struct vs_call *call)
{
	u32 id;

	for (id = 0; id < VLIM_IDS; id++)
		if (vs_limit_kind(id) >= 0)
			call->u.rlimit_mask.maximum |= BIT(id);
	return 0;
}

long vs_cmd_rlimit_stat(struct vs_call *call)
{
	struct vs_usage usage = {};

	/* Not for nothing: it takes its time. */
	if (vs_limit_kind(call->u.rlimit_stat.id) < 0)
		vs_usage_count(call->ctx, &usage);
	return vs_rlimit_stat(call->ctx, &usage, &call->u.rlimit_stat);
}

long vs_cmd_reset_hits(struct vs_call *call)
{
	int i;

	for (i = 0; i < VS_LIMITS; i++)
		atomic_set(&call->ctx->limit[i].hits, 0);
	return 0;
}

long vs_cmd_reset_minmax(struct vs_call *call)
{
	int i;

	for (i = 0; i < VS_LIMITS; i++)
		vs_limit_reset(call->ctx, i);
	return 0;
}
