/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - counters of a context that have a limit
 */
#ifndef _SECURITY_VSERVER_LIMIT_H
#define _SECURITY_VSERVER_LIMIT_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/limits.h>
#include <linux/types.h>

struct vs_context;

/**
 * enum vs_limit_kind - What a context has a limit for
 * @VS_LIMIT_FILES: Open files (struct file), of whoever opened them.
 * @VS_LIMIT_LOCKS: File locks and leases that are held.
 * @VS_LIMIT_SOCKS: Sockets, of whoever made them, and connections to these.
 * @VS_LIMIT_TASKS: Member threads; counted by the claims on the context.
 * @VS_LIMITS: Number of the above.
 * @VS_LIMITS_STOCKED: Number of those that are charged by vs_limit_charge().
 */
enum vs_limit_kind {
	VS_LIMIT_FILES,
	VS_LIMIT_LOCKS,
	VS_LIMIT_SOCKS,
	VS_LIMIT_TASKS,
	VS_LIMITS,
	VS_LIMITS_STOCKED = VS_LIMIT_TASKS,
};

#define VS_LIMIT_NONE	LONG_MAX

/**
 * struct vs_limit - A counter and its limit
 * @charged: What is in use, and what CPUs keep in stock; see limit.c.
 * @max: The hard limit; what is in use already may be more.
 * @soft: The soft limit: stored, no effect.
 * @peak: Most that was in use.
 * @low: Least that was in use since the last reset.
 * @hits: Number of refusals.
 */
struct vs_limit {
	atomic_long_t	charged;
	long		max;
	long		soft;
	long		peak;
	long		low;
	atomic_t	hits;
} ____cacheline_aligned_in_smp;

int vs_limit_kind(u32 id);
void vs_limits_init(struct vs_context *ctx);

bool vs_limit_charge(struct vs_context *ctx, enum vs_limit_kind kind);
void vs_limit_uncharge(struct vs_context *ctx, enum vs_limit_kind kind);
int vs_limit_charge_task(struct vs_context *ctx);
void vs_limit_uncharge_task(struct vs_context *ctx);

void vs_limit_set(struct vs_context *ctx, enum vs_limit_kind kind, long soft,
		  long max);
long vs_limit_used(const struct vs_context *ctx, enum vs_limit_kind kind);
long vs_limit_peak(const struct vs_context *ctx, enum vs_limit_kind kind);
long vs_limit_low(const struct vs_context *ctx, enum vs_limit_kind kind);
void vs_limit_reset(struct vs_context *ctx, enum vs_limit_kind kind);

#endif /* _SECURITY_VSERVER_LIMIT_H */
