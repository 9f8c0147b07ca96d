// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - open files and file locks count for a context
 *
 * A file counts for whoever opened it, for as long as it is open, wherever its
 * descriptors have gone: who hands a descriptor to somebody else cannot get
 * rid of the file that way.  A lock counts for whoever set it.
 */

#include <linux/cred.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/vs_limit.h>
#include <linux/vserver.h>

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
