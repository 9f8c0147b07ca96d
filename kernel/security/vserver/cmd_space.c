// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: namespaces a context remembers
 */

#include "context.h"
#include "cred.h"
#include "space.h"
#include "syscall.h"

static int check_host(const struct vs_context *ctx)
{
	/* The way to the spectator has no spaces. */
	if (!vs_context_counted(ctx))
		return -ESRCH;
	return vs_flags(ctx) & VXF_INFO_PRIVATE ? -EACCES : 0;
}

static long enter_space(struct vs_context *ctx, unsigned int index, u64 mask)
{
	return check_host(ctx) ?: vs_space_enter(ctx, index, mask);
}

/* Version 0 had no structure: mount namespace and directories. */
long vs_cmd_enter_space_v0(struct vs_call *call)
{
	return enter_space(call->ctx, 0, CLONE_NEWNS | CLONE_FS);
}

long vs_cmd_enter_space_v1(struct vs_call *call)
{
	return enter_space(call->ctx, 0, call->u.space_v1.mask);
}

long vs_cmd_enter_space(struct vs_call *call)
{
	return enter_space(call->ctx, call->u.space.index,
			   call->u.space.mask);
}

long vs_cmd_space_fd(struct vs_call *call)
{
	return check_host(call->ctx) ?:
		vs_space_open(call->ctx, call->u.space_fd.index,
			      call->u.space_fd.type);
}

long vs_cmd_set_space_v1(struct vs_call *call)
{
	return vs_space_store(call->ctx, 0, call->u.space_v1.mask);
}

long vs_cmd_set_space(struct vs_call *call)
{
	return vs_space_store(call->ctx, call->u.space.index,
			      call->u.space.mask);
}

/* Version 0 knew two kinds less. */
long vs_cmd_get_space_mask_v0(struct vs_call *call)
{
	call->u.space_v1.mask = VS_SPACE_OLD & ~(CLONE_NEWPID | CLONE_NEWNET);
	return 0;
}

long vs_cmd_get_space_mask(struct vs_call *call)
{
	call->u.space_v1.mask = VS_SPACE_OLD;
	return 0;
}

long vs_cmd_get_space_default(struct vs_call *call)
{
	call->u.space_v1.mask = VS_SPACE_DEFAULT;
	return 0;
}
