// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows W1 to W10, W13 to W18, W22, W26, W28, W32 to W34 and W39 of the
 * attack tables: what a process in a network context does to get at addresses,
 * ports and packets of others.
 */
#include "attack.h"
#include "../vm/netlab.h"

#include <linux/netlink.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

#define PORT	5300

static struct puppet a, b, h, x;
static struct lab_op *op;

static const struct lab_context context_a = {
	10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1", "A2", "A6", "A7" },
};

static const struct lab_context context_b = {
	20, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "B1", "B6" },
};

static struct puppet guest(const struct lab_context *ctx)
{
	/* without contexts: a chroot, and a program that is told its address */
	if (vanilla())
		return puppet_start(attack_chroot, 0, 0, 0);
	return puppet_start(lab_enter, (long)ctx, 0, 0);
}

static void world(void)
{
	op = puppet_shared(sizeof(*op));
	puppet_channel();
	x = lab_network();
	h = puppet_host();
	a = guest(&context_a);
	b = guest(&context_b);
}

static struct lab_op *order(const char *proto, const char *from, int port,
			    const char *to)
{
	memset(op, 0, sizeof(*op));
	strcpy(op->proto, proto);
	if (from)
		op->from = lab_addr(from, port);
	if (to)
		op->to = lab_addr(to, PORT);
	strcpy(op->data, "attack");
	return op;
}

/* Binds and listens; the descriptor stays open in the puppet. */
static long opens(struct puppet *p, const char *proto, const char *addr,
		  int port)
{
	return ask(p, do_listen, order(proto, addr, port, NULL));
}

static void w1_bind(void)
{
	world();
	attack(opens(&a, "tcp", "H1", PORT), EADDRNOTAVAIL, "W1 the host's");
	attack(opens(&a, "udp", "B1", PORT), EADDRNOTAVAIL, "W1 another's");
	attack(opens(&a, "tcp6", "H6", PORT), EADDRNOTAVAIL, "W1 IPv6");
	attack(opens(&a, "tcp6", "4:B1", PORT), EADDRNOTAVAIL, "W1 mapped");
	attack(opens(&a, "raw", "B1", 0), EADDRNOTAVAIL, "W1 raw");
	attack(opens(&a, "ping", "B1", 0), EADDRNOTAVAIL, "W1 ping");
	order("tcp", "U", PORT, NULL)->free = true;
	attack(ask(&a, do_listen, op), EADDRNOTAVAIL, "W2 freebind");
	lab_write("/proc/sys/net/ipv4/ip_nonlocal_bind", "1");
	attack(opens(&a, "udp", "U", PORT), EADDRNOTAVAIL, "W2 nonlocal");
	if (!vanilla()) {
		ok_errno(opens(&a, "tcp6", "LO6B", PORT), EADDRNOTAVAIL,
			 "W42 the loopback of another");
		ok_errno(ask(&a, do_connect, order("tcp6", NULL, 0, "LO6B")),
			 ENETUNREACH, "W42 connected");
	}
}

/* SETSOCKOPT level, name on a new socket of the puppet. */
static long do_option(long proto, long level, long name)
{
	int one = 1, fd;
	long ret;

	snprintf(op->proto, sizeof(op->proto), "%s", (char *)proto);
	fd = lab_socket(op);
	if (fd < 0)
		return -1;
	ret = setsockopt(fd, level, name, &one, sizeof(one));
	lab_close(fd);
	return ret;
}

static long do_multicast_if(long addr, long y, long z)
{
	struct in_addr in = { .s_addr = addr };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long ret = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &in,
			      sizeof(in));

	(void)y, (void)z;
	lab_close(fd);
	return ret;
}

static long do_join(long y, long z, long w)
{
	struct ip_mreqn m = {
		.imr_multiaddr.s_addr = inet_addr("224.0.0.251"),
		.imr_address.s_addr = inet_addr("192.0.2.10"),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long ret = setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m,
			      sizeof(m));

	(void)y, (void)z, (void)w;
	lab_close(fd);
	return ret;
}

static long do_source_route(long y, long z, long w)
{
	unsigned char opt[] = { 131, 11, 4, 203, 0, 113, 9, 192, 0, 2, 1, 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long ret = setsockopt(fd, IPPROTO_IP, IP_OPTIONS, opt, sizeof(opt));

	(void)y, (void)z, (void)w;
	lab_close(fd);
	return ret;
}

static void w3_options(void)
{
	world();
	attack(ask(&a, do_option, "tcp", IPPROTO_IP, IP_TRANSPARENT), EPERM,
	       "W3 IP_TRANSPARENT");
	attack(ask(&a, do_option, "tcp6", IPPROTO_IPV6, 75), EPERM,
	       "W3 IPV6_TRANSPARENT");
	attack(ask(&a, do_multicast_if, inet_addr("192.0.2.1")), EADDRNOTAVAIL,
	       "W4 IP_MULTICAST_IF");
	is(ask(&a, do_multicast_if, inet_addr("192.0.2.10")), 0, "its own");
	attack(ask(&a, do_join), EPERM, "W17 IP_ADD_MEMBERSHIP");
	attack(ask(&a, do_source_route), EPERM, "W32 source route");
	attack(ask(&a, do_option, "raw", IPPROTO_IP, IP_ROUTER_ALERT), EPERM,
	       "W32 IP_ROUTER_ALERT");
}

static void w4_sources(void)
{
	world();
	order("udp", NULL, 0, "X")->source = true;
	op->pktinfo = lab_addr("H1", 0);
	attack(ask(&a, do_send, op), ENETUNREACH, "W4 IP_PKTINFO");
	op->pktinfo = lab_addr("B1", 0);
	attack(ask(&a, do_send, op), ENETUNREACH, "W4 another's");
	order("udp6", NULL, 0, "B6")->source = true;
	op->pktinfo = lab_addr("H6", 0);
	attack(ask(&a, do_send, op), EINVAL, "W4 IPV6_PKTINFO");
}

/* What the host has on its loopback hears nothing. */
static void w5_loopback(void)
{
	long udp, tcp, any;

	world();
	udp = must(opens(&h, "udp", "LO", PORT));
	must(ask(&a, do_send, order("udp", NULL, 0, "LO")));
	defends(ask(&h, do_receive, udp, op, 100) < 0, "W9 datagram");
	order("udp", NULL, 0, "LO")->more = true;
	must(ask(&a, do_send, op));
	defends(ask(&h, do_receive, udp, op, 100) < 0, "W5 corked");

	tcp = must(opens(&h, "tcp", "LO", PORT));
	attack(ask(&a, do_connect, order("tcp", NULL, 0, "LO")), ECONNREFUSED,
	       "W9 connection");
	must(ask(&h, do_close, tcp));
	any = must(opens(&h, "tcp", "ANY", PORT));
	attack(ask(&a, do_connect, order("tcp", NULL, 0, "LO")), ECONNREFUSED,
	       "W10 service on all addresses");
	must(ask(&h, do_close, any));
	must(opens(&h, "tcp6", "ANY6", PORT));
	attack(ask(&a, do_connect, order("tcp6", NULL, 0, "LO6")),
	       ECONNREFUSED, "W9 IPv6");
	attack(ask(&a, do_connect, order("tcp6", NULL, 0, "4:LO")),
	       ECONNREFUSED, "W9 mapped");
}

static uint16_t checksum(const void *data, size_t len)
{
	const uint16_t *w = data;
	uint32_t sum = 0;

	for (; len > 1; len -= 2)
		sum += *w++;
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

struct packet {
	struct iphdr ip;
	struct icmphdr icmp;
} __attribute__((packed));

/* An echo request with a header of its own; the destination may differ. */
static long do_header(long saddr, long daddr, long to)
{
	int one = 1, fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_addr.s_addr = to,
	};
	struct packet p = {
		.ip = {
			.version = 4, .ihl = 5, .ttl = 64,
			.protocol = IPPROTO_ICMP, .saddr = saddr,
			.daddr = daddr, .tot_len = htons(sizeof(p)),
		},
		.icmp.type = ICMP_ECHO,
	};
	long ret;

	if (fd < 0)
		return -1;
	p.icmp.checksum = checksum(&p.icmp, sizeof(p.icmp));
	ret = setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &one, sizeof(one));
	if (!ret)
		ret = sendto(fd, &p, sizeof(p), 0, (void *)&sin, sizeof(sin));
	lab_close(fd);
	return ret;
}

static long do_icmp(long type, long y, long z)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = inet_addr("203.0.113.9"),
	};
	struct icmphdr icmp = { .type = type };
	long ret;

	(void)y, (void)z;
	icmp.checksum = checksum(&icmp, sizeof(icmp));
	ret = sendto(fd, &icmp, sizeof(icmp), 0, (void *)&sin, sizeof(sin));
	lab_close(fd);
	return ret;
}

static long do_raw(long protocol, long y, long z)
{
	(void)y, (void)z;
	return socket(AF_INET, SOCK_RAW, protocol);
}

static void w6_raw(void)
{
	const uint32_t a1 = inet_addr("192.0.2.10"), to = inet_addr("203.0.113.9");
	long raw;

	world();
	attack(ask(&a, do_header, inet_addr("192.0.2.1"), to, to), EPERM,
	       "W6 a source of the host");
	attack(ask(&a, do_header, a1, inet_addr("192.0.2.1"), to), EINVAL,
	       "W6 another destination");
	ok_call(ask(&a, do_header, a1, to, to), "its own source");
	ok_call(ask(&a, do_header, 0, to, to), "no source");
	attack(ask(&a, do_icmp, ICMP_REDIRECT), EPERM, "X6 redirect");
	ok_call(ask(&a, do_icmp, ICMP_ECHO), "echo");

	raw = must(ask(&a, do_raw, IPPROTO_UDP));
	must(opens(&b, "udp", "B1", PORT));
	must(ask(&x, do_send, order("udp", NULL, 0, "B1")));
	defends(ask(&a, do_receive, raw, op, 100) < 0,
		"W8 packets for others");
	must(ask(&x, do_send, order("udp", NULL, 0, "A1")));
	ok(ask(&a, do_receive, raw, op, 2000) > 0, "its own packets");
}

static long become_guest(long y, long z, long w)
{
	struct vcmd_net_caps caps = { NXC_RAW_ICMP, ~0ULL };
	struct lab_context ctx = context_a;

	(void)y, (void)z, (void)w;
	ctx.nid = 90;
	must(lab_enter((long)&ctx, 0, 0));
	must(vs_native(VCMD_set_ncaps, ctx.nid, &caps));
	return vs_become(XID_A, 0, GUEST_CAPS);
}

/* A guest as it usually is: its ceiling lacks CAP_NET_RAW. */
static void w7_icmp(void)
{
	const uint32_t a1 = inet_addr("192.0.2.10"), to = inet_addr("203.0.113.9");
	struct puppet g;

	world();
	if (vanilla())
		g = a;
	else
		g = puppet_start(become_guest, 0, 0, 0);
	ok_call(ask(&g, do_icmp, ICMP_ECHO), "a raw ICMP socket is for ping");
	attack(ask(&g, do_icmp, ICMP_DEST_UNREACH), EPERM, "X6 unreachable");
	attack(ask(&g, do_header, a1, to, to), EPERM, "W7 IP_HDRINCL");
	attack(ask(&g, do_raw, IPPROTO_TCP), EPERM, "W7 another protocol");
}

static long do_name(long fd, long addr, long what)
{
	const struct lab_addr *to = (void *)addr;

	switch (what) {
	case 'b':
		return bind(fd, (void *)&to->ss, to->len);
	case 'c':
		return connect(fd, (void *)&to->ss, to->len);
	case 'l':
		return listen(fd, 1);
	default:
		return sendto(fd, "x", 1, MSG_FASTOPEN, (void *)&to->ss,
			      to->len);
	}
}

/* The same user id everywhere: groups must not be joined across contexts. */
static void w13_ports(void)
{
	long first, fd;

	world();
	order("tcp", "ANY", PORT, NULL)->share = true;
	first = must(ask(&h, do_listen, op));
	attack(ask(&a, do_listen, op), EADDRINUSE, "W13 group of the host");
	order("udp", "ANY", PORT, NULL)->share = true;
	must(ask(&h, do_listen, op));
	attack(ask(&a, do_listen, op), EADDRINUSE, "W13 UDP");
	must(ask(&h, do_close, first));

	/* The answer remembered for A must not be given to the host. */
	must(opens(&h, "tcp", "H1", PORT + 1));
	order("tcp", "ANY", PORT + 1, NULL)->share = true;
	fd = ask(&a, do_listen, op);
	if (vanilla()) {
		ok(fd < 0, "W14 no such thing without contexts");
	} else {
		ok(fd >= 0, "W14 the guest's service");
		order("tcp", "H1", PORT + 1, NULL)->share = true;
		ok_errno(ask(&h, do_listen, op), EADDRINUSE,
			 "W14 a second one of the host");
	}

	/* Bound first and listening later: as without contexts. */
	order("tcp", "ANY", PORT + 2, NULL)->reuse = true;
	fd = must(ask(&a, do_bind, op));
	must(ask(&h, do_listen, op));
	ok_errno(ask(&a, do_name, fd, 0, 'l'), EADDRINUSE, "W15 late listen");
}

static long do_socket(long family, long type, long protocol)
{
	int fd = socket(family, type, protocol);

	if (fd >= 0)
		close(fd);
	return fd;
}

static void w22_families(void)
{
	world();
	attack(ask(&a, do_socket, AF_PACKET, SOCK_RAW, 0), EPERM, "AF_PACKET");
	attack(ask(&a, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT),
	       EPROTONOSUPPORT, "W22 NETLINK_AUDIT");
	attack(ask(&a, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC),
	       EPROTONOSUPPORT, "W22 NETLINK_GENERIC");
	attack(ask(&a, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK),
	       EPROTONOSUPPORT, "W22 NETLINK_USERSOCK");
	attack(ask(&a, do_socket, AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT,
	       "another family");
	ok_call(ask(&a, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
		"NETLINK_ROUTE");
	ok_call(ask(&a, do_socket, AF_UNIX, SOCK_STREAM, 0), "AF_UNIX");
	if (vanilla())
		return;
	ok_errno(ask(&a, do_socket, AF_INET, SOCK_STREAM, 262),
		 EPROTONOSUPPORT, "W33 MPTCP");
	ok_errno(ask(&a, do_socket, AF_INET, SOCK_STREAM, 132),
		 EPROTONOSUPPORT, "W33 SCTP");
	ok_errno(ask(&a, do_socket, AF_INET, SOCK_DGRAM, 115),
		 EPROTONOSUPPORT, "W33 L2TP");
}

static long pass(struct puppet *from, long fd, struct puppet *to)
{
	must(ask(from, do_send_fd, fd));
	return must(ask(to, do_receive_fd));
}

static long host_socket(void)
{
	return pass(&h, must(ask(&h, do_bind, order("tcp", NULL, 0, NULL))),
		    &a);
}

/* A socket of the host in the hands of the guest. */
static void w26_passed(void)
{
	struct lab_addr *addr = puppet_shared(sizeof(*addr));
	long fd;

	world();
	lab_write("/proc/sys/net/ipv4/tcp_fastopen", "1");
	*addr = lab_addr("H1", PORT + 1);
	attack(ask(&a, do_name, host_socket(), addr, 'b'), EPERM, "W26 bind");
	attack(ask(&a, do_name, host_socket(), addr, 'l'), EPERM, "W26 listen");
	*addr = lab_addr("H1", PORT);
	must(opens(&h, "tcp", "H1", PORT));
	attack(ask(&a, do_name, host_socket(), addr, 'c'), EPERM,
	       "W26 connect");
	attack(ask(&a, do_name, host_socket(), addr, 'f'), EPERM,
	       "W12 fast open");
	memset(addr, 0, sizeof(*addr));
	addr->len = sizeof(struct sockaddr_in);
	fd = pass(&h, must(ask(&h, do_connect, order("tcp", NULL, 0, "H1"))),
		  &a);
	attack(ask(&a, do_name, fd, addr, 'c'), EPERM, "W26 disconnect");
}

static void w28_alone(void)
{
	if (vanilla()) {
		skip("no contexts", "W28");
		return;
	}
	is_child(unshare(CLONE_FILES) || syscall(SYS_clone, CLONE_FILES |
						 SIGCHLD, 0, 0, 0, 0) == 0 ?
		 pause() : vs_net_create(30, NXF_INIT_SET), EBUSY,
		 "W28 shared descriptors");
}

int main(void)
{
	ktap_run("bind", w1_bind);
	ktap_run("options", w3_options);
	ktap_run("sources", w4_sources);
	ktap_run("loopback", w5_loopback);
	ktap_run("raw", w6_raw);
	ktap_run("icmp", w7_icmp);
	ktap_run("ports", w13_ports);
	ktap_run("families", w22_families);
	ktap_run("passed", w26_passed);
	ktap_run("alone", w28_alone);
	return ktap_exit();
}
