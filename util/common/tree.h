/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files and directories in trees that others change meanwhile: each is opened
 * by its name in an open directory, and nothing leads out through a symbolic
 * link.
 */
#ifndef UTIL_TREE_H
#define UTIL_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

struct tree {
	bool	recursive;
	bool	one_fs;		/* stay in the file system of the operand */
	bool	all;		/* names that begin with a dot, too */
	bool	skip_top;	/* not an operand that is a directory */
	bool	follow;		/* an operand may be a symbolic link */

	/*
	 * For each file; @fd is one of O_PATH, or -1 with errno when there is
	 * none.  A false answer is counted as a failure.
	 */
	bool	(*visit)(int fd, const char *path, void *arg);
	void	*arg;
};

/* Returns how many failed, and adds all that were visited to @visited. */
unsigned long tree_walk(const struct tree *tree, const char *path,
			unsigned long *visited);

#endif
