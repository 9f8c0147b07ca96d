/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The output of ps(1): finding the PID column and adding one after it.
 */
#ifndef UTIL_PSLINE_H
#define UTIL_PSLINE_H

#include <stddef.h>
#include <sys/types.h>

/* The PID column: where its heading ends, and which word that is. */
struct ps_header {
	size_t		end;
	unsigned int	word;
};

/* Find the word PID in a heading; -1 when it has none. */
int ps_parse_header(const char *line, struct ps_header *header);

/*
 * Find the process id in a line.  *@end is the offset behind it.  Returns -1
 * when there is none.
 */
pid_t ps_find_pid(const struct ps_header *header, const char *line,
		  size_t *end);

#endif
