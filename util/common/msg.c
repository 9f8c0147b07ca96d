// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on stderr, each line by one write(2).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "prog-private.h"

#define LINE_MAX_	1024

struct line {
	char	text[LINE_MAX_];
	size_t	len;
};

static void add_va(struct line *l, const char *fmt, va_list args)
	VC_PRINTF(2, 0);

static void add_va(struct line *l, const char *fmt, va_list args)
{
	/* The last byte is for the newline. */
	size_t room = sizeof(l->text) - 1 - l->len;
	int n = vsnprintf(l->text + l->len, room, fmt, args);

	if (n > 0)
		l->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void VC_PRINTF(2, 3) add(struct line *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_va(l, fmt, args);
	va_end(args);
}

static void put(struct line *l)
{
	ssize_t n;

	l->text[l->len++] = '\n';
	n = write(STDERR_FILENO, l->text, l->len);
	(void)n;	/* there is nobody left to be told */
}

void msg_warn(const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list args;

	add(&l, "%s: ", prog_current->name);
	va_start(args, fmt);
	add_va(&l, fmt, args);
	va_end(args);
	put(&l);
}

void msg_die(int status, const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list args;

	add(&l, "%s: ", prog_current->name);
	va_start(args, fmt);
	add_va(&l, fmt, args);
	va_end(args);
	put(&l);
	prog_exit(status);
}

void msg_raw(const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list args;

	va_start(args, fmt);
	add_va(&l, fmt, args);
	va_end(args);
	put(&l);
}

static void VC_PRINTF(2, 0) msg_call_va(const char *call, const char *object,
					va_list args)
{
	struct line l = { .len = 0 };
	int code = errno;

	add(&l, "%s: %s(): %s", prog_current->name, call, vc_strerror(code));
	if (object) {
		add(&l, " (");
		add_va(&l, object, args);
		add(&l, ")");
	}
	put(&l);
	errno = code;
}

void msg_call(const char *call, const char *object, ...)
{
	va_list args;

	va_start(args, object);
	msg_call_va(call, object, args);
	va_end(args);
}

void die_call(const char *call, const char *object, ...)
{
	va_list args;

	va_start(args, object);
	msg_call_va(call, object, args);
	va_end(args);
	prog_exit(EXIT_OWN);
}

void die_xid(const char *call, uint32_t xid)
{
	if (xid == VS_XID_SELF)
		die_call(call, NULL);
	die_call(call, "xid %u", (unsigned int)xid);
}

void msg_usage(const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list args;

	va_start(args, fmt);
	add_va(&l, fmt, args);
	va_end(args);
	put(&l);
	msg_raw("Try '%s --help' for more information.", prog_current->name);
	prog_exit(prog_current->usage_status);
}
