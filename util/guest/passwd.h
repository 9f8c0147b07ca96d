/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Users of a guest, read from its own files after entering it.
 */
#ifndef UTIL_PASSWD_H
#define UTIL_PASSWD_H

#include <stddef.h>
#include <sys/types.h>

#define PASSWD_GROUPS	64

struct passwd_entry {
	char	name[64];
	uid_t	uid;
	gid_t	gid;
	char	home[256];
	char	shell[256];
	gid_t	groups[PASSWD_GROUPS];
	size_t	n_groups;
};

/* Take a line of /etc/passwd apart; -1 when it is not one. */
int passwd_parse(const char *line, struct passwd_entry *e);

/*
 * Find a user by name or number in /etc/passwd, and the groups in /etc/group.
 * A number needs no entry.  Ends the program when there is no such user.
 */
void passwd_find(const char *user, struct passwd_entry *e);

#endif
