// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - which sockets guests, and processes in a network context,
 * may have
 *
 * Addresses are the matter of net/vserver/; families and protocols that know
 * other ones, or none, do not exist.  What is not on the lists here is closed.
 * A socket that was handed over may be used, but not given another address:
 * that would be the address of its owner's context.
 */

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet_diag.h>
#include <linux/lsm_hooks.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/sock_diag.h>
#include <linux/socket.h>
#include <linux/vserver.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/vserver.h>

#include "context.h"
#include "cred.h"
#include "net.h"
#include "setup.h"
#include "task.h"
#include "../../net/vserver/set.h"

static int deny_socket(const char *what, int err)
{
	vs_deny(what, vs_current(), vs_current());
	return err;
}

/*
 * The host's tools enter a network context before it has addresses, and a
 * process of the host with this capability could undo the rules anyway.
 */
static bool is_exempt(void)
{
	const struct vs_context *ctx = vs_current();

	if (vs_setup(ctx))
		return true;
	return ctx == &vs_host && current_user_ns() == &init_user_ns &&
		cap_raised(current_cred()->cap_effective, CAP_NET_ADMIN);
}

/* Is the network that of nobody else? */
static bool has_own_network(const struct vs_net *nx)
{
	return current->nsproxy->net_ns != (nx ? nx->net : &init_net);
}

/* Whom the rules below are for: guests, whether they have addresses or not. */
static bool is_bound(const struct vs_net *nx)
{
	return (nx || vs_guest()) && !is_exempt();
}

/* Those that use the addresses of the context, and nothing else. */
static bool is_usual_protocol(int protocol)
{
	switch (protocol) {
	case IPPROTO_IP:
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return true;
	default:
		return false;
	}
}

static int check_inet(const struct vs_net *nx, int family, int type,
		      int protocol)
{
	const struct vs_set *set;
	bool has;

	/* Raw ones are any protocol; they need a capability. */
	if (type != SOCK_RAW && !is_usual_protocol(protocol))
		return -EPROTONOSUPPORT;
	if (!nx || has_own_network(nx))
		return 0;

	/* A family without any address does not exist. */
	rcu_read_lock();
	set = rcu_dereference(nx->set);
	if (family == AF_INET6)
		has = set->nr_range6;
	else
		has = set->nr_range4 ||
			vs_net_lback(nx, set) != VS_LBACK_NONE;
	rcu_read_unlock();
	return has ? 0 : -EAFNOSUPPORT;
}

/* As if the kernel had none: libraries do without, refused they would fail. */
static int check_netlink(int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
	case NETLINK_SOCK_DIAG:
	case NETLINK_KOBJECT_UEVENT:
		return 0;
	default:
		return -EPROTONOSUPPORT;
	}
}

static int check_family(const struct vs_net *nx, int family, int type,
			int protocol)
{
	switch (family) {
	case AF_UNIX:
		return 0;
	case AF_INET:
	case AF_INET6:
		return check_inet(nx, family, type, protocol);
	case AF_NETLINK:
		return check_netlink(protocol);
	case AF_PACKET:
		return has_own_network(nx) ? 0 : -EPERM;
	case AF_XDP:
		return -EPERM;
	default:
		return -EAFNOSUPPORT;
	}
}

static int hook_socket_create(int family, int type, int protocol, int kern)
{
	const struct vs_net *nx;
	int err;

	if (kern)
		return 0;
	nx = vs_current_nx();
	if (!is_bound(nx))
		return 0;
	err = check_family(nx, family, type, protocol);
	return err ? deny_socket("socket", err) : 0;
}

/* May the caller give a socket an address?  The host may with all. */
static int check_naming(const struct sock *sk)
{
	const struct vs_net *nx = vs_current_nx();

	if (!nx || sk->sk_vs == nx)
		return 0;
	return deny_socket("naming", -EPERM);
}

static int hook_socket_bind(struct socket *sock, struct sockaddr *address,
			    int addrlen)
{
	return check_naming(sock->sk);
}

static int hook_socket_connect(struct socket *sock, struct sockaddr *address,
			       int addrlen)
{
	return check_naming(sock->sk);
}

static int hook_socket_listen(struct socket *sock, int backlog)
{
	return check_naming(sock->sk);
}

/* For connections that begin by sending, which asks nobody. */
int __vs_may_name(const struct sock *sk)
{
	return check_naming(sk);
}

/*
 * Who may not change the network of the host anyway is told so by rtnetlink:
 * in an answer, as programs know it, and not by a message that cannot be sent.
 */
static bool is_refused_later(const struct sock *sk)
{
	return sk->sk_protocol == NETLINK_ROUTE &&
	       !ns_capable_noaudit(sock_net(sk)->user_ns, CAP_NET_ADMIN);
}

static bool is_question(int protocol, u16 type)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		/* Of four, the third one is the question. */
		return type >= RTM_BASE && (type & 3) == 2;
	case NETLINK_SOCK_DIAG:
		return type == SOCK_DIAG_BY_FAMILY || type == TCPDIAG_GETSOCK;
	default:
		return false;
	}
}

/* The network is the host's: guests may ask about it. */
static int hook_netlink_send(struct sock *sk, struct sk_buff *skb)
{
	const struct vs_net *nx = vs_current_nx();
	const struct nlmsghdr *nlh = (void *)skb->data;
	int len = skb->len;

	if (!is_bound(nx) || has_own_network(nx))
		return 0;
	for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len))
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE &&
		    !is_question(sk->sk_protocol, nlh->nlmsg_type) &&
		    !is_refused_later(sk))
			return deny_socket("netlink", -EPERM);
	return 0;
}

static bool joins_group(int level, int optname)
{
	switch (level) {
	case SOL_IP:
		switch (optname) {
		case IP_ADD_MEMBERSHIP:
		case IP_ADD_SOURCE_MEMBERSHIP:
		case IP_MSFILTER:
		case MCAST_JOIN_GROUP:
		case MCAST_JOIN_SOURCE_GROUP:
		case MCAST_MSFILTER:
			return true;
		}
		return false;
	case SOL_IPV6:
		switch (optname) {
		case IPV6_ADD_MEMBERSHIP:
		case IPV6_JOIN_ANYCAST:
		case MCAST_JOIN_GROUP:
		case MCAST_JOIN_SOURCE_GROUP:
		case MCAST_MSFILTER:
			return true;
		}
		return false;
	default:
		return false;
	}
}

static int hook_socket_setsockopt(struct socket *sock, int level, int optname)
{
	const struct sock *sk = sock->sk;

	if (!vs_sk_confined(sk) || !joins_group(level, optname) ||
	    (READ_ONCE(sk->sk_vs->ncaps) & NXC_MULTICAST))
		return 0;
	return deny_socket("multicast", -EPERM);
}

static struct security_hook_list net_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(socket_create, hook_socket_create),
	LSM_HOOK_INIT(socket_bind, hook_socket_bind),
	LSM_HOOK_INIT(socket_connect, hook_socket_connect),
	LSM_HOOK_INIT(socket_listen, hook_socket_listen),
	LSM_HOOK_INIT(socket_setsockopt, hook_socket_setsockopt),
	LSM_HOOK_INIT(netlink_send, hook_netlink_send),
};

void __init vs_add_net_hooks(void)
{
	vs_add_lazy_hooks(net_hooks, ARRAY_SIZE(net_hooks));
}
