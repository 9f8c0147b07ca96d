// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the limits of a context: the commands, and the limit of threads, to the
 * unit.
 */
#include "limit.h"
#include "puppet.h"

#include <pthread.h>

static struct puppet a;

static void start(void)
{
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

/* --- commands --- */

#define MASK		0x104c0U	/* sockets may be among them */
#define STATISTICS	(1U << 5 | 1U << 8 | 1U << 9 | 1U << 12 | 0xff << 16)

static void test_mask(void)
{
	struct vcmd_ctx_rlimit_mask m = { 1, 1, 1 };

	must(vs_native(VCMD_get_rlimit_mask, 4711, &m));
	is(m.minimum | m.softlimit, 0, "neither minimum nor soft limit");
	is(m.maximum & ~(1U << VLIM_NSOCK), MASK & ~(1U << VLIM_NSOCK),
	   "what is enforced");
}

static void test_ids(void)
{
	struct vcmd_ctx_rlimit_mask m;
	struct vcmd_ctx_rlimit r;
	struct vcmd_rlimit_stat s;
	uint32_t id, bad = 0;

	start();
	must(vs_native(VCMD_get_rlimit_mask, 0, &m));
	for (id = 0; id < 70; id++) {
		bool in = id < 32 && m.maximum & 1U << id;
		bool counted = in || (id < 32 && STATISTICS & 1U << id);

		memset(&r, 0, sizeof(r));
		memset(&s, 0, sizeof(s));
		r.id = s.id = id;
		r.softlimit = r.maximum = VLIM_KEEP;
		errno = 0;
		if (vs_native(VCMD_get_rlimit, XID_A, &r) != (in ? 0 : -1) ||
		    errno != (in ? 0 : EINVAL))
			bad |= 1, diag("get %u: %s", id, errname(errno));
		errno = 0;
		r.softlimit = r.maximum = VLIM_KEEP;
		if (vs_native(VCMD_set_rlimit, XID_A, &r) != (in ? 0 : -1) ||
		    errno != (in ? 0 : EINVAL))
			bad |= 2, diag("set %u: %s", id, errname(errno));
		errno = 0;
		if (vs_native(VCMD_rlimit_stat, XID_A, &s) !=
		    (counted ? 0 : -1) || errno != (counted ? 0 : EINVAL))
			bad |= 4, diag("stat %u: %s", id, errname(errno));
	}
	ok(!(bad & 1), "ids of get");
	ok(!(bad & 2), "ids of set");
	ok(!(bad & 4), "ids of stat");
	r.id = -1;
	ok_errno(vs_native(VCMD_get_rlimit, XID_A, &r), EINVAL, "id -1");
}

static void expect(uint32_t id, uint64_t soft, uint64_t max, const char *what)
{
	struct vcmd_ctx_rlimit r = limit_get(XID_A, id);

	is(r.id, id, "%s: id", what);
	is(r.minimum, 0, "%s: no minimum", what);
	is(r.softlimit, soft, "%s: soft", what);
	is(r.maximum, max, "%s: hard", what);
}

static void test_values(void)
{
	start();
	expect(NPROC, VLIM_INFINITY, VLIM_INFINITY, "new");
	must(limit_set(XID_A, NPROC, 10, 20));
	expect(NPROC, 10, 20, "both");
	must(limit_set(XID_A, NPROC, VLIM_KEEP, 30));
	expect(NPROC, 10, 30, "hard");
	must(limit_set(XID_A, NPROC, 15, VLIM_KEEP));
	expect(NPROC, 15, 30, "soft");
	must(limit_set(XID_A, NPROC, VLIM_KEEP, VLIM_KEEP));
	expect(NPROC, 15, 30, "neither");
	must(limit_set(XID_A, NPROC, 40, VLIM_KEEP));
	expect(NPROC, 30, 30, "soft above hard");
	must(limit_set(XID_A, NPROC, VLIM_KEEP, 5));
	expect(NPROC, 5, 5, "hard below soft");
	must(limit_set(XID_A, NPROC, VLIM_INFINITY, VLIM_INFINITY));
	expect(NPROC, VLIM_INFINITY, VLIM_INFINITY, "infinity");
	must(limit_set(XID_A, NPROC, VLIM_INFINITY, 7));
	expect(NPROC, 7, 7, "infinite soft limit");
	must(limit_set(XID_A, NPROC, 0, 1ULL << 63));
	expect(NPROC, 0, VLIM_INFINITY, "what cannot be reached");
	must(limit_set(XID_A, NPROC, 0, 0));
	expect(NPROC, 0, 0, "zero");
	must(limit_set(XID_A, NPROC, 1ULL << 40, (1ULL << 62) + 1));
	expect(NPROC, 1ULL << 40, (1ULL << 62) + 1, "large");
	expect(NOFILE, VLIM_INFINITY, VLIM_INFINITY, "another id");
}

#ifdef __x86_64__
struct packed_rlimit {
	uint32_t id;
	uint64_t minimum, softlimit, maximum;
} __attribute__((packed));

/* The same numbers at other places. */
static void test_int80(void)
{
	struct packed_rlimit *r = puppet_shared(sizeof(*r) + 8);

	start();
	is(sizeof(*r), 28, "size");
	memset(r, 0x5a, sizeof(*r) + 8);
	r->id = LOCKS;
	r->softlimit = 0x1122334455667788;
	r->maximum = 0x2233445566778899;
	ok_call(vs_call_int80(VCMD_set_rlimit, XID_A, r), "set");
	expect(LOCKS, 0x1122334455667788, 0x2233445566778899, "as 64 bits");
	memset(r, 0x5a, sizeof(*r) + 8);
	r->id = LOCKS;
	ok_call(vs_call_int80(VCMD_get_rlimit, XID_A, r), "get");
	is(r->id, LOCKS, "id");
	is(r->minimum, 0, "minimum");
	is(r->softlimit, 0x1122334455667788, "soft");
	is(r->maximum, 0x2233445566778899, "hard");
	is(((char *)r)[28], 0x5a, "nothing behind");
	r->id = 5;
	ok_errno(vs_call_int80(VCMD_get_rlimit, XID_A, r), EINVAL, "bad id");
	r->softlimit = r->maximum = VLIM_KEEP;
	r->id = LOCKS;
	ok_call(vs_call_int80(VCMD_set_rlimit, XID_A, r), "keep");
	expect(LOCKS, 0x1122334455667788, 0x2233445566778899, "kept");
	r->softlimit = r->maximum = VLIM_INFINITY;
	ok_call(vs_call_int80(VCMD_set_rlimit, XID_A, r), "infinity");
	expect(LOCKS, VLIM_INFINITY, VLIM_INFINITY, "infinite");
}
#endif

/* --- threads --- */

static long do_forks(long n, long b, long c)
{
	long done = 0;

	(void)b, (void)c;
	while (n--) {
		pid_t pid = fork();

		if (!pid)
			for (;;)
				pause();
		if (pid < 0)
			break;
		done++;
	}
	return done;
}

static void *sleeper(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static long do_threads(long n, long b, long c)
{
	long done = 0;
	pthread_t t;

	(void)b, (void)c;
	while (n-- && !pthread_create(&t, NULL, sleeper, NULL))
		done++;
	return done;
}

static long do_errno_of_fork(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

static long do_kill_children(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	signal(SIGTERM, SIG_DFL);
	while (wait(NULL) > 0)
		;
	return 0;
}

static long do_own_group(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return setsid();
}

static void test_nproc(void)
{
	struct puppet more;

	start();
	must(ask(&a, do_own_group));
	must(limit_max(XID_A, NPROC, 6));
	is(ask(&a, do_forks, 100), 5, "processes up to the limit");
	is(limit_used(XID_A, NPROC), 6, "in use");
	is(limit_hits(XID_A, NPROC), 1, "one was refused");
	ok_errno(ask(&a, do_errno_of_fork), EAGAIN, "how it fails");
	is(limit_hits(XID_A, NPROC), 2, "another");
	more = puppet_member(XID_A, 0);
	is(limit_used(XID_A, NPROC), 7, "the host enters all the same");
	ok_errno(ask(&more, do_errno_of_fork), EAGAIN, "but cannot fork there");
	puppet_end(&more);
	is(limit_stat(XID_A, NPROC).maximum, 7, "most");
	must(limit_max(XID_A, NPROC, 7));
	is(ask(&a, do_errno_of_fork) > 0, 1, "one more is permitted");
	must(limit_max(XID_A, NPROC, 2));
	ok_errno(ask(&a, do_errno_of_fork), EAGAIN, "a limit below the use");
	ask(&a, do_kill_children);
	is(limit_used(XID_A, NPROC), 1, "the children are gone");
	is(ask(&a, do_forks, 2), 1, "up to the new limit");
	ask(&a, do_kill_children);

	must(limit_max(XID_A, NPROC, 10));
	is(ask(&a, do_threads, 100), 9, "threads count, too");
	is(limit_used(XID_A, NPROC), 10, "with their process");
	must(vs_set_flags(XID_A, VXF_PERSISTENT, VXF_PERSISTENT));
	is(limit_used(XID_A, NPROC), 10, "PERSISTENT is no thread");
	must(limit_max(XID_A, NPROC, 11));
	is(ask(&a, do_threads, 100), 1, "nor in the way of one");
	puppet_end(&a);
	is(limit_used(XID_A, NPROC), 0, "all gone");
	is(limit_stat(XID_A, NPROC).maximum, 11, "most that were");
	is(limit_stat(XID_A, NPROC).minimum, 0, "least");
}

static void test_minmax(void)
{
	struct vcmd_rlimit_stat s;

	start();
	must(ask(&a, do_own_group));
	ask(&a, do_forks, 9);
	s = limit_stat(XID_A, NPROC);
	ok(s.value == 10 && s.minimum == 0 && s.maximum == 10, "%d, %d to %d",
	   (int)s.value, (int)s.minimum, (int)s.maximum);
	ask(&a, do_kill_children);
	ask(&a, do_forks, 3);
	s = limit_stat(XID_A, NPROC);
	ok(s.value == 4 && s.minimum == 0 && s.maximum == 10, "less");
	must(vs_native(VCMD_reset_minmax, XID_A, NULL));
	s = limit_stat(XID_A, NPROC);
	ok(s.value == 4 && s.minimum == 4 && s.maximum == 4, "reset");
	ask(&a, do_kill_children);
	ask(&a, do_forks, 5);
	s = limit_stat(XID_A, NPROC);
	ok(s.value == 6 && s.minimum == 1 && s.maximum == 6, "after reset");

	must(limit_max(XID_A, NPROC, 6));
	ask(&a, do_errno_of_fork);
	is(limit_hits(XID_A, NPROC), 1, "hit");
	must(vs_native(VCMD_reset_hits, XID_A, NULL));
	is(limit_hits(XID_A, NPROC), 0, "reset hits");
	is(limit_stat(XID_A, NPROC).maximum, 6, "reset nothing else");
}

int main(void)
{
	run("mask", test_mask);
	run("ids", test_ids);
	run("values", test_values);
#ifdef __x86_64__
	run("int80", test_int80);
#endif
	run("nproc", test_nproc);
	run("minmax", test_minmax);
	return ktap_exit();
}
