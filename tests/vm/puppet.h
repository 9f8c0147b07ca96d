/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns puppets: processes of the host, of a guest or of the spectator that
 * call the functions they are told to and hand back result and errno.
 *
 *	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
 *
 *	ok_errno(ask(&a, do_kill, victim, SIGKILL), ESRCH, "not found");
 *
 * A puppet ends when its master does, or when it is killed: then ask() fails
 * with ENOLINK. Memory from puppet_shared() is the same for all.
 */
#ifndef PUPPET_H
#define PUPPET_H

#include "vs.h"

#include <sys/socket.h>

typedef long puppet_fn(long a, long b, long c);

struct puppet {
	pid_t pid;
	int fd;
};

struct puppet_order {
	puppet_fn *fn;
	long arg[3];
};

struct puppet_answer {
	long ret;
	int err;
};

/* Two ends of a channel for descriptors, shared by all puppets. */
static int puppet_pass[2] = { -1, -1 };

static inline void puppet_answer(int fd, long ret)
{
	struct puppet_answer a = { ret, errno };

	if (send(fd, &a, sizeof(a), MSG_NOSIGNAL) != sizeof(a))
		_exit(0);
}

/* The puppet's own end. */
static int puppet_fd = -1;

static inline __attribute__((noreturn)) void puppet_loop(int fd)
{
	struct puppet_order o;

	puppet_fd = fd;
	while (recv(fd, &o, sizeof(o), 0) == sizeof(o)) {
		errno = 0;
		puppet_answer(fd, o.fn(o.arg[0], o.arg[1], o.arg[2]));
	}
	_exit(0);
}

static inline long puppet_receive(const struct puppet *p)
{
	struct puppet_answer a;
	ssize_t n;

	do
		n = recv(p->fd, &a, sizeof(a), 0);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(a)) {
		errno = ENOLINK;
		return -1;
	}
	errno = a.err;
	return a.ret;
}

static inline long ask_3(const struct puppet *p, puppet_fn *fn, long a, long b,
			 long c)
{
	struct puppet_order o = { fn, { a, b, c } };

	if (send(p->fd, &o, sizeof(o), MSG_NOSIGNAL) != sizeof(o)) {
		errno = ENOLINK;
		return -1;
	}
	return puppet_receive(p);
}

#define ask_pick(p, fn, a, b, c, ...)	ask_3(p, fn, (long)(a), (long)(b), \
					      (long)(c))
/* ask(PUPPET, FUNCTION [, A [, B [, C]]]) */
#define ask(p, ...)			ask_pick(p, __VA_ARGS__, 0, 0, 0, 0)

/* Starts one; it first calls SETUP, which must not fail. */
static inline struct puppet puppet_start(puppet_fn *setup, long a, long b,
					 long c)
{
	struct puppet p;
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv));
	fflush(stdout);
	p.pid = must(fork());
	if (!p.pid) {
		close(sv[0]);
		puppet_answer(sv[1], setup ? setup(a, b, c) : 0);
		puppet_loop(sv[1]);
	}
	close(sv[1]);
	p.fd = sv[0];
	must(puppet_receive(&p));
	return p;
}

/*
 * As an order: go on in a fresh image of the program, as a member does that no
 * longer counts as entering. main() has to begin with puppet_main().
 */
KTAP_UNUSED static long do_exec(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	/* descriptors of the host above 2 do not survive */
	dup2(puppet_fd, 0);
	fcntl(0, F_SETFD, 0);
	return execl("/proc/self/exe", "puppet", "0", NULL);
}

KTAP_UNUSED static void puppet_main(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[0], "puppet"))
		return;
	puppet_answer(atoi(argv[1]), 0);
	puppet_loop(atoi(argv[1]));
}

struct puppet_context {
	uint32_t xid;
	uint64_t flags;
	uint64_t bcaps;
};

static inline long puppet_become(long arg, long b, long c)
{
	const struct puppet_context *ctx = (void *)arg;

	(void)b, (void)c;
	return vs_become(ctx->xid, ctx->flags, ctx->bcaps);
}

static inline long puppet_join(long xid, long flags, long c)
{
	(void)c;
	return vs_migrate(xid, flags);
}

KTAP_UNUSED static struct puppet puppet_host(void)
{
	return puppet_start(NULL, 0, 0, 0);
}

/* The first member of a new context whose setup is over. */
KTAP_UNUSED static struct puppet puppet_guest(uint32_t xid, uint64_t flags,
					      uint64_t bcaps)
{
	struct puppet_context ctx = { xid, flags, bcaps };

	return puppet_start(puppet_become, (long)&ctx, 0, 0);
}

/* One more member. */
KTAP_UNUSED static struct puppet puppet_member(uint32_t xid, uint64_t flags)
{
	return puppet_start(puppet_join, xid, flags, 0);
}

KTAP_UNUSED static struct puppet puppet_spectator(void)
{
	return puppet_start(puppet_join, VS_XID_SPECTATOR, 0, 0);
}

/* Ends one and waits for it. */
KTAP_UNUSED static void puppet_end(struct puppet *p)
{
	shutdown(p->fd, SHUT_RDWR);
	close(p->fd);
	reap(p->pid);
}

KTAP_UNUSED static void *puppet_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | VS_LOW, -1, 0);

	must(p == MAP_FAILED ? -1 : 0);
	return p;
}

/* Opens the channel for descriptors; before the puppets start. */
KTAP_UNUSED static void puppet_channel(void)
{
	must(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, puppet_pass));
}

/* As orders: send descriptor FD to the channel; receive one from it. */
KTAP_UNUSED static long do_send_fd(long fd, long b, long c)
{
	union { char buf[CMSG_SPACE(sizeof(int))]; struct cmsghdr h; } u;
	struct iovec iov = { .iov_base = (char[]){ 'f' }, .iov_len = 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.buf, .msg_controllen = sizeof(u.buf),
	};
	int value = fd;

	(void)b, (void)c;
	memset(&u, 0, sizeof(u));
	u.h.cmsg_level = SOL_SOCKET;
	u.h.cmsg_type = SCM_RIGHTS;
	u.h.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&u.h), &value, sizeof(value));
	return sendmsg(puppet_pass[0], &m, MSG_NOSIGNAL);
}

KTAP_UNUSED static long do_receive_fd(long a, long b, long c)
{
	union { char buf[CMSG_SPACE(sizeof(int))]; struct cmsghdr h; } u;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.buf, .msg_controllen = sizeof(u.buf),
	};
	int value = -1;

	(void)a, (void)b, (void)c;
	memset(&u, 0, sizeof(u));
	if (recvmsg(puppet_pass[1], &m, MSG_DONTWAIT) < 0)
		return -1;
	if (m.msg_flags & MSG_CTRUNC) {
		errno = EACCES;	/* the message arrived without it */
		return -1;
	}
	memcpy(&value, CMSG_DATA(&u.h), sizeof(value));
	return value;
}

#endif
