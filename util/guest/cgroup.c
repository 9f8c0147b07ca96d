// SPDX-License-Identifier: GPL-2.0
/*
 * The control group of a guest, BASE/NAME of the unified hierarchy.  Whoever
 * ends the setup of a context from within makes the group the context's: the
 * guest administers what is below it, and its limits stay the host's.
 */
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guest.h"

#define CGROUP_DIR	"/sys/fs/cgroup"
#define CGROUP2_MAGIC	0x63677270
#define MAX_DEPTH	16

static const char *base(const struct guest *g)
{
	const char *name = g->config ? vc_config_get(g->config, "cgroup/base")
				     : NULL;

	return name ? name : "vserver.slice";
}

static void group_path(const struct guest *g, char *path, size_t size)
{
	const char *name = g->config ? vc_config_get(g->config, "cgroup/name")
				     : NULL;

	snprintf(path, size, CGROUP_DIR "/%s/%s", base(g),
		 name ? name : g->name);
}

bool cgroup_used(const struct guest *g)
{
	struct statfs st;

	return !(g->config && guest_bool(g, "nocgroup")) &&
	       !statfs(CGROUP_DIR, &st) && st.f_type == CGROUP2_MAGIC;
}

static int write_file(const char *dir, const char *file, const char *text)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd, code;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, file) >=
	    sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	code = errno;
	close(fd);
	errno = code;
	return n < 0 ? -1 : 0;
}

bool cgroup_get(const struct guest *g, const char *file, uint64_t *value)
{
	char path[PATH_MAX], text[32] = "";
	unsigned long long number;
	size_t len;
	ssize_t n;
	int fd;

	if (!cgroup_used(g))
		return false;
	group_path(g, path, sizeof(path));
	len = strlen(path);
	snprintf(path + len, sizeof(path) - len, "/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0 || sscanf(text, "%llu", &number) != 1)
		return false;
	*value = number;
	return true;
}

bool cgroup_paused(const struct guest *g)
{
	uint64_t value;

	return cgroup_get(g, "cgroup.freeze", &value) && value;
}

bool cgroup_pause(const struct guest *g, bool on)
{
	char path[PATH_MAX];

	if (!cgroup_used(g)) {
		errno = EOPNOTSUPP;
		return false;
	}
	group_path(g, path, sizeof(path));
	return !write_file(path, "cgroup.freeze", on ? "1" : "0");
}

/* Those that there are; each on its own, as one may be missing or in use. */
static void enable_controllers(const char *dir)
{
	static const char *const all[] = {
		"+cpu", "+cpuset", "+io", "+memory", "+pids", "+hugetlb",
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		write_file(dir, "cgroup.subtree_control", all[i]);
}

/* Files of the older hierarchies that have an equal. */
static const char *translate(const char *file)
{
	if (!strcmp(file, "memory.limit_in_bytes"))
		return "memory.max";
	if (!strcmp(file, "memory.soft_limit_in_bytes"))
		return "memory.high";
	return file;
}

void cgroup_set(const struct guest *g, const char *file, const char *value)
{
	char path[PATH_MAX];

	if (!cgroup_used(g))
		return;
	group_path(g, path, sizeof(path));
	file = translate(file);
	if (strchr(file, '/') || *file == '.' ||
	    !strncmp(file, "cgroup.", 7))
		guest_die(g, "cgroup/%s: not a limit", file);
	step("write '%s' to %s/%s", value, path, file);
	if (write_file(path, file, value))
		guest_die(g, "cgroup/%s: cannot write '%s' to %s/%s: %s", file,
			  value, path, file, strerror(errno));
}

static void set_all(const struct guest *g)
{
	const struct vc_config_entry *e;
	const char *cpus = vc_config_get(g->config, "cpuset/cpus");
	const char *mems = vc_config_get(g->config, "cpuset/mems");

	if (cpus)
		cgroup_set(g, "cpuset.cpus", cpus);
	if (mems)
		cgroup_set(g, "cpuset.mems", mems);
	for (size_t i = 0; (e = vc_config_entry(g->config, i)); i++)
		if (!strncmp(e->key, "cgroup/", 7) &&
		    strcmp(e->key, "cgroup/name") &&
		    strcmp(e->key, "cgroup/base"))
			cgroup_set(g, e->key + 7, e->value);
}

/* Each part of the path is made, and hands its controllers on. */
static int make_path(char *path)
{
	char *slash = path + strlen(CGROUP_DIR);

	for (; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return -1;
		enable_controllers(path);
		*slash = '/';
	}
	return mkdir(path, 0755);
}

void cgroup_create(const struct guest *g)
{
	char path[PATH_MAX];

	if (!cgroup_used(g))
		return;
	group_path(g, path, sizeof(path));
	if (!step("make the control group %s", path))
		return;
	/* What a start has left that was killed. */
	cgroup_kill(g);
	cgroup_remove(g);
	if (make_path(path) && errno != EEXIST)
		guest_die(g, "%s: %s", path, strerror(errno));
	set_all(g);
}

void cgroup_join(const struct guest *g)
{
	char path[PATH_MAX];

	if (!cgroup_used(g))
		return;
	group_path(g, path, sizeof(path));
	if (!write_file(path, "cgroup.procs", "0"))
		return;
	/* A guest that has groups of its own takes nobody in its first. */
	if (errno == EBUSY || errno == EOPNOTSUPP) {
		strncat(path, "/vserver.enter", sizeof(path) - strlen(path) -
			1);
		if ((!mkdir(path, 0755) || errno == EEXIST) &&
		    !write_file(path, "cgroup.procs", "0"))
			return;
	}
	/* The guest decides about groups below, but not whether we enter. */
	if (errno != ENOENT)
		msg_warn("%s: not in the control group of the guest: %s: %s",
			 g->name, path, strerror(errno));
}

void cgroup_kill(const struct guest *g)
{
	char path[PATH_MAX];

	if (!cgroup_used(g))
		return;
	group_path(g, path, sizeof(path));
	write_file(path, "cgroup.kill", "1");
}

/* Groups have no files that could be removed, only other groups. */
static void remove_below(int parent, const char *name, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			O_CLOEXEC);
	struct dirent *entry;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	while (dir && depth && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && *entry->d_name != '.')
			remove_below(dirfd(dir), entry->d_name, depth - 1);
	if (dir)
		closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void cgroup_remove(const struct guest *g)
{
	char path[PATH_MAX];
	struct stat st;

	if (!cgroup_used(g))
		return;
	group_path(g, path, sizeof(path));
	/* Processes that were killed leave it later, on a busy machine. */
	for (int i = 0; i < 500 && !stat(path, &st); i++) {
		remove_below(AT_FDCWD, path, MAX_DEPTH);
		if (stat(path, &st))
			break;
		usleep(20 * 1000);
	}
}
