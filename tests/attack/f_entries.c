// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows F09, F10, F19 and X5 of the attack tables: entries of /proc
 * that are no processes. proc.list names all that a kernel may have and says
 * which of them a guest sees; one that a later kernel adds is missing there
 * and fails by its name.
 */
#include "attack.h"

static struct puppet h, a;
static char *path;

static void start(void)
{
	puppet_channel();
	path = puppet_shared(PATH_MAX);
	h = puppet_host();
	a = attack_guest(XID_A);
}

static const char *in(const char *dir, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, name);
	return path;
}

static long do_open(long name, long flags, long dir)
{
	int fd = openat(dir ? dir : AT_FDCWD, (char *)name, flags);

	return fd < 0 ? -1 : close(fd);
}

static long do_stat(long name, long y, long z)
{
	struct stat st;

	(void)y, (void)z;
	return stat((char *)name, &st);
}

static long do_lstat(long name, long y, long z)
{
	struct stat st;

	(void)y, (void)z;
	return lstat((char *)name, &st);
}

static long do_chmod(long name, long mode, long z)
{
	(void)z;
	return chmod((char *)name, mode);
}

static long do_listed(long dirname, long name, long z)
{
	DIR *dir = opendir((char *)dirname);
	struct dirent *d;
	long found = 0;

	(void)z;
	while (dir && (d = readdir(dir)))
		found += !strcmp(d->d_name, (char *)name);
	if (dir)
		closedir(dir);
	return found;
}

/* Any name that is listed, to see that what is listed is there. */
static long do_dangling(long dirname, long y, long z)
{
	DIR *dir = opendir((char *)dirname);
	struct dirent *d;
	struct stat st;
	long n = 0;

	(void)y, (void)z;
	while (dir && (d = readdir(dir)))
		n += fstatat(dirfd(dir), d->d_name, &st,
			     AT_SYMLINK_NOFOLLOW) != 0;
	if (dir)
		closedir(dir);
	return n;
}

/* --- the list --- */

enum { MAX_NAMES = 256 };

static struct known {
	char section[32], name[48], who[16];
} known[MAX_NAMES];
static int nr_known;

static void read_list(void)
{
	FILE *f = fopen("/vm/tests/proc.list", "r");
	char line[256], section[32] = "", name[48], who[16];

	must(f ? 0 : -1);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (sscanf(line, "[%31[^]]]", section) == 1)
			continue;
		if (sscanf(line, "%47s %15s", name, who) != 2 ||
		    nr_known == MAX_NAMES) {
			diag("proc.list: %s", line);
			must(-1);
		}
		strcpy(known[nr_known].section, section);
		strcpy(known[nr_known].name, name);
		strcpy(known[nr_known++].who, who);
	}
	fclose(f);
}

static const char *who_sees(const char *section, const char *name)
{
	int i;

	for (i = 0; i < nr_known; i++)
		if (!strcmp(known[i].section, section) &&
		    !strcmp(known[i].name, name))
			return known[i].who;
	return NULL;
}

static bool is_number(const char *name)
{
	return name[0] >= '0' && name[0] <= '9';
}

/* What guests see of a directory, after the host has looked at all of it. */
static void walk(const char *dir, const char *section)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	must(d ? 0 : -1);
	while ((e = readdir(d))) {
		const char *name = e->d_name;
		const char *who = who_sees(section, name);
		struct stat st;
		bool seen;

		if (name[0] == '.' || is_number(name))
			continue;
		ok(who, "%s/%s: is in proc.list", dir, name);
		if (!who)
			continue;
		ok_call(lstat(in(dir, name), &st), "host: %s", path);
		seen = !strcmp(who, "all") || vanilla();
		if (seen) {
			ok_call(ask(&a, do_lstat, path), "guest: %s", path);
		} else {
			ok_errno(ask(&a, do_lstat, path), ENOENT, "F10 %s",
				 path);
			ok_errno(ask(&a, do_open, path, O_RDONLY), ENOENT,
				 "F09 read %s", path);
			ok_errno(ask(&a, do_open, path, O_WRONLY), ENOENT,
				 "F09 write %s", path);
		}
		snprintf(path, PATH_MAX, "%s%c%s", dir, 0, name);
		is(ask(&a, do_listed, path, path + strlen(dir) + 1), seen,
		   "guest: list of %s, %s", dir, name);
	}
	closedir(d);
	is(ask(&a, do_dangling, dir), 0, "all that %s lists is there", dir);
}

static void top(void)
{
	start();
	walk("/proc", "proc");
	ok_call(ask(&a, do_stat, "/proc/self/stat"), "self");
	ok_call(ask(&a, do_stat, "/proc/thread-self/stat"), "thread-self");
	ok_call(ask(&a, do_stat, "/proc/sys/kernel/ostype"), "sys");
}

static void net(void)
{
	start();
	walk("/proc/net", "net");
}

/* A mount of its own shows no more than one it shares with the host. */
static long do_mount_proc(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return unshare(CLONE_NEWNS) ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		mount("proc", "/proc", "proc", 0, NULL) ? -1 : 0;
}

static long become_with_own_proc(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (do_mount_proc(0, 0, 0))
		return -1;
	return vanilla() ? 0 : vs_become(XID_A, 0, GUEST_CAPS);
}

static void own(void)
{
	path = puppet_shared(PATH_MAX);
	a = puppet_start(become_with_own_proc, 0, 0, 0);
	walk("/proc", "proc");
	walk("/proc/net", "net");
}

/* --- rows --- */

static void f09(void)
{
	start();
	attack(ask(&a, do_open, "/proc/sysrq-trigger", O_WRONLY), ENOENT,
	       "F09 sysrq-trigger");
	attack(ask(&a, do_open, "/proc/kmsg", O_RDONLY | O_NONBLOCK), ENOENT,
	       "F09 kmsg");
	attack(ask(&a, do_open, "/proc/kallsyms", O_RDONLY), ENOENT,
	       "F09 kallsyms");
	attack(ask(&a, do_open, "/proc/irq/default_smp_affinity", O_RDWR),
	       ENOENT, "F09 irq");
	attack(ask(&a, do_open, "/proc/self/../timer_list", O_RDONLY), ENOENT,
	       "F09 way round");
	attack(ask(&a, do_open, "/proc/slabinfo", O_RDONLY), ENOENT,
	       "F09 slabinfo");
	attack(ask(&a, do_open, "/proc/keys", O_RDONLY), ENOENT, "F09 keys");
}

/* A directory does not get there; a file is a delegation. */
static void passed(void)
{
	int fd;

	start();
	must(do_send_fd(must(open("/proc/irq", O_RDONLY)), 0, 0));
	fd = ask(&a, do_receive_fd);
	defends(fd < 0, "F10 directory handed over");
	if (fd >= 0)
		ok_call(ask(&a, do_open, "default_smp_affinity", O_RDONLY, fd),
			"F10 and opened");
	must(do_send_fd(must(open("/proc/interrupts", O_RDONLY)), 0, 0));
	ok_call(ask(&a, do_receive_fd), "F04 file received");
}

/* What others have mounted below a hidden entry stays. */
static void f19(void)
{
	const char *dir = access("/proc/fs/nfsd", F_OK) ? "/proc/fs" :
			  "/proc/fs/nfsd";
	char probe[64];
	int i;

	snprintf(probe, sizeof(probe), "%s/mark", dir);
	must(mount("none", dir, "tmpfs", 0, NULL));
	must(spit(probe, "host"));
	start();
	for (i = 0; i < 10; i++) {
		attack(ask(&a, do_stat, in("/proc", "fs")), ENOENT, "F19 stat");
		attack(ask(&a, do_stat, in(dir, "")), ENOENT, "F19 mount");
		attack(ask(&a, do_open, in(dir, "mark"), O_RDONLY), ENOENT,
		       "F19 walk");
		ok(eventually(!ask(&a, do_dangling, "/proc")), "F19 list");
	}
	is_str(slurp("%s", probe), "host", "F19 the mount is still there");
	must(umount(dir));
}

static void x05(void)
{
	static const char *const caches[] = {
		"auth.unix.gid/flush", "auth.unix.ip/flush",
		"auth.unix.gid/channel", "auth.unix.ip/channel",
	};
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(caches); i++) {
		if (access(in("/proc/net/rpc", caches[i]), F_OK)) {
			skip("not in this kernel", "X5 %s", caches[i]);
			continue;
		}
		attack(ask(&a, do_open, path, O_RDWR), ENOENT, "X5 %s",
		       caches[i]);
	}
	attack(ask(&a, do_stat, "/proc/net/stat"), ENOENT, "X5 stat");
	/* modes belong to the machine, too */
	attack(ask(&a, do_chmod, "/proc/meminfo", 0444), EACCES, "X5 chmod");
	attack(ask(&a, do_chmod, "/proc/net/dev", 0444), EACCES,
	       "X5 chmod of a file of a network namespace");
}

int main(void)
{
	read_list();
	attack_run_wide("top", top);
	attack_run("net", net);
	attack_run("own", own);
	attack_run_wide("F09", f09);
	attack_run("F10", passed);
	attack_run("F19", f19);
	attack_run_wide("X5", x05);
	return ktap_exit();
}
