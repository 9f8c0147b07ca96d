// SPDX-License-Identifier: GPL-2.0
/*
 * Owns /proc/virtual and what /proc/PID says about contexts: the formats to
 * the byte, who sees which directories, and that they end with the context.
 */
#include "puppet.h"

#include <regex.h>

static void like(const char *text, const char *pattern, const char *name)
{
	char full[2048];
	regex_t re;
	bool good;

	snprintf(full, sizeof(full), "^%s$", pattern);
	must(regcomp(&re, full, REG_EXTENDED | REG_NOSUB) ? -1 : 0);
	good = text && !regexec(&re, text, 0, NULL, 0);
	if (!good)
		diag("\"%s\" is not like \"%s\"", text ? text : "(null)", full);
	ktap_ok(good, "%s", name);
	regfree(&re);
}

static void test_top(void)
{
	struct puppet a;

	like(slurp("/proc/virtual/info"), "VCIVersion:\t0002:0308\n"
	     "VCISyscall:\t236\nVCIKernel:\t[0-9a-f]{8}\n", "info");
	is(strtoul(strstr(slurp("/proc/virtual/info"), "VCIKernel:\t") + 11,
		   NULL, 16), vs_native(VCMD_get_vci, 0, NULL), "config word");
	ok(eventually(strstr(slurp("/proc/virtual/status"), "#CActive:\t0\n")),
	   "nobody");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	(void)a;
	like(slurp("/proc/virtual/status"), "#CTotal:\t[1-9][0-9]*\n"
	     "#CActive:\t1\n(#NSProxy:\t.*\n#InitTask:\t.*\n)?", "status");
}

static long do_init(long xid, long hi, long bcaps)
{
	uint64_t flags = VXF_INIT_SET | (uint64_t)hi << 32;

	if (vs_create(xid, flags) < 0 ||
	    vs_set_bcaps(xid, (unsigned long)bcaps, ~0ULL))
		return -1;
	return vs_set_flags(xid, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

static void test_context(void)
{
	struct vcmd_ctx_caps c = { 0x4101, ~0ULL };
	struct puppet a;
	char want[512];

	/* there is no helper for SC_HELPER to run */
	must(spit("/proc/sys/kernel/vshelper", "\n"));
	a = puppet_start(do_init, XID_A, 0x10, GUEST_CAPS);
	must(spit("/proc/sys/kernel/vshelper", "/sbin/vshelper\n"));
	must(vs_native(VCMD_set_ccaps, XID_A, &c));
	must(vs_set_umask(XID_A, 0xabc, ~0ULL));
	must(vs_spaces(VCMD_set_space, XID_A, CLONE_NEWNET, 1));
	snprintf(want, sizeof(want),
		 "ID:\t%d\nInfo:\t(0|[0-9a-f]+)\nInit:\t%d\nOOM:\t0\n", XID_A,
		 a.pid);
	like(slurp("/proc/virtual/%d/info", XID_A), want, "info");
	like(slurp("/proc/virtual/%d/status", XID_A),
	     "UseCnt:\t[1-9][0-9]*\nTasks:\t1\nFlags:\t0000001400000000\n"
	     "BCaps:\t00000000b04c05ff\nCCaps:\t0000000000004101\n"
	     "Umask:\t             abc\nWmask:\t               0\n"
	     "Spaces:\t0c000000 40000000\n", "status");
	like(slurp("/proc/virtual/%d/cvirt", XID_A),
	     "BiasUptime:\t[0-9]+\\.[0-9]{2}\nnr_threads:\t1\n"
	     "nr_running:\t[0-9]+\nnr_unintr:\t[0-9]+\nnr_onhold:\t0\n"
	     "load_updates:\t[0-9]+\n"
	     "loadavg:\t[0-9]+\\.[0-9]{2} [0-9]+\\.[0-9]{2} [0-9]+\\.[0-9]{2}\n"
	     "total_forks:\t0\n", "cvirt");
	must(vs_set_bcaps(XID_A, 0xfedcba9876543210ULL, ~0ULL));
	ok(strstr(slurp("/proc/virtual/%d/status", XID_A),
		  "BCaps:\tfedcba9876543210\n"), "all of the ceiling is shown");
	must(vs_set_umask(XID_A, ~0ULL, ~0ULL));
	ok(strstr(slurp("/proc/virtual/%d/status", XID_A),
		  "Umask:\tffffffffffffffff\n"), "all of the umask is shown");
}

static void test_modes(void)
{
	static const char *const files[] = {
		"info", "status", "cvirt", "limit", "sched", "cacct",
		"nsproxy", "nsproxy1",
	};
	struct stat st;
	char path[64];
	unsigned int i;

	puppet_guest(XID_A, 0, GUEST_CAPS);
	puppet_guest(XID_B, 0, GUEST_CAPS);
	must(stat("/proc/virtual", &st));
	is(st.st_mode, S_IFDIR | 0555, "directory");
	is(st.st_nlink, 4, "two links and one for each context");
	snprintf(path, sizeof(path), "/proc/virtual/%d", XID_A);
	must(stat(path, &st));
	is(st.st_mode, S_IFDIR | 0555, "directory of a context");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/proc/virtual/%d/%s", XID_A,
			 files[i]);
		must(stat(path, &st));
		is(st.st_mode, S_IFREG | 0444, "%s: mode", files[i]);
		is(st.st_size | st.st_uid | st.st_gid, 0, "%s: size, owner",
		   files[i]);
		ok_errno(open(path, O_WRONLY), EPERM,
			 "%s: immutable", files[i]);
		ok(chmod(path, 0666) == -1, "%s: chmod", files[i]);
		ok(unlink(path) == -1, "%s: unlink", files[i]);
	}
}

/* --- listing --- */

struct dirent64_raw {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* Counts each number listed; the sum of what is odd. */
static int list(int size, unsigned char *seen, int *others)
{
	int fd = must(open("/proc/virtual", O_RDONLY | O_DIRECTORY)), bad = 0;
	char buf[4096];
	long n, i;

	memset(seen, 0, 65536);
	*others = 0;
	while ((n = syscall(SYS_getdents64, fd, buf, size)) > 0)
		for (i = 0; i < n;) {
			struct dirent64_raw *d = (void *)(buf + i);
			char *end, text[16];
			unsigned long xid = strtoul(d->name, &end, 10);

			i += d->reclen;
			if (*end || end == d->name) {
				++*others;
				continue;
			}
			snprintf(text, sizeof(text), "%lu", xid);
			bad += xid < 2 || xid > 65535 || seen[xid]++ ||
				strcmp(text, d->name) || d->type != DT_DIR;
		}
	close(fd);
	return bad + (n < 0);
}

static void test_many(void)
{
	static const int sizes[] = { 40, 72, 200, 1000, 4096 };
	const unsigned int n = 300;
	unsigned char *seen = malloc(65536);
	unsigned int i, j;
	int others, found;

	/* 200 apart: names of all lengths */
	for (i = 0; i < n; i++)
		must(in_child(vs_create(2 + 200 * i, VXF_PERSISTENT |
					VXF_STATE_ADMIN)) ? -1 : 0);
	for (j = 0; j < ARRAY_SIZE(sizes); j++) {
		is(list(sizes[j], seen, &others), 0, "buffer of %d: no odd entry",
		   sizes[j]);
		is(others, 4, "buffer of %d: . .. info status", sizes[j]);
		for (i = found = 0; i < n; i++)
			found += seen[2 + 200 * i];
		is(found, n, "buffer of %d: each once", sizes[j]);
	}
	/* some go while others are listed */
	for (i = 0; i < n; i++)
		must(vs_set_flags(2 + 200 * i, 0, VXF_PERSISTENT));
	is(list(4096, seen, &others), 0, "after the end");
	for (i = found = 0; i < n; i++)
		found += seen[2 + 200 * i];
	is(found, 0, "none is left");
	free(seen);
}

static char *text;

static long do_slurp(long path, long b, long c)
{
	char *s = slurp("%s", (char *)path);

	(void)b, (void)c;
	if (!s)
		return -1;
	snprintf(text, 4096, "%s", s);
	return 0;
}

static long do_stat(long path, long b, long c)
{
	struct stat st;

	(void)b, (void)c;
	return stat((char *)path, &st) ? -1 : (long)st.st_nlink;
}

/* The contexts in a directory; the id if it is the only one. */
static long do_list(long fd, long b, long c)
{
	DIR *dir = fdopendir(dup(fd));
	long n = 0, last = 0;
	struct dirent *d;

	(void)b, (void)c;
	while (dir && (d = readdir(dir)))
		if (atol(d->d_name)) {
			last = atol(d->d_name);
			n++;
		}
	closedir(dir);
	return n == 1 ? last : -n - 10;
}

static long do_fstat(long fd, long b, long c)
{
	struct stat st;

	(void)b, (void)c;
	return fstat(fd, &st) ? -1 : (long)st.st_nlink;
}

static long pass_virtual(struct puppet *to)
{
	int fd = must(open("/proc/virtual", O_RDONLY)), there;

	must(do_send_fd(fd, 0, 0));
	there = must(ask(to, do_receive_fd));
	close(fd);
	return there;
}

static long do_openat(long fd, long path, long flags)
{
	return openat(fd, (char *)path, flags);
}

static long do_getdents(long fd, long b, long c)
{
	char buf[1024];

	(void)b, (void)c;
	return syscall(SYS_getdents64, fd, buf, sizeof(buf));
}

/* In setup it may be given a directory; what it sees in it is the same. */
static long do_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static void test_readers(void)
{
	static const char *const odd[] = {
		"0", "1", "01000", "+1000", "1000 ", "65536", "4294968296",
		"-1", "x", "4999", "1000x",
	};
	struct puppet a, b, s;
	unsigned int i;
	char path[64];
	int dir, fd;

	puppet_channel();
	a = puppet_start(do_setup, XID_A, 0, 0);
	b = puppet_start(do_setup, XID_B, 0, 0);
	s = puppet_spectator();
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		snprintf(path, sizeof(path), "/proc/virtual/%s", odd[i]);
		ok_errno(access(path, F_OK), ENOENT, "host: \"%s\"", odd[i]);
	}
	ok(ask(&s, do_slurp, "/proc/virtual/1000/status") == 0 &&
	   ask(&s, do_slurp, "/proc/virtual/1001/status") == 0,
	   "the spectator reads all");
	is(ask(&s, do_stat, "/proc/virtual"), 4, "links for the spectator");

	/* hidden from guests; the next best thing is a directory received */
	ok_errno(ask(&a, do_stat, "/proc/virtual"), ENOENT, "hidden");
	ok_errno(ask(&a, do_slurp, "/proc/virtual/1000/info"), ENOENT,
		 "hidden, also the own");
	dir = pass_virtual(&a);
	is(ask(&a, do_list, dir), XID_A, "a guest lists its own");
	is(ask(&b, do_list, pass_virtual(&b)), XID_B, "another its own");
	is(ask(&a, do_fstat, dir), 3, "links for a guest");
	ok_errno(ask(&a, do_openat, dir, "1001", O_PATH), ENOENT,
		 "F16 foreign");
	ok_errno(ask(&a, do_openat, dir, "1001/info", O_RDONLY), ENOENT,
		 "F16 foreign file");
	ok(ask(&a, do_openat, dir, "1000/info", O_RDONLY) > 0, "own file");

	/* cached by the host just now, and by a directory handed over */
	access("/proc/virtual/1001/status", F_OK);
	ok_errno(ask(&a, do_openat, dir, "1001/status", O_RDONLY), ENOENT,
		 "F16 foreign, cached");
	ok(access("/proc/virtual/1001/status", F_OK) == 0,
	   "the host still finds it");
	do_send_fd(must(open("/proc/virtual/1001", O_RDONLY)), 0, 0);
	fd = must(ask(&a, do_receive_fd));
	ok_errno(ask(&a, do_openat, fd, "status", O_RDONLY), ENOENT,
		 "directory passed: open");
	ok_errno(ask(&a, do_openat, fd, "status", O_PATH), ENOENT,
		 "directory passed: O_PATH");
	ok_errno(ask(&a, do_getdents, fd), ENOENT, "directory passed: list");
}

static void test_end(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);
	int dir = must(open("/proc/virtual/1000", O_RDONLY));
	int fd = must(open("/proc/virtual/1000/status", O_RDONLY));
	char c;

	is(read(fd, &c, 1), 1, "alive");
	must(lseek(fd, 0, SEEK_SET));
	puppet_end(&a);
	ok_errno(read(fd, &c, 1), ESRCH, "open file of an ended context");
	ok_errno(access("/proc/virtual/1000", F_OK), ENOENT, "no directory");
	ok_errno(access("/proc/virtual/1000/status", F_OK), ENOENT, "no file");
	ok_errno(do_getdents(dir, 0, 0), ENOENT, "open directory");
	ok(openat(dir, "status", O_RDONLY) == -1, "open in open directory");
	ok(openat(dir, "status", O_PATH) == -1, "O_PATH in open directory");
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	is(access("/proc/virtual/1000/status", F_OK), 0, "a new one, same id");
	ok(read(fd, &c, 1) == 1 || errno == ESRCH, "old file, new context");
}

int main(void)
{
	text = puppet_shared(4096);
	run("top", test_top);
	run("context", test_context);
	run("modes", test_modes);
	run("many", test_many);
	run("readers", test_readers);
	run("end", test_end);
	return ktap_exit();
}
