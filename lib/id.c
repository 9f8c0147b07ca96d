// SPDX-License-Identifier: LGPL-2.1
/*
 * Id arguments: "self", ":NAME", a number, or a guest name.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib.h"

/* Tell "does not run" from "does not exist". */
static int no_guest(const struct vc_dirs *dirs, const char *name,
		    struct vc_error *error)
{
	const char *conf = (dirs ? dirs : vc_dirs_default())->conf;
	char path[512];
	struct stat st;

	if (!lv_path(path, sizeof(path), conf, name) && !stat(path, &st))
		return vc_error_set(error, ESRCH, "guest '%s' is not running",
				    name);
	return vc_error_set(error, ENOENT, "no guest '%s'", name);
}

static int parse_name(const struct vc_dirs *dirs, const char *name,
		      unsigned int flags, uint32_t *id, struct vc_error *error)
{
	if (!vc_guest_name_valid(name))
		return vc_error_set(error, EINVAL, "invalid id '%s'", name);
	if (!vc_guest_xid(dirs, name, id))
		return 0;
	if ((flags & VC_ID_STOPPED) && !vc_guest_static_xid(dirs, name, id))
		return 0;
	return no_guest(dirs, name, error);
}

int vc_id_parse(const struct vc_dirs *dirs, const char *text,
		unsigned int flags, uint32_t *id, struct vc_error *error)
{
	if (*text == ':')
		return parse_name(dirs, text + 1, flags, id, error);
	if (!strcmp(text, "self") || !strcmp(text, "-1")) {
		*id = VS_XID_SELF;
		return 0;
	}
	if (!strcmp(text, "-2")) {
		*id = VS_XID_SAME;
		return 0;
	}
	if (!lv_parse_id(text, text + strlen(text), id))
		return 0;
	if (errno == ERANGE)
		return vc_error_set(error, ERANGE, "id '%s' is too large",
				    text);
	return parse_name(dirs, text, flags, id, error);
}
