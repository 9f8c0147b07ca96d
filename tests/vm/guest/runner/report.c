// SPDX-License-Identifier: GPL-2.0
/* Owns the result port: whole lines only, output of tests marked as such. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static int port = -1;
static bool in_line;	/* the last output did not end with a newline */

static void put(const char *p, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(port, p, n);
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (done > 0) {
			p += done;
			n -= done;
		}
	}
}

void report_open(const char *path)
{
	port = open(path, O_WRONLY | O_CLOEXEC);
	if (port < 0)
		port = 2;
}

void report(const char *format, ...)
{
	char line[2048];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n >= (int)sizeof(line)) {
		n = sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	report_flush();
	put(line, n);
}

void report_output(const char *text, size_t size)
{
	const char *end;
	size_t n;

	while (size) {
		end = memchr(text, '\n', size);
		n = end ? (size_t)(end - text) + 1 : size;
		if (!in_line)
			put("| ", 2);
		put(text, n);
		in_line = !end;
		text += n;
		size -= n;
	}
}

void report_flush(void)
{
	if (in_line)
		put("\n", 1);
	in_line = false;
}
