// SPDX-License-Identifier: GPL-2.0
/*
 * Begin and end of a program, --help and --version.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prog-private.h"

const struct program *prog_current;
void (*prog_exit_hook)(int status);

void prog_start(const struct program *program)
{
	prog_current = program;
	/* One write(2) per line, even into a pipe. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	/* A file opened below must not become anybody's stdin or stderr. */
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", O_RDWR) < 0)
			_exit(EXIT_OWN);
}

void prog_exit(int status)
{
	if (prog_exit_hook)
		prog_exit_hook(status);
	exit(status);
}

void prog_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	msg_warn("write error: %s", strerror(errno ? errno : EIO));
	if (prog_exit_hook)
		prog_exit_hook(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

int prog_finish(int status)
{
	prog_flush();
	/* Some file systems report a full disk no sooner than here. */
	if (close(STDOUT_FILENO) && errno != EBADF) {
		msg_warn("write error: %s", strerror(errno));
		status = EXIT_FAILURE;
	}
	if (prog_exit_hook)
		prog_exit_hook(status);
	return status;
}

static void print_synopsis(FILE *to)
{
	const char *line = prog_current->synopsis;

	fputs("Usage:\n", to);
	while (*line) {
		size_t len = strcspn(line, "\n");

		fprintf(to, " %s%s%.*s\n", prog_current->name,
			len ? " " : "", (int)len, line);
		line += len + !!line[len];
	}
}

static void print_option(FILE *to, int letter, const char *name,
			 const char *arg, const char *help)
{
	char left[40];

	snprintf(left, sizeof(left), "--%s%s%s", name, arg ? " " : "",
		 arg ? arg : "");
	if (letter < OPT_LONG)
		fprintf(to, " -%c, %-24s %s\n", letter, left, help);
	else
		fprintf(to, "     %-24s %s\n", left, help);
}

void prog_usage(bool to_stderr)
{
	FILE *to = to_stderr ? stderr : stdout;
	const struct opt *o = prog_current->opts;

	print_synopsis(to);
	fprintf(to, "\n%s\n\nOptions:\n", prog_current->about);
	for (; o->name; o++)
		if (o->help)
			print_option(to, o->id, o->name, o->arg, o->help);
	fputc('\n', to);
	print_option(to, opt_is_free('h') ? 'h' : OPT_LONG, "help", NULL,
		     "show this help and exit");
	print_option(to, opt_is_free('V') ? 'V' : OPT_LONG, "version", NULL,
		     "show the version and exit");
	fprintf(to, "\nFor more details see %s(8).\n", prog_current->name);
}

void prog_version(void)
{
	printf("%s %s -- %s\n", prog_current->name, PACKAGE_VERSION,
	       prog_current->purpose);
	puts("Copyright (C) 2026 the vserver developers");
}
