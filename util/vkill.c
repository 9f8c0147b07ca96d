// SPDX-License-Identifier: GPL-2.0
/*
 * vkill: signal a process of any context, or a whole context at once.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>

#include "prog.h"
#include "signame.h"

static const struct opt opts[] = {
	{ 'c', "ctx", "ID", NULL },
	{ 'l', "list", NULL, "list the names of signals" },
	{ 's', "signal", "SIGNAL", "the signal (default: TERM)" },
	{ 'c', "xid", "ID", "the context of the processes" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vkill",
	.purpose = "signal processes of any context",
	.synopsis = "[-s SIGNAL] [--] PID...\n"
		    "--xid ID [-s SIGNAL] [--] [PID...]\n"
		    "-l",
	.about =
		"Signal processes of any context, or all processes of a "
		"context at once.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* Any number; 1, 0 and -1 have a meaning in a context. */
static bool parse_pid(const char *text, pid_t *pid)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno || value > INT_MAX || value < -1)
		return false;
	*pid = (pid_t)value;
	return true;
}

static int signal_in(uint32_t xid, pid_t pid, int sig)
{
	/* Below the smallest guest id there is nothing to be looked up. */
	return xid < VS_XID_MIN ? kill(pid, sig) : vc_ctx_kill(xid, pid, sig);
}

/* Find the context of the process and signal it there. */
static int signal_anywhere(pid_t pid, int sig)
{
	int xid = vc_task_xid(pid);

	return xid < 0 ? -1 : signal_in((uint32_t)xid, pid, sig);
}

static bool signal_pid(const char *text, const uint32_t *xid, int sig)
{
	bool in_guest = xid && *xid >= VS_XID_MIN;
	pid_t pid;
	int ret;

	/* 0 and -1 would be groups of processes of the host. */
	if (!parse_pid(text, &pid) || (pid <= 0 && !in_guest)) {
		msg_warn("%s: invalid pid", text);
		return false;
	}
	ret = xid ? signal_in(*xid, pid, sig) : signal_anywhere(pid, sig);
	if (ret)
		msg_warn("%s: %s", text, vc_strerror(errno));
	return !ret;
}

static bool signal_context(uint32_t xid, int sig)
{
	if (xid < VS_XID_MIN) {
		msg_warn("refusing to signal every host process");
		return false;
	}
	if (!vc_ctx_kill(xid, 0, sig))
		return true;
	msg_call("vc_ctx_kill", "xid %u", (unsigned int)xid);
	return false;
}

/* The number behind "self", which decides what is allowed. */
static uint32_t resolve(uint32_t xid)
{
	int own;

	if (xid <= VS_XID_MAX)
		return xid;
	own = vc_task_xid(0);
	if (own < 0) {
		msg_call("vc_task_xid", NULL);
		prog_exit(EXIT_FAILURE);
	}
	return (uint32_t)own;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const char *id = NULL;
	bool ok = true;
	int opt, sig = SIGTERM;
	uint32_t xid = 0;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'c':
			id = args.value;
			break;
		case 'l':
			signal_list();
			return prog_finish(0);
		default:
			sig = signal_parse(args.value);
			if (sig < 0) {
				msg_raw("Invalid signal specified");
				prog_exit(EXIT_FAILURE);
			}
			break;
		}
	}
	if (!id && args.next == argc) {
		msg_raw("No pid specified");
		prog_exit(EXIT_FAILURE);
	}
	if (id)
		xid = resolve(arg_id(id, 0, EXIT_FAILURE));
	if (args.next == argc)
		ok = signal_context(xid, sig);
	for (int i = args.next; i < argc; i++)
		ok &= signal_pid(argv[i], id ? &xid : NULL, sig);
	return prog_finish(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}
