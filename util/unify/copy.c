// SPDX-License-Identifier: GPL-2.0
/*
 * Copying a file with all that belongs to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "unify.h"

#define BLOCK	(128 * 1024)

static int copy_by_hand(int from, int to, off_t at, off_t end)
{
	static char buf[BLOCK];

	while (at < end) {
		size_t want = end - at < BLOCK ? (size_t)(end - at) : BLOCK;
		ssize_t n = pread(from, buf, want, at);

		if (n <= 0)
			return n;
		for (ssize_t done = 0; done < n;) {
			ssize_t m = pwrite(to, buf + done, (size_t)(n - done),
					   at + done);

			if (m < 0)
				return -1;
			done += m;
		}
		at += n;
	}
	return 0;
}

static int copy_part(int from, int to, off_t at, off_t end)
{
	while (at < end) {
		off_t in = at, out = at;
		ssize_t n = copy_file_range(from, &in, to, &out,
					    (size_t)(end - at), 0);

		if (n < 0 && (errno == ENOSPC || errno == EDQUOT ||
			      errno == EIO))
			return -1;
		if (n <= 0)
			return copy_by_hand(from, to, at, end);
		at += n;
	}
	return 0;
}

/* Blocks are shared if the file system can do that; holes remain. */
static int copy_data(int from, int to, off_t size)
{
	off_t at = 0;

	if (!ioctl(to, FICLONE, from))
		return 0;
	while (at < size) {
		off_t data = lseek(from, at, SEEK_DATA), hole;

		if (data < 0 && errno == ENXIO)
			break;
		hole = data < 0 ? size : lseek(from, data, SEEK_HOLE);
		if (data < 0)
			data = at;
		if (hole < 0 || hole > size)
			hole = size;
		if (copy_part(from, to, data, hole))
			return -1;
		at = hole;
	}
	return ftruncate(to, size);
}

static int copy_xattrs(int from, int to)
{
	const struct file f = { .fd = from };
	size_t size = 0;
	char *all = file_xattrs(&f, &size);
	int ret = 0;

	for (char *s = all; s && !ret && s < all + size;) {
		char *name = s;
		uint32_t len;

		s += strlen(s) + 1;
		memcpy(&len, s, sizeof(len));
		s += sizeof(len);
		ret = fsetxattr(to, name, s, len, 0);
		s += len;
	}
	if (!all)
		ret = -1;
	free(all);
	return ret;
}

int copy_attributes(int from, const struct stat *st, int to)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };

	/* A new owner costs capabilities, which are an attribute. */
	if (fchown(to, st->st_uid, st->st_gid) || copy_xattrs(from, to) ||
	    fchmod(to, st->st_mode & 07777))
		return -1;
	return futimens(to, times);
}

int copy_file(const struct file *f, int to)
{
	if (copy_data(f->fd, to, f->st.st_size))
		return -1;
	return copy_attributes(f->fd, &f->st, to);
}
