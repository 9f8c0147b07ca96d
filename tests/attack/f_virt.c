// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row F16 of the attack tables: what the machine does shows in files
 * that everybody may read.
 */
#include "attack.h"

#include <sched.h>
#include <sys/sysinfo.h>

#include "../vm/cgroup.h"

#define VIRTUAL	(VXF_VIRT_UPTIME | VXF_VIRT_LOAD | VXF_VIRT_MEM | VXF_VIRT_CPU)

static char *text;
static struct sysinfo *info;

static long do_read(long path, long b, long c)
{
	const char *t = slurp("%s", (const char *)path);

	(void)b, (void)c;
	snprintf(text, 32768, "%s", t ? t : "");
	return t ? 0 : -1;
}

static long do_sysinfo(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return sysinfo(info);
}

static long in_group(long a, long b, long c)
{
	if (cg_enter("guest"))
		return -1;
	if (vanilla())
		return attack_chroot(a, b, c);
	return vs_become(XID_A, VIRTUAL, GUEST_CAPS);
}

static double value(const char *label)
{
	const char *at = strstr(text, label);

	return at ? strtod(at + strlen(label), NULL) : -1;
}

static const char *look(const struct puppet *p, const char *path)
{
	must(ask(p, do_read, path));
	return text;
}

/* User and system time of all CPUs, in seconds. */
static double busy(void)
{
	double user = 0, nice = 0, system = 0;

	sscanf(text, "cpu %lf %lf %lf", &user, &nice, &system);
	return (user + nice + system) / sysconf(_SC_CLK_TCK);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static pid_t load(void)
{
	pid_t pid = must(fork());

	if (!pid)
		for (;;)
			;
	return pid;
}

static void f16(void)
{
	char host_load[64];
	struct puppet a;
	double uptime, before;
	pid_t pid, forks;
	double born;
	int i, last, next;

	/* The machine has to be older than the guest. */
	while (now() < 5)
		usleep(100000);
	text = puppet_shared(32768);
	info = puppet_shared(sizeof(*info));
	pid = load();
	cg_mount("+memory +cpuset");
	must(cg_make("guest"));
	must(cg_set("guest", "memory.max", "67108864"));
	must(cg_set("guest", "cpuset.cpus", "0"));
	born = now();
	a = puppet_start(in_group, 0, 0, 0);

	/* Until the load of the machine is to be seen on the machine. */
	for (i = 0; i < 1200; i++) {
		must(do_read((long)"/proc/loadavg", 0, 0));
		if (strtod(text, NULL) > 0.05)
			break;
		usleep(10000);
	}
	snprintf(host_load, sizeof(host_load), "%s", text);
	ok(strtod(host_load, NULL) > 0.05, "F16 there is load: %s", host_load);

	look(&a, "/proc/loadavg");
	defends(!strncmp(text, "0.00 ", 5), "F16 load: %s", text);
	last = atoi(strrchr(text, ' '));
	for (i = 0; i < 5; i++) {
		forks = must(fork());
		if (!forks)
			_exit(0);
		waitpid(forks, NULL, 0);
	}
	look(&a, "/proc/loadavg");
	next = atoi(strrchr(text, ' '));
	defends(last == next, "F16 forks of others");

	uptime = strtod(look(&a, "/proc/uptime"), NULL);
	defends(uptime < now() - born + 1, "F16 uptime");
	look(&a, "/proc/stat");
	before = busy();
	sleep(1);
	look(&a, "/proc/stat");
	defends(busy() - before < 0.5, "F16 CPU time of others");
	defends(!strstr(text, "\ncpu1 "), "F16 other CPUs");
	defends(value("\nctxt ") == 0, "F16 context switches");
	look(&a, "/proc/cpuinfo");
	defends(!strstr(text, "processor\t: 1\n"), "F16 CPUs of others");
	look(&a, "/proc/meminfo");
	defends(value("MemTotal:") == 65536, "F16 memory: %.0f kB",
		value("MemTotal:"));
	must(ask(&a, do_sysinfo));
	defends(info->totalram * info->mem_unit == 65536 << 10,
		"F16 sysinfo: memory");
	defends(!info->loads[0], "F16 sysinfo: load");
	defends(info->uptime < now() - born + 2, "F16 sysinfo: uptime");

	kill(pid, SIGKILL);
	puppet_end(&a);
	cg_umount();
}

int main(void)
{
	attack_run("F16", f16);
	return ktap_exit();
}
