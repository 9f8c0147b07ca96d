/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Going into the background: the caller returns as soon as the program runs
 * or failed to.
 */
#ifndef UTIL_DETACH_H
#define UTIL_DETACH_H

#include <stdbool.h>

/*
 * Fork.  The parent waits and ends with 0 when the child executes a program,
 * or with the child's status when it fails before; it does not return.  The
 * child returns, in a session of its own and with /dev/null as stdin.
 *
 * With @jail the parent gives up everything before the child goes on, for a
 * parent that a guest will be able to trace.
 *
 * The result is a descriptor that must stay open until exec.
 */
int detach(bool jail);

#endif
