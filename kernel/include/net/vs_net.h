/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the network context object and its life cycle
 *
 * As for struct vs_context there are two counters: @tasks counts claims, one
 * for each thread in the context, one for the creator until it has entered,
 * one for the flag PERSISTENT.  With the last one the context ends and its id
 * is free again.  @refs counts pointers, those of credentials and sockets; a
 * socket that lives longer keeps its addresses.
 */
#ifndef _NET_VS_NET_H
#define _NET_VS_NET_H

#include <linux/in6.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/vserver.h>

struct net;
struct vs_set;

/* All flags that have a meaning or had one in an earlier version. */
#define NXF_KNOWN							   \
	(NXF_INFO_LOCK | NXF_INFO_PRIVATE | NXF_SINGLE_IP |		   \
	 NXF_LBACK_REMAP | NXF_LBACK_ALLOW | NXF_HIDE_NETIF |		   \
	 NXF_HIDE_LBACK | NXF_STATE_SETUP | NXF_STATE_ADMIN |		   \
	 NXF_SC_HELPER | NXF_PERSISTENT)

/**
 * struct vs_net - A network context
 * @nid: Its id; unique among the living.
 * @flags: NXF_* bits; written under @lock, read without.
 * @ncaps: NXC_* bits; the same.
 * @refs: Pointers to this object; per CPU, because each connection has one.
 * @tasks: Claims, see above.
 * @set: The addresses; RCU, written under @lock.
 * @lback4: Its loopback address, or that with the last byte 1 of its network.
 * @bcast4: Broadcast address that its sockets receive; 0 for none.
 * @lback6: Its IPv6 loopback address.
 * @net: The network namespace whose addresses are meant.  Compared, not used.
 * @lock: Protects what says so.
 * @end: Work that follows the loss of the last claim.
 * @rcu: Freeing.
 */
struct vs_net {
	u32			nid;
	u64			flags;
	u64			ncaps;
	struct percpu_ref	refs;
	atomic_t		tasks;
	struct vs_set __rcu	*set;
	__be32			lback4;
	__be32			bcast4;
	struct in6_addr		lback6;
	struct net		*net;
	struct mutex		lock;		/* see above */
	struct work_struct	end;
	struct rcu_head		rcu;
};

static inline struct vs_net *vs_net_get(struct vs_net *nx)
{
	if (nx)
		percpu_ref_get(&nx->refs);
	return nx;
}

static inline void vs_net_put(struct vs_net *nx)
{
	if (nx)
		percpu_ref_put(&nx->refs);
}

static inline u64 vs_net_flags(const struct vs_net *nx)
{
	return READ_ONCE(nx->flags);
}

struct vs_net *vs_net_create(u32 nid, u64 flags);
struct vs_net *vs_net_find(u32 nid);
struct vs_net *vs_net_next(u32 *nid);
struct vs_net *vs_net_peek(u32 nid);
void vs_net_unclaim(struct vs_net *nx);
int vs_net_change(struct vs_net *nx, u64 flags, u64 mask);
__be32 vs_net_lback4(u32 nid);

/* Of the calling task. */
struct vs_net *vs_current_nx(void);
bool vs_net_spectator(void);

/*
 * What a context does with the network 127.0.0.0/8 and with ::1.
 */
enum vs_lback {
	VS_LBACK_NONE,		/* there is none */
	VS_LBACK_NETWORK,	/* the 256 addresses of its own around @lback4 */
	VS_LBACK_ADDRESS,	/* @lback4 alone */
	VS_LBACK_SHARED,	/* that of the host */
	VS_LBACK_SINGLE,	/* its only address stands for it */
};

enum vs_lback vs_net_lback(const struct vs_net *nx, const struct vs_set *set);

/* Addresses of a context; all under RCU. */
bool vs_net_has4(const struct vs_net *nx, __be32 addr);
bool vs_net_has6(const struct vs_net *nx, const struct in6_addr *addr);

/* The loopback addresses exist where they are routed. */
void vs_lback6_start(struct net *net);

#endif /* _NET_VS_NET_H */
