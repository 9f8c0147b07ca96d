// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V75, V76, V78 and X16 of the attack tables: locks, leases and
 * notification on files that a guest shares with others and cannot write.
 */
#include "attack.h"
#include "../vm/iattr.h"
#include "../vm/image.h"

#include <sys/file.h>
#include <sys/inotify.h>

static struct puppet a, b, h;

static long do_open(long path, long flags, long c)
{
	(void)c;
	return open((char *)path, flags);
}

static long do_lease(long fd, long type, long c)
{
	(void)c;
	return fcntl(fd, F_SETLEASE, type);
}

static long do_flock(long fd, long how, long c)
{
	(void)c;
	return flock(fd, how | LOCK_NB);
}

static long do_lock(long fd, long type, long cmd)
{
	struct flock lock = { .l_type = type };

	return fcntl(fd, cmd, &lock);
}

static long do_watch(long path, long mask, long c)
{
	int fd = inotify_init1(IN_NONBLOCK), ret;

	(void)c;
	ret = inotify_add_watch(fd, (char *)path, mask);
	close(fd);
	return ret < 0 ? -1 : 0;
}

static long do_dnotify(long path, long mask, long c)
{
	int fd = open((char *)path, O_RDONLY | O_DIRECTORY), ret;

	(void)c;
	ret = fcntl(fd, F_NOTIFY, mask);
	close(fd);
	return ret;
}

static void unified(void)
{
	must(spit(FS_DIR "/a", "content"));
	must(link(FS_DIR "/a", FS_DIR "/b"));
	if (!vanilla())
		must(iattr_set(FS_DIR "/a", VIATTR_IXUNLINK | VIATTR_IMMUTABLE,
			       VIATTR_IXUNLINK | VIATTR_IMMUTABLE));
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
	h = puppet_host();
}

static void forget(void)
{
	puppet_end(&a);
	puppet_end(&b);
	puppet_end(&h);
	if (!vanilla())
		must(iattr_set(FS_DIR "/a", 0, VIATTR_IXUNLINK |
			       VIATTR_IMMUTABLE));
	unlink(FS_DIR "/a");
	unlink(FS_DIR "/b");
}

static void v75(void)
{
	int fd;

	unified();
	fd = must(ask(&a, do_open, FS_DIR "/a", O_RDONLY));
	attack(ask(&a, do_lease, fd, F_WRLCK), EACCES, "V75 write lease");
	attack(ask(&a, do_lease, fd, F_RDLCK), EACCES, "V75 read lease");
	is(ask(&a, do_lease, fd, F_UNLCK), vanilla() ? 0 : -1,
	   "V75 no lease to end");
	must(spit(FS_DIR "/own", "x"));
	fd = must(ask(&a, do_open, FS_DIR "/own", O_RDONLY));
	is(ask(&a, do_lease, fd, F_RDLCK), 0, "V75 its own file");
	forget();
	unlink(FS_DIR "/own");
}

static void v76(void)
{
	int fa, fa2, fb, fh;

	unified();
	fa = must(ask(&a, do_open, FS_DIR "/a", O_RDONLY));
	fa2 = must(ask(&a, do_open, FS_DIR "/a", O_RDONLY));
	fb = must(ask(&b, do_open, FS_DIR "/b", O_RDONLY));
	fh = must(ask(&h, do_open, FS_DIR "/b", O_RDONLY));
	is(ask(&a, do_flock, fa, LOCK_EX), 0, "V76 flock");
	defends(ask(&b, do_flock, fb, LOCK_EX) == 0, "V76 in another guest");
	defends(ask(&h, do_flock, fh, LOCK_SH) == 0, "V76 on the host");
	ok_errno(ask(&a, do_flock, fa2, LOCK_EX), EAGAIN,
		 "V76 still a lock in the guest");
	is(ask(&a, do_lock, fa, F_RDLCK, F_SETLK), 0, "V76 fcntl");
	is(ask(&b, do_lock, fb, F_RDLCK, F_OFD_SETLK), 0, "V76 of a file");
	forget();
}

static void v78(void)
{
	unified();
	attack(ask(&a, do_watch, FS_DIR "/a", IN_OPEN), EACCES, "V78 open");
	attack(ask(&a, do_watch, FS_DIR "/a", IN_ACCESS), EACCES, "V78 read");
	attack(ask(&a, do_watch, FS_DIR "/a", IN_ALL_EVENTS), EACCES,
	       "V78 all");
	is(ask(&a, do_watch, FS_DIR "/a", IN_MODIFY | IN_ATTRIB |
	       IN_DELETE_SELF | IN_MOVE_SELF), 0, "V78 changes");
	is(ask(&a, do_watch, FS_DIR, IN_ALL_EVENTS), 0, "V78 a directory");
	is(ask(&a, do_dnotify, FS_DIR, DN_ACCESS | DN_CREATE), 0,
	   "V78 the same with the old call");
	forget();
}

/* A directory of the host, mounted read-only for the guest. */
static long do_enter(long b, long c, long d)
{
	(void)b, (void)c, (void)d;
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(NULL, "/mnt/ro", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY,
		  NULL))
		return -1;
	return vanilla() ? 0 : vs_become(XID_A, 0, attack_caps);
}

static void x16(void)
{
	int fa, fh;

	mkdir("/mnt/ro", 0755);
	must(spit(FS_DIR "/host", "content"));
	must(mount(FS_DIR, "/mnt/ro", NULL, MS_BIND, NULL));
	a = puppet_start(do_enter, 0, 0, 0);
	fh = must(open(FS_DIR "/host", O_RDWR));
	fa = must(ask(&a, do_open, "/mnt/ro/host", O_RDONLY));
	is(ask(&a, do_flock, fa, LOCK_EX), 0, "X16 flock");
	defends(do_flock(fh, LOCK_EX, 0) == 0, "X16 of the host");
	is(ask(&a, do_lock, fa, F_RDLCK, F_SETLK), 0, "X16 read lock");
	defends(do_lock(fh, F_WRLCK, F_SETLK) == 0, "X16 a write lock");
	must(do_lock(fh, F_UNLCK, F_SETLK));
	defends(do_lock(fh, F_WRLCK, F_OFD_SETLK) == 0, "X16 of a file");
	close(fh);
	attack(ask(&a, do_lease, fa, F_RDLCK), EACCES, "X16 lease");
	attack(ask(&a, do_watch, "/mnt/ro/host", IN_OPEN), EACCES,
	       "X16 watch the file");
	attack(ask(&a, do_watch, "/mnt/ro", IN_ACCESS), EACCES,
	       "X16 watch the directory");
	attack(ask(&a, do_dnotify, "/mnt/ro", DN_ACCESS), EACCES,
	       "X16 with the old call");
	is(ask(&a, do_watch, "/mnt/ro", IN_CREATE | IN_CLOSE_WRITE | IN_MOVE),
	   0, "X16 changes");
	puppet_end(&a);
	must(umount("/mnt/ro"));
	unlink(FS_DIR "/host");
}

int main(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (!fs_usable(i))
			continue;
		fs_begin();
		fs_make(i);
		attack_run("V75", v75);
		attack_run("V76", v76);
		attack_run("V78", v78);
		attack_run_wide("X16", x16);
		fs_end(i);
		must(umount("/mnt/images"));
	}
	return ktap_exit();
}
