// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows W19, W22 to W25 and X1 of the attack tables: what a process in
 * a network context, or a guest without one, learns of sockets of others, and
 * names that it could take for itself.
 */
#include "attack.h"
#include "../vm/netlab.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/un.h>

#define PORT	5400

static struct puppet a, h;
static struct lab_op *op;

static const struct lab_context context_a = {
	10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1", "A6" },
};

static void world(void)
{
	op = puppet_shared(sizeof(*op));
	lab_network();
	h = puppet_host();
	if (vanilla())
		a = puppet_start(attack_chroot, 0, 0, 0);
	else
		a = puppet_start(lab_enter, (long)&context_a, 0, 0);
}

static long opens(struct puppet *p, const char *proto, const char *addr)
{
	memset(op, 0, sizeof(*op));
	strcpy(op->proto, proto);
	op->from = lab_addr(addr, PORT);
	return must(ask(p, do_listen, op));
}

/* Is there a line with TEXT in the caller's own file of /proc/net? */
static long do_grep(long file, long text, long z)
{
	char path[64];
	char *s;

	(void)z;
	snprintf(path, sizeof(path), "/proc/self/net/%s", (char *)file);
	s = slurp("%s", path);
	return s && strstr(s, (char *)text);
}

/* A dump of sock_diag: is there a socket with the port? */
static long do_dump(long family, long protocol, long z)
{
	struct {
		struct nlmsghdr h;
		struct inet_diag_req_v2 r;
	} req = {
		.h = { sizeof(req), SOCK_DIAG_BY_FAMILY,
		       NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.r = { .sdiag_family = family, .sdiag_protocol = protocol,
		       .idiag_states = -1 },
	};
	static char buf[65536] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	bool found = false, done = false;

	(void)z;
	if (fd < 0 || send(fd, &req, sizeof(req), 0) < 0)
		return lab_close(fd);
	while (!done) {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);
		int len = n;
		struct nlmsghdr *m = (void *)buf;

		if (n <= 0)
			break;
		for (; NLMSG_OK(m, (unsigned int)len); m = NLMSG_NEXT(m, len)) {
			struct inet_diag_msg *d = NLMSG_DATA(m);

			if (m->nlmsg_type == NLMSG_DONE ||
			    m->nlmsg_type == NLMSG_ERROR)
				done = true;
			else if (ntohs(d->id.idiag_sport) == PORT)
				found = true;
		}
	}
	close(fd);
	return found;
}

/* An exact request; the errno of the answer. */
static long do_exact(long protocol, long addr, long z)
{
	struct {
		struct nlmsghdr h;
		struct inet_diag_req_v2 r;
	} req = {
		.h = { sizeof(req), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0 },
		.r = {
			.sdiag_family = AF_INET, .sdiag_protocol = protocol,
			.idiag_states = -1,
			.id = {
				.idiag_sport = htons(PORT),
				.idiag_src = { addr },
				.idiag_cookie = { -1, -1 },
			},
		},
	};
	static char buf[8192] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	struct nlmsghdr *m = (void *)buf;
	struct nlmsgerr *e;

	(void)z;
	if (protocol == IPPROTO_UDP) {	/* swapped, for historical reasons */
		req.r.id.idiag_dst[0] = addr;
		req.r.id.idiag_dport = htons(PORT);
		req.r.id.idiag_src[0] = req.r.id.idiag_sport = 0;
	}
	if (fd < 0 || send(fd, &req, sizeof(req), 0) < 0 ||
	    recv(fd, buf, sizeof(buf), 0) <= 0)
		return lab_close(fd);
	close(fd);
	e = NLMSG_DATA(m);
	errno = m->nlmsg_type == NLMSG_ERROR ? -e->error : 0;
	return errno ? -1 : 0;
}

static socklen_t abstract(struct sockaddr_un *un, const char *name)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path + 1, name);
	return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
}

static long do_name(long name, long y, long z)
{
	struct sockaddr_un un;
	socklen_t len = abstract(&un, (char *)name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)y, (void)z;
	if (bind(fd, (void *)&un, len) || listen(fd, 1))
		return lab_close(fd);
	return fd;
}

static void w19_lists(void)
{
	const char port[] = ":1518 ";		/* PORT */

	world();
	opens(&h, "tcp", "H1");
	opens(&h, "udp", "H1");
	opens(&h, "raw", "H1");
	defends(ask(&a, do_grep, "tcp", port) == 0, "W23 tcp");
	defends(ask(&a, do_grep, "udp", port) == 0, "W23 udp");
	defends(ask(&a, do_grep, "raw", "010200C0:0001") == 0, "W23 raw");
	must(ask(&h, do_name, "listed"));
	defends(ask(&a, do_grep, "unix", "@listed") == 0, "W23 unix");
	if (access("/proc/sys/net/core", F_OK) == 0 &&
	    ask(&h, do_dump, AF_INET, IPPROTO_TCP) == 1) {
		defends(ask(&a, do_dump, AF_INET, IPPROTO_TCP) == 0,
			"W19 dump, tcp");
		defends(ask(&a, do_dump, AF_INET, IPPROTO_UDP) == 0,
			"W19 dump, udp");
		attack(ask(&a, do_exact, IPPROTO_TCP,
			   inet_addr("192.0.2.1")), ENOENT, "W19 exact, tcp");
		attack(ask(&a, do_exact, IPPROTO_UDP,
			   inet_addr("192.0.2.1")), ENOENT, "W19 exact, udp");
	} else {
		skip("no sock_diag", "W19");
	}
	opens(&a, "tcp", "A1");
	opens(&a, "udp", "A1");
	is(ask(&a, do_grep, "tcp", port), 1, "its own: tcp");
	is(ask(&a, do_grep, "udp", port), 1, "its own: udp");
	is(ask(&h, do_grep, "tcp", "0A0200C0:1518"), 1,
	   "the host sees it");
}

static long do_reach(long name, long type, long z)
{
	struct sockaddr_un un;
	socklen_t len = abstract(&un, (char *)name);
	int fd = socket(AF_UNIX, type, 0);
	long ret = connect(fd, (void *)&un, len);

	(void)z;
	lab_close(fd);
	return ret;
}

static void w24_names(void)
{
	world();
	must(ask(&h, do_name, "daemon"));
	attack(ask(&a, do_reach, "daemon", SOCK_STREAM), ECONNREFUSED,
	       "W24 a daemon of the host");
	is(ask(&h, do_reach, "daemon", SOCK_STREAM), 0, "the host reaches it");
	/* the guest's name is neither in the way nor a trap */
	if (vanilla()) {
		ok_errno(ask(&a, do_name, "daemon"), EADDRINUSE, "W25 taken");
		return;
	}
	ok_call(ask(&a, do_name, "daemon"), "W25 the same name");
	is(ask(&a, do_reach, "daemon", SOCK_STREAM), 0, "and reaches it");
	must(ask(&a, do_name, "trap"));
	ok_errno(ask(&h, do_reach, "trap", SOCK_STREAM), ECONNREFUSED,
		 "W25 the host is not trapped");
}

/* One message to rtnetlink; the errno of the answer. */
static long do_route(long type, long y, long z)
{
	struct { struct nlmsghdr h; struct ifinfomsg i; } req = {
		.h = { sizeof(req), type, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.i.ifi_index = 1,
	};
	static char buf[8192] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct nlmsghdr *m = (void *)buf;
	struct nlmsgerr *e = NLMSG_DATA(m);

	(void)y, (void)z;
	if (fd < 0 || send(fd, &req, sizeof(req), 0) < 0 ||
	    recv(fd, buf, sizeof(buf), 0) <= 0)
		return lab_close(fd);
	close(fd);
	errno = m->nlmsg_type == NLMSG_ERROR ? -e->error : 0;
	return errno ? -1 : 0;
}

static long do_socket(long family, long type, long protocol)
{
	int fd = socket(family, type, protocol);

	if (fd >= 0)
		close(fd);
	return fd;
}

/* All capabilities that a context can have, and no network context. */
static void x1_without(void)
{
	struct puppet g;

	attack_caps = WIDE_CAPS | CAP(NET_ADMIN);
	op = puppet_shared(sizeof(*op));
	g = attack_guest(XID_A);
	attack(ask(&g, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT),
	       EPROTONOSUPPORT, "X1 NETLINK_AUDIT");
	attack(ask(&g, do_socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC),
	       EPROTONOSUPPORT, "X1 NETLINK_GENERIC");
	attack(ask(&g, do_socket, AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT,
	       "X1 AF_ALG");
	attack(ask(&g, do_socket, AF_PACKET, SOCK_RAW, 0), EPERM,
	       "X1 AF_PACKET");
	attack(ask(&g, do_route, RTM_SETLINK), EPERM, "X1 change of a device");
	is(ask(&g, do_route, RTM_GETLINK), 0, "questions are answered");
	ok_call(ask(&g, do_socket, AF_INET, SOCK_STREAM, 0), "AF_INET");
}

int main(void)
{
	ktap_run("lists", w19_lists);
	ktap_run("names", w24_names);
	attack_run("without", x1_without);
	return ktap_exit();
}
