// SPDX-License-Identifier: GPL-2.0
/*
 * Owns unified files, and the rows V34 to V46 of the attack tables: whoever
 * writes to one gets a copy that is like the original in everything, and the
 * other names keep the original.
 */
#include "cow.h"

/* --- what the copy is like --- */

static void test_copy(void)
{
	struct stat before, after, other;
	int fd;

	unify();
	must(stat(NAME_A, &before));
	guest();
	fd = must(ask(&a, do_open, NAME_A, O_RDWR, 0));
	must(stat(NAME_A, &after));
	must(stat(NAME_B, &other));
	ok(before.st_ino != after.st_ino, "%s: a file of its own", fs);
	is(other.st_ino, before.st_ino, "%s: the other name has the old", fs);
	is(after.st_nlink, 1, "%s: one name", fs);
	is(other.st_nlink, 1, "%s: each", fs);
	is(after.st_mode, before.st_mode, "%s: mode", fs);
	ok(after.st_uid == 1000 && after.st_gid == 1001, "%s: owner", fs);
	ok(after.st_mtim.tv_sec == 1000 && after.st_atim.tv_sec == 2000,
	   "%s: times", fs);
	is(after.st_size, before.st_size, "%s: size", fs);
	ok(after.st_blocks <= before.st_blocks + 64, "%s: holes", fs);
	ok(same_content(NAME_A, NAME_B), "%s: content", fs);
	ok(same_xattr("user.x") && same_xattr("security.capability") &&
	   same_xattr("trusted.x") && same_xattr("system.posix_acl_access"),
	   "%s: extended attributes", fs);
	is(iattr_flags(NAME_A), VIATTR_TAG, "%s: no attributes", fs);
	is(iattr_flags(NAME_B), COW_FLAGS, "%s: the other is unified", fs);
	is(ask(&a, do_pwrite, fd, 3), 1, "%s: write", fs);
	ok(!same_content(NAME_A, NAME_B) && is_original(NAME_B),
	   "%s: into the copy", fs);
	is(strays(), 0, "%s: nothing else is left", fs);
}

/* The directory gives new files its group and a list; the copy is not new. */
static void test_inherit(void)
{
	static const unsigned char acl[] = {
		2, 0, 0, 0,
		1, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
		4, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
		32, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
	};
	struct stat st;

	unify();
	plain_acl();
	must(chown(FS_DIR "/d", 0, 77));
	must(chmod(FS_DIR "/d", 02755));
	must(setxattr(FS_DIR "/d", "system.posix_acl_default", acl, sizeof(acl),
		      0));
	guest();
	must(ask(&a, do_open, NAME_A, O_RDWR, 0));
	must(stat(NAME_A, &st));
	is(st.st_gid, 1001, "%s: group of the original", fs);
	is(st.st_mode & 07777, 0640, "%s: mode of the original", fs);
	ok_errno(getxattr(NAME_A, "system.posix_acl_access", NULL, 0), ENODATA,
		 "%s: no list", fs);
}

/* --- ways to write --- */

static void one_way(const char *what, puppet_fn *fn)
{
	unify();
	guest();
	ok(ask(&a, fn, NAME_A) >= 0, "%s: %s", fs, what);
	ok(is_original(NAME_B), "%s: %s: the other name", fs, what);
	is(iattr_flags(NAME_A), VIATTR_TAG, "%s: %s: a copy", fs, what);
	is(strays(), 0, "%s: %s: nothing is left", fs, what);
	puppet_end(&a);
}

static long do_trunc_open(long path, long b, long c)
{
	(void)b, (void)c;
	return close_of(open((char *)path, O_WRONLY | O_TRUNC));
}

static long do_trunc_read(long path, long b, long c)
{
	(void)b, (void)c;
	return close_of(open((char *)path, O_RDONLY | O_TRUNC));
}

static long do_creat(long path, long b, long c)
{
	(void)b, (void)c;
	return close_of(open((char *)path, O_RDWR | O_CREAT, 0600));
}

static long do_append(long path, long b, long c)
{
	int fd = open((char *)path, O_WRONLY | O_APPEND);

	(void)b, (void)c;
	return fd < 0 || write(fd, "x", 1) != 1 ? -1 : close(fd);
}

static long do_truncate(long path, long b, long c)
{
	(void)b, (void)c;
	return truncate((char *)path, 100);
}

static long do_mmap(long path, long b, long c)
{
	int fd = open((char *)path, O_RDWR);
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	(void)b, (void)c;
	if (p == MAP_FAILED)
		return -1;
	memset(p, 'm', 4096);
	return munmap(p, 4096) || close(fd) ? -1 : 0;
}

static long do_fallocate(long path, long b, long c)
{
	int fd = open((char *)path, O_WRONLY);

	(void)b, (void)c;
	return fallocate(fd, 0, 0, 1 << 20) || close(fd) ? -1 : 0;
}

static long do_splice(long path, long b, long c)
{
	int fd = open((char *)path, O_WRONLY), p[2];

	(void)b, (void)c;
	if (fd < 0 || pipe(p) || write(p[1], "spliced", 7) != 7)
		return -1;
	return splice(p[0], NULL, fd, NULL, 7, 0) == 7 ? close(fd) : -1;
}

static long do_copy_range(long path, long b, long c)
{
	int fd = open((char *)path, O_WRONLY);
	int from = open(FS_DIR "/d/other", O_RDONLY);

	(void)b, (void)c;
	if (fd < 0 || from < 0)
		return -1;
	return copy_file_range(from, NULL, fd, NULL, 5, 0) == 5 ? 0 : -1;
}

static long do_link_open(long path, long b, long c)
{
	(void)path, (void)b, (void)c;
	return close_of(open(FS_DIR "/d/symlink", O_RDWR));
}

static long do_magic(long path, long b, long c)
{
	int fd = open((char *)path, O_RDONLY);
	char link[64];

	(void)b, (void)c;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return close_of(open(link, O_RDWR));
}

static long do_chmod(long path, long b, long c)
{
	(void)b, (void)c;
	return chmod((char *)path, 0600);
}

static long do_chown(long path, long b, long c)
{
	(void)b, (void)c;
	return lchown((char *)path, 5, 5);
}

static long do_utimes(long path, long b, long c)
{
	(void)b, (void)c;
	return utimensat(AT_FDCWD, (char *)path, NULL, 0);
}

static long do_setxattr(long path, long b, long c)
{
	(void)b, (void)c;
	return setxattr((char *)path, "user.y", "y", 1, 0);
}

static long do_rmxattr(long path, long b, long c)
{
	(void)b, (void)c;
	return removexattr((char *)path, "user.x");
}

static const struct {
	const char *what;
	puppet_fn *fn;
	bool by_name;
} ways[] = {
	{ "O_TRUNC", do_trunc_open, false },
	{ "O_RDONLY and O_TRUNC", do_trunc_read, false },
	{ "O_CREAT", do_creat, false },
	{ "O_APPEND", do_append, false },
	{ "mmap", do_mmap, false },
	{ "fallocate", do_fallocate, false },
	{ "splice", do_splice, false },
	{ "copy_file_range", do_copy_range, false },
	{ "a symbolic link", do_link_open, false },
	{ "a magic link", do_magic, false },
	{ "truncate", do_truncate, true },
	{ "chmod", do_chmod, true },
	{ "lchown", do_chown, true },
	{ "utimensat", do_utimes, true },
	{ "setxattr", do_setxattr, true },
	{ "removexattr", do_rmxattr, true },
};

static void test_ways(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		one_way(ways[i].what, ways[i].fn);
}

/* Who changes a guest's files from outside opens them, or means the original. */
static void test_host(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		unify();
		if (ways[i].by_name)
			ok_errno(ways[i].fn((long)NAME_A, 0, 0), EPERM,
				 "%s: host: %s", fs, ways[i].what);
		else
			ok(ways[i].fn((long)NAME_A, 0, 0) >= 0,
			   "%s: host: %s", fs, ways[i].what);
		is(iattr_flags(NAME_A), ways[i].by_name ? COW_FLAGS :
		   VIATTR_TAG, "%s: host: %s: what it is", fs, ways[i].what);
		ok(is_original(NAME_B), "%s: host: %s: other", fs,
		   ways[i].what);
	}
}

/* --- who gets none --- */

static long do_fd_changes(long path, long b, long c)
{
	int fd = open((char *)path, O_RDONLY), bad = 0;

	(void)b, (void)c;
	bad += fchmod(fd, 0600) != -1 || errno != EPERM;
	bad += fchown(fd, 1, 1) != -1 || errno != EPERM;
	bad += futimens(fd, NULL) != -1 || errno != EPERM;
	bad += fsetxattr(fd, "user.y", "y", 1, 0) != -1 || errno != EPERM;
	bad += fremovexattr(fd, "user.x") != -1 || errno != EPERM;
	close(fd);
	return bad;
}

static long do_become(long uid, long b, long c)
{
	(void)b, (void)c;
	return setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ? -1 : 0;
}

static long do_cached(long path, long b, long c)
{
	struct open_how how = { .flags = O_RDWR, .resolve = RESOLVE_CACHED };

	(void)b, (void)c;
	return syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static void none(const char *what)
{
	is(iattr_flags(NAME_A), COW_FLAGS, "%s: %s: no copy", fs, what);
	ok(is_original(NAME_A) && is_original(NAME_B), "%s: %s: unchanged", fs,
	   what);
	is(strays(), 0, "%s: %s: nothing is left", fs, what);
}

static void test_refused(void)
{
	struct puppet spectator;

	unify();
	guest();
	is(ask(&a, do_fd_changes, NAME_A), 0, "%s: V36 by descriptor", fs);
	ok_errno(ask(&a, do_cached, NAME_A), EAGAIN, "%s: RESOLVE_CACHED", fs);
	none("descriptors");
	must(spit("/proc/sys/kernel/vserver/cow", "0"));
	ok_errno(ask(&a, do_append, NAME_A), EPERM, "%s: turned off", fs);
	ok_errno(ask(&a, do_chmod, NAME_A), EPERM, "%s: turned off: mode", fs);
	must(spit("/proc/sys/kernel/vserver/cow", "1"));
	spectator = puppet_spectator();
	ok(ask(&spectator, do_append, NAME_A) == -1, "%s: spectator", fs);
	must(ask(&a, do_become, 2000));
	ok_errno(ask(&a, do_append, NAME_A), EACCES, "%s: V37 no right", fs);
	ok_errno(ask(&a, do_chmod, NAME_A), EPERM, "%s: V38 no owner", fs);
	ok_errno(ask(&a, do_setxattr, NAME_A), EPERM, "%s: V38 xattr", fs);
	none("others");
	puppet_end(&a);
	guest();
	must(ask(&a, do_become, 1000));
	is(ask(&a, do_append, NAME_A), 0, "%s: the owner may", fs);
	ok(is_original(NAME_B), "%s: in his copy", fs);
}

static void test_places(void)
{
	int fd;

	unify();
	guest();
	must(mount(FS_DIR, "/mnt/ro", NULL, MS_BIND, NULL));
	must(mount(NULL, "/mnt/ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY,
		   NULL));
	ok_errno(ask(&a, do_append, "/mnt/ro/d/a"), EROFS, "%s: read-only", fs);
	must(umount("/mnt/ro"));
	fd = must(open("/mnt/file", O_CREAT | O_WRONLY, 0600));
	close(fd);
	must(mount(NAME_A, "/mnt/file", NULL, MS_BIND, NULL));
	ok_errno(ask(&a, do_append, "/mnt/file"), EPERM, "%s: a mounted file",
		 fs);
	must(umount("/mnt/file"));
	none("places");
}

/* A program that runs goes on; V46. */
static void test_running(void)
{
	int p[2];
	pid_t pid;
	char byte;

	unify_program();
	guest();
	must(pipe(p));
	pid = must(fork());
	if (!pid) {
		dup2(p[1], 1);
		execl(NAME_A, "wait", NULL);
		_exit(1);
	}
	close(p[1]);
	is(read(p[0], &byte, 1), 1, "%s: V46 it runs", fs);
	is(ask(&a, do_append, NAME_A), 0, "%s: V46 the file is written", fs);
	is(kill(pid, 0), 0, "%s: V46 it still runs", fs);
	kill(pid, SIGKILL);
	reap(pid);
}

/* Set-user-id goes as it does everywhere; V45. */
static void test_suid(void)
{
	struct stat st;

	unify();
	guest();
	must(ask(&a, do_become, 1000));
	is(ask(&a, do_append, NAME_A), 0, "%s: V45 write", fs);
	must(stat(NAME_A, &st));
	is(st.st_mode & 07000, 0, "%s: V45 no set-user-id", fs);
	must(stat(NAME_B, &st));
	is(st.st_mode & 07000, 04000, "%s: V45 the original has it", fs);
}

static void test_full(void)
{
	char buf[65536] = { 1 };
	int fd;

	unify();
	guest();
	fd = must(open(FS_DIR "/full", O_WRONLY | O_CREAT, 0600));
	while (write(fd, buf, sizeof(buf)) > 0)
		;
	while (write(fd, buf, 512) > 0)
		;
	fsync(fd);
	ok_errno(ask(&a, do_append, NAME_A), ENOSPC, "%s: no room", fs);
	none("no room");
	close(fd);
	unlink(FS_DIR "/full");
	sync();
	is(ask(&a, do_append, NAME_A), 0, "%s: room again", fs);
}

static void on_one_type(void)
{
	fs_make(type);
	must(mkdir(FS_DIR "/d", 0755));
	run(fs, test_copy);
	run(fs, test_inherit);
	run(fs, test_refused);
	/* what does not depend on the type; here a copy needs room */
	if (!strcmp(fs, "ext4")) {
		run(fs, test_ways);
		run(fs, test_host);
		run(fs, test_places);
		run(fs, test_running);
		run(fs, test_suid);
		run(fs, test_full);
	}
	fs_end(type);
}

int main(int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "wait")) {
		if (write(1, "x", 1) == 1)
			pause();
		return 1;
	}
	fs_begin();
	mkdir("/mnt/ro", 0755);
	for (type = 0; type < FS_TYPES; type++) {
		fs = fs_types[type].name;
		if (fs_usable(type))
			on_one_type();
	}
	return ktap_exit();
}
