// SPDX-License-Identifier: LGPL-2.1
/*
 * Unsigned numbers.
 */
#include "number.h"

#include <errno.h>

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 99;
}

size_t lv_digits(const char *text, size_t length, uint64_t *value,
		 int *overflow)
{
	unsigned int base = 10;
	size_t pos = 0;

	*value = 0;
	*overflow = 0;
	if (length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
	    digit(text[2]) < 16) {
		base = 16;
		pos = 2;
	} else if (length > 1 && text[0] == '0' && digit(text[1]) < 10) {
		base = 8;
		pos = 1;
	}
	for (; pos < length && digit(text[pos]) < base; pos++)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit(text[pos]), value))
			*overflow = 1;
	/* "09" is neither 0 nor 9. */
	if (base == 8 && (pos == 1 || (pos < length && digit(text[pos]) < 10)))
		return 0;
	return pos;
}

int lv_number(const char *text, size_t length, uint64_t *value)
{
	int overflow;

	if (!length || lv_digits(text, length, value, &overflow) != length) {
		errno = EINVAL;
		return -1;
	}
	if (overflow) {
		errno = ERANGE;
		return -1;
	}
	return 0;
}
