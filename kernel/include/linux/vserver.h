/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual servers: what the rest of the kernel calls.
 *
 * Every hook in an existing file is one call to one of these functions.  They
 * come in two states: with CONFIG_VSERVER=n they compile to the original
 * expression; with it they start with the test of a static key that the first
 * context turns on, so that a kernel without contexts runs a NOP.
 *
 * This header is included by kernel/pid.c, fs/proc/base.c and the like: it
 * needs no other header than the three below and must stay that way.
 */
#ifndef _LINUX_VSERVER_H
#define _LINUX_VSERVER_H

#include <linux/types.h>
#include <linux/vs_pid.h>
#include <uapi/linux/vserver.h>

struct cred;
struct ctl_table;
struct ctl_table_header;
struct dentry;
struct fileattr;
struct file;
struct file_lock_core;
struct inode;
struct kernfs_node;
struct kern_ipc_perm;
struct mnt_idmap;
struct mnt_namespace;
struct nsproxy;
struct path;
struct pid;
struct pid_namespace;
struct proc_dir_entry;
struct seq_file;
struct sysinfo;
struct task_struct;
struct timespec64;
struct tty_struct;
struct user_namespace;

pid_t pid_nr_ns(struct pid *pid, struct pid_namespace *ns);
void mnt_ns_seal(struct mnt_namespace *ns);

#ifdef CONFIG_VSERVER

bool capable(int cap);
bool ns_capable(struct user_namespace *ns, int cap);

/* On as soon as the CPU time of a context was ever limited, and for good. */
DECLARE_STATIC_KEY_FALSE(vs_sched_key);

u32 __vs_current_xid(void);
u32 __vs_current_id(void);
u32 __vs_current_user_id(void);
u32 __vs_cred_user_id(const struct cred *cred);
bool __vs_guest(void);
bool __vs_in_setup(void);
bool __vs_foreign_id(u32 id);
bool __vs_foreign_link(const struct file *file);
bool __vs_keeps_links(struct dentry *dentry);
int __vs_cow_open(struct path *path, int acc_mode, int flags, bool cached);
int __vs_cow_change(struct path *path, bool write);
int vs_may_set_fileattr(struct mnt_idmap *idmap, struct dentry *dentry,
			const struct fileattr *old, const struct fileattr *new);
int vs_may_bind(const struct dentry *dentry);
bool vs_may_suid(const struct path *path);
bool __vs_may_read_tty(const struct tty_struct *tty);
bool __vs_may_ioctl_tty(const struct tty_struct *tty, unsigned int cmd);
bool __vs_ipc_visible(const struct kern_ipc_perm *perm);
bool __vs_may_pipe_core(void);
void __vs_name_keyring(char *name, const struct cred *cred);
bool __vs_same_context(const struct task_struct *p);
struct pid *__vs_find_vpid(int nr, struct pid *pid);
struct pid *__vs_find_child(int nr, struct pid_namespace *ns);
pid_t __vs_pid_nr_ns(struct pid *pid, struct pid_namespace *ns);
pid_t vs_task_nr_ns(struct task_struct *p, int type, struct pid_namespace *ns);
bool vs_has_tgid(struct task_struct *p, pid_t nr);
pid_t __vs_pid_nr_for(struct pid *pid, struct task_struct *receiver);
pid_t __vs_ppid(struct task_struct *p, struct pid_namespace *ns);
pid_t __vs_parent_vnr(struct pid *pid);
struct task_struct *__vs_child_reaper(struct task_struct *p,
				      struct task_struct *father,
				      struct task_struct *reaper);
pid_t __vs_lock_nr(pid_t nr, struct pid_namespace *ns);
bool __vs_lock_visible(const struct file_lock_core *lock);
struct pid *__vs_proc_find(int nr, struct pid_namespace *ns);
struct pid *__vs_proc_next(unsigned int *nr, struct pid_namespace *ns);
bool __vs_proc_is_pid1(const struct pid *pid, struct pid_namespace *ns);
void vs_proc_root_init(struct dentry *root);
void vs_proc_activate(void);
bool __vs_proc_visible(const struct pid *pid, const char *name);
bool __vs_can_unshare(struct user_namespace *user_ns, unsigned long flags);
unsigned int __vs_nr_threads(void);
unsigned int __vs_nr_running(void);
pid_t __vs_last_pid(void);
bool __vs_pivots_own_mounts(void);
bool vs_may_drop_bset(void);
void __vs_group_exit(struct task_struct *p, long code);
void __vs_release_task(struct task_struct *p);
u64 __vs_ceiling(const struct cred *cred);
int __vs_sysctl_perm(struct ctl_table_header *head,
		     const struct ctl_table *table, int op);
int __vs_cgroup_may_write(const struct kernfs_node *file);
bool __vs_capable(int cap, u64 ccap);
bool __vs_ns_capable(struct user_namespace *ns, int cap, u64 ccap);
u64 __vs_utsname_ccap(void);
u64 __vs_rlimit_ccap(unsigned int resource, unsigned long max);
long __vs_nice(long nice);
bool __vs_has_flag(u64 flag);

int vs_proc_vinfo(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *p);
int vs_proc_ninfo(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *p);
void vs_proc_status(struct seq_file *m, struct task_struct *p);

/* Who sees an entry of /proc; the first three are the bits of the ABI. */
#define VS_PROC_ADMIN	0x01	/* the host, although it is hidden */
#define VS_PROC_WATCH	0x02	/* the spectator, although it is hidden */
#define VS_PROC_HIDE	0x04	/* nobody else */
#define VS_PROC_FLAGS	(VS_PROC_ADMIN | VS_PROC_WATCH | VS_PROC_HIDE)
#define VS_PROC_NEVER	0x80	/* no guest, whatever the others say */

void vs_pde_init(struct proc_dir_entry *de, const struct proc_dir_entry *dir);
bool __vs_pde_visible(const struct proc_dir_entry *de);
u8 vs_proc_top_flags(const char *name);
u8 vs_proc_net_flags(const char *name, bool private);
bool vs_proc_flags_visible(u8 flags, u32 xid);
int vs_proc_get_flags(const struct inode *inode, u8 *flags);
int vs_proc_set_flags(struct inode *inode, u8 flags, u8 mask);
int vs_proc_may_write(const struct inode *inode);
int vs_proc_may_setattr(const struct inode *inode);

u32 __vs_new_pid(pid_t nr);
void __vs_uptime(struct timespec64 *ts);
void __vs_btime(struct timespec64 *ts);
u64 __vs_start_time(u64 ns);
u64 __vs_idle_time(u64 ns);
void __vs_sysinfo(struct sysinfo *info);
bool __vs_loadavg(struct seq_file *m);
bool __vs_meminfo(struct seq_file *m);
bool __vs_stat(struct seq_file *m);
const struct seq_operations *vs_cpuinfo(const struct seq_operations *op);
void __vs_cpu_time(struct task_struct *p, int index, u64 ns);
void __vs_sched_charge(struct task_struct *p, s64 ns);
void __vs_sched_hold(void);

/**
 * struct vs_proc_file - A file in /proc/virtual
 * @name: Its name.
 * @show: Prints it; the id is 0 for a file that belongs to no context.
 */
struct vs_proc_file {
	const char *name;
	int (*show)(struct seq_file *m, u32 xid);
};

int __vs_reboot(unsigned int cmd);
bool __vs_has_log(void);
int vs_syslog(int type, char __user *to, int len);
bool __vs_may_syslog(void);
void __vs_printk(char *text, size_t len);
const char *__vs_task_comm(struct task_struct *p, const char *name,
			   char *clean);

/**
 * struct vs_proc_tree - A directory of /proc with one for each of some objects
 * @name: Its name.
 * @ino: Inode numbers of its files begin here.
 * @files: Its own files; an entry without name ends these, and the next.
 * @id_files: Those in the directory of an object.
 * @valid: 1 when an object exists, 0 when it has ended, -ENOENT when the reader
 *	must not know; the id 0 stands for the directory of all.
 * @next: Finds the object with the smallest id from this one on that the
 *	reader sees; false when there is none.
 * @count: Number of objects the reader sees.
 */
struct vs_proc_tree {
	const char *name;
	unsigned long ino;
	const struct vs_proc_file *files;
	const struct vs_proc_file *id_files;
	int (*valid)(u32 id);
	bool (*next)(u32 *id);
	unsigned int (*count)(void);
};

/* For fs/proc/vserver.c. */
extern const struct vs_proc_tree vs_proc_virtual;
extern const struct vs_proc_tree vs_proc_virtnet;
int vs_proc_show_info(struct seq_file *m, u32 id);

/**
 * vs_current_xid - Context id of the calling task
 *
 * Return: 0 for the host, 1 for the spectator, a guest's id otherwise.
 */
static __always_inline u32 vs_current_xid(void)
{
	return vs_active() ? __vs_current_xid() : 0;
}

/**
 * vs_current_id - The same with a generation in the upper half
 *
 * The generation tells a context from an earlier one with the same id, for
 * what may outlive its context.
 */
static __always_inline u32 vs_current_id(void)
{
	return vs_active() ? __vs_current_id() : 0;
}

/**
 * vs_current_user_id - Whose users are those of the calling task?
 *
 * Return: what vs_current_id() says, but 0 in contexts whose users share
 * their limits with those of the host.
 */
static __always_inline u32 vs_current_user_id(void)
{
	return vs_active() ? __vs_current_user_id() : 0;
}

/**
 * vs_cred_user_id - The same for somebody with the credentials @cred
 */
static __always_inline u32 vs_cred_user_id(const struct cred *cred)
{
	return vs_active() ? __vs_cred_user_id(cred) : 0;
}

/* Of struct user_struct and struct ucounts, which count for each context. */
#define vs_user_id(user)		((user)->vs_id)
#define vs_user_set_id(user, id)	((user)->vs_id = (id))

/* A new process belongs to the context of the one that made it. */
#define vs_pid_init(new)						\
({									\
	struct pid *__pid = (new);					\
									\
	__pid->vs_xid = vs_active() ?					\
		__vs_new_pid(__pid->numbers[0].nr) : 0;			\
})
/* A file is known by who opened it. */
#define vs_file_init(file)	((file)->f_xid = vs_current_id())

/**
 * vs_guest - Is the calling task a guest?
 *
 * Neither the host nor the spectator nor a kernel thread is one.
 */
static __always_inline bool vs_guest(void)
{
	return vs_active() && __vs_guest();
}

/**
 * vs_foreign_id - Does something belong to another context than the guest's?
 * @id: What vs_current_id() was when the thing was made.
 *
 * Nothing is foreign to the host and the spectator.
 */
static __always_inline bool vs_foreign_id(u32 id)
{
	return vs_active() && __vs_foreign_id(id);
}

/* Was the file opened by another context than the guest's? */
#define vs_foreign(file)	vs_foreign_id((file)->f_xid)

/**
 * vs_foreign_link - Must a guest not get at the file behind a descriptor?
 *
 * To walk from it, open it once more, or give it a name.
 */
static __always_inline bool vs_foreign_link(const struct file *file)
{
	return vs_active() && __vs_foreign_link(file);
}

/**
 * vs_keeps_links - Must a file neither get nor lose names?
 * @link: One of its names.
 *
 * Also where there are no contexts yet, for files that are unified: one test
 * for all that are not immutable.
 */
#define vs_keeps_links(link)						\
({									\
	struct dentry *__dentry = (link);				\
									\
	IS_IMMUTABLE(d_backing_inode(__dentry)) &&			\
		__vs_keeps_links(__dentry);				\
})

/**
 * vs_cow_open - Let who opens a unified file for writing have a copy
 * @where: The file; afterwards what is to be opened.
 * @acc_mode: MAY_*
 * @flags: O_*
 * @cached: Nothing may block.
 *
 * As above, also where there are no contexts.
 *
 * Return: 0 or an error.
 */
#define vs_cow_open(where, acc_mode, flags, cached)			\
({									\
	struct path *__path = (where);					\
	int __mode = (acc_mode);					\
									\
	(__mode & MAY_WRITE) &&						\
	IS_IMMUTABLE(d_backing_inode(__path->dentry)) ?			\
		__vs_cow_open(__path, __mode, flags, cached) : 0;	\
})

/**
 * vs_cow_change - The same for who changes one by its name
 * @where: The file; afterwards what is to be changed.
 * @write: Its content, not its attributes.
 *
 * Return: 0 or an error.
 */
#define vs_cow_change(where, write)					\
({									\
	struct path *__path = (where);					\
									\
	vs_active() && IS_IMMUTABLE(d_backing_inode(__path->dentry)) ?	\
		__vs_cow_change(__path, write) : 0;			\
})

/**
 * vs_may_read_tty - May the caller have what is typed into a terminal?
 */
static __always_inline bool vs_may_read_tty(const struct tty_struct *tty)
{
	return !vs_active() || __vs_may_read_tty(tty);
}

/**
 * vs_may_ioctl_tty - May the caller make a request to a terminal?
 */
static __always_inline bool vs_may_ioctl_tty(const struct tty_struct *tty,
					     unsigned int cmd)
{
	return !vs_active() || __vs_may_ioctl_tty(tty, cmd);
}

/**
 * vs_ipc_visible - May the caller see an IPC object of its namespace?
 */
static __always_inline bool vs_ipc_visible(const struct kern_ipc_perm *perm)
{
	return !vs_active() || __vs_ipc_visible(perm);
}

/**
 * vs_may_pipe_core - Does the core dump go to the program of the host?
 */
static __always_inline bool vs_may_pipe_core(void)
{
	return !vs_active() || __vs_may_pipe_core();
}

/* Room that vs_name_keyring() needs: a dot and 32 bits. */
#define VS_KEYRING_SUFFIX	9

/**
 * vs_name_keyring - Make the name of a user's keyring one of the context
 * @name: The name, with room for VS_KEYRING_SUFFIX more.
 * @cred: Whose keyring it is.
 */
static __always_inline void vs_name_keyring(char *name, const struct cred *cred)
{
	if (vs_active())
		__vs_name_keyring(name, cred);
}

/**
 * vs_in_setup - Is the caller a member of a context that is being set up?
 *
 * Such a task runs the host's tools; its ceiling does not bind yet.
 */
static __always_inline bool vs_in_setup(void)
{
	return vs_active() && __vs_in_setup();
}

/**
 * vs_same_context - Is @p a member of the caller's context?
 */
static __always_inline bool vs_same_context(const struct task_struct *p)
{
	return !vs_active() || __vs_same_context(p);
}

/**
 * vs_pid_nr_for - The number of a pid for another process than the caller
 * @pid:	what is named to it
 * @receiver:	the one who is told: a parent or tracer of @pid, who may know
 *		it although it does not see it, or the receiver of a signal
 */
#define vs_pid_nr_for(pid, receiver)	\
	__vs_pid_nr_for(pid, (__force struct task_struct *)(receiver))

/* In the tag of a pid, beside the id: it is number 1 for its context. */
#define VS_PID1			0x80000000U
#define vs_pid_xid(pid)		(READ_ONCE((pid)->vs_xid) & ~VS_PID1)

/*
 * In few instructions: does the caller know a pid by the number that it has? A
 * task's own tag is always that of its context, but for the moment in which it
 * enters one.  These are macros because this header knows no structures.
 */
#define vs_pid_is_plain(what)						\
({									\
	const struct pid *__self = current->thread_pid;			\
	u32 __tag = READ_ONCE((what)->vs_xid);				\
									\
	likely(__self && __tag == READ_ONCE(__self->vs_xid) &&		\
	       !(__tag & VS_PID1));					\
})

/**
 * vs_filter_nr - What a lookup by number has found, as far as the caller may
 *		  know of it
 * @found:	the pid, or NULL
 * @nr:		the number
 */
#define vs_filter_nr(found, nr)						\
({									\
	struct pid *__pid = (found);					\
									\
	if (vs_active() && !(__pid && vs_pid_is_plain(__pid)))		\
		__pid = __vs_find_vpid(nr, __pid);			\
	__pid;								\
})

/**
 * vs_pid_nr_ns - pid_nr_ns() for what is shown to the caller
 *
 * Return: 0 for a process that it must not know of.
 */
#define vs_pid_nr_ns(what, ns)						\
({									\
	struct pid *__pid = (what);					\
	struct pid_namespace *__ns = (ns);				\
									\
	vs_active() && !(__pid && vs_pid_is_plain(__pid)) ?		\
		__vs_pid_nr_ns(__pid, __ns) : pid_nr_ns(__pid, __ns);	\
})

/**
 * vs_parent_vnr - The number of the caller's parent, for the caller
 * @parent:	the parent; under RCU
 */
#define vs_parent_vnr(parent)						\
({									\
	struct pid *__pid = (parent);					\
									\
	/* none once the parent is reaped */				\
	vs_active() && !(__pid && vs_pid_is_plain(__pid)) ?		\
		__vs_parent_vnr(__pid) :				\
		pid_nr_ns(__pid, task_active_pid_ns(current));		\
})

/**
 * vs_ppid - The number to show for the parent of a process
 * @p:	the process
 * @ns:	the reader's pid namespace
 * @nr:	the number without contexts; evaluated then only
 *
 * The init of the reader's context has no parent: 0.  Another parent outside
 * the context shows as 1, as if the process had been adopted by init.
 */
#define vs_ppid(p, ns, nr)	(vs_active() ? __vs_ppid(p, ns) : (nr))

/**
 * vs_lock_visible - May the caller know of a lock on a file?
 */
static __always_inline bool
vs_lock_visible(const struct file_lock_core *lock)
{
	return !vs_active() || __vs_lock_visible(lock);
}

/**
 * vs_child_reaper - Who adopts a child of a process that exits?
 * @p:		the child
 * @father:	the process
 * @reaper:	who would without contexts
 */
static __always_inline struct task_struct *
vs_child_reaper(struct task_struct *p, struct task_struct *father,
		struct task_struct *reaper)
{
	return vs_active() ? __vs_child_reaper(p, father, reaper) : reaper;
}

/**
 * vs_proc_visible - May the caller look at an entry of /proc/PID?
 * @pid:	the process
 * @name:	the entry, or a number for the directory itself
 */
static __always_inline bool vs_proc_visible(const struct pid *pid,
					    const char *name)
{
	return !vs_active() || __vs_proc_visible(pid, name);
}

/**
 * vs_pde_visible - Does an entry of /proc exist for the caller?
 * @de:	the entry
 */
static __always_inline bool vs_pde_visible(const struct proc_dir_entry *de)
{
	return !vs_active() || __vs_pde_visible(de);
}

/**
 * vs_can_unshare - May the caller create namespaces although
 *		    CAP_SYS_ADMIN is outside its ceiling?
 */
static __always_inline bool vs_can_unshare(struct user_namespace *user_ns,
					   unsigned long flags)
{
	return vs_active() && __vs_can_unshare(user_ns, flags);
}

/**
 * vs_nr_threads - Number of threads that the caller is told of
 * @nr: of the machine
 */
static __always_inline int vs_nr_threads(int nr)
{
	return vs_guest() ? __vs_nr_threads() : nr;
}

/**
 * vs_nr_running - Number of runnable threads that the caller is told of
 * @nr: of the machine
 */
static __always_inline unsigned int vs_nr_running(unsigned int nr)
{
	return vs_guest() ? __vs_nr_running() : nr;
}

/**
 * vs_last_pid - The process number that the caller is told was the last one
 * @nr: of its pid namespace
 */
static __always_inline pid_t vs_last_pid(pid_t nr)
{
	return vs_guest() ? __vs_last_pid() : nr;
}

/**
 * vs_pivots_own_mounts - Does the caller set up a context in a mount namespace
 *			  other than the host's?
 */
static __always_inline bool vs_pivots_own_mounts(void)
{
	return vs_active() && __vs_pivots_own_mounts();
}

/**
 * vs_host_mounts - Do the locks of mounts not bind the caller?
 */
static __always_inline bool vs_host_mounts(void)
{
	return vs_active() && __vs_current_xid() == 0;
}

/**
 * vs_group_exit - The last thread of a process starts to exit
 */
static __always_inline void vs_group_exit(struct task_struct *p, long code)
{
	if (vs_active())
		__vs_group_exit(p, code);
}

/**
 * vs_release_task - A dead thread was reaped and is about to be unhashed
 */
static __always_inline void vs_release_task(struct task_struct *p)
{
	if (vs_active())
		__vs_release_task(p);
}

/**
 * vs_ceiling - What the context of @cred leaves of any capability set
 *
 * Return: a bit mask, one bit a capability.
 */
static __always_inline u64 vs_ceiling(const struct cred *cred)
{
	return vs_active() ? __vs_ceiling(cred) : ~0ULL;
}

/**
 * vs_sysctl_perm - What a guest may do with an entry of /proc/sys
 * @head:	the table
 * @table:	the entry
 * @op:		MAY_READ, MAY_WRITE, MAY_EXEC
 *
 * Return: 0 when owner and mode decide, or an error.
 */
static __always_inline int vs_sysctl_perm(struct ctl_table_header *head,
					  const struct ctl_table *table, int op)
{
	return vs_active() ? __vs_sysctl_perm(head, table, op) : 0;
}

/**
 * vs_cgroup_may_write - May the caller write to a file of a control group?
 * @file:	the file, open
 *
 * Return: 0; -EACCES outside the group of the caller's context, -EPERM for the
 * limits of that group itself.
 */
static __always_inline int vs_cgroup_may_write(const struct kernfs_node *file)
{
	return vs_active() ? __vs_cgroup_may_write(file) : 0;
}

/**
 * vs_capable - capable(), or a context capability instead
 * @cap: The capability.
 * @ccap: The VXC_* bit that replaces it in the ceiling, not in the caller's
 *	credentials.
 */
static __always_inline bool vs_capable(int cap, u64 ccap)
{
	return vs_active() ? __vs_capable(cap, ccap) : capable(cap);
}

/**
 * vs_ns_capable - The same over a user namespace
 */
static __always_inline bool vs_ns_capable(struct user_namespace *ns, int cap,
					  u64 ccap)
{
	return vs_active() ? __vs_ns_capable(ns, cap, ccap) :
		ns_capable(ns, cap);
}

/**
 * vs_utsname_ccap - The context capability to set the caller's UTS names
 *
 * Return: VXC_SET_UTSNAME; 0 when these are the names of the machine.
 */
static __always_inline u64 vs_utsname_ccap(void)
{
	return vs_active() ? __vs_utsname_ccap() : 0;
}

/**
 * vs_rlimit_ccap - The context capability to raise a hard limit
 * @resource: RLIMIT_*
 * @max: The new limit.
 *
 * Return: VXC_SET_RLIMIT; 0 for a limit above what the context came with.
 */
static __always_inline u64 vs_rlimit_ccap(unsigned int resource,
					  unsigned long max)
{
	return vs_active() ? __vs_rlimit_ccap(resource, max) : 0;
}

/**
 * vs_nice - Limit a nice value to the floor of the caller's context
 */
static __always_inline long vs_nice(long nice)
{
	return vs_active() ? __vs_nice(nice) : nice;
}

/**
 * vs_ignores_nice - Does a forbidden nice value count as set?
 */
static __always_inline bool vs_ignores_nice(void)
{
	return vs_active() && __vs_has_flag(VXF_IGNEG_NICE);
}

/**
 * vs_ignores_ionice - Does a forbidden I/O priority count as set?
 */
static __always_inline bool vs_ignores_ionice(void)
{
	return vs_active() && __vs_has_flag(VXF_IGNEG_IONICE);
}

/**
 * vs_reboot - What reboot(2) does for a guest
 * @cmd: the command
 */
static __always_inline int vs_reboot(unsigned int cmd)
{
	return __vs_reboot(cmd);
}

/**
 * vs_has_log - Is the kernel log of the caller one of its own?
 */
static __always_inline bool vs_has_log(void)
{
	return vs_guest() && __vs_has_log();
}

/**
 * vs_may_syslog - Does the caller's context give it CAP_SYSLOG nevertheless?
 */
static __always_inline bool vs_may_syslog(void)
{
	return vs_guest() && __vs_may_syslog();
}

/**
 * vs_printk - See to it that a guest does not forge kernel messages
 * @text: a message
 * @len: its length
 */
static __always_inline void vs_printk(char *text, size_t len)
{
	if (vs_guest())
		__vs_printk(text, len);
}

/**
 * vs_task_comm - The same for what is printed as the name of a task
 * @p: the task
 * @name: the name it gets
 * @clean: buffer of TASK_COMM_LEN
 *
 * Return: @name or @clean.
 */
static __always_inline const char *
vs_task_comm(struct task_struct *p, const char *name, char *clean)
{
	return vs_active() ? __vs_task_comm(p, name, clean) : name;
}

/**
 * vs_uptime - Count the time since boot from the start of the reader's context
 *
 * Here and below: if the context of the caller has virtual values of the kind.
 */
static __always_inline void vs_uptime(struct timespec64 *ts)
{
	if (vs_active())
		__vs_uptime(ts);
}

/**
 * vs_btime - Make the time of the boot that of the start of the context
 */
static __always_inline void vs_btime(struct timespec64 *ts)
{
	if (vs_active())
		__vs_btime(ts);
}

/**
 * vs_start_time - The start of a process, in ns since the boot the reader sees
 */
static __always_inline u64 vs_start_time(u64 ns)
{
	return vs_active() ? __vs_start_time(ns) : ns;
}

/**
 * vs_idle_time - Time in ns that all CPUs together left unused
 */
static __always_inline u64 vs_idle_time(u64 ns)
{
	return vs_active() ? __vs_idle_time(ns) : ns;
}

/**
 * vs_sysinfo - Replace loads and sizes of memory by those of the context
 */
static __always_inline void vs_sysinfo(struct sysinfo *info)
{
	if (vs_active())
		__vs_sysinfo(info);
}

/**
 * vs_loadavg - Print /proc/loadavg for the reader's context
 *
 * Return: false when the reader gets that of the machine.
 */
static __always_inline bool vs_loadavg(struct seq_file *m)
{
	return vs_active() && __vs_loadavg(m);
}

/**
 * vs_meminfo - The same for /proc/meminfo
 */
static __always_inline bool vs_meminfo(struct seq_file *m)
{
	return IS_ENABLED(CONFIG_MEMCG) && vs_active() && __vs_meminfo(m);
}

/**
 * vs_stat - The same for /proc/stat
 */
static __always_inline bool vs_stat(struct seq_file *m)
{
	return vs_active() && __vs_stat(m);
}

/**
 * vs_cpu_time - A task has used CPU time
 * @p:		the task
 * @index:	enum cpu_usage_stat
 * @ns:		how much
 */
static __always_inline void vs_cpu_time(struct task_struct *p, int index,
					u64 ns)
{
	if (vs_active())
		__vs_cpu_time(p, index, ns);
}

/**
 * vs_sched_charge - A task ran; with its run queue locked
 * @p:		the task
 * @ns:		for how long
 */
static __always_inline void vs_sched_charge(struct task_struct *p, s64 ns)
{
	if (static_branch_unlikely(&vs_sched_key))
		__vs_sched_charge(p, ns);
}

/**
 * vs_sched_hold - Wait until the context has CPU time again
 *
 * On the way to user mode, without locks.
 */
static __always_inline void vs_sched_hold(void)
{
	if (static_branch_unlikely(&vs_sched_key))
		__vs_sched_hold();
}

#else /* !CONFIG_VSERVER */

static inline void vs_pid_init(struct pid *pid) { }
static inline void vs_file_init(struct file *file) { }
static inline u32 vs_current_id(void) { return 0; }
static inline u32 vs_current_user_id(void) { return 0; }
static inline u32 vs_cred_user_id(const struct cred *cred) { return 0; }
#define vs_user_id(user)		((void)(user), 0)
#define vs_user_set_id(user, id)	((void)(user), (void)(id))
#define vs_filter_nr(pid, nr)		((void)(nr), (pid))
static inline u32 vs_current_xid(void) { return 0; }
static inline bool vs_guest(void) { return false; }
static inline bool vs_in_setup(void) { return false; }
static inline bool vs_same_context(const struct task_struct *p) { return true; }
static inline struct pid *__vs_find_child(int nr, struct pid_namespace *ns)
{
	return NULL;
}

static inline struct pid *__vs_proc_find(int nr, struct pid_namespace *ns)
{
	return NULL;
}

static inline struct pid *__vs_proc_next(unsigned int *nr,
					 struct pid_namespace *ns)
{
	return NULL;
}

static inline void vs_proc_root_init(struct dentry *root) { }
static inline pid_t __vs_lock_nr(pid_t nr, struct pid_namespace *ns)
{
	return nr;
}

static inline bool vs_lock_visible(const struct file_lock_core *lock)
{
	return true;
}

#define vs_pid_nr_ns(pid, ns)		pid_nr_ns(pid, ns)
#define vs_parent_vnr(pid)		pid_vnr(pid)

#define vs_task_nr_ns(p, type, ns)	__task_pid_nr_ns(p, type, ns)
#define vs_pid_nr_for(pid, receiver)	\
	pid_nr_ns(pid, task_active_pid_ns(receiver))
#define vs_has_tgid(p, nr)		(task_tgid_vnr(p) == (nr))
#define vs_ppid(p, ns, nr)		((void)(p), (void)(ns), (nr))
static inline struct task_struct *vs_child_reaper(struct task_struct *p,
						  struct task_struct *father,
						  struct task_struct *reaper)
{
	return reaper;
}

static inline bool vs_proc_visible(const struct pid *pid, const char *name)
{
	return true;
}

static inline void vs_pde_init(struct proc_dir_entry *de,
			       const struct proc_dir_entry *dir) { }
static inline bool vs_pde_visible(const struct proc_dir_entry *de)
{
	return true;
}

static inline bool vs_can_unshare(struct user_namespace *user_ns,
				  unsigned long flags) { return false; }
static inline int vs_nr_threads(int nr) { return nr; }
static inline unsigned int vs_nr_running(unsigned int nr) { return nr; }
static inline pid_t vs_last_pid(pid_t nr) { return nr; }
static inline bool vs_pivots_own_mounts(void) { return false; }
static inline bool vs_host_mounts(void) { return false; }
static inline bool vs_may_drop_bset(void) { return false; }
static inline void vs_group_exit(struct task_struct *p, long code) { }
static inline void vs_release_task(struct task_struct *p) { }
static inline u64 vs_ceiling(const struct cred *cred) { return ~0ULL; }
static inline int vs_reboot(unsigned int cmd) { return 0; }
static inline bool vs_has_log(void) { return false; }
static inline int vs_syslog(int type, char __user *to, int len) { return 0; }
static inline bool vs_may_syslog(void) { return false; }
static inline void vs_printk(char *text, size_t len) { }
static inline const char *vs_task_comm(struct task_struct *p, const char *name,
				       char *clean)
{
	return name;
}

static inline void vs_proc_status(struct seq_file *m, struct task_struct *p) { }
static inline bool vs_foreign_id(u32 id) { return false; }
#define vs_foreign(file)		((void)(file), false)
static inline bool vs_foreign_link(const struct file *file) { return false; }
#define vs_keeps_links(dentry)	IS_IMMUTABLE(d_backing_inode(dentry))
#define vs_cow_open(path, acc_mode, flags, cached)	\
	((void)(path), (void)(acc_mode), (void)(flags), (void)(cached), 0)
#define vs_cow_change(path, write)	((void)(path), (void)(write), 0)
static inline int
vs_may_set_fileattr(struct mnt_idmap *idmap, struct dentry *dentry,
		    const struct fileattr *old, const struct fileattr *new)
{
	return 0;
}

static inline int vs_may_bind(const struct dentry *dentry) { return 0; }
static inline bool vs_may_suid(const struct path *path) { return true; }
static inline bool vs_may_read_tty(const struct tty_struct *tty)
{
	return true;
}

static inline bool vs_may_ioctl_tty(const struct tty_struct *tty,
				    unsigned int cmd) { return true; }
static inline bool vs_ipc_visible(const struct kern_ipc_perm *perm)
{
	return true;
}

static inline bool vs_may_pipe_core(void) { return true; }
#define VS_KEYRING_SUFFIX		0
static inline void vs_name_keyring(char *name, const struct cred *cred) { }
#define vs_capable(cap, ccap)		((void)(ccap), capable(cap))
#define vs_ns_capable(ns, cap, ccap)	((void)(ccap), ns_capable(ns, cap))
static inline u64 vs_utsname_ccap(void) { return 0; }
static inline u64 vs_rlimit_ccap(unsigned int resource, unsigned long max)
{
	return 0;
}

static inline int vs_sysctl_perm(struct ctl_table_header *head,
				 const struct ctl_table *table, int op)
{
	return 0;
}

static inline int vs_cgroup_may_write(const struct kernfs_node *file)
{
	return 0;
}

static inline long vs_nice(long nice) { return nice; }
static inline bool vs_ignores_nice(void) { return false; }
static inline bool vs_ignores_ionice(void) { return false; }

static inline void vs_uptime(struct timespec64 *ts) { }
static inline void vs_btime(struct timespec64 *ts) { }
static inline u64 vs_start_time(u64 ns) { return ns; }
static inline u64 vs_idle_time(u64 ns) { return ns; }
static inline void vs_sysinfo(struct sysinfo *info) { }
static inline bool vs_loadavg(struct seq_file *m) { return false; }
static inline bool vs_meminfo(struct seq_file *m) { return false; }
static inline bool vs_stat(struct seq_file *m) { return false; }
static inline const struct seq_operations *
vs_cpuinfo(const struct seq_operations *op) { return op; }

static inline void vs_cpu_time(struct task_struct *p, int index, u64 ns) { }
static inline void vs_sched_charge(struct task_struct *p, s64 ns) { }
static inline void vs_sched_hold(void) { }

#endif /* CONFIG_VSERVER */
#endif /* _LINUX_VSERVER_H */
