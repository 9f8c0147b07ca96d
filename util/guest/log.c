// SPDX-License-Identifier: GPL-2.0
/*
 * What the init of a guest prints goes through a pipe to a process of the
 * host, which writes it to a file; so does what is written to its console.
 * The guest never holds the file itself, so it can neither change what it has
 * said nor fill the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "guest.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER	_IO('T', 0x41)
#endif

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

/* What the logger reads from; -1: nothing more comes. */
struct source {
	int	in;
	int	control;
	int	master;		/* of the console */
	int	slave;		/* ours, so that there is always one */
	int	init;		/* a pidfd: with it ends the console */
};

struct sink {
	const char	*path;
	int		file;
};

static void put(struct sink *sink, const char *buf, size_t n)
{
	struct stat st;

	if (!fstat(sink->file, &st) && st.st_size + (off_t)n > LOG_SIZE)
		sink->file = rotate(sink->path, sink->file);
	/* A full disk is no reason to stop the guest. */
	if (write(sink->file, buf, n) < 0)
		return;
}

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int open_slave(int master)
{
	return ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* False when there is nothing to read. */
static bool copy_console(struct source *s, struct sink *sink)
{
	char buf[4096];
	ssize_t n = read(s->master, buf, sizeof(buf));
	size_t kept = 0;

	if (n <= 0) {
		/* Somebody has hung up; the next one gets a new line. */
		if (n && errno == EIO) {
			drop(&s->slave);
			s->slave = open_slave(s->master);
			usleep(100 * 1000);
		}
		return false;
	}
	for (ssize_t i = 0; i < n; i++)
		if (buf[i] != '\r')
			buf[kept++] = buf[i];
	put(sink, buf, kept);
	return true;
}

static void copy_pipe(struct source *s, struct sink *sink)
{
	char buf[4096];
	ssize_t n = read(s->in, buf, sizeof(buf));

	if (n > 0)
		put(sink, buf, (size_t)n);
	else if (!n || errno != EINTR)
		drop(&s->in);
}

static void take_console(struct source *s)
{
	int fds[FDS_MAX];
	char byte;

	if (fds_receive(s->control, &byte, 1, fds)) {
		s->master = fds[0];
		s->init = fds[1];
		s->slave = open_slave(s->master);
		fcntl(s->master, F_SETFL, O_RDWR | O_NONBLOCK);
	}
	drop(&s->control);
}

static void __attribute__((__noreturn__)) be_logger(struct source *s,
						    struct sink *sink)
{
	while (s->in >= 0 || s->control >= 0 || s->master >= 0) {
		struct pollfd fds[] = {
			{ .fd = s->in, .events = POLLIN },
			{ .fd = s->control, .events = POLLIN },
			{ .fd = s->master, .events = POLLIN },
			{ .fd = s->init, .events = POLLIN },
		};

		if (poll(fds, 4, -1) < 0)
			continue;
		if (fds[0].revents)
			copy_pipe(s, sink);
		if (fds[1].revents)
			take_console(s);
		if (fds[2].revents)
			copy_console(s, sink);
		if (fds[3].revents) {
			while (copy_console(s, sink))
				;
			drop(&s->slave);
			drop(&s->master);
			drop(&s->init);
		}
	}
	_exit(0);
}

void log_start(const struct guest *g, struct log *log)
{
	struct source source = { -1, -1, -1, -1, -1 };
	char path[PATH_MAX];
	struct sink sink = { path, -1 };
	int fds[2], socks[2], null;

	*log = (struct log){ -1, -1 };
	log_path(g, path, sizeof(path));
	if (!step("log to %s", path))
		return;
	mkdir(LOG_DIR, 0750);
	sink.file = open_log(path);
	if (sink.file < 0 || pipe2(fds, O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		guest_die(g, "%s: %s", path, strerror(errno));
	prog_flush();
	switch (fork()) {
	case -1:
		guest_die(g, "fork(): %s", strerror(errno));
	case 0:
		break;
	default:
		close(fds[0]);
		close(socks[0]);
		close(sink.file);
		*log = (struct log){ fds[1], socks[1] };
		return;
	}
	prog_exit_hook = NULL;
	setsid();
	prctl(PR_SET_NAME, (unsigned long)"vserver-log", 0, 0, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(null, 2) < 0 || chdir("/"))
		_exit(1);
	close_fds(3, (int[]){ fds[0], socks[0], sink.file }, 3);
	source.in = fds[0];
	source.control = socks[0];
	be_logger(&source, &sink);
}

void log_console(struct log *log, int master, int init)
{
	const int fds[FDS_MAX] = { master, init };

	/* Who ends before all is set up takes the console with it. */
	if (master >= 0 && init >= 0)
		fds_send(log->control, "", 1, fds, FDS_MAX);
	drop(&log->control);
	drop(&master);
	drop(&init);
}

/* A guest has no business with the terminal of who reads its log. */
static void make_harmless(char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)buf[i] < ' ' && buf[i] != '\n' &&
		    buf[i] != '\t')
			buf[i] = '?';
}

/* Copy what is new. */
static bool copy(int fd)
{
	char buf[4096];
	bool any = false;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		any = true;
		if (isatty(STDOUT_FILENO))
			make_harmless(buf, (size_t)n);
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
