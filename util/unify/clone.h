/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making a tree from another one: files are shared with it or copied.
 */
#ifndef UTIL_CLONE_H
#define UTIL_CLONE_H

#include "unify.h"

enum clone_way { CLONE_SHARE, CLONE_COPY, CLONE_OMIT };

struct clone {
	struct root		from;
	struct root		to;
	const struct rules	*rules;		/* of what is copied, or NULL */
	struct stage		stage;
	uint32_t		tag;
	bool			tagged;
	/* What to do with a file, and below a directory. */
	enum clone_way	(*way)(const struct place *p, const struct file *f);

	/* The rest is its own. */
	char			dir[4096];	/* that is open */
	int			dir_fd;
	struct first		*first;		/* names of files with many */
	size_t			n_first;
};

/* Make the new tree, an empty directory or none yet, with only root in it. */
void clone_open(struct clone *c, const char *from, const char *to);
void clone_run(struct clone *c);

#endif
