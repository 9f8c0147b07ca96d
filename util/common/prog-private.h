/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files behind prog.h share.
 */
#ifndef UTIL_PROG_PRIVATE_H
#define UTIL_PROG_PRIVATE_H

#include "prog.h"

extern const struct program *prog_current;

/* Print the answer to --version. */
void prog_version(void);

/* Whether no option of the program has this letter. */
bool opt_is_free(int letter);

#endif
