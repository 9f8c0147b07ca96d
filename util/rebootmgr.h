/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of rebootmgr share: one client for each guest.
 */
#ifndef UTIL_REBOOTMGR_H
#define UTIL_REBOOTMGR_H

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "vserver.h"

struct client {
	char	name[VC_GUEST_NAME_MAX + 1];
	int	root;		/* root directory of the guest */
	int	dev;		/* its /dev */
	int	listen;
	int	fd;		/* the present connection, or -1 */
	time_t	since;		/* when it began */
	pid_t	child;		/* what was started for it */
	size_t	used;
	char	text[16];
};

struct clients {
	struct client	*clients;
	size_t		n;
};

/*
 * Make the sockets of the guests in @names, or of all if there are none.  What
 * goes wrong with one guest is told and does not keep others from theirs.
 */
void clients_open(struct clients *all, char **names);

/* Remove the sockets. */
void clients_close(struct clients *all);

/* Open /var/log/boot.log of the guest for appending; -1: it cannot be. */
int client_log(const struct client *c);

#endif
