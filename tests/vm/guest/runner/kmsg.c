// SPDX-License-Identifier: GPL-2.0
/* Owns the reading of /dev/kmsg and the judgement of its lines. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"
#include "report.h"

#define MAX_PATTERNS	64
#define BEFORE		5	/* lines shown before an error */
#define AFTER		60	/* and after it */

static regex_t patterns[MAX_PATTERNS];
static int npatterns;
static int kmsg = -1;

void kmsg_open(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		if (npatterns == MAX_PATTERNS ||
		    regcomp(&patterns[npatterns], line, REG_EXTENDED)) {
			report("VM KMSG ! bad pattern: %s\n", line);
			continue;
		}
		npatterns++;
	}
	if (f)
		fclose(f);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || !npatterns)
		report("VM KMSG ! cannot watch the kernel log\n");
}

static bool is_error(const char *text)
{
	int i;

	for (i = 0; i < npatterns; i++)
		if (!regexec(&patterns[i], text, 0, NULL, 0))
			return true;
	return false;
}

/*
 * The text of the next record of the kernel itself, or NULL. Records of user
 * programs (facility not 0) do not count, nor do the dictionary lines.
 */
static char *next_record(char *buf, size_t size)
{
	char *text;
	ssize_t n;

	for (;;) {
		n = read(kmsg, buf, size - 1);
		if (n < 0 && errno == EPIPE)
			continue;	/* overwritten: go on with the oldest */
		if (n <= 0)
			return NULL;
		buf[n] = '\0';
		text = strchr(buf, ';');
		if (!text || strtoul(buf, NULL, 10) >> 3)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';
		return text;
	}
}

void kmsg_check(void)
{
	char before[BEFORE][1024] = { "" };
	char buf[8192], *text;
	unsigned int n = 0, i;
	int after = 0;

	while ((text = next_record(buf, sizeof(buf)))) {
		if (is_error(text)) {
			for (i = 0; !after && i < BEFORE; i++)
				if (before[(n + i) % BEFORE][0])
					report("VM KMSG %s\n",
					       before[(n + i) % BEFORE]);
			report("VM KMSG ! %s\n", text);
			after = AFTER;
			memset(before, 0, sizeof(before));
		} else if (after) {
			report("VM KMSG %s\n", text);
			after--;
		} else {
			snprintf(before[n++ % BEFORE], sizeof(before[0]), "%s",
				 text);
		}
	}
}

void kmsg_tasks(void)
{
	char buf[8192], *text;
	int fd;

	kmsg_check();
	fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "w", 1) == 1)
		while ((text = next_record(buf, sizeof(buf))))
			report("VM KMSG %s\n", text);
	close(fd);
}
