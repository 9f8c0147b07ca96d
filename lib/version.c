// SPDX-License-Identifier: LGPL-2.1
/*
 * Version and configuration of the kernel.  Both are asked for once; the
 * answers cannot change while a program runs.
 */
#include "lib.h"

/* 0: not asked yet.  Two threads that both ask store the same value. */
static int cached_version;

int vc_get_version(void)
{
	int version = __atomic_load_n(&cached_version, __ATOMIC_RELAXED);

	if (version > 0)
		return version;
	version = lv_call(VCMD_get_version, 0, NULL);
	if (version > 0)
		__atomic_store_n(&cached_version, version, __ATOMIC_RELAXED);
	return version;
}

int vc_get_vci(void)
{
	return lv_call(VCMD_get_vci, 0, NULL);
}
