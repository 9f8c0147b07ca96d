/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * Unsigned numbers: decimal, 0x hexadecimal, 0 octal; no sign, no blanks.
 */
#ifndef LV_NUMBER_H
#define LV_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Parse as many digits of the @length bytes at @text as there are; returns
 * their number, the prefix included, or 0 when there is no number.  *@value
 * is meaningless and *@overflow is 1 when it does not fit.
 */
size_t lv_digits(const char *text, size_t length, uint64_t *value,
		 int *overflow);

/* Parse a number that is @length bytes long.  EINVAL, ERANGE. */
int lv_number(const char *text, size_t length, uint64_t *value);

#endif
