/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - which context a task and its credentials belong to
 *
 * The credentials decide.  Of the two sets a task has, the real ones say who
 * it is, and overriding the others (overlayfs, io_uring, nfsd) does not change
 * that; any set says on whose authority a capability is asked for.
 */
#ifndef _SECURITY_VSERVER_CRED_H
#define _SECURITY_VSERVER_CRED_H

#include <linux/cred.h>
#include <linux/log2.h>
#include <linux/sched.h>

#include "context.h"
#include "setup.h"

struct vs_net;

/**
 * struct vs_cred - What credentials say of contexts
 * @ctx: The security context.
 * @nx: The network context, or NULL.
 * @net_spectator: With id 1 instead of 0 for no network context.
 */
struct vs_cred {
	struct vs_context	*ctx;
	struct vs_net		*nx;
	bool			net_spectator;
};

/*
 * A context capability (VXC_*) in the options of security_capable(): above the
 * bits that others use, and never zero.
 */
#define VS_OPT_SHIFT	8
#define VS_OPT(ccap)	(((unsigned int)ilog2(ccap) + 1) << VS_OPT_SHIFT)

static inline struct vs_cred *vs_cred(const struct cred *cred)
{
	return cred->security + vs_blob_sizes.lbs_cred;
}

/*
 * Credentials that nobody gave a context belong nowhere: they have no power,
 * and no other context is theirs.
 */
static inline struct vs_context *vs_cred_context(const struct cred *cred)
{
	struct vs_context *ctx = vs_cred(cred)->ctx;

	return likely(ctx) ? ctx : &vs_nowhere;
}

static inline struct vs_context *vs_current(void)
{
	return vs_cred_context(current_real_cred());
}

/* Under RCU, or of a task whose credentials cannot change. */
static inline struct vs_context *vs_task_context(const struct task_struct *p)
{
	return vs_cred_context(__task_cred(p));
}

/* Is @p a member of @ctx?  From anywhere. */
static inline bool vs_is_member(const struct task_struct *p,
				const struct vs_context *ctx)
{
	bool member;

	rcu_read_lock();
	member = vs_task_context(p) == ctx;
	rcu_read_unlock();
	return member;
}

bool vs_allows(const struct vs_context *ctx, int cap, unsigned int opts);
bool vs_allows_in(const struct vs_context *ctx, const struct user_namespace *ns,
		  int cap, unsigned int opts);
u64 vs_context_ceiling(const struct vs_context *ctx);
void vs_cred_init(void);

#endif /* _SECURITY_VSERVER_CRED_H */
