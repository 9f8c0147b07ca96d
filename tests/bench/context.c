// SPDX-License-Identifier: GPL-2.0
/*
 * Owns how the bench makes, enters and ends contexts, the way the tools do.
 */
#include <sys/wait.h>

#include "context.h"

void context_create(uint32_t xid, uint64_t flags)
{
	struct vcmd_flagword data = { .flagword = flags | VXF_STATE_ADMIN };

	check(vserver(VCMD_ctx_create, xid, &data));
}

void context_migrate(uint32_t xid)
{
	struct vcmd_flagword data = { 0 };

	check(vserver(VCMD_ctx_migrate, xid, &data));
}

/* The ceiling of "secure", in force from now on. */
void context_end_setup(uint32_t xid)
{
	struct vcmd_bcaps caps = { VS_BCAPS_SECURE, ~0ULL };
	struct vcmd_ctx_flags flags = { 0, VXF_STATE_SETUP };

	check(vserver(VCMD_set_bcaps, xid, &caps));
	check(vserver(VCMD_set_cflags, xid, &flags));
}

/* Makes a context that stays without a process. */
void context_keep(uint32_t xid, uint64_t flags)
{
	pid_t pid = (pid_t)must(fork());
	int status;

	if (!pid) {
		context_create(xid, flags | VXF_PERSISTENT);
		_exit(0);
	}
	must(waitpid(pid, &status, 0));
	if (status)
		fatal("context %u: status %d", xid, status);
}

void context_drop(uint32_t xid)
{
	struct vcmd_ctx_flags flags = { 0, VXF_PERSISTENT };

	check(vserver(VCMD_set_cflags, xid, &flags));
}
