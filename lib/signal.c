// SPDX-License-Identifier: LGPL-2.1
/*
 * Signals to a context; waiting for its end.
 */
#include "lib.h"

int vc_ctx_kill(uint32_t xid, pid_t pid, int sig)
{
	const struct vcmd_ctx_kill data = { .pid = pid, .sig = sig };

	return lv_call(VCMD_ctx_kill, xid, &data);
}

int vc_wait_exit(uint32_t xid, struct vcmd_wait_exit *result)
{
	return lv_call(VCMD_wait_exit, xid, result);
}
