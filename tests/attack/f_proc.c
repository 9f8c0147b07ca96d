// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows F01 to F07, F19 and P26 of the attack tables: processes of
 * others in /proc, by name, through the shared cache of names, and through
 * directories that were handed over.
 */
#include "attack.h"

static struct puppet h, a, b;
static char *path;

static void start(void)
{
	puppet_channel();
	path = puppet_shared(PATH_MAX);
	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
}

static const char *of(pid_t pid, const char *file)
{
	snprintf(path, PATH_MAX, "/proc/%d/%s", pid, file);
	return path;
}

static long do_open(long name, long flags, long dir)
{
	int fd = openat(dir ? dir : AT_FDCWD, (char *)name, flags);

	return fd < 0 ? -1 : close(fd);
}

static long do_stat(long name, long dir, long z)
{
	struct stat st;

	(void)z;
	return fstatat(dir ? dir : AT_FDCWD, (char *)name, &st,
		       AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
}

static long do_access(long name, long y, long z)
{
	(void)y, (void)z;
	return access((char *)name, F_OK);
}

static long do_readlink(long name, long y, long z)
{
	char buf[64];

	(void)y, (void)z;
	return readlink((char *)name, buf, sizeof(buf));
}

/* Whether a number is listed. */
static long do_listed(long name, long wanted, long z)
{
	DIR *dir = opendir((char *)name);
	struct dirent *d;
	long found = 0;

	(void)z;
	while (dir && (d = readdir(dir)))
		found += atol(d->d_name) == wanted;
	if (dir)
		closedir(dir);
	return found;
}

static long do_strangers(long x, long y, long z)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;
	long n = 0;

	(void)x, (void)y, (void)z;
	while (dir && (d = readdir(dir)))
		n += atol(d->d_name) > 1 && atol(d->d_name) != getpid();
	closedir(dir);
	return n;
}

static void f01(void)
{
	start();
	attack(ask(&a, do_stat, of(h.pid, "")), ENOENT, "F01 stat");
	attack(ask(&a, do_open, of(h.pid, ""), O_RDONLY), ENOENT, "F01 open");
	attack(ask(&a, do_open, of(h.pid, ""), O_PATH), ENOENT, "F01 O_PATH");
	attack(ask(&a, do_access, of(h.pid, "")), ENOENT, "F01 access");
	attack(ask(&a, do_readlink, of(h.pid, "exe")), ENOENT, "F01 readlink");
	attack(ask(&a, do_open, of(h.pid, "stat"), 0), ENOENT, "F01 file");
	attack(ask(&a, do_open, of(b.pid, "stat"), 0), ENOENT, "F01 B");
	attack(do_open((long)of(a.pid, "stat"), 0, 0), ENOENT, "F01 by host");
	snprintf(path, PATH_MAX, "/proc/%d", h.pid);
	attack(ask(&a, do_stat, path), ENOENT, "F01 stat, no slash");
	snprintf(path, PATH_MAX, "/proc/self/../%d/stat", h.pid);
	attack(ask(&a, do_open, path, 0), ENOENT, "F01 way round");
	defends(ask(&a, do_strangers) == 0, "F01 nobody else is listed");
	is(ask(&a, do_listed, "/proc", a.pid), 1, "F01 it lists itself");
	defends(!do_listed((long)"/proc", a.pid, 0), "F01 not for the host");
	is(do_listed((long)"/proc", h.pid, 0), 1, "F01 the host's own is");
}

/* --- one cache of names for all --- */

static long do_race(long name, long rounds, long wanted)
{
	long i, bad = 0;

	for (i = 0; i < rounds; i++) {
		struct stat st;
		int fd = open((char *)name, i & 1 ? O_RDONLY : O_PATH);
		int err = fd < 0 ? errno : 0;

		if (fd >= 0)
			close(fd);
		bad += err != wanted;
		err = stat((char *)name, &st) ? errno : 0;
		bad += err != wanted;
	}
	return bad;
}

static void f02(void)
{
	long rounds = 10000 / ktap_slowness();
	struct puppet_order o;

	start();
	of(h.pid, "stat");
	is(do_race((long)path, 2, 0), 0, "F02 the host first");
	defends(ask(&a, do_race, path, 2, ENOENT) == 0, "F02 A right after");
	is(do_race((long)path, 2, 0), 0, "F02 the host again");

	o = (struct puppet_order){ do_race, { (long)path, rounds, ENOENT } };
	must(send(a.fd, &o, sizeof(o), 0));
	must(send(b.fd, &o, sizeof(o), 0));
	is(do_race((long)path, rounds, 0), 0, "F02 the host always finds it");
	defends(puppet_receive(&a) == 0, "F02 A never does");
	defends(puppet_receive(&b) == 0, "F02 B never does");

	/* the other way round */
	of(a.pid, "stat");
	o.arg[2] = 0;
	must(send(a.fd, &o, sizeof(o), 0));
	defends(do_race((long)path, rounds, ENOENT) == 0,
		"F02 the host never finds a guest's");
	is(puppet_receive(&a), 0, "F02 the guest always does");
}

static long do_names(long fd, long y, long z)
{
	char buf[4096];

	(void)y, (void)z;
	return syscall(SYS_getdents64, fd, buf, sizeof(buf));
}

static long do_fstat(long fd, long y, long z)
{
	struct stat st;

	(void)y, (void)z;
	return fstat(fd, &st);
}

/* Directories do not get from the host to a guest; -1 then. */
static int pass(struct puppet *to, const char *name, int flags)
{
	int fd;

	must(do_send_fd(must(open(name, flags)), 0, 0));
	fd = ask(to, do_receive_fd);
	defends(fd < 0, "F03 directory of a foreign process");
	return fd;
}

static void f03(void)
{
	/* The permission of fdinfo asks for the process, which is not there. */
	static const struct { const char *dir, *name; int error; } rows[] = {
		{ "task", ".", ENOENT }, { "fd", "0", ENOENT },
		{ "fdinfo", "0", ESRCH }, { "ns", "uts", ENOENT },
		{ "attr", "current", ENOENT }, { "net", "dev", ENOENT },
	};
	unsigned int i;
	int fd;

	start();
	fd = pass(&a, of(h.pid, ""), O_RDONLY);
	if (fd < 0)
		return;
	attack(ask(&a, do_open, "stat", O_RDONLY, fd), ENOENT, "F03 open");
	attack(ask(&a, do_open, "task", O_PATH, fd), ENOENT, "F03 O_PATH");
	attack(ask(&a, do_stat, "stat", fd), ENOENT, "F03 stat");
	attack(ask(&a, do_fstat, fd), ENOENT, "F03 fstat");
	attack(ask(&a, do_names, fd), ENOENT, "F03 getdents");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		fd = pass(&a, of(h.pid, rows[i].dir), O_RDONLY);
		/* Shared with the one who is asked. */
		snprintf(path, PATH_MAX, "%s", rows[i].name);
		if (!strcmp(path, "."))
			snprintf(path, PATH_MAX, "%d/stat", h.pid);
		attack(ask(&a, do_stat, path, fd), rows[i].error, "F03 %s/%s",
		       rows[i].dir, path);
	}
}

/* A child of the host that has entered is not among its parent's children. */
static void f07(void)
{
	char number[16], list[4096], *s;

	start();
	snprintf(list, sizeof(list), " %s",
		 slurp("/proc/self/task/%d/children", getpid()));
	s = list;
	snprintf(number, sizeof(number), " %d ", a.pid);
	defends(!strstr(s, number), "F07 guests");
	snprintf(number, sizeof(number), " %d ", h.pid);
	ok(strstr(s, number), "F07 the host's own");
}

/* What a lookup must not do: detach what others have mounted there. */
static void f19(void)
{
	char probe[128], name[64];
	int i;

	start();
	snprintf(name, sizeof(name), "%s", of(h.pid, "attr"));
	snprintf(probe, sizeof(probe), "%s/mark", name);
	must(mount("none", name, "tmpfs", 0, NULL));
	must(spit(probe, "host"));
	for (i = 0; i < 10; i++) {
		attack(ask(&a, do_stat, of(h.pid, "attr")), ENOENT, "F19 stat");
		attack(ask(&a, do_stat, of(h.pid, "attr/current")), ENOENT,
		       "F19 walk");
		attack(ask(&a, do_open, of(h.pid, ""), O_RDONLY), ENOENT,
		       "F19 open");
		ask(&a, do_strangers);
	}
	is_str(slurp("%s", probe), "host", "F19 the mount is still there");
	must(umount(name));
}

/* --- the first process --- */

static bool shown(const char *name)
{
	static const char *const names[] = {
		"stat", "statm", "status", "cmdline", "comm", ".", "..",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* The number of names that are listed and should not, or the reverse. */
static long do_odd_names(long x, long y, long z)
{
	DIR *dir = opendir("/proc/1");
	struct dirent *d;
	long good = 0, bad = 0;

	(void)x, (void)y, (void)z;
	while (dir && (d = readdir(dir)))
		if (shown(d->d_name))
			good++;
		else
			bad++;
	closedir(dir);
	return bad + (good != 7);
}

static void p26(void)
{
	DIR *dir = opendir("/proc/1");
	struct dirent *d;
	int cached, bad = 0;

	start();
	is(ask(&a, do_listed, "/proc", 1), 1, "P26 it is listed");
	while ((d = readdir(dir))) {
		for (cached = 0; cached < 2; cached++) {
			bool want = shown(d->d_name) || vanilla();
			long got = ask(&a, do_stat, of(1, d->d_name));

			if ((got == 0) != want || (got && errno != ENOENT)) {
				diag("%s: %s", path, errname(errno));
				bad++;
			}
			access(path, F_OK);
		}
	}
	closedir(dir);
	is(bad, 0, "P26 names, also when the host has looked");
	defends(ask(&a, do_odd_names) == 0, "P26 list");
	attack(ask(&a, do_open, "/proc/1/task/1/stat", O_RDONLY), ENOENT,
	       "P26 thread");
	attack(ask(&a, do_open, "/proc/1/ns/mnt", O_PATH), ENOENT, "P26 ns");
	attack(ask(&a, do_stat, "/proc/1/root/"), ENOENT, "P26 root");
	is(ask(&a, do_open, "/proc/1/status", O_RDONLY), 0, "P26 status");
	is(ask(&a, do_open, "/proc/1/cmdline", O_RDONLY), 0, "P26 cmdline");
	is(do_stat((long)"/proc/1/root", 0, 0), 0, "P26 the host sees all");
}

int main(void)
{
	attack_run("F01", f01);
	attack_run("F02", f02);
	attack_run("F03", f03);
	attack_run("F07", f07);
	attack_run("F19", f19);
	attack_run("P26", p26);
	return ktap_exit();
}
