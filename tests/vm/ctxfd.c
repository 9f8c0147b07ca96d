// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the descriptor of a context: who can open it, how long a context lives
 * by it, and entering with it, in particular from a user namespace; and the
 * descriptors of the namespaces a context remembers.
 */
#include "fd.h"

#include <pthread.h>
#include <sys/ioctl.h>

#define ADMIN	VXF_STATE_ADMIN

static long do_setup(long xid, long flags, long z)
{
	(void)z;
	return vs_create(xid, VXF_INIT_SET | flags);
}

static long do_closed(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_create(xid, 0);
}

static void test_open(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, VXF_INFO_PRIVATE, 0);
	char byte, want[32], *info;
	long fd;

	puppet_start(do_closed, XID_B, 0, 0);
	ok_errno(fd_open(XID_C), ESRCH, "no such context");
	ok_errno(fd_open(0), ESRCH, "the host");
	ok_errno(fd_open(1), ESRCH, "the spectator");
	ok_errno(fd_open(-1), ESRCH, "the own context, on the host");
	ok_errno(fd_open(XID_B), EACCES, "without STATE_ADMIN");
	fd = fd_open(XID_A);
	ok(fd > 2, "a private one in setup");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "closed on exec");
	ok_errno(read(fd, &byte, 1), EINVAL, "cannot be read");
	ok_errno(write(fd, "", 1), EBADF, "nor written");
	ok_errno(ioctl(fd, 0x1234, 0), ENOTTY, "nor controlled");
	snprintf(want, sizeof(want), "/proc/self/fd/%ld", fd);
	ok_errno(open(want, O_RDONLY), ENXIO, "nor opened again");
	info = slurp("/proc/self/fdinfo/%ld", fd);
	snprintf(want, sizeof(want), "xid:\t%d\n", XID_A);
	ok(info && strstr(info, want), "fdinfo names the context");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	ok_errno(fd_open(XID_A), EACCES, "a private one after setup");
	puppet_end(&p);
	ok(eventually(!vs_exists(XID_A)), "an open descriptor keeps nothing");
	is(close(fd), 0, "close");
}

static void test_create(void)
{
	struct vcmd_ctx_stat s = { 0, 0 };
	long fd, other;

	ok_errno(fd_create(0, ADMIN), EINVAL, "id 0");
	ok_errno(fd_create(1, ADMIN), EINVAL, "id 1");
	ok_errno(fd_create(65536, ADMIN), EINVAL, "id 65536");
	ok_errno(fd_create(-1, ADMIN), EINVAL, "id -1");
	ok_errno(fd_create(XID_A, 1ULL << 63), EINVAL, "an unknown flag");
	ok_errno(fd_create(XID_A, VXF_STATE_SETUP), EINVAL, "setup for ever");
	ok(!vs_exists(XID_A), "nothing was created");

	fd = must(fd_create(XID_A, ADMIN | VXF_STATE_SETUP));
	is(vs_task_xid(0), 0, "created, and not entered");
	is(vs_native(VCMD_ctx_stat, XID_A, &s), 0, "it exists");
	is(s.tasks, 1, "with one claim");
	ok_errno(fd_create(XID_A, ADMIN), EBUSY, "taken, in setup");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	ok_errno(fd_create(XID_A, ADMIN), EEXIST, "taken");
	other = must(fd_open(XID_A));
	close(other);
	ok(vs_exists(XID_A), "closing another descriptor ends nothing");
	other = must(dup(fd));
	close(fd);
	ok(vs_exists(XID_A), "nor closing one of two");
	close(other);
	ok(!vs_exists(XID_A), "the last one does");

	fd = must(fd_create(XID_A, ADMIN | VXF_PERSISTENT));
	close(fd);
	ok(vs_exists(XID_A), "a persistent one stays");
	must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
	ok(eventually(!vs_exists(XID_A)), "until it is no more");
}

/* Creating it is creating it, also for the helper of the host. */
static void test_helper(void)
{
	char old[128];

	snprintf(old, sizeof(old), "%s", slurp("/proc/sys/kernel/vshelper"));
	must(spit("/proc/sys/kernel/vshelper", "/does/not/exist"));
	ok_errno(fd_create(XID_A, ADMIN | VXF_SC_HELPER | VXF_PERSISTENT),
		 ENOEXEC, "startup fails");
	ok(eventually(!vs_exists(XID_A)), "nothing was created");
	must(spit("/proc/sys/kernel/vshelper", old));
}

/* The creator's claim is given back with the first entry, and only then. */
static void test_first(void)
{
	struct puppet p = puppet_host(), q;
	long fd = must(fd_create(XID_A, ADMIN));

	must(dup2(fd, 100));
	q = puppet_host();	/* has the descriptor */
	is(ask(&q, do_fd_enter, 100, 0), 0, "enter");
	is(vs_task_xid(q.pid), XID_A, "a member");
	is(vs_tasks(XID_A), 1, "its claim is the only one");
	close(fd);
	close(100);
	ok(vs_exists(XID_A), "it lives by its member");
	puppet_end(&q);
	ok(eventually(!vs_exists(XID_A)), "and ends with it");

	fd = must(fd_create(XID_A, ADMIN));
	is(in_child(vs_migrate(XID_A, 0)), 0, "entering by number");
	ok(eventually(!vs_exists(XID_A)), "ends it, too, with its end");
	ok_errno(fd_enter(fd, 0), ESRCH, "the descriptor is of no use then");
	must(fd_create(XID_A, ADMIN));
	ok_errno(fd_enter(fd, 0), ESRCH, "nor for a new one of that id");
	close(fd);
	ok(vs_exists(XID_A), "which it does not end");
	puppet_end(&p);
}

static void *sleeper(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

static int with_thread(int fd)
{
	pthread_t t;

	if (pthread_create(&t, NULL, sleeper, NULL))
		return 255;
	return fd_enter(fd, 0) ? errno : 0;
}

static void test_enter(void)
{
	long fd = must(fd_create(XID_A, ADMIN));
	struct vcmd_vx_info info;
	struct puppet p;
	int pipe[2];

	must(pipe2(pipe, O_CLOEXEC));
	ok_errno(fd_enter(-1, 0), EBADF, "descriptor -1");
	ok_errno(fd_enter(999, 0), EBADF, "not open");
	ok_errno(fd_enter(pipe[0], 0), EINVAL, "a pipe");
	ok_errno(fd_enter(fd, 4), EINVAL, "an unknown flag");
	ok_errno(fd_enter(fd, 1U << 31), EINVAL, "another");
	is(in_child((errno = with_thread(fd)) ? -1 : 0), EBUSY, "not alone");
	ok(vs_exists(XID_A), "it waits for somebody");

	p = puppet_host();
	is(ask(&p, do_fd_enter, fd, VXM_SET_INIT), 0, "as init");
	must(vs_info(XID_A, &info));
	is(info.initpid, p.pid, "it is init");
	is_child(fd_enter(fd, VXM_SET_INIT), EBUSY, "one more init");
	is_child(fd_enter(fd, 0), 0, "one more member");
	ok_errno(ask(&p, do_fd_enter, fd, 0), EPERM, "a member, once more");
	p = puppet_spectator();
	ok_errno(ask(&p, do_fd_enter, fd, 0), EPERM, "the spectator");

	must(vs_set_flags(XID_A, VXF_INFO_PRIVATE, VXF_INFO_PRIVATE));
	ok_errno(fd_enter(fd, 0), EACCES, "opened before it became private");
	must(vs_set_flags(XID_A, 0, VXF_INFO_PRIVATE));
	is_child(fd_enter(fd, 0), 0, "as long as it is");
	must(vs_set_flags(XID_A, 0, VXF_STATE_ADMIN));
	ok_errno(fd_enter(fd, 0), EACCES, "opened before it was closed");
}

/* Who holds it may, also one that could not open it. */
static int as_user(int fd)
{
	if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
		return 255;
	if (fd_open(XID_A) != -1 || errno != ENOSYS)
		return 254;
	return fd_enter(fd, 0) ? errno : 0;
}

static void test_user(void)
{
	long fd = must(fd_create(XID_A, ADMIN));

	is(in_child((errno = as_user(fd)) ? -1 : 0), 0, "a user who was given it");
}

/* --- a guest with a user namespace --- */

static long do_whoami(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return getuid() == 0 && caps_get(0, NULL);
}

static long do_setns(long fd, long y, long z)
{
	(void)y, (void)z;
	return setns(fd, 0);
}

static long do_spaces(long cmd, long mask, long index)
{
	return vs_spaces(cmd, XID_A, mask, index);
}

static long do_migrate(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_migrate(xid, 0);
}

static long do_sethostname(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return sethostname("mapped", 6);
}

static bool stores(uint64_t mask)
{
	char *line = slurp("/proc/virtual/%d/status", XID_A);

	line = line ? strstr(line, "Spaces:\t") : NULL;
	return line && (strtoull(line + 8, NULL, 16) & mask) == mask;
}

static void test_mapped(void)
{
	long fd = must(fd_create(XID_A, ADMIN | VXF_FULL_CAPS)), user, uts;
	struct puppet g, h;

	must(dup2(fd, 100));
	g = puppet_mapped(CLONE_NEWUTS | CLONE_NEWIPC);
	ok_errno(ask(&g, do_migrate, XID_A), ENOSYS, "not by number");
	is(ask(&g, do_fd_enter, 100, 0), 0, "enter from a user namespace");
	is(vs_task_xid(g.pid), XID_A, "a member");
	is(ask(&g, do_whoami), 1, "root of its user namespace");
	is(ask(&g, do_sethostname), 0, "with power over it");
	ok(stores(CLONE_NEWUSER), "its user namespace is remembered");

	/* one more: by descriptors of the namespaces */
	is(vs_spaces(VCMD_set_space, XID_A, CLONE_NEWNET, 0), 0,
	   "other namespaces may be the host's");
	user = must(fd_space(XID_A, CLONE_NEWUSER, 0));
	must(dup2(user, 101));
	h = puppet_host();
	is(ask(&h, do_setns, 101), 0, "setns");
	is(ask(&h, do_ns, "user"), ask(&g, do_ns, "user"), "the same");
	is(ask(&h, do_fd_enter, 100, 0), 0, "enter");
	is(vs_task_xid(h.pid), XID_A, "one more member");

	/* and as the older commands do it */
	h = puppet_host();
	is(ask(&h, do_spaces, VCMD_enter_space, CLONE_NEWUSER, 0), 0,
	   "enter_space");
	is(ask(&h, do_ns, "user"), ask(&g, do_ns, "user"), "the same again");
	uts = ask(&h, do_ns, "uts");
	is(uts, ns("uts"), "and nothing else");
	ok_errno(ask(&h, do_sethostname), EPERM, "without power elsewhere");
	ok_errno(ask(&h, do_migrate, XID_A), ENOSYS, "not by number then");
	is(ask(&h, do_fd_enter, 100, 0), 0, "but with the descriptor");
	is(vs_task_xid(h.pid), XID_A, "a member");
	close(100);
	close(101);
}

/* --- descriptors of namespaces --- */

static const struct { uint32_t flag; const char *ns; } kinds[] = {
	{ CLONE_NEWUTS, "uts" }, { CLONE_NEWIPC, "ipc" },
	{ CLONE_NEWNS, "mnt" }, { CLONE_NEWNET, "net" },
	{ CLONE_NEWPID, "pid_for_children" }, { CLONE_NEWCGROUP, "cgroup" },
	{ CLONE_NEWTIME, "time_for_children" }, { CLONE_NEWUSER, "user" },
};

static long do_unshare(long flags, long y, long z)
{
	(void)y, (void)z;
	return unshare(flags);
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

static void test_space(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	uint64_t all = CLONE_FS;
	struct stat st;
	unsigned int i;
	long fd;

	ok_errno(fd_space(XID_A, CLONE_NEWNET, 0), EINVAL, "not stored");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		all |= kinds[i].flag;
	must(ask(&p, do_unshare, all & ~(uint64_t)(CLONE_FS | CLONE_NEWUSER)));
	must(ask(&p, do_spaces, VCMD_set_space, all, 1));
	ok_errno(fd_space(XID_A, CLONE_NEWPID, 1), EINVAL,
		 "a pid namespace without init");
	must(ask(&p, do_fork));
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = fd_space(XID_A, kinds[i].flag, 1);
		ok(fd >= 0 && !fstat(fd, &st) &&
		   (long)st.st_ino == ask(&p, do_ns, kinds[i].ns), "%s",
		   kinds[i].ns);
		is(fcntl(fd, F_GETFD), FD_CLOEXEC, "%s: closed on exec",
		   kinds[i].ns);
		if (kinds[i].flag != CLONE_NEWUSER)
			is_child(setns(fd, kinds[i].flag), 0, "%s: setns",
				 kinds[i].ns);
		close(fd);
	}
	ok_errno(fd_space(XID_A, CLONE_FS, 1), EINVAL, "directories");
	ok_errno(fd_space(XID_A, 0, 1), EINVAL, "nothing");
	ok_errno(fd_space(XID_A, CLONE_NEWUTS | CLONE_NEWIPC, 1), EINVAL,
		 "two of them");
	ok_errno(fd_space(XID_A, CLONE_VM, 1), EINVAL, "no namespace");
	ok_errno(fd_space(XID_A, CLONE_NEWUTS, 2), EINVAL, "index 2");
	ok_errno(fd_space(XID_B, CLONE_NEWUTS, 1), ESRCH, "no such context");
	must(vs_set_flags(XID_A, VXF_INFO_PRIVATE, VXF_INFO_PRIVATE));
	ok_errno(fd_space(XID_A, CLONE_NEWUTS, 1), EACCES, "a private context");
}

int main(void)
{
	run("open", test_open);
	run("create", test_create);
	run("helper", test_helper);
	run("first entry", test_first);
	run("enter", test_enter);
	run("user", test_user);
	run("mapped", test_mapped);
	run("namespaces", test_space);
	return ktap_exit();
}
