// SPDX-License-Identifier: GPL-2.0
/*
 * The mounts of a guest.
 *
 * All of them are made in a mount namespace of their own, which goes when the
 * last process of the guest ends: there is nothing to unmount.  Targets are
 * resolved by the kernel inside of the guest's root, once; the mount goes on
 * what that has found, whatever the guest does to the path meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"

/* Without an fstab. */
static const char plain_mounts[] =
	"none /proc proc nosuid,noexec\n"
	"none /dev/pts devpts gid=5,mode=620,ptmxmode=666,nosuid,noexec,dev\n"
	"none /tmp tmpfs size=16m,mode=1777,nosuid\n";

/* "*" as the source: made here. */
static const char systemd_mounts[] =
	"none /proc proc nosuid,noexec\n"
	"none /sys sysfs ro,nosuid,noexec\n"
	"none /sys/fs/cgroup cgroup2 nosuid,noexec\n"
	"* /dev tmpfs mode=755,size=64k,nosuid,noexec,dev\n"
	"none /dev/pts devpts gid=5,mode=620,ptmxmode=666,nosuid,noexec,dev\n"
	"none /dev/shm tmpfs mode=1777,nosuid\n"
	"none /dev/mqueue mqueue nosuid,noexec\n"
	"* /run tmpfs mode=755,nosuid\n"
	"none /run/lock tmpfs mode=1777,size=5m,nosuid,noexec\n"
	"none /tmp tmpfs mode=1777,nosuid\n";

static const struct {
	const char	*name;
	unsigned int	set;
	unsigned int	clear;
} attributes[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0 },
	{ "rw", 0, MOUNT_ATTR_RDONLY },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
	{ "suid", 0, MOUNT_ATTR_NOSUID },
	{ "nodev", MOUNT_ATTR_NODEV, 0 },
	{ "dev", 0, MOUNT_ATTR_NODEV },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0 },
	{ "exec", 0, MOUNT_ATTR_NOEXEC },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
	{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME },
	{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
	{ "defaults", 0, 0 },
	/* These mean nothing here, or are so anyway. */
	{ "auto", 0, 0 }, { "nomtab", 0, 0 }, { "user", 0, 0 },
	{ "users", 0, 0 }, { "nouser", 0, 0 }, { "_netdev", 0, 0 },
	{ "private", 0, 0 }, { "rprivate", 0, 0 }, { "slave", 0, 0 },
	{ "rslave", 0, 0 },
};

struct plan {
	const struct vc_mount	*mount;
	unsigned int		attr;
	bool			bind, recursive, noauto, nofail;
	char			rest[512];	/* for the file system */
};

static bool take_attribute(struct plan *p, const char *option)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]);
	     i++) {
		if (strcmp(attributes[i].name, option))
			continue;
		p->attr &= ~attributes[i].clear;
		p->attr |= attributes[i].set;
		return true;
	}
	return false;
}

/* No devices unless they are asked for. */
static void parse_options(struct plan *p, const struct vc_mount *m)
{
	char options[sizeof(m->buf)], *save = NULL;
	size_t len = 0;

	memset(p, 0, sizeof(*p));
	p->mount = m;
	p->attr = MOUNT_ATTR_NODEV;
	strcpy(options, m->options);
	for (char *o = strtok_r(options, ",", &save); o;
	     o = strtok_r(NULL, ",", &save)) {
		if (!strcmp(o, "bind") || !strcmp(o, "rbind")) {
			p->bind = true;
			p->recursive = *o == 'r';
		} else if (!strcmp(o, "noauto")) {
			p->noauto = true;
		} else if (!strcmp(o, "nofail")) {
			p->nofail = true;
		} else if (!take_attribute(p, o) &&
			   len + strlen(o) + 2 < sizeof(p->rest)) {
			len += (size_t)sprintf(p->rest + len, "%s%s",
					       len ? "," : "", o);
		}
	}
}

static int configure(int fs, struct plan *p)
{
	char *save = NULL;

	if (fsconfig(fs, FSCONFIG_SET_STRING, "source",
		     *p->mount->source == '*' ? "none" : p->mount->source, 0))
		return -1;
	for (char *o = strtok_r(p->rest, ",", &save); o;
	     o = strtok_r(NULL, ",", &save)) {
		char *value = strchr(o, '=');

		if (value)
			*value++ = '\0';
		if (fsconfig(fs, value ? FSCONFIG_SET_STRING :
			     FSCONFIG_SET_FLAG, o, value, 0))
			return -1;
	}
	return fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

/* A mount that is nowhere yet; *@call is what failed. */
static int make_mount(struct plan *p, const char **call)
{
	struct mount_attr attr = { .attr_set = p->attr };
	int fs, fd;

	*call = p->bind ? "open_tree" : "fsopen";
	if (p->bind) {
		unsigned int flags = AT_NO_AUTOMOUNT | OPEN_TREE_CLOEXEC |
				     OPEN_TREE_CLONE;

		fd = open_tree(AT_FDCWD, p->mount->source,
			       flags | (p->recursive ? AT_RECURSIVE : 0));
		if (fd < 0)
			return -1;
		*call = "mount_setattr";
		if (!mount_setattr(fd, "", AT_EMPTY_PATH |
				   (p->recursive ? AT_RECURSIVE : 0), &attr,
				   sizeof(attr)))
			return fd;
		close(fd);
		return -1;
	}
	fs = fsopen(p->mount->type, FSOPEN_CLOEXEC);
	if (fs < 0)
		return -1;
	*call = "fsconfig";
	fd = -1;
	if (!configure(fs, p)) {
		*call = "fsmount";
		fd = fsmount(fs, FSMOUNT_CLOEXEC, p->attr);
	}
	close(fs);
	return fd;
}

static const struct {
	const char	*name;
	unsigned int	major, minor;
} devices[] = {
	{ "null", 1, 3 }, { "zero", 1, 5 }, { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

static const struct {
	const char	*name;
	const char	*target;
} links[] = {
	{ "ptmx", "pts/ptmx" }, { "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" }, { "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

static int fill_dev(int dir)
{
	static const char *const dirs[] = { "pts", "shm", "mqueue" };

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (mknodat(dir, devices[i].name, S_IFCHR | 0666,
			    makedev(devices[i].major, devices[i].minor)) ||
		    fchmodat(dir, devices[i].name, 0666, 0))
			return -1;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i].target, dir, links[i].name))
			return -1;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (mkdirat(dir, dirs[i], 0755))
			return -1;
	return 0;
}

/* What programs look at to know where they are. */
static int fill_run(int dir)
{
	static const char text[] = "linux-vserver\n";
	int fd;

	if (mkdirat(dir, "lock", 01777) || mkdirat(dir, "host", 0755))
		return -1;
	fd = openat(dir, "host/container-manager",
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -1;
	if (write(fd, text, sizeof(text) - 1) != sizeof(text) - 1) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static int mount_one(int root, struct plan *p, const char **call)
{
	const struct vc_mount *m = p->mount;
	int fd = make_mount(p, call), target, ret;

	if (fd < 0)
		return -1;
	*call = "mkdirat";
	if (*m->source == '*' && !strcmp(m->target, "/dev"))
		ret = fill_dev(fd);
	else if (*m->source == '*')
		ret = fill_run(fd);
	else
		ret = 0;
	*call = "openat2";
	target = ret ? -1 : root_openat(root, m->target, O_PATH);
	if (target >= 0) {
		*call = "move_mount";
		ret = move_mount(fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH |
				 MOVE_MOUNT_T_EMPTY_PATH);
		close(target);
	} else {
		ret = -1;
	}
	close(fd);
	return ret;
}

static const struct vc_config_entry *table(const struct guest *g,
					   enum mount_set set,
					   const char **text)
{
	const struct vc_config_entry *fstab =
		vc_config_find(g->config, "%s", set == MOUNTS_REMOTE ?
			       "fstab.remote" : "fstab");

	*text = fstab ? fstab->value : set == MOUNTS_REMOTE ? "" :
		set == MOUNTS_SYSTEMD ? systemd_mounts : plain_mounts;
	return fstab;
}

/* Call @one for each mount. */
static void for_each(const struct guest *g, enum mount_set set, int root,
		     void (*one)(const struct guest *g, int root,
				 struct plan *p, const char *where))
{
	const char *text;
	const struct vc_config_entry *fstab = table(g, set, &text);
	char line[1024], where[512] = "";
	struct vc_mount m;
	struct plan p;
	unsigned int n;

	for (size_t i = 0; vc_config_line(text, i, line, sizeof(line), &n);
	     i++) {
		if (fstab)
			snprintf(where, sizeof(where), "%s:%u: ", fstab->file,
				 n);
		if (vc_mount_parse(line, &m))
			guest_die(g, "%snot a mount", where);
		parse_options(&p, &m);
		if (!p.noauto && strcmp(m.target, "none"))
			one(g, root, &p, where);
	}
}

static void tell(const struct guest *g, int root, struct plan *p,
		 const char *where)
{
	(void)g, (void)root, (void)where;
	step("mount %s %s on %s in the guest", p->bind ? "directory" :
	     p->mount->type, p->mount->source, p->mount->target);
}

void mounts_plan(const struct guest *g, enum mount_set set)
{
	for_each(g, set, -1, tell);
}

static void make(const struct guest *g, int root, struct plan *p,
		 const char *where)
{
	const char *call;

	tell(g, root, p, where);
	if (!mount_one(root, p, &call))
		return;
	/* A small guest lacks directories that others have. */
	if (p->nofail || (!*where && (errno == ENOENT || errno == ENODEV)))
		return;
	guest_die(g, "%scannot mount %s on %s in the guest: %s(): %s", where,
		  p->mount->source, p->mount->target, call, strerror(errno));
}

void mounts_make(const struct guest *g, enum mount_set set)
{
	int root, tree;

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		guest_die(g, "mount namespace: %s", strerror(errno));
	/* Not before: one from another namespace is nothing to mount on. */
	root = root_open(g);
	tree = open_tree(root, "", AT_EMPTY_PATH | AT_RECURSIVE |
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0 || move_mount(tree, "", root, "",
				   MOVE_MOUNT_F_EMPTY_PATH |
				   MOVE_MOUNT_T_EMPTY_PATH) || fchdir(tree))
		guest_die(g, "its root directory: move_mount(): %s",
			  strerror(errno));
	close(root);
	for_each(g, set, tree, make);
	close(tree);
}

void mounts_remote(const struct guest *g)
{
	int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for_each(g, MOUNTS_REMOTE, root, make);
	close(root);
}
