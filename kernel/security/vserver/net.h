/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - tasks in network contexts
 */
#ifndef _SECURITY_VSERVER_NET_H
#define _SECURITY_VSERVER_NET_H

#include <linux/types.h>
#include <net/vs_net.h>

struct seq_file;
struct task_struct;

extern atomic_t vs_nr_nets;		/* in memory */
extern atomic_t vs_nr_nets_alive;	/* with an id */

/* The network context with id 1 is the spectator's: nobody's addresses. */
#define VS_NID_SPECTATOR	1

u32 vs_current_nid(void);
u32 vs_task_nid(const struct task_struct *p);
struct vs_net *vs_task_nx(const struct task_struct *p);
int vs_net_enter(struct vs_net *nx);
int vs_net_watch(void);
void vs_net_fork(struct task_struct *p);
void vs_net_release(struct task_struct *p);
void vs_print_ninfo(struct seq_file *m, const struct vs_net *nx);

#endif /* _SECURITY_VSERVER_NET_H */
