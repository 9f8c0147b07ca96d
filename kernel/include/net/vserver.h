/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: network contexts, for the network code.
 *
 * A network context is a set of addresses.  A socket belongs to the context
 * of the process that made it, for good, and uses the addresses of that set as
 * its own: to a socket the addresses of others are not configured on this
 * machine, though it may talk to them.
 *
 * Every hook in an existing file is one call to one of the inlines below, which
 * start with the test of a static key that the first context turns on.
 */
#ifndef _NET_VSERVER_H
#define _NET_VSERVER_H

#include <linux/in6.h>
#include <linux/jump_label.h>
#include <linux/types.h>
#include <linux/vs_pid.h>
#include <net/scm.h>
#include <net/sock.h>

struct flowi4;
struct flowi6;
struct inet_bind2_bucket;
struct inet_bind_bucket;
struct ipv6hdr;
struct vs_context;
struct vs_net;

/* Whom a socket that is bound to no address is asked for, see any_match(). */
enum vs_pass {
	VS_PASS_ALL,		/* there are no network contexts */
	VS_PASS_CONTEXT,	/* sockets of contexts */
	VS_PASS_HOST,		/* sockets of the host */
};

int ipv6_dev_get_saddr_sk(struct net *net, const struct net_device *dst_dev,
			  const struct in6_addr *daddr, unsigned int prefs,
			  struct in6_addr *saddr, const struct sock *sk);

#ifdef CONFIG_VSERVER

/* On as soon as there was a network context, and for good. */
DECLARE_STATIC_KEY_FALSE(vs_net_key);

static __always_inline bool vs_net_active(void)
{
	return static_branch_unlikely(&vs_net_key);
}

bool __vs_sk_charge(void);
void __vs_sk_uncharge(void);
bool __vs_sk_charge_for(struct vs_context *ctx);
void __vs_sk_uncharge_for(struct vs_context *ctx);
void __vs_sk_account(struct sock *sk);
void __vs_sk_clone_account(const struct sock *sk);
void __vs_sk_unaccount(struct sock *sk);
void __vs_sk_alloc(struct sock *sk);
void __vs_sk_get(const struct sock *sk);
void __vs_sk_put(struct sock *sk);
int __vs4_bind(const struct sock *sk, __be32 *addr);
int __vs4_map_dst(const struct sock *sk, __be32 *daddr);
int __vs4_flow(struct net *net, struct flowi4 *fl4, const struct sock *sk);
__be32 __vs4_shown(const struct sock *sk, __be32 addr);
bool __vs4_has(const struct sock *sk, __be32 addr);
bool __vs4_accepts(const struct sock *sk, __be32 addr);
bool __vs4_any_match(const struct sock *sk, __be32 daddr, enum vs_pass pass);
int __vs4_header(const struct sock *sk, const struct flowi4 *fl4,
		 __be32 *saddr, __be32 *daddr);
bool __vs_bind_disjoint(const struct sock *sk, const struct sock *sk2);
bool __vs_bucket_disjoint(const struct sock *sk,
			  const struct inet_bind2_bucket *tb2);
bool __vs_may_share_port(const struct sock *sk,
			 const struct inet_bind_bucket *tb);
bool __vs_sk_visible(const struct sock *sk);
bool __vs_may_diag(int family);
bool __vs_same_names(const struct sock *sk);
u32 __vs_peer_id(const struct cred *cred);
bool __vs_peer_hidden(u32 id);
bool __vs_may_raw(int protocol);
int __vs_may_name(const struct sock *sk);
int __vs_icmp_type(const struct sock *sk, u8 type);
int __vs4_source(const struct sock *sk, __be32 *addr);

/**
 * vs_sk_charge - May the caller have one more socket?
 * @kern: It would be one of the kernel's.
 *
 * Return: false when its security context has as many as it may.
 */
static __always_inline bool vs_sk_charge(int kern)
{
	return !vs_active() || kern || __vs_sk_charge();
}

/**
 * vs_sk_uncharge - There was no memory for that socket
 */
static __always_inline void vs_sk_uncharge(int kern)
{
	if (vs_active() && !kern)
		__vs_sk_uncharge();
}

/**
 * vs_sk_charge_clone - May there be one more socket like this one?
 */
static __always_inline bool vs_sk_charge_clone(const struct sock *sk)
{
	return !vs_active() || !sk->sk_vs_acct ||
		__vs_sk_charge_for(sk->sk_vs_acct);
}

/**
 * vs_sk_uncharge_clone - There was no memory for it
 */
static __always_inline void vs_sk_uncharge_clone(const struct sock *sk)
{
	if (vs_active() && sk->sk_vs_acct)
		__vs_sk_uncharge_for(sk->sk_vs_acct);
}

/**
 * vs_sk_alloc - A socket comes into being
 * @sk: The socket; its network namespace is known.
 * @kern: It is one of the kernel's, not of the calling process.
 */
static __always_inline void vs_sk_alloc(struct sock *sk, int kern)
{
	if (!vs_active() || kern)
		return;
	__vs_sk_account(sk);
	if (vs_net_active())
		__vs_sk_alloc(sk);
}

/**
 * vs_sk_clone - A socket has been copied
 */
static __always_inline void vs_sk_clone(const struct sock *sk)
{
	if (!vs_active())
		return;
	if (sk->sk_vs_acct)
		__vs_sk_clone_account(sk);
	if (vs_net_active())
		__vs_sk_get(sk);
}

/**
 * vs_sk_free - The memory of a socket is about to be freed
 */
static __always_inline void vs_sk_free(struct sock *sk)
{
	if (!vs_active())
		return;
	if (sk->sk_vs_acct)
		__vs_sk_unaccount(sk);
	if (vs_net_active())
		__vs_sk_put(sk);
}

/**
 * vs_sk_confined - Do the addresses of a network context bind a socket?
 * @sk: A full socket.
 */
static __always_inline bool vs_sk_confined(const struct sock *sk)
{
	return vs_net_active() && sk->sk_vsctx;
}

/**
 * vs_same_owner - Do two sockets belong to the same context?
 *
 * Full sockets, that is.
 */
static __always_inline bool vs_same_owner(const struct sock *sk,
					  const struct sock *sk2)
{
	return !vs_net_active() || sk->sk_vs == sk2->sk_vs;
}

/* What to compare later with the owner of another socket. */
static __always_inline const void *vs_owner(const struct sock *sk)
{
	return sk->sk_vs;
}

/**
 * vs_sk_visible - Is the caller told of a socket?
 * @sk: The socket, also one in TIME_WAIT or a request for a connection.
 */
static __always_inline bool vs_sk_visible(const struct sock *sk)
{
	return !vs_net_active() || __vs_sk_visible(sk);
}

/**
 * vs_may_diag - Is the caller told of sockets of a family?
 */
static __always_inline bool vs_may_diag(int family)
{
	return !vs_net_active() || __vs_may_diag(family);
}

/**
 * vs_same_names - Is a name of this socket one for the caller?
 */
static __always_inline bool vs_same_names(const struct sock *sk)
{
	return !vs_net_active() || __vs_same_names(sk);
}

/**
 * vs_peer_id - Whose users' numbers are in these credentials?
 * @cred: Of the one who sends or connects, or NULL.
 *
 * Return: an id if the numbers mean nothing outside of a guest, else 0.
 */
static __always_inline u32 vs_peer_id(const struct cred *cred)
{
	return vs_active() && cred ? __vs_peer_id(cred) : 0;
}

/**
 * vs_peer_hidden - Must the caller not be told who the users of a peer are?
 * @id: What vs_peer_id() said of the peer.
 */
static __always_inline bool vs_peer_hidden(u32 id)
{
	return id && __vs_peer_hidden(id);
}

/**
 * vs_scm_hide - Do not tell who sent a message, if the caller must not know
 * @scm: What it will be told.
 * @id: What vs_peer_id() said of the sender.
 */
static __always_inline void vs_scm_hide(struct scm_cookie *scm, u32 id)
{
	if (!vs_peer_hidden(id))
		return;
	scm->creds.uid = INVALID_UID;	/* seen as the overflow id */
	scm->creds.gid = INVALID_GID;
}

/**
 * vs4_bind - May a socket be bound to an address?
 * @sk: The socket.
 * @addr: The address; afterwards the one that it stands for.
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
static __always_inline int vs4_bind(const struct sock *sk, __be32 *addr)
{
	return vs_sk_confined(sk) ? __vs4_bind(sk, addr) : 0;
}

/**
 * vs4_map_dst - Where does a socket send what it sends to an address?
 * @sk: The socket.
 * @daddr: The address; afterwards the one that it stands for.
 *
 * Return: 0 or -ENETUNREACH.
 */
static __always_inline int vs4_map_dst(const struct sock *sk, __be32 *daddr)
{
	return vs_sk_confined(sk) ? __vs4_map_dst(sk, daddr) : 0;
}

/**
 * vs4_flow - Choose the source of a flow, or verify the one that was given
 * @net: Where it is routed.
 * @fl4: The flow.
 * @sk: The socket, or NULL for what the kernel sends itself.
 *
 * All that sockets send passes here, unless the route is known.
 *
 * Return: 0, -ENETUNREACH, or what the lookup of the route says.
 */
static __always_inline int vs4_flow(struct net *net, struct flowi4 *fl4,
				    const struct sock *sk)
{
	if (!vs_net_active() || !sk || !sk_fullsock(sk) || !sk->sk_vsctx)
		return 0;
	return __vs4_flow(net, fl4, sk);
}

/**
 * vs4_shown - An address as it is told to the owner of a socket
 */
static __always_inline __be32 vs4_shown(const struct sock *sk, __be32 addr)
{
	return vs_sk_confined(sk) ? __vs4_shown(sk, addr) : addr;
}

/**
 * vs4_shown_own - The same, but 0 for an address of others
 */
static __always_inline __be32 vs4_shown_own(const struct sock *sk, __be32 addr)
{
	if (!vs_sk_confined(sk))
		return addr;
	return __vs4_has(sk, addr) ? __vs4_shown(sk, addr) : 0;
}

/**
 * vs4_source - May a socket send with an address?
 * @sk: The socket.
 * @addr: The address or 0; afterwards the one that it stands for.
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
static __always_inline int vs4_source(const struct sock *sk, __be32 *addr)
{
	return vs_sk_confined(sk) ? __vs4_source(sk, addr) : 0;
}

/**
 * vs4_any_match - Does a socket without address take what comes for one?
 * @sk: The socket.
 * @daddr: The address.
 * @pass: Which sockets are asked.
 */
static __always_inline bool vs4_any_match(const struct sock *sk, __be32 daddr,
					  enum vs_pass pass)
{
	return pass == VS_PASS_ALL || __vs4_any_match(sk, daddr, pass);
}

/**
 * vs4_accepts - Does a socket take what comes for an address?
 *
 * For sockets that share what arrives: raw ones, ping, and groups.  One that is
 * bound to an address takes what comes for that.
 */
static __always_inline bool vs4_accepts(const struct sock *sk, __be32 daddr)
{
	return !vs_sk_confined(sk) || __vs4_accepts(sk, daddr);
}

/**
 * vs4_header - Look at the addresses of a header that the sender has written
 * @sk: The socket.
 * @fl4: The flow it is sent in.
 * @saddr: Its source.
 * @daddr: Its destination; afterwards the one that it stands for.
 *
 * Return: 0, -EPERM for a source that is not the socket's, -EINVAL for a
 * destination other than that of the flow.
 */
static __always_inline int vs4_header(const struct sock *sk,
				      const struct flowi4 *fl4, __be32 *saddr,
				      __be32 *daddr)
{
	return vs_sk_confined(sk) ? __vs4_header(sk, fl4, saddr, daddr) : 0;
}

/**
 * vs_bind_disjoint - Can nothing arrive that two sockets of a port would take?
 * @sk: A socket about to be bound.
 * @sk2: A socket that is bound; a TIME_WAIT one, too.
 *
 * Because their contexts have different addresses.  Under the lock of the
 * bucket of @sk2.
 */
static __always_inline bool vs_bind_disjoint(const struct sock *sk,
					     const struct sock *sk2)
{
	return vs_net_active() && __vs_bind_disjoint(sk, sk2);
}

/**
 * vs_bucket_disjoint - The same for all sockets that are bound to an address
 */
static __always_inline bool
vs_bucket_disjoint(const struct sock *sk, const struct inet_bind2_bucket *tb2)
{
	return vs_sk_confined(sk) && __vs_bucket_disjoint(sk, tb2);
}

/**
 * vs_may_share_port - May a connection have a port that others are bound to?
 * @sk: What connects; its source is known.
 * @tb: Those who are bound, at least one of them explicitly; locked.
 *
 * Without network contexts it may not, whatever their addresses.
 */
static __always_inline bool
vs_may_share_port(const struct sock *sk, const struct inet_bind_bucket *tb)
{
	return vs_net_active() && __vs_may_share_port(sk, tb);
}

/**
 * vs_may_raw - Is a raw socket permitted although CAP_NET_RAW is missing?
 */
static __always_inline bool vs_may_raw(int protocol)
{
	return vs_net_active() && __vs_may_raw(protocol);
}

/**
 * vs_may_name - May the caller give a socket a peer?
 *
 * For the way to do so that asks no security module.
 *
 * Return: 0 or -EPERM.
 */
static __always_inline int vs_may_name(const struct sock *sk)
{
	return vs_net_active() ? __vs_may_name(sk) : 0;
}

/**
 * vs_icmp_type - May a raw socket send an ICMP message?
 * @sk: The socket.
 * @type: The type of the message; 0 for other protocols.
 *
 * Return: 0 or -EPERM.
 */
static __always_inline int vs_icmp_type(const struct sock *sk, u8 type)
{
	return vs_sk_confined(sk) ? __vs_icmp_type(sk, type) : 0;
}

#if IS_ENABLED(CONFIG_IPV6)

int __vs6_bind(const struct sock *sk, struct in6_addr *addr);
int __vs6_map_dst(const struct sock *sk, struct in6_addr *daddr);
int __vs6_flow(struct net *net, struct flowi6 *fl6, const struct sock *sk);
bool __vs6_any_match(const struct sock *sk, const struct in6_addr *daddr,
		     enum vs_pass pass);
bool __vs6_accepts(const struct sock *sk, const struct in6_addr *daddr);
bool __vs6_has(const struct sock *sk, const struct in6_addr *addr);
void __vs6_show(const struct sock *sk, struct in6_addr *addr);
int __vs6_source(const struct sock *sk, struct in6_addr *addr);
int __vs6_header(const struct sock *sk, const struct flowi6 *fl6,
		 const struct ipv6hdr *hdr);
bool __vs6_is_private(const struct in6_addr *addr);

/**
 * vs6_bind - vs4_bind() for IPv6
 */
static __always_inline int vs6_bind(const struct sock *sk,
				    struct in6_addr *addr)
{
	return vs_sk_confined(sk) ? __vs6_bind(sk, addr) : 0;
}

/**
 * vs6_map_dst - vs4_map_dst() for IPv6
 */
static __always_inline int vs6_map_dst(const struct sock *sk,
				       struct in6_addr *daddr)
{
	return vs_sk_confined(sk) ? __vs6_map_dst(sk, daddr) : 0;
}

/**
 * vs6_flow - vs4_flow() for IPv6
 */
static __always_inline int vs6_flow(struct net *net, struct flowi6 *fl6,
				    const struct sock *sk)
{
	if (!vs_net_active() || !sk || !sk_fullsock(sk) || !sk->sk_vsctx)
		return 0;
	return __vs6_flow(net, fl6, sk);
}

/**
 * vs6_any_match - vs4_any_match() for IPv6
 */
static __always_inline bool vs6_any_match(const struct sock *sk,
					  const struct in6_addr *daddr,
					  enum vs_pass pass)
{
	return pass == VS_PASS_ALL || __vs6_any_match(sk, daddr, pass);
}

/**
 * vs6_accepts - vs4_accepts() for IPv6
 */
static __always_inline bool vs6_accepts(const struct sock *sk,
					const struct in6_addr *daddr)
{
	return !vs_sk_confined(sk) || __vs6_accepts(sk, daddr);
}

/**
 * vs6_owns - Is an address one of those of a socket's context?
 */
static __always_inline bool vs6_owns(const struct sock *sk,
				     const struct in6_addr *addr)
{
	return !vs_sk_confined(sk) || __vs6_has(sk, addr);
}

/**
 * vs6_source - vs4_source() for IPv6
 *
 * Return: 0 or -EINVAL.
 */
static __always_inline int vs6_source(const struct sock *sk,
				      struct in6_addr *addr)
{
	return vs_sk_confined(sk) ? __vs6_source(sk, addr) : 0;
}

/**
 * vs6_header - vs4_header() for IPv6
 */
static __always_inline int vs6_header(const struct sock *sk,
				      const struct flowi6 *fl6,
				      const struct ipv6hdr *hdr)
{
	return vs_sk_confined(sk) ? __vs6_header(sk, fl6, hdr) : 0;
}

/**
 * vs6_show - Make an address what is told to the owner of a socket
 */
static __always_inline void vs6_show(const struct sock *sk,
				     struct in6_addr *addr)
{
	if (vs_sk_confined(sk))
		__vs6_show(sk, addr);
}

/**
 * vs6_is_private - Is an address a loopback address of some context?
 */
static __always_inline bool vs6_is_private(const struct in6_addr *addr)
{
	return vs_net_active() && __vs6_is_private(addr);
}

#endif /* CONFIG_IPV6 */

#else /* !CONFIG_VSERVER */

static inline bool vs_net_active(void) { return false; }
static inline bool vs_sk_charge(int kern) { return true; }
static inline void vs_sk_uncharge(int kern) { }
static inline bool vs_sk_charge_clone(const struct sock *sk) { return true; }
static inline void vs_sk_uncharge_clone(const struct sock *sk) { }
static inline void vs_sk_alloc(struct sock *sk, int kern) { }
static inline void vs_sk_clone(const struct sock *sk) { }
static inline void vs_sk_free(struct sock *sk) { }
static inline bool vs_sk_confined(const struct sock *sk) { return false; }
static inline bool vs_sk_visible(const struct sock *sk) { return true; }
static inline bool vs_may_diag(int family) { return true; }
static inline bool vs_same_names(const struct sock *sk) { return true; }
static inline u32 vs_peer_id(const struct cred *cred) { return 0; }
static inline bool vs_peer_hidden(u32 id) { return false; }
static inline void vs_scm_hide(struct scm_cookie *scm, u32 id) { }

static inline bool vs_same_owner(const struct sock *sk, const struct sock *sk2)
{
	return true;
}

static inline const void *vs_owner(const struct sock *sk) { return NULL; }

static inline int vs4_bind(const struct sock *sk, __be32 *addr) { return 0; }

static inline int vs4_map_dst(const struct sock *sk, __be32 *daddr)
{
	return 0;
}

static inline int vs4_flow(struct net *net, struct flowi4 *fl4,
			   const struct sock *sk)
{
	return 0;
}

static inline __be32 vs4_shown(const struct sock *sk, __be32 addr)
{
	return addr;
}

static inline bool vs4_any_match(const struct sock *sk, __be32 daddr,
				 enum vs_pass pass)
{
	return true;
}

static inline bool vs4_accepts(const struct sock *sk, __be32 daddr)
{
	return true;
}

static inline int vs4_header(const struct sock *sk, const struct flowi4 *fl4,
			     __be32 *saddr, __be32 *daddr)
{
	return 0;
}

static inline bool vs_bind_disjoint(const struct sock *sk,
				    const struct sock *sk2)
{
	return false;
}

static inline bool vs_bucket_disjoint(const struct sock *sk,
				      const struct inet_bind2_bucket *tb2)
{
	return false;
}

static inline bool vs_may_share_port(const struct sock *sk,
				     const struct inet_bind_bucket *tb)
{
	return false;
}

static inline bool vs_may_raw(int protocol) { return false; }
static inline int vs_may_name(const struct sock *sk) { return 0; }
static inline int vs_icmp_type(const struct sock *sk, u8 type) { return 0; }
static inline int vs4_source(const struct sock *sk, __be32 *addr) { return 0; }

static inline __be32 vs4_shown_own(const struct sock *sk, __be32 addr)
{
	return addr;
}

static inline int vs6_bind(const struct sock *sk, struct in6_addr *addr)
{
	return 0;
}

static inline int vs6_map_dst(const struct sock *sk, struct in6_addr *daddr)
{
	return 0;
}

static inline int vs6_flow(struct net *net, struct flowi6 *fl6,
			   const struct sock *sk)
{
	return 0;
}

static inline bool vs6_any_match(const struct sock *sk,
				 const struct in6_addr *daddr,
				 enum vs_pass pass)
{
	return true;
}

static inline bool vs6_accepts(const struct sock *sk,
			       const struct in6_addr *daddr)
{
	return true;
}

static inline bool vs6_owns(const struct sock *sk, const struct in6_addr *addr)
{
	return true;
}

static inline int vs6_source(const struct sock *sk, struct in6_addr *addr)
{
	return 0;
}

static inline int vs6_header(const struct sock *sk, const struct flowi6 *fl6,
			     const struct ipv6hdr *hdr)
{
	return 0;
}

static inline void vs6_show(const struct sock *sk, struct in6_addr *addr) { }
static inline bool vs6_is_private(const struct in6_addr *addr) { return false; }

#endif /* CONFIG_VSERVER */
#endif /* _NET_VSERVER_H */
