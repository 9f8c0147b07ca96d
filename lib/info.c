// SPDX-License-Identifier: LGPL-2.1
/*
 * Who is where, and statistics.
 */
#include "lib.h"

int vc_task_xid(pid_t pid)
{
	return lv_call(VCMD_task_xid, (uint32_t)pid, NULL);
}

int vc_vx_info(uint32_t xid, struct vcmd_vx_info *info)
{
	if (xid == VS_XID_HOST || xid == VS_XID_SPECTATOR) {
		info->xid = xid;
		info->initpid = (uint32_t)-1;
		return 0;
	}
	return lv_call(VCMD_vx_info, xid, info);
}

int vc_ctx_stat(uint32_t xid, struct vcmd_ctx_stat *stat)
{
	return lv_call(VCMD_ctx_stat, xid, stat);
}

int vc_virt_stat(uint32_t xid, struct vcmd_virt_stat *stat)
{
	return lv_call(VCMD_virt_stat, xid, stat);
}
