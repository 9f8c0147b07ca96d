/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns unified files for tests: two names of one, and what is known of it.
 */
#ifndef COW_H
#define COW_H

#include "iattr.h"
#include "image.h"

#include <linux/openat2.h>
#include <sys/xattr.h>

#define NAME_A		FS_DIR "/d/a"
#define NAME_B		FS_DIR "/d/b"
#define COW_FLAGS	(VIATTR_TAG | IUNLINK | VIATTR_COW)
#define PART		(100 * 1024)
#define HOLE		(1024 * 1024)

static int type;
static const char *fs;
static struct puppet a;

KTAP_UNUSED static void guest(void)
{
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

KTAP_UNUSED static long do_open(long path, long flags, long mode)
{
	return open((char *)path, flags, mode);
}

KTAP_UNUSED static long do_pwrite(long fd, long at, long c)
{
	(void)c;
	return pwrite(fd, "!", 1, at);
}

KTAP_UNUSED static long close_of(int fd)
{
	return fd < 0 ? -1 : close(fd);
}

static char letter(off_t at)
{
	return 'a' + at % 23;
}

/* Two parts with a hole between, and one behind them. */
static void fill(int fd)
{
	static char part[PART];
	int i;

	for (i = 0; i < PART; i++)
		part[i] = letter(i);
	must(pwrite(fd, part, PART, 0) == PART ? 0 : -1);
	must(pwrite(fd, part, PART, HOLE) == PART ? 0 : -1);
	must(ftruncate(fd, 2 * HOLE));
}

KTAP_UNUSED static bool is_original(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOATIME), i;
	static char part[PART], end[16];
	struct stat st;
	bool good;

	if (fd < 0)
		return false;
	good = !fstat(fd, &st) && st.st_size == 2 * HOLE &&
		pread(fd, part, PART, HOLE) == PART &&
		pread(fd, end, 16, HOLE + PART) == 16 && !end[0] && !end[15];
	for (i = 0; i < PART; i++)
		good &= part[i] == letter(i);
	good &= pread(fd, part, PART, 0) == PART;
	for (i = 0; i < PART; i++)
		good &= part[i] == letter(i);
	close(fd);
	return good;
}

KTAP_UNUSED static bool same_content(const char *x, const char *y)
{
	static char b1[65536], b2[65536];
	int f1 = open(x, O_RDONLY | O_NOATIME), f2 = open(y, O_RDONLY | O_NOATIME);
	ssize_t n1, n2;

	do {
		n1 = read(f1, b1, sizeof(b1));
		n2 = read(f2, b2, sizeof(b2));
	} while (n1 > 0 && n1 == n2 && !memcmp(b1, b2, n1));
	close(f1);
	close(f2);
	return n1 == 0 && n2 == 0;
}

KTAP_UNUSED static bool same_xattr(const char *name)
{
	char x[256], y[256];
	ssize_t n = getxattr(NAME_A, name, x, sizeof(x));
	ssize_t m = getxattr(NAME_B, name, y, sizeof(y));

	if (n < 0 || n != m || memcmp(x, y, n)) {
		diag("%s: %zd and %zd bytes", name, n, m);
		return false;
	}
	return true;
}

/* Names in the directory that do not belong there. */
KTAP_UNUSED static int strays(void)
{
	DIR *dir = opendir(FS_DIR "/d");
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir)))
		if (d->d_name[0] == '.' && strcmp(d->d_name, ".") &&
		    strcmp(d->d_name, ".."))
			n++;
	if (dir)
		closedir(dir);
	return n;
}

static void forget(const char *path)
{
	iattr_set(path, 0, IUNLINK);
	unlink(path);
}

static void start_over(void)
{
	forget(NAME_A);
	forget(NAME_B);
	unlink(FS_DIR "/d/symlink");
	removexattr(FS_DIR "/d", "system.posix_acl_default");
	must(chown(FS_DIR "/d", 0, 0));
	must(chmod(FS_DIR "/d", 0755));
	must(spit(FS_DIR "/d/other", "other"));
	must(symlink("a", FS_DIR "/d/symlink"));
}

static void finish(void)
{
	must(link(NAME_A, NAME_B));
	must(iattr_set(NAME_A, IUNLINK, IUNLINK));
}

KTAP_UNUSED static void unify(void)
{
	static const uint32_t caps[5] = { 0x02000001, 1, 0, 0, 0 };
	static const unsigned char acl[] = {
		2, 0, 0, 0,
		1, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
		2, 0, 6, 0, 0x39, 0x30, 0, 0,
		4, 0, 5, 0, 0xff, 0xff, 0xff, 0xff,
		16, 0, 5, 0, 0xff, 0xff, 0xff, 0xff,
		32, 0, 5, 0, 0xff, 0xff, 0xff, 0xff,
	};
	struct timespec times[2] = { { 2000, 0 }, { 1000, 5000 } };
	int fd;

	start_over();
	fd = must(open(NAME_A, O_RDWR | O_CREAT | O_EXCL, 0644));
	fill(fd);
	must(fchown(fd, 1000, 1001));
	must(fsetxattr(fd, "user.x", "value", 5, 0));
	must(fsetxattr(fd, "trusted.x", "trusted", 7, 0));
	must(fsetxattr(fd, "system.posix_acl_access", acl, sizeof(acl), 0));
	must(fsetxattr(fd, "security.capability", caps, sizeof(caps), 0));
	must(fchmod(fd, 04755));
	must(futimens(fd, times));
	close(fd);
	finish();
}

/* The same without a list, and another mode. */
KTAP_UNUSED static void plain_acl(void)
{
	must(iattr_set(NAME_A, 0, IUNLINK));
	must(unlink(NAME_B));
	must(removexattr(NAME_A, "system.posix_acl_access"));
	must(chmod(NAME_A, 0640));
	finish();
}

KTAP_UNUSED static void unify_program(void)
{
	char buf[65536];
	int from, to;
	ssize_t n;

	start_over();
	from = must(open("/proc/self/exe", O_RDONLY));
	to = must(open(NAME_A, O_WRONLY | O_CREAT | O_EXCL, 0755));
	while ((n = must(read(from, buf, sizeof(buf)))) > 0)
		must(write(to, buf, n) == n ? 0 : -1);
	close(from);
	close(to);
	finish();
}

#endif
