// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of a guest on devices of the host, by rtnetlink.
 *
 * Adding one that is there and removing one that is not are no errors, so
 * that a start or stop that was killed half way can be repeated.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

/* What we have added says so; the host's own addresses are not ours. */
#define OUR_PROTO	0x76

struct address {
	char		key[64];	/* interfaces/N */
	const char	*dev;
	char		text[64];
	int		family;
	unsigned char	binary[16];
	unsigned char	broadcast[4];
	bool		has_broadcast;
	unsigned char	prefix;
	char		label[IFNAMSIZ];
};

struct request {
	struct nlmsghdr		head;
	union {
		struct ifaddrmsg	addr;
		struct ifinfomsg	link;
	};
	char			attrs[256];
};

static void add_attr(struct request *r, unsigned short type, const void *data,
		     size_t len)
{
	struct rtattr *a = (struct rtattr *)
		((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->head.nlmsg_len = (__u32)(NLMSG_ALIGN(r->head.nlmsg_len) +
				    RTA_ALIGN(a->rta_len));
}

/* Send a request and return the errno of the answer. */
static int talk(struct request *r)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr	head;
		struct nlmsgerr	error;
		char		rest[1024];
	} answer;
	ssize_t n;

	if (fd < 0)
		return errno;
	r->head.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	n = send(fd, r, r->head.nlmsg_len, 0);
	if (n >= 0)
		n = recv(fd, &answer, sizeof(answer), 0);
	if (n < 0) {
		int code = errno;

		close(fd);
		return code;
	}
	close(fd);
	if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) ||
	    answer.head.nlmsg_type != NLMSG_ERROR)
		return EPROTO;
	return -answer.error.error;
}

/* A key of one interface, or the one for all. */
static const char *get(const struct guest *g, const char *key,
		       const char *name)
{
	const char *value = vc_config_get(g->config, "%s/%s", key, name);

	return value ? value : vc_config_get(g->config, "interfaces/%s", name);
}

static unsigned char mask_prefix(const char *mask)
{
	struct in_addr in;
	unsigned char n = 0;

	if (inet_pton(AF_INET, mask, &in) != 1)
		return 32;
	for (uint32_t bit = ntohl(in.s_addr); bit; bit <<= 1)
		n++;
	return n;
}

static void set_prefix(const struct guest *g, struct address *a,
		       const char *slash)
{
	const char *own_mask = vc_config_get(g->config, "%s/mask", a->key);
	const char *prefix = vc_config_get(g->config, "%s/prefix", a->key);
	const char *mask = own_mask;

	if (!slash && !prefix && !mask) {
		prefix = vc_config_get(g->config, "interfaces/prefix");
		mask = vc_config_get(g->config, "interfaces/mask");
	}
	if (slash)
		a->prefix = strchr(slash, '.') ? mask_prefix(slash) :
			(unsigned char)atoi(slash);
	else if (prefix)
		a->prefix = (unsigned char)atoi(prefix);
	else if (mask && a->family == AF_INET)
		a->prefix = mask_prefix(mask);
	else
		a->prefix = a->family == AF_INET ? 32 : 128;
	if (a->prefix > (a->family == AF_INET ? 32 : 128))
		guest_die(g, "%s: the prefix is too long", a->key);
}

static void set_broadcast(const struct guest *g, struct address *a)
{
	const char *text = get(g, a->key, "bcast");
	uint32_t address, host;

	if (a->family != AF_INET || a->prefix > 30)
		return;
	a->has_broadcast = true;
	if (text && inet_pton(AF_INET, text, a->broadcast) == 1)
		return;
	memcpy(&address, a->binary, sizeof(address));
	host = htonl(a->prefix ? (1ULL << (32 - a->prefix)) - 1 : 0xffffffff);
	address |= host;
	memcpy(a->broadcast, &address, sizeof(address));
}

/* Interface number @i: 0 when it is no work for us, -1 at the end. */
static int read_address(const struct guest *g, size_t i, struct address *a)
{
	char name[48], *slash;
	const char *ip, *label;

	memset(a, 0, sizeof(*a));
	if (!vc_config_child(g->config, "interfaces", i, name, sizeof(name)))
		return -1;
	snprintf(a->key, sizeof(a->key), "interfaces/%s", name);
	ip = vc_config_get(g->config, "%s/ip", a->key);
	a->dev = get(g, a->key, "dev");
	if (!ip || !a->dev || vc_config_find(g->config, "%s/nodev", a->key) ||
	    vc_config_find(g->config, "%s/disabled", a->key))
		return 0;
	snprintf(a->text, sizeof(a->text), "%s", ip);
	slash = strchr(a->text, '/');
	if (slash)
		*slash++ = '\0';
	a->family = strchr(a->text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(a->family, a->text, a->binary) != 1)
		guest_die(g, "%s/ip: '%s' is not an address", a->key, ip);
	set_prefix(g, a, slash);
	set_broadcast(g, a);
	label = vc_config_get(g->config, "%s/name", a->key);
	if (label && a->family == AF_INET &&
	    (size_t)snprintf(a->label, sizeof(a->label), "%s:%s", a->dev,
			     label) >= sizeof(a->label))
		guest_die(g, "%s/name: the label '%s:%s' is longer than %d "
			  "bytes", a->key, a->dev, label, IFNAMSIZ - 1);
	return 1;
}

static unsigned int device(const struct guest *g, const struct address *a)
{
	unsigned int index = if_nametoindex(a->dev);
	const struct vc_config_entry *e;

	if (index)
		return index;
	e = vc_config_find(g->config, "%s/dev", a->key);
	if (!e)
		e = vc_config_find(g->config, "interfaces/dev");
	guest_die(g, "%s/dev: no device '%s' (configured in %s)", a->key,
		  a->dev, e ? e->file : "?");
}

static void address_request(struct request *r, unsigned short type,
			    const struct address *a, unsigned int index)
{
	size_t len = a->family == AF_INET ? 4 : 16;

	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof(r->addr));
	r->head.nlmsg_type = type;
	r->addr.ifa_family = (unsigned char)a->family;
	r->addr.ifa_prefixlen = a->prefix;
	r->addr.ifa_index = index;
	add_attr(r, IFA_LOCAL, a->binary, len);
	add_attr(r, IFA_ADDRESS, a->binary, len);
}

/* Is this answer of a dump our address? */
static bool is_address(struct nlmsghdr *head, const struct address *a,
		       unsigned int index)
{
	struct ifaddrmsg *m = NLMSG_DATA(head);
	size_t len = a->family == AF_INET ? 4 : 16;
	struct rtattr *attr = IFA_RTA(m);
	int left = (int)IFA_PAYLOAD(head);
	bool same = false, ours = false;

	if (head->nlmsg_type != RTM_NEWADDR || m->ifa_index != index ||
	    m->ifa_family != a->family || m->ifa_prefixlen != a->prefix)
		return false;
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == IFA_ADDRESS &&
		    RTA_PAYLOAD(attr) == len)
			same = !memcmp(RTA_DATA(attr), a->binary, len);
		if (attr->rta_type == IFA_PROTO && RTA_PAYLOAD(attr) == 1)
			ours = *(unsigned char *)RTA_DATA(attr) == OUR_PROTO;
	}
	return same && ours;
}

static bool is_ours(const struct address *a, unsigned int index)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct request r = { .head = {
		.nlmsg_len = NLMSG_LENGTH(sizeof(r.addr)),
		.nlmsg_type = RTM_GETADDR,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	} };
	bool found = false, end = false;
	union {
		char		text[16384];
		struct nlmsghdr	head;
	} buf;

	r.addr.ifa_family = (unsigned char)a->family;
	if (fd < 0 || send(fd, &r, r.head.nlmsg_len, 0) < 0)
		end = true;
	while (!end && !found) {
		ssize_t n = recv(fd, &buf, sizeof(buf), 0);
		unsigned int left = n > 0 ? (unsigned int)n : 0;
		struct nlmsghdr *h = &buf.head;

		end = n <= 0;
		for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			end |= h->nlmsg_type == NLMSG_DONE ||
			       h->nlmsg_type == NLMSG_ERROR;
			found |= is_address(h, a, index);
		}
	}
	if (fd >= 0)
		close(fd);
	return found;
}

static void up(const struct guest *g, const struct address *a)
{
	unsigned int index = device(g, a);
	struct request r;
	int code;

	address_request(&r, RTM_NEWADDR, a, index);
	r.head.nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	if (a->has_broadcast)
		add_attr(&r, IFA_BROADCAST, a->broadcast, 4);
	if (*a->label)
		add_attr(&r, IFA_LABEL, a->label, strlen(a->label) + 1);
	/* The guest may want it before others could have objected. */
	if (a->family == AF_INET6)
		r.addr.ifa_flags = IFA_F_NODAD;
	add_attr(&r, IFA_PROTO, (const unsigned char[]){ OUR_PROTO }, 1);
	code = talk(&r);
	if (code && code != EEXIST)
		guest_die(g, "%s/ip: cannot add %s/%u to %s: %s", a->key,
			  a->text, a->prefix, a->dev, strerror(code));
	memset(&r, 0, sizeof(r));
	r.head.nlmsg_len = NLMSG_LENGTH(sizeof(r.link));
	r.head.nlmsg_type = RTM_NEWLINK;
	r.link.ifi_index = (int)index;
	r.link.ifi_flags = r.link.ifi_change = IFF_UP;
	code = talk(&r);
	if (code)
		guest_die(g, "%s/dev: cannot bring %s up: %s", a->key, a->dev,
			  strerror(code));
}

void netif_up(const struct guest *g)
{
	struct address a;
	int ret;

	for (size_t i = 0; (ret = read_address(g, i, &a)) >= 0; i++)
		if (ret && step("add address %s/%u to %s", a.text, a.prefix,
				a.dev))
			up(g, &a);
}

void netif_down(const struct guest *g)
{
	struct address a;
	struct request r;
	unsigned int index;
	int ret, code;

	if (!g->config)
		return;
	for (size_t i = 0; (ret = read_address(g, i, &a)) >= 0; i++) {
		if (!ret)
			continue;
		index = if_nametoindex(a.dev);
		if (!index || !is_ours(&a, index) ||
		    !step("remove address %s/%u from %s", a.text, a.prefix,
			  a.dev))
			continue;
		address_request(&r, RTM_DELADDR, &a, index);
		code = talk(&r);
		if (code && code != EADDRNOTAVAIL)
			msg_warn("%s: %s/ip: cannot remove %s from %s: %s",
				 g->name, a.key, a.text, a.dev,
				 strerror(code));
	}
}
