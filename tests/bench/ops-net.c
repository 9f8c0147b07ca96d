// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the operations that send a byte and get one back: pipes and sockets,
 * both ends in one process, and a pipe between two processes.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "bench.h"

static int ends[2] = { -1, -1 };	/* either end reads and writes */
static int there[2], back[2];
static pid_t child;

static void close_ends(void)
{
	close(ends[0]);
	close(ends[1]);
}

static void send_byte(int from, int to)
{
	char c = 0;

	check(sys3(SYS_write, from, &c, 1));
	check(sys3(SYS_read, to, &c, 1));
}

static unsigned int run_ends(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		send_byte(ends[0], ends[1]);
		send_byte(ends[1], ends[0]);
	}
	return n;
}

static void setup_pipe(void)
{
	must(pipe(ends));
}

static unsigned int run_pipe(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		send_byte(ends[1], ends[0]);
	return n;
}

static void setup_unix(void)
{
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static int bound(int type, struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	int s = (int)must(socket(AF_INET, type, 0));

	*addr = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	must(bind(s, (struct sockaddr *)addr, len));
	must(getsockname(s, (struct sockaddr *)addr, &len));
	return s;
}

static void setup_tcp(void)
{
	struct sockaddr_in addr;
	int s = bound(SOCK_STREAM, &addr), one = 1, i;

	must(listen(s, 1));
	ends[0] = (int)must(socket(AF_INET, SOCK_STREAM, 0));
	must(connect(ends[0], (struct sockaddr *)&addr, sizeof(addr)));
	ends[1] = (int)must(accept(s, NULL, NULL));
	close(s);
	for (i = 0; i < 2; i++)
		must(setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &one,
				sizeof(one)));
}

static void setup_udp(void)
{
	struct sockaddr_in addr[2];
	int i;

	for (i = 0; i < 2; i++)
		ends[i] = bound(SOCK_DGRAM, &addr[i]);
	for (i = 0; i < 2; i++)
		must(connect(ends[i], (struct sockaddr *)&addr[1 - i],
			     sizeof(addr[0])));
}

static void setup_switch(void)
{
	char c;

	must(pipe(there));
	must(pipe(back));
	child = (pid_t)must(fork());
	if (child)
		return;
	for (;;) {
		check(sys3(SYS_read, there[0], &c, 1));
		check(sys3(SYS_write, back[1], &c, 1));
	}
}

static void end_switch(void)
{
	int i;

	reap(child);
	for (i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
}

static unsigned int run_switch(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		send_byte(there[1], back[0]);
	return n;
}

/* A TCP connection from connect to close. */
static unsigned int run_connect(unsigned int n)
{
	struct sockaddr_in addr;
	unsigned int i;
	int s, a, b;

	for (i = 0; i < n; i++) {
		s = bound(SOCK_STREAM, &addr);
		must(listen(s, 1));
		a = (int)must(socket(AF_INET, SOCK_STREAM, 0));
		must(connect(a, (struct sockaddr *)&addr, sizeof(addr)));
		b = (int)must(accept(s, NULL, NULL));
		close(a);
		close(b);
		close(s);
	}
	return n;
}

const struct op ops_net[] = {
	{ .name = "pipe", .rounds = 1000, .run = run_pipe,
	  .setup = setup_pipe, .teardown = close_ends },
	{ .name = "pipe-between-processes", .rounds = 200, .run = run_switch,
	  .setup = setup_switch, .teardown = end_switch },
	{ .name = "unix-round-trip", .rounds = 400, .run = run_ends,
	  .setup = setup_unix, .teardown = close_ends },
	{ .name = "tcp-round-trip", .rounds = 60, .run = run_ends,
	  .setup = setup_tcp, .teardown = close_ends, .quick = true },
	{ .name = "udp-round-trip", .rounds = 150, .run = run_ends,
	  .setup = setup_udp, .teardown = close_ends },
	{ .name = "tcp-connect+close", .rounds = 15, .run = run_connect },
	{ 0 },
};
