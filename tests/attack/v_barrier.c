// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V1 to V13, V24 and V25 of the attack tables: the ways out of a
 * chroot end at the barrier above it. Two guests are in directories of one
 * file system; on the vanilla kernel they are plain chroots, and every way is
 * open there.
 */
#include "attack.h"
#include "../vm/iattr.h"
#include "../vm/image.h"

#include <linux/mount.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sys/xattr.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	1
#endif

#define GUESTS		FS_DIR "/guests"
#define ROOT_A		GUESTS "/a"
#define ROOT_B		GUESTS "/b"

static struct puppet a;
static uint64_t caps;

/* Somebody in the guest's root directory; with CWD, from elsewhere. */
static long do_enter(long cwd, long b, long c)
{
	(void)b, (void)c;
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    chdir(cwd ? (char *)cwd : ROOT_A) || chroot(ROOT_A))
		return -1;
	return vanilla() ? 0 : vs_become(XID_A, 0, caps);
}

static long do_open(long path, long flags, long c)
{
	int fd = open((char *)path, flags);

	(void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_fd(long dir, long path, long flags)
{
	return openat(dir, (char *)path, flags);
}

static long do_chdir(long path, long b, long c)
{
	(void)b, (void)c;
	return chdir((char *)path);
}

static long do_fchdir(long fd, long b, long c)
{
	(void)b, (void)c;
	return fchdir(fd);
}

static long do_openat(long dir, long path, long flags)
{
	int fd = openat(dir, (char *)path, flags);

	return fd < 0 ? -1 : close(fd);
}

/* The classic: the root directory is below the working directory. */
static long do_break(long b, long c, long d)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)b, (void)c, (void)d;
	if (fd < 0 || (mkdir("/x", 0755) && errno != EEXIST) || chroot("/x") ||
	    fchdir(fd))
		return -1;
	return close(fd);
}

static void guest(bool broken)
{
	a = puppet_start(do_enter, 0, 0, 0);
	if (broken)
		must(ask(&a, do_break));
}

static void v1(void)
{
	guest(true);
	attack(ask(&a, do_chdir, ".."), EACCES, "V1 chdir");
	if (vanilla())
		is(ask(&a, do_open, "b/shadow", O_RDONLY), 0, "V1 was a way");
}

static void v2(void)
{
	guest(true);
	attack(ask(&a, do_open, "../b/shadow", O_RDONLY), EACCES, "V2 open");
	attack(ask(&a, do_open, "../../..", O_RDONLY), EACCES, "V2 far up");
	attack(ask(&a, do_open, "..", O_RDONLY), EACCES, "V2 list");
	attack(ask(&a, do_open, "../b/new", O_RDWR | O_CREAT), EACCES,
	       "V2 create");
}

static long do_stat_up(long b, long c, long d)
{
	struct stat up, one;

	(void)b, (void)c, (void)d;
	if (stat("..", &up) || stat(".", &one))
		return -1;
	return up.st_ino == one.st_ino;
}

static void v3_v4(void)
{
	int fd;

	guest(true);
	fd = must(ask(&a, do_fd, AT_FDCWD, "..", O_PATH));
	attack(ask(&a, do_openat, fd, "b", O_PATH), EACCES, "V3 openat");
	attack(ask(&a, do_openat, fd, "..", O_PATH), EACCES, "V3 openat up");
	attack(ask(&a, do_openat, fd, ".", O_RDONLY), EACCES, "V3 list");
	attack(ask(&a, do_fchdir, fd), EACCES, "V3 fchdir");
	is(ask(&a, do_stat_up), 0, "V4 stat shows the barrier");
}

static long do_chmod(long path, long b, long c)
{
	(void)b, (void)c;
	return chmod((char *)path, 0711);
}

static long do_chown(long path, long b, long c)
{
	(void)b, (void)c;
	return chown((char *)path, 0, 0);
}

static long do_utimes(long path, long b, long c)
{
	(void)b, (void)c;
	return utimensat(AT_FDCWD, (char *)path, NULL, 0);
}

static long do_xattr(long path, long name, long c)
{
	(void)c;
	return setxattr((char *)path, (char *)name, "x", 1, 0);
}

static long do_rmxattr(long path, long name, long c)
{
	(void)c;
	return removexattr((char *)path, (char *)name);
}

/* An access list that says what the mode says. */
static long do_acl(long path, long b, long c)
{
	static const unsigned char acl[] = {
		2, 0, 0, 0,
		1, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
		4, 0, 5, 0, 0xff, 0xff, 0xff, 0xff,
		32, 0, 5, 0, 0xff, 0xff, 0xff, 0xff,
	};

	(void)b, (void)c;
	return setxattr((char *)path, "system.posix_acl_access", acl,
			sizeof(acl), 0);
}

static void v5(void)
{
	guest(true);
	attack(ask(&a, do_chmod, ".."), EACCES, "V5 chmod");
	attack(ask(&a, do_chown, ".."), EACCES, "V5 chown");
	attack(ask(&a, do_utimes, ".."), EACCES, "V5 utimes");
	attack(ask(&a, do_xattr, "..", "trusted.x"),
	       caps & CAP(SYS_ADMIN) ? EACCES : EPERM, "V5 setxattr");
	attack(ask(&a, do_rmxattr, "..", "trusted.x"),
	       caps & CAP(SYS_ADMIN) ? EACCES : EPERM, "V5 removexattr");
	attack(ask(&a, do_acl, ".."), EACCES, "V5 access list");
}

static long do_rename(long from, long to, long c)
{
	(void)c;
	return rename((char *)from, (char *)to);
}

static long do_mkdir(long path, long b, long c)
{
	(void)b, (void)c;
	return mkdir((char *)path, 0755);
}

static long do_rmdir(long path, long b, long c)
{
	(void)b, (void)c;
	return rmdir((char *)path);
}

static void v6(void)
{
	guest(true);
	attack(ask(&a, do_mkdir, "../c"), EACCES, "V6 mkdir");
	attack(ask(&a, do_rmdir, "../c"), EACCES, "V6 rmdir");
	attack(ask(&a, do_rename, "../a", "../c"), EACCES, "V6 rename");
	attack(ask(&a, do_rename, "../c", "../a"), EACCES, "V6 rename back");
}

/* --- with the right to mount --- */

static long do_bind(long from, long to, long flags)
{
	return mount((char *)from, (char *)to, NULL, MS_BIND | flags, NULL);
}

static long do_tree(long path, long b, long c)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, (char *)path,
			 OPEN_TREE_CLONE);

	(void)b, (void)c;
	return fd < 0 ? -1 : close(fd);
}

static void v7(void)
{
	uint64_t before = caps;

	caps = LOW_CAPS;
	guest(true);
	attack(ask(&a, do_tree, ".."), EACCES, "V7 open_tree");
	attack(ask(&a, do_bind, "..", "m", 0), EACCES, "V7 bind");
	attack(ask(&a, do_bind, "..", "m", MS_REC), EACCES, "V7 rbind");
	is(ask(&a, do_bind, ".", "m", 0), 0, "what is its own");
	caps = before;
}

/* --- while names change --- */

#define WALKS	(vanilla() ? 1000 : 200000 / (int)ktap_slowness())

static void *rename_on(void *stop)
{
	while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
		rename("y/1", "y/2");
		rename("y/2", "y/1");
	}
	return NULL;
}

/* The number of walks that got through, of many. */
static long do_race(long b, long c, long d)
{
	int i, stop = 0, through = 0;
	struct stat st;
	pthread_t t;

	(void)b, (void)c, (void)d;
	mkdir("y", 0755);
	mkdir("y/1", 0755);
	if (pthread_create(&t, NULL, rename_on, &stop))
		return -1;
	for (i = 0; i < WALKS; i++)
		if (!stat("y/../../b/shadow", &st) ||
		    !stat("y/1/../../../b/shadow", &st))
			through++;
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(t, NULL);
	return through;
}

static void v9(void)
{
	guest(true);
	defends(ask(&a, do_race) == 0, "V9 while directories are renamed");
}

static long do_openat2(long path, long resolve, long b)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = resolve };
	int fd = syscall(SYS_openat2, AT_FDCWD, (char *)path, &how,
			 sizeof(how));

	(void)b;
	return fd < 0 ? -1 : close(fd);
}

static void v10(void)
{
	static const char path[] = "../b/shadow";
	long r;

	guest(true);
	attack(ask(&a, do_openat2, path, 0), EACCES, "V10 openat2");
	attack(ask(&a, do_openat2, path, RESOLVE_NO_SYMLINKS), EACCES,
	       "V10 no symlinks");
	attack(ask(&a, do_openat2, path, RESOLVE_NO_MAGICLINKS), EACCES,
	       "V10 no magic links");
	attack(ask(&a, do_openat2, path, RESOLVE_NO_XDEV), EACCES,
	       "V10 no other mount");
	for (r = 0; r < 64; r++)
		if (r & (RESOLVE_BENEATH | RESOLVE_IN_ROOT))
			is(ask(&a, do_openat2, path, r), -1, "V10 %#lx", r);
}

static long do_symlink(long target, long path, long b)
{
	(void)b;
	return symlink((char *)target, (char *)path);
}

static void v11(void)
{
	guest(false);
	unlink(ROOT_A "/link");
	must(ask(&a, do_symlink, "../../../../b/shadow", "link"));
	ok_errno(ask(&a, do_open, "link", O_RDONLY), ENOENT, "V11 stays below");
	must(ask(&a, do_symlink, "../b/shadow", "near"));
	must(ask(&a, do_break));
	attack(ask(&a, do_open, "near", O_RDONLY), EACCES, "V11 by a link");
	unlink(ROOT_A "/link");
	unlink(ROOT_A "/near");
}

/* The host uses the same directory meanwhile, and all is read again. */
static void v12_v13(void)
{
	struct stat st;

	guest(true);
	must(stat(ROOT_B "/shadow", &st));
	attack(ask(&a, do_open, "../b/shadow", O_RDONLY), EACCES, "V12 cached");
	must(spit("/proc/sys/vm/drop_caches", "3"));
	attack(ask(&a, do_open, "../b/shadow", O_RDONLY), EACCES, "V13 dropped");
	must(stat(ROOT_B "/shadow", &st));
	attack(ask(&a, do_open, "../b/shadow", O_RDONLY), EACCES, "V13 again");
}

/* A tool that forgot to change its directory. */
static void v24(void)
{
	a = puppet_start(do_enter, (long)FS_DIR "/host", 0, 0);
	attack(ask(&a, do_open, "secret", O_RDONLY), ENOENT, "V24 directory");
	attack(ask(&a, do_open, "../host/secret", O_RDONLY), ENOENT, "V24 up");
	is(ask(&a, do_chdir, "/"), 0, "its own root");
}

/* What is the guest's own works as ever. */
static void v25(void)
{
	int fd;

	guest(false);
	is(ask(&a, do_mkdir, "/d"), 0, "mkdir");
	fd = must(ask(&a, do_fd, AT_FDCWD, "/d", O_RDONLY));
	is(ask(&a, do_openat, fd, ".", O_RDONLY), 0, "V25 own descriptor");
	is(ask(&a, do_openat, fd, "..", O_RDONLY), 0, "V25 up to the root");
	is(ask(&a, do_open, "../../d", O_RDONLY), 0, "the root is its own ..");
	is(ask(&a, do_rmdir, "/d"), 0, "rmdir");
}

static void set_up(void)
{
	must(mkdir(GUESTS, 0755));
	must(mkdir(ROOT_A, 0755));
	must(mkdir(ROOT_A "/m", 0755));
	must(mkdir(ROOT_B, 0755));
	must(mkdir(FS_DIR "/host", 0755));
	must(spit(ROOT_B "/shadow", "secret\n"));
	must(spit(FS_DIR "/host/secret", "secret\n"));
	if (!vanilla())
		must(iattr_set(GUESTS, VIATTR_BARRIER, VIATTR_BARRIER));
}

static void all(void)
{
	attack_run("V1", v1);
	attack_run("V2", v2);
	attack_run("V3, V4", v3_v4);
	attack_run("V5", v5);
	attack_run("V6", v6);
	attack_run("V7", v7);
	attack_run("V9", v9);
	attack_run("V10", v10);
	attack_run("V11", v11);
	attack_run("V12, V13", v12_v13);
	attack_run("V24", v24);
	attack_run("V25", v25);
}

int main(void)
{
	static const uint64_t ceilings[] = { GUEST_CAPS, WIDE_CAPS };
	int i;

	fs_begin();
	/* in memory, and where it is read anew */
	for (i = 0; i < 2; i++) {
		caps = ceilings[i];
		fs_make(i);
		set_up();
		fs_again(i);
		all();
		fs_end(i);
	}
	return ktap_exit();
}
