// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V21 and V66 to V68 of the attack tables: nodes of devices that
 * a guest makes, finds, or is handed.
 */
#include "attack.h"

#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

static void make(const char *name, int type, int major, int minor)
{
	unlink(name);
	must(mknod(name, type | 0666, makedev(major, minor)));
}

static long do_open(long path, long flags, long c)
{
	int fd = open((char *)path, flags | O_NONBLOCK | O_NOCTTY);

	(void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_keep(long path, long flags, long c)
{
	(void)c;
	return open((char *)path, flags);
}

/* In the directory of the test, where the devices are. */
static long do_chroot(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return unshare(CLONE_NEWNS) || chroot("/") ? -1 : 0;
}

static struct puppet guest_here(void)
{
	return vanilla() ? puppet_start(do_chroot, 0, 0, 0) :
		attack_guest(XID_A);
}

static int loop;

static long do_mknod(long path, long mode, long dev)
{
	unlink((char *)path);
	return mknod((char *)path, mode, dev);
}

static long do_tmpfs(long path, long b, long c)
{
	(void)b, (void)c;
	mkdir((char *)path, 0755);
	return mount("none", (char *)path, "tmpfs", 0, NULL);
}

static long do_read(long fd, long b, long c)
{
	char byte;

	(void)b, (void)c;
	return pread(fd, &byte, 1, 0);
}

/* A block device that holds something, until nobody has it open any more. */
static void attach(void)
{
	struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR };
	int f = must(open("image", O_RDWR | O_CREAT | O_TRUNC, 0600)), l;

	make("loop5", S_IFBLK, 7, 5);
	l = must(open("loop5", O_RDWR));
	must(ftruncate(f, 1 << 20));
	must(eventually(!ioctl(l, LOOP_SET_FD, f)) ? 0 : -1);
	must(ioctl(l, LOOP_SET_STATUS64, &info));
	close(f);
	loop = l;
}

static void v21(void)
{
	struct puppet h, a;
	int fd;

	attach();
	puppet_channel();
	h = puppet_host();
	a = guest_here();
	fd = must(ask(&h, do_keep, "loop5", O_RDONLY));
	close(loop);
	must(ask(&h, do_send_fd, fd));
	if (vanilla())
		is(ask(&a, do_read, ask(&a, do_receive_fd)), 1,
		   "V21 a block device");
	else
		ok_errno(ask(&a, do_receive_fd), EACCES, "V21 a block device");
	make("null", S_IFCHR, 1, 3);
	fd = must(ask(&h, do_keep, "null", O_RDONLY));
	must(ask(&h, do_send_fd, fd));
	ok(ask(&a, do_receive_fd) > 2, "V21 a harmless device arrives");
	make("mem", S_IFCHR, 1, 1);
	fd = ask(&h, do_keep, "mem", O_RDONLY);
	if (fd < 0)
		return;
	must(ask(&h, do_send_fd, fd));
	if (vanilla())
		ok(ask(&a, do_receive_fd) > 2, "V21 the memory");
	else
		ok_errno(ask(&a, do_receive_fd), EACCES, "V21 the memory");
}

static void v66(void)
{
	struct puppet a = guest_here();
	struct puppet h = puppet_host();

	make("loop0", S_IFBLK, 7, 0);
	attack(ask(&a, do_mknod, "own", S_IFBLK | 0600, makedev(7, 0)), EPERM,
	       "V66 a block device");
	attack(ask(&a, do_mknod, "own", S_IFCHR | 0600, makedev(1, 1)), EPERM,
	       "V66 the memory");
	must(ask(&h, do_tmpfs, "t"));
	attack(ask(&a, do_mknod, "t/own", S_IFBLK | 0600, makedev(7, 0)), EPERM,
	       "V66 in memory");
	must(umount("t"));
}

static const struct { const char *name; int type, major, minor; } nodes[] = {
	{ "loop0", S_IFBLK, 7, 0 }, { "loop-control", S_IFCHR, 10, 237 },
	{ "mem", S_IFCHR, 1, 1 }, { "port", S_IFCHR, 1, 4 },
	{ "mapper", S_IFCHR, 10, 236 }, { "nbd0", S_IFBLK, 43, 0 },
	{ "kvm", S_IFCHR, 10, 232 }, { "fuse", S_IFCHR, 10, 229 },
	{ "tun", S_IFCHR, 10, 200 }, { "console", S_IFCHR, 5, 1 },
	{ "btrfs-control", S_IFCHR, 10, 234 }, { "rtc", S_IFCHR, 254, 0 },
};

static void v67(void)
{
	struct puppet a = guest_here();
	unsigned int i, opened = 0;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		make(nodes[i].name, nodes[i].type, nodes[i].major,
		     nodes[i].minor);
		/* not every kernel has all of them */
		if (do_open((long)nodes[i].name, O_RDWR, 0))
			continue;
		opened++;
		attack(ask(&a, do_open, nodes[i].name, O_RDWR), EPERM,
		       "V67 %s", nodes[i].name);
	}
	ok(opened >= 3, "V67 there are such devices");
}

static long do_bind(long b, long c, long d)
{
	int f = open("image", O_RDWR), l = open("loop4", O_RDWR), ret;

	(void)b, (void)c, (void)d;
	if (f < 0 || l < 0)
		return -1;
	ret = ioctl(l, LOOP_SET_FD, f);
	if (!ret)
		ioctl(l, LOOP_CLR_FD);
	close(l);
	close(f);
	return ret;
}

static long do_new(long b, long c, long d)
{
	int l = open("loop-control", O_RDWR);

	(void)b, (void)c, (void)d;
	return l < 0 ? -1 : ioctl(l, LOOP_CTL_GET_FREE);
}

static void v68(void)
{
	struct puppet a = guest_here();

	make("loop4", S_IFBLK, 7, 4);
	make("loop-control", S_IFCHR, 10, 237);
	must(spit("image", "x"));
	must(truncate("image", 1 << 20));
	attack(ask(&a, do_bind), EPERM, "V68 a loop device");
	if (vanilla())
		ok(ask(&a, do_new) >= 0, "V68 a new one");
	else
		ok_errno(ask(&a, do_new), EPERM, "V68 a new one");
}

int main(void)
{
	attack_run_wide("V21", v21);
	attack_run_wide("V66", v66);
	attack_run_wide("V67", v67);
	attack_run_wide("V68", v68);
	return ktap_exit();
}
