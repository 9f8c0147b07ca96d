// SPDX-License-Identifier: GPL-2.0
/*
 * vprocunhide: say who sees which entries of /proc, from a list.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "prog.h"
#include "tree.h"

enum { OPT_LIST = OPT_LONG, OPT_VERBOSE };

static const struct opt opts[] = {
	{ OPT_LIST, "list", "FILE", "the list" },
	{ OPT_VERBOSE, "verbose", NULL, "say what is done" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vprocunhide",
	.purpose = "say who sees which entries of /proc",
	.synopsis = "[--list FILE] [--verbose]",
	.about =
		"Make entries of /proc visible or invisible, as a list says.\n"
		"To be called before the first guest starts.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

#define PROC	"/proc/"
#define CUSTOM	CONFDIR "/.defaults/apps/vprocunhide/files"
#define SHIPPED	PKGDATADIR "/vprocunhide-files"

static const struct prefix {
	char		sign;
	uint32_t	flags, mask;
} prefixes[] = {
	{ '+', 0, VIATTR_HIDE },
	{ '-', VIATTR_HIDE | VIATTR_ADMIN, VIATTR_PROC },
	{ ':', VIATTR_HIDE | VIATTR_WATCH, VIATTR_PROC },
	{ '~', VIATTR_PROC, VIATTR_PROC },
	{ '!', VIATTR_HIDE, VIATTR_PROC },
	{ '>', VIATTR_WRITE, VIATTR_WRITE },
};

#define N_PREFIXES	(sizeof(prefixes) / sizeof(prefixes[0]))

struct work {
	const struct prefix	*prefix;
	bool			verbose;
	unsigned long		failed, visited;
};

static bool change(int fd, const char *path, void *arg)
{
	const struct work *work = arg;
	struct vcmd_fiattr attr = { 0, 0, 0 };

	/* Gone meanwhile. */
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0 || vc_fget_iattr(fd, &attr))
		goto failed;
	/* What belongs to a process, or is a sysctl, is for its owner. */
	if (!(attr.mask & VIATTR_HIDE))
		return true;
	attr.flags = work->prefix->flags;
	attr.mask = work->prefix->mask;
	if (vc_fset_iattr(fd, &attr))
		goto failed;
	if (work->verbose)
		printf("%c%s\n", work->prefix->sign, path);
	return true;

failed:
	msg_warn("%s: %s", path, vc_strerror(errno));
	return false;
}

static void apply(struct work *work, const char *path)
{
	size_t len = strlen(path);
	const struct tree tree = {
		.recursive = path[len - 1] == '/', .one_fs = true,
		.all = true, .visit = change, .arg = work,
	};

	work->failed += tree_walk(&tree, path, &work->visited);
}

static void line(struct work *work, const char *file, unsigned int number,
		 const char *text)
{
	char pattern[PATH_MAX];
	glob_t found;
	size_t len;

	text += strspn(text, " \t");
	len = strcspn(text, "#");
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	if (!len)
		return;

	work->prefix = &prefixes[0];
	for (size_t i = 0; i < N_PREFIXES; i++)
		if (*text == prefixes[i].sign) {
			work->prefix = &prefixes[i];
			text++;
			len--;
			break;
		}
	if (len >= sizeof(pattern) || strncmp(text, PROC, strlen(PROC)))
		msg_die(1, "%s:%u: '%.*s' is not below /proc", file, number,
			(int)len, text);
	snprintf(pattern, sizeof(pattern), "%.*s", (int)len, text);
	/* What this kernel does not have is no mistake. */
	if (glob(pattern, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		apply(work, found.gl_pathv[i]);
	globfree(&found);
}

static int open_list(const char **name)
{
	int fd;

	if (*name) {
		fd = open(*name, O_RDONLY | O_CLOEXEC);
	} else {
		*name = CUSTOM;
		fd = open(CUSTOM, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT) {
			*name = SHIPPED;
			fd = open(SHIPPED, O_RDONLY | O_CLOEXEC);
		}
	}
	if (fd < 0)
		msg_die(1, "%s: %s", *name, strerror(errno));
	return fd;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct work work = { 0 };
	struct lines lines = { 0 };
	const char *file = NULL, *text;
	unsigned int number = 0;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		if (opt == OPT_LIST)
			file = args.value;
		else
			work.verbose = true;
	}
	if (args.next != argc)
		msg_usage("%s: too many arguments", program.name);

	lines.fd = open_list(&file);
	while ((text = lines_next(&lines)))
		line(&work, file, ++number, text);
	close(lines.fd);
	lines_free(&lines);
	if (!work.failed)
		return prog_finish(0);
	return prog_finish(work.failed < work.visited ? 2 : 3);
}
