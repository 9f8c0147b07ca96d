// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row E08 of the attack tables: a ring that a process of the host
 * filled with its credentials, in the hands of a guest.  E09 is in c_powers.
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

/* Submits one request that does nothing, with the credentials ID. */
static long do_nop(long id, long y, long z)
{
	unsigned int tail = FIELD(params.sq_off.tail), head;
	unsigned int mask = FIELD(params.sq_off.ring_mask);
	struct io_uring_cqe *cqe;

	(void)y, (void)z;
	memset(&sqes[tail & mask], 0, sizeof(*sqes));
	sqes[tail & mask].opcode = IORING_OP_NOP;
	sqes[tail & mask].personality = id;
	((unsigned int *)(sq + params.sq_off.array))[tail & mask] = tail & mask;
	__atomic_store_n((unsigned int *)(sq + params.sq_off.tail), tail + 1,
			 __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return -1;
	head = FIELD(params.cq_off.head);
	cqe = (struct io_uring_cqe *)(sq + params.cq_off.cqes) +
		(head & FIELD(params.cq_off.ring_mask));
	errno = -cqe->res;
	__atomic_store_n((unsigned int *)(sq + params.cq_off.head), head + 1,
			 __ATOMIC_RELEASE);
	return errno ? -1 : 0;
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

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E08", e08);
	return ktap_exit();
}
