// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows C10, C16 to C18, C20, C24, E09, P22, X9, X22, X32 to X34 and X45 of
 * the attack tables: powers over the machine that a guest never has, whatever
 * its ceiling, not even in setup.
 */
#include "attack.h"

#include <linux/bpf.h>
#include <linux/if_alg.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE	67
#define PR_GET_MEMORY_MERGE	68
#endif
#ifndef PR_SCHED_CORE
#define PR_SCHED_CORE		62
#endif

static struct puppet a;

/* What says that it got far enough is as good as success. */
static long but(long ret, int err)
{
	return ret == -1 && errno == err ? 0 : ret;
}

static long do_kexec(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return syscall(SYS_kexec_load, 0, 0, NULL, 0);
}

static long do_init_module(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return but(syscall(SYS_init_module, "x", 1, ""), ENOEXEC);
}

static long do_finit_module(long x, long y, long z)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	long ret = but(syscall(SYS_finit_module, fd, "", 0), ENOEXEC);

	(void)x, (void)y, (void)z;
	close(fd);
	return ret;
}

static long do_delete_module(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return but(syscall(SYS_delete_module, "no-such-module", 0), ENOENT);
}

static long do_settime(long x, long y, long z)
{
	struct timespec now;

	(void)x, (void)y, (void)z;
	clock_gettime(CLOCK_REALTIME, &now);
	return clock_settime(CLOCK_REALTIME, &now);
}

static long do_settimeofday(long x, long y, long z)
{
	struct timeval now;

	(void)x, (void)y, (void)z;
	gettimeofday(&now, NULL);
	return settimeofday(&now, NULL);
}

static long do_bpf(long x, long y, long z)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, };

	(void)x, (void)y, (void)z;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long do_perf(long pid, long cpu, long kernel)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK, .exclude_kernel = !kernel,
		.exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, 0);
}

static long do_perf_self(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return do_perf(0, -1, 0);
}

static long do_sqpoll(long x, long y, long z)
{
	struct io_uring_params p = { .flags = IORING_SETUP_SQPOLL };

	(void)x, (void)y, (void)z;
	return syscall(SYS_io_uring_setup, 1, &p);
}

static long do_uring(long x, long y, long z)
{
	struct io_uring_params p = { .flags = 0 };

	(void)x, (void)y, (void)z;
	return syscall(SYS_io_uring_setup, 1, &p);
}

static long do_uffd(long flags, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_userfaultfd, flags);
}

static long do_sched_core(long x, long y, long z)
{
	/* without hyper-threads: ENODEV */
	long ret = but(prctl(PR_SCHED_CORE, 1, 0, 0, 0), ENODEV);

	(void)x, (void)y, (void)z;
	if (ret && errno == EINVAL)
		errno = ENOSYS;
	return ret;
}

static const struct power {
	const char *name;
	puppet_fn *fn;
} powers[] = {
	{ "C16 kexec_load", do_kexec },
	{ "C16 init_module", do_init_module },
	{ "C16 finit_module", do_finit_module },
	{ "C16 delete_module", do_delete_module },
	{ "C18 clock_settime", do_settime },
	{ "C18 settimeofday", do_settimeofday },
	{ "C20 bpf", do_bpf },
	{ "P22 perf_event_open of itself", do_perf_self },
	{ "E09 io_uring with SQPOLL", do_sqpoll },
	{ "X9 userfaultfd for the kernel", do_uffd },
	{ "X32 core scheduling", do_sched_core },
};

static bool missing(const struct power *p)
{
	return in_child(p->fn(0, 0, 0)) == ENOSYS;
}

static void try_powers(const char *who)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(powers); i++)
		if (missing(&powers[i]))
			skip("not in this kernel", "%s", powers[i].name);
		else
			attack(ask(&a, powers[i].fn), EPERM, "%s, %s",
			       powers[i].name, who);
}

static struct puppet full_guest(void)
{
	return vanilla() ? attack_guest(XID_A) :
		puppet_guest(XID_A, 0, ALL_CAPS);
}

static void c24(void)
{
	spit("/proc/sys/kernel/unprivileged_bpf_disabled", "0");
	a = full_guest();
	try_powers("C24 full ceiling");
	is(ask(&a, do_uffd, UFFD_USER_MODE_ONLY) >= 0, 1,
	   "X9 for its own faults it may");
	ok(ask(&a, do_uring) >= 0, "io_uring without SQPOLL");
}

static long do_setup(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_create(xid, VXF_INIT_SET);
}

static void c24_setup(void)
{
	if (vanilla())
		return;
	a = puppet_start(do_setup, XID_A, 0, 0);
	try_powers("in setup");
}

static void c24_small(void)
{
	if (vanilla())
		return;
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	try_powers("usual ceiling");
	must(vs_set_flags(XID_A, VXF_SQPOLL, VXF_SQPOLL));
	ok(ask(&a, do_sqpoll) >= 0, "E09 with the flag");
}

/* --- P22: with the context capability --- */

static void p22(void)
{
	struct vcmd_ctx_caps caps = { VXC_PERF, VXC_PERF };
	struct puppet h = puppet_host();

	a = attack_guest(XID_A);
	attack(ask(&a, do_perf, h.pid, -1, 0), EPERM, "P22 of the host's");
	attack(ask(&a, do_perf, -1, 0, 0), EPERM, "P22 of a CPU");
	if (vanilla())
		return;
	must(vs_native(VCMD_set_ccaps, XID_A, &caps));
	ok(ask(&a, do_perf, 0, -1, 0) >= 0, "P22 permitted: itself");
	ok_errno(ask(&a, do_perf, h.pid, -1, 0), ESRCH, "P22 still no other");
	ok(ask(&a, do_perf, -1, 0, 0) == -1, "P22 still no CPU");
	ok(ask(&a, do_perf, 0, -1, 1) == -1, "P22 still not the kernel");
	must(vs_set_bcaps(XID_A, LOW_CAPS, LOW_CAPS));
	must(vs_set_flags(XID_A, VXF_FULL_CAPS, VXF_FULL_CAPS));
	ok_errno(ask(&a, do_perf, -1, 0, 0), EPERM, "P22 with SYS_ADMIN: CPU");
	ok_errno(ask(&a, do_perf, 0, -1, 1), EPERM, "P22 and the kernel");
}

/* --- C17, X22: modules --- */

#define MODPROBE	"/proc/sys/kernel/modprobe"
#define PROBED		"/tmp/c-probed"

static long do_family(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return but(socket(AF_ROSE, SOCK_STREAM, 0), EAFNOSUPPORT);
}

static long do_mount(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return but(mount("none", "/tmp", "vsnosuchfs", 0, NULL), ENODEV);
}

static long do_run(long path, long y, long z)
{
	pid_t pid = fork();

	(void)y, (void)z;
	if (!pid) {
		execl((char *)path, "x", NULL);
		_exit(0);
	}
	return reap(pid) ? -1 : 0;
}

static long do_alg(long name, long y, long z)
{
	struct sockaddr_alg sa = {
		.salg_family = AF_ALG, .salg_type = "hash",
	};
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);
	long ret;

	(void)y, (void)z;
	if (fd < 0)
		return -1;
	strcpy((char *)sa.salg_name, (char *)name);
	ret = bind(fd, (void *)&sa, sizeof(sa));
	close(fd);
	return ret;
}

static bool probed(const char *what)
{
	char *s = slurp(PROBED);

	return s && strstr(s, what);
}

static void c17(void)
{
	char *old;
	int fd;

	if (access(MODPROBE, F_OK)) {
		skip("no modules in this kernel", "C17");
		return;
	}
	old = strdup(slurp(MODPROBE));
	unlink(PROBED);
	unlink("/tmp/c-probe");
	must(spit("/tmp/c-probe", "#!/bin/sh\necho \"$@\" >>" PROBED "\n"));
	must(chmod("/tmp/c-probe", 0755));
	unlink("/tmp/c-format");
	must(spit("/tmp/c-format", "\001\002\003\004\005\006\007\010"));
	must(chmod("/tmp/c-format", 0755));
	fd = must(open(MODPROBE, O_WRONLY));
	must(write(fd, "/tmp/c-probe", 12));
	close(fd);

	a = full_guest();
	is(ask(&a, do_family), 0, "C17 a family");
	defends(!probed("net-pf-11"), "C17 and no modprobe");
	/* Neither is there one, nor may it mount among those of the host. */
	ok(ask(&a, do_mount) == (vanilla() ? 0 : -1), "C17 a file system");
	defends(!probed("fs-vsnosuchfs"), "C17 and no modprobe");
	is(ask(&a, do_run, "/tmp/c-format"), 0, "C17 a binary");
	defends(!probed("binfmt-0403"), "C17 and no modprobe");
	if (ask(&a, do_alg, "sha256") < 0 && errno == EAFNOSUPPORT) {
		skip("no AF_ALG", "X22");
	} else {
		ok(ask(&a, do_alg, "hmac(nosuch)") == -1, "X22 an algorithm");
		defends(!probed("crypto-nosuch"), "X22 and no modprobe");
		ok(ask(&a, do_alg, "vsno(sha256)") == -1, "X22 a template");
		defends(!probed("crypto-vsno"), "X22 nor by a kernel thread");
	}

	/* And it would have been seen. */
	unlink(PROBED);
	do_family(0, 0, 0);
	ok(probed("net-pf-11"), "C17 the host's request");
	fd = must(open(MODPROBE, O_WRONLY));
	must(write(fd, old, strlen(old)));
	close(fd);
}

/* --- X34: KSM --- */

static long do_merge(long x, long y, long z)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char start[32], *s;

	(void)x, (void)y, (void)z;
	if (madvise(p, 1 << 20, MADV_MERGEABLE))
		return -1;
	snprintf(start, sizeof(start), "%lx-", (unsigned long)p);
	s = slurp("/proc/self/smaps");
	s = s ? strstr(s, start) : NULL;
	s = s ? strstr(s, "VmFlags:") : NULL;
	if (s)
		*strchrnul(s, '\n') = 0;
	return s && strstr(s, " mg");
}

static long do_merge_all(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0))
		return -1;
	return prctl(PR_GET_MEMORY_MERGE, 0, 0, 0, 0);
}

static void x34(void)
{
	long ret;

	a = attack_guest(XID_A);
	ret = ask(&a, do_merge);
	if (ret == -1 && errno == EINVAL) {
		skip("no KSM in this kernel", "X34");
		return;
	}
	ok(ret >= 0, "X34 the advice is taken");
	defends(!ret, "X34 without effect");
	ret = ask(&a, do_merge_all);
	ok(ret >= 0, "X34 for the whole process, too");
	defends(!ret, "X34 without effect");
}

/* --- X33 --- */

#define BRANCH	"SpeculationIndirectBranch:\t"

static long do_speculates(long x, long y, long z)
{
	char *s = slurp("/proc/self/status");

	(void)x, (void)y, (void)z;
	s = s ? strstr(s, BRANCH) : NULL;
	if (!s)
		return -1;
	return !strncmp(s + strlen(BRANCH), "conditional enabled", 19) ? 1 :
		!strncmp(s + strlen(BRANCH), "conditional force", 17) ? 2 : 0;
}

static void x33(void)
{
	if (do_speculates(0, 0, 0) != 1) {
		skip("this processor is not affected or always guarded", "X33");
		return;
	}
	a = vanilla() ? attack_guest(XID_A) :
		puppet_guest(XID_A, VXF_SPEC_GUARD, GUEST_CAPS);
	must(ask(&a, do_exec));
	defends(ask(&a, do_speculates) == 2, "X33 guarded for good");
}

/* --- X45 --- */

static long do_ustat(long major, long minor, long z)
{
	char buf[128];

	(void)z;
	return syscall(SYS_ustat, makedev(major, minor), buf);
}

static void x45(void)
{
	struct stat st;

	must(stat("/", &st));
	a = attack_guest(XID_A);
	attack(ask(&a, do_ustat, major(st.st_dev), minor(st.st_dev)), EINVAL,
	       "X45 ustat");
}

/* --- C10: a socket that was opened with the host's power --- */

static long do_set_loopback(long fd, long y, long z)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} ask = {
		.h = {
			.nlmsg_len = sizeof(ask), .nlmsg_type = RTM_NEWLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.i = { .ifi_index = 1, .ifi_change = IFF_UP, .ifi_flags = IFF_UP },
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char more[256];
	} answer;

	(void)y, (void)z;
	if (send(fd, &ask, sizeof(ask), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (int)NLMSG_LENGTH(4))
		return -1;
	errno = -answer.e.error;
	return errno ? -1 : 0;
}

static void c10(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0) {
		skip("no network in this kernel", "C10");
		return;
	}
	is(do_set_loopback(fd, 0, 0), 0, "the host, with its own socket");
	a = attack_guest(XID_A);
	attack(ask(&a, do_set_loopback, fd), EPERM,
	       "C10 a guest, with the host's socket");
	if (vanilla())
		return;
	a = puppet_guest(XID_B, 0, ALL_CAPS);
	ok_errno(ask(&a, do_set_loopback, fd), EPERM, "C10 full ceiling");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("C10", c10);
	attack_run("C24", c24);
	attack_run("C24 setup", c24_setup);
	attack_run("C24 usual", c24_small);
	attack_run("P22", p22);
	attack_run("C17", c17);
	attack_run("X33", x33);
	attack_run("X34", x34);
	attack_run("X45", x45);
	return ktap_exit();
}
