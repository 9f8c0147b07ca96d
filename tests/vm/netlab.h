/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns a small network for tests of network contexts: devices of the host with
 * the addresses that net_semantics.list describes, another machine (a network
 * namespace), puppets that are in network contexts, and what they do with
 * sockets.
 */
#ifndef NETLAB_H
#define NETLAB_H

#include "vs.h"
#include "puppet.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>

/* --- names of addresses --- */

static const struct lab_name { const char *name, *addr; } lab_names[] = {
	{ "ANY", "0.0.0.0" }, { "LO", "127.0.0.1" },
	{ "H1", "192.0.2.1" }, { "H2", "192.0.2.2" },
	{ "A1", "192.0.2.10" }, { "A2", "192.0.2.11" },
	{ "B1", "192.0.2.20" }, { "S1", "192.0.2.30" },
	{ "V1", "192.0.2.40" }, { "N1", "192.0.2.50" },
	{ "L1", "192.0.2.60" }, { "R1", "192.0.2.70" },
	{ "M1", "192.0.2.81" }, { "I1", "192.0.2.90" },
	{ "U", "192.0.2.200" },
	{ "HX", "203.0.113.1" }, { "X", "203.0.113.9" },
	{ "LOA", "127.0.10.1" }, { "LOB", "127.0.20.1" },
	{ "LOG", "127.0.95.1" },
	{ "ANY6", "::" }, { "ANY6o", "::" }, { "LO6", "::1" },
	{ "LO6A", "fd76:7365:7276::a:1" }, { "LO6B", "fd76:7365:7276::14:1" },
	{ "H6", "2001:db8::1" }, { "A6", "2001:db8::a" },
	{ "A7", "2001:db8::1a" }, { "B6", "2001:db8::b" },
};

struct lab_addr {
	struct sockaddr_storage ss;
	socklen_t len;
};

static inline bool lab_is6(const struct lab_addr *a)
{
	return a->ss.ss_family == AF_INET6;
}

/* From a name, "4:NAME" for the IPv4 address mapped into IPv6, or a number. */
static inline struct lab_addr lab_addr(const char *name, int port)
{
	struct lab_addr a;
	struct sockaddr_in *in = (void *)&a.ss;
	struct sockaddr_in6 *in6 = (void *)&a.ss;
	bool mapped = !strncmp(name, "4:", 2);
	const char *text = mapped ? name + 2 : name;
	char buf[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lab_names); i++)
		if (!strcmp(lab_names[i].name, text)) {
			text = lab_names[i].addr;
			break;
		}
	if (mapped)
		text = (snprintf(buf, sizeof(buf), "::ffff:%s", text), buf);
	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		a.len = sizeof(*in);
	} else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		a.len = sizeof(*in6);
	} else {
		diag("no address: %s", name);
		ktap_give_up("address");
	}
	return a;
}

/* The name of an address, or the number if it has none. */
static inline const char *lab_name(const struct lab_addr *a)
{
	static char text[2][80];
	static int turn;
	char number[INET6_ADDRSTRLEN];
	char *t = text[turn ^= 1];
	const char *plain = number, *prefix = "";
	unsigned int i;

	if (a->ss.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&a->ss)->sin_addr,
			  number, sizeof(number));
	else if (a->ss.ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&a->ss)->sin6_addr,
			  number, sizeof(number));
	else
		return "none";
	if (!strncmp(number, "::ffff:", 7)) {
		plain += 7;
		prefix = "4:";
	}
	for (i = 0; i < ARRAY_SIZE(lab_names); i++)
		if (!strcmp(lab_names[i].addr, plain))
			break;
	snprintf(t, 80, "%s%s", prefix,
		 i < ARRAY_SIZE(lab_names) ? lab_names[i].name : plain);
	return t;
}

/* Is it one of "NAME|NAME"? */
static inline bool lab_is(const struct lab_addr *a, const char *names)
{
	const char *name = lab_name(a);
	size_t len = strlen(name);
	const char *at;

	for (at = names; at; at = strchr(at, '|')) {
		if (*at == '|')
			at++;
		if (!strncmp(at, name, len) && (!at[len] || at[len] == '|'))
			return true;
	}
	return false;
}

/* --- sockets, as orders to puppets; the structure is shared memory --- */

struct lab_op {
	char proto[16];		/* tcp, udp, raw, ping, each with 6 or 6o */
	bool free;		/* +free: IP_FREEBIND */
	bool more;		/* +more: MSG_MORE, then flush */
	bool reuse;		/* +reuse: SO_REUSEADDR */
	bool share;		/* +share: SO_REUSEPORT */
	bool source;		/* %ADDR: as source, by IP(V6)_PKTINFO */
	struct lab_addr pktinfo;
	struct lab_addr from;	/* len 0: not bound */
	struct lab_addr to;
	/* answers */
	struct lab_addr name, peer;
	char data[32];
};

static inline bool lab_proto(const struct lab_op *op, const char *name)
{
	return !strncmp(op->proto, name, strlen(name));
}

static inline int lab_socket(const struct lab_op *op)
{
	const char *six = strchr(op->proto, '6');
	int family = six ? AF_INET6 : AF_INET;
	int one = 1, only = six && six[1] == 'o';
	int icmp = six ? 58 : IPPROTO_ICMP, fd;

	if (lab_proto(op, "tcp"))
		fd = socket(family, SOCK_STREAM, 0);
	else if (lab_proto(op, "udp"))
		fd = socket(family, SOCK_DGRAM, 0);
	else if (lab_proto(op, "raw"))
		fd = socket(family, SOCK_RAW, icmp);
	else
		fd = socket(family, SOCK_DGRAM, icmp);
	if (fd < 0)
		return -1;
	if (op->free)
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	if (op->reuse)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (op->share)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (six && (lab_proto(op, "tcp") || lab_proto(op, "udp")))
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
	return fd;
}

static inline void lab_get_names(int fd, struct lab_op *op)
{
	memset(&op->name, 0, sizeof(op->name));
	memset(&op->peer, 0, sizeof(op->peer));
	op->name.len = op->peer.len = sizeof(op->name.ss);
	getsockname(fd, (void *)&op->name.ss, &op->name.len);
	getpeername(fd, (void *)&op->peer.ss, &op->peer.len);
}

static inline int lab_close(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
	return -1;
}

/* A socket that is bound to op->from, if that is an address. */
KTAP_UNUSED static long do_bind(long arg, long b, long c)
{
	struct lab_op *op = (void *)arg;
	int fd = lab_socket(op);

	(void)b, (void)c;
	if (fd < 0)
		return -1;
	if (op->from.len && bind(fd, (void *)&op->from.ss, op->from.len))
		return lab_close(fd);
	lab_get_names(fd, op);
	return fd;
}

KTAP_UNUSED static long do_listen(long arg, long b, long c)
{
	struct lab_op *op = (void *)arg;
	int fd = do_bind(arg, b, c);

	if (fd >= 0 && lab_proto(op, "tcp") && listen(fd, 8))
		return lab_close(fd);
	return fd;
}

KTAP_UNUSED static long do_close(long fd, long b, long c)
{
	(void)b, (void)c;
	return close(fd);
}

KTAP_UNUSED static long do_connect(long arg, long b, long c)
{
	struct lab_op *op = (void *)arg;
	int fd = do_bind(arg, b, c);

	if (fd >= 0 && connect(fd, (void *)&op->to.ss, op->to.len))
		return lab_close(fd);
	if (fd >= 0)
		lab_get_names(fd, op);
	return fd;
}

/* Waits a moment for something to read. */
static inline bool lab_ready(int fd, int msec)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, msec) == 1;
}

KTAP_UNUSED static long do_accept(long fd, long arg, long msec)
{
	struct lab_op *op = (void *)arg;
	int new;

	if (!lab_ready(fd, msec)) {
		errno = EAGAIN;
		return -1;
	}
	op->peer.len = sizeof(op->peer.ss);
	new = accept(fd, (void *)&op->peer.ss, &op->peer.len);
	if (new >= 0)
		close(new);
	return new >= 0 ? 0 : -1;
}

static inline void lab_source(const struct lab_op *op, struct msghdr *m)
{
	struct cmsghdr *cm = m->msg_control;
	struct in_pktinfo *info = (void *)CMSG_DATA(cm);
	struct in6_pktinfo *info6 = (void *)CMSG_DATA(cm);

	memset(cm, 0, m->msg_controllen);
	if (lab_is6(&op->pktinfo)) {
		cm->cmsg_level = IPPROTO_IPV6;
		cm->cmsg_type = IPV6_PKTINFO;
		cm->cmsg_len = CMSG_LEN(sizeof(*info6));
		info6->ipi6_addr =
			((struct sockaddr_in6 *)&op->pktinfo.ss)->sin6_addr;
		m->msg_controllen = CMSG_SPACE(sizeof(*info6));
	} else {
		cm->cmsg_level = IPPROTO_IP;
		cm->cmsg_type = IP_PKTINFO;
		cm->cmsg_len = CMSG_LEN(sizeof(*info));
		info->ipi_spec_dst =
			((struct sockaddr_in *)&op->pktinfo.ss)->sin_addr;
		m->msg_controllen = CMSG_SPACE(sizeof(*info));
	}
}

/* Sends op->data; op->name is what the socket's name is then. */
KTAP_UNUSED static long do_send(long arg, long b, long c)
{
	struct lab_op *op = (void *)arg;
	union { char buf[128]; struct cmsghdr h; } u;
	struct iovec iov = { op->data, strlen(op->data) };
	struct msghdr m = {
		.msg_name = &op->to.ss, .msg_namelen = op->to.len,
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	int fd = do_bind(arg, b, c);
	long ret;

	if (fd < 0)
		return -1;
	if (op->source) {
		m.msg_control = &u;
		m.msg_controllen = sizeof(u);
		lab_source(op, &m);
	}
	ret = sendmsg(fd, &m, op->more ? MSG_MORE : 0);
	if (ret >= 0 && op->more)
		ret = sendto(fd, "", 0, 0, (void *)&op->to.ss, op->to.len);
	lab_close(fd);
	return ret < 0 ? -1 : 0;
}

KTAP_UNUSED static long do_receive(long fd, long arg, long msec)
{
	struct lab_op *op = (void *)arg;

	if (!lab_ready(fd, msec)) {
		errno = EAGAIN;
		return -1;
	}
	memset(op->data, 0, sizeof(op->data));
	op->peer.len = sizeof(op->peer.ss);
	return recvfrom(fd, op->data, sizeof(op->data) - 1, 0,
			(void *)&op->peer.ss, &op->peer.len);
}

/* --- the machine --- */

/* Runs a command of the shell; a failure ends the case. */
KTAP_PRINTF(1, 2)
static void lab_sh(const char *format, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (system(line)) {
		diag("%s", line);
		ktap_give_up(line);
	}
}

static inline void lab_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0) {
		must(write(fd, text, strlen(text)));
		close(fd);
	}
}

static inline long lab_other_machine(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return unshare(CLONE_NEWNET);
}

KTAP_UNUSED static long do_sh(long line, long b, long c)
{
	(void)b, (void)c;
	return system((char *)line) ? -1 : 0;
}

/* The devices and their addresses; returns the other machine. */
KTAP_UNUSED static struct puppet lab_network(void)
{
	static const char *const v4[] = {
		"1", "2", "10", "11", "20", "30", "40", "50", "60", "65", "70",
		"79", "81", "90",
	};
	static const char *const v6[] = { "1", "a", "1a", "b" };
	char *line = puppet_shared(256);
	struct puppet x;
	unsigned int i;

	must(unshare(CLONE_NEWNET));
	lab_write("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
	lab_write("/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
	lab_write("/proc/sys/net/ipv4/icmp_ratelimit", "0");
	lab_sh("ip link set lo up");
	lab_sh("ip link add d0 type dummy && ip link set d0 up");
	for (i = 0; i < ARRAY_SIZE(v4); i++)
		lab_sh("ip addr add 192.0.2.%s/24 dev d0", v4[i]);
	for (i = 0; i < ARRAY_SIZE(v6); i++)
		lab_sh("ip addr add 2001:db8::%s/64 dev d0", v6[i]);

	x = puppet_start(lab_other_machine, 0, 0, 0);
	lab_sh("ip link add name v0 type veth && ip link set v0 up");
	lab_sh("ip addr add 203.0.113.1/24 dev v0");
	lab_sh("ip link set veth0 netns %d", x.pid);
	strcpy(line, "ip link set veth0 up && ip link set lo up && "
	       "ip addr add 203.0.113.9/24 dev veth0 && "
	       "ip route add 192.0.2.0/24 via 203.0.113.1");
	must(ask(&x, do_sh, line));
	return x;
}

/* A puppet in a network context, with addresses by name. */
struct lab_context {
	uint32_t nid;
	uint64_t flags, ncaps;
	const char *addr[6];
};

KTAP_UNUSED static long lab_enter(long arg, long b, long c)
{
	const struct lab_context *ctx = (void *)arg;
	struct vcmd_net_caps caps = { ctx->ncaps, ~0ULL };
	struct vcmd_net_addr_ipv6 v6 = { .type = NXA_TYPE_ADDR, .prefix = 64 };
	int i;

	(void)b, (void)c;
	must(vs_net_create(ctx->nid, ctx->flags | NXF_STATE_ADMIN |
			   NXF_HIDE_NETIF));
	must(vs_native(VCMD_set_ncaps, ctx->nid, &caps));
	for (i = 0; i < 6 && ctx->addr[i]; i++) {
		struct lab_addr a = lab_addr(ctx->addr[i], 0);

		if (lab_is6(&a)) {
			memcpy(v6.ip, &((struct sockaddr_in6 *)&a.ss)->
			       sin6_addr, 16);
			must(vs_native(VCMD_net_add_ipv6, ctx->nid, &v6));
		} else {
			must(vs_net_add4(ctx->nid, NXA_TYPE_ADDR,
					 ((struct sockaddr_in *)&a.ss)->
					 sin_addr.s_addr, 0,
					 htonl(0xffffff00)));
		}
	}
	/* With it, its rules would not be all of the rules. */
	return caps_drop(CAP(NET_ADMIN));
}

#endif
