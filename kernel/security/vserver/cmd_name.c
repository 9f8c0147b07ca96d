// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: the name of a context and its utsname
 */

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "context.h"
#include "syscall.h"

static char *uts_field(struct new_utsname *name, u32 field)
{
	BUILD_BUG_ON(sizeof(*name) != 6 * VHIN_LEN);

	switch (field) {
	case VHIN_SYSNAME:
		return name->sysname;
	case VHIN_NODENAME:
		return name->nodename;
	case VHIN_RELEASE:
		return name->release;
	case VHIN_VERSION:
		return name->version;
	case VHIN_MACHINE:
		return name->machine;
	case VHIN_DOMAINNAME:
		return name->domainname;
	default:
		return NULL;
	}
}

/* The UTS namespace the context remembers; with a reference. */
static struct uts_namespace *stored_uts(struct vs_context *ctx)
{
	struct vs_space *space = &ctx->space[0];
	struct uts_namespace *uts = NULL;

	mutex_lock(&ctx->space_lock);
	if (space->mask & CLONE_NEWUTS) {
		uts = space->uts;
		get_uts_ns(uts);
	}
	mutex_unlock(&ctx->space_lock);
	return uts;
}

/* Nothing but the string is kept: all 65 bytes are copied out later. */
static void terminate(char name[VHIN_LEN])
{
	size_t len = strnlen(name, VHIN_LEN - 1);

	memset(name + len, 0, VHIN_LEN - len);
}

long vs_cmd_set_vhi_name(struct vs_call *call)
{
	struct vcmd_vhi_name *vhi = &call->u.vhi_name;
	struct uts_namespace *uts;
	long ret = 0;
	char *field;

	terminate(vhi->name);

	if (vhi->field == VHIN_CONTEXT) {
		spin_lock(&call->ctx->lock);
		memcpy(call->ctx->name, vhi->name, VHIN_LEN);
		spin_unlock(&call->ctx->lock);
		return 0;
	}

	uts = stored_uts(call->ctx);
	if (!uts)
		return -EINVAL;
	field = uts_field(&uts->name, vhi->field);
	if (!field) {
		ret = -EINVAL;
	} else if (uts == &init_uts_ns) {
		/* A context that shares the host's names does not set them. */
		ret = -EPERM;
	} else {
		down_write(&uts_sem);
		memcpy(field, vhi->name, VHIN_LEN);
		up_write(&uts_sem);
	}
	put_uts_ns(uts);
	return ret;
}

long vs_cmd_get_vhi_name(struct vs_call *call)
{
	struct vcmd_vhi_name *vhi = &call->u.vhi_name;
	struct uts_namespace *uts;
	long ret = 0;
	char *field;

	if (vhi->field == VHIN_CONTEXT) {
		spin_lock(&call->ctx->lock);
		memcpy(vhi->name, call->ctx->name, VHIN_LEN);
		spin_unlock(&call->ctx->lock);
		return 0;
	}

	uts = stored_uts(call->ctx);
	if (!uts)
		return -EINVAL;
	field = uts_field(&uts->name, vhi->field);
	if (field) {
		down_read(&uts_sem);
		memcpy(vhi->name, field, VHIN_LEN);
		up_read(&uts_sem);
	} else {
		ret = -EINVAL;
	}
	put_uts_ns(uts);
	return ret;
}
