// SPDX-License-Identifier: GPL-2.0
/*
 * vcopy: make a new guest from another one, sharing what may be shared.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clone.h"
#include "vserver-config.h"

enum { OPT_MANUALLY = OPT_LONG, OPT_STRICT, OPT_JSON, OPT_TRUSTED };

static const struct opt opts[] = {
	{ 'n', "dry-run", NULL, "change nothing" },
	{ OPT_JSON, "json", NULL, "print the sum as JSON" },
	{ OPT_MANUALLY, "manually", NULL, "trees and lists, not guests" },
	{ 'x', "one-file-system", NULL, "always so" },
	{ OPT_STRICT, "strict", NULL, "DESTINATION has a configuration" },
	{ OPT_TRUSTED, "trusted", NULL, "share set-user-id programs, too" },
	{ 'v', "verbose", NULL, "tell more; up to six times" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vcopy",
	.purpose = "copy a guest, sharing its files",
	.synopsis =
		"[-n] [-v]... [--json] [--strict] [--trusted] DESTINATION "
		"SOURCE\n"
		"--manually [-n] [-v]... [--json] [--trusted] DESTINATION "
		"EXCLUDELIST SOURCE EXCLUDELIST",
	.about =
		"Make the new guest DESTINATION: files of SOURCE that may be"
		" shared are shared,\n"
		"those that an exclude list names are copied, or left out.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static struct clone job;
static struct rules *also;	/* of the destination, or NULL */

static char sign_of(const struct place *p)
{
	const char *pattern;
	char sign = RULE_SHARE;

	if (also)
		sign = rules_sign(also, rules_match(also,
						    rules_above(also, p->path),
						    p->path, &p->st),
				  &pattern);
	if (p->rule == RULE_OMIT || sign == RULE_OMIT)
		return RULE_OMIT;
	return p->rule == RULE_KEEP ? RULE_KEEP : sign;
}

static enum clone_way way(const struct place *p, const struct file *f)
{
	char sign = sign_of(p);

	if (sign == RULE_OMIT)
		return CLONE_OMIT;
	return f && sign == RULE_SHARE &&
		file_check(f, job.stage.trusted) == LINKED ? CLONE_SHARE :
		CLONE_COPY;
}

static void write_value(const char *dir, const char *name, const char *value)
{
	char path[PATH_MAX + 16];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%.9s", dir, name);
	f = fopen(path, "wxe");
	if (!f || fprintf(f, "%s\n", value) < 0 || fclose(f))
		msg_die(1, "%s: %s", path, strerror(errno));
}

/* The smallest configuration: where it is, and its name. */
static void make_config(const char *name, const char *root)
{
	char dir[PATH_MAX], path[PATH_MAX + 16];

	snprintf(dir, sizeof(dir), "%s/%s", CONFDIR, name);
	if (mkdir(dir, 0755))
		msg_die(1, "%s: %s", dir, strerror(errno));
	snprintf(path, sizeof(path), "%s/vdir", dir);
	if (symlink(root, path))
		msg_die(1, "%s: %s", path, strerror(errno));
	write_value(dir, "name", name);
}

/* True if it needs a configuration. */
static bool take_guests(const char *to, const char *from, bool strict)
{
	static char root[PATH_MAX];
	struct vc_config *config;
	struct guest g;

	if (!vc_guest_name_valid(to))
		msg_die(1, "'%s' is no name for a vserver", to);
	guest_open(&g, from);
	job.rules = guest_rules(&g);
	config = vc_config_read(NULL, to, NULL);
	if (strict && !config)
		msg_die(1, "vserver '%s' has no configuration, which --strict "
			"asks for", to);
	snprintf(root, sizeof(root), "%s/%s", VROOTDIR, to);
	if (config)
		snprintf(root, sizeof(root), "%s", vc_config_root(config));
	clone_open(&job, vc_config_root(g.config), root);
	return !config && !outcomes.dry_run;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool manually = false, strict = false, unknown = false;
	struct rules *rules;
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
		case OPT_MANUALLY:
			manually = true;
			break;
		case OPT_STRICT:
			strict = true;
			break;
		case OPT_TRUSTED:
			job.stage.trusted = true;
			break;
		case OPT_JSON:
			outcomes.json = true;
			break;
		default:
			break;
		}
	}
	argv += args.next;
	if (argc - args.next != (manually ? 4 : 2))
		msg_usage("%s: %s", program.name, manually ?
			  "two trees are needed, each with an exclude list" :
			  "a destination and a source are needed");
	job.way = way;
	stop_on_signals();
	if (manually) {
		also = rules_new();
		rules_read(also, argv[1]);
		rules_sort(also);
		clone_open(&job, argv[2], argv[0]);
		rules = rules_new();
		rules_keep_packages(rules, &job.from);
		rules_read(rules, argv[3]);
		rules_sort(rules);
		job.rules = rules;
	} else {
		unknown = take_guests(argv[0], argv[1], strict);
	}
	stage_open(&job.stage, root_parent(&job.from), job.from.path);
	clone_run(&job);
	stage_close(&job.stage);
	if (unknown && !stopped() && !outcomes.count[FAILED])
		make_config(argv[0], job.to.path);
	return prog_finish(outcomes_end("guest", argv[0]));
}
