// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V35 and V44 of the attack tables, where the writer of a unified
 * file comes by io_uring or by requests to share extents, and where it is on an
 * overlay, on an idmapped mount, or in a user namespace.
 */
#include "cow.h"

#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/mount.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE		1
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH	4
#endif
#define OP_FTRUNCATE		55	/* newer than the headers */

#define LAYER	"/mnt/layer"

/* --- io_uring --- */

static struct io_uring_params params;
static char *sq;
static struct io_uring_sqe *sqe;
static int ring;

static long open_ring(void)
{
	memset(&params, 0, sizeof(params));
	ring = syscall(SYS_io_uring_setup, 4, &params);
	if (ring < 0)
		return -1;
	sq = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	sqe = mmap(NULL, 4 * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		   ring, IORING_OFF_SQES);
	return sq == MAP_FAILED || sqe == MAP_FAILED ? -1 : 0;
}

/* The request is in the first slot. */
static long submit(void)
{
	unsigned int *tail = (unsigned int *)(sq + params.sq_off.tail);
	unsigned int *head = (unsigned int *)(sq + params.cq_off.head);
	unsigned int smask = *(unsigned int *)(sq + params.sq_off.ring_mask);
	unsigned int cmask = *(unsigned int *)(sq + params.cq_off.ring_mask);
	struct io_uring_cqe *cqe;
	long ret;

	((unsigned int *)(sq + params.sq_off.array))[*tail & smask] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return -1;
	cqe = (struct io_uring_cqe *)(sq + params.cq_off.cqes) + (*head & cmask);
	ret = cqe->res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	errno = ret < 0 ? -ret : 0;
	return ret < 0 ? -1 : ret;
}

static long uring_open(const char *path)
{
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_OPENAT;
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)path;
	sqe->open_flags = O_RDWR;
	return submit();
}

static long do_uring_write(long path, long b, long c)
{
	int fd;

	(void)b, (void)c;
	if (open_ring() || (fd = uring_open((char *)path)) < 0)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_WRITE;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)"!";
	sqe->len = 1;
	return submit() == 1 ? close(fd) : -1;
}

static long do_uring_fallocate(long path, long b, long c)
{
	int fd;

	(void)b, (void)c;
	if (open_ring() || (fd = uring_open((char *)path)) < 0)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_FALLOCATE;
	sqe->fd = fd;
	sqe->addr = PART;	/* the length */
	sqe->len = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	return submit() ? -1 : close(fd);
}

static long do_uring_truncate(long path, long b, long c)
{
	int fd;

	(void)b, (void)c;
	if (open_ring() || (fd = uring_open((char *)path)) < 0)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = OP_FTRUNCATE;
	sqe->fd = fd;
	sqe->off = 10;
	return submit() ? -1 : close(fd);
}

/* A descriptor that only reads cannot be made to write. */
static long do_uring_refused(long path, long b, long c)
{
	int fd = open((char *)path, O_RDONLY);

	(void)b, (void)c;
	if (fd < 0 || open_ring())
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_FALLOCATE;
	sqe->fd = fd;
	sqe->addr = PART;
	return submit();
}

/* --- extents --- */

static long do_clone(long path, long from, long c)
{
	int to = open((char *)path, O_RDWR), fd = open((char *)from, O_RDONLY);
	long ret;

	(void)c;
	if (to < 0 || fd < 0)
		return -1;
	ret = ioctl(to, FICLONE, fd);
	close(to);
	close(fd);
	return ret;
}

/* To a descriptor that only reads: 0 when it was refused. */
static long do_dedupe(long path, long from, long c)
{
	union {
		struct file_dedupe_range r;
		char room[sizeof(struct file_dedupe_range) +
			  sizeof(struct file_dedupe_range_info)];
	} d;
	int to = open((char *)path, O_RDONLY), fd = open((char *)from, O_RDONLY);
	long ret;

	(void)c;
	memset(&d, 0, sizeof(d));
	d.r.src_length = 4096;
	d.r.dest_count = 1;
	d.r.info[0].dest_fd = to;
	ret = ioctl(fd, FIDEDUPERANGE, &d);
	close(to);
	close(fd);
	return ret ? 0 : d.r.info[0].status;
}

static void one(const char *what, long result)
{
	ok(result >= 0, "%s: %s", fs, what);
	is(iattr_flags(NAME_A), VIATTR_TAG, "%s: %s: a copy", fs, what);
	ok(is_original(NAME_B), "%s: %s: the other name", fs, what);
	is(strays(), 0, "%s: %s: nothing is left", fs, what);
	puppet_end(&a);
}

static void none(const char *what)
{
	is(iattr_flags(NAME_A), COW_FLAGS, "%s: %s: no copy", fs, what);
	ok(is_original(NAME_A) && is_original(NAME_B), "%s: %s: unchanged", fs,
	   what);
	puppet_end(&a);
}

static void begin(void)
{
	unify();
	guest();
}

static void test_uring(void)
{
	begin();
	one("io_uring write", ask(&a, do_uring_write, NAME_A));
	begin();
	one("io_uring fallocate", ask(&a, do_uring_fallocate, NAME_A));
	begin();
	one("io_uring ftruncate", ask(&a, do_uring_truncate, NAME_A));
	begin();
	ok_errno(ask(&a, do_uring_refused, NAME_A), EBADF,
		 "%s: io_uring, read-only", fs);
	none("io_uring, read-only");
}

static void test_extents(void)
{
	long ret;

	begin();
	ret = ask(&a, do_clone, NAME_A, NAME_B);
	if (ret == -1 && errno == EOPNOTSUPP)
		ret = 0;	/* the descriptor was a copy all the same */
	one("FICLONE", ret);
	begin();
	ok(ask(&a, do_dedupe, NAME_A, FS_DIR "/d/other") <= 0,
	   "%s: FIDEDUPERANGE", fs);
	none("FIDEDUPERANGE");
	begin();
	ok(ask(&a, do_dedupe, FS_DIR "/d/other", NAME_A) <= 0,
	   "%s: FIDEDUPERANGE from it", fs);
	none("FIDEDUPERANGE from it");
}

/* --- overlay --- */

static long do_change(long path, long b, long c)
{
	int fd = open((char *)path, O_RDWR);

	(void)b, (void)c;
	return fd < 0 || pwrite(fd, "!", 1, 0) != 1 ? -1 : close(fd);
}

static bool changed(const char *path)
{
	char byte = 0;
	int fd = open(path, O_RDONLY | O_NOATIME);
	struct stat st;
	bool is = fd >= 0 && pread(fd, &byte, 1, 0) == 1 && byte == '!' &&
		!fstat(fd, &st) && st.st_size == 2 * HOLE &&
		st.st_uid == 1000 && (st.st_mode & 0777) == 0755;

	close(fd);
	return is;
}

static void overlay(const char *options)
{
	mkdir(LAYER, 0755);
	must(mount("none", LAYER, "overlay", 0, options));
}

static void test_lower(void)
{
	begin();
	mkdir("/mnt/images/u", 0755);
	mkdir("/mnt/images/w", 0755);
	overlay("lowerdir=" FS_DIR ",upperdir=/mnt/images/u,"
		"workdir=/mnt/images/w");
	puppet_end(&a);
	guest();
	is(ask(&a, do_change, LAYER "/d/a"), 0, "%s: V44 a lower file", fs);
	ok(changed(LAYER "/d/a"), "%s: V44 changed", fs);
	ok(changed("/mnt/images/u/d/a"), "%s: V44 in the upper layer", fs);
	ok(getxattr("/mnt/images/u/d/a", IATTR_NAME, NULL, 0) == -1,
	   "%s: V44 an ordinary file there", fs);
	ok(is_original(LAYER "/d/b"), "%s: V44 the other name", fs);
	must(umount(LAYER));
	none("V44 lower layer");
	must(fs_run("rm -rf /mnt/images/u /mnt/images/w") ? -1 : 0);
}

static void test_upper(void)
{
	unify();
	must(mkdir(FS_DIR "/l", 0755));
	must(mkdir(FS_DIR "/w", 0755));
	must(mkdir(FS_DIR "/u", 0755));
	must(rename(FS_DIR "/d", FS_DIR "/u/d"));
	overlay("lowerdir=" FS_DIR "/l,upperdir=" FS_DIR "/u,workdir=" FS_DIR
		"/w");
	guest();
	ok_call(ask(&a, do_change, LAYER "/d/a"), "%s: an upper file", fs);
	ok(changed(LAYER "/d/a"), "%s: upper: changed", fs);
	ok(is_original(LAYER "/d/b"), "%s: upper: the other name", fs);
	puppet_end(&a);
	must(umount(LAYER));
	must(rename(FS_DIR "/u/d", FS_DIR "/d"));
	ok(changed(NAME_A), "%s: upper: where it is kept", fs);
	is(iattr_flags(NAME_A), VIATTR_TAG, "%s: upper: a copy", fs);
	is(iattr_flags(NAME_B), COW_FLAGS, "%s: upper: of what it was", fs);
	ok(is_original(NAME_B), "%s: upper: the original", fs);
	is(strays(), 0, "%s: upper: nothing is left", fs);
	must(fs_run("rm -rf " FS_DIR "/l " FS_DIR "/u " FS_DIR "/w") ? -1 : 0);
}

/* --- users with other numbers --- */

/* A user namespace in which ids are larger by 100000. */
static int shifted(void)
{
	char path[64];
	int pipes[2], fd;
	pid_t pid;

	must(pipe(pipes));
	pid = must(fork());
	if (!pid) {
		char byte;

		close(pipes[1]);
		if (unshare(CLONE_NEWUSER))
			_exit(1);
		_exit(read(pipes[0], &byte, 1) < 0);
	}
	close(pipes[0]);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	/* not until it has one of its own */
	must(eventually(!spit(path, "0 100000 65536")) ? 0 : -1);
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	must(spit(path, "0 100000 65536"));
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = must(open(path, O_RDONLY));
	close(pipes[1]);
	reap(pid);
	return fd;
}

static void test_idmap(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	struct stat st;
	int tree;

	unify();
	mkdir(LAYER, 0755);
	attr.userns_fd = shifted();
	tree = must(syscall(SYS_open_tree, AT_FDCWD, FS_DIR, OPEN_TREE_CLONE));
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr,
		    sizeof(attr))) {
		skip("no idmapped mounts", "%s: idmapped", fs);
		return;
	}
	must(syscall(SYS_move_mount, tree, "", AT_FDCWD, LAYER,
		     MOVE_MOUNT_F_EMPTY_PATH));
	close(tree);
	must(stat(LAYER "/d/a", &st));
	is(st.st_uid, 101000, "%s: idmapped: the owner looks like that", fs);
	guest();
	is(ask(&a, do_change, LAYER "/d/a"), 0, "%s: idmapped: changed", fs);
	must(stat(LAYER "/d/a", &st));
	ok(st.st_uid == 101000 && st.st_gid == 101001,
	   "%s: idmapped: the same owner", fs);
	ok(changed(NAME_A), "%s: idmapped: and below", fs);
	must(umount(LAYER));
	one("idmapped", 0);
}

/* In a user namespace of a guest that may have some. */
static long do_userns(long b, long c, long d)
{
	(void)b, (void)c, (void)d;
	return unshare(CLONE_NEWUSER);
}

static long do_map(long pid, long b, long c)
{
	char path[64];

	(void)b, (void)c;
	snprintf(path, sizeof(path), "/proc/%ld/uid_map", pid);
	if (spit(path, "0 0 65536"))
		return -1;
	snprintf(path, sizeof(path), "/proc/%ld/gid_map", pid);
	return spit(path, "0 0 65536");
}

static void test_userns(void)
{
	struct vcmd_bcaps all = { ALL_CAPS, ALL_CAPS };
	struct puppet member;

	begin();
	must(vs_set_umask(XID_A, CLONE_NEWUSER, CLONE_NEWUSER));
	must(vs_native(VCMD_set_nested_bcaps, XID_A, &all));
	member = puppet_member(XID_A, 0);
	must(ask(&member, do_userns));
	must(ask(&a, do_map, member.pid));
	is(ask(&member, do_change, NAME_A), 0, "%s: user namespace: changed",
	   fs);
	ok(changed(NAME_A), "%s: user namespace: in a copy", fs);
	puppet_end(&member);
	one("user namespace", 0);
}

static void on_one_type(void)
{
	fs_make(type);
	must(mkdir(FS_DIR "/d", 0755));
	run(fs, test_extents);
	if (!strcmp(fs, "ext4")) {
		run(fs, test_uring);
		run(fs, test_lower);
		run(fs, test_upper);
		run(fs, test_idmap);
		run(fs, test_userns);
	}
	fs_end(type);
}

int main(void)
{
	static const char *const types[] = { "ext4", "btrfs" };
	unsigned int i;

	fs_begin();
	for (i = 0; i < ARRAY_SIZE(types); i++)
		for (type = 0; type < FS_TYPES; type++) {
			fs = fs_types[type].name;
			if (!strcmp(fs, types[i]) && fs_usable(type))
				on_one_type();
		}
	return ktap_exit();
}
