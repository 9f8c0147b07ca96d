/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * What the files of the library share among themselves.
 */
#ifndef LV_LIB_H
#define LV_LIB_H

#include "vserver.h"

/* A command whose result is a small number; the kernel only reads @data. */
static inline int lv_call(uint32_t cmd, uint32_t id, const void *data)
{
	return (int)vc_syscall(cmd, id, (void *)(uintptr_t)data);
}

/* The printed ceiling of an id: five digits. */
#define LV_ID_DIGITS	5

/*
 * Parse decimal digits up to @end, no more than VS_XID_MAX.
 *	EINVAL	not only digits
 *	ERANGE	too large
 */
int lv_parse_id(const char *text, const char *end, uint32_t *id);

/*
 * Read the first line of a file without its newline.
 *	ERANGE	it does not fit into @size bytes
 */
int lv_read_line(const char *path, char *line, size_t size);

/* snprintf("%s/%s") which fails with ENAMETOOLONG. */
int lv_path(char *path, size_t size, const char *dir, const char *name);

/* The last part of a path; "" when there is none. */
const char *lv_basename(const char *path);

#endif
