// SPDX-License-Identifier: GPL-2.0
/*
 * Steps on the way into a guest.
 */
#include "enter.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/number.h"
#include "lib/syscall.h"
#include "prog.h"

#ifndef CLONE_NEWNS
#define CLONE_NEWNS	0x00020000
#endif
#ifndef MS_REC
#define MS_REC		0x4000
#endif
#ifndef MS_SLAVE
#define MS_SLAVE	(1 << 19)
#endif
#ifndef MNT_DETACH
#define MNT_DETACH	2
#endif

void enter_chroot(void)
{
	if (chroot("."))
		die_call("chroot", "current directory");
	if (chdir("/"))
		die_call("chdir", "/");
}

/*
 * The old root is put on top of the new one and taken off at once, so nothing
 * has to be made in the guest's tree.  All mounts become slaves before: the
 * unmounting must not reach the host.
 */
void enter_pivot_root(void)
{
	if (unshare(CLONE_NEWNS))
		die_call("unshare", "mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		die_call("mount", "make / a slave");
	if (lv_syscall(__NR_pivot_root, (long)".", (long)".", 0))
		die_call("pivot_root", "current directory%s",
			 errno == EINVAL ? ", must be a mount point" : "");
	if (umount2(".", MNT_DETACH))
		die_call("umount2", "old root");
	if (chdir("/"))
		die_call("chdir", "/");
	if (vc_set_space(VS_XID_SELF, SPACE_MOUNT, SPACE_ROOT))
		die_call("vc_set_space", "mount namespace");
}

void enter_identity(const struct identity *id)
{
	/* The groups of the host's root are not those of another user. */
	bool drop = id->uid != NO_ID && id->uid != 0 && !id->set_groups;

	if ((id->set_groups || drop) && setgroups(id->n_groups, id->groups))
		die_call("setgroups", NULL);
	if (id->gid != NO_ID && setgid(id->gid))
		die_call("setgid", NULL);
	if (id->uid != NO_ID && setuid(id->uid))
		die_call("setuid", NULL);
}

size_t parse_groups(const char *text, gid_t *groups, size_t max)
{
	size_t n = 0;

	while (*text) {
		size_t len = strcspn(text, ",");
		uint64_t value;

		if (n == max || lv_number(text, len, &value) ||
		    value >= NO_ID)
			msg_usage("invalid group '%.*s'", (int)len, text);
		groups[n++] = (gid_t)value;
		text += len + !!text[len];
	}
	return n;
}
