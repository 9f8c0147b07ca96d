// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the life of many contexts: created and ended by the thousand, all at
 * once, in races for the same ids, with fork bombs inside and with files that
 * outlive them. Whatever happens, nothing is left over in the end.
 */
#include "puppet.h"

/* Fewer rounds where everything is slow. */
static int rounds(int n, int slow)
{
	return ktap_slowness() > 1 ? slow : n;
}

/* A number of /proc/virtual/status. */
static int number(const char *name)
{
	char *s = strstr(slurp("/proc/virtual/status"), name);

	return s ? atoi(s + strlen(name)) : -1;
}

static bool nothing_left(void)
{
	return number("#CTotal:\t") == 0 && number("#CActive:\t") == 0;
}

static void expect_nothing(const char *when)
{
	ok(eventually(vs_all_gone() && nothing_left()),
	   "%s: no context in memory", when);
}

/* --- cycles --- */

static const char *const caches[] = {
	"vs_context", "cred", "cred_jar", "pid", "task_struct", "nsproxy",
	"uts_namespace", "fs_cache", "files_cache", "mm_struct", "filp",
	"signal_cache", "sighand_cache", "kmalloc-cg-1k", "kmalloc-1k",
};

#define CACHES	((int)ARRAY_SIZE(caches))

/* Active objects of each; -1 for those that are merged with another. */
static void slab(int *objects)
{
	char *text = slurp("/proc/slabinfo"), key[64], *s;
	int i;

	for (i = 0; i < CACHES; i++) {
		snprintf(key, sizeof(key), "\n%s ", caches[i]);
		s = text ? strstr(text, key) : NULL;
		objects[i] = s ? atoi(s + strlen(key)) : -1;
	}
}

static void cycle(uint32_t xid, int i)
{
	pid_t pid = must(fork());

	if (!pid) {
		if (vs_create(xid, VXF_INIT_SET) < 0)
			_exit(1);
		if (i % 3 == 0 && vs_set_flags(-1, 0, VXF_STATE_SETUP |
					       VXF_STATE_INIT))
			_exit(2);
		if (i % 3 == 1 && vs_spaces(VCMD_set_space, -1, CLONE_NEWNS |
					    CLONE_FS, i & 1))
			_exit(3);
		_exit(0);
	}
	if (reap(pid))
		must(-1);
}

/* Half of them on each CPU, each half with one id. */
static int cycles(int n)
{
	pid_t pid = must(fork());
	int i;

	for (i = 0; i < n / 2; i++)
		cycle(pid ? XID_A : XID_B, i);
	if (!pid)
		_exit(0);
	return reap(pid);
}

static void test_cycles(void)
{
	int before[CACHES], after[CACHES], i, n = rounds(10000, 300);

	/* what stays after the first ones is no growth */
	is(cycles(n / 10 + 50), 0, "warm");
	expect_nothing("warm");
	slab(before);
	is(cycles(n), 0, "%d times", n);
	expect_nothing("cycles");
	if (ktap_slowness() > 1) {
		skip("KASAN keeps freed objects, kmemleak judges", "slab");
		return;
	}
	slab(after);
	for (i = 0; i < CACHES; i++)
		if (before[i] >= 0)
			ok(after[i] - before[i] < 100 + n / 40, "%s: %d, %d",
			   caches[i], before[i], after[i]);
}

/* Two processes, a persistent context, and the id free in between. */
static void test_reuse(void)
{
	int i, n = rounds(500, 50);

	for (i = 0; i < n; i++) {
		must(in_child(vs_create(XID_A, VXF_PERSISTENT |
					VXF_STATE_ADMIN)) ? -1 : 0);
		must(in_child(vs_migrate(XID_A, VXM_SET_INIT)) ? -1 : 0);
		must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
		if (vs_exists(XID_A))
			break;
	}
	is(i, n, "ids are free at once");
	expect_nothing("reuse");
}

static void test_thousand(void)
{
	unsigned int i, n = rounds(1000, 200);
	uint32_t *xids = calloc(n + 1, sizeof(*xids));

	for (i = 0; i < n; i++)
		must(in_child(vs_create(2 + i * 7, VXF_PERSISTENT |
					VXF_STATE_ADMIN)) ? -1 : 0);
	is(number("#CActive:\t"), n, "all live");
	is(vs_living(xids, n + 1), n, "all are listed");
	for (i = 0; i < n; i += 10)
		is_child(vs_migrate(2 + i * 7, 0), 0, "%u can be entered",
			 2 + i * 7);
	for (i = 0; i < n; i++)
		must(vs_set_flags(2 + i * 7, 0, VXF_PERSISTENT));
	free(xids);
	expect_nothing("a thousand");
}

/* --- races --- */

#define RACERS	8
#define IDS	8

static void racer(unsigned int seed, double until)
{
	struct timespec now;

	for (;;) {
		uint32_t xid = XID_A + rand_r(&seed) % IDS;
		pid_t pid = -1;

		switch (rand_r(&seed) % 9) {
		case 0:
		case 1:
			pid = fork();
			if (!pid) {
				vs_create(xid, VXF_INIT_SET |
					  (seed & 64 ? VXF_INIT_KILL : 0));
				if (seed & 128)
					vs_set_flags(-1, 0, VXF_STATE_INIT |
						     VXF_STATE_SETUP);
				if (!(seed & 256))
					usleep(seed % 3000);
				_exit(0);
			}
			break;
		case 2:
		case 3:
			pid = fork();
			if (!pid) {
				vs_migrate(xid, seed & 64 ? VXM_SET_INIT : 0);
				if (seed & 128 && !fork())
					usleep(1000);
				_exit(0);
			}
			break;
		case 4:
			vs_kill(xid, 0, SIGKILL);
			break;
		case 5:
			vs_set_flags(xid, VXF_PERSISTENT, VXF_PERSISTENT);
			break;
		case 6:
			vs_set_flags(xid, 0, VXF_PERSISTENT);
			break;
		case 7:
			vs_set_flags(xid, 0, VXF_STATE_SETUP);
			vs_spaces(VCMD_set_space, xid, CLONE_NEWNS | CLONE_FS,
				  seed & 1);
			break;
		case 8:
			slurp("/proc/virtual/%u/status", xid);
			pid = fork();
			if (!pid) {
				vs_spaces(VCMD_enter_space, xid, 0, seed & 1);
				_exit(0);
			}
			break;
		}
		if (pid > 0 && seed & 32)
			waitpid(pid, NULL, 0);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec + now.tv_nsec / 1e9 > until)
			break;
	}
}

static void test_races(void)
{
	pid_t pids[RACERS];
	struct timespec now;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (i = 0; i < RACERS; i++) {
		pids[i] = must(fork());
		if (!pids[i]) {
			racer(i * 7919 + 1, now.tv_sec + now.tv_nsec / 1e9 +
			      rounds(4, 15));
			while (wait(NULL) > 0)
				;
			_exit(0);
		}
	}
	for (i = 0; i < RACERS; i++)
		is(reap(pids[i]), 0, "racer %d", i);
	expect_nothing("races");
	for (i = 0; i < IDS; i++)
		is_child(vs_create(XID_A + i, 0), 0, "id %d is free",
			 XID_A + i);
	expect_nothing("after races");
}

/* --- fork bombs --- */

#define BOMB	60

static int *living;

static long do_bomb(long a, long b, long c)
{
	unsigned int seed = getpid();

	(void)a, (void)b, (void)c;
	for (;;) {
		if (__atomic_add_fetch(living, 1, __ATOMIC_SEQ_CST) > BOMB) {
			__atomic_sub_fetch(living, 1, __ATOMIC_SEQ_CST);
			sched_yield();
		} else if (fork() < 0) {
			__atomic_sub_fetch(living, 1, __ATOMIC_SEQ_CST);
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (rand_r(&seed) % 64 == 0 && *living > BOMB / 2) {
			__atomic_sub_fetch(living, 1, __ATOMIC_SEQ_CST);
			_exit(0);
		}
	}
	return 0;
}

static bool all_dead(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return !vs_exists(XID_A);
}

static void test_bomb(void)
{
	struct puppet_order o = { do_bomb, { 0, 0, 0 } };
	int i, n = rounds(10, 3), bad = 0;

	living = puppet_shared(sizeof(*living));
	for (i = 0; i < n; i++) {
		struct puppet p = puppet_guest(XID_A, 0, GUEST_CAPS);

		*living = 1;
		must(send(p.fd, &o, sizeof(o), 0));
		eventually(*living > BOMB / 2);
		bad += vs_kill(XID_A, 0, SIGKILL) != 0;
		/* no second shot */
		bad += !eventually(all_dead());
		close(p.fd);
	}
	is(bad, 0, "one call ends them all");
	expect_nothing("bomb");
}

static long do_init(long xid, long b, long c)
{
	(void)b, (void)c;
	if (vs_create(xid, VXF_INIT_SET | VXF_INIT_KILL) < 0)
		return -1;
	return vs_set_flags(xid, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

static long do_exit(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	_exit(0);
}

/* E07: who enters while init dies is killed or stays outside. */
static void test_init_race(void)
{
	struct puppet_order o = { do_exit, { 0, 0, 0 } };
	int i, j, n = rounds(200, 20), entered = 0, odd = 0;
	pid_t pids[4];

	for (i = 0; i < n; i++) {
		struct puppet init = puppet_start(do_init, XID_A, 0, 0);

		for (j = 0; j < 4; j++) {
			pids[j] = must(fork());
			if (pids[j])
				continue;
			usleep((i * 37 + j * 101) % 700);
			if (vs_migrate(XID_A, 0))
				_exit(errno);
			for (;;)
				pause();
		}
		usleep(i * 53 % 500);
		must(send(init.fd, &o, sizeof(o), 0));
		reap(init.pid);
		close(init.fd);
		for (j = 0; j < 4; j++) {
			int err = reap(pids[j]);

			entered += err == 1000 + SIGKILL;
			odd += err != 1000 + SIGKILL && err != EFAULT &&
				err != ESRCH;
		}
	}
	is(odd, 0, "E07 killed, EFAULT or ESRCH");
	diag("%d of %d had entered", entered, 4 * n);
	expect_nothing("init");
}

/* --- E17: files outlive contexts --- */

static long do_open_and_send(long a, long b, long c)
{
	int fd = open("/proc/self/status", O_RDONLY);

	(void)a, (void)b, (void)c;
	return fd < 0 ? -1 : do_send_fd(fd, 0, 0);
}

static void test_files(void)
{
	int fds[100], i, n = 100;

	puppet_channel();
	for (i = 0; i < n; i++) {
		struct puppet p = puppet_guest(XID_A, 0, GUEST_CAPS);

		must(ask(&p, do_open_and_send));
		fds[i] = must(do_receive_fd(0, 0, 0));
		puppet_end(&p);
	}
	ok(!vs_exists(XID_A), "E17 the id is free");
	is(number("#CActive:\t"), 0, "E17 none is alive");
	ok(number("#CTotal:\t") >= n, "E17 but in memory");
	for (i = 0; i < n; i++)
		close(fds[i]);
	expect_nothing("E17");
}


int main(void)
{
	ktap_run_limit("cycles", test_cycles, 240);
	run("reuse", test_reuse);
	run("thousand", test_thousand);
	run("races", test_races);
	run("bombs", test_bomb);
	run("E07", test_init_race);
	run("E17", test_files);
	return ktap_exit();
}
