// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - what the files in /proc/virtual say
 *
 * Scripts read them: a line is a name, a colon, a tab and the value.
 */

#include <linux/cred.h>
#include <linux/math64.h>
#include <linux/sched/loadavg.h>
#include <linux/seq_file.h>
#include <linux/time64.h>
#include <linux/uidgid.h>
#include <linux/vserver.h>

#include <asm/unistd.h>

#include "context.h"
#include "cred.h"
#include "info.h"
#include "init.h"
#include "sched.h"

/* Whichever kind of context it is for. */
int vs_proc_show_info(struct seq_file *m, u32 id)
{
	seq_printf(m, "VCIVersion:\t%04x:%04x\n", VS_API_VERSION >> 16,
		   VS_API_VERSION & 0xffff);
	seq_printf(m, "VCISyscall:\t%d\n", __NR_vserver);
	seq_printf(m, "VCIKernel:\t%08x\n", vs_config_word());
	return 0;
}

static int show_status(struct seq_file *m, u32 xid)
{
	seq_printf(m, "#CTotal:\t%d\n", atomic_read(&vs_nr_contexts));
	seq_printf(m, "#CActive:\t%d\n", atomic_read(&vs_nr_alive));
	return 0;
}

static const struct vs_proc_file files[] = {
	{ "info",	vs_proc_show_info },
	{ "status",	show_status },
	{ }
};

static void print_info(struct seq_file *m, struct vs_context *ctx)
{
	seq_printf(m, "ID:\t%u\n", ctx->xid);
	/* Was the address of the object, which is nobody's business. */
	seq_puts(m, "Info:\t0\n");
	seq_printf(m, "Init:\t%d\n", vs_init_nr(ctx));
	seq_printf(m, "OOM:\t%lld\n", READ_ONCE(ctx->badness));
	if (ctx->unprivileged)
		seq_printf(m, "Owner:\t%u\n",
			   from_kuid_munged(current_user_ns(), ctx->owner));
}

static void print_status(struct seq_file *m, struct vs_context *ctx)
{
	u64 bcaps = READ_ONCE(ctx->bcaps);

	/* Less the reference of this very reader. */
	seq_printf(m, "UseCnt:\t%u\n", refcount_read(&ctx->refs) - 1);
	seq_printf(m, "Tasks:\t%d\n", atomic_read(&ctx->tasks));
	seq_printf(m, "Flags:\t%016llx\n", vs_flags(ctx));
	seq_printf(m, "BCaps:\t%08x%08x\n", upper_32_bits(bcaps),
		   lower_32_bits(bcaps));
	seq_printf(m, "CCaps:\t%016llx\n", READ_ONCE(ctx->ccaps));
	seq_printf(m, "Umask:\t%16llx\n", READ_ONCE(ctx->umask));
	seq_printf(m, "Wmask:\t%16llx\n", READ_ONCE(ctx->wmask));
	seq_printf(m, "Spaces:\t%08llx %08llx\n",
		   READ_ONCE(ctx->space[0].mask),
		   READ_ONCE(ctx->space[1].mask));
}

static void print_cvirt(struct seq_file *m, struct vs_context *ctx)
{
	const struct vs_load *load = &ctx->load;
	u32 ns;
	u64 bias = div_u64_rem(ctx->born, NSEC_PER_SEC, &ns);
	int i;

	seq_printf(m, "BiasUptime:\t%llu.%02u\n", bias,
		   ns / (u32)(NSEC_PER_SEC / 100));
	seq_printf(m, "nr_threads:\t%u\n", vs_context_threads(ctx));
	seq_printf(m, "nr_running:\t%u\n", READ_ONCE(load->running));
	seq_printf(m, "nr_unintr:\t%u\n", READ_ONCE(load->blocked));
	seq_printf(m, "nr_onhold:\t%u\n", vs_sched_waiting(ctx));
	seq_printf(m, "load_updates:\t%u\n", READ_ONCE(load->updates));
	seq_puts(m, "loadavg:\t");
	for (i = 0; i < ARRAY_SIZE(load->avg); i++) {
		unsigned long avg = READ_ONCE(load->avg[i]) + FIXED_1 / 200;

		seq_printf(m, "%s%lu.%02lu", i ? " " : "", LOAD_INT(avg),
			   LOAD_FRAC(avg));
	}
	seq_printf(m, "\ntotal_forks:\t%d\n", atomic_read(&ctx->forks));
}

static int show(struct seq_file *m, u32 xid,
		void (*print)(struct seq_file *m, struct vs_context *ctx))
{
	struct vs_context *ctx = vs_context_find(xid);

	if (!ctx)
		return -ESRCH;
	print(m, ctx);
	vs_context_put(ctx);
	return 0;
}

static int show_context_info(struct seq_file *m, u32 xid)
{
	return show(m, xid, print_info);
}

static int show_context_status(struct seq_file *m, u32 xid)
{
	return show(m, xid, print_status);
}

static int show_context_cvirt(struct seq_file *m, u32 xid)
{
	return show(m, xid, print_cvirt);
}

static int show_context_limit(struct seq_file *m, u32 xid)
{
	return show(m, xid, vs_print_limit);
}

static int show_context_sched(struct seq_file *m, u32 xid)
{
	return show(m, xid, vs_print_sched);
}

static int show_context_cacct(struct seq_file *m, u32 xid)
{
	return show(m, xid, vs_print_cacct);
}

static int show_context_nsproxy(struct seq_file *m, u32 xid)
{
	return show(m, xid, vs_print_nsproxy);
}

static int show_context_nsproxy1(struct seq_file *m, u32 xid)
{
	return show(m, xid, vs_print_nsproxy1);
}

static const struct vs_proc_file context_files[] = {
	{ "info",	show_context_info },
	{ "status",	show_context_status },
	{ "cvirt",	show_context_cvirt },
	{ "limit",	show_context_limit },
	{ "sched",	show_context_sched },
	{ "cacct",	show_context_cacct },
	{ "nsproxy",	show_context_nsproxy },
	{ "nsproxy1",	show_context_nsproxy1 },
	{ }
};

/* Host and spectator see all contexts, a guest at most its own. */
static bool sees(u32 xid)
{
	return !vs_guest() || vs_current_xid() == xid;
}

static int context_valid(u32 xid)
{
	struct vs_context *ctx;

	if (!xid)
		return 1;
	if (!sees(xid))
		return -ENOENT;
	ctx = vs_context_find(xid);
	if (!ctx)
		return 0;
	vs_context_put(ctx);
	return 1;
}

static bool context_next(u32 *xid)
{
	struct vs_context *ctx;

	if (vs_guest()) {
		u32 self = vs_current_xid();

		if (*xid > self || context_valid(self) <= 0)
			return false;
		*xid = self;
		return true;
	}
	ctx = vs_context_next(xid);
	vs_context_put(ctx);
	return ctx;
}

static unsigned int context_count(void)
{
	return vs_guest() ? 1 : atomic_read(&vs_nr_alive);
}

const struct vs_proc_tree vs_proc_virtual = {
	.name		= "virtual",
	.ino		= 0xe0000000UL,
	.files		= files,
	.id_files	= context_files,
	.valid		= context_valid,
	.next		= context_next,
	.count		= context_count,
};
