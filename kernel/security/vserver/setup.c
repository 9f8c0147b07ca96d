// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - registration as a security module, static keys, sysctls
 */

#include <linux/init.h>
#include <linux/lsm_count.h>
#include <linux/lsm_hooks.h>
#include <linux/mutex.h>
#include <linux/sysctl.h>
#include <linux/vserver.h>
#include <uapi/linux/lsm.h>

#include "below.h"
#include "context.h"
#include "cow.h"
#include "cred.h"
#include "ipc.h"
#include "keys.h"
#include "pool.h"
#include "setup.h"
#include "task.h"

/* COUNT_ARGS() counts to 15: one more module needs linux/args.h extended. */
static_assert(MAX_LSM_COUNT <= 15);

DEFINE_STATIC_KEY_FALSE(vs_active_key);

/* The hooks that only matter once there is a context besides the host's. */
static struct {
	struct security_hook_list *hooks;
	int count;
} vs_lazy[32] __ro_after_init;

const struct lsm_id vs_lsmid = {
	.name = "vserver",
	.id = LSM_ID_VSERVER,
};

struct lsm_blob_sizes vs_blob_sizes __ro_after_init = {
	.lbs_cred = sizeof(struct vs_cred),
	.lbs_ipc = sizeof(struct vs_ipc),
	.lbs_key = sizeof(struct vs_key),
	.lbs_task = sizeof(struct vs_task),
};

static void switch_hook(const struct security_hook_list *hook, bool on)
{
	const struct lsm_static_call *slot = hook->scalls;
	int i;

	for (i = 0; i < MAX_LSM_COUNT; i++, slot++) {
		if (slot->hl != hook)
			continue;
		if (on)
			static_branch_enable(slot->active);
		else
			static_branch_disable(slot->active);
	}
}

/**
 * vs_add_lazy_hooks - Register hooks, but leave them off until vs_activate()
 * @hooks: The hooks; each returns what stands for "no objection" to a host
 *	without contexts.
 * @count: Their number.
 */
void __init vs_add_lazy_hooks(struct security_hook_list *hooks, int count)
{
	int i;

	security_add_hooks(hooks, count, &vs_lsmid);
	for (i = 0; i < count; i++)
		switch_hook(&hooks[i], false);
	for (i = 0; vs_lazy[i].hooks; i++)
		;
	/* A group that stayed off would permit what it is there to deny. */
	if (i == ARRAY_SIZE(vs_lazy) - 1)
		panic("vserver: too many groups of hooks\n");
	vs_lazy[i].hooks = hooks;
	vs_lazy[i].count = count;
}

static void switch_lazy_hooks_on(void)
{
	int i, j;

	for (i = 0; i < ARRAY_SIZE(vs_lazy); i++)
		for (j = 0; j < vs_lazy[i].count; j++)
			switch_hook(&vs_lazy[i].hooks[j], true);
}

/**
 * vs_activate - Turn the hooks on before the first use of a context
 *
 * They stay on: patching code at every creation would cost more than it
 * saves.  Whoever comes while the first caller is still patching waits; the
 * key itself reads as on from the beginning of that.  May sleep.
 */
void vs_activate(void)
{
	static DEFINE_MUTEX(lock);
	static bool done;

	/* Pairs with the release below: who sees it sees all hooks on. */
	if (smp_load_acquire(&done))
		return;
	mutex_lock(&lock);
	if (!done) {
		switch_lazy_hooks_on();
		static_branch_enable(&vs_active_key);
		vs_proc_activate();
		/* After the last patched instruction. */
		smp_store_release(&done, true);
	}
	mutex_unlock(&lock);
}

/*
 * A ceiling set by an old "--secure" has the bits above 31 set by accident,
 * so they count only when the administrator says so.
 */
unsigned long vs_high_caps __read_mostly;

#ifdef CONFIG_SYSCTL
/* The mode bits would let a guest's root write: it has the same user id. */
static int host_only(const struct ctl_table *table, int write, void *buffer,
		     size_t *lenp, loff_t *ppos)
{
	if (write && vs_current_xid() != VS_XID_HOST)
		return -EPERM;
	if (table->maxlen == sizeof(int))
		return proc_douintvec_minmax(table, write, buffer, lenp, ppos);
	return proc_doulongvec_minmax(table, write, buffer, lenp, ppos);
}

static struct ctl_table vs_sysctls[] = {
	{
		.procname	= "cow",
		.data		= &vs_cow,
		.maxlen		= sizeof(vs_cow),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{
		.procname	= "high_caps",
		.data		= &vs_high_caps,
		.maxlen		= sizeof(vs_high_caps),
		.mode		= 0644,
		.proc_handler	= host_only,
	},
	{
		.procname	= "host_suid",
		.data		= &vs_host_suid,
		.maxlen		= sizeof(vs_host_suid),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{
		.procname	= "pool_share",
		.data		= &vs_pool_share,
		.maxlen		= sizeof(vs_pool_share),
		.mode		= 0644,
		.proc_handler	= host_only,
		.extra1		= SYSCTL_ONE,
	},
};

static int __init vs_sysctl_init(void)
{
	register_sysctl_init("kernel/vserver", vs_sysctls);
	return 0;
}
late_initcall(vs_sysctl_init);
#endif

static int __init vs_init(void)
{
	vs_context_init();
	vs_cred_init();
	vs_add_cred_hooks();
	vs_add_deny_hooks();
	vs_add_file_hooks();
	vs_add_attr_hooks();
	vs_add_below_hooks();
	vs_add_device_hooks();
	vs_add_key_hooks();
	vs_add_ipc_hooks();
	vs_add_task_hooks();
	vs_add_sb_hooks();
	vs_add_shared_hooks();
	vs_add_mount_hooks();
	vs_add_syslog_hooks();
	vs_add_charge_hooks();
	vs_add_net_hooks();
	return 0;
}

/*
 * LSM_ORDER_FIRST, neither an enabled pointer nor a flag: no boot parameter
 * switches it off.
 */
DEFINE_LSM(vserver) = {
	.name = "vserver",
	.order = LSM_ORDER_FIRST,
	.blobs = &vs_blob_sizes,
	.init = vs_init,
};
