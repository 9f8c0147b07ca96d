// SPDX-License-Identifier: GPL-2.0
/*
 * Files of the guest.  The guest may have put a link or a fifo wherever we
 * look: the kernel resolves paths with the guest's directory as the root, and
 * what was opened is looked at before it is used.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

int root_open(const struct guest *g)
{
	const char *path = vc_config_root(g->config);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		guest_die(g, "its root directory %s: %s", path,
			  strerror(errno));
	return fd;
}

int root_openat(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (__u64)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	if (!(flags & O_PATH))
		how.flags |= O_NONBLOCK | O_NOCTTY;
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

bool root_readlink(int root, const char *path, char *text, size_t size)
{
	int fd = root_openat(root, path, O_PATH | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return false;
	n = readlinkat(fd, "", text, size - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	return true;
}
