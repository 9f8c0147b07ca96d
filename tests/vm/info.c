// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the questions: who is where, how many, how busy; and the one call of
 * the 1.x interface.
 */
#include "puppet.h"

#include <pthread.h>

#define ASKER	(GUEST_CAPS | CAP(SYS_ADMIN) | 1ULL << 63)

static long do_task_xid(long pid, long b, long c)
{
	(void)b, (void)c;
	return vs_task_xid(pid);
}

static void *sleeper(void *arg)
{
	*(int *)arg = syscall(SYS_gettid);
	for (;;)
		pause();
	return NULL;
}

static long do_thread(long a, long b, long c)
{
	volatile int *tid = malloc(sizeof(*tid));
	pthread_t t;

	(void)a, (void)b, (void)c;
	*tid = 0;
	if (pthread_create(&t, NULL, sleeper, (void *)tid))
		return -1;
	while (!*tid)
		sched_yield();
	return *tid;
}

static long do_fork(long n, long b, long c)
{
	(void)b, (void)c;
	while (n-- > 0) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

static void test_task_xid(void)
{
	struct puppet h = puppet_host(), s = puppet_spectator();
	struct puppet a = puppet_guest(XID_A, 0, ASKER);
	struct puppet b = puppet_guest(XID_B, 0, GUEST_CAPS);
	int tid = ask(&a, do_thread);

	is(vs_task_xid(0), 0, "host: itself");
	is(vs_task_xid(getpid()), 0, "host: its number");
	is(vs_task_xid(h.pid), 0, "host: another");
	is(vs_task_xid(1), 0, "host: the first process");
	is(vs_task_xid(2), 0, "host: a kernel thread");
	is(vs_task_xid(a.pid), XID_A, "host: a guest's");
	is(vs_task_xid(b.pid), XID_B, "host: another guest's");
	is(vs_task_xid(tid), XID_A, "host: a guest's thread");
	is(vs_task_xid(s.pid), 1, "host: the spectator's");
	ok_errno(vs_task_xid(4000000), ESRCH, "host: nobody");
	ok_errno(vs_task_xid(-1), ESRCH, "host: -1");

	is(ask(&s, do_task_xid, 0), 1, "spectator: itself");
	is(ask(&s, do_task_xid, h.pid), 0, "spectator: the host's");
	is(ask(&s, do_task_xid, a.pid), XID_A, "spectator: a guest's");
	is(ask(&s, do_task_xid, tid), XID_A, "spectator: a guest's thread");
	ok_errno(ask(&s, do_task_xid, 4000000), ESRCH, "spectator: nobody");

	is(ask(&a, do_task_xid, 0), XID_A, "guest: itself");
	is(ask(&a, do_task_xid, a.pid), XID_A, "guest: its number");
	is(ask(&a, do_task_xid, tid), XID_A, "guest: its thread");
	ok_errno(ask(&a, do_task_xid, h.pid), ESRCH, "guest: the host's");
	ok_errno(ask(&a, do_task_xid, b.pid), ESRCH, "guest: another's");
	ok_errno(ask(&a, do_task_xid, s.pid), ESRCH, "guest: the spectator's");
	ok_errno(ask(&a, do_task_xid, 1), ESRCH, "guest: the host's init");
	ok_errno(ask(&b, do_task_xid, 0), ENOSYS, "guest without permission");
}

static void test_info(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS), i;
	struct vcmd_vx_info info = { 99, 99 };
	struct vcmd_ctx_stat st;

	must(vs_info(XID_A, &info));
	ok(info.xid == XID_A && !info.initpid, "no init");
	i = puppet_member(XID_A, VXM_SET_INIT);
	must(vs_info(XID_A, &info));
	is(info.initpid, i.pid, "init by its number on the host");

	is(vs_tasks(XID_A), 2, "two processes");
	ask(&a, do_thread);
	ask(&a, do_thread);
	is(vs_tasks(XID_A), 4, "threads count");
	must(vs_native(VCMD_ctx_stat, XID_A, &st));
	ok(st.usecnt >= 2 && st.usecnt < 100, "references: %u", st.usecnt);
	puppet_end(&i);
	is(vs_tasks(XID_A), 3, "one less");
}

static void test_stat(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_virt_stat v, w;
	struct timespec now;

	must(vs_native(VCMD_virt_stat, XID_A, &v));
	clock_gettime(CLOCK_BOOTTIME, &now);
	ok(v.offset > 0 && v.offset + v.uptime <= now.tv_sec * 1000000000ULL +
	   now.tv_nsec, "offset is the time of the creation");
	ok(v.uptime < 60000000000ULL, "uptime counts from there");
	is(v.nr_threads, 1, "threads");
	is(v.nr_onhold, 0, "nobody is held");
	is(v.nr_forks, 0, "no forks yet");
	is(v.load[0] | v.load[1] | v.load[2], 0, "no load yet");
	ask(&a, do_fork, 10);
	ask(&a, do_thread);
	must(vs_native(VCMD_virt_stat, XID_A, &w));
	is(w.nr_forks, 11, "forks: processes and threads");
	is(w.nr_threads, 2, "threads that live");
	is(w.offset, v.offset, "offset stays");
	ok(w.uptime > v.uptime, "uptime grows");
}

static long do_load(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	if (!fork())
		for (;;)
			;
	if (!fork() && !vfork())
		for (;;)
			pause();
	return 0;
}

/* Sampled every five seconds. */
static void test_load(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct puppet b = puppet_guest(XID_B, 0, GUEST_CAPS);
	struct vcmd_virt_stat v;

	(void)b;
	memset(&v, 0, sizeof(v));
	ask(&a, do_load);
	ok(eventually(!vs_native(VCMD_virt_stat, XID_A, &v) && v.load[0]),
	   "load appears");
	ok(v.nr_running >= 1, "running: %u", v.nr_running);
	is(v.nr_uninterruptible, 1, "one waits in vfork");
	ok(v.load[0] > v.load[1] && v.load[1] > v.load[2] && v.load[2],
	   "loads %u %u %u", v.load[0], v.load[1], v.load[2]);
	ok(v.load[0] < 2048, "averages start at zero");
	must(vs_native(VCMD_virt_stat, XID_B, &v));
	is(v.nr_running | v.nr_uninterruptible | v.load[0], 0,
	   "another context is idle");
}

/* --- 1.x --- */

static long new_s_context(uint32_t xid, uint32_t remove, uint32_t flags)
{
	struct vcmd_new_s_context n = { remove, flags };

	return vs_native(VCMD_new_s_context, xid, &n);
}

static long do_legacy(long xid, long remove, long flags)
{
	return new_s_context(xid, remove, flags);
}

static long do_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static void test_legacy(void)
{
	struct puppet a, b, s;
	struct vcmd_vx_info i;
	uint64_t flags;
	long xid;

	a = puppet_host();
	is(ask(&a, do_legacy, XID_A, CAP(SYS_ADMIN) | CAP(MKNOD),
	       VXF_INFO_INIT), XID_A, "create");
	flags = vs_get_flags(XID_A);
	ok(flags & VXF_HIDE_NETIF, "new: HIDE_NETIF");
	ok(flags & VXF_INFO_INIT, "new: INFO_INIT");
	ok(!(flags & VXF_STATE_SETUP), "new: no setup");
	is(vs_get_bcaps(XID_A), ~(CAP(SYS_ADMIN) | CAP(MKNOD)), "ceiling");
	must(vs_info(XID_A, &i));
	is(i.initpid, a.pid, "init");
	b = puppet_host();
	is(ask(&b, do_legacy, XID_A, ~0, VXF_INFO_PRIVATE), XID_A, "join");
	is(vs_task_xid(b.pid), XID_A, "joined");
	is(vs_get_flags(XID_A), flags, "flags of another are left alone");
	is(vs_get_bcaps(XID_A), ~(CAP(SYS_ADMIN) | CAP(MKNOD)), "ceiling, too");
	ok_errno(ask(&b, do_legacy, XID_FREE, 0, 0), EPERM, "no second time");

	must(vs_set_flags(XID_A, VXF_INFO_PRIVATE, VXF_INFO_PRIVATE));
	is_child(new_s_context(XID_A, 0, 0), EACCES, "private");

	b = puppet_host();
	xid = ask(&b, do_legacy, -1, 0, 0);
	ok(xid >= 49152 && xid <= 65535, "-1: a dynamic id, %ld", xid);
	is(vs_task_xid(b.pid), xid, "-1: a member of it");
	is(vs_get_bcaps(xid), ~0ULL, "-1: what was not removed stays");

	a = puppet_start(do_setup, XID_B, 0, 0);
	is(ask(&a, do_legacy, -2, CAP(SYS_ADMIN), VXF_INFO_PRIVATE), XID_B,
	   "-2: itself");
	flags = vs_get_flags(XID_B);
	ok((flags & VXF_INFO_PRIVATE) && !(flags & VXF_STATE_SETUP),
	   "-2: flags are set, setup is over");
	is(vs_get_bcaps(XID_B), ~CAP(SYS_ADMIN), "-2: ceiling");
	ok_errno(new_s_context(-2, 0, 0), EINVAL, "-2 on the host");

	s = puppet_host();
	is(ask(&s, do_legacy, 1, 0, 0), 0, "spectator: 0");
	is(vs_task_xid(s.pid), 1, "spectator: it is");
	a = puppet_start(do_setup, XID_C, 0, 0);
	ok_errno(ask(&a, do_legacy, 1, 0, 0), EPERM, "not from a context");
	ok_errno(ask(&a, do_legacy, XID_A, 0, 0), EPERM, "nor to another");
	ok_errno(ask(&a, do_legacy, -1, 0, 0), EPERM, "nor to a new one");
}

int main(void)
{
	run("task_xid", test_task_xid);
	run("info", test_info);
	run("stat", test_stat);
	run("load", test_load);
	run("legacy", test_legacy);
	return ktap_exit();
}
