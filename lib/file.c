// SPDX-License-Identifier: LGPL-2.1
/*
 * Small files with one value, and the paths to them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

int lv_read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t used = 0;
	ssize_t n = 0;
	char *end;

	if (fd < 0)
		return -1;
	while (used < size) {
		n = read(fd, line + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
		if (memchr(line, '\n', used))
			break;
	}
	close(fd);
	if (n < 0)
		return -1;
	end = memchr(line, '\n', used);
	if (!end) {
		if (used == size) {
			errno = ERANGE;
			return -1;
		}
		end = line + used;
	}
	*end = '\0';
	return 0;
}

int lv_path(char *path, size_t size, const char *dir, const char *name)
{
	int n = snprintf(path, size, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

const char *lv_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int lv_parse_id(const char *text, const char *end, uint32_t *id)
{
	uint32_t value = 0;

	if (text == end) {
		errno = EINVAL;
		return -1;
	}
	for (const char *p = text; p < end; p++)
		if (*p < '0' || *p > '9') {
			errno = EINVAL;
			return -1;
		}
	for (; text < end; text++) {
		value = value * 10 + (uint32_t)(*text - '0');
		if (value > VS_XID_MAX) {
			errno = ERANGE;
			return -1;
		}
	}
	*id = value;
	return 0;
}
