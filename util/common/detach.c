// SPDX-License-Identifier: GPL-2.0
/*
 * Going into the background.
 */
#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "closefd.h"
#include "prog.h"

/* An id that owns nothing. */
#define NOBODY		65534

/* Tells the parent how the child ended; a successful exec closes it. */
static int report_fd = -1;

static void report(int status)
{
	unsigned char byte = (unsigned char)status;
	ssize_t n = write(report_fd, &byte, 1);

	(void)n;
}

/* Go to a directory that does not exist any more. */
static int enter_nowhere(void)
{
	char run[] = "/run/vserver-XXXXXX", tmp[] = "/tmp/vserver-XXXXXX";
	char *path = mkdtemp(run);

	if (!path)
		path = mkdtemp(tmp);
	if (!path)
		return -1;
	if (chdir(path)) {
		rmdir(path);
		return -1;
	}
	return rmdir(path) || chroot(".") ? -1 : 0;
}

static int give_up(void)
{
	return enter_nowhere() || setgroups(0, NULL) || setgid(NOBODY) ||
	       setuid(NOBODY);
}

static void __attribute__((__noreturn__)) wait_for_child(int fd, bool jail)
{
	unsigned char status = 0;
	ssize_t n;

	if (jail) {
		/* The descriptors lead to the host, too. */
		close_fds(0, &fd, 1);
		if (give_up())
			_exit(EXIT_OWN);
	}
	if (write(fd, "", 1) != 1)
		_exit(EXIT_OWN);
	do
		n = read(fd, &status, 1);
	while (n < 0 && errno == EINTR);
	_exit(n < 0 ? EXIT_OWN : status);
}

int detach(bool jail)
{
	int fds[2], null;
	char go;

	prog_flush();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		die_call("socketpair", NULL);
	switch (fork()) {
	case -1:
		die_call("fork", NULL);
	case 0:
		break;
	default:
		close(fds[1]);
		wait_for_child(fds[0], jail);
	}

	close(fds[0]);
	report_fd = fds[1];
	prog_exit_hook = report;
	if (read(report_fd, &go, 1) != 1)
		msg_die(EXIT_OWN, "the waiting parent cannot be jailed");
	setsid();
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		die_call("open", "/dev/null");
	if (null != STDIN_FILENO)
		close(null);
	return report_fd;
}
