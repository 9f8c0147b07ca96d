// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E08, E16 and X48 of the attack tables: a ring that a process
 * of the host filled with its credentials or its files, in the hands of a
 * guest, and work that the kernel does with other credentials than the
 * guest's.  E09 is in c_powers.
 */
#include "attack.h"

#include <linux/io_uring.h>
#include <sys/mman.h>

static struct io_uring_params params;
static int ring;
static char *sq;
static struct io_uring_sqe *sqes;
static int personality_id;

static void open_ring(void)
{
	ring = syscall(SYS_io_uring_setup, 4, &params);
	must(ring);
	sq = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	must(sq == MAP_FAILED ? -1 : 0);
	sqes = mmap(NULL, 4 * sizeof(*sqes), PROT_READ | PROT_WRITE, MAP_SHARED,
		    ring, IORING_OFF_SQES);
	must(sqes == MAP_FAILED ? -1 : 0);
}

#define FIELD(name)	(*(volatile unsigned int *)(sq + (name)))

/* Submits one request and waits for its end. */
static long submit(const struct io_uring_sqe *sqe)
{
	unsigned int tail = FIELD(params.sq_off.tail), head;
	unsigned int mask = FIELD(params.sq_off.ring_mask);
	struct io_uring_cqe *cqe;
	int res;

	sqes[tail & mask] = *sqe;
	((unsigned int *)(sq + params.sq_off.array))[tail & mask] = tail & mask;
	__atomic_store_n((unsigned int *)(sq + params.sq_off.tail), tail + 1,
			 __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return -1;
	head = FIELD(params.cq_off.head);
	cqe = (struct io_uring_cqe *)(sq + params.cq_off.cqes) +
		(head & FIELD(params.cq_off.ring_mask));
	res = cqe->res;
	__atomic_store_n((unsigned int *)(sq + params.cq_off.head), head + 1,
			 __ATOMIC_RELEASE);
	if (res >= 0)
		return res;
	errno = -res;
	return -1;
}

/* One that does nothing, with the credentials ID. */
static long do_nop(long id, long y, long z)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_NOP, .personality = id,
	};

	(void)y, (void)z;
	return submit(&sqe);
}

static void e08(void)
{
	struct puppet a;

	/* Both rings in one mapping; the master only makes it. */
	open_ring();
	personality_id = syscall(SYS_io_uring_register, ring,
				 IORING_REGISTER_PERSONALITY, NULL, 0);
	must(personality_id);
	is(do_nop(personality_id, 0, 0), 0, "E08 the host, as itself");
	a = attack_guest(XID_A);
	attack(ask(&a, do_nop, personality_id), EPERM,
	       "E08 a guest with the host's credentials");
	is(ask(&a, do_nop, 0), 0, "E08 with its own");
}

/* --- X48 --- */

/* Puts the first of the ring's own files into another ring. */
static long do_send_file(long target, long y, long z)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_MSG_RING, .fd = target,
		.addr = IORING_MSG_SEND_FD, .file_index = 1,
	};

	(void)y, (void)z;
	return submit(&sqe);
}

static long do_own_ring(long fd, long y, long z)
{
	(void)y, (void)z;
	memset(&params, 0, sizeof(params));
	open_ring();
	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &fd,
		       1);
}

static void x48(void)
{
	struct io_uring_params p = { .flags = 0 };
	int slots[2] = { -1, -1 }, target, fd;
	struct puppet a;

	target = must(syscall(SYS_io_uring_setup, 4, &p));
	must(syscall(SYS_io_uring_register, target, IORING_REGISTER_FILES,
		     slots, 2));
	fd = must(open("/proc/self/exe", O_RDONLY));
	is(do_own_ring(fd, 0, 0), 0, "a ring with a file");
	is(do_send_file(target, 0, 0), 0, "X48 from the host's to the host's");
	a = attack_guest(XID_A);
	must(ask(&a, do_own_ring, fd));
	attack(ask(&a, do_send_file, target), EPERM,
	       "X48 from a guest's to the host's");
}

/* --- E16 --- */

#define OVERLAY		"/tmp/overlay"

static long do_write_file(long n, long y, long z)
{
	static char buf[65536];
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_WRITE, .flags = IOSQE_ASYNC,
		.addr = (unsigned long)buf, .len = sizeof(buf),
	};
	char path[64];
	long ret;

	(void)y, (void)z;
	snprintf(path, sizeof(path), OVERLAY "/merged/%ld", n);
	sqe.fd = open(path, O_WRONLY);
	if (sqe.fd < 0)
		return -1;
	ret = submit(&sqe);
	close(sqe.fd);
	return ret == sizeof(buf) ? 0 : -1;
}

#define COPIES	50

static long do_copies(long host, long y, long z)
{
	long i, bad = 0;
	pid_t pid;

	(void)y, (void)z;
	memset(&params, 0, sizeof(params));
	open_ring();
	for (i = 0; i < COPIES; i++) {
		pid = fork();
		if (!pid)	/* of the guest: nothing is there to signal */
			_exit(!vanilla() && !kill(host, 0));
		/* the workers of the ring are born here, too */
		bad += do_write_file(i, 0, 0) != 0;
		bad += pid < 0 || reap(pid);
	}
	return bad;
}

/*
 * Overlayfs works with the credentials of the one who mounted it, here the
 * host; who is born meanwhile is the guest's.  The kernel would warn.
 */
static void e16(void)
{
	struct puppet a;
	int i;

	if (!strstr(slurp("/proc/filesystems"), "\toverlay\n")) {
		skip("no overlayfs in this kernel", "E16");
		return;
	}
	mkdir(OVERLAY, 0755);
	must(mount("overlay", OVERLAY, "tmpfs", 0, NULL));
	must(mkdir(OVERLAY "/lower", 0755));
	must(mkdir(OVERLAY "/upper", 0755));
	must(mkdir(OVERLAY "/work", 0755));
	must(mkdir(OVERLAY "/merged", 0755));
	for (i = 0; i < COPIES; i++) {
		char path[64];

		snprintf(path, sizeof(path), OVERLAY "/lower/%d", i);
		must(spit(path, "below\n"));
	}
	must(mount("overlay", OVERLAY "/merged", "overlay", 0, "lowerdir="
		   OVERLAY "/lower,upperdir=" OVERLAY "/upper,workdir=" OVERLAY
		   "/work"));
	a = attack_guest(XID_A);
	is(ask(&a, do_copies, getpid()), 0, "E16 copied up while it forks");
	puppet_end(&a);
	umount(OVERLAY "/merged");
	umount(OVERLAY);
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E08", e08);
	attack_run("X48", x48);
	attack_run("E16", e16);
	return ktap_exit();
}
