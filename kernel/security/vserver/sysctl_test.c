// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the rule for /proc/sys
 */

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "sysctl.h"

#define HOST	VS_SYSCTL_HOST
#define NET	VS_SYSCTL_NET
#define OWN	VS_SYSCTL_OWN

static void test_rule(struct kunit *test)
{
	static const struct {
		enum vs_sysctl_set set;
		const char *path;
		umode_t mode;
		int op;
		bool utsname;
		int err;
	} rows[] = {
		{ HOST, "kernel/ostype", 0444, MAY_READ, false, 0 },
		{ HOST, "kernel/core_pattern", 0644, MAY_READ, false, 0 },
		{ HOST, "kernel/core_pattern", 0644, MAY_WRITE, true, -EACCES },
		{ HOST, "kernel/core_pattern", 0666, MAY_WRITE, true, -EACCES },
		{ HOST, "kernel/cad_pid", 0600, MAY_READ, false, -EACCES },
		{ HOST, "kernel/x", 0640, MAY_READ | MAY_WRITE, false, -EACCES },
		{ HOST, "kernel", S_IFDIR | 0555, MAY_EXEC, false, 0 },
		{ HOST, "kernel/hostname", 0644, MAY_WRITE, true, 0 },
		{ HOST, "kernel/domainname", 0644, MAY_WRITE, true, 0 },
		{ HOST, "kernel/hostname", 0644, MAY_WRITE, false, -EACCES },
		{ HOST, "kernel/hostname2", 0644, MAY_WRITE, true, -EACCES },
		{ HOST, "x/kernel/hostname", 0644, MAY_WRITE, true, -EACCES },
		{ HOST, "fs/file-nr", 0444, MAY_READ, false, -ENOENT },
		{ HOST, "fs/file-nr2", 0444, MAY_READ, false, 0 },
		{ HOST, "fs/file-max", 0444, MAY_READ, false, 0 },
		{ HOST, "dev", S_IFDIR | 0555, MAY_READ, false, -ENOENT },
		{ HOST, "dev/cdrom/info", 0444, MAY_READ, false, -ENOENT },
		{ HOST, "device", 0444, MAY_READ, false, 0 },
		{ HOST, "net/ipv4/ip_forward", 0644, MAY_WRITE, false,
		  -EACCES },
		{ HOST, "net/ipv4/tcp_fastopen_key", 0600, MAY_READ, false,
		  -EACCES },

		{ NET, "net/ipv4/ip_forward", 0644, MAY_WRITE, false, 0 },
		{ NET, "net/ipv4/conf/eth0/rp_filter", 0644, MAY_WRITE, false,
		  0 },
		{ NET, "net/ipv6/conf/all/forwarding", 0644, MAY_WRITE, false,
		  0 },
		{ NET, "net/ipv4/tcp_syncookies", 0644, MAY_WRITE, false, 0 },
		{ NET, "net/ipv4/tcp_fastopen_key", 0600, MAY_READ, false, 0 },
		{ NET, "net/ipv4/route/flush", 0200, MAY_WRITE, false,
		  -EACCES },
		{ NET, "net/ipv4/vs/drop_entry", 0644, MAY_WRITE, false,
		  -EACCES },
		{ NET, "net/ipv6/route/gc_interval", 0644, MAY_WRITE, false,
		  -EACCES },
		{ NET, "net/core/xfrm_aevent_etime", 0644, MAY_WRITE, true,
		  -EACCES },
		{ NET, "net/netfilter/nf_conntrack_count", 0444, MAY_READ,
		  false, 0 },

		{ OWN, "kernel/shmmax", 0644, MAY_WRITE, false, 0 },
		{ OWN, "fs/mqueue/msg_max", 0644, MAY_WRITE, false, 0 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, rows[i].err,
				    vs_sysctl_rule(rows[i].set, rows[i].path,
						   rows[i].mode, rows[i].op,
						   rows[i].utsname),
				    "%d %s, op %#x", rows[i].set, rows[i].path,
				    rows[i].op);
}

static struct kunit_case vs_sysctl_cases[] = {
	KUNIT_CASE(test_rule),
	{}
};

static struct kunit_suite vs_sysctl_suite = {
	.name = "vs_sysctl",
	.test_cases = vs_sysctl_cases,
};

kunit_test_suite(vs_sysctl_suite);

MODULE_DESCRIPTION("Tests of the rule for /proc/sys");
MODULE_LICENSE("GPL");
