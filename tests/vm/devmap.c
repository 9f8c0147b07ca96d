// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the map of devices: what guests open without one, which entry decides,
 * how long it lives, nodes that guests make, block devices that stand for
 * others, errors of the two commands.
 */
#include "puppet.h"

#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

/* static, so that every entry reaches it */
static struct vcmd_device_map map;

static void make(const char *name, char type, int major, int minor)
{
	unlink(name);
	must(mknod(name, (type == 'b' ? S_IFBLK : S_IFCHR) | 0666,
		   makedev(major, minor)));
}

/* For a 32-bit caller the structure is another one. */
static void *fill(const char *device, const char *target, uint32_t flags)
{
	static uint32_t small[3];

	if (vs_int80) {
		small[0] = (uintptr_t)device;
		small[1] = (uintptr_t)target;
		small[2] = flags;
		return small;
	}
	map = (struct vcmd_device_map){ device, target, flags };
	return &map;
}

static long set(uint32_t xid, const char *device, const char *target,
		uint32_t flags)
{
	return vserver(VCMD_set_mapping, xid, fill(device, target, flags));
}

static long unset(uint32_t xid, const char *device, const char *target)
{
	return vserver(VCMD_unset_mapping, xid, fill(device, target, 0));
}

static long do_open(long path, long flags, long c)
{
	int fd = open((char *)path, flags | O_NOCTTY | O_NONBLOCK);

	(void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_mknod(long path, long mode, long dev)
{
	unlink((char *)path);
	return mknod((char *)path, mode, dev);
}

static const struct { const char *name; char type; int major, minor; } usual[] = {
	{ "null", 'c', 1, 3 }, { "zero", 'c', 1, 5 }, { "full", 'c', 1, 7 },
	{ "random", 'c', 1, 8 }, { "urandom", 'c', 1, 9 },
}, others[] = {
	{ "mem", 'c', 1, 1 }, { "port", 'c', 1, 4 }, { "tty0", 'c', 4, 0 },
	{ "ttyS0", 'c', 4, 64 }, { "console", 'c', 5, 1 },
	{ "misc", 'c', 10, 237 }, { "fuse", 'c', 10, 229 },
	{ "net", 'c', 10, 200 }, { "loop0", 'b', 7, 0 },
	{ "vda", 'b', 254, 0 }, { "null_b", 'b', 1, 3 },
	{ "none", 'c', 300, 1 },
};

static void test_default(void)
{
	struct puppet a = puppet_guest(XID_A, 0, LOW_CAPS);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		make(usual[i].name, usual[i].type, usual[i].major,
		     usual[i].minor);
		is(ask(&a, do_open, usual[i].name, O_RDONLY), 0, "%s",
		   usual[i].name);
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		make(others[i].name, others[i].type, others[i].major,
		     others[i].minor);
		ok_errno(ask(&a, do_open, others[i].name, O_RDONLY), EPERM,
			 "%s", others[i].name);
		is(ask(&a, do_open, others[i].name, O_PATH), 0, "%s, O_PATH",
		   others[i].name);
	}
	make("tty", 'c', 5, 0);
	ok_errno(ask(&a, do_open, "tty", O_RDONLY), ENXIO, "tty, without one");
	mkdir("pts", 0755);
	must(mount("devpts", "pts", "devpts", 0, "ptmxmode=666"));
	is(ask(&a, do_open, "pts/ptmx", O_RDWR), 0, "ptmx");
	must(umount("pts"));
	ok_errno(ask(&a, do_mknod, "own", S_IFCHR | 0600, makedev(1, 3)), EPERM,
		 "a node of a usual one");
	ok_errno(ask(&a, do_mknod, "own", S_IFBLK | 0600, makedev(7, 0)), EPERM,
		 "of a block device");
	is(ask(&a, do_mknod, "own", S_IFIFO | 0600, 0), 0, "a fifo");
	is(ask(&a, do_mknod, "own", S_IFSOCK | 0600, 0), 0, "a socket");
	is(ask(&a, do_mknod, "own", S_IFCHR | 0600, 0), 0, "a whiteout");
	is(do_open((long)"loop0", O_RDONLY, 0), 0, "the host opens");
}

static void test_order(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct puppet b = puppet_guest(XID_B, 0, GUEST_CAPS);

	make("loop0", 'b', 7, 0);
	make("loop1", 'b', 7, 1);
	make("zero", 'c', 1, 5);

	is(set(XID_A, "loop0", NULL, VDEV_OPEN), 0, "set for a guest");
	is(ask(&a, do_open, "loop0", O_RDONLY), 0, "it opens");
	ok_errno(ask(&a, do_open, "loop1", O_RDONLY), EPERM, "not the next");
	ok_errno(ask(&b, do_open, "loop0", O_RDONLY), EPERM, "not another one");
	is(set(0, NULL, "loop1", VDEV_OPEN), 0, "set the kind for all");
	is(ask(&b, do_open, "loop0", O_RDONLY), 0, "another one, too");
	is(ask(&b, do_open, "zero", O_RDONLY), 0, "not of the other kind");
	is(set(0, "loop0", NULL, 0), 0, "not that device");
	ok_errno(ask(&b, do_open, "loop0", O_RDONLY), EPERM,
		 "the device comes before the kind");
	is(ask(&a, do_open, "loop0", O_RDONLY), 0, "the guest before all");
	is(set(XID_B, NULL, "loop0", VDEV_OPEN), 0, "set the kind for one");
	is(ask(&b, do_open, "loop0", O_RDONLY), 0, "its kind comes before all");
	is(set(XID_B, NULL, "loop0", 0), 0, "set it to nothing");
	is(ask(&b, do_open, "loop1", O_RDONLY), 0, "which says nothing");
	ok_errno(ask(&b, do_open, "loop0", O_RDONLY), EPERM, "of neither");
	is(set(XID_A, "loop0", NULL, 0), 0, "nothing for the device");
	ok_errno(ask(&a, do_open, "loop0", O_RDONLY), EPERM, "which does");
	is(set(XID_A, "zero", NULL, 0), 0, "a usual one");
	ok_errno(ask(&a, do_open, "zero", O_RDONLY), EPERM, "is closed");
	is(ask(&b, do_open, "zero", O_RDONLY), 0, "and open for another one");

	is(unset(XID_A, "loop0", NULL), 0, "unset");
	ok_errno(unset(XID_A, "loop0", NULL), ENOENT, "once");
	is(unset(XID_A, "zero", NULL), 0, "unset the usual one");
	is(ask(&a, do_open, "zero", O_RDONLY), 0, "it is usual again");
	is(unset(0, "loop0", NULL), 0, "unset for all");
	is(unset(0, NULL, "loop0"), 0, "unset the kind");
	ok_errno(ask(&b, do_open, "loop1", O_RDONLY), EPERM, "all is as before");
}

static void test_life(void)
{
	struct puppet a;

	make("loop0", 'b', 7, 0);
	make("loop1", 'b', 7, 1);
	is(set(XID_A, "loop0", NULL, VDEV_OPEN), 0, "before there is a guest");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	is(ask(&a, do_open, "loop0", O_RDONLY), 0, "it counts");
	is(set(XID_A, "loop1", NULL, VDEV_OPEN), 0, "while it runs");
	is(ask(&a, do_open, "loop1", O_RDONLY), 0, "it counts, too");
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "the guest ends");
	ok(eventually(unset(XID_A, "loop1", NULL) && errno == ENOENT),
	   "forgotten");
	ok_errno(unset(XID_A, "loop0", NULL), ENOENT, "what came before, too");

	/* one after the other, as fast as can be */
	is(set(XID_A, "loop0", NULL, VDEV_OPEN), 0, "once more");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	puppet_end(&a);
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	ok_errno(ask(&a, do_open, "loop0", O_RDONLY), EPERM,
		 "the next guest with the id");
	is(set(XID_A, "loop0", NULL, VDEV_OPEN), 0, "has a map of its own");
	is(ask(&a, do_open, "loop0", O_RDONLY), 0, "that counts");
	usleep(20000);
	is(ask(&a, do_open, "loop0", O_RDONLY), 0, "and stays");
}

static void test_create(void)
{
	struct puppet a = puppet_guest(XID_A, 0, LOW_CAPS);
	struct puppet b = puppet_guest(XID_B, 0, GUEST_CAPS);
	int mode = S_IFCHR | 0666;

	make("zero", 'c', 1, 5);
	is(set(0, "zero", NULL, VDEV_CREATE), 0, "permit making");
	is(ask(&a, do_mknod, "own", mode, makedev(1, 5)), 0, "made");
	ok_errno(ask(&a, do_open, "own", O_RDONLY), EPERM, "but not opened");
	ok_errno(ask(&b, do_mknod, "other", mode, makedev(1, 5)), EPERM,
		 "not without the capability");
	is(set(0, "zero", NULL, VDEV_CREATE | VDEV_OPEN), 0, "permit both");
	is(ask(&a, do_open, "own", O_RDONLY), 0, "opened");
	ok_errno(ask(&a, do_mknod, "other", mode, makedev(1, 3)), EPERM,
		 "another number");
	ok_errno(ask(&a, do_mknod, "other", S_IFBLK | 0600, makedev(1, 5)), EPERM,
		 "the block device of that number");
	is(unset(0, "zero", NULL), 0, "unset");
}

/* The loop device of a file, and its first byte. */
static void attach(const char *loop, const char *file, char byte)
{
	int f = must(open(file, O_RDWR | O_CREAT | O_TRUNC, 0600));
	int l = must(open(loop, O_RDWR));

	must(ftruncate(f, 1 << 20));
	must(pwrite(f, &byte, 1, 0) == 1 ? 0 : -1);
	must(ioctl(l, LOOP_SET_FD, f));
	close(f);
	close(l);
}

static void detach(const char *loop)
{
	int l = must(open(loop, O_RDWR));

	ioctl(l, LOOP_CLR_FD);
	close(l);
}

static long do_first(long path, long b, long c)
{
	int fd = open((char *)path, O_RDONLY);
	char byte = 0;

	(void)b, (void)c;
	if (fd < 0 || read(fd, &byte, 1) != 1)
		return -1;
	close(fd);
	return byte;
}

static void test_remap(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);

	make("loop6", 'b', 7, 6);
	make("loop7", 'b', 7, 7);
	attach("loop6", "x", 'x');
	attach("loop7", "y", 'y');
	is(set(XID_A, "loop6", "loop7", VDEV_REMAP), 0, "remap, closed");
	ok_errno(ask(&a, do_first, "loop6"), EPERM, "is not opened");
	is(set(XID_A, "loop6", "loop7", VDEV_REMAP | VDEV_OPEN), 0, "remap");
	is(ask(&a, do_first, "loop6"), 'y', "the guest reads the target");
	ok_errno(ask(&a, do_first, "loop7"), EPERM, "which it cannot open");
	is(do_first((long)"loop6", 0, 0), 'x', "the host reads the device");
	is(set(XID_A, "loop6", NULL, VDEV_OPEN), 0, "no remap any more");
	is(ask(&a, do_first, "loop6"), 'x', "the guest reads the device");
	detach("loop6");
	detach("loop7");
}

static void test_errors(void)
{
	make("loop0", 'b', 7, 0);
	make("zero", 'c', 1, 5);
	make("nothing", 'c', 0, 0);
	must(spit("file", "x"));
	unlink("link");
	must(symlink("zero", "link"));

	ok_errno(set(XID_A, NULL, NULL, VDEV_OPEN), EINVAL, "no names");
	ok_errno(set(XID_A, "nowhere", NULL, VDEV_OPEN), ENOENT, "no such file");
	ok_errno(set(XID_A, "file", NULL, VDEV_OPEN), ENODEV, "a file");
	ok_errno(set(XID_A, "link", NULL, VDEV_OPEN), ENODEV, "a link");
	ok_errno(set(XID_A, "/", NULL, VDEV_OPEN), ENODEV, "a directory");
	ok_errno(set(XID_A, "nothing", NULL, VDEV_OPEN), ENODEV, "number 0");
	ok_errno(set(XID_A, "zero", "file", VDEV_OPEN), ENODEV, "a target");
	ok_errno(set(XID_A, "zero", "loop0", VDEV_OPEN), EINVAL, "two kinds");
	ok_errno(set(XID_A, "zero", NULL, 4), EINVAL, "an unknown flag");
	ok_errno(set(XID_A, "zero", "zero", VDEV_REMAP), EOPNOTSUPP,
		 "remap a character device");
	ok_errno(set(XID_A, "loop0", NULL, VDEV_REMAP), EINVAL,
		 "remap to nothing");
	ok_errno(set(1, "zero", NULL, VDEV_OPEN), EINVAL, "the spectator");
	ok_errno(set(VS_XID_MAX + 1, "zero", NULL, VDEV_OPEN), EINVAL,
		 "an id that cannot be");
	ok_errno(set(-1, "zero", NULL, VDEV_OPEN), EINVAL, "the own context");
	ok_errno(unset(XID_A, NULL, NULL), EINVAL, "unset, no names");
	ok_errno(unset(XID_A, "zero", NULL), ENOENT, "unset, not set");
	ok_errno(unset(XID_A, "file", NULL), ENODEV, "unset, a file");
}

static long in_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static void test_setup(void)
{
	struct puppet s = puppet_start(in_setup, XID_A, 0, 0);

	make("loop0", 'b', 7, 0);
	is(ask(&s, do_open, "loop0", O_RDONLY), 0, "the host's tools open");
	is(ask(&s, do_mknod, "own", S_IFBLK | 0600, makedev(7, 0)), 0,
	   "and make");
}

static void all(const char *entry)
{
	static const struct { const char *name; void (*test)(void); } tests[] = {
		{ "default", test_default }, { "order", test_order },
		{ "life", test_life }, { "create", test_create },
		{ "remap", test_remap }, { "errors", test_errors },
		{ "setup", test_setup },
	};
	char name[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		snprintf(name, sizeof(name), "%s%s", entry, tests[i].name);
		run(name, tests[i].test);
	}
}

int main(void)
{
	all("");
#ifdef __x86_64__
	vs_int80 = true;
	all("int80 ");
#endif
	return ktap_exit();
}
