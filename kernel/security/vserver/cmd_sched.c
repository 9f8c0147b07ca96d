// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: CPU time and its limit
 *
 * A context has one bucket.  Earlier versions had one for each CPU; the number
 * of a CPU must be a possible one and makes no difference beyond that.
 */

#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "sched.h"
#include "syscall.h"
#include "virt.h"

#define PRIO_BIAS_MAX	20

static bool possible_cpu(s32 cpu)
{
	return cpu >= 0 && cpu < nr_cpu_ids && cpu_possible(cpu);
}

/* Nanoseconds in a token and in a unit of an interval. */
static u32 unit_of(u32 mask)
{
	return mask & VXSM_MSEC ? NSEC_PER_MSEC : NSEC_PER_SEC / USER_HZ;
}

static int check_place(const struct vcmd_sched *s)
{
	if ((s->mask & VXSM_CPU_ID) && !possible_cpu(s->cpu_id))
		return -EINVAL;
	if ((s->mask & VXSM_BUCKET_ID) && s->bucket_id)
		return -EINVAL;
	return 0;
}

/* The second rate counts only as long as each change asks for it. */
static void change_idle(struct vs_bucket *b, const struct vcmd_sched *s,
			u32 unit)
{
	if (s->mask & VXSM_FILL_RATE2)
		b->idle_rate = vs_units_to_ns(s->fill_rate[1], unit);
	if (s->mask & VXSM_INTERVAL2)
		b->idle_period = vs_units_to_ns(s->interval[1], unit);
	if (!(s->mask & VXSM_IDLE_TIME)) {
		b->idle_rate = 0;
		return;
	}
	if (!b->idle_rate)
		b->idle_rate = b->rate;
	if (!b->idle_period)
		b->idle_period = b->period;
}

/* Out of range means what it always meant: a usual value. */
static void change_bucket(struct vs_bucket *b, const struct vcmd_sched *s)
{
	u32 unit = unit_of(s->mask);

	if (s->mask & VXSM_FILL_RATE)
		b->rate = vs_units_to_ns(s->fill_rate[0], unit);
	if (s->mask & VXSM_INTERVAL)
		b->period = vs_units_to_ns(s->interval[0], unit);
	change_idle(b, s, unit);
	if (s->mask & VXSM_TOKENS_MAX)
		b->size = s->tokens_max > 0 ?
			vs_units_to_ns(s->tokens_max, unit) : NSEC_PER_SEC;
	if (s->mask & VXSM_TOKENS_MIN)
		b->resume = s->tokens_min < 0 ? NSEC_PER_SEC / 3 :
			vs_units_to_ns(max(s->tokens_min, 1), unit);
	b->resume = min(b->resume, b->size);
	if (s->mask & VXSM_TOKENS)
		b->tokens = max(vs_units_to_ns(s->tokens, unit), -VS_DEBT_MAX);
}

static long set_sched(struct vs_context *ctx, const struct vcmd_sched *s)
{
	struct vs_bucket b;
	int err;

	err = check_place(s);
	if (err)
		return err;
	vs_sched_read(ctx, &b);
	change_bucket(&b, s);
	if (!vs_bucket_valid(&b))
		return -EINVAL;
	if (s->mask & VXSM_PRIO_BIAS)
		WRITE_ONCE(ctx->prio_bias, clamp(s->prio_bias, -PRIO_BIAS_MAX,
						 PRIO_BIAS_MAX));
	if (!(s->mask & (VXSM_SET_MASK & ~VXSM_PRIO_BIAS)) &&
	    !vs_sched_limited(ctx))
		return 0;
	err = vs_sched_prepare(ctx);
	if (err)
		return err;
	vs_sched_write(ctx, &b, s->mask & VXSM_TOKENS);
	return 0;
}

long vs_cmd_set_sched_v3(struct vs_call *call)
{
	const struct vcmd_sched_v3 *v3 = &call->u.sched_v3;
	const struct vcmd_sched s = {
		.mask		= v3->set_mask & VXSM_V3_MASK,
		.fill_rate	= { v3->fill_rate },
		.interval	= { v3->interval },
		.tokens		= v3->tokens,
		.tokens_min	= v3->tokens_min,
		.tokens_max	= v3->tokens_max,
		.prio_bias	= v3->prio_bias,
	};

	return set_sched(call->ctx, &s);
}

long vs_cmd_set_sched_v4(struct vs_call *call)
{
	const struct vcmd_sched_v4 *v4 = &call->u.sched_v4;
	const struct vcmd_sched s = {
		.mask		= v4->set_mask & (VXSM_V3_MASK | VXSM_CPU_ID |
						  VXSM_BUCKET_ID),
		.cpu_id		= v4->cpu_id,
		.bucket_id	= v4->bucket_id,
		.fill_rate	= { v4->fill_rate },
		.interval	= { v4->interval },
		.tokens		= v4->tokens,
		.tokens_min	= v4->tokens_min,
		.tokens_max	= v4->tokens_max,
		.prio_bias	= v4->prio_bias,
	};

	return set_sched(call->ctx, &s);
}

long vs_cmd_set_sched(struct vs_call *call)
{
	const struct vcmd_sched s = call->u.sched;

	return set_sched(call->ctx, &s);
}

long vs_cmd_get_sched(struct vs_call *call)
{
	struct vcmd_sched *s = &call->u.sched;
	u32 unit = unit_of(s->mask);
	struct vs_bucket b;
	int err;

	err = check_place(s);
	if (err)
		return err;
	vs_sched_read(call->ctx, &b);
	s->mask = VXSM_SET_MASK | (s->mask & (VXSM_MSEC | VXSM_CPU_ID |
					      VXSM_BUCKET_ID));
	if (b.idle_rate)
		s->mask |= VXSM_IDLE_TIME;
	s->fill_rate[0] = vs_ns_to_units(b.rate, unit);
	s->fill_rate[1] = vs_ns_to_units(b.idle_rate, unit);
	s->interval[0] = vs_ns_to_units(b.period, unit);
	s->interval[1] = vs_ns_to_units(b.idle_period, unit);
	s->tokens = vs_ns_to_units(b.tokens, unit);
	s->tokens_min = vs_ns_to_units(b.resume, unit);
	s->tokens_max = vs_ns_to_units(b.size, unit);
	s->prio_bias = READ_ONCE(call->ctx->prio_bias);
	return 0;
}

/* For id 0, the host, only what a token is. */
long vs_cmd_sched_info(struct vs_call *call)
{
	struct vcmd_sched_info *info = &call->u.sched_info;
	struct vs_context *self = vs_current(), *ctx;
	u32 id = (s32)call->id < 0 ? self->xid : call->id;

	if (vs_guest() && id != self->xid)
		return -ESRCH;
	if (!possible_cpu(info->cpu_id) || info->bucket_id)
		return -EINVAL;
	info->token_usec = USEC_PER_SEC / USER_HZ;
	info->user_msec = 0;
	info->sys_msec = 0;
	info->hold_msec = 0;
	info->vavavoom = 0;
	if (id == VS_XID_HOST)
		return 0;

	ctx = vs_context_find(id);
	if (!ctx)
		return -ESRCH;
	info->user_msec = div_u64(vs_cpu_used(ctx, info->cpu_id, CPUTIME_USER) +
				  vs_cpu_used(ctx, info->cpu_id, CPUTIME_NICE),
				  NSEC_PER_MSEC);
	info->sys_msec = div_u64(vs_cpu_used(ctx, info->cpu_id, CPUTIME_SYSTEM),
				 NSEC_PER_MSEC);
	info->hold_msec = div_u64(vs_sched_held(ctx), NSEC_PER_MSEC);
	info->vavavoom = READ_ONCE(ctx->prio_bias);
	vs_context_put(ctx);
	return 0;
}

long vs_cmd_set_prio_bias(struct vs_call *call)
{
	const struct vcmd_prio_bias *bias = &call->u.prio_bias;

	if (bias->cpu_id != -1 && !possible_cpu(bias->cpu_id))
		return -EINVAL;
	WRITE_ONCE(call->ctx->prio_bias, clamp(bias->prio_bias, -PRIO_BIAS_MAX,
					       PRIO_BIAS_MAX));
	return 0;
}

long vs_cmd_get_prio_bias(struct vs_call *call)
{
	if (!possible_cpu(call->u.prio_bias.cpu_id))
		return -EINVAL;
	call->u.prio_bias.prio_bias = READ_ONCE(call->ctx->prio_bias);
	return 0;
}
