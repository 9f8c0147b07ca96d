// SPDX-License-Identifier: GPL-2.0
/* Owns the end of contexts between two tests: the host cannot signal members. */
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/vserver.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "contexts.h"

static void kill_members(unsigned int xid, int pid)
{
	struct vcmd_ctx_kill k = { .pid = pid, .sig = SIGKILL };

	syscall(SYS_vserver, VCMD_ctx_kill, xid, &k);
}

void contexts_kill(void)
{
	DIR *dir = opendir("/proc/virtual");
	struct dirent *d;
	unsigned int xid;

	if (!dir)
		return;
	while ((d = readdir(dir))) {
		xid = strtoul(d->d_name, NULL, 10);
		if (xid < 2)
			continue;
		kill_members(xid, 1);
		kill_members(xid, 0);
	}
	closedir(dir);
}
