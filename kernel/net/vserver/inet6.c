// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - IPv6 addresses of sockets in a network context
 *
 * The rules are those of inet.c.  ::1 stands for an address with a prefix that
 * is routed on this machine only.  IPv4 addresses that are mapped into IPv6
 * are IPv4 addresses.
 */

#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/vserver.h>

#include "addr.h"

bool __vs6_is_private(const struct in6_addr *addr)
{
	return ipv6_prefix_equal(addr, &vs_lback6_prefix, VS_LBACK6_BITS);
}

/* Has a context a loopback address of its own? */
static bool has_lback6(const struct vs_net *nx, const struct vs_set *set)
{
	return (vs_net_flags(nx) & NXF_LBACK_REMAP) && set->nr_range6;
}

/**
 * vs_net_has6 - Is an address one of a context's own?  Under RCU
 */
bool vs_net_has6(const struct vs_net *nx, const struct in6_addr *addr)
{
	const struct vs_set *set = vs_net_set(nx);

	if (ipv6_addr_v4mapped(addr))
		return vs_net_has4(nx, addr->s6_addr32[3]);
	if (__vs6_is_private(addr))
		return has_lback6(nx, set) &&
			ipv6_addr_equal(addr, &nx->lback6);
	if (ipv6_addr_loopback(addr) &&
	    vs_net_flags(nx) & (NXF_LBACK_REMAP | NXF_LBACK_ALLOW))
		return !(vs_net_flags(nx) & NXF_LBACK_REMAP) &&
			set->nr_range6;
	return vs_set_has6(set, addr);
}

static const struct in6_addr *first6(const struct vs_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr_entry6; i++)
		if (set->entry6[i].type == NXA_TYPE_ADDR &&
		    !ipv6_addr_loopback(&set->entry6[i].ip))
			return &set->entry6[i].ip;
	return NULL;
}

/* The only IPv6 address, where one stands for all. */
static const struct in6_addr *single6(const struct vs_net *nx,
				      const struct vs_set *set)
{
	u64 flags = vs_net_flags(nx);

	if (!(flags & NXF_SINGLE_IP) || set->nr_entry6 != 1 ||
	    (flags & (NXF_LBACK_REMAP | NXF_LBACK_ALLOW)))
		return NULL;
	return first6(set);
}

/* Which address does a context mean by ::1?  False for none. */
static bool map_lback6(const struct vs_net *nx, struct in6_addr *addr)
{
	const struct vs_set *set = vs_net_set(nx);
	const struct in6_addr *single = single6(nx, set);

	if (has_lback6(nx, set))
		*addr = nx->lback6;
	else if (single)
		*addr = *single;
	else
		return vs_net_has6(nx, addr);
	return true;
}

int __vs6_bind(const struct sock *sk, struct in6_addr *addr)
{
	const struct vs_net *nx = sk->sk_vs;
	const struct in6_addr *single;
	bool own;

	if (ipv6_addr_v4mapped(addr))
		return __vs4_bind(sk, &addr->s6_addr32[3]);

	rcu_read_lock();
	if (ipv6_addr_any(addr)) {
		single = single6(nx, vs_net_set(nx));
		if (single && ipv6_only_sock(sk))
			*addr = *single;
		own = true;
	} else if (ipv6_addr_loopback(addr)) {
		own = map_lback6(nx, addr);
	} else if (ipv6_addr_is_multicast(addr)) {
		own = READ_ONCE(nx->ncaps) & NXC_MULTICAST;
	} else {
		own = vs_net_has6(nx, addr);
	}
	rcu_read_unlock();
	return own ? 0 : -EADDRNOTAVAIL;
}

/* Mapped addresses are translated where IPv4 is. */
int __vs6_map_dst(const struct sock *sk, struct in6_addr *daddr)
{
	bool good = true;

	rcu_read_lock();
	if (ipv6_addr_loopback(daddr))
		good = map_lback6(sk->sk_vs, daddr);
	else if (__vs6_is_private(daddr))
		good = vs_net_has6(sk->sk_vs, daddr);
	rcu_read_unlock();
	return good ? 0 : -ENETUNREACH;
}

bool __vs6_has(const struct sock *sk, const struct in6_addr *addr)
{
	bool has;

	rcu_read_lock();
	has = vs_net_has6(sk->sk_vs, addr);
	rcu_read_unlock();
	return has;
}

/* Groups are the matter of inet6_mc_check(). */
bool __vs6_accepts(const struct sock *sk, const struct in6_addr *daddr)
{
	return !ipv6_addr_is_multicast(daddr) && __vs6_has(sk, daddr);
}

bool __vs6_any_match(const struct sock *sk, const struct in6_addr *daddr,
		     enum vs_pass pass)
{
	if (sk->sk_vsctx)
		return pass == VS_PASS_CONTEXT &&
			vs_net_has6(sk->sk_vs, daddr);
	return pass == VS_PASS_HOST && !__vs6_is_private(daddr);
}

void __vs6_show(const struct sock *sk, struct in6_addr *addr)
{
	const struct vs_net *nx = sk->sk_vs;

	if (ipv6_addr_v4mapped(addr))
		addr->s6_addr32[3] = __vs4_shown(sk, addr->s6_addr32[3]);
	else if ((vs_net_flags(nx) & NXF_HIDE_LBACK) &&
		 ipv6_addr_equal(addr, &nx->lback6))
		*addr = in6addr_loopback;
}

int __vs6_header(const struct sock *sk, const struct flowi6 *fl6,
		 const struct ipv6hdr *hdr)
{
	if (!__vs6_has(sk, &hdr->saddr))
		return -EPERM;
	/* It is looked at again where it arrives. */
	return ipv6_addr_equal(&hdr->daddr, &fl6->daddr) ? 0 : -EINVAL;
}

int __vs6_source(const struct sock *sk, struct in6_addr *addr)
{
	bool own;

	if (ipv6_addr_any(addr))
		return 0;
	rcu_read_lock();
	if (ipv6_addr_loopback(addr))
		own = map_lback6(sk->sk_vs, addr);
	else
		own = vs_net_has6(sk->sk_vs, addr);
	rcu_read_unlock();
	return own ? 0 : -EINVAL;
}

/* Among several addresses, the one that the host's routes suggest. */
static int choose6(const struct sock *sk, const struct vs_set *set,
		   struct net *net, struct flowi6 *fl6)
{
	struct flowi6 routed = *fl6;
	const struct in6_addr *first;
	struct fib6_info *from;
	struct dst_entry *dst;
	int err;

	dst = ip6_route_output(net, sk, &routed);
	from = dst->error ? NULL : rcu_dereference(dst_rt6_info(dst)->from);
	if (from && from->fib6_prefsrc.plen &&
	    vs_net_has6(sk->sk_vs, &from->fib6_prefsrc.addr)) {
		fl6->saddr = from->fib6_prefsrc.addr;
		err = 0;
	} else {
		err = ipv6_dev_get_saddr_sk(net, from ? dst->dev : NULL,
					    &fl6->daddr,
					    READ_ONCE(inet6_sk(sk)->srcprefs),
					    &fl6->saddr, sk);
	}
	dst_release(dst);
	if (!err)
		return 0;

	/* Addresses that no device has are routed to this machine. */
	first = first6(set);
	if (!first || ipv6_addr_is_multicast(&fl6->daddr) ||
	    ipv6_addr_type(&fl6->daddr) & IPV6_ADDR_LINKLOCAL)
		return -EADDRNOTAVAIL;
	fl6->saddr = *first;
	return 0;
}

static int pick_source6(const struct sock *sk, struct net *net,
			struct flowi6 *fl6)
{
	const struct vs_net *nx = sk->sk_vs;
	const struct vs_set *set = vs_net_set(nx);

	if (ipv6_addr_loopback(&fl6->daddr) || __vs6_is_private(&fl6->daddr)) {
		fl6->saddr = fl6->daddr;
		return vs_net_has6(nx, &fl6->saddr) ? 0 : -ENETUNREACH;
	}
	if (!set->nr_range6)
		return -ENETUNREACH;
	return choose6(sk, set, net, fl6);
}

static bool may_reach6(const struct sock *sk, const struct in6_addr *daddr)
{
	if (!ipv6_addr_loopback(daddr) && !__vs6_is_private(daddr))
		return true;
	return vs_net_has6(sk->sk_vs, daddr) || sk->sk_state == TCP_LISTEN ||
		ipv6_addr_equal(daddr, &sk->sk_v6_daddr);
}

int __vs6_flow(struct net *net, struct flowi6 *fl6, const struct sock *sk)
{
	int err = 0;

	rcu_read_lock();
	if (!may_reach6(sk, &fl6->daddr))
		err = -ENETUNREACH;
	else if (ipv6_addr_any(&fl6->saddr))
		err = pick_source6(sk, net, fl6);
	else if (__vs6_source(sk, &fl6->saddr))
		err = -ENETUNREACH;
	rcu_read_unlock();
	return err;
}

static int add_route(struct net *net)
{
	struct fib6_config cfg = {
		.fc_table	= RT6_TABLE_LOCAL,
		.fc_metric	= IP6_RT_PRIO_ADDRCONF,
		.fc_dst		= vs_lback6_prefix,
		.fc_dst_len	= VS_LBACK6_BITS,
		.fc_ifindex	= net->loopback_dev->ifindex,
		.fc_flags	= RTF_UP | RTF_LOCAL,
		.fc_type	= RTN_LOCAL,
		.fc_protocol	= RTPROT_KERNEL,
		.fc_nlinfo.nl_net = net,
	};
	int err;

	rtnl_lock();
	err = ip6_route_add(&cfg, GFP_KERNEL, NULL);
	rtnl_unlock();
	return err;
}

/**
 * vs_lback6_start - Make the loopback addresses of contexts exist
 * @net: The network namespace, which may have ended.
 *
 * By a route to this machine.  Without it ::1 is no address of a context, as
 * on a machine without IPv6.
 */
void vs_lback6_start(struct net *net)
{
	int err;

	if (!ipv6_mod_enabled() || !maybe_get_net(net))
		return;
	err = add_route(net);
	if (err && err != -EEXIST)
		pr_notice_ratelimited("vserver: no private ::1: %d\n", err);
	put_net(net);
}
