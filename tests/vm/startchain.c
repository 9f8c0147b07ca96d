// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the life of a guest as scripts make it: a chain of small programs, each
 * of which makes its calls and executes the next, up to the guest's init; then
 * somebody who enters, and the stop. Not the scripts are tried but the kernel:
 * calls, order, masks and indexes are those of the classic tools.
 */
#include "chain.h"

#include <sys/utsname.h>

static long do_start(long xid, long variant, long z)
{
	struct chain c = { puppet_fd, xid, variant };

	(void)z;
	exec_program(&c, 0);
	return -1;
}

static struct puppet start(uint32_t xid, int variant)
{
	struct puppet p = puppet_host();

	must(ask(&p, do_start, xid, variant));
	return p;
}

/* --- entering, as vspace and vcontext do --- */

static long do_enter(long xid, long variant, long z)
{
	struct chain chain = { puppet_fd, xid, variant }, *c = &chain;

	(void)z;
	call(vs_spaces(ENTER, xid, MOUNT, 0));
	call(vs_spaces(ENTER, xid, default_spaces(c), 0));
	if (variant & PIVOT)
		call(vs_spaces(ENTER, xid, MOUNT, 1));
	call(chdir("/"));
	call(vs_migrate(xid, 0));
	exec_program(c, PROGRAMS);
	return -1;
}

static struct puppet enter(uint32_t xid, int variant)
{
	struct puppet p = puppet_host();

	must(ask(&p, do_enter, xid, variant));
	return p;
}

/* --- what members and the host are asked --- */

static long do_ns(long name, long y, long z)
{
	char path[64];
	struct stat st;

	(void)y, (void)z;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", (char *)name);
	return stat(path, &st) ? -1 : (long)st.st_ino;
}

static long do_exists(long path, long y, long z)
{
	(void)y, (void)z;
	return access((char *)path, F_OK);
}

static long do_umount(long path, long flags, long z)
{
	(void)z;
	return umount2((char *)path, flags);
}

static long do_pivot(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return syscall(SYS_pivot_root, "/sub", "/sub/x");
}

static long do_mkdir(long path, long y, long z)
{
	(void)y, (void)z;
	return mkdir((char *)path, 0755) && errno != EEXIST ? -1 : 0;
}

static long do_mount(long path, long flags, long z)
{
	(void)z;
	return mount("x", (char *)path, flags & MS_REMOUNT ? NULL : "tmpfs",
		     flags, NULL);
}

static long do_nodename(long x, long y, long z)
{
	struct utsname u;

	(void)x, (void)y, (void)z;
	uname(&u);
	return strcmp(u.nodename, "guest-1") || strcmp(u.release,
						       "2.6.22-guest");
}

/* The number of mounts whose line in mountinfo has WORD. */
static long do_mounts(long word, long y, long z)
{
	char *s = slurp("/proc/self/mountinfo");
	long n = 0;

	(void)y, (void)z;
	while (s && (s = strstr(s, (char *)word))) {
		s++;
		n++;
	}
	return n;
}

static long do_space(long cmd, long mask, long index)
{
	return vs_spaces(cmd, VS_XID_SELF, mask, index);
}

static void stored(uint32_t xid, uint64_t a, uint64_t b)
{
	char want[64], *line = slurp("/proc/virtual/%u/status", xid);

	snprintf(want, sizeof(want), "Spaces:\t%08llx %08llx\n",
		 (unsigned long long)a, (unsigned long long)b);
	line = line ? strstr(line, "Spaces:") : NULL;
	is_str(line, want, "both sets are stored");
}

static void inside(struct puppet *g, uint32_t xid, const char *who)
{
	is(ask(g, do_exists, "/init"), 0, "%s: in the root of the guest", who);
	ok_errno(ask(g, do_exists, "/vm"), ENOENT, "%s: nothing of the host",
		 who);
	ok_errno(ask(g, do_exists, "/.oldroot"), ENOENT, "%s: no old root",
		 who);
	is(ask(g, do_nodename), 0, "%s: the names of the guest", who);
	ok(ask(g, do_ns, "mnt") != do_ns((long)"mnt", 0, 0),
	   "%s: own mount namespace", who);
	ok(ask(g, do_ns, "ipc") != do_ns((long)"ipc", 0, 0),
	   "%s: own IPC namespace", who);
	/* not ENOSYS: the old ceiling has bit 63 */
	ok_errno(ask(g, do_space, ENTER, MOUNT, 0), EPERM,
		 "%s: K6 no entering of spaces", who);
	ok_errno(ask(g, do_space, SET, MOUNT, 0), EPERM,
		 "%s: no storing after setup", who);
	ok_errno(ask(g, do_mount, "/sub", 0), EPERM, "%s: no mounting", who);
	is(vs_tasks(xid) > 0, 1, "%s: alive", who);
}

/* --- the stop --- */

static void stop(uint32_t xid, int variant, struct puppet *g, struct puppet *m)
{
	struct vcmd_wait_exit w = { 0, 0 };
	pid_t waiter;

	is(vs_set_flags(xid, 0, VXF_SC_HELPER), 0, "stop: no helper");
	waiter = must(fork());
	if (!waiter)
		_exit(vs_wait(xid, &w) ? errno : w.exit_code & 0x7f);
	eventually(strstr(slurp("/proc/%d/stat", waiter), ") S "));
	if (variant & INIT)
		is(vs_kill(xid, 1, SIGINT), 0, "stop: SIGINT to init");
	/* without the flag it may have ended already */
	if (variant & PERSIST)
		is(vs_set_flags(xid, 0, VXF_PERSISTENT), 0,
		   "stop: not persistent");
	vs_kill(xid, 1, SIGTERM);
	vs_kill(xid, 0, SIGTERM);
	vs_kill(xid, 1, SIGKILL);
	vs_kill(xid, 0, SIGKILL);
	/* those whose children they are wait for them, as shells do */
	reap(g->pid);
	if (m)
		reap(m->pid);
	ok(eventually(!vs_exists(xid)), "stop: the context has ended");
	is(reap(waiter), variant & INIT ? SIGINT : SIGTERM,
	   "stop: waiting for it tells how");
}

/* --- the cases --- */

static void life(int variant)
{
	uint64_t index0 = MOUNT | UTS_IPC;
	struct vcmd_vx_info info;
	struct puppet g, m;

	g = start(XID_A, variant);
	ok(vs_exists(XID_A), "started");
	stored(XID_A, index0, variant & PIVOT ? MOUNT : 0);
	is(vs_get_flags(XID_A) & (VXF_STATE_SETUP | VXF_STATE_ADMIN),
	   VXF_STATE_ADMIN, "the setup is over");
	must(vs_info(XID_A, &info));
	is(info.initpid != 0, !!(variant & INIT), "init is registered or not");
	inside(&g, XID_A, "init");

	m = enter(XID_A, variant);
	inside(&m, XID_A, "entered");
	is(ask(&m, do_ns, "mnt"), ask(&g, do_ns, "mnt"), "the same mounts");
	is(ask(&m, do_ns, "uts"), ask(&g, do_ns, "uts"), "the same names");
	is(ask(&m, do_ns, "ipc"), ask(&g, do_ns, "ipc"), "the same IPC");
	stop(XID_A, variant, &g, &m);
}

static void test_pivot(void) { life(PIVOT | INIT | PERSIST); }
static void test_sysv(void) { life(PIVOT); }
static void test_chroot(void) { life(INIT); }

static long do_late(long xid, long y, long z)
{
	(void)y, (void)z;
	if (vs_spaces(ENTER, xid, MOUNT, 0))
		return -1;
	return mount("late", "late", "tmpfs", 0, NULL) || spit("late/x", "x");
}

/* What the host mounts later, in the namespace of the start, is seen. */
static void test_late(void)
{
	struct puppet g = start(XID_A, PIVOT), h = puppet_host();

	is(ask(&h, do_late, XID_A), 0, "the host mounts into the root");
	is(ask(&g, do_exists, "/late/x"), 0, "the guest sees it");
	is(ask(&g, do_mounts, "shared:"), 0, "no mount of the guest is shared");
	ok(ask(&g, do_mounts, "master:") > 0, "they are slaves");
	is(ask(&h, do_umount, "late", 0), 0, "the host unmounts it");
	ok_errno(ask(&g, do_exists, "/late/x"), ENOENT, "and it is gone");
}

static long do_host_mount(long xid, long index, long z)
{
	(void)z;
	return vs_spaces(ENTER, xid, MOUNT, index);
}

/* Members that may mount cannot undo what was mounted for them. */
static void test_locked(void)
{
	struct puppet g = start(XID_A, PIVOT | ADMIN), h = puppet_host();

	must(ask(&h, do_host_mount, XID_A, 1));
	ok_errno(ask(&g, do_umount, "/sub", 0), EINVAL, "umount by a member");
	ok_errno(ask(&g, do_umount, "/proc", MNT_DETACH), EINVAL,
		 "lazy, too");
	must(ask(&g, do_mkdir, "/sub/x"));
	ok_errno(ask(&g, do_pivot), EINVAL, "pivot_root by a member");
	ok_errno(ask(&g, do_mount, "/sub", MS_REMOUNT | MS_BIND), EPERM,
		 "a remount without nodev and nosuid");
	must(ask(&g, do_mkdir, "/sub/y"));
	is(ask(&g, do_mount, "/sub/y", 0), 0, "own mounts");
	is(ask(&g, do_umount, "/sub/y", 0), 0, "and their end");
	is(ask(&g, do_mount, "/late", 0), 0, "mount beside");
	must(ask(&h, do_host_mount, XID_A, 0));
	is(ask(&h, do_mounts, "guest/late"), 0, "nothing flows out");

	must(ask(&h, do_host_mount, XID_A, 1));
	is(ask(&h, do_mount, "/sub", MS_REMOUNT | MS_BIND), 0,
	   "the host changes what is locked");
	is(ask(&h, do_umount, "/sub", 0), 0, "and unmounts it");
}

/*
 * Where all mounts of the host are shared, as systemd makes them, taking the
 * old root away must not take the mounts of the host away.
 */
static void test_shared(void)
{
	struct puppet g;
	long before;

	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL));
	before = do_mounts((long)" / /", 0, 0);
	g = start(XID_A, PIVOT | INIT | SHARED);
	is(ask(&g, do_exists, "/init"), 0, "started");
	is(do_exists((long)"/proc/self", 0, 0), 0, "/proc is still there");
	ok(do_mounts((long)" / /", 0, 0) >= before, "all mounts are");
	stop(XID_A, INIT, &g, NULL);
	umount2("guest/sub", MNT_DETACH);
	umount2("guest", MNT_DETACH);
	umount2("guest", MNT_DETACH);
}

/* Ended by the host, the setup leaves the mounts locked as well. */
static long do_setup(long xid, long y, long z)
{
	struct chain chain = { puppet_fd, xid, PIVOT }, *c = &chain;

	(void)y, (void)z;
	p_vnamespace_new(c);
	p_mounts(c);
	p_create(c);
	pivot(c);
	return 0;
}

static void test_ended_outside(void)
{
	struct puppet g = puppet_start(do_setup, XID_A, 0, 0);

	must(vs_set_bcaps(XID_A, VS_BCAPS_SECURE | CAP(SYS_ADMIN), ALL_CAPS));
	is(ask(&g, do_umount, "/proc", MNT_DETACH), 0, "umount in setup");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	ok_errno(ask(&g, do_umount, "/sub", 0), EINVAL, "but not after it");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	chain_main(argc, argv);
	run("pivot_root", test_pivot);
	run("sysv", test_sysv);
	run("chroot", test_chroot);
	run("late mounts", test_late);
	run("locked mounts", test_locked);
	run("shared host", test_shared);
	run("ended outside", test_ended_outside);
	return ktap_exit();
}
