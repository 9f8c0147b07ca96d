// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows C03, C04, C07 and C09 of the attack tables: what user and
 * other namespaces give a guest, made by itself or received.
 */
#include "attack.h"

#include <linux/if_packet.h>

static struct puppet a;

static struct puppet guest_with_userns(void)
{
	if (vanilla())
		return attack_guest(XID_A);
	a = puppet_guest(XID_A, 0, GUEST_CAPS & ~CAP(SETFCAP));
	must(vs_set_umask(XID_A, CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS,
			  ~0ULL));
	return a;
}

/* In a child: the errno of the operation, behind unshare(). */
static long inside(int flags, long (*op)(void))
{
	pid_t pid = fork();

	if (!pid) {
		if (unshare(flags))
			_exit(200);
		_exit(op() == -1 ? errno : 0);
	}
	errno = reap(pid);
	return errno ? -1 : 0;
}

static long packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static long tmpfs(void)
{
	return mount("none", "/tmp", "tmpfs", 0, NULL);
}

static long hostname(void)
{
	return sethostname("inside", 6);
}

static long nothing(void)
{
	return 0;
}

static long do_inside(long flags, long op, long z)
{
	(void)z;
	return inside(flags, (long (*)(void))op);
}

static void c03(void)
{
	a = guest_with_userns();
	is(ask(&a, do_inside, CLONE_NEWUSER, nothing), 0,
	   "C03 a user namespace it may");
	attack(ask(&a, do_inside, CLONE_NEWUSER | CLONE_NEWNET, packet), EPERM,
	       "C03 packet socket in namespaces of its own");
	attack(ask(&a, do_inside, CLONE_NEWUSER | CLONE_NEWNS, tmpfs), EPERM,
	       "C03 mount in namespaces of its own");
	if (vanilla())
		return;
	ok_errno(ask(&a, do_inside, CLONE_NEWUSER, hostname), EPERM,
		 "C03 not its host name either");
}

/* C04: the owner of a user namespace has all power over it from outside. */
static long do_owner(long x, long y, long z)
{
	char path[64];
	int fd, err, p[2];
	pid_t pid;

	(void)x, (void)y, (void)z;
	if (pipe(p))
		return -1;
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
			_exit(1);
		if (write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(p[1]);
	if (read(p[0], path, 1) != 1)
		return -1;
	close(p[0]);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	fd = open(path, O_RDONLY);
	err = fd < 0 ? 201 : in_child(setns(fd, CLONE_NEWNS));
	close(fd);
	kill(pid, SIGKILL);
	reap(pid);
	errno = err;
	return err ? -1 : 0;
}

static void c04(void)
{
	a = guest_with_userns();
	/* Nobody may look at what is entering. */
	must(ask(&a, do_exec));
	attack(ask(&a, do_owner), EPERM, "C04 by the owner's right");
}

static long do_setns(long fd, long flags, long z)
{
	(void)z;
	errno = in_child(setns(fd, flags));
	return errno ? -1 : 0;
}

static void c07(void)
{
	static const struct { const char *name; int flag; } kinds[] = {
		{ "uts", CLONE_NEWUTS }, { "net", CLONE_NEWNET },
		{ "ipc", CLONE_NEWIPC }, { "mnt", CLONE_NEWNS },
		{ "cgroup", CLONE_NEWCGROUP }, { "pid", CLONE_NEWPID },
	};
	char path[64];
	unsigned int i;
	int fd;

	puppet_channel();
	a = attack_guest(XID_A);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i].name);
		fd = must(open(path, O_RDONLY));
		must(do_send_fd(fd, 0, 0));
		close(fd);
		fd = must(ask(&a, do_receive_fd));
		attack(ask(&a, do_setns, fd, kinds[i].flag), EPERM,
		       "C07 the host's %s namespace", kinds[i].name);
	}
}

static long map_root(void)
{
	spit("/proc/self/setgroups", "deny");
	return spit("/proc/self/uid_map", "0 0 1");
}

/* To write the map at all takes SYS_ADMIN. */
static void c09(void)
{
	a = guest_with_userns();
	if (!vanilla())
		must(vs_set_bcaps(XID_A, (GUEST_CAPS | CAP(SYS_ADMIN)) &
				  ~CAP(SETFCAP), ~0ULL));
	attack(ask(&a, do_inside, CLONE_NEWUSER, map_root), EPERM,
	       "C09 uid 0 without SETFCAP");
	if (vanilla())
		return;
	must(vs_set_bcaps(XID_A, GUEST_CAPS | CAP(SYS_ADMIN), ~0ULL));
	is(ask(&a, do_inside, CLONE_NEWUSER, map_root), 0, "C09 with it");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("C03", c03);
	attack_run("C04", c04);
	attack_run("C07", c07);
	attack_run("C09", c09);
	return ktap_exit();
}
