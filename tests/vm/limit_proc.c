// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what is told about a context's use of the machine: the files limit,
 * sched, cacct, nsproxy and nsproxy1 to the byte, statistics without a limit,
 * and the bias of the OOM killer.
 */
#include "limit.h"
#include "puppet.h"

#include <regex.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/utsname.h>

static struct puppet a;

static void start(void)
{
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

static void like(const char *text, const char *pattern, const char *name)
{
	char full[4096];
	regex_t re;
	bool good;

	snprintf(full, sizeof(full), "^%s$", pattern);
	must(regcomp(&re, full, REG_EXTENDED | REG_NOSUB) ? -1 : 0);
	good = text && !regexec(&re, text, 0, NULL, 0);
	if (!good)
		diag("\"%s\" is not like \"%s\"", text ? text : "(null)", full);
	ktap_ok(good, "%s", name);
	regfree(&re);
}

/* A row of limit; its numbers in ROW. */
static bool row(const char *name, long long row[6])
{
	char key[16], *s;

	snprintf(key, sizeof(key), "\n%s:\t", name);
	s = strstr(slurp("/proc/virtual/%d/limit", XID_A), key);
	return s && sscanf(s + strlen(key), "%lld\t%lld/%lld\t%lld/%lld\t"
			   "%lld", &row[0], &row[1], &row[2], &row[3],
			   &row[4], &row[5]) == 6;
}

static void test_limit(void)
{
	static const char *const names[] = {
		"PROC", "VM", "VML", "RSS", "ANON", "RMAP", "FILES", "OFD",
		"LOCKS", "SOCK", "MSGQ", "SHM", "SEMA", "SEMS", "DENT",
	};
	char want[2048] = "Limit\t current\t     min/max\t\t    soft/hard\t\thits\n";
	long long r[6];
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(names); i++)
		sprintf(want + strlen(want), "%s:\t( *[0-9]+)\t( *[0-9]+)/"
			"( *[0-9]+)\t      -1/      -1\t     0\n", names[i]);
	like(slurp("/proc/virtual/%d/limit", XID_A), want, "format");
	must(limit_set(XID_A, NPROC, 12, 34));
	must(limit_set(XID_A, LOCKS, VLIM_KEEP, 123456789));
	like(strtok(slurp("/proc/virtual/%d/limit", XID_A), "\n") ?
	     strtok(NULL, "\n") : NULL,
	     "PROC:\t       1\t       0/       1\t      12/      34\t     0",
	     "a limit");
	ok(row("LOCKS", r) && r[3] == 123456789 && r[4] == 123456789,
	   "a wide number");
	ok(row("FILES", r) && r[0] == limit_used(XID_A, NOFILE) &&
	   r[3] == -1 && r[4] == -1, "no limit");
	ok(row("RSS", r) && r[0] > 10 && r[1] == r[0] && r[2] == r[0] &&
	   r[4] == -1, "counted when asked");
}

static long do_shm(long pages, long y, long z)
{
	(void)y, (void)z;
	return shmget(IPC_PRIVATE, pages * 4096, 0600);
}

static long do_sem(long n, long y, long z)
{
	(void)y, (void)z;
	return semget(IPC_PRIVATE, n, 0600);
}

static long do_map(long pages, long touch, long z)
{
	char *p = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)z;
	if (p == MAP_FAILED)
		return -1;
	if (touch)
		memset(p, 1, pages * 4096);
	return 0;
}

static long do_mlock(long pages, long y, long z)
{
	(void)y, (void)z;
	return mlock(mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages * 4096);
}

static long do_dups(long n, long y, long z)
{
	(void)y, (void)z;
	while (n--)
		if (dup(0) < 0)
			return -1;
	return 0;
}

/* More of ID by about MORE after the order. */
#define grows(id, more, ...) ({						\
	long before_ = limit_used(XID_A, id), after_;			\
	must(ask(&a, __VA_ARGS__));					\
	after_ = limit_used(XID_A, id);					\
	if (after_ - before_ < (more) || after_ - before_ > (more) + 200) \
		diag("%ld, then %ld", before_, after_);			\
	after_ - before_ >= (more) && after_ - before_ <= (more) + 200; })

static void test_usage(void)
{
	struct vcmd_rlimit_stat s;
	struct puppet b;
	long vm;

	start();
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	vm = limit_used(XID_B, RLIMIT_AS);
	ok(grows(RLIMIT_AS, 5000, do_map, 5000, 0), "address space");
	ok(grows(RLIMIT_RSS, 3000, do_map, 3000, 1), "resident");
	ok(grows(VLIM_ANON, 3000, do_map, 3000, 1), "anonymous");
	ok(grows(RLIMIT_MEMLOCK, 4, do_mlock, 4), "locked");
	is(limit_used(XID_A, RLIMIT_MEMLOCK), 4, "locked to the page");
	ok(limit_used(XID_A, VLIM_MAPPED) > 0, "mapped files");
	ok(grows(VLIM_OPENFD, 50, do_dups, 50), "descriptors");
	is(limit_used(XID_A, VLIM_SHMEM), 0, "no shared memory yet");
	must(ask(&a, do_shm, 25));
	is(limit_used(XID_A, VLIM_SHMEM), 25, "shared memory");
	must(ask(&a, do_sem, 7));
	must(ask(&a, do_sem, 8));
	is(limit_used(XID_A, VLIM_SEMARY), 2, "arrays of semaphores");
	is(limit_used(XID_A, VLIM_NSEMS), 15, "semaphores");
	is(limit_used(XID_B, VLIM_NSEMS) + limit_used(XID_B, VLIM_SHMEM), 0,
	   "not another's");
	is(limit_used(XID_B, RLIMIT_AS), vm, "nor its memory");
	s = limit_stat(XID_A, RLIMIT_AS);
	ok(s.minimum == s.value && s.maximum == s.value && !s.hits,
	   "no extremes");
	puppet_end(&b);
}

static long do_spin(long x, long y, long z)
{
	struct timespec t;

	(void)x, (void)y, (void)z;
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while (t.tv_sec < 1);
	return 0;
}

static void test_sched(void)
{
	long long user, sys, hold, sum = 0;
	char *s;
	int cpu, bias, n, cpus = 0;

	start();
	like(slurp("/proc/virtual/%d/sched", XID_A), "PrioBias:\t       0\n"
	     "(cpu [0-9]+: [0-9]+ [0-9]+ 0 0\n)+", "format");
	must(ask(&a, do_spin));
	s = strchr(slurp("/proc/virtual/%d/sched", XID_A), '\n') + 1;
	while (sscanf(s, "cpu %d: %lld %lld %lld %d\n%n", &cpu, &user, &sys,
		      &hold, &bias, &n) == 5) {
		sum += user + sys;
		is(cpu, cpus++, "cpu");
		s += n;
	}
	is(cpus, sysconf(_SC_NPROCESSORS_ONLN), "all of them");
	/* by ticks: not to the hundredth of a second */
	ok(sum > 60 && sum < 200, "a second was used: %lld", sum);
}

static void test_cacct(void)
{
	start();
	like(slurp("/proc/virtual/%d/cacct", XID_A),
	     "Type\t    recv #/bytes\t\t   send #/bytes\t\t    fail #/bytes\n"
	     "UNSPEC:(\t *[0-9]+/[0-9]+ *){3}\nUNIX:(\t *[0-9]+/[0-9]+ *){3}\n"
	     "INET:(\t *[0-9]+/[0-9]+ *){3}\nINET6:(\t *[0-9]+/[0-9]+ *){3}\n"
	     "PACKET:(\t *[0-9]+/[0-9]+ *){3}\n"
	     "OTHER:(\t *[0-9]+/[0-9]+ *){3}\n\n"
	     "slab:\t( +[0-9]+){4}\n\n"
	     "page\\[0\\]:\t( +[0-9]+){8}\npage\\[1\\]:\t( +[0-9]+){8}\n"
	     "page\\[2\\]:\t( +[0-9]+){8}\npage\\[3\\]:\t( +[0-9]+){8}\n"
	     "page\\[4\\]:\t( +[0-9]+){8}\n", "format");
}

/* A hashed address, or what stands for it until there is a random number. */
#define ADDRESS	"([0-9a-f]+|\\(____ptrval____\\))"

static void test_nsproxy(void)
{
	char want[2048], mnt[64];
	struct utsname u;
	ssize_t n;

	start();
	must(uname(&u));
	n = must(readlink("/proc/self/ns/mnt", mnt, sizeof(mnt) - 1));
	mnt[n] = 0;
	is_str(slurp("/proc/virtual/%d/nsproxy1", XID_A), "", "nothing stored");
	/* its own names and IPC were stored when it was created */
	snprintf(want, sizeof(want), "NSProxy:\t" ADDRESS " \\[" ADDRESS ","
		 ADDRESS ",0{16}\\]\n"
		 "SysName:\t%s\nNodeName:\t.*\nRelease:\t%s\nVersion:\t.*\n"
		 "Machine:\t%s\nDomainName:\t.*\n"
		 "SEMS:\t\t[0-9]+ [0-9]+ [0-9]+ [0-9]+  0\n"
		 "MSG:\t\t[0-9]+ [0-9]+ [0-9]+\n"
		 "SHM:\t\t[0-9]+ [0-9]+  [0-9]+ 3\n", u.sysname, u.release,
		 u.machine);
	must(ask(&a, do_shm, 3));
	like(slurp("/proc/virtual/%d/nsproxy", XID_A), want, "names and IPC");
	must(vs_spaces(VCMD_set_space, XID_A, CLONE_NEWNS, 1));
	snprintf(want, sizeof(want), "NSProxy:\t" ADDRESS " \\[0{16},"
		 "0{16}," ADDRESS "\\]\nNamespace:\t" ADDRESS " \\[#%s\n",
		 strchr(mnt, '[') + 1);
	like(slurp("/proc/virtual/%d/nsproxy1", XID_A), want,
	     "mounts of the other set");
}

static int score(pid_t pid)
{
	char *s = slurp("/proc/%d/oom_score", pid);

	return s ? atoi(s) : -1;
}

static long set_badness(int64_t bias)
{
	struct vcmd_badness b = { bias };

	return vs_native(VCMD_set_badness, XID_A, &b);
}

static long do_score(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return score(getpid());
}

static void test_badness(void)
{
	static const int64_t values[] = {
		0, 1, -1, 1000, -1000, 300, INT64_MAX, INT64_MIN,
	};
	struct vcmd_badness b;
	char want[64];
	unsigned int i;
	int mine = score(getpid());
	long plain, biased;

	start();
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		must(set_badness(values[i]));
		b.bias = 4711;
		must(vs_native(VCMD_get_badness, XID_A, &b));
		ok(b.bias == values[i], "get what was set: %lld",
		   (long long)values[i]);
		snprintf(want, sizeof(want), "OOM:\t%lld\n",
			 (long long)values[i]);
		ok(strstr(slurp("/proc/virtual/%d/info", XID_A), want),
		   "info shows it");
	}
	/* two thirds of 1000 for a process of no size, and a little rounding */
	must(set_badness(0));
	plain = ask(&a, do_score);
	ok(plain >= 666 && plain < 690, "no bias: %ld", plain);
	must(set_badness(300));
	biased = ask(&a, do_score);
	ok(biased >= plain + 198 && biased <= plain + 202,
	   "two thirds of 300 more: %ld", biased);
	must(set_badness(INT64_MAX));
	ok(ask(&a, do_score) >= 1320, "more than all: %ld", ask(&a, do_score));
	must(set_badness(INT64_MIN));
	ok(ask(&a, do_score) < 30, "less than nothing: %ld", ask(&a, do_score));
	is(score(getpid()), mine, "the host's is as before");
}

int main(void)
{
	run("limit", test_limit);
	run("usage", test_usage);
	run("sched", test_sched);
	run("cacct", test_cacct);
	run("nsproxy", test_nsproxy);
	run("badness", test_badness);
	return ktap_exit();
}
