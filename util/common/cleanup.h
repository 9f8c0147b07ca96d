/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking mounts of the host out of a mount namespace that is for a guest.
 */
#ifndef UTIL_CLEANUP_H
#define UTIL_CLEANUP_H

#include <stdbool.h>

/* A directory that is needed, with all that is mounted in it. */
void cleanup_keep(const char *dir);

/*
 * Whether the mount on @dir is needed by a guest in @here: one of them is in
 * the other, or @dir is in one of the directories that are needed anyway.
 */
bool cleanup_needed(const char *dir, const char *here);

/* Replaces what mountinfo writes as \040 and the like; in place. */
void cleanup_unescape(char *path);

/*
 * Unmount what a guest in the current directory does not need.  Ends the
 * program with a message in the mount namespace of the host, and when a mount
 * cannot be taken off.
 */
void cleanup_mounts(void);

#endif
