/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - namespaces and directories a context remembers
 */
#ifndef _SECURITY_VSERVER_SPACE_H
#define _SECURITY_VSERVER_SPACE_H

#include <linux/sched.h>
#include <linux/types.h>

#define VS_SPACES	2

struct fs_struct;
struct ipc_namespace;
struct mnt_namespace;
struct net;
struct nsproxy;
struct pid_namespace;
struct uts_namespace;
struct vs_context;

/* What set_space can store; user namespaces are not among them yet. */
#define VS_SPACE_MASK	(CLONE_FS | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
			 (IS_ENABLED(CONFIG_PID_NS) ? CLONE_NEWPID : 0) |	\
			 (IS_ENABLED(CONFIG_NET_NS) ? CLONE_NEWNET : 0))
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
 * @fs: CLONE_FS: root, current directory and umask, a private copy.
 */
struct vs_space {
	u64			mask;
	struct uts_namespace	*uts;
	struct ipc_namespace	*ipc;
	struct mnt_namespace	*mnt;
	struct pid_namespace	*pid;
	struct net		*net;
	struct fs_struct	*fs;
};

void vs_space_drop(struct vs_space *space);
int vs_space_store(struct vs_context *ctx, unsigned int index, u64 mask);
int vs_space_enter(struct vs_context *ctx, unsigned int index, u64 mask);
struct nsproxy *vs_space_private(struct vs_context *ctx);
void vs_space_switch(struct nsproxy *new);

#endif /* _SECURITY_VSERVER_SPACE_H */
