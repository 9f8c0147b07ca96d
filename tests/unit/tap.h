/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Test Anything Protocol, for test programs of one file each.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

/* One test: @cond must hold; @fmt says what is tested. */
static bool __attribute__((__format__(__printf__, 2, 3), __unused__))
ok(bool cond, const char *fmt, ...)
{
	va_list args;

	printf("%sok %d - ", cond ? "" : "not ", ++tap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	if (!cond)
		tap_failures++;
	fflush(stdout);
	return cond;
}

/* Two texts must be equal; tells both when they are not. */
static bool __attribute__((__unused__))
is(const char *got, const char *want, const char *what)
{
	bool same = !strcmp(got, want);

	ok(same, "%s", what);
	if (!same)
		printf("# got \"%s\"\n# not \"%s\"\n", got, want);
	return same;
}

/* The plan, which comes last; returns what main() returns. */
static int __attribute__((__unused__)) done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures != 0;
}

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

#endif
