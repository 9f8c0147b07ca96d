// SPDX-License-Identifier: GPL-2.0
/*
 * Making a tree from another one.  The new one is nobody's yet; the old one is
 * that of a guest, and may change meanwhile.
 */
#include "clone.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct first {
	ino_t	ino;
	char	*path;		/* in the new tree */
};

static bool is_empty(int fd)
{
	DIR *d = fdopendir(fcntl(fd, F_DUPFD_CLOEXEC, 0));
	struct dirent *e;
	bool empty = d;

	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			empty = false;
	if (d)
		closedir(d);
	return empty;
}

static void set_tag(struct clone *c, int dir, const char *name)
{
	const struct vcmd_fiattr attr = {
		.tag = c->tag, .flags = VIATTR_TAG, .mask = VIATTR_TAG,
	};
	int fd;

	if (!c->tagged)
		return;
	fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || vc_fset_iattr(fd, &attr))
		msg_die(1, "%s: the file system keeps no tags: leave --xid "
			"out (%s)", c->to.path, vc_strerror(errno));
	close(fd);
}

void clone_open(struct clone *c, const char *from, const char *to)
{
	int fd;

	root_open(&c->from, from);
	c->dir_fd = -1;
	c->stage.dry_run = outcomes.dry_run;
	if (outcomes.dry_run)
		return;
	if (mkdir(to, 0700) && errno != EEXIST)
		msg_die(1, "%s: %s", to, strerror(errno));
	root_open(&c->to, to);
	fd = root_opendir(&c->to, "/");
	if (fd < 0 || !is_empty(fd))
		msg_die(1, "%s: is not empty", to);
	if (fchmod(fd, 0700))
		msg_die(1, "%s: %s", to, strerror(errno));
	close(fd);
	set_tag(c, c->to.fd, ".");
}

/* The directory of @path in the new tree; false with errno. */
static bool follow(struct clone *c, const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	if (c->dir_fd >= 0 && strlen(c->dir) == len &&
	    !strncmp(c->dir, path, len))
		return true;
	if (c->dir_fd >= 0)
		close(c->dir_fd);
	snprintf(c->dir, sizeof(c->dir), "%.*s", (int)len, path);
	c->dir_fd = root_opendir(&c->to, len ? c->dir : "/");
	return c->dir_fd >= 0;
}

static struct first *find_first(struct clone *c, ino_t ino)
{
	for (size_t i = 0; i < c->n_first; i++)
		if (c->first[i].ino == ino)
			return &c->first[i];
	return NULL;
}

static void note_first(struct clone *c, const struct place *p,
		       const struct stat *st)
{
	struct first f = { st->st_ino, strdup(p->path) };
	size_t n = c->n_first;

	if (!n || !(n & (n - 1)))
		c->first = realloc(c->first, (n ? 2 * n : 1) *
				   sizeof(*c->first));
	if (!c->first || !f.path)
		msg_die(1, "out of memory");
	c->first[c->n_first++] = f;
}

static enum outcome copy_regular(struct clone *c, const struct place *p,
				 const struct file *f)
{
	const struct first *first = f->st.st_nlink > 1 && !f->frozen ?
				    find_first(c, f->st.st_ino) : NULL;
	int fd, ret;

	if (first)
		return linkat(c->to.fd, first->path + 1, c->dir_fd, p->name,
			      0) ? FAILED : COPIED;
	fd = openat(c->dir_fd, p->name, O_RDWR | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return FAILED;
	ret = copy_file(f, fd);
	close(fd);
	if (ret)
		return FAILED;
	if (f->st.st_nlink > 1 && !f->frozen)
		note_first(c, p, &f->st);
	set_tag(c, c->dir_fd, p->name);
	return COPIED;
}

static enum outcome share(struct clone *c, const struct place *p,
			  const struct file *f)
{
	enum outcome ret = LINKED;

	if (!f->frozen)
		ret = stage_freeze(&c->stage, f, 'g');
	if (ret == LINKED &&
	    linkat(f->fd, "", c->dir_fd, p->name, AT_EMPTY_PATH))
		ret = errno == EMLINK ? TOO_MANY :
			errno == EXDEV ? OTHER_DEVICE : FAILED;
	if (!f->frozen)
		stage_release(&c->stage, f, 'g', ret == LINKED);
	return ret;
}

static enum outcome regular(struct clone *c, const struct place *p)
{
	struct file f;
	enum outcome ret = file_open(p->dir, p->name, &f);
	enum clone_way way = CLONE_COPY;

	outcomes.files++;
	if (ret == LINKED)
		way = c->way(p, &f);
	if (way == CLONE_OMIT)
		ret = LEFT_OUT;
	else if (ret == LINKED && outcomes.dry_run)
		ret = way == CLONE_SHARE ? LINKED : COPIED;
	else if (ret == LINKED) {
		ret = way == CLONE_SHARE ? share(c, p, &f) : COPIED;
		/* What cannot be shared is copied. */
		if (ret != LINKED && ret != FAILED && ret != GONE)
			ret = copy_regular(c, p, &f);
	}
	file_close(&f);
	return ret;
}

/* A device, fifo or symbolic link. */
static enum outcome special(struct clone *c, const struct place *p)
{
	const struct timespec times[2] = { p->st.st_atim, p->st.st_mtim };
	char text[PATH_MAX];
	ssize_t n;

	if (S_ISSOCK(p->st.st_mode))
		return SPECIAL;
	if (c->way(p, NULL) == CLONE_OMIT)
		return LEFT_OUT;
	if (outcomes.dry_run)
		return COPIED;
	if (S_ISLNK(p->st.st_mode)) {
		n = readlinkat(p->dir, p->name, text, sizeof(text) - 1);
		if (n < 0)
			return errno == ENOENT ? GONE : FAILED;
		text[n] = '\0';
		if (symlinkat(text, c->dir_fd, p->name))
			return FAILED;
	} else if (mknodat(c->dir_fd, p->name,
			   (p->st.st_mode & S_IFMT) | 0600, p->st.st_rdev)) {
		return FAILED;
	}
	if (fchownat(c->dir_fd, p->name, p->st.st_uid, p->st.st_gid,
		     AT_SYMLINK_NOFOLLOW) ||
	    (!S_ISLNK(p->st.st_mode) &&
	     fchmodat(c->dir_fd, p->name, p->st.st_mode & 07777, 0)) ||
	    utimensat(c->dir_fd, p->name, times, AT_SYMLINK_NOFOLLOW))
		return FAILED;
	set_tag(c, c->dir_fd, p->name);
	return COPIED;
}

static bool entry(struct walk *w, const struct place *p)
{
	struct clone *c = w->arg;
	enum outcome ret;

	if (!outcomes.dry_run && !follow(c, p->path)) {
		outcome(FAILED, p->path, 0);
		return false;
	}
	if (S_ISDIR(p->st.st_mode)) {
		if (c->way(p, NULL) == CLONE_OMIT &&
		    !rules_below(c->rules, p->number, p->path)) {
			outcome(LEFT_OUT, p->path, 0);
			return false;
		}
		if (outcomes.dry_run)
			return true;
		if (mkdirat(c->dir_fd, p->name, 0700)) {
			outcome(FAILED, p->path, 0);
			return false;
		}
		set_tag(c, c->dir_fd, p->name);
		return true;
	}
	ret = S_ISREG(p->st.st_mode) ? regular(c, p) : special(c, p);
	outcome(ret, p->path, p->st.st_blocks * 512);
	return false;
}

/* Times of directories change with what is made in them. */
static void finish_dir(struct clone *c, const char *path)
{
	int from = root_opendir(&c->from, path);
	int to = root_opendir(&c->to, path);
	struct stat st;

	if (from < 0 || to < 0 || fstat(from, &st) ||
	    copy_attributes(from, &st, to))
		outcome(FAILED, path, 0);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

static void leave(struct walk *w, const char *path)
{
	if (!outcomes.dry_run)
		finish_dir(w->arg, path);
}

void clone_run(struct clone *c)
{
	struct walk walk = {
		.root = &c->from, .rules = c->rules, .entry = entry,
		.leave = leave, .arg = c,
	};

	walk_tree(&walk);
	if (!outcomes.dry_run)
		finish_dir(c, "/");
	for (size_t i = 0; i < c->n_first; i++)
		free(c->first[i].path);
	free(c->first);
}
