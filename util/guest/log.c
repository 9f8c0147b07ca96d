// SPDX-License-Identifier: GPL-2.0
/*
 * What the init of a guest prints goes through a pipe to a process of the
 * host, which writes it to a file.  The guest never holds the file itself, so
 * it can neither change what it has said nor fill the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "guest.h"

#define LOG_DIR		"/var/log/vservers"
#define LOG_SIZE	(1024 * 1024)

static void log_path(const struct guest *g, char *path, size_t size)
{
	snprintf(path, size, LOG_DIR "/%s.log", g->name);
}

static int open_log(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW |
		    O_CLOEXEC | O_NONBLOCK, 0640);
}

static int rotate(const char *path, int file)
{
	char old[PATH_MAX + 2];

	snprintf(old, sizeof(old), "%s.1", path);
	rename(path, old);
	close(file);
	return open_log(path);
}

static void __attribute__((__noreturn__)) be_logger(const char *path, int in,
						    int file)
{
	char buf[4096];
	struct stat st;
	ssize_t n;

	for (;;) {
		n = read(in, buf, sizeof(buf));
		if (!n || (n < 0 && errno != EINTR))
			_exit(0);
		if (n < 0)
			continue;
		if (!fstat(file, &st) && st.st_size + n > LOG_SIZE)
			file = rotate(path, file);
		/* A full disk is no reason to stop the guest. */
		if (write(file, buf, (size_t)n) < 0)
			continue;
	}
}

int log_start(const struct guest *g)
{
	char path[PATH_MAX];
	int fds[2], file, null;

	log_path(g, path, sizeof(path));
	if (!step("log to %s", path))
		return -1;
	mkdir(LOG_DIR, 0750);
	file = open_log(path);
	if (file < 0 || pipe2(fds, O_CLOEXEC))
		guest_die(g, "%s: %s", path, strerror(errno));
	prog_flush();
	switch (fork()) {
	case -1:
		guest_die(g, "fork(): %s", strerror(errno));
	case 0:
		break;
	default:
		close(fds[0]);
		close(file);
		return fds[1];
	}
	prog_exit_hook = NULL;
	setsid();
	prctl(PR_SET_NAME, (unsigned long)"vserver-log", 0, 0, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(null, 2) < 0 || chdir("/"))
		_exit(1);
	close_fds(3, (int[]){ fds[0], file }, 2);
	be_logger(path, fds[0], file);
}

/* Copy what is new. */
static bool copy(int fd)
{
	char buf[4096];
	bool any = false;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		any = true;
		fwrite(buf, 1, (size_t)n, stdout);
	}
	fflush(stdout);
	return any;
}

int log_show(const struct guest *g, bool follow)
{
	const struct timespec pause = { 0, 500 * 1000 * 1000 };
	struct stat open_file, named;
	char path[PATH_MAX];
	int fd;

	log_path(g, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT && !follow)
		return 0;
	if (fd < 0)
		guest_die(g, "%s: %s", path, strerror(errno));
	copy(fd);
	while (follow && !ferror(stdout)) {
		nanosleep(&pause, NULL);
		if (copy(fd))
			continue;
		/* Somebody has renamed it; what is new is in another one. */
		if (fstat(fd, &open_file) || stat(path, &named) ||
		    open_file.st_ino == named.st_ino)
			continue;
		close(fd);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			return EXIT_FAILED;
	}
	return 0;
}
