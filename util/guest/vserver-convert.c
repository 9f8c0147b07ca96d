// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-convert: a directory with settings from a NAME.conf.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prog.h"
#include "setting.h"
#include "tree.h"
#include "vserver-config.h"

static const struct opt opts[] = {
	{ 'n', "dry-run", NULL, "tell what would be written" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-convert",
	.purpose = "convert configurations of guests",
	.synopsis = "[options] GUEST...",
	.about = "Make directories with settings of old NAME.conf files.",
	.opts = opts,
	.usage_status = 2,
};

static bool dry_run;

/* What comes from .defaults stays there. */
static bool is_own(const struct vc_config *c, const struct vc_config_entry *e)
{
	return e->kind == VC_CONFIG_PROGRAM ?
		!strstr(e->file, "/.defaults/") :
		!strcmp(e->file, vc_config_path(c));
}

static int write_one(const char *dir, const struct vc_config_entry *e,
		     struct vc_error *error)
{
	if (dry_run) {
		printf("%s/%s: %s\n", dir, e->key, e->value);
		return 0;
	}
	return e->kind == VC_CONFIG_PROGRAM ?
		setting_link(dir, e->key, e->value, error) :
		setting_write(dir, e->key, e->value, error);
}

/*
 * All is written to a directory that is no guest yet; the last step makes it
 * one.
 */
static int convert(const struct vc_config *c, struct vc_error *error)
{
	const char *old = vc_config_path(c), *target;
	char dir[PATH_MAX], new[PATH_MAX + 8], done[PATH_MAX + 16];
	const struct vc_config_entry *e;
	struct stat st;

	snprintf(dir, sizeof(dir), "%s", old);
	*strrchr(dir, '.') = '\0';
	target = dry_run ? dir : new;
	snprintf(new, sizeof(new), "%s~", dir);
	snprintf(done, sizeof(done), "%s.converted", old);
	if (!stat(dir, &st))
		return vc_error_set(error, EEXIST, "%s exists", dir);
	if (!dry_run && (tree_remove(new) || mkdir(new, 0755)))
		return vc_error_set(error, errno, "%s: %s", new,
				    strerror(errno));
	for (size_t i = 0; (e = vc_config_entry(c, i)); i++)
		if (is_own(c, e) && write_one(target, e, error))
			return -1;
	if (dry_run) {
		printf("%s/vdir: link to %s\n", dir, vc_config_root(c));
		return 0;
	}
	if (setting_link(new, "vdir", vc_config_root(c), error))
		return -1;
	if (rename(new, dir) || rename(old, done))
		return vc_error_set(error, errno, "%s: %s", dir,
				    strerror(errno));
	printf("%s: made of %s, which is %s now\n", dir, old, done);
	return 0;
}

static int convert_guest(const char *guest)
{
	struct vc_error error = { 0, "" };
	struct vc_config *c = vc_config_read(NULL, guest, &error);
	const struct vc_config_remark *r;
	int ret = -1;

	if (c && vc_config_style(c) == VC_CONFIG_TREE)
		vc_error_set(&error, EEXIST, "%s is a directory already",
			     vc_config_path(c));
	else if (c)
		ret = convert(c, &error);
	for (size_t i = 0; c && (r = vc_config_remark(c, i)); i++)
		msg_warn("%s:%u: %s", r->file, r->line, r->text);
	if (ret)
		msg_warn("%s: %s", guest, error.text);
	vc_config_free(c);
	return ret;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	int status = 0;

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		dry_run = true;
	if (args.next == argc)
		msg_usage("%s: no guest given", program.name);
	for (int i = args.next; i < argc; i++)
		if (convert_guest(argv[i]))
			status = 1;
	return prog_finish(status);
}
