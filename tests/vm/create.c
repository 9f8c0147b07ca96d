// SPDX-License-Identifier: GPL-2.0
/*
 * Owns creating and entering: ids, who is not alone enough to enter, what a
 * process leaves behind, and that there is no second time.
 */
#include "puppet.h"

#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/sem.h>

static void test_ids(void)
{
	static const struct { uint32_t xid; int err; } ids[] = {
		{ 0, EINVAL }, { 1, EINVAL }, { 2, 0 }, { 49151, 0 },
		{ 49152, 0 }, { 65535, 0 }, { 65536, EINVAL },
		{ 0x7fffffff, EINVAL }, { -1, EINVAL }, { -2, EINVAL },
		{ 0x80000000, EINVAL }, { 0x10002, EINVAL },
	};
	struct vcmd_flagword f = { 0 };
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		uint32_t xid = ids[i].xid;

		is_child(vs_create(xid, 0), ids[i].err, "id %d", (int)xid);
		is_child(vs_native(VCMD_ctx_create_v0, xid, NULL), ids[i].err,
			 "version 0, id %d", (int)xid);
		is_child(vs_native(VCMD_ctx_create, xid, NULL), ids[i].err,
			 "no structure, id %d", (int)xid);
	}
	pid = must(fork());
	if (!pid) {
		is(vs_task_xid(0), 0, "on the host");
		is(vs_native(VCMD_ctx_create, 65535, &f), 65535,
		   "create returns the id");
		is(syscall(SYS_getpid), getpid(), "in it");
		_exit(0);
	}
	is(reap(pid), 0, "the creator could go on");
}

static long do_create(long xid, long flags, long c)
{
	(void)c;
	return vs_create(xid, (uint64_t)flags << 32);
}

static void test_exists(void)
{
	struct puppet p = puppet_start(do_create, XID_A, 7, 0);

	is_child(vs_create(XID_A, 0), EBUSY, "in setup");
	is_child(vs_native(VCMD_ctx_create_v0, XID_A, NULL), EBUSY,
		 "version 0, in setup");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	is_child(vs_create(XID_A, 0), EEXIST, "running");
	is_child(vs_create(XID_B, 0), 0, "another id");
	puppet_end(&p);
	is_child(vs_create(XID_A, 0), 0, "free again at once");
}

/* --- not alone --- */

#define UNPRIVILEGED	"/proc/sys/kernel/vserver/unprivileged_contexts"

static int context_fd;

static int refused(const char *how)
{
	struct vcmd_flagword f = { 0 };
	struct vcmd_ctx_enter e = { 0 };
	int bad = 0;

	bad += !ktap_ok(vs_create(XID_B, 0) == -1 && errno == EBUSY,
			"%s: create", how);
	bad += !ktap_ok(!vs_exists(XID_B), "%s: has created nothing", how);
	bad += !ktap_ok(vs_migrate(XID_A, 0) == -1 && errno == EBUSY,
			"%s: migrate", how);
	bad += !ktap_ok(vs_spaces(VCMD_enter_space, XID_A, 0, 0) == -1 &&
			errno == EBUSY, "%s: enter_space", how);
	bad += !ktap_ok(vs_migrate(VS_XID_SPECTATOR, 0) == -1 &&
			errno == EBUSY, "%s: spectator", how);
	bad += !ktap_ok(vs_native(VCMD_ctx_enter, context_fd, &e) == -1 &&
			errno == EBUSY, "%s: by descriptor", how);
	bad += !ktap_ok(vs_native(VCMD_ctx_create_unpriv, 0, &f) == -1 &&
			errno == EBUSY, "%s: unprivileged", how);
	bad += !ktap_ok(vs_task_xid(0) == 0, "%s: still on the host", how);
	return bad;
}

static void *sleeper(void *arg)
{
	while (arg)
		pause();
	return NULL;
}

static int idle(void *arg)
{
	sleeper(arg);
	return 0;
}

static int in_vfork(void *arg)
{
	return refused(arg);
}

/* With a child that shares something, made by clone(2). */
static void sharing(int flags, const char *how)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = must(fork()), child;

	if (pid) {
		is(reap(pid), 0, "%s", how);
		return;
	}
	child = must(clone(idle, stack + sizeof(stack), flags | SIGCHLD,
			   (void *)how));
	refused(how);
	kill(child, SIGKILL);
	_exit(0);
}

static const char how_thread[] = "thread";

static void by_thread(void)
{
	pthread_t t;

	pthread_create(&t, NULL, sleeper, (void *)how_thread);
	refused(how_thread);
}

static void by_tracer(void)
{
	pid_t pid = must(fork());
	int status;

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		_exit(refused("traced"));
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	is(status, 0, "traced");
}

static void by_uring(void)
{
	struct io_uring_params params;
	int fd;

	memset(&params, 0, sizeof(params));
	fd = must(syscall(SYS_io_uring_setup, 4, &params));
	refused("io_uring");
	close(fd);
}

static void by_vfork(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = must(clone(in_vfork, stack + sizeof(stack), CLONE_VM |
			       CLONE_VFORK | SIGCHLD, "vfork child"));

	is(reap(pid), 0, "vfork child");
}

/* It traces another. */
static void by_tracee(void)
{
	pid_t pid = must(fork());

	if (!pid)
		sleeper(&pid);
	must(ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	refused("tracing");
	kill(pid, SIGKILL);
}

static void not_alone(void (*how)(void))
{
	pid_t pid = must(fork());

	if (!pid) {
		how();
		_exit(0);
	}
	is(reap(pid), 0, "the process that was not alone");
}

static void test_alone(void)
{
	puppet_guest(XID_A, 0, GUEST_CAPS);
	context_fd = must(vs_native(VCMD_ctx_open, XID_A, NULL));
	must(spit(UNPRIVILEGED, "1"));
	is_child(vs_migrate(XID_A, 0), 0, "alone");
	not_alone(by_thread);
	not_alone(by_tracer);
	not_alone(by_tracee);
	not_alone(by_uring);
	not_alone(by_vfork);
	sharing(CLONE_VM, "CLONE_VM");
	sharing(CLONE_VM | CLONE_SIGHAND, "CLONE_SIGHAND");
	sharing(CLONE_FS, "CLONE_FS");
	sharing(CLONE_FILES, "CLONE_FILES");
	is_child(vs_migrate(XID_A, 0), 0, "alone again");
	must(spit(UNPRIVILEGED, "0"));
}

/*
 * A list of semaphore adjustments that is shared (CLONE_SYSVSEM) is left, or
 * nobody enters: the adjustments of a member are its own and are made when it
 * ends, not when the host's process does.
 */
static void test_undo(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	struct sembuf up = { .sem_op = 1, .sem_flg = SEM_UNDO };
	volatile int *id = puppet_shared(sizeof(*id));
	pid_t pid, child;

	must(unshare(CLONE_NEWUTS | CLONE_NEWIPC));
	pid = must(fork());
	if (!pid) {
		child = must(clone(idle, stack + sizeof(stack), CLONE_SYSVSEM |
				   SIGCHLD, (void *)how_thread));
		if (vs_create(XID_A, 0) < 0)
			_exit(errno);
		/* its own: the host's semaphores are not for members */
		*id = must(semget(IPC_PRIVATE, 1, 0600));
		must(semop(*id, &up, 1));
		_exit(child == -1);
	}
	child = reap(pid);
	if (child == EBUSY)
		return;
	is(child, 0, "a member with a semaphore");
	is(semctl(*id, 0, GETVAL), 0, "its adjustment is made at its end");
}

/* --- who may enter what --- */

static long do_migrate(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_native(VCMD_ctx_migrate, xid, NULL);
}

static long do_new(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, 0);
}

static void test_private(void)
{
	struct puppet p = puppet_start(do_create, XID_A, 7, 0);

	must(vs_set_flags(XID_A, VXF_INFO_PRIVATE, VXF_INFO_PRIVATE));
	is_child(vs_migrate(XID_A, 0), 0, "private, in setup: open");
	is_child(vs_spaces(VCMD_enter_space, XID_A, 0, 0), EACCES,
		 "its spaces are not even then");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	is_child(vs_migrate(XID_A, 0), EACCES, "private: closed");
	is_child(vs_native(VCMD_ctx_migrate_v0, XID_A, NULL), EACCES,
		 "private: closed to version 0");
	is_child(vs_spaces(VCMD_enter_space, XID_A, 0, 0), EACCES,
		 "private: its spaces, too");
	is(ask(&p, do_migrate, 0) == -1, 1, "no way back");
	must(vs_set_flags(XID_A, 0, VXF_INFO_PRIVATE));
	is_child(vs_migrate(XID_A, 0), 0, "open again");
}

static void test_once(void)
{
	struct puppet p[4] = {
		puppet_guest(XID_A, 0, ~0ULL),
		puppet_start(do_create, XID_B, 7, 0),
		puppet_spectator(),
		puppet_guest(XID_C, 0, GUEST_CAPS | 1ULL << 63),
	};
	static const char *const who[] = {
		"guest", "in setup", "spectator", "guest with 63",
	};
	static const uint32_t to[] = { 0, 1, XID_A, XID_B, XID_FREE, -1 };
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < ARRAY_SIZE(to); j++)
			ok_errno(ask(&p[i], do_migrate, to[j]), EPERM,
				 "E01 %s: to %d", who[i], (int)to[j]);
		ok_errno(ask(&p[i], do_new, XID_FREE), EPERM,
			 "E01 %s: create", who[i]);
		ok_errno(ask(&p[i], do_new, -1), EPERM, "E01 %s: create one",
			 who[i]);
	}
	ok_errno(do_migrate(0, 0, 0), ESRCH, "host: to 0");
	ok_errno(do_migrate(-1, 0, 0), ESRCH, "host: to itself");
	is_child(do_migrate(1, 0, 0) == 1 && vs_task_xid(0) == 1 ? 0 : -1, 0,
		 "host: spectator, answer 1");
}

int main(void)
{
	run("ids", test_ids);
	run("exists", test_exists);
	run("E06 alone", test_alone);
	run("E06 semaphore adjustments", test_undo);
	run("private", test_private);
	run("once", test_once);
	return ktap_exit();
}
