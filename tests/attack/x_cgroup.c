// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X8, X29 and C23 of the attack tables: a guest and the control
 * groups of the unified hierarchy. Its own is /a, that of a neighbour /b.
 */
#include "attack.h"

#include <linux/sched.h>

#define TOP	"/tmp/x_cgroup"
#define VS	TOP "/vs"

static struct puppet h, a;
static char *path;

static long write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_TRUNC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = err;
	return n < 0 ? -1 : 0;
}

/* Becomes a guest in the group /a. */
static long become(long xid, long group, long z)
{
	(void)z;
	if (write_file((char *)group, "0"))
		return -1;
	if (vanilla())
		return attack_chroot(0, 0, 0);
	return vs_become(xid, 0, attack_caps);
}

static struct puppet guest_in(uint32_t xid, const char *group)
{
	snprintf(path, PATH_MAX, VS "/%s/cgroup.procs", group);
	return puppet_start(become, xid, (long)path, 0);
}

static void world(void)
{
	mkdir(TOP, 0755);
	must(mount("none", TOP, "cgroup2", 0, NULL));
	must(write_file(TOP "/cgroup.subtree_control", "+pids +memory"));
	mkdir(VS, 0755);
	must(write_file(VS "/cgroup.subtree_control", "+pids +memory"));
	mkdir(VS "/a", 0755);
	mkdir(VS "/b", 0755);
}

static void remove_groups(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char name[PATH_MAX];

	while (d && (e = readdir(d)))
		if (e->d_type == DT_DIR && e->d_name[0] != '.') {
			snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
			remove_groups(name);
		}
	if (d)
		closedir(d);
	rmdir(dir);
}

static void start(void)
{
	puppet_channel();
	path = puppet_shared(PATH_MAX);
	mkdir(VS "/a", 0755);
	mkdir(VS "/b", 0755);
	h = puppet_host();
	a = guest_in(XID_A, "a");
}

static long do_write(long name, long text, long fd)
{
	if (fd)
		return write(fd, (char *)text, strlen((char *)text));
	return write_file((char *)name, (char *)text);
}

static long do_open(long name, long flags, long z)
{
	int fd = open((char *)name, flags);

	(void)z;
	return fd < 0 ? -1 : close(fd);
}

static long do_mkdir(long name, long y, long z)
{
	(void)y, (void)z;
	return mkdir((char *)name, 0755);
}

static long do_rmdir(long name, long y, long z)
{
	(void)y, (void)z;
	return rmdir((char *)name);
}

static long do_chmod(long name, long mode, long z)
{
	(void)z;
	return chmod((char *)name, mode);
}

static long do_slurp(long name, long to, long z)
{
	char *s = slurp("%s", (char *)name);

	(void)z;
	if (!s)
		return -1;
	snprintf((char *)to, PATH_MAX, "%s", s);
	return 0;
}

static long do_link(long name, long to, long z)
{
	(void)z;
	return readlink((char *)name, (char *)to, PATH_MAX);
}

static int pass(const char *name, int flags)
{
	must(do_send_fd(must(open(name, flags)), 0, 0));
	return must(ask(&a, do_receive_fd));
}

static void own_limits(void)
{
	start();
	attack(ask(&a, do_write, VS "/a/memory.max", "max"), EPERM,
	       "X8 memory.max of the own group");
	attack(ask(&a, do_write, VS "/a/pids.max", "max"), EPERM,
	       "X8 pids.max");
	attack(ask(&a, do_write, VS "/a/cgroup.freeze", "0"), EPERM,
	       "X8 cgroup.freeze");
	attack(ask(&a, do_chmod, VS "/a/pids.max", 0644), EPERM, "X8 chmod");
	attack(ask(&a, do_chmod, VS "/a", 0755), EPERM, "X8 chmod of the group");
	ok_call(ask(&a, do_open, VS "/a/memory.current", O_RDONLY),
		"its own use is shown");
	must(write_file(VS "/a/pids.max", "max"));
	attack(ask(&a, do_write, 0, "max", pass(VS "/a/pids.max", O_RDWR)),
	       EPERM, "X8 descriptor");
}

static void neighbours(void)
{
	start();
	attack(ask(&a, do_write, VS "/b/pids.max", "max"), EACCES,
	       "X8 limit of a neighbour");
	attack(ask(&a, do_write, VS "/b/cgroup.kill", "1"), EACCES,
	       "X8 kill a neighbour");
	attack(ask(&a, do_open, VS "/b/memory.current", O_RDONLY), EACCES,
	       "X8 watch a neighbour");
	attack(ask(&a, do_open, VS "/b", O_RDONLY), EACCES,
	       "X8 list a neighbour");
	attack(ask(&a, do_open, VS, O_RDONLY), EACCES, "X8 list neighbours");
	attack(ask(&a, do_mkdir, VS "/c"), EACCES, "X8 a group beside");
	attack(ask(&a, do_rmdir, vanilla() ? VS "/c" : VS "/b"), EACCES,
	       "X8 remove one beside");
	attack(ask(&a, do_mkdir, TOP "/d"), EACCES, "X8 a group at the top");
	if (vanilla())
		rmdir(TOP "/d");
	attack(ask(&a, do_chmod, VS "/b/pids.max", 0644), EACCES, "X8 chmod");
	attack(ask(&a, do_open, TOP "/memory.stat", O_RDONLY), EACCES,
	       "X8 use of the machine");
}

/* Moving oneself out of the limits. */
static void migration(void)
{
	start();
	attack(ask(&a, do_write, VS "/b/cgroup.procs", "0"), EACCES,
	       "X8 move to a neighbour");
	attack(ask(&a, do_write, TOP "/cgroup.procs", "0"), EACCES,
	       "X8 move to the top");
	attack(ask(&a, do_write, 0, "0", pass(VS "/b/cgroup.procs", O_RDWR)),
	       EACCES, "X8 move by a descriptor");
	attack(ask(&a, do_write, 0, "0", pass(TOP "/cgroup.procs", O_RDWR)),
	       EACCES, "X8 move to the top by a descriptor");
	defends(!strcmp(slurp(VS "/a/pids.current"), "1\n"),
		"X8 it is where it was");
}

static long do_clone_into(long fd, long y, long z)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD,
		.cgroup = fd,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	(void)y, (void)z;
	if (!pid)
		_exit(0);
	return pid < 0 ? -1 : reap(pid);
}

static long do_open_keep(long name, long flags, long z)
{
	(void)z;
	return open((char *)name, flags);
}

static void x29(void)
{
	int own, b, path_only, top;

	/* Left open by a tool: directories do not get there over a socket. */
	mkdir(VS "/b", 0755);
	b = must(open(VS "/b", O_RDONLY));
	path_only = must(open(VS "/b", O_PATH));
	top = must(open(TOP, O_RDONLY));
	start();
	attack(ask(&a, do_clone_into, b), EACCES, "X29 child of a neighbour");
	attack(ask(&a, do_clone_into, path_only), EACCES, "X29 by O_PATH");
	attack(ask(&a, do_clone_into, top), EACCES, "X29 child at the top");
	must(ask(&a, do_mkdir, VS "/a/x"));
	own = must(ask(&a, do_open_keep, VS "/a/x", O_RDONLY));
	ok_call(ask(&a, do_clone_into, own), "child below the own group");
}

/* What a service manager in the guest does. */
static void delegation(void)
{
	start();
	ok_call(ask(&a, do_mkdir, VS "/a/init"), "a group below");
	ok_call(ask(&a, do_mkdir, VS "/a/x"), "another");
	ok_call(ask(&a, do_write, VS "/a/init/cgroup.procs", "0"),
		"move into it");
	ok_call(ask(&a, do_write, VS "/a/cgroup.subtree_control",
		    "+pids +memory"), "controllers for those below");
	ok_call(ask(&a, do_write, VS "/a/x/pids.max", "100"), "limit");
	ok_call(ask(&a, do_write, VS "/a/x/memory.max", "100M"), "limit");
	ok_call(ask(&a, do_write, VS "/a/x/cgroup.freeze", "1"), "freeze");
	ok_call(ask(&a, do_write, VS "/a/x/cgroup.freeze", "0"), "thaw");
	ok_call(ask(&a, do_chmod, VS "/a/x/cgroup.procs", 0666), "chmod");
	ok_call(ask(&a, do_open, VS "/a", O_RDONLY), "list");
	ok_call(ask(&a, do_open, VS "/a/x/pids.current", O_RDONLY), "read");
	ok_call(ask(&a, do_rmdir, VS "/a/x"), "remove");
	ok_errno(ask(&a, do_write, VS "/a/init/cgroup.kill", "1"), ENOLINK,
		 "it can kill itself");
}

static void view(void)
{
	struct puppet b, m;
	char *text = puppet_shared(2 * PATH_MAX);

	start();
	must(ask(&a, do_slurp, "/proc/self/cgroup", text));
	defends(!strcmp(text, "0::/\n"), "X8 the own group is the top");
	if (vanilla())
		return;
	is_str(slurp("/proc/self/cgroup"), "0::/\n", "the host is at the top");
	must(ask(&a, do_link, "/proc/self/ns/cgroup", text));
	m = puppet_member(XID_A, 0);
	must(ask(&m, do_link, "/proc/self/ns/cgroup", text + PATH_MAX));
	is_str(text, text + PATH_MAX, "who enters later sees the same");

	/* the group has its context */
	must(ask(&a, do_mkdir, VS "/a/y"));
	b = guest_in(XID_B, "a");
	ok_errno(ask(&b, do_mkdir, VS "/a/z"), EACCES,
		 "the second in a group administers nothing");
	ok_errno(ask(&b, do_write, VS "/a/y/cgroup.freeze", "1"), EACCES,
		 "nor what the first has made");
	puppet_end(&m);
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "the first ends");
	puppet_end(&b);
	b = guest_in(XID_C, "a");
	ok_call(ask(&b, do_mkdir, VS "/a/z"), "the next one has it");

	/* one inside another's: the nearest counts */
	must(mkdir(VS "/b/inner", 0755));
	a = guest_in(XID_D, "b/inner");
	ok_call(ask(&a, do_mkdir, VS "/b/inner/q"), "the inner one");
	m = guest_in(XID_B, "b");
	ok_errno(ask(&m, do_rmdir, VS "/b/inner/q"), EACCES,
		 "the outer one has no power over it");
}

static void without(void)
{
	struct puppet b;

	path = puppet_shared(PATH_MAX);
	b = attack_guest(XID_B);
	attack(ask(&b, do_mkdir, TOP "/e"), EACCES,
	       "X8 from the top group: nothing to administer");
	if (vanilla())
		rmdir(TOP "/e");
	attack(ask(&b, do_open, TOP "/cgroup.procs", O_RDONLY), EACCES,
	       "X8 nor to see");
}

static void old_hierarchy(void)
{
	mkdir("/tmp/x_v1", 0755);
	must(mount("none", "/tmp/x_v1", "cgroup", 0, "none,name=x_cgroup"));
	start();
	attack(ask(&a, do_open, "/tmp/x_v1/tasks", O_RDWR), EACCES,
	       "X8 version 1");
	attack(ask(&a, do_write, 0, "0", pass("/tmp/x_v1/tasks", O_RDWR)),
	       EACCES, "X8 version 1, descriptor");
	attack(ask(&a, do_mkdir, "/tmp/x_v1/x"), EACCES, "X8 version 1, mkdir");
	if (vanilla())
		rmdir("/tmp/x_v1/x");
	must(umount2("/tmp/x_v1", MNT_DETACH));
}

static void c23(void)
{
	start();
	must(ask(&a, do_mkdir, VS "/a/p"));
	if (access(VS "/a/p/memory.pressure", F_OK)) {
		skip("not in this kernel", "C23");
		return;
	}
	attack(ask(&a, do_write, VS "/a/p/memory.pressure", "some 50000 500000"),
	       EINVAL, "C23 short window");
	ok_call(ask(&a, do_write, VS "/a/p/memory.pressure",
		    "some 50000 2000000"), "a window everybody may have");
}

static void clean_up(void)
{
	ok(eventually((remove_groups(VS "/a"), remove_groups(VS "/b"),
		       access(VS "/a", F_OK) && access(VS "/b", F_OK))),
	   "the groups can be removed");
}

static void clean_run(const char *name, void (*test)(void))
{
	char wide[64];

	attack_run(name, test);
	clean_up();
	if (vanilla())
		return;
	snprintf(wide, sizeof(wide), "%s, wide ceiling", name);
	attack_caps = WIDE_CAPS;
	attack_run(wide, test);
	attack_caps = GUEST_CAPS;
	clean_up();
}

int main(void)
{
	world();
	clean_run("limits", own_limits);
	clean_run("neighbours", neighbours);
	clean_run("migration", migration);
	clean_run("X29", x29);
	clean_run("delegation", delegation);
	clean_run("view", view);
	clean_run("without", without);
	clean_run("v1", old_hierarchy);
	attack_run("C23", c23);
	clean_up();
	ok(eventually((remove_groups(VS), access(VS, F_OK))), "all is gone");
	umount2(TOP, MNT_DETACH);
	return ktap_exit();
}
