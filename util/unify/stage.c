// SPDX-License-Identifier: GPL-2.0
/*
 * Replacing names of guests by others, so that there is no moment without
 * them, nothing that a guest writes meanwhile gets lost, and nothing remains
 * of a run that ends in the middle.
 *
 * New names are made in a directory that guests do not reach, and change
 * places with the old ones.  What comes out is looked at: if it is not what
 * was expected, the guest was faster, and both change places again.
 *
 * Each file that is made immutable for a comparison gets a second name there
 * before.  Whoever finds such names later knows what to make of the file: if
 * it has no more than one other name, it never became a shared one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "unify.h"

#define STAGE		".unify"
#define NEW		"new"
#define LEFT		"left."

/* As in linux/fs.h, which does not agree with all C libraries. */
#define RENAME_NOREPLACE_	1
#define RENAME_EXCHANGE_	2
#define SYS_CACHESTAT		451

/* How often a guest may be faster. */
#define ATTEMPTS	100

static unsigned int count_names(int dir, ino_t ino)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	unsigned int n = 0;
	struct dirent *e;

	while (d && (e = readdir(d)))
		n += e->d_ino == ino;
	if (d)
		closedir(d);
	return n;
}

/*
 * A file with no more than one name elsewhere is no shared one.  No other
 * program of this kind is at work, see stage_open().
 */
static void thaw_if_single(int dir, const struct file *f)
{
	struct stat st;

	if (!fstat(f->fd, &st) &&
	    st.st_nlink <= count_names(dir, st.st_ino) + 1)
		file_thaw(f);
}

/* Something of a guest that has no other name waits for a human being. */
static void set_aside(int dir)
{
	static unsigned int count;
	char name[64];

	snprintf(name, sizeof(name), LEFT "%ld.%d.%u", (long)time(NULL),
		 (int)getpid(), count++);
	if (renameat(dir, NEW, dir, name))
		msg_die(1, "%s/%s: %s", STAGE, NEW, strerror(errno));
	msg_warn("%s/%s is from a guest that moved files meanwhile: put it "
		 "back or remove it", STAGE, name);
}

/* A name that was left by a run that was killed. */
static void repair_one(int dir, const char *name)
{
	struct file f;

	if (file_open(dir, name, &f) == LINKED && *name == 'f' && f.frozen) {
		tell(1, "repairing", name, "an earlier run was interrupted");
		thaw_if_single(dir, &f);
	}
	file_close(&f);
	if (unlinkat(dir, name, 0) && unlinkat(dir, name, AT_REMOVEDIR))
		msg_warn("%s/%s: %s: remove it", STAGE, name,
			 strerror(errno));
}

static void repair(int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	struct stat st;

	if (!d)
		msg_die(1, "%s: %s", STAGE, strerror(errno));
	/* Files that were looked at have one more name here. */
	if (!fstatat(dir, NEW, &st, AT_SYMLINK_NOFOLLOW) && st.st_nlink == 1)
		set_aside(dir);
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    strncmp(e->d_name, LEFT, strlen(LEFT)))
			repair_one(dir, e->d_name);
	closedir(d);
}

/*
 * One at a time on the host: what one program has made immutable for a
 * comparison another one would take for a shared file.
 */
void stage_lock(void)
{
	static const char path[] = RUNDIR ".unify";
	const struct timespec moment = { 0, 100 * 1000 * 1000 };
	static int fd = -1;

	if (fd >= 0)
		return;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		msg_die(1, "%s: %s", path, strerror(errno));
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return;
	if (isatty(STDERR_FILENO))
		msg_warn("waiting for another program that unifies");
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK || stopped())
			msg_die(1, "%s: %s", path, strerror(errno));
		nanosleep(&moment, NULL);
	}
}

void stage_open(struct stage *s, int parent, const char *path)
{
	struct stat st;

	s->fd = -1;
	if (s->dry_run)
		return;
	if (vc_get_version() < 0)
		msg_die(1, "%s", vc_strerror(errno));
	stage_lock();
	if (mkdirat(parent, STAGE, 0700) && errno != EEXIST)
		msg_die(1, "%s/%s: %s", path, STAGE, strerror(errno));
	s->fd = openat(parent, STAGE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		       O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st))
		msg_die(1, "%s/%s: %s", path, STAGE, strerror(errno));
	if (st.st_uid != geteuid() || st.st_mode & 077)
		msg_die(1, "%s/%s: others may use it: remove it", path, STAGE);
	repair(s->fd);
	/* Less to wait for later, see make_durable(). */
	syncfs(s->fd);
}

void stage_close(struct stage *s)
{
	if (s->fd >= 0)
		close(s->fd);
}

static void slot_name(char slot, const struct file *f, char name[4])
{
	/* "k": was immutable before, and is to be kept so. */
	name[0] = f->frozen ? 'k' : 'f';
	name[1] = slot;
	name[2] = '\0';
}

static int link_to(const struct file *f, int dir, const char *name)
{
	return linkat(f->fd, "", dir, name, AT_EMPTY_PATH);
}

enum outcome stage_freeze(struct stage *s, const struct file *f, char slot)
{
	char name[4];

	slot_name(slot, f, name);
	if (link_to(f, s->fd, name))
		return errno == EMLINK ? TOO_MANY : errno == ENOENT ? GONE :
			errno == EXDEV ? OTHER_DEVICE :
			errno == EPERM ? IMMUTABLE : FAILED;
	return file_freeze(f);
}

void stage_release(struct stage *s, const struct file *f, char slot, bool keep)
{
	struct stat st;
	char name[4];

	slot_name(slot, f, name);
	if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return;
	/* With this name as the last one it goes anyway. */
	if (!f->frozen && !keep && st.st_nlink > 1)
		thaw_if_single(s->fd, f);
	unlinkat(s->fd, name, 0);
}

static int renameat2_(int dir, const char *name, int other,
		      const char *other_name, unsigned int flags)
{
	return (int)syscall(SYS_renameat2, dir, name, other, other_name,
			    flags);
}

static bool is_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * Put back what has come out, which is newer than what we have looked at.
 * @there is what we have put there; if something else comes out now, that is
 * newer again.
 */
static enum outcome put_back(struct stage *s, int dir, const char *name,
			     struct stat there, struct stat out)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		struct stat now;

		/* The guest may have removed, or moved, what it found. */
		if (!renameat2_(s->fd, NEW, dir, name, RENAME_NOREPLACE_))
			return CHANGED;
		if (renameat2_(s->fd, NEW, dir, name, RENAME_EXCHANGE_)) {
			if (errno == ENOENT)
				continue;
			return FAILED;
		}
		if (fstatat(s->fd, NEW, &now, AT_SYMLINK_NOFOLLOW))
			return FAILED;
		if (is_inode(&now, &there))
			return CHANGED;
		there = out;
		out = now;
	}
	errno = ELOOP;
	return FAILED;
}

/* Let NEW and @name change places, if @name is @old. */
static enum outcome put_in_place(struct stage *s, int dir, const char *name,
				 const struct stat *new,
				 const struct stat *old)
{
	struct stat out;

	/* Seldom worth the attempt; see what put_back() has to do. */
	if (fstatat(dir, name, &out, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? GONE : FAILED;
	if (!is_inode(&out, old))
		return CHANGED;
	if (renameat2_(s->fd, NEW, dir, name, RENAME_EXCHANGE_))
		return errno == ENOENT ? GONE : errno == EXDEV ? OTHER_DEVICE :
			errno == EINVAL ? UNSUPPORTED : FAILED;
	if (fstatat(s->fd, NEW, &out, AT_SYMLINK_NOFOLLOW))
		return FAILED;
	if (is_inode(&out, old))
		return LINKED;
	return put_back(s, dir, name, *new, out);
}

/* What came out must not be lost when it could not be put back. */
static void remove_new(struct stage *s, bool failed)
{
	struct stat st;

	if (fstatat(s->fd, NEW, &st, AT_SYMLINK_NOFOLLOW))
		return;
	if (!(failed && st.st_nlink == 1) &&
	    (!unlinkat(s->fd, NEW, 0) || !unlinkat(s->fd, NEW, AT_REMOVEDIR)))
		return;
	set_aside(s->fd);
}

enum outcome stage_replace(struct stage *s, const struct file *new, int dir,
			   const char *name, const struct file *old)
{
	enum outcome ret;

	if (link_to(new, s->fd, NEW))
		return errno == EMLINK ? TOO_MANY :
			errno == EXDEV ? OTHER_DEVICE : FAILED;
	ret = put_in_place(s, dir, name, &new->st, &old->st);
	remove_new(s, ret == FAILED);
	return ret;
}

/*
 * A name for content that is not on the disk must not get there before, or a
 * power cut could take the content of two guests.  What has been written out
 * is safe, as file systems keep the order of their own changes.
 */
static bool make_durable(const struct file *f)
{
	struct { uint64_t offset, len; } range = { 0, 0 };
	struct {
		uint64_t cached, dirty, writeback, evicted, recently;
	} pages = { 0, 0, 0, 0, 0 };

	if (!syscall(SYS_CACHESTAT, f->fd, &range, &pages, 0) &&
	    !pages.dirty && !pages.writeback)
		return true;
	return !fdatasync(f->fd);
}

/* Nobody can change the files any more, so what counts is what they are now. */
enum outcome stage_unify_frozen(struct stage *s, struct file *ref, int dir,
				const char *name, struct file *f, bool mtime)
{
	if (fstat(ref->fd, &ref->st) || fstat(f->fd, &f->st))
		return FAILED;
	if (!file_looks_same(ref, f, mtime) || !file_is_same(ref, f))
		return DIFFERENT;
	if (!s->trusted && file_is_privileged(ref))
		return PRIVILEGED;
	if (s->dry_run)
		return LINKED;
	if (!make_durable(ref))
		return FAILED;
	return stage_replace(s, ref, dir, name, f);
}

enum outcome stage_unify(struct stage *s, const struct file *ref, int dir,
			 const char *name, const struct file *f, bool mtime)
{
	struct file r = *ref, g = *f;
	enum outcome ret;

	if (r.st.st_dev != g.st.st_dev)
		return OTHER_DEVICE;
	if (r.st.st_ino == g.st.st_ino) {
		/* Two guests must never share a file that one can change. */
		if (!r.frozen && !s->dry_run)
			ret = file_freeze(&r);
		else
			ret = LINKED;
		return ret == LINKED ? ALREADY : ret;
	}
	if (!file_looks_same(&r, &g, mtime))
		return DIFFERENT;
	if (s->dry_run)
		return stage_unify_frozen(s, &r, dir, name, &g, mtime);
	ret = stage_freeze(s, &r, 'r');
	if (ret == LINKED)
		ret = stage_freeze(s, &g, 'g');
	if (ret == LINKED)
		ret = stage_unify_frozen(s, &r, dir, name, &g, mtime);
	stage_release(s, &g, 'g', false);
	stage_release(s, &r, 'r', ret == LINKED);
	return ret;
}

enum outcome stage_copy(struct stage *s, int dir, const char *name,
			const struct file *old)
{
	struct file copy = { .fd = -1 };
	enum outcome ret = FAILED;

	if (s->dry_run)
		return COPIED;
	copy.fd = openat(s->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (copy.fd >= 0 && !copy_file(old, copy.fd) && !fsync(copy.fd) &&
	    !fstat(copy.fd, &copy.st))
		ret = stage_replace(s, &copy, dir, name, old);
	file_close(&copy);
	return ret == LINKED ? COPIED : ret;
}
