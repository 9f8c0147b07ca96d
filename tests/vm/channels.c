// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the matrix of channels: each way in which one process can reach another,
 * tried between all pairs of the host and two guests. Inside one context each
 * works; between two, only what somebody who has both has set up on purpose.
 */
#include "puppet.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <sys/un.h>

#define SECRET		0x5ec4e7

/* Shared by all, on both sides of an exec. */
static struct world {
	pid_t target;		/* the process to be reached */
	int key;		/* of SysV objects, and in names */
	int serial;		/* of a key in its keyring */
	long secret;		/* at the same address in all of them */
} *world;

static long hidden = SECRET;	/* in memory that is not shared */

static void map_world(void)
{
	int fd = must(open("/tmp/matrix", O_RDWR | O_CREAT, 0666));

	must(ftruncate(fd, sizeof(*world)));
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	must(world == MAP_FAILED ? -1 : 0);
	close(fd);
}

static const char *path(const char *what)
{
	static char p[64];

	snprintf(p, sizeof(p), "/tmp/matrix.%s.%d", what, world->key);
	return p;
}

/*
 * A channel: what the target does first, what the other one does then, and
 * what comes of that between contexts. Functions return -1 and set errno.
 */
struct channel {
	const char *name;
	puppet_fn *offer, *use;
	int refused;		/* errno between contexts, 0: works there, too */
};

static long nothing(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return 0;
}

#define FN(name) static long name(__attribute__((unused)) long a, \
				  __attribute__((unused)) long b, \
				  __attribute__((unused)) long c)
#define USE(name, call)	FN(use_##name) { return (call); }

/* --- by number --- */

USE(kill, kill(world->target, SIGURG))
USE(tgkill, syscall(SYS_tgkill, world->target, world->target, SIGURG))
USE(getpgid, getpgid(world->target))
USE(getsid, getsid(world->target))
USE(pidfd, syscall(SYS_pidfd_open, world->target, 0))
USE(getpriority, (errno = 0, getpriority(PRIO_PROCESS, world->target)) == -1 &&
	errno ? -1 : 0)
USE(setpriority, setpriority(PRIO_PROCESS, world->target, 1))
USE(ioprio, syscall(SYS_ioprio_get, 1, world->target))
USE(scheduler, sched_getscheduler(world->target))
USE(prlimit, prlimit(world->target, RLIMIT_CORE, NULL, &(struct rlimit){ 0, 0 }))
USE(kcmp, syscall(SYS_kcmp, getpid(), world->target, 2 /* files */, 0, 0))

FN(use_sigqueue)
{
	siginfo_t si = { .si_code = SI_QUEUE };

	return syscall(SYS_rt_sigqueueinfo, world->target, SIGURG, &si);
}

FN(use_affinity)
{
	cpu_set_t set;

	return sched_getaffinity(world->target, sizeof(set), &set);
}

FN(use_seize)
{
	if (ptrace(PTRACE_SEIZE, world->target, NULL, NULL))
		return -1;
	if (ptrace(PTRACE_INTERRUPT, world->target, NULL, NULL) ||
	    waitpid(world->target, NULL, __WALL) != world->target)
		return -1;
	return ptrace(PTRACE_DETACH, world->target, NULL, NULL);
}

FN(use_vm)
{
	long copy = 0;
	struct iovec l = { &copy, sizeof(copy) }, r = { &hidden, sizeof(hidden) };

	if (syscall(SYS_process_vm_readv, world->target, &l, 1, &r, 1, 0) < 0)
		return -1;
	return copy == SECRET ? 0 : (errno = EILSEQ, -1);
}

FN(use_owner)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
		return -1;
	return fcntl(sv[0], F_SETOWN, world->target);
}

FN(use_proc)
{
	char p[32];
	int fd;

	snprintf(p, sizeof(p), "/proc/%d/stat", world->target);
	fd = open(p, O_RDONLY);
	return fd < 0 ? -1 : close(fd);
}

FN(use_mem)
{
	long copy = 0;
	char p[32];
	int fd;

	snprintf(p, sizeof(p), "/proc/%d/mem", world->target);
	fd = open(p, O_RDONLY);
	if (fd < 0)
		return -1;
	if (pread(fd, &copy, sizeof(copy), (off_t)(uintptr_t)&hidden) < 0)
		copy = 0;
	close(fd);
	return copy == SECRET ? 0 : (errno = EILSEQ, -1);
}

/* --- System V and POSIX objects: namespaces of their own --- */

FN(offer_shm)
{
	int id = shmget(world->key, 4096, IPC_CREAT | 0666);
	long *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (p == (void *)-1)
		return -1;
	*p = SECRET;
	return shmdt(p);
}

FN(use_shm)
{
	int id = shmget(world->key, 4096, 0);
	long *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (p == (void *)-1)
		return -1;
	return *p == SECRET ? 0 : (errno = EILSEQ, -1);
}

FN(offer_sem) { return semget(world->key, 1, IPC_CREAT | 0666); }

FN(use_sem)
{
	struct sembuf op = { .sem_op = 1 };
	int id = semget(world->key, 1, 0);

	return id < 0 ? -1 : semop(id, &op, 1);
}

FN(offer_msg)
{
	struct { long type; long data; } m = { 1, SECRET };
	int id = msgget(world->key, IPC_CREAT | 0666);

	return id < 0 ? -1 : msgsnd(id, &m, sizeof(m.data), IPC_NOWAIT);
}

FN(use_msg)
{
	struct { long type; long data; } m = { 1, 0 };
	int id = msgget(world->key, 0);

	return id < 0 ? -1 : msgrcv(id, &m, sizeof(m.data), 0, IPC_NOWAIT);
}

static const char *queue(void)
{
	static char name[32];

	snprintf(name, sizeof(name), "/channels.%d", world->key);
	return name;
}

FN(offer_mq) { return mq_open(queue(), O_CREAT | O_RDWR, 0666, NULL); }
USE(mq, mq_open(queue(), O_RDWR))

/* --- keys --- */

FN(offer_key)
{
	/* the session keyring of the target, with a key in it */
	syscall(SYS_keyctl, 1 /* join a new session */, NULL);
	world->serial = syscall(SYS_add_key, "user", "channel", "x", 1UL, -3);
	if (world->serial < 0)
		return -1;
	return syscall(SYS_keyctl, 5 /* setperm */, world->serial, 0x3f3f3f3f);
}

FN(use_key)
{
	char buf[8];

	return syscall(SYS_keyctl, 11 /* read */, world->serial, buf, 8UL);
}

FN(offer_user_key)
{
	world->serial = syscall(SYS_add_key, "user", path("key"), "x", 1UL, -4);
	return world->serial;
}

/* The keyring of a user: the same id is another user in another context. */
FN(use_user_key)
{
	return syscall(SYS_keyctl, 10 /* search */, -4, "user", path("key"), 0);
}

/* --- what the file system has for all who share it --- */

FN(offer_file)
{
	unlink(path("file"));
	return spit(path("file"), "secret");
}

USE(file, strcmp(slurp("%s", path("file")) ?: "", "secret"))

FN(offer_fifo)
{
	unlink(path("fifo"));
	if (mkfifo(path("fifo"), 0666))
		return -1;
	return open(path("fifo"), O_RDONLY | O_NONBLOCK);
}

FN(use_fifo)
{
	int fd = open(path("fifo"), O_WRONLY | O_NONBLOCK);

	return fd < 0 ? -1 : write(fd, "x", 1);
}

static long unix_address(struct sockaddr_un *addr, const char *name)
{
	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	strcpy(addr->sun_path, name);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
}

FN(offer_unix)
{
	struct sockaddr_un addr;
	int s = unix_address(&addr, path("unix"));

	unlink(path("unix"));
	if (bind(s, (void *)&addr, sizeof(addr)))
		return -1;
	return listen(s, 8);
}

/* Connects; the number of the peer shows only inside the context. */
static long connect_peer(pid_t *peer)
{
	struct sockaddr_un addr;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	int s = unix_address(&addr, path("unix"));

	if (connect(s, (void *)&addr, sizeof(addr)) ||
	    getsockopt(s, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return -1;
	*peer = cred.pid;
	return 0;
}

FN(use_unix)
{
	pid_t peer;

	return connect_peer(&peer);
}

FN(use_peer)
{
	pid_t peer;

	if (connect_peer(&peer))
		return -1;
	return peer == world->target ? 0 : (errno = peer ? EILSEQ : ESRCH, -1);
}

static int lock_fd = -1;

FN(offer_lock)
{
	struct flock l = { .l_type = F_WRLCK };

	lock_fd = open(path("lock"), O_RDWR | O_CREAT, 0666);
	return fcntl(lock_fd, F_SETLK, &l);
}

/* The lock holds against everybody; whose it is, is not for everybody. */
FN(use_lock)
{
	struct flock l = { .l_type = F_WRLCK };
	int fd = open(path("lock"), O_RDWR);

	if (fcntl(fd, F_SETLK, &l) == 0)
		return errno = EILSEQ, -1;
	if (fcntl(fd, F_GETLK, &l) || l.l_type != F_WRLCK)
		return -1;
	return l.l_pid == world->target ? 0 : (errno = l.l_pid ? EILSEQ : ESRCH, -1);
}

/* --- descriptors given away on purpose --- */

FN(offer_memfd)
{
	int fd = syscall(SYS_memfd_create, "channel", 0);

	if (write(fd, "secret", 6) != 6)
		return -1;
	return do_send_fd(fd, 0, 0);
}

FN(use_memfd)
{
	int fd = do_receive_fd(0, 0, 0);
	char buf[8];

	return fd < 0 || pread(fd, buf, 6, 0) != 6 ? -1 : close(fd);
}

FN(offer_pidfd)
{
	return do_send_fd(syscall(SYS_pidfd_open, getpid(), 0), 0, 0);
}

FN(use_passed_pidfd)
{
	int fd = do_receive_fd(0, 0, 0);

	return syscall(SYS_pidfd_send_signal, fd, SIGURG, NULL, 0);
}

FN(use_getfd)
{
	int fd = do_receive_fd(0, 0, 0);

	return syscall(SYS_pidfd_getfd, fd, 0, 0);
}

static const struct channel channels[] = {
	{ "kill", nothing, use_kill, ESRCH },
	{ "tgkill", nothing, use_tgkill, ESRCH },
	{ "sigqueue", nothing, use_sigqueue, ESRCH },
	{ "getpgid", nothing, use_getpgid, ESRCH },
	{ "getsid", nothing, use_getsid, ESRCH },
	{ "pidfd_open", nothing, use_pidfd, ESRCH },
	{ "getpriority", nothing, use_getpriority, ESRCH },
	{ "setpriority", nothing, use_setpriority, ESRCH },
	{ "ioprio_get", nothing, use_ioprio, ESRCH },
	{ "sched_getscheduler", nothing, use_scheduler, ESRCH },
	{ "sched_getaffinity", nothing, use_affinity, ESRCH },
	{ "prlimit", nothing, use_prlimit, ESRCH },
	{ "kcmp", nothing, use_kcmp, ESRCH },
	{ "ptrace", nothing, use_seize, ESRCH },
	{ "process_vm_readv", nothing, use_vm, ESRCH },
	{ "F_SETOWN", nothing, use_owner, ESRCH },
	{ "/proc/PID/stat", nothing, use_proc, ENOENT },
	{ "/proc/PID/mem", nothing, use_mem, ENOENT },
	{ "shared memory", offer_shm, use_shm, ENOENT },
	{ "semaphore", offer_sem, use_sem, ENOENT },
	{ "message queue", offer_msg, use_msg, ENOENT },
	{ "POSIX queue", offer_mq, use_mq, ENOENT },
	{ "key by serial", offer_key, use_key, ENOKEY },
	{ "user keyring", offer_user_key, use_user_key, ENOKEY },
	{ "file", offer_file, use_file, 0 },
	{ "fifo", offer_fifo, use_fifo, 0 },
	{ "unix socket", offer_unix, use_unix, 0 },
	{ "peer of a unix socket", offer_unix, use_peer, ESRCH },
	{ "owner of a lock", offer_lock, use_lock, ESRCH },
	{ "memfd given away", offer_memfd, use_memfd, 0 },
	{ "signal by a pidfd given away", offer_pidfd, use_passed_pidfd, EPERM },
	{ "descriptor by a pidfd given away", offer_pidfd, use_getfd, EPERM },
};

enum { HOST, GUEST_A, GUEST_B, CONTEXTS };

static const char *const context_name[] = { "host", "A", "B" };
/* Two of each: one is reached, one reaches. */
static struct puppet target[CONTEXTS], actor[CONTEXTS];

static void try(const struct channel *c, int from, int to)
{
	static int key = 0x5600;
	long ret;

	/* What an earlier round has left in the channel. */
	while (ask(&actor[from], do_receive_fd) >= 0)
		;
	world->key = key++;
	world->target = target[to].pid;
	if (ask(&target[to], c->offer) == -1) {
		ok(false, "%s offers: %s: %s", context_name[to], c->name,
		   errname(errno));
		return;
	}
	ret = ask(&actor[from], c->use);
	if (from == to || !c->refused) {
		if (ret < 0)
			diag("%s", errname(errno));
		ok(ret >= 0, "%s reaches %s: %s", context_name[from],
		   context_name[to], c->name);
		return;
	}
	if (ret >= 0 || errno != c->refused)
		diag("%s, not %s", ret < 0 ? errname(errno) : "no error",
		     errname(c->refused));
	ok(ret == -1 && errno == c->refused, "%s does not reach %s: %s",
	   context_name[from], context_name[to], c->name);
}

/* Of what a guest has from the host, only standard descriptors stay open. */
FN(exec_with_channel)
{
	if (dup2(puppet_pass[0], 1) < 0 || dup2(puppet_pass[1], 2) < 0)
		return -1;
	return do_exec(0, 0, 0);
}

/* What is reached has the program's memory: the same as all others. */
static void start(void)
{
	int i;

	target[HOST] = puppet_host();
	actor[HOST] = puppet_host();
	target[GUEST_A] = puppet_guest(XID_A, 0, GUEST_CAPS);
	actor[GUEST_A] = puppet_member(XID_A, 0);
	target[GUEST_B] = puppet_guest(XID_B, 0, GUEST_CAPS);
	actor[GUEST_B] = puppet_member(XID_B, 0);
	for (i = 0; i < CONTEXTS; i++) {
		must(ask(&target[i], exec_with_channel));
		must(ask(&actor[i], exec_with_channel));
	}
}

static void test_matrix(void)
{
	unsigned int i;
	int from, to;

	start();
	for (i = 0; i < ARRAY_SIZE(channels); i++)
		for (from = 0; from < CONTEXTS; from++)
			for (to = 0; to < CONTEXTS; to++)
				try(&channels[i], from, to);
}

int main(int argc, char **argv)
{
	map_world();
	puppet_pass[0] = 1;	/* see exec_with_channel() */
	puppet_pass[1] = 2;
	puppet_main(argc, argv);
	puppet_channel();
	run("matrix", test_matrix);
	return ktap_exit();
}
