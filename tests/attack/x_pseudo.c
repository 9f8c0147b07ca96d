// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X2 and X25 of the attack tables: files that stand for parts of
 * the machine, and what must go on working besides.
 */
#include "attack.h"

static struct puppet a;
static char *path;

static long do_open(long name, long flags, long dir)
{
	int fd = openat(dir ? dir : AT_FDCWD, (char *)name,
			flags | O_NONBLOCK | O_NOCTTY, 0600);

	return fd < 0 ? -1 : close(fd);
}

static long do_write(long name, long text, long fd)
{
	int own = fd ? (int)fd : open((char *)name, O_WRONLY | O_TRUNC);
	ssize_t n = own < 0 ? -1 :
		    write(own, (char *)text, strlen((char *)text));
	int err = errno;

	if (!fd && own >= 0)
		close(own);
	errno = err;
	return n < 0 ? -1 : 0;
}

static void start(void)
{
	puppet_channel();
	path = puppet_shared(PATH_MAX);
	a = attack_guest(XID_A);
}

static bool is_type(const char *type)
{
	char line[64];

	snprintf(line, sizeof(line), "\t%s\n", type);
	return strstr(slurp("/proc/filesystems"), line);
}

static const struct {
	const char *type, *dir, *file;
	int flags;
} closed[] = {
	{ "binfmt_misc", "/tmp/x2_binfmt", "register", O_WRONLY },
	{ "binfmt_misc", "/tmp/x2_binfmt", "status", O_RDONLY },
	{ "binfmt_misc", "/tmp/x2_binfmt", ".", O_RDONLY },
	{ "configfs", "/tmp/x2_config", ".", O_RDONLY },
	{ "securityfs", "/tmp/x2_security", "lsm", O_RDONLY },
	{ "securityfs", "/tmp/x2_security", "apparmor/.load", O_WRONLY },
	{ "debugfs", "/tmp/x2_debug", ".", O_RDONLY },
	{ "tracefs", "/tmp/x2_trace", "trace_marker", O_WRONLY },
	{ "nfsd", "/tmp/x2_nfsd", "filehandle", O_RDWR },
	{ "rpc_pipefs", "/tmp/x2_rpc", ".", O_RDONLY },
	{ "pstore", "/tmp/x2_pstore", ".", O_RDONLY },
	{ "bpf", "/tmp/x2_bpf", ".", O_RDONLY },
};

static void x02(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(closed); i++)
		if (!mkdir(closed[i].dir, 0755))
			mount("none", closed[i].dir, closed[i].type, 0, NULL);
	start();
	for (i = 0; i < ARRAY_SIZE(closed); i++) {
		snprintf(path, PATH_MAX, "%s/%s", closed[i].dir,
			 closed[i].file);
		if (!is_type(closed[i].type) || access(path, F_OK)) {
			skip("not in this kernel", "X2 %s", path);
			continue;
		}
		attack(ask(&a, do_open, path, closed[i].flags), EACCES,
		       "X2 %s: %s", closed[i].type, closed[i].file);
	}
	for (i = 0; i < ARRAY_SIZE(closed); i++) {
		umount2(closed[i].dir, MNT_DETACH);
		rmdir(closed[i].dir);
	}
}

/* A descriptor of the host's is what it was given for, and no more. */
static void delegated(void)
{
	int fd, up;

	start();
	must(mkdir("/tmp/x2_dir", 0755));
	must(mount("none", "/tmp/x2_dir", "configfs", 0, NULL));
	must(do_send_fd(must(open("/tmp/x2_dir", O_RDONLY)), 0, 0));
	up = ask(&a, do_receive_fd);
	defends(up < 0, "X2 directory handed over");
	if (up >= 0)
		ok_call(ask(&a, do_open, ".", O_RDONLY, up), "X2 and opened");
	umount2("/tmp/x2_dir", MNT_DETACH);
	must(do_send_fd(must(open("/sys/kernel/notes", O_RDONLY)), 0, 0));
	fd = must(ask(&a, do_receive_fd));
	snprintf(path, PATH_MAX, "/proc/self/fd/%d", fd);
	attack(ask(&a, do_open, path, O_RDONLY), EACCES,
	       "X2 file received, opened again");
}

static void x25(void)
{
	static const struct {
		const char *name;
		int flags, err;
	} rows[] = {
		{ "/sys/kernel/notes", O_RDONLY, ENOENT },
		{ "/sys/kernel/profiling", O_WRONLY, ENOENT },
		{ "/sys/power/state", O_WRONLY, ENOENT },
		{ "/sys/firmware/acpi/tables/DSDT", O_RDONLY, ENOENT },
		{ "/sys/class/dmi/id/product_serial", O_RDONLY, ENOENT },
		{ "/sys/bus/pci/rescan", O_WRONLY, ENOENT },
		{ "/sys/module/kernel/parameters/panic", O_WRONLY, ENOENT },
		{ "/sys/fs/ext4/features", O_RDONLY, ENOENT },
		{ "/sys/block", O_RDONLY, ENOENT },
		{ "/sys/devices", O_RDONLY, ENOENT },
		{ "/sys/devices/system/cpu/cpu1/online", O_WRONLY, EACCES },
		{ "/sys/class/net/lo/mtu", O_WRONLY, EACCES },
	};
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (access(rows[i].name, F_OK)) {
			skip("not in this kernel", "X25 %s", rows[i].name);
			continue;
		}
		attack(ask(&a, do_open, rows[i].name, rows[i].flags),
		       rows[i].err, "X25 %s", rows[i].name);
	}
}

/* In a network of its own it sees no device of the host's. */
static long become_with_net(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (unshare(CLONE_NEWNET))
		return -1;
	return vanilla() ? attack_chroot(0, 0, 0) :
		vs_become(XID_A, 0, attack_caps);
}

static void network(void)
{
	path = puppet_shared(PATH_MAX);
	a = puppet_start(become_with_net, 0, 0, 0);
	attack(ask(&a, do_open, "/sys/class/net/lo/address", O_RDONLY), ENOENT,
	       "X25 device of another network");
	attack(ask(&a, do_open, "/sys/class/net", O_RDONLY), ENOENT,
	       "X25 devices of another network");
}

/* --- what must go on working --- */

static long do_lscpu(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return slurp("/sys/devices/system/cpu/online") &&
		slurp("/sys/devices/system/cpu/possible") &&
		do_open((long)"/sys/devices/system/cpu", O_RDONLY, 0) == 0 &&
		do_open((long)"/sys/devices/system/cpu/cpu0/topology",
			O_RDONLY, 0) == 0 &&
		slurp("/sys/devices/system/cpu/cpu0/topology/core_id") &&
		slurp("/sys/class/net/lo/mtu") &&
		do_open((long)"/sys/class/net", O_RDONLY, 0) == 0 &&
		do_open((long)"/sys", O_RDONLY, 0) == 0 ? 0 : -1;
}

/* A file system that holds data. */
static long do_data(long dir, long y, long z)
{
	char name[PATH_MAX], other[PATH_MAX];

	(void)y, (void)z;
	snprintf(name, sizeof(name), "%s/x_file", (char *)dir);
	snprintf(other, sizeof(other), "%s/x_other", (char *)dir);
	return spit(name, "data") || chmod(name, 0600) || link(name, other) ||
		rename(other, name) || truncate(name, 1) || unlink(other) ||
		unlink(name) || mkdir(name, 0700) || rmdir(name) ||
		mknod(name, S_IFIFO | 0600, 0) || unlink(name) ||
		symlink("x", name) || unlink(name) ? -1 : 0;
}

static long do_devices(long x, long y, long z)
{
	int p[2], fd;
	char name[64];

	(void)x, (void)y, (void)z;
	if (do_open((long)"/dev/null", O_RDWR, 0) ||
	    do_open((long)"/dev/zero", O_RDONLY, 0) ||
	    do_open((long)"/dev/urandom", O_RDONLY, 0) || pipe(p))
		return -1;
	/* as "echo >/dev/stderr" does */
	snprintf(name, sizeof(name), "/proc/self/fd/%d", p[1]);
	fd = open(name, O_WRONLY);
	if (fd < 0 || write(fd, "x", 1) != 1)
		return -1;
	close(fd);
	close(p[0]);
	close(p[1]);
	fd = memfd_create("x", 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return do_open((long)name, O_RDWR, 0) || close(fd) ? -1 : 0;
}

static long do_proc(long x, long y, long z)
{
	static const char *const readable[] = {
		"stat", "statm", "status", "cmdline", "comm", "maps", "smaps",
		"mountinfo", "mounts", "mountstats", "limits", "io", "environ",
		"auxv", "cgroup", "oom_score", "uid_map", "setgroups",
		"timerslack_ns", "attr/current", "net/dev", "sched",
		"../meminfo", "../uptime", "../loadavg", "../stat",
		"../cpuinfo", "../version", "../filesystems", "../mounts",
		"../locks", "../cgroups", "../sysvipc/shm", "../net/tcp",
	};
	static const struct { const char *name, *text; } written[] = {
		{ "oom_score_adj", "100" }, { "comm", "x" },
		{ "timerslack_ns", "50000" }, { "coredump_filter", "0x33" },
		{ "clear_refs", "1" },
	};
	char name[64];
	unsigned int i;

	(void)x, (void)y, (void)z;
	for (i = 0; i < ARRAY_SIZE(readable); i++) {
		if (readable[i][0] == '.')
			snprintf(name, sizeof(name), "/proc/%s",
				 readable[i] + 3);
		else
			snprintf(name, sizeof(name), "/proc/self/%s",
				 readable[i]);
		if (!slurp("%s", name)) {
			snprintf(path, PATH_MAX, "%s: %s", name,
				 errname(errno));
			if (errno != EINVAL)
				return -1;
		}
	}
	for (i = 0; i < ARRAY_SIZE(written); i++) {
		snprintf(name, sizeof(name), "/proc/self/%s", written[i].name);
		if (access(name, F_OK) == 0 &&
		    do_write((long)name, (long)written[i].text, 0)) {
			snprintf(path, PATH_MAX, "write %s: %s", name,
				 errname(errno));
			return -1;
		}
	}
	return 0;
}

static void works(void)
{
	const char *dir = "/tmp/x_data/m";
	bool overlay;

	mkdir("/tmp/x_data", 0755);
	must(mount("none", "/tmp/x_data", "tmpfs", 0, NULL));
	mkdir("/tmp/x_data/u", 0755);
	mkdir("/tmp/x_data/w", 0755);
	mkdir("/tmp/x_data/l", 0755);
	mkdir(dir, 0755);
	overlay = !mount("none", dir, "overlay", 0, "lowerdir=/tmp/x_data/l,"
			 "upperdir=/tmp/x_data/u,workdir=/tmp/x_data/w");
	start();
	ok_call(ask(&a, do_lscpu), "processors and network devices");
	ok_call(ask(&a, do_devices), "devices, pipes, memfd");
	path[0] = 0;
	if (ok_call(ask(&a, do_proc), "its own process, the machine") == -1)
		diag("%s", path);
	ok_call(ask(&a, do_data, "/tmp"), "writes into the root");
	ok_call(ask(&a, do_data, "/tmp/x_data"), "writes into tmpfs");
	if (overlay)
		ok_call(ask(&a, do_data, dir), "writes into an overlay");
	else
		skip("not in this kernel", "writes into an overlay");
	umount2(dir, MNT_DETACH);
	umount2("/tmp/x_data", MNT_DETACH);
}

int main(void)
{
	attack_run_wide("X2", x02);
	attack_run("X2 descriptors", delegated);
	attack_run_wide("X25", x25);
	attack_run("X25 network", network);
	attack_run_wide("works", works);
	return ktap_exit();
}
