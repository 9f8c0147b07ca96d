// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X4, X11 and X12 of the attack tables: programs that root of a
 * guest has made do not work for others than the guest.
 */
#include "attack.h"
#include "../vm/iattr.h"
#include "../vm/image.h"

#include <sys/xattr.h>

#define GUESTS		FS_DIR "/guests"
#define PROGRAM		GUESTS "/a/program"
#define INSIDE		"program"	/* the same for who is there */
#define OTHER		FS_DIR "/other"
#define HOST_SUID	"/proc/sys/kernel/vserver/host_suid"

/* The program says what it is: user 0, group 0, CAP_SYS_ADMIN. */
static int report(void)
{
	return (geteuid() ? 0 : 1) | (getegid() ? 0 : 2) |
		(caps_get(0, NULL) & CAP(SYS_ADMIN) ? 4 : 0);
}

/* A copy of this program. */
static void copy_to(const char *path, mode_t mode)
{
	char buf[65536];
	int from, to;
	ssize_t n;

	unlink(path);
	from = must(open("/proc/self/exe", O_RDONLY));
	to = must(open(path, O_WRONLY | O_CREAT, 0755));
	while ((n = must(read(from, buf, sizeof(buf)))) > 0)
		must(write(to, buf, n) == n ? 0 : -1);
	close(from);
	close(to);
	must(chmod(path, mode));
}

static void add_caps(const char *path)
{
	const uint32_t value[5] = { 0x02000001, CAP(SYS_ADMIN), 0, 0, 0 };

	must(setxattr(path, "security.capability", value, sizeof(value), 0));
}

static long run_program(const char *path)
{
	execl(path, "report", NULL);
	return -1;
}

/* What it says when a user of the host executes it. */
static int as_user(const char *path)
{
	pid_t pid = must(fork());

	if (!pid) {
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(100);
		run_program(path);
		_exit(errno);
	}
	return reap(pid);
}

static long do_run(long path, long uid, long c)
{
	pid_t pid = fork();

	(void)c;
	if (!pid) {
		if (uid && (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(100);
		run_program((char *)path);
		_exit(errno);
	}
	return reap(pid);
}

/* Somebody in the guest's directory: a member, or one during setup. */
static long do_enter(long setup, long b, long c)
{
	(void)b, (void)c;
	if (chdir(GUESTS "/a"))
		return -1;
	if (vanilla())
		return 0;
	return setup ? vs_create(XID_A, VXF_INIT_SET) :
		vs_become(XID_A, 0, GUEST_CAPS);
}

/* Which does not hang on there being a context. */
static void test_suid(const char *when)
{
	copy_to(PROGRAM, 06755);
	is(as_user(PROGRAM), vanilla() ? 7 : 0, "X4 set-user-id, %s", when);
	copy_to(PROGRAM, 0755);
	add_caps(PROGRAM);
	is(as_user(PROGRAM), vanilla() ? 4 : 0, "X4 capabilities, %s", when);
	copy_to(OTHER, 06755);
	is(as_user(OTHER), 7, "elsewhere, %s", when);
	copy_to(OTHER, 0755);
	add_caps(OTHER);
	is(as_user(OTHER), 4, "elsewhere capabilities, %s", when);
}

static void x4(void)
{
	struct puppet a;

	test_suid("without contexts");
	a = puppet_start(do_enter, 0, 0, 0);
	copy_to(PROGRAM, 06755);
	is(ask(&a, do_run, INSIDE, 1000), vanilla() ? 7 : 3,
	   "it works in the guest");
	test_suid("with a context");
	if (vanilla())
		return;
	copy_to(PROGRAM, 06755);
	must(spit(HOST_SUID, "1"));
	is(as_user(PROGRAM), 7, "the host wants it so");
	must(spit(HOST_SUID, "0"));
	is(as_user(PROGRAM), 0, "and not any more");
}

/* The same directory under another name. */
static void x4_bind(void)
{
	must(mount(GUESTS "/a", FS_DIR "/bind", NULL, MS_BIND, NULL));
	copy_to(PROGRAM, 06755);
	is(as_user(FS_DIR "/bind/program"), vanilla() ? 7 : 0, "X4 bind mount");
	must(umount(FS_DIR "/bind"));
}

static long do_map(long path, long prot, long change)
{
	int fd = open((char *)path, O_RDONLY);
	void *p;

	if (fd < 0)
		return -1;
	p = mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return -1;
	return change ? mprotect(p, 4096, change) : 0;
}

static void x11(void)
{
	struct puppet a = puppet_start(do_enter, 0, 0, 0);
	struct puppet host = puppet_host();

	copy_to(PROGRAM, 0755);
	copy_to(OTHER, 0755);
	/* no exec since it entered */
	attack(ask(&a, do_map, INSIDE, PROT_READ | PROT_EXEC), EPERM,
	       "X11 a library of the guest");
	attack(ask(&a, do_map, INSIDE, PROT_READ, PROT_READ | PROT_EXEC),
	       EPERM, "X11 mprotect");
	is(ask(&a, do_map, INSIDE, PROT_READ), 0, "as data");
	is(ask(&a, do_map, OTHER, PROT_READ | PROT_EXEC), 0, "of the host");
	is(ask(&host, do_map, PROGRAM, PROT_READ | PROT_EXEC), 0, "the host");
	must(ask(&a, do_exec));
	is(ask(&a, do_map, INSIDE, PROT_READ | PROT_EXEC), 0,
	   "a member that has come");
}

static void x12(void)
{
	struct puppet a = puppet_start(do_enter, 1, 0, 0);

	copy_to(PROGRAM, 0755);
	copy_to(OTHER, 0755);
	is(ask(&a, do_run, INSIDE), vanilla() ? 7 : EPERM, "X12 during setup");
	is(ask(&a, do_run, OTHER), 7, "a program of the host");
	if (vanilla())
		return;
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	is(ask(&a, do_run, INSIDE) & 3, 3, "after setup");
}

int main(int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "report"))
		return report();
	puppet_main(argc, argv);
	fs_begin();
	fs_make(1);
	must(mkdir(GUESTS, 0755));
	must(mkdir(GUESTS "/a", 0755));
	must(mkdir(FS_DIR "/bind", 0755));
	if (!vanilla())
		must(iattr_set(GUESTS, VIATTR_BARRIER, VIATTR_BARRIER));
	attack_run("X4", x4);
	attack_run("X4 bind", x4_bind);
	attack_run("X11", x11);
	attack_run("X12", x12);
	fs_end(1);
	return ktap_exit();
}
