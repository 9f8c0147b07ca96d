// SPDX-License-Identifier: GPL-2.0
/*
 * Owns reboot(2) in a context and the host's helper: when it runs, with what,
 * as whom, and what its result does. The rows C13 to C15 of the attack tables.
 *
 * The helper is this program under another name. It appends what it was given
 * to a log and does what the file "orders" says: exits with a number, or waits
 * for a file to go away.
 */
#include "init.h"

#include <linux/reboot.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/reboot.h>

#define SYSCTL	"/proc/sys/kernel/vshelper"
#define CAD	"/proc/sys/kernel/ctrl-alt-del"

extern char **environ;
static char dir[PATH_MAX - 32];

static const char *in_dir(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* --- the helper --- */

/* Whether a namespace is that of the host's init. */
static bool initial(const char *name)
{
	char a[64] = "", b[64] = "", path[64];

	snprintf(path, sizeof(path), "/proc/1/ns/%s", name);
	if (readlink(path, a, sizeof(a) - 1) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return readlink(path, b, sizeof(b) - 1) > 0 && !strcmp(a, b);
}

static int helper(int argc, char **argv)
{
	static const char *const spaces[] = {
		"mnt", "uts", "ipc", "net", "pid", "user", "cgroup",
	};
	char line[4096] = "", cwd[PATH_MAX] = "";
	int i, fd, code, alone;
	char *s = line;
	unsigned int k;

	snprintf(dir, sizeof(dir), "%s", argv[0]);
	*strrchr(dir, '/') = 0;
	/* One at a time, or it is an error. */
	alone = open(in_dir(argv[2]), O_RDWR | O_CREAT, 0600);
	if (flock(alone, LOCK_EX | LOCK_NB))
		s += sprintf(s, "NOT ALONE ");
	for (i = 1; i < argc; i++)
		s += sprintf(s, "%s ", argv[i]);
	s += sprintf(s, "|");
	for (i = 0; environ[i]; i++)
		s += sprintf(s, " %s", environ[i]);
	s += sprintf(s, " | %d%d%d%d", getuid(), geteuid(), getgid(),
		     (int)vs_task_xid(0));
	for (k = 0; k < ARRAY_SIZE(spaces); k++)
		if (!initial(spaces[k]))
			s += sprintf(s, " %s!", spaces[k]);
	if (strcmp(getcwd(cwd, sizeof(cwd)), "/"))
		s += sprintf(s, " %s!", cwd);
	s += sprintf(s, " %d", vs_exists(atoi(argv[2])));
	*s++ = '\n';
	fd = open(in_dir("log"), O_WRONLY | O_APPEND | O_CREAT, 0600);
	(void)!write(fd, line, s - line);
	close(fd);
	while (!access(in_dir("hold"), F_OK))
		usleep(2000);
	s = slurp("%s", in_dir("code"));
	code = s ? atoi(s) : 0;
	return code;
}

/* --- the tests --- */

static void set_helper(const char *path)
{
	int fd = must(open(SYSCTL, O_WRONLY | O_TRUNC));

	must(write(fd, path, strlen(path)));
	must(write(fd, "\n", 1));
	close(fd);
}

static void start(void)
{
	char exe[PATH_MAX];

	init_start();
	must(getcwd(dir, sizeof(dir)) ? 0 : -1);
	must(readlink("/proc/self/exe", memset(exe, 0, sizeof(exe)),
		      sizeof(exe) - 1));
	unlink(in_dir("helper"));
	must(symlink(exe, in_dir("helper")));
	unlink(in_dir("log"));
	unlink(in_dir("hold"));
	unlink(in_dir("code"));
	set_helper(in_dir("helper"));
}

static const char *log_text(void)
{
	return slurp("%s", in_dir("log")) ?: "";
}

static int log_lines(void)
{
	const char *s = log_text();
	int n = 0;

	while ((s = strchr(s, '\n'))) {
		s++;
		n++;
	}
	return n;
}

static void order(const char *name, const char *text)
{
	must(spit(in_dir(name), text));
}

static long do_reboot(long cmd, long arg, long c)
{
	(void)c;
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		       cmd, arg);
}

static long do_setuid(long uid, long b, long c)
{
	(void)b, (void)c;
	return setuid(uid);
}

static void end(struct puppet *p)
{
	puppet_end(p);
	eventually(vs_all_gone());
}

static void test_actions(void)
{
	static const struct {
		unsigned int cmd;
		const char *action;
	} rows[] = {
		{ LINUX_REBOOT_CMD_RESTART, "restart" },
		{ LINUX_REBOOT_CMD_RESTART2, "restart" },
		{ LINUX_REBOOT_CMD_HALT, "halt" },
		{ LINUX_REBOOT_CMD_POWER_OFF, "poweroff" },
		{ LINUX_REBOOT_CMD_SW_SUSPEND, "swsusp" },
	};
	char cad[8], want[512];
	struct vcmd_wait_exit w;
	unsigned int k;

	start();
	snprintf(cad, sizeof(cad), "%s", slurp(CAD));
	for (k = 0; k < ARRAY_SIZE(rows); k++) {
		struct puppet a = puppet_guest(XID_A + k, 0, GUEST_CAPS);
		pid_t pid = must(fork());

		if (!pid)
			_exit(vs_wait(XID_A + k, &w) ? 1 :
			      w.reboot_cmd == (int)rows[k].cmd ? 0 : 2);
		unlink(in_dir("log"));
		/* never looked at, so a bad pointer is as good as any */
		is(ask(&a, do_reboot, rows[k].cmd, 16), 0, "C13 %#x",
		   rows[k].cmd);
		snprintf(want, sizeof(want), "%s %u | HOME=/ TERM=linux "
			 "PATH=/sbin:/usr/sbin:/bin:/usr/bin VS_CMD=%08x "
			 "VS_UID=0 VS_PID=%d | 0000 1\n", rows[k].action,
			 XID_A + k, rows[k].cmd, a.pid);
		ok(eventually(log_lines() == 1), "C13 the helper runs");
		is_str(log_text(), want, "C13 with this, as the host");
		ok(alive(&a), "and the context goes on");
		puppet_end(&a);
		is(reap(pid), 0, "the waiter is told the command");
	}
	is_str(slurp(CAD), cad, "C13 nothing happened to the machine");
}

static void test_others(void)
{
	struct puppet a;
	char cad[8];

	start();
	snprintf(cad, sizeof(cad), "%s", slurp(CAD));
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_CAD_OFF), 0, "C13 CAD_OFF");
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_CAD_ON), 0, "C13 CAD_ON");
	is(ask(&a, do_reboot, 0x12345678), 0, "an unknown command");
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_KEXEC), EPERM, "C13 KEXEC");
	is_str(slurp(CAD), cad, "C13 no effect on the machine");
	ok_errno(syscall(SYS_reboot, 1, 2, 3, NULL), EINVAL, "magic numbers");
	must(ask(&a, do_setuid, 1));
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_RESTART), EPERM,
		 "an ordinary user");
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_CAD_ON), EPERM, "nor CAD");
	end(&a);
	a = puppet_guest(XID_A, 0, GUEST_CAPS & ~CAP(SYS_BOOT));
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_RESTART), EPERM,
		 "SYS_BOOT outside the ceiling");
	is(log_lines(), 0, "the helper never ran");
	end(&a);
}

/* C15: what a guest says is not passed on. */
static void test_strings(void)
{
	char *evil = puppet_shared(4096);
	struct puppet a;

	start();
	strcpy(evil, "x; rm -rf / \n VS_CMD=0 evil");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_RESTART2, evil), 0,
	   "C15 RESTART2 with a string");
	ok(eventually(log_lines() == 1), "C15 the helper runs");
	ok(!strstr(log_text(), "evil"), "C15 the string is not passed");
	end(&a);
}

/* What a guest is told, as soon as it is not to come later. */
static int answer_to(const struct puppet *a, int cmd)
{
	int err = 0;

	eventually((err = ask(a, do_reboot, cmd) ? errno : 0) != EAGAIN);
	return err;
}

static void test_no_helper(void)
{
	struct puppet a;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	set_helper("/does/not/exist");
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_HALT), EPERM, "missing");
	is_child(vs_create(XID_B, VXF_SC_HELPER), ENOEXEC, "startup fails");
	ok(eventually(!vs_exists(XID_B)), "and the context is gone");
	set_helper("/etc");
	is(answer_to(&a, LINUX_REBOOT_CMD_HALT), EPERM, "no program");
	set_helper("");
	is_str(slurp(SYSCTL), "\n", "none");
	is(answer_to(&a, LINUX_REBOOT_CMD_HALT), EPERM, "none");
	is_child(vs_create(XID_B, VXF_SC_HELPER), 0, "none: startup goes on");
	ok(eventually(!vs_exists(XID_B)), "none: so does the end");
	set_helper(in_dir("helper"));
	is(answer_to(&a, LINUX_REBOOT_CMD_CAD_ON), 0, "alive");
	end(&a);
}

static long do_write(long path, long text, long c)
{
	(void)c;
	return spit((char *)path, (char *)text);
}

static void test_sysctl(void)
{
	struct puppet a, s;
	char *evil = puppet_shared(1024), want[PATH_MAX + 1];

	start();
	a = puppet_guest(XID_A, 0, ALL_CAPS);
	s = puppet_spectator();
	strcpy(evil, "/tmp/evil\n");
	ok_errno(ask(&a, do_write, SYSCTL, evil), EACCES, "a guest sets none");
	ok(ask(&s, do_write, SYSCTL, evil) == -1, "nor does the spectator");
	snprintf(want, sizeof(want), "%s\n", in_dir("helper"));
	is_str(slurp(SYSCTL), want, "it is what it was");
	is_str(read_by(&a, SYSCTL), want, "and can be read");
	memset(evil, '/', 300);
	evil[300] = 0;
	set_helper(evil);
	is(strlen(slurp(SYSCTL)), 256, "255 bytes at most");
	end(&a);
}

/* --- startup and shutdown --- */

static pid_t waiter(uint32_t xid)
{
	struct vcmd_wait_exit w;
	pid_t pid = must(fork());

	if (!pid)
		_exit(vs_wait(xid, &w) ? errno : 0);
	eventually(strstr(slurp("/proc/%d/stat", pid), ") S "));
	return pid;
}

static void test_startup(void)
{
	struct puppet_context ctx = { XID_A, VXF_SC_HELPER, GUEST_CAPS };
	struct puppet a;

	start();
	a = puppet_start(puppet_become, (long)&ctx, 0, 0);
	is_str(log_text(), "startup 1000 | HOME=/ TERM=linux "
	       "PATH=/sbin:/usr/sbin:/bin:/usr/bin VS_CMD=00000001 | 0000 1\n",
	       "startup is over when the context has been created");
	must(vs_set_flags(XID_A, 0, VXF_SC_HELPER));
	end(&a);
	is(log_lines(), 1, "no shutdown without the flag");

	order("code", "3");
	is_child(vs_create(XID_A, VXF_SC_HELPER | VXF_PERSISTENT |
				      VXF_STATE_ADMIN), ENOEXEC,
		 "a helper that fails");
	ok(eventually(!vs_exists(XID_A)), "drops the context");
	is(log_lines(), 2, "which gets no shutdown");
	unlink(in_dir("code"));
	is_child(vs_create(XID_A, VXF_STATE_ADMIN | VXF_STATE_SETUP), 0,
		 "without the flag");
	ok(eventually(!vs_exists(XID_A)), "no startup");
	is(log_lines(), 2, "indeed");
}

static long do_create_held(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET | VXF_SC_HELPER);
}

/* The creator is killed while it waits for the helper. */
static void test_startup_killed(void)
{
	pid_t pid;

	start();
	order("hold", "");
	pid = must(fork());
	if (!pid)
		_exit(do_create_held(XID_A, 0, 0) < 0);
	ok(eventually(log_lines() == 1), "the helper runs");
	ok(vs_exists(XID_A), "for a context that is there");
	is(vs_tasks(XID_A), 1, "claimed by its creator");
	is_child(vs_create(XID_A, 0), EBUSY, "its id is taken");
	must(kill(pid, SIGKILL));
	is(reap(pid), 1000 + SIGKILL, "the creator can be killed");
	ok(eventually(!vs_exists(XID_A)), "then the context is gone");
	unlink(in_dir("hold"));
	usleep(100000);
	is(log_lines(), 1, "and gets no shutdown");
}

static void test_shutdown(void)
{
	struct puppet a, b;
	pid_t pid;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	b = puppet_member(XID_A, 0);
	must(vs_set_flags(XID_A, VXF_SC_HELPER, VXF_SC_HELPER));
	pid = waiter(XID_A);
	order("hold", "");
	puppet_end(&a);
	usleep(50000);
	is(log_lines(), 0, "not while there is a member");
	puppet_end(&b);
	ok(eventually(log_lines() == 1), "with the last one");
	is_str(log_text(), "shutdown 1000 | HOME=/ TERM=linux "
	       "PATH=/sbin:/usr/sbin:/bin:/usr/bin VS_CMD=00000002 | 0000 0\n",
	       "it is told that, and the context is gone");
	usleep(50000);
	is(waitpid(pid, NULL, WNOHANG), 0, "the waiter waits for the helper");
	/* the id is free for the helper's sake: it may start the next one */
	is_child(vs_create(XID_A, VXF_STATE_ADMIN | VXF_STATE_SETUP), 0,
		 "a new context with the id");
	order("code", "1");
	unlink(in_dir("hold"));
	is(reap(pid), 0, "then it is over, whatever the helper says");
	unlink(in_dir("code"));

	a = puppet_guest(XID_A, VXF_PERSISTENT, GUEST_CAPS);
	must(vs_set_flags(XID_A, VXF_SC_HELPER, VXF_SC_HELPER));
	puppet_end(&a);
	usleep(50000);
	is(log_lines(), 1, "a persistent one does not end");
	must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
	ok(eventually(log_lines() == 2), "until it may");
	usleep(50000);
}

/* Many that end at once and whose helpers take their time. */
static void test_many(void)
{
	int k, n = ktap_slowness() > 1 ? 20 : 100;
	pid_t *pids = calloc(n, sizeof(*pids));

	start();
	order("hold", "");
	for (k = 0; k < n; k++) {
		must(in_child(vs_create(2000 + k, VXF_PERSISTENT |
					VXF_STATE_ADMIN)) ? -1 : 0);
		must(vs_set_flags(2000 + k, VXF_SC_HELPER, VXF_SC_HELPER));
		pids[k] = waiter(2000 + k);
		must(vs_set_flags(2000 + k, 0, VXF_PERSISTENT));
	}
	ok(eventually(log_lines() == n), "%d helpers at a time", n);
	unlink(in_dir("hold"));
	for (k = 0; k < n; k++)
		if (reap(pids[k]))
			break;
	is(k, n, "all end");
	ok(!strstr(log_text(), "NOT ALONE"), "one for each");
	free(pids);
}

/* --- too many --- */

static void test_busy(void)
{
	struct puppet a, b;

	start();
	order("hold", "");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_HALT), 0, "C14 the first");
	ok(eventually(log_lines() == 1), "runs");
	ok_errno(ask(&a, do_reboot, LINUX_REBOOT_CMD_HALT), EAGAIN,
		 "C14 the second while it runs");
	is(ask(&b, do_reboot, LINUX_REBOOT_CMD_HALT), 0, "C14 another context");
	ok(eventually(log_lines() == 2), "runs");
	unlink(in_dir("hold"));
	ok(eventually(ask(&a, do_reboot, LINUX_REBOOT_CMD_RESTART) == 0),
	   "C14 afterwards");
	ok(eventually(log_lines() == 3), "runs");
	end(&a);
	end(&b);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int *answers;	/* how many: 0, EAGAIN, anything else */

static long do_storm(long n, long ms, long c)
{
	double until = now() + ms / 1000.0;
	long i;

	(void)c;
	for (i = 0; i < n; i++) {
		if (fork())
			continue;
		while (now() < until) {
			long ret = do_reboot(LINUX_REBOOT_CMD_RESTART, 0, 0);
			int k = !ret ? 0 : errno == EAGAIN ? 1 : 2;

			__atomic_add_fetch(&answers[k], 1, __ATOMIC_SEQ_CST);
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

static void test_storm(void)
{
	struct puppet a, b;
	double begin, seconds;

	start();
	answers = puppet_shared(sizeof(int) * 3);
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	begin = now();
	must(send(a.fd, &(struct puppet_order){ do_storm, { 100, 1500 } },
		  sizeof(struct puppet_order), 0));
	usleep(500000);
	is(ask(&b, do_reboot, LINUX_REBOOT_CMD_HALT), 0,
	   "C14 another context is not starved");
	must(puppet_receive(&a));
	seconds = now() - begin;
	diag("%d runs, %d refused, %.1f s", answers[0], answers[1], seconds);
	is(answers[2], 0, "C14 0 or EAGAIN");
	ok(answers[0] >= 2 && answers[0] <= 2 * (seconds + 1),
	   "C14 two a second: %d", answers[0]);
	ok(eventually(log_lines() == answers[0] + 1), "C14 as many ran");
	ok(!strstr(log_text(), "NOT ALONE"), "C14 one at a time");
	end(&a);
	end(&b);
}

static void test_limit(void)
{
	struct puppet p[16];
	double begin, seconds;
	int k, good = 0, busy = 0;

	start();
	for (k = 0; k < 16; k++)
		p[k] = puppet_guest(3000 + k, 0, GUEST_CAPS);
	usleep(1100000);	/* what the last case has used up is back */
	begin = now();
	for (k = 0; k < 16; k++) {
		long ret = ask(&p[k], do_reboot, LINUX_REBOOT_CMD_RESTART);

		good += ret == 0;
		busy += ret == -1 && errno == EAGAIN;
	}
	seconds = now() - begin;
	is(good + busy, 16, "C14 0 or EAGAIN");
	ok(good >= 10 && good <= 10 * (1 + (int)seconds),
	   "C14 ten a second of all contexts: %d", good);
	for (k = 0; k < 16; k++)
		puppet_end(&p[k]);
}

/* --- what follows --- */

static void test_kill(void)
{
	struct puppet a, b, i;

	start();
	i = puppet_init(XID_A, VXF_REBOOT_KILL | FAKEINIT);
	a = puppet_member(XID_A, 0);
	b = puppet_member(XID_A, 0);
	ok(eventually(!ask(&a, do_reboot, LINUX_REBOOT_CMD_SW_SUSPEND)),
	   "swsusp");
	ok(alive(&b), "kills nobody");
	ok(eventually(log_lines() == 1), "the helper has run");
	ok(eventually(ask(&a, do_reboot, LINUX_REBOOT_CMD_HALT) != -1 ||
		      errno != EAGAIN), "halt");
	is(reap(a.pid), 1000 + SIGKILL, "REBOOT_KILL: the caller dies");
	is(reap(b.pid), 1000 + SIGKILL, "and the others");
	is(reap(i.pid), 1000 + SIGKILL, "and init");
	ok(eventually(log_lines() == 2), "after the helper was started");
}

static struct puppet ns_init(uint32_t xid, uint64_t flags)
{
	must(unshare(CLONE_NEWPID));
	return puppet_init(xid, flags);
}

static void test_pidns(void)
{
	struct puppet i;

	start();
	i = ns_init(XID_A, VXF_PIDNS);
	is(ask(&i, do_reboot, LINUX_REBOOT_CMD_CAD_ON), 0, "CAD_ON");
	ok_errno(ask(&i, do_reboot, LINUX_REBOOT_CMD_KEXEC), EPERM, "KEXEC");
	ask(&i, do_reboot, LINUX_REBOOT_CMD_RESTART);
	is(reap(i.pid), 1000 + SIGHUP, "its namespace reboots, too");
	ok(eventually(log_lines() == 1), "after the helper was called");
	ok(strstr(log_text(), "restart 1000 |"), "with restart");
}

static long do_nested_reboot(long cmd, long b, long c)
{
	pid_t pid;

	(void)b, (void)c;
	if (unshare(CLONE_NEWPID))
		return -1;
	pid = fork();
	if (!pid)
		_exit(do_reboot(cmd, 0, 0) ? errno : 0);
	return reap(pid);
}

static void test_nested(void)
{
	struct puppet a, b;

	start();
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	b = puppet_member(XID_A, 0);
	must(vs_set_umask(XID_A, CLONE_NEWPID, CLONE_NEWPID));
	is(ask(&a, do_nested_reboot, LINUX_REBOOT_CMD_RESTART), 1000 + SIGHUP,
	   "a namespace inside: only that");
	is(ask(&b, do_nested_reboot, LINUX_REBOOT_CMD_POWER_OFF), 1000 + SIGINT,
	   "power off, too");
	is(log_lines(), 0, "and no helper");
	end(&a);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strstr(argv[0], "/helper"))
		return helper(argc, argv);
	run("actions", test_actions);
	run("others", test_others);
	run("strings", test_strings);
	run("no helper", test_no_helper);
	run("sysctl", test_sysctl);
	run("startup", test_startup);
	run("startup killed", test_startup_killed);
	run("shutdown", test_shutdown);
	run("many", test_many);
	run("busy", test_busy);
	run("storm", test_storm);
	run("limit", test_limit);
	run("kill", test_kill);
	run("pidns", test_pidns);
	run("nested", test_nested);
	must(spit(SYSCTL, "/sbin/vshelper\n"));
	return ktap_exit();
}
