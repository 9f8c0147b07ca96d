// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows P07, P18 to P24 and P33 to P36 of the attack tables: probing of
 * all numbers, calls that walk over the processes of a user or a group, and
 * ways to somebody else's signals, terminal and locks.
 */
#include "attack.h"

#include <linux/futex.h>
#include <linux/ioprio.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

static struct puppet h, a, a2, b;

static void start(void)
{
	puppet_channel();
	h = puppet_host();
	a = attack_guest(XID_A);
	a2 = attack_member(XID_A);
	b = attack_guest(XID_B);
}

/* --- P07 --- */

static long do_probe(long call, long from, long to)
{
	long n, found = 0;

	for (n = from; n < to; n++) {
		errno = 0;
		switch (call) {
		case 0:
			kill(n, 0);
			break;
		case 1:
			getpgid(n);
			break;
		case 2:
			getsid(n);
			break;
		case 3:
			sched_getscheduler(n);
			break;
		case 4:
			getpriority(PRIO_PROCESS, n);
			break;
		}
		found += errno != ESRCH;
	}
	return found;
}

static void p07(void)
{
	static const char *const names[] = {
		"kill", "getpgid", "getsid", "sched_getscheduler",
		"getpriority",
	};
	long to = atol(slurp("/proc/sys/kernel/pid_max")), from = 2;
	int i;

	start();
	if (to > 100000)	/* numbers are handed out from below */
		to = 100000;
	if (ktap_slowness() > 1) {
		if (h.pid > 2000)
			from = h.pid - 2000;
		to = b.pid + 2000;
	}
	for (i = 0; i < (int)ARRAY_SIZE(names); i++)
		defends(ask(&a, do_probe, i, from, to) == 2,
			"P07 %s: only itself and its fellow answer", names[i]);
}

/* --- loops --- */

static long do_setpriority(long which, long who, long nice)
{
	return setpriority(which, who, nice);
}

/* 20 more than the nice value, or -1. */
static long do_getpriority(long which, long who, long z)
{
	long nice;

	(void)z;
	errno = 0;
	nice = getpriority(which, who);
	return errno ? -1 : nice + 20;
}

static long nice_of(struct puppet *p)
{
	return ask(p, do_getpriority, PRIO_PROCESS, 0) - 20;
}

static void p18(void)
{
	start();
	is(ask(&a, do_setpriority, PRIO_USER, 0, 5), 0, "P18 PRIO_USER");
	is(nice_of(&a), 5, "P18 itself");
	is(nice_of(&a2), 5, "P18 its fellow");
	defends(nice_of(&h) == 0, "P18 the host is left alone");
	defends(nice_of(&b) == 0, "P18 so is B");
	is(ask(&a, do_setpriority, PRIO_PGRP, 0, 6), 0, "P18 PRIO_PGRP");
	is(nice_of(&a2), 6, "P18 its fellow");
	defends(nice_of(&h) == 0, "P18 the host in the same group is not");
	is(ask(&h, do_setpriority, PRIO_USER, 0, 7), 0, "P18 by the host");
	is(nice_of(&h), 7, "P18 itself");
	defends(nice_of(&a) == 6, "P18 not a guest");
	must(setpriority(PRIO_USER, 0, 0));
}

static void p20(void)
{
	start();
	must(ask(&h, do_setpriority, PRIO_PROCESS, 0, -15));
	defends(ask(&a, do_getpriority, PRIO_USER, 0) == 20, "P20 of a user");
	defends(ask(&a, do_getpriority, PRIO_PGRP, 0) == 20, "P20 of a group");
	must(ask(&a2, do_setpriority, PRIO_PROCESS, 0, 3));
	defends(ask(&a, do_getpriority, PRIO_USER, 0) == 20, "P20 the own");
	must(ask(&a, do_setpriority, PRIO_PROCESS, 0, 4));
	defends(ask(&a, do_getpriority, PRIO_USER, 0) == 23, "P20 both");
}

#define BE(n)	IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, n)

static long do_ioprio_set(long which, long who, long value)
{
	return syscall(SYS_ioprio_set, which, who, value);
}

static long do_ioprio_get(long which, long who, long z)
{
	(void)z;
	return syscall(SYS_ioprio_get, which, who);
}

static long ioprio_of(struct puppet *p)
{
	return ask(p, do_ioprio_get, IOPRIO_WHO_PROCESS, 0);
}

static void p19(void)
{
	start();
	must(ask(&h, do_ioprio_set, IOPRIO_WHO_PROCESS, 0, BE(1)));
	must(ask(&b, do_ioprio_set, IOPRIO_WHO_PROCESS, 0, BE(1)));
	is(ask(&a, do_ioprio_set, IOPRIO_WHO_USER, 0, BE(6)), 0, "P19 USER");
	is(ioprio_of(&a), BE(6), "P19 itself");
	is(ioprio_of(&a2), BE(6), "P19 no early end: its fellow");
	defends(ioprio_of(&h) == BE(1), "P19 the host is left alone");
	is(ask(&a, do_ioprio_set, IOPRIO_WHO_PGRP, 0, BE(7)), 0, "P19 PGRP");
	is(ioprio_of(&a), BE(7), "P19 itself");
	is(ioprio_of(&a2), BE(7), "P19 its fellow");
	defends(ioprio_of(&h) == BE(1) && ioprio_of(&b) == BE(1),
		"P19 the others in the group are left alone");
	must(ask(&h, do_ioprio_set, IOPRIO_WHO_PROCESS, 0, BE(0)));
	defends(ask(&a, do_ioprio_get, IOPRIO_WHO_USER, 0) == BE(7),
		"P19 asking for a user");
	defends(ask(&a, do_ioprio_get, IOPRIO_WHO_PGRP, 0) == BE(7),
		"P19 asking for a group");
}

/* --- P21, P22 --- */

static long do_timer(long pid, long y, long z)
{
	timer_t t;

	(void)y, (void)z;
	return syscall(SYS_timer_create, (~pid << 3) | 2, NULL, &t);
}

static long do_perf(long pid, long y, long z)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	int fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0);

	(void)y, (void)z;
	return fd < 0 ? -1 : close(fd);
}

static void p21(void)
{
	start();
	attack(ask(&a, do_timer, h.pid), EINVAL, "P21 timer on a clock");
	if (ask(&h, do_perf, h.pid) && errno == ENOSYS)
		skip("not in this kernel", "P22 perf");
	else
		defends(ask(&a, do_perf, h.pid) == -1, "P22 perf of another");
}

/* --- P24: a signal by way of a file --- */

static volatile int hits;

static void on_signal(int sig)
{
	(void)sig;
	hits++;
}

static long do_listen(long sig, long y, long z)
{
	(void)y, (void)z;
	return signal(sig, on_signal) == SIG_ERR ? -1 : 0;
}

static long do_hits(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return hits;
}

static long do_own(long fd, long pid, long sig)
{
	if (fcntl(fd, F_SETSIG, sig) || fcntl(fd, F_SETOWN, pid))
		return -1;
	return fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
}

static long do_getown(long fd, long y, long z)
{
	(void)y, (void)z;
	return fcntl(fd, F_GETOWN);
}

static void p24(void)
{
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	start();
	must(ask(&h, do_listen, SIGWINCH));
	must(ask(&a2, do_listen, SIGWINCH));
	is(ask(&a, do_own, sv[0], 1, SIGKILL), 0, "P24 1 can be named");
	must(write(sv[1], "x", 1));
	is(kill(1, 0), 0, "P24 and is there afterwards");

	/* the same for one whose signals are counted */
	is(ask(&a, do_own, sv[0], a2.pid, SIGWINCH), 0, "P24 the own fellow");
	must(write(sv[1], "x", 1));
	ok(eventually(ask(&a2, do_hits) == 1), "P24 is hit");
	must(ask(&h, do_own, sv[0], h.pid, SIGWINCH));
	must(ask(&a, do_getown, sv[0]));
	defends(ask(&a, do_getown, sv[0]) == 0, "X42 F_GETOWN");
	must(write(sv[1], "x", 1));
	ok(eventually(ask(&h, do_hits) == 1), "P24 the host by itself");
	must(ask(&h, do_own, sv[0], 0, SIGWINCH));
	attack(ask(&a, do_own, sv[0], h.pid, SIGWINCH), ESRCH,
	       "P24 a process of the host");
	must(write(sv[1], "x", 1));
	usleep(20000);
	defends(ask(&h, do_hits) == 1, "P24 is not hit by a guest");
	close(sv[0]);
	close(sv[1]);
}

/* --- P33: the terminal --- */

static long do_steal(long fd, long y, long z)
{
	(void)y, (void)z;
	setsid();
	return ioctl(fd, TIOCSCTTY, 1);
}

static long do_vhangup(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return syscall(SYS_vhangup);
}

static long do_tty(long master, long y, long z)
{
	int n, fd;
	char name[32];

	(void)y, (void)z;
	if (ioctl(master, TIOCGPTN, &n))
		return -1;
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	fd = open(name, O_RDWR | O_NOCTTY);
	setsid();
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
		return -1;
	return fd;
}

static long do_tty_number(long fd, long request, long z)
{
	int nr = -1;

	(void)z;
	return ioctl(fd, request, &nr) ? -1 : nr;
}

static void p33(void)
{
	int master = must(open("/dev/ptmx", O_RDWR | O_NOCTTY));
	int zero = 0, fd;

	must(ioctl(master, TIOCSPTLCK, &zero));
	start();
	fd = must(ask(&h, do_tty, master));
	must(ask(&h, do_send_fd, fd));
	fd = must(ask(&a, do_receive_fd));
	defends(ask(&a, do_tty_number, master, TIOCGPGRP) <= 0,
		"X42 TIOCGPGRP");
	defends(ask(&a, do_tty_number, master, TIOCGSID) <= 0, "X42 TIOCGSID");
	is(ask(&h, do_tty_number, master, TIOCGSID), h.pid, "X42 the host");
	attack(ask(&a, do_steal, fd), EPERM, "P33 steal");
	attack(ask(&a2, do_vhangup), EPERM, "P33 vhangup");
	close(master);
}

/* --- P34 to P36 --- */

static long do_core(long pid, long y, long z)
{
	(void)y, (void)z;
	return prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_FROM, pid, 0, 0);
}

static void p34(void)
{
	start();
	ask(&a, do_core, h.pid);
	if (errno == EINVAL || errno == ENODEV)
		skip("not in this kernel", "P34 PR_SCHED_CORE");
	else
		attack(ask(&a, do_core, h.pid), EPERM, "P34 PR_SCHED_CORE");
}

static uint32_t *word;

/* The errno of trying to lend priority to the owner. */
static long do_lock_pi(long owner, long y, long z)
{
	struct timespec until;

	(void)y, (void)z;
	*word = owner;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	syscall(SYS_futex, word, FUTEX_LOCK_PI, 0, &until, NULL, 0);
	return errno;
}

static void p35(void)
{
	word = puppet_shared(sizeof(*word));
	start();
	defends(ask(&a, do_lock_pi, h.pid) == ESRCH, "P35 owner on the host");
	is(ask(&a, do_lock_pi, a2.pid), ETIMEDOUT, "P35 its fellow");
}

#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS	_IOR(0xb7, 0x6, int)
#define NS_GET_TGID_FROM_PIDNS	_IOR(0xb7, 0x7, int)
#define NS_GET_PID_IN_PIDNS	_IOR(0xb7, 0x8, int)
#define NS_GET_TGID_IN_PIDNS	_IOR(0xb7, 0x9, int)
#endif

static long do_ns(long request, long pid, long z)
{
	int fd = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	long ret = ioctl(fd, request, pid);
	int err = errno;

	(void)z;
	close(fd);
	errno = err;
	return ret;
}

static void p36(void)
{
	static const unsigned long requests[] = {
		NS_GET_PID_FROM_PIDNS, NS_GET_TGID_FROM_PIDNS,
		NS_GET_PID_IN_PIDNS, NS_GET_TGID_IN_PIDNS,
	};
	int i;

	start();
	for (i = 0; i < (int)ARRAY_SIZE(requests); i++) {
		attack(ask(&a, do_ns, requests[i], h.pid), ESRCH,
		       "P36 request %d", i);
		is(ask(&a, do_ns, requests[i], a2.pid), a2.pid,
		   "P36 request %d, its fellow", i);
	}
}

/* --- P30 --- */

static long do_child_listens(long out, long y, long z)
{
	pid_t pid = fork();

	(void)y, (void)z;
	if (pid)
		return pid;
	signal(SIGWINCH, on_signal);
	prctl(PR_SET_PDEATHSIG, SIGWINCH);
	(void)!write(out, "r", 1);
	while (!hits && getppid() == (pid_t)y)
		usleep(1000);
	usleep(50000);
	(void)!write(out, hits ? "h" : "n", 1);
	_exit(0);
}

static long do_enter(long xid, long y, long z)
{
	(void)y, (void)z;
	if (vanilla())
		return attack_chroot(0, 0, 0);
	return vs_become(xid, 0, GUEST_CAPS);
}

/* A child that stays on the host when its parent enters and dies there. */
static void p30(void)
{
	struct puppet p;
	int out[2];
	char byte;

	must(pipe(out));
	p = puppet_host();
	must(ask(&p, do_child_listens, out[1], p.pid));
	must(read(out[0], &byte, 1));
	must(ask(&p, do_enter, XID_A));
	puppet_end(&p);
	must(read(out[0], &byte, 1));
	defends(byte == 'n', "P30 no signal for a child on the host");
}

int main(void)
{
	attack_run("P07", p07);
	attack_run("P18", p18);
	attack_run("P19", p19);
	attack_run("P20", p20);
	attack_run("P21", p21);
	attack_run("P24", p24);
	attack_run("P30", p30);
	attack_run("P33", p33);
	attack_run("P34", p34);
	attack_run("P35", p35);
	attack_run("P36", p36);
	return ktap_exit();
}
