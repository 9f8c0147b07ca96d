/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual servers - programs of guests in the hands of the host
 */
#ifndef _SECURITY_VSERVER_BELOW_H
#define _SECURITY_VSERVER_BELOW_H

#include <linux/types.h>

struct path;

/*
 * sysctl kernel.vserver.host_suid: users of the host may execute set-user-id
 * programs of guests.
 */
extern unsigned int vs_host_suid;

bool vs_below_barrier(const struct path *path);

#endif /* _SECURITY_VSERVER_BELOW_H */
