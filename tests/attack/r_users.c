// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows R05 and R06 of the attack tables: what a user has counts for
 * the user of that context, although others have the same number.
 */
#include "attack.h"

#include <grp.h>
#include <mqueue.h>
#include <sys/inotify.h>
#include <sys/resource.h>

#define USER	1000

static struct puppet a, b, h;

static long do_user(long uid, long y, long z)
{
	(void)y, (void)z;
	return setgroups(0, NULL) || setresgid(uid, uid, uid) ||
		setresuid(uid, uid, uid) ? -1 : 0;
}

/* Three with the same user: two guests and the host. */
static void start(void)
{
	puppet_channel();
	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
	must(ask(&a, do_user, USER));
	must(ask(&b, do_user, USER));
	must(ask(&h, do_user, USER));
}

static long do_rlimit(long resource, long soft, long z)
{
	struct rlimit r = { soft, soft };

	(void)z;
	return setrlimit(resource, &r);
}

static void limit_all(int resource, long value)
{
	must(ask(&a, do_rlimit, resource, value));
	must(ask(&b, do_rlimit, resource, value));
	must(ask(&h, do_rlimit, resource, value));
}

/* A takes what it can get; then the others want one. */
#define others(what, fn, ...) do {					\
	defends(ask(&b, fn, ##__VA_ARGS__) >= 0, "R05 %s: B", what);	\
	defends(ask(&h, fn, ##__VA_ARGS__) >= 0, "R05 %s: host", what);	\
} while (0)

/* --- processes --- */

static long do_fork_stay(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static long do_fork_many(long n, long y, long z)
{
	long i = 0;

	while (i < n && do_fork_stay(0, y, z) > 0)
		i++;
	return i;
}

static void processes(void)
{
	start();
	limit_all(RLIMIT_NPROC, 20);
	ok(ask(&a, do_fork_many, 50) < 20, "R05 processes: A is limited");
	others("processes", do_fork_stay);
}

/* --- signals --- */

static long do_queue(long n, long y, long z)
{
	union sigval v = { .sival_int = 1 };
	sigset_t set;
	long i = 0;

	(void)y, (void)z;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (i < n && !sigqueue(getpid(), SIGRTMIN, v))
		i++;
	return i ? i : -1;
}

static void signals(void)
{
	start();
	limit_all(RLIMIT_SIGPENDING, 20);
	ok(ask(&a, do_queue, 50) <= 20, "R05 signals: A is limited");
	others("signals", do_queue, 1);
}

/* --- inotify --- */

static long do_inotify(long n, long y, long z)
{
	long i = 0;

	(void)y, (void)z;
	while (i < n && inotify_init1(IN_CLOEXEC) >= 0)
		i++;
	return i ? i : -1;
}

static void inotify(void)
{
	char *s = slurp("/proc/sys/user/max_inotify_instances");
	char old[32];

	snprintf(old, sizeof(old), "%s", s);
	must(spit("/proc/sys/user/max_inotify_instances", "20"));
	start();
	ok(ask(&a, do_inotify, 50) <= 20, "R05 inotify: A is limited");
	others("inotify", do_inotify, 1);
	must(spit("/proc/sys/user/max_inotify_instances", old));
}

/* --- pipes --- */

static long do_pipes(long n, long y, long z)
{
	long i;
	int p[2];

	(void)y, (void)z;
	for (i = 0; i < n; i++)
		if (pipe(p) || fcntl(p[1], F_SETPIPE_SZ, 1 << 20) < 0)
			break;
	return i;
}

/* A new pipe gets two pages only when its user has too many. */
static long do_pipe_size(long x, long y, long z)
{
	int p[2];

	(void)x, (void)y, (void)z;
	if (pipe(p))
		return -1;
	return fcntl(p[1], F_GETPIPE_SZ) >= 65536 ? 0 : -1;
}

static void pipes(void)
{
	start();
	ok(ask(&a, do_pipes, 100) <= 64, "R05 pipes: A is limited");
	is(ask(&a, do_pipe_size), -1, "R05 pipes: A gets small ones");
	others("pipes", do_pipe_size);
}

/* --- descriptors in flight --- */

static long do_in_flight(long n, long y, long z)
{
	int sv[2], i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		if (i % 5 == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, sv))
			return -1;
		puppet_pass[0] = sv[0];
		if (do_send_fd(0, 0, 0) < 0)
			break;
	}
	return i ? i : -1;
}

static void in_flight(void)
{
	start();
	limit_all(RLIMIT_NOFILE, 40);
	ok(ask(&a, do_in_flight, 70) <= 41, "R05 in flight: A is limited");
	others("in flight", do_in_flight, 1);
}

/* --- message queues --- */

static long do_queues(long n, long y, long z)
{
	struct mq_attr attr = { .mq_maxmsg = 10, .mq_msgsize = 1024 };
	char name[32];
	long i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		mqd_t q;

		snprintf(name, sizeof(name), "/q%d-%ld", getpid(), i);
		q = mq_open(name, O_CREAT | O_RDWR, 0600, &attr);
		if (q == (mqd_t)-1)
			break;
		mq_unlink(name);
	}
	return i ? i : -1;
}

static void queues(void)
{
	start();
	limit_all(RLIMIT_MSGQUEUE, 50000);
	ok(ask(&a, do_queues, 10) <= 4, "R05 queues: A is limited");
	others("queues", do_queues, 1);
}

/* --- R06 --- */

static long do_group(long x, long y, long z)
{
	int fd = inotify_init1(IN_CLOEXEC);

	(void)x, (void)y, (void)z;
	if (fd < 0 || do_send_fd(fd, 0, 0) < 0)
		return -1;
	return fd;
}

static long do_watches(long fd, long n, long base)
{
	char path[64];
	long i;

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/tmp/w%ld", base + i);
		close(open(path, O_RDWR | O_CREAT, 0666));
		if (inotify_add_watch(fd, path, IN_OPEN) < 0)
			break;
	}
	return i;
}

static long do_close(long fd, long y, long z)
{
	(void)y, (void)z;
	return close(fd);
}

static void r06(void)
{
	char *s = slurp("/proc/sys/user/max_inotify_watches"), old[32];
	int i, mine, theirs, bad = 0;

	snprintf(old, sizeof(old), "%s", s);
	must(spit("/proc/sys/user/max_inotify_watches", "10"));
	start();
	for (i = 0; i < 50; i++) {
		mine = must(ask(&a, do_group));
		theirs = must(ask(&b, do_receive_fd));
		/* B adds to the group of A: they count for A */
		bad += ask(&b, do_watches, theirs, 8, 0) != 8;
		bad += ask(&a, do_watches, mine, 8, 8) != 2;
		if (i == 0)
			defends(ask(&b, do_group) >= 0 &&
				ask(&b, do_watches, ask(&b, do_group), 10, 20)
				== 10, "R06 B has its own still");
		/* either of the two may be the last */
		must(ask(i % 2 ? &a : &b, do_close, i % 2 ? mine : theirs));
		must(ask(i % 2 ? &b : &a, do_close, i % 2 ? theirs : mine));
		if (i == 0)
			while (do_receive_fd(0, 0, 0) >= 0)
				;
		if (vanilla())
			break;
	}
	if (!vanilla())
		is(bad, 0, "R06 the counts return to what they were");
	must(spit("/proc/sys/user/max_inotify_watches", old));
}

int main(void)
{
	attack_run("R05 processes", processes);
	attack_run("R05 signals", signals);
	attack_run("R05 inotify", inotify);
	attack_run("R05 pipes", pipes);
	attack_run("R05 in flight", in_flight);
	attack_run("R05 queues", queues);
	attack_run("R06", r06);
	return ktap_exit();
}
