// SPDX-License-Identifier: GPL-2.0
/*
 * reducecap: run a program with fewer capabilities, for good.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "caps.h"
#include "procfs.h"
#include "prog.h"

#ifndef PR_CAPBSET_DROP
#define PR_CAPBSET_READ		23
#define PR_CAPBSET_DROP		24
#endif
#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS	38
#endif
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT		47
#define PR_CAP_AMBIENT_LOWER	3
#endif

enum { OPT_CAP = OPT_LONG, OPT_FLAG, OPT_PID, OPT_SECURE, OPT_SHOW };

static const struct opt opts[] = {
	{ OPT_CAP, "cap", "[!]CAP", "keep a capability or remove it" },
	{ OPT_FLAG, "flag", "LIST", "ignored; flags belong to contexts" },
	{ OPT_PID, "pid", "PID", "the process to show (default: this)" },
	{ OPT_SECURE, "secure", NULL, "keep few capabilities" },
	{ OPT_SHOW, "show", NULL, "show the capabilities of a process" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "reducecap",
	.purpose = "run a program with fewer capabilities",
	.synopsis = "[--secure] [--cap [!]CAP]... [--] PROGRAM [ARG...]\n"
		    "--show [--pid PID]",
	.about =
		"Run a program which cannot get more capabilities, whatever "
		"it executes.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static const char *mark(uint64_t set, unsigned int bit)
{
	return set >> bit & 1 ? "X" : "";
}

static int show(const char *pid)
{
	char path[64], text[8192];
	struct capsets sets;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if (proc_read(path, text, sizeof(text)) < 0)
		msg_die(EXIT_OWN, "%s: %s", path, vc_strerror(errno));
	if (caps_parse_status(text, &sets))
		msg_die(EXIT_OWN, "%s: no capabilities in there", path);

	printf("%-18s  Effective  Permitted  Inheritable  Bounding  Ambient\n",
	       "Capability");
	for (unsigned int i = 0; i < caps_count(); i++) {
		char name[64];

		vc_list_format(VC_LIST_BCAPS, 1ULL << i, name, sizeof(name));
		printf("%-18s  %-9s  %-9s  %-11s  %-8s  %s\n", name,
		       mark(sets.effective, i), mark(sets.permitted, i),
		       mark(sets.inheritable, i), mark(sets.bounding, i),
		       mark(sets.ambient, i));
	}
	return 0;
}

/*
 * Lower the bounding set.  Where only root may do that, forbid that any
 * execution adds capabilities; this stops su(1) and the like altogether.
 */
static void drop_bounding(uint64_t keep)
{
	for (unsigned int i = 0; i < caps_count(); i++) {
		if (keep >> i & 1 || prctl(PR_CAPBSET_READ, i, 0, 0, 0) != 1)
			continue;
		if (!prctl(PR_CAPBSET_DROP, i, 0, 0, 0))
			continue;
		if (errno != EPERM ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			die_call("prctl", "bounding set");
		msg_warn("only root may lower the bounding set here, unless "
			 "the sysctl kernel.vserver.unprivileged_capbset is "
			 "1; set-user-id programs will not work instead");
		return;
	}
}

static void reduce(uint64_t keep)
{
	struct capsets sets;

	if (caps_get(&sets))
		die_call("capget", NULL);
	/* The bounding set first: lowering it needs a capability. */
	drop_bounding(keep);
	for (unsigned int i = 0; i < caps_count(); i++)
		if (!(keep >> i & 1))
			prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, i, 0, 0);
	sets.effective &= keep;
	sets.permitted &= keep;
	sets.inheritable &= keep;
	if (caps_set(&sets))
		die_call("capset", NULL);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool secure = false, showing = false;
	struct vc_bits caps = { .mask = 0 };
	const char *pid = NULL;
	char **command;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_CAP:
			caps_option(args.value, &caps);
			break;
		case OPT_FLAG:
			msg_warn("'--flag' has no effect");
			break;
		case OPT_PID:
			arg_number(args.value, INT_MAX, "pid");
			pid = args.value;
			break;
		case OPT_SECURE:
			secure = true;
			break;
		default:
			showing = true;
			break;
		}
	}
	if (showing)
		return prog_finish(show(pid ? pid : "self"));
	if (pid)
		msg_usage("%s: '--pid' needs '--show'", program.name);

	command = arg_command(&args);
	reduce(caps_result(secure, &caps));
	msg_raw("Executing");
	return chain_exec(command);
}
