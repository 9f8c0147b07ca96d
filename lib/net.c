// SPDX-License-Identifier: LGPL-2.1
/*
 * Network contexts: creating and entering them, their attributes, addresses.
 */
#include <errno.h>

#include "lib.h"

int vc_net_create(uint32_t nid, const uint64_t *flags)
{
	struct vcmd_flagword data;

	if (!flags)
		return lv_call(VCMD_net_create, nid, NULL);
	data.flagword = *flags;
	return lv_call(VCMD_net_create, nid, &data);
}

/* As for contexts: EBUSY may mean that the caller is not alone. */
static int is_taken(uint32_t nid)
{
	struct vcmd_nx_info info;

	return !vc_nx_info(nid, &info) || errno != ESRCH;
}

int vc_net_create_free(const uint64_t *flags)
{
	for (uint32_t nid = VS_XID_DYNAMIC; nid <= VS_XID_MAX; nid++) {
		int ret = vc_net_create(nid, flags);

		if (ret >= 0 || (errno != EEXIST && errno != EBUSY))
			return ret;
		if (errno == EBUSY && !is_taken(nid)) {
			errno = EBUSY;
			return -1;
		}
	}
	errno = EAGAIN;
	return -1;
}

int vc_net_migrate(uint32_t nid)
{
	return lv_call(VCMD_net_migrate, nid, NULL);
}

int vc_task_nid(pid_t pid)
{
	return lv_call(VCMD_task_nid, (uint32_t)pid, NULL);
}

int vc_nx_info(uint32_t nid, struct vcmd_nx_info *info)
{
	return lv_call(VCMD_nx_info, nid, info);
}

int vc_get_nflags(uint32_t nid, struct vcmd_ctx_flags *flags)
{
	return lv_call(VCMD_get_nflags, nid, flags);
}

int vc_set_nflags(uint32_t nid, const struct vcmd_ctx_flags *flags)
{
	return lv_call(VCMD_set_nflags, nid, flags);
}

int vc_get_ncaps(uint32_t nid, struct vcmd_net_caps *caps)
{
	return lv_call(VCMD_get_ncaps, nid, caps);
}

int vc_set_ncaps(uint32_t nid, const struct vcmd_net_caps *caps)
{
	return lv_call(VCMD_set_ncaps, nid, caps);
}

int vc_net_add_ipv4(uint32_t nid, const struct vcmd_net_addr_ipv4 *addr)
{
	return lv_call(VCMD_net_add_ipv4, nid, addr);
}

int vc_net_remove_ipv4(uint32_t nid, const struct vcmd_net_addr_ipv4 *addr)
{
	return lv_call(VCMD_net_remove_ipv4, nid, addr);
}

int vc_net_add_ipv6(uint32_t nid, const struct vcmd_net_addr_ipv6 *addr)
{
	return lv_call(VCMD_net_add_ipv6, nid, addr);
}

int vc_net_remove_ipv6(uint32_t nid, const struct vcmd_net_addr_ipv6 *addr)
{
	return lv_call(VCMD_net_remove_ipv6, nid, addr);
}
