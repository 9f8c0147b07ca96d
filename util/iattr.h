/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names and letters of the attributes of files.
 */
#ifndef UTIL_IATTR_H
#define UTIL_IATTR_H

#include <stdint.h>

#define IATTR_LETTERS	9

struct iattr_name {
	const char	*name;
	uint32_t	bits;
	char		letter;		/* or 0 */
	const char	*text;		/* NULL: another spelling */
};

/* In the order of letters; the last one has no name. */
extern const struct iattr_name iattr_names[];

/*
 * The letters of a file: capital when set, small when clear, "-" where the
 * file cannot have it.
 */
void iattr_format(char text[IATTR_LETTERS + 1], uint32_t flags, uint32_t mask);

/* The seven letters that were printed before there were the others. */
void iattr_format_legacy(char text[IATTR_LETTERS + 1], uint32_t flags,
			 uint32_t mask);

#endif
