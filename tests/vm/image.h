/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns file systems to test on: images behind loop devices, and tmpfs.
 *
 *	for (i = 0; i < FS_TYPES; i++)
 *		if (fs_usable(i)) {
 *			fs_make(i);		mounted on FS_DIR
 *			fs_again(i);		unmounted and mounted
 *			fs_end(i);		unmounted and checked
 *		}
 *
 * Before that the program calls fs_begin(), in a process whose children see
 * what is mounted.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "vs.h"

#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#define FS_DIR		"/mnt/fs"
#define FS_IMAGE	"/mnt/images/image"

struct fs_type {
	const char *name;
	const char *make, *check;	/* commands; none: in memory */
	int mib;
};

static const struct fs_type fs_types[] = {
	{ "tmpfs", NULL, NULL, 0 },
	{ "ext4", "mke2fs -q -t ext4 -O project,quota " FS_IMAGE,
	  "e2fsck -fn " FS_IMAGE, 24 },
	{ "xfs", "mkfs.xfs -q -f " FS_IMAGE, "xfs_repair -n " FS_IMAGE, 320 },
	{ "btrfs", "mkfs.btrfs -q -f " FS_IMAGE, "btrfs check " FS_IMAGE, 128 },
	{ "f2fs", "mkfs.f2fs -q -f " FS_IMAGE,
	  "fsck.f2fs --dry-run " FS_IMAGE, 64 },
};

#define FS_TYPES	((int)ARRAY_SIZE(fs_types))

static int fs_run(const char *command)
{
	char quiet[256];
	int status;

	fflush(stdout);
	snprintf(quiet, sizeof(quiet), "%s >/tmp/output 2>&1", command);
	status = system(quiet);
	if (status)
		diag("%s: status %#x: %s", command, status,
		     slurp("/tmp/output") ?: "");
	return status;
}

/*
 * Nothing here is random, and libuuid, which all who make file systems use,
 * sleeps for seconds until the kernel thinks that something is.
 */
static void fs_seed(void)
{
	struct { int bits, bytes; char buf[64]; } entropy = { 512, 64, { 1 } };
	int fd = must(open("/dev/random", O_WRONLY));

	must(ioctl(fd, RNDADDENTROPY, &entropy));
	close(fd);
}

/* The images are in a file system of their own, which may be large. */
KTAP_UNUSED static void fs_begin(void)
{
	fs_seed();
	mkdir("/mnt/images", 0755);
	mkdir(FS_DIR, 0755);
	must(mount("images", "/mnt/images", "tmpfs", 0, "size=80%"));
}

KTAP_UNUSED static bool fs_usable(int i)
{
	char line[32];

	snprintf(line, sizeof(line), "\t%s\n", fs_types[i].name);
	return strstr(slurp("/proc/filesystems"), line);
}

static void fs_mount(int i)
{
	if (!fs_types[i].make)
		must(mount("fs", FS_DIR, "tmpfs", 0, "mode=755"));
	else
		must(fs_run("mount -o loop " FS_IMAGE " " FS_DIR) ? -1 : 0);
}

KTAP_UNUSED static void fs_make(int i)
{
	const struct fs_type *t = &fs_types[i];
	int fd;

	if (t->make) {
		unlink(FS_IMAGE);
		fd = must(open(FS_IMAGE, O_WRONLY | O_CREAT, 0600));
		must(ftruncate(fd, (off_t)t->mib << 20));
		close(fd);
		must(fs_run(t->make) ? -1 : 0);
	}
	fs_mount(i);
}

static void fs_umount(void)
{
	/* what was killed just now may not be gone yet */
	if (!eventually(!umount(FS_DIR) || errno != EBUSY))
		must(umount(FS_DIR));
	/* as the loop device, which unmounts with it */
	eventually(!strstr(slurp("/proc/mounts"), " " FS_DIR " "));
}

/* Everything in memory is forgotten; of tmpfs nothing is. */
KTAP_UNUSED static void fs_again(int i)
{
	if (!fs_types[i].make)
		return;
	fs_umount();
	fs_mount(i);
}

KTAP_UNUSED static void fs_end(int i)
{
	fs_umount();
	if (!fs_types[i].check)
		return;
	is(fs_run(fs_types[i].check), 0, "%s is clean", fs_types[i].name);
	unlink(FS_IMAGE);
}

#endif
