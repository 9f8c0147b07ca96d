// SPDX-License-Identifier: GPL-2.0
/*
 * exec-cd: run a program of the host in a directory of a guest.
 *
 * The current directory is the root of the guest.  The directory is found as
 * if that was "/", so no symbolic link leads out of it; the program then has
 * it as ".", and its root is that of the host.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "prog.h"

static const struct opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "exec-cd",
	.purpose = "run a program of the host in a directory of a guest",
	.synopsis = "[--] DIR PROGRAM [ARG...]",
	.about = "Go to a directory of the guest whose root is the current "
		 "directory.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static int open_inside(const char *dir)
{
	const struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, AT_FDCWD, dir, &how, sizeof(how));
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const char *dir;
	int fd;

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		;
	if (args.next == argc)
		msg_usage("%s: no directory", program.name);
	dir = argv[args.next++];
	argv = arg_command(&args);
	fd = open_inside(dir);
	if (fd < 0)
		die_call("openat2", "%s", dir);
	if (fchdir(fd))
		die_call("fchdir", "%s", dir);
	return chain_exec(argv);
}
