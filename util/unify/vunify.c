// SPDX-License-Identifier: GPL-2.0
/*
 * vunify: let files of a guest be those of other guests, where they are equal.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unify.h"
#include "vserver-config.h"

enum {
	OPT_MANUALLY = OPT_LONG, OPT_UNDO, OPT_NOFLAGS, OPT_IMMUTABLE,
	OPT_MAYUNLINK, OPT_JSON, OPT_TRUSTED,
};

static const struct opt opts[] = {
	{ 'n', "dry-run", NULL, "change nothing" },
	{ OPT_IMMUTABLE, "immutable", NULL,
	  "with packages: no guest can remove the files" },
	{ OPT_MAYUNLINK, "immutable-mayunlink", NULL,
	  "with packages: guests can remove them (default)" },
	{ OPT_JSON, "json", NULL, "print the sum as JSON" },
	{ OPT_MANUALLY, "manually", NULL, "trees and lists, not a guest" },
	{ OPT_NOFLAGS, "noflags", NULL,
	  "with packages: all guests can write to them" },
	{ 'x', "one-file-system", NULL, "always so" },
	{ 'R', "revert", NULL, "give the guest files of its own again" },
	{ OPT_TRUSTED, "trusted", NULL, "share set-user-id programs, too" },
	{ OPT_UNDO, "undo", NULL, "with packages: as --revert" },
	{ 'v', "verbose", NULL, "tell more; up to six times" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vunify",
	.purpose = "share equal files of guests",
	.synopsis =
		"[-R] [-n] [-v]... [--json] [--trusted] GUEST\n"
		"--manually [-R] [-n] [-v]... [--json] [--trusted] [--] "
		"PATH EXCLUDELIST {REFPATH EXCLUDELIST}...\n"
		"[--undo | --noflags | --immutable | --immutable-mayunlink] "
		"[--] REFROOT GUESTROOT... -- {ALL | PACKAGE...}",
	.about =
		"Replace files of a guest by hard links to those of its"
		" reference guests, where\n"
		"both are equal, and let nobody change them any more.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* Another tree, whose files are used. */
struct reference {
	struct root	root;
	struct rules	*rules;
	bool		trusted;
	int		dir;		/* the one at work, or -1 */
	size_t		above;		/* rule of it */
};

static struct job {
	struct root		root;
	struct rules		*rules;
	struct reference	*refs;
	size_t			n_refs;
	struct stage		stage;
	bool			revert;
	char			dir[PATH_MAX];	/* that refs are open at */
} job;

static struct reference *add_reference(void)
{
	job.refs = realloc(job.refs, (job.n_refs + 1) * sizeof(*job.refs));
	if (!job.refs)
		msg_die(1, "out of memory");
	job.refs[job.n_refs] = (struct reference){ .dir = -1 };
	return &job.refs[job.n_refs++];
}

/* Open the directory of @path in all references. */
static void follow(const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	if (strlen(job.dir) == len && !strncmp(job.dir, path, len) &&
	    job.refs[0].dir != -1)
		return;
	memcpy(job.dir, path, len);
	job.dir[len] = '\0';
	for (size_t i = 0; i < job.n_refs; i++) {
		struct reference *r = &job.refs[i];

		if (r->dir >= 0)
			close(r->dir);
		r->dir = root_opendir(&r->root, len ? job.dir : "/");
		if (r->dir < 0)
			r->dir = -2;
		r->above = rules_above(r->rules, path);
	}
}

/* What can be said without opening the files. */
static enum outcome look(const struct reference *r, const struct place *p,
			 struct file *ref)
{
	const struct file f = { .st = p->st };
	const char *pattern;

	if (r->dir < 0 || fstatat(r->dir, p->name, &ref->st,
				  AT_SYMLINK_NOFOLLOW))
		return NO_REFERENCE;
	if (ref->st.st_dev != p->st.st_dev)
		return OTHER_DEVICE;
	if (rules_sign(r->rules, rules_match(r->rules, r->above, p->path,
					     &ref->st), &pattern) != RULE_SHARE)
		return EXCLUDED;
	return file_looks_same(ref, &f, true) ? LINKED : DIFFERENT;
}

static enum outcome unify_with(const struct reference *r,
			       const struct place *p, const struct file *f)
{
	struct file ref = { .fd = -1 };
	enum outcome ret = look(r, p, &ref);

	if (ret == LINKED)
		ret = file_open(r->dir, p->name, &ref);
	if (ret == LINKED && ref.st.st_ino != p->st.st_ino)
		ret = file_check(&ref, r->trusted);
	job.stage.trusted = r->trusted;
	if (ret == LINKED)
		ret = stage_unify(&job.stage, &ref, p->dir, p->name, f, true);
	file_close(&ref);
	if (ret == LINKED || ret == ALREADY)
		tell(4, "source", r->root.path, p->path);
	return ret;
}

static enum outcome unify(const struct place *p)
{
	enum outcome ret = NO_REFERENCE, one;
	struct file f;

	follow(p->path);
	one = file_open(p->dir, p->name, &f);
	if (one == LINKED)
		one = file_check(&f, true);
	/* A shared one with two names here is no obstacle. */
	if (one != LINKED && one != OTHER_NAMES) {
		file_close(&f);
		return one;
	}
	for (size_t i = 0; i < job.n_refs; i++) {
		struct stat st;

		if (one == OTHER_NAMES &&
		    (job.refs[i].dir < 0 ||
		     fstatat(job.refs[i].dir, p->name, &st,
			     AT_SYMLINK_NOFOLLOW) ||
		     st.st_ino != f.st.st_ino)) {
			ret = OTHER_NAMES;
			continue;
		}
		ret = unify_with(&job.refs[i], p, &f);
		if (ret == LINKED || ret == ALREADY)
			break;
	}
	file_close(&f);
	return ret;
}

static enum outcome revert(const struct place *p)
{
	struct file f;
	enum outcome ret = file_open(p->dir, p->name, &f);

	if (ret == LINKED)
		ret = f.frozen && f.st.st_nlink > 1 ?
		      stage_copy(&job.stage, p->dir, p->name, &f) : ALREADY;
	file_close(&f);
	return ret;
}

static bool entry(struct walk *w, const struct place *p)
{
	enum outcome ret;

	(void)w;
	if (S_ISDIR(p->st.st_mode)) {
		bool below = job.revert ||
			rules_below(job.rules, p->number, p->path);

		tell(6, below ? "entering" : "skipping", p->path, NULL);
		return below;
	}
	if (S_ISREG(p->st.st_mode)) {
		outcomes.files++;
		if (job.revert)
			ret = revert(p);
		else
			ret = p->rule == RULE_SHARE ? unify(p) : EXCLUDED;
	} else {
		ret = S_ISLNK(p->st.st_mode) ? SYMLINK : SPECIAL;
	}
	if (ret == EXCLUDED && p->rule != RULE_SHARE)
		tell(5, "excluded", p->path, p->pattern);
	if (job.revert && ret == ALREADY)
		return false;
	outcome(ret, p->path, p->st.st_blocks * 512);
	return false;
}

/* The references of a guest: links to the configurations of others. */
static void find_references(const struct guest *g)
{
	char path[PATH_MAX], name[64], real[PATH_MAX];

	for (unsigned int i = 0; i < 100; i++) {
		struct guest ref;
		struct reference *r;

		snprintf(name, sizeof(name), "refserver.%02u", i);
		if (!guest_file(g, name, path, sizeof(path)))
			continue;
		if (!realpath(path, real))
			msg_die(1, "%s: %s", path, strerror(errno));
		guest_open(&ref, real);
		if (ref.root.dev != g->root.dev)
			msg_warn("%s is on another file system", ref.name);
		r = add_reference();
		r->root = ref.root;
		r->rules = guest_rules(&ref);
		r->trusted = *g->trust && !strcmp(g->trust, ref.trust);
	}
	if (!job.n_refs && !job.revert)
		msg_die(1, "vserver '%s' has no reference: apps/vunify/"
			"refserver.00 in its configuration is to be a link to "
			"the configuration of another guest", g->name);
}

static void take_guest(const char *name, bool trusted)
{
	struct guest g;

	guest_open(&g, name);
	job.root = g.root;
	job.rules = guest_rules(&g);
	find_references(&g);
	for (size_t i = 0; trusted && i < job.n_refs; i++)
		job.refs[i].trusted = true;
}

static struct rules *read_rules(const struct root *root, const char *file)
{
	struct rules *rules = rules_new();

	rules_keep_packages(rules, root);
	rules_read(rules, file);
	rules_sort(rules);
	return rules;
}

static void take_trees(int n, char **words, bool trusted)
{
	if (n < 2 || n % 2 || (n < 4 && !job.revert))
		msg_usage("%s: each path needs an exclude list, and there has "
			  "to be a reference", program.name);
	root_open(&job.root, words[0]);
	job.rules = read_rules(&job.root, words[1]);
	for (int i = 2; i < n; i += 2) {
		struct reference *r = add_reference();

		root_open(&r->root, words[i]);
		r->rules = read_rules(&r->root, words[i + 1]);
		r->trusted = trusted;
	}
}

static bool has_packages(char **words)
{
	for (; *words; words++)
		if (!strcmp(*words, "--"))
			return true;
	return false;
}

static int run(const char *what)
{
	struct walk walk = {
		.root = &job.root, .rules = job.rules, .entry = entry,
	};

	job.stage.dry_run = outcomes.dry_run;
	stop_on_signals();
	stage_open(&job.stage, root_parent(&job.root), job.root.path);
	walk_tree(&walk);
	stage_close(&job.stage);
	return outcomes_end("guest", what);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct package_flags how = { .flags = FROZEN };
	bool manually = false, trusted = false;
	int opt;

	prog_start(&program);
	args_turn(argc, argv);
	outcomes.verb = "deunifying";
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'n':
			outcomes.dry_run = true;
			break;
		case 'v':
			outcomes.verbose++;
			break;
		case 'R':
		case OPT_UNDO:
			job.revert = how.undo = true;
			break;
		case OPT_MANUALLY:
			manually = true;
			break;
		case OPT_JSON:
			outcomes.json = true;
			break;
		case OPT_TRUSTED:
			trusted = true;
			break;
		case OPT_NOFLAGS:
			how.flags = 0;
			break;
		case OPT_IMMUTABLE:
			how.flags = VIATTR_IMMUTABLE;
			break;
		default:
			break;
		}
	}
	argv += args.next;
	if (!manually && has_packages(argv))
		return prog_finish(unify_packages(&how, argv));
	if (manually)
		take_trees(argc - args.next, argv, trusted);
	else if (argc - args.next != 1)
		msg_usage("%s: exactly one guest is needed", program.name);
	else
		take_guest(argv[0], trusted);
	return prog_finish(run(argv[0]));
}
