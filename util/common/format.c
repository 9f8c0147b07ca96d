// SPDX-License-Identifier: GPL-2.0
/*
 * How tables show sizes, times and names.
 */
#include "format.h"

#include <inttypes.h>
#include <stdio.h>

const char *format_size(uint64_t bytes, char *text)
{
	static const char suffixes[] = " KMGTPE";
	const char *suffix = suffixes;
	uint64_t unit = 1, tenths = bytes;

	if (bytes < 1000) {
		snprintf(text, FORMAT_LEN, "%" PRIu64 " ", bytes);
		return text;
	}
	/* Divide until what would be printed is below 1000. */
	do {
		unit <<= 10;
		suffix++;
		tenths = bytes / unit * 10 +
			 (bytes % unit * 10 + unit / 2) / unit;
	} while (tenths >= 10000);

	if (tenths % 10)
		snprintf(text, FORMAT_LEN, "%" PRIu64 ".%u%c", tenths / 10,
			 (unsigned int)(tenths % 10), *suffix);
	else
		snprintf(text, FORMAT_LEN, "%" PRIu64 "%c", tenths / 10,
			 *suffix);
	return text;
}

const char *format_time(uint64_t centiseconds, char *text)
{
	uint64_t seconds = centiseconds / 100;
	uint64_t minutes = seconds / 60;
	uint64_t hours = minutes / 60;
	uint64_t days = hours / 24;

	if (!hours)
		snprintf(text, FORMAT_LEN, "%um%02us%02u",
			 (unsigned int)minutes, (unsigned int)(seconds % 60),
			 (unsigned int)(centiseconds % 100));
	else if (!days)
		snprintf(text, FORMAT_LEN, "%02uh%02um%02u",
			 (unsigned int)hours, (unsigned int)(minutes % 60),
			 (unsigned int)(seconds % 60));
	else if (days < 1000)
		snprintf(text, FORMAT_LEN, "%ud%02uh%02u", (unsigned int)days,
			 (unsigned int)(hours % 24),
			 (unsigned int)(minutes % 60));
	else
		snprintf(text, FORMAT_LEN, "%" PRIu64 "y%02ud%02u",
			 days / 365, (unsigned int)(days % 365),
			 (unsigned int)(hours % 24));
	return text;
}

const char *format_name(const char *name, size_t max, char *text)
{
	size_t i;

	for (i = 0; i < max && name[i]; i++) {
		unsigned char c = (unsigned char)name[i];

		text[i] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
	}
	text[i] = '\0';
	return text;
}
