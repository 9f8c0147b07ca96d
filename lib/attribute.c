// SPDX-License-Identifier: LGPL-2.1
/*
 * Attributes of a context: flags, capabilities, namespace masks.
 */
#include "lib.h"

int vc_get_cflags(uint32_t xid, struct vcmd_ctx_flags *flags)
{
	return lv_call(VCMD_get_cflags, xid, flags);
}

int vc_set_cflags(uint32_t xid, const struct vcmd_ctx_flags *flags)
{
	return lv_call(VCMD_set_cflags, xid, flags);
}

int vc_get_ccaps(uint32_t xid, struct vcmd_ctx_caps *caps)
{
	return lv_call(VCMD_get_ccaps, xid, caps);
}

int vc_set_ccaps(uint32_t xid, const struct vcmd_ctx_caps *caps)
{
	return lv_call(VCMD_set_ccaps, xid, caps);
}

int vc_get_bcaps(uint32_t xid, struct vcmd_bcaps *caps)
{
	return lv_call(VCMD_get_bcaps, xid, caps);
}

int vc_set_bcaps(uint32_t xid, const struct vcmd_bcaps *caps)
{
	return lv_call(VCMD_set_bcaps, xid, caps);
}

int vc_get_nested_bcaps(uint32_t xid, struct vcmd_bcaps *caps)
{
	return lv_call(VCMD_get_nested_bcaps, xid, caps);
}

int vc_set_nested_bcaps(uint32_t xid, const struct vcmd_bcaps *caps)
{
	return lv_call(VCMD_set_nested_bcaps, xid, caps);
}

int vc_get_umask(uint32_t xid, struct vcmd_umask *umask)
{
	return lv_call(VCMD_get_umask, xid, umask);
}

int vc_set_umask(uint32_t xid, const struct vcmd_umask *umask)
{
	return lv_call(VCMD_set_umask, xid, umask);
}

int vc_get_wmask(uint32_t xid, struct vcmd_umask *wmask)
{
	return lv_call(VCMD_get_wmask, xid, wmask);
}

int vc_set_wmask(uint32_t xid, const struct vcmd_umask *wmask)
{
	return lv_call(VCMD_set_wmask, xid, wmask);
}
