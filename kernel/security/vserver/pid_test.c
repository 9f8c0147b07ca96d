// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the visibility rule
 */

#include <kunit/test.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vserver.h>

#include "context.h"
#include "pid.h"

struct seen {
	u32	viewer;
	u32	tag;
	pid_t	nr;
	bool	visible;
};

static const struct seen matrix[] = {
	/* host */
	{ 0,  0,  100, true },	{ 0,  1,  100, false },
	{ 0,  42, 100, false },	{ 0,  43, 100, false },
	{ 0,  0,  1,   true },	{ 0,  43, 100, false },
	/* spectator */
	{ 1,  0,  100, true },	{ 1,  1,  100, true },
	{ 1,  42, 100, true },	{ 1,  0,  1,   true },
	/* guests: the own context, and the host's init */
	{ 42, 42, 100, true },	{ 42, 43, 100, false },
	{ 42, 0,  100, false },	{ 42, 1,  100, false },
	{ 42, 0,  1,   true },	{ 43, 42, 100, false },
	/* credentials that belong nowhere see nothing */
	{ VS_XID_NOWHERE, 0, 100, false }, { VS_XID_NOWHERE, 0, 1, false },
	{ VS_XID_NOWHERE, 42, 100, false },
};

static void test_matrix(struct kunit *test)
{
	struct vs_context *guest;
	struct pid *pid;
	int i;

	pid = kunit_kzalloc(test, struct_size(pid, numbers, 1), GFP_KERNEL);
	guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pid);
	KUNIT_ASSERT_NOT_NULL(test, guest);
	pid->numbers[0].ns = &init_pid_ns;

	for (i = 0; i < ARRAY_SIZE(matrix); i++) {
		const struct seen *row = &matrix[i];
		struct vs_context *viewer = guest;

		if (row->viewer == 0)
			viewer = &vs_host;
		else if (row->viewer == 1)
			viewer = &vs_spectator;
		else if (row->viewer == VS_XID_NOWHERE)
			viewer = &vs_nowhere;
		guest->xid = row->viewer;
		pid->vs_xid = row->tag;
		pid->numbers[0].nr = row->nr;
		KUNIT_EXPECT_EQ_MSG(test, vs_may_see(viewer, pid),
				    row->visible, "viewer %u tag %u nr %d",
				    row->viewer, row->tag, row->nr);
	}
}

/* Kernel threads act for the kernel and see everything. */
static void test_kthread(struct kunit *test)
{
	struct pid *pid;

	pid = kunit_kzalloc(test, struct_size(pid, numbers, 1), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pid);
	pid->vs_xid = 42;
	KUNIT_ASSERT_TRUE(test, current->flags & PF_KTHREAD);
	KUNIT_EXPECT_TRUE(test, __vs_pid_visible(pid));
	KUNIT_EXPECT_TRUE(test, __vs_proc_visible(pid, "environ"));
	KUNIT_EXPECT_TRUE(test, __vs_pid_visible(NULL));
}

/* The number 0 of the first process of each namespace is the idle task. */
static void test_init_task(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, init_struct_pid.vs_xid, 0);
	KUNIT_EXPECT_EQ(test, task_pid(current)->vs_xid, 0);
}

static struct kunit_case vs_vis_cases[] = {
	KUNIT_CASE(test_matrix),
	KUNIT_CASE(test_kthread),
	KUNIT_CASE(test_init_task),
	{}
};

static struct kunit_suite vs_vis_suite = {
	.name = "vs_vis",
	.test_cases = vs_vis_cases,
};

kunit_test_suite(vs_vis_suite);

MODULE_DESCRIPTION("Tests of the vserver visibility rule");
MODULE_LICENSE("GPL");
