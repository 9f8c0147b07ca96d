/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - what this kernel offers
 */
#ifndef _SECURITY_VSERVER_INFO_H
#define _SECURITY_VSERVER_INFO_H

#include <linux/types.h>

struct seq_file;
struct vs_context;

u32 vs_config_word(void);

/* Files in /proc/virtual/ID; may sleep. */
void vs_print_limit(struct seq_file *m, struct vs_context *ctx);
void vs_print_sched(struct seq_file *m, struct vs_context *ctx);
void vs_print_cacct(struct seq_file *m, struct vs_context *ctx);
void vs_print_nsproxy(struct seq_file *m, struct vs_context *ctx);
void vs_print_nsproxy1(struct seq_file *m, struct vs_context *ctx);

#endif /* _SECURITY_VSERVER_INFO_H */
