// SPDX-License-Identifier: GPL-2.0
/*
 * vwait: wait for the end of a context.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prog.h"

/* What killed processes may take to disappear. */
#define KILL_SECONDS	30

enum { OPT_STATUS_FD = OPT_LONG, OPT_TERMINATE, OPT_TIMEOUT };

static const struct opt opts[] = {
	{ OPT_STATUS_FD, "status-fd", "FD", "write the result there" },
	{ OPT_TERMINATE, "terminate", NULL,
	  "kill the context at the timeout" },
	{ OPT_TIMEOUT, "timeout", "SEC", "wait no longer than this" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vwait",
	.purpose = "wait for the end of a context",
	.synopsis = "[options] [--] ID",
	.about = "Wait until a context has no process any more.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

enum result { FINISHED, KILLED, TIMEOUT, ERROR };

static volatile sig_atomic_t expired;

static void on_alarm(int sig)
{
	(void)sig;
	expired = 1;
}

/* Repeated, for a signal may come just before the call that waits. */
static void set_alarm(time_t seconds)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval timer = {
		.it_value = { .tv_sec = seconds, .tv_usec = 1 },
		.it_interval = { .tv_usec = 100000 },
	};

	expired = 0;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static int decode(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

/* Wait; *@value is the status of the context, or errno. */
static enum result wait_once(uint32_t xid, int *value)
{
	struct vcmd_wait_exit exit = { .exit_code = 0 };

	while (!expired) {
		if (!vc_wait_exit(xid, &exit)) {
			*value = decode(exit.exit_code);
			return FINISHED;
		}
		/* Nothing to wait for is as good as waited. */
		if (errno == ESRCH) {
			*value = 0;
			return FINISHED;
		}
		if (errno != EINTR) {
			*value = errno;
			return ERROR;
		}
	}
	return TIMEOUT;
}

static enum result wait_and_kill(uint32_t xid, int *value)
{
	enum result result = wait_once(xid, value);

	if (result != TIMEOUT)
		return result;
	vc_ctx_kill(xid, 1, SIGKILL);
	vc_ctx_kill(xid, 0, SIGKILL);
	set_alarm(KILL_SECONDS);
	result = wait_once(xid, value);
	return result == FINISHED ? KILLED : result;
}

/* A guest that does not run has finished; one that does not exist has not. */
static bool find_context(const char *id, uint32_t *xid)
{
	struct vc_error error;

	if (!vc_id_parse(NULL, id, 0, xid, &error)) {
		if (*xid >= VS_XID_MIN && *xid <= VS_XID_MAX)
			return true;
		vc_error_set(&error, EINVAL, "'%s' never ends", id);
	}
	*xid = 0;
	if (error.code != ESRCH)
		msg_warn("%s", error.text);
	errno = error.code;
	return false;
}

static int report(int fd, enum result result, int value)
{
	static const int statuses[] = {
		[FINISHED] = 0, [KILLED] = 1, [TIMEOUT] = 2, [ERROR] = 127,
	};
	char line[32];
	size_t len;
	ssize_t n;

	switch (result) {
	case FINISHED:
		snprintf(line, sizeof(line), "FINISHED %d\n", value);
		break;
	case KILLED:
		strcpy(line, "KILLED\n");
		break;
	case TIMEOUT:
		strcpy(line, "TIMEOUT\n");
		break;
	case ERROR:
		snprintf(line, sizeof(line), "ERROR %d\n", value);
		break;
	default:
		strcpy(line, "???\n");
		break;
	}
	len = strlen(line);
	if (fd >= 0) {
		n = write(fd, line, len);
		if (n != (ssize_t)len)
			msg_call("write", "status-fd");
	}
	return (size_t)result < sizeof(statuses) / sizeof(*statuses) ?
	       statuses[result] : 126;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool terminate = false, limited = false;
	time_t timeout = 0;
	int fd = -1, opt, value = 0;
	enum result result;
	uint32_t xid;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_STATUS_FD:
			fd = (int)arg_number(args.value, INT_MAX,
					     "descriptor");
			if (fcntl(fd, F_GETFD) < 0)
				msg_die(EXIT_OWN, "invalid descriptor '%s'",
					args.value);
			break;
		case OPT_TERMINATE:
			terminate = true;
			break;
		default:
			timeout = (time_t)arg_number(args.value, INT_MAX,
						     "timeout");
			limited = true;
			break;
		}
	}
	if (argc - args.next != 1)
		msg_usage("%s: one context must be given", program.name);

	if (find_context(argv[args.next], &xid)) {
		if (limited)
			set_alarm(timeout);
		result = terminate ? wait_and_kill(xid, &value) :
				     wait_once(xid, &value);
		if (result == ERROR) {
			errno = value;
			msg_call("vc_wait_exit", "xid %u", (unsigned int)xid);
		}
	} else {
		value = errno == ESRCH ? 0 : errno;
		result = value ? ERROR : FINISHED;
	}
	return prog_finish(report(fd, result, value));
}
