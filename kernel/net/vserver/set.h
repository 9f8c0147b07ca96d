/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - sets of addresses
 *
 * A set is built once and never changed: readers need no lock, a change makes
 * a new one.  It holds the entries as they were given, for those who list or
 * remove them, and the ranges that these make, sorted and merged, for those who
 * look an address up.
 */
#ifndef _NET_VSERVER_SET_H
#define _NET_VSERVER_SET_H

#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#define VS_SET_MAX	256	/* entries of a family */

/* All addresses from @lo to @hi, which belongs to it; host byte order. */
struct vs_range4 {
	u32	lo;
	u32	hi;
};

struct vs_range6 {
	struct in6_addr	lo;
	struct in6_addr	hi;
};

/**
 * struct vs_entry4 - An IPv4 entry as it was given
 * @type: NXA_TYPE_ADDR, NXA_TYPE_MASK or NXA_TYPE_RANGE.
 * @flags: Stored for the tools.
 * @ip: The address, that of the network, or the first of the range.
 * @ip2: The last of the range.
 * @mask: Of the network that the address is in.
 */
struct vs_entry4 {
	u16	type;
	u16	flags;
	__be32	ip;
	__be32	ip2;
	__be32	mask;
};

/**
 * struct vs_entry6 - An IPv6 entry as it was given
 * @type: NXA_TYPE_ADDR or NXA_TYPE_MASK.
 * @flags: Stored for the tools.
 * @prefix: Length of the prefix.
 * @ip: The address, or that of the network.
 */
struct vs_entry6 {
	u16		type;
	u16		flags;
	u32		prefix;
	struct in6_addr	ip;
};

/**
 * struct vs_set - A set of addresses
 * @rcu: Freeing.
 * @nr_entry4, @nr_entry6, @nr_range4, @nr_range6: Lengths of the arrays.
 * @entry4, @entry6: Entries, in the order in which they were added.
 * @range4, @range6: Their addresses.
 */
struct vs_set {
	struct rcu_head		rcu;
	u16			nr_entry4;
	u16			nr_entry6;
	u16			nr_range4;
	u16			nr_range6;
	struct vs_entry4	*entry4;
	struct vs_entry6	*entry6;
	struct vs_range4	*range4;
	struct vs_range6	*range6;
};

struct vs_set *vs_set_build(const struct vs_entry4 *entry4, unsigned int nr4,
			    const struct vs_entry6 *entry6, unsigned int nr6);
void vs_set_free(struct vs_set *set);

int vs_entry4_check(struct vs_entry4 *entry);
int vs_entry6_check(struct vs_entry6 *entry);

bool vs_set_has4(const struct vs_set *set, u32 addr);
bool vs_set_hits4(const struct vs_set *set, struct vs_range4 range);
bool vs_set_overlaps4(const struct vs_set *a, const struct vs_set *b);
bool vs_set_has6(const struct vs_set *set, const struct in6_addr *addr);
bool vs_set_overlaps6(const struct vs_set *a, const struct vs_set *b);

/* What the loopback addresses of all contexts have in common, see inet6.c. */
extern const struct in6_addr vs_lback6_prefix;
#define VS_LBACK6_BITS	48

#endif /* _NET_VSERVER_SET_H */
