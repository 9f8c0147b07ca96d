// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the spaces of a context: which namespaces and directories it remembers,
 * and that those who enter get them, whether they ask or not.
 */
#include "puppet.h"

#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/utsname.h>

#define SET	VCMD_set_space
#define ENTER	VCMD_enter_space
#define UTS_IPC	(CLONE_NEWUTS | CLONE_NEWIPC)
#define OLD	(CLONE_FS | CLONE_NEWNS | UTS_IPC | CLONE_NEWPID | CLONE_NEWNET)
#define ALL	(OLD | CLONE_NEWCGROUP | CLONE_NEWTIME)

static char *text;

static long do_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static long do_spaces(long cmd, long mask, long index)
{
	return vs_spaces(cmd, -1, (unsigned long)mask, index);
}

static long do_unshare(long flags, long b, long c)
{
	(void)b, (void)c;
	return unshare(flags);
}

/* The number of one of the caller's namespaces. */
static long do_ns(long name, long b, long c)
{
	char path[64];
	struct stat st;

	(void)b, (void)c;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", (char *)name);
	return stat(path, &st) ? -1 : (long)st.st_ino;
}

static long ns(const char *name) { return do_ns((long)name, 0, 0); }

static void stored(uint32_t xid, uint64_t a, uint64_t b, const char *name)
{
	char want[64], *line = slurp("/proc/virtual/%u/status", xid);

	snprintf(want, sizeof(want), "Spaces:\t%08llx %08llx\n",
		 (unsigned long long)a, (unsigned long long)b);
	line = line ? strstr(line, "Spaces:") : NULL;
	is_str(line, want, "%s", name);
}

static void test_masks(void)
{
	struct vcmd_space_mask_v1 m = { 0 };

	is(vs_native(VCMD_get_space_mask, 0, &m), 0, "mask");
	is(m.mask, OLD | CLONE_NEWUSER, "mask: what old tools may clone");
	is(vs_native(VCMD_get_space_default, 0, &m), 0, "default");
	is(m.mask, CLONE_FS | CLONE_NEWNS | UTS_IPC, "default");
	is(vs_native(VCMD_get_space_mask_v0, 0, &m), 0, "mask v0");
	is(m.mask, CLONE_FS | CLONE_NEWNS | UTS_IPC | CLONE_NEWUSER,
	   "mask v0: without PID and NET");
}

static void test_bad(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	struct vcmd_space_mask_v1 v1 = { CLONE_NEWNET };

	stored(XID_A, UTS_IPC, 0, "private UTS and IPC are stored");
	ok_errno(vs_spaces(SET, XID_A, 0, 2), EINVAL, "set: index 2");
	ok_errno(vs_spaces(SET, XID_A, 0, -1), EINVAL, "set: index -1");
	ok_errno(vs_spaces(ENTER, XID_A, 0, 2), EINVAL, "enter: index 2");
	ok_errno(vs_spaces(SET, XID_A, 0x400, 0), EINVAL, "set: CLONE_FILES");
	ok_errno(vs_spaces(SET, XID_A, 1ULL << 40 | CLONE_FS, 0), EINVAL,
		 "set: bit 40");
	ok_errno(vs_spaces(SET, XID_A, CLONE_VM, 0), EINVAL, "set: CLONE_VM");
	stored(XID_A, UTS_IPC, 0, "nothing was stored");
	ok_errno(vs_spaces(ENTER, XID_A, CLONE_NEWNET, 0), EINVAL,
		 "enter: what is not stored");
	ok_errno(vs_spaces(ENTER, XID_A, CLONE_NEWNET | CLONE_NEWUTS, 0),
		 EINVAL, "enter: partly not stored");
	ok_errno(vs_spaces(ENTER, XID_A, 0, 1), EINVAL,
		 "F3 enter: nothing stored at all");
	ok_errno(vs_native(VCMD_enter_space_v1, XID_A, &v1), EINVAL,
		 "enter v1: what is not stored");
	ok_errno(vs_native(VCMD_enter_space_v0, XID_A, NULL), EINVAL,
		 "enter v0: neither mount namespace nor directories");
	is(ns("uts"), ns("uts"), "still here");

	ok_errno(ask(&p, do_spaces, ENTER, UTS_IPC, 0), EPERM,
		 "K6 enter from inside, even in setup");
	ok_errno(ask(&p, do_spaces, ENTER, 0, 1), EPERM,
		 "K6 that is what selects pivot_root");
	is(ask(&p, do_spaces, SET, CLONE_NEWNET, 1), 0,
	   "set from inside in setup");
	stored(XID_A, UTS_IPC, CLONE_NEWNET, "index 1");
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	ok_errno(ask(&p, do_spaces, SET, CLONE_NEWNET, 1), ENOSYS,
		 "not after setup");
}

/* The first child is the init of a pid namespace. */
static long do_fork(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

/* Every kind: what was stored is what one gets, and only that. */
static const struct { long flag; const char *ns; } kinds[] = {
	{ CLONE_NEWUTS, "uts" }, { CLONE_NEWIPC, "ipc" },
	{ CLONE_NEWNS, "mnt" }, { CLONE_NEWNET, "net" },
	{ CLONE_NEWPID, "pid_for_children" }, { CLONE_NEWCGROUP, "cgroup" },
	{ CLONE_NEWTIME, "time_for_children" }, { CLONE_NEWUSER, "user" },
};

#define KINDS	((int)ARRAY_SIZE(kinds))
#define N_USER	(KINDS - 1)

static void test_kinds(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	long inner[KINDS];
	int i, j;

	must(ask(&p, do_unshare, ALL & ~CLONE_FS));
	must(ask(&p, do_fork));
	for (i = 0; i < KINDS; i++)
		inner[i] = ask(&p, do_ns, kinds[i].ns);
	is(ask(&p, do_spaces, SET, ALL & ~CLONE_FS, 0), 0, "set all");
	stored(XID_A, ALL & ~CLONE_FS, 0, "all are stored");
	for (i = 0; i < N_USER; i++) {
		pid_t pid = must(fork());

		if (!pid) {
			is(vs_spaces(ENTER, XID_A, kinds[i].flag, 0), 0,
			   "%s: enter", kinds[i].ns);
			for (j = 0; j < N_USER; j++)
				ok((ns(kinds[j].ns) == inner[j]) == (i == j),
				   "%s after entering %s", kinds[j].ns,
				   kinds[i].ns);
			is(vs_task_xid(0), 0, "no member");
			_exit(0);
		}
		reap(pid);
	}
	if (!must(fork())) {
		is(vs_spaces(ENTER, XID_A, 0, 0), 0, "mask 0");
		for (j = 0; j < N_USER; j++)
			is(ns(kinds[j].ns), inner[j], "%s: all are entered",
			   kinds[j].ns);
		_exit(0);
	}
	wait(NULL);
	is(ask(&p, do_spaces, SET, CLONE_NEWUSER, 1), 0, "set user");
	stored(XID_A, ALL & ~CLONE_FS, CLONE_NEWUSER, "and stored");
	is_child(vs_spaces(ENTER, XID_A, CLONE_NEWUSER, 1), 0,
		 "the user namespace the caller is in already");
}

/* Both take effect for the children of the one who entered. */
static void test_children(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	long host = ns("time"), inner;
	pid_t pid;

	must(ask(&p, do_unshare, CLONE_NEWPID | CLONE_NEWTIME));
	inner = ask(&p, do_ns, "time_for_children");
	ok(inner != host, "a time namespace");
	is(ask(&p, do_spaces, SET, CLONE_NEWPID | CLONE_NEWTIME, 0), 0, "set");
	is_child(vs_spaces(ENTER, XID_A, CLONE_NEWPID, 0), EINVAL,
		 "nobody else makes the init of a pid namespace");
	must(ask(&p, do_fork));
	pid = must(fork());
	if (!pid) {
		is(vs_spaces(ENTER, XID_A, CLONE_NEWTIME, 0), 0, "enter time");
		is(ns("time"), host, "the caller stays in its time namespace");
		is_child(ns("time") == inner ? 0 : -1, 0, "its child does not");
		is(vs_spaces(ENTER, XID_A, CLONE_NEWPID, 0), 0, "enter pid");
		is_child(getpid() == 2 ? 0 : -1, 0, "a child is number 2");
		_exit(0);
	}
	reap(pid);
}

static long do_fs(long dir, long mask, long c)
{
	(void)c;
	umask(mask);
	return mkdir((char *)dir, 0755) && errno != EEXIST ? -1 :
		chdir((char *)dir);
}

static long do_chroot(long dir, long b, long c)
{
	(void)b, (void)c;
	return chroot((char *)dir);
}

static void test_fs(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	struct stat inner, st;
	pid_t pid;
	char cwd[256];

	must(ask(&p, do_fs, "a", 027));
	must(stat("a", &inner));
	is(ask(&p, do_spaces, SET, CLONE_FS, 0), 0, "set");
	must(ask(&p, do_chroot, "."));
	is(ask(&p, do_spaces, SET, CLONE_FS, 1), 0, "set index 1");
	must(ask(&p, do_fs, "b", 077));

	must(getcwd(cwd, sizeof(cwd)) ? 0 : -1);
	pid = must(fork());
	if (!pid) {
		is(vs_spaces(ENTER, XID_A, CLONE_FS, 0), 0, "enter");
		ok(!stat(".", &st) && st.st_ino == inner.st_ino,
		   "current directory");
		is(umask(0), 027, "umask");
		is(chdir(cwd), 0, "root is as it was");
		ok(!stat("a", &st) && st.st_ino == inner.st_ino, "the file");
		is(vs_spaces(ENTER, XID_A, CLONE_FS, 1), 0, "enter index 1");
		ok(!stat("/", &st) && st.st_ino == inner.st_ino, "the root");
		ok_errno(chdir(cwd), ENOENT, "nothing outside");
		_exit(0);
	}
	reap(pid);
	must(stat("a/b", &st));
	ok(access("a", F_OK) == 0, "the caller stays where it was");
}

static void test_mnt(void)
{
	struct puppet p = puppet_start(do_setup, XID_A, 0, 0);
	pid_t pid;

	must(ask(&p, do_unshare, CLONE_NEWNS));
	must(ask(&p, do_fs, "/tmp/vs-mnt", 022));
	is(ask(&p, do_spaces, SET, CLONE_NEWNS | CLONE_FS, 0), 0, "set");
	pid = must(fork());
	if (!pid) {
		is(vs_native(VCMD_enter_space_v0, XID_A, NULL), 0, "enter v0");
		is(mount("none", "/tmp/vs-mnt", "tmpfs", 0, NULL), 0, "mount");
		is(spit("/tmp/vs-mnt/x", "inside"), 0, "a file");
		_exit(0);
	}
	reap(pid);
	ok_errno(access("/tmp/vs-mnt/x", F_OK), ENOENT, "not on the host");
	pid = must(fork());
	if (!pid) {
		is(vs_spaces(ENTER, XID_A, CLONE_NEWNS | CLONE_FS, 0), 0,
		   "enter v2");
		is_str(slurp("/tmp/vs-mnt/x"), "inside", "the mount is there");
		_exit(0);
	}
	reap(pid);
	rmdir("/tmp/vs-mnt");
}

/* --- what happens by itself --- */

static long do_hostname(long name, long b, long c)
{
	(void)b, (void)c;
	return sethostname((char *)name, strlen((char *)name));
}

static long do_nodename(long a, long b, long c)
{
	struct utsname u;

	(void)a, (void)b, (void)c;
	uname(&u);
	strcpy(text, u.nodename);
	return 0;
}

static long do_shmget(long key, long flags, long c)
{
	(void)c;
	return shmget(key, 4096, flags);
}

static void test_private(void)
{
	struct puppet a = puppet_guest(XID_A, 0, ~0ULL);
	struct puppet b = puppet_member(XID_A, 0);
	struct puppet c = puppet_guest(XID_C, 0, ~0ULL);
	struct puppet s = puppet_start(do_setup, XID_B, 0, 0);
	long host = ns("uts");

	ok(ask(&a, do_ns, "uts") != host, "own UTS namespace");
	ok(ask(&a, do_ns, "ipc") != ns("ipc"), "own IPC namespace");
	is(ask(&a, do_ns, "user"), ns("user"), "the host's user namespace");
	is(ask(&b, do_ns, "uts"), ask(&a, do_ns, "uts"), "shared by members");
	is(ask(&b, do_ns, "ipc"), ask(&a, do_ns, "ipc"), "IPC, too");
	ok(ask(&c, do_ns, "uts") != ask(&a, do_ns, "uts"), "not by others");
	ok(ask(&c, do_ns, "ipc") != ask(&a, do_ns, "ipc"), "IPC neither");
	is(ask(&a, do_hostname, "alpha"), 0, "sethostname");
	is(ask(&s, do_hostname, "beta"), 0, "sethostname in setup");
	must(ask(&b, do_nodename));
	is_str(text, "alpha", "members see it");
	must(do_nodename(0, 0, 0));
	is_str(text, "vm", "the host has its own");
	ok(ask(&a, do_shmget, 77, IPC_CREAT | 0666) >= 0, "E15 a segment");
	ok(ask(&b, do_shmget, 77, 0) >= 0, "E15 members find it");
	ok_errno(do_shmget(77, 0, 0), ENOENT, "E15 the host does not");
	ok_errno(ask(&c, do_shmget, 77, 0), ENOENT, "E15 nor another guest");

	/* F11: what the host has stored of itself is not handed out */
	must(vs_spaces(SET, XID_C, UTS_IPC, 0));
	b = puppet_member(XID_C, 0);
	ok(ask(&b, do_ns, "uts") != host, "not the host's UTS namespace");
	ok(ask(&b, do_ns, "ipc") != ns("ipc"), "nor its IPC namespace");

	/* brought along: kept, and not stored */
	b = puppet_host();
	must(ask(&b, do_unshare, UTS_IPC));
	host = ask(&b, do_ns, "uts");
	must(ask(&b, do_setup, XID_D));
	is(ask(&b, do_ns, "uts"), host, "own namespaces are kept");
	stored(XID_D, 0, 0, "and not stored");
}

static long do_shared(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET | VXF_SHARE_UTS | VXF_SHARE_IPC);
}

static void test_share(void)
{
	struct puppet a = puppet_start(do_shared, XID_A, 0, 0), s;

	is(ask(&a, do_ns, "uts"), ns("uts"), "SHARE_UTS");
	is(ask(&a, do_ns, "ipc"), ns("ipc"), "SHARE_IPC");
	stored(XID_A, 0, 0, "nothing is stored");
	s = puppet_spectator();
	is(ask(&s, do_ns, "uts"), ns("uts"), "the spectator is on the host");
	is(ask(&s, do_ns, "ipc"), ns("ipc"), "IPC, too");
}

int main(void)
{
	text = puppet_shared(128);
	run("masks", test_masks);
	run("bad", test_bad);
	run("kinds", test_kinds);
	run("for children", test_children);
	run("directories", test_fs);
	run("mounts", test_mnt);
	run("private", test_private);
	run("shared", test_share);
	return ktap_exit();
}
