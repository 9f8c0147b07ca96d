// SPDX-License-Identifier: GPL-2.0
/*
 * vdu: the space that files take, but for those that are shared; or those
 * with a tag.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "json.h"
#include "unify.h"

enum {
	OPT_XID = OPT_LONG, OPT_SPACE, OPT_INODES, OPT_BLOCKSIZE, OPT_SCRIPT,
	OPT_JSON,
};

static const struct opt opts[] = {
	{ 'a', "all", NULL, "files, too, not only directories" },
	{ OPT_BLOCKSIZE, "blocksize", "BYTES", "unit of --space (1024)" },
	{ 'h', "human-readable", NULL, "print sizes such as 2K and 1.5M" },
	{ OPT_INODES, "inodes", NULL, "with --xid: the number of inodes" },
	{ OPT_JSON, "json", NULL, "print JSON" },
	{ 'k', "kilobytes", NULL, "print sizes in 1024 bytes (default)" },
	{ OPT_SCRIPT, "script", NULL, "with --xid: numbers only" },
	{ OPT_SPACE, "space", NULL, "with --xid: the space" },
	{ 's', "summarize", NULL, "one line for each DIR" },
	{ OPT_XID, "xid", "ID", "what has this tag" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vdu",
	.purpose = "tell the space of files that are not shared",
	.synopsis =
		"[-a] [-s] [-k | -h] [--json] [DIR...]\n"
		"--xid ID {--space | --inodes}... [--blocksize BYTES] "
		"[--script] [--json] DIR...",
	.about =
		"Tell the space that directories take with all that is below,"
		" but for files that\n"
		"have several names; or that of all files with a tag.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static struct job {
	bool		all, sum, human, json, script;
	bool		tagged, space, inodes;
	uint32_t	tag;
	uint64_t	unit;

	const char	*top;		/* the operand */
	uint64_t	*stack;		/* bytes of the directories we are in */
	size_t		depth;
	uint64_t	total;		/* with a tag */
	uint64_t	count;
	struct seen	*seen;		/* with many names: a hash table */
	size_t		n_seen, room;
} job;

struct seen {
	ino_t	ino;		/* 0: free */
};

/* Note an inode; false if it was there already. */
static bool note(ino_t ino)
{
	size_t i;

	if (2 * job.n_seen >= job.room) {
		struct seen *old = job.seen;
		size_t room = job.room;

		job.room = room ? 2 * room : 1024;
		job.seen = calloc(job.room, sizeof(*job.seen));
		if (!job.seen)
			msg_die(1, "out of memory");
		job.n_seen = 0;
		for (i = 0; i < room; i++)
			if (old[i].ino)
				note(old[i].ino);
		free(old);
	}
	for (i = ino % job.room; job.seen[i].ino; i = (i + 1) % job.room)
		if (job.seen[i].ino == ino)
			return false;
	job.seen[i].ino = ino;
	job.n_seen++;
	return true;
}

static void print(uint64_t bytes, const char *path)
{
	char size[FORMAT_LEN];
	/* "/" below the operand is the operand. */
	const char *below = path[1] ? path : "";
	const char *slash = !strcmp(job.top, "/") && *below ? "" : job.top;

	if (job.json) {
		char text[8192];

		snprintf(text, sizeof(text), "%s%s", slash, below);
		json_open(NULL, '{');
		json_string("path", text);
		json_number("bytes", (int64_t)bytes);
		json_close('}');
		return;
	}
	if (job.human) {
		format_size(bytes, size);
		size[strcspn(size, " ")] = '\0';
	} else {
		snprintf(size, sizeof(size), "%" PRIu64, (bytes + 1023) / 1024);
	}
	printf("%s\t%s%s\n", size, slash, below);
}

static void push(uint64_t bytes)
{
	job.stack = realloc(job.stack, (job.depth + 1) * sizeof(*job.stack));
	if (!job.stack)
		msg_die(1, "out of memory");
	job.stack[job.depth++] = bytes;
}

static uint64_t bytes_of(const struct stat *st)
{
	return (uint64_t)st->st_blocks * 512;
}

static bool entry(struct walk *w, const struct place *p)
{
	(void)w;
	if (S_ISDIR(p->st.st_mode)) {
		push(bytes_of(&p->st));
		return true;
	}
	if (p->st.st_nlink > 1)
		return false;
	job.stack[job.depth - 1] += bytes_of(&p->st);
	if (job.all)
		print(bytes_of(&p->st), p->path);
	return false;
}

static void leave(struct walk *w, const char *path)
{
	uint64_t bytes = job.stack[--job.depth];

	(void)w;
	if (job.depth)
		job.stack[job.depth - 1] += bytes;
	if (!job.sum || !job.depth)
		print(bytes, path);
}

/* Files have the tag 0 where the file system keeps none. */
static uint32_t tag_of(int dir, const char *name)
{
	struct vcmd_fiattr attr = { 0, 0, 0 };
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || vc_fget_iattr(fd, &attr) || !(attr.mask & VIATTR_TAG))
		attr.tag = 0;
	if (fd >= 0)
		close(fd);
	return attr.tag;
}

static void count(int dir, const char *name, const struct stat *st)
{
	if (tag_of(dir, name) != job.tag ||
	    (!S_ISDIR(st->st_mode) && st->st_nlink > 1 && !note(st->st_ino)))
		return;
	job.total += bytes_of(st);
	job.count++;
}

static bool count_entry(struct walk *w, const struct place *p)
{
	int dir = p->dir;

	/* That of a directory is closed; but it has a way of its own. */
	if (S_ISDIR(p->st.st_mode)) {
		dir = root_opendir(w->root, p->path);
		if (dir >= 0)
			count(dir, ".", &p->st);
		if (dir >= 0)
			close(dir);
		return true;
	}
	count(dir, p->name, &p->st);
	return false;
}

static void tagged(const char *path)
{
	struct root root;
	struct walk walk = { .root = &root, .entry = count_entry };
	uint64_t space;
	struct stat st;

	root_open(&root, path);
	job.total = job.count = 0;
	if (job.room)
		memset(job.seen, 0, job.room * sizeof(*job.seen));
	job.n_seen = 0;
	if (!fstat(root.fd, &st))
		count(root.fd, ".", &st);
	walk_tree(&walk);
	close(root.fd);
	space = (job.total + job.unit - 1) / job.unit;
	if (job.json) {
		json_open(NULL, '{');
		json_string("path", path);
		json_number("xid", job.tag);
		json_number("space", (int64_t)space);
		json_number("inodes", (int64_t)job.count);
		json_close('}');
		return;
	}
	if (!job.script)
		printf("%s ", path);
	if (job.space)
		printf("%" PRIu64 "%s", space, job.inodes ? " " : "\n");
	if (job.inodes)
		printf("%" PRIu64 "\n", job.count);
}

static void classic(const char *path)
{
	struct root root;
	struct walk walk = { .root = &root, .entry = entry, .leave = leave };
	struct stat st;

	job.top = path;
	if (lstat(path, &st)) {
		outcome(FAILED, path, 0);
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (st.st_nlink == 1)
			print(bytes_of(&st), "/");
		return;
	}
	root_open(&root, path);
	push(bytes_of(&st));
	walk_tree(&walk);
	leave(&walk, "/");
	close(root.fd);
}

static void check(int operands)
{
	if (!job.tagged && (job.space || job.inodes || job.script))
		msg_usage("No xid specified; try '--help' for more "
			  "information");
	if (job.tagged && !job.space && !job.inodes)
		msg_usage("Must specify --space or --inodes; try '--help' for "
			  "more information");
	if (job.tagged && !operands)
		msg_usage("No directory specified; try '--help' for more "
			  "information");
	if (!job.unit)
		msg_usage("%s: blocks of 0 bytes", program.name);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	static char here[] = ".", *none[] = { here, NULL };
	int opt;

	prog_start(&program);
	job.unit = 1024;
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'a':
			job.all = true;
			break;
		case 's':
			job.sum = true;
			break;
		case 'k':
			job.human = false;
			break;
		case 'h':
			job.human = true;
			break;
		case OPT_XID:
			job.tag = arg_id(args.value, 0, EXIT_OWN);
			job.tagged = true;
			break;
		case OPT_SPACE:
			job.space = true;
			break;
		case OPT_INODES:
			job.inodes = true;
			break;
		case OPT_BLOCKSIZE:
			job.unit = arg_number(args.value, INT64_MAX,
					      "block size");
			break;
		case OPT_SCRIPT:
			job.script = true;
			break;
		default:
			job.json = true;
			break;
		}
	}
	check(argc - args.next);
	argv = args.next < argc ? argv + args.next : none;
	if (job.json)
		json_open(NULL, '[');
	for (; *argv; argv++)
		if (job.tagged)
			tagged(*argv);
		else
			classic(*argv);
	if (job.json) {
		json_close(']');
		json_end();
	}
	return prog_finish(outcomes.count[FAILED] ? 1 : 0);
}
