// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows P10, P12, P27, P28, X41, F08 and F17 of the attack tables:
 * numbers of strangers, and handles to them, that come with sockets, pidfds,
 * locks and counters.
 */
#include "attack.h"

#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/un.h>

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD	76
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD	77
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD	0x04
#endif

static struct puppet h, a, a2, b;
static char *text;

static void start(void)
{
	puppet_channel();
	text = puppet_shared(65536);
	h = puppet_host();
	a = attack_guest(XID_A);
	a2 = attack_member(XID_A);
	b = attack_guest(XID_B);
}

static long do_read(long path, long y, long z)
{
	char *s = slurp("%s", (char *)path);

	(void)y, (void)z;
	if (!s)
		return -1;
	snprintf(text, 60000, "%s", s);
	return 0;
}

KTAP_PRINTF(2, 3)
static const char *read_by(struct puppet *p, const char *format, ...)
{
	char *path = text + 60000;
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, 256, format, ap);
	va_end(ap);
	return ask(p, do_read, path) ? errname(errno) : text;
}

/* --- pidfds --- */

static long do_pidfd(long pid, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_pidfd_open, pid, 0);
}

static long do_ioctl(long fd, long request, long z)
{
	int ret = ioctl(fd, request, 0);

	(void)z;
	if (ret > 2)
		close(ret);
	return ret;
}

static int pass(struct puppet *from, int fd, struct puppet *to)
{
	must(ask(from, do_send_fd, fd));
	return must(ask(to, do_receive_fd));
}

static const char *fdinfo_pid(struct puppet *p, int fd)
{
	const char *s = read_by(p, "/proc/self/fdinfo/%d", fd);
	static char line[32];

	s = strstr(s, "\nPid:\t");
	snprintf(line, sizeof(line), "%.*s", s ? (int)strcspn(s + 6, "\n") : 0,
		 s ? s + 6 : "");
	return line;
}

/* PIDFD_GET_*_NAMESPACE, from cgroup on */
#define GET_NAMESPACE(n)	_IO(0xFF, n)

static void p10(void)
{
	char number[16];
	int fd, own, n;

	start();
	fd = pass(&h, must(ask(&h, do_pidfd, h.pid)), &a);
	for (n = 1; n <= 10; n++) {
		if (ask(&h, do_ioctl, must(ask(&h, do_pidfd, h.pid)),
			GET_NAMESPACE(n)) < 0)
			continue;	/* none of this kind here */
		attack(ask(&a, do_ioctl, fd, GET_NAMESPACE(n)), EPERM,
		       "P10 namespace %d", n);
	}
	snprintf(number, sizeof(number), "%d", h.pid);
	defends(strcmp(fdinfo_pid(&a, fd), number), "P12 fdinfo");
	defends(strstr(text, number) == NULL, "P12 nowhere in it");
	own = must(ask(&a, do_pidfd, a2.pid));
	snprintf(number, sizeof(number), "%d", a2.pid);
	is_str(fdinfo_pid(&a, own), number, "P12 the own fellow");
}

/* --- sockets --- */

static int pair[2];

static long do_pass_all(long fd, long y, long z)
{
	int one = 1;

	(void)y, (void)z;
	setsockopt(fd, SOL_SOCKET, SO_PASSPIDFD, &one, sizeof(one));
	return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
}

/* Sends a byte, with credentials that name a process, if one is given. */
static long do_send(long fd, long pid, long z)
{
	union { char buf[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr c; } u;
	struct iovec iov = { .iov_base = (char[]){ 'x' }, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct ucred c = { .pid = pid };

	(void)z;
	if (pid) {
		memset(&u, 0, sizeof(u));
		u.c.cmsg_level = SOL_SOCKET;
		u.c.cmsg_type = SCM_CREDENTIALS;
		u.c.cmsg_len = CMSG_LEN(sizeof(c));
		memcpy(CMSG_DATA(&u.c), &c, sizeof(c));
		m.msg_control = u.buf;
		m.msg_controllen = sizeof(u.buf);
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

static int *got_pidfd;

/* The process number that comes with a byte. */
static long do_receive(long fd, long y, long z)
{
	union { char buf[256]; struct cmsghdr c; } u;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.buf, .msg_controllen = sizeof(u.buf),
	};
	struct ucred cred = { .pid = -2 };
	struct cmsghdr *c;

	(void)y, (void)z;
	*got_pidfd = -1;
	if (recvmsg(fd, &m, MSG_DONTWAIT) != 1)
		return -1;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_type == SCM_CREDENTIALS)
			memcpy(&cred, CMSG_DATA(c), sizeof(cred));
		if (c->cmsg_type == SCM_PIDFD)
			memcpy(got_pidfd, CMSG_DATA(c), sizeof(int));
	}
	return cred.pid;
}

static long do_peercred(long fd, long y, long z)
{
	struct ucred c = { .pid = -2 };
	socklen_t len = sizeof(c);

	(void)y, (void)z;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) ? -1 : c.pid;
}

static long do_peerpidfd(long fd, long y, long z)
{
	int pidfd = -1;
	socklen_t len = sizeof(pidfd);

	(void)y, (void)z;
	return getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) ? -1 :
		pidfd;
}

static long do_pair(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	    do_pass_all(pair[0], 0, 0))
		return -1;
	return do_send_fd(pair[1], 0, 0) < 0 ? -1 : pair[0];
}

static void p28(void)
{
	int from, to;

	got_pidfd = puppet_shared(sizeof(int));
	start();
	from = must(ask(&h, do_pair));
	to = must(ask(&a, do_receive_fd));
	must(ask(&a, do_pass_all, to));
	defends(ask(&a, do_peercred, to) == 0, "P28 SO_PEERCRED");
	attack(ask(&a, do_peerpidfd, to), ESRCH, "X41 SO_PEERPIDFD");
	is(ask(&h, do_peercred, from), h.pid, "P28 the host made both ends");
	must(ask(&h, do_send, from, 0));
	defends(ask(&a, do_receive, to) == 0, "P28 SCM_CREDENTIALS");
	defends(*got_pidfd < 0, "X41 SCM_PIDFD");

	/* forged ones, and those of a guest for the host */
	attack(ask(&a, do_send, to, h.pid), EPERM, "P27 the host's number");
	if (vanilla())
		must(ask(&h, do_receive, from));
	attack(ask(&a, do_send, to, b.pid), EPERM, "P27 B's number");
	if (vanilla())
		must(ask(&h, do_receive, from));
	is(ask(&a, do_send, to, a.pid), 1, "P27 its own");
	defends(ask(&h, do_receive, from) == 0, "P28 a guest's, for the host");

	from = must(ask(&a2, do_pair));
	to = must(ask(&a, do_receive_fd));
	is(ask(&a, do_peercred, to), a2.pid, "P28 its fellow");
	ok(ask(&a, do_peerpidfd, to) > 2, "X41 its fellow");
}

/* --- locks --- */

static long do_lock(long fd, long kind, long type)
{
	struct flock l = { .l_type = type };

	if (kind == 'f')
		return flock(fd, LOCK_EX | LOCK_NB);
	return fcntl(fd, kind == 'o' ? F_OFD_SETLK : F_SETLK, &l);
}

static long do_open(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return open("/tmp/locked", O_RDWR | O_CREAT, 0600);
}

static long do_owner(long fd, long request, long z)
{
	struct flock l = { .l_type = F_WRLCK };

	(void)z;
	if (fcntl(fd, request, &l))
		return -1;
	return l.l_type == F_UNLCK ? -2 : l.l_pid;
}

static const char *inode(void)
{
	static char s[32];
	struct stat st;

	must(stat("/tmp/locked", &st));
	snprintf(s, sizeof(s), ":%llu ", (unsigned long long)st.st_ino);
	return s;
}

static void f08(void)
{
	static const char kinds[] = "pof";
	const char *where;
	int i, hf, af, a2f;

	start();
	hf = must(ask(&h, do_open));
	af = must(ask(&a, do_open));
	a2f = must(ask(&a2, do_open));
	where = inode();
	must(ask(&h, do_lock, hf, 'p', F_WRLCK));
	defends(ask(&a, do_owner, af, F_GETLK) == 0, "F08 F_GETLK");
	defends(ask(&a, do_owner, af, F_OFD_GETLK) == 0, "X42 F_OFD_GETLK");
	is(do_owner(must(do_open(0, 0, 0)), F_GETLK, 0), h.pid, "F08 host");
	must(ask(&h, do_lock, hf, 'p', F_UNLCK));

	for (i = 0; kinds[i]; i++) {
		int fd;

		must(ask(&h, do_lock, hf, kinds[i], F_WRLCK));
		defends(!strstr(read_by(&a, "/proc/locks"), where),
			"F08 no line for a lock of the host (%c)", kinds[i]);
		ok(strstr(read_by(&h, "/proc/locks"), where), "F08 on the host");
		ask(&h, do_lock, hf, kinds[i] == 'p' ? 'p' : 'o', F_UNLCK);
		if (kinds[i] == 'f')
			break;
		must(ask(&a, do_lock, af, kinds[i], F_WRLCK));
		ok(strstr(read_by(&a2, "/proc/locks"), where),
		   "F08 a line for one of its fellow (%c)", kinds[i]);
		defends(!strstr(slurp("/proc/locks"), where),
			"F08 not for the host");
		fd = must(do_open(0, 0, 0));
		if (kinds[i] == 'p')
			defends(do_owner(fd, F_GETLK, 0) == 0,
				"F08 the host asks");
		close(fd);
		must(ask(&a, do_lock, af, kinds[i], F_UNLCK));
	}
	is(ask(&a2, do_owner, a2f, F_GETLK), -2, "F08 flock is no other lock");
}

/* --- numbers of all processes --- */

static long do_count(long what, long y, long z)
{
	struct sysinfo si;
	struct stat st;
	char *s;

	(void)y, (void)z;
	switch (what) {
	case 0:
		return stat("/proc", &st) ? -1 : (long)st.st_nlink;
	case 1:
		return sysinfo(&si) ? -1 : si.procs;
	case 2:
		s = strchr(slurp("/proc/loadavg"), '/');
		return s ? atol(s + 1) : -1;
	case 3:
		s = slurp("/proc/loadavg");
		s = s ? strrchr(s, ' ') : NULL;
		return s ? atol(s + 1) : -1;
	case 4:
		s = strchr(slurp("/proc/loadavg"), '/');
		while (*s != ' ')
			s--;
		return atol(s + 1);
	}
	return -1;
}

/* What a guest sees while the host makes and ends processes. */
static void f17(void)
{
	long before[3], top, i, n;
	pid_t pids[40];

	start();
	for (i = 0; i < 3; i++)
		before[i] = ask(&a, do_count, i);
	top = ask(&a, do_count, 3);
	for (n = 0; n < 40; n++) {
		pids[n] = must(fork());
		if (!pids[n])
			for (;;)
				pause();
	}
	for (i = 0; i < 3; i++) {
		n = ask(&a, do_count, i);
		if (vanilla())	/* others come and go, too */
			ok(n >= before[i] + 20, "F17 %ld counts all", i);
		else
			is(n, before[i], "F17 %ld counts the own only", i);
	}
	defends(ask(&a, do_count, 3) == top, "F17 the last number is no clock");
	defends(ask(&a, do_count, 1) == 2, "F17 two processes");
	defends(ask(&a, do_count, 2) == 2, "F17 two processes in loadavg");
	ok(ask(&a, do_count, 4) >= 1, "F17 one of them is running");
	for (n = 0; n < 40; n++) {
		kill(pids[n], SIGKILL);
		reap(pids[n]);
	}
}

int main(void)
{
	attack_run("P10", p10);
	attack_run("P28", p28);
	attack_run("F08", f08);
	attack_run("F17", f17);
	return ktap_exit();
}
