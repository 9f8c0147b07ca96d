// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows C01, C02, C06, C08, C12 and F18 of the attack tables: whatever
 * way a process gets its capabilities, none outside the ceiling can be used.
 */
#include "c_ops.h"

#include <grp.h>

#define HIGH_CAPS	"/proc/sys/kernel/vserver/high_caps"

static struct puppet g;

/* --- ways to all capabilities --- */

enum way { ROOT, SETUID, FILE_CAPS, AMBIENT, CAPSET, WAYS };

static const char *const way_name[] = {
	"root", "setuid program", "file capabilities", "ambient", "capset",
};

#define ALL_41	((1ULL << 41) - 1)

static int be_user(void)
{
	return setgroups(0, NULL) || setresgid(1000, 1000, 1000) ||
		setresuid(1000, 1000, 1000) ? errno : 0;
}

static void exec_op(const char *program, int op)
{
	char number[8];

	snprintf(number, sizeof(number), "%d", op);
	execl(program, "op", number, NULL);
}

static int set_all(uint64_t inheritable)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2] = {
		{ ~0U, ~0U, inheritable }, { 0x1ff, 0x1ff, inheritable >> 32 },
	};

	return syscall(SYS_capset, &h, d) ? errno : 0;
}

static int ambient(void)
{
	int cap;

	set_all(ALL_41);
	if (prctl(PR_SET_KEEPCAPS, 1) || be_user())
		return errno;
	set_all(ALL_41);
	for (cap = 0; cap <= 40; cap++)
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
	return 0;
}

/* In a child: takes the way and tries the operation. */
static int try_op(enum way way, int op)
{
	switch (way) {
	case CAPSET:
		set_all(0);
		/* fall through */
	case ROOT:
		return c_ops[op].op();
	case SETUID:
		if (!be_user())
			exec_op("/tmp/c-setuid", op);
		break;
	case FILE_CAPS:
		/* needs to be root for what goes by owner */
		exec_op("/tmp/c-caps", op);
		break;
	case AMBIENT:
		if (!ambient())
			exec_op("/tmp/c-plain", op);
		break;
	case WAYS:
		break;
	}
	return 255;
}

static long do_try(long way, long op, long c)
{
	pid_t pid = fork();

	(void)c;
	if (!pid)
		_exit(try_op(way, op));
	return reap(pid);
}

static long do_world(long a, long b, long c)
{
	pid_t pid;

	(void)a, (void)b, (void)c;
	c_map();
	pid = fork();
	if (!pid) {
		be_user();
		prctl(PR_SET_DUMPABLE, 1);
		world->shm = shmget(IPC_PRIVATE, 4096, 0);
		world->ready = true;
		for (;;)
			pause();
	}
	world->user = pid;
	return pid;
}

static void copy_self(const char *to, int mode)
{
	char buf[65536];
	int in = must(open("/proc/self/exe", O_RDONLY)), out;
	ssize_t n;

	out = must(open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755));
	while ((n = read(in, buf, sizeof(buf))) > 0)
		must(write(out, buf, n));
	close(in);
	close(out);
	must(chmod(to, mode));
}

static void prepare(void)
{
	struct vfs_cap_data all = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { ~0U, 0 }, { 0x1ff, 0 } },
	};

	copy_self("/tmp/c-setuid", 04755);
	copy_self("/tmp/c-caps", 0755);
	copy_self("/tmp/c-plain", 0755);
	must(setxattr("/tmp/c-caps", "security.capability", &all, sizeof(all),
		      0));
	mkdir("/tmp/c", 0777);
	must(chmod("/tmp/c", 0777));
}

/* Before each operation: some change these. */
static void files(void)
{
	unlink(FILE_ROOT);
	unlink(FILE_1000);
	must(spit(FILE_ROOT, "root"));
	must(spit(FILE_1000, "user"));
	must(chown(FILE_1000, 1000, 1000));
	must(chmod(FILE_1000, 0400));
	must(chown(FILE_ROOT, 0, 0));
}

static void set_ceiling(uint64_t bcaps)
{
	if (!vanilla())
		must(vs_set_bcaps(XID_A, bcaps, ~0ULL));
}

/* Where the way says more than the capability does. */
static bool senseless(enum way way, int cap)
{
	switch (cap) {
	case CAP_SETUID:
	case CAP_SETGID:	/* it takes them to go that way */
		return way == SETUID || way == AMBIENT;
	case CAP_FSETID:
	case CAP_KILL:
	case CAP_SYS_PTRACE:	/* uid or group are those of the object */
		return way == SETUID || way == AMBIENT;
	case CAP_LINUX_IMMUTABLE:
	case CAP_CHOWN:
	case CAP_FOWNER:
	case CAP_DAC_OVERRIDE:
	case CAP_LEASE:
	case CAP_IPC_OWNER:	/* goes by the owner first */
		return way == AMBIENT;
	}
	return false;
}

/* What guests never do, or not where this one is, whatever their ceiling. */
static bool never(const struct c_op *o)
{
	return o->op == op_module || o->op == op_init_module ||
		o->op == op_perf || o->op == op_bpf || o->op == op_handle ||
		o->op == op_iopl || o->op == op_ioperm || o->op == op_syslog ||
		o->op == op_packet || o->op == op_mount;
}

/* Families and protocols that are not there for guests: audit says so. */
static bool no_protocol(const struct c_op *o)
{
	return o->op == op_audit_write || o->op == op_audit_control ||
		o->op == op_audit_read;
}

static int without(const struct c_op *o)
{
	return no_protocol(o) ? EPROTONOSUPPORT : o->err;
}

static int with(const struct c_op *o)
{
	if (no_protocol(o))
		return EPROTONOSUPPORT;
	return never(o) ? EPERM : 0;
}

static void one(enum way way, int i)
{
	const struct c_op *o = &c_ops[i];
	uint64_t cap = 1ULL << o->cap;
	long err;

	if (senseless(way, o->cap))
		return;
	set_ceiling((GUEST_CAPS | CAP(CHOWN)) & ~cap);
	files();
	err = ask(&g, do_try, way, i);
	if (err == ENOSYS)
		return;		/* not in this kernel */
	if (vanilla()) {
		is(err, 0, "C01 %s by %s", o->name, way_name[way]);
		return;
	}
	is(err, without(o), "C01 %s by %s: outside", o->name, way_name[way]);
	set_ceiling(GUEST_CAPS | cap);
	files();
	err = ask(&g, do_try, way, i);
	is(err, with(o), "C01 %s by %s: inside", o->name, way_name[way]);
}

static void c01(void)
{
	static struct vcmd_device_map null = {
		"/dev/null", NULL, VDEV_CREATE | VDEV_OPEN,
	};
	int way, i;

	prepare();
	if (!vanilla())
		must(spit(HIGH_CAPS, "2199023255551"));
	unlink("/tmp/c-world");
	c_map();
	if (!vanilla())	/* the capability alone is not enough */
		must(vs_native(VCMD_set_mapping, XID_A, &null));
	g = attack_guest(XID_A);
	must(ask(&g, do_exec));
	must(ask(&g, do_world));
	must(eventually(world->ready) ? 0 : -1);
	for (way = 0; way < WAYS; way++)
		for (i = 0; i < C_OPS; i++)
			one(way, i);
	if (!vanilla())
		must(spit(HIGH_CAPS, "0"));
	kill(world->user, SIGKILL);
}

/* --- what is shown --- */

static long do_caps(long permitted, long b, long c)
{
	uint64_t p = 0, e = caps_get(0, &p);

	(void)b, (void)c;
	return permitted ? p : e;
}

static long do_line(long name, long b, long c)
{
	char *s = slurp("/proc/self/status");

	(void)b, (void)c;
	s = s ? strstr(s, (char *)name) : NULL;
	return s ? (long)strtoull(s + strlen((char *)name), NULL, 16) : -1;
}

static void f18(void)
{
	static const uint64_t ceilings[] = {
		GUEST_CAPS, 0, LOW_CAPS, ~0ULL, 1, CAP(MKNOD) | CAP(SYSLOG),
	};
	unsigned int i;

	if (vanilla())
		return;
	g = puppet_guest(XID_A, 0, GUEST_CAPS);
	for (i = 0; i < ARRAY_SIZE(ceilings); i++) {
		uint64_t want = ceilings[i] & LOW_CAPS & ~CAP(SYS_MODULE);

		set_ceiling(ceilings[i]);
		is(ask(&g, do_caps, 0), want, "F18 capget, effective");
		is(ask(&g, do_caps, 1), want, "F18 capget, permitted");
		is(ask(&g, do_line, "CapEff:\t"), want, "F18 CapEff");
		is(ask(&g, do_line, "CapPrm:\t"), want, "F18 CapPrm");
		is(ask(&g, do_line, "CapBnd:\t"), want, "F18 CapBnd");
		is(ask(&g, do_line, "CapInh:\t"), 0, "F18 CapInh");
	}
	is(caps_get(0, NULL), ALL_41, "F18 the host's are whole");
}

/* --- C12: while it runs --- */

static volatile int *running;

static long do_use(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	while (running[1] >= 0) {
		running[0] = chroot("/") ? errno : 0;
		running[1]++;
	}
	return 0;
}

static bool settles(int err)
{
	int seen = running[1];

	return eventually(running[1] > seen + 2) && running[0] == err;
}

static void c12(void)
{
	struct puppet_order o = { do_use, { 0, 0, 0 } };
	int i;

	if (vanilla())
		return;
	running = puppet_shared(8);
	g = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(send(g.fd, &o, sizeof(o), 0));
	for (i = 0; i < 5; i++) {
		set_ceiling(GUEST_CAPS);
		ok(settles(0), "C12 wide");
		set_ceiling(GUEST_CAPS & ~CAP(SYS_CHROOT));
		ok(settles(EPERM), "C12 narrow");
	}
}

/* --- namespaces --- */

static long do_unshare(long flags, long b, long c)
{
	pid_t pid = fork();

	(void)b, (void)c;
	if (!pid)
		_exit(unshare(flags) ? errno : 0);
	errno = reap(pid);
	return errno ? -1 : 0;
}

static long do_zero(long a, long b, long c)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
		       MAP_FIXED, -1, 0);

	(void)a, (void)b, (void)c;
	if (p == MAP_FAILED)
		return -1;
	munmap(p, 4096);
	return 0;
}

static void c06(void)
{
	static const struct { long flag; const char *name; } kinds[] = {
		{ CLONE_NEWNS, "NEWNS" }, { CLONE_NEWUTS, "NEWUTS" },
		{ CLONE_NEWIPC, "NEWIPC" }, { CLONE_NEWPID, "NEWPID" },
		{ CLONE_NEWNET, "NEWNET" }, { CLONE_NEWCGROUP, "NEWCGROUP" },
		{ CLONE_NEWTIME, "NEWTIME" }, { CLONE_NEWUSER, "NEWUSER" },
	};
	unsigned int i, j;

	g = attack_guest(XID_A);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		attack(ask(&g, do_unshare, kinds[i].flag), EPERM,
		       "%s %s", i == 7 ? "C02" : "C06", kinds[i].name);
	attack(ask(&g, do_zero), EPERM, "C08 mmap at 0");
	if (vanilla())
		return;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		must(vs_set_umask(XID_A, kinds[i].flag, ~0ULL));
		for (j = 0; j < ARRAY_SIZE(kinds); j++)
			is(ask(&g, do_unshare, kinds[j].flag), i == j ? 0 : -1,
			   "C06 umask %s: %s", kinds[i].name, kinds[j].name);
		ok_errno(ask(&g, do_unshare, kinds[i].flag |
			     kinds[(i + 1) % 7].flag), EPERM,
			 "C06 umask %s: one more kind", kinds[i].name);
	}
	must(vs_set_umask(XID_A, 0, ~0ULL));
	set_ceiling(GUEST_CAPS | CAP(SYS_RAWIO));
	is(ask(&g, do_zero), 0, "C08 with the capability");
	set_ceiling(GUEST_CAPS | CAP(SYS_ADMIN));
	is(ask(&g, do_unshare, CLONE_NEWNS), 0, "C06 with the capability");
	ok_errno(ask(&g, do_unshare, CLONE_NEWUSER), EPERM,
		 "C02 with the capability, still not");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	if (argc == 2 && !strcmp(argv[0], "op")) {
		c_map();
		return c_ops[atoi(argv[1])].op();
	}
	attack_run("C01", c01);
	attack_run("F18", f18);
	attack_run("C12", c12);
	attack_run("C06", c06);
	return ktap_exit();
}
