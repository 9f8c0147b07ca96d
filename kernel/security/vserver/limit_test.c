// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of counters and their limits
 */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/resource.h>
#include <linux/sched.h>

#include "context.h"
#include "limit.h"

#define TEST_XID	65503
#define FILES		VS_LIMIT_FILES

static struct vs_context *make(struct kunit *test)
{
	struct vs_context *ctx = vs_context_create(TEST_XID,
						   VXF_STATE_ADMIN);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ctx);
	return ctx;
}

static void unmake(struct vs_context *ctx)
{
	vs_context_unclaim(ctx);
	flush_work(&ctx->end);
	vs_context_put(ctx);
}

static int charges(struct vs_context *ctx, int n)
{
	int granted = 0;

	while (n--)
		granted += vs_limit_charge(ctx, FILES);
	return granted;
}

static void uncharges(struct vs_context *ctx, int n)
{
	while (n--)
		vs_limit_uncharge(ctx, FILES);
}

static void test_ids(struct kunit *test)
{
	u32 id, mask = 0;

	for (id = 0; id < 64; id++)
		if (vs_limit_kind(id) >= 0)
			mask |= BIT(id);
	KUNIT_EXPECT_EQ(test, mask, BIT(RLIMIT_NPROC) | BIT(RLIMIT_NOFILE) |
			BIT(RLIMIT_LOCKS) | BIT(VLIM_NSOCK));
}

static void test_charge(struct kunit *test)
{
	struct vs_context *ctx = make(test);

	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 0);
	KUNIT_EXPECT_EQ(test, charges(ctx, 1000), 1000);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 1000);
	uncharges(ctx, 700);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 300);
	uncharges(ctx, 300);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 0);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, VS_LIMIT_LOCKS), 0);
	unmake(ctx);
}

static void test_max(struct kunit *test)
{
	struct vs_context *ctx = make(test);

	vs_limit_set(ctx, FILES, VS_LIMIT_NONE, 10);
	KUNIT_EXPECT_EQ(test, ctx->limit[FILES].soft, 10);
	KUNIT_EXPECT_EQ(test, charges(ctx, 13), 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->limit[FILES].hits), 3);
	uncharges(ctx, 4);
	KUNIT_EXPECT_EQ(test, charges(ctx, 13), 4);
	uncharges(ctx, 10);
	vs_limit_set(ctx, FILES, 0, 0);
	KUNIT_EXPECT_EQ(test, charges(ctx, 3), 0);
	unmake(ctx);
}

/* A limit below what is in use refuses everything until it is reached. */
static void test_below_use(struct kunit *test)
{
	struct vs_context *ctx = make(test);

	charges(ctx, 40);
	/* Some of what is given back stays with the CPU. */
	uncharges(ctx, 10);
	vs_limit_set(ctx, FILES, VS_LIMIT_NONE, 5);
	KUNIT_EXPECT_EQ(test, charges(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 30);
	uncharges(ctx, 25);
	KUNIT_EXPECT_EQ(test, charges(ctx, 1), 0);
	uncharges(ctx, 1);
	KUNIT_EXPECT_EQ(test, charges(ctx, 2), 1);
	uncharges(ctx, 5);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 0);
	unmake(ctx);
}

/* What one CPU keeps is there for another that needs it. */
static void test_stock(struct kunit *test)
{
	struct vs_context *ctx = make(test);
	int cpu;

	vs_limit_set(ctx, FILES, VS_LIMIT_NONE, 100);
	for_each_possible_cpu(cpu) {
		atomic_set(&ctx->cpu[cpu].stock[FILES], 3);
		atomic_long_add(3, &ctx->limit[FILES].charged);
	}
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 0);
	KUNIT_EXPECT_EQ(test, charges(ctx, 101), 100);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, FILES), 100);
	uncharges(ctx, 100);
	unmake(ctx);
}

static void test_extremes(struct kunit *test)
{
	struct vs_context *ctx = make(test);
	int i;

	/* Open and close for a while: the peak is exact. */
	for (i = 0; i < 100; i++) {
		charges(ctx, 7);
		uncharges(ctx, 7);
	}
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, FILES), 7);
	KUNIT_EXPECT_EQ(test, vs_limit_low(ctx, FILES), 0);

	charges(ctx, 50);
	uncharges(ctx, 20);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, FILES), 50);
	vs_limit_reset(ctx, FILES);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, FILES), 30);
	KUNIT_EXPECT_EQ(test, vs_limit_low(ctx, FILES), 30);
	uncharges(ctx, 3);
	charges(ctx, 8);
	uncharges(ctx, 1);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, FILES), 34);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, FILES), 35);
	KUNIT_EXPECT_EQ(test, vs_limit_low(ctx, FILES), 27);
	uncharges(ctx, 34);
	KUNIT_EXPECT_EQ(test, vs_limit_low(ctx, FILES), 0);
	unmake(ctx);
}

/* Threads: the claims on the context, less the one of the flag. */
static void test_tasks(struct kunit *test)
{
	struct vs_context *ctx = make(test);
	const int tasks = VS_LIMIT_TASKS;

	vs_limit_set(ctx, tasks, VS_LIMIT_NONE, 3);
	KUNIT_EXPECT_EQ(test, vs_limit_used(ctx, tasks), 1);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), 0);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), 0);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), -EAGAIN);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->limit[tasks].hits), 1);
	vs_limit_uncharge_task(ctx);
	vs_context_change(ctx, VXF_PERSISTENT, VXF_PERSISTENT);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), 0);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), -EAGAIN);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, tasks), 3);
	vs_limit_uncharge_task(ctx);
	vs_limit_reset(ctx, tasks);
	KUNIT_EXPECT_EQ(test, vs_limit_peak(ctx, tasks), 2);
	vs_limit_uncharge_task(ctx);
	KUNIT_EXPECT_EQ(test, vs_limit_low(ctx, tasks), 1);
	vs_context_change(ctx, 0, VXF_PERSISTENT);
	vs_context_unclaim(ctx);
	flush_work(&ctx->end);
	KUNIT_EXPECT_EQ(test, vs_limit_charge_task(ctx), -ENOMEM);
	vs_context_put(ctx);
}

#define RACERS		8
#define RACE_MAX	20

static struct {
	struct vs_context *ctx;
	atomic_t held;		/* by all together */
	atomic_t most;
	atomic_t running;
	struct completion done;
} race;

static void race_note(int held)
{
	int most = atomic_read(&race.most);

	while (held > most && !atomic_try_cmpxchg(&race.most, &most, held))
		;
}

static int racer(void *unused)
{
	int i, j, got;

	for (i = 0; i < 20000; i++) {
		got = charges(race.ctx, 1 + i % 7);
		race_note(atomic_add_return(got, &race.held));
		if (i % 64 == 0)
			cond_resched();
		for (j = 0; j < got; j++) {
			atomic_dec(&race.held);
			vs_limit_uncharge(race.ctx, FILES);
		}
	}
	if (atomic_dec_and_test(&race.running))
		complete(&race.done);
	return 0;
}

/* Many at once are never granted more than the limit, and lose nothing. */
static void test_race(struct kunit *test)
{
	int i;

	race.ctx = make(test);
	vs_limit_set(race.ctx, FILES, VS_LIMIT_NONE, RACE_MAX);
	atomic_set(&race.running, RACERS);
	init_completion(&race.done);
	for (i = 0; i < RACERS; i++) {
		struct task_struct *p;

		p = kthread_run(racer, NULL, "vs_racer/%d", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	}
	wait_for_completion(&race.done);

	KUNIT_EXPECT_LE(test, atomic_read(&race.most), RACE_MAX);
	KUNIT_EXPECT_LE(test, vs_limit_peak(race.ctx, FILES), RACE_MAX);
	KUNIT_EXPECT_EQ(test, vs_limit_used(race.ctx, FILES), 0);
	KUNIT_EXPECT_EQ(test, charges(race.ctx, 100), RACE_MAX);
	uncharges(race.ctx, RACE_MAX);
	KUNIT_EXPECT_EQ(test, vs_limit_used(race.ctx, FILES), 0);
	unmake(race.ctx);
}

static struct kunit_case vs_limit_cases[] = {
	KUNIT_CASE(test_ids),
	KUNIT_CASE(test_charge),
	KUNIT_CASE(test_max),
	KUNIT_CASE(test_below_use),
	KUNIT_CASE(test_stock),
	KUNIT_CASE(test_extremes),
	KUNIT_CASE(test_tasks),
	KUNIT_CASE(test_race),
	{}
};

static struct kunit_suite vs_limit_suite = {
	.name = "vs_limit",
	.test_cases = vs_limit_cases,
};

kunit_test_suite(vs_limit_suite);

MODULE_DESCRIPTION("Tests of the limits of vserver contexts");
MODULE_LICENSE("GPL");
