// SPDX-License-Identifier: GPL-2.0
/*
 * vclone: make the tree of a new guest from that of another one.
 */
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "clone.h"
#include "vserver-config.h"

enum { OPT_XID = OPT_LONG, OPT_JSON };

static const struct opt opts[] = {
	{ 'n', "dry-run", NULL, "change nothing" },
	{ 'X', "exclude-from", "LIST", "what is left out" },
	{ OPT_JSON, "json", NULL, "print the sum as JSON" },
	{ 'v', "verbose", NULL, "tell more; up to six times" },
	{ OPT_XID, "xid", "ID", "give new files this tag" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vclone",
	.purpose = "clone the tree of a guest",
	.synopsis = "[-n] [-v]... [--json] [--xid ID] [-X LIST] "
		"{GUEST | PATH} DESTINATION",
	.about =
		"Make the new tree DESTINATION: unified files are shared,"
		" everything else but\n"
		"sockets is copied.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static struct clone job;

static enum clone_way way(const struct place *p, const struct file *f)
{
	/* Whatever a list for vunify keeps from being shared is copied. */
	if (p->rule != RULE_SHARE)
		return CLONE_OMIT;
	return f && f->frozen ? CLONE_SHARE : CLONE_COPY;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct rules *rules = NULL;
	const char *from;
	int opt;

	prog_start(&program);
	outcomes.verb = "copying";
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'n':
			outcomes.dry_run = true;
			break;
		case 'v':
			outcomes.verbose++;
			break;
		case 'X':
			rules = rules_new();
			rules_read(rules, args.value);
			rules_sort(rules);
			break;
		case OPT_XID:
			job.tag = arg_id(args.value, 0, EXIT_OWN);
			job.tagged = true;
			break;
		case OPT_JSON:
			outcomes.json = true;
			break;
		default:
			break;
		}
	}
	argv += args.next;
	if (argc - args.next != 2)
		msg_usage("%s: a guest and a destination are needed",
			  program.name);
	if (*argv[1] != '/')
		msg_usage("%s: the destination '%s' is no absolute path",
			  program.name, argv[1]);
	from = argv[0];
	if (*from != '/') {
		struct guest g;

		guest_open(&g, from);
		from = vc_config_root(g.config);
	}
	job.rules = rules;
	job.way = way;
	stop_on_signals();
	clone_open(&job, from, argv[1]);
	/* What is shared now must not be taken back. */
	stage_lock();
	clone_run(&job);
	return prog_finish(outcomes_end("tree", argv[1]));
}
