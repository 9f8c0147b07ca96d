// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X18, X19, X40 and X43 of the attack tables: what the whole
 * machine has one pool of. A guest takes all that it can get; then another one
 * and the host each want a little.
 */
#include "attack.h"

#include <linux/aio_abi.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

static struct puppet a, b, h;

/* Guests have no more power than the ceiling, also where there is none. */
static long do_guest_caps(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return caps_drop(~GUEST_CAPS);
}

static void start(void)
{
	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
	if (vanilla()) {
		must(ask(&a, do_guest_caps));
		must(ask(&b, do_guest_caps));
	}
}

static void set(const char *path, const char *value)
{
	if (spit(path, value)) {
		diag("%s", path);
		must(-1);
	}
}

/* A share of one in N; nothing where there are none. */
static void share(const char *n)
{
	if (!vanilla())
		set("/proc/sys/kernel/vserver/pool_share", n);
}

#define others(id, fn, ...) do {					\
	defends(ask(&b, fn, ##__VA_ARGS__) >= 0, "%s another guest", id); \
	defends(ask(&h, fn, ##__VA_ARGS__) >= 0, "%s the host", id);	\
} while (0)

/* --- asynchronous I/O --- */

static aio_context_t rings[100];
static long n_rings;

/* Takes N pieces of EACH requests. */
static long do_aio(long n, long each, long z)
{
	(void)z;
	for (n_rings = 0; n_rings < n; n_rings++)
		if (syscall(SYS_io_setup, each, &rings[n_rings]))
			break;
	return n_rings ? n_rings : -1;
}

static long do_aio_end(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	while (n_rings > 0) {
		if (syscall(SYS_io_destroy, rings[--n_rings]))
			return -1;
		rings[n_rings] = 0;	/* io_setup() wants that */
	}
	return 0;
}

static void x18(void)
{
	set("/proc/sys/fs/aio-max-nr", "4096");
	start();
	ok(ask(&a, do_aio, 100, 64) <= 64, "X18 there is an end");
	is(errno, EAGAIN, "X18 how it fails");
	others("X18", do_aio, 1, 64);
	if (!vanilla()) {
		must(ask(&a, do_aio_end));
		is(ask(&a, do_aio, 100, 64), 8, "X18 one in eight");
		must(ask(&a, do_aio_end));
		is(ask(&a, do_aio, 1, 512), 1, "X18 all of it at once");
		must(ask(&a, do_aio_end));
		ok_errno(ask(&a, do_aio, 1, 513), EAGAIN, "X18 no more");
		share("4");
		is(ask(&a, do_aio, 100, 64), 16, "X18 one in four");
		share("8");
		puppet_end(&a);
		a = attack_member(XID_B);
		must(ask(&b, do_aio_end));
		is(ask(&a, do_aio, 100, 64), 8, "X18 of all in the guest");
		ok_errno(ask(&b, do_aio, 1, 64), EAGAIN, "X18 together");
		puppet_end(&a);
		/* the end of a process gives it back, a little later */
		ok(eventually(ask(&b, do_aio, 1, 64) == 1), "X18 given back");
	}
	set("/proc/sys/fs/aio-max-nr", "65536");
}

/* --- filters --- */

#define PROGRAM	4000

static int socks[200];

static long attach(int sock, int len)
{
	static struct sock_filter f[PROGRAM];
	struct sock_fprog prog = { .len = len, .filter = f };
	int i;

	for (i = 0; i < len - 1; i++)
		f[i] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_ADD | BPF_K,
						    i + 0x1234567);
	f[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
			  sizeof(prog));
}

static long do_filters(long n, long len, long z)
{
	long i;

	(void)z;
	for (i = 0; i < n; i++) {
		socks[i] = socket(AF_UNIX, SOCK_DGRAM, 0);
		if (socks[i] < 0)
			break;
		if (attach(socks[i], len)) {
			close(socks[i]);
			break;
		}
	}
	return i ? i : -1;
}

static long do_filters_end(long n, long y, long z)
{
	(void)y, (void)z;
	while (n-- > 0)
		close(socks[n]);
	return 0;
}

/* What sshd does before it talks to anybody. */
static long do_sandbox(long x, long y, long z)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xffff, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = ARRAY_SIZE(f), .filter = f };
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid) {
		if (setresuid(1000, 1000, 1000) ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(1);
		_exit(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) ?
		      2 : 0);
	}
	return reap(pid) ? -1 : 0;
}

static void x19(void)
{
	char old[32];
	long n, again;

	if (access("/proc/sys/net/core/bpf_jit_limit", F_OK)) {
		skip("no JIT in this kernel", "X19");
		return;
	}
	snprintf(old, sizeof(old), "%s",
		 slurp("/proc/sys/net/core/bpf_jit_limit"));
	set("/proc/sys/net/core/bpf_jit_limit", "2097152");
	start();
	n = ask(&a, do_filters, 200, PROGRAM);
	ok(n > 0 && n < 200, "X19 there is an end: %ld filters", n);
	/* what is left of the pool is too little for a large one */
	while (ask(&a, do_filters, 10, 200) == 10)
		;
	while (ask(&a, do_filters, 10, 2) == 10)
		;
	others("X19 sandbox:", do_sandbox);
	defends(ask(&b, do_filters, 1, 100) == 1, "X19 a filter of a guest");
	if (!vanilla()) {
		puppet_end(&a);
		ok(eventually(!vs_exists(XID_A)), "X19 A ends");
		a = attack_guest(XID_A);
		n = ask(&a, do_filters, 200, PROGRAM);
		ask(&a, do_filters_end, n);
		/* programs are freed by a work item */
		ok(eventually((again = ask(&a, do_filters, 200, PROGRAM)) == n ||
			      (ask(&a, do_filters_end, again), false)),
		   "X19 as many again: %ld, %ld", n, again);
	}
	puppet_end(&a);
	set("/proc/sys/net/core/bpf_jit_limit", old);
}

/* --- terminals --- */

static int ptys[200];
static long n_ptys;

static long do_ptys(long n, long y, long z)
{
	(void)y, (void)z;
	for (n_ptys = 0; n_ptys < n; n_ptys++) {
		ptys[n_ptys] = open("/tmp/pts/ptmx", O_RDWR | O_NOCTTY);
		if (ptys[n_ptys] < 0)
			break;
	}
	return n_ptys ? n_ptys : -1;
}

static long do_ptys_end(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	while (n_ptys)
		close(ptys[--n_ptys]);
	return 0;
}

/* The last end is closed by somebody of another context. */
static long do_send_pty(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return do_ptys(1, 0, 0) < 0 ? -1 : do_send_fd(ptys[0], 0, 0);
}

static void x40(void)
{
	int fd;

	mkdir("/tmp/pts", 0755);
	must(mount("devpts", "/tmp/pts", "devpts", 0, "ptmxmode=0666"));
	set("/proc/sys/kernel/pty/reserve", "0");
	set("/proc/sys/kernel/pty/max", "80");
	puppet_channel();
	start();
	ok(ask(&a, do_ptys, 200) < 80, "X40 there is an end");
	is(errno, ENOSPC, "X40 how it fails");
	others("X40", do_ptys, 1);
	if (!vanilla()) {
		must(ask(&a, do_ptys_end));
		ok(eventually(ask(&a, do_ptys, 200) == 10), "X40 one in eight");
		must(ask(&a, do_ptys_end));
		ok(eventually(ask(&a, do_ptys, 10) == 10), "X40 again");
		must(ask(&a, do_ptys_end));
		must(ask(&a, do_send_pty));
		must(ask(&a, do_ptys_end));
		fd = must(do_receive_fd(0, 0, 0));
		ok(eventually(ask(&a, do_ptys, 200) == 9),
		   "X40 one of them is open elsewhere");
		close(fd);
		ok(eventually(ask(&a, do_ptys, 1) == 1), "X40 closed there");
	}
	puppet_end(&a);
	puppet_end(&b);
	puppet_end(&h);
	eventually(!umount("/tmp/pts"));
	set("/proc/sys/kernel/pty/max", "4096");
	set("/proc/sys/kernel/pty/reserve", "1024");
}

/* --- timers --- */

/* As many users as it takes; each of them may have 50 and has a process. */
static long do_timers(long users, long y, long z)
{
	int up[2], i, n, sum = 0;

	(void)y, (void)z;
	if (pipe(up))
		return -1;
	for (i = 0; i < users; i++) {
		pid_t pid = fork();

		if (!pid) {
			struct rlimit r = { 50, 50 };
			timer_t t;

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			setrlimit(RLIMIT_SIGPENDING, &r);
			if (setresuid(2000 + i, 2000 + i, 2000 + i))
				_exit(1);
			for (n = 0; n < 60; n++)
				if (timer_create(CLOCK_MONOTONIC, NULL, &t))
					break;
			if (write(up[1], &n, sizeof(n)) != sizeof(n))
				_exit(1);
			for (;;)
				pause();
		}
		if (pid < 0 || read(up[0], &n, sizeof(n)) != sizeof(n))
			return -1;
		sum += n;
	}
	return sum ? sum : -1;
}

static long do_timer_cycles(long n, long y, long z)
{
	timer_t t;

	(void)y, (void)z;
	while (n--)
		if (timer_create(CLOCK_MONOTONIC, NULL, &t) || timer_delete(t))
			return -1;
	return 0;
}

static void x43(void)
{
	share("1310");		/* 100 timers */
	start();
	is(ask(&a, do_timer_cycles, 500), 0, "X43 one after the other");
	defends(ask(&a, do_timers, 5) == 100, "X43 users do not help");
	defends(ask(&b, do_timers, 1) == 50, "X43 another guest");
	defends(ask(&h, do_timers, 1) == 50, "X43 the host");
	if (!vanilla()) {
		ok_errno(ask(&a, do_timer_cycles, 1), EAGAIN,
			 "X43 how it fails");
		must(vs_kill(XID_A, 0, SIGKILL));
		puppet_end(&a);
		ok(eventually(!vs_exists(XID_A)), "X43 A ends");
		a = attack_guest(XID_A);
		is(ask(&a, do_timers, 3), 100, "X43 all over again");
	}
	share("8");
}

int main(void)
{
	attack_run("X18", x18);
	attack_run("X19", x19);
	attack_run("X40", x40);
	attack_run("X43", x43);
	return ktap_exit();
}
