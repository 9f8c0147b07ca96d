// SPDX-License-Identifier: LGPL-2.1
/*
 * Attributes of files.
 */
#include "lib.h"

int vc_get_iattr(const char *path, struct vcmd_fiattr *attr)
{
	struct vcmd_iattr call = { .name = path, .tag = attr->tag };

	if (vc_syscall(VCMD_get_iattr, 0, &call) < 0)
		return -1;
	*attr = (struct vcmd_fiattr){ call.tag, call.flags, call.mask };
	return 0;
}

int vc_set_iattr(const char *path, const struct vcmd_fiattr *attr)
{
	const struct vcmd_iattr call = {
		path, attr->tag, attr->flags, attr->mask,
	};

	return lv_call(VCMD_set_iattr, 0, &call);
}

int vc_fget_iattr(int fd, struct vcmd_fiattr *attr)
{
	return lv_call(VCMD_fget_iattr, (uint32_t)fd, attr);
}

int vc_fset_iattr(int fd, const struct vcmd_fiattr *attr)
{
	return lv_call(VCMD_fset_iattr, (uint32_t)fd, attr);
}
