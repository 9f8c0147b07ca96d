// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the init of a context, its number, its log, and
 * of the limits for the helper
 */

#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"
#include "helper.h"
#include "init.h"
#include "pid.h"
#include "syslog.h"

static struct pid *make_pid(struct kunit *test, unsigned int level, pid_t nr)
{
	struct pid *pid = kunit_kzalloc(test, struct_size(pid, numbers, 2),
					GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pid);
	pid->level = level;
	pid->numbers[0].nr = nr;
	pid->numbers[0].ns = &init_pid_ns;
	pid->numbers[1].nr = 1;
	return pid;
}

static void test_is_pid1(struct kunit *test)
{
	const u64 both = VXF_INFO_INIT | VXF_PIDNS;
	struct pid *flat = make_pid(test, 0, 100);
	struct pid *deep = make_pid(test, 1, 101);

	KUNIT_EXPECT_TRUE(test, vs_init_is_pid1(VXF_INFO_INIT, flat));
	KUNIT_EXPECT_FALSE(test, vs_init_is_pid1(VXF_INFO_INIT, NULL));
	KUNIT_EXPECT_FALSE(test, vs_init_is_pid1(0, flat));
	KUNIT_EXPECT_FALSE(test, vs_init_is_pid1(~VXF_INFO_INIT, flat));
	KUNIT_EXPECT_FALSE(test, vs_init_is_pid1(both, flat));
	KUNIT_EXPECT_FALSE(test, vs_init_is_pid1(VXF_INFO_INIT, deep));
}

/* Two contexts, one of which has an init. */
static void test_numbers(struct kunit *test)
{
	struct pid_namespace *other;
	struct vs_context *a, *b;
	struct pid *init = make_pid(test, 0, 100);
	struct pid *member = make_pid(test, 0, 101);

	a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);
	b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_ASSERT_NOT_NULL(test, other);
	RCU_INIT_POINTER(a->pid1, init);

	KUNIT_EXPECT_EQ(test, vs_shown_nr(a, init, &init_pid_ns), 1);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(a, member, &init_pid_ns), 101);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(b, init, &init_pid_ns), 100);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(&vs_host, init, &init_pid_ns), 100);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(&vs_spectator, init, &init_pid_ns),
			100);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(a, NULL, &init_pid_ns), 0);
	KUNIT_EXPECT_EQ(test, vs_shown_nr(b, NULL, &init_pid_ns), 0);
	/* A namespace in which it has no number. */
	other->level = 1;
	KUNIT_EXPECT_EQ(test, vs_shown_nr(a, init, other), 0);
}

/* The first process of the machine is seen by those without a number 1. */
static void test_host_init(struct kunit *test)
{
	struct vs_context *guest;
	struct pid *host = make_pid(test, 0, 1);

	guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, guest);
	guest->xid = 42;
	KUNIT_EXPECT_TRUE(test, vs_may_see(guest, host));
	RCU_INIT_POINTER(guest->pid1, make_pid(test, 0, 100));
	KUNIT_EXPECT_FALSE(test, vs_may_see(guest, host));
}

static void test_window(struct kunit *test)
{
	struct vs_window w = { };
	unsigned long now = ULONG_MAX - HZ / 2;	/* wraps */

	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now));
	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now));
	KUNIT_EXPECT_FALSE(test, vs_window_use(&w, 2, now));
	KUNIT_EXPECT_FALSE(test, vs_window_use(&w, 2, now + HZ - 1));
	/* What is refused counts nothing. */
	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now + HZ));
	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now + HZ + 1));
	KUNIT_EXPECT_FALSE(test, vs_window_use(&w, 2, now + HZ + 2));
	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now + 2 * HZ));
	/* A long time later, whatever the counter of jiffies says. */
	w.used = 0;
	KUNIT_EXPECT_TRUE(test, vs_window_use(&w, 2, now - 1));
	KUNIT_EXPECT_FALSE(test, vs_window_use(&w, 0, now));
}

static void put(struct vs_log *log, const char *line)
{
	vs_log_put(log, line, strlen(line));
}

/* The number a line begins with, -1 without one. */
static int number_of(const char *line)
{
	char word[16];
	int nr;

	strscpy(word, line, min(sizeof(word), strcspn(line, " ") + 1));
	return kstrtoint(word, 10, &nr) ? -1 : nr;
}

static void test_log(struct kunit *test)
{
	struct vs_log *log = vs_log_new();
	char line[64], *buf;
	unsigned int len;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, log);
	buf = kunit_kzalloc(test, VS_LOG_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);

	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 100), 0);
	put(log, "one\n");
	put(log, "two\n");
	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 100), 8);
	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 8), 8);
	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 7), 4);
	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 3), 0);
	KUNIT_EXPECT_EQ(test, vs_log_last(log, 0, 0), 0);
	vs_log_copy(log, 0, buf, 8);
	KUNIT_EXPECT_STREQ(test, buf, "one\ntwo\n");

	/* Round and round: what is there is always whole lines, the last. */
	for (i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line), "%d %*d\n", i, i % 40, 0);
		put(log, line);
		KUNIT_ASSERT_LE(test, log->end - log->begin, VS_LOG_SIZE);
		KUNIT_ASSERT_LE(test, log->begin, log->read);
		KUNIT_ASSERT_LE(test, log->begin, log->cleared);
	}
	len = vs_log_last(log, log->begin, VS_LOG_SIZE);
	KUNIT_EXPECT_EQ(test, len, log->end - log->begin);
	KUNIT_EXPECT_GT(test, len, VS_LOG_SIZE - 64);
	vs_log_copy(log, log->end - len, buf, len);
	KUNIT_EXPECT_EQ(test, buf[len - 1], '\n');
	KUNIT_EXPECT_EQ(test, memcmp(buf + len - strlen(line), line,
				     strlen(line)), 0);
	i = number_of(buf);
	KUNIT_EXPECT_GE(test, i, 0);
	while (len && i < 2000) {
		KUNIT_ASSERT_EQ(test, number_of(buf), i);
		i++;
		len -= strcspn(buf, "\n") + 1;
		memmove(buf, buf + strcspn(buf, "\n") + 1, len);
	}
	KUNIT_EXPECT_EQ(test, i, 2000);
	KUNIT_EXPECT_EQ(test, len, 0);
	kfree(log);
}

static struct kunit_case vs_init_cases[] = {
	KUNIT_CASE(test_is_pid1),
	KUNIT_CASE(test_numbers),
	KUNIT_CASE(test_host_init),
	KUNIT_CASE(test_window),
	KUNIT_CASE(test_log),
	{}
};

static struct kunit_suite vs_init_suite = {
	.name = "vs_init",
	.test_cases = vs_init_cases,
};

kunit_test_suite(vs_init_suite);

MODULE_DESCRIPTION("Tests of the init of a vserver context");
MODULE_LICENSE("GPL");
