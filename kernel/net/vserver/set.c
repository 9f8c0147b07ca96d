// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - sets of addresses: building, membership, overlap
 */

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include <uapi/linux/vserver.h>

#include "set.h"

const struct in6_addr vs_lback6_prefix = { { {
	0xfd, 0x76, 0x73, 0x65, 0x72, 0x76,
} } };

/*
 * Networks and ranges cover at most these: otherwise "all addresses" would
 * open the loopback of the host and of other contexts, and groups.  A single
 * address may be of the loopback, as old configurations list it.
 */
static const struct vs_range4 usual4[] = {
	{ 0x01000000, 0x7effffff },
	{ 0x80000000, 0xdfffffff },
};

#define WORDS(a, b, c, d) \
	{ { .u6_addr32 = { cpu_to_be32(a), cpu_to_be32(b), cpu_to_be32(c), \
			   cpu_to_be32(d) } } }

/* Neither ::, ::1, v4-mapped, our own loopback addresses, nor groups. */
static const struct vs_range6 usual6[] = {
	{ WORDS(0, 0, 0, 2), WORDS(0, 0, 0xfffe, 0xffffffff) },
	{ WORDS(0, 0, 0x10000, 0),
	  WORDS(0xfd767365, 0x7275ffff, 0xffffffff, 0xffffffff) },
	{ WORDS(0xfd767365, 0x72770000, 0, 0),
	  WORDS(0xfeffffff, 0xffffffff, 0xffffffff, 0xffffffff) },
};

/* In network byte order, addresses sort like strings. */
static int compare6(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

/**
 * vs_entry4_check - Can a set have an entry?
 * @entry: The entry; a network is reduced to its address.
 *
 * Return: 0 or -EINVAL.
 */
int vs_entry4_check(struct vs_entry4 *entry)
{
	u32 mask = ntohl(entry->mask);

	switch (entry->type) {
	case NXA_TYPE_ADDR:
		return !entry->ip || ipv4_is_multicast(entry->ip) ||
			entry->ip2 || ipv4_is_lbcast(entry->ip) ? -EINVAL : 0;
	case NXA_TYPE_MASK:
		/* Contiguous: the complement is one less than a power of 2. */
		if ((~mask & (~mask + 1)) || entry->ip2)
			return -EINVAL;
		entry->ip &= entry->mask;
		return 0;
	case NXA_TYPE_RANGE:
		return ntohl(entry->ip) > ntohl(entry->ip2) ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

/**
 * vs_entry6_check - The same for IPv6
 * @entry: The entry.
 *
 * The prefix says how long a network is, not what tools send as its mask.
 *
 * Return: 0 or -EINVAL.
 */
int vs_entry6_check(struct vs_entry6 *entry)
{
	const struct in6_addr ip = entry->ip;

	if (entry->prefix > 128)
		return -EINVAL;

	switch (entry->type) {
	case NXA_TYPE_ADDR:
		return ipv6_addr_any(&entry->ip) ||
			ipv6_addr_is_multicast(&entry->ip) ||
			ipv6_addr_v4mapped(&entry->ip) ||
			ipv6_prefix_equal(&entry->ip, &vs_lback6_prefix,
					  VS_LBACK6_BITS) ? -EINVAL : 0;
	case NXA_TYPE_MASK:
		/* not in place: it begins with zeroes */
		ipv6_addr_prefix(&entry->ip, &ip, entry->prefix);
		return 0;
	default:
		return -EINVAL;
	}
}

static unsigned int add_range4(struct vs_range4 *range, u32 lo, u32 hi)
{
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(usual4); i++) {
		range[nr].lo = max(lo, usual4[i].lo);
		range[nr].hi = min(hi, usual4[i].hi);
		nr += range[nr].lo <= range[nr].hi;
	}
	return nr;
}

static unsigned int add_entry4(struct vs_range4 *range,
			       const struct vs_entry4 *entry)
{
	u32 ip = ntohl(entry->ip);

	switch (entry->type) {
	case NXA_TYPE_MASK:
		return add_range4(range, ip, ip | ~ntohl(entry->mask));
	case NXA_TYPE_RANGE:
		return add_range4(range, ip, ntohl(entry->ip2));
	default:
		range->lo = ip;
		range->hi = ip;
		return 1;
	}
}

static unsigned int add_entry6(struct vs_range6 *range,
			       const struct vs_entry6 *entry)
{
	struct in6_addr last = entry->ip;
	unsigned int i, bit, nr = 0;

	if (entry->type != NXA_TYPE_MASK) {
		range->lo = entry->ip;
		range->hi = entry->ip;
		return 1;
	}
	for (bit = entry->prefix; bit < 128; bit++)
		last.s6_addr[bit / 8] |= 0x80 >> bit % 8;

	for (i = 0; i < ARRAY_SIZE(usual6); i++) {
		const struct vs_range6 *usual = &usual6[i];

		range[nr].lo = compare6(&entry->ip, &usual->lo) < 0 ?
			usual->lo : entry->ip;
		range[nr].hi = compare6(&last, &usual->hi) > 0 ?
			usual->hi : last;
		nr += compare6(&range[nr].lo, &range[nr].hi) <= 0;
	}
	return nr;
}

static int sort_range4(const void *a, const void *b)
{
	u32 lo1 = ((const struct vs_range4 *)a)->lo;
	u32 lo2 = ((const struct vs_range4 *)b)->lo;

	return lo1 < lo2 ? -1 : lo1 > lo2;
}

static int sort_range6(const void *a, const void *b)
{
	return compare6(&((const struct vs_range6 *)a)->lo,
			&((const struct vs_range6 *)b)->lo);
}

static void merge4(struct vs_set *set)
{
	struct vs_range4 *range = set->range4;
	unsigned int i, nr = 0;

	sort(range, set->nr_range4, sizeof(*range), sort_range4, NULL);
	for (i = 0; i < set->nr_range4; i++) {
		if (nr && range[i].lo <= range[nr - 1].hi)
			range[nr - 1].hi = max(range[nr - 1].hi, range[i].hi);
		else
			range[nr++] = range[i];
	}
	set->nr_range4 = nr;
}

static void merge6(struct vs_set *set)
{
	struct vs_range6 *range = set->range6;
	unsigned int i, nr = 0;

	sort(range, set->nr_range6, sizeof(*range), sort_range6, NULL);
	for (i = 0; i < set->nr_range6; i++) {
		if (!nr || compare6(&range[i].lo, &range[nr - 1].hi) > 0)
			range[nr++] = range[i];
		else if (compare6(&range[i].hi, &range[nr - 1].hi) > 0)
			range[nr - 1].hi = range[i].hi;
	}
	set->nr_range6 = nr;
}

/**
 * vs_set_build - Make a set
 * @entry4: IPv4 entries that vs_entry4_check() has looked at.
 * @nr4: Their number.
 * @entry6: The same for IPv6.
 * @nr6: Their number.
 *
 * Return: The set, or NULL when there is no memory.
 */
struct vs_set *vs_set_build(const struct vs_entry4 *entry4, unsigned int nr4,
			    const struct vs_entry6 *entry6, unsigned int nr6)
{
	size_t ranges4 = nr4 * ARRAY_SIZE(usual4);
	size_t ranges6 = nr6 * ARRAY_SIZE(usual6);
	struct vs_set *set;
	unsigned int i;

	/* All members are multiples of four bytes. */
	set = kvzalloc(sizeof(*set) + ranges6 * sizeof(*set->range6) +
		       nr6 * sizeof(*entry6) + ranges4 * sizeof(*set->range4) +
		       nr4 * sizeof(*entry4), GFP_KERNEL_ACCOUNT);
	if (!set)
		return NULL;
	set->range6 = (void *)(set + 1);
	set->entry6 = (void *)(set->range6 + ranges6);
	set->range4 = (void *)(set->entry6 + nr6);
	set->entry4 = (void *)(set->range4 + ranges4);

	set->nr_entry4 = nr4;
	for (i = 0; i < nr4; i++) {
		set->entry4[i] = entry4[i];
		set->nr_range4 += add_entry4(&set->range4[set->nr_range4],
					     &entry4[i]);
	}
	set->nr_entry6 = nr6;
	for (i = 0; i < nr6; i++) {
		set->entry6[i] = entry6[i];
		set->nr_range6 += add_entry6(&set->range6[set->nr_range6],
					     &entry6[i]);
	}
	merge4(set);
	merge6(set);
	return set;
}

/**
 * vs_set_free - Free a set that readers may still look at
 */
void vs_set_free(struct vs_set *set)
{
	if (set)
		kvfree_rcu(set, rcu);
}

/**
 * vs_set_has4 - Is an address a member?
 * @set: The set.
 * @addr: The address, host byte order.
 */
bool vs_set_has4(const struct vs_set *set, u32 addr)
{
	unsigned int from = 0, to = set->nr_range4;

	while (from < to) {
		unsigned int i = (from + to) / 2;

		if (addr < set->range4[i].lo)
			to = i;
		else if (addr > set->range4[i].hi)
			from = i + 1;
		else
			return true;
	}
	return false;
}

/**
 * vs_set_hits4 - Is any address of a range a member?
 * @set: The set.
 * @range: The range.
 */
bool vs_set_hits4(const struct vs_set *set, struct vs_range4 range)
{
	unsigned int i;

	for (i = 0; i < set->nr_range4; i++)
		if (range.lo <= set->range4[i].hi &&
		    range.hi >= set->range4[i].lo)
			return true;
	return false;
}

/**
 * vs_set_overlaps4 - Have two sets an IPv4 address in common?
 */
bool vs_set_overlaps4(const struct vs_set *a, const struct vs_set *b)
{
	unsigned int i = 0, j = 0;

	while (i < a->nr_range4 && j < b->nr_range4) {
		if (a->range4[i].hi < b->range4[j].lo)
			i++;
		else if (b->range4[j].hi < a->range4[i].lo)
			j++;
		else
			return true;
	}
	return false;
}

/**
 * vs_set_has6 - Is an IPv6 address a member?
 */
bool vs_set_has6(const struct vs_set *set, const struct in6_addr *addr)
{
	unsigned int from = 0, to = set->nr_range6;

	while (from < to) {
		unsigned int i = (from + to) / 2;

		if (compare6(addr, &set->range6[i].lo) < 0)
			to = i;
		else if (compare6(addr, &set->range6[i].hi) > 0)
			from = i + 1;
		else
			return true;
	}
	return false;
}

/**
 * vs_set_overlaps6 - Have two sets an IPv6 address in common?
 */
bool vs_set_overlaps6(const struct vs_set *a, const struct vs_set *b)
{
	unsigned int i = 0, j = 0;

	while (i < a->nr_range6 && j < b->nr_range6) {
		if (compare6(&a->range6[i].hi, &b->range6[j].lo) < 0)
			i++;
		else if (compare6(&b->range6[j].hi, &a->range6[i].lo) < 0)
			j++;
		else
			return true;
	}
	return false;
}
