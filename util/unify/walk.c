// SPDX-License-Identifier: GPL-2.0
/*
 * Walking through the tree of a guest.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unify.h"

static int open_in(int dir, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -1;

	/* A rename elsewhere may keep the kernel from being sure. */
	for (int i = 0; i < 1000; i++) {
		fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd;
}

void root_open(struct root *root, const char *path)
{
	struct stat st;

	root->path = path;
	root->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0 || fstat(root->fd, &st))
		msg_die(1, "%s: %s", path, strerror(errno));
	root->dev = st.st_dev;
}

int root_opendir(const struct root *root, const char *path)
{
	return open_in(root->fd, path[1] ? path + 1 : ".",
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW, RESOLVE_BENEATH |
		       RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
}

int root_finddir(const struct root *root, const char *path)
{
	return open_in(root->fd, path[1] ? path + 1 : ".",
		       O_RDONLY | O_DIRECTORY, RESOLVE_IN_ROOT |
		       RESOLVE_NO_XDEV);
}

int root_read(const struct root *root, const char *path, struct stat *st)
{
	int fd, file = -1;
	char link[32];

	fd = open_in(root->fd, path, O_PATH, RESOLVE_IN_ROOT);
	if (fd < 0)
		return -1;
	if (!fstat(fd, st) && S_ISREG(st->st_mode)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		file = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY |
			    O_CLOEXEC);
	}
	close(fd);
	return file;
}

struct name {
	char		*name;
	bool		is_dir;
	struct stat	st;
};

static int by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	/* Files first: the directory is closed before others are opened. */
	if (x->is_dir != y->is_dir)
		return x->is_dir ? 1 : -1;
	return strcmp(x->name, y->name);
}

static bool read_names(int fd, struct name **result, size_t *count)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct name *names = NULL;
	size_t n = 0, room = 0;
	struct dirent *e;

	*result = NULL;
	if (!dir) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (n == room) {
			room = room ? 2 * room : 64;
			names = realloc(names, room * sizeof(*names));
			if (!names)
				msg_die(1, "out of memory");
		}
		if (fstatat(fd, e->d_name, &names[n].st, AT_SYMLINK_NOFOLLOW))
			continue;
		names[n].is_dir = S_ISDIR(names[n].st.st_mode);
		names[n].name = strdup(e->d_name);
		if (!names[n++].name)
			msg_die(1, "out of memory");
	}
	closedir(dir);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	*result = names;
	*count = n;
	return true;
}

static void walk_dir(struct walk *w, char *path, size_t len, size_t above);

/* Path has @len bytes, and belongs to @p. */
static void visit(struct walk *w, struct place *p, char *path, size_t len,
		  size_t above)
{
	p->rule = RULE_SHARE;
	if (w->rules) {
		p->number = rules_match(w->rules, above, path, &p->st);
		p->rule = rules_sign(w->rules, p->number, &p->pattern);
	}
	if (!S_ISDIR(p->st.st_mode)) {
		w->entry(w, p);
		return;
	}
	if (p->st.st_dev != w->root->dev) {
		tell(6, "skipping", path, "another file system");
		return;
	}
	if (!w->entry(w, p))
		return;
	walk_dir(w, path, len, p->number);
	if (w->leave)
		w->leave(w, path);
}

static bool open_names(struct walk *w, const char *path, int *fd,
		       struct name **names, size_t *n)
{
	*fd = root_opendir(w->root, path);
	if (*fd >= 0 && read_names(*fd, names, n))
		return true;
	/* What is mounted there, or was moved, is none of ours. */
	if (errno == EXDEV || errno == ENOENT || errno == ELOOP ||
	    errno == ENOTDIR)
		tell(6, "skipping", path, strerror(errno));
	else
		outcome(FAILED, path, 0);
	if (*fd >= 0)
		close(*fd);
	return false;
}

/* @path has room for PATH_MAX bytes; @len of them are used. */
static void walk_dir(struct walk *w, char *path, size_t len, size_t above)
{
	struct name *names = NULL;
	size_t n = 0;
	int fd;

	if (!open_names(w, len ? path : "/", &fd, &names, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct place p = { .name = names[i].name, .path = path,
				   .st = names[i].st };
		size_t end = len + 1 + strlen(p.name);

		/* However deep the tree is, few descriptors are needed. */
		if (names[i].is_dir && fd >= 0) {
			close(fd);
			fd = -1;
		}
		p.dir = fd;
		if (end >= PATH_MAX) {
			errno = ENAMETOOLONG;
			outcome(FAILED, path, 0);
		} else if (!stopped()) {
			path[len] = '/';
			memcpy(path + len + 1, p.name, end - len);
			visit(w, &p, path, end, above);
			path[len] = '\0';
		}
		free(names[i].name);
	}
	free(names);
	if (fd >= 0)
		close(fd);
}

void walk_tree(struct walk *w)
{
	static char path[PATH_MAX];

	*path = '\0';
	walk_dir(w, path, 0, w->rules ? rules_none(w->rules) : 0);
}
