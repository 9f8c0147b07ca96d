// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what else an init has: protection, orphans, an end that counts, and the
 * same with a pid namespace. The rows I02, I03, I05, I06 and I08 of the attack
 * tables.
 */
#include "init.h"

#include <sys/mount.h>
#include <sys/prctl.h>

/* --- signals --- */

static volatile int hits;

static void on_signal(int sig)
{
	(void)sig;
	hits++;
}

static long do_listen(long sig, long b, long c)
{
	(void)b, (void)c;
	return signal(sig, on_signal) == SIG_ERR ? -1 : 0;
}

static long do_block(long sig, long b, long c)
{
	sigset_t set;

	(void)b, (void)c;
	sigemptyset(&set);
	sigaddset(&set, sig);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

static long do_hits(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return hits;
}

static void test_protection(void)
{
	static const int sigs[] = {
		SIGKILL, SIGTERM, SIGSTOP, SIGSEGV, SIGINT, SIGHUP, SIGTSTP,
		SIGABRT, 40,
	};
	struct puppet i = puppet_init(XID_A, FAKEINIT);
	struct puppet m = puppet_member(XID_A, 0);
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(sigs); k++) {
		is(ask(&m, do_kill, 1, sigs[k]), 0, "I02 signal %d", sigs[k]);
		is(ask(&i, do_getpid), 1, "I02 has no effect");
	}
	is(ask(&i, do_kill, 1, SIGKILL), 0, "I02 not even its own");
	must(ask(&i, do_listen, SIGUSR1));
	is(ask(&m, do_kill, 1, SIGUSR1), 0, "one with a handler");
	ok(eventually(ask(&i, do_hits) == 1), "arrives");
	is(ask(&m, do_kill, -1, SIGUSR1), -1, "kill(-1) leaves init out");
	is(ask(&i, do_hits), 1, "indeed");

	is(vs_kill(XID_A, 1, SIGURG), 0, "a harmless one of the host");
	is(ask(&i, do_getpid), 1, "does not end it");
	must(ask(&i, do_block, SIGTERM));
	is(vs_kill(XID_A, 1, SIGTERM), 0, "nor does one that it has blocked");
	is(ask(&i, do_getpid), 1, "it is there");
	is(ask(&m, do_kill, 1, SIGTERM), 0, "and protected");
	is(ask(&i, do_getpid), 1, "as before");
	is(vs_kill(XID_A, 1, SIGINT), 0, "one that kills by default");
	is(reap(i.pid), 1000 + SIGINT, "does, from the host");
	ok(alive(&m), "without INIT_KILL the others live");
	puppet_end(&m);

	i = puppet_init(XID_A, FAKEINIT);
	is(vs_kill(XID_A, 0, SIGKILL), 0, "SIGKILL of the host");
	is(reap(i.pid), 1000 + SIGKILL, "does always");
}

static int *volatile nowhere = (int *)16;

static long do_fault(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	signal(SIGSEGV, SIG_DFL);
	*nowhere = 1;
	return 0;
}

static void test_death(void)
{
	struct vcmd_wait_exit w = { -1, -1 };
	struct puppet i, m;
	pid_t pid;

	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	ask(&i, do_fault);
	is(reap(i.pid), 1000 + SIGSEGV, "I03 a fault kills it");
	ok(alive(&m), "I03 the context stays");
	ok_errno(ask(&m, do_kill, 1, 0), EPERM, "1 is the host's again");
	is(ask(&m, do_getppid), 1, "and everybody's parent");
	puppet_end(&m);

	i = puppet_init(XID_A, FAKEINIT | VXF_INIT_KILL);
	m = puppet_member(XID_A, 0);
	pid = must(fork());
	if (!pid)
		_exit(vs_wait(XID_A, &w) || w.exit_code != SIGSEGV);
	ask(&i, do_fault);
	is(reap(i.pid), 1000 + SIGSEGV, "I03 a fault, with INIT_KILL");
	is(reap(m.pid), 1000 + SIGKILL, "I03 all members are killed");
	is(reap(pid), 0, "I03 and the waiter is told");
}

/* --- orphans --- */

/* An orphan: a grandchild that outlives the child. Its number. */
static long do_orphan(long a, long b, long c)
{
	int out[2];
	pid_t pid, number = -1;

	(void)a, (void)b, (void)c;
	if (pipe(out))
		return -1;
	pid = fork();
	if (!pid) {
		pid_t old = getpid();

		pid = fork();
		if (!pid) {
			/* until it is adopted */
			while (getppid() == old)
				usleep(500);
			number = getpid();
			(void)!write(out[1], &number, sizeof(number));
			for (;;)
				pause();
		}
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	if (read(out[0], &number, sizeof(number)) != sizeof(number))
		number = -1;
	close(out[0]);
	close(out[1]);
	return number;
}

/* The parent of a process as the spectator sees it. */
static int parent_of(struct puppet *spectator, pid_t pid)
{
	const char *s = read_by(spectator, "/proc/%d/stat", pid);

	s = strrchr(s, ')');
	return s ? atoi(s + 4) : -1;
}

/* Waits for a certain child, without a signal for it; its exit status. */
static long do_reap(long pid, long b, long c)
{
	int status;

	(void)b, (void)c;
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) :
		WEXITSTATUS(status);
}

static long do_subreaper(long on, long b, long c)
{
	(void)b, (void)c;
	return prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0);
}

static void expect_adopted(struct puppet *s, struct puppet *by, pid_t pid,
			   const char *what)
{
	is(parent_of(s, pid), by->pid, "I05 %s: adopted by init", what);
	is(vs_kill(XID_A, pid, SIGTERM), 0, "%s: the end", what);
	is(ask(by, do_reap, pid), 1000 + SIGTERM, "I05 %s: reaped", what);
}

static void test_orphans(void)
{
	struct puppet i, m, s;
	pid_t pid;

	init_start();
	must(do_subreaper(1, 0, 0));	/* as a service manager */
	s = puppet_spectator();
	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	pid = must(ask(&i, do_orphan));
	expect_adopted(&s, &i, pid, "below init");
	pid = must(ask(&m, do_orphan));
	expect_adopted(&s, &i, pid, "below one that entered");
	pid = must(ask(&m, do_orphan));
	puppet_end(&m);
	expect_adopted(&s, &i, pid, "after it has gone");

	/* without the flag it adopts, too */
	must(vs_set_flags(XID_A, 0, FAKEINIT));
	m = puppet_member(XID_A, 0);
	pid = must(ask(&m, do_orphan));
	expect_adopted(&s, &i, pid, "without number 1");

	/* a subreaper comes first, inside */
	must(ask(&m, do_subreaper, 1));
	pid = must(ask(&m, do_orphan));
	is(parent_of(&s, pid), m.pid, "I06 a subreaper of the context");
	is(vs_kill(XID_A, pid, SIGTERM), 0, "the end");
	is(ask(&m, do_reap, pid), 1000 + SIGTERM, "I06 reaps");

	/* when it goes, and init goes */
	pid = must(ask(&m, do_orphan));
	puppet_end(&m);
	is(parent_of(&s, pid), i.pid, "I06 then init");
	puppet_end(&i);
	is(parent_of(&s, pid), 1, "without init, that of the host");
}

static long do_enter(long xid, long flags, long c)
{
	(void)c;
	return vs_migrate(xid, flags);
}

/* A relay on the host with a child that enters; the relay dies. */
static long do_relay(long xid, long flags, long c)
{
	int out[2];
	pid_t pid, number = -1;

	(void)c;
	if (pipe(out))
		return -1;
	pid = fork();
	if (!pid) {
		number = do_enter(xid, flags, 0) < 0 ? -1 : getpid();
		if (flags)	/* it is number 1 now */
			number = 0;
		(void)!write(out[1], &number, sizeof(number));
		for (;;)
			pause();
	}
	if (read(out[0], &number, sizeof(number)) != sizeof(number) ||
	    number < 0)
		return -1;
	return pid;
}

static void test_relay(void)
{
	struct puppet i, r, s;
	pid_t pid;

	init_start();
	must(do_subreaper(1, 0, 0));
	s = puppet_spectator();
	i = puppet_init(XID_A, FAKEINIT);
	r = puppet_host();
	pid = must(ask(&r, do_relay, XID_A));
	is(parent_of(&s, pid), r.pid, "it has entered");
	puppet_end(&r);
	expect_adopted(&s, &i, pid, "its parent on the host has died");

	/* without init: never the service manager's */
	puppet_end(&i);
	i = puppet_guest(XID_B, FAKEINIT, GUEST_CAPS);
	r = puppet_host();
	pid = must(ask(&r, do_relay, XID_B));
	puppet_end(&r);
	is(parent_of(&s, pid), 1, "I05 without init: the host's init");
	/* init itself */
	r = puppet_host();
	pid = must(ask(&r, do_relay, XID_B, VXM_SET_INIT));
	puppet_end(&r);
	is(parent_of(&s, pid), 1, "I05 so for init itself");
	is(vs_kill(XID_B, 1, 0), 0, "which is alive");
}

static long do_setup(long xid, long flags, long c)
{
	(void)c;
	return vs_create(xid, VXF_INIT_SET | flags);
}

/* A child that becomes init. */
static long do_init_child(long a, long b, long c)
{
	int out[2];
	pid_t pid;
	char byte = 0;

	(void)a, (void)b, (void)c;
	if (pipe(out))
		return -1;
	pid = fork();
	if (!pid) {
		byte = vs_set_flags(-1, 0, VXF_STATE_INIT) ? 'n' : 'y';
		(void)!write(out[1], &byte, 1);
		for (;;)
			pause();
	}
	if (read(out[0], &byte, 1) != 1 || byte != 'y')
		return -1;
	return pid;
}

static pid_t *number;

static long do_ancestor(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid) {
		if (do_setup(XID_C, FAKEINIT, 0) < 0)
			_exit(1);
		number[1] = do_init_child(0, 0, 0);
		number[0] = getpid();
		for (;;)
			pause();
	}
	return pid;
}

/* The parent of init loses its own: two that adopted each other would hang. */
static void test_cycle(void)
{
	struct puppet r, s;

	init_start();
	number = puppet_shared(2 * sizeof(*number));
	s = puppet_spectator();
	r = puppet_host();
	must(ask(&r, do_ancestor));
	ok(eventually(number[0] > 0 && number[1] > 0), "a child becomes init");
	is(parent_of(&s, number[1]), number[0], "of its parent");
	puppet_end(&r);
	ok(eventually(parent_of(&s, number[0]) != r.pid), "which is orphaned");
	is(parent_of(&s, number[0]), 1, "and not adopted by its child");
	is(parent_of(&s, number[1]), number[0], "of which it is the parent");
	is(vs_kill(XID_C, number[0], SIGKILL), 0, "until it dies");
	ok(eventually(parent_of(&s, number[1]) == 1), "init has the host's");
}

/* A child on the host whose parent enters and dies there. */
static long do_host_child(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void test_left_behind(void)
{
	struct puppet i, r;
	pid_t pid;
	char *s;

	i = puppet_init(XID_A, FAKEINIT);
	r = puppet_host();
	pid = must(ask(&r, do_host_child));
	must(ask(&r, do_enter, XID_A, 0));
	must(ask(&r, do_subreaper, 1));
	puppet_end(&r);
	s = strrchr(slurp("/proc/%d/stat", pid), ')');
	is(s ? atoi(s + 4) : -1, 1, "is adopted by the host's init");
	ok_errno(ask(&i, do_reap, pid), ECHILD, "not by that of the context");
	must(kill(pid, SIGKILL));
}

/* --- pid namespaces --- */

static long become_ns(long arg, long b, long c)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		return -1;
	return init_become(arg, b, c);
}

static struct puppet puppet_ns(uint32_t xid, uint64_t flags)
{
	struct puppet_context ctx = { xid, flags, GUEST_CAPS };

	must(unshare(CLONE_NEWPID));
	return puppet_start(become_ns, (long)&ctx, 0, 0);
}

static long become_member(long xid, long b, long c)
{
	(void)b, (void)c;
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		return -1;
	return vs_migrate(xid, 0);
}

static void test_ns(uint64_t flags, const char *how)
{
	struct puppet i, m, s;
	char want[64];
	pid_t pid;

	init_start();
	s = puppet_spectator();
	i = puppet_ns(XID_A, flags);
	m = puppet_start(become_member, XID_A, 0, 0);

	is(ask(&i, do_getpid), 1, "I08 %s: getpid", how);
	is(ask(&i, do_getppid), 0, "I08 %s: getppid", how);
	is(ask(&m, do_getpid), 2, "of a member");
	is(ask(&m, do_getppid), 0, "its parent is outside");
	is_str(line_of(read_by(&m, "/proc/1/status"), "Pid:\t"), "1", "Pid");
	is_str(line_of(init_text, "NSpid:\t"), "1", "NSpid");
	is_str(line_of(read_by(&m, "/proc/self/status"), "PPid:\t"), "0", "PPid");
	ok_errno(ask(&m, do_kill, i.pid, 0), ESRCH, "no number of the host");
	is(ask(&m, do_kill, 1, SIGKILL), 0, "I08 %s: kill(1, 9)", how);
	is(ask(&i, do_getpid), 1, "I08 has no effect");
	snprintf(want, sizeof(want), "%d\t1", i.pid);
	is_str(line_of(read_by(&s, "/proc/%d/status", i.pid), "NSpid:\t"), want,
	       "the spectator sees both numbers");
	ok_errno(kill(i.pid, 0), ESRCH, "I08 the host does not see it");
	is_str(read_by(&s, "/proc/%d/vinfo", getpid()), "XID:\t0\n", "but itself");
	is(vs_kill(XID_A, 1, 0), 0, "the host finds its init");

	pid = must(ask(&m, do_orphan));
	is(ask(&i, do_kill, pid, SIGTERM), 0, "I08 %s: an orphan", how);
	is(ask(&i, do_reap, pid), 1000 + SIGTERM, "I08 is adopted and reaped");
	must(ask(&m, do_orphan));
	ask(&i, do_exit, 4);
	/* in this order: it waits for those whose parents are outside */
	is(reap(m.pid), 1000 + SIGKILL, "I08 %s: its end is that of all", how);
	is(reap(i.pid), 4, "I08 it has its exit code");
	ok(eventually(!vs_exists(XID_A)), "and of the context");
}

static void test_pidns(void)
{
	test_ns(VXF_PIDNS, "PIDNS");
}

static void test_pidns_both(void)
{
	test_ns(VXF_PIDNS | FAKEINIT, "PIDNS and INFO_INIT");
}

/* An old tool knows no flag for it. */
static void test_pidns_fakeinit(void)
{
	test_ns(FAKEINIT, "INFO_INIT");
}

/* A namespace that a member makes, in a context whose init is number 1. */
static long do_nested(long a, long b, long c)
{
	pid_t pid;

	(void)a, (void)b, (void)c;
	if (unshare(CLONE_NEWPID))
		return -1;
	pid = fork();
	if (!pid) {
		pid_t child = fork();

		if (!child)
			_exit(getpid() == 2 && getppid() == 1 ? 9 : 8);
		_exit(getpid() == 1 && getppid() == 0 && reap(child) == 9 &&
		      kill(2, 0) == -1 && errno == ESRCH ? 7 : 6);
	}
	return reap(pid);
}

static void test_nested(void)
{
	struct puppet i = puppet_init(XID_A, FAKEINIT), m;

	must(vs_set_umask(XID_A, CLONE_NEWPID, CLONE_NEWPID));
	m = puppet_member(XID_A, 0);
	is(ask(&m, do_nested), 7, "has its own numbers");
	is(ask(&i, do_nested), 7, "below init, too");
	is(ask(&i, do_getpid), 1, "which is still 1");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	run("protection", test_protection);
	run("death", test_death);
	run("orphans", test_orphans);
	run("relay", test_relay);
	run("cycle", test_cycle);
	run("left behind", test_left_behind);
	run("PIDNS", test_pidns);
	run("PIDNS and INFO_INIT", test_pidns_both);
	run("namespace and INFO_INIT", test_pidns_fakeinit);
	run("nested", test_nested);
	return ktap_exit();
}
