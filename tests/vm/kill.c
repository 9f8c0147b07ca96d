// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the end of processes and contexts: ctx_kill as the table of the
 * interface has it, the registered init, and what wait_exit tells.
 */
#include "puppet.h"

#include <pthread.h>
#include <sys/wait.h>

#define ADMIN	VXF_STATE_ADMIN

/* A context with an init and two more members; ended ones have pid 0. */
static struct puppet init, m1, m2;

static long do_init(long xid, long flags, long b)
{
	(void)b;
	if (vs_create(xid, VXF_INIT_SET) < 0 ||
	    vs_set_flags(xid, flags, flags))
		return -1;
	return vs_set_flags(xid, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

static long do_exit(long code, long b, long c)
{
	(void)b, (void)c;
	_exit(code);
}

static void start(uint32_t xid)
{
	init = puppet_start(do_init, xid, 0, 0);
	m1 = puppet_member(xid, 0);
	m2 = puppet_member(xid, 0);
}

static bool alive(struct puppet *p)
{
	siginfo_t si;

	memset(&si, 0, sizeof(si));
	return waitid(P_PID, p->pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		si.si_pid == 0;
}

static int dead(void)
{
	return (init.pid && !alive(&init)) + (m1.pid && !alive(&m1)) +
		(m2.pid && !alive(&m2));
}

/*
 * Which of the three are gone, as a string of 0 and 1, and how; waits for as
 * many as are expected to be, and a moment for those that are not.
 */
static const char *gone(int sig, const char *want)
{
	struct puppet *all[] = { &init, &m1, &m2 };
	static char s[4];
	int i, n = 0;

	for (i = 0; i < 3; i++)
		n += want[i] == '1';
	eventually(dead() >= n);
	usleep(20000);
	for (i = 0; i < 3; i++) {
		s[i] = '0';
		if (!all[i]->pid)
			s[i] = '-';
		else if (!alive(all[i]))
			s[i] = reap(all[i]->pid) == 1000 + sig ? '1' : '?';
		if (s[i] != '0')
			all[i]->pid = 0;
	}
	return s;
}

#define is_gone(sig, want, ...)	is_str(gone(sig, want), want, __VA_ARGS__)

static void test_targets(void)
{
	struct puppet h = puppet_host(), b = puppet_guest(XID_B, 0, GUEST_CAPS);

	start(XID_A);
	is(vs_kill(XID_A, 0, 0), 0, "probe 0");
	is(vs_kill(XID_A, 1, 0), 0, "probe 1");
	is(vs_kill(XID_A, -1, 0), 0, "probe -1");
	is(vs_kill(XID_A, m1.pid, 0), 0, "probe member");
	is(vs_kill(XID_A, init.pid, 0), 0, "probe init by its number");
	ok_errno(vs_kill(XID_A, h.pid, SIGKILL), ESRCH, "process of the host");
	ok_errno(vs_kill(XID_A, getpid(), SIGKILL), ESRCH, "the caller");
	ok_errno(vs_kill(XID_A, b.pid, SIGKILL), ESRCH, "of another context");
	ok_errno(vs_kill(XID_A, 2, SIGKILL), ESRCH, "a kernel thread");
	ok_errno(vs_kill(XID_A, 4000000, SIGKILL), ESRCH, "nobody");
	ok_errno(vs_kill(XID_A, -2, SIGKILL), ESRCH, "-2");
	ok_errno(vs_kill(XID_A, -m1.pid, SIGKILL), ESRCH, "no process groups");
	ok_errno(vs_kill(XID_A, INT_MIN, SIGKILL), ESRCH, "smallest number");
	ok_errno(vs_kill(XID_A, 0, 65), EINVAL, "signal 65");
	ok_errno(vs_kill(XID_A, 0, -1), EINVAL, "signal -1");
	ok_errno(vs_kill(XID_FREE, 0, SIGKILL), ESRCH, "no such context");
	ok_errno(vs_kill(0, 0, SIGKILL), ESRCH, "the host is none");
	ok_errno(vs_kill(1, 0, SIGKILL), ESRCH, "the spectator is none");
	is_gone(0, "000", "nobody was hurt");

	is(vs_kill(XID_A, m1.pid, SIGTERM), 0, "one member");
	is_gone(SIGTERM, "010", "only that one");
	m1 = puppet_member(XID_A, 0);
	is(vs_kill(XID_A, -1, SIGKILL), 0, "all but init");
	is_gone(SIGKILL, "011", "all but init");
	ok_errno(vs_kill(XID_A, -1, SIGKILL), ESRCH, "there is no other");
	m1 = puppet_member(XID_A, 0);
	is(vs_kill(XID_A, 1, SIGKILL), 0, "init");
	is_gone(SIGKILL, "10-", "init only");
	ok_errno(vs_kill(XID_A, 1, 0), ESRCH, "no init any more");
	m2 = puppet_member(XID_A, 0);
	is(vs_kill(XID_A, -1, SIGINT), 0, "all but no init");
	is_gone(SIGINT, "-11", "all");
	ok(!vs_exists(XID_A), "the context has ended");

	start(XID_A);
	is(vs_kill(XID_A, 0, SIGKILL), 0, "everybody");
	is_gone(SIGKILL, "111", "everybody, init too");
	ok(alive(&h) && alive(&b), "and nobody else");
}

/* The host gave its right to administrate away. */
static void test_no_admin(void)
{
	start(XID_A);
	must(vs_set_flags(XID_A, 0, ADMIN));
	ok_errno(vs_kill(XID_A, 0, SIGKILL), EACCES, "init: 0");
	ok_errno(vs_kill(XID_A, -1, SIGKILL), EACCES, "init: -1");
	ok_errno(vs_kill(XID_A, m1.pid, SIGKILL), EACCES, "init: member");
	ok_errno(vs_kill(XID_A, getpid(), SIGKILL), EACCES, "init: others");
	is_gone(0, "000", "nobody was hurt");
	is(vs_kill(XID_A, 1, SIGKILL), 0, "init: 1");
	is_gone(SIGINT, "100", "gets SIGINT instead");
	ok_errno(vs_kill(XID_A, m1.pid, SIGKILL), EACCES, "no init: member");
	ok_errno(vs_kill(XID_A, 1, SIGKILL), ESRCH, "no init: 1");
	is(vs_kill(XID_A, 0, SIGKILL), 0, "no init: 0");
	is_gone(SIGKILL, "-11", "all");

	init = puppet_start(do_init, XID_A, 0, 0);
	must(vs_set_flags(XID_A, 0, ADMIN));
	is(vs_kill(XID_A, 1, SIGKILL), 0, "only init");
	is_gone(SIGKILL, "1--", "gets the signal itself");
}

/* Blocks the signal, and waits for it when told to. */
static long do_sigwait(long wanted, long b, long c)
{
	siginfo_t si;
	sigset_t set;

	(void)b, (void)c;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (!wanted)
		return sigprocmask(SIG_BLOCK, &set, NULL);
	if (sigwaitinfo(&set, &si) != SIGUSR1)
		return -1;
	return si.si_code == SI_KERNEL && !si.si_pid && !si.si_uid ? 0 : 1;
}

static void *sleeper(void *arg)
{
	while (arg)
		pause();
	return NULL;
}

static long do_thread(long a, long b, long c)
{
	static int yes;
	pthread_t t;

	(void)a, (void)b, (void)c;
	return pthread_create(&t, NULL, sleeper, &yes);
}

static long do_child(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void test_delivery(void)
{
	struct puppet p = puppet_guest(XID_A, 0, GUEST_CAPS);
	pid_t child;

	must(ask(&p, do_sigwait, 0));
	is(vs_kill(XID_A, p.pid, SIGUSR1), 0, "to one who waits for it");
	is(ask(&p, do_sigwait, 1), 0, "it comes from the kernel");

	is(ask(&p, do_thread), 0, "a second thread");
	is(vs_tasks(XID_A), 2, "counts");
	child = ask(&p, do_child);
	is(vs_tasks(XID_A), 3, "and a child");
	is(vs_task_xid(child), XID_A, "in the same context");
	is(vs_kill(XID_A, 0, SIGKILL), 0, "all");
	is(reap(p.pid), 1000 + SIGKILL, "both threads die");
	ok(eventually(!vs_exists(XID_A)), "and the child");
}

/* --- init --- */

static long do_set_flags(long hi, long c, long d)
{
	(void)c, (void)d;
	return vs_set_flags(-1, 0, (uint64_t)hi << 32);
}

static uint32_t initpid(uint32_t xid)
{
	struct vcmd_vx_info i = { 0, 0 };

	must(vs_info(xid, &i));
	return i.initpid;
}

static void test_init(void)
{
	struct puppet a, b;

	a = puppet_start(do_init, XID_A, 0, 0);
	is(initpid(XID_A), a.pid, "clearing STATE_INIT from inside");
	is(vs_get_flags(XID_A), ADMIN, "SETUP and INIT in one call");
	is_child(vs_migrate(XID_A, VXM_SET_INIT), EBUSY, "a second one");
	is_child(vs_migrate(XID_A, VXM_SET_REAPER), EBUSY, "a second reaper");
	is(vs_tasks(XID_A), 1, "did not get in");
	is_child(vs_migrate(XID_A, 0), 0, "as a member, yes");
	is(initpid(XID_A), a.pid, "still the first");
	ask(&a, do_exit, 3);
	b = puppet_member(XID_A, 0);	/* before the first is reaped */
	is(initpid(XID_A), 0, "no init after its exit");
	is(reap(a.pid), 3, "its exit status");
	a = puppet_member(XID_A, VXM_SET_INIT);
	is(initpid(XID_A), a.pid, "by a flag of migrate");
	puppet_end(&a);
	a = puppet_member(XID_A, VXM_SET_REAPER);
	is(initpid(XID_A), a.pid, "by the other flag");
	puppet_end(&a);
	puppet_end(&b);
}

static long do_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static void test_init_flag(void)
{
	struct puppet a = puppet_start(do_setup, XID_A, 0, 0), b;

	must(vs_set_flags(XID_A, 0, VXF_STATE_INIT));
	is(initpid(XID_A), 0, "cleared by the host: only the flag");
	is(ask(&a, do_set_flags, 2), 0, "once more from inside");
	is(initpid(XID_A), 0, "it was clear: nothing happens");
	puppet_end(&a);

	a = puppet_start(do_setup, XID_A, 0, 0);
	b = puppet_member(XID_A, VXM_SET_INIT);
	is(initpid(XID_A), b.pid, "a member registers");
	is(vs_get_flags(XID_A), VXF_INIT_SET & ~VXF_STATE_INIT, "flag");
	puppet_end(&a);
	puppet_end(&b);

	a = puppet_start(do_setup, XID_A, 0, 0);
	ask(&a, do_thread);
	ok_errno(ask(&a, do_set_flags, 3), EBUSY, "with two threads");
	is(initpid(XID_A), 0, "no init");
	is(vs_get_flags(XID_A), VXF_INIT_SET, "and setup is not over");
	puppet_end(&a);
}

static void test_init_kill(void)
{
	struct puppet a, b;

	a = puppet_start(do_init, XID_A, 0, 0);
	b = puppet_member(XID_A, 0);
	puppet_end(&a);
	usleep(20000);
	ok(alive(&b) && vs_exists(XID_A), "without INIT_KILL it goes on");
	puppet_end(&b);

	a = puppet_start(do_init, XID_A, 0, 0);
	must(vs_set_flags(XID_A, VXF_INIT_KILL, VXF_INIT_KILL));
	b = puppet_member(XID_A, 0);
	ask(&b, do_child);
	ask(&b, do_thread);
	ask(&a, do_exit, 5);
	is(reap(b.pid), 1000 + SIGKILL, "with it members die");
	is(reap(a.pid), 5, "init has its own status");
	ok(eventually(!vs_exists(XID_A)), "and the context");
	is_child(vs_create(XID_A, 0), 0, "the id is free");

	a = puppet_start(do_init, XID_A, 0, 0);
	must(vs_set_flags(XID_A, VXF_INIT_KILL | VXF_PERSISTENT,
			  VXF_INIT_KILL | VXF_PERSISTENT));
	b = puppet_member(XID_A, 0);
	ask(&a, do_exit, 5);
	is_child(vs_migrate(XID_A, 0), EFAULT, "dying: nobody enters");
	reap(b.pid);
	is_child(vs_migrate(XID_A, 0), EFAULT, "as long as one is left");
	reap(a.pid);
	is_child(vs_migrate(XID_A, VXM_SET_INIT), 0,
		 "a persistent one is as good as new then");
	must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
	ok(!vs_exists(XID_A), "until it may end");
}

/* --- wait_exit --- */

/* Waits for the end of XID_A in a child; its exit code is the answer. */
static pid_t waiter(struct vcmd_wait_exit *w)
{
	pid_t pid = must(fork());

	memset(w, 0x5a, sizeof(*w));
	if (!pid)
		_exit(vs_wait(XID_A, w) ? errno : 0);
	eventually(strstr(slurp("/proc/%d/stat", pid), ") S "));
	return pid;
}

static void test_wait(void)
{
	struct vcmd_wait_exit *w = puppet_shared(sizeof(*w)), none;
	struct puppet a, b;
	pid_t pid;

	ok_errno(vs_wait(XID_A, &none), ESRCH, "no such context");

	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	pid = waiter(w);
	ask(&a, do_exit, 42);
	usleep(20000);
	is(waitpid(pid, NULL, WNOHANG), 0, "a zombie is a member");
	reap(a.pid);
	is(reap(pid), 0, "the end");
	ok(w->exit_code == 42 << 8 && !w->reboot_cmd, "exit code %#x",
	   w->exit_code);
	ok_errno(vs_wait(XID_A, &none), ESRCH, "too late");

	a = puppet_guest(XID_A, VXF_PERSISTENT, GUEST_CAPS);
	pid = waiter(w);
	vs_kill(XID_A, 0, SIGKILL);
	reap(a.pid);
	usleep(20000);
	is(waitpid(pid, NULL, WNOHANG), 0, "persistent");
	must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
	is(reap(pid), 0, "the end of a persistent one");
	is(w->exit_code, SIGKILL, "killed");

	a = puppet_start(do_init, XID_A, 0, 0);
	b = puppet_member(XID_A, 0);
	pid = waiter(w);
	ask(&a, do_exit, 7);
	reap(a.pid);
	ask(&b, do_exit, 8);
	reap(b.pid);
	is(reap(pid), 0, "the end of one with init");
	is(w->exit_code, 7 << 8, "init's exit code counts");
}

int main(void)
{
	run("targets", test_targets);
	run("without STATE_ADMIN", test_no_admin);
	run("delivery", test_delivery);
	run("init", test_init);
	run("init flag", test_init_flag);
	run("INIT_KILL", test_init_kill);
	run("wait_exit", test_wait);
	return ktap_exit();
}
