// SPDX-License-Identifier: GPL-2.0
/*
 * The console of a guest whose init is process 1: a terminal of the guest
 * itself, mounted on its /dev/console.  The other end goes to the logger.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER	_IO('T', 0x41)
#endif
#ifndef TIOCSPTLCK
#define TIOCSPTLCK	_IOW('T', 0x31, int)
#endif
#ifndef TIOCGPTN
#define TIOCGPTN	_IOR('T', 0x30, unsigned int)
#endif

/* A new terminal of the guest; the path may lead to anything. */
static int open_master(int root)
{
	int fd = root_openat(root, "/dev/pts/ptmx", O_RDWR), unlock = 0;
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(5, 2) && !ioctl(fd, TIOCSPTLCK, &unlock))
		return fd;
	close(fd);
	return -1;
}

/* What the terminal is mounted on; a file that is made if there is none. */
static int open_target(int root)
{
	int fd = root_openat(root, "/dev/console", O_PATH);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = root_openat(root, "/dev/console", O_WRONLY | O_CREAT | O_EXCL);
	if (fd < 0)
		return -1;
	close(fd);
	return root_openat(root, "/dev/console", O_PATH);
}

static bool mount_slave(int root, int master)
{
	char path[64];
	unsigned int n;
	int slave, tree, target;
	bool good;

	if (ioctl(master, TIOCGPTN, &n))
		return false;
	snprintf(path, sizeof(path), "/dev/pts/%u", n);
	slave = root_openat(root, path, O_PATH);
	tree = open_tree(slave, "", AT_EMPTY_PATH | OPEN_TREE_CLONE |
			 OPEN_TREE_CLOEXEC);
	target = open_target(root);
	good = !move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH |
			   MOVE_MOUNT_T_EMPTY_PATH);
	close(slave);
	close(tree);
	close(target);
	return good;
}

int console_make(void)
{
	int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), master, slave;

	master = open_master(root);
	/* Whoever opens it first is who it belongs to. */
	slave = master < 0 ? -1 :
		ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || !mount_slave(root, master)) {
		close(master);
		master = -1;
	}
	close(slave);
	close(root);
	return master;
}

bool fds_send(int sock, const void *data, size_t size, const int *fds,
	      size_t n)
{
	union {
		char		buf[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr	align;
	} control = { .buf = "" };
	struct iovec iov = {
		.iov_base = (void *)(uintptr_t)data, .iov_len = size,
	};
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n) {
		struct cmsghdr *c;

		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == (ssize_t)size;
}

bool fds_receive(int sock, void *data, size_t size, int *fds)
{
	union {
		char		buf[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr	align;
	} control;
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *c;
	ssize_t len;

	for (size_t i = 0; i < FDS_MAX; i++)
		fds[i] = -1;
	do
		len = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	if (len != (ssize_t)size)
		return false;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return true;
}
