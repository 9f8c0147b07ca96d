/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns short names for the limits of a context and for what is in use.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include "vs.h"

#include <sys/resource.h>

/* As the interface numbers them. */
enum { NPROC = 6, NOFILE = 7, LOCKS = 10 };

KTAP_UNUSED static long limit_set(uint32_t xid, uint32_t id, uint64_t soft,
				  uint64_t max)
{
	struct vcmd_ctx_rlimit r = {
		.id = id, .minimum = 77, .softlimit = soft, .maximum = max,
	};

	return vs_native(VCMD_set_rlimit, xid, &r);
}

KTAP_UNUSED static long limit_max(uint32_t xid, uint32_t id, uint64_t max)
{
	return limit_set(xid, id, VLIM_KEEP, max);
}

KTAP_UNUSED static struct vcmd_ctx_rlimit limit_get(uint32_t xid, uint32_t id)
{
	struct vcmd_ctx_rlimit r = { .id = id, .minimum = 99 };

	must(vs_native(VCMD_get_rlimit, xid, &r));
	return r;
}

KTAP_UNUSED static struct vcmd_rlimit_stat limit_stat(uint32_t xid, uint32_t id)
{
	struct vcmd_rlimit_stat s = { .id = id };

	must(vs_native(VCMD_rlimit_stat, xid, &s));
	return s;
}

/* What is in use. */
KTAP_UNUSED static long limit_used(uint32_t xid, uint32_t id)
{
	return limit_stat(xid, id).value;
}

KTAP_UNUSED static int limit_hits(uint32_t xid, uint32_t id)
{
	return limit_stat(xid, id).hits;
}

#endif
