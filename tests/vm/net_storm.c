// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the race W36: sockets of all kinds come and go in several network
 * contexts at once, while their addresses change and the contexts end. What
 * is looked for are splats of the kernel, contexts that stay, and connections
 * that arrive where they must not.
 */
#include "netlab.h"

#define PORT		7700
#define CONTEXTS	4
#define WORKERS		2
#define SECONDS		3

static const struct lab_context contexts[CONTEXTS] = {
	{ 10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1", "A2", "A6" } },
	{ 20, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "B1", "B6" } },
	{ 30, NXF_SINGLE_IP, 0, { "S1" } },
	{ 70, NXF_LBACK_ALLOW, 0, { "L1" } },
};

static const char *const targets[] = { "A1", "A2", "B1", "S1", "L1", "LO", "H1" };

/* Counts of what worked; shared. */
static struct counts { long ready, rounds, accepted, wrong, ended; } *counts;

static unsigned int seed;

static unsigned int rnd(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static int tcp(const char *from, int port)
{
	struct lab_addr a = lab_addr(from, port);
	int one = 1, fd = socket(a.ss.ss_family,
				 SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (rnd(2))
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (bind(fd, (void *)&a.ss, a.len) || listen(fd, 4)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The service greets with the id of its context. */
static void serve(int fd, unsigned char id)
{
	int new = accept(fd, NULL, NULL);

	if (new < 0)
		return;
	__atomic_add_fetch(&counts->accepted, 1, __ATOMIC_RELAXED);
	send(new, &id, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(new);
}

/* Is an answer from the loopback that of somebody else? */
static void visit(const char *name, unsigned char id)
{
	struct lab_addr to = lab_addr(name, PORT + rnd(3));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	unsigned char from = id;

	if (fd < 0)
		return;
	connect(fd, (void *)&to.ss, to.len);
	lab_ready(fd, 1);
	if (recv(fd, &from, 1, MSG_DONTWAIT) == 1 && !strcmp(name, "LO") &&
	    id > 1 && id != 70 && from != id)
		__atomic_add_fetch(&counts->wrong, 1, __ATOMIC_RELAXED);
	close(fd);
}

static void datagrams(void)
{
	struct lab_addr any = lab_addr(rnd(2) ? "ANY" : "ANY6", PORT + rnd(3));
	struct lab_addr to = lab_addr(targets[rnd(ARRAY_SIZE(targets))],
				      PORT + rnd(3));
	int fd = socket(any.ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int out = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char c;

	if (fd >= 0)
		bind(fd, (void *)&any.ss, any.len);
	if (out >= 0) {
		sendto(out, "x", 1, 0, (void *)&to.ss, to.len);
		connect(out, (void *)&to.ss, to.len);
		send(out, "y", 1, 0);
		close(out);
	}
	if (fd >= 0) {
		recv(fd, &c, 1, 0);
		close(fd);
	}
}

static void work(unsigned char id, const struct timespec *end)
{
	struct timespec now;
	int fd[3] = { -1, -1, -1 };

	do {
		unsigned int i = rnd(3);

		if (fd[i] >= 0 && !rnd(4)) {
			close(fd[i]);
			fd[i] = -1;
		} else if (fd[i] < 0) {
			fd[i] = tcp(rnd(3) ? "ANY" : "ANY6", PORT + i);
		} else {
			serve(fd[i], id);
		}
		visit(targets[rnd(ARRAY_SIZE(targets))], id);
		datagrams();
		__atomic_add_fetch(&counts->rounds, 1, __ATOMIC_RELAXED);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end->tv_sec);
}

/* Takes addresses away and gives them back. */
static void change(const struct timespec *end)
{
	struct timespec now;

	do {
		uint32_t nid = contexts[rnd(2)].nid;
		struct lab_addr a = lab_addr(nid == 10 ? "A2" : "B1", 0);
		struct vcmd_net_addr_ipv4 v4 = {
			.type = NXA_TYPE_ADDR, .mask = htonl(0xffffff00),
			.ip = ((struct sockaddr_in *)&a.ss)->sin_addr.s_addr,
		};

		vs_native(VCMD_net_remove_ipv4, nid, &v4);
		usleep(rnd(2000));
		vs_native(VCMD_net_add_ipv4, nid, &v4);
		usleep(rnd(2000));
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end->tv_sec);
}

/* Contexts that live for a moment, and leave sockets behind. */
static void short_lives(const struct timespec *end)
{
	static const struct lab_context brief = {
		80, NXF_LBACK_REMAP, 0, { "M1" },
	};
	struct timespec now;

	do {
		pid_t pid = fork();

		if (!pid) {
			if (vs_net_create(brief.nid, NXF_INIT_SET) > 0) {
				vs_net_add4(brief.nid, NXA_TYPE_ADDR,
					    inet_addr("192.0.2.81"), 0, 0);
				tcp("ANY", PORT + rnd(3));
				visit("A1", 0);
				datagrams();
			}
			_exit(0);
		}
		reap(pid);
		counts->ended++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end->tv_sec);
}

/* Network contexts, also those that only sockets hold. */
static int in_memory(void)
{
	int n = -1;

	sscanf(slurp("/proc/virtnet/status"), "#CTotal:\t%d", &n);
	return n;
}

static void test_storm(void)
{
	const int before = in_memory();
	struct timespec end;
	int i, n = 0, w;

	counts = puppet_shared(sizeof(*counts));
	lab_network();
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += SECONDS * (ktap_slowness() > 1 ? 4 : 1);
	for (i = 0; i <= CONTEXTS; i++, n++) {
		if (must(fork()))
			continue;
		if (i < CONTEXTS)
			must(lab_enter((long)&contexts[i], 0, 0));
		__atomic_add_fetch(&counts->ready, 1, __ATOMIC_SEQ_CST);
		for (w = 1; w < WORKERS; w++)
			if (!fork())
				break;
		seed = i * 16 + w;
		work(i < CONTEXTS ? contexts[i].nid : 1, &end);
		while (waitpid(-1, NULL, 0) > 0)
			;
		_exit(0);
	}
	must(eventually(__atomic_load_n(&counts->ready, __ATOMIC_SEQ_CST) ==
			CONTEXTS + 1) ? 0 : -1);
	for (i = 0; i < 2; i++, n++) {
		if (must(fork()))
			continue;
		seed = 100 + i;
		if (i)
			change(&end);
		else
			short_lives(&end);
		_exit(0);
	}
	while (n--) {
		int status = -1;

		waitpid(-1, &status, 0);
		is(status, 0, "a process ended well");
	}
	diag("%ld rounds, %ld connections, %ld contexts ended", counts->rounds,
	     counts->accepted, counts->ended);
	ok(counts->rounds > 50 && counts->accepted > 10, "there was a storm");
	is(counts->wrong, 0, "answers from the loopback of others");
	ok(eventually(in_memory() <= before), "no context is left in memory: %s",
	   slurp("/proc/virtnet/status"));
}

int main(void)
{
	ktap_run_limit("storm", test_storm, 30);
	return ktap_exit();
}
