// SPDX-License-Identifier: GPL-2.0
/*
 * Output of ps: the first line is the heading.
 */
#include "fuzz.h"
#include "psline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *line, *next;
	struct ps_header header;

	next = strchr(text, '\n');
	if (next)
		*next++ = '\0';
	if (!ps_parse_header(text, &header)) {
		CHECK(header.end <= strlen(text));
		while ((line = next)) {
			size_t end = 0;

			next = strchr(line, '\n');
			if (next)
				*next++ = '\0';
			ps_find_pid(&header, line, &end);
			CHECK(end <= strlen(line));
		}
	}
	free(text);
	return 0;
}
