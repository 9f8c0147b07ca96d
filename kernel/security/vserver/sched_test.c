// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the limit of CPU time: who has a bucket, and when
 */

#include <kunit/test.h>
#include <linux/err.h>

#include "context.h"
#include "sched.h"

#define TEST_XID	65503

static struct vs_context *make(struct kunit *test, u64 flags)
{
	struct vs_context *ctx = vs_context_create(TEST_XID, flags);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ctx);
	return ctx;
}

static void unmake(struct vs_context *ctx)
{
	vs_context_unclaim(ctx);
	flush_work(&ctx->end);
	vs_context_put(ctx);
}

static void test_bucket_made(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);

	KUNIT_EXPECT_FALSE(test, vs_sched_limited(ctx));
	KUNIT_EXPECT_EQ(test, 0, vs_context_change(ctx, VXF_SCHED_HARD,
						   VXF_SCHED_HARD));
	KUNIT_EXPECT_TRUE(test, vs_sched_limited(ctx));
	KUNIT_EXPECT_EQ(test, 0, vs_context_change(ctx, 0, VXF_SCHED_HARD));
	KUNIT_EXPECT_TRUE(test, vs_sched_limited(ctx));
	KUNIT_EXPECT_EQ(test, vs_sched_waiting(ctx), 0);
	unmake(ctx);

	ctx = make(test, VXF_STATE_ADMIN | VXF_SCHED_PAUSE);
	KUNIT_EXPECT_TRUE(test, vs_sched_limited(ctx));
	unmake(ctx);
}

/* R13: a thread that polls a ring, or a limit, but not both. */
static void test_sqpoll(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);

	KUNIT_EXPECT_TRUE(test, vs_sched_pass_sqpoll(ctx));
	KUNIT_EXPECT_EQ(test, -EBUSY, vs_sched_prepare(ctx));
	KUNIT_EXPECT_EQ(test, -EBUSY, vs_context_change(ctx, VXF_SCHED_PAUSE,
							VXF_SCHED_PAUSE));
	KUNIT_EXPECT_FALSE(test, vs_flags(ctx) & VXF_SCHED_PAUSE);
	KUNIT_EXPECT_TRUE(test, vs_sched_pass_sqpoll(ctx));
	unmake(ctx);

	ctx = make(test, VXF_STATE_ADMIN);
	KUNIT_EXPECT_EQ(test, 0, vs_sched_prepare(ctx));
	KUNIT_EXPECT_FALSE(test, vs_sched_pass_sqpoll(ctx));
	unmake(ctx);
}

static void test_default(struct kunit *test)
{
	struct vs_bucket b;

	vs_sched_default(&b);
	KUNIT_EXPECT_TRUE(test, vs_bucket_valid(&b));
}

static struct kunit_case vs_sched_cases[] = {
	KUNIT_CASE(test_bucket_made),
	KUNIT_CASE(test_sqpoll),
	KUNIT_CASE(test_default),
	{}
};

static struct kunit_suite vs_sched_suite = {
	.name = "vs_sched",
	.test_cases = vs_sched_cases,
};

kunit_test_suite(vs_sched_suite);
