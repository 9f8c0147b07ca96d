/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - registration and switches
 */
#ifndef _SECURITY_VSERVER_SETUP_H
#define _SECURITY_VSERVER_SETUP_H

#include <linux/lsm_hooks.h>

extern const struct lsm_id vs_lsmid;
extern struct lsm_blob_sizes vs_blob_sizes;

/* sysctl kernel.vserver.high_caps: which capabilities above 31 count. */
extern unsigned long vs_high_caps;

void vs_activate(void);
void vs_add_lazy_hooks(struct security_hook_list *hooks, int count);

void vs_add_cred_hooks(void);
void vs_add_deny_hooks(void);
void vs_add_net_hooks(void);
void vs_add_file_hooks(void);
void vs_add_attr_hooks(void);
void vs_add_below_hooks(void);
void vs_add_device_hooks(void);
void vs_add_task_hooks(void);
void vs_add_sb_hooks(void);
void vs_add_shared_hooks(void);
void vs_add_mount_hooks(void);
void vs_add_syslog_hooks(void);
void vs_add_charge_hooks(void);

#endif /* _SECURITY_VSERVER_SETUP_H */
