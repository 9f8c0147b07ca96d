// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - System V IPC
 *
 * Most contexts have an IPC namespace of their own.  In one that contexts
 * share, an object belongs to the context that made it, and a guest uses and
 * sees no others.  The host, which has to clean up behind them, is not bound.
 */

#include <linux/ipc.h>
#include <linux/lsm_hooks.h>
#include <linux/sched.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "ipc.h"
#include "setup.h"
#include "task.h"

static struct vs_ipc *vs_ipc(const struct kern_ipc_perm *perm)
{
	return perm->security + vs_blob_sizes.lbs_ipc;
}

bool __vs_ipc_visible(const struct kern_ipc_perm *perm)
{
	return !__vs_foreign_id(vs_ipc(perm)->id);
}

static int hook_ipc_alloc(struct kern_ipc_perm *perm)
{
	vs_ipc(perm)->id = vs_context_id(vs_current());
	return 0;
}

static int check_ipc(const struct kern_ipc_perm *perm)
{
	/* Some commands are about no object. */
	if (!perm || __vs_ipc_visible(perm))
		return 0;
	vs_deny("ipc", vs_current(), &vs_nowhere);
	return -EACCES;
}

static int hook_ipc_permission(struct kern_ipc_perm *perm, short flag)
{
	return check_ipc(perm);
}

/* shmget() and the like, semctl() and the like: object and a number. */
static int hook_ipc_object(struct kern_ipc_perm *perm, int number)
{
	return check_ipc(perm);
}

static struct security_hook_list vs_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(ipc_permission, hook_ipc_permission),
	LSM_HOOK_INIT(msg_queue_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(msg_queue_associate, hook_ipc_object),
	LSM_HOOK_INIT(msg_queue_msgctl, hook_ipc_object),
	LSM_HOOK_INIT(shm_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(shm_associate, hook_ipc_object),
	LSM_HOOK_INIT(shm_shmctl, hook_ipc_object),
	LSM_HOOK_INIT(sem_alloc_security, hook_ipc_alloc),
	LSM_HOOK_INIT(sem_associate, hook_ipc_object),
	LSM_HOOK_INIT(sem_semctl, hook_ipc_object),
};

void __init vs_add_ipc_hooks(void)
{
	vs_add_lazy_hooks(vs_hooks, ARRAY_SIZE(vs_hooks));
}
