// SPDX-License-Identifier: GPL-2.0
/*
 * Writing the files of a configuration.
 */
#include "setting.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, struct vc_error *error)
{
	return vc_error_set(error, errno, "%s: %s", path, strerror(errno));
}

/* The path of a key, after making the directories that lead to it. */
static int make_path(char *path, size_t size, const char *dir,
		     const char *key, struct vc_error *error)
{
	enum vc_config_kind kind;
	char *slash;

	if (vc_config_key_kind(key, &kind) || strstr(key, "..") ||
	    *key == '/')
		return vc_error_set(error, ENOENT, "there is no setting '%s'",
				    key);
	if (snprintf(path, size, "%s/%s", dir, key) >= (int)size)
		return vc_error_set(error, ENAMETOOLONG,
				    "%s: the path is too long", key);
	for (slash = strchr(path + strlen(dir) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return fail(path, error);
		*slash = '/';
	}
	return 0;
}

int setting_write(const char *dir, const char *key, const char *value,
		  struct vc_error *error)
{
	size_t len = strlen(value);
	bool newline = len && value[len - 1] != '\n';
	char path[PATH_MAX], new[PATH_MAX + 8];
	int fd;

	if (make_path(path, sizeof(path), dir, key, error))
		return -1;
	/* Readers ignore this name. */
	snprintf(new, sizeof(new), "%s~", path);
	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0644);
	if (fd < 0)
		return fail(new, error);
	if (write(fd, value, len) != (ssize_t)len ||
	    (newline && write(fd, "\n", 1) != 1) || fsync(fd)) {
		fail(path, error);
		close(fd);
		unlink(new);
		return -1;
	}
	close(fd);
	return rename(new, path) ? fail(path, error) : 0;
}

int setting_link(const char *dir, const char *key, const char *target,
		 struct vc_error *error)
{
	char path[PATH_MAX];

	if (make_path(path, sizeof(path), dir, key, error))
		return -1;
	return symlink(target, path) ? fail(path, error) : 0;
}
