// SPDX-License-Identifier: GPL-2.0
/*
 * Reading /proc.
 */
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

ssize_t proc_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -1;
	while (n && used + 1 < size) {
		n = read(fd, buf + used, size - 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		used += (size_t)n;
	}
	close(fd);
	buf[used] = '\0';
	return n < 0 ? -1 : (ssize_t)used;
}

/* Parse digits of @base; NULL when there are none or too many. */
static const char *parse_digits(const char *s, unsigned int base,
				uint64_t *value)
{
	const char *begin = s;

	for (*value = 0;; s++) {
		unsigned int digit;

		if (*s >= '0' && *s <= '9')
			digit = (unsigned int)(*s - '0');
		else if (base == 16 && (*s | 0x20) >= 'a' &&
			 (*s | 0x20) <= 'f')
			digit = (unsigned int)((*s | 0x20) - 'a') + 10;
		else
			return s > begin ? s : NULL;
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return NULL;
	}
}

/* The value of a field; negative ones, which mean nothing here, become 0. */
static const char *parse_field(const char *s, uint64_t *value)
{
	bool negative = *s == '-';

	s = parse_digits(s + negative, 10, value);
	if (negative)
		*value = 0;
	return s;
}

int proc_parse_stat(const char *text, struct proc_stat *stat)
{
	/* Field numbers of proc(5); the name before them may contain blanks
	 * and brackets, so they are counted from its last bracket. */
	enum {
		STATE = 3, PPID = 4, UTIME = 14, STIME = 15, CUTIME = 16,
		CSTIME = 17, VSIZE = 23, RSS = 24,
	};
	uint64_t value[RSS + 1] = { 0 };
	const char *s = strrchr(text, ')');

	if (!parse_digits(text, 10, &value[0]) || value[0] > INT_MAX)
		return -1;
	if (!s || s[1] != ' ' || !s[2] || s[3] != ' ')
		return -1;
	stat->state = s[2];
	s += 4;
	for (int i = PPID; i <= RSS; i++) {
		s = parse_field(s, &value[i]);
		if (!s || (i < RSS && *s++ != ' '))
			return -1;
	}
	stat->pid = (pid_t)value[0];
	stat->ppid = (pid_t)value[PPID];
	stat->utime = value[UTIME];
	stat->stime = value[STIME];
	stat->cutime = value[CUTIME];
	stat->cstime = value[CSTIME];
	stat->vsize = value[VSIZE];
	stat->rss_pages = value[RSS];
	return 0;
}

static int find_number(const char *text, const char *key, unsigned int base,
		       uint64_t *value)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, key, len) || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " \t");
		return parse_digits(line, base, value) ? 0 : -1;
	}
	return -1;
}

int proc_status_number(const char *text, const char *key, uint64_t *value)
{
	return find_number(text, key, 10, value);
}

int proc_status_hex(const char *text, const char *key, uint64_t *value)
{
	return find_number(text, key, 16, value);
}

int proc_parse_uptime(const char *text, uint64_t *centiseconds)
{
	uint64_t seconds, fraction = 0;
	const char *s = parse_digits(text, 10, &seconds);

	if (!s || *s != '.' || seconds > UINT64_MAX / 200)
		return -1;
	if (s[1] < '0' || s[1] > '9' || s[2] < '0' || s[2] > '9')
		return -1;
	fraction = (uint64_t)((s[1] - '0') * 10 + (s[2] - '0'));
	*centiseconds = seconds * 100 + fraction;
	return 0;
}
