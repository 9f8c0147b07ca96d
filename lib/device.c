// SPDX-License-Identifier: LGPL-2.1
/*
 * The devices that guests may open.
 */
#include "lib.h"

int vc_set_mapping(uint32_t xid, const char *device, const char *target,
		   uint32_t flags)
{
	const struct vcmd_device_map map = { device, target, flags };

	return lv_call(VCMD_set_mapping, xid, &map);
}

int vc_unset_mapping(uint32_t xid, const char *device, const char *target)
{
	const struct vcmd_device_map map = { device, target, 0 };

	return lv_call(VCMD_unset_mapping, xid, &map);
}
