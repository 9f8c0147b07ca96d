// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the fuzzer of the system call: every command with random structures,
 * ids and pointers, from the host, from guests in and after setup, from the
 * spectator, from users without power, from several threads at a time, through
 * all entries of the kernel. Nothing that happens may make the kernel complain
 * (which the runner notices), reach the host, or leave a context behind.
 *
 * It runs for a bounded time; a longer run, and the same one again:
 *
 *	FUZZ_SECONDS=600 FUZZ_SEED=7 ./vm check fuzz debug
 */
#include "abi.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#define WORKERS		6
#define ACTIONS		40	/* of one process, at most */
#define IDS		8
#define FIRST_ID	1000
#define BYTES		256

struct counts {
	unsigned long calls[ABI_COMMANDS], good[ABI_COMMANDS];	/* for each line of abi[] */
	unsigned long unknown, lives, total;
	unsigned long errors[256];		/* by errno */
};

static struct counts *counts;
static time_t deadline, patience;
static unsigned int seed;

static void count(unsigned long *n)
{
	__atomic_add_fetch(n, 1, __ATOMIC_RELAXED);
}

/* So many calls that each command has met with success, most likely. */
#define ENOUGH		(ABI_COMMANDS * 100UL)

/* A busy host gets more time, but not for ever. */
static bool over(void)
{
	time_t now = time(NULL);

	return now >= deadline &&
		(now >= patience ||
		 __atomic_load_n(&counts->total, __ATOMIC_RELAXED) >= ENOUGH);
}

/* xorshift; one state for each thread, so that a seed gives one sequence */
static __thread uint64_t rnd_state;

static uint64_t rnd64(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static unsigned int rnd(unsigned int n)
{
	return (rnd64() >> 20) % n;
}

static void rnd_init(unsigned int a, unsigned int b)
{
	rnd_state = (seed + 1) * 0x9e3779b97f4a7c15ULL + ((uint64_t)a << 32) + b;
	rnd64();
	rnd64();
}

/* Most ids are of contexts that somebody may have created. */
static uint32_t rnd_id(void)
{
	static const uint32_t odd[] = {
		0, 1, 2, 3, VS_XID_DYNAMIC, VS_XID_MAX, VS_XID_MAX + 1,
		0x7fffffff, 0x80000000, (uint32_t)-3,
	};

	switch (rnd(16)) {
	case 0:
		return odd[rnd(ARRAY_SIZE(odd))];
	case 1:
		return getpid();
	case 2:
		return rnd64();
	case 3: case 4: case 5:
		return -1 - rnd(2);
	default:
		return FIRST_ID + rnd(IDS);
	}
}

/* Values as programs and attackers choose them. */
static uint64_t rnd_word(void)
{
	switch (rnd(8)) {
	case 0:
		return 0;
	case 1:
		return ~0ULL;
	case 2:
		return 1ULL << rnd(64);
	case 3:
		return ~(1ULL << rnd(64));
	case 4:
		return rnd(100);
	case 5:
		return VXF_ONE_TIME | 1ULL << rnd(64);
	case 6:
		return rnd64() & rnd64() & rnd64();
	default:
		return rnd64();
	}
}

static void rnd_data(const struct abi *c, void *data)
{
	uint64_t *words = data;
	unsigned int i;

	if (rnd(3) == 0) {
		abi_good(c, data);
		if (rnd(2))
			((unsigned char *)data)[rnd(c->size + 1)] ^= 1 << rnd(8);
	} else if (rnd(2)) {
		for (i = 0; i < BYTES / sizeof(*words); i++)
			words[i] = rnd_word();
	} else {
		for (i = 0; i < BYTES / 4; i++)
			((uint32_t *)data)[i] = rnd(4) ? rnd(16) : rnd_word();
	}
}

/* Two pages and a hole behind them, below 4 GiB. */
static char *pages;

static void *rnd_pointer(const struct abi *c, void *data)
{
	char *end = pages + 2 * getpagesize();

	switch (rnd(24)) {
	case 0:
		return NULL;
	case 1:
		return end;
	case 2:
		return (void *)(uintptr_t)(rnd64() & 0xffffffff);
	case 3:			/* cut off in the middle */
		return end - rnd(c->size + 1);
	case 4:			/* the last bytes there are, perhaps unaligned */
		memcpy(end - c->size, data, c->size);
		return end - c->size;
	default:
		return data;
	}
}

static void call_once(void *data)
{
	unsigned int i = rnd(ABI_COMMANDS + 1);
	const struct abi *c;
	long ret;

	if (i == ABI_COMMANDS) {
		uint32_t cmd = rnd(2) ? abi[rnd(ABI_COMMANDS)].cmd ^
			1U << rnd(32) : rnd64();

		if (!abi_known(cmd)) {
			vserver(cmd, rnd_id(), data);
			count(&counts->unknown);
		}
		return;
	}
	c = &abi[i];
	rnd_data(c, data);
#ifdef __x86_64__
	vs_int80 = rnd(4) == 0;
#endif
	errno = 0;
	ret = vserver(c->cmd, rnd_id(), rnd_pointer(c, data));
	count(&counts->calls[i]);
	count(&counts->total);
	if (ret >= 0)
		count(&counts->good[i]);
	else
		count(&counts->errors[errno & 255]);
}

static char *thread_data[3];

static void *thread(void *arg)
{
	int i;

	rnd_init((uintptr_t)arg, getpid());
	for (i = 0; i < 10; i++)
		call_once(thread_data[(uintptr_t)arg]);
	return NULL;
}

static void use_threads(void)
{
	pthread_t t[2];
	uintptr_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		if (!pthread_create(&t[n], NULL, thread, (void *)(i + 1)))
			n++;
	for (i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

static void read_files(void)
{
	static const char *const files[] = {
		"/proc/virtual/status", "/proc/virtual/%u/status",
		"/proc/virtual/%u/info", "/proc/virtual/%u/cvirt",
		"/proc/self/vinfo", "/proc/self/ninfo", "/proc/self/status",
	};

	slurp(files[rnd(ARRAY_SIZE(files))], FIRST_ID + rnd(IDS));
}

static void live(unsigned int depth);

/* What happens in a process besides. */
static void do_something(unsigned int depth)
{
	static const int spaces[] = {
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID,
		CLONE_NEWNET, CLONE_FS | CLONE_NEWNS, CLONE_FILES,
	};
	pid_t pid;

	switch (rnd(10)) {
	case 0:
		unshare(spaces[rnd(ARRAY_SIZE(spaces))]);
		break;
	case 1:
		use_threads();
		break;
	case 2: case 3:
		read_files();
		break;
	case 4:
		if (rnd(6) == 0 && setresuid(1000, 1000, 1000))
			_exit(1);
		break;
	case 5:
		caps_drop(rnd_word());
		break;
	case 6:
		setsid();
		break;
	case 7:
		if (rnd(8) == 0)
			raise(SIGKILL);
		break;
	default:
		if (depth >= 2)
			break;
		pid = fork();
		if (!pid) {
			rnd_init(depth + 100, getpid() + rnd(1000));
			live(depth + 1);
		} else if (pid > 0 && rnd(2)) {
			waitpid(pid, NULL, 0);
		}
	}
}

static void on_alarm(int sig)
{
	(void)sig;
	_exit(0);
}

/*
 * One process; it ends in any case, also while waiting for a context. By a
 * handler: the init of a context is not killed by a signal of its own.
 */
static void live(unsigned int depth)
{
	int i, n = 1 + rnd(ACTIONS);

	signal(SIGALRM, on_alarm);
	alarm(2 + ktap_slowness() / 2);
	for (i = 0; i < n && !over(); i++) {
		if (rnd(4))
			call_once(thread_data[0]);
		else
			do_something(depth);
	}
	_exit(0);
}

/* What a process left behind in a context that is on hold, for one. */
static void kill_contexts(void)
{
	unsigned long xid;
	struct dirent *e;
	DIR *dir = opendir("/proc/virtual");

	must(dir ? 0 : -1);
	while ((e = readdir(dir))) {
		xid = strtoul(e->d_name, NULL, 10);
		if (xid < 2)
			continue;
		vs_kill(xid, 1, SIGKILL);
		vs_kill(xid, 0, SIGKILL);
	}
	closedir(dir);
}

/*
 * A process that the token bucket of its context holds gets no signal but the
 * last: it is not the process itself that sees to its end then. If it is a
 * member, it is not its parent's kill(2), either.
 */
static void wait_or_kill(pid_t pid)
{
	int status;

	if (ktap_wait(pid, 3 + ktap_slowness(), &status))
		return;
	do {
		kill(pid, SIGKILL);
		kill_contexts();
	} while (!ktap_wait(pid, 0, &status));
}

static void worker(unsigned int nr)
{
	unsigned int life = 0;
	pid_t pid;

	while (!over()) {
		pid = fork();
		if (!pid) {
			rnd_init(nr, life);
			live(0);
		}
		if (pid > 0)
			wait_or_kill(pid);
		else
			usleep(1000);
		count(&counts->lives);
		life++;
	}
	_exit(0);
}

static void prepare_memory(void)
{
	size_t page = getpagesize();
	int i;

	pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | VS_LOW, -1, 0);
	must(pages == MAP_FAILED ? -1 : 0);
	must(munmap(pages + 2 * page, page));
	for (i = 0; i < (int)ARRAY_SIZE(thread_data); i++)
		thread_data[i] = pages + i * 1024;
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(counts == MAP_FAILED ? -1 : 0);
}

/* Every command was called, and the way it is meant to be called was met. */
static void check_counts(void)
{
	unsigned int i, reached = 0;

	for (i = 0; i < (unsigned int)ABI_COMMANDS; i++) {
		if (counts->good[i])
			reached++;
		else
			diag("never successful: %s, %lu calls", abi[i].name,
			     counts->calls[i]);
	}
	diag("%lu calls, %lu processes, %lu unknown commands, seed %u",
	     counts->total, counts->lives, counts->unknown, seed);
	ok(reached * 10 >= ABI_COMMANDS * 8U, "%u of %d commands succeeded",
	   reached, ABI_COMMANDS);
	ok(counts->errors[EFAULT] && counts->errors[ESRCH] &&
	   counts->errors[EPERM] && counts->errors[EINVAL] &&
	   counts->errors[EBUSY] && counts->errors[ENOSYS],
	   "and failed in each of the usual ways");
}

static int number(const char *name)
{
	char *s = strstr(slurp("/proc/virtual/status"), name);

	return s ? atoi(s + strlen(name)) : -1;
}

static void test_fuzz(void)
{
	const char *seconds = getenv("FUZZ_SECONDS"), *s = getenv("FUZZ_SEED");
	struct utsname before, after;
	int i;

	seed = s ? (unsigned int)atoi(s) : (unsigned int)time(NULL);
	deadline = time(NULL) + (seconds ? atoi(seconds) :
				 ktap_slowness() > 1 ? 20 : 10);
	patience = deadline + 120;
	uname(&before);
	for (i = 0; i < WORKERS; i++)
		if (!must(fork()))
			worker(i);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	check_counts();

	kill_contexts();
	ok(eventually(vs_all_gone() && number("#CTotal:\t") == 0),
	   "no context is left");
	uname(&after);
	ok(!memcmp(&before, &after, sizeof(before)), "the host kept its names");
	is(vs_task_xid(0), 0, "and its own context");
	is_child(vs_become(XID_A, 0, GUEST_CAPS), 0, "a guest can be made");
}

int main(void)
{
	/* The counters are there before the processes that share them. */
	prepare_memory();
	ktap_run_limit("fuzz", test_fuzz, 3600);
	return ktap_exit();
}
