/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Steps on the way into a guest.  Each of them ends the program with
 * EXIT_OWN and a message when it fails.
 */
#ifndef UTIL_ENTER_H
#define UTIL_ENTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Mount namespace and root directory belong together. */
#define SPACE_MOUNT	0x00020200ULL

/* The two sets of namespaces of a context. */
enum {
	SPACE_NORMAL	= 0,
	SPACE_ROOT	= 1,	/* after pivot_root */
};

/* Make the current directory the root directory. */
void enter_chroot(void);

/*
 * Make the current directory, which is a mount point, the root of a mount
 * namespace of our own, and store that in our context.
 */
void enter_pivot_root(void);

/* Who to become; VC_NO_ID means no change. */
#define NO_ID	((uint32_t)-1)

struct identity {
	uint32_t	uid;
	uint32_t	gid;
	const gid_t	*groups;
	size_t		n_groups;
	bool		set_groups;
};

/* Take groups, group and user, in this order. */
void enter_identity(const struct identity *id);

/* Parse "1,2,3" into @groups; returns how many.  Ends the program on errors. */
size_t parse_groups(const char *text, gid_t *groups, size_t max);

#endif
