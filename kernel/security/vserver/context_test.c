// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the life of a context and of its load average
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/sched/loadavg.h>

#include "context.h"
#include "cred.h"
#include "unpriv.h"

#define TEST_XID	65502

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

static long create_error(u32 xid, u64 flags)
{
	struct vs_context *ctx = vs_context_create(xid, flags);

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	unmake(ctx);
	return 0;
}

static void test_ids(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, create_error(0, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(65536, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(VS_XID_SAME, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(TEST_XID, 1ULL << 63), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(TEST_XID, VXF_STATE_SETUP), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(TEST_XID, VXF_INIT_SET), 0);
}

static void test_exists(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_SETUP | VXF_STATE_ADMIN);

	KUNIT_EXPECT_EQ(test, create_error(TEST_XID, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_STATE_SETUP), 0);
	KUNIT_EXPECT_EQ(test, create_error(TEST_XID, 0), -EEXIST);
	unmake(ctx);
}

static void test_find(struct kunit *test)
{
	struct vs_context *ctx = make(test, 0), *found;

	found = vs_context_find(TEST_XID);
	KUNIT_EXPECT_PTR_EQ(test, found, ctx);
	vs_context_put(found);
	unmake(ctx);
	KUNIT_EXPECT_NULL(test, vs_context_find(TEST_XID));
	KUNIT_EXPECT_NULL(test, vs_context_find(VS_XID_HOST));
	KUNIT_EXPECT_NULL(test, vs_context_find(VS_XID_SPECTATOR));
}

static void test_dynamic(struct kunit *test)
{
	struct vs_context *a = vs_context_create(VS_XID_NONE, 0);
	struct vs_context *b = vs_context_create(VS_XID_NONE, 0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b);
	KUNIT_EXPECT_GE(test, a->xid, VS_XID_DYNAMIC);
	KUNIT_EXPECT_LE(test, a->xid, VS_XID_MAX);
	KUNIT_EXPECT_NE(test, a->xid, b->xid);
	unmake(a);
	unmake(b);
}

/* Those of a user have no power, and there are only so many. */
static void test_unprivileged(struct kunit *test)
{
	struct vs_context *ctx[16], *more;
	int i;

	for (i = 0; i < ARRAY_SIZE(ctx); i++) {
		ctx[i] = vs_context_create_unprivileged(VXF_STATE_ADMIN);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ctx[i]);
	}
	KUNIT_EXPECT_GE(test, ctx[0]->xid, VS_XID_DYNAMIC);
	KUNIT_EXPECT_EQ(test, ctx[0]->bcaps, 0);
	KUNIT_EXPECT_EQ(test, ctx[0]->ccaps, 0);
	KUNIT_EXPECT_EQ(test, ctx[0]->nested_mask, 0);
	KUNIT_EXPECT_EQ(test, vs_context_user_id(ctx[0]), 0);
	KUNIT_EXPECT_TRUE(test, uid_eq(ctx[0]->owner, current_uid()));

	more = vs_context_create_unprivileged(VXF_STATE_ADMIN);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(more), -EAGAIN);
	unmake(ctx[3]);
	ctx[3] = vs_context_create_unprivileged(VXF_STATE_ADMIN);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ctx[3]);
	for (i = 0; i < ARRAY_SIZE(ctx); i++)
		unmake(ctx[i]);
}

/* Pinned by a pointer, the object stays; its id is free at once. */
static void test_id_reused(struct kunit *test)
{
	struct vs_context *old = make(test, 0), *new;

	vs_context_get(old);
	vs_context_unclaim(old);
	/* Before the work that follows the end may have run. */
	new = make(test, 0);
	KUNIT_EXPECT_PTR_NE(test, old, new);
	flush_work(&old->end);

	KUNIT_EXPECT_TRUE(test, vs_context_dead(old));
	KUNIT_EXPECT_FALSE(test, vs_context_dead(new));
	KUNIT_EXPECT_FALSE(test, vs_context_claim(old));
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(old->init));
	vs_context_put(old);
	vs_context_put(old);
	unmake(new);
}

static void test_persistent(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN), *found;

	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, VXF_PERSISTENT,
						VXF_PERSISTENT), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tasks), 2);
	/* Setting it twice takes one claim. */
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, VXF_PERSISTENT,
						VXF_PERSISTENT), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tasks), 2);
	vs_context_unclaim(ctx);
	KUNIT_EXPECT_EQ(test, vs_context_threads(ctx), 0);
	found = vs_context_find(TEST_XID);
	KUNIT_EXPECT_PTR_EQ(test, found, ctx);
	vs_context_put(found);

	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_STATE_ADMIN),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_PERSISTENT), 0);
	flush_work(&ctx->end);
	KUNIT_EXPECT_TRUE(test, vs_context_dead(ctx));
	vs_context_put(ctx);
}

static void test_one_time(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);

	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_ONE_TIME), 0);
	KUNIT_EXPECT_EQ(test, vs_flags(ctx) & VXF_ONE_TIME, 0);
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, ~0ULL & VXF_ONE_TIME,
						~0ULL), 0);
	KUNIT_EXPECT_EQ(test, vs_flags(ctx) & VXF_ONE_TIME, 0);
	unmake(ctx);
}

static void test_unknown_flag(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);

	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 1ULL << 63, 1ULL << 63),
			-EINVAL);
	/* Clearing what is never set is no error. */
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, 1ULL << 63), 0);
	KUNIT_EXPECT_EQ(test, vs_flags(ctx), VXF_INIT_SET);
	unmake(ctx);
}

/* Nobody gets an unlimited guest by forgetting to limit it. */
static void test_end_of_setup(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);

	vs_context_change(ctx, 0, VXF_STATE_SETUP);
	KUNIT_EXPECT_EQ(test, ctx->bcaps, VS_BCAPS_SECURE);
	unmake(ctx);

	ctx = make(test, VXF_INIT_SET);
	vs_context_change(ctx, VXF_FULL_CAPS, VXF_STATE_SETUP | VXF_FULL_CAPS);
	KUNIT_EXPECT_EQ(test, ctx->bcaps, ~0ULL);
	unmake(ctx);

	/* One that has no setup is limited from the beginning. */
	ctx = make(test, VXF_STATE_ADMIN);
	KUNIT_EXPECT_EQ(test, ctx->bcaps, VS_BCAPS_SECURE);
	unmake(ctx);

	ctx = make(test, VXF_INIT_SET);
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_STATE_ADMIN),
			-EINVAL);
	ctx->bcaps = 5;
	vs_context_change(ctx, 0, VXF_STATE_SETUP);
	KUNIT_EXPECT_EQ(test, ctx->bcaps, 5);
	unmake(ctx);
}

static void test_no_leak(struct kunit *test)
{
	int before, i;

	rcu_barrier();
	before = atomic_read(&vs_nr_contexts);
	for (i = 0; i < 1000; i++)
		unmake(make(test, VXF_INIT_SET));
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&vs_nr_contexts), before);
}

/* Two threads for an hour make a load of 2, none make it decay to 0. */
static void test_load(struct kunit *test)
{
	struct vs_load load = {};
	int i;

	for (i = 0; i < 720; i++)
		vs_load_sample(&load, 1, 1, 1);
	KUNIT_EXPECT_EQ(test, load.avg[0], 2 * FIXED_1);
	KUNIT_EXPECT_EQ(test, load.avg[1], 2 * FIXED_1);
	KUNIT_EXPECT_GT(test, load.avg[2], 2 * FIXED_1 - FIXED_1 / 20);
	KUNIT_EXPECT_EQ(test, load.updates, 720);
	for (i = 0; i < 10000; i++)
		vs_load_sample(&load, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, load.avg[0], 0);
	KUNIT_EXPECT_EQ(test, load.avg[2], 0);
}

static struct kunit_case vs_context_cases[] = {
	KUNIT_CASE(test_ids),
	KUNIT_CASE(test_exists),
	KUNIT_CASE(test_find),
	KUNIT_CASE(test_dynamic),
	KUNIT_CASE(test_unprivileged),
	KUNIT_CASE(test_id_reused),
	KUNIT_CASE(test_persistent),
	KUNIT_CASE(test_one_time),
	KUNIT_CASE(test_unknown_flag),
	KUNIT_CASE(test_end_of_setup),
	KUNIT_CASE(test_no_leak),
	KUNIT_CASE(test_load),
	{}
};

static struct kunit_suite vs_context_suite = {
	.name = "vs_ctx",
	.test_cases = vs_context_cases,
};

kunit_test_suite(vs_context_suite);

MODULE_DESCRIPTION("Tests of the life of vserver contexts");
MODULE_LICENSE("GPL");
