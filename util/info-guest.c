// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-info: configuration and state of guests.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "info.h"
#include "procfs.h"
#include "prog.h"

static bool exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

static bool __attribute__((__format__(__printf__, 2, 3)))
make_path(char *path, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(path, INFO_LEN, fmt, args);
	va_end(args);
	return n >= 0 && n < INFO_LEN;
}

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/*
 * The configuration directory of a guest, which may be given as the
 * directory itself, by name, or by the id of its context.
 */
static bool find_cfgdir(const char *id, char *path)
{
	uint32_t xid;

	if (strchr(id, '/'))
		return realpath(id, path) != NULL;
	if (is_number(id) && !vc_id_parse(NULL, id, 0, &xid, NULL) &&
	    !vc_guest_dir(NULL, xid, path, INFO_LEN))
		return true;
	if (*id == ':')
		id++;
	return vc_guest_name_valid(id) &&
	       make_path(path, "%s/%s", vc_dirs_default()->conf, id) &&
	       exists(path);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool info_cfgdir(const char *id, const char *arg, char *out)
{
	(void)arg;
	return find_cfgdir(id, out);
}

bool info_appdir(const char *id, const char *arg, char *out)
{
	char dir[INFO_LEN];

	if (!find_cfgdir(id, dir))
		return false;
	if (arg && (!*arg || strstr(arg, "..")))
		return false;
	return make_path(out, "%s/apps%s%s", dir, arg ? "/" : "",
			 arg ? arg : "") && exists(out);
}

bool info_vdir(const char *id, const char *arg, char *out)
{
	char dir[INFO_LEN], path[INFO_LEN];

	(void)arg;
	if (!find_cfgdir(id, dir) || !make_path(path, "%s/vdir", dir))
		return false;
	if (realpath(path, out))
		return true;
	return make_path(out, "%s/%s", VROOTDIR, last_part(dir)) &&
	       exists(out);
}

bool info_name(const char *id, const char *arg, char *out)
{
	char dir[INFO_LEN], path[INFO_LEN];

	(void)arg;
	if (!find_cfgdir(id, dir) || !make_path(path, "%s/name", dir))
		return false;
	if (proc_read(path, out, INFO_LEN) > 0) {
		out[strcspn(out, "\n")] = '\0';
		if (*out)
			return true;
	}
	return make_path(out, "%s", last_part(dir));
}

/* Everything that a shell or a file system could misunderstand goes. */
bool info_canonify(const char *id, const char *arg, char *out)
{
	size_t n = 0;

	(void)arg;
	for (; *id && n < INFO_LEN - 1; id++) {
		char c[2] = { *id, '\0' };

		if (vc_guest_name_valid(c) || (*id == '.' && n))
			out[n++] = *id;
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	out[n] = '\0';
	return n;
}

/* Whether processes are left; yes if the kernel does not tell. */
static bool has_tasks(uint32_t xid)
{
	char path[INFO_LEN], text[1024];
	uint64_t tasks;

	return !make_path(path, "%s/%u/status", vc_dirs_default()->proc,
			  (unsigned int)xid) ||
	       proc_read(path, text, sizeof(text)) < 0 ||
	       proc_status_number(text, "Tasks", &tasks) || tasks;
}

/* The context in which the guest @id is running, or the running context. */
static bool find_running(const char *id, uint32_t *xid)
{
	char path[INFO_LEN];
	struct vcmd_vx_info info;

	if (strchr(id, '/')) {
		if (!find_cfgdir(id, path) ||
		    vc_guest_xid(NULL, last_part(path), xid))
			return false;
	} else if (vc_id_parse(NULL, id, 0, xid, NULL)) {
		return false;
	}
	/* Ordinary users cannot ask; they see it in /proc. */
	if (vc_vx_info(*xid, &info) &&
	    (!make_path(path, "%s/%u", vc_dirs_default()->proc,
			(unsigned int)*xid) || !exists(path)))
		return false;
	return has_tasks(*xid);
}

bool info_running(const char *id, const char *arg, char *out)
{
	uint32_t xid;

	(void)arg;
	return find_running(id, &xid) && make_path(out, "1");
}

bool info_context(const char *id, const char *arg, char *out)
{
	bool with_static = !arg || strcmp(arg, "0");
	char dir[INFO_LEN];
	uint32_t xid;

	if (!find_running(id, &xid)) {
		if (!with_static || !find_cfgdir(id, dir) ||
		    vc_guest_static_xid(NULL, last_part(dir), &xid))
			return false;
	}
	return make_path(out, "%u", (unsigned int)xid);
}

bool info_id(const char *id, const char *arg, char *out)
{
	uint32_t xid;

	(void)arg;
	return !vc_id_parse(NULL, id, 0, &xid, NULL) &&
	       !vc_guest_dir(NULL, xid, out, INFO_LEN);
}
