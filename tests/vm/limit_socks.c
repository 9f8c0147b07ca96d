// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the limit of sockets of a context: they count for who made them, or made
 * the one that listens, until they are gone, whoever has them.
 */
#include "limit.h"
#include "puppet.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#define PORT	5600

static struct puppet a, h;

static void start(void)
{
	puppet_channel();
	if (system("ip link set lo up"))
		ktap_give_up("lo");
	h = puppet_host();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

static long do_socket(long family, long type, long protocol)
{
	return socket(family, type, protocol);
}

static long do_close(long fd, long y, long z)
{
	(void)y, (void)z;
	return close(fd);
}

/* Opens up to N; how many there were. */
static long do_many(long n, long family, long type)
{
	long i;

	for (i = 0; i < n; i++)
		if (socket(family, type, 0) < 0)
			break;
	return i;
}

static void test_count(void)
{
	long fd, used;

	start();
	used = limit_used(XID_A, VLIM_NSOCK);
	is(used, 0, "none at first");
	fd = must(ask(&a, do_socket, AF_INET, SOCK_STREAM, 0));
	is(limit_used(XID_A, VLIM_NSOCK), 1, "one");
	must(ask(&a, do_close, fd));
	ok(eventually(limit_used(XID_A, VLIM_NSOCK) == 0), "and none");

	must(limit_max(XID_A, VLIM_NSOCK, 5));
	is(ask(&a, do_many, 100, AF_INET, SOCK_DGRAM), 5, "up to the limit");
	ok_errno(ask(&a, do_socket, AF_INET, SOCK_STREAM, 0), ENOMEM,
		 "no more");
	ok(ask(&a, do_socket, AF_UNIX, SOCK_STREAM, 0) == -1, "of any family");
	ok(limit_hits(XID_A, VLIM_NSOCK) >= 2, "hits");
	ok_call(ask(&h, do_socket, AF_INET, SOCK_STREAM, 0),
		"the host has its own");
	must(limit_max(XID_A, VLIM_NSOCK, 6));
	ok_call(ask(&a, do_socket, AF_NETLINK, SOCK_RAW, 0), "one more");
	puppet_end(&a);
}

static void test_passed(void)
{
	long fd, theirs;

	start();
	fd = must(ask(&a, do_socket, AF_INET, SOCK_DGRAM, 0));
	must(ask(&a, do_send_fd, fd));
	must(ask(&a, do_close, fd));
	is(limit_used(XID_A, VLIM_NSOCK), 1, "on its way");
	theirs = must(ask(&h, do_receive_fd));
	is(limit_used(XID_A, VLIM_NSOCK), 1, "in other hands");
	must(ask(&h, do_close, theirs));
	ok(eventually(limit_used(XID_A, VLIM_NSOCK) == 0), "closed");
}

static long do_listen(long y, long z, long w)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)y, (void)z, (void)w;
	if (bind(fd, (void *)&sin, sizeof(sin)) || listen(fd, 64))
		return -1;
	return fd;
}

/* Begins N connections and does not wait for them. */
static long do_connect(long n, long y, long z)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	(void)y, (void)z;
	while (n--) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

		if (fd < 0 || (connect(fd, (void *)&sin, sizeof(sin)) &&
			       errno != EINPROGRESS))
			return -1;
	}
	return 0;
}

static void test_accept(void)
{
	start();
	must(ask(&a, do_listen));
	must(ask(&h, do_connect, 3));
	ok(eventually(limit_used(XID_A, VLIM_NSOCK) == 4),
	   "connections count for the one that listens");
	must(limit_max(XID_A, VLIM_NSOCK, 6));
	must(ask(&h, do_connect, 10));
	ok(eventually(limit_hits(XID_A, VLIM_NSOCK) > 0), "refused");
	is(limit_used(XID_A, VLIM_NSOCK), 6, "not above the limit");
	puppet_end(&h);
	puppet_end(&a);
}

int main(void)
{
	run("count", test_count);
	run("passed", test_passed);
	run("accept", test_accept);
	return ktap_exit();
}
