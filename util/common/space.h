/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Namespaces: what vspace and vnamespace have in common.  Each function ends
 * the program with EXIT_OWN and a message when it fails.
 */
#ifndef UTIL_SPACE_H
#define UTIL_SPACE_H

#include <stdint.h>

#include "enter.h"

/* The kinds, as in the mask of a set. */
#define SPACE_TIME	0x00000080ULL
#define SPACE_FS	0x00000200ULL
#define SPACE_MNT	0x00020000ULL
#define SPACE_CGROUP	0x02000000ULL
#define SPACE_UTS	0x04000000ULL
#define SPACE_IPC	0x08000000ULL
#define SPACE_USER	0x10000000ULL
#define SPACE_PID	0x20000000ULL
#define SPACE_NET	0x40000000ULL

/* What a guest has by default; mounts and directories are left to others. */
uint64_t space_default(void);

/*
 * New namespaces of the kinds in @mask.  What is mounted later stays in the
 * new mount namespace.
 */
void space_new(uint64_t mask);

/* Join those in @mask of set @index of a context. */
void space_enter(uint32_t xid, uint64_t mask, uint32_t index);

/* Store those in @mask in set @index of the own context. */
void space_set(uint64_t mask, uint32_t index);

/*
 * Become the program @argv.  A pid namespace in @mask is that of children: the
 * program is a child then, gets the signals that are sent to its parent, and
 * its status is returned.
 */
int space_run(uint64_t mask, char **argv);

#endif
