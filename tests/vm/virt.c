// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the values a guest has of its own: uptime, start times, load, memory,
 * CPUs and CPU time.
 */
#include "cgroup.h"

#include <sched.h>
#include <sys/sysinfo.h>

/* What the last puppet read, and the answer of its sysinfo(2). */
struct seen {
	char path[64];
	char text[32768];
	struct sysinfo info;
	struct timespec vdso, call;
};

static struct seen *seen;

static long do_read(long path, long b, long c)
{
	const char *text = slurp("%s", (const char *)path);

	(void)b, (void)c;
	if (!text)
		return -1;
	snprintf(seen->text, sizeof(seen->text), "%s", text);
	return 0;
}

static long do_read_fd(long fd, long b, long c)
{
	ssize_t n = pread(fd, seen->text, sizeof(seen->text) - 1, 0);

	(void)b, (void)c;
	seen->text[n > 0 ? n : 0] = 0;
	return n;
}

static long do_sysinfo(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return sysinfo(&seen->info);
}

static long do_clocks(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	clock_gettime(CLOCK_BOOTTIME, &seen->vdso);
	return syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &seen->call);
}

static long do_fork(long n, long b, long c)
{
	pid_t pid = -1;

	(void)b, (void)c;
	while (n-- > 0) {
		pid = fork();
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return pid;
}

/* A child that uses a CPU for ever. */
static long do_spinner(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid)
		for (;;)
			;
	return pid;
}

static long do_kill_child(long pid, long b, long c)
{
	(void)b, (void)c;
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, 0);
}

static const char *look(const struct puppet *p, const char *path)
{
	must(ask(p, do_read, path));
	return seen->text;
}

/* The number that follows a label in what was read last, or -1. */
static double value(const char *label)
{
	const char *at = strstr(seen->text, label);

	return at ? strtod(at + strlen(label), NULL) : -1;
}

static double uptime_of(const struct puppet *p)
{
	return strtod(look(p, "/proc/uptime"), NULL);
}

/* Field 22 of /proc/PID/stat, in seconds. */
static double start_of(const struct puppet *p, pid_t pid)
{
	const char *at;
	int i;

	snprintf(seen->path, sizeof(seen->path), "/proc/%d/stat", pid);
	look(p, seen->path);
	at = strrchr(seen->text, ')');
	for (i = 2; at && i < 22; i++)
		at = strchr(at + 1, ' ');
	return at ? strtod(at, NULL) / sysconf(_SC_CLK_TCK) : -1;
}

static bool near(double a, double b, double by)
{
	if (a < b - by || a > b + by)
		diag("%.2f is not near %.2f", a, b);
	return a >= b - by && a <= b + by;
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void start(void)
{
	seen = puppet_shared(sizeof(*seen));
}

static void test_uptime(void)
{
	struct puppet h, a, b;
	struct vcmd_virt_stat v;
	double slack = ktap_slowness(), born;
	pid_t child;
	int fd;

	start();
	while (now(CLOCK_BOOTTIME) < 3 * slack)
		usleep(100000);
	fd = must(open("/proc/uptime", O_RDONLY));
	h = puppet_host();
	a = puppet_guest(XID_A, VXF_VIRT_UPTIME, GUEST_CAPS);
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	must(vs_native(VCMD_virt_stat, XID_A, &v));
	born = v.offset / 1e9;
	ok(born > 2 * slack, "the machine is older than the context");

	ok(near(uptime_of(&h), now(CLOCK_BOOTTIME), slack), "host");
	ok(near(uptime_of(&b), now(CLOCK_BOOTTIME), slack), "without flag");
	ok(near(uptime_of(&a), now(CLOCK_BOOTTIME) - born, slack / 2),
	   "with VIRT_UPTIME");

	must(ask(&a, do_sysinfo));
	ok(near(seen->info.uptime, now(CLOCK_BOOTTIME) - born, 1 + slack),
	   "sysinfo");
	must(ask(&h, do_sysinfo));
	ok(near(seen->info.uptime, now(CLOCK_BOOTTIME), 1 + slack),
	   "sysinfo on the host");

	look(&a, "/proc/stat");
	ok(near(value("\nbtime "), now(CLOCK_REALTIME) -
		(now(CLOCK_BOOTTIME) - born), 1 + slack), "btime");
	look(&h, "/proc/stat");
	ok(near(value("\nbtime "), now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME),
		1 + slack), "btime on the host");

	child = must(ask(&a, do_spinner));
	ok(near(start_of(&a, child), now(CLOCK_BOOTTIME) - born, slack),
	   "start of a process");
	ok(near(start_of(&a, a.pid), 0, slack / 2),
	   "start of one that is older than the context");
	must(ask(&a, do_kill_child, child));
	ok(near(start_of(&h, h.pid), now(CLOCK_BOOTTIME), 2 * slack),
	   "start on the host");

	/* Who reads counts, not who opened. */
	must(ask(&a, do_read_fd, fd));
	ok(near(strtod(seen->text, NULL), now(CLOCK_BOOTTIME) - born, slack),
	   "guest with the host's descriptor");
	must(do_read_fd(fd, 0, 0));
	ok(near(strtod(seen->text, NULL), now(CLOCK_BOOTTIME), slack),
	   "host with the same");

	must(ask(&a, do_clocks));
	ok(near(seen->vdso.tv_sec, seen->call.tv_sec, 1),
	   "both ways to read a clock agree");

	must(vs_set_flags(XID_A, 0, VXF_VIRT_UPTIME));
	ok(near(uptime_of(&a), now(CLOCK_BOOTTIME), slack), "flag cleared");
}

/* A member in a time namespace of its own, an hour older. */
static long become_older(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	if (unshare(CLONE_NEWTIME) ||
	    spit("/proc/self/timens_offsets", "boottime 3600 0"))
		return -1;
	switch (fork()) {
	case 0:
		return vs_become(XID_A, VXF_VIRT_UPTIME, GUEST_CAPS);
	case -1:
		return -1;
	default:
		wait(NULL);
		_exit(0);
	}
}

static void test_time_namespace(void)
{
	struct puppet a;

	start();
	a = puppet_start(become_older, 0, 0, 0);
	ok(near(uptime_of(&a), now(CLOCK_BOOTTIME) + 3600, ktap_slowness()),
	   "a time namespace says when it was booted");
}

static void test_load(void)
{
	struct puppet a, b, c;
	pid_t last, spinner;
	double one;
	int n;

	start();
	a = puppet_guest(XID_A, VXF_VIRT_LOAD, GUEST_CAPS);
	b = puppet_guest(XID_B, VXF_VIRT_LOAD, GUEST_CAPS);
	c = puppet_guest(XID_C, 0, GUEST_CAPS);
	spinner = must(ask(&a, do_spinner));
	last = must(ask(&b, do_fork, 3));
	must(do_fork(2, 0, 0));

	look(&b, "/proc/loadavg");
	n = 0;
	ok(sscanf(seen->text, "0.00 0.00 0.00 1/1 %d", &n) == 1,
	   "idle guest: %s", seen->text);
	is(n, last, "the last number is one of the guest's own");
	look(&c, "/proc/loadavg");
	ok(sscanf(seen->text, "%*f %*f %*f %*d/%d", &n) == 1 && n > 0,
	   "without flag: %s", seen->text);

	/* A sample is taken every five seconds. */
	ok(eventually((look(&a, "/proc/loadavg"),
		       strtod(seen->text, NULL) > 0.05)),
	   "busy guest: %s", seen->text);
	one = strtod(seen->text, NULL);
	must(ask(&a, do_sysinfo));
	ok(near(seen->info.loads[0] / 65536.0, one, 0.1), "sysinfo");
	/* unless the sample met the one who asks */
	for (n = 0; n < 4 && !strstr(seen->text, " 1/2 "); n++) {
		sleep(5);
		look(&a, "/proc/loadavg");
	}
	ok(strstr(seen->text, " 1/2 "), "one of two runs: %s", seen->text);
	ok(!strncmp(look(&b, "/proc/loadavg"), "0.00", 4), "still idle: %s",
	   seen->text);
	must(ask(&b, do_sysinfo));
	is(seen->info.loads[0], 0, "sysinfo of the idle guest");
	must(ask(&a, do_kill_child, spinner));
}

static long in_group(long xid, long flags, long dir)
{
	if (cg_enter((const char *)dir))
		return -1;
	return vs_become(xid, flags, GUEST_CAPS);
}

static long do_fill(long mib, long b, long c)
{
	char *p = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)b, (void)c;
	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, mib << 20);
	return 0;
}

static double total_of(const struct puppet *p)
{
	look(p, "/proc/meminfo");
	return value("MemTotal:");
}

static void test_memory(void)
{
	struct puppet h, a, b, c;
	double total, before;

	start();
	cg_mount("+memory");
	must(cg_make("guest"));
	must(cg_set("guest", "memory.max", "67108864"));
	if (!access(CG_ROOT "/guest/memory.swap.max", F_OK))
		must(cg_set("guest", "memory.swap.max", "0"));
	must(cg_set("guest", "cgroup.subtree_control", "+memory"));
	must(cg_make("guest/a"));
	must(cg_make("guest/b"));

	h = puppet_host();
	a = puppet_start(in_group, XID_A, VXF_VIRT_MEM, (long)"guest/a");
	b = puppet_start(in_group, XID_B, 0, (long)"guest/b");
	c = puppet_guest(XID_C, VXF_VIRT_MEM, GUEST_CAPS);

	total = total_of(&h);
	ok(total > 65536, "the machine has more: %.0f kB", total);
	is(total_of(&b), total, "without flag");
	is(total_of(&c), total, "without limit");
	is(total_of(&a), 65536, "the limit is what there is");
	ok(value("MemFree:") > 0 && value("MemFree:") <= 65536, "free");
	ok(value("MemAvailable:") >= value("MemFree:") &&
	   value("MemAvailable:") <= 65536, "available");
	is(value("SwapTotal:"), 0, "no swap");
	is(value("Buffers:"), 0, "no buffers");

	before = value("AnonPages:");
	must(ask(&a, do_fill, 16));
	look(&a, "/proc/meminfo");
	ok(value("MemFree:") <= 65536 - 16384, "free: %.0f", value("MemFree:"));
	ok(value("AnonPages:") >= before + 16000, "used: %.0f",
	   value("AnonPages:"));
	must(ask(&a, do_sysinfo));
	is(seen->info.totalram * seen->info.mem_unit, 65536 << 10, "sysinfo");
	ok(seen->info.freeram * seen->info.mem_unit <= (65536 - 16384) << 10,
	   "sysinfo: free");
	is(seen->info.totalswap, 0, "sysinfo: swap");

	/* What a sibling uses of the common limit is not free. */
	must(ask(&b, do_fill, 24));
	look(&a, "/proc/meminfo");
	ok(value("MemFree:") <= 65536 - 40960, "free with a sibling: %.0f",
	   value("MemFree:"));
	is(total_of(&h), total, "the machine is as large as ever");
	puppet_end(&a);
	puppet_end(&b);
	cg_umount();
}

/* The guest's own tree of cgroups begins at its namespace. */
static long in_namespace(long xid, long flags, long c)
{
	(void)c;
	if (cg_enter("guest") || unshare(CLONE_NEWCGROUP) ||
	    cg_enter("guest/a"))
		return -1;
	return vs_become(xid, flags, GUEST_CAPS);
}

static void test_memory_namespace(void)
{
	struct puppet a, b;

	start();
	cg_mount("+memory");
	must(cg_make("guest"));
	must(cg_set("guest", "memory.max", "67108864"));
	must(cg_make("guest/a"));
	must(cg_make("guest/b"));
	a = puppet_start(in_namespace, XID_A, VXF_VIRT_MEM, 0);
	must(cg_set("guest", "cgroup.subtree_control", "+memory"));
	must(cg_set("guest/a", "memory.max", "33554432"));
	b = puppet_start(in_group, XID_B, 0, (long)"guest/b");
	is(total_of(&a), 65536, "a service's limit is not the guest's");
	must(ask(&b, do_fill, 24));
	look(&a, "/proc/meminfo");
	ok(value("AnonPages:") >= 24 << 10, "other services count: %.0f",
	   value("AnonPages:"));
	puppet_end(&a);
	puppet_end(&b);
	cg_umount();
}

static double ticks(const char *label, int fields)
{
	const char *at = strstr(seen->text, label);
	double sum = 0;
	char *end;

	if (!at)
		return -1;
	for (at += strlen(label); fields-- > 0; at = end)
		sum += strtod(at, &end);
	return sum / sysconf(_SC_CLK_TCK);
}

static void test_cpu(void)
{
	struct puppet h, a, b;
	struct vcmd_virt_stat v;
	double age, used, idle;
	pid_t spinner, other;
	int i, n = sysconf(_SC_NPROCESSORS_ONLN);

	start();
	h = puppet_host();
	a = puppet_guest(XID_A, VXF_VIRT_CPU, GUEST_CAPS);
	b = puppet_guest(XID_B, VXF_VIRT_CPU, GUEST_CAPS);
	must(ask(&b, do_fork, 5));
	spinner = must(ask(&a, do_spinner));
	other = must(ask(&h, do_spinner));
	sleep(2);
	must(ask(&a, do_kill_child, spinner));
	must(ask(&h, do_kill_child, other));

	look(&a, "/proc/stat");
	must(vs_native(VCMD_virt_stat, XID_A, &v));
	age = v.uptime / 1e9;
	used = ticks("cpu ", 3);
	ok(used > 0.8 && used <= age, "busy guest used %.2f s in %.2f", used,
	   age);
	idle = ticks("cpu ", 4) - used;
	ok(near(idle + used, n * age, 0.5), "the rest was idle");
	is(ticks("cpu ", 10) * 100, (idle + used) * 100, "and nothing else");
	is(value("\nctxt "), 0, "no context switches");
	is(value("\nintr "), 0, "no interrupts");
	is(value("\nprocesses "), 1, "one process");
	ok(value("\nprocs_running ") >= 1, "the reader runs");
	look(&a, "/proc/uptime");
	ok(near(strtod(strchr(seen->text, ' '), NULL), idle, 0.5),
	   "idle time in uptime");

	look(&b, "/proc/stat");
	ok(ticks("cpu ", 3) < 0.5, "idle guest used %.2f s", ticks("cpu ", 3));
	is(value("\nprocesses "), 5, "its processes");
	look(&h, "/proc/stat");
	ok(value("\nprocesses ") > 5 && value("\nctxt ") > 0, "host");
	for (i = 0; i < n; i++) {
		char label[16];

		snprintf(label, sizeof(label), "\ncpu%d ", i);
		look(&a, "/proc/stat");
		ok(strstr(seen->text, label), "CPU %d", i);
	}
	must(vs_set_flags(XID_A, 0, VXF_VIRT_CPU));
	look(&a, "/proc/stat");
	ok(value("\nctxt ") > 0, "flag cleared");
}

static int count(const char *what)
{
	const char *at = seen->text;
	int n = 0;

	for (; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void test_cpuset(void)
{
	struct puppet h, a, b;
	int n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 2) {
		skip("one CPU", "cpuset");
		return;
	}
	start();
	cg_mount("+cpuset");
	must(cg_make("guest"));
	must(cg_set("guest", "cpuset.cpus", "1"));
	h = puppet_host();
	a = puppet_start(in_group, XID_A, VXF_VIRT_CPU, (long)"guest");
	b = puppet_start(in_group, XID_B, 0, (long)"guest");

	look(&a, "/proc/stat");
	ok(!strstr(seen->text, "\ncpu0 ") && strstr(seen->text, "\ncpu1 "),
	   "statistics of its own CPU only");
	look(&a, "/proc/cpuinfo");
	is(count("processor"), 1, "one CPU");
	is(value("processor\t:"), 1, "which is the second");
	look(&b, "/proc/cpuinfo");
	is(count("processor"), n, "all without the flag");
	look(&h, "/proc/cpuinfo");
	is(count("processor"), n, "all for the host");
	look(&h, "/proc/stat");
	ok(strstr(seen->text, "\ncpu0 "), "statistics on the host");
	puppet_end(&a);
	puppet_end(&b);
	cg_umount();
}

int main(void)
{
	run("uptime", test_uptime);
	run("time namespace", test_time_namespace);
	run("load", test_load);
	run("memory", test_memory);
	run("memory of a namespace", test_memory_namespace);
	run("cpu", test_cpu);
	run("cpuset", test_cpuset);
	return ktap_exit();
}
