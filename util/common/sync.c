// SPDX-License-Identifier: GPL-2.0
/*
 * Synchronization with the one who started us.
 */
#include "sync.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int sync_connect(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		int code = errno;

		close(fd);
		errno = code;
		return -1;
	}
	return fd;
}

int sync_wait(int fd, const char *message)
{
	size_t len = strlen(message);
	char buf[64];
	ssize_t n;

	while (len) {
		n = send(fd, message, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		message += n;
		len -= (size_t)n;
	}
	if (shutdown(fd, SHUT_WR))
		return -1;
	do
		n = read(fd, buf, sizeof(buf));
	while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return -1;
	return close(fd);
}
