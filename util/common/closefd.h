/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Closing what a guest must not inherit.
 */
#ifndef UTIL_CLOSEFD_H
#define UTIL_CLOSEFD_H

#include <stddef.h>

/* Close all descriptors from @first up but the @n in @keep (-1: none). */
void close_fds(int first, const int *keep, size_t n);

#endif
