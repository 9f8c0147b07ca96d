// SPDX-License-Identifier: GPL-2.0
/*
 * vhashify: let files of guests be those of a store, where they are equal.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"
#include "vserver-config.h"

#define SMALLEST	16

enum {
	OPT_MANUALLY = OPT_LONG, OPT_REFRESH, OPT_DESTINATION, OPT_INSECURE,
	OPT_SLEDGEHAMMER, OPT_IGNORE_MTIME, OPT_GC, OPT_JSON, OPT_TRUSTED,
};

static const struct opt opts[] = {
	{ OPT_DESTINATION, "destination", "DIR", "the store" },
	{ 'n', "dry-run", NULL, "change nothing" },
	{ OPT_GC, "gc", NULL, "remove from the store what nobody shares" },
	{ OPT_IGNORE_MTIME, "ignore-mtime", NULL, "times may differ" },
	{ OPT_INSECURE, "insecure", NULL, "others may use the store" },
	{ OPT_JSON, "json", NULL, "print the sum as JSON" },
	{ OPT_MANUALLY, "manually", NULL, "a tree and a list, not a guest" },
	{ OPT_REFRESH, "refresh", NULL, "look at shared files, too" },
	{ OPT_SLEDGEHAMMER, "sledgehammer", NULL, "without effect" },
	{ OPT_TRUSTED, "trusted", NULL, "share set-user-id programs, too" },
	{ 'v', "verbose", NULL, "tell more; up to six times" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vhashify",
	.purpose = "share equal files of guests through a store",
	.synopsis =
		"[-n] [-v]... [--refresh] [--destination DIR] [--insecure] "
		"[--ignore-mtime] [--json] GUEST\n"
		"--manually --destination DIR [OPTION]... PATH EXCLUDELIST\n"
		"--gc [-n] [-v]... [--json] {--destination DIR | GUEST}",
	.about =
		"Replace files of a guest by hard links to equal ones of a"
		" store, or add them to\n"
		"it, and let nobody change them any more.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static struct job {
	struct root	root;
	struct rules	*rules;
	struct store	store;
	struct stage	stage;
	bool		refresh;
	const char	*destination;
} job;

/* @f is immutable; find its like, or make it the first of its kind. */
static enum outcome share(const struct place *p, struct file *f)
{
	char hash[65];

	if (fstat(f->fd, &f->st) || !store_hash(&job.store, f, hash))
		return FAILED;
	for (unsigned int n = 0; n < 1000; n++) {
		struct file object;
		enum outcome ret;

		if (!store_find(&job.store, hash, n, &object)) {
			if (errno != ENOENT)
				return FAILED;
			if (outcomes.dry_run ||
			    !store_add(&job.store, hash, n, f))
				return STORED;
			return errno == EMLINK ? TOO_MANY :
				errno == EXDEV ? OTHER_DEVICE : FAILED;
		}
		if (object.st.st_ino == f->st.st_ino) {
			file_close(&object);
			return ALREADY;
		}
		ret = outcomes.dry_run ? LINKED : file_freeze(&object);
		if (ret == LINKED)
			ret = stage_unify_frozen(&job.stage, &object, p->dir,
						 p->name, f, job.store.mtime);
		file_close(&object);
		/* Another one with this hash, or one more of the same. */
		if (ret != DIFFERENT && ret != TOO_MANY)
			return ret;
	}
	return TOO_MANY;
}

static enum outcome hashify(const struct place *p)
{
	struct file f;
	enum outcome ret = file_open(p->dir, p->name, &f);

	if (ret == LINKED && f.frozen && f.st.st_nlink > 1 && !job.refresh)
		ret = ALREADY;
	else if (ret == LINKED && f.st.st_size < SMALLEST)
		ret = TOO_SMALL;
	if (ret == LINKED)
		ret = file_check(&f, job.stage.trusted);
	if (ret == LINKED && outcomes.dry_run) {
		ret = share(p, &f);
	} else if (ret == LINKED) {
		ret = stage_freeze(&job.stage, &f, 'g');
		if (ret == LINKED)
			ret = share(p, &f);
		stage_release(&job.stage, &f, 'g',
			      ret == STORED || ret == ALREADY);
	}
	file_close(&f);
	return ret;
}

static bool entry(struct walk *w, const struct place *p)
{
	enum outcome ret;

	(void)w;
	if (S_ISDIR(p->st.st_mode)) {
		bool below = rules_below(job.rules, p->number, p->path);

		tell(6, below ? "entering" : "skipping", p->path, NULL);
		return below;
	}
	if (S_ISREG(p->st.st_mode)) {
		outcomes.files++;
		ret = p->rule == RULE_SHARE ? hashify(p) : EXCLUDED;
	} else {
		ret = S_ISLNK(p->st.st_mode) ? SYMLINK : SPECIAL;
	}
	if (ret == EXCLUDED)
		tell(5, "excluded", p->path, p->pattern);
	outcome(ret, p->path, p->st.st_blocks * 512);
	return false;
}

static void check_method(const char *dir)
{
	char path[PATH_MAX + 16], method[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/method", dir);
	f = fopen(path, "re");
	if (!f)
		return;
	if (!fgets(method, sizeof(method), f) ||
	    strcmp(strtok(method, "\n") ? method : "", "sha256"))
		msg_die(1, "%s: the method is not sha256: make a new store",
			path);
	fclose(f);
}

/* The store on the file system of the guest. */
static const char *find_store(const struct guest *g)
{
	static char found[PATH_MAX];
	char dir[PATH_MAX], path[PATH_MAX + 256];
	struct dirent *e;
	struct stat st;
	DIR *d = guest_file(g, "hash", dir, sizeof(dir)) ? opendir(dir) : NULL;

	if (!d)
		msg_die(1, "no store: apps/vunify/hash in the configuration of "
			"'%s', or of .defaults, is to have a link to one",
			g->name);
	check_method(dir);
	*found = '\0';
	while (!*found && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (*e->d_name != '.' && !stat(path, &st) &&
		    S_ISDIR(st.st_mode) && st.st_dev == g->root.dev &&
		    !realpath(path, found))
			*found = '\0';
	}
	closedir(d);
	if (!*found)
		msg_die(1, "%s: no matching device: there is no store on the "
			"file system of '%s'", dir, g->name);
	return found;
}

static void take_guest(const char *name)
{
	static char trust[64];
	struct guest g;

	guest_open(&g, name);
	job.root = g.root;
	job.rules = guest_rules(&g);
	if (!job.destination)
		job.destination = find_store(&g);
	if (*g.trust) {
		memcpy(trust, g.trust, sizeof(trust));
		job.store.trust = trust;
		job.stage.trusted = true;
	}
}

static void take_tree(const char *path, const char *list)
{
	root_open(&job.root, path);
	job.rules = rules_new();
	rules_keep_packages(job.rules, &job.root);
	rules_read(job.rules, list);
	rules_sort(job.rules);
}

static void work(bool insecure)
{
	struct walk walk = {
		.root = &job.root, .rules = job.rules, .entry = entry,
	};

	store_open(&job.store, job.destination, insecure, outcomes.dry_run);
	if (job.store.dev != job.root.dev)
		msg_die(1, "%s: no matching device: it is not on the file "
			"system of %s", job.destination, job.root.path);
	stage_open(&job.stage, root_parent(&job.root), job.root.path);
	walk_tree(&walk);
	stage_close(&job.stage);
}

static void clean(const char *name, bool insecure)
{
	struct guest g;

	if (!job.destination) {
		guest_open(&g, name);
		job.destination = find_store(&g);
	}
	store_open(&job.store, job.destination, insecure, outcomes.dry_run);
	stage_lock();
	store_clean(&job.store);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool manually = false, insecure = false, gc = false;
	const char *what;
	int opt, n;

	prog_start(&program);
	args_turn(argc, argv);
	job.store.mtime = true;
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'n':
			outcomes.dry_run = job.stage.dry_run = true;
			break;
		case 'v':
			outcomes.verbose++;
			break;
		case OPT_MANUALLY:
			manually = true;
			break;
		case OPT_REFRESH:
			job.refresh = true;
			break;
		case OPT_DESTINATION:
			job.destination = args.value;
			break;
		case OPT_INSECURE:
			insecure = true;
			break;
		case OPT_IGNORE_MTIME:
			job.store.mtime = false;
			break;
		case OPT_GC:
			gc = true;
			break;
		case OPT_JSON:
			outcomes.json = true;
			break;
		case OPT_TRUSTED:
			job.stage.trusted = true;
			break;
		default:
			break;
		}
	}
	argv += args.next;
	n = argc - args.next;
	if (manually && (n != 2 || !job.destination))
		msg_usage("%s: --manually needs a destination, a path and an "
			  "exclude list", program.name);
	if (!manually && n != 1 && !(gc && job.destination && !n))
		msg_usage("%s: exactly one guest is needed", program.name);
	what = n ? argv[0] : job.destination;
	stop_on_signals();
	if (gc) {
		clean(what, insecure);
		return prog_finish(outcomes_end("store", job.destination));
	}
	if (manually)
		take_tree(argv[0], argv[1]);
	else
		take_guest(argv[0]);
	work(insecure);
	return prog_finish(outcomes_end("guest", what));
}
