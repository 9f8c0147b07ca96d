// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the rules for pseudo file systems
 */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "sb.h"

static void test_classes(struct kunit *test)
{
	static const struct {
		const char *name;
		bool on_device;
		enum vs_sb_class class;
	} rows[] = {
		{ "ext4",	 true,	VS_SB_NORMAL },
		{ "xfs",	 true,	VS_SB_NORMAL },
		{ "tmpfs",	 false,	VS_SB_NORMAL },
		{ "overlay",	 false,	VS_SB_NORMAL },
		{ "nfs4",	 false,	VS_SB_NORMAL },
		{ "rootfs",	 false,	VS_SB_NORMAL },
		{ "devpts",	 false,	VS_SB_NORMAL },
		{ "devtmpfs",	 false,	VS_SB_PSEUDO },
		{ "proc",	 false,	VS_SB_PROC },
		{ "sysfs",	 false,	VS_SB_SYSFS },
		{ "cgroup2",	 false,	VS_SB_CGROUP2 },
		{ "cgroup",	 false,	VS_SB_CLOSED },
		{ "binfmt_misc", false,	VS_SB_CLOSED },
		{ "securityfs",	 false,	VS_SB_CLOSED },
		{ "debugfs",	 false,	VS_SB_CLOSED },
		{ "tracefs",	 false,	VS_SB_CLOSED },
		{ "bpf",	 false,	VS_SB_CLOSED },
		/* means PSEUDO for those who ask, and a line in the log */
		{ "in-no-kernel", false, VS_SB_UNKNOWN },
		{ "tmpfs2",	 false,	VS_SB_UNKNOWN },
		{ "",		 false,	VS_SB_UNKNOWN },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, rows[i].class,
				    vs_sb_class_of(rows[i].name,
						   rows[i].on_device),
				    "%s", rows[i].name);
}

static void test_pseudo(struct kunit *test)
{
	static const struct {
		umode_t mode;
		int mask;
		int err;
	} rows[] = {
		{ S_IFREG | 0444, MAY_READ,		0 },
		{ S_IFREG | 0400, MAY_READ,		-EACCES },
		{ S_IFREG | 0440, MAY_READ,		-EACCES },
		{ S_IFREG | 0666, MAY_WRITE,		-EACCES },
		{ S_IFREG | 0666, MAY_READ | MAY_WRITE,	-EACCES },
		{ S_IFREG | 0777, MAY_EXEC,		-EACCES },
		{ S_IFREG | 0000, 0,			0 },
		{ S_IFREG | 0444, MAY_READ | MAY_OPEN | MAY_NOT_BLOCK, 0 },
		{ S_IFDIR | 0755, MAY_EXEC,		0 },
		{ S_IFDIR | 0755, MAY_READ,		0 },
		{ S_IFDIR | 0700, MAY_EXEC,		-EACCES },
		{ S_IFDIR | 0777, MAY_WRITE | MAY_EXEC,	-EACCES },
		/* special files are what they are for everybody */
		{ S_IFCHR | 0666, MAY_READ | MAY_WRITE,	0 },
		{ S_IFCHR | 0600, MAY_READ,		-EACCES },
		{ S_IFCHR | 0644, MAY_WRITE,		-EACCES },
		{ S_IFBLK | 0660, MAY_READ,		-EACCES },
		{ S_IFSOCK | 0666, MAY_WRITE,		0 },
		{ S_IFSOCK | 0600, MAY_WRITE,		-EACCES },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, rows[i].err,
				    vs_pseudo_permission(rows[i].mode,
							 rows[i].mask),
				    "mode %o, mask %#x", rows[i].mode,
				    rows[i].mask);
}

static void test_sysfs(struct kunit *test)
{
	static const struct {
		const char *path;
		umode_t mode;
		int mask;
		int err;
	} rows[] = {
		{ "/",			S_IFDIR | 0755, MAY_READ, 0 },
		{ "/",			S_IFDIR | 0755, MAY_WRITE, -EACCES },
		{ "/devices/system/cpu", S_IFDIR | 0755, MAY_READ, 0 },
		{ "/devices/system/cpu/online", S_IFREG | 0444, MAY_READ, 0 },
		{ "/devices/system/cpu/online", S_IFREG | 0400, MAY_READ,
		  -EACCES },
		{ "/devices/system/cpu/cpu1/online", S_IFREG | 0644, MAY_WRITE,
		  -EACCES },
		{ "/devices/system/cpux", S_IFREG | 0444, MAY_READ, -ENOENT },
		{ "/devices/system",	S_IFDIR | 0755, MAY_EXEC, 0 },
		{ "/devices/system",	S_IFDIR | 0755, MAY_READ, -ENOENT },
		{ "/devices/system/memory", S_IFDIR | 0755, MAY_READ,
		  -ENOENT },
		{ "/devices/virtual/dmi/id/product_serial", S_IFREG | 0444,
		  MAY_READ, -ENOENT },
		/* on the way to a network device */
		{ "/devices/pci0000:00", S_IFDIR | 0755, MAY_EXEC, 0 },
		{ "/devices/pci0000:00", S_IFDIR | 0755, MAY_READ, -ENOENT },
		{ "/devicesx",		S_IFDIR | 0755, MAY_EXEC, -ENOENT },
		{ "/class",		S_IFDIR | 0755, MAY_EXEC, 0 },
		{ "/class/net",		S_IFDIR | 0755, MAY_READ, 0 },
		{ "/class/hwmon",	S_IFDIR | 0755, MAY_EXEC, -ENOENT },
		{ "/fs",		S_IFDIR | 0755, MAY_EXEC, 0 },
		{ "/fs/ext4",		S_IFDIR | 0755, MAY_EXEC, -ENOENT },
		{ "/firmware",		S_IFDIR | 0755, MAY_EXEC, -ENOENT },
		{ "/kernel",		S_IFDIR | 0755, MAY_EXEC, 0 },
		{ "/kernel/notes",	S_IFREG | 0444, MAY_READ, -ENOENT },
		{ "/kernel/uevent_helper", S_IFREG | 0644, MAY_WRITE,
		  -ENOENT },
		{ "/kernel/mm/transparent_hugepage/enabled", S_IFREG | 0644,
		  MAY_READ, 0 },
		{ "",			S_IFREG | 0444, MAY_READ, -ENOENT },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, rows[i].err,
				    vs_sysfs_path_permission(rows[i].path,
							     rows[i].mode,
							     rows[i].mask),
				    "%s, mask %#x", rows[i].path, rows[i].mask);
}

static struct kunit_case vs_sb_cases[] = {
	KUNIT_CASE(test_classes),
	KUNIT_CASE(test_pseudo),
	KUNIT_CASE(test_sysfs),
	{}
};

static struct kunit_suite vs_sb_suite = {
	.name = "vs_sb",
	.test_cases = vs_sb_cases,
};

kunit_test_suite(vs_sb_suite);

MODULE_DESCRIPTION("Tests of the rules for pseudo file systems");
MODULE_LICENSE("GPL");
