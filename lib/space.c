// SPDX-License-Identifier: LGPL-2.1
/*
 * Namespaces and root directory that a context remembers.
 */
#include "lib.h"

int vc_enter_space(uint32_t xid, uint64_t mask, uint32_t index)
{
	const struct vcmd_space_mask data = { .mask = mask, .index = index };

	return lv_call(VCMD_enter_space, xid, &data);
}

int vc_set_space(uint32_t xid, uint64_t mask, uint32_t index)
{
	const struct vcmd_space_mask data = { .mask = mask, .index = index };

	return lv_call(VCMD_set_space, xid, &data);
}

int vc_space_fd(uint32_t xid, uint32_t type, uint32_t index)
{
	const struct vcmd_space_fd data = { .index = index, .type = type };

	return lv_call(VCMD_space_fd, xid, &data);
}

static int get_mask(uint32_t cmd, uint64_t *mask)
{
	struct vcmd_space_mask_v1 data = { .mask = 0 };

	if (vc_syscall(cmd, 0, &data) < 0)
		return -1;
	*mask = data.mask;
	return 0;
}

int vc_get_space_mask(uint64_t *mask)
{
	return get_mask(VCMD_get_space_mask, mask);
}

int vc_get_space_default(uint64_t *mask)
{
	return get_mask(VCMD_get_space_default, mask);
}
