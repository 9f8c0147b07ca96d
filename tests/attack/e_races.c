// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row E07 of the attack tables: entering races with the death of
 * init, the end of the context, PRIVATE, and the end of what it remembers.
 * Whoever calls is either a whole member, which dies with the others, or gets
 * an error and is a whole process of the host. Never half.
 */
#include "../vm/fd.h"

#define RACERS	4

/* The start of a round, for all at once. */
static struct {
	volatile int round;
	volatile int waiting;
} *gate;

static int rounds(int n, int slow)
{
	return ktap_slowness() > 1 ? slow : n;
}

static void at_gate(int round)
{
	__atomic_add_fetch(&gate->waiting, 1, __ATOMIC_SEQ_CST);
	while (gate->round != round)
		sched_yield();
}

static void open_gate(int round, int racers)
{
	while (gate->waiting < racers)
		sched_yield();
	gate->waiting = 0;
	gate->round = round;
}

/* Is the caller still what it was? */
static bool whole_host(void)
{
	return vs_task_xid(0) == 0 && kill(1, 0) == 0;
}

/* What the members of a guest see of the one that belongs to the host. */
static bool whole_member(pid_t host)
{
	return kill(host, 0) == -1 && errno == ESRCH;
}

/* How an entrant ends: an errno, or one of these. */
enum { IN = 200, HALF };

typedef long way_in(void);

static int context_fd;

static long by_number(void) { return vs_migrate(XID_A, 0); }
static long by_fd(void) { return fd_enter(context_fd, 0); }

static pid_t entrant(way_in *enter, int round, bool stay)
{
	pid_t host = getpid(), pid = must(fork());

	if (pid)
		return pid;
	at_gate(round);
	if (enter()) {
		int err = errno;

		_exit(whole_host() ? err : HALF);
	}
	if (!whole_member(host))
		_exit(HALF);
	while (stay)
		pause();
	_exit(IN);
}

struct count {
	int in, killed, err, other;
};

/* Waits for the entrants; ERR1 and ERR2 are the errors that may be. */
static void collect(pid_t *pid, int err1, int err2, struct count *n)
{
	int i;

	for (i = 0; i < RACERS; i++) {
		int how = reap(pid[i]);

		if (how == IN)
			n->in++;
		else if (how == 1000 + SIGKILL)
			n->killed++;
		else if (how == err1 || how == err2)
			n->err++;
		else {
			n->other++;
			diag("an entrant ended with %d", how);
		}
	}
}

/* A first member, perhaps with the duties of init, that goes at the gate. */
static pid_t leaver(uint64_t flags, uint64_t ended, int round)
{
	int up[2];
	pid_t pid;
	char byte;

	must(pipe(up));
	pid = must(fork());
	if (!pid) {
		if (vs_create(XID_A, VXF_INIT_SET | flags) < 0 ||
		    vs_set_flags(XID_A, 0, VXF_STATE_SETUP | ended))
			_exit(1);
		close(up[0]);
		close(up[1]);
		at_gate(round);
		_exit(0);
	}
	close(up[1]);
	must(read(up[0], &byte, 1));
	close(up[0]);
	return pid;
}

static void finish(const char *name, const struct count *n)
{
	diag("%s: %d in, %d killed, %d refused", name, n->in, n->killed,
	     n->err);
	is(n->other, 0, "E07 %s: nobody is half in", name);
	ok(eventually(vs_all_gone() && !vs_exists(XID_A)),
	   "E07 %s: the contexts end", name);
}

/* The last member goes while others come. */
static void against_end(way_in *enter, const char *name)
{
	int i, j, n = rounds(50, 8);
	struct count count = { 0 };
	pid_t pid[RACERS], last;

	for (i = 1; i <= n; i++) {
		last = leaver(0, 0, i);
		context_fd = must(fd_open(XID_A));
		for (j = 0; j < RACERS; j++)
			pid[j] = entrant(enter, i, false);
		open_gate(i, RACERS + 1);
		reap(last);
		collect(pid, ESRCH, ESRCH, &count);
		close(context_fd);
		must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	}
	finish(name, &count);
}

static void e07_end(void) { against_end(by_number, "end"); }
static void e07_fd(void) { against_end(by_fd, "end, by descriptor"); }

/* Init dies and takes all members along, also those that just arrive. */
static void e07_init(void)
{
	int i, j, n = rounds(50, 8);
	struct count count = { 0 };
	pid_t pid[RACERS], init;

	for (i = 1; i <= n; i++) {
		init = leaver(VXF_INIT_KILL, VXF_STATE_INIT, i);
		for (j = 0; j < RACERS; j++)
			pid[j] = entrant(by_number, i, true);
		open_gate(i, RACERS + 1);
		reap(init);
		collect(pid, ESRCH, EFAULT, &count);
		must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	}
	is(count.in, 0, "E07 init: nobody survives");
	finish("init", &count);
}

/* The host closes the door. */
static void e07_private(void)
{
	int i, j, n = rounds(50, 8);
	struct count count = { 0 };
	pid_t pid[RACERS];
	struct puppet m;

	m = puppet_guest(XID_A, 0, GUEST_CAPS);
	for (i = 1; i <= n; i++) {
		for (j = 0; j < RACERS; j++)
			pid[j] = entrant(by_number, i, false);
		open_gate(i, RACERS);
		must(vs_set_flags(XID_A, VXF_INFO_PRIVATE, VXF_INFO_PRIVATE));
		collect(pid, EACCES, EACCES, &count);
		must(eventually(vs_tasks(XID_A) == 1) ? 0 : -1);
		must(vs_set_flags(XID_A, 0, VXF_INFO_PRIVATE));
	}
	puppet_end(&m);
	finish("private", &count);
}

static long into_space(void)
{
	return vs_spaces(VCMD_enter_space, XID_A, 0, 0);
}

/* What is remembered goes while somebody takes it. */
static void e07_space(void)
{
	int i, j, n = rounds(50, 8);
	struct count count = { 0 };
	pid_t pid[RACERS], last;

	for (i = 1; i <= n; i++) {
		last = leaver(0, 0, i);
		for (j = 0; j < RACERS; j++) {
			pid[j] = must(fork());
			if (!pid[j]) {
				at_gate(i);
				if (into_space())
					_exit(errno);
				_exit(whole_host() ? IN : HALF);
			}
		}
		open_gate(i, RACERS + 1);
		reap(last);
		collect(pid, ESRCH, EINVAL, &count);
		must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	}
	finish("spaces", &count);
}

int main(void)
{
	gate = puppet_shared(sizeof(*gate));
	run("E07 end", e07_end);
	run("E07 descriptor", e07_fd);
	run("E07 init", e07_init);
	run("E07 private", e07_private);
	run("E07 spaces", e07_space);
	return ktap_exit();
}
