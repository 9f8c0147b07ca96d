// SPDX-License-Identifier: GPL-2.0
/*
 * chroot-sh: a few file operations inside the tree of a guest.
 *
 * The current directory becomes the root first, so that no symbolic link of
 * the guest leads out of it, and nothing of the guest is executed or loaded.
 * Files are written beside the old one and renamed: what a name meant before,
 * a device or a file with other names, is neither opened nor changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enter.h"
#include "lib/syscall.h"
#include "prog.h"

#ifndef O_PATH
#define O_PATH		010000000
#endif

#define NEW_MODE	0644
#define TRIES		100

static const struct opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "chroot-sh",
	.purpose = "file operations inside the tree of a guest",
	.synopsis = "[--] append|truncate FILE\n"
		    "[--] cat|rm|testfile FILE...\n"
		    "[--] chmod MODE FILE...\n"
		    "[--] link|mv|symlink OLD NEW\n"
		    "[--] mkdir [-m MODE] DIR...\n"
		    "[--] realpath FILE",
	.about =
		"Make the current directory the root and work on files there.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* The descriptors of this process, opened while there is a /proc. */
static int proc_fds = -1;

static bool failed(const char *call, const char *name)
{
	msg_call(call, "%s", name);
	return false;
}

/*
 * Open a regular file for reading.  What it is, is known before it is opened:
 * opening a fifo or a device has effects.
 */
static int open_regular(const char *name, bool follow, struct stat *st)
{
	char link[16];
	int path, fd;

	path = open(name, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
	if (path < 0)
		return -1;
	if (fstat(path, st) || !S_ISREG(st->st_mode)) {
		close(path);
		errno = EINVAL;
		return -1;
	}
	snprintf(link, sizeof(link), "%d", path);
	fd = openat(proc_fds, link, O_RDONLY | O_CLOEXEC);
	close(path);
	return fd;
}

static bool copy_data(int from, int to, const char *name)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf)))) {
		char *pos = buf;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed("read", name);
		while (n) {
			ssize_t done = write(to, pos, (size_t)n);

			if (done < 0 && errno != EINTR)
				return failed("write", name);
			if (done > 0) {
				pos += done;
				n -= done;
			}
		}
	}
	return true;
}

/* A new file in the directory of @name; its name goes to @temp. */
static int create_beside(const char *name, char *temp, size_t size)
{
	const char *base = strrchr(name, '/');
	int dir_len = base ? (int)(base - name + 1) : 0;

	for (unsigned int i = 0; i < TRIES; i++) {
		int n = snprintf(temp, size, "%.*s.chroot-sh.%d.%u", dir_len,
				 name, (int)getpid(), i);
		int fd;

		if (n < 0 || (size_t)n >= size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* Replace @name by what it has, if @append, and what stdin gives. */
static bool write_file(const char *name, bool append)
{
	struct stat st = { .st_mode = NEW_MODE };
	char temp[PATH_MAX];
	int old = -1, fd;
	bool ok = true;

	if (append) {
		old = open_regular(name, false, &st);
		if (old < 0 && errno != ENOENT)
			return failed("open", name);
	} else if (!lstat(name, &st) && !S_ISREG(st.st_mode)) {
		st = (struct stat){ .st_mode = NEW_MODE };
	}
	fd = create_beside(name, temp, sizeof(temp));
	if (fd < 0) {
		ok = failed("open", name);
	} else {
		if (old >= 0)
			ok = copy_data(old, fd, name);
		ok = ok && copy_data(STDIN_FILENO, fd, name);
		/* The owner first, which takes the set-user-ID bit away. */
		if (ok && (fchown(fd, st.st_uid, st.st_gid) ||
			   fchmod(fd, st.st_mode & 07777)))
			ok = failed("fchmod", temp);
		close(fd);
		if (ok && rename(temp, name))
			ok = failed("rename", name);
		if (!ok)
			unlink(temp);
	}
	if (old >= 0)
		close(old);
	return ok;
}

static bool cat_file(const char *name)
{
	struct stat st;
	int fd = open_regular(name, true, &st);
	bool ok;

	if (fd < 0)
		return failed("open", name);
	ok = copy_data(fd, STDOUT_FILENO, name);
	close(fd);
	return ok;
}

static mode_t parse_mode(const char *text)
{
	char *end;
	unsigned long mode = strtoul(text, &end, 8);

	if (end == text || *end || mode > 07777)
		msg_usage("%s: invalid mode '%s'", program.name, text);
	return (mode_t)mode;
}

/* Not through a link: chmod(2) has no such flag. */
static bool chmod_file(const char *name, mode_t mode)
{
	char link[16];
	struct stat st;
	int fd = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd >= 0;

	if (ok && (fstat(fd, &st) || S_ISLNK(st.st_mode))) {
		errno = ELOOP;
		ok = false;
	}
	snprintf(link, sizeof(link), "%d", fd);
	ok = ok && !lv_syscall(__NR_fchmodat, proc_fds, (long)link,
				  (long)mode);
	if (!ok)
		failed("chmod", name);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool make_dir(const char *name, mode_t mode)
{
	if (mkdir(name, 0700))
		return failed("mkdir", name);
	return chmod_file(name, mode);
}

static bool is_file(const char *name)
{
	struct stat st;

	return !stat(name, &st) && S_ISREG(st.st_mode);
}

static bool print_real(const char *name)
{
	char path[PATH_MAX];

	if (!realpath(name, path))
		return failed("realpath", name);
	puts(path);
	return true;
}

/* Operations on each of several files; NULL: it is not one of them. */
static bool (*each_of(const char *op))(const char *)
{
	return !strcmp(op, "cat") ? cat_file :
	       !strcmp(op, "testfile") ? is_file :
	       !strcmp(op, "realpath") ? print_real : NULL;
}

static bool remove_file(const char *name)
{
	return unlink(name) ? failed("unlink", name) : true;
}

/* Operations with two names. */
static bool two_names(const char *op, const char *old, const char *new)
{
	int ret;

	if (!strcmp(op, "link"))
		ret = link(old, new);
	else if (!strcmp(op, "symlink"))
		ret = symlink(old, new);
	else
		ret = rename(old, new);
	return ret ? failed(op, new) : true;
}

static bool run(const char *op, int argc, char *argv[])
{
	bool (*each)(const char *) = each_of(op);
	bool ok = true, make = !strcmp(op, "mkdir");
	mode_t mode = 0755;

	if (!strcmp(op, "rm"))
		each = remove_file;
	if (make && argc > 2 && !strcmp(argv[0], "-m")) {
		mode = parse_mode(argv[1]);
		argc -= 2;
		argv += 2;
	} else if (!strcmp(op, "chmod") && argc > 1) {
		mode = parse_mode(argv[0]);
		argc--;
		argv++;
	} else if ((!strcmp(op, "append") || !strcmp(op, "truncate")) &&
		   argc == 1) {
		return write_file(argv[0], *op == 'a');
	} else if ((!strcmp(op, "link") || !strcmp(op, "mv") ||
		    !strcmp(op, "symlink")) && argc == 2) {
		return two_names(op, argv[0], argv[1]);
	} else if ((!each && !make) || !argc) {
		msg_usage("%s: wrong operation or arguments: '%s'",
			  program.name, op);
	}
	for (int i = 0; i < argc; i++)
		ok &= each ? each(argv[i]) : make ? make_dir(argv[i], mode) :
				    chmod_file(argv[i], mode);
	return ok;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		;
	if (args.next == argc)
		msg_usage("%s: no operation", program.name);
	umask(022);
	proc_fds = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fds < 0)
		die_call("open", "/proc/self/fd");
	enter_chroot();
	argv += args.next;
	return prog_finish(run(argv[0], argc - args.next - 1, argv + 1) ?
			   EXIT_SUCCESS : EXIT_FAILURE);
}
