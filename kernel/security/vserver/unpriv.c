// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - contexts of users without privileges
 *
 * A user may put programs into a context of their own, so that they neither
 * see nor signal what else the user runs, and never have a capability.  The
 * administrator of the host decides whether that is allowed.
 *
 * What could be dangerous about it: set-user-id programs misbehave without
 * capabilities, so no program gains privileges by execution.  Limits of the
 * user must not multiply, so they are counted together with those outside.
 * Others lose sight of the processes, so root sees and may kill them as those
 * of any context, and so may the owner.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sysctl.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>
#include <linux/xarray.h>

#include "context.h"
#include "cred.h"
#include "migrate.h"
#include "syscall.h"
#include "unpriv.h"

static int allowed __read_mostly;
static int max_per_user __read_mostly = 16;

/*
 * May every user of the host lower the bounding set, and so limit the
 * set-user-id programs that are run afterwards?  Some of them are dangerous
 * with half of their capabilities, hence another switch.
 */
static int users_drop_bset __read_mostly;

/* The value at boot: vserver.unprivileged_contexts= */
module_param_named(unprivileged_contexts, allowed, bint, 0);

/* Number of contexts by user id. */
static DEFINE_XARRAY(owners);
static DEFINE_MUTEX(owners_lock);

static int owner_get(kuid_t owner)
{
	unsigned long nr, uid = __kuid_val(owner);
	int err = -EAGAIN;

	mutex_lock(&owners_lock);
	nr = xa_to_value(xa_load(&owners, uid) ?: xa_mk_value(0));
	if (nr < READ_ONCE(max_per_user))
		err = xa_err(xa_store(&owners, uid, xa_mk_value(nr + 1),
				      GFP_KERNEL));
	mutex_unlock(&owners_lock);
	return err;
}

/**
 * vs_owner_put - A user has one context less
 */
void vs_owner_put(kuid_t owner)
{
	unsigned long nr, uid = __kuid_val(owner);

	mutex_lock(&owners_lock);
	nr = xa_to_value(xa_load(&owners, uid));
	/* Stored over an entry or removing one: neither takes memory. */
	xa_store(&owners, uid, nr > 1 ? xa_mk_value(nr - 1) : NULL,
		 GFP_KERNEL);
	mutex_unlock(&owners_lock);
}

/**
 * vs_context_create_unprivileged - Create a context without power for a user
 * @flags: Its flags.
 *
 * Its ceiling is empty from the beginning.  The rest is as for
 * vs_context_create().
 *
 * Return: The context, or an error pointer: -EAGAIN when the user has too
 * many of them or no id is free, -ENOMEM.
 */
struct vs_context *vs_context_create_unprivileged(u64 flags)
{
	struct vs_context *ctx;
	int err;

	err = owner_get(current_uid());
	if (err)
		return ERR_PTR(err);
	ctx = vs_context_make(VS_XID_NONE, flags, true);
	if (IS_ERR(ctx))
		vs_owner_put(current_uid());
	return ctx;
}

/**
 * vs_owner_is - Did somebody create a context as an unprivileged user?
 */
bool vs_owner_is(const struct vs_context *ctx, const struct cred *cred)
{
	return ctx->unprivileged && (uid_eq(ctx->owner, cred->uid) ||
				     uid_eq(ctx->owner, cred->euid));
}

bool vs_may_drop_bset(void)
{
	return READ_ONCE(users_drop_bset) && vs_current_xid() == VS_XID_HOST;
}

/* What a user can ask for; nothing in it touches anybody else. */
#define VXF_USERS	(VXF_INFO_LOCK | VXF_INFO_SCHED | VXF_INFO_NPROC |     \
			 VXF_INFO_INIT | VXF_INFO_HIDE | VXF_INFO_ULIMIT |     \
			 VXF_INFO_NSPACE | VXF_INIT_KILL | VXF_VIRT_UPTIME |   \
			 VXF_VIRT_LOAD)

/*
 * Creates and enters in one go: there is no setup, and nothing to set up.
 * The user cannot unshare namespaces and need not.
 */
long vs_cmd_ctx_create_unpriv(struct vs_call *call)
{
	u64 flags = call->u.flagword.flagword;
	struct vs_context *ctx;
	long ret;

	if (vs_current() != &vs_host || !READ_ONCE(allowed))
		return -EPERM;
	/* There a user may be many, and take all ids. */
	if (current_user_ns() != &init_user_ns)
		return -EPERM;
	if (call->id || (flags & ~VXF_KNOWN))
		return -EINVAL;
	if (flags & ~VXF_USERS)
		return -EPERM;
	ret = vs_check_alone();
	if (ret)
		return ret;

	ctx = vs_context_create_unprivileged(flags | VXF_STATE_ADMIN |
					     VXF_SHARE_UTS | VXF_SHARE_IPC);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	ret = vs_enter(ctx);
	if (!ret && (flags & VXF_INFO_INIT))
		ret = vs_context_set_init(ctx);
	if (!ret)
		ret = ctx->xid;
	vs_context_unclaim(ctx);
	vs_context_put(ctx);
	return ret;
}

#ifdef CONFIG_SYSCTL
/* The mode bits would let a guest's root write: it has the same user id. */
static int host_only(const struct ctl_table *table, int write, void *buffer,
		     size_t *lenp, loff_t *ppos)
{
	if (write && vs_current_xid() != VS_XID_HOST)
		return -EPERM;
	return proc_dointvec_minmax(table, write, buffer, lenp, ppos);
}

static struct ctl_table unpriv_sysctls[] = {
	{
		.procname	= "unprivileged_contexts",
		.data		= &allowed,
		.maxlen		= sizeof(allowed),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{
		.procname	= "unprivileged_max",
		.data		= &max_per_user,
		.maxlen		= sizeof(max_per_user),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_INT_MAX,
	},
	{
		.procname	= "unprivileged_capbset",
		.data		= &users_drop_bset,
		.maxlen		= sizeof(users_drop_bset),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
};

static int __init unpriv_sysctl_init(void)
{
	register_sysctl_init("kernel/vserver", unpriv_sysctls);
	return 0;
}
late_initcall(unpriv_sysctl_init);
#endif
