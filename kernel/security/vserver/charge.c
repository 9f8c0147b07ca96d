// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - open files, file locks and sockets count for a context
 *
 * A file counts for whoever opened it, for as long as it is open, wherever its
 * descriptors have gone: who hands a descriptor to somebody else cannot get
 * rid of the file that way.  A lock counts for whoever set it, a socket for
 * whoever made it, and a connection that is accepted like the one that listens.
 */

#include <linux/cred.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/preempt.h>
#include <linux/vs_limit.h>
#include <linux/vserver.h>
#include <net/sock.h>
#include <net/vserver.h>

#include "context.h"
#include "cred.h"
#include "limit.h"
#include "setup.h"

/*
 * f_xid of a file that was not charged and will be freed at once.  The host
 * has no generation, so no opener has this id.
 */
#define FILE_REFUSED	BIT(16)

static int hook_file_alloc(struct file *file)
{
	struct vs_context *ctx = vs_cred_context(file->f_cred);

	if (!vs_context_counted(ctx) || vs_limit_charge(ctx, VS_LIMIT_FILES))
		return 0;
	/* What a module has allocated is freed although it has refused. */
	file->f_xid = FILE_REFUSED;
	return -ENFILE;
}

static void hook_file_free(struct file *file)
{
	struct vs_context *ctx = vs_cred_context(file->f_cred);

	if (vs_context_counted(ctx) && file->f_xid != FILE_REFUSED)
		vs_limit_uncharge(ctx, VS_LIMIT_FILES);
}

/* The context that sockets of the caller count for, or NULL. */
static struct vs_context *socket_context(void)
{
	struct vs_context *ctx = vs_current();

	return vs_context_counted(ctx) && !in_interrupt() ? ctx : NULL;
}

bool __vs_sk_charge(void)
{
	struct vs_context *ctx = socket_context();

	return !ctx || vs_limit_charge(ctx, VS_LIMIT_SOCKS);
}

void __vs_sk_uncharge(void)
{
	struct vs_context *ctx = socket_context();

	if (ctx)
		vs_limit_uncharge(ctx, VS_LIMIT_SOCKS);
}

bool __vs_sk_charge_for(struct vs_context *ctx)
{
	return vs_limit_charge(ctx, VS_LIMIT_SOCKS);
}

void __vs_sk_uncharge_for(struct vs_context *ctx)
{
	vs_limit_uncharge(ctx, VS_LIMIT_SOCKS);
}

/* The socket of the caller has been charged. */
void __vs_sk_account(struct sock *sk)
{
	sk->sk_vs_acct = vs_context_get(socket_context());
}

void __vs_sk_clone_account(const struct sock *sk)
{
	vs_context_get(sk->sk_vs_acct);
}

void __vs_sk_unaccount(struct sock *sk)
{
	vs_limit_uncharge(sk->sk_vs_acct, VS_LIMIT_SOCKS);
	vs_context_put(sk->sk_vs_acct);
}

/*
 * A lock is charged when it is about to be inserted in the list of the file:
 * requests that wait are as many as there are threads.  Under spinlocks.
 */
bool __vs_lock_charge(struct file_lock_core *flc)
{
	struct vs_context *ctx = vs_current();

	if (flc->flc_vs || !vs_context_counted(ctx))
		return true;
	if (!vs_limit_charge(ctx, VS_LIMIT_LOCKS))
		return false;
	flc->flc_vs = vs_context_get(ctx);
	return true;
}

void __vs_lock_uncharge(struct file_lock_core *flc)
{
	struct vs_context *ctx = flc->flc_vs;

	flc->flc_vs = NULL;
	vs_limit_uncharge(ctx, VS_LIMIT_LOCKS);
	vs_context_put(ctx);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(file_alloc_security, hook_file_alloc),
	LSM_HOOK_INIT(file_free_security, hook_file_free),
};

void __init vs_add_charge_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
