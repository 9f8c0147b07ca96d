/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading /proc.  The parsers trust nothing: a guest chooses the names of its
 * processes.
 */
#ifndef UTIL_PROCFS_H
#define UTIL_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Read a small file and terminate it; its length, or -1 and errno. */
ssize_t proc_read(const char *path, char *buf, size_t size);

/* What /proc/PID/stat says; times in clock ticks, sizes in bytes. */
struct proc_stat {
	pid_t		pid;
	pid_t		ppid;
	char		state;
	uint64_t	utime;
	uint64_t	stime;
	uint64_t	cutime;		/* of children that were waited for */
	uint64_t	cstime;
	uint64_t	vsize;
	uint64_t	rss_pages;
};

/* Parse the text of a /proc/PID/stat; -1 when it is not one. */
int proc_parse_stat(const char *text, struct proc_stat *stat);

/*
 * Find "KEY:" in a text like /proc/PID/status and parse the number after it,
 * decimal or hexadecimal.  -1 when there is none.
 */
int proc_status_number(const char *text, const char *key, uint64_t *value);
int proc_status_hex(const char *text, const char *key, uint64_t *value);

/* Seconds since boot from the text of /proc/uptime, in 1/100. */
int proc_parse_uptime(const char *text, uint64_t *centiseconds);

#endif
