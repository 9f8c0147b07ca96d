/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of network contexts on the command line.
 */
#ifndef NETADDR_H
#define NETADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vserver.h"

/* One entry, in the form the kernel wants it. */
struct net_entry {
	bool				ipv6;
	struct vcmd_net_addr_ipv4	v4;
	struct vcmd_net_addr_ipv6	v6;
};

struct net_list {
	struct net_entry	*entry;
	size_t			n;
};

/*
 * Parse an argument and append what it means; ends the program when the text
 * is wrong.
 *	net_add_ip	ADDR[/PREFIX|/MASK], or the name of a device: its first
 *			IPv4 address; with "%6" behind it its first IPv6 address
 *	net_add_mask	the same as the address of a network
 *	net_add_range	FROM-TO[/PREFIX|/MASK], IPv4 only
 */
void net_add_ip(struct net_list *list, const char *text);
void net_add_mask(struct net_list *list, const char *text);
void net_add_range(struct net_list *list, const char *text);

/* An IPv4 address for NXA_MOD_BCAST or NXA_MOD_LBACK. */
void net_add_special(struct net_list *list, const char *text, uint16_t type);

/* Forget all entries. */
void net_free(struct net_list *list);

/* Write the address, or the two of a range, as they are usually written. */
void net_format(const struct net_entry *entry, char *text, size_t size);

/* Add an entry to network context @nid, or remove it. */
int net_change(uint32_t nid, const struct net_entry *entry, bool add);

/* Remove all entries. */
int net_clear(uint32_t nid);

/* As die_xid(), for a network context. */
void die_nid(const char *call, uint32_t nid) __attribute__((__noreturn__));

#endif
