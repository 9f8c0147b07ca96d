// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of attributes of files
 */

#include <kunit/test.h>
#include <linux/array_size.h>

#include "attr.h"

static void test_parse(struct kunit *test)
{
	static const struct {
		u8 value[16];
		size_t size;
		int flags;
	} cases[] = {
		{ { 1, 0 }, 8, 0 },
		{ { 1, 1 }, 8, VS_ATTR_BARRIER },
		{ { 1, 2 }, 8, VS_ATTR_IXUNLINK },
		{ { 1, 3 }, 8, VS_ATTR_ALL },
		/* bits, tags and bytes that nobody knows yet */
		{ { 1, 0xfc }, 8, 0 },
		{ { 1, 1, 9, 9, 0x2c, 1, 0, 0 }, 8, VS_ATTR_BARRIER },
		{ { 1, 2, 0, 0, 0, 0, 0, 0, 9, 9, 9 }, 11, VS_ATTR_IXUNLINK },
		{ { 1, 1 }, 16, VS_ATTR_BARRIER },
		/* not understood */
		{ { 1, 1 }, 7, -EINVAL },
		{ { 1, 1 }, 0, -EINVAL },
		{ { 0, 1 }, 8, -EINVAL },
		{ { 2, 1 }, 8, -EINVAL },
		{ { 0xff, 0xff }, 16, -EINVAL },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    vs_attr_parse(cases[i].value,
						  cases[i].size),
				    cases[i].flags, "case %d", i);
}

/* What the test before each directory of a walk reads. */
static void test_maybe_barrier(struct kunit *test)
{
	struct inode *inode = kunit_kzalloc(test, sizeof(*inode), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, inode);
	inode->i_mode = S_IFDIR | 0755;
	KUNIT_EXPECT_TRUE(test, vs_maybe_barrier(inode));
	inode->i_opflags = IOP_VSATTR;
	KUNIT_EXPECT_FALSE(test, vs_maybe_barrier(inode));
	inode->i_opflags = IOP_VSATTR | IOP_VS_IXUNLINK | IOP_LOOKUP;
	KUNIT_EXPECT_FALSE(test, vs_maybe_barrier(inode));
	inode->i_opflags = IOP_VSATTR | IOP_VS_BARRIER;
	KUNIT_EXPECT_TRUE(test, vs_maybe_barrier(inode));
	inode->i_mode = S_IFREG | 0644;
	KUNIT_EXPECT_FALSE(test, vs_maybe_barrier(inode));
	inode->i_opflags = 0;
	KUNIT_EXPECT_FALSE(test, vs_maybe_barrier(inode));
}

/* Other flags of the same word, as they are in this kernel. */
static void test_bits(struct kunit *test)
{
	const unsigned int ours = IOP_VSATTR | IOP_VS_ALL;

	KUNIT_EXPECT_EQ(test, ours & (IOP_FASTPERM | IOP_LOOKUP | IOP_NOFOLLOW |
				      IOP_XATTR | IOP_DEFAULT_READLINK), 0);
	KUNIT_EXPECT_EQ(test, ours >> (8 * sizeof_field(struct inode,
							i_opflags)), 0);
	KUNIT_EXPECT_EQ(test, hweight32(ours), 3);
}

static struct kunit_case vs_attr_cases[] = {
	KUNIT_CASE(test_parse),
	KUNIT_CASE(test_maybe_barrier),
	KUNIT_CASE(test_bits),
	{}
};

static struct kunit_suite vs_attr_suite = {
	.name = "vs_attr",
	.test_cases = vs_attr_cases,
};

kunit_test_suite(vs_attr_suite);
