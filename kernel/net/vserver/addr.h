/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what the files of net/vserver/ share
 */
#ifndef _NET_VSERVER_ADDR_H
#define _NET_VSERVER_ADDR_H

#include <net/sock.h>
#include <net/vs_net.h>

#include "set.h"

/* The context that confines a full socket, or NULL. */
static inline const struct vs_net *vs_confiner(const struct sock *sk)
{
	return sk->sk_vsctx ? sk->sk_vs : NULL;
}

static inline const struct vs_set *vs_net_set(const struct vs_net *nx)
{
	return rcu_dereference(nx->set);
}

bool vs_lback4_range(const struct vs_net *nx, struct vs_range4 *range);
bool vs_lback4_owned(__be32 addr);

#endif /* _NET_VSERVER_ADDR_H */
