// SPDX-License-Identifier: GPL-2.0
/*
 * setattr: change the attributes of files.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "iattr.h"
#include "prog.h"
#include "tree.h"

enum {
	OPT_FLAGS = OPT_LONG,
	OPT_NO_FLAGS,
	OPT_SET,			/* + index in iattr_names */
	OPT_CLEAR = OPT_SET + 32,
	N_SPELLINGS = 40,
};

/* The fixed ones; those of attributes are made from their names. */
static const struct opt fixed[] = {
	{ 'L', "dereference", NULL, "follow a symbolic link that is a FILE" },
	{ OPT_FLAGS, "flags", "BITS", "set attributes by number" },
	{ 'x', "one-file-system", NULL, "stay in the file system" },
	{ 'R', "recursive", NULL, "directories with all that is below" },
	{ OPT_NO_FLAGS, "~flags", "BITS", NULL },
	{ OPT_NO_FLAGS, "!flags", "BITS", NULL },
	{ 0, NULL, NULL, NULL },
};

static struct opt opts[N_SPELLINGS + 8];
static char names[N_SPELLINGS][32];

static struct program program = {
	.name = "setattr",
	.purpose = "change attributes of files",
	.synopsis =
		"[-R] [-x] [-L] {--ATTRIBUTE|--~ATTRIBUTE|--flags BITS}... "
		"[--] FILE...",
	.about =
		"Set attributes of files, or clear them: '--~barrier' or"
		" '--!barrier' clears what\n"
		"'--barrier' sets.  Nobody but root of the host may.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static size_t add(size_t n, int id, char sign, const struct iattr_name *a)
{
	const char prefix[2] = { sign, '\0' };

	snprintf(names[n], sizeof(names[n]), "%s%s", prefix, a->name);
	opts[n] = (struct opt){ id, names[n], NULL, sign ? NULL : a->text };
	return n + 1;
}

static int by_name(const struct opt *a, const struct opt *b)
{
	return strcmp(a->name, b->name);
}

static void make_options(void)
{
	size_t n = 0;

	for (int i = 0; iattr_names[i].name; i++) {
		if (iattr_names[i].bits == VIATTR_TAG)
			continue;
		n = add(n, OPT_SET + i, '\0', &iattr_names[i]);
		n = add(n, OPT_CLEAR + i, '~', &iattr_names[i]);
		n = add(n, OPT_CLEAR + i, '!', &iattr_names[i]);
	}
	for (int i = 0; fixed[i].name; i++)
		opts[n++] = fixed[i];
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j && by_name(&opts[j - 1], &opts[j]) > 0;
		     j--) {
			struct opt o = opts[j];

			opts[j] = opts[j - 1];
			opts[j - 1] = o;
		}
}

static bool change(int fd, const char *path, void *arg)
{
	const struct vcmd_fiattr *attr = arg;

	if (fd >= 0 && !vc_fset_iattr(fd, attr))
		return true;
	msg_warn("%s: %s", path, vc_strerror(errno));
	return false;
}

static void take(struct vcmd_fiattr *attr, bool on, uint32_t bits)
{
	attr->mask |= bits;
	attr->flags = on ? attr->flags | bits : attr->flags & ~bits;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct vcmd_fiattr attr = { 0, 0, 0 };
	struct tree tree = { .all = true, .visit = change, .arg = &attr };
	unsigned long failed = 0, visited = 0;
	int opt;

	make_options();
	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'L':
			tree.follow = true;
			break;
		case 'R':
			tree.recursive = true;
			break;
		case 'x':
			tree.one_fs = true;
			break;
		case OPT_FLAGS:
		case OPT_NO_FLAGS:
			take(&attr, opt == OPT_FLAGS,
			     (uint32_t)arg_number(args.value, UINT32_MAX,
						  "flags"));
			break;
		default:
			if (opt >= OPT_CLEAR)
				take(&attr, false,
				     iattr_names[opt - OPT_CLEAR].bits);
			else
				take(&attr, true,
				     iattr_names[opt - OPT_SET].bits);
			break;
		}
	}
	if (!attr.mask)
		msg_usage("%s: no attribute given", program.name);
	if (args.next == argc)
		msg_usage("%s: no file given", program.name);
	for (int i = args.next; i < argc; i++)
		failed += tree_walk(&tree, argv[i], &visited);
	return prog_finish(failed ? 1 : 0);
}
