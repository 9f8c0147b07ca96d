// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows C13 (as far as it can be tried without contexts), C19 and X47
 * of the attack tables: what a guest's root does to the machine as a whole, to
 * its kernel log and to those who read it.
 */
#include "attack.h"

#include <linux/reboot.h>
#include <sys/klog.h>

static struct puppet a;
static char *buf;

#define BUF		65536
#define CAD		"/proc/sys/kernel/ctrl-alt-del"
#define RESTRICT	"/proc/sys/kernel/dmesg_restrict"

static void start(void)
{
	buf = puppet_shared(BUF);
	a = attack_guest(XID_A);
}

static long do_reboot(long cmd, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		       cmd, 0);
}

static void c13(void)
{
	start();
	must(do_reboot(LINUX_REBOOT_CMD_CAD_ON, 0, 0));
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_CAD_OFF), 0, "C13 CAD_OFF");
	defends(atoi(slurp(CAD)) == 1, "C13 the keys of the machine");
	must(do_reboot(LINUX_REBOOT_CMD_CAD_OFF, 0, 0));
	is(ask(&a, do_reboot, LINUX_REBOOT_CMD_CAD_ON), 0, "C13 CAD_ON");
	defends(atoi(slurp(CAD)) == 0, "C13 the keys of the machine, again");
}

static long do_syslog(long type, long len, long z)
{
	(void)z;
	memset(buf, 0, BUF);
	return klogctl(type, buf, len);
}

static long do_open(long name, long flags, long z)
{
	int fd = open((char *)name, flags);

	(void)z;
	return fd < 0 ? -1 : close(fd);
}

static void c19(void)
{
	int restricted;

	start();
	for (restricted = 1; restricted >= 0; restricted--) {
		must(spit(RESTRICT, restricted ? "1" : "0"));
		attack(ask(&a, do_syslog, 3, BUF), EPERM, "C19 READ_ALL");
		attack(ask(&a, do_syslog, 8, 4), EPERM, "C19 CONSOLE_LEVEL");
		attack(ask(&a, do_syslog, 5, 0), EPERM, "C19 CLEAR");
		attack(ask(&a, do_syslog, 10, 0), EPERM, "C19 SIZE_BUFFER");
		attack(ask(&a, do_open, "/dev/kmsg", O_RDONLY), EPERM,
		       "C19 /dev/kmsg");
	}
	must(spit(RESTRICT, "1"));
}

/* --- X47 --- */

static long do_name(long name, long y, long z)
{
	(void)y, (void)z;
	return prctl(PR_SET_NAME, name);
}

static long do_get_name(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return prctl(PR_GET_NAME, buf);
}

static int *volatile nowhere = (int *)16;

static long do_crash(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	signal(SIGSEGV, SIG_DFL);
	*nowhere = 1;
	return 0;
}

/* A program under a name with a line feed, which crashes. */
static long do_crash_as(long name, long y, long z)
{
	char path[64];
	pid_t pid;

	(void)y, (void)z;
	snprintf(path, sizeof(path), "/tmp/%s", (char *)name);
	pid = fork();
	if (!pid) {
		execl(path, "crash", NULL);
		_exit(1);
	}
	return reap(pid);
}

static bool logged(const char *line)
{
	do_syslog(3, BUF, 0);
	return strstr(buf, line);
}

static void copy_self(const char *name)
{
	char path[64], block[65536];
	int from = must(open("/proc/self/exe", O_RDONLY)), to;
	ssize_t n;

	snprintf(path, sizeof(path), "/tmp/%s", name);
	unlink(path);
	to = must(open(path, O_WRONLY | O_CREAT, 0755));
	while ((n = must(read(from, block, sizeof(block)))) > 0)
		must(write(to, block, n));
	close(from);
	close(to);
}

static void x47(void)
{
	char *name;

	start();
	name = buf + 512;
	strcpy(name, "a\nkernel: up");
	must(ask(&a, do_name, name));
	must(ask(&a, do_get_name));
	defends(!strcmp(buf, "a?kernel: up"), "X47 the name is cleaned");
	strcpy(name, "b\033[2J\177");
	must(ask(&a, do_name, name));
	must(ask(&a, do_get_name));
	defends(!strcmp(buf, "b?[2J?"), "X47 no escapes for terminals");
	strcpy(name, "caf\303\251");
	must(ask(&a, do_name, name));
	must(ask(&a, do_get_name));
	is_str(buf, "caf\303\251", "X47 other letters stay");

	strcpy(name, "x\nforged one");
	must(ask(&a, do_name, name));
	ask(&a, do_crash);
	is(reap(a.pid), 1000 + SIGSEGV, "X47 it crashes");
	ok(eventually(logged("forged one[")), "X47 which is logged");
	defends(!logged("] forged one["), "X47 on one line");
}

/* The name of a file is printed, too. */
static void x47_file(void)
{
	char *name;

	start();
	name = buf + 512;
	strcpy(name, "y\nforged two and three");
	copy_self(name);
	is(ask(&a, do_crash_as, name), 1000 + SIGSEGV, "X47 it crashes");
	ok(eventually(logged("forged two and three[")), "X47 as this file");
	defends(!logged("] forged two and three["), "X47 on one line");
	unlink("/tmp/y\nforged two and three");
}

int main(int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "crash"))
		return do_crash(0, 0, 0);
	attack_run("C13", c13);
	attack_run("C19", c19);
	attack_run("X47", x47);
	attack_run("X47 file", x47_file);
	return ktap_exit();
}
