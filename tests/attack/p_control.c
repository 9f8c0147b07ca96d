// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows P13 to P37 of the attack tables that need no signal: tracing,
 * memory, limits, scheduling, relatives and numbers as such.
 */
#include "attack.h"

#include <linux/ioprio.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

static struct puppet h, a, b;
static char here[] = "here";

static void start(void)
{
	puppet_channel();
	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
}

static long do_attach(long pid, long how, long z)
{
	(void)z;
	if (ptrace(how, pid, NULL, NULL))
		return -1;
	if (how == PTRACE_SEIZE)
		ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, NULL, __WALL);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static void p13(void)
{
	start();
	attack(ask(&a, do_attach, h.pid, PTRACE_ATTACH), ESRCH, "P13 attach");
	attack(ask(&a, do_attach, h.pid, PTRACE_SEIZE), ESRCH, "P13 seize");
	attack(ask(&a, do_attach, b.pid, PTRACE_ATTACH), ESRCH, "P13 B");
	attack(ask(&h, do_attach, a.pid, PTRACE_ATTACH), ESRCH, "P13 by host");
}

static long do_traceme(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void p14(void)
{
	start();
	attack(ask(&a, do_traceme), EPERM, "P14 the parent is on the host");
}

static long do_vm(long pid, long write, long z)
{
	struct iovec l = { here, 1 }, r = { here, 1 };

	(void)z;
	return write ? process_vm_writev(pid, &l, 1, &r, 1, 0) :
		process_vm_readv(pid, &l, 1, &r, 1, 0);
}

static long do_kcmp(long pid, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_kcmp, pid, pid, KCMP_VM, 0, 0);
}

static long do_robust(long pid, long y, long z)
{
	void *head;
	size_t len;

	(void)y, (void)z;
	return syscall(SYS_get_robust_list, pid, &head, &len);
}

static void p16(void)
{
	start();
	attack(ask(&a, do_vm, h.pid, 0), ESRCH, "P16 readv");
	attack(ask(&a, do_vm, h.pid, 1), ESRCH, "P16 writev");
	attack(ask(&a, do_vm, b.pid, 0), ESRCH, "P16 readv B");
	attack(ask(&a, do_kcmp, h.pid), ESRCH, "P16 kcmp");
	attack(ask(&a, do_robust, h.pid), ESRCH, "P16 get_robust_list");
	attack(ask(&h, do_vm, a.pid, 0), ESRCH, "P16 readv by host");
}

static long do_prlimit(long pid, long y, long z)
{
	struct rlimit r = { 0, RLIM_INFINITY };

	(void)y, (void)z;
	return prlimit(pid, RLIMIT_CORE, &r, NULL);
}

static long do_setpriority(long pid, long y, long z)
{
	(void)y, (void)z;
	return setpriority(PRIO_PROCESS, pid, 1);
}

static long do_ioprio(long pid, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid,
		       IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 5));
}

static long do_affinity(long pid, long y, long z)
{
	cpu_set_t set;

	(void)y, (void)z;
	memset(&set, 0xff, sizeof(set));
	return sched_setaffinity(pid, sizeof(set), &set);
}

static long do_cpuclock(long pid, long y, long z)
{
	struct timespec t;

	(void)y, (void)z;
	return clock_gettime((clockid_t)(~pid << 3 | 2), &t);
}

static long do_setown(long pid, long y, long z)
{
	(void)y, (void)z;
	return fcntl(puppet_pass[0], F_SETOWN, pid);
}

static long do_setown_ex(long pid, long type, long z)
{
	struct f_owner_ex o = { type, pid };

	(void)z;
	return fcntl(puppet_pass[0], F_SETOWN_EX, &o);
}

static void p17(void)
{
	start();
	attack(ask(&a, do_prlimit, h.pid), ESRCH, "P17 prlimit");
	attack(ask(&a, do_setpriority, h.pid), ESRCH, "P17 setpriority");
	attack(ask(&a, do_ioprio, h.pid), ESRCH, "P17 ioprio_set");
	attack(ask(&a, do_affinity, h.pid), ESRCH, "P17 setaffinity");
	attack(ask(&a, do_cpuclock, h.pid), EINVAL, "P21 clock");
	attack(ask(&a, do_setown, h.pid), ESRCH, "P23 F_SETOWN");
	attack(ask(&a, do_setown_ex, h.pid, F_OWNER_TID), ESRCH, "P23 TID");
	attack(ask(&a, do_setown, -getpgrp()), ESRCH, "P23 group");
	attack(ask(&a, do_prlimit, b.pid), ESRCH, "P17 prlimit B");
}

static long do_kill(long pid, long sig, long z)
{
	(void)z;
	return kill(pid, sig);
}

static void p25(void)
{
	start();
	attack(ask(&a, do_kill, 1, SIGURG), EPERM, "P25 kill");
	attack(ask(&a, do_kill, 1, 0), EPERM, "P25 probe");
	attack(ask(&a, do_prlimit, 1), EPERM, "P25 prlimit");
	attack(ask(&a, do_ioprio, 1), EPERM, "P25 ioprio_set");
	attack(ask(&a, do_affinity, 1), EPERM, "P25 setaffinity");
	if (!vanilla()) {	/* it would stop the test */
		ok_errno(ask(&a, do_attach, 1, PTRACE_ATTACH), EPERM,
			 "P25 attach");
		ok_errno(ask(&a, do_setpriority, 1), EPERM, "P25 priority");
		ok_errno(ask(&a, do_vm, 1, 0), EPERM, "P25 readv");
	}
}

static long do_clone(long flags, long y, long z)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	(void)y, (void)z;
	if (!pid)
		_exit(0);
	return pid;
}

/* The reason why this is a sibling and no child of the caller. */
static long do_grandchild(long flags, long y, long z)
{
	pid_t pid = fork();

	(void)y, (void)z;
	if (!pid)
		_exit(do_clone(flags, 0, 0) < 0 ? errno : 0);
	errno = reap(pid);
	return errno ? -1 : 0;
}

static void p29(void)
{
	start();
	attack(ask(&a, do_clone, CLONE_PARENT), EPERM, "P29 a host's child");
	is(ask(&a, do_grandchild, CLONE_PARENT), 0, "P29 the parent is a member");
}

static long do_child_group(long group, long y, long z)
{
	pid_t pid = fork();
	long ret;
	int err;

	(void)y, (void)z;
	if (!pid)
		for (;;)
			pause();
	ret = setpgid(pid, group);
	err = errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = err;
	return ret;
}

static void p31(void)
{
	start();
	must(setpgid(h.pid, h.pid));
	attack(ask(&a, do_child_group, h.pid), EPERM, "P31 child into a group");
	is(ask(&a, do_child_group, 0), 0, "P31 into its own");
}

static long do_set_ptracer(long pid, long y, long z)
{
	(void)y, (void)z;
	return prctl(PR_SET_PTRACER, pid, 0, 0, 0);
}

static long do_set_tid(long n, long y, long z)
{
	pid_t tid = n;
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (unsigned long)&tid,
		.set_tid_size = 1,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	(void)y, (void)z;
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

static void p37(void)
{
	start();
	attack(ask(&a, do_set_ptracer, h.pid), EINVAL, "P34 PR_SET_PTRACER");
	attack(ask(&a, do_set_tid, 31999), EPERM, "P37 free number");
	ok_errno(ask(&a, do_set_tid, h.pid), vanilla() ? EEXIST : EPERM,
		 "P37 number in use");
}

static long do_getppid(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return getppid();
}

static long do_stat_ppid(long x, long y, long z)
{
	char *s = slurp("/proc/self/stat");

	(void)x, (void)y, (void)z;
	return s ? atoi(strrchr(s, ')') + 4) : -1;
}

static long do_status_ppid(long x, long y, long z)
{
	char *s = slurp("/proc/self/status");

	(void)x, (void)y, (void)z;
	s = s ? strstr(s, "\nPPid:\t") : NULL;
	return s ? atoi(s + 7) : -1;
}

static long do_child_ppid(long x, long y, long z)
{
	pid_t me = getpid(), pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		_exit(getppid() == me && do_stat_ppid(0, 0, 0) == me ? 0 : 1);
	return reap(pid);
}

static void parent(void)
{
	start();
	defends(ask(&a, do_getppid) == 1, "getppid");
	defends(ask(&a, do_stat_ppid) == 1, "stat");
	defends(ask(&a, do_status_ppid) == 1, "PPid");
	is(ask(&a, do_child_ppid), 0, "of a child inside: the parent");
	is(ask(&h, do_getppid), getpid(), "on the host: the parent");
}

int main(void)
{
	attack_run("P13", p13);
	attack_run("P14", p14);
	attack_run("P16", p16);
	attack_run("P17", p17);
	attack_run("P25", p25);
	attack_run("P29", p29);
	attack_run("P31", p31);
	attack_run("P37", p37);
	attack_run("parent", parent);
	return ktap_exit();
}
