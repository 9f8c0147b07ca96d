// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - IPv4 addresses of sockets in a network context
 *
 * To such a socket an address that is not in the set of its context is not
 * configured on this machine.  The network 127.0.0.0/8 is that of the context:
 * it stands for 256 addresses that no other context can name.
 */

#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/flow.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/vserver.h>

#include "addr.h"

/* A network of the same size for each context: the last byte stays. */
#define LBACK_MASK	htonl(0xffffff00)
/* What contexts that may use it see of the host's loopback. */
#define SHARED_FIRST	0x7f000000
#define SHARED_LAST	0x7f0001ff

/**
 * vs_net_lback - What does a context do with 127.0.0.0/8?
 */
enum vs_lback vs_net_lback(const struct vs_net *nx, const struct vs_set *set)
{
	u64 flags = vs_net_flags(nx);

	if (flags & NXF_LBACK_REMAP)
		return READ_ONCE(nx->lback4) == vs_net_lback4(nx->nid) ?
			VS_LBACK_NETWORK : VS_LBACK_ADDRESS;
	if (flags & NXF_LBACK_ALLOW)
		return VS_LBACK_SHARED;
	if ((flags & NXF_SINGLE_IP) && set->nr_entry4 == 1 &&
	    set->entry4[0].type == NXA_TYPE_ADDR)
		return VS_LBACK_SINGLE;
	return VS_LBACK_NONE;
}

/**
 * vs_lback4_range - The loopback addresses of a context; under RCU
 *
 * Return: false when it has none besides those of its set.
 */
bool vs_lback4_range(const struct vs_net *nx, struct vs_range4 *range)
{
	u32 lback = ntohl(READ_ONCE(nx->lback4));

	switch (vs_net_lback(nx, vs_net_set(nx))) {
	case VS_LBACK_NETWORK:
		range->lo = lback & ~0xffU;
		range->hi = lback | 0xffU;
		return true;
	case VS_LBACK_ADDRESS:
		range->lo = lback;
		range->hi = lback;
		return true;
	case VS_LBACK_SHARED:
		range->lo = SHARED_FIRST;
		range->hi = SHARED_LAST;
		return true;
	default:
		return false;
	}
}

static bool in_lback4(const struct vs_net *nx, __be32 addr)
{
	struct vs_range4 range;

	return vs_lback4_range(nx, &range) &&
		ntohl(addr) >= range.lo && ntohl(addr) <= range.hi;
}

/* Has a set its word on addresses of the loopback, too? */
static bool set_counts(const struct vs_net *nx, __be32 addr)
{
	return !ipv4_is_loopback(addr) ||
		!(vs_net_flags(nx) & NXF_LBACK_REMAP);
}

/**
 * vs_net_has4 - Is an address one of a context's own?  Under RCU
 */
bool vs_net_has4(const struct vs_net *nx, __be32 addr)
{
	if (likely(set_counts(nx, addr)) &&
	    vs_set_has4(vs_net_set(nx), ntohl(addr)))
		return true;
	return in_lback4(nx, addr);
}

/**
 * vs_lback4_owned - Does an address belong to the loopback of some context?
 *
 * Under RCU.  Those that an administrator has chosen do not count.
 */
bool vs_lback4_owned(__be32 addr)
{
	const struct vs_net *nx = vs_net_peek(ntohl(addr) >> 8 & 0xffff);

	return nx && vs_net_lback(nx, vs_net_set(nx)) == VS_LBACK_NETWORK;
}

static bool is_bcast4(const struct vs_net *nx, const struct vs_set *set,
		      __be32 addr)
{
	unsigned int i;

	if (addr == READ_ONCE(nx->bcast4))
		return addr;
	/* Whoever wants none, wants none. */
	if (!READ_ONCE(nx->bcast4))
		return false;
	for (i = 0; i < set->nr_entry4; i++) {
		const struct vs_entry4 *entry = &set->entry4[i];

		if (entry->type == NXA_TYPE_ADDR && ~ntohl(entry->mask) > 1 &&
		    addr == (entry->ip | ~entry->mask))
			return true;
	}
	return false;
}

/* The address that "any" stands for, if there is only one. */
static __be32 single4(const struct vs_net *nx, const struct vs_set *set)
{
	return vs_net_lback(nx, set) == VS_LBACK_SINGLE ?
		set->entry4[0].ip : 0;
}

/* Which address does a context mean by one of 127.0.0.0/8?  0 for none. */
static __be32 map_lback4(const struct vs_net *nx, const struct vs_set *set,
			 __be32 addr)
{
	__be32 lback = READ_ONCE(nx->lback4);

	switch (vs_net_lback(nx, set)) {
	case VS_LBACK_NETWORK:
		return (lback & LBACK_MASK) | (addr & ~LBACK_MASK);
	case VS_LBACK_ADDRESS:
		return lback;
	case VS_LBACK_SINGLE:
		return set->entry4[0].ip;
	default:
		return vs_net_has4(nx, addr) ? addr : 0;
	}
}

/* The source for a destination on the loopback. */
static __be32 lback4_source(const struct vs_net *nx, const struct vs_set *set,
			    __be32 daddr)
{
	switch (vs_net_lback(nx, set)) {
	case VS_LBACK_NETWORK:
	case VS_LBACK_ADDRESS:
		return READ_ONCE(nx->lback4);
	case VS_LBACK_SHARED:
		return htonl(INADDR_LOOPBACK);
	default:
		return daddr;
	}
}

int __vs4_bind(const struct sock *sk, __be32 *addr)
{
	const struct vs_net *nx = sk->sk_vs;
	const struct vs_set *set;
	__be32 mapped;
	bool own;

	rcu_read_lock();
	set = vs_net_set(nx);
	if (*addr == htonl(INADDR_ANY)) {
		*addr = single4(nx, set);
		own = true;
	} else if (ipv4_is_loopback(*addr)) {
		mapped = map_lback4(nx, set, *addr);
		own = mapped;
		if (own)
			*addr = mapped;
	} else if (ipv4_is_multicast(*addr)) {
		own = READ_ONCE(nx->ncaps) & NXC_MULTICAST;
	} else {
		own = vs_net_has4(nx, *addr) || is_bcast4(nx, set, *addr);
	}
	rcu_read_unlock();
	return own ? 0 : -EADDRNOTAVAIL;
}

int __vs4_map_dst(const struct sock *sk, __be32 *daddr)
{
	const struct vs_net *nx = sk->sk_vs;
	__be32 addr = *daddr;

	if (likely(addr && !ipv4_is_loopback(addr)))
		return 0;
	/* Nobody is meant: the socket itself, or its loopback. */
	if (!addr) {
		addr = inet_sk(sk)->inet_saddr;
		if (!addr)
			addr = htonl(INADDR_LOOPBACK);
	}
	if (ipv4_is_loopback(addr)) {
		rcu_read_lock();
		addr = map_lback4(nx, vs_net_set(nx), addr);
		rcu_read_unlock();
	}
	if (!addr)
		return -ENETUNREACH;
	*daddr = addr;
	return 0;
}

__be32 __vs4_shown(const struct sock *sk, __be32 addr)
{
	const struct vs_net *nx = sk->sk_vs;

	if (!(vs_net_flags(nx) & NXF_HIDE_LBACK) ||
	    !(vs_net_flags(nx) & NXF_LBACK_REMAP))
		return addr;
	if (READ_ONCE(nx->lback4) != vs_net_lback4(nx->nid))
		return addr == READ_ONCE(nx->lback4) ?
			htonl(INADDR_LOOPBACK) : addr;
	if ((addr ^ nx->lback4) & LBACK_MASK)
		return addr;
	return htonl(SHARED_FIRST) | (addr & ~LBACK_MASK);
}

int __vs4_source(const struct sock *sk, __be32 *addr)
{
	const struct vs_net *nx = sk->sk_vs;
	__be32 mapped = *addr;

	if (!mapped)
		return 0;
	rcu_read_lock();
	if (ipv4_is_loopback(mapped))
		mapped = map_lback4(nx, vs_net_set(nx), mapped);
	if (mapped && !vs_net_has4(nx, mapped))
		mapped = 0;
	rcu_read_unlock();
	if (!mapped)
		return -EADDRNOTAVAIL;
	*addr = mapped;
	return 0;
}

bool __vs4_has(const struct sock *sk, __be32 addr)
{
	bool has;

	rcu_read_lock();
	has = vs_net_has4(sk->sk_vs, addr);
	rcu_read_unlock();
	return has;
}

/* Groups are the matter of ip_mc_sf_allow(). */
bool __vs4_accepts(const struct sock *sk, __be32 daddr)
{
	const struct vs_net *nx = sk->sk_vs;
	bool accepts;

	if (ipv4_is_multicast(daddr) || daddr == inet_sk(sk)->inet_rcv_saddr)
		return true;
	rcu_read_lock();
	accepts = vs_net_has4(nx, daddr) ||
		is_bcast4(nx, vs_net_set(nx), daddr);
	rcu_read_unlock();
	return accepts;
}

/*
 * Sockets of contexts come first: that of the host would take everything.  It
 * takes nothing for the loopback of a context.  Under RCU.
 */
bool __vs4_any_match(const struct sock *sk, __be32 daddr, enum vs_pass pass)
{
	if (sk->sk_vsctx)
		return pass == VS_PASS_CONTEXT &&
			vs_net_has4(sk->sk_vs, daddr);
	return pass == VS_PASS_HOST &&
		!(ipv4_is_loopback(daddr) && vs_lback4_owned(daddr));
}

int __vs4_header(const struct sock *sk, const struct flowi4 *fl4,
		 __be32 *saddr, __be32 *daddr)
{
	if (*saddr && !__vs4_has(sk, *saddr))
		return -EPERM;
	/* It is looked at again where it arrives. */
	if (__vs4_map_dst(sk, daddr) || *daddr != fl4->daddr)
		return -EINVAL;
	return 0;
}

/* The first address of a context on a device, or on any. */
static __be32 configured_on(const struct vs_net *nx,
			    const struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return 0;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (vs_net_has4(nx, ifa->ifa_local))
			return ifa->ifa_local;
	}
	return 0;
}

static __be32 configured(const struct vs_net *nx, struct net *net)
{
	const struct net_device *dev;
	__be32 addr;

	for_each_netdev_rcu(net, dev) {
		addr = configured_on(nx, dev);
		/* Its loopback is the source for nothing else. */
		if (addr && !ipv4_is_loopback(addr))
			return addr;
	}
	return 0;
}

static __be32 first4(const struct vs_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr_entry4; i++)
		if (set->entry4[i].type == NXA_TYPE_ADDR &&
		    !ipv4_is_loopback(set->entry4[i].ip))
			return set->entry4[i].ip;
	return 0;
}

/* The first address in the same network as the next hop. */
static __be32 neighbour4(const struct vs_set *set, __be32 hop)
{
	unsigned int i;

	for (i = 0; i < set->nr_entry4; i++) {
		const struct vs_entry4 *entry = &set->entry4[i];

		if (entry->type == NXA_TYPE_ADDR && entry->mask &&
		    !((entry->ip ^ hop) & entry->mask))
			return entry->ip;
	}
	return 0;
}

/* Among several addresses, the one that the host's routes suggest. */
static __be32 choose4(const struct vs_net *nx, const struct vs_set *set,
		      struct net *net, const struct rtable *rt,
		      const struct flowi4 *routed)
{
	__be32 addr;

	if (rt->rt_type == RTN_LOCAL)
		return vs_net_has4(nx, routed->daddr) ? routed->daddr :
			first4(set) ?: configured(nx, net);
	if (vs_net_has4(nx, routed->saddr))
		return routed->saddr;
	addr = neighbour4(set, rt->rt_gw_family == AF_INET ?
			  rt->rt_gw4 : routed->daddr);
	if (!addr)
		addr = configured_on(nx, rt->dst.dev);
	return addr ?: first4(set) ?: configured(nx, net);
}

static int pick_source4(const struct vs_net *nx, struct net *net,
			struct flowi4 *fl4)
{
	const struct vs_set *set = vs_net_set(nx);
	bool group = ipv4_is_multicast(fl4->daddr) ||
		ipv4_is_lbcast(fl4->daddr);
	struct flowi4 routed = *fl4;
	struct rtable *rt;

	if (in_lback4(nx, fl4->daddr) || ipv4_is_loopback(fl4->daddr)) {
		fl4->saddr = lback4_source(nx, set, fl4->daddr);
		return 0;
	}
	if (set->nr_entry4 == 1 && set->entry4[0].type == NXA_TYPE_ADDR &&
	    !group) {
		fl4->saddr = set->entry4[0].ip;
		return 0;
	}
	if (!set->nr_range4)
		return -ENETUNREACH;

	rt = __ip_route_output_key(net, &routed);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	fl4->saddr = choose4(nx, set, net, rt, &routed);
	/* With a source the kernel would take the device that has it. */
	if (group)
		fl4->flowi4_oif = rt->dst.dev->ifindex;
	ip_rt_put(rt);
	return fl4->saddr ? 0 : -ENETUNREACH;
}

/*
 * May a socket send to an address of the loopback?  To its own, that is, or
 * where a connection came from: processes of the host may use the loopback
 * of a context.
 */
static bool may_reach4(const struct sock *sk, __be32 daddr)
{
	return !ipv4_is_loopback(daddr) || vs_net_has4(sk->sk_vs, daddr) ||
		sk->sk_state == TCP_LISTEN ||
		daddr == READ_ONCE(inet_sk(sk)->inet_daddr);
}

int __vs4_flow(struct net *net, struct flowi4 *fl4, const struct sock *sk)
{
	const struct vs_net *nx = sk->sk_vs;
	int err = 0;

	rcu_read_lock();
	if (!may_reach4(sk, fl4->daddr))
		err = -ENETUNREACH;
	else if (!fl4->saddr)
		err = pick_source4(nx, net, fl4);
	else if (__vs4_source(sk, &fl4->saddr))
		err = -ENETUNREACH;
	rcu_read_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(__vs4_flow);	/* protocols that are modules route, too */
