// SPDX-License-Identifier: GPL-2.0
/*
 * The output of ps(1).
 */
#include "psline.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
	return !c || is_blank(c);
}

/* The word at or after @pos: its begin, or the end of the line. */
static size_t skip_blanks(const char *line, size_t pos)
{
	while (is_blank(line[pos]))
		pos++;
	return pos;
}

static size_t skip_word(const char *line, size_t pos)
{
	while (!is_end(line[pos]))
		pos++;
	return pos;
}

int ps_parse_header(const char *line, struct ps_header *header)
{
	size_t pos = skip_blanks(line, 0);

	for (unsigned int word = 0; line[pos]; word++) {
		size_t end = skip_word(line, pos);

		if (end - pos == 3 && !memcmp(line + pos, "PID", 3)) {
			header->end = end;
			header->word = word;
			return 0;
		}
		pos = skip_blanks(line, end);
	}
	return -1;
}

/* The number between @begin and @end if there is nothing else, or -1. */
static pid_t parse_pid(const char *line, size_t begin, size_t end)
{
	int value = 0;

	if (begin == end)
		return -1;
	for (; begin < end; begin++) {
		unsigned int digit = (unsigned int)(line[begin] - '0');

		if (digit > 9 || value > (INT_MAX - 9) / 10)
			return -1;
		value = value * 10 + (int)digit;
	}
	return value;
}

pid_t ps_find_pid(const struct ps_header *header, const char *line,
		  size_t *end)
{
	size_t pos = 0, begin;

	/* Numbers end where their heading does ... */
	if (strlen(line) >= header->end && is_end(line[header->end])) {
		pid_t pid;

		begin = header->end;
		while (begin && !is_blank(line[begin - 1]))
			begin--;
		pid = parse_pid(line, begin, header->end);
		if (pid >= 0) {
			*end = header->end;
			return pid;
		}
	}
	/* ... unless something before was too wide for its column. */
	pos = skip_blanks(line, 0);
	for (unsigned int word = 0; word < header->word; word++)
		pos = skip_blanks(line, skip_word(line, pos));
	*end = skip_word(line, pos);
	return parse_pid(line, pos, *end);
}
