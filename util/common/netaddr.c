// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netaddr.h"
#include "prog.h"

/* Where nobody says how long the network is, and no device has the address. */
#define DEFAULT_PREFIX4	24
#define DEFAULT_PREFIX6	128

static void bad(const char *text)
{
	msg_raw("Invalid IP number '%s'", text);
	prog_exit(EXIT_OWN);
}

static void append(struct net_list *list, const struct net_entry *entry)
{
	struct net_entry *grown;

	grown = realloc(list->entry, (list->n + 1) * sizeof(*grown));
	if (!grown)
		die_call("malloc", NULL);
	list->entry = grown;
	list->entry[list->n++] = *entry;
}

static uint32_t prefix_mask(unsigned int prefix)
{
	return htonl(prefix ? ~(uint32_t)0 << (32 - prefix) : 0);
}

static unsigned int mask_prefix(const unsigned char *mask, size_t size)
{
	unsigned int prefix = 0;

	while (prefix < size * 8 && mask[prefix / 8] & (0x80 >> prefix % 8))
		prefix++;
	return prefix;
}

/* A number up to @max and nothing else; false if it is none. */
static bool parse_prefix(const char *text, unsigned int max,
			 unsigned int *prefix)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoul(text, &end, 10);
	if (*end || value > max)
		return false;
	*prefix = (unsigned int)value;
	return true;
}

/*
 * Look through the IPv4 addresses of all devices for one that has the address
 * *@ip, or if that is 0, is of the device @name; fill in address and mask.
 * By ioctl(2): small libraries have no getifaddrs().
 */
static bool find_ipv4(const char *name, uint32_t *ip, uint32_t *mask)
{
	static struct ifreq req[512];
	struct ifconf conf = { .ifc_len = sizeof(req) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool found = false;

	conf.ifc_req = req;
	if (fd < 0)
		return false;
	if (ioctl(fd, SIOCGIFCONF, &conf))
		conf.ifc_len = 0;
	for (int i = 0; i < conf.ifc_len / (int)sizeof(*req) && !found; i++) {
		struct sockaddr_in addr;

		memcpy(&addr, &req[i].ifr_addr, sizeof(addr));
		if (*ip ? addr.sin_addr.s_addr != *ip :
			  strncmp(req[i].ifr_name, name, IFNAMSIZ) != 0)
			continue;
		/* The request has name and address. */
		if (ioctl(fd, SIOCGIFNETMASK, &req[i]))
			break;
		*ip = addr.sin_addr.s_addr;
		memcpy(&addr, &req[i].ifr_netmask, sizeof(addr));
		*mask = addr.sin_addr.s_addr;
		found = true;
	}
	close(fd);
	return found;
}

static bool parse_hex(const char *text, unsigned char *ip)
{
	for (int i = 0; i < 16; i++) {
		unsigned int byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		ip[i] = (unsigned char)byte;
	}
	return true;
}

/* The same for IPv6; all zero means by name, and not of a link only. */
static bool find_ipv6(const char *name, unsigned char *ip, unsigned int *prefix)
{
	static const unsigned char any[16];
	bool by_name = !memcmp(ip, any, 16), found = false;
	char line[128], text[33], device[32];
	unsigned int length, scope;
	FILE *f = fopen("/proc/net/if_inet6", "r");

	while (f && !found && fgets(line, sizeof(line), f)) {
		unsigned char addr[16];

		if (sscanf(line, "%32s %*x %x %x %*x %31s", text, &length,
			   &scope, device) != 4 || !parse_hex(text, addr))
			continue;
		if (by_name ? strcmp(device, name) || scope == 0x20 :
			      memcmp(addr, ip, 16))
			continue;
		memcpy(ip, addr, 16);
		*prefix = length;
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

/* Four numbers and no other form; not all libraries are that strict. */
static bool parse_quad(const char *text, struct in_addr *addr)
{
	unsigned char *byte = (unsigned char *)&addr->s_addr;

	for (int i = 0; i < 4; i++) {
		unsigned int value = 0;
		int digits = 0;

		for (; *text >= '0' && *text <= '9'; text++, digits++)
			value = value * 10 + (unsigned int)(*text - '0');
		if (!digits || digits > 3 || value > 255)
			return false;
		byte[i] = (unsigned char)value;
		if (*text++ != (i < 3 ? '.' : '\0'))
			return false;
	}
	return true;
}

static bool parse_mask4(const char *text, uint32_t *mask)
{
	unsigned int prefix;
	struct in_addr addr;

	if (parse_prefix(text, 32, &prefix)) {
		*mask = prefix_mask(prefix);
		return true;
	}
	if (!parse_quad(text, &addr))
		return false;
	*mask = addr.s_addr;
	return true;
}

/* "any" is a network of all addresses. */
static bool parse_ipv4(const char *addr, const char *mask, uint16_t type,
		       struct net_entry *entry)
{
	struct vcmd_net_addr_ipv4 *v4 = &entry->v4;
	struct in_addr ip;

	if (!parse_quad(addr, &ip))
		return false;
	*entry = (struct net_entry){ .ipv6 = false };
	v4->type = ip.s_addr ? type : NXA_TYPE_MASK;
	v4->ip = ip.s_addr;
	if (mask)
		return parse_mask4(mask, &v4->mask);
	v4->mask = 0;
	if (ip.s_addr && !find_ipv4("", &ip.s_addr, &v4->mask))
		v4->mask = prefix_mask(DEFAULT_PREFIX4);
	return true;
}

static void set_mask6(struct vcmd_net_addr_ipv6 *v6, unsigned int prefix)
{
	v6->prefix = prefix;
	for (int i = 0; i < 16; i++, prefix -= prefix < 8 ? prefix : 8)
		v6->mask[i] = (unsigned char)(0xff00 >>
					      (prefix < 8 ? prefix : 8));
}

static bool parse_ipv6(const char *addr, const char *mask, uint16_t type,
		       struct net_entry *entry)
{
	static const unsigned char any[16];
	struct vcmd_net_addr_ipv6 *v6 = &entry->v6;
	unsigned int prefix;

	*entry = (struct net_entry){ .ipv6 = true };
	if (inet_pton(AF_INET6, addr, v6->ip) != 1)
		return false;
	v6->type = memcmp(v6->ip, any, 16) ? type : NXA_TYPE_MASK;
	if (!mask) {
		prefix = 0;
		if (memcmp(v6->ip, any, 16) &&
		    !find_ipv6("", v6->ip, &prefix))
			prefix = DEFAULT_PREFIX6;
	} else if (!parse_prefix(mask, 128, &prefix)) {
		if (inet_pton(AF_INET6, mask, v6->mask) != 1)
			return false;
		prefix = mask_prefix(v6->mask, 16);
	}
	set_mask6(v6, prefix);
	return true;
}

/* The first address of a device. */
static bool parse_device(const char *name, bool ipv6, struct net_entry *entry)
{
	unsigned int prefix = 0;

	*entry = (struct net_entry){
		.ipv6 = ipv6,
		.v4.type = NXA_TYPE_ADDR,
		.v6.type = NXA_TYPE_ADDR,
	};
	if (!ipv6)
		return find_ipv4(name, &entry->v4.ip, &entry->v4.mask);
	if (!find_ipv6(name, entry->v6.ip, &prefix))
		return false;
	set_mask6(&entry->v6, prefix);
	return true;
}

static bool parse(const char *text, uint16_t type, struct net_entry *entry)
{
	char copy[128], *mask, *six;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	mask = strchr(copy, '/');
	if (mask)
		*mask++ = '\0';
	if (parse_ipv4(copy, mask, type, entry) ||
	    parse_ipv6(copy, mask, type, entry))
		return true;
	if (mask || type != NXA_TYPE_ADDR)
		return false;
	six = strstr(copy, "%6");
	if (six && !six[2]) {
		*six = '\0';
		return parse_device(copy, true, entry);
	}
	return parse_device(copy, false, entry);
}

void net_add_ip(struct net_list *list, const char *text)
{
	struct net_entry entry;

	if (!parse(text, NXA_TYPE_ADDR, &entry))
		bad(text);
	append(list, &entry);
}

void net_add_mask(struct net_list *list, const char *text)
{
	struct net_entry entry;

	if (!parse(text, NXA_TYPE_MASK, &entry))
		bad(text);
	append(list, &entry);
}

void net_add_range(struct net_list *list, const char *text)
{
	struct net_entry entry;
	struct in_addr last;
	char copy[128], *to, *mask;

	if (strlen(text) >= sizeof(copy))
		bad(text);
	strcpy(copy, text);
	mask = strchr(copy, '/');
	if (mask)
		*mask++ = '\0';
	to = strchr(copy, '-');
	if (!to)
		bad(text);
	*to++ = '\0';
	if (!parse_ipv4(copy, mask ? mask : "0", NXA_TYPE_RANGE, &entry) ||
	    !parse_quad(to, &last))
		bad(text);
	entry.v4.type = NXA_TYPE_RANGE;
	entry.v4.ip2 = last.s_addr;
	append(list, &entry);
}

void net_add_special(struct net_list *list, const char *text, uint16_t type)
{
	struct net_entry entry = { .v4.type = NXA_TYPE_ADDR | type };
	struct in_addr addr;

	if (!parse_quad(text, &addr))
		bad(text);
	entry.v4.ip = addr.s_addr;
	append(list, &entry);
}

void net_free(struct net_list *list)
{
	free(list->entry);
	*list = (struct net_list){ NULL, 0 };
}

void net_format(const struct net_entry *entry, char *text, size_t size)
{
	char from[INET6_ADDRSTRLEN], to[INET_ADDRSTRLEN];

	if (entry->ipv6) {
		inet_ntop(AF_INET6, entry->v6.ip, from, sizeof(from));
		snprintf(text, size, "%s", from);
		return;
	}
	inet_ntop(AF_INET, &entry->v4.ip, from, sizeof(from));
	inet_ntop(AF_INET, &entry->v4.ip2, to, sizeof(to));
	if (entry->v4.type == NXA_TYPE_RANGE)
		snprintf(text, size, "%s-%s", from, to);
	else
		snprintf(text, size, "%s", from);
}

int net_change(uint32_t nid, const struct net_entry *entry, bool add)
{
	if (entry->ipv6)
		return add ? vc_net_add_ipv6(nid, &entry->v6) :
			     vc_net_remove_ipv6(nid, &entry->v6);
	return add ? vc_net_add_ipv4(nid, &entry->v4) :
		     vc_net_remove_ipv4(nid, &entry->v4);
}

int net_clear(uint32_t nid)
{
	const struct vcmd_net_addr_ipv4 v4 = { .type = NXA_TYPE_ANY };
	const struct vcmd_net_addr_ipv6 v6 = { .type = NXA_TYPE_ANY };

	/* A kernel without IPv6 has nothing to remove. */
	if (vc_net_remove_ipv6(nid, &v6) && errno != ENOSYS)
		return -1;
	return vc_net_remove_ipv4(nid, &v4);
}

void die_nid(const char *call, uint32_t nid)
{
	if (nid == VS_XID_SELF)
		die_call(call, NULL);
	die_call(call, "nid %u", (unsigned int)nid);
}
