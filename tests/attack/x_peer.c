// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row X31 of the attack tables: a daemon with a socket in a directory
 * that is shared with a guest asks who its peer is, and obeys root.
 */
#include "attack.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <grp.h>

#define DAEMON		"/tmp/peer-daemon"
#define LOG		"/tmp/peer-log"
#define OVERFLOW	65534

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path, path);
	return a;
}

static int served(int type, const char *path)
{
	struct sockaddr_un a = address(path);
	int fd = must(socket(AF_UNIX, type | SOCK_CLOEXEC, 0)), on = 1;

	unlink(path);
	must(bind(fd, (void *)&a, sizeof(a)));
	must(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	if (type != SOCK_DGRAM)
		must(listen(fd, 5));
	return fd;
}

/* Connects; with LEAVE the client is gone before anybody looks. */
static long do_connect(long leave, long y, long z)
{
	struct sockaddr_un a = address(DAEMON);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)y, (void)z;
	if (fd < 0 || connect(fd, (void *)&a, sizeof(a)) ||
	    send(fd, "x", 1, 0) != 1)
		return -1;
	return leave ? close(fd) : fd;
}

static long do_child(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		_exit(do_connect(1, 0, 0) ? 1 : 0);
	return reap(pid) ? -1 : 0;
}

/* A datagram; EXPLICIT: with the credentials in it. */
static long do_log(long explicit, long y, long z)
{
	struct sockaddr_un a = address(LOG);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct ucred u = { .pid = getpid(), .uid = getuid(), .gid = getgid() };
	struct iovec io = { "x", 1 };
	union {
		struct cmsghdr h;
		char buf[CMSG_SPACE(sizeof(u))];
	} c = { .h = {
		.cmsg_len = CMSG_LEN(sizeof(u)), .cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_CREDENTIALS,
	} };
	struct msghdr m = {
		.msg_name = &a, .msg_namelen = sizeof(a),
		.msg_iov = &io, .msg_iovlen = 1,
	};
	long ret;

	(void)y, (void)z;
	if (explicit) {
		memcpy(CMSG_DATA(&c.h), &u, sizeof(u));
		m.msg_control = &c;
		m.msg_controllen = sizeof(c);
	}
	ret = sendmsg(fd, &m, 0);
	close(fd);
	return ret == 1 ? 0 : -1;
}

/* Whom the next message says it is from. */
static struct ucred sender(int fd)
{
	struct ucred u = { .uid = -2, .gid = -2 };
	char data, buf[CMSG_SPACE(sizeof(u))];
	struct iovec io = { &data, 1 };
	struct msghdr m = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = buf,
		.msg_controllen = sizeof(buf),
	};
	struct cmsghdr *c;

	must(recvmsg(fd, &m, 0));
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_CREDENTIALS)
		memcpy(&u, CMSG_DATA(c), sizeof(u));
	return u;
}

static struct ucred peer(int fd)
{
	struct ucred u = { .uid = -2, .gid = -2 };
	socklen_t len = sizeof(u);

	must(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &len));
	return u;
}

static int groups(int fd)
{
	gid_t list[64];
	socklen_t len = sizeof(list);

	must(getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &len));
	return len / sizeof(*list);
}

static long do_groups(long x, long y, long z)
{
	gid_t list[] = { 0, 4, 27 };

	(void)x, (void)y, (void)z;
	return setgroups(3, list);
}

static bool hidden(struct ucred u)
{
	return u.uid == OVERFLOW && u.gid == OVERFLOW && !u.pid;
}

/* The next client of DAEMON. */
static int client(int fd)
{
	return must(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

static void x31(void)
{
	int fd = served(SOCK_STREAM, DAEMON), s;
	struct puppet a = attack_guest(XID_A);
	struct ucred u;

	must(ask(&a, do_groups));
	must(ask(&a, do_connect));
	s = client(fd);
	u = peer(s);
	defends(hidden(u), "X31 SO_PEERCRED: %d %d %d", u.pid, u.uid, u.gid);
	u = sender(s);
	defends(hidden(u), "X31 SCM_CREDENTIALS: %d %d %d", u.pid, u.uid,
		u.gid);
	defends(!groups(s), "X31 SO_PEERGROUPS");
	close(s);

	/* of one who is gone nobody can say any more where he was */
	must(ask(&a, do_child));
	s = client(fd);
	u = peer(s);
	defends(u.uid == OVERFLOW, "X31 a dead peer: %d", u.uid);
	u = sender(s);
	defends(u.uid == OVERFLOW, "X31 of a dead sender: %d", u.uid);
	close(s);

	/* the host's own are what they are, dead or alive */
	must(do_child(0, 0, 0));
	s = client(fd);
	is(peer(s).uid, 0, "the host's own dead peer");
	is(sender(s).uid, 0, "message of the host's own");
	close(s);
	close(fd);
}

static void datagrams(void)
{
	int fd = served(SOCK_DGRAM, LOG);
	struct puppet a = attack_guest(XID_A);

	must(ask(&a, do_log, 0));
	defends(hidden(sender(fd)), "X31 datagram");
	must(ask(&a, do_log, 1));
	defends(hidden(sender(fd)), "X31 datagram with credentials");
	must(do_log(0, 0, 0));
	is(sender(fd).uid, 0, "the host's own");
	if (vanilla())
		return;
	a = puppet_guest(XID_B, VXF_PEER_UID, GUEST_CAPS);
	must(ask(&a, do_log, 0));
	is(sender(fd).uid, 0, "with the flag");
	close(fd);
}

static int own = -1;

static long do_serve(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	own = served(SOCK_STREAM, DAEMON);
	return 0;
}

static long do_accept(long x, long y, long z)
{
	int s = client(own);
	uid_t first = peer(s).uid, second = sender(s).uid;

	(void)x, (void)y, (void)z;
	close(s);
	return first == second ? (long)first : -1;
}

/* Inside of a guest root is root, and so is the host's for it. */
static void inside(void)
{
	struct puppet a = attack_guest(XID_A), member, b;

	member = attack_member(XID_A);
	must(ask(&a, do_serve));
	must(ask(&member, do_connect));
	is(ask(&a, do_accept), 0, "its own root");
	must(do_connect(0, 0, 0));
	is(ask(&a, do_accept), 0, "root of the host");
	b = attack_guest(XID_B);
	must(ask(&b, do_connect));
	defends(ask(&a, do_accept) == OVERFLOW, "X31 root of another guest");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("X31", x31);
	attack_run("X31 datagrams", datagrams);
	attack_run("X31 inside", inside);
	return ktap_exit();
}
