// SPDX-License-Identifier: GPL-2.0
/*
 * Removing directory trees that a guest has made: no link is followed, and
 * nothing that is mounted in one is touched.
 */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prog.h"

/* Deeper than any package goes, and within the limit of open files. */
#define MAX_DEPTH	512

static int remove_in(int parent, const char *name, dev_t dev, int depth)
{
	struct stat st;
	struct dirent *e;
	int fd, ret = 0;
	DIR *dir;

	if (!unlinkat(parent, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) || st.st_dev != dev || depth == MAX_DEPTH) {
		errno = depth == MAX_DEPTH ? ELOOP : EXDEV;
		close(fd);
		return -1;
	}
	dir = fdopendir(fd);
	while (dir && !ret && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			ret = remove_in(dirfd(dir), e->d_name, dev, depth + 1);
	if (dir)
		closedir(dir);
	else
		close(fd);
	return ret ? ret : unlinkat(parent, name, AT_REMOVEDIR);
}

int tree_remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -1;
	return remove_in(AT_FDCWD, path, st.st_dev, 0);
}
