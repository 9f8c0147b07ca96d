// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual servers - tests of the table of commands and of the registration
 */

#include <kunit/test.h>
#include <linux/lsm_hooks.h>
#include <uapi/linux/lsm.h>

#include "info.h"
#include "syscall.h"

static void test_table_sorted(struct kunit *test)
{
	unsigned int i;

	for (i = 1; i < vs_nr_commands; i++)
		KUNIT_EXPECT_LT_MSG(test, vs_commands[i - 1].cmd,
				    vs_commands[i].cmd, "%s",
				    vs_commands[i].name);
}

static void test_table_found(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < vs_nr_commands; i++)
		KUNIT_EXPECT_PTR_EQ(test, vs_find_command(vs_commands[i].cmd),
				    &vs_commands[i]);
}

/* Each bit of the command word counts. */
static void test_table_strict(struct kunit *test)
{
	unsigned int i, bit, hits = 0;

	for (i = 0; i < vs_nr_commands; i++) {
		for (bit = 0; bit < 32; bit++) {
			u32 cmd = vs_commands[i].cmd ^ BIT(bit);
			const struct vs_command *c = vs_find_command(cmd);

			if (c)
				KUNIT_EXPECT_EQ(test, c->cmd, cmd);
			hits += !!c;
		}
		/* No command has bits between number and version. */
		KUNIT_EXPECT_EQ(test, vs_commands[i].cmd & 0xc000f000, 0);
	}
	/* Few numbers differ in one bit only. */
	KUNIT_EXPECT_LT(test, hits, 4 * vs_nr_commands);
}

/* A 32-bit caller never makes the kernel copy more than it passed. */
static void test_compat_sizes(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < vs_nr_commands; i++) {
		const struct vs_command *c = &vs_commands[i];

		KUNIT_EXPECT_LE_MSG(test, c->compat_size, c->size, "%s",
				    c->name);
		KUNIT_EXPECT_LE_MSG(test, c->size,
				    sizeof_field(struct vs_call, u), "%s",
				    c->name);
	}
}

/* Numbers that programs have compiled in. */
static void test_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, VCMD_get_version, 0x00000000);
	KUNIT_EXPECT_EQ(test, VCMD_get_vci, 0x00010000);
	KUNIT_EXPECT_EQ(test, VCMD_set_vhi_name, 0x02010000);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_create, 0x09010001);
	KUNIT_EXPECT_EQ(test, VCMD_enter_space, 0x0a010002);
	KUNIT_EXPECT_EQ(test, VCMD_set_space, 0x0a030002);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_migrate, 0x0b010001);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_kill, 0x0c010000);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_stat, 0x28000000);
	KUNIT_EXPECT_EQ(test, VCMD_set_sched, 0x0e010005);
	KUNIT_EXPECT_EQ(test, VCMD_sched_info, 0x0e030000);
	KUNIT_EXPECT_EQ(test, VCMD_virt_stat, 0x28030000);
	KUNIT_EXPECT_EQ(test, VCMD_task_xid, 0x2e010000);
	KUNIT_EXPECT_EQ(test, VCMD_vx_info, 0x2e050000);
	KUNIT_EXPECT_EQ(test, VCMD_wait_exit, 0x30630000);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_open, 0x32010000);
	KUNIT_EXPECT_EQ(test, VCMD_set_nested_bcaps, 0x32050000);
	KUNIT_EXPECT_EQ(test, VCMD_ctx_create_unpriv, 0x320a0000);
	KUNIT_EXPECT_EQ(test, VCMD_get_cflags, 0x34010000);
	KUNIT_EXPECT_EQ(test, VCMD_set_ccaps, 0x34040001);
	KUNIT_EXPECT_EQ(test, VCMD_get_bcaps, 0x34090000);
	KUNIT_EXPECT_EQ(test, VCMD_set_bcaps, 0x340a0000);
	KUNIT_EXPECT_EQ(test, VCMD_set_umask, 0x340e0000);
	KUNIT_EXPECT_EQ(test, VCMD_get_space_mask, 0x36000001);
	KUNIT_EXPECT_EQ(test, VCMD_get_space_default, 0x36010000);
	KUNIT_EXPECT_EQ(test, VCMD_new_s_context, 0x3f010001);
}

/* The word is returned as an int: its last bit would be an error. */
static void test_config_word(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, (int)vs_config_word(), 0);
	KUNIT_EXPECT_TRUE(test, vs_config_word() & VCI_NO_DYNAMIC);
}

/* Whatever lsm= says, the module is there, right after capability. */
static void test_lsm_order(struct kunit *test)
{
	KUNIT_ASSERT_GE(test, lsm_active_cnt, 2);
	KUNIT_EXPECT_EQ(test, lsm_idlist[0]->id, (u64)LSM_ID_CAPABILITY);
	KUNIT_EXPECT_EQ(test, lsm_idlist[1]->id, (u64)LSM_ID_VSERVER);
}

static struct kunit_case vs_abi_cases[] = {
	KUNIT_CASE(test_table_sorted),
	KUNIT_CASE(test_table_found),
	KUNIT_CASE(test_table_strict),
	KUNIT_CASE(test_compat_sizes),
	KUNIT_CASE(test_numbers),
	KUNIT_CASE(test_config_word),
	KUNIT_CASE(test_lsm_order),
	{}
};

static struct kunit_suite vs_abi_suite = {
	.name = "vs_abi",
	.test_cases = vs_abi_cases,
};

kunit_test_suite(vs_abi_suite);

MODULE_DESCRIPTION("Tests of the vserver command table");
MODULE_LICENSE("GPL");
