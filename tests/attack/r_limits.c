// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows R01, R02, R04 and R14 of the attack tables: what one guest takes
 * of threads, files and locks has a limit.
 */
#include "attack.h"

#include "../vm/limit.h"

#include <pthread.h>

static struct puppet a, h;

/* A guest with limits of its own; where there are none, any process. */
static void start(uint32_t id, uint64_t max)
{
	puppet_channel();
	h = puppet_host();
	a = attack_guest(XID_A);
	if (!vanilla())
		must(limit_max(XID_A, id, max));
}

static long used(uint32_t id)
{
	return vanilla() ? 0 : limit_used(XID_A, id);
}

/* --- R01, R02 --- */

#define BOMB	300

static pid_t bomb[BOMB];

static void *sleeper(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

/* Every other one is a thread; how many there are. */
static long do_bomb(long x, long y, long z)
{
	pthread_attr_t attr;
	pthread_t t;
	long i, n = 0;

	(void)x, (void)y, (void)z;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (i = 0; i < BOMB; i++) {
		if (i % 2) {
			n += !pthread_create(&t, &attr, sleeper, NULL);
			continue;
		}
		bomb[i] = fork();
		if (!bomb[i])
			for (;;)
				pause();
		n += bomb[i] > 0;
	}
	return n;
}

static long do_defuse(long x, long y, long z)
{
	long i;

	(void)x, (void)y, (void)z;
	for (i = 0; i < BOMB; i++)
		if (bomb[i] > 0)
			kill(bomb[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}

static long do_forks(long n, long x, long y)
{
	long failed = 0;

	(void)x, (void)y;
	while (n--) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0)
			failed++;
		else
			waitpid(pid, NULL, 0);
	}
	return failed;
}

static void r01(void)
{
	start(NPROC, 100);
	defends(ask(&a, do_bomb) == 99, "R01 as many as the limit");
	is(ask(&h, do_forks, 50), 0, "R01 the host forks");
	ask(&a, do_defuse);
}

static long do_live_child(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void r02(void)
{
	start(NPROC, 10);
	must(ask(&a, do_live_child));
	is(ask(&a, do_forks, ktap_slowness() > 1 ? 300 : 3000), 0,
	   "R02 one after the other, none is refused");
	is(used(NPROC), vanilla() ? 0 : 2, "R02 the living count");
}

/* --- R04 --- */

/* Opens files and gives them away; how many are open. */
static long do_hand_out(long n, long y, long z)
{
	long i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		int fd = open("/dev/null", O_RDONLY);

		if (fd < 0)
			break;
		if (do_send_fd(fd, 0, 0) < 0)
			return -1;
		close(fd);
		if (do_receive_fd(0, 0, 0) < 0)
			return -1;
	}
	return i;
}

static long do_send_file(long x, long y, long z)
{
	int fd = open("/dev/null", O_RDONLY);
	long ret;

	(void)x, (void)y, (void)z;
	if (fd < 0)
		return -1;
	ret = do_send_fd(fd, 0, 0);
	close(fd);
	return ret;
}

static long do_keep_fds(long n, long y, long z)
{
	(void)y, (void)z;
	while (n--)
		if (do_receive_fd(0, 0, 0) < 0)
			return -1;
	return 0;
}

static void r04(void)
{
	long base, n;

	start(NOFILE, VLIM_INFINITY);
	base = used(NOFILE);
	if (!vanilla())
		must(limit_max(XID_A, NOFILE, base + 20));
	/* Five at a time: as many as the socket holds. */
	for (n = 0; n < 60; n++) {
		if (ask(&a, do_send_file) < 0)
			break;
		must(ask(&h, do_keep_fds, 1));
	}
	defends(n == 20, "R04 files that the host holds");
	defends(ask(&a, do_hand_out, 10) == 0, "R04 nothing is left");
	puppet_end(&h);
	if (!vanilla())
		ok(eventually(used(NOFILE) == base), "R04 they come back");
	is(ask(&a, do_hand_out, 10), 10, "R04 then it can open again");
}

/* --- R14 --- */

static long do_locks(long n, long y, long z)
{
	struct flock f = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
			   .l_len = 1 };
	int fd = open("/tmp/r14", O_RDWR | O_CREAT, 0600);
	long i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		f.l_start = 2 * i;
		if (fcntl(fd, F_SETLK, &f))
			break;
	}
	return i;
}

/* As many pieces of as many kinds as there can be. */
static long do_lock_games(long n, long seed, long z)
{
	unsigned int s = seed;
	int fd = open("/tmp/r14", O_RDWR | O_CREAT, 0600);
	int fd2 = open("/tmp/r14", O_RDWR);

	(void)z;
	while (n--) {
		struct flock64 f = {
			.l_type = (short[]){ F_RDLCK, F_WRLCK, F_UNLCK }
				[rand_r(&s) % 3],
			.l_whence = SEEK_SET, .l_start = rand_r(&s) % 200,
			.l_len = rand_r(&s) % 20,
		};

		fcntl(rand_r(&s) % 2 ? fd : fd2,
		      rand_r(&s) % 2 ? F_SETLK : F_OFD_SETLK, &f);
		if (n % 500 == 0) {
			close(fd2);
			fd2 = open("/tmp/r14", O_RDWR);
		}
	}
	return 0;
}

static long do_close_all(long x, long y, long z)
{
	int fd;

	(void)x, (void)y, (void)z;
	for (fd = 3; fd < 256; fd++)
		if (fd != puppet_fd && fd != puppet_pass[0] &&
		    fd != puppet_pass[1])
			close(fd);
	return 0;
}

static void r14(void)
{
	int i;

	start(LOCKS, 1000);
	defends(ask(&a, do_locks, 5000) == 1000, "R14 as many as the limit");
	is(used(LOCKS), vanilla() ? 0 : 1000, "R14 in use");
	ask(&a, do_close_all);
	is(used(LOCKS), 0, "R14 closed");
	if (vanilla())
		return;
	must(limit_max(XID_A, LOCKS, 15));
	must(vs_native(VCMD_reset_minmax, XID_A, NULL));
	for (i = 0; i < 5; i++) {
		must(ask(&a, do_lock_games, ktap_slowness() > 1 ? 500 : 5000,
			 i));
		ok(used(LOCKS) <= 15, "R14 %ld pieces", used(LOCKS));
		ask(&a, do_close_all);
		is(used(LOCKS), 0, "R14 all gone");
	}
	ok(limit_stat(XID_A, LOCKS).maximum <= 15, "R14 never more");
	ok(limit_hits(XID_A, LOCKS) > 0, "R14 it wanted to");
	must(ask(&a, do_locks, 10));
	is(used(LOCKS), 10, "R14 before exec");
	must(ask(&a, do_exec));
	is(used(LOCKS), 10, "R14 kept over exec");
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "R14 the end of the process");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("R01", r01);
	attack_run("R02", r02);
	attack_run("R04", r04);
	attack_run("R14", r14);
	return ktap_exit();
}
