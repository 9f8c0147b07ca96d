/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that sits between two terminals.
 */
#ifndef UTIL_VLOGIN_PROXY_H
#define UTIL_VLOGIN_PROXY_H

#include <sys/types.h>

/*
 * Copy between stdin/stdout and @master until @child ends.  Returns its exit
 * status, or 128 and the signal that ended it.
 */
int vlogin_proxy(pid_t child, int master);

#endif
