// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows U01 to U06 of the attack tables: an ordinary user gains
 * nothing by making a context of its own, neither power nor resources, and
 * does not lose control of it.
 */
#include "../vm/user.h"
#include "attack.h"

#include <linux/keyctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/xattr.h>

static void allow(bool on)
{
	if (!vanilla())
		set_sysctl(SYSCTL("unprivileged_contexts"), on);
}

/* As the user, in a context of its own; without contexts just the user. */
static long do_enter_own(long uid, long b, long c)
{
	(void)b, (void)c;
	if (do_be_user(uid, 0, 0))
		return -1;
	return vanilla() ? 0 : unpriv_create(0);
}

static void u01(void)
{
	struct puppet p;

	if (vanilla())
		return;
	p = puppet_user(ALICE);
	ok_errno(ask(&p, do_unpriv, 0), EPERM, "U01 not allowed");
	is(get_sysctl(SYSCTL("unprivileged_contexts")), 0, "U01 by default");
	is(vs_task_xid(p.pid), 0, "U01 still on the host");
}

/* --- U02 --- */

static void copy_self(const char *to, int mode)
{
	char buf[65536];
	int in = must(open("/proc/self/exe", O_RDONLY)), out;
	ssize_t n;

	out = must(open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755));
	while ((n = read(in, buf, sizeof(buf))) > 0)
		must(write(out, buf, n));
	close(in);
	close(out);
	must(chmod(to, mode));
}

/* What an executed copy of this program finds out about itself. */
static int report(void)
{
	if (geteuid() != ALICE)
		return 1;
	return caps_get(0, NULL) ? 2 : 0;
}

static long do_exec_child(long path, long b, long c)
{
	pid_t pid = fork();

	(void)b, (void)c;
	if (!pid) {
		execl((char *)path, "report", NULL);
		_exit(255);
	}
	return reap(pid);
}

static void u02(void)
{
	struct vfs_cap_data all = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { ~0U, 0 }, { 0x1ff, 0 } },
	};
	struct puppet p;

	allow(true);
	copy_self("/tmp/u-setuid", 04755);
	copy_self("/tmp/u-caps", 0755);
	copy_self("/tmp/u-plain", 0755);
	must(setxattr("/tmp/u-caps", "security.capability", &all, sizeof(all),
		      0));
	p = puppet_start(do_enter_own, ALICE, 0, 0);
	is(ask(&p, do_exec_child, "/tmp/u-plain"), 0, "U02 a program");
	is(ask(&p, do_exec_child, "/tmp/u-setuid"), vanilla() ? 1 : 0,
	   "U02 a set-user-id program");
	is(ask(&p, do_exec_child, "/tmp/u-caps"), vanilla() ? 2 : 0,
	   "U02 a program with capabilities");
	allow(false);
	unlink("/tmp/u-setuid");
	unlink("/tmp/u-caps");
	unlink("/tmp/u-plain");
}

/* --- U03 --- */

static void u03(void)
{
	struct puppet *p = calloc(40, sizeof(*p));
	int i, in = 0, again = 0;

	if (vanilla())
		return;
	allow(true);
	for (i = 0; i < 40; i++) {
		p[i] = puppet_user(ALICE);
		if (ask(&p[i], do_unpriv, 0) > 0)
			in++;
		else if (errno == EAGAIN)
			again++;
	}
	is(in, 16, "U03 so many contexts of a user");
	is(again, 24, "U03 and no more");
	allow(false);
	free(p);
}

/* --- U04 --- */

#define LIMIT	30

static long do_limit(long n, long b, long c)
{
	struct rlimit l = { n, n };

	(void)b, (void)c;
	return setrlimit(RLIMIT_NPROC, &l);
}

/* How many children there can be. */
static long do_fork_all(long most, long b, long c)
{
	long n = 0;

	(void)b, (void)c;
	while (n < most) {
		pid_t pid = fork();

		if (pid < 0)
			return errno == EAGAIN ? n : -1;
		if (!pid)
			for (;;)
				pause();
		n++;
	}
	return n;
}

static void u04(void)
{
	struct puppet p[3];
	long sum = 0;
	int i;

	allow(true);
	for (i = 0; i < 3; i++) {
		p[i] = puppet_start(do_enter_own, ALICE, 0, 0);
		must(ask(&p[i], do_limit, LIMIT));
	}
	for (i = 0; i < 3; i++)
		sum += must(ask(&p[i], do_fork_all, LIMIT));
	is(sum, LIMIT - 3, "U04 processes of a user in three contexts");
	p[0] = puppet_user(ALICE);
	must(ask(&p[0], do_limit, LIMIT));
	is(ask(&p[0], do_fork_all, LIMIT), 0, "U04 and none more outside");
	allow(false);
}

/* --- U05 --- */

#define IPC_KEY	0x56530005

static struct u05 {
	int shm, sem, msg;
	long key;
} *things;

static long do_things(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	things->shm = shmget(IPC_KEY, 4096, IPC_CREAT | 0600);
	things->sem = semget(IPC_KEY, 1, IPC_CREAT | 0600);
	things->msg = msgget(IPC_KEY, IPC_CREAT | 0600);
	things->key = syscall(SYS_add_key, "user", "u05", "secret", 6,
			      KEY_SPEC_USER_KEYRING);
	if (things->shm < 0 || things->sem < 0 || things->msg < 0 ||
	    things->key < 0)
		return -1;
	/* what the user may do anyway, not only whoever possesses the key */
	return syscall(SYS_keyctl, KEYCTL_SETPERM, things->key, 0x3f3f0000);
}

static long do_shmat(long x, long y, long z)
{
	void *p = shmat(things->shm, NULL, SHM_RDONLY);

	(void)x, (void)y, (void)z;
	return p == (void *)-1 ? -1 : shmdt(p);
}

static long do_shmget(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return shmget(IPC_KEY, 4096, 0600);
}

static long do_semctl(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return semctl(things->sem, 0, GETVAL);
}

static long do_msgctl(long command, long y, long z)
{
	struct msqid_ds ds;

	(void)y, (void)z;
	return msgctl(things->msg, command, &ds);
}

static long do_read_key(long x, long y, long z)
{
	char buf[16];

	(void)x, (void)y, (void)z;
	return syscall(SYS_keyctl, KEYCTL_READ, things->key, buf, sizeof(buf));
}

/* Removes what the case has made. */
static long do_remove(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	shmctl(things->shm, IPC_RMID, NULL);
	semctl(things->sem, 0, IPC_RMID);
	return do_msgctl(IPC_RMID, 0, 0);
}

static void u05(void)
{
	struct puppet host, p;

	things = puppet_shared(sizeof(*things));
	allow(true);
	host = puppet_user(ALICE);
	must(ask(&host, do_things));
	p = puppet_start(do_enter_own, ALICE, 0, 0);
	attack(ask(&p, do_shmat), EACCES, "U05 a segment of the same user");
	attack(ask(&p, do_shmget), EACCES, "U05 by its key");
	attack(ask(&p, do_semctl), EACCES, "U05 a semaphore");
	attack(ask(&p, do_msgctl, IPC_STAT), EACCES, "U05 a message queue");
	attack(ask(&p, do_msgctl, IPC_RMID), EACCES, "U05 to remove it");
	attack(ask(&p, do_read_key), ENOKEY, "U05 a key");
	if (!vanilla())
		is(ask(&host, do_remove), 0, "U05 it is all still there");
	allow(false);
}

/* --- U06 --- */

static long do_kill_pid(long pid, long sig, long c)
{
	(void)c;
	return kill(pid, sig);
}

static void u06(void)
{
	struct puppet owner, other, p, g;
	long xid;

	if (vanilla())
		return;
	allow(true);
	owner = puppet_user(ALICE);
	other = puppet_user(BOB);
	p = puppet_user(ALICE);
	g = puppet_guest(XID_A, 0, GUEST_CAPS);
	xid = must(ask(&p, do_unpriv, 0));
	ok_errno(ask(&owner, do_kill_pid, p.pid, 0), ESRCH,
		 "U06 hidden from its own user");
	ok_errno(ask(&p, do_kill_pid, owner.pid, SIGKILL), ESRCH,
		 "U06 and the user's other processes from it");
	ok_errno(ask(&other, do_kill_context, xid, 0, SIGKILL), EPERM,
		 "U06 another user");
	ok_errno(ask(&other, do_kill_context, XID_FREE, 0, SIGKILL), ENOSYS,
		 "U06 no such context");
	ok_errno(ask(&owner, do_kill_context, XID_A, 0, SIGKILL), ENOSYS,
		 "U06 a context of root");
	ok_errno(ask(&p, do_kill_context, xid, 0, SIGKILL), ENOSYS,
		 "U06 from inside");
	is(ask(&owner, do_kill_context, xid, 0, 0), 0, "U06 is it alive?");
	is(ask(&owner, do_kill_context, xid, 0, SIGKILL), 0,
	   "U06 the user kills it");
	reap(p.pid);
	ok(eventually(!vs_exists(xid)), "U06 it has ended");
	is(vs_tasks(XID_A), 1, "U06 and nobody else");
	p = puppet_user(ALICE);
	xid = must(ask(&p, do_unpriv, 0));
	is(vs_kill(xid, 0, SIGKILL), 0, "U06 root kills it, too");
	allow(false);
	puppet_end(&g);
}

int main(int argc, char **argv)
{
	if (argc > 0 && !strcmp(argv[0], "report"))
		return report();
	attack_run("U01", u01);
	attack_run("U02", u02);
	attack_run("U03", u03);
	attack_run("U04", u04);
	attack_run("U05", u05);
	attack_run("U06", u06);
	return ktap_exit();
}
