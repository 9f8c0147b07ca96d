// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row R03 of the attack tables: whatever becomes of a thread, or of
 * the attempt to make one, the counter is the number of those that live.
 */
#include "attack.h"

#include "../vm/limit.h"

#include <linux/sched.h>
#include <pthread.h>

static struct puppet a;

static void *sleeper(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static long used(uint32_t id)
{
	return limit_used(XID_A, id);
}

static long do_clone3(long flags, long what, long value)
{
	int pidfd = -1;
	pid_t tid = value;
	struct clone_args args = {
		.flags = flags, .exit_signal = SIGCHLD,
		.pidfd = (unsigned long)&pidfd,
	};
	long pid;

	if (what == 1) {
		args.set_tid = (unsigned long)&tid;
		args.set_tid_size = 1;
	} else if (what == 2) {
		args.pidfd = 8;		/* no such address */
	} else if (what == 3) {
		args.cgroup = value;
	} else if (what == 4) {
		args.parent_tid = 8;
	}
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(0);
	if (pid > 0) {
		close(pidfd);
		waitpid(pid, NULL, __WALL);
	}
	return pid;
}

static long do_clone(long flags, long y, long z)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	(void)y, (void)z;
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, __WALL);
	return pid;
}

static long do_rlimit(long resource, long soft, long z)
{
	struct rlimit r;

	(void)z;
	if (getrlimit(resource, &r))
		return -1;
	r.rlim_cur = soft < 0 ? r.rlim_max : (rlim_t)soft;
	return setrlimit(resource, &r);
}

/* Half of a process waits in execve for the other half to die. */
static long do_thread_exec(long x, long y, long z)
{
	pthread_t t;
	int i;

	for (i = 0; i < 5; i++)
		if (pthread_create(&t, NULL, sleeper, NULL))
			return -1;
	return do_exec(x, y, z);
}

static void *exiter(void *arg)
{
	return arg;
}

static long do_thread_exits(long n, long y, long z)
{
	pthread_t t;

	(void)y, (void)z;
	while (n--)
		if (pthread_create(&t, NULL, exiter, NULL) ||
		    pthread_join(t, NULL))
			return -1;
	return 0;
}

/* A fork that is interrupted by a deadly signal. */
static long do_killed_forks(long n, long y, long z)
{
	(void)y, (void)z;
	while (n--) {
		pid_t pid = fork();

		if (!pid) {
			for (;;)
				if (!fork())
					_exit(0);
		}
		usleep(500);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

/* A call of clone that fails, and leaves the counter alone. */
#define fails(want, name, ...) do {					\
	ok_errno(ask(&a, __VA_ARGS__), want, "R03 %s", name);		\
	is(used(NPROC), 1, "R03 %s: uncounted", name);			\
} while (0)

static void r03(void)
{
	long files;

	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(limit_max(XID_A, NPROC, 1000));
	fails(EPERM, "number taken away", do_clone3, 0, 1, 30000);
	fails(EFAULT, "bad place for a pidfd", do_clone3, CLONE_PIDFD, 2);
	fails(EBADF, "no group", do_clone3, CLONE_INTO_CGROUP, 3, 500);
	fails(EINVAL, "flags that contradict", do_clone, CLONE_THREAD);
	fails(EINVAL, "signals without memory", do_clone, CLONE_SIGHAND);
	fails(EPERM, "a user namespace", do_clone, CLONE_NEWUSER);
	fails(EPERM, "mounts", do_clone, CLONE_NEWNS);
	fails(EPERM, "a network", do_clone, CLONE_NEWNET);
	fails(EPERM, "sibling of a process of the host", do_clone,
	      CLONE_PARENT);

	must(ask(&a, do_rlimit, RLIMIT_NPROC, 0));
	fails(EAGAIN, "RLIMIT_NPROC", do_clone, 0);
	must(ask(&a, do_rlimit, RLIMIT_NPROC, -1));
	must(ask(&a, do_rlimit, RLIMIT_NOFILE, 3));
	fails(EMFILE, "no descriptor for a pidfd", do_clone3, CLONE_PIDFD, 0);
	must(ask(&a, do_rlimit, RLIMIT_NOFILE, -1));
	files = used(NOFILE);
	must(limit_max(XID_A, NOFILE, files));
	fails(ENFILE, "no file for a pidfd", do_clone3, CLONE_PIDFD, 0);
	must(limit_max(XID_A, NOFILE, VLIM_INFINITY));
	is(used(NOFILE), files, "R03 no file was lost");
	ok(ask(&a, do_clone3, CLONE_PIDFD, 0) > 0, "R03 it works now");
	is(used(NOFILE), files, "R03 and the pidfd was closed");
	/* the child is alive before the parent's memory is written */
	ok(ask(&a, do_clone3, CLONE_PARENT_SETTID, 4) > 0,
	   "R03 a bad place for the number does not matter");
	is(used(NPROC), 1, "R03 and is counted");

	must(limit_max(XID_A, NPROC, 1));
	fails(EAGAIN, "the limit itself", do_clone, 0);
	must(limit_max(XID_A, NPROC, 1000));
	must(ask(&a, do_thread_exits, 100));
	ok(eventually(used(NPROC) == 1), "R03 threads that end");
	is(ask(&a, do_thread_exec), 0, "R03 exec of many threads");
	ok(eventually(used(NPROC) == 1), "R03 they are gone");
	must(ask(&a, do_killed_forks, ktap_slowness() > 1 ? 20 : 200));
	ok(eventually(used(NPROC) == 1), "R03 forks that were killed");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	run("R03", r03);
	return ktap_exit();
}
