// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of sets of addresses, against counting one by one
 */

#include <kunit/test.h>
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <uapi/linux/vserver.h>

#include "set.h"

static void free_set(void *set)
{
	kvfree(set);
}

static struct vs_set *build(struct kunit *test, const struct vs_entry4 *e4,
			    unsigned int nr4, const struct vs_entry6 *e6,
			    unsigned int nr6)
{
	struct vs_set *set = vs_set_build(e4, nr4, e6, nr6);

	KUNIT_ASSERT_NOT_NULL(test, set);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_set,
							   set));
	return set;
}

static struct vs_entry4 addr4(u32 ip, u32 mask)
{
	return (struct vs_entry4) { NXA_TYPE_ADDR, 0, htonl(ip), 0,
				    htonl(mask) };
}

static struct vs_entry4 mask4(u32 ip, u32 mask)
{
	return (struct vs_entry4) { NXA_TYPE_MASK, 0, htonl(ip), 0,
				    htonl(mask) };
}

static struct vs_entry4 range4(u32 lo, u32 hi)
{
	return (struct vs_entry4) { NXA_TYPE_RANGE, 0, htonl(lo), htonl(hi),
				    0 };
}

/* The same question, entry by entry. */
static bool slow_has4(const struct vs_entry4 *e, unsigned int nr, u32 a)
{
	for (; nr; nr--, e++) {
		u32 ip = ntohl(e->ip);

		if (e->type == NXA_TYPE_ADDR ? a == ip :
		    e->type == NXA_TYPE_MASK ? !((a ^ ip) & ntohl(e->mask)) :
		    a >= ip && a <= ntohl(e->ip2))
			return true;
	}
	return false;
}

static void test_members4(struct kunit *test)
{
	const struct vs_entry4 e[] = {
		addr4(0x0a010005, 0xffffff00),
		range4(0x0a018000, 0x0a0180ff),
		mask4(0x0a012000, 0xfffff000),
		addr4(0x0a010006, 0xffffff00),
		range4(0x0a0180f0, 0x0a018200),
		mask4(0x0a012800, 0xffffff00),
		addr4(0x0a01ffff, 0),
		addr4(0x0a010000, 0xffffffff),
	};
	struct vs_set *set = build(test, e, ARRAY_SIZE(e), NULL, 0);
	u32 a;

	for (a = 0x0a00fff0; a < 0x0a020010; a++)
		if (vs_set_has4(set, a) != slow_has4(e, ARRAY_SIZE(e), a))
			KUNIT_FAIL(test, "%#x", a);
	/* Those that follow each other need not be merged, others are. */
	KUNIT_EXPECT_LE(test, set->nr_range4, 6);
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, 0));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, U32_MAX));
}

/* "All addresses" are not those of the loopback, nor groups. */
static void test_all4(struct kunit *test)
{
	const struct vs_entry4 e = mask4(0, 0);
	struct vs_set *set = build(test, &e, 1, NULL, 0);

	KUNIT_EXPECT_TRUE(test, vs_set_has4(set, 0x01000000));
	KUNIT_EXPECT_TRUE(test, vs_set_has4(set, 0x7effffff));
	KUNIT_EXPECT_TRUE(test, vs_set_has4(set, 0x80000000));
	KUNIT_EXPECT_TRUE(test, vs_set_has4(set, 0xdfffffff));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, 0x00ffffff));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, 0x7f000001));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, 0x7fffffff));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, 0xe0000001));
	KUNIT_EXPECT_FALSE(test, vs_set_has4(set, U32_MAX));
}

static void test_overlap4(struct kunit *test)
{
	const struct vs_entry4 a[] = {
		addr4(10, 0), range4(0x01000020, 0x0100002f),
		addr4(0x02000001, 0),
	};
	const struct vs_entry4 b[] = {
		addr4(11, 0), range4(0x01000030, 0x0100003f),
		addr4(0x02000000, 0),
	};
	const struct vs_entry4 c[] = {
		addr4(0x09000000, 0), range4(0x0100002f, 0x01000030),
	};
	struct vs_set *set_a = build(test, a, ARRAY_SIZE(a), NULL, 0);
	struct vs_set *set_b = build(test, b, ARRAY_SIZE(b), NULL, 0);
	struct vs_set *set_c = build(test, c, ARRAY_SIZE(c), NULL, 0);
	struct vs_set *none = build(test, NULL, 0, NULL, 0);
	struct vs_range4 hit = { 0x0100002f, 0x01000100 };
	struct vs_range4 miss = { 0x01000030, 0x01000100 };

	KUNIT_EXPECT_TRUE(test, vs_set_overlaps4(set_a, set_a));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps4(set_a, set_b));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps4(set_b, set_a));
	KUNIT_EXPECT_TRUE(test, vs_set_overlaps4(set_a, set_c));
	KUNIT_EXPECT_TRUE(test, vs_set_overlaps4(set_c, set_b));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps4(none, set_a));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps4(set_a, none));
	KUNIT_EXPECT_TRUE(test, vs_set_hits4(set_a, hit));
	KUNIT_EXPECT_FALSE(test, vs_set_hits4(set_a, miss));
}

static void test_check4(struct kunit *test)
{
	struct vs_entry4 good[] = {
		addr4(0x0a000001, 0xffffff00), addr4(0x7f000001, 0),
		mask4(0, 0), mask4(0x0a0000ff, 0xffffff00),
		mask4(0x0a0000ff, U32_MAX), range4(1, 1), range4(1, 0x02000000),
	};
	struct vs_entry4 bad[] = {
		addr4(0, 0), addr4(0xe0000001, 0), addr4(U32_MAX, 0),
		mask4(0x0a000000, 0xff00ff00), mask4(0x0a000000, 0x000000ff),
		range4(2, 1), range4(0x02000000, 1),
		{ 0, 0, htonl(1), 0, 0 }, { NXA_TYPE_ANY, 0, htonl(1), 0, 0 },
		{ NXA_TYPE_ADDR | NXA_TYPE_MASK, 0, htonl(1), 0, 0 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_EQ_MSG(test, 0, vs_entry4_check(&good[i]), "%d",
				    i);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL, vs_entry4_check(&bad[i]),
				    "%d", i);
	KUNIT_EXPECT_EQ(test, ntohl(good[3].ip), 0x0a000000);
}

static struct in6_addr ip6(const char *text)
{
	struct in6_addr addr = {};

	in6_pton(text, -1, addr.s6_addr, -1, NULL);
	return addr;
}

static struct vs_entry6 entry6(u16 type, const char *text, u32 prefix)
{
	return (struct vs_entry6) { type, 0, prefix, ip6(text) };
}

static bool has6(const struct vs_set *set, const char *text)
{
	struct in6_addr addr = ip6(text);

	return vs_set_has6(set, &addr);
}

static void test_members6(struct kunit *test)
{
	struct vs_entry6 e[] = {
		entry6(NXA_TYPE_ADDR, "2001:db8::a", 64),
		entry6(NXA_TYPE_MASK, "2001:db8:1:ff::", 50),
		entry6(NXA_TYPE_ADDR, "2001:db8:1:1::1", 128),
		entry6(NXA_TYPE_ADDR, "fe80::1", 64),
	};
	struct vs_set *set;
	int i;

	for (i = 0; i < ARRAY_SIZE(e); i++)
		KUNIT_ASSERT_EQ(test, 0, vs_entry6_check(&e[i]));
	set = build(test, NULL, 0, e, ARRAY_SIZE(e));
	KUNIT_EXPECT_EQ(test, set->nr_range6, 3);
	KUNIT_EXPECT_TRUE(test, has6(set, "2001:db8::a"));
	KUNIT_EXPECT_FALSE(test, has6(set, "2001:db8::9"));
	KUNIT_EXPECT_FALSE(test, has6(set, "2001:db8::b"));
	KUNIT_EXPECT_TRUE(test, has6(set, "2001:db8:1::"));
	KUNIT_EXPECT_TRUE(test, has6(set, "2001:db8:1:3fff:ffff::ffff"));
	KUNIT_EXPECT_FALSE(test, has6(set, "2001:db8:1:4000::"));
	KUNIT_EXPECT_TRUE(test, has6(set, "fe80::1"));
	KUNIT_EXPECT_FALSE(test, has6(set, "::"));
	KUNIT_EXPECT_FALSE(test, has6(set, "ff02::1"));
}

static void test_all6(struct kunit *test)
{
	struct vs_entry6 e = entry6(NXA_TYPE_MASK, "::", 0);
	struct vs_set *set = build(test, NULL, 0, &e, 1);

	KUNIT_EXPECT_TRUE(test, has6(set, "2001:db8::1"));
	KUNIT_EXPECT_TRUE(test, has6(set, "fd76:7365:7275:ffff::1"));
	KUNIT_EXPECT_TRUE(test, has6(set, "fd76:7365:7277::"));
	KUNIT_EXPECT_TRUE(test, has6(set, "fe80::1"));
	KUNIT_EXPECT_FALSE(test, has6(set, "::"));
	KUNIT_EXPECT_FALSE(test, has6(set, "::1"));
	KUNIT_EXPECT_FALSE(test, has6(set, "::ffff:127.0.0.1"));
	KUNIT_EXPECT_FALSE(test, has6(set, "fd76:7365:7276::a:1"));
	KUNIT_EXPECT_FALSE(test, has6(set, "ff02::1"));
}

static void test_overlap6(struct kunit *test)
{
	struct vs_entry6 a = entry6(NXA_TYPE_MASK, "2001:db8:1::", 48);
	struct vs_entry6 b = entry6(NXA_TYPE_ADDR, "2001:db8:1::7", 64);
	struct vs_entry6 c = entry6(NXA_TYPE_ADDR, "2001:db8:2::", 64);
	struct vs_set *set_a = build(test, NULL, 0, &a, 1);
	struct vs_set *set_b = build(test, NULL, 0, &b, 1);
	struct vs_set *set_c = build(test, NULL, 0, &c, 1);

	KUNIT_EXPECT_TRUE(test, vs_set_overlaps6(set_a, set_b));
	KUNIT_EXPECT_TRUE(test, vs_set_overlaps6(set_b, set_a));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps6(set_a, set_c));
	KUNIT_EXPECT_FALSE(test, vs_set_overlaps6(set_c, set_b));
}

static void test_check6(struct kunit *test)
{
	struct vs_entry6 bad[] = {
		entry6(NXA_TYPE_ADDR, "::", 64),
		entry6(NXA_TYPE_ADDR, "ff02::1", 64),
		entry6(NXA_TYPE_ADDR, "::ffff:10.0.0.1", 128),
		entry6(NXA_TYPE_ADDR, "fd76:7365:7276::14:1", 128),
		entry6(NXA_TYPE_ADDR, "2001:db8::1", 129),
		entry6(NXA_TYPE_RANGE, "2001:db8::1", 64),
		entry6(0, "2001:db8::1", 64),
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL, vs_entry6_check(&bad[i]),
				    "%d", i);
}

static struct kunit_case vs_set_cases[] = {
	KUNIT_CASE(test_members4),
	KUNIT_CASE(test_all4),
	KUNIT_CASE(test_overlap4),
	KUNIT_CASE(test_check4),
	KUNIT_CASE(test_members6),
	KUNIT_CASE(test_all6),
	KUNIT_CASE(test_overlap6),
	KUNIT_CASE(test_check6),
	{}
};

static struct kunit_suite vs_set_suite = {
	.name = "vs_set",
	.test_cases = vs_set_cases,
};

kunit_test_suite(vs_set_suite);

MODULE_DESCRIPTION("Tests of the address sets of network contexts");
MODULE_LICENSE("GPL");
