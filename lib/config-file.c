// SPDX-License-Identifier: LGPL-2.1
/*
 * Reading the files of a configuration, which root alone may have written.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config-private.h"

static int trust(const char *path, const struct stat *st,
		 struct vc_error *error)
{
	if (st->st_uid && st->st_uid != geteuid())
		return vc_error_set(error, EPERM,
				    "%s: belongs to user %u and not to root",
				    path, (unsigned int)st->st_uid);
	if (st->st_mode & 022)
		return vc_error_set(error, EPERM,
				    "%s: others can write to it; use "
				    "'chmod go-w'", path);
	return 0;
}

int lv_config_trust(const char *path, struct vc_error *error)
{
	struct stat st;

	if (stat(path, &st))
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	return trust(path, &st, error);
}

/* All of a file, up to the maximum; its length or -1. */
static ssize_t read_all(int fd, char *text)
{
	size_t used = 0;
	ssize_t n;

	do {
		n = read(fd, text + used, LV_CONFIG_FILE_SIZE + 1 - used);
		if (n > 0)
			used += (size_t)n;
	} while ((n < 0 && errno == EINTR) ||
		 (n > 0 && used <= LV_CONFIG_FILE_SIZE));
	return n < 0 ? -1 : (ssize_t)used;
}

static int read_open(int fd, const char *path, char *text,
		     struct vc_error *error)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return vc_error_set(error, EINVAL, "%s: not a regular file",
				    path);
	if (trust(path, &st, error))
		return -1;
	n = read_all(fd, text);
	if (n < 0)
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	if (n > LV_CONFIG_FILE_SIZE)
		return vc_error_set(error, EFBIG,
				    "%s: larger than %d bytes", path,
				    LV_CONFIG_FILE_SIZE);
	if (memchr(text, '\0', (size_t)n))
		return vc_error_set(error, EINVAL, "%s: has a null byte",
				    path);
	text[n] = '\0';
	return 0;
}

int lv_config_file(const char *path, char **text, struct vc_error *error)
{
	int fd, ret;

	*text = malloc(LV_CONFIG_FILE_SIZE + 2);
	if (!*text)
		return vc_error_set(error, ENOMEM, "not enough memory");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		ret = vc_error_set(error, errno, "%s: %s", path,
				   strerror(errno));
	} else {
		ret = read_open(fd, path, *text, error);
		close(fd);
	}
	if (ret) {
		free(*text);
		*text = NULL;
	}
	return ret;
}

/* What editors and package managers leave behind. */
static bool is_backup(const char *name)
{
	static const char *const ends[] = {
		"~", ".bak", ".rpmsave", ".rpmnew", ".rpmorig", ".dpkg-old",
		".dpkg-new", ".dpkg-dist", ".dpkg-tmp",
	};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && !strcmp(name + len - n, ends[i]))
			return true;
	}
	return false;
}

/* Keep what counts of the text. */
static void cut(enum vc_config_kind kind, char *text)
{
	size_t len = strlen(text);

	if (kind == VC_CONFIG_SCALAR)
		text[strcspn(text, "\n")] = '\0';
	else if (kind == VC_CONFIG_BOOL)
		*text = '\0';
	else if (kind == VC_CONFIG_LIST && len && text[len - 1] == '\n')
		text[len - 1] = '\0';
}

static int add_file(struct vc_config *config, const struct lv_key *row,
		    const char *key, const char *path, struct vc_error *error)
{
	char *text;
	size_t len;
	int ret;

	if (lv_config_file(path, &text, error))
		return -1;
	len = strlen(text);
	if (len && text[len - 1] != '\n' && row->kind != VC_CONFIG_BOOL)
		lv_config_remark(config, VC_CONFIG_WARNING, path, 0,
				 "the last line has no end");
	cut(row->kind, text);
	if (row->instead)
		lv_config_remark(config, VC_CONFIG_WARNING, path, 0,
				 "is called '%s' now", row->instead);
	/* An old name that is only spelt otherwise. */
	if (row->instead && !strchr(row->instead, '/'))
		key = row->instead;
	ret = lv_config_add(config, key, row->kind, text, path, 1);
	free(text);
	return ret ? vc_error_set(error, errno, "%s: %s", path,
				  strerror(errno)) : 0;
}

static int add_link(struct vc_config *config, const char *key,
		    const char *path, struct vc_error *error)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	/* A directory does as well as a link to one. */
	if (n < 0 && errno == EINVAL) {
		strcpy(target, ".");
		n = 1;
	}
	if (n < 0)
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	target[n] = '\0';
	if (lv_config_add(config, key, VC_CONFIG_LINK, target, path, 1))
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	return 0;
}

static int read_dir(struct vc_config *config, const char *top,
		    const char *below, bool defaults, struct vc_error *error);

static int add_one(struct vc_config *config, const char *top, const char *key,
		   bool defaults, struct vc_error *error)
{
	const struct lv_key *row = lv_key_find(key);
	char path[PATH_MAX];
	struct stat st;

	if (lv_path(path, sizeof(path), top, key))
		return vc_error_set(error, errno, "%s/%s: %s", top, key,
				    strerror(errno));
	if (row && (row->kind == VC_CONFIG_OTHER ||
		    (defaults && !row->defaults)))
		return 0;
	if (row && row->kind == VC_CONFIG_LINK)
		return add_link(config, key, path, error);
	if (stat(path, &st)) {
		lv_config_remark(config, VC_CONFIG_ERROR, path, 0, "%s",
				 strerror(errno));
		return 0;
	}
	if (S_ISDIR(st.st_mode) && lv_key_is_dir(key))
		return read_dir(config, top, key, defaults, error);
	if (!row || S_ISDIR(st.st_mode)) {
		if (!defaults)
			lv_config_remark(config, VC_CONFIG_WARNING, path, 0,
					 "no such setting, ignored");
		return 0;
	}
	if (row->kind == VC_CONFIG_PROGRAM) {
		if (trust(path, &st, error))
			return -1;
		if (lv_config_add(config, key, row->kind, path, path, 1))
			return vc_error_set(error, errno, "%s: %s", path,
					    strerror(errno));
		return 0;
	}
	return add_file(config, row, key, path, error);
}

static int read_dir(struct vc_config *config, const char *top,
		    const char *below, bool defaults, struct vc_error *error)
{
	char path[PATH_MAX], key[LV_CONFIG_KEY];
	struct dirent *entry;
	int ret = 0;
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s%s%s", top, *below ? "/" : "",
		     below) >= (int)sizeof(path))
		return vc_error_set(error, ENAMETOOLONG,
				    "%s: the path is too long", top);
	if (lv_config_trust(path, error))
		return -1;
	dir = opendir(path);
	if (!dir)
		return vc_error_set(error, errno, "%s: %s", path,
				    strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (*name == '.' || is_backup(name))
			continue;
		if (snprintf(key, sizeof(key), "%s%s%s", below,
			     *below ? "/" : "", name) >= (int)sizeof(key))
			lv_config_remark(config, VC_CONFIG_WARNING, path, 0,
					 "a name in it is too long");
		else
			ret = add_one(config, top, key, defaults, error);
	}
	closedir(dir);
	return ret;
}

int lv_config_tree(struct vc_config *config, const char *dir, bool defaults,
		   struct vc_error *error)
{
	return read_dir(config, dir, "", defaults, error);
}
