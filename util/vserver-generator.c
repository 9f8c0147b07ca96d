// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-generator: units of systemd(1) for guests.
 *
 *	vserver-generator DIR [EARLY-DIR LATE-DIR]
 *
 * A guest with a mark is wanted by the target of the mark; the target of the
 * mark "default" is wanted by vserver.target.  What a guest depends on goes to
 * an addition to its unit.  This runs early in the boot and must not fail for
 * one guest's sake.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines.h"
#include "prog.h"

#ifndef UNITDIR
#define UNITDIR		"/lib/systemd/system"
#endif

static const struct opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-generator",
	.purpose = "make units of systemd for guests",
	.synopsis = "DIR [EARLY-DIR LATE-DIR]",
	.about = "Called by systemd(1) to make units for the guests that are "
		 "configured.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static const char *out_dir;
static bool failed;

static bool VC_PRINTF(3, 4) make_path(char *path, size_t size,
				      const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(path, size, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < size)
		return true;
	msg_warn("a path is too long");
	failed = true;
	return false;
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST) {
		msg_call("mkdir", "%s", path);
		failed = true;
	}
}

/* In the directory of what @target wants: a link to the file of @unit. */
static void add_wish(const char *target, const char *unit, const char *file)
{
	char dir[PATH_MAX], link[PATH_MAX + 100], path[PATH_MAX];

	if (!make_path(dir, sizeof(dir), "%s/%s.wants", out_dir, target) ||
	    !make_path(link, sizeof(link), "%s/%s", dir, unit) ||
	    !make_path(path, sizeof(path), "%s/%s", UNITDIR, file))
		return;
	make_directory(dir);
	if (symlink(path, link) && errno != EEXIST) {
		msg_call("symlink", "%s", link);
		failed = true;
	}
}

static void add_mark(const char *name, const char *mark)
{
	char target[100], unit[100];

	if (!vc_guest_name_valid(mark)) {
		msg_warn("%s: invalid mark '%s'", name, mark);
		return;
	}
	snprintf(target, sizeof(target), "vserver-mark@%s.target", mark);
	snprintf(unit, sizeof(unit), "vserver@%s.service", name);
	add_wish(target, unit, "vserver@.service");
}

/* A file of the host; those of others are not waited for. */
static int open_file(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Blanks at both ends and comments are not part of a line. */
static char *strip(char *line)
{
	char *end;

	line[strcspn(line, "#\n")] = '\0';
	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return line;
}

static void add_depends(const char *name, struct lines *lines)
{
	char path[PATH_MAX];
	FILE *f = NULL;
	char *line;

	while ((line = lines_next(lines))) {
		line = strip(line);
		if (!*line)
			continue;
		if (!vc_guest_name_valid(line)) {
			msg_warn("%s: depends on '%s', which is no name", name,
				 line);
			continue;
		}
		if (!f) {
			if (!make_path(path, sizeof(path),
				       "%s/vserver@%s.service.d", out_dir,
				       name))
				return;
			make_directory(path);
			strncat(path, "/depends.conf",
				sizeof(path) - strlen(path) - 1);
			f = fopen(path, "we");
			if (!f) {
				msg_call("fopen", "%s", path);
				failed = true;
				return;
			}
			fputs("[Unit]\n", f);
		}
		fprintf(f, "Requires=vserver@%s.service\n"
			"After=vserver@%s.service\n", line, line);
	}
	if (f && fclose(f)) {
		msg_call("fclose", "%s", path);
		failed = true;
	}
}

/* Whether NAME.conf wants the guest to be started: ONBOOT=yes. */
static bool is_onboot(struct lines *lines)
{
	bool onboot = false;
	char *line;

	while ((line = lines_next(lines))) {
		line = strip(line);
		if (strncmp(line, "ONBOOT=", 7))
			continue;
		line += 7;
		line += strspn(line, "\"'");
		onboot = !strncmp(line, "yes", 3);
	}
	return onboot;
}

static void take_tree(const char *name)
{
	struct lines lines = { .fd = -1 };
	char path[PATH_MAX], *line;
	struct stat st;

	if (!make_path(path, sizeof(path), CONFDIR "/%s/vdir", name) ||
	    lstat(path, &st))
		return;
	if (!make_path(path, sizeof(path), CONFDIR "/%s/apps/init/mark", name))
		return;
	lines.fd = open_file(path);
	if (lines.fd >= 0) {
		line = lines_next(&lines);
		if (line && *strip(line))
			add_mark(name, strip(line));
		lines_free(&lines);
		close(lines.fd);
	}
	if (!make_path(path, sizeof(path), CONFDIR "/%s/apps/init/depends",
		       name))
		return;
	lines = (struct lines){ .fd = open_file(path) };
	if (lines.fd >= 0) {
		add_depends(name, &lines);
		lines_free(&lines);
		close(lines.fd);
	}
}

static void take_old(const char *file)
{
	struct lines lines;
	char path[PATH_MAX], name[VC_GUEST_NAME_MAX + 1];
	size_t len = strlen(file) - strlen(".conf");
	struct stat st;

	if (len >= sizeof(name))
		return;
	memcpy(name, file, len);
	name[len] = '\0';
	/* The directory comes first if there are both. */
	if (!vc_guest_name_valid(name) ||
	    !make_path(path, sizeof(path), CONFDIR "/%s/vdir", name) ||
	    !lstat(path, &st) ||
	    !make_path(path, sizeof(path), CONFDIR "/%s", file))
		return;
	lines = (struct lines){ .fd = open_file(path) };
	if (lines.fd < 0)
		return;
	if (is_onboot(&lines))
		add_mark(name, "default");
	lines_free(&lines);
	close(lines.fd);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct dirent *entry;
	DIR *dir;

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		;
	if (args.next == argc)
		msg_usage("%s: no directory", program.name);
	out_dir = argv[args.next];
	umask(022);
	dir = opendir(CONFDIR);
	if (!dir)
		return prog_finish(EXIT_SUCCESS);
	add_wish("vserver.target", "vserver-mark@default.target",
		 "vserver-mark@.target");
	while ((entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');

		if (*entry->d_name == '.')
			continue;
		if (end && !strcmp(end, ".conf"))
			take_old(entry->d_name);
		else if (vc_guest_name_valid(entry->d_name))
			take_tree(entry->d_name);
	}
	closedir(dir);
	return prog_finish(failed ? EXIT_FAILURE : EXIT_SUCCESS);
}
