/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synchronization with the one who started us, over a unix socket.
 */
#ifndef UTIL_SYNC_H
#define UTIL_SYNC_H

/* Connect to the stream socket @path; -1 and errno on failure. */
int sync_connect(const char *path);

/* Send @message, close the sending side and wait for the peer's end. */
int sync_wait(int fd, const char *message);

#endif
