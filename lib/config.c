// SPDX-License-Identifier: LGPL-2.1
/*
 * The configuration of a guest: entries, remarks, and where they come from.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config-private.h"

/* Where a key is, or where it belongs. */
static size_t position(const struct vc_config *config, const char *key,
		       bool *found)
{
	size_t low = 0, high = config->n_entries;

	*found = false;
	while (low < high && !*found) {
		size_t middle = (low + high) / 2;
		int order = strcmp(key, config->entries[middle].key);

		*found = !order;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

int lv_config_add(struct vc_config *config, const char *key,
		  enum vc_config_kind kind, const char *value,
		  const char *file, unsigned int line)
{
	struct vc_config_entry *entries, *e;
	bool found;
	size_t i = position(config, key, &found);

	if (found)
		return 0;
	if (config->n_entries == LV_CONFIG_ENTRIES) {
		errno = E2BIG;
		return -1;
	}
	entries = realloc(config->entries,
			  (config->n_entries + 1) * sizeof(*entries));
	if (!entries)
		return -1;
	config->entries = entries;
	e = &entries[i];
	memmove(e + 1, e, (config->n_entries - i) * sizeof(*e));
	e->key = strdup(key);
	e->value = strdup(value);
	e->file = strdup(file);
	e->line = line;
	e->kind = kind;
	config->n_entries++;
	return e->key && e->value && e->file ? 0 : -1;
}

void lv_config_remark(struct vc_config *config, enum vc_config_level level,
		      const char *file, unsigned int line,
		      const char *fmt, ...)
{
	struct vc_config_remark *remarks, *r;
	char text[512];
	va_list args;

	if (config->n_remarks == LV_CONFIG_REMARKS)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	remarks = realloc(config->remarks,
			  (config->n_remarks + 1) * sizeof(*remarks));
	if (!remarks)
		return;
	config->remarks = remarks;
	r = &remarks[config->n_remarks];
	r->level = level;
	r->line = line;
	r->file = strdup(file);
	r->text = strdup(text);
	if (r->file && r->text) {
		config->n_remarks++;
		return;
	}
	free((char *)(uintptr_t)r->file);
	free((char *)(uintptr_t)r->text);
}

void vc_config_free(struct vc_config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->n_entries; i++) {
		free((char *)(uintptr_t)config->entries[i].key);
		free((char *)(uintptr_t)config->entries[i].value);
		free((char *)(uintptr_t)config->entries[i].file);
	}
	for (size_t i = 0; i < config->n_remarks; i++) {
		free((char *)(uintptr_t)config->remarks[i].file);
		free((char *)(uintptr_t)config->remarks[i].text);
	}
	free(config->entries);
	free(config->remarks);
	free(config->name);
	free(config->path);
	free(config->root);
	free(config);
}

/*
 * The directory of a guest, from its name or path; for a name the older form
 * as well.  1 means that form.
 */
static int find(const struct vc_dirs *dirs, const char *guest, char *path,
		size_t size, struct vc_error *error)
{
	char file[PATH_MAX];
	struct stat st;

	if (*guest == '/' || !strncmp(guest, "./", 2)) {
		if (strlen(guest) >= PATH_MAX)
			return vc_error_set(error, ENAMETOOLONG,
					    "the path is too long");
		if (!realpath(guest, file))
			return vc_error_set(error, errno, "%s: %s", guest,
					    strerror(errno));
		if (strlen(file) >= size ||
		    !vc_guest_name_valid(lv_basename(file)))
			return vc_error_set(error, EINVAL,
					    "'%s' is not the name of a guest",
					    lv_basename(file));
		strcpy(path, file);
		return 0;
	}
	if (!vc_guest_name_valid(guest) || *guest == '.')
		return vc_error_set(error, EINVAL,
				    "'%s' is not the name of a guest", guest);
	if (lv_path(path, size, dirs->conf, guest) ||
	    snprintf(file, sizeof(file), "%s.conf", path) >= (int)sizeof(file))
		return vc_error_set(error, ENAMETOOLONG,
				    "the path is too long");
	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		char legacy[PATH_MAX];

		if (lv_path(legacy, sizeof(legacy), path, "legacy") ||
		    stat(legacy, &st))
			return 0;
	}
	if (!stat(file, &st) && strlen(file) < size) {
		strcpy(path, file);
		return 1;
	}
	return vc_error_set(error, ENOENT,
			    "there is no guest '%s': neither %s/ nor %s",
			    guest, path, file);
}

/* Where guests are: the link in .defaults, or what was built in. */
static int default_root(const struct vc_dirs *dirs, struct vc_config *config)
{
	char link[PATH_MAX], base[PATH_MAX], path[PATH_MAX];

	if (lv_path(link, sizeof(link), dirs->conf, ".defaults/vdirbase"))
		return -1;
	if (!realpath(link, base))
		strcpy(base, VROOTDIR);
	if (lv_path(path, sizeof(path), base, config->name))
		return -1;
	config->root = strdup(path);
	return config->root ? 0 : -1;
}

/* "vdir" is followed here, as the host's links may be. */
static int find_root(const struct vc_dirs *dirs, struct vc_config *config)
{
	const struct vc_config_entry *vdir = vc_config_find(config, "vdir");
	char path[PATH_MAX];

	if (!vdir)
		return default_root(dirs, config);
	if (!realpath(vdir->file, path)) {
		lv_config_remark(config, VC_CONFIG_ERROR, vdir->file, 0,
				 "leads to '%s': %s", vdir->value,
				 strerror(errno));
		config->root = strdup(vdir->file);
	} else {
		config->root = strdup(path);
	}
	return config->root ? 0 : -1;
}

static int set_name(struct vc_config *config)
{
	size_t len;

	config->name = strdup(lv_basename(config->path));
	if (!config->name)
		return -1;
	len = strlen(config->name);
	if (config->style == VC_CONFIG_OLD && len > 5)
		config->name[len - 5] = '\0';
	return 0;
}

static int fill(const struct vc_dirs *dirs, struct vc_config *config,
		struct vc_error *error)
{
	char defaults[PATH_MAX];
	struct stat st;
	int ret;

	if (set_name(config) ||
	    lv_path(defaults, sizeof(defaults), dirs->conf, ".defaults"))
		return vc_error_set(error, errno, "%s: %s", config->path,
				    strerror(errno));
	if (config->style == VC_CONFIG_OLD)
		ret = lv_config_old(config, config->path, error);
	else
		ret = lv_config_tree(config, config->path, false, error);
	if (!ret && !stat(defaults, &st))
		ret = lv_config_tree(config, defaults, true, error);
	if (ret)
		return -1;
	if (find_root(dirs, config))
		return vc_error_set(error, errno, "%s: %s", config->path,
				    strerror(errno));
	lv_config_check_all(config);
	return 0;
}

struct vc_config *vc_config_read(const struct vc_dirs *dirs, const char *guest,
				 struct vc_error *error)
{
	struct vc_config *config;
	char path[PATH_MAX];
	int old;

	if (!dirs)
		dirs = vc_dirs_default();
	old = find(dirs, guest, path, sizeof(path), error);
	if (old < 0)
		return NULL;
	config = calloc(1, sizeof(*config));
	if (config)
		config->path = strdup(path);
	if (!config || !config->path) {
		free(config);
		vc_error_set(error, ENOMEM, "not enough memory");
		return NULL;
	}
	config->style = old ? VC_CONFIG_OLD : VC_CONFIG_TREE;
	if (fill(dirs, config, error)) {
		int code = errno;

		vc_config_free(config);
		errno = code;
		return NULL;
	}
	return config;
}

const char *vc_config_name(const struct vc_config *config)
{
	return config->name;
}

const char *vc_config_path(const struct vc_config *config)
{
	return config->path;
}

const char *vc_config_root(const struct vc_config *config)
{
	return config->root;
}

enum vc_config_style vc_config_style(const struct vc_config *config)
{
	return config->style;
}

static const struct vc_config_entry *VC_PRINTF(2, 0)
find_va(const struct vc_config *config, const char *fmt, va_list args)
{
	char key[LV_CONFIG_KEY];
	bool found;
	size_t i;

	if (vsnprintf(key, sizeof(key), fmt, args) >= (int)sizeof(key))
		return NULL;
	i = position(config, key, &found);
	return found ? &config->entries[i] : NULL;
}

const struct vc_config_entry *vc_config_find(const struct vc_config *config,
					     const char *fmt, ...)
{
	const struct vc_config_entry *e;
	va_list args;

	va_start(args, fmt);
	e = find_va(config, fmt, args);
	va_end(args);
	return e;
}

const char *vc_config_get(const struct vc_config *config, const char *fmt, ...)
{
	const struct vc_config_entry *e;
	va_list args;

	va_start(args, fmt);
	e = find_va(config, fmt, args);
	va_end(args);
	return e ? e->value : NULL;
}

const struct vc_config_entry *vc_config_entry(const struct vc_config *config,
					      size_t i)
{
	return i < config->n_entries ? &config->entries[i] : NULL;
}

const struct vc_config_remark *vc_config_remark(const struct vc_config *config,
						size_t i)
{
	return i < config->n_remarks ? &config->remarks[i] : NULL;
}

int vc_config_child(const struct vc_config *config, const char *dir, size_t i,
		    char *name, size_t size)
{
	size_t len = strlen(dir), last_len = 0;
	const char *last = "";

	for (size_t n = 0; n < config->n_entries; n++) {
		const char *key = config->entries[n].key, *child;
		size_t child_len;

		if (strncmp(key, dir, len) || key[len] != '/')
			continue;
		child = key + len + 1;
		child_len = strcspn(child, "/");
		if (child_len == last_len && !strncmp(child, last, last_len))
			continue;
		last = child;
		last_len = child_len;
		if (i--)
			continue;
		if (child_len >= size)
			return 0;
		memcpy(name, child, child_len);
		name[child_len] = '\0';
		return 1;
	}
	return 0;
}
