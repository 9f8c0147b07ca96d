// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - which context the OOM killer likes best
 */

#include <linux/cred.h>
#include <linux/minmax.h>
#include <linux/oom.h>
#include <linux/vs_limit.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "syscall.h"

/*
 * @adj is the oom_score_adj of @p.  The bias of its context is added, but never
 * shields a process altogether: that would leave the machine without a victim.
 */
long __vs_oom_adj(const struct task_struct *p, long adj)
{
	s64 bias;

	rcu_read_lock();
	bias = READ_ONCE(vs_task_context(p)->badness);
	rcu_read_unlock();
	bias = clamp_t(s64, bias, -2 * OOM_SCORE_ADJ_MAX,
		       2 * OOM_SCORE_ADJ_MAX);
	return clamp_t(long, adj + bias, OOM_SCORE_ADJ_MIN + 1,
		       OOM_SCORE_ADJ_MAX);
}

long vs_cmd_get_badness(struct vs_call *call)
{
	call->u.badness.bias = READ_ONCE(call->ctx->badness);
	return 0;
}

long vs_cmd_set_badness(struct vs_call *call)
{
	WRITE_ONCE(call->ctx->badness, call->u.badness.bias);
	return 0;
}
