// SPDX-License-Identifier: LGPL-2.1
/*
 * Limits as text: a number with a unit, or no limit at all.
 */
#include <errno.h>
#include <string.h>

#include "lib.h"
#include "number.h"

static const struct {
	char		letter;
	uint64_t	factor;
} units[] = {
	{ 'k', 1000 },
	{ 'K', 1ULL << 10 },
	{ 'm', 1000 * 1000 },
	{ 'M', 1ULL << 20 },
	{ 'g', 1000 * 1000 * 1000 },
	{ 'G', 1ULL << 30 },
	{ 'T', 1ULL << 40 },
};

static uint64_t find_unit(char letter)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].letter == letter)
			return units[i].factor;
	return 0;
}

/* @pos and @end are offsets of what could not be used. */
static int fail(struct vc_parse *parse, int code, size_t pos, size_t end)
{
	if (parse) {
		parse->offset = pos;
		parse->length = end - pos;
		parse->old = NULL;
	}
	errno = code;
	return -1;
}

int vc_limit_parse(const char *text, uint64_t *value, struct vc_parse *parse)
{
	size_t len = strlen(text), pos;
	uint64_t number, factor = 1;
	int overflow;

	if (len && text[len - 1] == '\n')
		len--;
	if (!strncmp(text, "inf", 3) ||
	    (len == 9 && !strncmp(text, "unlimited", 9)) ||
	    (len == 2 && !strncmp(text, "-1", 2))) {
		*value = VC_LIMIT_INF;
		return 0;
	}

	pos = lv_digits(text, len, &number, &overflow);
	if (!pos)
		return fail(parse, EINVAL, 0, len);
	if (pos < len)
		factor = find_unit(text[pos]);
	if (!factor || pos + 1 < len)
		return fail(parse, EINVAL, pos + !!factor, len);
	if (overflow || __builtin_mul_overflow(number, factor, &number) ||
	    number == VC_LIMIT_KEEP)
		return fail(parse, ERANGE, 0, len);
	*value = number;
	return 0;
}
