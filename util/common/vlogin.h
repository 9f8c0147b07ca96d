/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pseudo terminal between the caller's terminal and a program in a guest.
 *
 * A guest that held the terminal of the host's root could type into it and
 * leave it in a bad state, and could not find its name below its own /dev.
 */
#ifndef UTIL_VLOGIN_H
#define UTIL_VLOGIN_H

/*
 * Fork.  The parent stays where it is as a proxy between the terminal and the
 * program, ends with the program's status, and does not return.  The child
 * gets two descriptors for vlogin_attach(), which must stay open; they are -1
 * when stdin or stdout is no terminal, and nothing is forked then.
 */
void vlogin_split(int fds[2]);

/*
 * In the child, after the root directory has changed and before a guest can
 * trace it: open a pseudo terminal, if possible in the guest's /dev/pts, and
 * make it stdin, stdout, stderr and the controlling terminal.
 */
void vlogin_attach(const int fds[2]);

#endif
