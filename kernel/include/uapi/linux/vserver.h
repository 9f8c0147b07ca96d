/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Virtual servers: the interface between the kernel and user space.
 *
 * Everything a program needs to talk to the kernel part: the encoding of
 * commands, the commands, their structures, and the bits that those
 * structures carry.  The binary interface is the one of Linux-VServer 2.x
 * (API version 2.3.8); numbers, sizes and offsets never change.  A command
 * that needs a new layout gets a new version instead.
 *
 * One system call serves all commands:
 *
 *	long vserver(__u32 command, __u32 id, void *data);
 *
 * @id is a context id, a network context id, a pid or nothing at all,
 * depending on the command.  The result is non-negative on success.
 */
#ifndef _UAPI_LINUX_VSERVER_H
#define _UAPI_LINUX_VSERVER_H

#include <linux/const.h>
#include <linux/types.h>

/* The number of the system call, where the C library does not know it. */
#define VS_NR_X86_64		236
#define VS_NR_I386		273

/* What VCMD_get_version answers: 2.3.8. */
#define VS_API_VERSION		0x00020308

/*
 * Encoding of a command: 6 bits category, 8 bits number, 12 bits version.
 * The bits between are zero.
 */
#define VS_CMD(category, number, version)				\
	(((__u32)(category) << 24) | ((__u32)(number) << 16) | (version))
#define VS_CMD_CATEGORY(cmd)	(((cmd) >> 24) & 0x3f)
#define VS_CMD_NUMBER(cmd)	(((cmd) >> 16) & 0xff)
#define VS_CMD_VERSION(cmd)	((cmd) & 0xfff)

/* Categories. */
#define VS_CAT_VERSION		0
#define VS_CAT_VHOST		2
#define VS_CAT_DEVICE		6
#define VS_CAT_VPROC		9
#define VS_CAT_PROCALT		10
#define VS_CAT_PROCMIG		11
#define VS_CAT_PROCTRL		12
#define VS_CAT_SCHED		14
#define VS_CAT_MEMCTRL		20
#define VS_CAT_VNET		25
#define VS_CAT_NETALT		26
#define VS_CAT_NETMIG		27
#define VS_CAT_INODE		38
#define VS_CAT_VINFO		46
#define VS_CAT_EVENT		48
#define VS_CAT_EXTRA		50	/* not in the interface of 2.x */
#define VS_CAT_FLAGS		52
#define VS_CAT_VSPACE		54
#define VS_CAT_VSTAT		40
#define VS_CAT_RLIMIT		60
#define VS_CAT_COMPAT		63

/* Ids.  A context id, a network context id and a tag share these. */
#define VS_XID_HOST		0
#define VS_XID_SPECTATOR	1
#define VS_XID_MIN		2	/* smallest id of a guest */
#define VS_XID_DYNAMIC		49152	/* tools choose free ids from here */
#define VS_XID_MAX		65535
#define VS_XID_NONE		((__u32)-1)	/* create: "choose one"; refused */
#define VS_XID_SELF		((__u32)-1)	/* elsewhere: the caller's own */
#define VS_XID_SAME		((__u32)-2)	/* the caller's own, too */

/*
 * Commands.
 */

/* What kernel is this?  Both answer everybody; id and data are ignored. */
#define VCMD_get_version	VS_CMD(VS_CAT_VERSION, 0, 0)
#define VCMD_get_vci		VS_CMD(VS_CAT_VERSION, 1, 0)

/* Names of a context: the CONTEXT name and its utsname. */
#define VCMD_set_vhi_name	VS_CMD(VS_CAT_VHOST, 1, 0)
#define VCMD_get_vhi_name	VS_CMD(VS_CAT_VHOST, 2, 0)

/* Create a context and enter it; enter an existing one. */
#define VCMD_ctx_create_v0	VS_CMD(VS_CAT_VPROC, 1, 0)
#define VCMD_ctx_create		VS_CMD(VS_CAT_VPROC, 1, 1)
#define VCMD_ctx_migrate_v0	VS_CMD(VS_CAT_PROCMIG, 1, 0)
#define VCMD_ctx_migrate	VS_CMD(VS_CAT_PROCMIG, 1, 1)

/* Namespaces and root directory remembered by a context. */
#define VCMD_enter_space_v0	VS_CMD(VS_CAT_PROCALT, 1, 0)
#define VCMD_enter_space_v1	VS_CMD(VS_CAT_PROCALT, 1, 1)
#define VCMD_enter_space	VS_CMD(VS_CAT_PROCALT, 1, 2)
#define VCMD_set_space_v1	VS_CMD(VS_CAT_PROCALT, 3, 1)
#define VCMD_set_space		VS_CMD(VS_CAT_PROCALT, 3, 2)
#define VCMD_get_space_mask_v0	VS_CMD(VS_CAT_PROCALT, 4, 0)
#define VCMD_get_space_mask	VS_CMD(VS_CAT_VSPACE, 0, 1)
#define VCMD_get_space_default	VS_CMD(VS_CAT_VSPACE, 1, 0)

/* Signals to a context; waiting for its end. */
#define VCMD_ctx_kill		VS_CMD(VS_CAT_PROCTRL, 1, 0)
#define VCMD_wait_exit		VS_CMD(VS_CAT_EVENT, 99, 0)

/* CPU time.  Without the flag SCHED_HARD nothing is limited. */
#define VCMD_set_sched_v3	VS_CMD(VS_CAT_SCHED, 1, 3)
#define VCMD_set_sched_v4	VS_CMD(VS_CAT_SCHED, 1, 4)
#define VCMD_set_sched		VS_CMD(VS_CAT_SCHED, 1, 5)
#define VCMD_get_sched		VS_CMD(VS_CAT_SCHED, 2, 5)
#define VCMD_sched_info		VS_CMD(VS_CAT_SCHED, 3, 0)
#define VCMD_set_prio_bias	VS_CMD(VS_CAT_SCHED, 4, 0)
#define VCMD_get_prio_bias	VS_CMD(VS_CAT_SCHED, 5, 0)

/* Create a network context and enter it; enter an existing one. */
#define VCMD_net_create_v0	VS_CMD(VS_CAT_VNET, 1, 0)
#define VCMD_net_create		VS_CMD(VS_CAT_VNET, 1, 1)
#define VCMD_net_migrate	VS_CMD(VS_CAT_NETMIG, 1, 0)

/* Addresses of a network context. */
#define VCMD_net_add_v0		VS_CMD(VS_CAT_NETALT, 1, 0)
#define VCMD_net_remove_v0	VS_CMD(VS_CAT_NETALT, 2, 0)
#define VCMD_net_add_ipv4_v1	VS_CMD(VS_CAT_NETALT, 1, 1)
#define VCMD_net_remove_ipv4_v1	VS_CMD(VS_CAT_NETALT, 2, 1)
#define VCMD_net_add_ipv4	VS_CMD(VS_CAT_NETALT, 1, 2)
#define VCMD_net_remove_ipv4	VS_CMD(VS_CAT_NETALT, 2, 2)
#define VCMD_net_add_ipv6	VS_CMD(VS_CAT_NETALT, 3, 1)
#define VCMD_net_remove_ipv6	VS_CMD(VS_CAT_NETALT, 4, 1)

/* Who is where? */
#define VCMD_task_xid		VS_CMD(VS_CAT_VINFO, 1, 0)
#define VCMD_task_nid		VS_CMD(VS_CAT_VINFO, 2, 0)
#define VCMD_vx_info		VS_CMD(VS_CAT_VINFO, 5, 0)
#define VCMD_nx_info		VS_CMD(VS_CAT_VINFO, 6, 0)

/* Attributes of a context. */
#define VCMD_get_cflags		VS_CMD(VS_CAT_FLAGS, 1, 0)
#define VCMD_set_cflags		VS_CMD(VS_CAT_FLAGS, 2, 0)
#define VCMD_get_ccaps_v0	VS_CMD(VS_CAT_FLAGS, 3, 0)
#define VCMD_set_ccaps_v0	VS_CMD(VS_CAT_FLAGS, 4, 0)
#define VCMD_get_ccaps		VS_CMD(VS_CAT_FLAGS, 3, 1)
#define VCMD_set_ccaps		VS_CMD(VS_CAT_FLAGS, 4, 1)
#define VCMD_get_nflags		VS_CMD(VS_CAT_FLAGS, 5, 0)
#define VCMD_set_nflags		VS_CMD(VS_CAT_FLAGS, 6, 0)
#define VCMD_get_ncaps		VS_CMD(VS_CAT_FLAGS, 7, 0)
#define VCMD_set_ncaps		VS_CMD(VS_CAT_FLAGS, 8, 0)
#define VCMD_get_bcaps		VS_CMD(VS_CAT_FLAGS, 9, 0)
#define VCMD_set_bcaps		VS_CMD(VS_CAT_FLAGS, 10, 0)
#define VCMD_get_umask		VS_CMD(VS_CAT_FLAGS, 13, 0)
#define VCMD_set_umask		VS_CMD(VS_CAT_FLAGS, 14, 0)
#define VCMD_get_wmask		VS_CMD(VS_CAT_FLAGS, 15, 0)
#define VCMD_set_wmask		VS_CMD(VS_CAT_FLAGS, 16, 0)

/* A context as a descriptor; its namespaces as descriptors for setns(2). */
#define VCMD_ctx_open		VS_CMD(VS_CAT_EXTRA, 1, 0)
#define VCMD_ctx_enter		VS_CMD(VS_CAT_EXTRA, 2, 0)
#define VCMD_space_fd		VS_CMD(VS_CAT_EXTRA, 3, 0)

/* The ceiling for what members do in user namespaces that they made. */
#define VCMD_get_nested_bcaps	VS_CMD(VS_CAT_EXTRA, 4, 0)
#define VCMD_set_nested_bcaps	VS_CMD(VS_CAT_EXTRA, 5, 0)

/* Create and enter a context without any privilege; id is 0. */
#define VCMD_ctx_create_unpriv	VS_CMD(VS_CAT_EXTRA, 10, 0)
/* How likely the OOM killer chooses a member. */
#define VCMD_get_badness	VS_CMD(VS_CAT_MEMCTRL, 5, 0)
#define VCMD_set_badness	VS_CMD(VS_CAT_MEMCTRL, 6, 0)

/* Attributes of files, by name or descriptor (the id); see VIATTR_*. */
#define VCMD_get_iattr		VS_CMD(VS_CAT_INODE, 1, 1)
#define VCMD_set_iattr		VS_CMD(VS_CAT_INODE, 2, 1)
#define VCMD_fget_iattr		VS_CMD(VS_CAT_INODE, 3, 0)
#define VCMD_fset_iattr		VS_CMD(VS_CAT_INODE, 4, 0)

/* The devices that guests may open, see VDEV_*; id 0 is for all guests. */
#define VCMD_set_mapping	VS_CMD(VS_CAT_DEVICE, 1, 0)
#define VCMD_unset_mapping	VS_CMD(VS_CAT_DEVICE, 2, 0)

/* Limits of a context; what is in use of them. */
#define VCMD_get_rlimit		VS_CMD(VS_CAT_RLIMIT, 1, 0)
#define VCMD_set_rlimit		VS_CMD(VS_CAT_RLIMIT, 2, 0)
#define VCMD_get_rlimit_mask	VS_CMD(VS_CAT_RLIMIT, 3, 0)
#define VCMD_reset_hits		VS_CMD(VS_CAT_RLIMIT, 7, 0)
#define VCMD_reset_minmax	VS_CMD(VS_CAT_RLIMIT, 9, 0)
#define VCMD_rlimit_stat	VS_CMD(VS_CAT_VSTAT, 1, 0)

/* Statistics. */
#define VCMD_ctx_stat		VS_CMD(VS_CAT_VSTAT, 0, 0)
#define VCMD_virt_stat		VS_CMD(VS_CAT_VSTAT, 3, 0)

/* The one call of the 1.x interface that still answers. */
#define VCMD_new_s_context	VS_CMD(VS_CAT_COMPAT, 1, 1)

/*
 * Structures.  All have the same layout for 32-bit and 64-bit callers unless
 * their comment says otherwise.
 */

/*
 * VCMD_ctx_create, VCMD_ctx_migrate, VCMD_ctx_open, VCMD_net_create,
 * VCMD_ctx_create_unpriv; may be absent (NULL) with all but the last.
 */
struct vcmd_flagword {
	__u64	flagword;
};

/* VCMD_{get,set}_cflags, VCMD_{get,set}_nflags: new = (old & ~mask) | (flagword & mask). */
struct vcmd_ctx_flags {
	__u64	flagword;
	__u64	mask;
};

/* VCMD_{get,set}_ccaps_v0: one mask for both words. */
struct vcmd_ctx_caps_v0 {
	__u64	bcaps;
	__u64	ccaps;
	__u64	cmask;
};

/* VCMD_{get,set}_ccaps */
struct vcmd_ctx_caps {
	__u64	ccaps;
	__u64	cmask;
};

/* VCMD_{get,set}_ncaps */
struct vcmd_net_caps {
	__u64	ncaps;
	__u64	cmask;
};

/* VCMD_{get,set}_bcaps, VCMD_{get,set}_nested_bcaps */
struct vcmd_bcaps {
	__u64	bcaps;
	__u64	bmask;
};

/* VCMD_{get,set}_umask, VCMD_{get,set}_wmask */
struct vcmd_umask {
	__u64	umask;
	__u64	mask;
};

/* VCMD_vx_info: @initpid is a host pid, 0 when no init is registered. */
struct vcmd_vx_info {
	__u32	xid;
	__u32	initpid;
};

/* VCMD_nx_info */
struct vcmd_nx_info {
	__u32	nid;
};

/*
 * VCMD_net_{add,remove}_v0: up to four addresses of @type 1; 0x101 sets the
 * broadcast address, 0x201 the loopback address, 0xff removes all.
 */
struct vcmd_net_addr_v0 {
	__u16	type;
	__u16	count;
	__be32	ip[4];
	__be32	mask[4];
};

/* VCMD_net_{add,remove}_ipv4_v1: NXA_* bits; no ranges. */
struct vcmd_net_addr_ipv4_v1 {
	__u16	type;
	__u16	flags;
	__be32	ip;
	__be32	mask;
};

/* VCMD_net_{add,remove}_ipv4: a range is from @ip to @ip2, both inclusive. */
struct vcmd_net_addr_ipv4 {
	__u16	type;
	__u16	flags;
	__be32	ip;
	__be32	ip2;
	__be32	mask;
};

/*
 * VCMD_net_{add,remove}_ipv6: @prefix says how long a network is; @mask is not
 * looked at.
 */
struct vcmd_net_addr_ipv6 {
	__u16	type;
	__u16	flags;
	__u32	prefix;
	__u8	ip[16];
	__u8	mask[16];
};

/* VCMD_{get,set}_badness: thousandths of the memory, as oom_score_adj. */
struct vcmd_badness {
	__s64	bias;
};

/*
 * VCMD_{get,set}_rlimit: 32 bytes; 28 for a 32-bit caller, whose 64-bit
 * numbers are aligned to four.  @id is one of RLIMIT_* or VLIM_*; @minimum is
 * always 0; @maximum is the limit.
 */
struct vcmd_ctx_rlimit {
	__u32	id;
	__u64	minimum;
	__u64	softlimit;
	__u64	maximum;
};

/* VCMD_get_rlimit_mask: one bit for each id that can be set. */
struct vcmd_ctx_rlimit_mask {
	__u32	minimum;
	__u32	softlimit;
	__u32	maximum;
};

/* VCMD_rlimit_stat: what is in use, and the least and most that was. */
struct vcmd_rlimit_stat {
	__u32	id;
	__u32	hits;
	__u64	value;
	__u64	minimum;
	__u64	maximum;
};

/*
 * VCMD_get_iattr, VCMD_set_iattr: a final symbolic link is not followed.  For
 * 32-bit callers the name is a 32-bit pointer.  get: @mask tells which flags
 * the file can have; @tag is left alone.  set: @mask tells which to change.
 */
struct vcmd_iattr {
	const char	*name;
	__u32		tag;
	__u32		flags;
	__u32		mask;
};

/* VCMD_fget_iattr, VCMD_fset_iattr */
struct vcmd_fiattr {
	__u32	tag;
	__u32	flags;
	__u32	mask;
};

/*
 * VCMD_set_mapping, VCMD_unset_mapping: names of device nodes; a final symbolic
 * link is not followed.  For 32-bit callers the names are 32-bit pointers.
 * Without @device all devices of the kind of @target are meant.
 */
struct vcmd_device_map {
	const char	*device;
	const char	*target;
	__u32		flags;
};

/* VCMD_ctx_stat */
struct vcmd_ctx_stat {
	__u32	usecnt;
	__u32	tasks;
};

/* VCMD_virt_stat: times in ns, loads with 11 fraction bits. */
struct vcmd_virt_stat {
	__u64	offset;
	__u64	uptime;
	__u32	nr_threads;
	__u32	nr_running;
	__u32	nr_uninterruptible;
	__u32	nr_onhold;
	__u32	nr_forks;
	__u32	load[3];
};

/* VCMD_{get,set}_vhi_name */
#define VHIN_LEN		65
struct vcmd_vhi_name {
	__u32	field;
	char	name[VHIN_LEN];
};

enum vhi_name_field {
	VHIN_CONTEXT	= 0,
	VHIN_SYSNAME	= 1,
	VHIN_NODENAME	= 2,
	VHIN_RELEASE	= 3,
	VHIN_VERSION	= 4,
	VHIN_MACHINE	= 5,
	VHIN_DOMAINNAME	= 6,
};

/* VCMD_{enter,set}_space_v1, VCMD_get_space_*: clone(2) flags. */
struct vcmd_space_mask_v1 {
	__u64	mask;
};

/* VCMD_{enter,set}_space: 16 bytes, 12 for a 32-bit caller. */
struct vcmd_space_mask {
	__u64	mask;
	__u32	index;
};

/* VCMD_ctx_enter: VXM_ bits. */
struct vcmd_ctx_enter {
	__u32	flags;
};

/* VCMD_space_fd: @type is one clone(2) flag. */
struct vcmd_space_fd {
	__u32	index;
	__u32	type;
};

/* VCMD_ctx_kill: @pid is a host pid, or 1: init, 0: all, -1: all but init. */
struct vcmd_ctx_kill {
	__s32	pid;
	__s32	sig;
};

/* VCMD_wait_exit */
struct vcmd_wait_exit {
	__s32	reboot_cmd;
	__s32	exit_code;
};

/*
 * VCMD_{set,get}_sched: a token bucket.  Every @interval it gets @fill_rate
 * tokens, up to @tokens_max; running costs them; when there are none, members
 * wait until there are @tokens_min again.  With VXSM_IDLE_TIME, an idle CPU
 * adds @fill_rate[1] every @interval[1] while they wait.  A token is as much
 * CPU time as a unit of @interval: 1/100 s, or 1 ms with VXSM_MSEC.
 */
struct vcmd_sched {
	__u32	mask;
	__s32	cpu_id;
	__s32	bucket_id;
	__s32	fill_rate[2];
	__s32	interval[2];
	__s32	tokens;
	__s32	tokens_min;
	__s32	tokens_max;
	__s32	prio_bias;
};

/* VCMD_set_sched_v3 */
struct vcmd_sched_v3 {
	__u32	set_mask;
	__s32	fill_rate;
	__s32	interval;
	__s32	tokens;
	__s32	tokens_min;
	__s32	tokens_max;
	__s32	prio_bias;
};

/* VCMD_set_sched_v4 */
struct vcmd_sched_v4 {
	__u32	set_mask;
	__s32	fill_rate;
	__s32	interval;
	__s32	tokens;
	__s32	tokens_min;
	__s32	tokens_max;
	__s32	prio_bias;
	__s32	cpu_id;
	__s32	bucket_id;
};

/* VCMD_sched_info: @token_usec is the CPU time that a token stands for. */
struct vcmd_sched_info {
	__s32	cpu_id;
	__s32	bucket_id;
	__u64	user_msec;
	__u64	sys_msec;
	__u64	hold_msec;
	__u32	token_usec;
	__s32	vavavoom;
};

/* VCMD_{set,get}_prio_bias: -20 ... 20; @cpu_id is -1 for all. */
struct vcmd_prio_bias {
	__s32	cpu_id;
	__s32	prio_bias;
};

/* VCMD_new_s_context */
struct vcmd_new_s_context {
	__u32	remove_cap;
	__u32	flags;
};

/*
 * Bits of VCMD_get_vci.
 */
#define VCI_NO_DYNAMIC		0x00000001
#define VCI_PROC_SECURE		0x00000010
#define VCI_HARDCPU		0x00000020
#define VCI_IDLELIMIT		0x00000040
#define VCI_IDLETIME		0x00000080
#define VCI_COWBL		0x00000100
#define VCI_FULLCOWBL		0x00000200
#define VCI_SPACES		0x00000400
#define VCI_NETV2		0x00000800
#define VCI_MEMCG		0x00001000
#define VCI_MEMCG_SWAP		0x00002000
#define VCI_DEBUG		0x00010000
#define VCI_HISTORY		0x00100000
#define VCI_TAGGED		0x07000000	/* a code, see VCI_TAG_* */
#define VCI_TAG_SHIFT		24
#define VCI_PPTAG		0x10000000

/*
 * Attributes of files.  The first three are those of entries of /proc, which
 * are visible to everybody unless VIATTR_HIDE is set.
 */
#define VIATTR_ADMIN		0x00000001	/* hidden, but not from the host */
#define VIATTR_WATCH		0x00000002	/* nor from the spectator */
#define VIATTR_HIDE		0x00000004	/* hidden */
#define VIATTR_WRITE		0x00000008	/* no effect */
#define VIATTR_BARRIER		0x00010000	/* no guest passes the directory */
#define VIATTR_IXUNLINK		0x00020000	/* immutable, but not its links */
#define VIATTR_IMMUTABLE	0x00040000	/* chattr +i */
#define VIATTR_COW		0x00080000	/* IXUNLINK and IMMUTABLE */
#define VIATTR_TAG		0x01000000	/* the tag */
#define VIATTR_PROC		(VIATTR_ADMIN | VIATTR_WATCH | VIATTR_HIDE)
#define VIATTR_FILE		(VIATTR_BARRIER | VIATTR_IXUNLINK | \
				 VIATTR_IMMUTABLE | VIATTR_COW)

/*
 * What guests may do with a device, see VCMD_set_mapping.
 */
#define VDEV_CREATE		0x00000001	/* make nodes of it */
#define VDEV_OPEN		0x00000002
#define VDEV_REMAP		0x00000010	/* open the target instead */

/*
 * Bits of the mask of VCMD_set_sched: what to set, and how.
 */
#define VXSM_FILL_RATE		0x0001
#define VXSM_INTERVAL		0x0002
#define VXSM_FILL_RATE2		0x0004
#define VXSM_INTERVAL2		0x0008
#define VXSM_TOKENS		0x0010
#define VXSM_TOKENS_MIN		0x0020
#define VXSM_TOKENS_MAX		0x0040
#define VXSM_PRIO_BIAS		0x0100
#define VXSM_IDLE_TIME		0x0200	/* use the second rate */
#define VXSM_FORCE		0x0400	/* no effect: always at once */
#define VXSM_CPU_ID		0x1000
#define VXSM_BUCKET_ID		0x2000
#define VXSM_MSEC		0x4000
#define VXSM_V3_MASK		0x0173
#define VXSM_SET_MASK		0x01ff

/*
 * Context flags.
 */
#define VXF_INFO_LOCK		0x00000001ULL	/* no effect */
#define VXF_INFO_SCHED		0x00000002ULL	/* no effect */
#define VXF_INFO_NPROC		0x00000004ULL	/* no effect */
#define VXF_INFO_PRIVATE	0x00000008ULL	/* nobody may enter */
#define VXF_INFO_INIT		0x00000010ULL	/* init is number 1 inside */
#define VXF_INFO_HIDE		0x00000020ULL	/* no effect */
#define VXF_INFO_ULIMIT		0x00000040ULL	/* no effect */
#define VXF_INFO_NSPACE		0x00000080ULL	/* no effect */
#define VXF_SCHED_HARD		0x00000100ULL	/* CPU time is limited */
#define VXF_SCHED_PRIO		0x00000200ULL	/* no effect */
#define VXF_SCHED_PAUSE		0x00000400ULL	/* does not run at all */
#define VXF_VIRT_MEM		0x00010000ULL	/* sizes of the memory cgroup */
#define VXF_VIRT_UPTIME		0x00020000ULL	/* since its creation */
#define VXF_VIRT_CPU		0x00040000ULL	/* own CPU times */
#define VXF_VIRT_LOAD		0x00080000ULL	/* own load average */
#define VXF_VIRT_TIME		0x00100000ULL
#define VXF_HIDE_MOUNT		0x01000000ULL
#define VXF_HIDE_NETIF		0x02000000ULL
#define VXF_HIDE_VINFO		0x04000000ULL
#define VXF_STATE_SETUP		_BITULL(32)	/* being set up */
#define VXF_STATE_INIT		_BITULL(33)	/* waits for its init */
#define VXF_STATE_ADMIN		_BITULL(34)	/* the host may administrate */
#define VXF_SC_HELPER		_BITULL(36)
#define VXF_REBOOT_KILL		_BITULL(37)
#define VXF_PERSISTENT		_BITULL(38)	/* lives without processes */
#define VXF_PIDNS		_BITULL(40)
#define VXF_INIT_KILL		_BITULL(41)	/* dies with its init */
#define VXF_VIRT_SYSLOG		_BITULL(42)
#define VXF_SQPOLL		_BITULL(43)
#define VXF_SHARE_UTS		_BITULL(44)	/* may keep the host's UTS names */
#define VXF_SHARE_IPC		_BITULL(45)	/* may keep the host's IPC */
#define VXF_FULL_CAPS		_BITULL(46)	/* unlimited ceiling is meant */
#define VXF_KEEP_FDS		_BITULL(47)	/* descriptors of the host stay */
#define VXF_FORK_RSS		_BITULL(48)
#define VXF_PROLIFIC		_BITULL(49)
#define VXF_SPEC_GUARD		_BITULL(50)	/* no shared branch prediction */
#define VXF_PEER_UID		_BITULL(51)	/* users' numbers are the host's */
#define VXF_IGNEG_NICE		_BITULL(52)
#define VXF_IGNEG_IONICE	_BITULL(53)

/* Bits that can be cleared, but never set again. */
#define VXF_ONE_TIME		(VXF_STATE_SETUP | VXF_STATE_INIT | \
				 VXF_STATE_ADMIN)
/* What a new context gets when the creator names nothing. */
#define VXF_INIT_SET		VXF_ONE_TIME

/*
 * Flags of a network context.
 */
#define NXF_INFO_LOCK		0x00000001ULL	/* no effect */
#define NXF_INFO_PRIVATE	0x00000008ULL	/* nobody may enter */
#define NXF_SINGLE_IP		0x00000100ULL	/* its only address is "any" */
#define NXF_LBACK_REMAP		0x00000200ULL	/* loopback of its own */
#define NXF_LBACK_ALLOW		0x00000400ULL	/* loopback of the host */
#define NXF_HIDE_NETIF		0x02000000ULL	/* sees its addresses only */
#define NXF_HIDE_LBACK		0x04000000ULL	/* its loopback is 127.0.0.1 */
#define NXF_STATE_SETUP		_BITULL(32)	/* being set up */
#define NXF_STATE_ADMIN		_BITULL(34)	/* the host may administrate */
#define NXF_SC_HELPER		_BITULL(36)
#define NXF_PERSISTENT		_BITULL(38)	/* lives without processes */

/* Bits that can be cleared, but never set again. */
#define NXF_ONE_TIME		(NXF_STATE_SETUP | NXF_STATE_ADMIN)
/* What a new one gets when the creator names nothing. */
#define NXF_INIT_SET		(NXF_STATE_ADMIN | NXF_HIDE_NETIF | \
				 NXF_HIDE_LBACK | NXF_LBACK_REMAP | \
				 NXF_SINGLE_IP)

/*
 * Capabilities of a network context.
 */
#define NXC_TUN_CREATE		0x00000001ULL
#define NXC_RAW_ICMP		0x00000100ULL	/* raw ICMP without NET_RAW */
#define NXC_MULTICAST		0x00001000ULL	/* may join groups */

/*
 * Types of addresses.
 */
#define NXA_TYPE_ADDR		0x0010		/* one address */
#define NXA_TYPE_MASK		0x0020		/* a network */
#define NXA_TYPE_RANGE		0x0040
#define NXA_TYPE_ANY		0x00ff		/* remove: all */
#define NXA_MOD_BCAST		0x0100		/* the broadcast address */
#define NXA_MOD_LBACK		0x0200		/* the loopback address */
/* Of the first version. */
#define NXA_TYPE_IPV4		0x0001

/* Flag word of VCMD_ctx_migrate. */
#define VXM_SET_INIT		0x00000001ULL	/* become the context's init */
#define VXM_SET_REAPER		0x00000002ULL	/* the same; kept for old tools */

/*
 * Limits: ids below 16 are those of getrlimit(2).
 */
#define VLIM_NSOCK		16
#define VLIM_OPENFD		17
#define VLIM_ANON		18
#define VLIM_SHMEM		19
#define VLIM_SEMARY		20
#define VLIM_NSEMS		21
#define VLIM_DENTRY		22
#define VLIM_MAPPED		23
#define VLIM_IDS		24

/* Values with a meaning of their own. */
#define VLIM_UNSET		0ULL
#define VLIM_INFINITY		(~0ULL)
#define VLIM_KEEP		(~1ULL)		/* set: leave it as it is */

/*
 * Context capabilities: single operations a guest's root may do although the
 * ceiling of the context lacks the capability that they need.
 */
#define VXC_SET_UTSNAME		0x00000001ULL
#define VXC_SET_RLIMIT		0x00000002ULL
#define VXC_FS_SECURITY		0x00000004ULL
#define VXC_FS_TRUSTED		0x00000008ULL
#define VXC_TIOCSTI		0x00000010ULL
#define VXC_PERF		0x00000020ULL
#define VXC_CORE_PIPE		0x00000040ULL
#define VXC_RAW_ICMP		0x00000100ULL
#define VXC_SYSLOG		0x00001000ULL
#define VXC_OOM_ADJUST		0x00002000ULL
#define VXC_AUDIT_CONTROL	0x00004000ULL
#define VXC_SECURE_MOUNT	0x00010000ULL
#define VXC_SECURE_REMOUNT	0x00020000ULL
#define VXC_BINARY_MOUNT	0x00040000ULL
#define VXC_DEV_MOUNT		0x00080000ULL
#define VXC_QUOTA_CTL		0x00100000ULL
#define VXC_ADMIN_MAPPER	0x00200000ULL
#define VXC_ADMIN_CLOOP		0x00400000ULL
#define VXC_KTHREAD		0x01000000ULL
#define VXC_NAMESPACE		0x02000000ULL

/*
 * The ceiling that ends an unlimited one when setup ends, and the one tools
 * mean by "secure": chown dac_override dac_read_search fowner fsetid kill
 * setgid setuid setpcap net_bind_service sys_chroot sys_ptrace sys_boot lease
 * audit_write setfcap.
 */
#define VS_BCAPS_SECURE		0x00000000b04c05ffULL

#endif /* _UAPI_LINUX_VSERVER_H */
