/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - the program that the host runs at events of a context
 */
#ifndef _SECURITY_VSERVER_HELPER_H
#define _SECURITY_VSERVER_HELPER_H

#include <linux/types.h>

struct vs_context;

/**
 * struct vs_window - So many times a second
 * @start: When the second began, in jiffies.
 * @used: How many times it was used since.
 */
struct vs_window {
	unsigned long	start;
	unsigned int	used;
};

bool vs_window_use(struct vs_window *window, unsigned int limit,
		   unsigned long now);
int vs_helper_startup(struct vs_context *ctx);
void vs_helper_shutdown(struct vs_context *ctx);
int vs_helper_net(bool up, u32 nid);
int vs_helper_reboot(struct vs_context *ctx, const char *action, u32 cmd);

#endif /* _SECURITY_VSERVER_HELPER_H */
