/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * libvserver: the public interface.
 *
 * One function per kernel command, parsers and printers for the texts that
 * configuration files and command lines use, and the way from guest names to
 * context ids and back.
 *
 * Unless a comment says otherwise a function returns 0 (or the documented
 * number) on success and -1 with errno set on failure, and may be called from
 * several threads at once.  Every kernel command can fail with
 *
 *	ENOSYS	the kernel has no such command, or the caller is not root on
 *		the host; vc_strerror() tells these apart
 *	EPERM	the caller lacks a capability or is inside of a guest
 *	ESRCH	there is no such context
 *	EACCES	the context refuses to be administrated (state_admin is gone)
 *
 * The comments list further errors only.
 */
#ifndef VSERVER_H
#define VSERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/vserver.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define VC_PRINTF(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#else
#define VC_PRINTF(fmt, args)
#endif

/*
 * The system call itself.  @cmd is a VCMD_ constant, the meaning of @id and
 * @data depends on it.  Returns what the kernel returns.
 */
long vc_syscall(uint32_t cmd, uint32_t id, void *data);

/*
 * Kernel version and configuration.
 */

/* The version of the interface, as 0x00020308.  Works for every user. */
int vc_get_version(void);

/* The configuration word, VCI_ bits.  Works for every user. */
int vc_get_vci(void);

/*
 * Whether the kernel has a feature, by its name in `vserver-info - FEATURE`:
 * 1 if so, 0 if not.  EINVAL: no such name.
 */
int vc_feature(const char *name);

/* The name of feature number @i, counted from 0; NULL after the last one. */
const char *vc_feature_name(size_t i);

/*
 * Contexts.
 */

/*
 * Create context @xid (2 to 65535) with the flags @flags (usually
 * VXF_INIT_SET) and move the caller into it.  The caller must be alone: one
 * thread, nothing shared with another process.  Returns @xid.
 *	EEXIST	the id is taken
 *	EBUSY	the id is taken and still being set up, or the caller shares
 *		something
 *	EINVAL	@xid is out of range
 */
int vc_ctx_create(uint32_t xid, uint64_t flags);

/*
 * The same with the first free id from VS_XID_DYNAMIC up; returns that id.
 *	EAGAIN	all ids of the range are taken
 */
int vc_ctx_create_free(uint64_t flags);

/*
 * Move the caller into context @xid for good.  @flags are VXM_ bits.  With
 * @xid 1 the caller becomes a spectator, and the result is 1.
 *	EBUSY	the caller shares something with another process
 *	EACCES	the context is private
 *	EFAULT	the context is about to end
 */
int vc_ctx_migrate(uint32_t xid, uint64_t flags);

/*
 * Create a context without any capability, with a free id, and enter it.  For
 * every user, if kernel.vserver.unprivileged_contexts is 1.  @flags are those
 * VXF_ bits that concern nobody else; with VXF_INFO_INIT the caller becomes
 * init.  Returns the id.
 *	EPERM	it is not allowed, a flag is not, or the caller is in a context
 *		or in a user namespace
 *	EBUSY	the caller shares something with another process
 *	EAGAIN	the user has too many contexts, or all ids are taken
 *	EINVAL	an unknown flag
 */
int vc_ctx_create_unpriv(uint64_t flags);

/*
 * Open context @xid; with @flags, which are VXF_ bits, create it without
 * entering it.  Returns a descriptor that is closed on exec.  A context that
 * was created lives as long as the descriptor until somebody has entered.
 *	EEXIST, EBUSY, EINVAL	as vc_ctx_create(), if @flags is not NULL
 *	EACCES	the context is private
 *	EMFILE	too many open files
 */
int vc_ctx_open(uint32_t xid, const uint64_t *flags);

/*
 * Move the caller into the context of such a descriptor for good, whoever the
 * caller is.  @flags are VXM_ bits.
 *	EPERM	the caller is in a context already
 *	EBADF, EINVAL	not such a descriptor
 *	further	as vc_ctx_migrate()
 */
int vc_ctx_enter(int fd, uint32_t flags);

/*
 * Switch the caller to the namespaces in @mask (CLONE_ bits; CLONE_FS means
 * root and current directory) which context @xid has stored in set @index (0
 * or 1).  @mask 0 means all that are stored.
 *	EINVAL	@mask asks for more than what is stored; no such @index
 */
int vc_enter_space(uint32_t xid, uint64_t mask, uint32_t index);

/*
 * Store the caller's namespaces in @mask in set @index of context @xid.
 *	EINVAL	the kernel does not know a bit of @mask; no such @index
 */
int vc_set_space(uint32_t xid, uint64_t mask, uint32_t index);

/*
 * Open the namespace of type @type (one CLONE_ bit) that context @xid has
 * stored in set @index.  Returns a descriptor for setns(2).
 *	EINVAL	it is not stored; no such @index
 *	EACCES	the context is private
 */
int vc_space_fd(uint32_t xid, uint32_t type, uint32_t index);

/* The namespaces that can be stored and that all tools know of. */
int vc_get_space_mask(uint64_t *mask);

/* The namespaces that a guest gets by default. */
int vc_get_space_default(uint64_t *mask);

/*
 * Signals, and the end of a context.
 */

/*
 * Send @sig to process @pid of context @xid; @pid is a host pid, or 1 for
 * the context's init, 0 for all processes and -1 for all but the init.
 */
int vc_ctx_kill(uint32_t xid, pid_t pid, int sig);

/*
 * Wait until context @xid has ended.  result->exit_code is a wait(2) status.
 *	EINTR	a signal arrived
 */
int vc_wait_exit(uint32_t xid, struct vcmd_wait_exit *result);

/*
 * Who is where?
 */

/* The context of process @pid, 0 for the caller.  ESRCH: no such process. */
int vc_task_xid(pid_t pid);

/*
 * Id and init of context @xid.  The library itself answers for host and
 * spectator; their initpid is -1.
 */
int vc_vx_info(uint32_t xid, struct vcmd_vx_info *info);

/*
 * Attributes.  A set function changes the bits under the mask only; the id
 * VS_XID_SELF means the caller's own context.
 */

int vc_get_cflags(uint32_t xid, struct vcmd_ctx_flags *flags);	/* VXF_ */
int vc_set_cflags(uint32_t xid, const struct vcmd_ctx_flags *flags);
int vc_get_ccaps(uint32_t xid, struct vcmd_ctx_caps *caps);	/* VXC_ */
int vc_set_ccaps(uint32_t xid, const struct vcmd_ctx_caps *caps);
int vc_get_bcaps(uint32_t xid, struct vcmd_bcaps *caps);	/* 1 << CAP_ */
int vc_set_bcaps(uint32_t xid, const struct vcmd_bcaps *caps);
/* The ceiling in user namespaces made inside; bits never set follow it. */
int vc_get_nested_bcaps(uint32_t xid, struct vcmd_bcaps *caps);
int vc_set_nested_bcaps(uint32_t xid, const struct vcmd_bcaps *caps);
int vc_get_umask(uint32_t xid, struct vcmd_umask *umask);	/* CLONE_ */
int vc_set_umask(uint32_t xid, const struct vcmd_umask *umask);
int vc_get_wmask(uint32_t xid, struct vcmd_umask *wmask);	/* CLONE_ */
int vc_set_wmask(uint32_t xid, const struct vcmd_umask *wmask);

/*
 * Network contexts.  An address of a process in one is one of its set; all
 * other addresses of the machine belong to somebody else.
 */

/*
 * Create network context @nid (2 to 65535) with the flags @flags, or
 * NXF_INIT_SET when it is NULL, and move the caller into it.  Returns @nid.
 *	EEXIST	the id is taken
 *	EBUSY	the id is taken and still being set up, or the caller shares
 *		something with another process
 *	EINVAL	@nid is out of range, or an unknown flag
 */
int vc_net_create(uint32_t nid, const uint64_t *flags);

/*
 * The same with the first free id from VS_XID_DYNAMIC up; returns that id.
 *	EAGAIN	all ids of the range are taken
 */
int vc_net_create_free(const uint64_t *flags);

/*
 * Move the caller into network context @nid.  With @nid 1 the caller becomes a
 * spectator, whose addresses are all, and the result is 1.
 *	EBUSY	the caller shares something with another process
 *	EACCES	the network context is private
 */
int vc_net_migrate(uint32_t nid);

/* The network context of process @pid, 0 for the caller. */
int vc_task_nid(pid_t pid);

/* The id of network context @nid, of VS_XID_SELF for instance. */
int vc_nx_info(uint32_t nid, struct vcmd_nx_info *info);

int vc_get_nflags(uint32_t nid, struct vcmd_ctx_flags *flags);	/* NXF_ */
int vc_set_nflags(uint32_t nid, const struct vcmd_ctx_flags *flags);
int vc_get_ncaps(uint32_t nid, struct vcmd_net_caps *caps);	/* NXC_ */
int vc_set_ncaps(uint32_t nid, const struct vcmd_net_caps *caps);

/*
 * Add an entry to the addresses of network context @nid, or remove one.  Types
 * are NXA_TYPE_ADDR, _MASK (a network) and, IPv4 only, _RANGE; to remove all
 * entries of a family it is NXA_TYPE_ANY.  NXA_MOD_BCAST and NXA_MOD_LBACK
 * with NXA_TYPE_ADDR set the broadcast and the loopback address, IPv4 only.
 *	EEXIST	the entry is there already
 *	ESRCH	there is no such entry, or no such network context
 *	ENOSPC	there are 256 entries
 *	EINVAL	not an address, or not a type
 *	ENOSYS	also: the kernel has no IPv6
 */
int vc_net_add_ipv4(uint32_t nid, const struct vcmd_net_addr_ipv4 *addr);
int vc_net_remove_ipv4(uint32_t nid, const struct vcmd_net_addr_ipv4 *addr);
int vc_net_add_ipv6(uint32_t nid, const struct vcmd_net_addr_ipv6 *addr);
int vc_net_remove_ipv6(uint32_t nid, const struct vcmd_net_addr_ipv6 *addr);

/*
 * Names of a context.  @field is one of VHIN_.
 */

/*
 * Copy name @field of context @xid to @name, which has room for @size bytes
 * (VHIN_LEN are always enough).
 *	EINVAL	no such field, or the context has no own UTS namespace yet
 *	ERANGE	@size is too small
 */
int vc_get_vhi_name(uint32_t xid, int field, char *name, size_t size);

/*
 * Set name @field of context @xid.
 *	E2BIG	@name is longer than VHIN_LEN - 1 bytes
 *	EINVAL	as above
 */
int vc_set_vhi_name(uint32_t xid, int field, const char *name);

/* The text name of a field, "nodename" for instance; NULL: no such field. */
const char *vc_vhi_field_name(int field);

/* The field with the text name @name; EINVAL: no such field. */
int vc_vhi_field(const char *name);

/*
 * Statistics.
 */

int vc_ctx_stat(uint32_t xid, struct vcmd_ctx_stat *stat);
int vc_virt_stat(uint32_t xid, struct vcmd_virt_stat *stat);

/*
 * CPU time.  The flag VXF_SCHED_HARD turns the limit on.
 *	EINVAL	a value is out of its range, or there is no such CPU
 *	EBUSY	a member may have a kernel thread that cannot be held
 */
int vc_set_sched(uint32_t xid, const struct vcmd_sched *sched);

/* @sched->mask may have VXSM_MSEC, to get the values in milliseconds. */
int vc_get_sched(uint32_t xid, struct vcmd_sched *sched);

/* What was used of CPU @info->cpu_id; EINVAL: there is no such CPU. */
int vc_sched_info(uint32_t xid, struct vcmd_sched_info *info);

int vc_set_prio_bias(uint32_t xid, const struct vcmd_prio_bias *bias);
int vc_get_prio_bias(uint32_t xid, struct vcmd_prio_bias *bias);

/*
 * The call of the 1.x interface: create or enter @xid, remove @remove_cap
 * from the ceiling and set @flags.  New programs do not use it.
 */
int vc_new_s_context(uint32_t xid, uint32_t remove_cap, uint32_t flags);

/*
 * Lists of names, as in "fakeinit,~lock,^4".
 */

enum vc_list {
	VC_LIST_CFLAGS,		/* context flags */
	VC_LIST_CCAPS,		/* context capabilities */
	VC_LIST_BCAPS,		/* system capabilities */
	VC_LIST_NFLAGS,		/* network context flags */
	VC_LIST_NCAPS,		/* network context capabilities */
	VC_LIST_UMASK,		/* namespaces */
	VC_LIST_PERSONALITY,	/* personality(2): flags */
	VC_LIST_VCI,		/* kernel configuration */
	VC_LIST_LIMITS,		/* limits, one bit for each id */
};

enum vc_name_kind {
	VC_NAME_MAIN,		/* what a printer writes for the bit */
	VC_NAME_ALIAS,		/* another spelling */
	VC_NAME_OLD,		/* accepted, but deserves a warning */
	VC_NAME_SET,		/* stands for several bits */
};

/* One row of the table of names. */
struct vc_name {
	enum vc_list		list;
	enum vc_name_kind	kind;
	const char		*name;
	uint64_t		bits;
	const char		*text;	/* meaning, one sentence or less */
};

/* What a list says: the bits under @mask get the value that @flag has. */
struct vc_bits {
	uint64_t	flag;
	uint64_t	mask;
};

/* What a parser did not like, or has to remark. */
struct vc_parse {
	size_t		offset;	/* where the offending text begins */
	size_t		length;	/* and how long it is */
	const char	*old;	/* a deprecated name that was used, or NULL */
};

/*
 * Parse @text and apply it to @bits, which the caller has initialized.  On
 * failure @bits is unchanged.  @parse may be NULL.
 *	EINVAL	see @parse
 */
int vc_list_parse(enum vc_list list, const char *text, struct vc_bits *bits,
		  struct vc_parse *parse);

/*
 * Write the names of @bits to @text, separated by commas and in the order of
 * bits; unknown ones as ^N.  Returns the length of the complete text as
 * snprintf() does.
 */
int vc_list_format(enum vc_list list, uint64_t bits, char *text, size_t size);

/* The name of bit number @bit, or NULL. */
const char *vc_list_bit_name(enum vc_list list, unsigned int bit);

/* How messages call an element: "flag", "bcap" and so on. */
const char *vc_list_label(enum vc_list list);

/* The whole table of names; the last row has no name. */
const struct vc_name *vc_names(void);

/* The value of a personality(2) type as "LINUX32" or "PER_LINUX32". */
int vc_personality_type(const char *name, uint32_t *value);

/*
 * Limits, as in "200", "64M", "inf".
 */
#define VC_LIMIT_INF	(~(uint64_t)0)
#define VC_LIMIT_KEEP	(~(uint64_t)1)

/*
 * Parse a limit.  @parse may be NULL.
 *	EINVAL	not a limit
 *	ERANGE	too large
 */
int vc_limit_parse(const char *text, uint64_t *value, struct vc_parse *parse);

/*
 * Limits of a context.  Ids are RLIMIT_* or VLIM_*; VC_LIMIT_INF is no limit,
 * VC_LIMIT_KEEP leaves one as it is.
 */

/*
 * The limits of @rlimit->id, which the caller has set.
 *	EINVAL	the kernel has no such limit
 */
int vc_get_rlimit(uint32_t xid, struct vcmd_ctx_rlimit *rlimit);

/*
 * Set them; a soft limit above the hard one is lowered to it.
 *	EINVAL	as above
 */
int vc_set_rlimit(uint32_t xid, const struct vcmd_ctx_rlimit *rlimit);

/* Which ids the kernel has a minimum, a soft and a hard limit for, as bits. */
int vc_get_rlimit_mask(struct vcmd_ctx_rlimit_mask *mask);

/*
 * What is in use of @stat->id, the least and the most that was, and how often
 * the limit was hit.
 *	EINVAL	the kernel neither limits nor counts it
 */
int vc_rlimit_stat(uint32_t xid, struct vcmd_rlimit_stat *stat);

/* Forget how often limits were hit; forget the least and the most. */
int vc_reset_hits(uint32_t xid);
int vc_reset_minmax(uint32_t xid);

/* What is added to the oom_score_adj of each process of a context. */
int vc_get_badness(uint32_t xid, int64_t *bias);
int vc_set_badness(uint32_t xid, int64_t bias);

/*
 * Attributes of files, VIATTR_ bits.  A final symbolic link is not followed;
 * descriptors may be of O_PATH.
 *
 * Get: @mask tells which flags the file can have.  Set: @mask tells which to
 * change.
 *	EOPNOTSUPP	the file system cannot keep it
 *	ETXTBSY		the file is open for writing, or mapped
 */
int vc_get_iattr(const char *path, struct vcmd_fiattr *attr);
int vc_set_iattr(const char *path, const struct vcmd_fiattr *attr);
int vc_fget_iattr(int fd, struct vcmd_fiattr *attr);
int vc_fset_iattr(int fd, const struct vcmd_fiattr *attr);

/*
 * What guests may do with a device, VDEV_ bits: those of a context, which need
 * not exist yet, or of all for id 0.  @device and @target are names of nodes;
 * a final symbolic link is not followed.  Without @device (NULL) all devices of
 * the kind of @target are meant.  @target is what is opened with VDEV_REMAP.
 *	ENODEV		no device
 *	EINVAL		they are not of one kind
 *	EOPNOTSUPP	a character device to remap
 *	ENOENT		unset: nothing was set
 */
int vc_set_mapping(uint32_t xid, const char *device, const char *target,
		   uint32_t flags);
int vc_unset_mapping(uint32_t xid, const char *device, const char *target);

/* The name of an id, or NULL. */
const char *vc_rlimit_name(uint32_t id);

/*
 * The id that belongs to a name.
 *	EINVAL	there is none
 */
int vc_rlimit_id(const char *name);

/*
 * Errors.
 */

/* What went wrong, as errno and as a sentence that names the object. */
struct vc_error {
	int	code;
	char	text[256];
};

/* Fill @error, which may be NULL; sets errno to @code and returns -1. */
int vc_error_set(struct vc_error *error, int code, const char *fmt, ...)
	VC_PRINTF(3, 4);

/*
 * As strerror(), but says for ENOSYS whether it is the kernel or the user
 * that lacks something.  The result is a constant text.
 */
const char *vc_strerror(int code);

/*
 * Guests: a name, the context that it runs in, its configuration.
 */

#define VC_GUEST_NAME_MAX	64

/* Where things are; tests use directories of their own. */
struct vc_dirs {
	const char	*conf;		/* /etc/vservers */
	const char	*run;		/* /run/vservers */
	const char	*rev;		/* /run/vservers.rev */
	const char	*proc;		/* /proc/virtual */
};

/* The directories that were chosen when the library was built. */
const struct vc_dirs *vc_dirs_default(void);

/* Whether @name can be the name of a guest: [A-Za-z0-9._-]{1,64}. */
int vc_guest_name_valid(const char *name);

/*
 * The context in which guest @name is running.  @dirs may be NULL, here and
 * below.
 *	ESRCH	it is not running
 *	EINVAL	not a name
 */
int vc_guest_xid(const struct vc_dirs *dirs, const char *name, uint32_t *xid);

/*
 * The static id in the configuration of guest @name.
 *	ENOENT	no such guest, or it has no static id
 */
int vc_guest_static_xid(const struct vc_dirs *dirs, const char *name,
			uint32_t *xid);

/*
 * The configuration directory of the guest that runs in context @xid.
 *	ENOENT	the context does not belong to a guest
 */
int vc_guest_dir(const struct vc_dirs *dirs, uint32_t xid, char *path,
		 size_t size);

/* The name of the same guest: the last part of that directory. */
int vc_guest_name(const struct vc_dirs *dirs, uint32_t xid, char *name,
		  size_t size);

/* Accept the static id of a guest that does not run, too. */
#define VC_ID_STOPPED	0x1

/*
 * Translate an id argument: "self", ":NAME", a decimal number, or the name of
 * a guest.  "self" becomes VS_XID_SELF, as does "-1"; "-2" becomes
 * VS_XID_SAME.  @flags are VC_ID_ bits.
 *	EINVAL	neither a number nor a name
 *	ERANGE	the number is larger than VS_XID_MAX
 *	ENOENT	no such guest
 *	ESRCH	the guest is not running
 */
int vc_id_parse(const struct vc_dirs *dirs, const char *text,
		unsigned int flags, uint32_t *id, struct vc_error *error);

#ifdef __cplusplus
}
#endif

#endif /* VSERVER_H */
