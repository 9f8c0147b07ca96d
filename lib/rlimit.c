// SPDX-License-Identifier: LGPL-2.1
/*
 * Limits of a context, what is in use of them, and its OOM score.
 */
#include <errno.h>
#include <strings.h>

#include "lib.h"

int vc_get_rlimit(uint32_t xid, struct vcmd_ctx_rlimit *rlimit)
{
	return lv_call(VCMD_get_rlimit, xid, rlimit);
}

int vc_set_rlimit(uint32_t xid, const struct vcmd_ctx_rlimit *rlimit)
{
	return lv_call(VCMD_set_rlimit, xid, rlimit);
}

int vc_get_rlimit_mask(struct vcmd_ctx_rlimit_mask *mask)
{
	return lv_call(VCMD_get_rlimit_mask, 0, mask);
}

int vc_rlimit_stat(uint32_t xid, struct vcmd_rlimit_stat *stat)
{
	return lv_call(VCMD_rlimit_stat, xid, stat);
}

int vc_reset_hits(uint32_t xid)
{
	return lv_call(VCMD_reset_hits, xid, NULL);
}

int vc_reset_minmax(uint32_t xid)
{
	return lv_call(VCMD_reset_minmax, xid, NULL);
}

int vc_get_badness(uint32_t xid, int64_t *bias)
{
	struct vcmd_badness badness = { 0 };

	if (lv_call(VCMD_get_badness, xid, &badness))
		return -1;
	*bias = badness.bias;
	return 0;
}

int vc_set_badness(uint32_t xid, int64_t bias)
{
	const struct vcmd_badness badness = { bias };

	return lv_call(VCMD_set_badness, xid, &badness);
}

const char *vc_rlimit_name(uint32_t id)
{
	return vc_list_bit_name(VC_LIST_LIMITS, id);
}

int vc_rlimit_id(const char *name)
{
	for (uint32_t id = 0; id < VLIM_IDS; id++) {
		const char *known = vc_rlimit_name(id);

		if (known && !strcasecmp(known, name))
			return (int)id;
	}
	errno = EINVAL;
	return -1;
}
