// SPDX-License-Identifier: LGPL-2.1
/*
 * Names of a context.
 */
#include <errno.h>
#include <string.h>

#include "lib.h"

static const char *const fields[] = {
	[VHIN_CONTEXT]		= "context",
	[VHIN_SYSNAME]		= "sysname",
	[VHIN_NODENAME]		= "nodename",
	[VHIN_RELEASE]		= "release",
	[VHIN_VERSION]		= "version",
	[VHIN_MACHINE]		= "machine",
	[VHIN_DOMAINNAME]	= "domainname",
};

#define N_FIELDS	((int)(sizeof(fields) / sizeof(fields[0])))

const char *vc_vhi_field_name(int field)
{
	return field >= 0 && field < N_FIELDS ? fields[field] : NULL;
}

int vc_vhi_field(const char *name)
{
	for (int i = 0; i < N_FIELDS; i++)
		if (!strcmp(name, fields[i]))
			return i;
	errno = EINVAL;
	return -1;
}

int vc_get_vhi_name(uint32_t xid, int field, char *name, size_t size)
{
	struct vcmd_vhi_name data = { .field = (uint32_t)field };
	size_t len;

	if (vc_syscall(VCMD_get_vhi_name, xid, &data) < 0)
		return -1;
	len = strnlen(data.name, sizeof(data.name) - 1);
	if (len >= size) {
		errno = ERANGE;
		return -1;
	}
	memcpy(name, data.name, len);
	name[len] = '\0';
	return 0;
}

int vc_set_vhi_name(uint32_t xid, int field, const char *name)
{
	struct vcmd_vhi_name data = { .field = (uint32_t)field };
	size_t len = strlen(name);

	if (len >= sizeof(data.name)) {
		errno = E2BIG;
		return -1;
	}
	memcpy(data.name, name, len);
	return lv_call(VCMD_set_vhi_name, xid, &data);
}
