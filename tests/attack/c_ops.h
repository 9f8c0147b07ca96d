/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the table of operations that take a capability each, for row C01: one
 * or more for each capability that a program can put to use without special
 * hardware. Each returns 0 when it was permitted, else an errno.
 */
#ifndef C_OPS_H
#define C_OPS_H

#include "c_world.h"

#include <arpa/inet.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/swap.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/xattr.h>

static int answer(long ret)
{
	return ret == -1 ? errno : 0;
}

static int op_chown(void) { return answer(chown(FILE_ROOT, 1000, 1000)); }
static int op_open(void) { return answer(open(FILE_1000, O_WRONLY)); }
static int op_chmod(void) { return answer(chmod(FILE_1000, 0)); }
static int op_kill(void) { return answer(kill(world->user, 0)); }
static int op_setgid(void) { return answer(setresgid(5, 5, 5)); }
static int op_setuid(void) { return answer(setresuid(5, 5, 5)); }
static int op_chroot(void) { return answer(chroot("/")); }
static int op_acct(void) { return answer(acct(NULL)); }
static int op_vhangup(void) { return answer(vhangup()); }
static int op_iopl(void) { return answer(iopl(3)); }
static int op_ioperm(void) { return answer(ioperm(0x80, 1, 1)); }
static int op_nice(void) { return answer(setpriority(PRIO_PROCESS, 0, -20)); }
static int op_cad(void) { return answer(reboot(RB_DISABLE_CAD)); }
static int op_syslog(void) { return answer(klogctl(9, NULL, 0)); }

static int op_handle(void)
{
	struct { struct file_handle h; char bytes[128]; } f;
	int mount;

	f.h.handle_bytes = sizeof(f.bytes);
	if (name_to_handle_at(AT_FDCWD, FILE_ROOT, &f.h, &mount, 0))
		return errno;
	return answer(open_by_handle_at(open("/tmp", O_RDONLY), &f.h,
					O_RDONLY));
}

static int op_setgid_bit(void)
{
	struct stat st;

	if (chown(FILE_ROOT, -1, 1000) || chmod(FILE_ROOT, 02755) ||
	    stat(FILE_ROOT, &st))
		return errno;
	return st.st_mode & S_ISGID ? 0 : EPERM;
}

static int op_bset(void)
{
	return answer(prctl(PR_CAPBSET_DROP, CAP_WAKE_ALARM, 0, 0, 0));
}

static int op_immutable(void)
{
	int fd = open(FILE_ROOT, O_RDONLY), flags = FS_IMMUTABLE_FL, err;

	err = answer(ioctl(fd, FS_IOC_SETFLAGS, &flags));
	flags = 0;
	if (!err)
		ioctl(fd, FS_IOC_SETFLAGS, &flags);
	return err;
}

static int op_bind(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons(80),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return answer(bind(fd, (void *)&a, sizeof(a)));
}

static int op_ifup(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	r.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	return answer(ioctl(fd, SIOCSIFFLAGS, &r));
}

static int op_raw(void)
{
	return answer(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int op_packet(void)
{
	return answer(socket(AF_PACKET, SOCK_RAW, 0));
}

static int op_mlock(void)
{
	struct rlimit none = { 0, 0 };
	static char page[4096];

	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return errno;
	return answer(mlock(page, sizeof(page)));
}

static int op_shmat(void)
{
	return answer((long)shmat(world->shm, NULL, 0));
}

/* Permitted: there is no such module. */
static int op_module(void)
{
	int err = answer(syscall(SYS_delete_module, "no-such-module", 0));

	return err == ENOENT ? 0 : err;
}

static int op_init_module(void)
{
	int err = answer(syscall(SYS_init_module, "x", 1, ""));

	return err == ENOEXEC ? 0 : err;
}

static int op_attach(void)
{
	int err = answer(ptrace(PTRACE_ATTACH, world->user, NULL, NULL));

	if (!err) {
		waitpid(world->user, NULL, __WALL);
		ptrace(PTRACE_DETACH, world->user, NULL, NULL);
	}
	return err;
}

static int op_mount(void)
{
	if (mount("none", "/tmp/c", "tmpfs", 0, NULL))
		return errno;
	return answer(umount("/tmp/c"));
}

static int op_hostname(void)
{
	char name[65];

	gethostname(name, sizeof(name));
	return answer(sethostname(name, strlen(name)));
}

static int op_swapon(void)
{
	int err = answer(swapon("/tmp/c/none", 0));

	return err == ENOENT ? 0 : err;
}

static int op_unshare(void) { return answer(unshare(CLONE_NEWNS)); }

static int op_setns(void)
{
	return answer(setns(open("/proc/self/ns/uts", O_RDONLY), CLONE_NEWUTS));
}

static int op_trusted(void)
{
	return answer(setxattr(FILE_ROOT, "trusted.c", "x", 1, 0));
}

static int op_fifo(void)
{
	struct sched_param p = { .sched_priority = 1 };

	return answer(sched_setscheduler(0, SCHED_FIFO, &p));
}

static int op_rlimit(void)
{
	struct rlimit r;

	getrlimit(RLIMIT_CORE, &r);
	r.rlim_cur = r.rlim_max = 1;
	if (setrlimit(RLIMIT_CORE, &r))
		return errno;
	r.rlim_max = 2;
	return answer(setrlimit(RLIMIT_CORE, &r));
}

static int op_adjtime(void)
{
	struct timex t = { .modes = 0 };

	adjtimex(&t);
	t.modes = ADJ_TICK;
	return answer(adjtimex(&t));
}

static int op_mknod(void)
{
	int err = answer(mknod("/tmp/c/null", S_IFCHR | 0600, makedev(1, 3)));

	unlink("/tmp/c/null");
	return err;
}

static int op_lease(void)
{
	int fd = open(FILE_1000, O_RDONLY);

	return answer(fcntl(fd, F_SETLEASE, F_RDLCK));
}

static int op_setfcap(void)
{
	struct vfs_cap_data d = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { 1, 0 } },
	};

	return answer(setxattr(FILE_ROOT, "security.capability", &d, sizeof(d),
			       0));
}

/* The answer of the audit subsystem to a message. */
static int audit(int type)
{
	struct {
		struct nlmsghdr h;
		char text[64];
	} m = { .h = {
		.nlmsg_len = NLMSG_LENGTH(4), .nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	} };
	struct { struct nlmsghdr h; struct nlmsgerr e; char rest[512]; } r;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	if (fd < 0)
		return errno;
	do {
		if (m.h.nlmsg_len && send(fd, &m, m.h.nlmsg_len, 0) < 0)
			return errno;
		m.h.nlmsg_len = 0;
		if (recv(fd, &r, sizeof(r), MSG_DONTWAIT) < 0)
			return errno;
	} while (r.h.nlmsg_type != NLMSG_ERROR);
	return -r.e.error;
}

static int op_audit_write(void) { return audit(AUDIT_USER); }
static int op_audit_control(void) { return audit(AUDIT_GET); }

static int op_audit_read(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	return answer(fd < 0 ? fd : bind(fd, (void *)&a, sizeof(a)));
}

static int op_alarm(void)
{
	timer_t t;
	int err = answer(timer_create(CLOCK_BOOTTIME_ALARM, NULL, &t));

	return err == EOPNOTSUPP || err == EINVAL ? ENOSYS : err;
}

static int op_perf(void)
{
	struct perf_event_attr a = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(a),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	return answer(syscall(SYS_perf_event_open, &a, -1, 0, -1, 0));
}

static int op_bpf(void)
{
	union bpf_attr a = { .map_type = BPF_MAP_TYPE_ARRAY, };

	a.key_size = a.value_size = 4;
	a.max_entries = 1;
	return answer(syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a)));
}

static int op_set_tid(void)
{
	pid_t tid = 31000 + getpid() % 1000, pid;
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (unsigned long)&tid,
		.set_tid_size = 1,
	};

	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(0);
	return answer(pid);
}

static const struct c_op {
	int cap;
	const char *name;
	int (*op)(void);
	int err;		/* without the capability */
} c_ops[] = {
	{ CAP_CHOWN, "chown", op_chown, EPERM },
	{ CAP_DAC_OVERRIDE, "open", op_open, EACCES },
	{ CAP_DAC_READ_SEARCH, "open_by_handle", op_handle, EPERM },
	{ CAP_FOWNER, "chmod", op_chmod, EPERM },
	{ CAP_FSETID, "setgid bit", op_setgid_bit, EPERM },
	{ CAP_KILL, "kill", op_kill, EPERM },
	{ CAP_SETGID, "setgid", op_setgid, EPERM },
	{ CAP_SETUID, "setuid", op_setuid, EPERM },
	{ CAP_SETPCAP, "bounding set", op_bset, EPERM },
	{ CAP_LINUX_IMMUTABLE, "immutable", op_immutable, EPERM },
	{ CAP_NET_BIND_SERVICE, "port 80", op_bind, EACCES },
	{ CAP_NET_ADMIN, "interface up", op_ifup, EPERM },
	{ CAP_NET_RAW, "raw socket", op_raw, EPERM },
	{ CAP_NET_RAW, "packet socket", op_packet, EPERM },
	{ CAP_IPC_LOCK, "mlock", op_mlock, EPERM },
	{ CAP_IPC_OWNER, "shmat", op_shmat, EACCES },
	{ CAP_SYS_MODULE, "delete_module", op_module, EPERM },
	{ CAP_SYS_MODULE, "init_module", op_init_module, EPERM },
	{ CAP_SYS_RAWIO, "iopl", op_iopl, EPERM },
	{ CAP_SYS_RAWIO, "ioperm", op_ioperm, EPERM },
	{ CAP_SYS_CHROOT, "chroot", op_chroot, EPERM },
	{ CAP_SYS_PTRACE, "ptrace", op_attach, EPERM },
	{ CAP_SYS_PACCT, "acct", op_acct, EPERM },
	{ CAP_SYS_ADMIN, "mount", op_mount, EPERM },
	{ CAP_SYS_ADMIN, "sethostname", op_hostname, EPERM },
	{ CAP_SYS_ADMIN, "swapon", op_swapon, EPERM },
	{ CAP_SYS_ADMIN, "unshare", op_unshare, EPERM },
	{ CAP_SYS_ADMIN, "setns", op_setns, EPERM },
	{ CAP_SYS_ADMIN, "trusted xattr", op_trusted, EPERM },
	{ CAP_SYS_BOOT, "reboot", op_cad, EPERM },
	{ CAP_SYS_NICE, "nice -20", op_nice, EACCES },
	{ CAP_SYS_NICE, "SCHED_FIFO", op_fifo, EPERM },
	{ CAP_SYS_RESOURCE, "hard limit", op_rlimit, EPERM },
	{ CAP_SYS_TIME, "adjtimex", op_adjtime, EPERM },
	{ CAP_SYS_TTY_CONFIG, "vhangup", op_vhangup, EPERM },
	{ CAP_MKNOD, "mknod", op_mknod, EPERM },
	{ CAP_LEASE, "lease", op_lease, EACCES },
	{ CAP_AUDIT_WRITE, "audit message", op_audit_write, EPERM },
	{ CAP_AUDIT_CONTROL, "audit status", op_audit_control, EPERM },
	{ CAP_SETFCAP, "file capability", op_setfcap, EPERM },
	{ CAP_SYSLOG, "syslog", op_syslog, EPERM },
	{ CAP_WAKE_ALARM, "alarm timer", op_alarm, EPERM },
	{ CAP_AUDIT_READ, "audit group", op_audit_read, EPERM },
	{ CAP_PERFMON, "perf", op_perf, EPERM },
	{ CAP_BPF, "bpf", op_bpf, EPERM },
	{ CAP_CHECKPOINT_RESTORE, "set_tid", op_set_tid, EPERM },
};

#define C_OPS	((int)ARRAY_SIZE(c_ops))

#endif
