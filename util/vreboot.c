// SPDX-License-Identifier: GPL-2.0
/*
 * vreboot, vhalt, vrestart: ask the host to restart or stop this guest.
 *
 * This runs in guests, with whatever libraries they have: it uses nothing but
 * the C library, and is linked statically where that is possible.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET	"/dev/reboot"

static const char *name;

static void __attribute__((__noreturn__)) die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", name, what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void __attribute__((__noreturn__)) finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		exit(EXIT_FAILURE);
	exit(EXIT_SUCCESS);
}

static void __attribute__((__noreturn__)) usage(const char *action)
{
	printf("Usage:\n %s [options]\n\n"
	       "Ask the host to %s this guest.\n\n"
	       "Options:\n"
	       "     --socket PATH          socket of the host "
	       "(default: " SOCKET ")\n"
	       " -h, --help                 show this help and exit\n"
	       " -V, --version              show the version and exit\n\n"
	       "For more details see vreboot(8).\n", name, action);
	finish();
}

static void __attribute__((__noreturn__)) version(void)
{
	printf("%s %s -- ask the host to restart or stop this guest\n"
	       "Copyright (C) 2026 the vserver developers\n", name,
	       PACKAGE_VERSION);
	finish();
}

static int is_option(const char *arg, const char *shorter, const char *longer)
{
	return !strcmp(arg, shorter) || !strcmp(arg, longer);
}

static void send_command(const char *path, const char *command)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct timeval wait = { .tv_sec = 5 };
	char byte;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		die(path);
	}
	strcpy(addr.sun_path, path);
	if (connect(fd, (const void *)&addr, sizeof(addr)))
		die(path);
	if (write(fd, command, strlen(command)) != (ssize_t)strlen(command))
		die(path);
	/* The host wants to see who asks: stay until it has. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	while (read(fd, &byte, 1) > 0)
		;
	close(fd);
}

int main(int argc, char *argv[])
{
	const char *path = SOCKET, *slash = strrchr(argv[0], '/');
	int halt;

	name = slash ? slash + 1 : argv[0];
	halt = !strcmp(name, "vhalt");
	for (int i = 1; i < argc; i++) {
		if (is_option(argv[i], "-h", "--help")) {
			usage(halt ? "stop" : "restart");
		} else if (is_option(argv[i], "-V", "--version")) {
			version();
		} else if (!strcmp(argv[i], "--socket") && i + 1 < argc) {
			path = argv[++i];
		} else {
			fprintf(stderr, "%s: wrong argument '%s'\n"
				"Try '%s --help' for more information.\n",
				name, argv[i], name);
			return EXIT_FAILURE;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	send_command(path, halt ? "halt\n" : "reboot\n");
	return EXIT_SUCCESS;
}
