// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows R07 to R13 of the attack tables: getting more CPU time than
 * the limit. Each guest may use a fifth of a CPU.
 */
#include "attack.h"

#include <linux/io_uring.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "../vm/cgroup.h"
#include "../vm/cpu.h"

enum { RATE = 4, PERIOD = 20, SIZE = 20 };	/* ms */

static bool on_debug(void)
{
	return !strcmp(ktap_kernel(), "debug");
}

static struct puppet limited(void)
{
	struct puppet a;

	if (vanilla())
		return attack_guest(XID_A);
	/* Real time classes need a generous ceiling. */
	a = puppet_guest(XID_A, 0, ALL_CAPS);
	must(cpu_limit(XID_A, RATE, PERIOD, SIZE));
	return a;
}

/* Two per cent, and what may be owed at the end: a tick for each CPU. */
static double allowed(double wall)
{
	return 1.02 * (SIZE / 1e3 + wall * RATE / PERIOD) +
		sysconf(_SC_NPROCESSORS_ONLN) * 0.01 * ktap_slowness();
}

static struct cpu_result measure(const char *name, void (*work)(void),
				 int workers)
{
	struct puppet a = limited();
	struct cpu_result r;

	r = cpu_measure(&a, work, workers, on_debug() ? 2 : 1.2);
	diag("%s: %.3f s of CPU time in %.3f", name, r.used, r.wall);
	puppet_end(&a);
	return r;
}

/*
 * What a busy host does instead of running the machine counts as time of the
 * process that was running there: then it measures again.  Who has found a way
 * past the limit has it each time.
 */
static void race(const char *name, void (*work)(void), int workers)
{
	struct cpu_result r = measure(name, work, workers);
	int tries = 1;

	while (!vanilla() && r.used > allowed(r.wall) && tries++ < 4)
		r = measure(name, work, workers);
	defends(r.used <= allowed(r.wall), "%s", name);
	if (!vanilla())
		ok(r.used > 0.05 * r.wall, "%s: it did run", name);
}

static void burn(double seconds)
{
	double end = cpu_now() + seconds;

	while (cpu_now() < end)
		;
}

static void fifo(void)
{
	struct sched_param p = { .sched_priority = 10 };

	if (sched_setscheduler(0, SCHED_FIFO, &p))
		_exit(1);
	cpu_spin();
}

static void deadline(void)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} attr = {
		.size = sizeof(attr), .policy = 6,
		.runtime = 8000000, .deadline = 10000000, .period = 10000000,
	};

	if (syscall(SYS_sched_setattr, 0, &attr, 0))
		_exit(1);
	cpu_spin();
}

/* Less than a tick each time. */
static void short_sleeps(void)
{
	for (;;) {
		burn(0.002);
		usleep(1000);
	}
}

static void fork_chain(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		burn(0.002);
	}
}

static void vfork_chain(void)
{
	for (;;) {
		pid_t pid = vfork();

		if (!pid) {
			burn(0.003);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static void system_calls(void)
{
	for (;;)
		syscall(SYS_getppid);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void timer_storm(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
	};
	struct itimerspec often = { { 0, 200000 }, { 0, 200000 } };
	timer_t timer;

	signal(SIGUSR1, on_signal);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &often, NULL))
		_exit(1);
	cpu_spin();
}

static void stop_and_go(void)
{
	pid_t pid = fork();

	if (!pid)
		cpu_spin();
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		_exit(1);
	for (;;) {
		ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		usleep(500);
	}
}

/* Workers of the kernel that read for a process. */
static void io_workers(void)
{
	static char buf[1 << 18];
	struct io_uring_params p;
	struct io_uring_sqe *sqes;
	unsigned int *tail, *array, *cq_head, *cq_tail, mask;
	char *sq, *cq;
	int i, ring, fd = open("/dev/urandom", O_RDONLY);

	memset(&p, 0, sizeof(p));
	ring = syscall(SYS_io_uring_setup, 16, &p);
	if (ring < 0 || fd < 0)
		_exit(1);
	sq = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	cq = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_CQ_RING);
	sqes = mmap(NULL, p.sq_entries * sizeof(*sqes), PROT_READ | PROT_WRITE,
		    MAP_SHARED, ring, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqes == MAP_FAILED)
		_exit(1);
	tail = (unsigned int *)(sq + p.sq_off.tail);
	array = (unsigned int *)(sq + p.sq_off.array);
	mask = *(unsigned int *)(sq + p.sq_off.ring_mask);
	cq_head = (unsigned int *)(cq + p.cq_off.head);
	cq_tail = (unsigned int *)(cq + p.cq_off.tail);
	for (;;) {
		for (i = 0; i < 8; i++) {
			unsigned int at = *tail & mask;

			sqes[at] = (struct io_uring_sqe){
				.opcode = IORING_OP_READ, .fd = fd,
				.flags = IOSQE_ASYNC, .len = sizeof(buf),
				.addr = (uintptr_t)buf, .off = -1,
			};
			array[at] = at;
			__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
		}
		if (syscall(SYS_io_uring_enter, ring, 8, 8,
			    IORING_ENTER_GETEVENTS, NULL, 0) < 0)
			_exit(1);
		*cq_head = __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE);
	}
}

static void r07(void)
{
	race("R07 one", cpu_spin, 1);
	race("R07 eight", cpu_spin, 8);
	race("R07 FIFO", fifo, 1);
	race("R07 DEADLINE", deadline, 1);
	race("R07 short sleeps", short_sleeps, 4);
	race("R07 fork chains", fork_chain, 2);
}

static void r07_more(void)
{
	race("R07 vfork chains", vfork_chain, 2);
	race("R07 system calls", system_calls, 2);
	race("R07 timer signals", timer_storm, 2);
	race("R07 stop and go", stop_and_go, 2);
	race("R07 io-wq", io_workers, 2);
}

/* As a table wants it, for long enough: two per cent and nothing else. */
static void r07_long(void)
{
	struct puppet a = limited();
	struct cpu_result r;
	double want;

	r = cpu_measure(&a, cpu_spin, 4, vanilla() || on_debug() ? 2 : 6);
	want = SIZE / 1e3 + r.wall * RATE / PERIOD;
	diag("%.3f s of CPU time in %.3f, of %.3f", r.used, r.wall, want);
	defends(r.used <= (on_debug() ? 1.3 : 1.02) * want, "R07 for long");
	puppet_end(&a);
}

struct long_call {
	double used, wall;
};

static long do_long_call(long result, long b, long c)
{
	static char buf[1 << 20];
	struct long_call *r = (void *)result;
	struct iovec iov[128];
	struct rusage u;
	double start;
	int i, fd = open("/dev/urandom", O_RDONLY);

	(void)b, (void)c;
	for (i = 0; i < 128; i++)
		iov[i] = (struct iovec){ buf, sizeof(buf) };
	start = cpu_now();
	if (readv(fd, iov, on_debug() ? 16 : 128) < 0)
		return -1;
	r->wall = cpu_now() - start;
	getrusage(RUSAGE_SELF, &u);
	r->used = u.ru_utime.tv_sec + u.ru_stime.tv_sec +
		(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	return 0;
}

/* The overrun of one system call is paid back. */
static void r08(void)
{
	struct long_call *r = puppet_shared(sizeof(*r));
	struct puppet a = limited();

	must(ask(&a, do_long_call, r));
	diag("%.3f s of CPU time in %.3f", r->used, r->wall);
	ok(r->used > 3 * SIZE / 1e3, "R08 one call uses more than there is");
	defends(r->used <= allowed(r->wall), "R08 and pays for it");
	puppet_end(&a);
}

static void *spin_thread(void *arg)
{
	cpu_spin();
	return arg;
}

static long do_threads(long n, long b, long c)
{
	pid_t pid = fork();
	pthread_t t;

	(void)b, (void)c;
	if (pid)
		return pid;
	while (n-- > 1)
		if (pthread_create(&t, NULL, spin_thread, NULL))
			_exit(1);
	cpu_spin();
	return 0;
}

/* The host does not see it, the spectator does. */
static bool dead(pid_t pid)
{
	const char *text = slurp("/proc/%d/stat", pid);

	return !text || strstr(text, ") Z") || strstr(text, ") X");
}

static long do_dead(long pid, long b, long c)
{
	(void)b, (void)c;
	return dead(pid);
}

/* How long four threads that are held take to die. */
static double time_to_die(const struct puppet *a, const struct puppet *s)
{
	double start;
	pid_t pid;

	must(vs_set_flags(XID_A, 0, VXF_SCHED_HARD));
	pid = must(ask(a, do_threads, 4));
	if (!ok(eventually(vs_tasks(XID_A) == 5), "R09 four threads"))
		return 60;
	must(cpu_limit(XID_A, 1, 60000, 1));
	if (!ok(eventually(cpu_waiting(XID_A) >= 4), "R09 all threads wait"))
		return 60;
	start = cpu_now();
	must(vs_kill(XID_A, pid, SIGKILL));
	while (!ask(s, do_dead, pid) && cpu_now() - start < 20)
		usleep(500);
	return cpu_now() - start;
}

/* Killed while it is held: at once, and not when the hold is over. */
static void r09(void)
{
	double best = 60, t;
	struct puppet a, s;
	int i;

	if (vanilla())
		return;
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	s = puppet_spectator();
	for (i = 0; i < 3 && best > 0.05; i++) {
		t = time_to_die(&a, &s);
		diag("dead after %.3f s", t);
		best = t < best ? t : best;
	}
	ok(best < 0.05 * ktap_slowness(), "R09 SIGKILL");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_HARD));
	puppet_end(&a);
	puppet_end(&s);
}

static long in_group(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	if (cg_enter("guest"))
		return -1;
	return vs_become(XID_A, 0, GUEST_CAPS);
}

/* Killed by the kernel, which asks nobody. */
static void r09_group(void)
{
	struct puppet a, s;
	double start;
	pid_t pid;

	if (vanilla())
		return;
	cg_mount("+memory");
	must(cg_make("guest"));
	a = puppet_start(in_group, 0, 0, 0);
	s = puppet_spectator();
	pid = must(ask(&a, do_threads, 2));
	ok(eventually(vs_tasks(XID_A) == 3), "R09 two threads");
	must(cpu_limit(XID_A, 1, 60000, 1));
	ok(eventually(cpu_waiting(XID_A) >= 2), "R09 both wait");
	start = cpu_now();
	must(cg_set("guest", "cgroup.kill", "1"));
	while (!ask(&s, do_dead, pid) && cpu_now() - start < 20)
		usleep(500);
	diag("dead after %.3f s", cpu_now() - start);
	ok(cpu_now() - start < 2 * ktap_slowness(), "R09 control group");
	reap(a.pid);
	puppet_end(&s);
	cg_umount();
}

static void nice_and_yield(void)
{
	int i;

	for (i = 0;; i++) {
		if (!(i % 64))
			nice(i / 64 % 2 ? 1 : -1);
		sched_yield();
	}
}

static void hop(void)
{
	int n = sysconf(_SC_NPROCESSORS_ONLN), i;
	cpu_set_t set;

	for (i = 0;; i++) {
		CPU_ZERO(&set);
		CPU_SET(i % n, &set);
		sched_setaffinity(0, sizeof(set), &set);
		burn(0.001);
	}
}

static void r10(void)
{
	race("R10 nice and yield", nice_and_yield, 2);
	race("R10 from CPU to CPU", hop, 2);
}

/* A CPU goes while somebody waits, and comes back. */
static void r12(void)
{
	static const char online[] = "/sys/devices/system/cpu/cpu1/online";
	struct puppet a;
	struct cpu_result r;

	if (vanilla())
		return;
	if (access(online, W_OK)) {
		skip("CPUs cannot be removed", "R12");
		return;
	}
	a = limited();
	must(ask(&a, do_threads, 4));
	ok(eventually(cpu_waiting(XID_A) >= 1), "R12 it waits");
	must(spit(online, "0"));
	usleep(300000);
	ok(eventually(cpu_waiting(XID_A) < 4), "R12 it goes on");
	must(spit(online, "1"));
	ok(eventually(cpu_waiting(XID_A) < 4), "R12 and again");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_HARD));
	must(vs_kill(XID_A, 0, SIGKILL));
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "R12 and ends");
	a = limited();
	r = cpu_measure(&a, cpu_spin, 4, 2);
	ok(r.used <= allowed(r.wall), "R12 the limit holds: %.3f in %.3f",
	   r.used, r.wall);
	puppet_end(&a);
}

static long do_poller(long a, long b, long c)
{
	struct io_uring_params p;

	(void)a, (void)b, (void)c;
	memset(&p, 0, sizeof(p));
	p.flags = IORING_SETUP_SQPOLL;
	p.sq_thread_idle = 10000;
	return syscall(SYS_io_uring_setup, 4, &p);
}

/* A thread of the kernel that never gets to where it would be held. */
static void r13(void)
{
	struct puppet a, b;

	if (vanilla())
		return;
	a = puppet_guest(XID_A, VXF_SQPOLL, ALL_CAPS);
	b = puppet_guest(XID_B, VXF_SQPOLL, ALL_CAPS);
	ok_call(ask(&a, do_poller), "R13 a thread that polls");
	ok_errno(cpu_limit(XID_A, RATE, PERIOD, SIZE), EBUSY, "R13 no limit");
	ok_errno(vs_set_flags(XID_A, VXF_SCHED_PAUSE, VXF_SCHED_PAUSE), EBUSY,
		 "R13 no pause");
	must(cpu_limit(XID_B, RATE, PERIOD, SIZE));
	ok_errno(ask(&b, do_poller), EPERM, "R13 with a limit, no thread");
	puppet_end(&a);
	puppet_end(&b);
}

int main(void)
{
	attack_run("R07", r07);
	attack_run("R07 more", r07_more);
	attack_run("R07 long", r07_long);
	attack_run("R08", r08);
	attack_run("R09", r09);
	attack_run("R09 group", r09_group);
	attack_run("R10", r10);
	attack_run("R12", r12);
	attack_run("R13", r13);
	return ktap_exit();
}
