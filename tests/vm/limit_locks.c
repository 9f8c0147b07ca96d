// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the limit of file locks of a context: what is held counts, to the unit,
 * for who set it, and nothing else does.
 */
#include "limit.h"
#include "puppet.h"

#include <sys/file.h>

static struct puppet a;

static void start(void)
{
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

static int lock_fd = -1, lock_fd2 = -1;

static long do_lock_open(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	lock_fd = open("/tmp/locks", O_RDWR | O_CREAT, 0600);
	lock_fd2 = open("/tmp/locks", O_RDWR);
	return lock_fd2;
}

static long do_lock_close(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	close(lock_fd);
	return close(lock_fd2);
}

static long do_lock(long type, long from, long len)
{
	struct flock f = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = from,
		.l_len = len,
	};

	return fcntl(lock_fd, F_SETLK, &f);
}

static long do_ofd_lock(long type, long from, long len)
{
	struct flock64 f = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = from,
		.l_len = len,
	};

	return fcntl(lock_fd, F_OFD_SETLK, &f);
}

/* Single bytes that do not touch; how many could be locked. */
static long do_lock_many(long n, long type, long from)
{
	long i;

	for (i = 0; i < n; i++)
		if (do_lock(type, from + 2 * i, 1))
			break;
	return i;
}

static long do_flock(long op, long second, long z)
{
	(void)z;
	return flock(second ? lock_fd2 : lock_fd, op);
}

static long do_lease(long type, long y, long z)
{
	(void)y, (void)z;
	return fcntl(lock_fd, F_SETLEASE, type);
}

#define used()		limit_used(XID_A, LOCKS)

static void test_posix_locks(void)
{
	start();
	must(ask(&a, do_lock_open));
	is(ask(&a, do_lock_many, 30, F_WRLCK, 0), 30, "lock");
	is(used(), 30, "they count");
	is(ask(&a, do_lock, F_UNLCK, 0, 0), 0, "unlock all");
	is(used(), 0, "none");

	must(limit_max(XID_A, LOCKS, 10));
	is(ask(&a, do_lock_many, 30, F_WRLCK, 0), 10, "up to the limit");
	is(errno, ENOLCK, "how it fails");
	is(used(), 10, "in use");
	is(limit_hits(XID_A, LOCKS), 1, "a hit");
	is(ask(&a, do_lock, F_RDLCK, 0, 1), 0, "at the limit: downgrade");
	is(ask(&a, do_lock, F_WRLCK, 0, 1), 0, "upgrade");
	is(ask(&a, do_lock, F_WRLCK, 0, 1), 0, "the same again");
	is(ask(&a, do_lock, F_WRLCK, 18, 100), 0, "grow");
	is(used(), 10, "still as many");
	ok_errno(ask(&a, do_lock, F_UNLCK, 50, 1), ENOLCK, "split in two");
	ok_errno(ask(&a, do_lock, F_RDLCK, 50, 1), ENOLCK, "split in three");
	is(ask(&a, do_lock, F_UNLCK, 100, 100), 0, "cut off the end");
	is(ask(&a, do_lock, F_UNLCK, 18, 2), 0, "cut off the beginning");
	is(used(), 10, "still as many");
	is(ask(&a, do_lock, F_UNLCK, 0, 1), 0, "unlock one");
	is(used(), 9, "one less");
	is(ask(&a, do_lock, F_UNLCK, 50, 1), 0, "split in two");
	is(used(), 10, "one more");
	ok_errno(ask(&a, do_lock, F_RDLCK, 30, 1), ENOLCK,
		 "split in three needs two");
	is(used(), 10, "nothing changed");
	is(ask(&a, do_lock, F_WRLCK, 0, 0), 0, "merge all");
	is(used(), 1, "one");
	is(ask(&a, do_lock, F_RDLCK, 0, 0), 0, "replace it");
	is(used(), 1, "one");
	is(ask(&a, do_lock_many, 4, F_WRLCK, 10), 4, "pieces inside");
	is(used(), 9, "between and around them");
	is(ask(&a, do_lock, F_RDLCK, 0, 0), 0, "replace all by one");
	is(used(), 1, "one");
	ask(&a, do_lock_close);
	is(used(), 0, "closing unlocks");
}

static long do_child_holds(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid) {
		do_lock(F_WRLCK, 1000, 1);
		for (;;)
			pause();
	}
	return pid;
}

/* Waits for it in another process. */
static long do_child_waits(long x, long y, long z)
{
	pid_t pid = fork();

	(void)x, (void)y, (void)z;
	if (!pid) {
		struct flock f = { .l_type = F_WRLCK, .l_start = 1000,
				   .l_len = 1 };

		fcntl(lock_fd, F_SETLKW, &f);
		for (;;)
			pause();
	}
	return pid;
}

static long do_end_child(long pid, long y, long z)
{
	(void)y, (void)z;
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, 0);
}

static void test_waiting_locks(void)
{
	long holder, waiter;

	start();
	must(ask(&a, do_lock_open));
	holder = must(ask(&a, do_child_holds));
	ok(eventually(used() == 1), "a child holds one");
	waiter = must(ask(&a, do_child_waits));
	usleep(100000);
	is(used(), 1, "who waits does not count");
	must(ask(&a, do_end_child, holder));
	ok(eventually(used() == 1), "the other has it");
	must(limit_max(XID_A, LOCKS, 1));
	ok_errno(ask(&a, do_lock, F_WRLCK, 0, 1), ENOLCK, "the limit");
	must(ask(&a, do_end_child, waiter));
	is(used(), 0, "none");
}

static void test_other_locks(void)
{
	start();
	must(ask(&a, do_lock_open));
	must(limit_max(XID_A, LOCKS, 2));
	is(ask(&a, do_flock, LOCK_SH, 0), 0, "flock");
	is(used(), 1, "flock counts");
	is(ask(&a, do_flock, LOCK_SH, 1), 0, "another file");
	ok_errno(ask(&a, do_lock, F_RDLCK, 0, 1), ENOLCK, "the limit");
	is(ask(&a, do_flock, LOCK_UN, 1), 0, "unlock");
	is(ask(&a, do_flock, LOCK_EX, 0), 0, "upgrade");
	is(used(), 1, "one");
	must(limit_max(XID_A, LOCKS, 1));
	is(ask(&a, do_flock, LOCK_SH, 0), 0, "downgrade at the limit");
	is(ask(&a, do_flock, LOCK_UN, 0), 0, "unlock");
	is(used(), 0, "none");
	must(limit_max(XID_A, LOCKS, 0));
	ok_errno(ask(&a, do_flock, LOCK_SH, 0), ENOLCK, "no flock");
	ok_errno(ask(&a, do_ofd_lock, F_WRLCK, 0, 1), ENOLCK, "no OFD lock");
	must(limit_max(XID_A, LOCKS, 1));
	is(ask(&a, do_ofd_lock, F_WRLCK, 0, 1), 0, "OFD lock");
	ok_errno(ask(&a, do_ofd_lock, F_WRLCK, 2, 1), ENOLCK, "one only");
	is(used(), 1, "it counts");
	ask(&a, do_lock_close);
	is(used(), 0, "closed");
}

static long do_open_lease(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	lock_fd2 = -1;
	lock_fd = open("/tmp/lease", O_RDONLY | O_CREAT, 0600);
	return lock_fd;
}

static void test_lease(void)
{
	start();
	must(ask(&a, do_open_lease));
	must(limit_max(XID_A, LOCKS, 0));
	ok_errno(ask(&a, do_lease, F_RDLCK), ENOLCK, "lease, none permitted");
	is(used(), 0, "none");
	must(limit_max(XID_A, LOCKS, 1));
	is(ask(&a, do_lease, F_RDLCK), 0, "lease");
	is(used(), 1, "it counts");
	is(ask(&a, do_lease, F_RDLCK), 0, "again");
	is(used(), 1, "once");
	is(ask(&a, do_lease, F_UNLCK), 0, "given back");
	is(used(), 0, "none");
}

static long do_receive_and_lock(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	lock_fd = do_receive_fd(0, 0, 0);
	return lock_fd < 0 ? -1 : flock(lock_fd, LOCK_EX);
}

/* The lock of a guest on a file of the host outlives the guest. */
static void test_outlives(void)
{
	int fd;

	puppet_channel();
	start();
	fd = must(open("/tmp/locks", O_RDWR | O_CREAT, 0600));
	must(limit_max(XID_A, LOCKS, 0));
	must(do_send_fd(fd, 0, 0));
	ok_errno(ask(&a, do_receive_and_lock), ENOLCK, "who locks pays");
	must(limit_max(XID_A, LOCKS, 1));
	must(do_send_fd(fd, 0, 0));
	is(ask(&a, do_receive_and_lock), 0, "lock");
	is(used(), 1, "it counts");
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "the context ends");
	ok_errno(flock(must(open("/tmp/locks", O_RDWR)), LOCK_EX | LOCK_NB),
		 EAGAIN, "the lock is still there");
	is(flock(fd, LOCK_UN), 0, "the host unlocks");

	/* The other way round: it takes over a lock of the host's. */
	start();
	must(limit_max(XID_A, LOCKS, 1));
	must(flock(fd, LOCK_SH));
	must(do_send_fd(fd, 0, 0));
	is(ask(&a, do_receive_and_lock), 0, "upgrade a lock of the host");
	is(used(), 1, "it counts now");
	must(flock(fd, LOCK_SH));
	is(used(), 1, "and still does");
	close(fd);
	puppet_end(&a);
}

int main(void)
{
	run("posix locks", test_posix_locks);
	run("waiting locks", test_waiting_locks);
	run("other locks", test_other_locks);
	run("lease", test_lease);
	run("outlives", test_outlives);
	return ktap_exit();
}
