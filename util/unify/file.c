// SPDX-License-Identifier: GPL-2.0
/*
 * Single files: may they be shared, and are they the same?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "unify.h"

#define OURS		"security.vserver"
#define BLOCK		(128 * 1024)
#define XATTRS_MAX	(256 * 1024)

/* A lease, a device or a fifo must not make us wait; nor be opened at all. */
enum outcome file_open(int dir, const char *name, struct file *f)
{
	struct vcmd_fiattr attr = { 0, 0, 0 };
	char link[32];
	int fd;

	f->fd = -1;
	fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? GONE : FAILED;
	if (fstat(fd, &f->st) || !S_ISREG(f->st.st_mode)) {
		close(fd);
		return SPECIAL;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	f->fd = open(link, O_RDONLY | O_NONBLOCK | O_NOATIME | O_NOCTTY |
		     O_CLOEXEC);
	close(fd);
	if (f->fd < 0)
		return errno == EAGAIN ? BUSY : FAILED;
	f->frozen = !vc_fget_iattr(f->fd, &attr) &&
		(attr.flags & FROZEN) == FROZEN;
	return LINKED;
}

void file_close(struct file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

bool file_is_privileged(const struct file *f)
{
	return f->st.st_mode & (S_ISUID | S_ISGID) ||
		fgetxattr(f->fd, "security.capability", NULL, 0) >= 0;
}

enum outcome file_check(const struct file *f, bool trusted)
{
	const uint64_t not = STATX_ATTR_APPEND | STATX_ATTR_ENCRYPTED |
		STATX_ATTR_VERITY;
	struct statx x;

	if (statx(f->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x))
		return FAILED;
	if (x.stx_attributes & not ||
	    (x.stx_attributes & STATX_ATTR_IMMUTABLE && !f->frozen))
		return IMMUTABLE;
	if (!f->frozen && f->st.st_nlink != 1)
		return OTHER_NAMES;
	if (!trusted && file_is_privileged(f))
		return PRIVILEGED;
	return LINKED;
}

enum outcome file_freeze(const struct file *f)
{
	const struct vcmd_fiattr attr = { .flags = FROZEN, .mask = FROZEN };

	if (f->frozen || !vc_fset_iattr(f->fd, &attr))
		return LINKED;
	return errno == ETXTBSY ? BUSY :
		errno == EOPNOTSUPP || errno == ENOTTY ? UNSUPPORTED : FAILED;
}

void file_thaw(const struct file *f)
{
	const struct vcmd_fiattr attr = { .flags = 0, .mask = FROZEN };

	if (vc_fset_iattr(f->fd, &attr))
		msg_warn("inode %ju stays immutable: %s",
			 (uintmax_t)f->st.st_ino, vc_strerror(errno));
}

bool file_looks_same(const struct file *a, const struct file *b, bool mtime)
{
	const struct stat *x = &a->st, *y = &b->st;

	return x->st_mode == y->st_mode && x->st_uid == y->st_uid &&
		x->st_gid == y->st_gid && x->st_size == y->st_size &&
		(!mtime || (x->st_mtim.tv_sec == y->st_mtim.tv_sec &&
			    x->st_mtim.tv_nsec == y->st_mtim.tv_nsec));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names, sorted, as file systems list them in any order. */
static size_t sort_names(char *list, size_t size, char **names, size_t max)
{
	size_t n = 0;

	for (char *s = list; s < list + size && n < max; s += strlen(s) + 1)
		if (strcmp(s, OURS))
			names[n++] = s;
	qsort(names, n, sizeof(*names), by_text);
	return n;
}

/* Names and values one after the other, or NULL. */
static char *read_xattrs(int fd, char **names, size_t n, size_t *size)
{
	char *all = malloc(XATTRS_MAX);
	size_t used = 0;

	for (size_t i = 0; all && i < n; i++) {
		size_t name = strlen(names[i]) + 1;
		uint32_t value;
		ssize_t len = -1;

		if (used + name + sizeof(value) < XATTRS_MAX) {
			memcpy(all + used, names[i], name);
			used += name;
			len = fgetxattr(fd, names[i],
					all + used + sizeof(value),
					XATTRS_MAX - used - sizeof(value));
		}
		if (len < 0) {
			free(all);
			return NULL;
		}
		value = (uint32_t)len;
		memcpy(all + used, &value, sizeof(value));
		used += sizeof(value) + value;
	}
	*size = used;
	return all;
}

char *file_xattrs(const struct file *f, size_t *size)
{
	char list[4096], *names[256];
	ssize_t len = flistxattr(f->fd, list, sizeof(list));
	size_t n = 0;

	*size = 0;
	if (len < 0 && errno != EOPNOTSUPP)
		return NULL;
	if (len > 0)
		n = sort_names(list, (size_t)len, names, 256);
	/* Whoever has so many may keep them. */
	if (n == 256)
		return NULL;
	return n ? read_xattrs(f->fd, names, n, size) : calloc(1, 1);
}

static bool same_xattrs(const struct file *a, const struct file *b)
{
	size_t n = 0, m = 0;
	char *x = file_xattrs(a, &n), *y = file_xattrs(b, &m);
	bool same = x && y && n == m && !memcmp(x, y, n);

	free(x);
	free(y);
	return same;
}

/* All of a block, unless the file ends; -1 with errno. */
static ssize_t read_block(int fd, char *buf, off_t at)
{
	size_t have = 0;

	while (have < BLOCK) {
		ssize_t n = pread(fd, buf + have, BLOCK - have,
				  at + (off_t)have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

bool file_is_same(const struct file *a, const struct file *b)
{
	static char x[BLOCK], y[BLOCK];
	ssize_t n = 0, m = 0;

	if (!same_xattrs(a, b))
		return false;
	for (off_t at = 0; at < a->st.st_size; at += n) {
		n = read_block(a->fd, x, at);
		m = read_block(b->fd, y, at);
		if (n <= 0 || n != m || memcmp(x, y, (size_t)n))
			return false;
	}
	return true;
}
