// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the system call: finding a command, permission, data
 *
 * The order of the tests, and so which error wins, is part of the interface.
 */

#include <linux/bsearch.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "net.h"
#include "syscall.h"
#include "unpriv.h"

const struct vs_command vs_commands[] = {
#define VS_COMMAND(_name, _class, _data, _type, _size32, _func)	\
	{							\
		.cmd		= VCMD_##_name,			\
		.class		= VS_CLASS_##_class,		\
		.data		= VS_DATA_##_data,		\
		.size		= sizeof(_type),		\
		.compat_size	= _size32,			\
		.name		= #_name,			\
		.func		= vs_cmd_##_func,		\
	},
#include "commands.h"
#undef VS_COMMAND
};

const unsigned int vs_nr_commands = ARRAY_SIZE(vs_commands);

/* The structures are an interface: neither size nor layout may change. */
static void __maybe_unused build_check_abi(void)
{
	BUILD_BUG_ON(sizeof(struct vcmd_flagword) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_flags) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_caps_v0) != 24);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_caps) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_bcaps) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_umask) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_vx_info) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_net_caps) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_nx_info) != 4);
	BUILD_BUG_ON(sizeof(struct vcmd_net_addr_v0) != 36);
	BUILD_BUG_ON(sizeof(struct vcmd_net_addr_ipv4_v1) != 12);
	BUILD_BUG_ON(sizeof(struct vcmd_net_addr_ipv4) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_net_addr_ipv6) != 40);
	BUILD_BUG_ON(sizeof(struct vcmd_badness) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_rlimit) != 32);
	BUILD_BUG_ON(sizeof(struct vs_compat_rlimit) != 28);
	BUILD_BUG_ON(offsetof(struct vs_compat_rlimit, maximum) != 20);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_rlimit_mask) != 12);
	BUILD_BUG_ON(sizeof(struct vcmd_rlimit_stat) != 32);
#ifdef CONFIG_64BIT
	BUILD_BUG_ON(offsetofend(struct vcmd_iattr, mask) != 20);
#endif
#ifdef CONFIG_64BIT
	BUILD_BUG_ON(offsetofend(struct vcmd_device_map, flags) != 20);
#endif
	BUILD_BUG_ON(sizeof(struct vs_compat_device_map) != 12);
	BUILD_BUG_ON(sizeof(struct vs_compat_iattr) != 16);
	BUILD_BUG_ON(sizeof(struct vcmd_fiattr) != 12);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_stat) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_virt_stat) != 48);
	BUILD_BUG_ON(offsetof(struct vcmd_virt_stat, load) != 36);
	BUILD_BUG_ON(sizeof(struct vcmd_vhi_name) != 72);
	BUILD_BUG_ON(offsetof(struct vcmd_vhi_name, name) != 4);
	BUILD_BUG_ON(sizeof(struct vcmd_space_mask_v1) != 8);
	BUILD_BUG_ON(offsetofend(struct vcmd_space_mask, index) != 12);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_enter) != 4);
	BUILD_BUG_ON(sizeof(struct vcmd_space_fd) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_ctx_kill) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_wait_exit) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_sched_v3) != 28);
	BUILD_BUG_ON(sizeof(struct vcmd_sched_v4) != 36);
	BUILD_BUG_ON(sizeof(struct vcmd_sched) != 44);
	BUILD_BUG_ON(sizeof(struct vcmd_sched_info) != 40);
	BUILD_BUG_ON(sizeof(struct vcmd_prio_bias) != 8);
	BUILD_BUG_ON(sizeof(struct vcmd_new_s_context) != 8);
}

static int compare_command(const void *key, const void *elt)
{
	u32 a = *(const u32 *)key;
	u32 b = ((const struct vs_command *)elt)->cmd;

	return a < b ? -1 : a > b;
}

/**
 * vs_find_command - Find a command by its number
 *
 * Return: Its line of the table, or NULL.
 */
const struct vs_command *vs_find_command(u32 cmd)
{
	return bsearch(&cmd, vs_commands, vs_nr_commands,
		       sizeof(*vs_commands), compare_command);
}

/* Root of the machine as far as the credentials go, whatever the ceiling. */
static bool raw_admin(void)
{
	const struct cred *cred = current_cred();

	return cred->user_ns == &init_user_ns &&
		cap_raised(cred->cap_effective, CAP_SYS_ADMIN);
}

/*
 * May the caller use commands at all?  In the reference this was a capability
 * of its own, number 63; a kernel without it answered as if it did not know
 * the commands, and so does this one.
 */
static bool may_use(const struct vs_context *self)
{
	if (!raw_admin())
		return false;
	if (self == &vs_host || self == &vs_spectator || vs_setup(self))
		return true;
	return READ_ONCE(self->bcaps) & BIT_ULL(63);
}

/* The spectator asks, and does nothing else. */
static bool is_admin(const struct vs_context *self, enum vs_class class)
{
	if (self == &vs_spectator)
		return class == VS_CLASS_ANY || class == VS_CLASS_INFO ||
			class == VS_CLASS_NET_INFO;
	return capable(CAP_SYS_ADMIN);
}

static bool wants_resource(enum vs_class class)
{
	return class >= VS_CLASS_MACHINE && class != VS_CLASS_NET_INFO;
}

static bool names_own_net(u32 id)
{
	const struct vs_net *nx = vs_current_nx();

	return nx && ((s32)id < 0 || id == nx->nid);
}

static bool names_self(const struct vs_context *self, u32 id)
{
	return (s32)id < 0 || id == self->xid;
}

/*
 * The owner of an unprivileged context may end what it has begun.  Here it is
 * asked whether the caller can be one, in check_owner() whether it is.
 */
static bool may_own(const struct vs_command *c, const struct vs_context *self)
{
	return c->class == VS_CLASS_KILL && self == &vs_host;
}

static int check_owner(const struct vs_context *ctx)
{
	if (!ctx || !ctx->unprivileged)
		return -ENOSYS;
	return vs_owner_is(ctx, current_cred()) ? 0 : -EPERM;
}

/* Where it does not depend on the context that is named. */
static int check_caller(const struct vs_command *c, u32 id)
{
	const struct vs_context *self = vs_current();

	if (c->class == VS_CLASS_ALL)
		return 0;
	if (!may_use(self))
		return may_own(c, self) ? 0 : -ENOSYS;
	if (c->class == VS_CLASS_QUERY)
		return 0;
	if (!is_admin(self, c->class))
		return -EPERM;
	if (wants_resource(c->class) && !capable(CAP_SYS_RESOURCE))
		return -EPERM;

	switch (c->class) {
	case VS_CLASS_CREATE:
	case VS_CLASS_HOST:
	case VS_CLASS_MACHINE:
	case VS_CLASS_MIGRATE:
	case VS_CLASS_NET_MIGRATE:
	case VS_CLASS_KILL:
		return self == &vs_host ? 0 : -EPERM;
	case VS_CLASS_SETUP:
		if (self == &vs_host)
			return 0;
		return vs_setup(self) && names_self(self, id) ? 0 : -EPERM;
	case VS_CLASS_NET_SETUP:
		if (self == &vs_host)
			return 0;
		return vs_setup(self) && names_own_net(id) ? 0 : -EPERM;
	case VS_CLASS_LEGACY:
		return self == &vs_host || vs_setup(self) ? 0 : -EPERM;
	default:
		return 0;
	}
}

static bool wants_context(const struct vs_command *c)
{
	switch (c->class) {
	case VS_CLASS_INFO:
	case VS_CLASS_RESET:
	case VS_CLASS_MIGRATE:
	case VS_CLASS_KILL:
	case VS_CLASS_SETUP:
		return true;
	default:
		return false;
	}
}

/* Becoming spectator names no context in the usual sense. */
static bool to_spectator(const struct vs_command *c, u32 id)
{
	return id == VS_XID_SPECTATOR &&
		(c->cmd == VCMD_ctx_migrate || c->cmd == VCMD_ctx_migrate_v0);
}

static struct vs_context *named_context(u32 id)
{
	struct vs_context *self = vs_current();

	if ((s32)id >= 0)
		return vs_context_find(id);
	return vs_context_counted(self) ? vs_context_get(self) : NULL;
}

static bool wants_net(const struct vs_command *c)
{
	return c->class == VS_CLASS_NET_INFO ||
		c->class == VS_CLASS_NET_MIGRATE ||
		c->class == VS_CLASS_NET_SETUP;
}

static int find_net(const struct vs_command *c, struct vs_call *call)
{
	if (c->cmd == VCMD_net_migrate && call->id == VS_NID_SPECTATOR)
		return 0;
	if (vs_guest() && !names_own_net(call->id))
		return -ESRCH;
	if ((s32)call->id < 0)
		call->nx = vs_net_get(vs_current_nx());
	else
		call->nx = vs_net_find(call->id);
	if (!call->nx)
		return -ESRCH;
	if (c->class != VS_CLASS_NET_INFO &&
	    !(vs_net_flags(call->nx) & NXF_STATE_ADMIN))
		return -EACCES;
	return 0;
}

static int find_target(const struct vs_command *c, struct vs_call *call)
{
	const struct vs_context *self = vs_current();

	if (wants_net(c))
		return find_net(c, call);
	if (!wants_context(c))
		return 0;
	if (to_spectator(c, call->id)) {
		call->ctx = &vs_spectator;
		return 0;
	}
	/* What a guest cannot see does not exist. */
	if (vs_guest() && !names_self(self, call->id))
		return -ESRCH;
	call->ctx = named_context(call->id);
	if (!may_use(self))
		return check_owner(call->ctx);
	if (!call->ctx)
		return -ESRCH;
	if ((c->class == VS_CLASS_MIGRATE || c->class == VS_CLASS_SETUP) &&
	    !(vs_flags(call->ctx) & VXF_STATE_ADMIN))
		return -EACCES;
	return 0;
}

static long do_vserver(u32 cmd, u32 id, void __user *data, bool compat)
{
	const struct vs_command *c = vs_find_command(cmd);
	struct vs_call call;
	size_t size;
	long ret;

	if (!c)
		return -ENOSYS;
	/* All of it: parts are copied to the caller. */
	memset(&call, 0, sizeof(call));
	call.id = id;
	call.compat = compat;
	size = compat ? c->compat_size : c->size;

	ret = check_caller(c, id);
	if (ret)
		return ret;
	ret = find_target(c, &call);
	if (ret)
		goto put;

	call.given = (c->data & VS_DATA_IN) &&
		(c->data != VS_DATA_OPT || data);
	if (call.given && copy_from_user(&call.u, data, size)) {
		ret = -EFAULT;
		goto put;
	}

	ret = c->func(&call);

	if ((c->data & VS_DATA_OUT) &&
	    (ret >= 0 || c->data == VS_DATA_ALWAYS) &&
	    copy_to_user(data, &call.u, size))
		ret = -EFAULT;
put:
	vs_context_put(call.ctx);
	vs_net_put(call.nx);
	return ret;
}

SYSCALL_DEFINE3(vserver, u32, cmd, u32, id, void __user *, data)
{
	return do_vserver(cmd, id, data, false);
}

#ifdef CONFIG_COMPAT
COMPAT_SYSCALL_DEFINE3(vserver, u32, cmd, u32, id, void __user *, data)
{
	return do_vserver(cmd, id, data, true);
}
#endif
