// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - registration as a security module, static keys, sysctls
 */

#include <linux/init.h>
#include <linux/lsm_count.h>
#include <linux/lsm_hooks.h>
#include <linux/sysctl.h>
#include <linux/vserver.h>
#include <uapi/linux/lsm.h>

#include "context.h"
#include "cred.h"
#include "setup.h"
#include "task.h"

/* COUNT_ARGS() counts to 15: one more module needs linux/args.h extended. */
static_assert(MAX_LSM_COUNT <= 15);

DEFINE_STATIC_KEY_FALSE(vs_active_key);

const struct lsm_id vs_lsmid = {
	.name = "vserver",
	.id = LSM_ID_VSERVER,
};

struct lsm_blob_sizes vs_blob_sizes __ro_after_init = {
	.lbs_cred = sizeof(struct vs_cred),
	.lbs_task = sizeof(struct vs_task),
};

/**
 * vs_activate - Turn the hooks on before the first use of a context
 *
 * They stay on: patching code at every creation would cost more than it
 * saves.  May sleep.
 */
void vs_activate(void)
{
	if (!static_key_enabled(&vs_active_key))
		static_branch_enable(&vs_active_key);
}

/*
 * A ceiling set by an old "--secure" has the bits above 31 set by accident,
 * so they count only when the administrator says so.
 */
unsigned long vs_high_caps __read_mostly;

#ifdef CONFIG_SYSCTL
static struct ctl_table vs_sysctls[] = {
	{
		.procname	= "high_caps",
		.data		= &vs_high_caps,
		.maxlen		= sizeof(vs_high_caps),
		.mode		= 0644,
		.proc_handler	= proc_doulongvec_minmax,
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
	vs_add_task_hooks();
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
