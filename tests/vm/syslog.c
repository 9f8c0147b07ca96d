// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the kernel log of a context: with the flag VIRT_SYSLOG one of its own,
 * with a context capability that of the host, otherwise none.
 */
#include "init.h"

#include <linux/reboot.h>
#include <sys/klog.h>

enum { CLOSE, OPEN, READ, READ_ALL, READ_CLEAR, CLEAR, CONSOLE_OFF, CONSOLE_ON,
       CONSOLE_LEVEL, SIZE_UNREAD, SIZE_BUFFER };

static char *buf;
#define BUF	65536

static long do_syslog(long type, long len, long b)
{
	if (!b) {
		b = (long)buf;
		memset(buf, 0, BUF);
	}
	return syscall(SYS_syslog, type, b, len);
}

static long do_kmsg(long flags, long b, long c)
{
	int fd = open("/dev/kmsg", flags | O_NONBLOCK);

	(void)b, (void)c;
	return fd < 0 ? -1 : close(fd);
}

static long do_reboot(long cmd, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		       cmd, 0);
}

static long do_setuid(long uid, long b, long c)
{
	(void)b, (void)c;
	return setuid(uid);
}

static void restrict_dmesg(bool on)
{
	must(spit("/proc/sys/kernel/dmesg_restrict", on ? "1" : "0"));
}

static void test_none(void)
{
	struct puppet a, s;
	int type, restricted;

	buf = puppet_shared(BUF);
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	s = puppet_spectator();
	for (restricted = 1; restricted >= 0; restricted--) {
		restrict_dmesg(restricted);
		for (type = CLOSE; type <= SIZE_BUFFER; type++)
			ok_errno(ask(&a, do_syslog, type, BUF), EPERM,
				 "action %d%s", type,
				 restricted ? "" : " for everybody");
		ok_errno(ask(&a, do_kmsg, O_RDONLY), EPERM, "/dev/kmsg");
		ok_errno(ask(&a, do_kmsg, O_RDWR), EACCES,
			 "/dev/kmsg to write");
	}
	ok(ask(&s, do_syslog, READ_ALL, BUF) > 0, "the spectator reads");
	ok(do_syslog(READ_ALL, BUF, 0) > 0, "so does the host");
	restrict_dmesg(true);
	ok_errno(ask(&s, do_syslog, READ_ALL, BUF), EPERM, "if all may");
}

static void test_ccap(void)
{
	struct vcmd_ctx_caps c = { VXC_SYSLOG, ~0ULL };
	struct puppet a, u;
	int restricted;

	buf = puppet_shared(BUF);
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	u = puppet_member(XID_A, 0);
	must(ask(&u, do_setuid, 1));
	must(vs_native(VCMD_set_ccaps, XID_A, &c));
	for (restricted = 1; restricted >= 0; restricted--) {
		restrict_dmesg(restricted);
		ok(ask(&a, do_syslog, READ_ALL, BUF) > 0, "with the capability");
		ok(strstr(buf, "Linux version") || strlen(buf) > 1000,
		   "the host's log");
		ok(ask(&a, do_syslog, SIZE_BUFFER, 0) > 4096, "its size");
		is(ask(&a, do_kmsg, O_RDONLY), 0, "/dev/kmsg");
		ok_errno(ask(&u, do_syslog, READ_ALL, BUF), EPERM,
			 "an ordinary user lacks the real one");
		ok_errno(ask(&u, do_kmsg, O_RDONLY), EPERM, "nor /dev/kmsg");
	}
	c.ccaps = 0;
	must(vs_native(VCMD_set_ccaps, XID_A, &c));
	ok_errno(ask(&a, do_syslog, READ_ALL, BUF), EPERM, "taken back");
	restrict_dmesg(true);
}

static int lines(void)
{
	const char *s = buf;
	int n = 0;

	while ((s = strchr(s, '\n'))) {
		s++;
		n++;
	}
	return n;
}

static void test_own(void)
{
	struct puppet i, m, u, b;
	long n, size;

	buf = puppet_shared(BUF);
	restrict_dmesg(false);
	i = puppet_init(XID_A, FAKEINIT | VXF_VIRT_SYSLOG);
	m = puppet_member(XID_A, 0);
	u = puppet_member(XID_A, 0);
	b = puppet_guest(XID_B, VXF_VIRT_SYSLOG, GUEST_CAPS);
	must(ask(&u, do_setuid, 1));

	n = ask(&m, do_syslog, READ_ALL, BUF);
	is(lines(), 1, "one line so far");
	is(n, strlen(buf), "its length");
	ok(buf[0] == '<' && strstr(buf, "] vserver: init has been started\n"),
	   "it says: %s", buf);
	size = ask(&m, do_syslog, SIZE_BUFFER, 0);
	ok(size > 3900 && size <= 4096, "the size of the log: %ld", size);
	is(ask(&m, do_syslog, SIZE_UNREAD, 0), n, "unread");
	is(ask(&b, do_syslog, READ_ALL, BUF), 0, "B's is empty");

	/* a part at a time */
	is(ask(&m, do_syslog, READ, 10), 10, "ten bytes");
	is(ask(&m, do_syslog, SIZE_UNREAD, 0), n - 10, "the rest is left");
	is(ask(&m, do_syslog, READ, BUF), n - 10, "and read");
	is(ask(&m, do_syslog, SIZE_UNREAD, 0), 0, "all is read");
	is(ask(&m, do_syslog, READ_ALL, BUF), n, "which is no loss");
	is(ask(&m, do_syslog, READ_ALL, 5), 0, "but for lines that do not fit");
	is(ask(&m, do_syslog, READ, 0), 0, "nothing");
	ok_errno(ask(&m, do_syslog, READ, -1), EINVAL, "a bad length");
	ok_errno(ask(&m, do_syslog, READ_ALL, 100, 16), EFAULT, "a bad pointer");
	ok_errno(ask(&m, do_syslog, 11, 0), EINVAL, "a bad action");

	is(ask(&m, do_syslog, READ_CLEAR, BUF), n, "read and clear");
	is(ask(&m, do_syslog, READ_ALL, BUF), 0, "cleared");
	must(ask(&m, do_reboot, LINUX_REBOOT_CMD_HALT) ? 0 : -1);
	ok(ask(&m, do_syslog, READ_ALL, BUF) > 0, "a new line");
	ok(strstr(buf, "] vserver: halt: refused\n"), "it says: %s", buf);
	is(ask(&m, do_syslog, CLEAR, 0), 0, "clear");
	is(ask(&m, do_syslog, READ_ALL, BUF), 0, "cleared");
	is(ask(&m, do_syslog, CONSOLE_OFF, 0), 0, "the console");
	is(ask(&m, do_syslog, CONSOLE_ON, 0), 0, "is nobody's");
	is(ask(&m, do_syslog, CONSOLE_LEVEL, 1), 0, "business");
	is(ask(&m, do_syslog, OPEN, 0) + ask(&m, do_syslog, CLOSE, 0), 0, "open");
	ok_errno(ask(&m, do_kmsg, O_RDONLY), EPERM, "/dev/kmsg is the host's");

	is(ask(&u, do_syslog, READ_ALL, BUF), 0, "a user may read");
	ok_errno(ask(&u, do_syslog, READ, BUF), EPERM, "but not consume");
	ok_errno(ask(&u, do_syslog, CLEAR, 0), EPERM, "nor clear");
	restrict_dmesg(true);
	ok_errno(ask(&u, do_syslog, READ_ALL, BUF), EPERM, "if it may");
	is(ask(&m, do_syslog, READ_ALL, BUF), 0, "root may");
	puppet_end(&i);
	ok(ask(&m, do_syslog, READ_ALL, BUF) > 0, "the end of init");
	ok(strstr(buf, "] vserver: init has ended, status 0x0\n"), "%s", buf);

	/* taking the flag away and giving it back */
	must(vs_set_flags(XID_A, 0, VXF_VIRT_SYSLOG));
	ok_errno(ask(&m, do_syslog, READ_ALL, BUF), EPERM, "without the flag");
	must(vs_set_flags(XID_A, VXF_VIRT_SYSLOG, VXF_VIRT_SYSLOG));
	ok(ask(&m, do_syslog, READ_ALL, BUF) > 0, "again");
	must(vs_set_flags(XID_B, VXF_VIRT_SYSLOG, VXF_VIRT_SYSLOG));
	is(ask(&b, do_syslog, READ_ALL, BUF), 0, "still B's own");
}

/* One that waits for the next line; and a log that is full. */
static void test_wait(void)
{
	struct puppet_order o = { do_syslog, { READ, BUF, 0 } };
	struct puppet a, m;
	struct pollfd p;
	int k;

	buf = puppet_shared(BUF);
	a = puppet_guest(XID_A, VXF_VIRT_SYSLOG, GUEST_CAPS);
	m = puppet_member(XID_A, 0);
	must(send(a.fd, &o, sizeof(o), 0));
	p = (struct pollfd){ .fd = a.fd, .events = POLLIN };
	is(poll(&p, 1, 100), 0, "a reader waits");
	must(ask(&m, do_reboot, LINUX_REBOOT_CMD_HALT) ? 0 : -1);
	ok(puppet_receive(&a) > 0, "for the next line");
	ok(strstr(buf, "halt: refused\n"), "it says: %s", buf);

	for (k = 0; k < 200; k++)
		ask(&m, do_reboot, k & 1 ? LINUX_REBOOT_CMD_RESTART :
		    LINUX_REBOOT_CMD_SW_SUSPEND);
	ok(ask(&a, do_syslog, READ_ALL, BUF) > 3800, "a full log");
	ok(buf[0] == '<' && buf[strlen(buf) - 1] == '\n', "of whole lines");
	ok(strlen(buf) <= 4096, "the last ones");
	must(send(a.fd, &o, sizeof(o), 0));
	ok(puppet_receive(&a) > 3800, "can be consumed");
	must(send(a.fd, &o, sizeof(o), 0));
	is(poll(&p, 1, 50), 0, "a reader waits");
	must(vs_kill(XID_A, a.pid, SIGKILL));
	is(reap(a.pid), 1000 + SIGKILL, "and can be killed");
}

int main(void)
{
	run("none", test_none);
	run("capability", test_ccap);
	run("own", test_own);
	run("wait", test_wait);
	return ktap_exit();
}
