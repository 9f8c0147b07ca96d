/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - arithmetic of token buckets
 *
 * Pure functions without locks, clocks or divisions by what was not checked.
 * There are two forms of one thing.  struct vs_bucket counts what is left and
 * can make a consumer who used all of it wait until there is a certain amount
 * again; it limits CPU time.  struct vs_flow counts the time at which all that
 * was taken will have been paid for; one word is its whole state, and it tells
 * at once when a packet may go.
 */
#ifndef _SECURITY_VSERVER_BUCKET_H
#define _SECURITY_VSERVER_BUCKET_H

#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

#define VS_PERIOD_MAX	(60LL * NSEC_PER_SEC)
#define VS_SIZE_MAX	(3600LL * NSEC_PER_SEC)
#define VS_DEBT_MAX	(60LL * NSEC_PER_SEC)

/**
 * struct vs_bucket - A bucket of CPU time; all times in nanoseconds
 * @tokens: What it holds; negative: debt.
 * @size: What it can hold.
 * @resume: What ends a hold.
 * @rate: What is added every @period.
 * @period: See @rate.
 * @last: When @rate was added last; advances in whole periods.
 * @idle_rate: What is added every @idle_period for each CPU that is idle while
 *	somebody waits; 0: nothing.
 * @idle_period: See @idle_rate.
 * @idle_next: When that is due.
 * @hold: It was emptied and did not get to @resume yet.
 */
struct vs_bucket {
	s64	tokens;
	s64	size;
	s64	resume;
	s64	rate;
	u64	period;
	u64	last;
	s64	idle_rate;
	u64	idle_period;
	u64	idle_next;
	bool	hold;
};

/**
 * vs_bucket_valid - Are the parameters of a bucket such that it works?
 */
static inline bool vs_bucket_valid(const struct vs_bucket *b)
{
	if (b->rate <= 0 || b->rate > VS_SIZE_MAX ||
	    !b->period || b->period > VS_PERIOD_MAX)
		return false;
	if (b->idle_rate < 0 || b->idle_rate > VS_SIZE_MAX ||
	    (b->idle_rate && !b->idle_period) ||
	    b->idle_period > VS_PERIOD_MAX)
		return false;
	return b->resume > 0 && b->resume <= b->size &&
		b->size <= VS_SIZE_MAX;
}

/**
 * vs_bucket_advance - Add what has become due
 * @b: The bucket.
 * @now: The time, which may be earlier than at the last call.
 */
static inline void vs_bucket_advance(struct vs_bucket *b, u64 now)
{
	u64 n;

	if (now < b->last || now - b->last < b->period)
		return;
	n = div64_u64(now - b->last, b->period);
	b->last += n * b->period;
	if (b->tokens >= b->size)
		return;
	/* No product overflows: n * rate < size - tokens + rate. */
	if (n >= DIV64_U64_ROUND_UP((u64)(b->size - b->tokens), (u64)b->rate))
		b->tokens = b->size;
	else
		b->tokens += n * b->rate;
}

/**
 * vs_bucket_release - End a hold when there is enough again
 *
 * Return: true if it ended just now.
 */
static inline bool vs_bucket_release(struct vs_bucket *b)
{
	if (!b->hold || b->tokens < b->resume)
		return false;
	b->hold = false;
	return true;
}

/**
 * vs_bucket_take - Take some, if there are that many
 * @b: The bucket.
 * @want: How many.
 *
 * Return: How many there were, 0 in debt.
 */
static inline s64 vs_bucket_take(struct vs_bucket *b, s64 want)
{
	s64 got = clamp(b->tokens, 0LL, want);

	b->tokens -= got;
	return got;
}

/**
 * vs_bucket_settle - Something was used already: go into debt for the rest
 * @b: The bucket.
 * @used: How many were used.
 * @got: How many of them vs_bucket_take() gave.
 *
 * Return: true if this begins a hold.
 */
static inline bool vs_bucket_settle(struct vs_bucket *b, s64 used, s64 got)
{
	bool begins = !b->hold;

	if (got >= used)
		return false;
	b->tokens = max(b->tokens - (used - got), -VS_DEBT_MAX);
	b->hold = true;
	return begins;
}

/**
 * vs_bucket_give_back - Return what was taken and not used
 */
static inline void vs_bucket_give_back(struct vs_bucket *b, s64 unused)
{
	b->tokens = clamp(b->tokens + unused, -VS_DEBT_MAX, b->size);
}

/**
 * vs_bucket_full_at - When vs_bucket_release() would end a hold
 *
 * Return: The first moment at which it would, without idle CPUs, as long as
 * nobody takes anything; in the past if it would now.
 */
static inline u64 vs_bucket_full_at(const struct vs_bucket *b)
{
	u64 n;

	if (b->tokens >= b->resume)
		return b->last;
	n = DIV64_U64_ROUND_UP((u64)(b->resume - b->tokens), (u64)b->rate);
	/* As far as a timer can be set. */
	return b->last + min(n, div64_u64(S64_MAX - b->last, b->period)) *
		b->period;
}

/**
 * vs_bucket_wake - When to look at a bucket on hold again
 * @b: The bucket.
 * @now: The time.
 */
static inline u64 vs_bucket_wake(struct vs_bucket *b, u64 now)
{
	u64 full = vs_bucket_full_at(b);

	if (!b->idle_rate)
		return full;
	if (b->idle_next <= now || b->idle_next - now > b->idle_period)
		b->idle_next = now + b->idle_period;
	return min(full, b->idle_next);
}

/**
 * vs_bucket_idle - Add what CPUs that nobody else wants are worth
 * @b: The bucket.
 * @now: The time.
 * @cpus: How many CPUs are idle, at most as many as there are waiters.
 */
static inline void vs_bucket_idle(struct vs_bucket *b, u64 now,
				  unsigned int cpus)
{
	if (!b->idle_rate || !b->hold || now < b->idle_next)
		return;
	b->idle_next = now + b->idle_period;
	b->tokens = min(b->tokens + b->idle_rate * (s64)cpus, b->size);
}

/**
 * vs_units_to_ns - Convert a number of the interface
 * @units: Tokens or ticks.
 * @unit: Nanoseconds in each.
 */
static inline s64 vs_units_to_ns(s32 units, u32 unit)
{
	return (s64)units * unit;
}

/**
 * vs_ns_to_units - The other way round, towards zero
 */
static inline s32 vs_ns_to_units(s64 ns, u32 unit)
{
	return clamp(div_s64(ns, unit), (s64)S32_MIN, (s64)S32_MAX);
}

/**
 * struct vs_flow - A bucket as a schedule
 * @cost: Nanoseconds that a unit costs, with 32 fraction bits.
 * @burst: Nanoseconds that can be saved up.
 * @paid: The time when everything taken is paid for.
 */
struct vs_flow {
	u64	cost;
	u64	burst;
	u64	paid;
};

/**
 * vs_flow_set - Give a flow the parameters of a bucket
 * @f: The flow; what was taken before is forgotten.
 * @rate: Units in each period, not 0.
 * @period: Nanoseconds.
 * @size: Units that can be saved up.
 */
static inline void vs_flow_set(struct vs_flow *f, u32 rate, u32 period,
			       u32 size)
{
	f->cost = div_u64((u64)period << 32, rate);
	f->burst = mul_u64_u32_shr(f->cost, size, 32);
	f->paid = 0;
}

/**
 * vs_flow_take - Take units
 * @f: The flow.
 * @now: The time.
 * @units: How many.
 *
 * Return: When they may be used: @now, or later.
 */
static inline u64 vs_flow_take(struct vs_flow *f, u64 now, u32 units)
{
	u64 from = max(f->paid, now > f->burst ? now - f->burst : 0);

	f->paid = from + mul_u64_u32_shr(f->cost, units, 32);
	return max(from, now);
}

#endif /* _SECURITY_VSERVER_BUCKET_H */
