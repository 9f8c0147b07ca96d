// SPDX-License-Identifier: GPL-2.0
/*
 * What the package managers of a guest have noted: packages, their files, and
 * which of these are configuration.  The notes of dpkg and apk are text, and
 * are read from outside, as everything in a guest is: with limits, and
 * without belief in them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "unify.h"

#define DPKG_STATUS	"/var/lib/dpkg/status"
#define DPKG_INFO	"/var/lib/dpkg/info"
#define DATA_MAX	(256L * 1024 * 1024)

static const char *const apk_data[] = {
	"/lib/apk/db/installed", "/usr/lib/apk/db/installed",
};

static const char *const rpm_data[] = {
	"/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite",
	"/var/lib/rpm/Packages", "/usr/lib/sysimage/rpm/Packages.db",
};

void text_add(struct text_list *list, const char *text, size_t len)
{
	if (!list->n || !(list->n & (list->n - 1)))
		list->text = realloc(list->text, (list->n ? 2 * list->n : 1) *
				     sizeof(*list->text));
	if (!list->text || !(list->text[list->n++] = strndup(text, len)))
		msg_die(1, "out of memory");
}

void text_free(struct text_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct text_list){ NULL, 0 };
}

static bool open_data(const struct root *root, const char *path,
		      struct lines *lines)
{
	struct stat st;
	int fd = root_read(root, path, &st);

	if (fd >= 0 && st.st_size > DATA_MAX) {
		msg_warn("%s%s is too large, and not read", root->path, path);
		close(fd);
		fd = -1;
	}
	*lines = (struct lines){ .fd = fd };
	return fd >= 0;
}

static void close_data(struct lines *lines)
{
	close(lines->fd);
	lines_free(lines);
}

static void set(char **field, const char *value)
{
	free(*field);
	*field = strdup(value);
	if (!*field)
		msg_die(1, "out of memory");
}

static void clear(struct package *p)
{
	free(p->name);
	free(p->version);
	free(p->arch);
	*p = (struct package){ NULL, NULL, NULL };
}

static void take(struct packages *packages, struct package *p, bool installed)
{
	size_t n = packages->n;

	if (!installed || !p->name || !p->version || strchr(p->name, '/')) {
		clear(p);
		return;
	}
	if (!n || !(n & (n - 1)))
		packages->list = realloc(packages->list, (n ? 2 * n : 1) *
					 sizeof(*packages->list));
	if (!packages->list)
		msg_die(1, "out of memory");
	packages->list[packages->n++] = *p;
	*p = (struct package){ NULL, NULL, NULL };
}

/* The value if @line begins with @key. */
static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len))
		return NULL;
	return line + len + strspn(line + len, " ");
}

static void read_dpkg(struct packages *packages, struct lines *lines)
{
	struct package p = { NULL, NULL, NULL };
	bool installed = false, conffiles = false;
	const char *v;
	char *line;

	while ((line = lines_next(lines))) {
		if (!*line) {
			take(packages, &p, installed);
			installed = conffiles = false;
		} else if (*line == ' ') {
			if (conffiles && line[1] == '/')
				text_add(&packages->conffiles, line + 1,
					 strcspn(line + 1, " "));
		} else {
			conffiles = !strncmp(line, "Conffiles:", 10);
			v = value_of(line, "Package:");
			if (v)
				set(&p.name, v);
			v = value_of(line, "Version:");
			if (v)
				set(&p.version, v);
			v = value_of(line, "Architecture:");
			if (v)
				set(&p.arch, v);
			v = value_of(line, "Status:");
			if (v)
				installed = strstr(v, " installed");
		}
	}
	take(packages, &p, installed);
}

/* "F:" is a directory, "R:" a file in it; apk keeps what is in /etc. */
static void read_apk(struct packages *packages, struct lines *lines,
		     const struct package *only, struct text_list *files)
{
	struct package p = { NULL, NULL, NULL };
	char dir[4096] = "", path[8192];
	char *line;

	while ((line = lines_next(lines))) {
		if (!*line) {
			take(packages, &p, true);
			*dir = '\0';
			continue;
		}
		if (line[1] != ':')
			continue;
		if (*line == 'P')
			set(&p.name, line + 2);
		else if (*line == 'V')
			set(&p.version, line + 2);
		else if (*line == 'A')
			set(&p.arch, line + 2);
		else if (*line == 'F')
			snprintf(dir, sizeof(dir), "%s", line + 2);
		if (*line != 'R')
			continue;
		snprintf(path, sizeof(path), "%s%s/%s", *dir ? "/" : "", dir,
			 line + 2);
		if (!strncmp(path, "/etc/", 5))
			text_add(&packages->conffiles, path, strlen(path));
		else if (only && p.name && !strcmp(p.name, only->name))
			text_add(files, path, strlen(path));
	}
	take(packages, &p, true);
}

static int by_name(const void *a, const void *b)
{
	const struct package *x = a, *y = b;
	int ret = strcmp(x->name, y->name);

	return ret || !x->arch || !y->arch ? ret : strcmp(x->arch, y->arch);
}

void packages_read(const struct root *root, struct packages *packages)
{
	struct lines lines;
	struct stat st;
	int fd;

	*packages = (struct packages){ .kind = PACKAGES_NONE };
	if (open_data(root, DPKG_STATUS, &lines)) {
		packages->kind = PACKAGES_DPKG;
		read_dpkg(packages, &lines);
		close_data(&lines);
	}
	for (size_t i = 0; i < 2 && !packages->kind; i++) {
		if (!open_data(root, apk_data[i], &lines))
			continue;
		packages->kind = PACKAGES_APK;
		read_apk(packages, &lines, NULL, NULL);
		close_data(&lines);
	}
	for (size_t i = 0; i < 4 && !packages->kind; i++) {
		fd = root_read(root, rpm_data[i], &st);
		if (fd < 0)
			continue;
		packages->kind = PACKAGES_RPM;
		close(fd);
	}
	if (packages->n)
		qsort(packages->list, packages->n, sizeof(*packages->list),
		      by_name);
}

void packages_free(struct packages *packages)
{
	for (size_t i = 0; i < packages->n; i++)
		clear(&packages->list[i]);
	free(packages->list);
	text_free(&packages->conffiles);
}

static void read_list(struct lines *lines, struct text_list *files)
{
	char *line;

	while ((line = lines_next(lines)))
		if (*line == '/' && line[1] != '.')
			text_add(files, line, strlen(line));
	close_data(lines);
}

void package_files(const struct root *root, const struct packages *packages,
		   const struct package *package, struct text_list *files)
{
	struct packages other = { .kind = PACKAGES_NONE };
	struct lines lines;
	char path[1024];

	if (packages->kind == PACKAGES_DPKG) {
		snprintf(path, sizeof(path), DPKG_INFO "/%s.list",
			 package->name);
		if (open_data(root, path, &lines)) {
			read_list(&lines, files);
			return;
		}
		snprintf(path, sizeof(path), DPKG_INFO "/%s:%s.list",
			 package->name, package->arch ? package->arch : "");
		if (open_data(root, path, &lines))
			read_list(&lines, files);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (open_data(root, apk_data[i], &lines)) {
			read_apk(&other, &lines, package, files);
			close_data(&lines);
			break;
		}
	packages_free(&other);
}
