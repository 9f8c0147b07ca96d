// SPDX-License-Identifier: GPL-2.0
/*
 * Reading lines of any length.
 */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Make room for more, read, and keep one byte for a terminator. */
static bool fill(struct lines *l)
{
	ssize_t n;

	if (l->begin) {
		memmove(l->buf, l->buf + l->begin, l->end - l->begin);
		l->end -= l->begin;
		l->begin = 0;
	}
	if (l->size - l->end < 2) {
		size_t size = l->size ? l->size * 2 : 4096;
		char *buf = realloc(l->buf, size);

		if (!buf)
			return false;
		l->buf = buf;
		l->size = size;
	}
	do
		n = read(l->fd, l->buf + l->end, l->size - 1 - l->end);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	l->end += (size_t)n;
	return true;
}

char *lines_next(struct lines *l)
{
	size_t seen = l->begin;

	for (;;) {
		char *line, *newline = NULL;

		if (l->end > seen)
			newline = memchr(l->buf + seen, '\n', l->end - seen);
		if (newline) {
			line = l->buf + l->begin;
			*newline = '\0';
			l->begin = (size_t)(newline - l->buf) + 1;
			return line;
		}
		seen = l->end - l->begin;	/* where fill() moves it */
		if (!l->eof && fill(l))
			continue;
		l->eof = true;
		if (l->begin == l->end)
			return NULL;
		line = l->buf + l->begin;
		l->buf[l->end] = '\0';
		l->begin = l->end;
		return line;
	}
}

void lines_free(struct lines *l)
{
	free(l->buf);
	l->buf = NULL;
}
