// SPDX-License-Identifier: LGPL-2.1
/*
 * CPU time and its limit.
 */
#include "lib.h"

int vc_set_sched(uint32_t xid, const struct vcmd_sched *sched)
{
	return lv_call(VCMD_set_sched, xid, sched);
}

int vc_get_sched(uint32_t xid, struct vcmd_sched *sched)
{
	return lv_call(VCMD_get_sched, xid, sched);
}

int vc_sched_info(uint32_t xid, struct vcmd_sched_info *info)
{
	return lv_call(VCMD_sched_info, xid, info);
}

int vc_set_prio_bias(uint32_t xid, const struct vcmd_prio_bias *bias)
{
	return lv_call(VCMD_set_prio_bias, xid, bias);
}

int vc_get_prio_bias(uint32_t xid, struct vcmd_prio_bias *bias)
{
	return lv_call(VCMD_get_prio_bias, xid, bias);
}
