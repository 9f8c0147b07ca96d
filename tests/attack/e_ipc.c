// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row E15 of the attack tables: System V IPC and message queues, in a
 * namespace of the context and in one that it shares with the host.
 */
#include "attack.h"

#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY	15
#define SEM_STAT_ANY	20
#define MSG_STAT_ANY	13
#endif
#define KEY	0x56530001

static struct puppet a;

static long do_shmget(long size, long y, long z)
{
	(void)y, (void)z;
	return shmget(KEY, size, size ? IPC_CREAT | 0666 : 0666);
}

static long do_semget(long create, long y, long z)
{
	(void)y, (void)z;
	return semget(KEY, 1, create ? IPC_CREAT | 0666 : 0666);
}

static long do_msgget(long create, long y, long z)
{
	(void)y, (void)z;
	return msgget(KEY, create ? IPC_CREAT | 0666 : 0666);
}

static long do_shmat(long id, long y, long z)
{
	void *p = shmat(id, NULL, 0);

	(void)y, (void)z;
	return p == (void *)-1 ? -1 : shmdt(p);
}

static long do_shmctl(long id, long cmd, long z)
{
	struct shmid_ds ds;

	(void)z;
	return shmctl(id, cmd, &ds) < 0 ? -1 : 0;
}

static long do_semctl(long id, long cmd, long z)
{
	struct semid_ds ds;

	(void)z;
	return semctl(id, 0, cmd, &ds) < 0 ? -1 : 0;
}

static long do_msgctl(long id, long cmd, long z)
{
	struct msqid_ds ds;

	(void)z;
	return msgctl(id, cmd, &ds) < 0 ? -1 : 0;
}

static long do_msgsnd(long id, long y, long z)
{
	struct { long type; char text; } m = { 1, 'x' };

	(void)y, (void)z;
	return msgsnd(id, &m, 1, IPC_NOWAIT);
}

static long do_semop(long id, long y, long z)
{
	struct sembuf op = { 0, 1, IPC_NOWAIT };

	(void)y, (void)z;
	return semop(id, &op, 1);
}

/* Not in the static C library of all systems: by number. */
static long do_mq(long name, long flags, long z)
{
	long fd = syscall(SYS_mq_open, (char *)name, flags, 0666, NULL);

	(void)z;
	return fd < 0 ? -1 : close(fd);
}

static long do_mq_unlink(long name, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_mq_unlink, (char *)name);
}

static long do_listed(long file, long y, long z)
{
	char *s = slurp("/proc/sysvipc/%s", (char *)file);

	(void)y, (void)z;
	return s && strstr(s, "1448280065");	/* KEY */
}

/* The index of an object, which the *_STAT_ANY commands take. */
static int index_of(int id)
{
	return id & 0x7fff;
}

static void foreign(int shm, int sem, int msg, int err, const char *how)
{
	attack(ask(&a, do_shmget, 0), err, "E15 shmget %s", how);
	attack(ask(&a, do_semget, 0), err, "E15 semget %s", how);
	attack(ask(&a, do_msgget, 0), err, "E15 msgget %s", how);
	if (err == EACCES) {
		attack(ask(&a, do_shmat, shm), err, "E15 shmat %s", how);
		attack(ask(&a, do_semop, sem), err, "E15 semop %s", how);
		attack(ask(&a, do_msgsnd, msg), err, "E15 msgsnd %s", how);
		attack(ask(&a, do_shmctl, index_of(shm), SHM_STAT_ANY), err,
		       "E15 SHM_STAT_ANY %s", how);
		attack(ask(&a, do_semctl, index_of(sem), SEM_STAT_ANY), err,
		       "E15 SEM_STAT_ANY %s", how);
		attack(ask(&a, do_msgctl, index_of(msg), MSG_STAT_ANY), err,
		       "E15 MSG_STAT_ANY %s", how);
	}
	defends(!ask(&a, do_listed, "shm"), "E15 sysvipc/shm %s", how);
	defends(!ask(&a, do_listed, "sem"), "E15 sysvipc/sem %s", how);
	defends(!ask(&a, do_listed, "msg"), "E15 sysvipc/msg %s", how);
}

static void usual(const char *how)
{
	long id = ask(&a, do_shmget, 4096);

	ok(id >= 0, "shared memory of its own, %s", how);
	is(ask(&a, do_shmat, id), 0, "is attached");
	is(ask(&a, do_listed, "shm"), 1, "is listed");
	is(ask(&a, do_shmctl, id, IPC_STAT), 0, "is asked for");
	is(ask(&a, do_shmctl, id, IPC_RMID), 0, "is removed");
	is(ask(&a, do_mq, "e-own", O_RDWR | O_CREAT), 0, "a queue");
	is(ask(&a, do_mq, "e-own", O_RDWR), 0, "is opened");
	is(ask(&a, do_mq_unlink, "e-own"), 0, "is removed");
}

static void e15(void)
{
	int shm = must(do_shmget(4096, 0, 0)), sem = must(do_semget(1, 0, 0));
	int msg = must(do_msgget(1, 0, 0));

	must(do_mq((long)"e-host", O_RDWR | O_CREAT, 0));
	a = attack_guest(XID_A);
	foreign(shm, sem, msg, ENOENT, "of the host");
	attack(ask(&a, do_mq, "e-host", O_RDWR), ENOENT, "E15 queue");
	if (!vanilla()) {
		usual("private");
		a = puppet_guest(XID_B, VXF_SHARE_IPC, GUEST_CAPS);
	}
	foreign(shm, sem, msg, EACCES, "in a shared namespace");
	attack(ask(&a, do_mq, "e-host", O_RDWR), EACCES, "E15 shared queue");
	attack(ask(&a, do_shmctl, shm, IPC_RMID), EACCES, "E15 remove shm");
	attack(ask(&a, do_semctl, sem, IPC_RMID), EACCES, "E15 remove sem");
	attack(ask(&a, do_msgctl, msg, IPC_RMID), EACCES, "E15 remove msg");
	attack(ask(&a, do_mq_unlink, "e-host"), EACCES, "E15 remove queue");
	do_shmctl(shm, IPC_RMID, 0);
	do_semctl(sem, IPC_RMID, 0);
	do_msgctl(msg, IPC_RMID, 0);
	do_mq_unlink((long)"e-host", 0, 0);
	usual("shared");
	if (vanilla())
		return;
	/* The host cleans up behind a guest. */
	shm = must(ask(&a, do_shmget, 4096));
	is(do_shmctl(shm, IPC_STAT, 0), 0, "the host asks for a guest's");
	is(do_shmctl(shm, IPC_RMID, 0), 0, "and removes it");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E15", e15);
	return ktap_exit();
}
