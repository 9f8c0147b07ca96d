// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V26, V27, V29, V32, V33, V42, V43, V73, V77 and V79 of the
 * attack tables: other ways to files of others than those of v_barrier.
 */
#include "attack.h"
#include "../vm/iattr.h"
#include "../vm/image.h"

#include <linux/fs.h>
#include <linux/fsmap.h>
#include <linux/io_uring.h>
#include <sys/xattr.h>

#define GUESTS		FS_DIR "/guests"
#define ROOT_A		GUESTS "/a"
#define ROOT_B		GUESTS "/b"

static struct puppet a;
static uint64_t caps;
static int type;

/* In a directory of the file system, and a chroot there. */
static long do_enter(long root, long xid, long c)
{
	(void)c;
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    chdir((char *)root) || chroot((char *)root))
		return -1;
	return vanilla() ? 0 : vs_become(xid, 0, caps);
}

static void guest(void)
{
	a = puppet_start(do_enter, (long)ROOT_A, XID_A, 0);
}

static long do_open(long path, long flags, long c)
{
	int fd = open((char *)path, flags);

	(void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_chdir(long path, long b, long c)
{
	(void)b, (void)c;
	return chdir((char *)path);
}

static long do_rename(long from, long to, long c)
{
	(void)c;
	return rename((char *)from, (char *)to);
}

static void v26(void)
{
	static const char *const links[] = { "root", "cwd", "fd/0", "exe" };
	char *path = puppet_shared(64);	/* before those who read it */
	struct puppet h = puppet_host(), g = attack_guest(XID_A);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(links); i++) {
		snprintf(path, 64, "/proc/%d/%s", h.pid, links[i]);
		attack(ask(&g, do_open, path, O_PATH), ENOENT, "V26 %s",
		       links[i]);
	}
	puppet_end(&g);
	puppet_end(&h);
}

struct handle { struct file_handle h; char bytes[128]; };

static long do_handle(long handle, long b, long c)
{
	int dir = open("/", O_RDONLY | O_DIRECTORY), fd;

	(void)b, (void)c;
	fd = open_by_handle_at(dir, (struct file_handle *)handle, O_RDONLY);
	close(dir);
	return fd < 0 ? -1 : close(fd);
}

static void v27(void)
{
	struct handle f = { .h.handle_bytes = sizeof(f.bytes) };
	int mount;

	if (name_to_handle_at(AT_FDCWD, FS_DIR "/host/secret", &f.h, &mount,
			      0))
		must(-1);
	guest();
	attack(ask(&a, do_handle, &f), EPERM, "V27 a file by its handle");
	f.h.handle_bytes = sizeof(f.bytes);
	must(name_to_handle_at(AT_FDCWD, FS_DIR, &f.h, &mount, 0));
	attack(ask(&a, do_handle, &f), EPERM, "V27 the root by its handle");
	puppet_end(&a);
}

static long do_fsmap(long path, long b, long c)
{
	static struct { struct fsmap_head h; struct fsmap r[8]; } map;
	int fd = open((char *)path, O_RDONLY), ret;

	(void)b, (void)c;
	if (fd < 0)
		return -1;
	memset(&map, 0, sizeof(map));
	map.h.fmh_count = 8;
	memset(&map.h.fmh_keys[1], 0xff, sizeof(map.h.fmh_keys[1]));
	memset(map.h.fmh_keys[1].fmr_reserved, 0,
	       sizeof(map.h.fmh_keys[1].fmr_reserved));
	ret = ioctl(fd, FS_IOC_GETFSMAP, &map);
	close(fd);
	return ret;
}

static long do_ioctl(long cmd, long arg, long c)
{
	int fd = open("/file", O_RDWR | O_CREAT, 0600), ret;

	(void)c;
	ret = ioctl(fd, cmd, arg);
	close(fd);
	return ret;
}

static void v29(void)
{
	static long flags;

	guest();
	if (fs_types[type].make)
		attack(ask(&a, do_fsmap, "/"), ENOTTY,
		       "V29 where everything is");
	is(ask(&a, do_ioctl, FS_IOC_GETFLAGS, &flags), 0, "V29 its own flags");
	ok_errno(ask(&a, do_ioctl, TCGETS, &flags), ENOTTY, "V29 no terminal");
	puppet_end(&a);
}

static void v32(void)
{
	guest();
	must(mkdir(ROOT_A "/d", 0755));
	must(mkdir(ROOT_A "/d/e", 0755));
	must(ask(&a, do_chdir, "/d/e"));
	must(rename(ROOT_A "/d", GUESTS "/d"));
	is(ask(&a, do_chdir, ".."), 0, "V32 in what was moved");
	attack(ask(&a, do_open, "../b/shadow", O_RDONLY), EACCES,
	       "V32 to another guest");
	attack(ask(&a, do_chdir, ".."), EACCES, "V32 above");
	puppet_end(&a);
	must(rmdir(GUESTS "/d/e"));
	must(rmdir(GUESTS "/d"));
}

/* What both use is mounted in each: a sees only a part of it. */
static void v33(void)
{
	struct puppet b;

	must(mkdir(FS_DIR "/home", 0755));
	must(mkdir(FS_DIR "/home/x", 0755));
	must(mkdir(FS_DIR "/home/x/y", 0755));
	must(spit(FS_DIR "/home/secret", "secret\n"));
	must(mount(FS_DIR "/home/x", ROOT_A "/m", NULL, MS_BIND, NULL));
	must(mount(FS_DIR "/home", ROOT_B "/m", NULL, MS_BIND, NULL));
	guest();
	b = puppet_start(do_enter, (long)ROOT_B, XID_B, 0);
	must(ask(&a, do_chdir, "/m/y"));
	must(ask(&b, do_rename, "/m/x/y", "/m/y"));
	/* so everywhere */
	ok_errno(ask(&a, do_open, "../secret", O_RDONLY), ENOENT,
		 "V33 moved out of the mount");
	ok_errno(ask(&a, do_chdir, ".."), ENOENT, "V33 above");
	puppet_end(&a);
	puppet_end(&b);
	must(umount(ROOT_A "/m"));
	must(umount(ROOT_B "/m"));
	must(unlink(FS_DIR "/home/secret"));
	must(rmdir(FS_DIR "/home/y"));
	must(rmdir(FS_DIR "/home/x"));
	must(rmdir(FS_DIR "/home"));
}

static long do_setflags(long path, long set, long c)
{
	int fd = open((char *)path, O_RDONLY), ret;
	long flags = 0;

	(void)c;
	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return -1;
	flags = set ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
	ret = ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	return ret;
}

static long do_iattr(long path, long flags, long mask)
{
	return iattr_set((char *)path, flags, mask);
}

/* On vanilla it is an immutable file. */
static void v42(void)
{
	must(spit(ROOT_A "/u", "content"));
	must(link(ROOT_A "/u", ROOT_B "/u"));
	if (vanilla())
		must(do_setflags((long)ROOT_A "/u", 1, 0));
	else
		must(iattr_set(ROOT_A "/u", IUNLINK, IUNLINK));
	guest();
	attack(ask(&a, do_setflags, "/u", 0), EPERM, "V42 chattr -i");
	if (!vanilla())
		ok(ask(&a, do_iattr, "/u", 0, IUNLINK) == -1,
		   "V42 the command");
	puppet_end(&a);
	if (!vanilla())
		must(iattr_set(ROOT_A "/u", 0, IUNLINK));
	unlink(ROOT_A "/u");
	unlink(ROOT_B "/u");
}

static long do_xattr(long path, long set, long c)
{
	static const char value[8] = { 1, 0 };

	(void)c;
	return set ? setxattr((char *)path, IATTR_NAME, value, 8, 0) :
		removexattr((char *)path, IATTR_NAME);
}

/* 1: its name is in the list, 2: only the length of the list says so. */
static long do_names(long path, long b, long c)
{
	char list[1024];
	ssize_t n = listxattr((char *)path, list, sizeof(list)), len;

	(void)b, (void)c;
	len = listxattr((char *)path, NULL, 0);
	if (n < 0 || len < 0)
		return -1;
	return memmem(list, n, IATTR_NAME, sizeof(IATTR_NAME)) ? 1 :
		len != n ? 2 : 0;
}

static void v43(void)
{
	must(spit(ROOT_A "/u", "content"));
	must(mkdir(ROOT_A "/dir", 0755));
	must(setxattr(ROOT_A "/u", "security.other", "x", 1, 0));
	must(do_xattr((long)ROOT_A "/u", 1, 0));
	must(setxattr(ROOT_A "/u", "user.other", "x", 1, 0));
	guest();
	attack(ask(&a, do_xattr, "/dir", 1), EPERM, "V43 set");
	attack(ask(&a, do_xattr, "/u", 1), EPERM, "V43 set again");
	defends(ask(&a, do_names, "/u") == 0, "V43 the name");
	ok(do_names((long)ROOT_A "/u", 0, 0) == 1, "V43 the host sees it");
	attack(ask(&a, do_xattr, "/u", 0), EPERM, "V43 remove");
	puppet_end(&a);
	must(unlink(ROOT_A "/u"));
	must(rmdir(ROOT_A "/dir"));
}

/* The host, too, has to say what it means. */
static void v73(void)
{
	if (vanilla()) {
		is(do_setflags((long)GUESTS, 0, 0), 0, "V73 chattr");
		return;
	}
	ok_errno(do_setflags((long)GUESTS, 1, 0), EACCES, "V73 chattr +i");
	ok_errno(do_setflags((long)GUESTS, 0, 0), EACCES, "V73 chattr -i");
	ok(iattr_flags(GUESTS) & VIATTR_BARRIER, "V73 the barrier is there");
}

static long do_keep(long path, long flags, long c)
{
	(void)c;
	return open((char *)path, flags);
}

static void v77(void)
{
	struct puppet next;
	int fd;

	puppet_channel();
	guest();
	fd = must(ask(&a, do_keep, "/", O_RDONLY | O_DIRECTORY));
	must(ask(&a, do_send_fd, fd));
	puppet_end(&a);
	if (!vanilla())
		must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	next = puppet_start(do_enter, (long)ROOT_B, XID_A, 0);
	if (vanilla())
		ok(ask(&next, do_receive_fd) > 2, "V77 a directory for the next");
	else
		ok_errno(ask(&next, do_receive_fd), EACCES,
			 "V77 a directory for the next one");
	puppet_end(&next);
}

static struct io_uring_params params;

/* Opens by a ring of its own. */
static long do_uring(long path, long flags, long c)
{
	unsigned int *tail, *head, mask;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq;
	int ring, ret;

	(void)c;
	memset(&params, 0, sizeof(params));
	ring = syscall(SYS_io_uring_setup, 4, &params);
	if (ring < 0)
		return -1;
	sq = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	sqe = mmap(NULL, 4 * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		   ring, IORING_OFF_SQES);
	if (sq == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_OPENAT;
	sqe->fd = AT_FDCWD;
	sqe->addr = path;
	sqe->open_flags = flags;
	tail = (unsigned int *)(sq + params.sq_off.tail);
	mask = *(unsigned int *)(sq + params.sq_off.ring_mask);
	((unsigned int *)(sq + params.sq_off.array))[*tail & mask] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return -1;
	head = (unsigned int *)(sq + params.cq_off.head);
	mask = *(unsigned int *)(sq + params.cq_off.ring_mask);
	cqe = (struct io_uring_cqe *)(sq + params.cq_off.cqes) + (*head & mask);
	ret = cqe->res;
	close(ring);
	errno = -ret;
	return ret < 0 ? -1 : close(ret);
}

static long do_break(long b, long c, long d)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)b, (void)c, (void)d;
	if (fd < 0 || (mkdir("/x", 0755) && errno != EEXIST) || chroot("/x") ||
	    fchdir(fd))
		return -1;
	return close(fd);
}

static void v79(void)
{
	guest();
	must(ask(&a, do_break));
	attack(ask(&a, do_uring, "../b/shadow", O_RDONLY), EACCES,
	       "V79 by io_uring");
	puppet_end(&a);
}

static void set_up(void)
{
	must(mkdir(GUESTS, 0755));
	must(mkdir(ROOT_A, 0755));
	must(mkdir(ROOT_A "/m", 0755));
	must(mkdir(ROOT_B, 0755));
	must(mkdir(ROOT_B "/m", 0755));
	must(mkdir(FS_DIR "/host", 0755));
	must(spit(ROOT_B "/shadow", "secret\n"));
	must(spit(FS_DIR "/host/secret", "secret\n"));
	if (!vanilla())
		must(iattr_set(GUESTS, VIATTR_BARRIER, VIATTR_BARRIER));
}

int main(void)
{
	static const uint64_t ceilings[] = { GUEST_CAPS, WIDE_CAPS };

	fs_begin();
	for (type = 0; type < 2; type++) {
		if (!fs_usable(type))
			continue;
		caps = ceilings[type];
		fs_make(type);
		set_up();
		fs_again(type);
		attack_run("V26", v26);
		attack_run("V27", v27);
		attack_run("V29", v29);
		attack_run("V32", v32);
		attack_run("V33", v33);
		attack_run("V42", v42);
		attack_run("V43", v43);
		attack_run("V73", v73);
		attack_run("V77", v77);
		attack_run("V79", v79);
		fs_end(type);
	}
	return ktap_exit();
}
