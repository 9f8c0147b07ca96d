/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the form of a test program: cases, checks, their results as KTAP.
 *
 *	static void test_lookup(void)
 *	{
 *		int fd = must(open("/proc", O_RDONLY));
 *
 *		ok(fd > 2, "proc has a descriptor");
 *		is(getuid(), 0, "we are root");
 *		ok_errno(kill(1, 99), EINVAL, "signal 99 does not exist");
 *		ok_call(close(fd), "close");
 *	}
 *
 *	int main(void)
 *	{
 *		ktap_run("lookup", test_lookup);
 *		return ktap_exit();
 *	}
 *
 * Each check is a case of the result; the plan is printed at the end, so a
 * program that ends early has failed. What did not hold is said before the
 * "not ok" line. `must` is for preconditions: it ends the current case of
 * ktap_run (or the program) as a failure that tells call and errno.
 *
 * ktap_run() runs a function in a process of its own with a time limit and
 * kills the process group at the end; its checks count as if made here. Wait
 * for states with `eventually`, not by sleeping.
 */
#ifndef KTAP_H
#define KTAP_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "errname.h"

#ifndef KTAP_TIMEOUT
#define KTAP_TIMEOUT	60	/* seconds of a ktap_run, times VM_SLOWNESS */
#endif

/* Shared by the processes of one test, so that they count together. */
struct ktap_state {
	unsigned int cases;
	unsigned int failed;
};

static struct ktap_state *ktap_state;
static const char *ktap_prefix = "";

#define KTAP_UNUSED __attribute__((unused))
#define KTAP_PRINTF(a, b) __attribute__((unused, format(printf, a, b)))

static inline struct ktap_state *ktap_init(void)
{
	if (ktap_state)
		return ktap_state;
	ktap_state = mmap(NULL, sizeof(*ktap_state), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ktap_state == MAP_FAILED) {
		printf("Bail out! mmap: %s\n", strerror(errno));
		_exit(1);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n");
	return ktap_state;
}

/* How many times slower than the test kernel this one is (the runner says). */
static inline unsigned int ktap_slowness(void)
{
	const char *s = getenv("VM_SLOWNESS");

	return s && atoi(s) > 0 ? atoi(s) : 1;
}

/* The kernel that runs the test: "test", "debug" or "vanilla". */
static inline const char *ktap_kernel(void)
{
	const char *s = getenv("VM_KERNEL");

	return s ? s : "";
}

/* A line for the reader, "# " before it; shown with the next failure. */
KTAP_PRINTF(1, 2)
static void diag(const char *format, ...)
{
	char line[1024];
	va_list ap;

	ktap_init();
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	printf("# %s\n", line);
}

/* Prints one result line; SKIP is a reason or NULL. Returns GOOD. */
static inline bool ktap_result(bool good, const char *skip, const char *format,
			       va_list ap)
{
	struct ktap_state *s = ktap_init();
	unsigned int n = __atomic_add_fetch(&s->cases, 1, __ATOMIC_SEQ_CST);
	char name[512], line[1200];
	size_t i;

	if (!good)
		__atomic_add_fetch(&s->failed, 1, __ATOMIC_SEQ_CST);
	vsnprintf(name, sizeof(name), format, ap);
	for (i = 0; name[i]; i++)
		if (name[i] == '\n' || name[i] == '#')
			name[i] = ' ';
	snprintf(line, sizeof(line), "%s %u - %s%s%s%s%s\n",
		 good ? "ok" : "not ok", n, ktap_prefix,
		 ktap_prefix[0] ? ": " : "", name, skip ? " # SKIP " : "",
		 skip ? skip : "");
	fputs(line, stdout);
	return good;
}

KTAP_PRINTF(2, 3)
static bool ktap_ok(bool good, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ktap_result(good, NULL, format, ap);
	va_end(ap);
	return good;
}

/* A case that cannot be tried here. */
KTAP_PRINTF(2, 3)
static void skip(const char *reason, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ktap_result(true, reason, format, ap);
	va_end(ap);
}

#define KTAP_WHERE	"%s:%d: "
#define KTAP_HERE	__FILE__, __LINE__

/* ok(CONDITION, NAME...): the condition holds. */
#define ok(cond, ...) ({						\
	bool ok_ = !!(cond);						\
	if (!ok_)							\
		diag(KTAP_WHERE "%s", KTAP_HERE, #cond);		\
	ktap_ok(ok_, __VA_ARGS__); })

/* is(GOT, WANTED, NAME...): two integers are equal. */
#define is(got, want, ...) ({						\
	long long got_ = (long long)(got), want_ = (long long)(want);	\
	if (got_ != want_)						\
		diag(KTAP_WHERE "%s is %lld (%#llx), not %lld (%#llx)",	\
		     KTAP_HERE, #got, got_, got_, want_, want_);	\
	ktap_ok(got_ == want_, __VA_ARGS__); })

/* is_str(GOT, WANTED, NAME...): two strings are equal. */
#define is_str(got, want, ...) ({					\
	const char *got_ = (got), *want_ = (want);			\
	bool same_ = got_ && !strcmp(got_, want_);			\
	if (!same_)							\
		diag(KTAP_WHERE "%s is \"%s\", not \"%s\"", KTAP_HERE,	\
		     #got, got_ ? got_ : "(null)", want_);		\
	ktap_ok(same_, __VA_ARGS__); })

/* ok_call(CALL, NAME...): a call did not return -1. */
#define ok_call(call, ...) ({						\
	long ret_ = (long)(call);					\
	int err_ = errno;						\
	if (ret_ == -1)							\
		diag(KTAP_WHERE "%s: %s", KTAP_HERE, #call,		\
		     strerror(err_));					\
	ktap_ok(ret_ != -1, __VA_ARGS__);				\
	ret_; })

/* ok_errno(CALL, ERRNO, NAME...): a call failed in this very way. */
#define ok_errno(call, want, ...) ({					\
	long ret_ = (errno = 0, (long)(call));				\
	int err_ = errno, want_ = (want);				\
	bool good_ = ret_ == -1 && err_ == want_;			\
	if (!good_ && ret_ != -1)					\
		diag(KTAP_WHERE "%s returned %ld, not %s", KTAP_HERE,	\
		     #call, ret_, errname(want_));			\
	else if (!good_)						\
		diag(KTAP_WHERE "%s: %s, not %s", KTAP_HERE, #call,	\
		     errname(err_), errname(want_));		\
	ktap_ok(good_, __VA_ARGS__); })

/* must(CALL): returns what the call returns; -1 ends the case as failed. */
#define must(call) ({							\
	long ret_ = (long)(call);					\
	if (ret_ == -1) {						\
		diag(KTAP_WHERE "%s: %s", KTAP_HERE, #call,		\
		     strerror(errno));					\
		ktap_give_up(#call);					\
	}								\
	ret_; })

/* eventually(CONDITION): true as soon as it holds, false after ten seconds. */
#define eventually(cond) ({						\
	bool held_ = false;						\
	int left_ = 1000 * (int)ktap_slowness();			\
	while (!(held_ = !!(cond)) && left_-- > 0)			\
		usleep(10000);						\
	held_; })

KTAP_UNUSED __attribute__((noreturn)) static void ktap_give_up(const char *what)
{
	ktap_ok(false, "precondition %s", what);
	if (!ktap_prefix[0])	/* not in a ktap_run: nothing follows */
		printf("Bail out! %s\n", what);
	exit(ktap_prefix[0] ? 0 : 1);
}

/* Waits until a child has ended or the limit (seconds) is over. */
KTAP_UNUSED static bool ktap_wait(pid_t pid, unsigned int limit, int *status)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > (time_t)limit)
			return false;
		usleep(2000);
	}
}

/* Runs a function with checks in a process of its own. */
KTAP_UNUSED static void ktap_run_limit(const char *name, void (*test)(void),
				       unsigned int limit)
{
	unsigned int before = ktap_init()->cases;
	int status = 0;
	pid_t pid;
	bool ended;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		ktap_prefix = name;
		test();
		exit(0);
	}
	if (pid < 0) {
		ktap_ok(false, "%s: fork: %s", name, strerror(errno));
		return;
	}
	setpgid(pid, pid);
	ended = ktap_wait(pid, limit * ktap_slowness(), &status);
	kill(-pid, SIGKILL);
	if (!ended) {
		ktap_wait(pid, 1, &status);	/* a context may shield it */
		ktap_ok(false, "%s: not over after %u s", name,
			limit * ktap_slowness());
	} else if (WIFSIGNALED(status)) {
		ktap_ok(false, "%s: died of signal %d", name, WTERMSIG(status));
	} else if (WEXITSTATUS(status)) {
		ktap_ok(false, "%s: exit status %d", name, WEXITSTATUS(status));
	} else if (before == ktap_state->cases) {
		ktap_ok(true, "%s", name);
	}
}

KTAP_UNUSED static void ktap_run(const char *name, void (*test)(void))
{
	ktap_run_limit(name, test, KTAP_TIMEOUT);
}

/* Prints the plan; the answer is the exit status of the program. */
KTAP_UNUSED static int ktap_exit(void)
{
	struct ktap_state *s = ktap_init();

	printf("1..%u\n", s->cases);
	fflush(stdout);
	return s->failed ? 1 : 0;
}

#endif
