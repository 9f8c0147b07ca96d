// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what happens over time in network contexts: addresses that come and go
 * under sockets, groups of services, connections and who may use them, ports
 * after a connection. The rows T98 to T109 of the semantics.
 */
#include "netlab.h"

#define PORT	7500

static struct puppet a, b, h, x;
static struct lab_op *op;

static const struct lab_context context_a = {
	10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1", "A2", "A6" },
};

static const struct lab_context context_b = {
	20, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "B1", "B6" },
};

static void world(void)
{
	op = puppet_shared(sizeof(*op));
	puppet_channel();
	x = lab_network();
	h = puppet_host();
	a = puppet_start(lab_enter, (long)&context_a, 0, 0);
	b = puppet_start(lab_enter, (long)&context_b, 0, 0);
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
	strcpy(op->data, "changes");
	return op;
}

static long listens(struct puppet *p, const char *proto, const char *addr)
{
	return must(ask(p, do_listen, order(proto, addr, PORT, NULL)));
}

static long change(uint32_t cmd, const char *name)
{
	struct lab_addr addr = lab_addr(name, 0);
	struct vcmd_net_addr_ipv4 v4 = {
		.type = NXA_TYPE_ADDR, .mask = htonl(0xffffff00),
		.ip = ((struct sockaddr_in *)&addr.ss)->sin_addr.s_addr,
	};

	return vs_native(cmd, context_a.nid, &v4);
}

static long do_write(long fd, long y, long z)
{
	(void)y, (void)z;
	return send(fd, "x", 1, MSG_NOSIGNAL);
}

static long do_accept_fd(long fd, long y, long z)
{
	(void)y, (void)z;
	return lab_ready(fd, 2000) ? accept(fd, NULL, NULL) : -1;
}

static long connects(struct puppet *p, const char *to)
{
	return ask(p, do_connect, order("tcp", NULL, 0, to));
}

static void test_remove(void)
{
	long listener, one, two, fd1, fd2, udp;

	world();
	listener = listens(&a, "tcp", "ANY");
	one = must(connects(&x, "A1"));
	fd1 = must(ask(&a, do_accept_fd, listener));
	two = must(connects(&x, "A2"));
	fd2 = must(ask(&a, do_accept_fd, listener));
	udp = must(ask(&a, do_connect, order("udp", "A1", 0, "X")));
	is(ask(&a, do_write, udp), 1, "a datagram before");

	must(change(VCMD_net_remove_ipv4, "A1"));
	ok_errno(ask(&a, do_listen, order("udp", "A1", PORT, NULL)),
		 EADDRNOTAVAIL, "T105 nobody gets it");
	ok_errno(ask(&a, do_write, udp), ENETUNREACH,
		 "T105 its route is forgotten");
	ok_errno(connects(&x, "A1"), ECONNREFUSED, "T105 the service leaves");
	is(ask(&a, do_write, fd2), 1, "T105 another connection");
	ok(ask(&x, do_receive, two, op, 2000) == 1, "T105 goes on");
	ask(&a, do_write, fd1);
	ok(ask(&x, do_receive, one, op, 300) < 0, "T105 this one does not");
	is(ask(&x, do_close, connects(&x, "A2")), 0, "T105 the service stays");

	must(change(VCMD_net_add_ipv4, "U"));
	lab_sh("ip addr add 192.0.2.200/24 dev d0");
	is(ask(&x, do_close, connects(&x, "U")), 0, "T106 a new address");
}

/* Sends N datagrams from ports of their own; how many arrived where. */
static int count(struct puppet *p, long fd)
{
	int n = 0;

	while (ask(p, do_receive, fd, op, 50) >= 0)
		n++;
	return n;
}

static void test_groups(void)
{
	long fa[4], fb, i;

	world();
	order("udp", "ANY", PORT, NULL)->share = true;
	for (i = 0; i < 4; i++)
		fa[i] = must(ask(&a, do_listen, op));
	fb = must(ask(&b, do_listen, op));
	for (i = 0; i < 200; i++) {
		must(ask(&x, do_send, order("udp", NULL, 0, "A1")));
		must(ask(&x, do_send, order("udp", NULL, 0, "B1")));
	}
	is(count(&b, fb), 200, "T99 all of its own");
	for (i = 0; i < 4; i++) {
		int n = count(&a, fa[i]);

		ok(n > 10 && n < 150, "T100 a share: %d", n);
	}
}

static void test_owner(void)
{
	long listener, fd, passed;

	world();
	listener = listens(&h, "tcp", "H1");
	must(ask(&h, do_send_fd, listener));
	passed = must(ask(&a, do_receive_fd));
	must(connects(&x, "H1"));
	fd = ask(&a, do_accept_fd, passed);
	ok(fd >= 0, "T102 accept from a socket of the host");
	is(ask(&a, do_write, fd), 1, "T102 and write");

	listener = listens(&a, "tcp", "ANY");
	must(ask(&a, do_send_fd, listener));
	passed = must(ask(&b, do_receive_fd));
	must(connects(&x, "A2"));
	fd = ask(&b, do_accept_fd, passed);
	ok(fd >= 0, "T103 accept from a socket of another context");
	is(ask(&b, do_write, fd), 1, "T103 and write");
}

static long do_listen_only(long y, long z, long w)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)y, (void)z, (void)w;
	if (listen(fd, 4))
		return -1;
	op->name.len = sizeof(op->name.ss);
	getsockname(fd, (void *)&op->name.ss, &op->name.len);
	return ntohs(((struct sockaddr_in *)&op->name.ss)->sin_port);
}

static void test_ports(void)
{
	long port, listener, fd, peer;

	world();
	port = must(ask(&a, do_listen_only));
	order("tcp", NULL, 0, "A1");
	((struct sockaddr_in *)&op->to.ss)->sin_port = htons(port);
	ok_call(ask(&x, do_connect, op), "T104 listen without bind");
	((struct sockaddr_in *)&op->to.ss)->sin_port = htons(port);
	op->to = lab_addr("H1", port);
	ok_errno(ask(&x, do_connect, op), ECONNREFUSED, "T104 own addresses");

	order("tcp", "A1", PORT, NULL)->reuse = true;
	listener = must(ask(&a, do_listen, op));
	peer = must(connects(&x, "A1"));
	fd = must(ask(&a, do_accept_fd, listener));
	must(ask(&a, do_close, fd));
	must(ask(&x, do_close, peer));
	must(ask(&a, do_close, listener));
	usleep(100000);
	fd = ask(&b, do_listen, order("tcp", "ANY", PORT, NULL));
	ok(fd >= 0, "T108 what is left of A's is not in B's way");
	ok_errno(ask(&a, do_listen, order("tcp", "ANY", PORT, NULL)),
		 EADDRINUSE, "T109 but in A's");
	order("tcp", "ANY", PORT, NULL)->reuse = true;
	ok_call(ask(&a, do_listen, op), "T109 unless it says so");
}

/* Both at once, the same program and user. */
static void test_both(void)
{
	long fa, fb;

	world();
	fa = listens(&a, "tcp", "ANY");
	fb = listens(&b, "tcp", "ANY");
	must(connects(&x, "A1"));
	ok(ask(&a, do_accept, fa, op, 2000) == 0, "T98 one");
	must(connects(&x, "B1"));
	ok(ask(&b, do_accept, fb, op, 2000) == 0, "T98 and the other");
	ok(ask(&a, do_accept, fa, op, 50) < 0, "T98 not both");
}

int main(void)
{
	run("remove", test_remove);
	run("groups", test_groups);
	run("owner", test_owner);
	run("ports", test_ports);
	run("both", test_both);
	return ktap_exit();
}
