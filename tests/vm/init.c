// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the numbers of a context's init: 1 for the members, in every call and
 * every file that says a number, the real one for everybody else. The rows I01,
 * I04 and I07 and F05, F06 of the attack tables.
 */
#include "init.h"

#include <pthread.h>
#include <sys/mount.h>
#include <sys/socket.h>

static const char *stat_numbers(struct puppet *p, const char *path)
{
	static char out[64];
	const char *s = read_by(p, "%s", path), *end = strrchr(s, ')');
	int ppid, pgrp, sid, tty, tpgid;

	if (!end || sscanf(end, ") %*c %d %d %d %d %d", &ppid, &pgrp, &sid,
			   &tty, &tpgid) != 5)
		return s;
	snprintf(out, sizeof(out), "%d %d %d %d", atoi(s), ppid, pgrp, sid);
	return out;
}

static long do_group(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return setsid() < 0 ? -1 : getpgid(0) * 100 + getsid(0);
}

static void test_calls(void)
{
	struct puppet i, m;
	long n;

	init_start();
	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	n = i.pid;

	is(ask(&i, do_getpid), 1, "I01 getpid");
	is(ask(&i, do_gettid), 1, "I01 gettid");
	is(ask(&i, do_getppid), 0, "I01 getppid");
	is(ask(&m, do_getpid), m.pid, "of a member: its own");
	is(ask(&m, do_getppid), 1, "with a parent on the host: 1");
	is(ask(&i, do_group), 101, "I01 group and session");
	is(ask(&m, do_kill, 1, 0), 0, "I01 it is found as 1");
	is(ask(&m, do_kill, n, 0), 0, "and by its real number");
	is(ask(&i, do_kill, n, 0), 0, "by itself, too");
	ok_errno(ask(&m, do_kill, getpid(), 0), ESRCH, "but nobody else is");
	is(vs_task_xid(n), XID_A, "the host knows the real one");
}

static long do_tgkill(long tgid, long tid, long sig)
{
	return syscall(SYS_tgkill, tgid, tid, sig);
}

static long do_getpgid(long pid, long b, long c)
{
	(void)b, (void)c;
	return getpgid(pid);
}

/* What a C library has in store from before, it may go on to use. */
static void test_old_number(void)
{
	struct puppet i, m;
	long n;

	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	n = i.pid;
	is(ask(&i, do_group), 101, "a group of its own");
	is(ask(&i, do_tgkill, 1, 1, 0), 0, "tgkill(1, 1)");
	is(ask(&i, do_tgkill, 1, n, 0), 0, "tgkill(1, N)");
	is(ask(&i, do_tgkill, n, n, 0), 0, "tgkill(N, N)");
	is(ask(&i, do_tgkill, n, 1, 0), 0, "tgkill(N, 1)");
	ok_errno(ask(&i, do_tgkill, m.pid, 1, 0), ESRCH, "tgkill(M, 1)");
	ok_errno(ask(&i, do_tgkill, 1, m.pid, 0), ESRCH, "tgkill(1, M)");
	is(ask(&m, do_getpgid, n), 1, "getpgid(N)");
	is(ask(&m, do_getpgid, 1), 1, "getpgid(1)");
}

/* --- procfs --- */

static long do_stat(long path, long b, long c)
{
	struct stat st;

	(void)b, (void)c;
	return stat((char *)path, &st);
}

static long do_link(long path, long b, long c)
{
	ssize_t n = readlink((char *)path, init_text, INIT_TEXT - 1);

	(void)b, (void)c;
	init_text[n < 0 ? 0 : n] = 0;
	return n;
}

/* The errno of a stat, 0 for success. */
KTAP_PRINTF(2, 3)
static int stat_by(struct puppet *p, const char *format, ...)
{
	char *path = init_text;
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, 256, format, ap);
	va_end(ap);
	return ask(p, do_stat, path) ? errno : 0;
}

static const char *link_by(struct puppet *p, const char *name)
{
	strcpy(init_text + INIT_TEXT, name);
	return ask(p, do_link, init_text + INIT_TEXT) < 0 ? errname(errno) :
		init_text;
}

static void test_proc(void)
{
	struct puppet i, m, s;
	char name[64];
	long n;

	init_start();
	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	s = puppet_spectator();
	n = i.pid;
	must(ask(&i, do_group));

	is_str(link_by(&i, "/proc/self"), "1", "I01 /proc/self");
	is_str(link_by(&i, "/proc/thread-self"), "1/task/1", "thread-self");
	is_str(stat_numbers(&m, "/proc/1/stat"), "1 0 1 1", "I01 stat");
	is_str(stat_numbers(&i, "/proc/self/stat"), "1 0 1 1", "its own");
	is_str(stat_numbers(&i, "/proc/1/task/1/stat"), "1 0 1 1", "F06");
	is_str(stat_numbers(&i, "/proc/self/task/1/stat"), "1 0 1 1", "F06");
	snprintf(name, sizeof(name), "%ld 1 0 0", (long)m.pid);
	is_str(stat_numbers(&m, "/proc/self/stat"), name,
	       "of a member: not the numbers of its group and session");
	is_str(line_of(read_by(&m, "/proc/1/status"), "Pid:\t"), "1", "Pid");
	is_str(line_of(init_text, "Tgid:\t"), "1", "Tgid");
	is_str(line_of(init_text, "PPid:\t"), "0", "PPid");
	is_str(line_of(init_text, "NSpid:\t"), "1", "I01 NSpid");
	is_str(line_of(init_text, "NStgid:\t"), "1", "NStgid");
	is_str(line_of(init_text, "NSpgid:\t"), "1", "NSpgid");
	is_str(line_of(init_text, "NSsid:\t"), "1", "NSsid");
	is_str(line_of(read_by(&m, "/proc/1/vinfo"), "CIPid:\t"), "1", "vinfo");

	is(stat_by(&m, "/proc/1/environ"), 0, "no limited view of it");
	is(stat_by(&m, "/proc/%ld", n), ENOENT, "not by its real number");
	is(stat_by(&m, "/proc/%ld/stat", n), ENOENT, "nor below");
	is(stat_by(&m, "/proc/1/task/%ld", n), ENOENT, "nor as a thread");
	snprintf(name, sizeof(name), "/proc/%ld/stat", n);
	is_str(stat_numbers(&s, name), (snprintf(name, sizeof(name),
	       "%ld %d %ld %ld", n, getpid(), n, n), name), "the spectator");
	is(stat_by(&s, "/proc/%ld/task/1", n), ENOENT, "knows no other 1");
	is(stat_by(&m, "/proc/%ld", n), ENOENT, "although it has looked");
	snprintf(name, sizeof(name), "%ld", n);
	is_str(line_of(read_by(&s, "/proc/%ld/vinfo", n), "CIPid:\t"), name,
	       "and reads the real number in vinfo");
	is(stat_by(&m, "/proc/%d", getpid()), ENOENT, "no process of the host");
}

/* One directory cache for host and guests, with another 1 for each. */
static void test_shared_proc(void)
{
	struct puppet h, a, b, m, f;
	int k, bad = 0;

	init_start();
	h = puppet_host();
	a = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);
	b = puppet_init(XID_B, FAKEINIT);
	f = puppet_guest(XID_C, FAKEINIT, GUEST_CAPS);
	must(mount("none", "/proc/1/attr", "tmpfs", 0, NULL));
	must(spit("/proc/1/attr/mark", "host"));
	for (k = 0; k < 50; k++) {
		const char *ours = line_of(slurp("/proc/1/status"), "VxID:\t");

		bad += strcmp(ours, "0") != 0;
		bad += strcmp(line_of(read_by(&m, "/proc/1/status"), "VxID:\t"),
			      "1000") != 0;
		bad += strcmp(line_of(read_by(&b, "/proc/1/status"), "VxID:\t"),
			      "1001") != 0;
		bad += strcmp(line_of(read_by(&f, "/proc/1/status"), "VxID:\t"),
			      "0") != 0;
		bad += stat_by(&m, "/proc/1/attr/mark") != ENOENT;
		bad += strcmp(read_by(&h, "/proc/1/attr/mark"), "host") != 0;
	}
	is(bad, 0, "each finds its own");
	is_str(slurp("/proc/1/attr/mark"), "host", "and the mount is there");
	must(umount("/proc/1/attr"));
	puppet_end(&a);
	is_str(line_of(read_by(&m, "/proc/1/status"), "VxID:\t"), "0",
	       "without its own init, A sees the host's");
	is_str(line_of(slurp("/proc/1/status"), "VxID:\t"), "0", "so the host");
	is(stat_by(&m, "/proc/1/environ"), ENOENT, "of which A sees little");
}

struct race {
	const char *want;
	volatile int stop;
	int bad;
	int rounds;
};

static long do_race(long r, long b, long c)
{
	struct race *race = (void *)r;

	(void)b, (void)c;
	while (!race->stop) {
		char *s = slurp("/proc/1/status");

		race->bad += !s || strcmp(line_of(s, "VxID:\t"), race->want);
		race->rounds++;
	}
	return 0;
}

/* The same at the same time. */
static void test_proc_race(void)
{
	struct race *race = puppet_shared(sizeof(*race) * 3);
	struct puppet_order o = { do_race, { 0, 0, 0 } };
	struct puppet p[3];
	int k;

	p[0] = puppet_host();
	p[1] = puppet_init(XID_A, FAKEINIT);
	p[2] = puppet_init(XID_B, FAKEINIT);
	race[0].want = "0";
	race[1].want = "1000";
	race[2].want = "1001";
	for (k = 0; k < 3; k++) {
		o.arg[0] = (long)&race[k];
		must(send(p[k].fd, &o, sizeof(o), 0));
	}
	usleep(700000);
	for (k = 0; k < 3; k++)
		race[k].stop = 1;
	for (k = 0; k < 3; k++) {
		must(puppet_receive(&p[k]));
		ok(race[k].rounds > 20 && !race[k].bad, "%s: %d of %d wrong",
		   race[k].want, race[k].bad, race[k].rounds);
	}
}

static long do_list(long name, long b, long c)
{
	DIR *dir = opendir((char *)name);
	struct dirent *d;
	int left = 100000;

	(void)b, (void)c;
	init_text[0] = 0;
	if (!dir)
		return -1;
	while (left-- > 0 && (d = readdir(dir)))
		if (atol(d->d_name) > 0) {
			strcat(init_text, d->d_name);
			strcat(init_text, " ");
		}
	closedir(dir);
	return left > 0 ? 0 : -1;
}

/* Small buffers, so that it goes on from the middle again and again. */
static long do_list_slowly(long name, long b, long c)
{
	int fd = open((char *)name, O_RDONLY | O_DIRECTORY), left = 10000;
	char buf[64];
	long n = -1, at;

	(void)b, (void)c;
	init_text[0] = 0;
	while (left-- > 0 && (n = syscall(SYS_getdents64, fd, buf,
					  sizeof(buf))) > 0)
		for (at = 0; at < n; at += *(uint16_t *)(buf + at + 16))
			if (atol(buf + at + 19) > 0) {
				strcat(init_text, buf + at + 19);
				strcat(init_text, " ");
			}
	close(fd);
	return left > 0 ? n : -1;
}

static const char *list_by(struct puppet *p, puppet_fn *how, const char *name)
{
	char *path = init_text + INIT_TEXT;

	strcpy(path, name);
	return ask(p, how, path) ? "(never ends)" : init_text;
}

static void test_readdir(void)
{
	struct puppet first, i, last;
	char want[64];

	init_start();
	/* numbers below and above that of init */
	first = puppet_guest(XID_A, FAKEINIT, GUEST_CAPS);
	i = puppet_member(XID_A, VXM_SET_INIT);
	last = puppet_member(XID_A, 0);
	snprintf(want, sizeof(want), "1 %d %d ", first.pid, last.pid);
	ok(first.pid < i.pid && i.pid < last.pid, "numbers are in order");
	is_str(list_by(&last, do_list, "/proc"), want, "F05 1 comes first");
	is_str(list_by(&i, do_list, "/proc"), want, "F05 for init, too");
	is_str(list_by(&last, do_list_slowly, "/proc"), want, "F05 one by one");
	is_str(list_by(&i, do_list, "/proc/1/task"), "1 ", "F06 threads");
	is_str(list_by(&i, do_list_slowly, "/proc/self/task"), "1 ", "slowly");
	puppet_end(&i);
	snprintf(want, sizeof(want), "1 %d %d ", first.pid, last.pid);
	is_str(list_by(&last, do_list, "/proc"), want, "then the host's");
}

/* --- what a child and a parent are told --- */

static siginfo_t last_child;

static void on_child(int sig, siginfo_t *si, void *context)
{
	(void)sig, (void)context;
	last_child = *si;
}

static void listen_child(void)
{
	struct sigaction sa = {
		.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART,
	};

	last_child.si_pid = -1;
	must(sigaction(SIGCHLD, &sa, NULL));
}

/*
 * A member forks a child that becomes init and exits; what the member is told.
 * The answer: 0, or which number was wrong.
 */
static long do_parent_of_init(long x, long y, long z)
{
	siginfo_t si = { .si_pid = -1 };
	pid_t pid;

	(void)x, (void)y, (void)z;
	listen_child();
	pid = fork();
	if (!pid) {
		if (vs_set_flags(-1, 0, VXF_STATE_INIT))
			_exit(1);
		if (syscall(SYS_getpid) != 1 || syscall(SYS_getppid) != 0)
			_exit(2);
		raise(SIGSTOP);		/* ignored: it is protected */
		_exit(42);
	}
	if (waitid(P_ALL, 0, &si, WEXITED | WNOWAIT) || si.si_pid != pid)
		return 1;
	if (last_child.si_pid != pid || last_child.si_status != 42)
		return 2;
	if (waitpid(-1, NULL, 0) != pid)
		return 3;
	return 0;
}

static long do_setup(long xid, long flags, long c)
{
	(void)c;
	return vs_create(xid, VXF_INIT_SET | flags);
}

static long do_init_status(long x, long y, long z)
{
	siginfo_t si = { .si_pid = -1 };
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid)
		_exit(syscall(SYS_getppid) == 1 ? 7 : 8);
	if (pid < 2 || waitid(P_PID, pid, &si, WEXITED) || si.si_pid != pid)
		return -1;
	return si.si_status;
}

static void test_family(void)
{
	struct puppet i;
	siginfo_t si = { .si_pid = -1 };
	pid_t pid;

	init_start();
	i = puppet_start(do_setup, XID_A, FAKEINIT, 0);
	is(ask(&i, do_parent_of_init), 0, "a parent inside is told what it knows");
	puppet_end(&i);

	listen_child();
	i = puppet_init(XID_A, FAKEINIT);
	is(ask(&i, do_init_status), 7, "I01 children of init: getppid is 1");
	pid = i.pid;
	must(send(i.fd, &(struct puppet_order){ do_exit, { 3 } },
		  sizeof(struct puppet_order), 0));
	is(waitid(P_ALL, 0, &si, WEXITED | WNOWAIT), 0, "the host waits");
	is(si.si_pid, pid, "I01 waitid: the real number");
	is(si.si_status, 3, "and the status");
	ok(eventually(last_child.si_pid == pid), "I01 SIGCHLD, too: %d",
	   last_child.si_pid);
	is(waitpid(pid, NULL, 0), pid, "and waitpid");
}

/* --- numbers in other places --- */

static long do_lock(long fd, long b, long c)
{
	struct flock l = { .l_type = F_WRLCK };

	(void)b, (void)c;
	return fcntl(fd, F_SETLK, &l);
}

static long do_lock_owner(long fd, long b, long c)
{
	struct flock l = { .l_type = F_WRLCK };

	(void)b, (void)c;
	return fcntl(fd, F_GETLK, &l) ? -1 : l.l_pid;
}

static int sock[2];

static long do_pair(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock))
		return -1;
	return do_send_fd(sock[1], 0, 0);
}

static long do_peer(long a, long b, long c)
{
	struct ucred u = { .pid = -1 };
	socklen_t len = sizeof(u);
	int fd = do_receive_fd(0, 0, 0);

	(void)a, (void)b, (void)c;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &len))
		return -1;
	close(fd);
	return u.pid;
}

static siginfo_t got;

static long do_wait_signal(long ms, long b, long c)
{
	struct timespec t = { 0, ms * 1000000 };
	sigset_t set;

	(void)b, (void)c;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!ms)
		return 0;
	return sigtimedwait(&set, &got, &t) < 0 ? -1 : got.si_pid;
}

static void test_elsewhere(void)
{
	struct puppet i, m;
	int fd;

	init_start();
	puppet_channel();
	fd = must(open("lock", O_RDWR | O_CREAT, 0600));
	i = puppet_init(XID_A, FAKEINIT);
	m = puppet_member(XID_A, 0);

	must(ask(&i, do_lock, fd));
	is(ask(&m, do_lock_owner, fd), 1, "I01 l_pid");
	ok(strstr(read_by(&m, "/proc/locks"), " WRITE 1 "), "I01 /proc/locks");
	must(ask(&i, do_pair));
	is(ask(&m, do_peer), 1, "I01 SO_PEERCRED");
	must(ask(&m, do_wait_signal, 0));
	must(ask(&i, do_kill, m.pid, SIGUSR2));
	is(ask(&m, do_wait_signal, 900), 1, "I01 si_pid");
	close(fd);
}

/* --- threads --- */

static int cmd[2], ready[2];

static void *other_thread(void *arg)
{
	char byte = 'i', ids[32];

	do {
		if (byte == 'x') {
			char from[12], to[12];

			snprintf(from, sizeof(from), "%d", cmd[0]);
			snprintf(to, sizeof(to), "%d", ready[1]);
			/* not self: that is the leader, which is gone */
			execl("/proc/thread-self/exe", "threads", from, to,
			      NULL);
			return arg;
		}
		snprintf(ids, sizeof(ids), "%ld %ld",
			 (long)syscall(SYS_getpid), (long)syscall(SYS_getppid));
		if (write(ready[1], ids, sizeof(ids)) != sizeof(ids))
			break;
	} while (read(cmd[0], &byte, 1) == 1);
	return arg;
}

static long do_leader_exit(long x, long y, long z)
{
	pthread_attr_t attr;
	pthread_t t;
	char ids[32];

	(void)x, (void)y, (void)z;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	if (pthread_create(&t, &attr, other_thread, NULL) ||
	    read(ready[0], ids, sizeof(ids)) != sizeof(ids))
		return -1;
	puppet_answer(puppet_fd, 0);
	syscall(SYS_exit, 0);	/* the leader only */
	return -1;
}

static const char *ids(char what)
{
	static char text[32];

	must(write(cmd[1], &what, 1));
	must(read(ready[0], text, sizeof(text)));
	return text;
}

static uint32_t initpid(uint32_t xid)
{
	struct vcmd_vx_info info = { 0, 0 };

	must(vs_info(xid, &info));
	return info.initpid;
}

static void test_threads(void)
{
	struct puppet i, m;

	init_start();
	must(pipe(cmd));
	must(pipe(ready));
	i = puppet_init(XID_A, FAKEINIT | VXF_KEEP_FDS);
	m = puppet_member(XID_A, 0);
	must(ask(&i, do_leader_exit));
	is_str(ids('i'), "1 0", "I04 without its leader");
	is(ask(&m, do_kill, 1, 0), 0, "I04 it is still there");
	is(initpid(XID_A), i.pid, "I04 still init");
	is_str(ids('x'), "1 0", "I04 after an exec by another thread");
	is(initpid(XID_A), i.pid, "I04 still init");
	is_str(line_of(read_by(&m, "/proc/1/status"), "Pid:\t"), "1", "status");
	is(ask(&m, do_kill, 1, SIGKILL), 0, "I04 still protected");
	is_str(ids('i'), "1 0", "I04 indeed");
}

/* --- when not --- */

static void test_flags(void)
{
	struct puppet i, m;

	i = puppet_init(XID_A, 0);
	m = puppet_member(XID_A, 0);
	is(ask(&i, do_getpid), i.pid, "without the flag");
	is(ask(&i, do_getppid), 1, "its parent");
	ok_errno(ask(&m, do_kill, 1, 0), EPERM, "1 is the host's");
	must(vs_set_flags(XID_A, FAKEINIT, FAKEINIT));
	is(ask(&i, do_getpid), 1, "the flag, later");
	is(ask(&m, do_kill, 1, 0), 0, "1 is the own");
	is(ask(&m, do_kill, 1, SIGKILL), 0, "and protected");
	is(ask(&i, do_getppid), 0, "alive");
	is(initpid(XID_A), i.pid, "the host asks");
	must(vs_set_flags(XID_A, VXF_PIDNS, VXF_PIDNS));
	is(ask(&i, do_getpid), i.pid, "with PIDNS");
	must(vs_set_flags(XID_A, 0, VXF_PIDNS));
	is(ask(&i, do_getpid), 1, "again");
	must(vs_set_flags(XID_A, 0, FAKEINIT));
	is(ask(&i, do_getpid), i.pid, "without the flag, again");
	ok_errno(ask(&m, do_kill, 1, 0), EPERM, "1 is the host's");
	is(ask(&m, do_kill, i.pid, SIGTERM), 0, "a signal");
	is(reap(i.pid), 1000 + SIGTERM, "kills it");
	puppet_end(&m);

	i = puppet_guest(XID_A, FAKEINIT, GUEST_CAPS);
	is(ask(&i, do_getpid), i.pid, "the flag, but no init");
	ok_errno(ask(&i, do_kill, 1, 0), EPERM, "1 is the host's");
	m = puppet_member(XID_A, VXM_SET_INIT);
	is(ask(&m, do_getpid), 1, "one that enters as init");
	is(ask(&i, do_kill, 1, 0), 0, "is found");
	is_child(vs_migrate(XID_A, VXM_SET_INIT), EBUSY, "I07 a second one");
}

/* A process of another context has no such number there. */
static void test_others(void)
{
	struct puppet a, b;

	a = puppet_init(XID_A, FAKEINIT);
	b = puppet_guest(XID_B, FAKEINIT, GUEST_CAPS);
	ok_errno(ask(&b, do_kill, a.pid, 0), ESRCH, "not by its number");
	ok_errno(ask(&b, do_kill, 1, 0), EPERM, "1 is the host's there");
	is(kill(1, 0), 0, "and on the host");
	is(getppid() > 0, 1, "whose processes have their parents");
	ok_errno(kill(a.pid, 0), ESRCH, "the host does not see it");
	is(vs_kill(XID_A, 1, 0), 0, "but reaches it through its context");
}

/* The promise in one line: at once, without another exec. */
static void test_tool(void)
{
	if (system("command -v chcontext >/dev/null")) {
		skip("no tools here", "chcontext");
		return;
	}
	is(system("chcontext --silent --flag fakeinit "
		  "sh -c 'test $$ -eq 1 && test -d /proc/1/fd'"), 0,
	   "chcontext --flag fakeinit");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	if (argc == 3 && !strcmp(argv[0], "threads")) {
		cmd[0] = atoi(argv[1]);
		ready[1] = atoi(argv[2]);
		return !!other_thread(NULL);
	}
	run("calls", test_calls);
	run("old number", test_old_number);
	run("proc", test_proc);
	run("shared proc", test_shared_proc);
	run("proc race", test_proc_race);
	run("readdir", test_readdir);
	run("family", test_family);
	run("elsewhere", test_elsewhere);
	run("threads", test_threads);
	run("flags", test_flags);
	run("others", test_others);
	run("tool", test_tool);
	return ktap_exit();
}
