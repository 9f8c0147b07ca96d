// SPDX-License-Identifier: GPL-2.0
/*
 * The process that sits between two terminals.
 *
 * It may be unable to signal the child, which is in another context by now.
 * What a terminal can do is done by the terminal: SIGINT through the line
 * discipline, everything final by hanging up.
 */
#include "vlogin-proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "prog.h"

#ifndef TIOCSIG
#define TIOCSIG		_IOW('T', 0x36, int)
#endif

/* One direction: bytes that have been read and not been written yet. */
struct pump {
	int	from;
	int	to;
	size_t	begin;
	size_t	end;
	bool	finished;	/* nothing more comes */
	char	buf[4096];
};

static volatile sig_atomic_t got_child, got_resize, got_int, got_term;

/*
 * Wakes poll() when a signal came just before it.  ppoll() is for this, but
 * that of dietlibc does not work.
 */
static int wake[2];

static void on_signal(int sig)
{
	int saved = errno;
	ssize_t n;

	switch (sig) {
	case SIGCHLD:
		got_child = 1;
		break;
	case SIGWINCH:
		got_resize = 1;
		break;
	case SIGINT:
		got_int = 1;
		break;
	default:
		got_term = 1;
		break;
	}
	n = write(wake[1], "", 1);
	(void)n;	/* a full pipe wakes as well */
	errno = saved;
}

static int catch_signals(void)
{
	static const int signals[] = {
		SIGCHLD, SIGWINCH, SIGINT, SIGTERM, SIGHUP
	};
	struct sigaction sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK))
		return -1;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
	return 0;
}

static void clear_wake(void)
{
	char buf[64];

	while (read(wake[0], buf, sizeof(buf)) > 0)
		;
}

static void copy_size(int master)
{
	struct winsize size;

	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &size))
		ioctl(master, TIOCSWINSZ, &size);
}

static void pump_read(struct pump *p)
{
	ssize_t n = read(p->from, p->buf, sizeof(p->buf));

	if (n > 0) {
		p->begin = 0;
		p->end = (size_t)n;
	} else if (!n || (errno != EINTR && errno != EAGAIN)) {
		p->finished = true;
	}
}

static void pump_write(struct pump *p)
{
	ssize_t n = write(p->to, p->buf + p->begin, p->end - p->begin);

	if (n >= 0)
		p->begin += (size_t)n;
	else if (errno != EINTR && errno != EAGAIN)
		p->begin = p->end;	/* the reader has gone */
}

static bool pump_is_empty(const struct pump *p)
{
	return p->begin == p->end;
}

/* Wait until something can be done in at least one direction, and do it. */
static void pump_both(struct pump *in, struct pump *out)
{
	struct pump *pumps[] = { in, out };
	struct pollfd fds[3] = { [2] = { .fd = wake[0], .events = POLLIN } };

	for (int i = 0; i < 2; i++) {
		struct pump *p = pumps[i];
		bool empty = pump_is_empty(p);

		fds[i].fd = !empty ? p->to : p->finished ? -1 : p->from;
		fds[i].events = empty ? POLLIN : POLLOUT;
		fds[i].revents = 0;
	}
	if (poll(fds, 3, -1) <= 0)
		return;
	for (int i = 0; i < 2; i++) {
		if (!fds[i].revents)
			continue;
		if (pump_is_empty(pumps[i]))
			pump_read(pumps[i]);
		else
			pump_write(pumps[i]);
	}
}

/* Close the terminal: the kernel sends SIGHUP to those who use it. */
static void hang_up(struct pump *in, struct pump *out)
{
	if (in->to < 0)
		return;
	close(in->to);
	in->to = out->from = -1;
	in->begin = in->end = 0;
	in->finished = out->finished = true;
}

/* What the child left in the terminal. */
static void drain(struct pump *out)
{
	while (!out->finished) {
		while (!pump_is_empty(out))
			pump_write(out);
		pump_read(out);
		if (pump_is_empty(out))
			break;
	}
}

static int proxy_loop(pid_t child, struct pump *in, struct pump *out)
{
	static const int sigint = SIGINT;
	int status;

	for (;;) {
		clear_wake();
		if (got_child) {
			got_child = 0;
			if (waitpid(child, &status, WNOHANG) == child)
				break;
		}
		if (got_resize) {
			got_resize = 0;
			copy_size(in->to);
		}
		if (got_int) {
			got_int = 0;
			ioctl(in->to, TIOCSIG, sigint);
		}
		if (got_term || (in->finished && pump_is_empty(in)))
			hang_up(in, out);
		pump_both(in, out);
	}
	drain(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

int vlogin_proxy(pid_t child, int master)
{
	struct pump in = { .from = STDIN_FILENO, .to = master };
	struct pump out = { .from = master, .to = STDOUT_FILENO };
	struct termios saved, raw;
	int status;

	fcntl(master, F_SETFL, fcntl(master, F_GETFL) | O_NONBLOCK);
	if (catch_signals())
		die_call("pipe2", NULL);
	copy_size(master);
	if (tcgetattr(STDIN_FILENO, &saved))
		die_call("tcgetattr", NULL);
	raw = saved;
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	/* The child may have ended before the signal was caught. */
	got_child = 1;
	status = proxy_loop(child, &in, &out);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	return status;
}
