// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of who sees which entry of /proc
 */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/proc_fs.h>
#include <linux/vserver.h>
#include <uapi/linux/vserver.h>

#define H	VS_PROC_HIDE
#define A	VS_PROC_ADMIN
#define W	VS_PROC_WATCH
#define N	VS_PROC_NEVER

static const struct {
	u8 flags;
	bool host, spectator, guest;
} rule[] = {
	{ 0,		 true,	true,  true },
	{ A,		 true,	true,  true },
	{ W,		 true,	true,  true },
	{ A | W,	 true,	true,  true },
	{ H,		 false, false, false },
	{ H | A,	 true,	false, false },
	{ H | W,	 false, true,  false },
	{ H | A | W,	 true,	true,  false },
	/* what an administrator makes of an entry that no guest may have */
	{ N,		 true,	true,  false },
	{ N | H,	 false, false, false },
	{ N | H | A,	 true,	false, false },
	{ N | H | A | W, true,	true,  false },
};

static void test_rule(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(rule); i++) {
		u8 flags = rule[i].flags;

		KUNIT_EXPECT_EQ_MSG(test, rule[i].host,
				    vs_proc_flags_visible(flags, VS_XID_HOST),
				    "host, %#x", flags);
		KUNIT_EXPECT_EQ_MSG(test, rule[i].spectator,
				    vs_proc_flags_visible(flags,
							  VS_XID_SPECTATOR),
				    "spectator, %#x", flags);
		KUNIT_EXPECT_EQ_MSG(test, rule[i].guest,
				    vs_proc_flags_visible(flags, 42),
				    "guest, %#x", flags);
		/* credentials that belong nowhere see no more than a guest */
		KUNIT_EXPECT_EQ_MSG(test, rule[i].guest,
				    vs_proc_flags_visible(flags, U32_MAX),
				    "nowhere, %#x", flags);
	}
}

static void test_top(struct kunit *test)
{
	static const char * const shown[] = {
		"cgroups", "cpuinfo", "filesystems", "loadavg", "locks",
		"meminfo", "mounts", "net", "stat", "sys", "sysvipc",
		"uptime", "version",
	};
	static const char * const hidden[] = {
		"interrupts", "slabinfo", "softirqs", "bus", "tty", "virtual",
		"modules", "swaps", "cmdline", "in-no-kernel", "sysv", "",
	};
	static const char * const never[] = {
		"sysrq-trigger", "kcore", "kmsg", "kallsyms", "iomem",
		"ioports", "irq", "fs", "keys", "key-users", "config.gz",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		KUNIT_EXPECT_EQ_MSG(test, vs_proc_top_flags(shown[i]), 0,
				    "%s", shown[i]);
	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		KUNIT_EXPECT_EQ_MSG(test, vs_proc_top_flags(hidden[i]),
				    H | A | W, "%s", hidden[i]);
	for (i = 0; i < ARRAY_SIZE(never); i++)
		KUNIT_EXPECT_EQ_MSG(test, vs_proc_top_flags(never[i]),
				    H | A | W | N, "%s", never[i]);
}

static void test_net(struct kunit *test)
{
	static const char * const hidden[] = {
		"rpc", "xt_recent", "ip_vs", "nf_conntrack", "stat", "vlan",
		"in-no-kernel",
	};
	int i;

	KUNIT_EXPECT_EQ(test, vs_proc_net_flags("tcp", false), 0);
	KUNIT_EXPECT_EQ(test, vs_proc_net_flags("tcp", true), 0);
	KUNIT_EXPECT_EQ(test, vs_proc_net_flags("arp", false), H | A | W);
	KUNIT_EXPECT_EQ(test, vs_proc_net_flags("arp", true), 0);
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		KUNIT_EXPECT_EQ_MSG(test, vs_proc_net_flags(hidden[i], false),
				    H | A | W, "%s", hidden[i]);
		KUNIT_EXPECT_EQ_MSG(test, vs_proc_net_flags(hidden[i], true),
				    H | A | W, "%s, private", hidden[i]);
	}
}

/* What a module adds to /proc, and what an administrator makes of it. */
static void test_change(struct kunit *test)
{
	struct vfsmount *mnt;
	struct path path;
	u8 flags = 0;

	KUNIT_ASSERT_NOT_NULL(test, proc_mkdir("vs-test", NULL));
	mnt = kern_mount(get_fs_type("proc"));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mnt);

	KUNIT_ASSERT_EQ(test, 0, vfs_path_lookup(mnt->mnt_root, mnt, "vs-test",
						 0, &path));
	KUNIT_EXPECT_EQ(test, 0, vs_proc_get_flags(d_inode(path.dentry),
						   &flags));
	KUNIT_EXPECT_EQ(test, flags, H | A | W);
	KUNIT_EXPECT_EQ(test, 0, vs_proc_set_flags(d_inode(path.dentry), A,
						   H | A));
	KUNIT_EXPECT_EQ(test, 0, vs_proc_get_flags(d_inode(path.dentry),
						   &flags));
	KUNIT_EXPECT_EQ(test, flags, A | W);
	KUNIT_EXPECT_EQ(test, -EINVAL, vs_proc_set_flags(d_inode(path.dentry),
							 0, N));
	path_put(&path);

	/* the bit that no administrator changes is not for showing */
	KUNIT_ASSERT_EQ(test, 0, vfs_path_lookup(mnt->mnt_root, mnt, "irq", 0,
						 &path));
	KUNIT_EXPECT_EQ(test, 0, vs_proc_get_flags(d_inode(path.dentry),
						   &flags));
	KUNIT_EXPECT_EQ(test, flags, H | A | W);
	path_put(&path);

	/* neither sysctls nor processes have flags */
	KUNIT_ASSERT_EQ(test, 0, vfs_path_lookup(mnt->mnt_root, mnt,
						 "sys/kernel/ostype", 0,
						 &path));
	KUNIT_EXPECT_EQ(test, -EINVAL, vs_proc_get_flags(d_inode(path.dentry),
							 &flags));
	path_put(&path);
	KUNIT_ASSERT_EQ(test, 0, vfs_path_lookup(mnt->mnt_root, mnt, "1/stat",
						 0, &path));
	KUNIT_EXPECT_EQ(test, -EINVAL, vs_proc_set_flags(d_inode(path.dentry),
							 0, H));
	path_put(&path);
	kern_unmount(mnt);
	remove_proc_entry("vs-test", NULL);
}

static struct kunit_case vs_procattr_cases[] = {
	KUNIT_CASE(test_rule),
	KUNIT_CASE(test_top),
	KUNIT_CASE(test_net),
	KUNIT_CASE(test_change),
	{}
};

static struct kunit_suite vs_procattr_suite = {
	.name = "vs_procattr",
	.test_cases = vs_procattr_cases,
};

kunit_test_suite(vs_procattr_suite);

MODULE_DESCRIPTION("Tests of the visibility of /proc");
MODULE_LICENSE("GPL");
