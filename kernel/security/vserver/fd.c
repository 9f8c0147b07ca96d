// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - a context as a descriptor
 *
 * Root of the host opens it; any process of the host that holds it may enter.
 * That is for guests with a user namespace of their own: after setns(2) the
 * tool is nobody special to the host any more, and could not name the context.
 *
 * A context that was created by opening it lives by its creator's claim,
 * which the descriptor holds until the first process has entered.  Within a
 * context the descriptor is good for nothing.
 */

#include <linux/anon_inodes.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

#include "context.h"
#include "cred.h"
#include "fd.h"
#include "migrate.h"
#include "syscall.h"

/* Gives the creator's claim back, once. */
static void drop_claim(struct vs_context *ctx, struct file *opener)
{
	if (opener && cmpxchg(&ctx->opener, opener, NULL) == opener)
		vs_context_unclaim(ctx);
}

/**
 * vs_fd_entered - The caller has entered a context and keeps it alive
 */
void vs_fd_entered(struct vs_context *ctx)
{
	drop_claim(ctx, READ_ONCE(ctx->opener));
}

static int fd_release(struct inode *inode, struct file *file)
{
	struct vs_context *ctx = file->private_data;

	drop_claim(ctx, file);
	vs_context_put(ctx);
	return 0;
}

#ifdef CONFIG_PROC_FS
static void fd_show(struct seq_file *m, struct file *file)
{
	const struct vs_context *ctx = file->private_data;

	seq_printf(m, "xid:\t%u\n", ctx->xid);
}
#endif

static const struct file_operations vs_fd_fops = {
	.release	= fd_release,
	.llseek		= noop_llseek,
#ifdef CONFIG_PROC_FS
	.show_fdinfo	= fd_show,
#endif
};

/**
 * vs_fd_is - Is a file the descriptor of a context?
 */
bool vs_fd_is(const struct file *file)
{
	return file->f_op == &vs_fd_fops;
}

static bool closed_to_host(const struct vs_context *ctx)
{
	u64 flags = vs_flags(ctx);

	return !(flags & VXF_STATE_ADMIN) ||
		((flags & VXF_INFO_PRIVATE) && !(flags & VXF_STATE_SETUP));
}

static struct vs_context *open_context(const struct vs_call *call)
{
	struct vs_context *ctx;

	/* The kernel chooses no ids, tools do. */
	if (call->given)
		return (s32)call->id < 0 ? ERR_PTR(-EINVAL) :
			vs_create(call->id, call->u.flagword.flagword);
	ctx = vs_context_find(call->id);
	if (!ctx)
		return ERR_PTR(-ESRCH);
	if (closed_to_host(ctx)) {
		vs_context_put(ctx);
		return ERR_PTR(-EACCES);
	}
	return ctx;
}

static void close_context(const struct vs_call *call, struct vs_context *ctx)
{
	if (call->given) {
		vs_context_change(ctx, 0, VXF_PERSISTENT);
		vs_context_unclaim(ctx);
	}
	vs_context_put(ctx);
}

long vs_cmd_ctx_open(struct vs_call *call)
{
	struct vs_context *ctx;
	struct file *file;
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	ctx = open_context(call);
	if (IS_ERR(ctx)) {
		put_unused_fd(fd);
		return PTR_ERR(ctx);
	}
	file = anon_inode_getfile("[vserver]", &vs_fd_fops, ctx, O_RDONLY);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		close_context(call, ctx);
		return PTR_ERR(file);
	}
	if (call->given)
		WRITE_ONCE(ctx->opener, file);
	fd_install(fd, file);
	return fd;
}

/* The context of a descriptor, with a reference. */
static struct vs_context *context_of(u32 fd)
{
	CLASS(fd, f)(fd);

	if (fd_empty(f))
		return ERR_PTR(-EBADF);
	if (!vs_fd_is(fd_file(f)))
		return ERR_PTR(-EINVAL);
	return vs_context_get(fd_file(f)->private_data);
}

long vs_cmd_ctx_enter(struct vs_call *call)
{
	u32 flags = call->u.enter.flags;
	struct vs_context *ctx;
	long ret;

	if (vs_current() != &vs_host)
		return -EPERM;
	if (flags & ~(u32)(VXM_SET_INIT | VXM_SET_REAPER))
		return -EINVAL;
	ctx = context_of(call->id);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/* It may have been closed since. */
	ret = closed_to_host(ctx) ? -EACCES : vs_migrate(ctx, flags);
	vs_context_put(ctx);
	return ret;
}
