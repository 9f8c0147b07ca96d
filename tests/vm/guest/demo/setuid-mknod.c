// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the setuid program of the demo: says who it is and makes a device node,
 * which takes CAP_MKNOD. Exit status 0 if it could.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NODE "/tmp/null-by-alice"

int main(void)
{
	printf("user id %d, effective user id %d\n", getuid(), geteuid());
	if (mknod(NODE, S_IFCHR | 0600, makedev(1, 3))) {
		printf("mknod: %s\n", strerror(errno));
		return 1;
	}
	printf("mknod: made a device\n");
	unlink(NODE);
	return 0;
}
