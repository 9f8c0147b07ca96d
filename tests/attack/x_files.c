// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X3, X27, X28, X36 and X44 of the attack tables: descriptors
 * that a guest has from the host are good for reading and writing only, and
 * its sync() is for its own file systems.
 */
#include "attack.h"
#include "../vm/image.h"

#include <linux/fs.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/quota.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd	443
#endif

static struct puppet a;
static int dir_fd, file_fd, log_fd, path_fd, pipe_fd[2], fan_fd;

/* As a tool of the host leaves them open; before the puppet starts. */
static void open_all(void)
{
	mkdir("/tmp/x", 0755);
	unlink("/tmp/x/file");
	unlink("/tmp/x/link");
	unlink("/tmp/x/log");
	must(spit("/tmp/x/file", "of the host\n"));
	must(spit("/tmp/x/log", "a line\n"));
	must(chmod("/tmp/x/file", 0600));
	dir_fd = must(open("/tmp/x", O_RDONLY | O_DIRECTORY));
	file_fd = must(open("/tmp/x/file", O_RDONLY));
	log_fd = must(open("/tmp/x/log", O_WRONLY | O_APPEND));
	path_fd = must(open("/tmp/x/file", O_PATH));
	must(pipe(pipe_fd));
}

static const char *fd_path(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static long do_reopen(long fd, long flags, long z)
{
	int new = open(fd_path(fd), flags);

	(void)z;
	return new < 0 ? -1 : close(new);
}

static long do_link(long fd, long y, long z)
{
	long ret = linkat(AT_FDCWD, fd_path(fd), AT_FDCWD, "/tmp/x/link",
			  AT_SYMLINK_FOLLOW);

	(void)y, (void)z;
	if (!ret)
		unlink("/tmp/x/link");
	return ret;
}

static long do_link_empty(long fd, long y, long z)
{
	long ret = linkat(fd, "", AT_FDCWD, "/tmp/x/link", AT_EMPTY_PATH);

	(void)y, (void)z;
	if (!ret)
		unlink("/tmp/x/link");
	return ret;
}

static long do_readlink(long fd, long y, long z)
{
	char buf[64];

	(void)y, (void)z;
	return readlink(fd_path(fd), buf, sizeof(buf));
}

static long do_openat(long fd, long name, long z)
{
	int new = openat(fd, (char *)name, O_RDONLY);

	(void)z;
	return new < 0 ? -1 : close(new);
}

static long do_fchdir(long fd, long y, long z)
{
	(void)y, (void)z;
	return fchdir(fd);
}

static long do_getdents(long fd, long y, long z)
{
	char buf[1024];

	(void)y, (void)z;
	lseek(fd, 0, SEEK_SET);
	return syscall(SYS_getdents64, fd, buf, sizeof(buf));
}

static long do_handle(long fd, long y, long z)
{
	struct { struct file_handle h; char bytes[128]; } f;
	int mount, new;

	(void)y, (void)z;
	f.h.handle_bytes = sizeof(f.bytes);
	if (name_to_handle_at(AT_FDCWD, "/tmp/x/file", &f.h, &mount, 0))
		return -1;
	new = open_by_handle_at(fd, &f.h, O_RDONLY);
	return new < 0 ? -1 : close(new);
}

static void x3(void)
{
	open_all();
	/* A second name takes the host's own mount. */
	a = vanilla() ? puppet_host() : attack_guest(XID_A);
	attack(ask(&a, do_reopen, file_fd, O_RDWR), EACCES, "X3 to write");
	attack(ask(&a, do_reopen, file_fd, O_RDONLY), EACCES, "X3 to read");
	attack(ask(&a, do_reopen, log_fd, O_WRONLY | O_TRUNC), EACCES,
	       "X3 to truncate a log");
	attack(ask(&a, do_reopen, path_fd, O_RDWR), EACCES, "X3 O_PATH");
	attack(ask(&a, do_link, file_fd), EACCES, "X3 a second name");
	attack(ask(&a, do_link_empty, file_fd), EACCES, "X3 without /proc");
	attack(ask(&a, do_readlink, file_fd), EACCES, "X3 not even its name");
	attack(ask(&a, do_reopen, dir_fd, O_RDONLY), EACCES, "X3 directory");
	attack(ask(&a, do_openat, dir_fd, "file"), EACCES, "X3 openat");
	attack(ask(&a, do_openat, dir_fd, ".."), EACCES, "X3 the way up");
	attack(ask(&a, do_getdents, dir_fd), EACCES, "X3 list");
	attack(ask(&a, do_handle, dir_fd), EACCES, "X3 handle");
	attack(ask(&a, do_fchdir, dir_fd), EACCES, "X3 fchdir");
}

static long do_write(long fd, long text, long z)
{
	(void)z;
	return write(fd, (char *)text, strlen((char *)text));
}

static long do_read(long fd, long y, long z)
{
	char buf[64];

	(void)y, (void)z;
	return pread(fd, buf, sizeof(buf), 0);
}

static long do_echo(long fd, long y, long z)
{
	int new = open(fd_path(fd), O_WRONLY);

	(void)y, (void)z;
	return new < 0 ? -1 : write(new, "x", 1) + close(new);
}

static long do_fstat(long fd, long y, long z)
{
	struct stat st;

	(void)y, (void)z;
	return fstat(fd, &st) ? -1 : st.st_size;
}

/* What a descriptor is handed over for. */
static void works(void)
{
	int null = must(open("/dev/null", O_RDONLY));

	open_all();
	a = attack_guest(XID_A);
	is(ask(&a, do_read, file_fd), 12, "read a file of the host");
	is(ask(&a, do_fstat, file_fd), 12, "fstat");
	is(ask(&a, do_write, log_fd, "more\n"), 5, "write to a log");
	is_str(slurp("/tmp/x/log"), "a line\nmore\n", "it is there");
	is(ask(&a, do_write, pipe_fd[1], "x"), 1, "write to a pipe");
	is(ask(&a, do_echo, pipe_fd[1]), 1, "echo >/dev/stderr");
	is(ask(&a, do_reopen, null, O_RDWR), 0, "/dev/null");
	/* its own files are its own */
	must(ask(&a, do_exec));
	is(ask(&a, do_openat, AT_FDCWD, "/tmp"), 0, "its own walk");
}

static long do_open(long path, long flags, long z)
{
	(void)z;
	return open((char *)path, flags, 0600);
}

static void own(void)
{
	int fd;

	mkdir("/tmp/x", 0755);
	must(spit("/tmp/x/own", "x"));
	a = attack_guest(XID_A);
	fd = must(ask(&a, do_open, "/tmp/x/own", O_RDONLY));
	is(ask(&a, do_reopen, fd, O_RDWR), 0, "reopen an own file");
	fd = must(ask(&a, do_open, "/tmp/x", O_RDONLY));
	is(ask(&a, do_openat, fd, "own"), 0, "walk from an own directory");
	ok(ask(&a, do_getdents, fd) > 0, "list it");
	is(ask(&a, do_fchdir, fd), 0, "go there");
}

/* --- over a socket, between guests and to the host --- */

static void passed(void)
{
	struct puppet b;
	int fd;

	open_all();
	puppet_channel();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
	fd = must(ask(&a, do_open, "/tmp/x", O_RDONLY));
	must(ask(&a, do_send_fd, fd));
	defends(ask(&b, do_receive_fd) == -1, "X3 a directory of another");
	must(ask(&a, do_send_fd, fd));
	fd = do_receive_fd(0, 0, 0);
	ok(fd >= 0, "the host receives it");
	must(do_send_fd(dir_fd, 0, 0));
	defends(ask(&b, do_receive_fd) == -1, "X3 a directory of the host");
	must(do_send_fd(path_fd, 0, 0));
	defends(ask(&b, do_receive_fd) == -1, "X3 O_PATH of the host");
	must(do_send_fd(file_fd, 0, 0));
	fd = ask(&b, do_receive_fd);
	ok(fd >= 0, "a file of the host arrives");
	is(ask(&b, do_read, fd), 12, "and is read");
	attack(ask(&b, do_reopen, fd, O_RDWR), EACCES, "X3 but not opened");
}

/* --- X28 --- */

static long do_fchmod(long fd, long y, long z)
{
	(void)y, (void)z;
	return fchmod(fd, 04777);
}

static long do_fchown(long fd, long y, long z)
{
	(void)y, (void)z;
	return fchown(fd, 1000, 1000);
}

static long do_futimens(long fd, long y, long z)
{
	(void)y, (void)z;
	return futimens(fd, NULL);
}

static long do_setxattr(long fd, long y, long z)
{
	(void)y, (void)z;
	return fsetxattr(fd, "user.x", "x", 1, 0);
}

static long do_rmxattr(long fd, long y, long z)
{
	(void)y, (void)z;
	return fremovexattr(fd, "user.x");
}

static long do_setflags(long fd, long y, long z)
{
	int flags = 0;

	(void)y, (void)z;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return -1;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static long do_chmod_empty(long fd, long y, long z)
{
	(void)y, (void)z;
	return fchownat(fd, "", 1000, 1000, AT_EMPTY_PATH);
}

static void x28(void)
{
	struct stat st;

	open_all();
	a = attack_guest(XID_A);
	attack(ask(&a, do_fchmod, file_fd), EPERM, "X28 fchmod");
	attack(ask(&a, do_fchmod, dir_fd), EPERM, "X28 fchmod, directory");
	attack(ask(&a, do_setxattr, file_fd), EPERM, "X28 fsetxattr");
	attack(ask(&a, do_rmxattr, file_fd), EPERM, "X28 fremovexattr");
	attack(ask(&a, do_setflags, file_fd), EPERM, "X28 FS_IOC_SETFLAGS");
	attack(ask(&a, do_futimens, file_fd), EPERM, "X28 futimens");
	attack(ask(&a, do_fchown, file_fd), EPERM, "X28 fchown");
	attack(ask(&a, do_chmod_empty, file_fd), EACCES, "X28 fchownat");
	must(stat("/tmp/x/file", &st));
	defends(st.st_uid == 0 && (st.st_mode & 07777) == 0600,
		"X28 owner and mode are what they were");
	chmod("/tmp/x", 0755);
}

/* --- X36 --- */

static long do_quota(long fd, long y, long z)
{
	struct dqinfo info;
	long ret = syscall(SYS_quotactl_fd, fd, QCMD(Q_GETINFO, USRQUOTA), 0,
			   &info);

	(void)y, (void)z;
	/* without quotas: it found the file system */
	return ret && (errno == ESRCH || errno == ENOSYS) ? 0 : ret;
}

static void x36(void)
{
	open_all();
	a = attack_guest(XID_A);
	attack(ask(&a, do_quota, dir_fd), EACCES, "X36 quotactl_fd");
}

/* --- X27 --- */

static long do_fanotify(long fd, long y, long z)
{
	char buf[1024];

	(void)y, (void)z;
	return read(fd, buf, sizeof(buf));
}

static void x27(void)
{
	fan_fd = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY);
	if (fan_fd < 0) {
		skip("no fanotify", "X27");
		return;
	}
	open_all();
	must(fanotify_mark(fan_fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "/tmp/x/file"));
	must(spit("/tmp/x/file", "of the host\n"));
	a = attack_guest(XID_A);
	attack(ask(&a, do_fanotify, fan_fd), EACCES,
	       "X27 events of the host's group");
	must(ask(&a, do_exec));
	attack(ask(&a, do_fstat, fan_fd), EBADF, "X27 gone after exec");
	attack(ask(&a, do_fstat, dir_fd), EBADF, "X27 and the directory");
	attack(ask(&a, do_fstat, file_fd), EBADF, "X27 and the file");
	attack(ask(&a, do_fstat, pipe_fd[1]), EBADF, "X27 and the pipe");
	ok(ask(&a, do_fstat, 1) >= 0, "standard output stays");
	ok(ask(&a, do_fstat, 2) >= 0, "standard error stays");
	if (vanilla())
		return;
	a = puppet_guest(XID_B, VXF_KEEP_FDS, GUEST_CAPS);
	must(ask(&a, do_exec));
	ok(ask(&a, do_fstat, file_fd) >= 0, "with the flag they stay");
	attack(ask(&a, do_fanotify, fan_fd), EACCES, "X27 useless");
}

#define TAINTED_AUX	(1 << 16)

static int tainted(void)
{
	return atoi(slurp("/proc/sys/kernel/tainted")) & TAINTED_AUX;
}

static long do_mark_badly(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return fanotify_mark(-1, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "/");
}

/* Found by trinity: asking for what nobody gives them was enough. */
static void taint(void)
{
	if (tainted()) {
		skip("tainted already", "the kernel is not tainted");
		return;
	}
	a = attack_guest(XID_A);
	ok_errno(ask(&a, do_mark_badly), EBADF, "fanotify_mark of nothing");
	defends(!tainted(), "the kernel is not tainted");
}

static long do_dup(long from, long to, long z)
{
	(void)z;
	return dup2(from, to);
}

static void x27_standard(void)
{
	open_all();
	a = attack_guest(XID_A);
	must(ask(&a, do_dup, dir_fd, 2));
	must(ask(&a, do_exec));
	attack(ask(&a, do_fstat, 2), EBADF, "X27 a directory as stderr");
}

/* --- X44 --- */

static long do_sync(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return syscall(SYS_sync);
}

/* Sectors written to the device behind FS_DIR, 0 without one. */
static long written(void)
{
	unsigned long n = 0;
	struct stat st;
	char *line;

	must(stat(FS_DIR, &st));
	line = slurp("/sys/dev/block/%u:%u/stat", major(st.st_dev),
		     minor(st.st_dev));
	if (line)
		sscanf(line, "%*u %*u %*u %*u %*u %*u %lu", &n);
	return n;
}

#define DIRTY_MIB	4

/* Something that only is in memory yet, on a file system of the host. */
static void make_dirty(void)
{
	static char buf[1 << 20];
	int i, fd;

	memset(buf, 'x', sizeof(buf));
	fd = must(open(FS_DIR "/dirty", O_WRONLY | O_CREAT | O_TRUNC, 0600));
	for (i = 0; i < DIRTY_MIB; i++)
		is(write(fd, buf, sizeof(buf)), sizeof(buf), "written");
	close(fd);
}

/* A guest with mounts of its own. */
static long do_x44_guest(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (attack_chroot(0, 0, 0))
		return -1;
	return vanilla() ? 0 : vs_become(XID_A, 0, GUEST_CAPS);
}

static void x44(void)
{
	long before;

	mkdir("/sys", 0755);
	if (access("/sys/dev", F_OK))
		mount("sysfs", "/sys", "sysfs", 0, NULL);
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	a = puppet_start(do_x44_guest, 0, 0, 0);
	/* mounted after the guest has got its mounts: not its own */
	fs_begin();
	fs_make(1);
	sync();
	before = written();
	make_dirty();
	is(ask(&a, do_sync), 0, "X44 sync");
	defends(written() - before < DIRTY_MIB * 2048,
		"X44 the host's is left alone: %ld sectors",
		written() - before);
	/* and it would have been seen */
	must(syscall(SYS_sync));
	ok(written() - before >= DIRTY_MIB * 2048, "the host's own: %ld",
	   written() - before);
	fs_umount();
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("X3", x3);
	attack_run("X3 passed", passed);
	attack_run("good descriptors", works);
	attack_run("own descriptors", own);
	attack_run("X28", x28);
	attack_run("X36", x36);
	attack_run("X27", x27);
	attack_run("X27 standard", x27_standard);
	attack_run("taint", taint);
	attack_run("X44", x44);
	return ktap_exit();
}
