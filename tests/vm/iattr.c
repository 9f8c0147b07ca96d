// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the attributes of files: barrier, immutable files with free links, and
 * who sees an entry of /proc; on every file system that can keep them, and
 * through unmounting.
 */
#include "iattr.h"
#include "image.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

#define DIRECTORY	FS_DIR "/dir"
#define BELOW		DIRECTORY "/guest"
#define FILE_A		FS_DIR "/a"
#define FILE_B		FS_DIR "/b"
#define FILE_C		FS_DIR "/c"
#define COW_FLAGS	(VIATTR_TAG | IUNLINK | VIATTR_COW)
#define FILE_MASK	(IUNLINK | VIATTR_COW)
#define DIR_MASK	(FILE_MASK | VIATTR_BARRIER)
#define PROC_MASK	(VIATTR_ADMIN | VIATTR_WATCH | VIATTR_HIDE)

static int type;
static const char *fs;
static struct puppet guest, watcher;

static long do_stat(long path, long b, long c)
{
	struct stat st;

	(void)b, (void)c;
	return stat((char *)path, &st);
}

static long do_chmod(long path, long mode, long c)
{
	(void)c;
	return chmod((char *)path, mode);
}

static long do_chdir(long path, long b, long c)
{
	(void)b, (void)c;
	return chdir((char *)path);
}

static long do_setx(long path, long size, long c)
{
	static const unsigned char value[8] = { 1 };

	(void)c;
	return setxattr((char *)path, IATTR_NAME, value, size, 0);
}

static long do_getx(long path, long b, long c)
{
	char value[32];

	(void)b, (void)c;
	return getxattr((char *)path, IATTR_NAME, value, sizeof(value));
}

static long do_rmx(long path, long b, long c)
{
	(void)b, (void)c;
	return removexattr((char *)path, IATTR_NAME);
}

/* As chattr(1). */
static long chattr(const char *path, int set, int clear)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK), flags = 0, err;
	long ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, FS_IOC_GETFLAGS, &flags);
	flags = (flags | set) & ~clear;
	if (!ret)
		ret = ioctl(fd, FS_IOC_SETFLAGS, &flags);
	err = errno;
	close(fd);
	errno = err;
	return ret;
}

static void people(void)
{
	guest = puppet_guest(XID_A, 0, LOW_CAPS);
	watcher = puppet_spectator();
}

/* --- barrier --- */

static void test_barrier(void)
{
	must(mkdir(DIRECTORY, 0755));
	must(mkdir(BELOW, 0755));
	people();
	is(iattr_flags(DIRECTORY), VIATTR_TAG, "%s: nothing at first", fs);
	is(iattr_mask(DIRECTORY), DIR_MASK, "%s: what can be", fs);
	is(ask(&guest, do_stat, BELOW), 0, "%s: a guest gets there", fs);
	is(iattr_set(DIRECTORY, VIATTR_BARRIER, VIATTR_BARRIER), 0,
	   "%s: barrier", fs);
	is(iattr_flags(DIRECTORY), VIATTR_TAG | VIATTR_BARRIER, "%s: is set",
	   fs);
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: no way", fs);
	ok_errno(ask(&guest, do_chdir, DIRECTORY), EACCES, "%s: chdir", fs);
	ok_errno(ask(&guest, do_chmod, DIRECTORY, 0755), EACCES, "%s: chmod",
		 fs);
	is(ask(&guest, do_stat, DIRECTORY), 0, "%s: stat", fs);
	is(ask(&watcher, do_stat, BELOW), 0, "%s: the spectator passes", fs);
	is(do_stat((long)BELOW, 0, 0), 0, "%s: the host passes", fs);
	is(chmod(DIRECTORY, 0711), 0, "%s: the host's chmod", fs);
	ok_errno(chattr(DIRECTORY, 0, 0), EACCES, "%s: chattr", fs);
	ok_errno(ask(&guest, do_rmx, DIRECTORY), EPERM, "%s: removexattr", fs);
	is(iattr_flags(DIRECTORY), VIATTR_TAG | VIATTR_BARRIER, "%s: stays",
	   fs);
	/* files have none */
	must(spit(FILE_A, "a"));
	is(iattr_set(FILE_A, VIATTR_BARRIER, VIATTR_BARRIER), 0,
	   "%s: barrier of a file", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: means nothing", fs);
}

static void test_barrier_kept(void)
{
	people();
	is(iattr_flags(DIRECTORY), VIATTR_TAG | VIATTR_BARRIER,
	   "%s: barrier, mounted anew", fs);
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: no way", fs);
	is(iattr_set(DIRECTORY, 0, VIATTR_BARRIER), 0, "%s: clear", fs);
	is(ask(&guest, do_stat, BELOW), 0, "%s: the way is free", fs);
	ok_errno(getxattr(DIRECTORY, IATTR_NAME, NULL, 0), ENODATA,
		 "%s: nothing is left", fs);
}

/* As a backup is restored, and as somebody breaks it. */
static void test_raw(void)
{
	static const unsigned char barrier[8] = { 1, 1 }, future[8] = { 9 },
		longer[12] = { 1, 1 };
	unsigned char big[64] = { 1 };

	people();
	is(ask(&guest, do_stat, BELOW), 0, "%s: free", fs);
	must(setxattr(DIRECTORY, IATTR_NAME, barrier, 8, 0));
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: setfattr", fs);
	is(iattr_flags(DIRECTORY), VIATTR_TAG | VIATTR_BARRIER, "%s: get", fs);
	ok_errno(ask(&guest, do_getx, DIRECTORY), ENODATA,
		 "%s: not for guests", fs);
	must(removexattr(DIRECTORY, IATTR_NAME));
	is(ask(&guest, do_stat, BELOW), 0, "%s: removed", fs);
	must(setxattr(DIRECTORY, IATTR_NAME, longer, 12, 0));
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: longer", fs);
	must(removexattr(DIRECTORY, IATTR_NAME));
	must(setxattr(DIRECTORY, IATTR_NAME, future, 8, 0));
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: not understood", fs);
	must(setxattr(DIRECTORY, IATTR_NAME, big, 3, 0));
	ok_errno(ask(&guest, do_stat, BELOW), EACCES, "%s: too short", fs);
	must(removexattr(DIRECTORY, IATTR_NAME));
	ok_errno(ask(&guest, do_setx, DIRECTORY, 8), EPERM,
		 "%s: guests do not write it", fs);
	ok_errno(ask(&guest, do_rmx, DIRECTORY), EPERM, "%s: nor remove", fs);
	/* the next mount finds the broken one */
	must(setxattr(DIRECTORY, IATTR_NAME, future, 8, 0));
}

static void test_raw_kept(void)
{
	people();
	ok_errno(ask(&guest, do_stat, BELOW), EACCES,
		 "%s: not understood, mounted anew", fs);
	is(iattr_set(DIRECTORY, 0, VIATTR_BARRIER), 0, "%s: repaired", fs);
	is(ask(&guest, do_stat, BELOW), 0, "%s: free", fs);
}

/* --- immutable, and with free links --- */

static long do_link(long from, long to, long c)
{
	(void)c;
	return link((char *)from, (char *)to);
}

static long do_unlink(long path, long b, long c)
{
	(void)b, (void)c;
	return unlink((char *)path);
}

static long do_rename(long from, long to, long c)
{
	(void)c;
	return rename((char *)from, (char *)to);
}

static void test_immutable(void)
{
	unlink(FILE_A);
	must(spit(FILE_A, "a"));
	must(spit(FILE_B, "b"));
	people();
	is(iattr_mask(FILE_A), FILE_MASK, "%s: what a file can be", fs);
	is(iattr_set(FILE_A, VIATTR_IMMUTABLE, VIATTR_IMMUTABLE), 0,
	   "%s: immutable", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG | VIATTR_IMMUTABLE, "%s: is", fs);
	ok_errno(open(FILE_A, O_WRONLY), EPERM, "%s: write", fs);
	ok_errno(chmod(FILE_A, 0600), EPERM, "%s: chmod", fs);
	ok_errno(link(FILE_A, FILE_C), EPERM, "%s: link", fs);
	ok_errno(rename(FILE_A, FILE_C), EPERM, "%s: rename", fs);
	ok_errno(rename(FILE_B, FILE_A), EPERM, "%s: rename over", fs);
	ok_errno(unlink(FILE_A), EPERM, "%s: unlink", fs);
	ok_errno(ask(&guest, do_unlink, FILE_A), EPERM, "%s: of a guest", fs);
	ok_errno(ask(&guest, do_iattr_set, FILE_A, 0, VIATTR_IMMUTABLE), ENOSYS,
		 "%s: a guest does not change it", fs);
	is(chattr(FILE_A, 0, FS_IMMUTABLE_FL), 0, "%s: chattr -i", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: nothing", fs);
	is(unlink(FILE_A), 0, "%s: unlink", fs);
}

static void test_iunlink(void)
{
	must(spit(FILE_A, "unified"));
	people();
	is(iattr_set(FILE_A, IUNLINK, IUNLINK), 0, "%s: iunlink", fs);
	is(iattr_flags(FILE_A), COW_FLAGS, "%s: and so COW", fs);
	ok_errno(chmod(FILE_A, 0600), EPERM, "%s: chmod", fs);
	ok_errno(setxattr(FILE_A, "trusted.x", "x", 1, 0), EPERM,
		 "%s: setxattr", fs);
	is(link(FILE_A, FILE_C), 0, "%s: link", fs);
	is(ask(&guest, do_link, FILE_C, FS_DIR "/d"), 0, "%s: of a guest", fs);
	is(ask(&guest, do_rename, FS_DIR "/d", FS_DIR "/e"), 0, "%s: rename",
	   fs);
	is(ask(&guest, do_rename, FILE_B, FS_DIR "/e"), 0, "%s: rename over",
	   fs);
	is(ask(&guest, do_unlink, FILE_C), 0, "%s: unlink", fs);
	is(iattr_flags(FILE_A), COW_FLAGS, "%s: still is", fs);
	is_str(slurp(FILE_A), "unified", "%s: untouched", fs);
	must(link(FILE_A, FILE_C));
}

static void test_iunlink_kept(void)
{
	is(iattr_flags(FILE_A), COW_FLAGS, "%s: iunlink, mounted anew", fs);
	is(unlink(FILE_C), 0, "%s: unlink", fs);
	is(chattr(FILE_A, 0, FS_IMMUTABLE_FL), 0, "%s: chattr -i", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: ends both", fs);
	is(chattr(FILE_A, FS_IMMUTABLE_FL, 0), 0, "%s: chattr +i", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG | VIATTR_IMMUTABLE,
	   "%s: means immutable and no more", fs);
	ok_errno(unlink(FILE_A), EPERM, "%s: unlink", fs);
	is(iattr_set(FILE_A, VIATTR_IXUNLINK, VIATTR_IXUNLINK), 0,
	   "%s: the other one alone", fs);
	is(iattr_flags(FILE_A), COW_FLAGS, "%s: both", fs);
	is(iattr_set(FILE_A, 0, VIATTR_IXUNLINK), 0, "%s: and back", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG | VIATTR_IMMUTABLE, "%s: one", fs);
	is(iattr_set(FILE_A, VIATTR_COW, VIATTR_COW), 0, "%s: COW", fs);
	is(iattr_flags(FILE_A), COW_FLAGS, "%s: is both", fs);
	is(iattr_set(FILE_A, 0, VIATTR_IMMUTABLE), 0, "%s: not immutable", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: is nothing", fs);
	ok_errno(iattr_set(FILE_A, VIATTR_IXUNLINK, VIATTR_IXUNLINK),
		 EOPNOTSUPP, "%s: what would mean nothing", fs);
	is(iattr_set(FILE_A, VIATTR_COW, VIATTR_COW | VIATTR_IMMUTABLE), -1,
	   "%s: a contradiction", fs);
	is(iattr_set(FILE_A, VIATTR_COW, VIATTR_COW), 0, "%s: COW", fs);
	is(iattr_set(FILE_A, 0, VIATTR_COW), 0, "%s: not COW", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: is nothing", fs);
}

/* What a restored backup has before somebody says chattr +i is not meant. */
static void test_stale(void)
{
	static const unsigned char ixunlink[8] = { 1, 2 };

	must(setxattr(FILE_A, IATTR_NAME, ixunlink, 8, 0));
	is(iattr_flags(FILE_A), VIATTR_TAG, "%s: alone it is nothing", fs);
	is(iattr_set(FILE_A, VIATTR_IMMUTABLE, VIATTR_IMMUTABLE), 0,
	   "%s: immutable", fs);
	is(iattr_flags(FILE_A), VIATTR_TAG | VIATTR_IMMUTABLE,
	   "%s: and no more", fs);
	must(chattr(FILE_A, 0, FS_IMMUTABLE_FL));
	must(unlink(FILE_A));
}

static void test_writers(void)
{
	int fd;
	char *map;

	must(spit(FILE_A, "a"));
	fd = must(open(FILE_A, O_RDWR));
	ok_errno(iattr_set(FILE_A, IUNLINK, IUNLINK), ETXTBSY,
		 "%s: open for writing", fs);
	map = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(map == MAP_FAILED ? -1 : 0);
	close(fd);
	ok_errno(iattr_set(FILE_A, IUNLINK, IUNLINK), ETXTBSY, "%s: mapped",
		 fs);
	munmap(map, 1);
	is(iattr_set(FILE_A, IUNLINK, IUNLINK), 0, "%s: no more", fs);
	must(iattr_set(FILE_A, 0, IUNLINK));
	fd = open(FILE_A, O_RDWR);
	ok(fd >= 0, "%s: and it can be opened afterwards", fs);
	close(fd);
	must(unlink(FILE_A));
}

static void test_odd(void)
{
	struct vcmd_fiattr f = { 0, 0, 0 };
	int fd;

	must(symlink(DIRECTORY, FS_DIR "/symlink"));
	is(iattr_mask(FS_DIR "/symlink"), FILE_MASK, "%s: a symlink", fs);
	is(iattr_set(FS_DIR "/symlink", VIATTR_BARRIER, VIATTR_BARRIER), 0,
	   "%s: is not followed", fs);
	is(iattr_flags(DIRECTORY), VIATTR_TAG, "%s: nothing there", fs);
	fd = must(open(DIRECTORY, O_RDONLY));
	f.mask = f.flags = VIATTR_BARRIER;
	is(vserver(VCMD_fset_iattr, fd, memcpy(puppet_shared(12), &f, 12)), 0,
	   "%s: by descriptor", fs);
	is(iattr_flags(DIRECTORY), VIATTR_TAG | VIATTR_BARRIER, "%s: set", fs);
	close(fd);
	must(iattr_set(DIRECTORY, 0, VIATTR_BARRIER));
	ok_errno(iattr_set(FILE_A "/x", 0, 0), ENOENT, "%s: no file", fs);
	ok_errno(iattr_set(DIRECTORY, VIATTR_TAG, VIATTR_TAG), EINVAL,
		 "%s: no tags", fs);
	ok_errno(iattr_set(DIRECTORY, VIATTR_HIDE, VIATTR_HIDE), EINVAL,
		 "%s: not in /proc", fs);
	is(iattr_set(DIRECTORY, VIATTR_WRITE, VIATTR_WRITE), 0,
	   "%s: what means nothing", fs);
	must(mount(NULL, FS_DIR, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	ok_errno(iattr_set(DIRECTORY, VIATTR_BARRIER, VIATTR_BARRIER), EROFS,
		 "%s: read-only", fs);
	must(mount(NULL, FS_DIR, NULL, MS_REMOUNT | MS_BIND, NULL));
}

static void on_one_type(void)
{
	fs = fs_types[type].name;
	fs_make(type);
	run(fs, test_barrier);
	fs_again(type);
	run(fs, test_barrier_kept);
	run(fs, test_raw);
	fs_again(type);
	run(fs, test_raw_kept);
	run(fs, test_immutable);
	run(fs, test_iunlink);
	fs_again(type);
	run(fs, test_iunlink_kept);
	run(fs, test_stale);
	run(fs, test_writers);
	run(fs, test_odd);
	fs_end(type);
}

/* --- elsewhere --- */

static void test_nowhere(void)
{
	must(mount("fs", FS_DIR, "ramfs", 0, NULL));
	must(mkdir(DIRECTORY, 0755));
	ok_errno(iattr_set(DIRECTORY, VIATTR_BARRIER, VIATTR_BARRIER),
		 EOPNOTSUPP, "it cannot be kept");
	is(iattr_set(DIRECTORY, 0, VIATTR_BARRIER), 0, "nothing to do");
	must(umount(FS_DIR));
}

static void test_caps(void)
{
	must(caps_drop(CAP(LINUX_IMMUTABLE)));
	ok_errno(iattr_set("/tmp", 0, VIATTR_BARRIER), EPERM, "the capability");
	is(iattr_flags("/tmp"), VIATTR_TAG, "is not asked for to look");
}

static void test_proc(void)
{
	struct puppet reader;

	people();
	reader = puppet_host();
	is(iattr_mask("/proc/uptime"), FILE_MASK | PROC_MASK, "entry of /proc");
	is(iattr_flags("/proc/uptime"), VIATTR_TAG, "for everybody");
	is(iattr_set("/proc/uptime", VIATTR_HIDE | VIATTR_ADMIN, PROC_MASK), 0,
	   "hide it");
	is(iattr_flags("/proc/uptime"), VIATTR_TAG | VIATTR_HIDE | VIATTR_ADMIN,
	   "hidden");
	ok_errno(ask(&guest, do_stat, "/proc/uptime"), ENOENT, "from guests");
	ok_errno(ask(&watcher, do_stat, "/proc/uptime"), ENOENT, "spectator");
	is(ask(&reader, do_stat, "/proc/uptime"), 0, "not from the host");
	is(iattr_set("/proc/uptime", VIATTR_WATCH, VIATTR_WATCH), 0, "watch");
	is(ask(&watcher, do_stat, "/proc/uptime"), 0, "spectator");
	is(iattr_set("/proc/uptime", 0, PROC_MASK), 0, "unhide");
	is(ask(&guest, do_stat, "/proc/uptime"), 0, "guests see it again");
	is(iattr_set("/proc/kmsg", 0, VIATTR_HIDE), 0, "unhide a danger");
	ok_errno(ask(&guest, do_stat, "/proc/kmsg"), ENOENT, "in vain");
	must(iattr_set("/proc/kmsg", VIATTR_HIDE, VIATTR_HIDE));
	ok_errno(iattr_set("/proc/self/status", VIATTR_HIDE, VIATTR_HIDE),
		 EINVAL, "processes have none");
	is(iattr_mask("/proc/self/status"), FILE_MASK, "as get says");
	ok_errno(iattr_set("/proc/uptime", VIATTR_IMMUTABLE, VIATTR_IMMUTABLE),
		 EOPNOTSUPP, "and no others");
}

static void test_int80(void)
{
#ifdef __x86_64__
	char *path = puppet_shared(64);

	vs_int80 = true;
	strcpy(path, "/proc/uptime");
	is(iattr_flags(path), VIATTR_TAG, "get");
	is(iattr_mask(path), FILE_MASK | PROC_MASK, "mask");
	is(iattr_set(path, VIATTR_WATCH, VIATTR_WATCH), 0, "set");
	is(iattr_flags(path), VIATTR_TAG | VIATTR_WATCH, "is set");
	is(iattr_set(path, 0, VIATTR_WATCH), 0, "clear");
#endif
}

int main(void)
{
	fs_begin();
	/* for the structures of 32 bits, any file system will do */
	for (type = 0; type < (sizeof(long) == 4 ? 1 : FS_TYPES); type++)
		if (fs_usable(type))
			on_one_type();
	run("nowhere", test_nowhere);
	run("capability", test_caps);
	run("proc", test_proc);
	run("int $0x80", test_int80);
	return ktap_exit();
}
