// SPDX-License-Identifier: GPL-2.0
/*
 * Users of a guest.  Its libraries are not asked (they would run with our
 * power), only its files, and not more of them than is reasonable.
 */
#include "passwd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "lib/number.h"
#include "lines.h"

#define MAX_LINES	65536
#define MAX_SIZE	(4 * 1024 * 1024)

/* A field of at most @size - 1 bytes; the rest of the line, or NULL. */
static const char *field(const char *line, char *text, size_t size)
{
	size_t len = strcspn(line, ":");

	if (len >= size)
		return NULL;
	memcpy(text, line, len);
	text[len] = '\0';
	return line[len] ? line + len + 1 : line + len;
}

static int number(const char *text, unsigned int *value)
{
	uint64_t n;

	if (lv_number(text, strlen(text), &n) || n >= 0xffffffff)
		return -1;
	*value = (unsigned int)n;
	return 0;
}

int passwd_parse(const char *line, struct passwd_entry *e)
{
	char text[512], uid[16], gid[16];

	line = field(line, e->name, sizeof(e->name));
	if (line)
		line = field(line, text, sizeof(text));
	if (line)
		line = field(line, uid, sizeof(uid));
	if (line)
		line = field(line, gid, sizeof(gid));
	if (line)
		line = field(line, text, sizeof(text));
	if (line)
		line = field(line, e->home, sizeof(e->home));
	if (line)
		line = field(line, e->shell, sizeof(e->shell));
	if (!line || !*e->name || number(uid, &e->uid) ||
	    number(gid, &e->gid))
		return -1;
	if (!*e->home)
		strcpy(e->home, "/");
	if (!*e->shell)
		strcpy(e->shell, "/bin/sh");
	return 0;
}

/* A regular file of a reasonable size, and nothing that blocks. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	    st.st_size <= MAX_SIZE)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_member(const char *members, const char *name)
{
	size_t len = strlen(name);

	while (*members) {
		size_t n = strcspn(members, ",");

		if (n == len && !strncmp(members, name, n))
			return true;
		members += n + !!members[n];
	}
	return false;
}

static void find_groups(struct passwd_entry *e)
{
	struct lines lines = { .fd = open_file("/etc/group") };
	char name[64], text[64], gid[16], *line;

	e->groups[0] = e->gid;
	e->n_groups = 1;
	if (lines.fd < 0)
		return;
	for (int i = 0; i < MAX_LINES && (line = lines_next(&lines)); i++) {
		const char *rest = field(line, name, sizeof(name));
		unsigned int id;

		if (rest)
			rest = field(rest, text, sizeof(text));
		if (rest)
			rest = field(rest, gid, sizeof(gid));
		if (rest && !number(gid, &id) && is_member(rest, e->name) &&
		    e->n_groups < PASSWD_GROUPS)
			e->groups[e->n_groups++] = id;
	}
	lines_free(&lines);
	close(lines.fd);
}

void passwd_find(const char *user, struct passwd_entry *e)
{
	struct lines lines = { .fd = open_file("/etc/passwd") };
	unsigned int uid = 0;
	bool is_number = !number(user, &uid), found = false;
	char *line;

	for (int i = 0; lines.fd >= 0 && !found && i < MAX_LINES &&
	     (line = lines_next(&lines)); i++)
		found = !passwd_parse(line, e) &&
			(is_number ? e->uid == uid : !strcmp(e->name, user));
	lines_free(&lines);
	if (lines.fd >= 0)
		close(lines.fd);
	if (!found && !is_number)
		msg_die(EXIT_FAILED, "there is no user '%s' in the guest",
			user);
	if (!found) {
		memset(e, 0, sizeof(*e));
		snprintf(e->name, sizeof(e->name), "%u", uid);
		strcpy(e->home, "/");
		strcpy(e->shell, "/bin/sh");
		e->uid = uid;
		e->gid = uid;
	}
	find_groups(e);
}
