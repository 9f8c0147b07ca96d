// SPDX-License-Identifier: GPL-2.0
/*
 * The pseudo terminal of a guest: both processes' beginnings.
 */
#include "vlogin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prog.h"
#include "vlogin-proxy.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER	_IO('T', 0x41)
#endif
#ifndef TIOCSPTLCK
#define TIOCSPTLCK	_IOW('T', 0x31, int)
#endif

/* Send one byte, and a descriptor unless it is -1. */
static int send_fd(int sock, int fd)
{
	union {
		char		buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr	align;
	} control = { .buf = "" };
	struct iovec iov = { .iov_base = (char[]){ 'm' }, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.buf;
		msg.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Returns 0 when the peer has gone; *@fd is -1 when none was sent. */
static int receive_fd(int sock, int *fd)
{
	union {
		char		buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr	align;
	} control;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return 0;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	return 1;
}

/*
 * Open a multiplexer.  Below a guest's root the path may lead to anything,
 * so look at what it was before using it.
 */
static int open_master(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	int unlock = 0;
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(5, 2) && !ioctl(fd, TIOCSPTLCK, &unlock))
		return fd;
	close(fd);
	return -1;
}

static int open_slave(int master)
{
	return ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* Wait for the child's choice of a terminal, then do the proxy's work. */
static void __attribute__((__noreturn__)) be_proxy(pid_t child, int sock,
						   int host_master)
{
	int master, status;

	if (!receive_fd(sock, &master)) {
		/* It failed before and has said why. */
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_OWN);
	}
	close(sock);
	if (master < 0)
		master = host_master;
	else
		close(host_master);
	_exit(vlogin_proxy(child, master));
}

void vlogin_split(int fds[2])
{
	int socks[2], host_master, host_slave;
	pid_t child;

	fds[0] = fds[1] = -1;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return;
	prog_flush();
	host_master = open_master("/dev/ptmx");
	host_slave = host_master < 0 ? -1 : open_slave(host_master);
	if (host_slave < 0)
		die_call("open", "/dev/ptmx");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socks))
		die_call("socketpair", NULL);
	child = fork();
	if (child < 0)
		die_call("fork", NULL);
	if (child) {
		close(socks[1]);
		close(host_slave);
		prctl(PR_SET_NAME, (unsigned long)"login", 0, 0, 0);
		be_proxy(child, socks[0], host_master);
	}
	close(socks[0]);
	close(host_master);
	fds[0] = socks[1];
	/* For guests without terminals of their own. */
	fds[1] = host_slave;
}

void vlogin_attach(const int fds[2])
{
	int sock = fds[0], host_slave = fds[1];
	int master = open_master("/dev/pts/ptmx");
	int slave = -1;

	if (master < 0)
		master = open_master("/dev/ptmx");
	if (master >= 0)
		slave = open_slave(master);
	if (slave < 0) {
		if (master >= 0)
			close(master);
		master = -1;
		slave = host_slave;
	}
	if (send_fd(sock, master))
		die_call("sendmsg", NULL);
	close(sock);
	if (master >= 0)
		close(master);

	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) || dup2(slave, STDIN_FILENO) < 0 ||
	    dup2(slave, STDOUT_FILENO) < 0 || dup2(slave, STDERR_FILENO) < 0)
		die_call("ioctl", "TIOCSCTTY");
	if (slave > STDERR_FILENO)
		close(slave);
	if (host_slave > STDERR_FILENO && host_slave != slave)
		close(host_slave);
}
