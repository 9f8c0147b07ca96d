// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which entries of /proc exist for whom, and which of them a virtual server
 * may write
 *
 * The root of a virtual server has the user id of the machine's root, and most
 * files here are protected by their mode alone.  So what is not known to be
 * harmless is hidden from it: entries in the directory itself and in the one
 * of a network namespace unless they are on a list, everything else like the
 * directory it is in.  A file that a later kernel or a module adds is hidden.
 */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/proc_fs.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vserver.h>
#include <net/net_namespace.h>
#include <uapi/linux/vserver.h>

#include "internal.h"

#define HIDDEN	(VS_PROC_HIDE | VS_PROC_ADMIN | VS_PROC_WATCH)
#define NEVER	(HIDDEN | VS_PROC_NEVER)

struct name {
	const char *name;
	u8 flags;
};

/* In /proc; what is not here is HIDDEN. */
static const struct name top_names[] = {
	{ "cgroups" },
	{ "cpuinfo" },
	{ "filesystems" },
	{ "loadavg" },
	{ "locks" },
	{ "meminfo" },
	{ "mounts" },
	{ "net" },
	{ "stat" },
	{ "sys" },
	{ "sysvipc" },
	{ "uptime" },
	{ "version" },
	/* The lists of old tools show some of these, which does no harm. */
	{ "acpi",		NEVER },
	{ "allocinfo",		NEVER },
	{ "bootconfig",		NEVER },
	{ "config.gz",		NEVER },
	{ "driver",		NEVER },
	{ "dynamic_debug",	NEVER },
	{ "fs",			NEVER },
	{ "iomem",		NEVER },
	{ "ioports",		NEVER },
	{ "irq",		NEVER },
	{ "kallsyms",		NEVER },
	{ "kcore",		NEVER },
	{ "key-users",		NEVER },
	{ "keys",		NEVER },
	{ "kmsg",		NEVER },
	{ "kpagecgroup",	NEVER },
	{ "kpagecount",		NEVER },
	{ "kpageflags",		NEVER },
	{ "latency_stats",	NEVER },
	{ "lock_stat",		NEVER },
	{ "lockdep",		NEVER },
	{ "lockdep_chains",	NEVER },
	{ "lockdep_stats",	NEVER },
	{ "mtrr",		NEVER },
	{ "pagetypeinfo",	NEVER },
	{ "sched_debug",	NEVER },
	{ "scsi",		NEVER },
	{ "sysrq-trigger",	NEVER },
	{ "timer_list",		NEVER },
	{ "vmallocinfo",	NEVER },
	{ "vmcore",		NEVER },
};

/* In /proc/PID/net; what is not here is HIDDEN. */
static const struct name net_names[] = {
	{ "anycast6" },
	{ "dev" },
	{ "dev_mcast" },
	{ "icmp" },
	{ "icmp6" },
	{ "if_inet6" },
	{ "igmp" },
	{ "igmp6" },
	{ "ipv6_route" },
	{ "mcfilter" },
	{ "mcfilter6" },
	{ "netlink" },
	{ "netstat" },
	{ "protocols" },
	{ "raw" },
	{ "raw6" },
	{ "route" },
	{ "snmp" },
	{ "snmp6" },
	{ "sockstat" },
	{ "sockstat6" },
	{ "tcp" },
	{ "tcp6" },
	{ "udp" },
	{ "udp6" },
	{ "udplite" },
	{ "udplite6" },
	{ "unix" },
};

/* Besides, where they say nothing about the host. */
static const struct name private_net_names[] = {
	{ "arp" },
	{ "dev_snmp6" },
	{ "fib_trie" },
	{ "fib_triestat" },
	{ "packet" },
	{ "ptype" },
	{ "rt6_stats" },
};

static const struct name *find(const struct name *names, size_t count,
			       const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i].name, name))
			return &names[i];
	return NULL;
}

/**
 * vs_proc_top_flags - What a new entry of /proc starts with
 * @name: Its name.
 *
 * Return: VS_PROC_* bits.
 */
u8 vs_proc_top_flags(const char *name)
{
	const struct name *known = find(top_names, ARRAY_SIZE(top_names), name);

	return known ? known->flags : HIDDEN;
}

/**
 * vs_proc_net_flags - What a new entry of /proc/PID/net starts with
 * @name: Its name.
 * @private: It does not belong to the host's network namespace.
 *
 * Return: VS_PROC_* bits.
 */
u8 vs_proc_net_flags(const char *name, bool private)
{
	if (find(net_names, ARRAY_SIZE(net_names), name) ||
	    (private && find(private_net_names, ARRAY_SIZE(private_net_names),
			     name)))
		return 0;
	return HIDDEN;
}

/* The top of the tree of a network namespace has no entry in /proc itself. */
static bool is_net_root(const struct proc_dir_entry *dir)
{
	return dir->parent == &proc_root &&
		dir->proc_dops == &proc_net_dentry_ops;
}

/**
 * vs_pde_init - Give a new entry its flags
 * @de: The entry, not yet to be found.
 * @dir: The directory it will be in.
 */
void vs_pde_init(struct proc_dir_entry *de, const struct proc_dir_entry *dir)
{
	if (dir == &proc_root)
		de->vs_flags = vs_proc_top_flags(de->name);
	else if (is_net_root(dir))
		de->vs_flags = vs_proc_net_flags(de->name,
						 dir->data != &init_net);
	else
		de->vs_flags = READ_ONCE(dir->vs_flags);
}

/**
 * vs_proc_flags_visible - The rule
 * @flags: VS_PROC_* bits of an entry.
 * @xid: Context of the one who looks.
 *
 * Return: Whether the entry exists for the viewer.
 */
bool vs_proc_flags_visible(u8 flags, u32 xid)
{
	switch (xid) {
	case VS_XID_HOST:
		return !(flags & VS_PROC_HIDE) || (flags & VS_PROC_ADMIN);
	case VS_XID_SPECTATOR:
		return !(flags & VS_PROC_HIDE) || (flags & VS_PROC_WATCH);
	default:
		return !(flags & (VS_PROC_HIDE | VS_PROC_NEVER));
	}
}

bool __vs_pde_visible(const struct proc_dir_entry *de)
{
	u8 flags = READ_ONCE(de->vs_flags);

	return !flags || vs_proc_flags_visible(flags, __vs_current_xid());
}

/* A file or directory that a driver or a part of the kernel has registered. */
static struct proc_dir_entry *inode_pde(const struct inode *inode)
{
	if (strcmp(inode->i_sb->s_type->name, "proc"))
		return NULL;
	return PDE(inode);
}

/**
 * vs_proc_get_flags - The flags of an entry that an administrator can change
 * @inode: A file or directory.
 * @flags: VS_PROC_HIDE, VS_PROC_ADMIN, VS_PROC_WATCH.
 *
 * Return: 0, -EINVAL for what is not an entry of /proc that has flags.
 */
int vs_proc_get_flags(const struct inode *inode, u8 *flags)
{
	const struct proc_dir_entry *de = inode_pde(inode);

	if (!de)
		return -EINVAL;
	*flags = READ_ONCE(de->vs_flags) & VS_PROC_FLAGS;
	return 0;
}

/**
 * vs_proc_set_flags - Change them
 * @inode: A file or directory.
 * @flags: The new values.
 * @mask: The bits to change.
 *
 * Entries that are dangerous in the hands of a guest take the change and stay
 * hidden from guests.  Does not concern what is below a directory.
 *
 * Return: 0, -EINVAL as above or for a bit that is none, -EPERM for everybody
 * but the host.
 */
int vs_proc_set_flags(struct inode *inode, u8 flags, u8 mask)
{
	static DEFINE_SPINLOCK(lock);
	struct proc_dir_entry *de = inode_pde(inode);

	if (vs_current_xid() != VS_XID_HOST)
		return -EPERM;
	if (!de || (mask & ~VS_PROC_FLAGS))
		return -EINVAL;
	spin_lock(&lock);
	WRITE_ONCE(de->vs_flags, (de->vs_flags & ~mask) | (flags & mask));
	spin_unlock(&lock);
	return 0;
}

/**
 * vs_proc_may_write - May a guest open this for writing?
 * @inode: Any file or directory of procfs; not in RCU mode.
 *
 * Entries of its own processes ask for more themselves, and for those of
 * /proc/sys see vs_sysctl_perm().
 *
 * Return: 0 or -EACCES.
 */
int vs_proc_may_write(const struct inode *inode)
{
	const struct pid *pid = PROC_I(inode)->pid;

	if (PROC_I(inode)->sysctl)
		return 0;
	if (pid && vs_pid_xid(pid) == __vs_current_xid())
		return 0;
	return -EACCES;
}

/**
 * vs_proc_may_setattr - May a guest change owner, mode or times?
 * @inode: Any file or directory of procfs.
 *
 * Those of a registered entry are the same for all who see it.
 *
 * Return: 0 or -EACCES.
 */
int vs_proc_may_setattr(const struct inode *inode)
{
	return PROC_I(inode)->sysctl ? -EACCES : vs_proc_may_write(inode);
}
