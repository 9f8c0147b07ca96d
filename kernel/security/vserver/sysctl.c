// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - which entries of /proc/sys a guest may read and write
 *
 * /proc/sys grants by user id, not by capability: what belongs to the machine
 * is read by the bits for everybody, and not written. What belongs to a
 * namespace that the guest does not share with the host is its own, but many
 * handlers in a network namespace look at the user namespace only, which is
 * the host's: there a list says what can be written.
 *
 * This is asked at each open and again at each read and write.
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/vserver.h>
#include <net/net_namespace.h>

#include "context.h"
#include "cred.h"
#include "sysctl.h"

/* A name that ends with a slash or a star stands for all that begin so. */
static const char * const hidden[] = {
	/* what the machine is doing */
	"fs/aio-nr",
	"fs/dentry-state",
	"fs/file-nr",
	"fs/inode-nr",
	"fs/inode-state",
	"fs/quota/",
	"kernel/ns_last_pid",
	"kernel/pty/nr",
	"net/core/netdev_rss_key",
	"net/netfilter/nf_conntrack_count",
	"net/nf_conntrack_count",
	/* what it consists of */
	"debug/",
	"dev/",
};

static const char * const net_writable[] = {
	"net/ipv4/conf/",
	"net/ipv4/ip_forward",
	"net/ipv4/ip_local_port_range",
	"net/ipv4/ping_group_range",
	"net/ipv4/tcp_*",
	"net/ipv6/conf/",
};

static const char * const uts_names[] = {
	"kernel/domainname",
	"kernel/hostname",
};

static bool is_listed(const char * const *list, size_t count, const char *path)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *name = list[i];
		size_t len = strlen(name);

		if (!strcmp(path, name))
			return true;
		if (name[len - 1] == '*' && !strncmp(path, name, len - 1))
			return true;
		/* the directory itself and what is below */
		if (name[len - 1] == '/' && !strncmp(path, name, len - 1) &&
		    (!path[len - 1] || path[len - 1] == '/'))
			return true;
	}
	return false;
}

/**
 * vs_sysctl_rule - The rule, apart from where its terms come from
 * @set: Whose values these are.
 * @path: The entry, from /proc/sys on, without a slash in front.
 * @mode: Its mode.
 * @op: MAY_READ, MAY_WRITE, MAY_EXEC.
 * @set_utsname: The guest may set host and domain name, and has its own.
 *
 * Return: 0 when the guest may go on to be measured by owner and mode, -EACCES
 * for what it must not do, -ENOENT for what it must not know.
 */
int vs_sysctl_rule(enum vs_sysctl_set set, const char *path, umode_t mode,
		   int op, bool set_utsname)
{
	if (set == VS_SYSCTL_OWN)
		return 0;
	if (set == VS_SYSCTL_NET) {
		if ((op & MAY_WRITE) &&
		    !is_listed(net_writable, ARRAY_SIZE(net_writable), path))
			return -EACCES;
		return 0;
	}
	if (is_listed(hidden, ARRAY_SIZE(hidden), path))
		return -ENOENT;
	if ((op & MAY_WRITE) &&
	    !(set_utsname && is_listed(uts_names, ARRAY_SIZE(uts_names), path)))
		return -EACCES;
	return op & (MAY_READ | MAY_EXEC) & ~mode ? -EACCES : 0;
}

static enum vs_sysctl_set set_of(const struct ctl_table_set *set)
{
	const struct ipc_namespace *ipc = current->nsproxy->ipc_ns;
	const struct user_namespace *user = current_user_ns();
	const struct net *net = current->nsproxy->net_ns;

	if (net != &init_net && set == &net->sysctls)
		return VS_SYSCTL_NET;
	if (ipc != &init_ipc_ns && (set == &ipc->ipc_set ||
				    set == &ipc->mq_set))
		return VS_SYSCTL_OWN;
	if (user != &init_user_ns && set == &user->set)
		return VS_SYSCTL_OWN;
	return VS_SYSCTL_HOST;
}

/*
 * Puts the names of an entry and its directories in front of each other at the
 * end of @buf. The directories stay as long as the entry does.
 *
 * Return: The beginning, or NULL when there is no room.
 */
static char *path_of(const struct ctl_table_header *head, const char *name,
		     char *buf, size_t size)
{
	char *pos = buf + size - 1;

	*pos = '\0';
	while (head->parent) {
		size_t len = strlen(name);

		if (pos - buf < len + 1)
			return NULL;
		pos -= len;
		memcpy(pos, name, len);
		head = &head->parent->header;
		if (!head->parent)
			break;
		*--pos = '/';
		name = head->ctl_table[0].procname;
	}
	return pos;
}

static bool may_set_utsname(const struct vs_context *ctx)
{
	return current->nsproxy->uts_ns != &init_uts_ns &&
		cap_raised(current_cred()->cap_effective, CAP_SYS_ADMIN) &&
		vs_allows(ctx, CAP_SYS_ADMIN, VS_OPT(VXC_SET_UTSNAME));
}

int __vs_sysctl_perm(struct ctl_table_header *head,
		     const struct ctl_table *table, int op)
{
	const struct vs_context *ctx = vs_current();
	struct ctl_table_root *root = head->root;
	char buf[128], *path;
	umode_t mode;

	if (!vs_guest() || vs_setup(ctx))
		return 0;
	path = path_of(head, table->procname, buf, sizeof(buf));
	if (!path)
		return -EACCES;
	mode = root->permissions ? root->permissions(head, table) : table->mode;
	return vs_sysctl_rule(set_of(head->set), path, mode, op,
			      may_set_utsname(ctx));
}
