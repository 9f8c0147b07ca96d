// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the operations on processes: birth and death, signals, /proc.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "bench.h"

#define CROWD	500

static pid_t crowd[CROWD];
static char paths[CROWD][32];
static pid_t child;
static char buffer[8192];

static unsigned int run_fork(unsigned int n)
{
	unsigned int i;
	long pid;

	for (i = 0; i < n; i++) {
		pid = sys0(SYS_fork);
		check(pid);
		if (!pid)
			sys1(SYS_exit_group, 0);
		check(sys4(SYS_wait4, pid, 0, 0, 0));
	}
	return n;
}

static pid_t spawn_tiny(void)
{
	static char *const argv[] = { "tiny", NULL }, *const envp[] = { NULL };
	pid_t pid = vfork();

	if (!pid) {
		execve("/tiny", argv, envp);
		_exit(1);
	}
	return pid;
}

static unsigned int run_exec(unsigned int n)
{
	unsigned int i;
	int status;

	for (i = 0; i < n; i++) {
		check(sys4(SYS_wait4, must(spawn_tiny()), (long)&status, 0, 0));
		if (status)
			fatal("exec: status %d", status);
	}
	return n;
}

static unsigned int run_kill_self(unsigned int n)
{
	pid_t self = getpid();
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys2(SYS_kill, self, 0));
	return n;
}

static void setup_child(void)
{
	child = sleeper();
}

static void end_child(void)
{
	reap(child);
}

static unsigned int run_kill_child(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys2(SYS_kill, child, 0));
	return n;
}

static unsigned int run_getpgid(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys1(SYS_getpgid, child));
	return n;
}

static void setup_crowd(void)
{
	int i;

	for (i = 0; i < CROWD; i++)
		crowd[i] = sleeper();
}

static void end_crowd(void)
{
	int i;

	for (i = 0; i < CROWD; i++)
		reap(crowd[i]);
}

/* Without opendir(): what that allocates would stay, and be copied by fork. */
unsigned int list_directory(const char *path)
{
	unsigned int entries = 0;
	long f, len, at;

	f = sys3(SYS_open, path, O_RDONLY | O_DIRECTORY, 0);
	check(f);
	while ((len = sys3(SYS_getdents64, f, buffer, sizeof(buffer))) > 0)
		for (at = 0; at < len; entries++)
			at += *(unsigned short *)(buffer + at + 16);
	check(len);
	check(sys1(SYS_close, f));
	return entries;
}

/* Per entry: how many of them are not of the crowd depends on the context. */
static unsigned int run_list(unsigned int n)
{
	unsigned int i, entries = 0;

	for (i = 0; i < n; i++)
		entries += list_directory("/proc");
	return entries;
}

static void setup_files(const char *file)
{
	int i;

	setup_crowd();
	for (i = 0; i < CROWD; i++)
		snprintf(paths[i], sizeof(paths[i]), "/proc/%d/%s", crowd[i],
			 file);
}

static void setup_stat(void)
{
	setup_files("stat");
}

static void setup_status(void)
{
	setup_files("status");
}

static unsigned int run_files(unsigned int n)
{
	unsigned int i;
	long f;

	for (i = 0; i < n; i++) {
		f = sys3(SYS_open, paths[i % CROWD], O_RDONLY, 0);
		check(f);
		check(sys3(SYS_read, f, buffer, sizeof(buffer)));
		check(sys1(SYS_close, f));
	}
	return n;
}

const struct op ops_process[] = {
	{ .name = "kill-self", .rounds = 2000, .run = run_kill_self },
	{ .name = "kill-child", .rounds = 2000, .run = run_kill_child,
	  .setup = setup_child, .teardown = end_child, .quick = true },
	{ .name = "getpgid-child", .rounds = 4000, .run = run_getpgid,
	  .setup = setup_child, .teardown = end_child },
	{ .name = "fork+exit+wait", .rounds = 16, .run = run_fork,
	  .batches = MANY, .quick = true },
	/* With what is put off: the release of tasks and credentials. */
	{ .name = "fork+exit+wait-long", .rounds = 1000, .run = run_fork,
	  .batches = 2 },
	{ .name = "vfork+exec+exit+wait", .rounds = 8, .run = run_exec,
	  .batches = MANY },
	{ .name = "proc-list", .rounds = 1, .run = run_list,
	  .setup = setup_crowd, .teardown = end_crowd },
	{ .name = "proc-stat", .rounds = CROWD, .run = run_files,
	  .setup = setup_stat, .teardown = end_crowd },
	{ .name = "proc-status", .rounds = CROWD, .run = run_files,
	  .setup = setup_status, .teardown = end_crowd },
	{ 0 },
};
