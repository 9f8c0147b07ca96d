// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: flags, ceiling, context capabilities, umask
 */

#include <linux/capability.h>
#include <linux/spinlock.h>

#include "cgroup.h"
#include "context.h"
#include "cred.h"
#include "migrate.h"
#include "syscall.h"

/* Changes the bits of @mask in a word that is read without a lock. */
static void change_word(struct vs_context *ctx, u64 *word, u64 value, u64 mask)
{
	spin_lock(&ctx->lock);
	WRITE_ONCE(*word, (*word & ~mask) | (value & mask));
	spin_unlock(&ctx->lock);
}

long vs_cmd_get_cflags(struct vs_call *call)
{
	u64 flags = vs_flags(call->ctx);

	call->u.cflags.flagword = flags;
	/* What the caller could still change. */
	call->u.cflags.mask = ~(VXF_ONE_TIME & ~flags);
	return 0;
}

long vs_cmd_set_cflags(struct vs_call *call)
{
	u64 ends = call->u.cflags.mask & ~call->u.cflags.flagword;

	if ((ends & VXF_STATE_SETUP) && vs_setup(call->ctx) &&
	    vs_current() == call->ctx) {
		int err = vs_cgroup_settle(call->ctx);

		if (err)
			return err;
		vs_fix_pwd();
	}
	return vs_context_change(call->ctx, call->u.cflags.flagword,
				 call->u.cflags.mask);
}

long vs_cmd_get_ccaps_v0(struct vs_call *call)
{
	call->u.caps_v0.bcaps = READ_ONCE(call->ctx->bcaps);
	call->u.caps_v0.ccaps = READ_ONCE(call->ctx->ccaps);
	call->u.caps_v0.cmask = ~0ULL;
	return 0;
}

long vs_cmd_set_ccaps_v0(struct vs_call *call)
{
	const struct vcmd_ctx_caps_v0 caps = call->u.caps_v0;

	change_word(call->ctx, &call->ctx->bcaps, caps.bcaps, caps.cmask);
	change_word(call->ctx, &call->ctx->ccaps, caps.ccaps, caps.cmask);
	return 0;
}

long vs_cmd_get_ccaps(struct vs_call *call)
{
	call->u.ccaps.ccaps = READ_ONCE(call->ctx->ccaps);
	call->u.ccaps.cmask = ~0ULL;
	return 0;
}

long vs_cmd_set_ccaps(struct vs_call *call)
{
	change_word(call->ctx, &call->ctx->ccaps, call->u.ccaps.ccaps,
		    call->u.ccaps.cmask);
	return 0;
}

long vs_cmd_get_bcaps(struct vs_call *call)
{
	call->u.bcaps.bcaps = READ_ONCE(call->ctx->bcaps);
	call->u.bcaps.bmask = ~0ULL;
	return 0;
}

long vs_cmd_set_bcaps(struct vs_call *call)
{
	change_word(call->ctx, &call->ctx->bcaps, call->u.bcaps.bcaps,
		    call->u.bcaps.bmask);
	return 0;
}

long vs_cmd_get_nested_bcaps(struct vs_call *call)
{
	const struct vs_context *ctx = call->ctx;
	/* Pairs with vs_cmd_set_nested_bcaps(): bits before the mask. */
	u64 mask = smp_load_acquire(&ctx->nested_mask);

	call->u.bcaps.bcaps = (READ_ONCE(ctx->bcaps) & ~mask) |
		(READ_ONCE(ctx->nested_bcaps) & mask);
	call->u.bcaps.bmask = ~0ULL;
	return 0;
}

/*
 * Bits that nobody has set follow the ceiling, so that one that is lowered
 * later is lowered here, too.
 */
long vs_cmd_set_nested_bcaps(struct vs_call *call)
{
	const struct vcmd_bcaps caps = call->u.bcaps;
	struct vs_context *ctx = call->ctx;

	spin_lock(&ctx->lock);
	WRITE_ONCE(ctx->nested_bcaps, (ctx->nested_bcaps & ~caps.bmask) |
		   (caps.bcaps & caps.bmask));
	/* Pairs with ceiling_in(): who sees the mask sees the bits. */
	smp_store_release(&ctx->nested_mask, ctx->nested_mask | caps.bmask);
	spin_unlock(&ctx->lock);
	return 0;
}

long vs_cmd_get_umask(struct vs_call *call)
{
	call->u.umask.umask = READ_ONCE(call->ctx->umask);
	call->u.umask.mask = ~0ULL;
	return 0;
}

long vs_cmd_set_umask(struct vs_call *call)
{
	change_word(call->ctx, &call->ctx->umask, call->u.umask.umask,
		    call->u.umask.mask);
	return 0;
}

long vs_cmd_get_wmask(struct vs_call *call)
{
	call->u.umask.umask = READ_ONCE(call->ctx->wmask);
	call->u.umask.mask = ~0ULL;
	return 0;
}

long vs_cmd_set_wmask(struct vs_call *call)
{
	change_word(call->ctx, &call->ctx->wmask, call->u.umask.umask,
		    call->u.umask.mask);
	return 0;
}
