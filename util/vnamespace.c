// SPDX-License-Identifier: GPL-2.0
/*
 * vnamespace: vspace for mounts and directories.
 */
#include "cleanup.h"
#include "prog.h"
#include "space.h"

enum { OPT_KEEP = OPT_LONG };

static const struct opt opts[] = {
	{ 'c', "cleanup", NULL, "unmount what is not needed" },
	{ 'e', "enter", "ID", "join the mounts of a context" },
	{ 'i', "index", "N", "set of the context (default: 0)" },
	{ OPT_KEEP, "keep", "DIR", "with --cleanup: needed as well" },
	{ 'n', "new", NULL, "make a new namespace" },
	{ 's', "set", NULL, "store mounts in the own context" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vnamespace",
	.purpose = "make, store, join and clean up mount namespaces",
	.synopsis = "--new [--] PROGRAM [ARG...]\n"
		    "--enter ID [--index N] [--] PROGRAM [ARG...]\n"
		    "--set [--index N] [[--] PROGRAM [ARG...]]\n"
		    "--cleanup [--keep DIR]... [[--] PROGRAM [ARG...]]",
	.about = "Make, store, join or clean up mount namespaces.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static void set_action(int *action, int opt)
{
	if (*action && *action != opt)
		msg_usage("only one of '--new', '--enter', '--set' and "
			  "'--cleanup' can be given");
	*action = opt;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	int opt, action = 0;
	const char *id = NULL;
	char **command = NULL;
	uint32_t index = 0;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'i':
			index = (uint32_t)arg_number(args.value, 1, "index");
			break;
		case OPT_KEEP:
			cleanup_keep(args.value);
			break;
		default:
			set_action(&action, opt);
			if (opt == 'e')
				id = args.value;
			break;
		}
	}
	if (!action)
		msg_usage("Neither '--new', '--enter', '--set' nor "
			  "'--cleanup' specified");
	if (action == 'n' || action == 'e')
		command = arg_command(&args);

	switch (action) {
	case 'n':
		space_new(SPACE_MNT);
		return chain_exec(command);
	case 'e':
		space_enter(arg_id(id, VC_ID_STOPPED, EXIT_OWN), SPACE_MOUNT,
			    index);
		return chain_exec(command);
	case 's':
		space_set(SPACE_MOUNT, index);
		break;
	default:
		cleanup_mounts();
		break;
	}
	return chain_rest(&args);
}
