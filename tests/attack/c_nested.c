// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row C05 of the attack tables, and C07 for guests that have more power
 * in the user namespaces they make: it is none over what others have made. The
 * rest of C07, and C03, C04 and C09, are in c_space.
 */
#include "attack.h"

#include <sys/socket.h>

#define AF_PACKET_	17
#define ALL_NS		(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | \
			 CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | \
			 CLONE_NEWCGROUP | CLONE_NEWTIME)

static struct puppet g;

/* Namespaces may be made inside from now on. */
static void allow(uint32_t xid)
{
	if (!vanilla())
		must(vs_set_umask(xid, ALL_NS, ~0ULL));
}

static long nested(uint32_t xid, uint64_t caps, uint64_t mask)
{
	struct vcmd_bcaps b = { caps, mask };

	return vs_native(VCMD_set_nested_bcaps, xid, &b);
}

static uint64_t get_nested(uint32_t xid)
{
	struct vcmd_bcaps b = { 0, 0 };

	must(vs_native(VCMD_get_nested_bcaps, xid, &b));
	return b.bcaps;
}

static long map(const char *line)
{
	if (spit("/proc/self/setgroups", "deny"))
		return -1;
	return spit("/proc/self/uid_map", line) ||
		spit("/proc/self/gid_map", line) ? -1 : 0;
}

/* In a new user namespace and more that belong to it; LINE is its map. */
static long do_userns(long flags, long line, long c)
{
	(void)c;
	if (unshare(CLONE_NEWUSER | flags))
		return -1;
	return line ? map((char *)line) : 0;
}

static long do_packet(long a, long b, long c)
{
	int fd = socket(AF_PACKET_, SOCK_RAW, 0);

	(void)a, (void)b, (void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_mount(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	if (mount("x", "/tmp", "tmpfs", 0, NULL))
		return -1;
	return umount("/tmp");
}

static long do_sethostname(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return sethostname("vm", 2);
}

static long do_chroot(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return chroot("/");
}

/* --- C05: a wider ceiling below --- */

static void c05(void)
{
	struct puppet m;

	if (vanilla())
		return;
	g = attack_guest(XID_A);
	m = attack_member(XID_A);
	is(get_nested(XID_A), GUEST_CAPS, "C05 the ceiling, at first");
	must(vs_set_bcaps(XID_A, GUEST_CAPS & ~CAP(KILL), ~0ULL));
	is(get_nested(XID_A), GUEST_CAPS & ~CAP(KILL), "C05 lowered with it");
	must(nested(XID_A, CAP(SYS_ADMIN), CAP(SYS_ADMIN) | CAP(CHOWN)));
	is(get_nested(XID_A), (GUEST_CAPS & ~CAP(KILL) & ~CAP(CHOWN)) |
	   CAP(SYS_ADMIN), "C05 single bits");
	allow(XID_A);
	is(ask(&g, do_userns, CLONE_NEWNS | CLONE_NEWNET, "0 0 1"), 0,
	   "C05 a user namespace");
	is(ask(&g, do_mount), 0, "C05 mount in it");
	ok_errno(ask(&g, do_sethostname), EPERM,
		 "C05 the host name of the guest");
	ok_errno(ask(&g, do_packet), EPERM, "C05 other capabilities");
	ok_errno(ask(&m, do_mount), EPERM, "C05 mount beside it");
	ok_errno(ask(&m, do_sethostname), EPERM, "C05 the host name");
	is(ask(&g, do_userns, CLONE_NEWNS, "0 0 1"), 0,
	   "C05 one below the first");
	is(ask(&g, do_mount), 0, "C05 mount there");

	must(nested(XID_A, 0, CAP(SYS_ADMIN)));
	ok_errno(ask(&g, do_mount), EPERM, "C05 taken away again");
	/* what nobody said follows the ceiling */
	must(vs_set_bcaps(XID_A, GUEST_CAPS & ~CAP(SYS_CHROOT), ~0ULL));
	ok_errno(ask(&g, do_chroot), EPERM, "C05 never more than that");
}

/* --- C07: namespaces of others, by descriptor --- */

static const char *const kinds[] = {
	"user", "mnt", "uts", "ipc", "net", "cgroup", "pid", "time",
};

static long do_setns_fd(long fd, long b, long c)
{
	pid_t pid = fork();

	(void)b, (void)c;
	if (!pid)
		_exit(setns(fd, 0) ? errno : 0);
	errno = reap(pid);
	return errno ? -1 : 0;
}

static long do_open_ns(long name, long b, long c)
{
	char path[64];

	(void)b, (void)c;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", (char *)name);
	return open(path, O_RDONLY);
}

/* Hands a descriptor of one process to another. */
static long pass(struct puppet *from, const char *name, struct puppet *to)
{
	long fd = must(ask(from, do_open_ns, name));

	must(ask(from, do_send_fd, fd));
	return must(ask(to, do_receive_fd));
}

static void reach(struct puppet *from, const char *whose, unsigned int first)
{
	unsigned int i;

	for (i = first; i < ARRAY_SIZE(kinds); i++)
		attack(ask(&g, do_setns_fd, pass(from, kinds[i], &g)), EPERM,
		       "C07 %s namespace of %s", kinds[i], whose);
}

static void c07(void)
{
	struct puppet h, b;

	puppet_channel();
	h = puppet_host();
	b = attack_guest(XID_B);
	allow(XID_B);
	must(ask(&b, do_userns, CLONE_NEWNS | CLONE_NEWUTS));
	g = attack_guest(XID_A);
	reach(&h, "the host", 1);
	reach(&b, "another guest", 0);
	if (vanilla())
		return;
	/* power over what it makes is none over what others have made */
	allow(XID_A);
	must(nested(XID_A, ~0ULL, ~0ULL));
	reach(&h, "the host, with nested power", 1);
	reach(&b, "another guest, with nested power", 0);
	/* nor over one that the host has made */
	h = puppet_start(do_userns, CLONE_NEWNS | CLONE_NEWUTS, 0, 0);
	reach(&h, "a user namespace of the host", 0);
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("C05", c05);
	attack_run("C07", c07);
	return ktap_exit();
}
