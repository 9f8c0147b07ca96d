// SPDX-License-Identifier: GPL-2.0
/*
 * talk: a person at a terminal.
 *
 *	talk PROMPT PROGRAM [ARG...] <LINES
 *
 * Runs a program on a terminal of its own.  Each time that what the program
 * has written ends with PROMPT, the next line of standard input is typed; "^C"
 * is the key.  What the program writes goes to standard output, without
 * carriage returns and colours.  Exit status: that of the program; 124 if it has been
 * silent for five minutes.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENCE_MS	(300 * 1000)
#define TAIL		64

static char tail[TAIL + 1];	/* the end of what was written */

/* Carriage returns and what steers a terminal: ESC [ digits letter. */
static bool is_invisible(char c)
{
	static int state;

	if (c == '\r')
		return true;
	if (c == '\033') {
		state = 1;
		return true;
	}
	if (!state)
		return false;
	if (state == 1 ? c != '[' : c >= '@')
		state = 0;
	else
		state = 2;
	return true;
}

static void remember(char c)
{
	size_t len = strlen(tail);

	if (len == TAIL)
		memmove(tail, tail + 1, len--);
	tail[len] = c;
	tail[len + 1] = '\0';
}

static bool is_prompt(const char *prompt)
{
	size_t len = strlen(tail), n = strlen(prompt);

	return len >= n && !strcmp(tail + len - n, prompt);
}

static void __attribute__((__noreturn__)) be_program(int master, char **argv)
{
	int slave;

	setsid();
	slave = open(ptsname(master), O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
		_exit(125);
	dup2(slave, STDIN_FILENO);
	dup2(slave, STDOUT_FILENO);
	dup2(slave, STDERR_FILENO);
	if (slave > STDERR_FILENO)
		close(slave);
	execvp(argv[0], argv);
	_exit(127);
}

/* Type the next line, if there is one. */
static void type_line(int master)
{
	static char *line;
	static size_t size;
	ssize_t n = getline(&line, &size, stdin);

	if (n <= 0)
		return;
	*tail = '\0';
	if (!strcmp(line, "^C\n"))
		n = 1, *line = 3;
	if (write(master, line, (size_t)n) != n)
		exit(125);
}

int main(int argc, char *argv[])
{
	const struct winsize size = { .ws_row = 24, .ws_col = 100 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
	struct pollfd poll_fd = { .fd = master, .events = POLLIN };
	char buf[4096];
	ssize_t n;
	pid_t child;

	if (argc < 3 || master < 0 || grantpt(master) || unlockpt(master))
		return 125;
	ioctl(master, TIOCSWINSZ, &size);
	child = fork();
	if (!child)
		be_program(master, argv + 2);
	for (;;) {
		if (poll(&poll_fd, 1, SILENCE_MS) <= 0) {
			kill(child, SIGKILL);
			return 124;
		}
		n = read(master, buf, sizeof(buf));
		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++) {
			if (is_invisible(buf[i]))
				continue;
			putchar(buf[i]);
			remember(buf[i]);
		}
		fflush(stdout);
		if (is_prompt(argv[1]))
			type_line(master);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}
