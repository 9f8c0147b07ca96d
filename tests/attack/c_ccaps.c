// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows C21 and C22 of the attack tables, and what context
 * capabilities permit: one operation each, and not more of it than is meant.
 */
#include "attack.h"

#include <grp.h>
#include <sys/io.h>
#include <sys/resource.h>
#include <sys/swap.h>
#include <sys/xattr.h>

static struct puppet a;

static void set_ccaps(uint64_t ccaps)
{
	struct vcmd_ctx_caps c = { ccaps, ~0ULL };

	must(vs_native(VCMD_set_ccaps, XID_A, &c));
}

static void set_ceiling(uint64_t bcaps)
{
	must(vs_set_bcaps(XID_A, bcaps, ~0ULL));
}

/* --- C21 --- */

static long do_swapon(long x, long y, long z)
{
	long ret = swapon("/no/such/file", 0);

	(void)x, (void)y, (void)z;
	return ret && errno == ENOENT ? 0 : ret;
}

static long do_acct(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return acct(NULL);
}

static long do_iopl(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return iopl(3) || ioperm(0x80, 1, 1) ? -1 : iopl(0);
}

static long do_mlock(long x, long y, long z)
{
	struct rlimit none = { 0, 0 };
	static char page[4096];

	(void)x, (void)y, (void)z;
	setrlimit(RLIMIT_MEMLOCK, &none);
	return mlock(page, sizeof(page));
}

static long do_fifo(long x, long y, long z)
{
	struct sched_param p = { .sched_priority = 1 }, o = { 0 };

	(void)x, (void)y, (void)z;
	if (sched_setscheduler(0, SCHED_FIFO, &p))
		return -1;
	return sched_setscheduler(0, SCHED_OTHER, &o);
}

static long do_setpriority(long nice, long y, long z)
{
	(void)y, (void)z;
	return setpriority(PRIO_PROCESS, 0, nice);
}

static long do_setattr(long nice, long y, long z)
{
	/* struct sched_attr, which the C library has in newer versions */
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} attr = { .size = sizeof(attr), .nice = nice };

	(void)y, (void)z;
	return syscall(SYS_sched_setattr, 0, &attr, 0);
}

static long do_nice(long increment, long y, long z)
{
	(void)y, (void)z;
	errno = 0;
	return nice(increment) == -1 && errno ? -1 : 0;
}

/* 20 - nice, as the system call returns it: never -1. */
static long do_getpriority(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return 20 - getpriority(PRIO_PROCESS, 0);
}

static long do_prlimit(long pid, long y, long z)
{
	struct rlimit none = { 0, 0 };

	(void)y, (void)z;
	return syscall(SYS_prlimit64, pid, RLIMIT_CORE, &none, NULL);
}

static void c21(void)
{
	struct puppet h = puppet_host();

	a = attack_guest(XID_A);
	if (ask(&a, do_swapon) && errno == ENOSYS)
		skip("not in this kernel", "C21 swapon");
	else
		attack(ask(&a, do_swapon), EPERM, "C21 swapon");
	attack(ask(&a, do_acct), EPERM, "C21 acct");
	attack(ask(&a, do_iopl), EPERM, "C21 iopl");
	attack(ask(&a, do_mlock), EPERM, "C21 mlock");
	attack(ask(&a, do_fifo), EPERM, "C21 SCHED_FIFO");
	attack(ask(&a, do_setpriority, -5), EACCES, "C21 nice -5");
	attack(ask(&a, do_prlimit, h.pid), ESRCH, "C21 limits of the host");
}

/* The first member came with 3, the second with 0. */
static long do_become(long xid, long flags, long y)
{
	(void)y;
	setpriority(PRIO_PROCESS, 0, 3);
	return vs_become(xid, flags, GUEST_CAPS | CAP(SYS_NICE));
}

static void c21_nice(void)
{
	struct puppet m;

	if (vanilla()) {
		a = attack_guest(XID_A);
		ok_call(ask(&a, do_setpriority, -20), "C21 as high as it likes");
		is(ask(&a, do_getpriority), 40, "C21 and it has it");
		return;
	}
	a = puppet_start(do_become, XID_A, 0, 0);
	is(ask(&a, do_setpriority, 10), 0, "C21 down");
	is(ask(&a, do_getpriority), 10, "C21 is down");
	is(ask(&a, do_setpriority, -20), 0, "C21 setpriority(-20)");
	is(ask(&a, do_getpriority), 17, "C21 ends at the floor");
	is(ask(&a, do_setattr, -20), 0, "C21 sched_setattr(-20)");
	is(ask(&a, do_getpriority), 17, "C21 ends at the floor");
	is(ask(&a, do_nice, -20), 0, "C21 nice(-20)");
	is(ask(&a, do_getpriority), 17, "C21 ends at the floor");
	m = puppet_member(XID_A, 0);
	is(ask(&m, do_setpriority, -20), 0, "C21 a later member");
	is(ask(&m, do_getpriority), 17, "C21 has the same floor");
	is(setpriority(PRIO_PROCESS, 0, -5), 0, "C21 the host has none");
	is(20 - getpriority(PRIO_PROCESS, 0), 25, "C21 at all");
}

static void igneg(void)
{
	if (vanilla())
		return;
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	ok_errno(ask(&a, do_setpriority, -5), EACCES, "setpriority without");
	ok_errno(ask(&a, do_nice, -5), EPERM, "nice without");
	must(vs_set_flags(XID_A, VXF_IGNEG_NICE, VXF_IGNEG_NICE));
	is(ask(&a, do_setpriority, -5), 0, "setpriority with igneg_nice");
	is(ask(&a, do_nice, -5), 0, "nice with igneg_nice");
	is(ask(&a, do_getpriority), 20, "and nothing has changed");
}

static long do_ioprio(long value, long y, long z)
{
	(void)y, (void)z;
	return value ? syscall(SYS_ioprio_set, 1, 0, value) :
		syscall(SYS_ioprio_get, 1, 0);
}

static void igneg_io(void)
{
	long old;

	if (vanilla())
		return;
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	old = ask(&a, do_ioprio, 0);
	if (old == -1 && errno == ENOSYS)
		return;
	ok_errno(ask(&a, do_ioprio, 1 << 13), EPERM, "real time without");
	must(vs_set_flags(XID_A, VXF_IGNEG_IONICE, VXF_IGNEG_IONICE));
	is(ask(&a, do_ioprio, 1 << 13), 0, "real time with igneg_ionice");
	is(ask(&a, do_ioprio, 0), old, "and nothing has changed");
	ok_errno(ask(&a, do_ioprio, 7 << 13), EINVAL, "nonsense is nonsense");
}

/* --- C22: names --- */

static long do_hostname(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return sethostname("inside", 6);
}

static long do_drop(long caps, long y, long z)
{
	(void)y, (void)z;
	return caps_drop(caps);
}

static long do_user(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return setgroups(0, NULL) || setresgid(1000, 1000, 1000) ||
		setresuid(1000, 1000, 1000);
}

static void c22(void)
{
	struct puppet u, d;
	char name[65];

	if (vanilla())
		return;
	gethostname(name, sizeof(name));
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	u = puppet_member(XID_A, 0);
	d = puppet_member(XID_A, 0);
	must(ask(&u, do_user));
	must(ask(&d, do_drop, CAP(SYS_ADMIN)));
	ok_errno(ask(&a, do_hostname), EPERM, "C22 without");
	set_ccaps(VXC_SET_UTSNAME);
	is(ask(&a, do_hostname), 0, "C22 with the context capability");
	ok_errno(ask(&u, do_hostname), EPERM, "C22 an ordinary user");
	ok_errno(ask(&d, do_hostname), EPERM, "C22 root without SYS_ADMIN");
	set_ccaps(~VXC_SET_UTSNAME);
	ok_errno(ask(&a, do_hostname), EPERM, "C22 with all others");

	a = puppet_guest(XID_B, VXF_SHARE_UTS, GUEST_CAPS);
	must(vs_native(VCMD_set_ccaps, XID_B,
		       &(struct vcmd_ctx_caps){ VXC_SET_UTSNAME, ~0ULL }));
	ok_errno(ask(&a, do_hostname), EPERM, "C22 never the machine's name");
	is_str(({ static char now[65]; gethostname(now, sizeof(now)); now; }),
	       name, "C22 which it still has");
}

/* --- the others --- */

static long do_limit(long cur, long max, long z)
{
	struct rlimit r = { cur, max };

	(void)z;
	return setrlimit(RLIMIT_CORE, &r);
}

static long do_limited(long xid, long y, long z)
{
	struct rlimit r = { 5, 100 };

	(void)y, (void)z;
	return setrlimit(RLIMIT_CORE, &r) ? -1 : vs_become(xid, 0, GUEST_CAPS);
}

static void rlimit(void)
{
	if (vanilla())
		return;
	a = puppet_start(do_limited, XID_A, 0, 0);
	is(ask(&a, do_limit, 1, 10), 0, "lower");
	ok_errno(ask(&a, do_limit, 1, 50), EPERM, "raise without");
	set_ccaps(VXC_SET_RLIMIT);
	is(ask(&a, do_limit, 1, 50), 0, "raise with");
	is(ask(&a, do_limit, 1, 100), 0, "to what it came with");
	ok_errno(ask(&a, do_limit, 1, 101), EPERM, "not above");
	set_ceiling(GUEST_CAPS | CAP(SYS_RESOURCE));
	is(ask(&a, do_limit, 1, 101), 0, "but with the capability");
}

static long do_oom(long value, long y, long z)
{
	(void)y, (void)z;
	return spit("/proc/self/oom_score_adj", (char *)value);
}

static void oom(void)
{
	if (vanilla())
		return;
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	ok_errno(ask(&a, do_oom, "-100"), EACCES, "OOM score without");
	set_ccaps(VXC_OOM_ADJUST);
	is(ask(&a, do_oom, "-100"), 0, "OOM score with");
}

static long do_xattr(long name, long y, long z)
{
	(void)y, (void)z;
	return setxattr("/tmp/c-xattr", (char *)name, "x", 1, 0);
}

static long do_unxattr(long name, long y, long z)
{
	(void)y, (void)z;
	return removexattr("/tmp/c-xattr", (char *)name);
}

static void xattrs(void)
{
	if (vanilla())
		return;
	must(spit("/tmp/c-xattr", "x"));
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	ok_errno(ask(&a, do_xattr, "trusted.x"), EPERM, "trusted without");
	ok_errno(ask(&a, do_xattr, "security.x"), EPERM, "security without");
	set_ccaps(VXC_FS_TRUSTED);
	is(ask(&a, do_xattr, "trusted.x"), 0, "trusted with");
	ok_errno(ask(&a, do_xattr, "security.x"), EPERM, "security with it");
	set_ccaps(VXC_FS_SECURITY);
	ok_errno(ask(&a, do_unxattr, "trusted.x"), EPERM, "trusted not with");
	is(ask(&a, do_xattr, "security.x"), 0, "security with");
	is(ask(&a, do_unxattr, "security.x"), 0, "and removed");
	unlink("/tmp/c-xattr");
}

#define LOGINUID	"/proc/self/loginuid"

static long do_loginuid(long value, long y, long z)
{
	char *s;

	(void)y, (void)z;
	if (value)
		return spit(LOGINUID, (char *)value);
	s = slurp(LOGINUID);
	return s ? (long)(int)strtoul(s, NULL, 10) + 10 : -1;
}

static long do_entry(long xid, long y, long z)
{
	(void)y, (void)z;
	return vanilla() ? attack_chroot(0, 0, 0) : vs_migrate(xid, 0);
}

/* X39: the guest's processes are not those of the admin who started it. */
static void loginuid(void)
{
	struct puppet p = puppet_host();

	if (access(LOGINUID, F_OK)) {
		skip("no audit in this kernel", "X39");
		return;
	}
	a = attack_guest(XID_A);
	must(ask(&p, do_loginuid, "77"));
	must(ask(&p, do_entry, XID_A));
	defends(ask(&p, do_loginuid, 0) == 9, "X39 the login uid is unset");
	if (vanilla())
		return;
	is(ask(&p, do_loginuid, "5"), 0, "X39 the first log-in");
	ok_errno(ask(&p, do_loginuid, "6"), EPERM, "X39 is the last");
	set_ccaps(VXC_AUDIT_CONTROL);
	is(ask(&p, do_loginuid, "6"), 0, "but with the context capability");
	is(ask(&p, do_loginuid, 0), 16, "of itself");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("C21", c21);
	attack_run("C21 nice", c21_nice);
	attack_run("igneg_nice", igneg);
	attack_run("igneg_ionice", igneg_io);
	attack_run("C22", c22);
	attack_run("set_rlimit", rlimit);
	attack_run("oom_adjust", oom);
	attack_run("fs_trusted", xattrs);
	attack_run("X39", loginuid);
	return ktap_exit();
}
