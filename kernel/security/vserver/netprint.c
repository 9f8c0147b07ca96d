// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the files in /proc/virtnet, and the lines of /proc/PID/ninfo
 *
 * Scripts read them: the formats must not change.
 */

#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/vserver.h>
#include <net/ipv6.h>

#include "net.h"
#include "../../net/vserver/set.h"

static void print_entry4(struct seq_file *m, const struct vs_entry4 *entry)
{
	seq_printf(m, "[%pI4-%pI4/%pI4:%04x]\n", &entry->ip, &entry->ip2,
		   &entry->mask, entry->type);
}

static void print_entry6(struct seq_file *m, const struct vs_entry6 *entry)
{
	struct in6_addr ones, mask;

	memset(&ones, 0xff, sizeof(ones));
	ipv6_addr_prefix(&mask, &ones, entry->prefix);
	seq_printf(m, "[%pI6/%pI6/%u:%04x]\n", &entry->ip, &mask,
		   entry->prefix, entry->type);
}

static void print_set(struct seq_file *m, const struct vs_net *nx,
		      const char *label4, const char *label6)
{
	const struct vs_set *set;
	unsigned int i;

	rcu_read_lock();
	set = rcu_dereference(nx->set);
	for (i = 0; i < set->nr_entry4; i++) {
		seq_printf(m, label4, i);
		print_entry4(m, &set->entry4[i]);
	}
	for (i = 0; i < set->nr_entry6; i++) {
		seq_printf(m, label6, i);
		print_entry6(m, &set->entry6[i]);
	}
	rcu_read_unlock();
}

/**
 * vs_print_ninfo - What /proc/PID/ninfo says of a network context
 */
void vs_print_ninfo(struct seq_file *m, const struct vs_net *nx)
{
	seq_printf(m, "NCaps:\t%016llx\n", READ_ONCE(nx->ncaps));
	seq_printf(m, "NFlags:\t%016llx\n", vs_net_flags(nx));
	seq_printf(m, "V4Root[bcast]:\t%pI4\n", &nx->bcast4);
	seq_printf(m, "V4Root[lback]:\t%pI4\n", &nx->lback4);
	print_set(m, nx, "V4Root[%u]:\t", "V6Root[%u]:\t");
}

static void print_info(struct seq_file *m, struct vs_net *nx)
{
	seq_printf(m, "ID:\t%u\n", nx->nid);
	/* Was the address of the object, which is nobody's business. */
	seq_puts(m, "Info:\t0\n");
	seq_printf(m, "Bcast:\t%pI4\n", &nx->bcast4);
	seq_printf(m, "Lback:\t%pI4\n", &nx->lback4);
	print_set(m, nx, "%u:\t", "%u:\t");
}

static void print_status(struct seq_file *m, struct vs_net *nx)
{
	/* Pointers are counted on each CPU; claims are what matters. */
	seq_printf(m, "UseCnt:\t%d\n", atomic_read(&nx->tasks));
	seq_printf(m, "Tasks:\t%d\n", atomic_read(&nx->tasks));
	seq_printf(m, "Flags:\t%016llx\n", vs_net_flags(nx));
	seq_printf(m, "NCaps:\t%016llx\n", READ_ONCE(nx->ncaps));
}

static int show(struct seq_file *m, u32 nid,
		void (*print)(struct seq_file *m, struct vs_net *nx))
{
	struct vs_net *nx = vs_net_find(nid);

	if (!nx)
		return -ESRCH;
	print(m, nx);
	vs_net_put(nx);
	return 0;
}

static int show_net_info(struct seq_file *m, u32 nid)
{
	return show(m, nid, print_info);
}

static int show_net_status(struct seq_file *m, u32 nid)
{
	return show(m, nid, print_status);
}

static int show_status(struct seq_file *m, u32 nid)
{
	seq_printf(m, "#CTotal:\t%d\n", atomic_read(&vs_nr_nets));
	seq_printf(m, "#CActive:\t%d\n", atomic_read(&vs_nr_nets_alive));
	return 0;
}

static const struct vs_proc_file net_files[] = {
	{ "info",	vs_proc_show_info },
	{ "status",	show_status },
	{ }
};

static const struct vs_proc_file net_id_files[] = {
	{ "info",	show_net_info },
	{ "status",	show_net_status },
	{ }
};

/* Host and spectator see all, a guest at most its own. */
static bool sees(u32 nid)
{
	return !vs_guest() || vs_current_nid() == nid;
}

static int net_valid(u32 nid)
{
	struct vs_net *nx;

	if (!nid)
		return 1;
	if (!sees(nid))
		return -ENOENT;
	nx = vs_net_find(nid);
	vs_net_put(nx);
	return !!nx;
}

static bool net_next(u32 *nid)
{
	struct vs_net *nx;

	if (vs_guest()) {
		u32 self = vs_current_nid();

		if (!self || *nid > self || net_valid(self) <= 0)
			return false;
		*nid = self;
		return true;
	}
	nx = vs_net_next(nid);
	vs_net_put(nx);
	return nx;
}

static unsigned int net_count(void)
{
	return vs_guest() ? !!vs_current_nx() : atomic_read(&vs_nr_nets_alive);
}

const struct vs_proc_tree vs_proc_virtnet = {
	.name		= "virtnet",
	.ino		= 0xe1000000UL,
	.files		= net_files,
	.id_files	= net_id_files,
	.valid		= net_valid,
	.next		= net_next,
	.count		= net_count,
};
