/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the trees of two guests for tests of unification, and calls of vunify.
 */
#ifndef UNIFY_H
#define UNIFY_H

#include "iattr.h"
#include "image.h"

#include <dirent.h>
#include <sys/xattr.h>

#define A		FS_DIR "/a/"	/* the reference */
#define B		FS_DIR "/b/"
#define LIST		"/tmp/unify-list"
#define COW_FLAGS	(VIATTR_TAG | IUNLINK | VIATTR_COW)

static int type;
static const char *fs;

/* What is ours does not depend on the type; one will do where all is slow. */
static bool fs_tested(int i)
{
	return fs_usable(i) && (ktap_slowness() == 1 ||
				!strcmp(fs_types[i].name, "ext4"));
}

static void make_file(const char *dir, const char *name, const char *content,
		      mode_t mode)
{
	struct timespec times[2] = { { 1000, 0 }, { 1000, 500 } };
	char path[256];

	snprintf(path, sizeof(path), "%s%s", dir, name);
	must(spit(path, content));
	must(chmod(path, mode));
	must(utimensat(AT_FDCWD, path, times, 0));
}

/* Immutable files have free names. */
static int removed(const char *path)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", path);
	return fs_run(command);
}

static void forget_trees(void)
{
	if (!access(FS_DIR "/a", F_OK))
		must(removed(FS_DIR "/a " FS_DIR "/b " FS_DIR "/.unify "
			     FS_DIR "/.hash") ? -1 : 0);
}

/* Two trees that are equal but for "other" and the content of "twin". */
KTAP_UNUSED static void trees(void)
{
	static const uint32_t caps[5] = { 0x02000001, 1, 0, 0, 0 };
	static const char *const dirs[] = { A, B };
	char path[64];
	int i;

	forget_trees();
	for (i = 0; i < 2; i++) {
		must(mkdir(dirs[i], 0755));
		snprintf(path, sizeof(path), "mkdir -p %setc %susr/lib",
			 dirs[i], dirs[i]);
		must(fs_run(path) ? -1 : 0);
		make_file(dirs[i], "same", "content\n", 0644);
		make_file(dirs[i], "usr/lib/deep", "content\n", 0755);
		make_file(dirs[i], "other", i ? "other" : "others", 0644);
		make_file(dirs[i], "twin", i ? "twin" : "TWIN", 0644);
		make_file(dirs[i], "suid", "suid", 04755);
		make_file(dirs[i], "etc/conf", "conf", 0644);
		make_file(dirs[i], "caps", "caps", 0755);
		snprintf(path, sizeof(path), "%scaps", dirs[i]);
		must(setxattr(path, "security.capability", caps, sizeof(caps),
			      0));
	}
	must(spit(LIST, "/etc\n"));
}

/* The exit status. */
KTAP_UNUSED static int vunify(const char *options)
{
	char command[256];
	int status;

	snprintf(command, sizeof(command),
		 "vunify --manually -v %s " FS_DIR "/b " LIST " " FS_DIR "/a " LIST,
		 options);
	status = fs_run(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

KTAP_UNUSED static int vhashify(const char *tree)
{
	char command[256];
	int status;

	snprintf(command, sizeof(command), "vhashify --manually -v "
		 "--destination " FS_DIR "/.hash %s " LIST, tree);
	status = fs_run(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

KTAP_UNUSED static bool one_file(const char *name)
{
	char a[64], b[64];
	struct stat x, y;

	snprintf(a, sizeof(a), A "%s", name);
	snprintf(b, sizeof(b), B "%s", name);
	must(stat(a, &x));
	must(stat(b, &y));
	return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int count_entries(const char *path, bool dots)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir)))
		n += strcmp(d->d_name, ".") && strcmp(d->d_name, "..") &&
			(!dots || *d->d_name == '.');
	if (dir)
		closedir(dir);
	return n;
}

static int entries(const char *path)
{
	return count_entries(path, false);
}

/* Names that begin with a dot. */
KTAP_UNUSED static int strays(const char *path)
{
	return count_entries(path, true);
}

/* Orders for puppets. */
KTAP_UNUSED static long do_append(long path, long b, long c)
{
	int fd = open((char *)path, O_WRONLY | O_APPEND);

	(void)b, (void)c;
	if (fd < 0 || write(fd, "!", 1) != 1)
		return -1;
	return close(fd);
}

KTAP_UNUSED static long do_unlink(long path, long b, long c)
{
	(void)b, (void)c;
	return unlink((char *)path);
}

KTAP_UNUSED static long do_open(long path, long flags, long c)
{
	(void)c;
	return open((char *)path, flags);
}

KTAP_UNUSED static long do_close(long fd, long b, long c)
{
	(void)b, (void)c;
	return close(fd);
}

/* Shared and writable, and the descriptor is gone. */
KTAP_UNUSED static long do_map(long fd, long b, long c)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	(void)b, (void)c;
	return p == MAP_FAILED ? -1 : close(fd);
}

#endif
