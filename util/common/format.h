/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How tables show sizes and times, and names that somebody else has chosen.
 */
#ifndef UTIL_FORMAT_H
#define UTIL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Enough for any of the following. */
#define FORMAT_LEN	32

/* A size in bytes as "145 ", "4.6K", "2K", "1.5M". */
const char *format_size(uint64_t bytes, char *text);

/* A time in 1/100 s as "0m37s86", "13h00m44", "28d26h53", "2y03d11". */
const char *format_time(uint64_t centiseconds, char *text);

/*
 * Copy at most @max bytes of @name, with a question mark for everything that
 * could make a terminal do things.  @text has room for @max + 1 bytes.
 */
const char *format_name(const char *name, size_t max, char *text);

#endif
