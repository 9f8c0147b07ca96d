// SPDX-License-Identifier: GPL-2.0
/*
 * vspace: make namespaces, store those of a context, join them.
 */
#include "prog.h"
#include "space.h"

enum {
	OPT_DEFAULT = OPT_LONG,
	OPT_ADD,			/* and on, one for each kind */
	OPT_REMOVE = OPT_ADD + 16,
};

/* In the order of their names, as the options are. */
static const uint64_t kinds[9] = {
	SPACE_CGROUP, SPACE_FS, SPACE_IPC, SPACE_MNT, SPACE_NET, SPACE_PID,
	SPACE_TIME, SPACE_USER, SPACE_UTS,
};


static const struct opt opts[] = {
	{ OPT_ADD + 0, "cgroup", NULL, "control groups" },
	{ OPT_DEFAULT, "default", NULL, "what a guest has by default" },
	{ 'e', "enter", "ID", "join namespaces of a context" },
	{ OPT_ADD + 1, "fs", NULL, "root and current directory" },
	{ 'i', "index", "N", "set of the context (default: 0)" },
	{ OPT_ADD + 2, "ipc", NULL, "System V IPC" },
	{ 'm', "mask", "LIST", "these kinds" },
	{ OPT_ADD + 3, "mount", NULL, "mounts" },
	{ OPT_ADD + 4, "net", NULL, "network" },
	{ 'n', "new", NULL, "make new namespaces" },
	{ OPT_ADD + 5, "pid", NULL, "process ids" },
	{ 's', "set", NULL, "store namespaces in the own context" },
	{ OPT_ADD + 6, "time", NULL, "clocks" },
	{ OPT_ADD + 7, "user", NULL, "users and capabilities" },
	{ OPT_ADD + 8, "uts", NULL, "host and domain name" },
	{ OPT_REMOVE + 0, "~cgroup", NULL, NULL },
	{ OPT_REMOVE + 1, "~fs", NULL, NULL },
	{ OPT_REMOVE + 2, "~ipc", NULL, NULL },
	{ OPT_REMOVE + 3, "~mount", NULL, NULL },
	{ OPT_REMOVE + 4, "~net", NULL, NULL },
	{ OPT_REMOVE + 5, "~pid", NULL, NULL },
	{ OPT_REMOVE + 6, "~time", NULL, NULL },
	{ OPT_REMOVE + 7, "~user", NULL, NULL },
	{ OPT_REMOVE + 8, "~uts", NULL, NULL },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vspace",
	.purpose = "make, store and join namespaces",
	.synopsis = "--new [kinds] [--] PROGRAM [ARG...]\n"
		    "--enter ID [--index N] [kinds] [--] PROGRAM [ARG...]\n"
		    "--set [--index N] [kinds] [[--] PROGRAM [ARG...]]",
	.about =
		"Make namespaces, store those of a context, or join them.\n"
		"A tilde, as in --~uts, leaves a kind out.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct plan {
	int		action;		/* its option, or 0 */
	const char	*id;
	uint32_t	index;
	bool		chosen;		/* kinds were named */
	bool		defaults;
	uint64_t	mask;
	uint64_t	without;
};

static void set_action(struct plan *plan, int action)
{
	if (plan->action && plan->action != action)
		msg_usage("only one of '--new', '--enter' and '--set' can be "
			  "given");
	plan->action = action;
}

static void set_mask(struct plan *plan, const char *text)
{
	struct vc_bits bits = { .flag = plan->mask };

	arg_list(VC_LIST_UMASK, text, &bits);
	plan->mask = bits.flag;
	plan->chosen = true;
}

static void set_option(struct plan *plan, int opt, const char *value)
{
	switch (opt) {
	case 'e':
		plan->id = value;
		set_action(plan, opt);
		break;
	case 'n':
	case 's':
		set_action(plan, opt);
		break;
	case 'i':
		plan->index = (uint32_t)arg_number(value, 1, "index");
		break;
	case 'm':
		set_mask(plan, value);
		break;
	case OPT_DEFAULT:
		plan->defaults = true;
		break;
	default:
		if (opt >= OPT_REMOVE) {
			plan->without |= kinds[opt - OPT_REMOVE];
			break;
		}
		plan->mask |= kinds[opt - OPT_ADD];
		plan->chosen = true;
		break;
	}
}

/* The kinds; what is left out is so wherever it stands. */
static uint64_t get_mask(const struct plan *plan)
{
	uint64_t mask = plan->mask;

	if (plan->defaults || !plan->chosen)
		mask |= space_default();
	return mask & ~plan->without;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct plan plan = { .action = 0 };
	char **command = NULL;
	uint64_t mask;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END)
		set_option(&plan, opt, args.value);
	if (!plan.action)
		msg_usage("Neither '--new', '--enter' nor '--set' specified");
	if (plan.action != 's')
		command = arg_command(&args);

	mask = get_mask(&plan);
	/* For the kernel no kind would mean all there are. */
	if (!mask)
		msg_usage("no kind of namespace is left");
	switch (plan.action) {
	case 'e':
		space_enter(arg_id(plan.id, VC_ID_STOPPED, EXIT_OWN), mask,
			    plan.index);
		break;
	case 'n':
		/* Directories are a process's own after every fork. */
		space_new(mask & ~SPACE_FS);
		break;
	default:
		space_set(mask, plan.index);
		return chain_rest(&args);
	}
	return space_run(mask, command);
}
