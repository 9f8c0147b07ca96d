// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - the network context of a socket, and its addresses
 *
 * The owner is set before anybody can find the socket, and never changed: a
 * lookup that sees a socket, sees whose it is.  Sockets that are accepted
 * belong to the owner of the one that listens.
 */

#include <linux/capability.h>
#include <linux/export.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/preempt.h>
#include <linux/vserver.h>
#include <net/ndisc.h>
#include <net/net_namespace.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>
#include <net/vs_net.h>
#include <net/vserver.h>

#include "set.h"

void __vs_sk_alloc(struct sock *sk)
{
	struct vs_net *nx;

	/* What arrives makes no sockets but by copying others. */
	if (in_interrupt())
		return;
	nx = vs_current_nx();
	if (!nx)
		return;
	sk->sk_vs = vs_net_get(nx);
	/* In a namespace of its own the context has no addresses. */
	sk->sk_vsctx = nx->net == sock_net(sk);
}

void __vs_sk_get(const struct sock *sk)
{
	vs_net_get(sk->sk_vs);
}

void __vs_sk_put(struct sock *sk)
{
	vs_net_put(sk->sk_vs);
}

/* Owners are compared, not followed: the socket may be on its way out. */
bool __vs_sk_visible(const struct sock *sk)
{
	const struct vs_net *nx = vs_current_nx();
	const struct sock *listener;

	if (!nx)
		return true;
	if (sk_fullsock(sk))
		return sk->sk_vs == nx;
	if (sk->sk_state != TCP_NEW_SYN_RECV)
		return false;
	listener = READ_ONCE(inet_reqsk(sk)->rsk_listener);
	return listener && listener->sk_vs == nx;
}
EXPORT_SYMBOL_GPL(__vs_sk_visible);

bool __vs_may_diag(int family)
{
	return !vs_current_nx() || family == AF_INET || family == AF_INET6 ||
		family == AF_UNIX;
}

/* Under the lock of the bucket; the spectator has all names. */
bool __vs_same_names(const struct sock *sk)
{
	return sk->sk_vs == vs_current_nx() || vs_net_spectator();
}

/*
 * Who may not send what they want may ask whether somebody is there.  Others
 * may not tell anybody how to route: who is told believes the machine.
 */
static bool may_send4(const struct sock *sk, u8 type)
{
	if (sk->sk_protocol != IPPROTO_ICMP)
		return true;
	if (ns_capable(sock_net(sk)->user_ns, CAP_NET_RAW))
		return type != ICMP_REDIRECT;
	return type == ICMP_ECHO || type == ICMP_TIMESTAMP;
}

static bool may_send6(const struct sock *sk, u8 type)
{
	if (sk->sk_protocol != IPPROTO_ICMPV6)
		return true;
	if (!ns_capable(sock_net(sk)->user_ns, CAP_NET_RAW))
		return type == ICMPV6_ECHO_REQUEST;
	switch (type) {
	case NDISC_ROUTER_SOLICITATION ... NDISC_REDIRECT:
	case ICMPV6_MGM_QUERY ... ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
	case ICMPV6_MRDISC_ADV ... ICMPV6_MRDISC_ADV + 2:
		return false;
	default:
		return true;
	}
}

int __vs_icmp_type(const struct sock *sk, u8 type)
{
	if (sk->sk_family == AF_INET6)
		return may_send6(sk, type) ? 0 : -EPERM;
	return may_send4(sk, type) ? 0 : -EPERM;
}
