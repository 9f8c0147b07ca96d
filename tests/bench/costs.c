// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the price of a context: creating and entering it, beside chroot.
 */
#include <linux/sched.h>

#include "context.h"

#define OTHER		50	/* a context to enter */
#define FRESH		60	/* those that come and go */
#define CYCLE		20

static uint32_t fresh;	/* id for the next child, chosen by its parent */

static void exec_tiny(void)
{
	static char *const argv[] = { "tiny", NULL }, *const envp[] = { NULL };

	execve("/tiny", argv, envp);
	_exit(1);
}

static void nothing(void)
{
}

static void do_chroot(void)
{
	check(sys1(SYS_chroot, "/jail"));
}

/* What a context does by default beside being a context. */
static void do_unshare(void)
{
	check(sys1(SYS_unshare, CLONE_NEWUTS | CLONE_NEWIPC));
}

static void do_create(void)
{
	context_create(fresh, 0);
}

static void do_create_shared(void)
{
	context_create(fresh, SHARED);
}

static void do_setup(void)
{
	context_create(fresh, VXF_STATE_SETUP | SHARED);
	context_end_setup(fresh);
}

static void do_migrate(void)
{
	context_migrate(OTHER);
}

static unsigned int spawn(unsigned int n, void (*first)(void), bool exec)
{
	unsigned int i;
	int status;
	long pid;

	for (i = 0; i < n; i++) {
		fresh = FRESH + i % CYCLE;
		pid = sys0(SYS_fork);
		check(pid);
		if (!pid) {
			first();
			if (exec)
				exec_tiny();
			sys1(SYS_exit_group, 0);
		}
		check(sys4(SYS_wait4, pid, (long)&status, 0, 0));
		if (status)
			fatal("a child has status %#x", status);
	}
	return n;
}

#define SPAWN(name, first, exec)				\
	static unsigned int run_##name(unsigned int n)		\
	{							\
		return spawn(n, first, exec);			\
	}
SPAWN(exit, nothing, false)
SPAWN(exec, nothing, true)
SPAWN(chroot_exec, do_chroot, true)
SPAWN(unshare_exec, do_unshare, true)
SPAWN(create_exit, do_create, false)
SPAWN(create_exec, do_create, true)
SPAWN(shared_exit, do_create_shared, false)
SPAWN(shared_exec, do_create_shared, true)
SPAWN(setup_exec, do_setup, true)
SPAWN(migrate_exit, do_migrate, false)
SPAWN(migrate_exec, do_migrate, true)

#define COST(text, function) \
	{ .name = (text), .run = (function), .rounds = 12, .batches = MANY }
const struct op ops_costs[] = {
	COST("fork+exit", run_exit),
	COST("fork+exec", run_exec),
	COST("chroot+exec", run_chroot_exec),
	COST("migrate+exit", run_migrate_exit),
	COST("migrate+exec", run_migrate_exec),
	COST("create-shared+exit", run_shared_exit),
	COST("create-shared+exec", run_shared_exec),
	COST("create-setup+exec", run_setup_exec),
	COST("unshare+exec", run_unshare_exec),
	COST("create+exit", run_create_exit),
	COST("create+exec", run_create_exec),
	{ 0 },
};

void measure_costs(void)
{
	const struct op *op;

	context_keep(OTHER, 0);
	for (op = ops_costs; op->name; op++)
		measure(op);
}
