// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows P32, P33, X7, X14, X15, X30 and X52 of the attack tables: terminals
 * of the host that a guest inherited, and what goes on working on its own.
 */
#include "attack.h"

#include <linux/kd.h>
#include <linux/tiocl.h>
#include <sys/ioctl.h>
#include <sys/ttydefaults.h>
#include <termios.h>

static struct puppet a;
static int master, slave;

static int open_slave(int fd, int flags)
{
	char name[64];
	int n = -1;

	if (ioctl(fd, TIOCGPTN, &n))
		return -1;
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	return open(name, flags);
}

static void open_pty(void)
{
	int unlock = 0;

	if (access("/dev/pts/ptmx", F_OK)) {
		mkdir("/dev/pts", 0755);
		mount("devpts", "/dev/pts", "devpts", 0,
		      "newinstance,ptmxmode=0666,mode=0620");
	}
	master = must(open("/dev/pts/ptmx", O_RDWR | O_NOCTTY));
	must(ioctl(master, TIOCSPTLCK, &unlock));
	slave = must(open_slave(master, O_RDWR | O_NOCTTY));
}

static long do_ioctl(long fd, long cmd, long arg)
{
	return ioctl(fd, cmd, arg);
}

static long do_sti(long fd, long y, long z)
{
	char c = 'x';

	(void)y, (void)z;
	return ioctl(fd, TIOCSTI, &c);
}

static long do_linux(long fd, long y, long z)
{
	char sub = TIOCL_GETSHIFTSTATE;
	long ret = ioctl(fd, TIOCLINUX, &sub);

	(void)y, (void)z;
	/* a pseudo terminal is no console: it got there */
	return ret < 0 && errno == ENOTTY ? 0 : ret;
}

static long do_kd(long fd, long cmd, long z)
{
	char buf[256] = { 0 };
	long ret = ioctl(fd, cmd, buf);

	(void)z;
	return ret < 0 && (errno == ENOTTY || errno == EINVAL) ? 0 : ret;
}

static long do_setd(long fd, long disc, long z)
{
	int n = disc;

	(void)z;
	return ioctl(fd, TIOCSETD, &n);
}

static long do_echo_off(long fd, long y, long z)
{
	struct termios t;

	(void)y, (void)z;
	if (tcgetattr(fd, &t))
		return -1;
	t.c_lflag &= ~ECHO;
	return tcsetattr(fd, TCSANOW, &t);
}

static long do_getattr(long fd, long y, long z)
{
	struct winsize w;
	struct termios t;

	(void)y, (void)z;
	return tcgetattr(fd, &t) || ioctl(fd, TIOCGWINSZ, &w) ? -1 : 0;
}

static long do_read(long fd, long y, long z)
{
	char buf[64];

	(void)y, (void)z;
	return read(fd, buf, sizeof(buf));
}

static long do_write(long fd, long text, long z)
{
	(void)z;
	return write(fd, (char *)text, strlen((char *)text));
}

static long do_setsid(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return setsid();
}

/* The host's admin types; the guest has long left the session. */
static void x15(void)
{
	open_pty();
	a = attack_guest(XID_A);
	must(write(master, "secret\n", 7));
	attack(ask(&a, do_read, slave), EIO, "X15 what is typed");
	attack(ask(&a, do_echo_off, slave), EPERM, "X15 echo");
	attack(ask(&a, do_ioctl, slave, TCXONC, TCOOFF), EPERM, "X15 stop");
	if (vanilla())
		must(ask(&a, do_ioctl, slave, TCXONC, TCOON));
	attack(ask(&a, do_ioctl, slave, TIOCEXCL, 0), EPERM, "X15 exclusive");
	attack(ask(&a, do_ioctl, slave, TCFLSH, TCIFLUSH), EPERM, "X15 flush");
	is(ask(&a, do_write, slave, "x"), 1, "writing works");
	is(ask(&a, do_getattr, slave), 0, "isatty and size, too");
}

/* --- X14: the same file system of terminals for all --- */

static long do_open_pty(long number, long y, long z)
{
	char name[64];
	int fd;

	(void)y, (void)z;
	snprintf(name, sizeof(name), "/dev/pts/%ld", number);
	fd = open(name, O_RDWR | O_NOCTTY);
	return fd < 0 ? -1 : close(fd);
}

static long do_number(long fd, long y, long z)
{
	int n = -1;

	(void)y, (void)z;
	return ioctl(fd, TIOCGPTN, &n) ? -1 : n;
}

static long do_pty(long which, long y, long z);

static void x14(void)
{
	struct puppet b;
	int own;

	open_pty();
	a = attack_guest(XID_A);
	attack(ask(&a, do_open_pty, do_number(master, 0, 0)), EACCES,
	       "X14 a terminal of the host, by name");
	must(ask(&a, do_pty, 0));
	own = must(ask(&a, do_number, must(ask(&a, do_pty, 2))));
	is(ask(&a, do_open_pty, own), 0, "its own, by name");
	is(do_open_pty(own, 0, 0), 0, "the host opens all");
	b = attack_guest(XID_B);
	attack(ask(&b, do_open_pty, own), EACCES, "X14 of another guest");
}

static void requests(int fd, const char *whose)
{
	attack(ask(&a, do_sti, fd), EPERM, "P32 TIOCSTI, %s", whose);
	attack(ask(&a, do_linux, fd), EPERM, "P32 TIOCLINUX, %s", whose);
	attack(ask(&a, do_kd, fd, KDGKBSENT), EPERM, "X7 KDGKBSENT, %s", whose);
	attack(ask(&a, do_kd, fd, KDSKBENT), EPERM, "X7 KDSKBENT, %s", whose);
	attack(ask(&a, do_setd, fd, 27 /* N_NULL */), EPERM,
	       "X52 TIOCSETD, %s", whose);
	if (vanilla())
		ask(&a, do_setd, fd, 0);
}

static long do_pty(long which, long y, long z)
{
	(void)y, (void)z;
	if (!which)
		open_pty();
	return which == 1 ? slave : master;
}

static void p32(void)
{
	open_pty();
	spit("/proc/sys/dev/tty/legacy_tiocsti", "1");
	a = attack_guest(XID_A);
	requests(slave, "inherited");
	must(ask(&a, do_pty, 0));
	requests(ask(&a, do_pty, 1), "its own");
	if (vanilla())
		return;
	must(vs_native(VCMD_set_ccaps, XID_A,
		       &(struct vcmd_ctx_caps){ VXC_TIOCSTI, ~0ULL }));
	is(ask(&a, do_sti, ask(&a, do_pty, 1)), 0,
	   "with the context capability on its own");
	ok_errno(ask(&a, do_sti, slave), EPERM, "not on the host's");
}

/* --- P33 --- */

static long do_own_session(long fd, long y, long z)
{
	(void)y, (void)z;
	return setsid() < 0 ? -1 : ioctl(fd, TIOCSCTTY, 0);
}

static long do_steal(long fd, long y, long z)
{
	(void)y, (void)z;
	return setsid() < 0 ? -1 : ioctl(fd, TIOCSCTTY, 1);
}

static long do_vhangup(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	signal(SIGHUP, SIG_IGN);
	return vhangup();
}

static void p33(void)
{
	struct puppet h;

	open_pty();
	h = puppet_host();
	must(ask(&h, do_own_session, slave));
	a = vanilla() ? attack_guest(XID_A) : puppet_guest(XID_A, 0, ALL_CAPS);
	attack(ask(&a, do_steal, slave), EPERM, "P33 steal, full ceiling");
	if (!vanilla())
		a = puppet_guest(XID_B, 0, GUEST_CAPS);
	attack(ask(&a, do_vhangup), EPERM, "P33 vhangup");
}

/* --- X30 --- */

static long do_entry(long xid, long y, long z)
{
	(void)y, (void)z;
	return vanilla() ? attack_chroot(0, 0, 0) : vs_migrate(xid, 0);
}

static long do_idle_child(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static long do_tty(long x, long y, long z)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY);

	(void)x, (void)y, (void)z;
	return fd < 0 ? -1 : close(fd);
}

static void x30(void)
{
	struct puppet h;
	pid_t child;

	if (access("/dev/tty", F_OK))
		mknod("/dev/tty", S_IFCHR | 0666, 5 << 8);
	open_pty();
	a = attack_guest(XID_A);

	/* a leader with followers on the host */
	h = puppet_host();
	must(ask(&h, do_own_session, slave));
	child = must(ask(&h, do_idle_child));
	attack(ask(&h, do_entry, XID_A), EBUSY, "X30 leader of a session");
	kill(child, SIGKILL);
	if (vanilla())
		return;

	/* alone in its session it may, and takes the terminal along */
	puppet_end(&h);
	close(slave);
	open_pty();
	h = puppet_host();
	must(ask(&h, do_own_session, slave));
	is(ask(&h, do_entry, XID_A), 0, "alone in its session it may");
	is(ask(&h, do_tty), 0, "and has its terminal");
	must(write(master, "hello\n", 6));
	is(ask(&h, do_read, slave), 6, "reads from it");
	is(ask(&h, do_echo_off, slave), 0, "and sets it");
}

static long do_leader(long fd, long y, long z)
{
	int sv[2];
	pid_t pid;
	char c;

	(void)y, (void)z;
	/* a session with a terminal on the host; a member of it enters */
	if (do_own_session(fd, 0, 0) || pipe(sv))
		return -1;
	pid = fork();
	if (!pid) {
		if (!vanilla() && vs_migrate(XID_A, 0) < 0)
			_exit(100);
		c = do_tty(0, 0, 0) ? errno : 0;
		/* in the foreground of the host's terminal it may read */
		if (do_read(fd, 0, 0) < 0)
			c = 101;
		/* and when the host takes that back it may not */
		setpgid(0, 0);
		if (!vanilla() && (do_read(fd, 0, 0) != -1 || errno != EIO))
			c = 102;
		_exit(c);
	}
	errno = reap(pid);
	return errno ? -1 : 0;
}

static void x30_member(void)
{
	struct puppet h;

	open_pty();
	a = attack_guest(XID_A);
	h = puppet_host();
	must(write(master, "typed\n", 6));
	attack(ask(&h, do_leader, slave), ENXIO,
	       "X30 a member of a session leaves its terminal");
}

/* --- job control on an own terminal --- */

static void shell(void)
{
	int status;
	pid_t pid;

	open_pty();
	if (do_own_session(slave, 0, 0))
		_exit(1);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		for (;;)
			pause();
	}
	setpgid(pid, pid);
	signal(SIGTTOU, SIG_IGN);
	if (tcsetpgrp(slave, pid) || tcgetpgrp(slave) != pid)
		_exit(2);
	if (write(master, "\032", 1) != 1)	/* ^Z */
		_exit(3);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		_exit(4);
	if (tcsetpgrp(slave, getpgrp()) || kill(-pid, SIGCONT))
		_exit(5);
	if (tcsetpgrp(slave, pid) || write(master, "\003", 1) != 1)
		_exit(6);
	if (waitpid(pid, &status, 0) != pid || WTERMSIG(status) != SIGINT)
		_exit(7);
	_exit(0);
}

static long do_shell(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		shell();
	return reap(pid);
}

static void works(void)
{
	a = attack_guest(XID_A);
	is(ask(&a, do_shell), 0, "job control on its own terminal");
	must(ask(&a, do_setsid));
	must(ask(&a, do_pty, 0));
	is(ask(&a, do_echo_off, ask(&a, do_pty, 1)), 0, "sets its terminal");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("P32", p32);
	attack_run("P33", p33);
	attack_run("X14", x14);
	attack_run("X15", x15);
	attack_run("X30", x30);
	attack_run("X30 member", x30_member);
	attack_run("own terminal", works);
	return ktap_exit();
}
