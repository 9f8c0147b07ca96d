/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what the tests know of the interface: one line a command, written from
 * the description of the interface and not from the kernel's own table, which
 * it is compared with. Also good data for each command.
 */
#ifndef ABI_H
#define ABI_H

#include "vs.h"

/* Who may: as the columns of the description. */
enum perm {
	PERM_ALL,		/* everybody */
	PERM_0,		/* who may use commands at all */
	PERM_2,		/* also SYS_ADMIN, anywhere */
	PERM_INFO,		/* the same; a guest for itself only */
	PERM_RESET,		/* the same, but not the spectator */
	PERM_CREATE,	/* host with SYS_ADMIN */
	PERM_HOST,	/* the same, and the command asks for more */
	PERM_MACHINE,	/* host with SYS_ADMIN and SYS_RESOURCE */
	PERM_MIGRATE,	/* host with SYS_ADMIN and SYS_RESOURCE, STATE_ADMIN */
	PERM_KILL,		/* the same, but own rule instead of STATE_ADMIN */
	PERM_SETUP,	/* as PERM_MIGRATE, or a member of the target in setup */
	PERM_LEGACY,	/* 1.x */
	PERM_NET_INFO,		/* as PERM_INFO, for a network context */
	PERM_NET_MIGRATE,	/* as PERM_MIGRATE, for one */
	PERM_NET_SETUP,	/* or a member of it and of a context in setup */
};

static inline bool abi_for_net(enum perm p) { return p >= PERM_NET_INFO; }


enum data { D_NONE, D_IN, D_OPT, D_OUT, D_INOUT, D_ALWAYS };

struct abi {
	const char *name;
	uint32_t cmd;
	enum perm perm;
	enum data data;
	int size;	/* of the structure */
	int size32;	/* for a 32-bit caller */
};

static const struct abi abi[] = {
	{ "get_version",	0x00000000, PERM_ALL,	D_NONE,   0,  0 },
	{ "get_vci",		0x00010000, PERM_ALL,	D_NONE,   0,  0 },
	{ "set_vhi_name",	0x02010000, PERM_SETUP,	D_IN,    72, 72 },
	{ "get_vhi_name",	0x02020000, PERM_INFO,	D_INOUT, 72, 72 },
	{ "set_mapping",	0x06010000, PERM_MACHINE,	D_IN,    24, 12 },
	{ "unset_mapping",	0x06020000, PERM_MACHINE,	D_IN,    24, 12 },
	{ "ctx_create_v0",	0x09010000, PERM_CREATE,	D_NONE,   0,  0 },
	{ "ctx_create",		0x09010001, PERM_CREATE,	D_OPT,    8,  8 },
	{ "enter_space_v0",	0x0a010000, PERM_MIGRATE,	D_NONE,   0,  0 },
	{ "enter_space_v1",	0x0a010001, PERM_MIGRATE,	D_IN,     8,  8 },
	{ "enter_space",	0x0a010002, PERM_MIGRATE,	D_IN,    16, 12 },
	{ "set_space_v1",	0x0a030001, PERM_SETUP,	D_IN,     8,  8 },
	{ "set_space",		0x0a030002, PERM_SETUP,	D_IN,    16, 12 },
	{ "get_space_mask_v0",	0x0a040000, PERM_0,	D_OUT,    8,  8 },
	{ "ctx_migrate_v0",	0x0b010000, PERM_MIGRATE,	D_NONE,   0,  0 },
	{ "ctx_migrate",	0x0b010001, PERM_MIGRATE,	D_OPT,    8,  8 },
	{ "ctx_kill",		0x0c010000, PERM_KILL,	D_IN,     8,  8 },
	{ "set_sched_v3",	0x0e010003, PERM_SETUP,	D_IN,    28, 28 },
	{ "set_sched_v4",	0x0e010004, PERM_SETUP,	D_IN,    36, 36 },
	{ "set_sched",		0x0e010005, PERM_SETUP,	D_IN,    44, 44 },
	{ "get_sched",		0x0e020005, PERM_INFO,	D_INOUT, 44, 44 },
	{ "sched_info",		0x0e030000, PERM_2,	D_INOUT, 40, 40 },
	{ "set_prio_bias",	0x0e040000, PERM_SETUP,	D_IN,     8,  8 },
	{ "get_prio_bias",	0x0e050000, PERM_INFO,	D_INOUT,  8,  8 },
	{ "get_badness",	0x14050000, PERM_INFO,	D_OUT,    8,  8 },
	{ "set_badness",	0x14060000, PERM_SETUP,	D_IN,     8,  8 },
	{ "net_create_v0",	0x19010000, PERM_CREATE,	D_NONE,   0,  0 },
	{ "net_create",		0x19010001, PERM_CREATE,	D_OPT,    8,  8 },
	{ "net_add_v0",		0x1a010000, PERM_NET_SETUP,	D_IN,    36, 36 },
	{ "net_add_ipv4_v1",	0x1a010001, PERM_NET_SETUP,	D_IN,    12, 12 },
	{ "net_add_ipv4",	0x1a010002, PERM_NET_SETUP,	D_IN,    16, 16 },
	{ "net_remove_v0",	0x1a020000, PERM_NET_SETUP,	D_IN,    36, 36 },
	{ "net_remove_ipv4_v1",	0x1a020001, PERM_NET_SETUP,	D_IN,    12, 12 },
	{ "net_remove_ipv4",	0x1a020002, PERM_NET_SETUP,	D_IN,    16, 16 },
	{ "net_add_ipv6",	0x1a030001, PERM_NET_SETUP,	D_IN,    40, 40 },
	{ "net_remove_ipv6",	0x1a040001, PERM_NET_SETUP,	D_IN,    40, 40 },
	{ "net_migrate",	0x1b010000, PERM_NET_MIGRATE,	D_NONE,   0,  0 },
	{ "get_iattr",		0x26010001, PERM_2,	D_INOUT, 24, 16 },
	{ "set_iattr",		0x26020001, PERM_HOST,	D_IN,    24, 16 },
	{ "fget_iattr",		0x26030000, PERM_2,	D_INOUT, 12, 12 },
	{ "fset_iattr",		0x26040000, PERM_HOST,	D_IN,    12, 12 },
	{ "ctx_stat",		0x28000000, PERM_INFO,	D_OUT,    8,  8 },
	{ "rlimit_stat",	0x28010000, PERM_INFO,	D_INOUT, 32, 32 },
	{ "virt_stat",		0x28030000, PERM_INFO,	D_OUT,   48, 48 },
	{ "task_xid",		0x2e010000, PERM_2,	D_NONE,   0,  0 },
	{ "task_nid",		0x2e020000, PERM_2,	D_NONE,   0,  0 },
	{ "vx_info",		0x2e050000, PERM_INFO,	D_OUT,    8,  8 },
	{ "nx_info",		0x2e060000, PERM_NET_INFO,	D_OUT,    4,  4 },
	{ "wait_exit",		0x30630000, PERM_INFO,	D_ALWAYS, 8,  8 },
	{ "ctx_open",		0x32010000, PERM_CREATE,	D_OPT,    8,  8 },
	{ "ctx_enter",		0x32020000, PERM_ALL,	D_IN,     4,  4 },
	{ "space_fd",		0x32030000, PERM_MIGRATE,	D_IN,     8,  8 },
	{ "get_nested_bcaps",	0x32040000, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_nested_bcaps",	0x32050000, PERM_SETUP,	D_IN,    16, 16 },
	{ "ctx_create_unpriv",	0x320a0000, PERM_ALL,	D_IN,     8,  8 },
	{ "get_cflags",		0x34010000, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_cflags",		0x34020000, PERM_SETUP,	D_IN,    16, 16 },
	{ "get_ccaps_v0",	0x34030000, PERM_INFO,	D_OUT,   24, 24 },
	{ "get_ccaps",		0x34030001, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_ccaps_v0",	0x34040000, PERM_SETUP,	D_IN,    24, 24 },
	{ "set_ccaps",		0x34040001, PERM_SETUP,	D_IN,    16, 16 },
	{ "get_nflags",		0x34050000, PERM_NET_INFO,	D_OUT,   16, 16 },
	{ "set_nflags",		0x34060000, PERM_NET_SETUP,	D_IN,    16, 16 },
	{ "get_ncaps",		0x34070000, PERM_NET_INFO,	D_OUT,   16, 16 },
	{ "set_ncaps",		0x34080000, PERM_NET_SETUP,	D_IN,    16, 16 },
	{ "get_bcaps",		0x34090000, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_bcaps",		0x340a0000, PERM_SETUP,	D_IN,    16, 16 },
	{ "get_umask",		0x340d0000, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_umask",		0x340e0000, PERM_SETUP,	D_IN,    16, 16 },
	{ "get_wmask",		0x340f0000, PERM_INFO,	D_OUT,   16, 16 },
	{ "set_wmask",		0x34100000, PERM_SETUP,	D_IN,    16, 16 },
	{ "get_space_mask",	0x36000001, PERM_0,	D_OUT,    8,  8 },
	{ "get_space_default",	0x36010000, PERM_0,	D_OUT,    8,  8 },
	{ "get_rlimit",		0x3c010000, PERM_INFO,	D_INOUT, 32, 28 },
	{ "set_rlimit",		0x3c020000, PERM_SETUP,	D_IN,    32, 28 },
	{ "get_rlimit_mask",	0x3c030000, PERM_0,	D_OUT,   12, 12 },
	{ "reset_hits",		0x3c070000, PERM_RESET,	D_NONE,   0,  0 },
	{ "reset_minmax",	0x3c090000, PERM_RESET,	D_NONE,   0,  0 },
	{ "new_s_context",	0x3f010001, PERM_LEGACY,	D_IN,     8,  8 },
};

#define ABI_COMMANDS	((int)ARRAY_SIZE(abi))
#define ABI_MAX_SIZE	72

static inline bool abi_known(uint32_t cmd)
{
	int i;

	for (i = 0; i < ABI_COMMANDS; i++)
		if (abi[i].cmd == cmd)
			return true;
	return false;
}

/* The size of the structure as this caller hands it over. */
static inline int abi_size(const struct abi *c)
{
	return vs_int80 || sizeof(long) == 4 ? c->size32 : c->size;
}

/*
 * Data that the command takes and that changes nothing about its target; the
 * structure is padded with ones, which nobody must look at.
 */
static inline void abi_good(const struct abi *c, void *data)
{
	struct vcmd_space_mask *space = data;
	struct vcmd_space_fd *fd = data;
	struct vcmd_flagword *flags = data;
	uint16_t *type = data;
	static unsigned char turn;
	/* in a static program: below 4 GiB */
	static const char path[] = "/dev/null";
	uint32_t *id = data;

	memset(data, 0, c->size);
	switch (c->cmd) {
	case VCMD_ctx_create:
	case VCMD_ctx_open:
		flags->flagword = VXF_STATE_ADMIN;
		break;
	case VCMD_net_create:
		flags->flagword = NXF_STATE_ADMIN;
		break;
	case VCMD_net_add_v0:		/* the broadcast address: any */
		*type = NXA_TYPE_IPV4 | NXA_MOD_BCAST;
		break;
	case VCMD_net_add_ipv4_v1:
	case VCMD_net_add_ipv4:
		*type = NXA_TYPE_ADDR | NXA_MOD_BCAST;
		break;
	case VCMD_net_remove_v0:
	case VCMD_net_remove_ipv4_v1:
	case VCMD_net_remove_ipv4:
	case VCMD_net_remove_ipv6:
		*type = NXA_TYPE_ANY;
		break;
	case VCMD_net_add_ipv6:
		*type = NXA_TYPE_ADDR;	/* each time another one */
		memset((char *)data + 8, 0x20, 16);
		((char *)data)[23] = ++turn;
		break;
	case VCMD_enter_space:
		space->mask = CLONE_NEWUTS | CLONE_NEWIPC;
		memset((char *)data + 12, 0xff, 4);
		break;
	case VCMD_get_iattr:
	case VCMD_set_iattr:
		memset(data, 0xff, c->size);	/* after the mask */
		memset(data, 0, sizeof(void *) + 12);
		memcpy(data, &(const char *){ path }, sizeof(path + 0));
		break;
	case VCMD_set_mapping:
	case VCMD_unset_mapping:
		/* as it is without */
		memset(data, 0xff, c->size);	/* after the flags */
		memset(data, 0, c->size - 4);
		memcpy(data, &(const char *){ path }, sizeof(path + 0));
		id[vs_int80 || sizeof(long) == 4 ? 2 : 4] = VDEV_OPEN;
		break;
	case VCMD_space_fd:
		fd->type = CLONE_NEWUTS;
		break;
	case VCMD_enter_space_v1:
		space->mask = CLONE_NEWUTS | CLONE_NEWIPC;
		break;
	case VCMD_set_space:
		space->index = 1;
		memset((char *)data + 12, 0xff, 4);
		break;
	case VCMD_set_space_v1:
		space->mask = CLONE_FS;
		break;
	case VCMD_rlimit_stat:
	case VCMD_get_rlimit:
	case VCMD_set_rlimit:
		memset(data, 0xff, c->size);	/* no limits */
		*id = 6;
		break;
	}
}

#endif
