// SPDX-License-Identifier: GPL-2.0
/*
 * showattr: show the attributes of files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "iattr.h"
#include "json.h"
#include "prog.h"
#include "tree.h"

enum { OPT_JSON = OPT_LONG, OPT_LEGACY };

static const struct opt opts[] = {
	{ 'a', "all", NULL, "names that begin with a dot, too" },
	{ 'L', "dereference", NULL, "follow a symbolic link that is a FILE" },
	{ 'd', "directory", NULL, "directories, not what is in them" },
	{ OPT_JSON, "json", NULL, "show them as JSON" },
	{ OPT_LEGACY, "legacy", NULL, "the seven letters of old versions" },
	{ 'x', "one-file-system", NULL, "stay in the file system" },
	{ 'R', "recursive", NULL, "directories with all that is below" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "showattr",
	.purpose = "show attributes of files",
	.synopsis = "[-R] [-a] [-d] [-x] [-L] [--legacy|--json] [--] [FILE...]",
	.about =
		"Show the attributes of files as letters: admin, watch, hide,"
		" write (m), barrier,\n"
		"ixunlink (u), immutable, cow, tag (x).  Capital: set; small:"
		" not set; '-': the\n"
		"file cannot have it.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

enum format { LETTERS, LEGACY, JSON };

static void show_json(const char *path, const struct vcmd_fiattr *attr)
{
	json_open(NULL, '{');
	json_string("path", path);
	for (int i = 0; i < IATTR_LETTERS; i++)
		if (attr->mask & iattr_names[i].bits)
			json_bool(iattr_names[i].name,
				  attr->flags & iattr_names[i].bits);
	json_close('}');
}

static bool show(int fd, const char *path, void *arg)
{
	const enum format *format = arg;
	struct vcmd_fiattr attr = { 0, 0, 0 };
	char text[IATTR_LETTERS + 1];

	if (fd < 0 || vc_fget_iattr(fd, &attr)) {
		int err = errno;

		if (*format != JSON)
			printf("%-*s%s\n", *format == LEGACY ? 8 : 10, "ERR",
			       path);
		msg_warn("%s: %s", path, vc_strerror(err));
		return false;
	}
	switch (*format) {
	case JSON:
		show_json(path, &attr);
		break;
	case LEGACY:
		iattr_format_legacy(text, attr.flags, attr.mask);
		printf("%s %s\n", text, path);
		break;
	case LETTERS:
		iattr_format(text, attr.flags, attr.mask);
		printf("%-10s%s\n", text, path);
		break;
	}
	return true;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	enum format format = LETTERS;
	struct tree tree = { .skip_top = true, .visit = show, .arg = &format };
	unsigned long failed = 0, visited = 0;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'a':
			tree.all = true;
			break;
		case 'd':
			tree.skip_top = false;
			break;
		case 'L':
			tree.follow = true;
			break;
		case 'R':
			tree.recursive = true;
			break;
		case 'x':
			tree.one_fs = true;
			break;
		case OPT_JSON:
			format = JSON;
			break;
		default:
			format = LEGACY;
			break;
		}
	}
	if (tree.recursive && !tree.skip_top)
		msg_usage("%s: either '-R' or '-d'", program.name);
	if (format == JSON)
		json_open(NULL, '[');
	if (args.next == argc)
		failed += tree_walk(&tree, ".", &visited);
	for (int i = args.next; i < argc; i++)
		failed += tree_walk(&tree, argv[i], &visited);
	if (format == JSON) {
		json_close(']');
		json_end();
	}
	return prog_finish(failed ? 1 : 0);
}
