// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the matrix of who can do what to whose processes: host, two guests and
 * the spectator, each against each and against the first process, operation
 * by operation.
 *
 * Strangers do not exist (ESRCH, and what else an operation says of a number
 * that is not in use); what is seen but not one's own answers EPERM, unless
 * the operation only reads what everybody may know.
 */
#include "puppet.h"

#include <linux/ioprio.h>
#include <linux/kcmp.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

static long op_kill(long pid) { return kill(pid, 0); }
static long op_tkill(long pid) { return syscall(SYS_tkill, pid, SIGURG); }
static long op_tgkill(long pid) { return syscall(SYS_tgkill, pid, pid, 0); }

static long queue(siginfo_t *si)
{
	memset(si, 0, sizeof(*si));
	si->si_code = SI_QUEUE;
	return SIGURG;
}

static long op_sigqueue(long pid)
{
	siginfo_t si;
	int sig = queue(&si);

	return syscall(SYS_rt_sigqueueinfo, pid, sig, &si);
}

static long op_tgsigqueue(long pid)
{
	siginfo_t si;
	int sig = queue(&si);

	return syscall(SYS_rt_tgsigqueueinfo, pid, pid, sig, &si);
}

static long op_pidfd(long pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -1 : close(fd);
}

static long op_attach(long pid)
{
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return -1;
	waitpid(pid, NULL, __WALL);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static long op_seize(long pid)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return -1;
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, NULL, __WALL);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

/* Anything that is mapped in the target, too: it is a child of this program. */
static char here[] = "here";

static long op_readv(long pid)
{
	char byte;
	struct iovec l = { &byte, 1 }, r = { here, 1 };

	return process_vm_readv(pid, &l, 1, &r, 1, 0) == 1 ? 0 : -1;
}

static long op_writev(long pid)
{
	struct iovec l = { here, 1 }, r = { here, 1 };

	return process_vm_writev(pid, &l, 1, &r, 1, 0) == 1 ? 0 : -1;
}

static long op_prlimit(long pid)
{
	struct rlimit r;

	return prlimit(pid, RLIMIT_CORE, NULL, &r);
}

static long op_setlimit(long pid)
{
	struct rlimit r = { 0, RLIM_INFINITY };

	return prlimit(pid, RLIMIT_CORE, &r, NULL);
}

static long op_setpriority(long pid)
{
	return setpriority(PRIO_PROCESS, pid, 1);
}

static long op_getpriority(long pid)
{
	errno = 0;
	getpriority(PRIO_PROCESS, pid);
	return errno ? -1 : 0;
}

static long op_setscheduler(long pid)
{
	struct sched_param p = { 0 };

	return sched_setscheduler(pid, SCHED_OTHER, &p);
}

static long op_getscheduler(long pid)
{
	return sched_getscheduler(pid) < 0 ? -1 : 0;
}

static long op_setparam(long pid)
{
	struct sched_param p = { 0 };

	return sched_setparam(pid, &p);
}

static long op_getparam(long pid)
{
	struct sched_param p;

	return sched_getparam(pid, &p);
}

static long op_getattr(long pid)
{
	char attr[64];

	return syscall(SYS_sched_getattr, pid, attr, 48, 0);
}

static long op_interval(long pid)
{
	struct timespec t;

	return sched_rr_get_interval(pid, &t);
}

static long op_setaffinity(long pid)
{
	cpu_set_t set;

	memset(&set, 0xff, sizeof(set));
	return sched_setaffinity(pid, sizeof(set), &set);
}

static long op_getaffinity(long pid)
{
	cpu_set_t set;

	return sched_getaffinity(pid, sizeof(set), &set);
}

static long op_getpgid(long pid) { return getpgid(pid) < 0 ? -1 : 0; }
static long op_getsid(long pid) { return getsid(pid) < 0 ? -1 : 0; }

static long op_ioprio_get(long pid)
{
	return syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, pid) < 0 ? -1 : 0;
}

static long op_ioprio_set(long pid)
{
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid,
		       IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 5));
}

static long op_robust(long pid)
{
	void *head;
	size_t len;

	return syscall(SYS_get_robust_list, pid, &head, &len);
}

static long op_kcmp(long pid)
{
	return syscall(SYS_kcmp, pid, pid, KCMP_VM, 0, 0);
}

static long op_kcmp_mine(long pid)
{
	return syscall(SYS_kcmp, getpid(), pid, KCMP_FILES, 0, 0) < 0 ? -1 : 0;
}

static long op_move_pages(long pid)
{
	void *at = here;
	int status;

	return syscall(SYS_move_pages, pid, 1, &at, NULL, &status, 0);
}

static long op_migrate_pages(long pid)
{
	unsigned long node = 1;

	return syscall(SYS_migrate_pages, pid, 2, &node, &node) < 0 ? -1 : 0;
}

static long op_cpuclock(long pid)
{
	struct timespec t;

	return clock_gettime((clockid_t)(~pid << 3 | 2), &t);
}

static long op_setown(long pid)
{
	return fcntl(puppet_pass[0], F_SETOWN, pid);
}

static long op_capget(long pid)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3, .pid = pid,
	};
	struct __user_cap_data_struct d[2];

	return syscall(SYS_capget, &h, d);
}

static long proc(long pid, const char *file, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, file);
	fd = open(path, flags);
	return fd < 0 ? -1 : close(fd);
}

static long op_proc(long pid) { return proc(pid, "", O_RDONLY); }
static long op_proc_path(long pid) { return proc(pid, "", O_PATH); }
static long op_proc_stat(long pid) { return proc(pid, "stat", O_RDONLY); }
static long op_proc_mounts(long pid) { return proc(pid, "mounts", O_RDONLY); }
static long op_proc_task(long pid) { return proc(pid, "task", O_RDONLY); }
static long op_proc_mem(long pid) { return proc(pid, "mem", O_RDONLY); }

static long op_proc_fd(long pid)
{
	return proc(pid, pid == 1 ? "fd/0" : "fd/100", O_PATH);
}

static long op_proc_root(long pid) { return proc(pid, "root/", O_PATH); }
static long op_proc_env(long pid) { return proc(pid, "environ", O_RDONLY); }

/* What a stranger gets, whoever only sees, and the first process's guests. */
static const struct {
	const char *name;
	long (*op)(long pid);
	int stranger, seen, init;
} ops[] = {
#define OP(n, stranger, seen, init) { #n, op_##n, stranger, seen, init }
	OP(kill, ESRCH, EPERM, EPERM),
	OP(tkill, ESRCH, EPERM, EPERM),
	OP(tgkill, ESRCH, EPERM, EPERM),
	OP(sigqueue, ESRCH, EPERM, EPERM),
	OP(tgsigqueue, ESRCH, EPERM, EPERM),
	OP(pidfd, ESRCH, 0, 0),
	OP(attach, ESRCH, EPERM, EPERM),
	OP(seize, ESRCH, EPERM, EPERM),
	OP(readv, ESRCH, EPERM, EPERM),
	OP(writev, ESRCH, EPERM, EPERM),
	OP(prlimit, ESRCH, EPERM, EPERM),
	OP(setlimit, ESRCH, EPERM, EPERM),
	OP(setpriority, ESRCH, EPERM, EPERM),
	OP(getpriority, ESRCH, 0, 0),
	OP(setscheduler, ESRCH, EPERM, EPERM),
	OP(getscheduler, ESRCH, EPERM, EPERM),
	OP(setparam, ESRCH, EPERM, EPERM),
	OP(getparam, ESRCH, EPERM, EPERM),
	OP(getattr, ESRCH, EPERM, EPERM),
	OP(interval, ESRCH, EPERM, EPERM),
	OP(setaffinity, ESRCH, EPERM, EPERM),
	OP(getaffinity, ESRCH, EPERM, EPERM),
	OP(getpgid, ESRCH, 0, 0),
	OP(getsid, ESRCH, 0, 0),
	OP(ioprio_get, ESRCH, EPERM, EPERM),
	OP(ioprio_set, ESRCH, EPERM, EPERM),
	OP(robust, ESRCH, EPERM, EPERM),
	OP(kcmp, ESRCH, EPERM, EPERM),
	OP(kcmp_mine, ESRCH, EPERM, EPERM),
	OP(move_pages, ESRCH, EPERM, EPERM),
	OP(migrate_pages, ESRCH, EPERM, EPERM),
	OP(cpuclock, EINVAL, 0, 0),
	OP(setown, ESRCH, 0, 0),
	OP(capget, ESRCH, 0, 0),
	OP(proc, ENOENT, 0, 0),
	OP(proc_path, ENOENT, 0, 0),
	OP(proc_stat, ENOENT, 0, 0),
	OP(proc_mounts, ENOENT, 0, ENOENT),
	OP(proc_task, ENOENT, 0, ENOENT),
	OP(proc_mem, ENOENT, EACCES, ENOENT),
	OP(proc_fd, ENOENT, EACCES, ENOENT),
	OP(proc_root, ENOENT, EACCES, ENOENT),
	OP(proc_env, ENOENT, EACCES, ENOENT),
};

#define OPS	((int)ARRAY_SIZE(ops))

enum { HOST, A, B, SPECTATOR, WHO };

static const char *const who[] = { "host", "A", "B", "spectator" };

static long do_op(long i, long pid, long c)
{
	(void)c;
	return ops[i].op(pid);
}

/* Errno, 0 for success. */
static int result(struct puppet *p, int op, pid_t pid)
{
	return ask(p, do_op, op, pid) == -1 ? errno : 0;
}

static void one(struct puppet *actor, int op, pid_t pid, int want,
		const char *a, const char *t)
{
	int got = result(actor, op, pid);

	if (got == ENOSYS)
		return;		/* not in this kernel */
	if (got != want)
		diag("%s: %s, not %s", ops[op].name, errname(got),
		     errname(want));
	ktap_ok(got == want, "%s of %s by %s", ops[op].name, t, a);
}

/* A file that it opened itself. */
static long do_mark(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return dup2(open("/", O_RDONLY), 100);
}

static void test_matrix(void)
{
	struct puppet actor[WHO], target[WHO];
	int i, j, op;

	puppet_channel();
	actor[HOST] = puppet_host();
	actor[A] = puppet_guest(XID_A, 0, LOW_CAPS);
	actor[B] = puppet_guest(XID_B, 0, LOW_CAPS);
	actor[SPECTATOR] = puppet_spectator();
	target[HOST] = puppet_host();
	target[A] = puppet_member(XID_A, 0);
	target[B] = puppet_member(XID_B, 0);
	target[SPECTATOR] = puppet_spectator();
	for (i = 0; i < WHO; i++) {
		must(ask(&target[i], do_exec));
		must(ask(&target[i], do_mark));
	}

	for (op = 0; op < OPS; op++)
		for (i = 0; i < WHO; i++) {
			for (j = 0; j < WHO; j++) {
				/* of one context, but without power */
				if (i == SPECTATOR && j == SPECTATOR)
					continue;
				one(&actor[i], op, target[j].pid,
				    i == SPECTATOR ? ops[op].seen : i != j ?
				    ops[op].stranger : 0, who[i], who[j]);
			}
			if (i)
				one(&actor[i], op, 1, i == SPECTATOR ?
				    ops[op].seen : ops[op].init, who[i],
				    "the first process");
		}
	for (i = 0; i < WHO; i++) {
		is(ask(&target[i], do_op, 0, target[i].pid), 0, "%s is unharmed", who[i]);
		puppet_end(&target[i]);
	}
}

/* A number that is not in use gets the very same answer. */
static void test_oracle(void)
{
	struct puppet h = puppet_host();
	struct puppet a = puppet_guest(XID_A, 0, LOW_CAPS);
	int op;

	for (op = 0; op < OPS; op++)
		if (result(&a, op, h.pid) != ENOSYS)
			is(result(&a, op, h.pid), result(&a, op, 32767),
			   "P07 %s: hidden is as good as unused",
			   ops[op].name);
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	run("matrix", test_matrix);
	run("oracle", test_oracle);
	return ktap_exit();
}
