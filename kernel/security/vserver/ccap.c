// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - context capabilities and what the first member leaves
 *
 * A context capability lets a guest do one thing for which the ceiling lacks
 * the capability.  The task must hold that capability as far as its own
 * credentials go, and every other security module still has its say.
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/minmax.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/vserver.h>

#include "ccap.h"
#include "context.h"
#include "cred.h"

bool __vs_ns_capable(struct user_namespace *ns, int cap, u64 ccap)
{
	unsigned int opts = ccap ? VS_OPT(ccap) : 0;

	if (security_capable(current_cred(), ns, cap, CAP_OPT_NONE | opts))
		return false;
	current->flags |= PF_SUPERPRIV;
	return true;
}

bool __vs_capable(int cap, u64 ccap)
{
	return __vs_ns_capable(&init_user_ns, cap, ccap);
}

/* The names of the machine are not a guest's. */
u64 __vs_utsname_ccap(void)
{
	return current->nsproxy->uts_ns == &init_uts_ns ? 0 : VXC_SET_UTSNAME;
}

u64 __vs_rlimit_ccap(unsigned int resource, unsigned long max)
{
	const struct vs_context *ctx = vs_current();

	return max <= READ_ONCE(ctx->first.rlim_max[resource]) ?
		VXC_SET_RLIMIT : 0;
}

long __vs_nice(long nice)
{
	const struct vs_context *ctx = vs_current();

	if (!vs_context_counted(ctx))
		return nice;
	return max(nice, (long)READ_ONCE(ctx->first.nice));
}

bool __vs_has_flag(u64 flag)
{
	return vs_flags(vs_current()) & flag;
}

/* The program that takes core dumps runs on the host with all power. */
bool __vs_may_pipe_core(void)
{
	const struct vs_context *ctx = vs_current();

	return ctx == &vs_host || (READ_ONCE(ctx->ccaps) & VXC_CORE_PIPE);
}

/**
 * vs_record_first - Remember what the first member came with
 * @ctx: The context that the caller is about to enter.
 *
 * Later members find the context as the first one left it.
 */
void vs_record_first(struct vs_context *ctx)
{
	int i;

	if (!vs_context_counted(ctx))
		return;
	spin_lock(&ctx->lock);
	if (!ctx->first.known) {
		ctx->first.known = true;
		WRITE_ONCE(ctx->first.nice, task_nice(current));
		for (i = 0; i < RLIM_NLIMITS; i++)
			WRITE_ONCE(ctx->first.rlim_max[i], rlimit_max(i));
	}
	spin_unlock(&ctx->lock);
}
