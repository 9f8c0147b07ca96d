// SPDX-License-Identifier: GPL-2.0
/*
 * rebootmgr: restarts and stops guests that ask for it.
 *
 * A guest asks through a socket in its /dev, for which it needs no privilege
 * of the host.  Whoever connects has to be root; all that can be chosen is one
 * of two words.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "prog.h"
#include "rebootmgr.h"

enum { OPT_PIDFILE = OPT_LONG };

/* How long a connection may be open. */
#define SECONDS		5

static const struct opt opts[] = {
	{ 'n', "foreground", NULL, "do not go into the background" },
	{ OPT_PIDFILE, "pidfile", "FILE", "write the process id to a file" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "rebootmgr",
	.purpose = "restart and stop guests that ask for it",
	.synopsis = "[options] [NAME...]",
	.about = "Wait for requests of these guests, or of all, to be "
		 "restarted or stopped.",
	.opts = opts,
	.usage_status = EXIT_FAILURE,
};

static volatile sig_atomic_t end;

static void on_signal(int sig)
{
	if (sig != SIGCHLD)
		end = 1;
}

static void close_connection(struct client *c)
{
	close(c->fd);
	c->fd = -1;
	c->used = 0;
}

/*
 * Only root can open the socket, and only who is in the guest, or on the host,
 * finds it.  Which of them it is cannot be seen: of a peer in a guest the
 * kernel tells neither the number of the process, which is 0, nor the user.
 */
static bool may_ask(const struct client *c)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	uint32_t xid;

	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) ||
	    (cred.pid && cred.uid))
		return false;
	return !vc_guest_xid(NULL, c->name, &xid);
}

static void start_action(struct client *c, const char *command)
{
	char *argv[] = { (char *)(uintptr_t)SBINDIR "/vserver", c->name,
			 (char *)(uintptr_t)command, NULL };
	int log;

	if (c->child > 0 && !kill(c->child, 0)) {
		syslog(LOG_NOTICE, "%s: another request is at work", c->name);
		return;
	}
	syslog(LOG_NOTICE, "%s: %s", c->name, command);
	c->child = fork();
	if (c->child < 0)
		syslog(LOG_ERR, "fork: %s", strerror(errno));
	if (c->child)
		return;
	log = client_log(c);
	if (log < 0)
		log = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(EXIT_FAILURE);
	close_fds(3, NULL, 0);
	setsid();
	execv(argv[0], argv);
	_exit(EXIT_FAILURE);
}

static void take_request(struct client *c)
{
	ssize_t n = recv(c->fd, c->text + c->used,
			 sizeof(c->text) - 1 - c->used, MSG_DONTWAIT);
	char *newline;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		c->used += (size_t)n;
		c->text[c->used] = '\0';
		newline = strchr(c->text, '\n');
		if (!newline && c->used < sizeof(c->text) - 1)
			return;
		if (newline)
			*newline = '\0';
		if (!may_ask(c))
			syslog(LOG_WARNING, "%s: refused: not root, or the "
			       "guest does not run", c->name);
		else if (!strcmp(c->text, "reboot"))
			start_action(c, "restart");
		else if (!strcmp(c->text, "halt"))
			start_action(c, "stop");
		else
			syslog(LOG_WARNING, "%s: unknown request", c->name);
	}
	close_connection(c);
}

/* One connection of each guest at a time; others of it wait. */
static void serve(struct clients *all)
{
	struct pollfd *fds = calloc(all->n + 1, sizeof(*fds));

	if (!fds)
		die_call("malloc", NULL);
	while (!end) {
		time_t now = time(NULL);
		bool open = false;

		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		for (size_t i = 0; i < all->n; i++) {
			struct client *c = &all->clients[i];

			if (c->fd >= 0 && now > c->since + SECONDS)
				close_connection(c);
			open |= c->fd >= 0;
			fds[i].fd = c->fd >= 0 ? c->fd : c->listen;
			fds[i].events = POLLIN;
		}
		if (poll(fds, all->n, open ? 1000 : -1) <= 0)
			continue;
		for (size_t i = 0; i < all->n; i++) {
			struct client *c = &all->clients[i];

			if (!fds[i].revents)
				continue;
			if (c->fd >= 0) {
				take_request(c);
				continue;
			}
			c->fd = accept4(c->listen, NULL, NULL, SOCK_CLOEXEC);
			c->since = time(NULL);
		}
	}
	free(fds);
}

static void write_pid(const char *file)
{
	FILE *f = fopen(file, "we");

	if (!f || fprintf(f, "%d\n", (int)getpid()) < 0 || fclose(f))
		die_call("fopen", "%s", file);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	/* Ends a wait, so that children are collected. */
	sigaction(SIGCHLD, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct clients all = { .clients = NULL };
	const char *pidfile = NULL;
	bool foreground = false;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		if (opt == 'n')
			foreground = true;
		else
			pidfile = args.value;
	}
	clients_open(&all, argv + args.next);
	if (!all.n)
		msg_die(EXIT_FAILURE, "no guest to listen to");
	openlog(program.name, LOG_PID, LOG_DAEMON);
	if (!foreground && daemon(0, 0))
		die_call("daemon", NULL);
	catch_signals();
	if (pidfile)
		write_pid(pidfile);
	serve(&all);
	clients_close(&all);
	if (pidfile)
		unlink(pidfile);
	return prog_finish(EXIT_SUCCESS);
}
