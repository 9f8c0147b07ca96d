// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of membership in credentials and of the ceiling
 */

#include <kunit/test.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/init_task.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/vserver.h>

#include "context.h"
#include "cred.h"

/* An id of the dynamic range; other tests use others. */
#define TEST_XID	65501

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

static struct cred *member(struct kunit *test, struct vs_context *ctx)
{
	struct cred *cred = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, cred);
	vs_context_put(vs_cred(cred)->ctx);
	vs_cred(cred)->ctx = vs_context_get(ctx);
	return cred;
}

/* The test runs in a kernel thread. */
static void test_kernel_is_host(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, vs_current(), &vs_host);
	KUNIT_EXPECT_PTR_EQ(test, vs_cred_context(&init_cred), &vs_host);
}

static void test_references(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);
	unsigned int before = refcount_read(&ctx->refs);
	struct cred *cred = member(test, ctx);

	KUNIT_EXPECT_EQ(test, refcount_read(&ctx->refs), before + 1);
	put_cred(cred);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, refcount_read(&ctx->refs), before);
	unmake(ctx);
}

/* Blank credentials have no power until somebody fills them. */
static void test_blank_is_nowhere(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);
	struct cred *blank = cred_alloc_blank();
	struct cred *cred = member(test, ctx);

	KUNIT_ASSERT_NOT_NULL(test, blank);
	KUNIT_EXPECT_PTR_EQ(test, vs_cred_context(blank), &vs_nowhere);
	KUNIT_EXPECT_FALSE(test, vs_allows(&vs_nowhere, CAP_CHOWN, 0));

	security_transfer_creds(blank, cred);
	KUNIT_EXPECT_PTR_EQ(test, vs_cred_context(blank), ctx);
	abort_creds(blank);
	put_cred(cred);
	rcu_barrier();
	unmake(ctx);
}

static void test_host_not_counted(struct kunit *test)
{
	unsigned int before = refcount_read(&vs_host.refs);
	struct cred *cred = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, cred);
	KUNIT_EXPECT_PTR_EQ(test, vs_cred_context(cred), &vs_host);
	KUNIT_EXPECT_EQ(test, refcount_read(&vs_host.refs), before);
	abort_creds(cred);
}

/*
 * P38: a device of USB signals with the credentials of the one who asked it.
 * The test is the host's.
 */
static void test_signal_of_device(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);
	struct cred *guest = member(test, ctx);
	struct pid *pid = task_pid(current);
	sigval_t addr = { .sival_int = 0 };

	KUNIT_EXPECT_EQ(test, kill_pid_usb_asyncio(0, 0, addr, pid,
						   current_cred()), 0);
	KUNIT_EXPECT_NE(test, kill_pid_usb_asyncio(0, 0, addr, pid, guest), 0);
	put_cred(guest);
	rcu_barrier();
	unmake(ctx);
}

/* All capabilities: outside of setup the ceiling decides, bit by bit. */
static void test_ceiling(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);
	int cap;

	ctx->bcaps = BIT_ULL(CAP_CHOWN) | BIT_ULL(CAP_SYS_CHROOT);
	for (cap = 0; cap <= CAP_LAST_CAP; cap++)
		KUNIT_EXPECT_EQ_MSG(test, vs_allows(ctx, cap, 0),
				    cap == CAP_CHOWN || cap == CAP_SYS_CHROOT,
				    "capability %d", cap);
	unmake(ctx);
}

static void test_ceiling_off_in_setup(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET);

	ctx->bcaps = 0;
	KUNIT_EXPECT_TRUE(test, vs_allows(ctx, CAP_SYS_ADMIN, 0));
	KUNIT_EXPECT_EQ(test, vs_context_change(ctx, 0, VXF_STATE_SETUP), 0);
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_SYS_ADMIN, 0));
	unmake(ctx);
}

/* The capabilities above 31 count as far as the administrator says. */
static void test_high_caps(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);
	unsigned long saved = vs_high_caps;

	ctx->bcaps = 0xffffffffb44c04ffULL;
	vs_high_caps = 0;
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_BPF, 0));
	KUNIT_EXPECT_TRUE(test, vs_allows(ctx, CAP_CHOWN, 0));
	if (BITS_PER_LONG == 64) {
		vs_high_caps = (unsigned long)BIT_ULL(CAP_SYSLOG);
		KUNIT_EXPECT_TRUE(test, vs_allows(ctx, CAP_SYSLOG, 0));
		KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_BPF, 0));
	}
	vs_high_caps = saved;
	unmake(ctx);
}

/* A context capability replaces the bit in the ceiling for one operation. */
static void test_context_capability(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);

	ctx->bcaps = 0;
	ctx->ccaps = VXC_SYSLOG;
	KUNIT_EXPECT_TRUE(test, vs_allows(ctx, CAP_SYS_ADMIN,
					  VS_OPT(VXC_SYSLOG)));
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_SYS_ADMIN,
					   VS_OPT(VXC_SET_UTSNAME)));
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_SYS_ADMIN, 0));
	/* The options other modules look at stay untouched. */
	KUNIT_EXPECT_EQ(test, VS_OPT(VXC_SET_UTSNAME) & 0xff, 0);
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_SYS_ADMIN,
					   CAP_OPT_NOAUDIT | CAP_OPT_INSETID));
	unmake(ctx);
}

/* A user namespace, as far as the ceiling looks at it. */
struct fake_ns {
	struct user_namespace ns;
	struct ucounts ucounts;
};

static struct user_namespace *make_ns(struct kunit *test, u32 maker)
{
	struct fake_ns *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->ns.parent = &init_user_ns;
	fake->ns.level = 1;
	fake->ns.ucounts = &fake->ucounts;
	vs_user_set_id(&fake->ucounts, maker);
	return &fake->ns;
}

/* Another ceiling counts where members made the namespace, nowhere else. */
static void test_nested(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);
	struct user_namespace *own, *hosts, *others;
	const int cap = CAP_SYS_ADMIN;

	own = make_ns(test, vs_context_id(ctx));
	hosts = make_ns(test, 0);
	others = make_ns(test, vs_context_id(ctx) + (1U << 16));

	ctx->bcaps = BIT_ULL(CAP_CHOWN) | BIT_ULL(CAP_KILL);
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, own, cap, 0));
	KUNIT_EXPECT_TRUE(test, vs_allows_in(ctx, own, CAP_CHOWN, 0));

	ctx->nested_bcaps = BIT_ULL(cap) | BIT_ULL(CAP_SYSLOG);
	ctx->nested_mask = ctx->nested_bcaps | BIT_ULL(CAP_CHOWN);
	KUNIT_EXPECT_TRUE(test, vs_allows_in(ctx, own, cap, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, own, CAP_CHOWN, 0));
	KUNIT_EXPECT_TRUE(test, vs_allows_in(ctx, own, CAP_KILL, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, own, CAP_SYSLOG, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, &init_user_ns, cap, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, hosts, cap, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, others, cap, 0));
	KUNIT_EXPECT_TRUE(test, vs_allows_in(ctx, hosts, CAP_CHOWN, 0));

	/* What was not set follows the ceiling. */
	ctx->bcaps = 0;
	KUNIT_EXPECT_FALSE(test, vs_allows_in(ctx, own, CAP_KILL, 0));
	KUNIT_EXPECT_TRUE(test, vs_allows_in(ctx, own, cap, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(&vs_nowhere, own, cap, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows_in(&vs_spectator, own, cap, 0));
	unmake(ctx);
}

/* An ended context, as open files keep it, has no power left. */
static void test_ended(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_INIT_SET | VXF_FULL_CAPS);
	struct cred *cred = member(test, ctx);

	ctx->ccaps = ~0ULL;
	KUNIT_EXPECT_TRUE(test, vs_allows(ctx, CAP_SYS_ADMIN, 0));
	unmake(ctx);
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_CHOWN, 0));
	KUNIT_EXPECT_FALSE(test, vs_allows(ctx, CAP_SYS_ADMIN,
					   VS_OPT(VXC_SYSLOG)));
	KUNIT_EXPECT_EQ(test, security_capable(cred, &init_user_ns, CAP_CHOWN,
					       CAP_OPT_NONE), -EPERM);
	put_cred(cred);
	rcu_barrier();
}

/* The hook that all of capable() ends in. */
static void test_security_capable(struct kunit *test)
{
	struct vs_context *ctx = make(test, VXF_STATE_ADMIN);
	struct cred *cred = member(test, ctx);

	ctx->bcaps = BIT_ULL(CAP_CHOWN);
	KUNIT_EXPECT_EQ(test, security_capable(cred, &init_user_ns, CAP_CHOWN,
					       CAP_OPT_NONE), 0);
	KUNIT_EXPECT_EQ(test, security_capable(cred, &init_user_ns,
					       CAP_SYS_ADMIN, CAP_OPT_NONE),
			-EPERM);
	put_cred(cred);
	rcu_barrier();
	unmake(ctx);
}

static struct kunit_case vs_cred_cases[] = {
	KUNIT_CASE(test_kernel_is_host),
	KUNIT_CASE(test_references),
	KUNIT_CASE(test_blank_is_nowhere),
	KUNIT_CASE(test_host_not_counted),
	KUNIT_CASE(test_signal_of_device),
	KUNIT_CASE(test_ceiling),
	KUNIT_CASE(test_ceiling_off_in_setup),
	KUNIT_CASE(test_high_caps),
	KUNIT_CASE(test_context_capability),
	KUNIT_CASE(test_nested),
	KUNIT_CASE(test_ended),
	KUNIT_CASE(test_security_capable),
	{}
};

static struct kunit_suite vs_cred_suite = {
	.name = "vs_cred",
	.test_cases = vs_cred_cases,
};

kunit_test_suite(vs_cred_suite);

MODULE_DESCRIPTION("Tests of the vserver capability ceiling");
MODULE_LICENSE("GPL");
