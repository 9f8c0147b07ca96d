// SPDX-License-Identifier: LGPL-2.1
/*
 * Creating and entering contexts.
 */
#include <errno.h>

#include "lib.h"

int vc_ctx_create(uint32_t xid, uint64_t flags)
{
	const struct vcmd_flagword data = { .flagword = flags };

	return lv_call(VCMD_ctx_create, xid, &data);
}

/*
 * EBUSY has two reasons: the id belongs to a context in setup, or the caller
 * is not alone.  Only the first one is a reason to try the next id.
 */
static int is_taken(uint32_t xid)
{
	struct vcmd_vx_info info;

	return !vc_vx_info(xid, &info) || errno != ESRCH;
}

int vc_ctx_create_free(uint64_t flags)
{
	for (uint32_t xid = VS_XID_DYNAMIC; xid <= VS_XID_MAX; xid++) {
		int ret = vc_ctx_create(xid, flags);

		if (ret >= 0 || (errno != EEXIST && errno != EBUSY))
			return ret;
		if (errno == EBUSY && !is_taken(xid)) {
			errno = EBUSY;
			return -1;
		}
	}
	errno = EAGAIN;
	return -1;
}

int vc_ctx_migrate(uint32_t xid, uint64_t flags)
{
	const struct vcmd_flagword data = { .flagword = flags };

	return lv_call(VCMD_ctx_migrate, xid, &data);
}

int vc_ctx_create_unpriv(uint64_t flags)
{
	const struct vcmd_flagword data = { .flagword = flags };

	return lv_call(VCMD_ctx_create_unpriv, 0, &data);
}

int vc_ctx_open(uint32_t xid, const uint64_t *flags)
{
	struct vcmd_flagword data;

	if (!flags)
		return lv_call(VCMD_ctx_open, xid, NULL);
	data.flagword = *flags;
	return lv_call(VCMD_ctx_open, xid, &data);
}

int vc_ctx_enter(int fd, uint32_t flags)
{
	const struct vcmd_ctx_enter data = { .flags = flags };

	return lv_call(VCMD_ctx_enter, (uint32_t)fd, &data);
}

int vc_new_s_context(uint32_t xid, uint32_t remove_cap, uint32_t flags)
{
	const struct vcmd_new_s_context data = {
		.remove_cap = remove_cap,
		.flags = flags,
	};

	return lv_call(VCMD_new_s_context, xid, &data);
}
