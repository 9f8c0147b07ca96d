// SPDX-License-Identifier: GPL-2.0
/*
 * Taking mounts of the host out of a mount namespace that is for a guest.
 */
#include "cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines.h"
#include "prog.h"

#ifndef MS_REC
#define MS_REC		0x4000
#endif
#ifndef MS_SLAVE
#define MS_SLAVE	(1 << 19)
#endif
#ifndef MNT_DETACH
#define MNT_DETACH	2
#endif
#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW	8
#endif

#define MAX_KEPT	64

/* Where programs, libraries, configuration and state of the tools are. */
static const char *const always[] = {
	"/dev", "/etc", "/proc", "/run", "/sys", "/usr", "/var/run",
};

static const char *kept[MAX_KEPT];
static size_t n_kept;

void cleanup_keep(const char *dir)
{
	if (*dir != '/')
		msg_usage("%s: not an absolute path", dir);
	if (n_kept == MAX_KEPT)
		msg_usage("too many directories to keep");
	kept[n_kept++] = dir;
}

/* Is @path the directory @dir or something in it? */
static bool is_in(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	while (len && dir[len - 1] == '/')
		len--;
	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

bool cleanup_needed(const char *dir, const char *here)
{
	if (is_in(here, dir) || is_in(dir, here))
		return true;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (is_in(dir, always[i]))
			return true;
	for (size_t i = 0; i < n_kept; i++)
		if (is_in(dir, kept[i]) || is_in(kept[i], dir))
			return true;
	return false;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

void cleanup_unescape(char *path)
{
	char *to = path;

	while (*path) {
		if (path[0] == '\\' && is_octal(path[1]) &&
		    is_octal(path[2]) && is_octal(path[3])) {
			*to++ = (char)((path[1] - '0') * 64 +
				       (path[2] - '0') * 8 + path[3] - '0');
			path += 4;
		} else {
			*to++ = *path++;
		}
	}
	*to = '\0';
}

/* Nobody wants to lose the mounts of a running system. */
static void refuse_on_host(void)
{
	struct stat own, init;

	if (stat("/proc/self/ns/mnt", &own))
		die_call("stat", "/proc/self/ns/mnt");
	if (stat("/proc/1/ns/mnt", &init))
		die_call("stat", "/proc/1/ns/mnt");
	if (own.st_ino == init.st_ino && own.st_dev == init.st_dev)
		msg_die(EXIT_OWN, "this is the mount namespace of the host; "
			"use '--new' first");
}

/* The mount points, the newest first; ends with NULL. */
static char **mount_points(void)
{
	struct lines lines = { .fd = open("/proc/self/mountinfo",
					  O_RDONLY | O_CLOEXEC) };
	char **points = NULL, *line;
	size_t n = 0;

	if (lines.fd < 0)
		die_call("open", "/proc/self/mountinfo");
	while ((line = lines_next(&lines))) {
		char *field = line;

		for (int i = 0; i < 4 && field; i++) {
			field = strchr(field, ' ');
			if (field)
				field++;
		}
		if (!field)
			continue;
		field[strcspn(field, " ")] = '\0';
		points = realloc(points, (n + 2) * sizeof(*points));
		if (!points || !(points[n] = strdup(field)))
			die_call("malloc", NULL);
		cleanup_unescape(points[n++]);
	}
	lines_free(&lines);
	close(lines.fd);
	if (!n)
		msg_die(EXIT_OWN, "/proc/self/mountinfo: no mounts");
	points[n] = NULL;
	for (size_t i = 0; i < n / 2; i++) {
		char *other = points[n - 1 - i];

		points[n - 1 - i] = points[i];
		points[i] = other;
	}
	return points;
}

void cleanup_mounts(void)
{
	char here[PATH_MAX], **points;
	bool failed = false;

	if (!getcwd(here, sizeof(here)) || *here != '/')
		die_call("getcwd", NULL);
	refuse_on_host();
	/* What is taken off here must stay everywhere else. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		die_call("mount", "make / a slave");
	points = mount_points();
	for (size_t i = 0; points[i]; i++) {
		/* One below another may have gone with it. */
		if (!cleanup_needed(points[i], here) &&
		    umount2(points[i], MNT_DETACH | UMOUNT_NOFOLLOW) &&
		    errno != EINVAL && errno != ENOENT) {
			msg_call("umount2", "%s", points[i]);
			failed = true;
		}
		free(points[i]);
	}
	free(points);
	if (failed)
		prog_exit(EXIT_OWN);
}
