/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what the tests of the init of a context share: becoming one, and the
 * questions they ask the puppets.
 */
#ifndef INIT_H
#define INIT_H

#include "puppet.h"

#define FAKEINIT	VXF_INFO_INIT

/* The init of a new context whose setup is over. */
static inline long init_become(long arg, long b, long c)
{
	const struct puppet_context *ctx = (void *)arg;

	(void)b, (void)c;
	if (vs_create(ctx->xid, VXF_INIT_SET | ctx->flags) < 0 ||
	    vs_set_bcaps(ctx->xid, ctx->bcaps, ALL_CAPS))
		return -1;
	return vs_set_flags(-1, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

KTAP_UNUSED static struct puppet puppet_init(uint32_t xid, uint64_t flags)
{
	struct puppet_context ctx = { xid, flags, GUEST_CAPS };

	return puppet_start(init_become, (long)&ctx, 0, 0);
}

/* Answers of the puppets go here. */
static char *init_text;
#define INIT_TEXT	16384

KTAP_UNUSED static long do_read(long path, long b, long c)
{
	char *s = slurp("%s", (char *)path);

	(void)b, (void)c;
	if (!s)
		return -1;
	snprintf(init_text, INIT_TEXT, "%s", s);
	return 0;
}

/* A file as a puppet reads it, or the name of the error. */
KTAP_PRINTF(2, 3)
static const char *read_by(struct puppet *p, const char *format, ...)
{
	char *path;
	va_list ap;

	if (!init_text)
		ktap_give_up("init_text");
	path = init_text + INIT_TEXT;
	va_start(ap, format);
	vsnprintf(path, 256, format, ap);
	va_end(ap);
	return ask(p, do_read, path) ? errname(errno) : init_text;
}

/* Before the puppets start. */
KTAP_UNUSED static void init_start(void)
{
	init_text = puppet_shared(INIT_TEXT + 256);
}

/* The numbers that follow a name in a file of lines, as text. */
KTAP_UNUSED static const char *line_of(const char *text, const char *name)
{
	static char line[256];
	const char *s = text;
	size_t n = strlen(name);

	while (s && strncmp(s, name, n)) {
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
	snprintf(line, sizeof(line), "%s", s ? s + n : "(not there)");
	line[strcspn(line, "\n")] = 0;
	return line;
}

KTAP_UNUSED static long do_getpid(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return syscall(SYS_getpid);
}

KTAP_UNUSED static long do_gettid(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return syscall(SYS_gettid);
}

KTAP_UNUSED static long do_getppid(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return syscall(SYS_getppid);
}

KTAP_UNUSED static long do_kill(long pid, long sig, long c)
{
	(void)c;
	return kill(pid, sig);
}

KTAP_UNUSED static long do_exit(long code, long b, long c)
{
	(void)b, (void)c;
	_exit(code);
}

KTAP_UNUSED static bool alive(struct puppet *p)
{
	return ask(p, do_getpid) > 0;
}

#endif
