// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the numbers of commands: which there are, that the kernel's table says
 * of them what the interface says, and that every other number, version and
 * reserved bit is unknown.
 */
#include "abi.h"

#define VS_CLASS_ALL		PERM_ALL
#define VS_CLASS_QUERY		PERM_0
#define VS_CLASS_ANY		PERM_2
#define VS_CLASS_INFO		PERM_INFO
#define VS_CLASS_RESET		PERM_RESET
#define VS_CLASS_CREATE		PERM_CREATE
#define VS_CLASS_HOST		PERM_HOST
#define VS_CLASS_MACHINE	PERM_MACHINE
#define VS_CLASS_MIGRATE	PERM_MIGRATE
#define VS_CLASS_KILL		PERM_KILL
#define VS_CLASS_SETUP		PERM_SETUP
#define VS_CLASS_LEGACY		PERM_LEGACY
#define VS_CLASS_NET_INFO	PERM_NET_INFO
#define VS_CLASS_NET_MIGRATE	PERM_NET_MIGRATE
#define VS_CLASS_NET_SETUP	PERM_NET_SETUP
#define VS_DATA_NONE		D_NONE
#define VS_DATA_IN		D_IN
#define VS_DATA_OPT		D_OPT
#define VS_DATA_OUT		D_OUT
#define VS_DATA_INOUT		D_INOUT
#define VS_DATA_ALWAYS		D_ALWAYS

static const struct abi kernel[] = {
#define VS_COMMAND(n, class, data, type, size32, func) \
	{ #n, VCMD_##n, VS_CLASS_##class, VS_DATA_##data, sizeof(type), size32 },
#include "../../kernel/security/vserver/commands.h"
#undef VS_COMMAND
};

#define KERNEL_COMMANDS	((int)ARRAY_SIZE(kernel))

static char buf[128];

static void test_table(void)
{
	int i;

	is(KERNEL_COMMANDS, ABI_COMMANDS, "number of commands");
	for (i = 0; i < KERNEL_COMMANDS && i < ABI_COMMANDS; i++) {
		const struct abi *k = &kernel[i], *a = &abi[i];

		is_str(k->name, a->name, "command %d", i);
		is(k->cmd, a->cmd, "%s: number", a->name);
		is(k->perm, a->perm, "%s: permission", a->name);
		is(k->data, a->data, "%s: direction", a->name);
		if (a->data == D_NONE)
			continue;
		is(k->size32, a->size32, "%s: size on 32 bits", a->name);
#ifdef __x86_64__
		is(k->size, a->size, "%s: size on 64 bits", a->name);
#endif
	}
}

/* Ids that no command could take for a target. */
static bool unknown(uint32_t cmd)
{
	memset(buf, 0, sizeof(buf));
	return vserver(cmd, XID_FREE, buf) == -1 && errno == ENOSYS;
}

/* Counts the failures of many calls and makes one check of them. */
static unsigned int bad;

static void expect_unknown(uint32_t cmd)
{
	if (!abi_known(cmd) && !unknown(cmd) && bad++ < 5)
		diag("%#010x: %s", cmd, errname(errno));
}

static void test_versions(void)
{
	uint32_t version;
	int i;

	for (i = 0; i < ABI_COMMANDS; i++) {
		uint32_t base = abi[i].cmd & ~0xfffU;

		if (i && (abi[i - 1].cmd & ~0xfffU) == base)
			continue;
		bad = 0;
		for (version = 0; version < 4096; version++)
			expect_unknown(base | version);
		is(bad, 0, "versions of %s", abi[i].name);
	}
}

static void test_numbers(void)
{
	uint32_t category, number, version;

	bad = 0;
	for (category = 0; category < 64; category++)
		for (number = 0; number < 256; number++)
			for (version = 0; version <= 8; version++)
				expect_unknown(VS_CMD(category, number,
						      version));
	is(bad, 0, "all categories, numbers and versions up to 8");
}

static void test_reserved(void)
{
	static const int reserved[] = { 12, 13, 14, 15, 30, 31 };
	unsigned int b;
	int i;

	for (i = 0; i < ABI_COMMANDS; i++) {
		bad = 0;
		for (b = 0; b < ARRAY_SIZE(reserved); b++)
			expect_unknown(abi[i].cmd | 1U << reserved[b]);
		is(bad, 0, "%s: reserved bits", abi[i].name);
	}
}

/* What names exist in old headers and never had code. */
static void test_never(void)
{
	static const struct { uint32_t cmd; const char *name; } never[] = {
		{ 0x01010000, "create_context" },
		{ 0x09010002, "ctx_create v2" },
		{ 0x0b010002, "ctx_migrate v2" },
		{ 0x0a020000, "cleanup_namespace" },
		{ 0x0a030000, "set_space v0" },
		{ 0x0a050000, "get_pflags" },
		{ 0x0a060000, "set_pflags" },
		{ 0x3f020003, "set_ipv4root" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(never); i++)
		ok(unknown(never[i].cmd), "%s", never[i].name);
}

static void test_version(void)
{
	static const uint32_t ids[] = { 0, 1, 63, XID_FREE, -1, -2 };
	unsigned int i;
	long vci;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		is(vserver(VCMD_get_version, ids[i], (void *)-1L), 0x00020308,
		   "version, id %d", (int)ids[i]);
		vci = vserver(VCMD_get_vci, ids[i], (void *)-1L);
		ok(vci > 0, "vci is no error, id %d: %#lx", (int)ids[i], vci);
		ok((vci & VCI_NO_DYNAMIC) && (vci & VCI_SPACES) &&
		   (vci & VCI_COWBL) && (vci & VCI_FULLCOWBL) &&
		   !(vci & (0x800eU | VCI_MEMCG | VCI_MEMCG_SWAP)),
		   "bits of vci %#lx", vci);
	}
}

/* The number of x86_64 is out of reach of x32, if that exists at all. */
static void test_x32(void)
{
#ifdef __x86_64__
	ok_errno(syscall(0x40000000 | VS_NR_X86_64, 0, 0, NULL), ENOSYS,
		 "no entry for x32");
#endif
}

static void all(const char *entry)
{
	static const struct { const char *name; void (*test)(void); } tests[] = {
		{ "version", test_version },
		{ "versions", test_versions },
		{ "numbers", test_numbers },
		{ "reserved", test_reserved },
		{ "never", test_never },
	};
	char name[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		snprintf(name, sizeof(name), "%s%s", entry, tests[i].name);
		run(name, tests[i].test);
	}
}

int main(void)
{
	run("table", test_table);
	run("x32", test_x32);
	all("");
#ifdef __x86_64__
	vs_int80 = true;
	all("int80 ");
#endif
	return ktap_exit();
}
