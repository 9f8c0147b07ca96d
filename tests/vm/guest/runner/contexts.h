/* SPDX-License-Identifier: GPL-2.0 */
/* What a test may leave behind that kill(2) does not reach. */
#ifndef CONTEXTS_H
#define CONTEXTS_H

/* Kills the members of all contexts, inits first. */
void contexts_kill(void);

#endif
