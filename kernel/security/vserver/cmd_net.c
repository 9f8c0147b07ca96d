// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - commands: network contexts, their flags and addresses
 */

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/vserver.h>

#include "migrate.h"
#include "net.h"
#include "syscall.h"
#include "../../net/vserver/set.h"

long vs_cmd_net_create(struct vs_call *call)
{
	u64 flags = NXF_INIT_SET;
	struct vs_net *nx;
	long ret;

	/* Version 0 has no structure; in version 1 it may be missing. */
	if (call->given)
		flags = call->u.flagword.flagword;
	/* Before the id is taken: the usual reason to fail. */
	ret = vs_check_alone();
	if (ret)
		return ret;
	nx = vs_net_create(call->id, flags);
	if (IS_ERR(nx))
		return PTR_ERR(nx);
	ret = vs_net_enter(nx) ?: nx->nid;
	if (ret < 0)
		vs_net_change(nx, 0, NXF_PERSISTENT);
	vs_net_unclaim(nx);
	vs_net_put(nx);
	return ret;
}

long vs_cmd_net_migrate(struct vs_call *call)
{
	u64 flags;

	if (!call->nx)
		return vs_net_watch() ?: VS_NID_SPECTATOR;
	flags = vs_net_flags(call->nx);
	if ((flags & NXF_INFO_PRIVATE) && !(flags & NXF_STATE_SETUP))
		return -EACCES;
	return vs_net_enter(call->nx);
}

long vs_cmd_nx_info(struct vs_call *call)
{
	call->u.nx_info.nid = call->nx->nid;
	return 0;
}

long vs_cmd_get_nflags(struct vs_call *call)
{
	u64 flags = vs_net_flags(call->nx);

	call->u.cflags.flagword = flags;
	/* What the caller could still change. */
	call->u.cflags.mask = ~(NXF_ONE_TIME & ~flags);
	return 0;
}

long vs_cmd_set_nflags(struct vs_call *call)
{
	return vs_net_change(call->nx, call->u.cflags.flagword,
			     call->u.cflags.mask);
}

long vs_cmd_get_ncaps(struct vs_call *call)
{
	call->u.ncaps.ncaps = READ_ONCE(call->nx->ncaps);
	call->u.ncaps.cmask = ~0ULL;
	return 0;
}

long vs_cmd_set_ncaps(struct vs_call *call)
{
	const struct vcmd_net_caps caps = call->u.ncaps;
	struct vs_net *nx = call->nx;

	mutex_lock(&nx->lock);
	WRITE_ONCE(nx->ncaps, (nx->ncaps & ~caps.cmask) |
		   (caps.ncaps & caps.cmask));
	mutex_unlock(&nx->lock);
	return 0;
}

/*
 * Whoever has found a route looks for one again, and so for a source: what
 * sends with an address that is gone finds none.
 */
static void forget_routes(struct vs_net *nx)
{
	struct net *net = maybe_get_net(nx->net);

	if (!net)
		return;
	rt_genid_bump_all(net);
	put_net(net);
}

/* Readers that still use the old set are left alone. */
static int replace_set(struct vs_net *nx, struct vs_set *old,
		       struct vs_set *new)
{
	if (!new)
		return -ENOMEM;
	rcu_assign_pointer(nx->set, new);
	vs_set_free(old);
	return 0;
}

static struct vs_set *lock_set(struct vs_net *nx)
{
	mutex_lock(&nx->lock);
	return rcu_dereference_protected(nx->set, lockdep_is_held(&nx->lock));
}

/* Adds an entry, or removes it. */
static int change4(struct vs_net *nx, const struct vs_entry4 *entry, bool add)
{
	struct vs_set *old = lock_set(nx);
	struct vs_entry4 *list;
	unsigned int i, nr = old->nr_entry4;
	int err = -ENOMEM;
	bool found;

	list = kmalloc_array(nr + 1, sizeof(*list), GFP_KERNEL);
	if (!list)
		goto unlock;
	memcpy(list, old->entry4, nr * sizeof(*list));
	for (i = 0; i < nr; i++)
		if (!memcmp(&list[i], entry, sizeof(*entry)))
			break;

	found = i < nr;
	err = add ? -EEXIST : -ESRCH;
	if (add == found)
		goto unlock;
	err = -ENOSPC;
	if (add && nr == VS_SET_MAX)
		goto unlock;
	if (add)
		list[nr++] = *entry;
	else
		memmove(&list[i], &list[i + 1], (--nr - i) * sizeof(*list));
	err = replace_set(nx, old, vs_set_build(list, nr, old->entry6,
						old->nr_entry6));
	/* As it always was: with a second address nobody means the first. */
	if (!err && add && nr > 1)
		WRITE_ONCE(nx->flags, nx->flags & ~NXF_SINGLE_IP);
unlock:
	mutex_unlock(&nx->lock);
	kfree(list);
	if (!err && !add)
		forget_routes(nx);
	return err;
}

static int change6(struct vs_net *nx, const struct vs_entry6 *entry, bool add)
{
	struct vs_set *old = lock_set(nx);
	struct vs_entry6 *list;
	unsigned int i, nr = old->nr_entry6;
	int err = -ENOMEM;
	bool found;

	list = kmalloc_array(nr + 1, sizeof(*list), GFP_KERNEL);
	if (!list)
		goto unlock;
	memcpy(list, old->entry6, nr * sizeof(*list));
	for (i = 0; i < nr; i++)
		if (!memcmp(&list[i], entry, sizeof(*entry)))
			break;

	found = i < nr;
	err = add ? -EEXIST : -ESRCH;
	if (add == found)
		goto unlock;
	err = -ENOSPC;
	if (add && nr == VS_SET_MAX)
		goto unlock;
	if (add && !nr)
		vs_lback6_start(nx->net);
	if (add)
		list[nr++] = *entry;
	else
		memmove(&list[i], &list[i + 1], (--nr - i) * sizeof(*list));
	err = replace_set(nx, old, vs_set_build(old->entry4, old->nr_entry4,
						list, nr));
unlock:
	mutex_unlock(&nx->lock);
	kfree(list);
	if (!err && !add)
		forget_routes(nx);
	return err;
}

static int clear4(struct vs_net *nx)
{
	struct vs_set *old = lock_set(nx);
	int err = replace_set(nx, old, vs_set_build(NULL, 0, old->entry6,
						    old->nr_entry6));

	mutex_unlock(&nx->lock);
	if (!err)
		forget_routes(nx);
	return err;
}

static int clear6(struct vs_net *nx)
{
	struct vs_set *old = lock_set(nx);
	int err = replace_set(nx, old, vs_set_build(old->entry4, old->nr_entry4,
						    NULL, 0));

	mutex_unlock(&nx->lock);
	if (!err)
		forget_routes(nx);
	return err;
}

static int set_bcast(struct vs_net *nx, __be32 addr)
{
	WRITE_ONCE(nx->bcast4, addr);
	return 0;
}

static int set_lback(struct vs_net *nx, __be32 addr)
{
	if (!addr || ipv4_is_multicast(addr))
		return -EINVAL;
	WRITE_ONCE(nx->lback4, addr);
	return 0;
}

static int add_ipv4(struct vs_net *nx, struct vs_entry4 entry)
{
	int err;

	switch (entry.type) {
	case NXA_TYPE_ADDR | NXA_MOD_BCAST:
		return set_bcast(nx, entry.ip);
	case NXA_TYPE_ADDR | NXA_MOD_LBACK:
		return set_lback(nx, entry.ip);
	}
	err = vs_entry4_check(&entry);
	return err ?: change4(nx, &entry, true);
}

static int remove_ipv4(struct vs_net *nx, struct vs_entry4 entry)
{
	int err;

	if (entry.type == NXA_TYPE_ANY)
		return clear4(nx);
	err = vs_entry4_check(&entry);
	return err ?: change4(nx, &entry, false);
}

static struct vs_entry4 given_ipv4(const struct vs_call *call)
{
	return (struct vs_entry4) {
		.type	= call->u.net_ipv4.type,
		.flags	= call->u.net_ipv4.flags,
		.ip	= call->u.net_ipv4.ip,
		.ip2	= call->u.net_ipv4.ip2,
		.mask	= call->u.net_ipv4.mask,
	};
}

static struct vs_entry4 given_ipv4_v1(const struct vs_call *call)
{
	return (struct vs_entry4) {
		.type	= call->u.net_ipv4_v1.type,
		.flags	= call->u.net_ipv4_v1.flags,
		.ip	= call->u.net_ipv4_v1.ip,
		.mask	= call->u.net_ipv4_v1.mask,
	};
}

long vs_cmd_net_add_ipv4(struct vs_call *call)
{
	return add_ipv4(call->nx, given_ipv4(call));
}

long vs_cmd_net_remove_ipv4(struct vs_call *call)
{
	return remove_ipv4(call->nx, given_ipv4(call));
}

/* The first version has no end of a range. */
long vs_cmd_net_add_ipv4_v1(struct vs_call *call)
{
	if (call->u.net_ipv4_v1.type == NXA_TYPE_RANGE)
		return -EINVAL;
	return add_ipv4(call->nx, given_ipv4_v1(call));
}

long vs_cmd_net_remove_ipv4_v1(struct vs_call *call)
{
	if (call->u.net_ipv4_v1.type == NXA_TYPE_RANGE)
		return -EINVAL;
	return remove_ipv4(call->nx, given_ipv4_v1(call));
}

/* Answers how many were added. */
long vs_cmd_net_add_v0(struct vs_call *call)
{
	const struct vcmd_net_addr_v0 *addr = &call->u.net_addr_v0;
	int i, err;

	switch (addr->type) {
	case NXA_TYPE_IPV4:
		break;
	case NXA_TYPE_IPV4 | NXA_MOD_BCAST:
		return set_bcast(call->nx, addr->ip[0]) ?: 1;
	case NXA_TYPE_IPV4 | NXA_MOD_LBACK:
		return set_lback(call->nx, addr->ip[0]) ?: 1;
	default:
		return -EINVAL;
	}
	if (addr->count < 1 || addr->count > ARRAY_SIZE(addr->ip))
		return -EINVAL;
	for (i = 0; i < addr->count; i++) {
		struct vs_entry4 entry = {
			.type	= NXA_TYPE_ADDR,
			.ip	= addr->ip[i],
			.mask	= addr->mask[i],
		};

		err = add_ipv4(call->nx, entry);
		if (err)
			return i ?: err;
	}
	return i;
}

long vs_cmd_net_remove_v0(struct vs_call *call)
{
	if (call->u.net_addr_v0.type != NXA_TYPE_ANY)
		return -EINVAL;
	return clear4(call->nx);
}

static int given_ipv6(const struct vs_call *call, struct vs_entry6 *entry)
{
	const struct vcmd_net_addr_ipv6 *addr = &call->u.net_ipv6;

	memset(entry, 0, sizeof(*entry));
	entry->type = addr->type;
	entry->flags = addr->flags;
	entry->prefix = addr->prefix;
	memcpy(&entry->ip, addr->ip, sizeof(entry->ip));
	return vs_entry6_check(entry);
}

long vs_cmd_net_add_ipv6(struct vs_call *call)
{
	struct vs_entry6 entry;
	int err;

	if (!IS_ENABLED(CONFIG_IPV6))
		return -ENOSYS;
	err = given_ipv6(call, &entry);
	return err ?: change6(call->nx, &entry, true);
}

long vs_cmd_net_remove_ipv6(struct vs_call *call)
{
	struct vs_entry6 entry;
	int err;

	if (!IS_ENABLED(CONFIG_IPV6))
		return -ENOSYS;
	if (call->u.net_ipv6.type == NXA_TYPE_ANY)
		return clear6(call->nx);
	err = given_ipv6(call, &entry);
	return err ?: change6(call->nx, &entry, false);
}
