// SPDX-License-Identifier: GPL-2.0
/*
 * Names and letters of the attributes of files.
 */
#include <ctype.h>
#include <stddef.h>

#include <linux/vserver.h>

#include "iattr.h"

#define IUNLINK	(VIATTR_IXUNLINK | VIATTR_IMMUTABLE)

const struct iattr_name iattr_names[] = {
	{ "admin", VIATTR_ADMIN, 'a', "of /proc: the host sees it, though" },
	{ "watch", VIATTR_WATCH, 'w', "of /proc: so does the spectator" },
	{ "hide", VIATTR_HIDE, 'h', "of /proc: hidden" },
	{ "write", VIATTR_WRITE, 'm', "of /proc: no effect" },
	{ "barrier", VIATTR_BARRIER, 'b', "no guest passes the directory" },
	{ "ixunlink", VIATTR_IXUNLINK, 'u', "immutable, but not its names" },
	{ "immutable", VIATTR_IMMUTABLE, 'i', "as chattr +i" },
	{ "cow", VIATTR_COW, 'c', "the same as iunlink" },
	{ "xid", VIATTR_TAG, 'x', NULL },
	{ "iunlink", IUNLINK, 0, "ixunlink and immutable" },
	{ "immu", IUNLINK, 0, NULL },
	{ "iunlink-but-not-immutable", VIATTR_IXUNLINK, 0, NULL },
	{ NULL, 0, 0, NULL },
};

static char letter(const struct iattr_name *n, uint32_t flags, uint32_t mask)
{
	if (!(mask & n->bits))
		return '-';
	return flags & n->bits ? (char)toupper(n->letter) : n->letter;
}

void iattr_format(char text[IATTR_LETTERS + 1], uint32_t flags, uint32_t mask)
{
	for (int i = 0; i < IATTR_LETTERS; i++)
		text[i] = letter(&iattr_names[i], flags, mask);
	text[IATTR_LETTERS] = '\0';
}

void iattr_format_legacy(char text[IATTR_LETTERS + 1], uint32_t flags,
			 uint32_t mask)
{
	/* Kernels of that time had a barrier for every file. */
	mask |= VIATTR_BARRIER;
	for (int i = 0; i < IATTR_LETTERS; i++)
		if (!(iattr_names[i].bits & (VIATTR_WRITE | VIATTR_COW)))
			*text++ = letter(&iattr_names[i], flags, mask);
	*text = '\0';
}
