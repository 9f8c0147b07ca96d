// SPDX-License-Identifier: GPL-2.0
/*
 * The test runner: process 1 of a test boot.
 *
 * Owns the protocol on the result port. Runs the tests of /vm/run/tests one
 * after the other, each in a session and an empty directory of its own, with
 * a time limit; copies their output; after each looks at what is new in the
 * kernel log; ends with "VM DONE", without which nothing has passed.
 *
 *	VM BOOT RELEASE
 *	VM TEST NAME
 *	| a line of output
 *	VM KMSG ! a line of the kernel log that matches kmsg.patterns
 *	VM KMSG a line around it
 *	VM END NAME HOW CENTISECONDS	(HOW: exit:N, signal:N or timeout)
 *	VM ALIVE			(every five seconds)
 *	VM DONE
 *
 * Pseudo tests: "boot" for what the kernel said before the first test,
 * "kunit" for the results of the built-in tests, "kmemleak" for leaks.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contexts.h"
#include "kmsg.h"
#include "report.h"

#define ALIVE_SECONDS	5
#define GRACE_MS	300	/* for output of left-over processes */
#define LEAK_AGE	6	/* kmemleak ignores younger objects */
#define KUNIT_DIR	"/sys/kernel/debug/kunit"
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Ends all that a test has started. */
static void kill_all(void)
{
	kill(-1, SIGKILL);
	contexts_kill();
}

/* Runs in the child: a clean place, then the program. */
static void start(const char *name, const char *program, int out)
{
	char dir[256];

	setsid();
	dup2(out, 1);
	dup2(out, 2);
	close(0);
	open("/dev/null", O_RDONLY);
	snprintf(dir, sizeof(dir), "/tmp/%s", name);
	if (mkdir(dir, 0755) || chdir(dir)) {
		perror(dir);
		_exit(127);
	}
	setenv("VM_TEST", name, 1);
	execl(program, program, (char *)NULL);
	perror(program);
	_exit(127);
}

/* Reaps all that has ended; true if the test itself was among it. */
static bool reap(pid_t test, int *status)
{
	bool found = false;
	int st;
	pid_t pid;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid == test) {
			*status = st;
			found = true;
		}
	}
	return found;
}

/* Copies the output of a test; false at its end. */
static bool copy_output(int fd)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n > 0)
		report_output(buf, n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Waits for a test to end, copying its output; the answer is for "VM END". */
static const char *follow(pid_t pid, int fd, double limit)
{
	static char how[32];
	double begin = now(), alive = begin, gone = 0;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool timeout = false;
	int status = 0;

	for (;;) {
		if (poll(&p, 1, 50) > 0 && !copy_output(fd))
			p.fd = -1;
		if (!gone && reap(pid, &status))
			gone = now();
		if (gone && (p.fd < 0 || now() - gone > GRACE_MS / 1e3))
			break;
		if (!gone && !timeout && now() - begin > limit) {
			timeout = true;
			kmsg_tasks();
			kill_all();
		}
		if (!gone && timeout && now() - begin > limit + 10)
			break;	/* cannot even be killed */
		if (now() - alive > ALIVE_SECONDS) {
			report("VM ALIVE\n");
			alive = now();
		}
	}
	if (timeout)
		return "timeout";
	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "signal:%d", WTERMSIG(status));
	else
		snprintf(how, sizeof(how), "exit:%d", WEXITSTATUS(status));
	return how;
}

static void run(const char *name, double limit, const char *program)
{
	const char *how = "exit:127";
	double begin = now();
	int fds[2];
	pid_t pid;

	report("VM TEST %s\n", name);
	if (pipe2(fds, O_CLOEXEC))
		return;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (!pid)
		start(name, program, fds[1]);
	close(fds[1]);
	if (pid > 0)
		how = follow(pid, fds[0], limit);
	kill_all();
	copy_output(fds[0]);
	close(fds[0]);
	report_flush();
	reap(0, &(int){ 0 });
	kmsg_check();
	report("VM END %s %s %.0f\n", name, how, (now() - begin) * 100);
}

/* Reports a file line by line as output; returns the number of bytes. */
static size_t report_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[4096];
	size_t sum = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		report_output(buf, n);
		sum += n;
	}
	close(fd);
	report_flush();
	return sum;
}

/* The results of the kernel's built-in tests, suite by suite. */
static void kunit(void)
{
	DIR *dir = opendir(KUNIT_DIR);
	struct dirent *d;
	char path[512];

	if (!dir)
		return;
	report("VM TEST kunit\n");
	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), KUNIT_DIR "/%s/results",
			 d->d_name);
		report_file(path);
	}
	closedir(dir);
	report("VM END kunit exit:0 0\n");
}

static void kmemleak_command(const char *word)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		report("| not ok - kmemleak does not take \"%s\": %s\n", word,
		       strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* What leaked since "clear". Two scans: one alone finds false positives. */
static void kmemleak_report(void)
{
	double begin = now();
	int i;

	report("VM TEST kmemleak\n");
	for (i = 0; i < 2; i++) {
		sleep(LEAK_AGE);
		report("VM ALIVE\n");
		kmemleak_command("scan");
	}
	report("| %s - nothing leaked\n| 1..1\n",
	       report_file(KMEMLEAK) ? "not ok" : "ok");
	kmsg_check();
	report("VM END kmemleak exit:0 %.0f\n", (now() - begin) * 100);
}

static void run_all(bool leaks)
{
	FILE *list = fopen("/vm/run/tests", "re");
	char name[128], program[256];
	double limit;

	if (!list) {
		report("VM cannot read the list of tests: %m\n");
		return;
	}
	if (leaks)
		kmemleak_command("clear");
	while (fscanf(list, "%127s %lf %255s", name, &limit, program) == 3)
		run(name, limit, program);
	fclose(list);
	if (leaks)
		kmemleak_report();
	report("VM DONE\n");
}

int main(void)
{
	bool leaks = !access("/vm/run/leaks", F_OK);
	struct utsname u;

	uname(&u);
	report_open("/dev/virtio-ports/result");
	report("VM BOOT %s\n", u.release);
	kmsg_open("/vm/kmsg.patterns");
	report("VM TEST boot\n");
	kmsg_check();
	report("VM END boot exit:0 %.0f\n", now() * 100);
	if (!access("/vm/run/kunit", F_OK))
		kunit();
	run_all(leaks);
	sync();
	reboot(RB_AUTOBOOT);
	return 1;
}
