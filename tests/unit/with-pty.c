// SPDX-License-Identifier: GPL-2.0
/*
 * with-pty: run a program on a terminal of its own.
 *
 *	with-pty PROGRAM [ARG...]
 *
 * What the program writes to the terminal goes to stdout.  Exit status: that
 * of the program.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char buf[4096];
	int status;
	ssize_t n;
	pid_t child;

	if (argc < 2 || master < 0 || grantpt(master) || unlockpt(master))
		return 2;
	child = fork();
	if (!child) {
		int slave;

		setsid();
		slave = open(ptsname(master), O_RDWR);
		if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
			_exit(2);
		dup2(slave, 0);
		dup2(slave, 1);
		dup2(slave, 2);
		if (slave > 2)
			close(slave);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	while ((n = read(master, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			return 2;
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}
