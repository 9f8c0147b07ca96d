/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - between the dispatcher of commands and their functions
 */
#ifndef _SECURITY_VSERVER_SYSCALL_H
#define _SECURITY_VSERVER_SYSCALL_H

#include <linux/types.h>
#include <uapi/linux/vserver.h>

struct vs_context;
struct vs_net;

/**
 * enum vs_class - Who may call a command
 * @VS_CLASS_ALL: Everybody.
 * @VS_CLASS_QUERY: Who may use vserver commands at all.
 * @VS_CLASS_ANY: Also CAP_SYS_ADMIN; the command looks at what is asked.
 * @VS_CLASS_INFO: The same, for an existing context; guests: their own.
 * @VS_CLASS_RESET: As INFO, but not the spectator, who changes nothing.
 * @VS_CLASS_CREATE: The host.
 * @VS_CLASS_HOST: The same, to change something that is no context; the
 *	command asks for the capability that belongs to it.
 * @VS_CLASS_MACHINE: The same, also with CAP_SYS_RESOURCE.
 * @VS_CLASS_MIGRATE: The host, also CAP_SYS_RESOURCE, and the context must
 *	permit administration.
 * @VS_CLASS_KILL: The same, but the command asks for that permission itself.
 * @VS_CLASS_SETUP: As MIGRATE, or a member of the context while it is being
 *	set up.
 * @VS_CLASS_NET_INFO: As INFO, for a network context.
 * @VS_CLASS_NET_MIGRATE: As MIGRATE, for one.
 * @VS_CLASS_NET_SETUP: As MIGRATE, or a member of a context that is being set
 *	up and of the network context.
 * @VS_CLASS_LEGACY: As CREATE, or a member of the context during setup; the
 *	command looks its context up itself.
 */
enum vs_class {
	VS_CLASS_ALL,
	VS_CLASS_QUERY,
	VS_CLASS_ANY,
	VS_CLASS_INFO,
	VS_CLASS_RESET,
	VS_CLASS_CREATE,
	VS_CLASS_HOST,
	VS_CLASS_MACHINE,
	VS_CLASS_MIGRATE,
	VS_CLASS_KILL,
	VS_CLASS_SETUP,
	VS_CLASS_LEGACY,
	VS_CLASS_NET_INFO,
	VS_CLASS_NET_MIGRATE,
	VS_CLASS_NET_SETUP,
};

enum vs_data {
	VS_DATA_NONE,
	VS_DATA_IN	= 1,
	VS_DATA_OUT	= 2,
	VS_DATA_INOUT	= VS_DATA_IN | VS_DATA_OUT,
	VS_DATA_OPT	= VS_DATA_IN | 4,
	VS_DATA_ALWAYS	= VS_DATA_OUT | 8,
};

/* struct vcmd_ctx_rlimit as a 32-bit caller lays it out. */
struct vs_compat_rlimit {
	u32	id;
	u64	minimum;
	u64	softlimit;
	u64	maximum;
} __packed __aligned(4);

/* The same of struct vcmd_iattr. */
struct vs_compat_iattr {
	u32	name;
	u32	tag;
	u32	flags;
	u32	mask;
};

/* And of struct vcmd_device_map. */
struct vs_compat_device_map {
	u32	device;
	u32	target;
	u32	flags;
};

/**
 * struct vs_call - One call of a command
 * @id: The second argument of the system call.
 * @ctx: The context it names, with a reference, if the class needs one.
 * @nx: The network context it names, the same way.
 * @given: The caller passed a structure.
 * @compat: The caller is a 32-bit program.
 * @u: The structure, zero when there was none to copy.
 */
struct vs_call {
	u32			id;
	struct vs_context	*ctx;
	struct vs_net		*nx;
	bool			given;
	bool			compat;
	union {
		struct vcmd_flagword		flagword;
		struct vcmd_ctx_flags		cflags;
		struct vcmd_ctx_caps_v0		caps_v0;
		struct vcmd_ctx_caps		ccaps;
		struct vcmd_net_caps		ncaps;
		struct vcmd_nx_info		nx_info;
		struct vcmd_net_addr_v0		net_addr_v0;
		struct vcmd_net_addr_ipv4_v1	net_ipv4_v1;
		struct vcmd_net_addr_ipv4	net_ipv4;
		struct vcmd_net_addr_ipv6	net_ipv6;
		struct vcmd_bcaps		bcaps;
		struct vcmd_umask		umask;
		struct vcmd_vx_info		vx_info;
		struct vcmd_badness		badness;
		struct vcmd_ctx_rlimit		rlimit;
		struct vs_compat_rlimit		compat_rlimit;
		struct vcmd_ctx_rlimit_mask	rlimit_mask;
		struct vcmd_rlimit_stat		rlimit_stat;
		struct vcmd_iattr		iattr;
		struct vs_compat_iattr		compat_iattr;
		struct vcmd_fiattr		fiattr;
		struct vcmd_device_map		device_map;
		struct vs_compat_device_map	compat_device_map;
		struct vcmd_ctx_stat		ctx_stat;
		struct vcmd_virt_stat		virt_stat;
		struct vcmd_vhi_name		vhi_name;
		struct vcmd_space_mask_v1	space_v1;
		struct vcmd_space_mask		space;
		struct vcmd_ctx_enter		enter;
		struct vcmd_space_fd		space_fd;
		struct vcmd_ctx_kill		kill;
		struct vcmd_wait_exit		wait_exit;
		struct vcmd_sched_v3		sched_v3;
		struct vcmd_sched_v4		sched_v4;
		struct vcmd_sched		sched;
		struct vcmd_sched_info		sched_info;
		struct vcmd_prio_bias		prio_bias;
		struct vcmd_new_s_context	new_s_context;
	} u;
};

/**
 * struct vs_command - A line of the table of commands
 * @cmd: The command word.
 * @class: Who may call it.
 * @data: Which way its structure goes.
 * @size: Of the structure.
 * @compat_size: The same for a 32-bit caller; the structure is the same up to
 *	there, or the command knows the difference.
 * @name: For tests and traces.
 * @func: What it does; returns the result of the system call.
 */
struct vs_command {
	u32		cmd;
	enum vs_class	class;
	enum vs_data	data;
	u16		size;
	u16		compat_size;
	const char	*name;
	long		(*func)(struct vs_call *call);
};

extern const struct vs_command vs_commands[];
extern const unsigned int vs_nr_commands;

const struct vs_command *vs_find_command(u32 cmd);

#define VS_COMMAND(name, class, data, type, size32, func)	\
	long vs_cmd_##func(struct vs_call *call);
#include "commands.h"
#undef VS_COMMAND

#endif /* _SECURITY_VSERVER_SYSCALL_H */
