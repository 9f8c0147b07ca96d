/* SPDX-License-Identifier: GPL-2.0 */
/* The lines that the runner writes to the result port. */
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>

void report_open(const char *port);

/* One complete line of the protocol, or several. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A piece of a test's output: each of its lines appears with "| " before it. */
void report_output(const char *text, size_t size);

/* Ends an unfinished line of output. */
void report_flush(void);

#endif
