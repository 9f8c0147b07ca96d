/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading lines of any length from a descriptor.
 */
#ifndef UTIL_LINES_H
#define UTIL_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
	int	fd;
	char	*buf;
	size_t	size;	/* of buf */
	size_t	begin;	/* of what has not been returned yet */
	size_t	end;
	bool	eof;
};

/*
 * The next line without its newline, valid until the next call; NULL at the
 * end, or when there is no memory.
 */
char *lines_next(struct lines *lines);

void lines_free(struct lines *lines);

#endif
