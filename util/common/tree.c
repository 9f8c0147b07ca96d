// SPDX-License-Identifier: GPL-2.0
/*
 * Walking through trees of files, in the order of names.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prog.h"
#include "tree.h"

struct walk {
	const struct tree	*tree;
	dev_t			dev;
	unsigned long		failed, visited;
};

static char *join(const char *dir, const char *name)
{
	size_t len = strlen(dir);
	const char *slash = len && dir[len - 1] == '/' ? "" : "/";
	size_t size = len + strlen(name) + 2;
	char *path = malloc(size);

	if (!path)
		msg_die(1, "out of memory");
	snprintf(path, size, "%s%s%s", dir, slash, name);
	return path;
}

static void visit(struct walk *w, int fd, const char *path)
{
	w->visited++;
	if (!w->tree->visit(fd, path, w->tree->arg))
		w->failed++;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted; NULL with errno. */
static char **read_names(int fd, bool all, size_t *count)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	char **names = NULL;
	size_t n = 0, room = 0;

	if (!dir) {
		close(fd);
		return NULL;
	}
	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    (!all && *name == '.'))
			continue;
		if (n == room) {
			room = room ? 2 * room : 64;
			names = realloc(names, room * sizeof(*names));
		}
		if (!names || !(names[n++] = strdup(name)))
			msg_die(1, "out of memory");
	}
	closedir(dir);
	*count = n;
	if (!names && !(names = malloc(1)))
		msg_die(1, "out of memory");
	qsort(names, n, sizeof(*names), compare);
	return names;
}

static void descend(struct walk *w, int dir, const char *path);

static void one(struct walk *w, int dir, const char *name, const char *path,
		int follow, bool top)
{
	int fd = openat(dir, name, O_PATH | O_CLOEXEC | follow);
	struct stat st;
	bool is_dir;

	if (fd < 0 || fstat(fd, &st)) {
		visit(w, -1, path);
		if (fd >= 0)
			close(fd);
		return;
	}
	if (top)
		w->dev = st.st_dev;
	is_dir = S_ISDIR(st.st_mode);
	if (w->tree->one_fs && st.st_dev != w->dev) {
		close(fd);
		return;
	}
	if (!(top && is_dir && w->tree->skip_top))
		visit(w, fd, path);
	if (is_dir && (w->tree->recursive || (top && w->tree->skip_top)))
		descend(w, fd, path);
	close(fd);
}

static void descend(struct walk *w, int dir, const char *path)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char **names;
	size_t n = 0;

	names = fd < 0 ? NULL : read_names(fd, w->tree->all, &n);
	if (!names) {
		visit(w, -1, path);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char *below = join(path, names[i]);

		one(w, dir, names[i], below, O_NOFOLLOW, false);
		free(below);
		free(names[i]);
	}
	free(names);
}

unsigned long tree_walk(const struct tree *tree, const char *path,
			unsigned long *visited)
{
	struct walk w = { .tree = tree };

	one(&w, AT_FDCWD, path, path, tree->follow ? 0 : O_NOFOLLOW, true);
	*visited += w.visited;
	return w.failed;
}
