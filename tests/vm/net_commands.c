// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the commands of network contexts: ids, flags, life, entries of address
 * sets in all versions, who is where, and the files in /proc/virtnet.
 */
#include "vs.h"
#include "puppet.h"

#include <arpa/inet.h>

enum { NID_A = 1000, NID_B, NID_C };

static uint32_t ip(const char *text)
{
	return inet_addr(text);
}

static long enter(long nid, long b, long c)
{
	(void)b, (void)c;
	return vs_native(VCMD_net_migrate, nid, NULL);
}

/* Of the network contexts that puppets create from now on. */
static uint64_t new_flags = NXF_INIT_SET;

static long create(long nid, long b, long c)
{
	(void)b, (void)c;
	return vs_net_create(nid, new_flags);
}

static uint64_t get_nflags(uint32_t nid)
{
	struct vcmd_ctx_flags f = { 0, 0 };

	return vs_native(VCMD_get_nflags, nid, &f) ? 0 : f.flagword;
}

static long set_nflags(uint32_t nid, uint64_t flags, uint64_t mask)
{
	struct vcmd_ctx_flags f = { flags, mask };

	return vs_native(VCMD_set_nflags, nid, &f);
}

static long task_nid(pid_t pid)
{
	return vs_native(VCMD_task_nid, pid, NULL);
}

static void test_create(void)
{
	struct puppet p;

	is_child(vs_net_create(0, NXF_INIT_SET), EINVAL, "id 0");
	is_child(vs_net_create(1, NXF_INIT_SET), EINVAL, "id 1");
	is_child(vs_net_create(65536, NXF_INIT_SET), EINVAL, "id 65536");
	is_child(vs_net_create(-1, NXF_INIT_SET), EINVAL, "id -1");
	is_child(vs_net_create(NID_A, 1ULL << 63), EINVAL, "unknown flag");
	ok(!vs_net_exists(NID_A), "nothing was created");
	is(in_child(vs_net_create(2, NXF_INIT_SET)), 0, "id 2");
	is(in_child(vs_net_create(65535, NXF_INIT_SET)), 0, "id 65535");

	p = puppet_start(create, NID_A, 0, 0);
	ok(vs_net_exists(NID_A), "exists");
	is_child(vs_net_create(NID_A, NXF_INIT_SET), EEXIST, "once more");
	is(get_nflags(NID_A), NXF_INIT_SET, "flags as given");
	puppet_end(&p);
	ok(eventually(!vs_net_exists(NID_A)), "ends with its last process");

	new_flags = NXF_STATE_ADMIN | NXF_STATE_SETUP;
	p = puppet_start(create, NID_A, 0, 0);
	is_child(vs_net_create(NID_A, NXF_INIT_SET), EBUSY, "in setup");
	puppet_end(&p);
}

static long create_default(long nid, long v0, long c)
{
	(void)c;
	return vs_native(v0 ? VCMD_net_create_v0 : VCMD_net_create, nid, NULL);
}

static void test_default(void)
{
	struct puppet p = puppet_start(create_default, NID_A, 0, 0);
	struct puppet q = puppet_start(create_default, NID_B, 1, 0);

	is(get_nflags(NID_A), NXF_STATE_ADMIN | NXF_HIDE_NETIF |
	   NXF_LBACK_REMAP | NXF_HIDE_LBACK | NXF_SINGLE_IP, "no structure");
	is(get_nflags(NID_B), NXF_INIT_SET, "version 0");
	puppet_end(&p);
	puppet_end(&q);
}

static int idle(void *unused)
{
	(void)unused;
	return pause();
}

static long shares_fs(void)
{
	static char stack[16384];

	must(clone(idle, stack + sizeof(stack), CLONE_FS | SIGCHLD,
		   NULL));
	return vs_net_create(NID_A, NXF_INIT_SET);
}

static void test_alone(void)
{
	is_child(shares_fs(), EBUSY, "shares its directory");
	ok(!vs_net_exists(NID_A), "nothing was created");
}

static void test_migrate(void)
{
	struct puppet p = puppet_start(create, NID_A, 0, 0), q;
	struct vcmd_nx_info info;

	is(task_nid(0), 0, "the host");
	is(task_nid(p.pid), NID_A, "the first process");
	is_child(enter(NID_B, 0, 0), ESRCH, "no such context");
	q = puppet_start(enter, NID_A, 0, 0);
	is(task_nid(q.pid), NID_A, "one more");
	puppet_end(&p);
	usleep(10000);
	ok(vs_net_exists(NID_A), "lives as long as one is left");
	is(ask(&q, enter, NID_A), 0, "to where one is");

	is(vs_native(VCMD_nx_info, NID_A, &info), 0, "info");
	is(info.nid, NID_A, "its id");
	ok_errno(vs_native(VCMD_nx_info, 0, &info), ESRCH, "info of the host");
	ok_errno(vs_native(VCMD_nx_info, -1, &info), ESRCH, "of nobody's own");

	must(set_nflags(NID_A, NXF_INFO_PRIVATE, NXF_INFO_PRIVATE));
	is_child(enter(NID_A, 0, 0), EACCES, "private");
	must(set_nflags(NID_A, 0, NXF_INFO_PRIVATE));
	is(in_child(enter(NID_A, 0, 0)), 0, "not any more");

	is(in_child(enter(1, 0, 0) == 1 && task_nid(0) == 1 ? 0 : -1), 0,
	   "the spectator");
	puppet_end(&q);
}

/* A child is where its parent is; who has left does not count. */
static long moves(long a, long b, long c)
{
	pid_t child;

	(void)a, (void)b, (void)c;
	must(vs_net_create(NID_A, NXF_INIT_SET));
	child = must(fork());
	if (!child) {
		pause();
		_exit(0);
	}
	must(vs_net_create(NID_B, NXF_INIT_SET));
	return child;
}

static void test_fork(void)
{
	struct puppet p = puppet_host();
	pid_t child = ask(&p, moves);

	is(task_nid(child), NID_A, "the child stays");
	is(task_nid(p.pid), NID_B, "the parent has moved");
	ok(vs_net_exists(NID_A) && vs_net_exists(NID_B), "both exist");
	kill(child, SIGKILL);
	puppet_end(&p);
	ok(eventually(!vs_net_exists(NID_A)), "the first has ended");
	ok(eventually(!vs_net_exists(NID_B)), "and the second");
}

static void test_flags(void)
{
	struct puppet p = puppet_start(create, NID_A, 0, 0);
	struct vcmd_net_caps caps = { NXC_RAW_ICMP | NXC_MULTICAST, ~0ULL };
	struct vcmd_ctx_flags f;

	is(set_nflags(NID_A, NXF_LBACK_ALLOW, NXF_LBACK_ALLOW | NXF_SINGLE_IP),
	   0, "change two");
	is(get_nflags(NID_A), (NXF_INIT_SET | NXF_LBACK_ALLOW) & ~NXF_SINGLE_IP,
	   "both");
	ok_errno(set_nflags(NID_A, 1ULL << 50, 1ULL << 50), EINVAL, "unknown");
	is(set_nflags(NID_A, 0, 1ULL << 50), 0, "clear an unknown one");
	must(set_nflags(NID_A, NXF_STATE_SETUP, NXF_STATE_SETUP));
	ok(!(get_nflags(NID_A) & NXF_STATE_SETUP), "no way back to setup");
	must(vs_native(VCMD_get_nflags, NID_A, &f));
	is(f.mask, ~NXF_STATE_SETUP, "what can be changed");

	is(vs_native(VCMD_set_ncaps, NID_A, &caps), 0, "set capabilities");
	caps = (struct vcmd_net_caps) { 0, NXC_MULTICAST };
	is(vs_native(VCMD_set_ncaps, NID_A, &caps), 0, "clear one");
	is(vs_native(VCMD_get_ncaps, NID_A, &caps), 0, "get them");
	is(caps.ncaps, NXC_RAW_ICMP, "the other one");
	is(caps.cmask, ~0ULL, "and the mask");

	must(set_nflags(NID_A, 0, NXF_STATE_ADMIN));
	ok_errno(set_nflags(NID_A, 0, 0), EACCES, "closed: flags");
	ok_errno(vs_native(VCMD_set_ncaps, NID_A, &caps), EACCES,
		 "closed: capabilities");
	ok_errno(vs_net_add4(NID_A, NXA_TYPE_ADDR, ip("10.1.1.1"), 0, 0),
		 EACCES, "closed: addresses");
	is_child(enter(NID_A, 0, 0), EACCES, "closed: enter");
	ok(get_nflags(NID_A) && vs_net_exists(NID_A), "closed: look");
	puppet_end(&p);
}

static void test_persistent(void)
{
	is_child(vs_net_create(NID_A, NXF_PERSISTENT), EINVAL, "for ever");
	is_child(vs_net_create(NID_A, NXF_STATE_SETUP), EINVAL, "in setup");
	is(in_child(vs_net_create(NID_A, NXF_STATE_ADMIN | NXF_PERSISTENT)), 0,
	   "create");
	usleep(20000);
	ok(vs_net_exists(NID_A), "lives without processes");
	is(in_child(enter(NID_A, 0, 0)), 0, "can be entered");
	ok(vs_net_exists(NID_A), "and left");
	ok_errno(set_nflags(NID_A, 0, NXF_STATE_ADMIN), EINVAL,
		 "nobody could end it");
	is(set_nflags(NID_A, 0, NXF_PERSISTENT), 0, "not any more");
	ok(eventually(!vs_net_exists(NID_A)), "it ends");
}

/* --- addresses --- */

static long v1(uint32_t cmd, uint16_t type, uint32_t addr, uint32_t mask)
{
	struct vcmd_net_addr_ipv4_v1 a = {
		.type = type, .ip = addr, .mask = mask,
	};

	return vs_native(cmd, NID_A, &a);
}

static long v2(uint32_t cmd, uint16_t type, const char *from, const char *to,
	       const char *mask)
{
	struct vcmd_net_addr_ipv4 a = {
		.type = type, .ip = ip(from), .ip2 = ip(to), .mask = ip(mask),
	};

	return vs_native(cmd, NID_A, &a);
}

static long v6(uint32_t cmd, uint16_t type, const char *addr, uint32_t prefix)
{
	struct vcmd_net_addr_ipv6 a = { .type = type, .prefix = prefix };

	inet_pton(AF_INET6, addr, a.ip);
	memset(a.mask, 0x5a, sizeof(a.mask));
	return vs_native(cmd, NID_A, &a);
}

static bool lists(const char *line)
{
	return strstr(slurp("/proc/virtnet/%d/info", NID_A), line);
}

static void test_ipv4(void)
{
	const uint32_t add = VCMD_net_add_ipv4, del = VCMD_net_remove_ipv4;
	struct puppet p = puppet_start(create, NID_A, 0, 0);
	char text[32];
	int i;

	is(v2(add, NXA_TYPE_ADDR, "10.1.1.1", "0.0.0.0", "255.255.255.0"), 0,
	   "an address");
	ok_errno(v2(add, NXA_TYPE_ADDR, "10.1.1.1", "0.0.0.0",
		    "255.255.255.0"), EEXIST, "once more");
	ok(get_nflags(NID_A) & NXF_SINGLE_IP, "a single one");
	ok(lists("0:\t[10.1.1.1-0.0.0.0/255.255.255.0:0010]\n"), "listed");
	is(v2(add, NXA_TYPE_MASK, "10.2.3.4", "0.0.0.0", "255.255.0.0"), 0,
	   "a network");
	ok(!(get_nflags(NID_A) & NXF_SINGLE_IP), "no single one any more");
	ok(lists("1:\t[10.2.0.0-0.0.0.0/255.255.0.0:0020]\n"), "its address");
	is(v2(add, NXA_TYPE_RANGE, "10.3.0.5", "10.3.0.9", "0.0.0.0"), 0,
	   "a range");
	ok(lists("2:\t[10.3.0.5-10.3.0.9/0.0.0.0:0040]\n"), "listed");
	ok_errno(v2(add, NXA_TYPE_MASK, "10.0.0.0", "0.0.0.0", "255.0.255.0"),
		 EINVAL, "a mask with a hole");
	ok_errno(v2(add, NXA_TYPE_RANGE, "10.3.0.5", "10.3.0.4", "0.0.0.0"),
		 EINVAL, "an empty range");
	ok_errno(v2(add, NXA_TYPE_ADDR, "0.0.0.0", "0.0.0.0", "0.0.0.0"),
		 EINVAL, "no address");
	ok_errno(v2(add, NXA_TYPE_ADDR, "224.0.0.1", "0.0.0.0", "0.0.0.0"),
		 EINVAL, "a group");
	for (i = 0; i < 16; i++) {
		static const uint16_t odd[] = {
			0, 1, 2, 3, 0x30, 0x70, 0x80, NXA_TYPE_ANY, 0x101,
			0x120, 0x220, 0x310, 0x410, 0x1000, 0x1010, 0xffff,
		};

		ok_errno(v2(add, odd[i], "10.9.9.9", "10.9.9.9", "0.0.0.0"),
			 EINVAL, "add type %#x", odd[i]);
	}

	ok_errno(v2(del, NXA_TYPE_ADDR, "10.1.1.1", "0.0.0.0", "0.0.0.0"),
		 ESRCH, "remove with another mask");
	ok_errno(v2(del, NXA_TYPE_MASK, "10.1.1.1", "0.0.0.0",
		    "255.255.255.0"), ESRCH, "remove with another type");
	is(v2(del, NXA_TYPE_ADDR, "10.1.1.1", "0.0.0.0", "255.255.255.0"), 0,
	   "remove an address");
	is(v2(del, NXA_TYPE_RANGE, "10.3.0.5", "10.3.0.9", "0.0.0.0"), 0,
	   "remove a range");
	ok(lists("0:\t[10.2.0.0-0.0.0.0/255.255.0.0:0020]\n") && !lists("1:\t"),
	   "one is left");
	is(v2(del, NXA_TYPE_ANY, "1.2.3.4", "5.6.7.8", "9.9.9.9"), 0,
	   "remove all");
	ok(!lists("0:\t"), "none is left");

	is(v2(add, NXA_TYPE_ADDR | NXA_MOD_BCAST, "10.1.1.255", "0.0.0.0",
	      "0.0.0.0"), 0, "set the broadcast address");
	ok(lists("Bcast:\t10.1.1.255\n"), "listed");
	ok(lists("Lback:\t127.3.232.1\n"), "the loopback address has the id");
	is(v2(add, NXA_TYPE_ADDR | NXA_MOD_LBACK, "127.9.8.7", "0.0.0.0",
	      "0.0.0.0"), 0, "set it");
	ok(lists("Lback:\t127.9.8.7\n"), "listed");
	ok_errno(v2(del, NXA_TYPE_ADDR | NXA_MOD_LBACK, "127.9.8.7", "0.0.0.0",
		    "0.0.0.0"), EINVAL, "it cannot be removed");

	for (i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "10.7.0.%d", i);
		if (v2(add, NXA_TYPE_ADDR, text, "0.0.0.0", "255.0.0.0"))
			break;
	}
	is(i, 256, "256 addresses");
	ok_errno(v2(add, NXA_TYPE_ADDR, "10.8.0.1", "0.0.0.0", "255.0.0.0"),
		 ENOSPC, "one too many");
	puppet_end(&p);
}

static void test_old(void)
{
	struct puppet p = puppet_start(create, NID_A, 0, 0);
	struct vcmd_net_addr_v0 a = {
		.type = NXA_TYPE_IPV4, .count = 3,
		.ip = { ip("10.1.0.1"), ip("10.1.0.2"), ip("10.1.0.3") },
		.mask = { ip("255.0.0.0"), ip("255.0.0.0"), ip("255.0.0.0") },
	};

	is(v1(VCMD_net_add_ipv4_v1, NXA_TYPE_ADDR, ip("10.1.1.1"), 0), 0,
	   "version 1");
	ok(lists("0:\t[10.1.1.1-0.0.0.0/0.0.0.0:0010]\n"), "listed");
	ok_errno(v1(VCMD_net_add_ipv4_v1, NXA_TYPE_RANGE, ip("10.1.1.2"), 0),
		 EINVAL, "a range without end");
	is(v1(VCMD_net_add_ipv4_v1, NXA_TYPE_MASK, 0, 0), 0, "all addresses");
	is(v1(VCMD_net_remove_ipv4_v1, NXA_TYPE_ADDR, ip("10.1.1.1"), 0), 0,
	   "remove it");
	is(v1(VCMD_net_remove_ipv4_v1, NXA_TYPE_ANY, 0, 0), 0, "remove all");

	is(vs_native(VCMD_net_add_v0, NID_A, &a), 3, "version 0: three");
	ok(lists("2:\t[10.1.0.3-0.0.0.0/255.0.0.0:0010]\n"), "listed");
	ok_errno(vs_native(VCMD_net_add_v0, NID_A, &a), EEXIST, "once more");
	a.count = 5;
	ok_errno(vs_native(VCMD_net_add_v0, NID_A, &a), EINVAL, "five");
	a.count = 0;
	ok_errno(vs_native(VCMD_net_add_v0, NID_A, &a), EINVAL, "none");
	a.type = NXA_TYPE_IPV4 | NXA_MOD_BCAST;
	is(vs_native(VCMD_net_add_v0, NID_A, &a), 1, "broadcast");
	a.type = NXA_TYPE_IPV4 | NXA_MOD_LBACK;
	is(vs_native(VCMD_net_add_v0, NID_A, &a), 1, "loopback");
	ok(lists("Bcast:\t10.1.0.1\nLback:\t10.1.0.1\n"), "both");
	ok_errno(vs_native(VCMD_net_remove_v0, NID_A, &a), EINVAL,
		 "remove one");
	a.type = NXA_TYPE_ANY;
	is(vs_native(VCMD_net_remove_v0, NID_A, &a), 0, "remove all");
	ok(!lists("0:\t"), "none is left");
	puppet_end(&p);
}

static void test_ipv6(void)
{
	const uint32_t add = VCMD_net_add_ipv6, del = VCMD_net_remove_ipv6;
	struct puppet p = puppet_start(create, NID_A, 0, 0);

	is(v6(add, NXA_TYPE_ADDR, "2001:db8::a", 64), 0, "an address");
	ok_errno(v6(add, NXA_TYPE_ADDR, "2001:db8::a", 64), EEXIST,
		 "once more");
	ok(lists("0:\t[2001:0db8:0000:0000:0000:0000:0000:000a/"
		 "ffff:ffff:ffff:ffff:0000:0000:0000:0000/64:0010]\n"),
	   "listed");
	is(v6(add, NXA_TYPE_MASK, "2001:db8:1:2::3", 48), 0, "a network");
	ok_errno(v6(add, NXA_TYPE_RANGE, "2001:db8::1", 64), EINVAL, "a range");
	ok_errno(v6(add, NXA_TYPE_ADDR, "2001:db8::1", 129), EINVAL,
		 "a prefix of 129");
	ok_errno(v6(add, NXA_TYPE_ADDR, "::", 0), EINVAL, "no address");
	ok_errno(v6(add, NXA_TYPE_ADDR, "ff02::1", 64), EINVAL, "a group");
	ok_errno(v6(add, NXA_TYPE_ADDR, "fd76:7365:7276::7d0:1", 128), EINVAL,
		 "somebody's loopback");
	ok_errno(v6(del, NXA_TYPE_ADDR, "2001:db8::a", 65), ESRCH,
		 "remove with another prefix");
	is(v6(del, NXA_TYPE_ADDR, "2001:db8::a", 64), 0, "remove it");
	is(v6(del, NXA_TYPE_ANY, "::", 0), 0, "remove all");
	ok(!lists("0:\t"), "none is left");
	puppet_end(&p);
}

/* --- /proc --- */

static void test_proc(void)
{
	struct puppet p = puppet_start(create, NID_A, 0, 0);
	char line[64];

	must(vs_net_add4(NID_A, NXA_TYPE_ADDR, ip("10.1.1.1"), 0,
			 ip("255.0.0.0")));
	ok(strstr(slurp("/proc/virtnet/%d/status", NID_A),
		  "\nTasks:\t1\nFlags:\t0000000406000300\n"
		  "NCaps:\t0000000000000000\n"), "status");
	ok(strstr(slurp("/proc/virtnet/info"), "VCIVersion:\t0002:0308\n"),
	   "info of all");
	ok(strstr(slurp("/proc/virtnet/status"), "#CActive:\t1\n"),
	   "status of all");
	snprintf(line, sizeof(line), "ID:\t%d\nInfo:\t", NID_A);
	ok(lists(line), "info");
	ok_errno(access("/proc/virtnet/1001", F_OK), ENOENT, "no such context");
	ok(access("/proc/virtual/1000", F_OK), "it is no security context");
	ok(strstr(slurp("/proc/%d/status", p.pid), "\nNxID:\t1000\n"),
	   "status of a process");
	ok(strstr(slurp("/proc/%d/ninfo", p.pid),
		  "NID:\t1000\nNCaps:\t0000000000000000\n"
		  "NFlags:\t0000000406000300\n"
		  "V4Root[bcast]:\t255.255.255.255\n"
		  "V4Root[lback]:\t127.3.232.1\n"
		  "V4Root[0]:\t[10.1.1.1-0.0.0.0/255.0.0.0:0010]\n"),
	   "its ninfo");
	is_str(slurp("/proc/self/ninfo"), "NID:\t0\n", "ninfo of the host");
	puppet_end(&p);
}

/* --- from within --- */

static long in_setup(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	must(vs_net_create(NID_A, NXF_INIT_SET));
	return vs_create(XID_A, VXF_INIT_SET);
}

static long do_add(long nid, long b, long c)
{
	(void)b, (void)c;
	return vs_net_add4(nid, NXA_TYPE_ADDR, ip("10.1.1.1"), 0, 0);
}

static long do_info(long nid, long b, long c)
{
	struct vcmd_nx_info info;

	(void)b, (void)c;
	return vs_native(VCMD_nx_info, nid, &info) ? -1 : (long)info.nid;
}

static long do_nid(long pid, long b, long c)
{
	(void)b, (void)c;
	return task_nid(pid);
}

static void test_within(void)
{
	struct puppet b = puppet_start(create, NID_B, 0, 0);
	struct puppet p = puppet_start(in_setup, 0, 0, 0);

	is(ask(&p, do_add, -1), 0, "setup: its own addresses");
	ok_errno(ask(&p, do_add, NID_B), EPERM, "setup: those of another");
	ok_errno(ask(&p, enter, NID_B), EPERM, "setup: to another");
	ok_errno(ask(&p, create, NID_C), EPERM, "setup: a new");
	is(ask(&p, do_info, -1), NID_A, "setup: look at its own");
	ok_errno(ask(&p, do_info, NID_B), ESRCH, "setup: at another");
	is(ask(&p, do_nid, 0), NID_A, "setup: who it is");
	ok_errno(ask(&p, do_nid, b.pid), ESRCH, "setup: who another is");
	puppet_end(&p);
	puppet_end(&b);
}

/* What is taken for a context goes with it. */
static void test_many(void)
{
	int i, bad = 0;

	for (i = 0; i < 200; i++)
		bad += !!in_child(vs_net_create(2000 + i, NXF_INIT_SET));
	is(bad, 0, "200 contexts");
	ok(eventually(strstr(slurp("/proc/virtnet/status"),
			     "#CTotal:\t0\n#CActive:\t0\n")),
	   "none is left in memory");
}

int main(void)
{
	run("create", test_create);
	run("default", test_default);
	run("alone", test_alone);
	run("migrate", test_migrate);
	run("fork", test_fork);
	run("flags", test_flags);
	run("persistent", test_persistent);
	run("ipv4", test_ipv4);
	run("old", test_old);
	run("ipv6", test_ipv6);
	run("proc", test_proc);
	run("within", test_within);
	run("many", test_many);
	return ktap_exit();
}
