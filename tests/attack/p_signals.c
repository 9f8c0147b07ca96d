// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows P01 to P11 of the attack tables: signals by number, by group,
 * to everybody, and through pidfds. The signal is one that is ignored by
 * default, so that a hit is counted and nobody dies.
 */
#include "attack.h"

#include <sys/ioctl.h>

#define HIT	SIGURG

enum { H, GUEST_1, GUEST_2, OTHER, WHO };

static int *hits;

static void count(int sig)
{
	extern int self;

	(void)sig;
	__atomic_add_fetch(&hits[self], 1, __ATOMIC_SEQ_CST);
}

int self = -1;

static long do_listen(long who, long b, long c)
{
	struct sigaction sa = { .sa_handler = count, .sa_flags = SA_RESTART };

	(void)b, (void)c;
	self = who;
	return sigaction(HIT, &sa, NULL);
}

static struct puppet p[WHO];

static void start(void)
{
	int i;

	hits = puppet_shared(sizeof(*hits) * WHO);
	puppet_channel();
	p[H] = puppet_host();
	p[GUEST_1] = attack_guest(XID_A);
	p[GUEST_2] = attack_member(XID_A);
	p[OTHER] = attack_guest(XID_B);
	for (i = 0; i < WHO; i++)
		must(ask(&p[i], do_listen, i));
}

static long do_kill(long pid, long sig, long c)
{
	(void)c;
	return kill(pid, sig);
}

static long do_tkill(long pid, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_tkill, pid, HIT);
}

static long do_tgkill(long pid, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_tgkill, pid, pid, HIT);
}

static long do_queue(long pid, long thread, long c)
{
	siginfo_t si;

	(void)c;
	memset(&si, 0, sizeof(si));
	si.si_code = SI_QUEUE;
	return thread ? syscall(SYS_rt_tgsigqueueinfo, pid, pid, HIT, &si) :
		syscall(SYS_rt_sigqueueinfo, pid, HIT, &si);
}

/* Whether the outside was left alone: nobody of it was hit. */
static bool outside_spared(void)
{
	usleep(20000);
	return !hits[H] && !hits[OTHER];
}

static void p01(void)
{
	start();
	attack(ask(&p[GUEST_1], do_kill, p[H].pid, 0), ESRCH, "P01 probe host");
	attack(ask(&p[GUEST_1], do_kill, p[H].pid, HIT), ESRCH, "P01 host");
	attack(ask(&p[GUEST_1], do_kill, p[OTHER].pid, HIT), ESRCH, "P01 B");
	defends(outside_spared(), "P01 spared");
	is(ask(&p[GUEST_1], do_kill, p[GUEST_2].pid, HIT), 0, "P01 own");
	ok(eventually(hits[GUEST_2] == 1), "P01 own is hit");
}

static void p02(void)
{
	start();
	attack(ask(&p[GUEST_1], do_tkill, p[H].pid), ESRCH, "P02 tkill");
	attack(ask(&p[GUEST_1], do_tgkill, p[H].pid), ESRCH, "P02 tgkill");
	attack(ask(&p[GUEST_1], do_queue, p[H].pid, 0), ESRCH, "P02 queue");
	attack(ask(&p[GUEST_1], do_queue, p[H].pid, 1), ESRCH, "P02 tgqueue");
	defends(outside_spared(), "P02 spared");
}

/* With no other process there is nobody: an error, not a success. */
static void p03(void)
{
	struct puppet alone;

	start();
	alone = attack_guest(XID_C);
	attack(ask(&alone, do_kill, -1, HIT), ESRCH, "P03 all others");
	defends(outside_spared(), "P03 spared");
	defends(!hits[GUEST_1] && !hits[GUEST_2], "P03 A is spared");
}

static void p04(void)
{
	start();
	is(ask(&p[GUEST_1], do_kill, -1, HIT), 0, "P04 all others");
	ok(eventually(hits[GUEST_2] == 1), "P04 own is hit");
	defends(outside_spared(), "P04 spared");
	is(hits[GUEST_1], 0, "P04 but not the caller");
	is(kill(-1, HIT), 0, "P04 the host does it");
	ok(eventually(hits[H] >= 1), "P04 to itself");
	defends(hits[GUEST_2] == 1 && !hits[OTHER], "P04 not to guests");
}

static long do_setpgid(long a, long b, long c)
{
	(void)c;
	return setpgid(a, b);
}

static void p05(void)
{
	start();
	must(setpgid(p[H].pid, p[H].pid));
	attack(ask(&p[GUEST_1], do_kill, -p[H].pid, HIT), ESRCH, "P05 group");
	attack(ask(&p[GUEST_1], do_kill, -p[H].pid, 0), ESRCH, "P05 probe");
	defends(outside_spared(), "P05 spared");
}

/* All are in the group that this case has been started with. */
static void p06(void)
{
	start();
	is(ask(&p[GUEST_1], do_kill, 0, HIT), 0, "P06 own group");
	ok(eventually(hits[GUEST_1] == 1 && hits[GUEST_2] == 1),
	   "P06 own members are hit");
	defends(outside_spared(), "P06 other members are spared");
	is(kill(0, HIT), 0, "P06 by the host");
	ok(eventually(hits[H] >= 1), "P06 the host's are hit");
	defends(hits[GUEST_1] == 1 && !hits[OTHER], "P06 guests are spared");

	/* a group made of strangers only */
	must(ask(&p[GUEST_2], do_setpgid, 0, 0));
	ok(ask(&p[GUEST_1], do_kill, -p[GUEST_2].pid, HIT) == 0, "P06 own one");
	attack(kill(-p[GUEST_2].pid, HIT), ESRCH, "P06 host to a guest's");
}

static long do_pidfd(long pid, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_pidfd_open, pid, 0);
}

static long do_pidfd_signal(long fd, long sig, long c)
{
	(void)c;
	return syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
}

static long do_pidfd_getfd(long fd, long other, long c)
{
	(void)c;
	return syscall(SYS_pidfd_getfd, fd, other, 0);
}

static long do_setns(long fd, long kinds, long c)
{
	(void)c;
	return setns(fd, kinds);
}

static long do_waitid(long fd, long b, long c)
{
	siginfo_t si;

	(void)b, (void)c;
	return waitid(P_PIDFD, fd, &si, WEXITED | WNOHANG);
}

static long do_mrelease(long fd, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_process_mrelease, fd, 0);
}

static long do_madvise(long fd, long b, long c)
{
	struct { void *base; size_t len; } v = { NULL, 0 };

	(void)b, (void)c;
	return syscall(SYS_process_madvise, fd, &v, 1, 20, 0);
}

static void p08(void)
{
	start();
	attack(ask(&p[GUEST_1], do_pidfd, p[H].pid), ESRCH, "P08 host");
	attack(ask(&p[GUEST_1], do_pidfd, p[OTHER].pid), ESRCH, "P08 B");
	attack(do_pidfd(p[OTHER].pid, 0, 0), ESRCH, "P08 host to B");
}

static void through(struct puppet *from, struct puppet *to, const char *who)
{
	int fd = must(ask(from, do_pidfd, from->pid));

	must(ask(from, do_send_fd, fd));
	fd = must(ask(to, do_receive_fd));
	attack(ask(to, do_pidfd_signal, fd, 0), EPERM, "P09 probe %s", who);
	attack(ask(to, do_pidfd_signal, fd, HIT), EPERM, "P09 signal %s", who);
	attack(ask(to, do_pidfd_getfd, fd, 0), EPERM, "P10 getfd %s", who);
	attack(ask(to, do_setns, fd, CLONE_NEWUTS), EPERM, "P10 setns %s", who);
	attack(ask(to, do_madvise, fd), EACCES, "P16 madvise %s", who);
	ok_errno(ask(to, do_waitid, fd), ECHILD, "P11 waitid %s", who);
	ok_errno(ask(to, do_mrelease, fd), EINVAL, "P11 mrelease %s", who);
}

static void p09(void)
{
	start();
	through(&p[H], &p[GUEST_1], "host");
	through(&p[OTHER], &p[GUEST_1], "B");
	defends(outside_spared(), "P09 spared");
	through(&p[GUEST_1], &p[H], "guest by host");
}

int main(void)
{
	attack_run("P01", p01);
	attack_run("P02", p02);
	attack_run("P03", p03);
	attack_run("P04", p04);
	attack_run("P05", p05);
	attack_run("P06", p06);
	attack_run("P08", p08);
	attack_run("P09", p09);
	return ktap_exit();
}
