// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the arithmetic of token buckets
 */

#include <kunit/test.h>
#include <linux/prandom.h>

#include "bucket.h"

#define MS	NSEC_PER_MSEC

/* 20 ms in each 100 ms, up to 500 ms, again from 50 ms on. */
static struct vs_bucket usual(void)
{
	return (struct vs_bucket){
		.tokens = 500 * MS, .size = 500 * MS, .resume = 50 * MS,
		.rate = 20 * MS, .period = 100 * MS, .last = 1000 * MS,
	};
}

static struct vs_bucket empty(void)
{
	struct vs_bucket b = usual();

	b.tokens = 0;
	b.hold = true;
	return b;
}

static void test_advance(struct kunit *test)
{
	struct vs_bucket b = empty();

	vs_bucket_advance(&b, 1000 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, 0);
	vs_bucket_advance(&b, 1100 * MS - 1);
	KUNIT_EXPECT_EQ(test, b.tokens, 0);
	vs_bucket_advance(&b, 1100 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, 20 * MS);
	vs_bucket_advance(&b, 1100 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, 20 * MS);
	vs_bucket_advance(&b, 1450 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, 80 * MS);
	KUNIT_EXPECT_EQ(test, b.last, 1400 * MS);

	/* A clock that goes back, or was never right. */
	vs_bucket_advance(&b, 0);
	KUNIT_EXPECT_EQ(test, b.tokens, 80 * MS);
	KUNIT_EXPECT_EQ(test, b.last, 1400 * MS);

	vs_bucket_advance(&b, 1400 * MS + (100 * MS << 30) + 7);
	KUNIT_EXPECT_EQ(test, b.tokens, b.size);
	KUNIT_EXPECT_EQ(test, b.last, 1400 * MS + (100 * MS << 30));
}

static void test_advance_far(struct kunit *test)
{
	struct vs_bucket b = {
		.tokens = -VS_DEBT_MAX, .size = VS_SIZE_MAX,
		.resume = VS_SIZE_MAX, .rate = 1, .period = 1,
	};

	/* 2^40 intervals, neither too few nor too many to fill it. */
	vs_bucket_advance(&b, 1ULL << 40);
	KUNIT_EXPECT_EQ(test, b.tokens, (1LL << 40) - VS_DEBT_MAX);
	vs_bucket_advance(&b, U64_MAX);
	KUNIT_EXPECT_EQ(test, b.tokens, b.size);
	KUNIT_EXPECT_EQ(test, b.last, U64_MAX);

	b = (struct vs_bucket){
		.tokens = -VS_DEBT_MAX, .size = VS_SIZE_MAX,
		.resume = 1, .rate = VS_SIZE_MAX, .period = VS_PERIOD_MAX,
	};
	vs_bucket_advance(&b, VS_PERIOD_MAX);
	KUNIT_EXPECT_EQ(test, b.tokens, VS_SIZE_MAX - VS_DEBT_MAX);
	vs_bucket_advance(&b, U64_MAX);
	KUNIT_EXPECT_EQ(test, b.tokens, b.size);
}

static void test_debt(struct kunit *test)
{
	struct vs_bucket b = usual();
	s64 got;

	got = vs_bucket_take(&b, 600 * MS);
	KUNIT_EXPECT_EQ(test, got, 500 * MS);
	KUNIT_EXPECT_TRUE(test, vs_bucket_settle(&b, 600 * MS, got));
	KUNIT_EXPECT_EQ(test, b.tokens, -100 * MS);
	KUNIT_EXPECT_TRUE(test, b.hold);
	KUNIT_EXPECT_EQ(test, vs_bucket_take(&b, 5), 0);
	KUNIT_EXPECT_FALSE(test, vs_bucket_settle(&b, 5, 0));
	KUNIT_EXPECT_EQ(test, b.tokens, -100 * MS - 5);

	/* Repaid exactly. */
	vs_bucket_advance(&b, 1500 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, -5);
	vs_bucket_advance(&b, 1600 * MS);
	KUNIT_EXPECT_EQ(test, b.tokens, 20 * MS - 5);

	/* As far as it is remembered. */
	vs_bucket_settle(&b, S64_MAX / 2, 0);
	KUNIT_EXPECT_EQ(test, b.tokens, -VS_DEBT_MAX);

	b = usual();
	got = vs_bucket_take(&b, 500 * MS);
	KUNIT_EXPECT_FALSE(test, vs_bucket_settle(&b, 500 * MS, got));
	KUNIT_EXPECT_FALSE(test, b.hold);
}

static void test_hysteresis(struct kunit *test)
{
	struct vs_bucket b = empty();

	b.tokens = b.resume - 1;
	KUNIT_EXPECT_FALSE(test, vs_bucket_release(&b));
	KUNIT_EXPECT_TRUE(test, b.hold);
	b.tokens++;
	KUNIT_EXPECT_TRUE(test, vs_bucket_release(&b));
	KUNIT_EXPECT_FALSE(test, b.hold);
	KUNIT_EXPECT_FALSE(test, vs_bucket_release(&b));
}

static s64 any(struct rnd_state *rnd, s64 max)
{
	u64 value = (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);

	/* Small ones are as likely as large ones. */
	return 1 + (value >> (prandom_u32_state(rnd) % 64)) % max;
}

static struct vs_bucket any_bucket(struct rnd_state *rnd)
{
	struct vs_bucket b = {
		.size = any(rnd, VS_SIZE_MAX), .rate = any(rnd, VS_SIZE_MAX),
		.period = any(rnd, VS_PERIOD_MAX), .last = any(rnd, S64_MAX / 4),
		.hold = true,
	};

	b.resume = any(rnd, b.size);
	b.tokens = b.resume - any(rnd, b.resume + VS_DEBT_MAX);
	return b;
}

/* The wake time is the first moment at which the hold ends. */
static void test_wake(struct kunit *test)
{
	struct rnd_state rnd;
	int i, bad = 0, never = 0;

	prandom_seed_state(&rnd, 20020101);
	for (i = 0; i < 100000; i++) {
		struct vs_bucket b = any_bucket(&rnd), late = b;
		u64 at = vs_bucket_wake(&b, b.last);

		bad += !vs_bucket_valid(&b) || at > S64_MAX;
		vs_bucket_advance(&b, at - 1);
		bad += vs_bucket_release(&b);
		vs_bucket_advance(&late, at);
		if (at > S64_MAX - late.period)
			never++;	/* not in 292 years */
		else
			bad += !vs_bucket_release(&late);
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_LT(test, never, 50000);
}

static void test_idle(struct kunit *test)
{
	struct vs_bucket b = empty();

	KUNIT_EXPECT_EQ(test, vs_bucket_wake(&b, 1000 * MS), 1300 * MS);
	vs_bucket_idle(&b, 1000 * MS, 4);
	KUNIT_EXPECT_EQ(test, b.tokens, 0);

	b.idle_rate = 5 * MS;
	b.idle_period = 10 * MS;
	KUNIT_EXPECT_EQ(test, vs_bucket_wake(&b, 1000 * MS), 1010 * MS);
	KUNIT_EXPECT_EQ(test, vs_bucket_wake(&b, 1005 * MS), 1010 * MS);
	vs_bucket_idle(&b, 1009 * MS, 2);
	KUNIT_EXPECT_EQ(test, b.tokens, 0);
	vs_bucket_idle(&b, 1010 * MS, 2);
	KUNIT_EXPECT_EQ(test, b.tokens, 10 * MS);
	KUNIT_EXPECT_EQ(test, vs_bucket_wake(&b, 1010 * MS), 1020 * MS);
	vs_bucket_idle(&b, 1020 * MS, 0);
	KUNIT_EXPECT_EQ(test, b.tokens, 10 * MS);
	vs_bucket_idle(&b, 1030 * MS, 8192);
	KUNIT_EXPECT_EQ(test, b.tokens, b.size);

	/* Nobody waits. */
	b = usual();
	b.tokens = 0;
	b.idle_rate = 5 * MS;
	b.idle_period = 10 * MS;
	vs_bucket_idle(&b, 2000 * MS, 2);
	KUNIT_EXPECT_EQ(test, b.tokens, 0);
}

#define CPUS	8

/*
 * CPUs take slices and use them up, in any order.  Whatever happens, nothing
 * is lost and nothing is made.
 */
static void test_conservation(struct kunit *test)
{
	struct vs_bucket b = usual();
	s64 slice[CPUS] = { 0 }, used = 0, filled = b.tokens, sum;
	u64 now = b.last;
	struct rnd_state rnd;
	int i, cpu;

	prandom_seed_state(&rnd, 20080205);
	for (i = 0; i < 100000; i++) {
		s64 delta = any(&rnd, 4 * MS), before, deficit, got;

		cpu = prandom_u32_state(&rnd) % CPUS;
		now += any(&rnd, 10 * MS);
		before = b.tokens;
		vs_bucket_advance(&b, now);
		filled += b.tokens - before;
		vs_bucket_release(&b);

		if (b.hold && i % 16)
			continue;
		used += delta;
		slice[cpu] -= delta;
		if (slice[cpu] > 0)
			continue;
		deficit = -slice[cpu];
		got = vs_bucket_take(&b, deficit + 2 * MS);
		if (got >= deficit) {
			slice[cpu] += got;
			continue;
		}
		slice[cpu] += deficit;
		if (vs_bucket_settle(&b, deficit, got)) {
			for (cpu = 0; cpu < CPUS; cpu++) {
				vs_bucket_give_back(&b, slice[cpu]);
				slice[cpu] = 0;
			}
			vs_bucket_release(&b);
		}
	}
	for (sum = b.tokens, cpu = 0; cpu < CPUS; cpu++)
		sum += slice[cpu];
	KUNIT_EXPECT_EQ(test, sum + used, filled);
	KUNIT_EXPECT_GT(test, used, 0);
	/* It was emptied, or this would have shown nothing. */
	KUNIT_EXPECT_LT(test, b.tokens, b.size / 2);
}

static void test_valid(struct kunit *test)
{
	struct vs_bucket b;

#define EXPECT_INVALID(change) do {				\
		b = usual();					\
		b.change;					\
		KUNIT_EXPECT_FALSE_MSG(test, vs_bucket_valid(&b), #change); \
	} while (0)

	b = usual();
	KUNIT_EXPECT_TRUE(test, vs_bucket_valid(&b));
	EXPECT_INVALID(rate = 0);
	EXPECT_INVALID(rate = -1);
	EXPECT_INVALID(rate = VS_SIZE_MAX + 1);
	EXPECT_INVALID(period = 0);
	EXPECT_INVALID(period = VS_PERIOD_MAX + 1);
	EXPECT_INVALID(resume = 0);
	EXPECT_INVALID(resume = 500 * MS + 1);
	EXPECT_INVALID(size = 0);
	EXPECT_INVALID(size = VS_SIZE_MAX + 1);
	EXPECT_INVALID(idle_rate = -1);
	EXPECT_INVALID(idle_rate = 1);		/* without a period */
	EXPECT_INVALID(idle_period = VS_PERIOD_MAX + 1);
#undef EXPECT_INVALID
}

static s32 round_trip(s32 units, u32 unit_ns)
{
	return vs_ns_to_units(vs_units_to_ns(units, unit_ns), unit_ns);
}

static void test_units(struct kunit *test)
{
	static const s32 values[] = { S32_MIN, -1, 0, 1, 99, 100, S32_MAX };
	static const u32 units[] = { 1000000, 10000000 };
	int i, j;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		for (j = 0; j < ARRAY_SIZE(units); j++)
			KUNIT_EXPECT_EQ(test, values[i],
					round_trip(values[i], units[j]));
	KUNIT_EXPECT_EQ(test, vs_ns_to_units(S64_MAX, 1), S32_MAX);
	KUNIT_EXPECT_EQ(test, vs_ns_to_units(S64_MIN, 1), S32_MIN);
}

/*
 * Both forms of a bucket let a consumer who always wants more have the same
 * amount.
 */
static void test_forms(struct kunit *test)
{
	struct vs_bucket b = {
		.tokens = 50, .size = 50, .resume = 1, .rate = 1,
		.period = 3 * MS, .last = NSEC_PER_SEC,
	};
	struct vs_flow f;
	s64 taken = 0, scheduled = 0, diff, worst = 0;
	u64 now;

	vs_flow_set(&f, 1, 3 * MS, 50);
	for (now = b.last; now < 100 * NSEC_PER_SEC; now += 500000) {
		vs_bucket_advance(&b, now);
		taken += vs_bucket_take(&b, 50);
		while (max(f.paid, now - f.burst) + (f.cost >> 32) <= now) {
			KUNIT_ASSERT_EQ(test, vs_flow_take(&f, now, 1), now);
			scheduled++;
		}
		diff = taken - scheduled;
		worst = max(worst, diff < 0 ? -diff : diff);
	}
	KUNIT_EXPECT_EQ(test, taken, 50 + 99000 / 3 - 1);
	KUNIT_EXPECT_LE(test, worst, 1);

	/* Who does not wait is sent away, ever later. */
	KUNIT_EXPECT_EQ(test, vs_flow_take(&f, f.paid - 10, 2), f.paid - 6 * MS);
	KUNIT_EXPECT_GE(test, vs_flow_take(&f, now, 1), now);
}

static struct kunit_case vs_bucket_cases[] = {
	KUNIT_CASE(test_advance),
	KUNIT_CASE(test_advance_far),
	KUNIT_CASE(test_debt),
	KUNIT_CASE(test_hysteresis),
	KUNIT_CASE(test_wake),
	KUNIT_CASE(test_idle),
	KUNIT_CASE(test_conservation),
	KUNIT_CASE(test_valid),
	KUNIT_CASE(test_units),
	KUNIT_CASE(test_forms),
	{}
};

static struct kunit_suite vs_bucket_suite = {
	.name = "vs_bucket",
	.test_cases = vs_bucket_cases,
};

kunit_test_suite(vs_bucket_suite);
