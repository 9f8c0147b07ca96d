/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux capabilities of processes.
 */
#ifndef UTIL_CAPS_H
#define UTIL_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "vserver.h"

struct capsets {
	uint64_t	effective;
	uint64_t	permitted;
	uint64_t	inheritable;
	uint64_t	bounding;
	uint64_t	ambient;
};

/* The number of capabilities of the running kernel. */
unsigned int caps_count(void);

/* Parse the text of a /proc/PID/status; -1 when it has no capabilities. */
int caps_parse_status(const char *text, struct capsets *sets);

/* Effective, permitted and inheritable set of the calling process. */
int caps_get(struct capsets *sets);
int caps_set(const struct capsets *sets);

/*
 * An option "--cap [!]NAME", which also takes a list.  Ends the program when
 * the name is unknown.
 */
void caps_option(const char *text, struct vc_bits *caps);

/* All capabilities, or the secure ones, changed by what options said. */
uint64_t caps_result(bool secure, const struct vc_bits *caps);

#endif
