// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the limit of CPU time: its commands, what it leaves, and that whoever
 * waits goes on when the limit is gone.
 */
#include "cpu.h"

#include <sys/uio.h>

/*
 * Two per cent, and what may be owed at the end: a tick for each CPU; or what
 * was left in the bucket then.
 */
static bool amount(struct cpu_result r, double want, double left)
{
	double slack = 0.02 * want +
		sysconf(_SC_NPROCESSORS_ONLN) * 0.01 * ktap_slowness();

	diag("%.3f s of CPU time in %.3f s, expected %.3f", r.used, r.wall,
	     want);
	return r.used <= want + slack && r.used >= want - left - slack;
}

static struct vcmd_sched get(uint32_t xid, uint32_t mask)
{
	struct vcmd_sched s = { .mask = mask };

	must(vs_native(VCMD_get_sched, xid, &s));
	return s;
}

static void test_set(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_sched s = get(XID_A, 0), all = {
		.mask = VXSM_SET_MASK | VXSM_IDLE_TIME,
		.fill_rate = { 3, 5 }, .interval = { 10, 20 }, .tokens = 60,
		.tokens_min = 30, .tokens_max = 80, .prio_bias = 7,
	};
	struct vcmd_sched_v3 v3 = {
		.set_mask = VXSM_FILL_RATE | VXSM_PRIO_BIAS, .fill_rate = 2,
		.prio_bias = -100,
	};
	struct vcmd_sched_v4 v4 = {
		.set_mask = VXSM_INTERVAL | VXSM_CPU_ID | VXSM_BUCKET_ID,
		.interval = 40, .cpu_id = 0,
	};

	ok(s.fill_rate[0] == 1 && s.interval[0] == 4, "a quarter at first");
	ok(s.tokens_max == 50 && s.tokens == 50, "half a second at once");
	is(s.mask, VXSM_SET_MASK, "what can be set");

	must(vs_native(VCMD_set_sched, XID_A, &all));
	s = get(XID_A, 0);
	ok(s.fill_rate[0] == 3 && s.interval[0] == 10, "rate");
	ok(s.fill_rate[1] == 5 && s.interval[1] == 20, "idle rate");
	ok(s.mask & VXSM_IDLE_TIME, "idle rate is used");
	ok(s.tokens >= 60 && s.tokens <= 80, "tokens: %d", s.tokens);
	ok(s.tokens_min == 30 && s.tokens_max == 80, "levels");
	is(s.prio_bias, 7, "bias");
	s = get(XID_A, VXSM_MSEC);
	ok(s.fill_rate[0] == 30 && s.interval[0] == 100 &&
	   s.tokens_min == 300 && s.tokens_max == 800, "in ms");

	must(vs_native(VCMD_set_sched_v3, XID_A, &v3));
	s = get(XID_A, 0);
	ok(s.fill_rate[0] == 2 && s.interval[0] == 10 && s.tokens_max == 80,
	   "version 3");
	is(s.prio_bias, -20, "bias within its limits");
	ok(!(s.mask & VXSM_IDLE_TIME), "idle rate must be asked for each time");
	must(vs_native(VCMD_set_sched_v4, XID_A, &v4));
	is(get(XID_A, 0).interval[0], 40, "version 4");

	all = (struct vcmd_sched){
		.mask = VXSM_TOKENS_MIN | VXSM_TOKENS_MAX,
		.tokens_min = -1, .tokens_max = 0,
	};
	must(vs_native(VCMD_set_sched, XID_A, &all));
	s = get(XID_A, 0);
	ok(s.tokens_max == 100 && s.tokens_min == 33, "usual levels");
	all.tokens_min = 200;
	all.tokens_max = 50;
	must(vs_native(VCMD_set_sched, XID_A, &all));
	is(get(XID_A, 0).tokens_min, 50, "no level above the size");
	puppet_end(&a);
}

static void test_set_wrong(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_sched s = { .mask = VXSM_FILL_RATE };
	struct vcmd_sched_v3 v3 = { .set_mask = VXSM_INTERVAL };

	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "rate 0");
	s.fill_rate[0] = -1;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "rate -1");
	s.fill_rate[0] = INT_MAX;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "rate too large");
	ok_errno(vs_native(VCMD_set_sched_v3, XID_A, &v3), EINVAL,
		 "interval 0");
	s.mask = VXSM_INTERVAL;
	s.interval[0] = 6001;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL,
		 "interval of more than a minute");
	s.mask = VXSM_TOKENS_MAX;
	s.tokens_max = 360001;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL,
		 "size of more than an hour");
	s.mask = VXSM_CPU_ID;
	s.cpu_id = 4096;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "CPU 4096");
	ok_errno(vs_native(VCMD_get_sched, XID_A, &s), EINVAL,
		 "CPU 4096 to ask for");
	s.cpu_id = -1;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "CPU -1");
	s.mask = VXSM_BUCKET_ID;
	s.bucket_id = 1;
	ok_errno(vs_native(VCMD_set_sched, XID_A, &s), EINVAL, "bucket 1");
	is(get(XID_A, 0).interval[0], 4, "nothing changed");
	puppet_end(&a);
}

static void test_bias(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_prio_bias p = { .cpu_id = -1, .prio_bias = 5 };

	must(vs_native(VCMD_set_prio_bias, XID_A, &p));
	ok_errno(vs_native(VCMD_get_prio_bias, XID_A, &p), EINVAL, "CPU -1");
	p.cpu_id = 0;
	p.prio_bias = 99;
	must(vs_native(VCMD_get_prio_bias, XID_A, &p));
	is(p.prio_bias, 5, "bias of all CPUs");
	p.prio_bias = 99;
	must(vs_native(VCMD_set_prio_bias, XID_A, &p));
	must(vs_native(VCMD_get_prio_bias, XID_A, &p));
	is(p.prio_bias, 20, "bias within its limits");
	p.cpu_id = 4096;
	ok_errno(vs_native(VCMD_set_prio_bias, XID_A, &p), EINVAL, "CPU 4096");
	puppet_end(&a);
}

static long do_sched_info(long xid, long info, long c)
{
	(void)c;
	return vs_native(VCMD_sched_info, xid, (void *)info);
}

static void test_info(void)
{
	struct vcmd_sched_info *i = puppet_shared(sizeof(*i));
	uint64_t sum = 0;
	struct puppet a, b;
	struct cpu_result r;
	int cpu;

	a = puppet_guest(XID_A, 0, GUEST_CAPS | CAP(SYS_ADMIN) | 1ULL << 63);
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	must(do_sched_info(0, (long)i, 0));
	is(i->token_usec, 10000, "host: what a token is");
	ok(!i->user_msec && !i->hold_msec, "host: no more");
	i->cpu_id = 4096;
	ok_errno(do_sched_info(0, (long)i, 0), EINVAL, "no such CPU");
	i->cpu_id = -1;
	ok_errno(do_sched_info(XID_A, (long)i, 0), EINVAL, "CPU -1");
	i->cpu_id = 0;
	ok_errno(do_sched_info(XID_FREE, (long)i, 0), ESRCH, "no context");
	ok_errno(ask(&a, do_sched_info, XID_B, i), ESRCH, "guest: another's");
	ok_call(ask(&a, do_sched_info, -1, i), "guest: its own");

	r = cpu_measure(&b, cpu_spin, 1, 1);
	for (cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++) {
		*i = (struct vcmd_sched_info){ .cpu_id = cpu };
		must(do_sched_info(XID_B, (long)i, 0));
		sum += i->user_msec + i->sys_msec;
	}
	ok(sum > r.used * 1000 * 0.8 - 50 && sum < r.used * 1000 * 1.2 + 50,
	   "time of all CPUs: %llu of %.0f ms", (unsigned long long)sum,
	   r.used * 1000);
	puppet_end(&a);
	puppet_end(&b);
}

static void test_share(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_sched_info i = { .cpu_id = 0 };
	struct vcmd_virt_stat v;
	struct cpu_result r;

	must(cpu_limit(XID_A, 4, 20, 20));
	r = cpu_measure(&a, cpu_spin, 4, 3);
	ok(amount(r, 0.2 * r.wall, 0.02), "a fifth of a CPU for four");
	must(vs_native(VCMD_sched_info, XID_A, &i));
	ok(i.hold_msec > 250 * r.wall && i.hold_msec < 1000 * r.wall + 500,
	   "time on hold: %llu ms", (unsigned long long)i.hold_msec);
	ok(eventually(!vs_native(VCMD_virt_stat, XID_A, &v) && !v.nr_onhold),
	   "nobody waits any more");

	/* More than one CPU. */
	if (sysconf(_SC_NPROCESSORS_ONLN) >= 2) {
		must(cpu_limit(XID_A, 30, 20, 60));
		r = cpu_measure(&a, cpu_spin, 2, 2);
		diag("%.3f s of CPU time in %.3f s", r.used, r.wall);
		ok(r.used > 1.1 * r.wall && r.used < 1.55 * r.wall,
		   "one and a half CPUs for two, if the machine has them");
	}
	must(vs_set_flags(XID_A, 0, VXF_SCHED_HARD));
	r = cpu_measure(&a, cpu_spin, 1, 1);
	ok(r.used > 0.7 * r.wall, "no limit without the flag");
	puppet_end(&a);
}

/* A quarter, as the founders tell it, and what was saved at first. */
static void test_burst(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct cpu_result r;

	must(vs_set_flags(XID_A, VXF_SCHED_HARD, VXF_SCHED_HARD));
	r = cpu_measure(&a, cpu_spin, 1, 3);
	ok(amount(r, 0.5 + 0.25 * r.wall, 1 / 16.),
	   "a quarter, and half a second");
	puppet_end(&a);
}

/* While nobody wants the CPUs, a guest may have more. */
static void test_idle(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct vcmd_sched s = {
		.mask = VXSM_FILL_RATE2 | VXSM_INTERVAL2 | VXSM_IDLE_TIME |
			VXSM_MSEC,
		.fill_rate = { 0, 6 }, .interval = { 0, 10 },
	};
	struct cpu_result r, idle;

	must(cpu_limit(XID_A, 1, 20, 20));
	r = cpu_measure(&a, cpu_spin, 1, 1.5);
	must(vs_native(VCMD_set_sched, XID_A, &s));
	idle = cpu_measure(&a, cpu_spin, 1, 2);
	diag("%.3f s in %.3f, with idle CPUs %.3f in %.3f", r.used, r.wall,
	     idle.used, idle.wall);
	ok(idle.used / idle.wall > 3 * r.used / r.wall, "idle CPUs are used");
	ok(idle.used < 0.85 * idle.wall, "but not without limit");
	puppet_end(&a);
}

struct counters {
	volatile int running;
	volatile int signals;
	volatile unsigned long turns;
};

static struct counters *counters;

/* Before there are puppets. */
static void start(void)
{
	counters = puppet_shared(sizeof(*counters));
}

static void on_signal(int sig)
{
	(void)sig;
	counters->signals++;
}

static void count_turns(void)
{
	signal(SIGUSR1, on_signal);
	__atomic_add_fetch(&counters->running, 1, __ATOMIC_SEQ_CST);
	for (;;)
		counters->turns++;
}

static long do_workers(long n, long b, long c)
{
	pid_t pid = -1;

	(void)b, (void)c;
	while (n-- > 0) {
		pid = fork();
		if (!pid)
			count_turns();
	}
	return pid;
}

static bool stands_still(void)
{
	unsigned long before = counters->turns;

	usleep(200000);
	return counters->turns == before;
}

static void test_pause(void)
{
	struct puppet a;
	double begin;
	int waiting;
	pid_t pid;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	pid = must(ask(&a, do_workers, 1));
	ok(eventually(counters->turns), "it runs");
	must(vs_set_flags(XID_A, VXF_SCHED_PAUSE, VXF_SCHED_PAUSE));
	ok(eventually(stands_still()), "it stands still");
	/* The puppet may still be on its way to sleep, and wait, too. */
	ok(cpu_waiting(XID_A) >= 1, "it waits");
	kill(pid, SIGTERM);	/* of another context: nothing */
	must(vs_kill(XID_A, pid, SIGUSR1));
	ok(stands_still() && cpu_waiting(XID_A) >= 1 && !counters->signals,
	   "signals wait with it");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_PAUSE));
	ok(eventually(!cpu_waiting(XID_A) && counters->signals), "it goes on");

	must(vs_set_flags(XID_A, VXF_SCHED_PAUSE, VXF_SCHED_PAUSE));
	ok(eventually(cpu_waiting(XID_A) >= 1), "it waits again");
	ok(eventually(stands_still()), "it stands still again");
	waiting = cpu_waiting(XID_A);
	begin = cpu_now();
	must(vs_kill(XID_A, pid, SIGKILL));
	ok(eventually(cpu_waiting(XID_A) < waiting), "it dies");
	ok(cpu_now() - begin < 0.1 * ktap_slowness(), "at once");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_PAUSE));
	puppet_end(&a);
}

/* Whoever is born in a context on hold does not get to run. */
static void test_paused_birth(void)
{
	struct puppet a;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(vs_set_flags(XID_A, VXF_SCHED_PAUSE, VXF_SCHED_PAUSE));
	/* The puppet still sleeps in a system call and makes one more. */
	send(a.fd, &(struct puppet_order){ do_workers, { 1, 0, 0 } },
	     sizeof(struct puppet_order), 0);
	ok(eventually(cpu_waiting(XID_A) >= 1), "it waits");
	is(counters->running, 0, "nobody runs");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_PAUSE));
	ok(eventually(counters->running == 1), "until the pause is over");
	puppet_end(&a);
}

/* A system call is not stopped in the middle; what it used is owed. */
static long do_long_call(long seconds, long used, long c)
{
	static char buf[1 << 20];
	struct iovec iov[64];
	int i, fd = open("/dev/urandom", O_RDONLY);
	double start = cpu_now();
	struct rusage r;

	(void)c;
	for (i = 0; i < 64; i++)
		iov[i] = (struct iovec){ buf, sizeof(buf) };
	while (cpu_now() - start < seconds)
		if (readv(fd, iov, 64) < 0)
			return -1;
	getrusage(RUSAGE_SELF, &r);
	*(double *)used = r.ru_utime.tv_sec + r.ru_stime.tv_sec +
		(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
	return 0;
}

static void test_debt(void)
{
	double *used = puppet_shared(sizeof(*used)), begin, wall;
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);

	begin = cpu_now();
	must(cpu_limit(XID_A, 5, 20, 20));
	must(ask(&a, do_long_call, 2, used));
	/* Back only when it has paid. */
	wall = cpu_now() - begin;
	diag("%.3f s of CPU time in %.3f s", *used, wall);
	ok(*used > 0.3, "it used much at once");
	ok(*used <= 0.25 * wall + 0.05 * ktap_slowness(), "and paid for it");
	puppet_end(&a);
}

#define MANY	100

/* R11: the bucket changes and goes while many wait for it. */
static void test_many(void)
{
	struct puppet a;
	struct vcmd_sched s = {
		.mask = VXSM_TOKENS | VXSM_TOKENS_MAX | VXSM_FILL_RATE,
		.tokens = 300000, .tokens_max = 360000, .fill_rate = { 1 },
	};
	int i;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(ask(&a, do_workers, MANY));
	ok(eventually(counters->running == MANY), "all run");

	/* In debt, with next to nothing coming in: nobody would be woken. */
	must(cpu_limit(XID_A, 1, 60000, 1));
	ok(eventually(cpu_waiting(XID_A) >= MANY), "all wait: %d",
	   cpu_waiting(XID_A));
	must(vs_native(VCMD_set_sched, XID_A, &s));
	ok(eventually(!cpu_waiting(XID_A)), "the bucket is changed: all go on");

	must(cpu_limit(XID_A, 1, 60000, 1));
	ok(eventually(cpu_waiting(XID_A) >= MANY), "all wait again");
	must(vs_set_flags(XID_A, 0, VXF_SCHED_HARD));
	ok(eventually(!cpu_waiting(XID_A)), "no limit: all go on");

	must(cpu_limit(XID_A, 20, 100, 20));
	for (i = 0; i < 20; i++) {
		must(cpu_limit(XID_A, 1 + i % 3, 20, 30));
		must(vs_set_flags(XID_A, i % 2 ? VXF_SCHED_PAUSE : 0,
				  VXF_SCHED_PAUSE));
		usleep(20000);
	}
	must(vs_set_flags(XID_A, 0, VXF_SCHED_PAUSE | VXF_SCHED_HARD));
	ok(eventually(!cpu_waiting(XID_A)), "many changes: all go on");

	must(cpu_limit(XID_A, 1, 60000, 1));
	ok(eventually(cpu_waiting(XID_A) >= MANY), "all wait once more");
	must(vs_kill(XID_A, 0, SIGKILL));
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "the context ends with all of them");
}

static void test_load(void)
{
	struct puppet a;
	struct vcmd_virt_stat v;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(ask(&a, do_workers, 3));
	must(vs_set_flags(XID_A, VXF_SCHED_PAUSE, VXF_SCHED_PAUSE));
	ok(eventually(cpu_waiting(XID_A) >= 3), "they wait");
	ok(eventually((must(vs_native(VCMD_virt_stat, XID_A, &v)),
		       v.nr_running >= 3)), "who waits counts as running: %u",
	   v.nr_running);
	must(vs_kill(XID_A, 0, SIGKILL));
	puppet_end(&a);
}

int main(void)
{
	run("set", test_set);
	run("wrong values", test_set_wrong);
	run("bias", test_bias);
	run("info", test_info);
	run("share", test_share);
	run("burst", test_burst);
	run("idle", test_idle);
	run("pause", test_pause);
	run("birth", test_paused_birth);
	run("debt", test_debt);
	run("many", test_many);
	run("load", test_load);
	return ktap_exit();
}
