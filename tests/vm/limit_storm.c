// SPDX-License-Identifier: GPL-2.0
/*
 * Owns limits under load: many processes take and give back everything that is
 * counted, with limits that change under them. In the end the counters are
 * what is there, and nothing keeps the context.
 */
#include "limit.h"
#include "puppet.h"

#include <linux/aio_abi.h>
#include <pthread.h>

#define WORKERS	6
#define FILES	40

static int seconds(void)
{
	return ktap_slowness() > 1 ? 1 : 3;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void *thread(void *arg)
{
	return arg;
}

static void take_files(unsigned int *seed)
{
	int fds[FILES], i, n = rand_r(seed) % FILES;

	for (i = 0; i < n; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (n--)
		close(fds[n]);
}

static void take_locks(unsigned int *seed, int fd)
{
	struct flock f = {
		.l_type = rand_r(seed) % 2 ? F_WRLCK : F_RDLCK,
		.l_start = rand_r(seed) % 100, .l_len = 1 + rand_r(seed) % 9,
	};

	fcntl(fd, F_SETLK, &f);
	if (rand_r(seed) % 3 == 0) {
		f.l_type = F_UNLCK;
		fcntl(fd, F_SETLK, &f);
	}
}

static void take_pools(unsigned int *seed)
{
	aio_context_t ring = 0;
	timer_t timer;
	int pty = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (!timer_create(CLOCK_MONOTONIC, NULL, &timer) && rand_r(seed) % 2)
		timer_delete(timer);
	if (!syscall(SYS_io_setup, 8, &ring) && rand_r(seed) % 2)
		syscall(SYS_io_destroy, ring);
	close(pty);
}

static void work(unsigned int seed, double until)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/tmp/storm%u", seed % WORKERS);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	while (now() < until) {
		pthread_t t;
		pid_t pid;

		switch (rand_r(&seed) % 5) {
		case 0:
			pid = fork();
			if (!pid) {
				take_files(&seed);
				take_locks(&seed, fd);
				take_pools(&seed);
				_exit(0);
			}
			if (pid > 0)
				waitpid(pid, NULL, 0);
			break;
		case 1:
			if (!pthread_create(&t, NULL, thread, NULL))
				pthread_join(t, NULL);
			break;
		case 2:
			take_files(&seed);
			break;
		case 3:
			take_locks(&seed, fd);
			break;
		case 4:
			take_pools(&seed);
			break;
		}
	}
	close(fd);
}

static long do_storm(long n, long s, long z)
{
	double until = now() + s;
	pid_t pids[WORKERS];
	long i, bad = 0;

	(void)z;
	for (i = 0; i < n; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			work(i * 7919 + 1, until);
			_exit(0);
		}
	}
	for (i = 0; i < n; i++)
		bad += pids[i] > 0 && reap(pids[i]);
	return bad;
}

/* In the meantime: limits of all sizes, resets, and somebody who looks. */
static void disturb(double until)
{
	unsigned int seed = 99;

	while (now() < until) {
		limit_max(XID_A, NPROC, 2 + rand_r(&seed) % 20);
		limit_max(XID_A, NOFILE, 10 + rand_r(&seed) % 200);
		limit_max(XID_A, LOCKS, rand_r(&seed) % 50);
		if (rand_r(&seed) % 8 == 0)
			vs_native(VCMD_reset_minmax, XID_A, NULL);
		if (rand_r(&seed) % 8 == 0)
			slurp("/proc/virtual/%d/limit", XID_A);
		usleep(rand_r(&seed) % 3000);
	}
	limit_max(XID_A, NPROC, VLIM_INFINITY);
	limit_max(XID_A, NOFILE, VLIM_INFINITY);
	limit_max(XID_A, LOCKS, VLIM_INFINITY);
}

static int in_memory(void)
{
	char *s = strstr(slurp("/proc/virtual/status"), "#CTotal:\t");

	return s ? atoi(s + 9) : -1;
}

static void storm(bool limits)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct puppet_order o = { do_storm, { WORKERS, seconds(), 0 } };
	long files = limit_used(XID_A, NOFILE);

	must(send(a.fd, &o, sizeof(o), 0));
	if (limits)
		disturb(now() + seconds());
	is(puppet_receive(&a), 0, "all came through");
	is(limit_used(XID_A, NPROC), 1, "one thread");
	ok(eventually(limit_used(XID_A, NOFILE) == files), "files: %ld, %ld",
	   limit_used(XID_A, NOFILE), files);
	is(limit_used(XID_A, LOCKS), 0, "no locks");
	ok((limit_hits(XID_A, NOFILE) > 0) == limits, "hits: %d",
	   limit_hits(XID_A, NOFILE));
	puppet_end(&a);
	ok(eventually(in_memory() == 0), "nothing keeps the context");
}

static void test_free(void)
{
	storm(false);
}

static void test_limited(void)
{
	storm(true);
}

/* --- memory for each CPU, which is in no slab --- */

static long percpu_kb(void)
{
	char *s = strstr(slurp("/proc/meminfo"), "Percpu:");

	return s ? atol(s + 7) : -1;
}

static void cycle(int n)
{
	while (n--)
		must(in_child(vs_create(XID_A, VXF_STATE_ADMIN)) ? -1 : 0);
	eventually(in_memory() == 0);
}

static void test_percpu(void)
{
	long before;

	cycle(200);
	before = percpu_kb();
	cycle(ktap_slowness() > 1 ? 200 : 2000);
	ok(percpu_kb() <= before + 8, "memory for each CPU: %ld kB, %ld kB",
	   before, percpu_kb());
}

int main(void)
{
	run("free", test_free);
	run("limited", test_limited);
	run("percpu", test_percpu);
	return ktap_exit();
}
