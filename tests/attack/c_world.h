/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what the operations of row C01 work on: files of others, a process and
 * a segment of another user. The memory is the same on both sides of an exec.
 */
#ifndef C_WORLD_H
#define C_WORLD_H

#include "attack.h"

/* Made by the host before: files of user 1000, and a process of that user. */
#define FILE_1000	"/tmp/c/of-1000"
#define FILE_ROOT	"/tmp/c/of-root"

struct c_world {
	pid_t user;		/* uid 1000, in the guest */
	int shm;		/* segment of uid 1000, in the guest */
	volatile bool ready;
};

static struct c_world *world;

/* The same for all, also behind an exec. */
static void c_map(void)
{
	int fd = must(open("/tmp/c-world", O_RDWR | O_CREAT, 0666));

	fchmod(fd, 0666);
	must(ftruncate(fd, sizeof(*world)));
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	must(world == MAP_FAILED ? -1 : 0);
	close(fd);
}

#endif
