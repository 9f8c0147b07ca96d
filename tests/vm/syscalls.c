// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the walk over all system calls: the kernel has those that syscalls.list
 * has, and the root of a guest gets from the privileged ones what the list
 * says, which the host does not get.
 */
#include "../attack/c_ops.h"

#include <linux/fanotify.h>
#include <linux/io_uring.h>
#include <linux/mempolicy.h>
#include <linux/mount.h>
#include <linux/userfaultfd.h>
#include <sys/time.h>
#include <sys/uio.h>

#define LIST		"/vm/tests/syscalls.list"
#define MAX_NR		1024

/* A process of the host; known on both sides of an exec. */
#define host		(world->user)

#define CALL(...)	answer(syscall(__VA_ARGS__))
#define OP(name, call)	static int op_##name(void) { return (call); }

/* --- the machine --- */

OP(kexec, CALL(SYS_reboot, 0xfee1dead, 672274793, 0x45584543, 0))
OP(kexec_load, CALL(SYS_kexec_load, 0, 0, NULL, 0))
OP(kexec_file, CALL(SYS_kexec_file_load, -1, -1, 0, NULL, 0))
static char page[4096];

OP(syslog_read, CALL(SYS_syslog, 3, page, 64))
OP(syslog_level, CALL(SYS_syslog, 8, NULL, 7))
OP(finit_module, CALL(SYS_finit_module, -1, "", 0))
OP(swapoff, CALL(SYS_swapoff, "/tmp/c/none"))
static int op_ustat(void)
{
	char buf[64];
	struct stat st;

	stat("/proc", &st);
	return CALL(SYS_ustat, st.st_dev, buf);
}

static int op_settimeofday(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return answer(settimeofday(&t, NULL));
}

static int op_clock_settime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return answer(clock_settime(CLOCK_REALTIME, &t));
}

static int op_clock_adjtime(void)
{
	struct timex t = { .modes = 0 };

	adjtimex(&t);
	t.modes = ADJ_TICK;
	return answer(clock_adjtime(CLOCK_REALTIME, &t));
}

static int op_domainname(void)
{
	char name[65];

	if (getdomainname(name, sizeof(name)))
		return errno;
	return answer(setdomainname(name, strlen(name)));
}

static int op_perf_self(void)
{
	struct perf_event_attr a = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(a),
		.config = PERF_COUNT_SW_CPU_CLOCK, .exclude_kernel = 1,
	};

	return CALL(SYS_perf_event_open, &a, 0, -1, -1, 0);
}

static int op_bpf_prog(void)
{
	union bpf_attr a = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER };
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	a.insns = (uintptr_t)code;
	a.insn_cnt = ARRAY_SIZE(code);
	a.license = (uintptr_t)"GPL";
	return CALL(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a));
}

OP(uffd, CALL(SYS_userfaultfd, 0))

static int op_sqpoll(void)
{
	struct io_uring_params p = { .flags = IORING_SETUP_SQPOLL };

	return CALL(SYS_io_uring_setup, 1, &p);
}

/* --- mounts and namespaces --- */

OP(bind_mount, answer(mount("/tmp/c", "/tmp/c", NULL, MS_BIND, NULL)))
OP(remount, answer(mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL)))
OP(umount, answer(umount("/tmp/c/mnt")))
OP(pivot_root, CALL(SYS_pivot_root, "/tmp/c", "/tmp/c"))
OP(open_tree, CALL(SYS_open_tree, AT_FDCWD, "/tmp", OPEN_TREE_CLONE))
OP(move_mount, CALL(SYS_move_mount, AT_FDCWD, "/tmp", AT_FDCWD, "/tmp/c", 0))
OP(fsopen, CALL(SYS_fsopen, "tmpfs", 0))
OP(fsmount, CALL(SYS_fsmount, -1, 0, 0))
OP(fspick, CALL(SYS_fspick, AT_FDCWD, "/proc", 0))

static int op_mount_setattr(void)
{
	struct mount_attr a = { .attr_set = MOUNT_ATTR_NODEV };

	return CALL(SYS_mount_setattr, AT_FDCWD, "/proc", 0, &a, sizeof(a));
}

OP(newns, answer(unshare(CLONE_NEWNS)))
OP(newuts, answer(unshare(CLONE_NEWUTS)))
OP(newipc, answer(unshare(CLONE_NEWIPC)))
OP(newnet, answer(unshare(CLONE_NEWNET)))
OP(newpid, answer(unshare(CLONE_NEWPID)))
OP(newcgroup, answer(unshare(CLONE_NEWCGROUP)))
OP(newtime, answer(unshare(CLONE_NEWTIME)))
OP(newuser, answer(unshare(CLONE_NEWUSER)))

static int clone_with(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0);

	if (!pid)
		_exit(0);
	return answer(pid);
}

OP(clone_newns, clone_with(CLONE_NEWNS))
OP(clone_newuser, clone_with(CLONE_NEWUSER))

static int op_clone3_newns(void)
{
	struct clone_args args = {
		.flags = CLONE_NEWNS, .exit_signal = SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	return answer(pid);
}

OP(fanotify, CALL(SYS_fanotify_init, FAN_CLASS_CONTENT, O_RDONLY))

/* --- processes of the host --- */

OP(kill_host, answer(kill(host, 0)))
OP(tgkill_host, CALL(SYS_tgkill, host, host, 0))
OP(ptrace_host, answer(ptrace(PTRACE_SEIZE, host, NULL, NULL)))
OP(prlimit_host, CALL(SYS_prlimit64, host, RLIMIT_CORE, NULL, page))
static int op_migrate_host(void)
{
	unsigned long nodes = 1;

	return CALL(SYS_migrate_pages, host, 2UL, &nodes, &nodes);
}

OP(pidfd_host, CALL(SYS_pidfd_open, host, 0))
OP(kcmp_host, CALL(SYS_kcmp, host, getpid(), 0, 0, 0))

static int op_sigqueue_host(void)
{
	siginfo_t si = { .si_code = SI_QUEUE };

	return CALL(SYS_rt_sigqueueinfo, host, 0, &si);
}

static int op_affinity_host(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return answer(sched_setaffinity(host, sizeof(set), &set));
}

static int op_move_host(void)
{
	void *pages = page;
	int node = 0, status;

	return CALL(SYS_move_pages, host, 1UL, &pages, &node, &status,
		    MPOL_MF_MOVE);
}

static int op_robust_host(void)
{
	size_t len;
	void *head;

	return CALL(SYS_get_robust_list, host, &head, &len);
}

static int vm_host(long nr)
{
	static char a, b;
	struct iovec l = { &a, 1 }, r = { &b, 1 };

	return CALL(nr, host, &l, 1, &r, 1, 0);
}

OP(vm_read_host, vm_host(SYS_process_vm_readv))
OP(vm_write_host, vm_host(SYS_process_vm_writev))

/* --- resources --- */

static int mlock_call(long nr, unsigned long a, unsigned long b)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return errno;
	return CALL(nr, a, b, 0);
}

OP(mlockall, mlock_call(SYS_mlockall, MCL_CURRENT, 0))
OP(mlock2, mlock_call(SYS_mlock2, (uintptr_t)page, sizeof(page)))
OP(ioprio_rt, CALL(SYS_ioprio_set, 1, 0, 1 << 13 | 4))

static int op_shm_lock(void)
{
	struct rlimit none = { 0, 0 };
	int id = shmget(IPC_PRIVATE, 4096, 0600);

	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return errno;
	return answer(shmctl(id, SHM_LOCK, NULL));
}

static int op_prlimit(void)
{
	struct rlimit r = { 1, 1 };

	if (syscall(SYS_prlimit64, 0, RLIMIT_CORE, &r, NULL))
		return errno;
	r.rlim_max = 2;
	return CALL(SYS_prlimit64, 0, RLIMIT_CORE, &r, NULL);
}

static int op_deadline(void)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} a = { .size = 48, .policy = 6, .runtime = 1000000,
		.deadline = 100000000, .period = 100000000 };

	return CALL(SYS_sched_setattr, 0, &a, 0);
}

/* Of a member of a context with all capabilities, who is no guest's root. */
static int op_set_mm(void)
{
	return answer(prctl(PR_SET_MM, PR_SET_MM_BRK, (unsigned long)sbrk(0), 0, 0));
}

static int op_sched_core(void)
{
	int err = answer(prctl(62, 1, getpid(), 0, 0));

	return err == EINVAL || err == ENODEV ? ENOSYS : err;
}

/* --- files, sockets, terminals --- */

static int op_mknodat(void)
{
	int err = answer(mknodat(AT_FDCWD, "/tmp/c/null", S_IFCHR | 0600,
				 makedev(1, 3)));

	unlink("/tmp/c/null");
	return err;
}

static int op_security(void)
{
	return answer(setxattr(FILE_ROOT, "security.c", "x", 1, 0));
}

static int op_rm_trusted(void)
{
	int err = answer(removexattr(FILE_ROOT, "trusted.none"));

	return err == ENODATA ? 0 : err;
}

static int op_audit_socket(void)
{
	int err = audit(AUDIT_GET);

	return err == ECONNREFUSED ? EPERM : err;
}

static int socket_option(int level, int name)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(setsockopt(fd, level, name, &one, sizeof(one)));
}

OP(so_mark, socket_option(SOL_SOCKET, SO_MARK))
OP(so_debug, socket_option(SOL_SOCKET, SO_DEBUG))
OP(rcvbufforce, socket_option(SOL_SOCKET, SO_RCVBUFFORCE))
OP(transparent, socket_option(IPPROTO_IP, IP_TRANSPARENT))

/* On the own pty. */
static int op_tiocsti(void)
{
	int m = open("/dev/ptmx", O_RDWR | O_NOCTTY), s, zero = 0;

	if (m < 0 || ioctl(m, TIOCSPTLCK, &zero))
		return errno;
	s = ioctl(m, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	return answer(ioctl(s, TIOCSTI, "x"));
}

OP(vs_info, CALL(VS_NR, VCMD_vx_info, XID_B, page))
OP(vs_create, CALL(VS_NR, VCMD_ctx_create, XID_FREE, NULL))

static const struct op {
	const char *name;
	int (*op)(void);
} ops[] = {
#define E(name)	{ #name, op_##name },
	E(tiocsti) E(shm_lock) E(packet) E(raw) E(audit_socket) E(so_mark)
	E(so_debug) E(rcvbufforce) E(transparent) E(clone_newns)
	E(clone_newuser) E(ptrace_host) E(syslog_read) E(syslog_level) E(mknod)
	E(ustat) E(nice) E(fifo) E(mlock) E(mlockall) E(mlock2) E(vhangup)
	E(pivot_root) E(set_mm) E(sched_core) E(adjtime) E(clock_adjtime)
	E(rlimit) E(prlimit) E(prlimit_host) E(acct) E(settimeofday)
	E(clock_settime) E(mount) E(bind_mount) E(remount) E(umount) E(swapon)
	E(swapoff) E(kexec) E(hostname) E(domainname) E(iopl) E(ioperm)
	E(init_module) E(module) E(finit_module)
	E(trusted) E(security) E(rm_trusted) E(affinity_host) E(vs_info)
	E(vs_create) E(kexec_load) E(kexec_file) E(ioprio_rt) E(migrate_host)
	E(move_host) E(mknodat) E(newns) E(newuts) E(newipc) E(newnet)
	E(newpid) E(newcgroup) E(newtime) E(newuser) E(robust_host) E(perf)
	E(perf_self) E(fanotify) E(handle) E(setns) E(vm_read_host)
	E(vm_write_host) E(kcmp_host) E(deadline) E(bpf) E(bpf_prog) E(uffd)
	E(sqpoll) E(open_tree) E(move_mount) E(fsopen) E(fsmount) E(fspick)
	E(pidfd_host) E(set_tid) E(clone3_newns) E(mount_setattr) E(kill_host)
	E(tgkill_host) E(sigqueue_host)
#undef E
};

/* The answer of an operation here: 0 or an errno. */
static const struct op *find_op(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	return NULL;
}

/* In a child, which an operation may change for good. */
static long do_op(long i, long b, long c)
{
	pid_t pid = fork();

	(void)b, (void)c;
	if (!pid) {
		alarm(10);
		_exit(ops[i].op());
	}
	return reap(pid);
}

/* Unknown to the list: the kernel must not know it either. */
static long do_unknown(long nr, long b, long c)
{
	pid_t pid = fork();

	(void)b, (void)c;
	if (!pid) {
		alarm(10);
		_exit(CALL(nr, -1, -1, -1, -1, -1, -1));
	}
	return reap(pid);
}

static struct puppet guest;
static bool listed[MAX_NR];
static unsigned int tried;

static void check_op(const char *call, char *word)
{
	char *want = strchr(word, '=');
	const struct op *op;
	long here, there;

	if (want)
		*want++ = 0;
	op = find_op(word);
	if (!want || !op) {
		ok(false, "%s: %s is an operation", call, word);
		return;
	}
	tried++;
	there = ask(&guest, do_op, op - ops);
	here = do_op(op - ops, 0, 0);
	if (here == ENOSYS && there == ENOSYS) {
		skip("not in this kernel", "%s: %s", call, word);
		return;
	}
	is_str(errname(there), want, "%s: %s in a guest", call, word);
	ok(strcmp(errname(here), want), "%s: %s on the host: %s", call,
	   word, here ? errname(here) : "done");
}

static void check_line(char *line)
{
	char *save, *word = strtok_r(line, " \t\n", &save), *name;
	unsigned int nr;

	if (!word || *word == '#')
		return;
	nr = atoi(word);
	name = strtok_r(NULL, " \t\n", &save);
	if (!name || nr >= MAX_NR) {
		ok(false, "line %s of the list", word);
		return;
	}
	listed[nr] = true;
	while ((word = strtok_r(NULL, " \t\n", &save))) {
		if (!strcmp(word, "absent"))
			listed[nr] = false;
		else
			check_op(name, word);
	}
}

static void test_privileged(void)
{
	char line[256];
	FILE *f = fopen(LIST, "r");

	must(f ? 0 : -1);
	while (fgets(line, sizeof(line), f))
		check_line(line);
	fclose(f);
	is(tried, ARRAY_SIZE(ops), "every operation is in the list");
}

static void test_unknown(void)
{
	char line[256], *end;
	FILE *f = fopen(LIST, "r");
	unsigned int nr, found = 0;

	must(f ? 0 : -1);
	while (fgets(line, sizeof(line), f)) {
		nr = strtoul(line, &end, 10);
		if (end != line && nr < MAX_NR && !strstr(line, " absent"))
			listed[nr] = true;
	}
	fclose(f);
	for (nr = 0; nr < MAX_NR; nr++) {
		if (listed[nr] || ask(&guest, do_unknown, nr) == ENOSYS)
			continue;
		diag("system call %u is not in syscalls.list: review it", nr);
		found++;
	}
	is(found, 0, "no system call that nobody has looked at");
}

/* For each case anew: a case ends with all its contexts. */
static void with_guest(void (*test)(void))
{
	pid_t pid = must(fork());

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	host = pid;
	guest = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(ask(&guest, do_exec, 0));
	test();
	kill(pid, SIGKILL);
}

static void privileged(void) { with_guest(test_privileged); }
static void unknown(void) { with_guest(test_unknown); }

int main(int argc, char **argv)
{
	c_map();
	puppet_main(argc, argv);
	mkdir("/tmp/c", 0777);
	mkdir("/tmp/c/mnt", 0777);
	spit(FILE_ROOT, "x");
	must(mount("none", "/tmp/c/mnt", "tmpfs", 0, NULL));
	run("privileged", privileged);
	run("unknown", unknown);
	umount("/tmp/c/mnt");
	return ktap_exit();
}
