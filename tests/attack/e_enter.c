// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E03 to E05, E10 and E14 of the attack tables: what a process
 * that enters leaves behind, that members cannot get at the host's program in
 * its memory, and that it cannot be made to run that program once more.
 */
#include "attack.h"

#include <linux/keyctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static struct puppet a, m;
static char here[] = "here";

static long key(long command, long x, long y)
{
	return syscall(SYS_keyctl, command, x, y, 0, 0);
}

/* --- E04: the program of the host --- */

static long do_attach(long pid, long y, long z)
{
	(void)y, (void)z;
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return -1;
	waitpid(pid, NULL, __WALL);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static long do_readv(long pid, long y, long z)
{
	char byte;
	struct iovec l = { &byte, 1 }, r = { here, 1 };

	(void)y, (void)z;
	return process_vm_readv(pid, &l, 1, &r, 1, 0);
}

static long do_open(long pid, long name, long flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, (char *)name);
	fd = open(path, flags);
	return fd < 0 ? -1 : close(fd);
}

static long do_fork(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void reach(pid_t pid, const char *who)
{
	attack(ask(&m, do_attach, pid), EPERM, "E04 attach %s", who);
	attack(ask(&m, do_readv, pid), EPERM, "E04 readv %s", who);
	attack(ask(&m, do_open, pid, "mem", O_RDWR), EACCES, "E04 mem %s", who);
	attack(ask(&m, do_open, pid, "exe", O_RDONLY), EACCES, "E04 exe %s",
	       who);
	attack(ask(&m, do_open, pid, "fd/0", O_RDONLY), EACCES, "E04 fd %s",
	       who);
	attack(ask(&m, do_open, pid, "root/", O_PATH), EACCES, "E04 root %s",
	       who);
	attack(ask(&m, do_open, pid, "environ", O_RDONLY), EACCES,
	       "E04 environ %s", who);
	attack(ask(&m, do_open, pid, "maps", O_RDONLY), EACCES, "E04 maps %s",
	       who);
}

static void e04(void)
{
	pid_t child;

	m = attack_guest(XID_A);
	a = attack_member(XID_A);
	must(ask(&m, do_exec));
	reach(a.pid, "the entered");
	child = must(ask(&a, do_fork));
	reach(child, "its child");
	must(ask(&a, do_exec));
	is(ask(&m, do_attach, a.pid), 0, "E04 after exec: attach");
	is(ask(&m, do_readv, a.pid), 1, "E04 after exec: readv");
	is(ask(&m, do_open, a.pid, "mem", O_RDWR), 0, "E04 after exec: mem");
	if (vanilla())
		kill(child, SIGKILL);
}

static long do_setup(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_create(xid, VXF_INIT_SET);
}

/* Until setup ends, members run the host's programs and may debug them. */
static void e04_setup(void)
{
	if (vanilla())
		return;
	m = puppet_start(do_setup, XID_A, 0, 0);
	a = puppet_member(XID_A, 0);
	must(ask(&m, do_exec));
	is(ask(&m, do_attach, a.pid), 0, "E04 in setup: a member attaches");
	must(ask(&a, do_exec));
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	reach(a.pid, "executed in setup");
}

/* --- E05 --- */

static long do_prepare(long exe, long y, long z)
{
	char buf[65536];
	int in = open((char *)exe, O_RDONLY), out;
	ssize_t n;

	(void)y, (void)z;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE,
					  NULL) ||
	    mkdir("guest", 0755) || mkdir("guest/proc", 0755) ||
	    mount("proc", "guest/proc", "proc", 0, NULL))
		return -1;
	out = open("guest/tool", O_WRONLY | O_CREAT, 0755);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			return -1;
	close(in);
	close(out);
	if (spit("guest/script", "#!/proc/self/exe puppet\n") ||
	    chmod("guest/script", 0755) ||
	    symlink("/proc/self/exe", "guest/link") ||
	    spit("guest/good", "#!/tool good\n") || chmod("guest/good", 0755))
		return -1;
	return chroot("guest") || chdir("/") ? -1 : 0;
}

/* Executes in a child; 0 when the program ran. */
static long do_run(long path, long y, long z)
{
	pid_t pid = fork();

	(void)y, (void)z;
	if (!pid) {
		execl((char *)path, "ran", NULL);
		_exit(errno);
	}
	errno = reap(pid);
	return errno ? -1 : 0;
}

static long do_end_setup(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (vanilla())
		return 0;
	return vs_set_flags(-1, 0, VXF_STATE_SETUP);
}

static void e05(void)
{
	m = puppet_host();
	must(ask(&m, do_prepare, "/proc/self/exe"));
	if (!vanilla())
		must(ask(&m, do_setup, XID_A));
	is(ask(&m, do_run, "/link"), 0, "E05 in setup it may");
	must(ask(&m, do_end_setup));
	attack(ask(&m, do_run, "/proc/self/exe"), EPERM, "E05 exe");
	attack(ask(&m, do_run, "/link"), EPERM, "E05 link to it");
	attack(ask(&m, do_run, "/script"), EPERM, "E05 as interpreter");
	is(ask(&m, do_run, "/tool"), 0, "E05 the guest's own program");
	is(ask(&m, do_run, "/good"), 0, "E05 the guest's own interpreter");
}

/* --- what stays behind --- */

static long do_oom(long y, long x, long z)
{
	char *s = slurp("/proc/self/oom_score_adj");

	(void)x, (void)y, (void)z;
	return s ? atoi(s) + 2000 : -1;
}

static long do_set_oom(long text, long y, long z)
{
	(void)y, (void)z;
	return spit("/proc/self/oom_score_adj", (char *)text);
}

static long do_entry(long xid, long y, long z)
{
	(void)y, (void)z;
	return vanilla() ? attack_chroot(0, 0, 0) : vs_migrate(xid, 0);
}

static long do_pdeathsig(long set, long y, long z)
{
	int sig = 0;

	(void)y, (void)z;
	return set ? prctl(PR_SET_PDEATHSIG, set) :
		prctl(PR_GET_PDEATHSIG, &sig) ? -1 : sig;
}

static long do_dumpable(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return prctl(PR_GET_DUMPABLE);
}

static void e14(void)
{
	struct puppet p = puppet_host();

	m = attack_guest(XID_A);
	must(ask(&p, do_set_oom, "-1000"));
	must(ask(&p, do_pdeathsig, SIGUSR1));
	must(ask(&p, do_entry, XID_A));
	defends(ask(&p, do_oom) == 2000, "E14 protection is gone");
	attack(ask(&p, do_set_oom, "-1"), EACCES, "E14 and not to be had");
	is(ask(&p, do_set_oom, "100"), 0, "E14 worse is allowed");
	is(ask(&p, do_set_oom, "0"), 0, "E14 and back");
	defends(ask(&p, do_pdeathsig, 0) == 0, "death signal of the parent");
	defends(ask(&p, do_dumpable) == 0, "not dumpable");

	p = puppet_host();
	must(ask(&p, do_set_oom, "500"));
	must(ask(&p, do_entry, XID_A));
	is(ask(&p, do_oom), 2500, "E14 a worse score stays");
}

static long do_key(long command, long x, long y)
{
	return key(command, x, y);
}

static void e10(void)
{
	struct puppet p = puppet_host();
	long session, thread, process;

	m = attack_guest(XID_A);
	session = must(ask(&p, do_key, KEYCTL_JOIN_SESSION_KEYRING, "host"));
	thread = must(ask(&p, do_key, KEYCTL_GET_KEYRING_ID,
			  KEY_SPEC_THREAD_KEYRING, 1));
	process = must(ask(&p, do_key, KEYCTL_GET_KEYRING_ID,
			   KEY_SPEC_PROCESS_KEYRING, 1));
	must(ask(&p, do_entry, XID_A));
	defends(ask(&p, do_key, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING,
		    0) != session, "E10 session keyring");
	defends(ask(&p, do_key, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING,
		    0) != thread, "E10 thread keyring");
	defends(ask(&p, do_key, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING,
		    0) != process, "E10 process keyring");
}

/* The child hands its session keyring to its parent. */
static long do_to_parent(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		_exit(key(KEYCTL_JOIN_SESSION_KEYRING, (long)"x", 0) < 0 ||
		      key(KEYCTL_SESSION_TO_PARENT, 0, 0) ? errno : 0);
	errno = reap(pid);
	return errno ? -1 : 0;
}

static long do_session(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return key(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
}

/* A parent's credentials are replaced by blank ones that were filled in. */
static void e03(void)
{
	long before;

	if (vanilla())
		return;
	m = puppet_guest(XID_A, 0, GUEST_CAPS);
	a = puppet_member(XID_A, 0);
	before = ask(&a, do_session);
	is(ask(&a, do_to_parent), 0, "E03 between members");
	ok(ask(&a, do_session) != before, "E03 the parent has the keyring");
	is(vs_task_xid(a.pid), XID_A, "E03 and is still a member");
	is(vs_kill(XID_A, a.pid, 0), 0, "E03 for ctx_kill, too");
	ok_errno(kill(a.pid, 0), ESRCH, "E03 and hidden");
	is(ask(&a, do_set_oom, "-1") == -1 && errno == EACCES, 1,
	   "E03 its ceiling is what it was");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	if (argc > 0 && (!strcmp(argv[0], "ran") || argc > 1))
		return 0;	/* E05 has executed this program */
	attack_run("E03", e03);
	attack_run("E04", e04);
	attack_run("E04 setup", e04_setup);
	attack_run("E05", e05);
	attack_run("E10", e10);
	attack_run("E14", e14);
	return ktap_exit();
}
