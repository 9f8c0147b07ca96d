// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - may two sockets of different owners have the same port?
 *
 * Without network contexts a socket that is bound to no address wants all.
 * Here it wants those of its owner; the host's are all but the loopback
 * addresses of contexts.  Two such sockets are in each other's way when there
 * is an address that both want.
 */

#include <linux/ipv6.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/vserver.h>

#include "addr.h"

enum extent {
	NOTHING,
	ONE,		/* one address */
	ANY,		/* those of the owner */
};

/**
 * struct wish - What a socket wants of what arrives at its port
 * @nx: Its owner, NULL for the host.
 * @in4: Of IPv4.
 * @in6: Of IPv6.
 * @addr4: The address, for ONE.
 * @addr6: The same.
 */
struct wish {
	const struct vs_net	*nx;
	enum extent		in4;
	enum extent		in6;
	__be32			addr4;
	struct in6_addr		addr6;
};

static void get_wish(struct wish *wish, const struct sock *sk)
{
	/* One in TIME_WAIT was connected; only its address matters. */
	wish->nx = sk->sk_state == TCP_TIME_WAIT ? NULL : vs_confiner(sk);
	wish->addr4 = sk->sk_rcv_saddr;
	wish->in4 = wish->addr4 ? ONE : ANY;
	wish->in6 = NOTHING;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family != AF_INET6)
		return;
	wish->addr6 = sk->sk_v6_rcv_saddr;
	if (ipv6_addr_any(&wish->addr6)) {
		wish->in6 = ANY;
		if (ipv6_only_sock(sk))
			wish->in4 = NOTHING;
	} else if (!ipv6_addr_v4mapped(&wish->addr6)) {
		wish->in6 = ONE;
		wish->in4 = NOTHING;
	}
#endif
}

static bool is_one(const struct wish *wish)
{
	return wish->in4 != ANY && wish->in6 != ANY;
}

static bool covers4(const struct vs_net *nx, __be32 addr)
{
	if (nx)
		return vs_net_has4(nx, addr);
	return !(ipv4_is_loopback(addr) && vs_lback4_owned(addr));
}

/* Has a context an address that the host's "any" includes? */
static bool host_overlaps4(const struct vs_net *nx)
{
	return vs_net_set(nx)->nr_range4 ||
		vs_net_lback(nx, vs_net_set(nx)) == VS_LBACK_SHARED ||
		vs_net_lback(nx, vs_net_set(nx)) == VS_LBACK_ADDRESS;
}

static bool any_overlaps4(const struct vs_net *a, const struct vs_net *b)
{
	struct vs_range4 lback_a, lback_b;
	bool has_a, has_b;

	if (!a || !b)
		return host_overlaps4(a ?: b);
	has_a = vs_lback4_range(a, &lback_a);
	has_b = vs_lback4_range(b, &lback_b);
	if (has_a && has_b && lback_a.lo <= lback_b.hi &&
	    lback_b.lo <= lback_a.hi)
		return true;
	return (has_a && vs_set_hits4(vs_net_set(b), lback_a)) ||
		(has_b && vs_set_hits4(vs_net_set(a), lback_b)) ||
		vs_set_overlaps4(vs_net_set(a), vs_net_set(b));
}

static bool overlap4(const struct wish *a, const struct wish *b)
{
	if (a->in4 == NOTHING || b->in4 == NOTHING)
		return false;
	if (a->in4 == ONE && b->in4 == ONE)
		return a->addr4 == b->addr4;
	if (a->in4 == ONE)
		return covers4(b->nx, a->addr4);
	if (b->in4 == ONE)
		return covers4(a->nx, b->addr4);
	return any_overlaps4(a->nx, b->nx);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool covers6(const struct vs_net *nx, const struct in6_addr *addr)
{
	return nx ? vs_net_has6(nx, addr) : !__vs6_is_private(addr);
}

/* No set has an address of the private prefix. */
static bool any_overlaps6(const struct vs_net *a, const struct vs_net *b)
{
	if (!a || !b)
		return vs_net_set(a ?: b)->nr_range6 ||
			vs_net_lback(a ?: b, vs_net_set(a ?: b)) ==
			VS_LBACK_SHARED;
	if (vs_net_lback(a, vs_net_set(a)) == VS_LBACK_SHARED &&
	    vs_net_lback(b, vs_net_set(b)) == VS_LBACK_SHARED)
		return true;
	return vs_set_overlaps6(vs_net_set(a), vs_net_set(b)) ||
		vs_net_has6(b, &a->lback6);
}

static bool overlap6(const struct wish *a, const struct wish *b)
{
	if (a->in6 == NOTHING || b->in6 == NOTHING)
		return false;
	if (a->in6 == ONE && b->in6 == ONE)
		return ipv6_addr_equal(&a->addr6, &b->addr6);
	if (a->in6 == ONE)
		return covers6(b->nx, &a->addr6);
	if (b->in6 == ONE)
		return covers6(a->nx, &b->addr6);
	return any_overlaps6(a->nx, b->nx);
}
#else
static bool overlap6(const struct wish *a, const struct wish *b)
{
	return false;
}
#endif

bool __vs_bind_disjoint(const struct sock *sk, const struct sock *sk2)
{
	struct wish a, b;
	bool disjoint;

	get_wish(&a, sk);
	get_wish(&b, sk2);
	/* Where contexts make no difference, others decide. */
	if (a.nx == b.nx || (is_one(&a) && is_one(&b)))
		return false;
	rcu_read_lock();
	disjoint = !overlap4(&a, &b) && !overlap6(&a, &b);
	rcu_read_unlock();
	return disjoint;
}

/*
 * A service that wants any address of its context need not look at each
 * connection of another context: those of one address are in one bucket.
 */
bool __vs_bucket_disjoint(const struct sock *sk,
			  const struct inet_bind2_bucket *tb2)
{
	const struct vs_net *nx = sk->sk_vs;
	bool disjoint = false;

	rcu_read_lock();
#if IS_ENABLED(CONFIG_IPV6)
	if (tb2->addr_type != IPV6_ADDR_MAPPED && tb2->addr_type) {
		if (!ipv6_addr_any(&tb2->v6_rcv_saddr))
			disjoint = !vs_net_has6(nx, &tb2->v6_rcv_saddr);
		rcu_read_unlock();
		return disjoint;
	}
#endif
	if (tb2->rcv_saddr)
		disjoint = !vs_net_has4(nx, tb2->rcv_saddr);
	rcu_read_unlock();
	return disjoint;
}

/*
 * May a connection have a port that others are bound to?  If each of them
 * wants another address.  Under the lock of the bucket.
 */
bool __vs_may_share_port(const struct sock *sk,
			 const struct inet_bind_bucket *tb)
{
	struct inet_bind2_bucket *tb2;
	struct wish mine, other;
	bool share = true;
	struct sock *sk2;

	get_wish(&mine, sk);
	rcu_read_lock();
	hlist_for_each_entry(tb2, &tb->bhash2, bhash_node) {
		sk_for_each_bound(sk2, &tb2->owners) {
			get_wish(&other, sk2);
			share = !overlap4(&mine, &other) &&
				!overlap6(&mine, &other);
			/* Of one address: the others have the same. */
			if (!share || is_one(&other))
				break;
		}
		if (!share)
			break;
	}
	rcu_read_unlock();
	return share;
}
