// SPDX-License-Identifier: GPL-2.0
/*
 * rebootmgr: the socket and the log file in the tree of a guest.
 *
 * The guest can change its tree at any time.  All paths are resolved by the
 * kernel within the root of the guest, and nothing is opened for writing that
 * is not known to be a regular file.
 */
#include "rebootmgr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "prog.h"

#define SOCKET	"reboot"
#define LOG	"var/log/boot.log"

static int open_inside(int root, const char *path, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.mode = flags & O_CREAT ? 0640 : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

int client_log(const struct client *c)
{
	char path[64];
	struct stat st;
	int fd, log;

	fd = open_inside(c->root, LOG, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return open_inside(c->root, LOG, O_WRONLY | O_APPEND |
				   O_CREAT | O_EXCL);
	/* A file with other names may be one that guests share. */
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
		close(fd);
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	log = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	close(fd);
	return log;
}

/* The current directory is used: the name of the socket is then short. */
static int make_socket(int dev)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int code = 0;
	mode_t mask;

	if (fd < 0 || here < 0)
		die_call("socket", NULL);
	strcpy(addr.sun_path, SOCKET);
	mask = umask(0177);
	if (fchdir(dev) || (unlinkat(dev, SOCKET, 0) && errno != ENOENT) ||
	    bind(fd, (const void *)&addr, sizeof(addr)) || listen(fd, 4)) {
		code = errno;
		close(fd);
		fd = -1;
	}
	umask(mask);
	if (fchdir(here))
		die_call("fchdir", "current directory");
	close(here);
	errno = code;
	return fd;
}

static void add(struct clients *all, const char *name, const char *path)
{
	struct client c = { .root = -1, .dev = -1, .listen = -1, .fd = -1 };
	struct client *clients;

	snprintf(c.name, sizeof(c.name), "%s", name);
	c.root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c.root >= 0)
		c.dev = open_inside(c.root, "dev", O_PATH | O_DIRECTORY);
	if (c.dev >= 0)
		c.listen = make_socket(c.dev);
	clients = realloc(all->clients, (all->n + 1) * sizeof(*clients));
	if (clients)
		all->clients = clients;
	if (c.listen < 0 || !clients) {
		msg_warn("%s: no socket in %s/dev: %s", name, path,
			 strerror(errno));
		if (c.root >= 0)
			close(c.root);
		if (c.dev >= 0)
			close(c.dev);
		return;
	}
	all->clients[all->n++] = c;
}

/* The guest has a directory, or NAME.conf and a root of its name. */
static void add_name(struct clients *all, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int n = -1;

	if (vc_guest_name_valid(name)) {
		n = snprintf(path, sizeof(path), CONFDIR "/%s/vdir", name);
		if (n > 0 && (size_t)n < sizeof(path) && lstat(path, &st))
			n = snprintf(path, sizeof(path), "%s/%s", VROOTDIR,
				     name);
	}
	if (n < 0 || (size_t)n >= sizeof(path) || stat(path, &st))
		msg_warn("%s: no such guest", name);
	else
		add(all, name, path);
}

static int is_guest(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');
	char path[PATH_MAX];
	struct stat st;

	if (*entry->d_name == '.')
		return 0;
	if (end && !strcmp(end, ".conf"))
		return 1;
	return vc_guest_name_valid(entry->d_name) &&
	       (size_t)snprintf(path, sizeof(path), CONFDIR "/%s/vdir",
				entry->d_name) < sizeof(path) &&
	       !lstat(path, &st);
}

void clients_open(struct clients *all, char **names)
{
	struct dirent **list;
	int n;

	for (char **name = names; *name; name++)
		add_name(all, *name);
	if (*names)
		return;
	n = scandir(CONFDIR, &list, is_guest, alphasort);
	if (n < 0)
		die_call("scandir", "%s", CONFDIR);
	for (int i = 0; i < n; i++) {
		char *end = strrchr(list[i]->d_name, '.');

		if (end && !strcmp(end, ".conf"))
			*end = '\0';
		add_name(all, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

void clients_close(struct clients *all)
{
	for (size_t i = 0; i < all->n; i++) {
		unlinkat(all->clients[i].dev, SOCKET, 0);
		close(all->clients[i].listen);
	}
	free(all->clients);
}
