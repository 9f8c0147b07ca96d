/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the chain of programs that starts a guest, as the scripts of the classic
 * tools do: each makes its calls and executes the next. The program is always
 * this one; which step it is tell its arguments, so main() has to begin with
 * chain_main() and puppet_main().
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "puppet.h"

#include <sys/mount.h>
#include <sys/resource.h>

#define SET	VCMD_set_space
#define ENTER	VCMD_enter_space
#define MOUNT	(CLONE_NEWNS | CLONE_FS)
#define UTS_IPC	(CLONE_NEWUTS | CLONE_NEWIPC)
#define SELF	VS_XID_SAME

/* Bits of a variant. */
enum {
	PIVOT	= 1,		/* pivot_root, not chroot */
	INIT	= 2,		/* --initpid --disconnect */
	SHARED	= 4,		/* the mounts of the host are shared */
	ADMIN	= 8,		/* with SYS_ADMIN in the ceiling */
	PERSIST	= 16,
};

struct chain {
	int fd;			/* where the last program answers */
	uint32_t xid;
	int variant;
};

static void fail(const struct chain *c, const char *what)
{
	diag("%s: %s", what, errname(errno));
	puppet_answer(c->fd, -1);
	_exit(1);
}

/* Every call of the chain has to succeed. */
#define call(expr) ({						\
	long ret_ = (long)(expr);				\
	if (ret_ == -1)						\
		fail(c, #expr);					\
	ret_; })

static uint64_t default_spaces(const struct chain *c)
{
	struct vcmd_space_mask_v1 m = { 0 };

	call(vs_native(VCMD_get_space_default, 0, &m));
	return m.mask & ~(uint64_t)MOUNT;
}

/* --- the programs --- */

/* vnamespace --new, for the whole start */
static void p_vnamespace_new(const struct chain *c)
{
	call(unshare(CLONE_NEWNS));
	if (!(c->variant & SHARED))
		call(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

static void copy_self(const struct chain *c, const char *to)
{
	char buf[65536];
	int in = call(open("/proc/self/exe", O_RDONLY));
	int out = call(open(to, O_WRONLY | O_CREAT, 0755));
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		call(write(out, buf, n) == n ? 0 : -1);
	close(in);
	close(out);
}

/* The file system of the guest and its fstab. */
static void p_mounts(const struct chain *c)
{
	call(mkdir("guest", 0755) && errno != EEXIST ? -1 : 0);
	call(mount("root", "guest", "tmpfs", 0, NULL));
	call(chdir("guest"));
	call(mkdir("proc", 0755));
	call(mkdir("sub", 0755));
	call(mkdir("late", 0755));
	copy_self(c, "init");
	call(mount("proc", "proc", "proc", 0, NULL));
	call(mount("sub", "sub", "tmpfs", MS_NODEV | MS_NOSUID, NULL));
	if (!(c->variant & PIVOT))
		return;
	call(mount(".", ".", NULL, MS_BIND | MS_REC, NULL));
	call(chdir("../guest"));
	call(mount(NULL, ".", NULL, MS_REC | MS_SHARED, NULL));
}

static void p_ulimit(const struct chain *c)
{
	struct rlimit l = { 500, 500 };

	call(setrlimit(RLIMIT_NOFILE, &l));
}

/* vspace --new --default: the child goes on, the parent waits for it. */
static void p_vspace_new(const struct chain *c)
{
	unsigned long flags = default_spaces(c) | CLONE_VFORK | SIGCHLD;
	pid_t pid = call(syscall(SYS_clone, flags, NULL, NULL, NULL, NULL));

	if (pid) {
		/* the answer is the child's */
		close(c->fd);
		_exit(reap(pid));
	}
}

static void p_create(const struct chain *c)
{
	struct vcmd_flagword f = { 0x700000000ULL };

	call(vs_native(VCMD_ctx_create, c->xid, &f) == (long)c->xid ? 0 : -1);
}

/* vspace --mount --fs --set */
static void p_set_mount(const struct chain *c)
{
	call(vs_spaces(SET, SELF, MOUNT, 0));
}

/* vspace --set --default */
static void p_set_default(const struct chain *c)
{
	call(vs_spaces(SET, SELF, default_spaces(c), 0));
}

static void set_name(const struct chain *c, int field, const char *name)
{
	struct vcmd_vhi_name n = { .field = field };

	strcpy(n.name, name);
	call(vs_native(VCMD_set_vhi_name, c->xid, &n));
}

static void p_vuname(const struct chain *c)
{
	set_name(c, VHIN_NODENAME, "guest-1");
	set_name(c, VHIN_RELEASE, "2.6.22-guest");
	set_name(c, VHIN_CONTEXT, "/etc/vservers/guest-1");
}

/* vattribute --set --secure --flag fakeinit,default */
static void p_vattribute(const struct chain *c)
{
	uint64_t bcaps = VS_BCAPS_SECURE |
		(c->variant & ADMIN ? CAP(SYS_ADMIN) : 0);
	uint64_t flags = VXF_INFO_INIT | VXF_VIRT_UPTIME | VXF_SC_HELPER |
		(c->variant & PERSIST ? VXF_PERSISTENT : 0);
	struct vcmd_ctx_caps ccaps = { VXC_SET_UTSNAME, ALL_CAPS };
	uint32_t xid = call(vs_task_xid(0));

	call(xid == c->xid ? 0 : -1);
	call(vs_native(VCMD_set_ccaps, xid, &ccaps));
	/* the bits above 31 are those of the old tools */
	call(vs_set_bcaps(xid, bcaps | 0xffffffff00000000ULL, ALL_CAPS));
	call(vs_set_flags(xid, flags, flags));
	call(vs_set_umask(xid, 0, ALL_CAPS));
}

static void close_fds(const struct chain *c)
{
	int fd;

	for (fd = 3; fd < 256; fd++)
		if (fd != c->fd)
			close(fd);
}

static void pivot(const struct chain *c)
{
	errno = 0;
	if (vs_spaces(ENTER, c->xid, MOUNT, 1) == 0 || errno != EPERM)
		fail(c, "entering from inside must fail with EPERM");
	call(unshare(CLONE_NEWNS));
	call(mkdir(".oldroot", 0700));
	call(syscall(SYS_pivot_root, ".", ".oldroot"));
	call(umount2("/.oldroot", MNT_DETACH));
	call(rmdir("/.oldroot"));
	call(vs_spaces(SET, c->xid, MOUNT, 1));
}

/* vcontext --migrate-self --endsetup --pivot-root --closefd */
static void p_last(const struct chain *c)
{
	if (c->variant & INIT) {
		pid_t pid = call(fork());

		if (pid)
			_exit(0);
		call(setsid());
	}
	close_fds(c);
	if (c->variant & PIVOT) {
		pivot(c);
	} else {
		call(chroot("."));
		call(vs_spaces(SET, c->xid, MOUNT, 0));
	}
	call(vs_set_flags(c->xid, 0, VXF_STATE_SETUP |
			  (c->variant & INIT ? VXF_STATE_INIT : 0)));
}

static const struct {
	const char *name;
	void (*run)(const struct chain *c);
} programs[] = {
	{ "vnamespace --new",		p_vnamespace_new },
	{ "mounts",			p_mounts },
	{ "exec-ulimit",		p_ulimit },
	{ "vspace --new",		p_vspace_new },
	{ "vcontext --create",		p_create },
	{ "vspace --mount --fs --set",	p_set_mount },
	{ "vspace --set",		p_set_default },
	{ "vuname",			p_vuname },
	{ "vattribute",			p_vattribute },
	{ "vcontext --migrate-self",	p_last },
};

#define PROGRAMS	((int)ARRAY_SIZE(programs))

static void exec_program(const struct chain *c, int n)
{
	char arg[4][12];

	fcntl(c->fd, F_SETFD, 0);
	snprintf(arg[0], 12, "%d", n);
	snprintf(arg[1], 12, "%d", c->fd);
	snprintf(arg[2], 12, "%u", c->xid);
	snprintf(arg[3], 12, "%d", c->variant);
	if (n < PROGRAMS)
		call(execl("/proc/self/exe", "chain", arg[0], arg[1], arg[2],
			   arg[3], NULL));
	/* descriptors of the host above 2 do not survive */
	call(dup2(c->fd, 0));
	call(execl("/init", "puppet", "0", NULL));
}

/* What main() does in one of the programs. */
static void chain_main(int argc, char **argv)
{
	struct chain c;
	int n;

	if (argc != 5 || strcmp(argv[0], "chain"))
		return;
	n = atoi(argv[1]);
	c.fd = atoi(argv[2]);
	c.xid = strtoul(argv[3], NULL, 10);
	c.variant = atoi(argv[4]);
	programs[n].run(&c);
	exec_program(&c, n + 1);
}

#endif
