/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - namespaces and directories a context remembers
 */
#ifndef _SECURITY_VSERVER_SPACE_H
#define _SECURITY_VSERVER_SPACE_H

#include <linux/sched.h>
#include <linux/types.h>

#define VS_SPACES	2

struct cgroup_namespace;
struct cred;
struct fs_struct;
struct ipc_namespace;
struct mnt_namespace;
struct net;
struct nsproxy;
struct pid_namespace;
struct time_namespace;
struct user_namespace;
struct uts_namespace;
struct vs_context;

/*
 * What get_space_mask answers.  Tools clone or store all they are told here,
 * and the older ones know no other kinds.
 */
#define VS_SPACE_OLD	(CLONE_FS | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
			 (IS_ENABLED(CONFIG_USER_NS) ? CLONE_NEWUSER : 0) | \
			 (IS_ENABLED(CONFIG_PID_NS) ? CLONE_NEWPID : 0) |  \
			 (IS_ENABLED(CONFIG_NET_NS) ? CLONE_NEWNET : 0))
/* What set_space can store. */
#define VS_SPACE_MASK	(VS_SPACE_OLD |					\
			 (IS_ENABLED(CONFIG_CGROUPS) ? CLONE_NEWCGROUP : 0) | \
			 (IS_ENABLED(CONFIG_TIME_NS) ? CLONE_NEWTIME : 0))
/* What a tool stores when it is told nothing else. */
#define VS_SPACE_DEFAULT (CLONE_FS | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC)

/**
 * struct vs_space - One remembered set
 * @mask: The members that are valid, as clone(2) flags.
 * @uts: CLONE_NEWUTS
 * @ipc: CLONE_NEWIPC
 * @mnt: CLONE_NEWNS
 * @pid: CLONE_NEWPID
 * @net: CLONE_NEWNET
 * @user: CLONE_NEWUSER
 * @cgroup_ns: CLONE_NEWCGROUP
 * @time: CLONE_NEWTIME
 * @fs: CLONE_FS: root, current directory and umask, a private copy.
 */
struct vs_space {
	u64			mask;
	struct uts_namespace	*uts;
	struct ipc_namespace	*ipc;
	struct mnt_namespace	*mnt;
	struct pid_namespace	*pid;
	struct net		*net;
	struct user_namespace	*user;
	struct cgroup_namespace	*cgroup_ns;
	struct time_namespace	*time;
	struct fs_struct	*fs;
};

void vs_space_drop(struct vs_space *space);
void vs_space_replace(struct nsproxy *ns, const struct vs_space *space,
		      u64 mask);
int vs_space_store(struct vs_context *ctx, unsigned int index, u64 mask);
int vs_space_enter(struct vs_context *ctx, unsigned int index, u64 mask);
int vs_space_open(struct vs_context *ctx, unsigned int index, u64 type);
void vs_space_arrive(struct vs_context *ctx);
void vs_space_seal(struct vs_context *ctx);
struct nsproxy *vs_space_private(struct vs_context *ctx);
void vs_space_switch(struct nsproxy *new);

#endif /* _SECURITY_VSERVER_SPACE_H */
