/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of signals.
 */
#ifndef UTIL_SIGNAME_H
#define UTIL_SIGNAME_H

/* "KILL", "sigkill", "9", "RTMIN+3": the number, or -1. */
int signal_parse(const char *text);

/* The name without SIG, or NULL. */
const char *signal_name(int number);

/* Print all of them, one line each: number, blank, name. */
void signal_list(void);

#endif
