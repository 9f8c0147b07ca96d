// SPDX-License-Identifier: LGPL-2.1
/*
 * Guest names to context ids and back.
 *
 * A start writes the id to RUN/NAME and the configuration directory into the
 * CONTEXT name of the context.  The kernel has the last word: a file whose
 * context has gone or belongs to somebody else is a left-over.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

static const struct vc_dirs default_dirs = {
	.conf = CONFDIR,
	.run = RUNDIR,
	.rev = RUNDIR ".rev",
	.proc = "/proc/virtual",
};

const struct vc_dirs *vc_dirs_default(void)
{
	return &default_dirs;
}

static const struct vc_dirs *use_dirs(const struct vc_dirs *dirs)
{
	return dirs ? dirs : &default_dirs;
}

int vc_guest_name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t len = strspn(name, allowed);

	return len && len <= VC_GUEST_NAME_MAX && !name[len] &&
	       strcmp(name, ".") && strcmp(name, "..");
}

static int check_name(const char *name)
{
	if (vc_guest_name_valid(name))
		return 0;
	errno = EINVAL;
	return -1;
}

/* A file that contains nothing but an id. */
static int read_id(const char *path, uint32_t *id)
{
	char line[LV_ID_DIGITS + 2];

	if (lv_read_line(path, line, sizeof(line)))
		return -1;
	return lv_parse_id(line, line + strlen(line), id);
}

/*
 * Whether context @xid exists, and is that of guest @name as far as the
 * kernel tells.  Ordinary users are told nothing and have to believe.
 */
static bool is_context_of(uint32_t xid, const char *name)
{
	char context[VHIN_LEN];
	struct vcmd_vx_info info;

	if (vc_vx_info(xid, &info) && errno == ESRCH)
		return false;
	if (vc_get_vhi_name(xid, VHIN_CONTEXT, context, sizeof(context)) ||
	    !*context)
		return true;
	return !strcmp(lv_basename(context), name);
}

/* Ask all contexts for their name. */
static int search_contexts(const struct vc_dirs *dirs, const char *name,
			   uint32_t *xid)
{
	DIR *dir = opendir(dirs->proc);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		const char *id = entry->d_name;
		char context[VHIN_LEN];

		found = !lv_parse_id(id, id + strlen(id), xid) &&
			!vc_get_vhi_name(*xid, VHIN_CONTEXT, context,
					 sizeof(context)) &&
			!strcmp(lv_basename(context), name);
	}
	if (dir)
		closedir(dir);
	if (found)
		return 0;
	errno = ESRCH;
	return -1;
}

int vc_guest_xid(const struct vc_dirs *dirs, const char *name, uint32_t *xid)
{
	char path[PATH_MAX];

	dirs = use_dirs(dirs);
	if (check_name(name) || lv_path(path, sizeof(path), dirs->run, name))
		return -1;
	if (!read_id(path, xid) && is_context_of(*xid, name))
		return 0;
	return search_contexts(dirs, name, xid);
}

int vc_guest_static_xid(const struct vc_dirs *dirs, const char *name,
			uint32_t *xid)
{
	char dir[PATH_MAX], path[PATH_MAX];

	dirs = use_dirs(dirs);
	if (check_name(name) ||
	    lv_path(dir, sizeof(dir), dirs->conf, name) ||
	    lv_path(path, sizeof(path), dir, "context"))
		return -1;
	return read_id(path, xid);
}

int vc_guest_dir(const struct vc_dirs *dirs, uint32_t xid, char *path,
		 size_t size)
{
	char link[PATH_MAX], id[16];
	ssize_t len;

	dirs = use_dirs(dirs);
	if (!vc_get_vhi_name(xid, VHIN_CONTEXT, path, size) && *path)
		return 0;
	snprintf(id, sizeof(id), "%u", (unsigned int)xid);
	if (lv_path(link, sizeof(link), dirs->rev, id))
		return -1;
	len = readlink(link, path, size);
	if (len >= 0 && (size_t)len >= size) {
		errno = ERANGE;
		return -1;
	}
	if (len <= 0) {
		errno = ENOENT;
		return -1;
	}
	path[len] = '\0';
	return 0;
}

int vc_guest_name(const struct vc_dirs *dirs, uint32_t xid, char *name,
		  size_t size)
{
	char path[PATH_MAX];
	const char *base;

	if (vc_guest_dir(dirs, xid, path, sizeof(path)))
		return -1;
	base = lv_basename(path);
	if (!*base) {
		errno = ENOENT;
		return -1;
	}
	if (strlen(base) >= size) {
		errno = ERANGE;
		return -1;
	}
	strcpy(name, base);
	return 0;
}
