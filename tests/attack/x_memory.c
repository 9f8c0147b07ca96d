// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows X20 and X21 of the attack tables: memory that no control group
 * counts. Huge pages of the pool, and what sockets keep in their queues.
 */
#include "attack.h"

#include <linux/netlink.h>
#include <linux/memfd.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>

static struct puppet a;

/* --- huge pages --- */

#define HUGE	(2L << 20)
#define POOL	4

static long huge_free(void)
{
	char *s = strstr(slurp("/proc/meminfo"), "HugePages_Free:");

	return s ? atol(s + 15) : -1;
}

static long do_huge_map(long pages, long flags, long z)
{
	char *p = mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | flags, -1, 0);
	long i;

	(void)z;
	if (p == MAP_FAILED)
		return -1;
	for (i = 0; i < pages; i++)
		p[i * HUGE] = 1;
	return munmap(p, pages * HUGE);
}

static long do_huge_memfd(long pages, long y, long z)
{
	int fd = syscall(SYS_memfd_create, "h", MFD_HUGETLB), err;

	(void)y, (void)z;
	if (fd < 0)
		return -1;
	err = fallocate(fd, 0, 0, pages * HUGE) ? errno : 0;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static long do_huge_shm(long pages, long y, long z)
{
	int id = shmget(IPC_PRIVATE, pages * HUGE, SHM_HUGETLB | 0600);

	(void)y, (void)z;
	if (id < 0)
		return -1;
	return shmctl(id, IPC_RMID, NULL);
}

/* A file of the host: the descriptor is received. */
static long do_huge_file(long pages, long y, long z)
{
	int fd = do_receive_fd(0, 0, 0), err;

	(void)y, (void)z;
	err = fallocate(fd, 0, 0, pages * HUGE) ? errno : 0;
	if (!err && mmap(NULL, HUGE, PROT_READ, MAP_SHARED, fd, 0) ==
	    MAP_FAILED)
		err = errno;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static long do_huge_file_map(long x, long y, long z)
{
	int fd = do_receive_fd(0, 0, 0), err;

	(void)x, (void)y, (void)z;
	err = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) ==
		MAP_FAILED ? errno : 0;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static void x20(void)
{
	int fd;

	if (access("/proc/sys/vm/nr_hugepages", F_OK)) {
		skip("this kernel has no huge pages", "X20");
		return;
	}
	must(spit("/proc/sys/vm/nr_hugepages", "4"));
	if (!ok(huge_free() == POOL, "X20 the pool"))
		return;
	puppet_channel();
	a = attack_guest(XID_A);
	attack(ask(&a, do_huge_map, POOL, 0), ENOMEM, "X20 mmap");
	attack(ask(&a, do_huge_map, POOL, MAP_NORESERVE), ENOMEM,
	       "X20 mmap without a reserve");
	attack(ask(&a, do_huge_memfd, POOL), ENOMEM, "X20 memfd");
	/* RLIMIT_MEMLOCK is enough, without CAP_IPC_LOCK */
	attack(ask(&a, do_huge_shm, POOL), ENOMEM, "X20 shm");

	mkdir("/tmp/huge", 0755);
	must(mount("huge", "/tmp/huge", "hugetlbfs", 0, NULL));
	fd = must(open("/tmp/huge/f", O_RDWR | O_CREAT, 0666));
	must(do_send_fd(fd, 0, 0));
	attack(ask(&a, do_huge_file, 2), ENOMEM, "X20 a file of the host");
	must(ftruncate(fd, 0));
	must(ftruncate(fd, HUGE));
	must(do_send_fd(fd, 0, 0));
	attack(ask(&a, do_huge_file_map), ENOMEM, "X20 map it");
	puppet_end(&a);
	is(do_huge_map(2, 0, 0), 0, "X20 the host uses them");
	must(unlink("/tmp/huge/f"));
	close(fd);
	must(umount("/tmp/huge"));
	ok(eventually(huge_free() == POOL), "X20 the pool is full again");
	must(spit("/proc/sys/vm/nr_hugepages", "0"));
}

/* --- queues --- */

#define GROUP	"/tmp/cg/x21"
#define QUEUES	80

static long do_enter_group(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return spit(GROUP "/cgroup.procs", "0");
}

static long in_group(void)
{
	char *s = slurp(GROUP "/memory.current");

	return s ? atol(s) : -1;
}

static char message[16000];

/* Fills the queues of N sockets; bytes that are in them. */
static long do_netlink(long n, long y, long z)
{
	int from = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
	long sum = 0;

	(void)y, (void)z;
	if (from < 0)
		return -1;
	while (n--) {
		int to = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
		socklen_t len = sizeof(sa);

		sa.nl_pid = 0;
		if (to < 0 || bind(to, (struct sockaddr *)&sa, sizeof(sa)) ||
		    getsockname(to, (struct sockaddr *)&sa, &len))
			return -1;
		while (sendto(from, message, sizeof(message), MSG_DONTWAIT,
			      (struct sockaddr *)&sa, sizeof(sa)) > 0)
			sum += sizeof(message);
	}
	return sum;
}

/* What the kernel answers and nobody reads: dumps of interfaces. */
static long do_dumps(long n, long y, long z)
{
	struct {
		struct nlmsghdr h;
		struct { unsigned char family, pad[15]; } i;
	} req = {
		.h = { sizeof(req), 22 /* RTM_GETADDR */,
		       NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
	};
	long i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

		if (s < 0 || send(s, &req, sizeof(req), 0) < 0)
			return -1;
	}
	return n;
}

static long do_unix(long n, long y, long z)
{
	long sum = 0;
	int sv[2];

	(void)y, (void)z;
	while (n--) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
			return -1;
		while (send(sv[0], message, sizeof(message),
			    MSG_DONTWAIT) > 0)
			sum += sizeof(message);
	}
	return sum;
}

static void start_group(void)
{
	mkdir("/tmp/cg", 0755);
	if (mount("cg", "/tmp/cg", "cgroup2", 0, NULL) && errno != EBUSY)
		must(-1);
	spit("/tmp/cg/cgroup.subtree_control", "+memory");
	must(mkdir(GROUP, 0755));
	a = puppet_host();
	must(ask(&a, do_enter_group));
	if (vanilla())
		must(ask(&a, attack_chroot));
	else
		must(ask(&a, puppet_join, XID_A, 0));
}

static void end_group(void)
{
	puppet_end(&a);
	eventually(!rmdir(GROUP));
	umount("/tmp/cg");
}

static void x21(void)
{
	struct puppet first;
	long before, sum, n;

	if (!vanilla())
		first = puppet_guest(XID_A, 0, GUEST_CAPS);
	start_group();
	before = in_group();
	/* from one to another; guests have no protocol for it */
	sum = ask(&a, do_netlink, QUEUES);
	if (vanilla())
		ok(sum > 5 << 20, "X21 netlink: %ld bytes in queues", sum);
	else
		ok(sum == -1 && errno == EPROTONOSUPPORT, "X21 netlink");
	end_group();

	start_group();
	must(ask(&a, do_dumps, 1));
	before = in_group();
	n = must(ask(&a, do_dumps, 300));
	defends(in_group() - before > n * 3000, "X21 dumps: %ld in the group",
		in_group() - before);
	end_group();

	/* this was so before */
	start_group();
	before = in_group();
	sum = ask(&a, do_unix, QUEUES);
	ok(in_group() - before > sum / 10 * 8, "X21 unix: %ld bytes, %ld in "
	   "the group", sum, in_group() - before);
	end_group();
	if (!vanilla())
		puppet_end(&first);
}

int main(void)
{
	attack_run("X20", x20);
	attack_run("X21", x21);
	return ktap_exit();
}
