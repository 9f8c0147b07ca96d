/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON on stdout.  The caller opens and closes objects and arrays; commas and
 * quotes come by themselves.  Keys are NULL inside of arrays.
 */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "vserver.h"

void json_open(const char *key, char bracket);
void json_close(char bracket);
void json_string(const char *key, const char *value);
void json_number(const char *key, int64_t value);
void json_bool(const char *key, bool value);
void json_null(const char *key);

/* An array with the names of bits, "^N" for unknown ones. */
void json_bits(const char *key, enum vc_list list, uint64_t bits);

/* The newline at the end. */
void json_end(void);

#endif
