/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - which entries of /proc/sys a guest may read and write
 */
#ifndef _SECURITY_VSERVER_SYSCTL_H
#define _SECURITY_VSERVER_SYSCTL_H

#include <linux/types.h>

/**
 * enum vs_sysctl_set - Whose values are these?
 * @VS_SYSCTL_HOST: The machine's, or those of a namespace of the host.
 * @VS_SYSCTL_NET: Those of the guest's own network namespace.
 * @VS_SYSCTL_OWN: Those of another namespace of its own.
 */
enum vs_sysctl_set {
	VS_SYSCTL_HOST,
	VS_SYSCTL_NET,
	VS_SYSCTL_OWN,
};

int vs_sysctl_rule(enum vs_sysctl_set set, const char *path, umode_t mode,
		   int op, bool set_utsname);

#endif /* _SECURITY_VSERVER_SYSCTL_H */
