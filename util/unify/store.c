// SPDX-License-Identifier: GPL-2.0
/*
 * Files by their content.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sha256.h"

#define BLOCK	(128 * 1024)

void store_open(struct store *s, const char *path, bool insecure, bool dry_run)
{
	struct vcmd_fiattr barrier = {
		.flags = VIATTR_BARRIER, .mask = VIATTR_BARRIER,
	};
	struct stat st;

	s->path = path;
	s->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st))
		msg_die(1, "%s: %s", path, strerror(errno));
	s->dev = st.st_dev;
	if (!insecure && (st.st_mode & 077 || st.st_uid))
		msg_die(1, "%s: others than root may use it: change its mode "
			"to 0700, or use --insecure", path);
	if (!insecure && !dry_run && vc_fset_iattr(s->fd, &barrier))
		msg_die(1, "%s: no barrier: %s", path, vc_strerror(errno));
}

static void add_number(struct sha256 *h, uint64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (56 - 8 * i));
	sha256_add(h, bytes, sizeof(bytes));
}

static bool add_content(struct sha256 *h, const struct file *f)
{
	static char buf[BLOCK];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(f->fd, buf, sizeof(buf), at)) > 0) {
		sha256_add(h, buf, (size_t)n);
		at += n;
	}
	return !n;
}

bool store_hash(const struct store *s, const struct file *f, char hash[65])
{
	const struct stat *st = &f->st;
	unsigned char digest[SHA256_LEN];
	struct sha256 h;
	size_t size = 0;
	char *xattrs;

	sha256_begin(&h);
	add_number(&h, st->st_mode);
	add_number(&h, st->st_uid);
	add_number(&h, st->st_gid);
	add_number(&h, st->st_rdev);
	add_number(&h, (uint64_t)st->st_size);
	add_number(&h, s->mtime ? (uint64_t)st->st_mtim.tv_sec : 0);
	add_number(&h, s->mtime ? (uint64_t)st->st_mtim.tv_nsec : 0);
	/* What gives privileges is shared within a group only. */
	if (s->trust && file_is_privileged(f))
		sha256_add(&h, s->trust, strlen(s->trust) + 1);
	xattrs = file_xattrs(f, &size);
	if (!xattrs)
		return false;
	add_number(&h, size);
	sha256_add(&h, xattrs, size);
	free(xattrs);
	if (!add_content(&h, f))
		return false;
	sha256_end(&h, digest);
	for (int i = 0; i < SHA256_LEN; i++)
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	return true;
}

static int open_dir(int dir, const char *name, bool make)
{
	if (make && mkdirat(dir, name, 0700) && errno != EEXIST)
		return -1;
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		      O_CLOEXEC);
}

/* The directory of a hash, and the name of object @n in it. */
static int find_place(const struct store *s, const char *hash, unsigned int n,
		      bool make, char name[72])
{
	const char first[] = { hash[0], hash[1], '\0' };
	const char second[] = { hash[2], hash[3], '\0' };
	int dir = open_dir(s->fd, first, make), below, code;

	snprintf(name, 72, "%s-%08x", hash + 4, n);
	if (dir < 0)
		return -1;
	below = open_dir(dir, second, make);
	code = errno;
	close(dir);
	errno = code;
	return below;
}

bool store_find(const struct store *s, const char *hash, unsigned int n,
		struct file *object)
{
	char name[72];
	int dir = find_place(s, hash, n, false, name);
	enum outcome ret;

	object->fd = -1;
	if (dir < 0)
		return false;
	ret = file_open(dir, name, object);
	close(dir);
	if (ret == GONE)
		errno = ENOENT;
	else if (ret == SPECIAL)
		errno = EINVAL;
	return ret == LINKED;
}

int store_add(const struct store *s, const char *hash, unsigned int n,
	      const struct file *f)
{
	char name[72];
	int dir = find_place(s, hash, n, true, name), ret;

	if (dir < 0)
		return -1;
	ret = linkat(f->fd, "", dir, name, AT_EMPTY_PATH);
	close(dir);
	return ret;
}

static bool clean_one(struct walk *w, const struct place *p)
{
	(void)w;
	if (S_ISDIR(p->st.st_mode))
		return strcmp(p->name, ".unify");
	outcomes.files++;
	if (p->st.st_nlink > 1 || !S_ISREG(p->st.st_mode)) {
		outcome(ALREADY, p->path, 0);
		return false;
	}
	if (!outcomes.dry_run && unlinkat(p->dir, p->name, 0)) {
		outcome(FAILED, p->path, 0);
		return false;
	}
	outcomes.bytes += (uint64_t)p->st.st_blocks * 512;
	outcome(COPIED, p->path, 0);
	return false;
}

void store_clean(struct store *s)
{
	struct root root;
	struct walk w = { .root = &root, .entry = clean_one };

	root_open(&root, s->path);
	outcomes.verb = "removing";
	walk_tree(&w);
}
