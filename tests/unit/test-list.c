// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of names: parser, printer, and the table that both use.
 */
#include <ctype.h>
#include <errno.h>
#include <strings.h>

#include "tap.h"
#include "vserver.h"

#define ALL	(~0ULL)

static const struct {
	enum vc_list	list;
	const char	*text;
	uint64_t	flag;
	uint64_t	mask;
} good[] = {
	{ VC_LIST_CFLAGS, "", 0, 0 },
	{ VC_LIST_CFLAGS, "^4,~^2", 0x10, 0x14 },
	{ VC_LIST_CFLAGS, "lock,nproc", 0x5, 0x5 },
	{ VC_LIST_CFLAGS, "~lock", 0, 1 },
	{ VC_LIST_CFLAGS, "!lock", 0, 1 },
	{ VC_LIST_CFLAGS, "~!lock", 1, 1 },
	{ VC_LIST_CFLAGS, "~~~lock", 0, 1 },
	{ VC_LIST_CFLAGS, "all,~fakeinit", ALL & ~0x10ULL, ALL },
	{ VC_LIST_CFLAGS, "any", ALL, ALL },
	{ VC_LIST_CFLAGS, "~all", 0, ALL },
	{ VC_LIST_CFLAGS, "none", 0, 0 },
	{ VC_LIST_CFLAGS, "lock,", 1, 1 },
	{ VC_LIST_CFLAGS, "LOCK,Fakeinit", 0x11, 0x11 },
	{ VC_LIST_CFLAGS, "VXF_LOCK,vxf_info_init", 0x11, 0x11 },
	{ VC_LIST_CFLAGS, "0x30", 0x30, 0x30 },
	{ VC_LIST_CFLAGS, "010", 8, 8 },
	{ VC_LIST_CFLAGS, "12,~4", 8, 12 },
	{ VC_LIST_CFLAGS, "0", 0, 0 },
	{ VC_LIST_CFLAGS, "^0x3f", 1ULL << 63, 1ULL << 63 },
	{ VC_LIST_CFLAGS, "default", 0x1000020000, 0x1000020000 },
	{ VC_LIST_CFLAGS, "secure", 0x2000000, 0x2000000 },
	{ VC_LIST_CFLAGS, "hidemount", 0x1000000, 0x1000000 },
	{ VC_LIST_CFLAGS, "sched", 2, 2 },
	{ VC_LIST_CFLAGS, "pidns,init_kill,virt_syslog,sqpoll",
	  0xf0000000000, 0xf0000000000 },
	{ VC_LIST_CFLAGS, "share_uts,share_ipc,full_caps",
	  0x700000000000, 0x700000000000 },
	{ VC_LIST_CFLAGS, "0xffffffffffffffff", ALL, ALL },
	{ VC_LIST_CCAPS, "raw_icmp,VXC_SYSLOG", 0x1100, 0x1100 },
	{ VC_LIST_CCAPS, "perf,core_pipe", 0x60, 0x60 },
	{ VC_LIST_CCAPS, "mount,remount,icmp,utsname,rlimit", 0x30103,
	  0x30103 },
	{ VC_LIST_BCAPS, "chown,CAP_KILL,~cap_setfcap", 0x21, 0x80000021 },
	{ VC_LIST_BCAPS, "checkpoint_restore", 1ULL << 40, 1ULL << 40 },
	{ VC_LIST_BCAPS, "context", 1ULL << 63, 1ULL << 63 },
	{ VC_LIST_NFLAGS, "single_ip,NXF_HIDE_LBACK", 0x4000100, 0x4000100 },
	{ VC_LIST_NCAPS, "nxc_raw_icmp,multicast,tun_create", 0x1101,
	  0x1101 },
	{ VC_LIST_UMASK, "fs,newns,newpid,newtime", 0x20020280, 0x20020280 },
	{ VC_LIST_PERSONALITY, "ADDR_NO_RANDOMIZE,uname26", 0x60000,
	  0x60000 },
};

static const struct {
	enum vc_list	list;
	const char	*text;
	size_t		offset;
	size_t		length;
} bad[] = {
	{ VC_LIST_CFLAGS, "42x,1", 0, 3 },
	{ VC_LIST_CFLAGS, "fakeinit,XXX", 9, 3 },
	{ VC_LIST_CFLAGS, ",", 0, 0 },
	{ VC_LIST_CFLAGS, "lock,,nproc", 5, 0 },
	{ VC_LIST_CFLAGS, "lock,~", 5, 1 },
	{ VC_LIST_CFLAGS, "~!", 1, 1 },
	{ VC_LIST_CFLAGS, "~foo,lock", 1, 3 },
	{ VC_LIST_CFLAGS, "^64", 0, 3 },
	{ VC_LIST_CFLAGS, "^", 0, 1 },
	{ VC_LIST_CFLAGS, "^lock", 0, 5 },
	{ VC_LIST_CFLAGS, "0x", 0, 2 },
	{ VC_LIST_CFLAGS, "08", 0, 2 },
	{ VC_LIST_CFLAGS, "-1", 0, 2 },
	{ VC_LIST_CFLAGS, "0x10000000000000000", 0, 19 },
	{ VC_LIST_CFLAGS, "loc", 0, 3 },
	{ VC_LIST_CFLAGS, "locks", 0, 5 },
	{ VC_LIST_CFLAGS, "lock nproc", 0, 10 },
	{ VC_LIST_CFLAGS, " lock", 0, 5 },
	{ VC_LIST_CFLAGS, "VXF_", 0, 4 },
	{ VC_LIST_CFLAGS, "VXC_lock", 0, 8 },
	{ VC_LIST_CFLAGS, "al", 0, 2 },
	{ VC_LIST_CFLAGS, "chown", 0, 5 },
	{ VC_LIST_PERSONALITY, "~uname26", 0, 8 },
};

static void test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct vc_bits bits = { 0, 0 };
		struct vc_parse parse;
		int ret = vc_list_parse(good[i].list, good[i].text, &bits,
					&parse);

		ok(!ret && bits.flag == good[i].flag &&
		   bits.mask == good[i].mask, "parse '%s'", good[i].text);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct vc_bits bits = { 3, 7 };
		struct vc_parse parse;
		int ret = vc_list_parse(bad[i].list, bad[i].text, &bits,
					&parse);

		ok(ret == -1 && errno == EINVAL &&
		   parse.offset == bad[i].offset &&
		   parse.length == bad[i].length && bits.flag == 3 &&
		   bits.mask == 7, "refuse '%s'", bad[i].text);
	}
}

static void test_repeat(void)
{
	struct vc_bits bits = { 0, 0 };
	struct vc_parse parse;

	vc_list_parse(VC_LIST_CFLAGS, "lock,nproc", &bits, NULL);
	vc_list_parse(VC_LIST_CFLAGS, "~lock,private", &bits, NULL);
	ok(bits.flag == 0xc && bits.mask == 0xd, "lists accumulate");
	ok(vc_list_parse(VC_LIST_CFLAGS, "x", &bits, NULL) == -1,
	   "details of an error need not be wanted");
	vc_list_parse(VC_LIST_CCAPS, "secure_mount,mount", &bits, &parse);
	ok(parse.old && !strcmp(parse.old, "mount"), "old names are told");
	vc_list_parse(VC_LIST_CCAPS, "secure_mount", &bits, &parse);
	ok(!parse.old, "current names are not");
}

static void test_format(void)
{
	char text[2048], small[8];

	vc_list_format(VC_LIST_CFLAGS, 0x1000020010, text, sizeof(text));
	is(text, "fakeinit,virt_uptime,sc_helper", "names in bit order");
	vc_list_format(VC_LIST_CFLAGS, 1ULL << 63 | 1 << 30 | 1, text,
		       sizeof(text));
	is(text, "lock,^30,^63", "unknown bits are numbers, from 0");
	ok(!vc_list_format(VC_LIST_CFLAGS, 0, text, sizeof(text)) && !*text,
	   "no bits, no text");
	vc_list_format(VC_LIST_BCAPS, VS_BCAPS_SECURE, text, sizeof(text));
	is(text, "chown,dac_override,dac_read_search,fowner,fsetid,kill,"
	   "setgid,setuid,setpcap,net_bind_service,sys_chroot,sys_ptrace,"
	   "sys_boot,lease,audit_write,setfcap", "the secure ceiling");
	ok(vc_list_format(VC_LIST_CFLAGS, 5, small, sizeof(small)) == 10 &&
	   !strcmp(small, "lock,np"), "a short buffer is respected");
	ok(vc_list_format(VC_LIST_CFLAGS, 5, NULL, 0) == 10,
	   "no buffer at all");
}

/* What is printed must mean the same when it is parsed. */
static void test_round_trip(void)
{
	for (int list = VC_LIST_CFLAGS; list <= VC_LIST_LIMITS; list++) {
		bool same = true;
		char text[2048];

		for (unsigned int i = 0; i < 64; i++) {
			struct vc_bits bits = { 0, 0 };

			vc_list_format((enum vc_list)list, 1ULL << i, text,
				       sizeof(text));
			same &= !vc_list_parse((enum vc_list)list, text,
					       &bits, NULL) &&
				bits.flag == 1ULL << i;
		}
		ok(same, "bits of a %s list survive",
		   vc_list_label((enum vc_list)list));
	}
}

static void test_table(void)
{
	const struct vc_name *names = vc_names();
	bool one_bit = true, unique = true, lower = true, text = true;
	bool order = true;

	for (const struct vc_name *n = names; n->name; n++) {
		if (n->kind == VC_NAME_MAIN)
			one_bit &= n->bits && !(n->bits & (n->bits - 1));
		for (const char *c = n->name; *c; c++)
			lower &= islower((unsigned char)*c) ||
				 isdigit((unsigned char)*c) || *c == '_';
		text &= n->text && *n->text;
		for (const struct vc_name *m = names; m < n; m++) {
			unique &= m->list != n->list ||
				  strcasecmp(m->name, n->name);
			unique &= m->list != n->list ||
				  m->kind != VC_NAME_MAIN ||
				  n->kind != VC_NAME_MAIN ||
				  m->bits != n->bits;
		}
		if (n > names && n[-1].list == n->list &&
		    n->kind != VC_NAME_SET)
			order &= n[-1].bits <= n->bits;
	}
	ok(one_bit, "each name stands for one bit");
	ok(unique, "each name and each bit occurs once in its list");
	ok(lower, "names are lower case");
	ok(text, "names have a meaning");
	ok(order, "names are in the order of bits");
}

static void test_personality(void)
{
	uint32_t value = 99;

	ok(!vc_personality_type("LINUX32", &value) && value == 8, "LINUX32");
	ok(!vc_personality_type("per_linux", &value) && value == 0,
	   "per_linux");
	ok(!vc_personality_type("PER_SVR4", &value) && value == 0x4100001,
	   "PER_SVR4");
	ok(vc_personality_type("LINUX33", &value) == -1 && errno == EINVAL,
	   "no LINUX33");
}

int main(void)
{
	test_good();
	test_bad();
	test_repeat();
	test_format();
	test_round_trip();
	test_table();
	test_personality();
	return done();
}
