// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the sweep behind the rows X2 and X25 of the attack tables: the host
 * mounts each file system that needs no device, binds all of them into a
 * guest's tree, and the guest tries all that it can do to each file there.
 * pseudo.list says what kind of file system a type is; a type that a later
 * kernel adds fails by its name.
 */
#include "attack.h"

#include <sys/xattr.h>

#define WORLD	"/tmp/sweep"
#define TREE	"/tmp/x_tree"	/* the same, bound */

static struct puppet a;

enum kind { CLOSED, PSEUDO, SYSFS, CGROUP2, NORMAL, PROC, KINDS };

static const char *const kinds[] = {
	"closed", "pseudo", "sysfs", "cgroup2", "normal", "proc",
};

/* What the host has found, for the guest to try. */
enum { MAX_FILES = 30000 };

static struct file {
	enum kind kind;
	mode_t mode;
	bool others_walk;	/* all directories above have x for others */
	char name[168];
} *files;
static int *nr_files;

static struct {
	char type[24];
	enum kind kind;
} types[64];
static int nr_types;

static void read_list(void)
{
	FILE *f = fopen("/vm/tests/pseudo.list", "r");
	char line[256], kind[16];
	int i;

	must(f ? 0 : -1);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		must(nr_types < 64 && sscanf(line, "%23s %15s",
		     types[nr_types].type, kind) == 2 ? 0 : -1);
		for (i = 0; i < KINDS && strcmp(kind, kinds[i]); i++)
			;
		must(i < KINDS ? 0 : -1);
		types[nr_types++].kind = i;
	}
	fclose(f);
}

static int kind_of(const char *type)
{
	int i;

	for (i = 0; i < nr_types; i++)
		if (!strcmp(types[i].type, type))
			return types[i].kind;
	return -1;
}

static long do_open(long name, long flags, long dir)
{
	int fd = openat(dir ? dir : AT_FDCWD, (char *)name,
			flags | O_NONBLOCK | O_NOCTTY, 0600);

	return fd < 0 ? -1 : close(fd);
}

/* --- the sweep --- */

static void collect(enum kind kind, const char *dir, int depth, bool walk)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	if (!d)
		return;
	if (!fstat(dirfd(d), &st))
		walk = walk && (st.st_mode & 1);
	while ((e = readdir(d))) {
		struct file *f = &files[*nr_files];

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    *nr_files == MAX_FILES ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    S_ISLNK(st.st_mode) ||
		    snprintf(f->name, sizeof(f->name), "%s/%s", dir,
			     e->d_name) >= (int)sizeof(f->name))
			continue;
		f->kind = kind;
		f->mode = st.st_mode;
		f->others_walk = walk;
		++*nr_files;
		if (S_ISDIR(st.st_mode) && depth < 7)
			collect(kind, f->name, depth + 1, walk);
	}
	closedir(d);
}

static bool below(const char *name, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(name, dir, len) && (!name[len] || name[len] == '/');
}

/* Where reading may succeed in sysfs; network devices may be anywhere. */
static bool shown_in_sysfs(const char *name)
{
	static const char *const dirs[] = {
		"class/net", "devices/system/cpu", "devices/system/node",
		"fs/cgroup", "kernel/mm/transparent_hugepage",
	};
	unsigned int i;

	name += strlen(TREE "/sysfs/");
	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (below(name, dirs[i]))
			return true;
	return below(name, "devices") && strstr(name, "/net/");
}

static bool may_read(const struct file *f)
{
	bool others = f->others_walk && (f->mode & 4);

	switch (f->kind) {
	case CLOSED:
	case CGROUP2:
		return false;
	case SYSFS:
		return others && shown_in_sysfs(f->name);
	case PSEUDO:
		return others;
	default:
		return true;
	}
}

static bool may_write(const struct file *f)
{
	if (f->kind == PSEUDO && !S_ISREG(f->mode) && !S_ISDIR(f->mode))
		return f->others_walk && (f->mode & 2);
	return f->kind == NORMAL;
}

/* Per kind: what succeeded. */
struct tally {
	int files, read, written, changed;
	int bad;
	char first[8][224];
};

static struct tally *tally;

static void violation(struct tally *t, const char *what, const struct file *f)
{
	if (t->bad < 8)
		snprintf(t->first[t->bad], sizeof(t->first[0]), "%s %s, mode %o",
			 what, f->name, f->mode);
	t->bad++;
}

/* Everything that would change the file; nothing of it may succeed. */
static bool can_change(const struct file *f)
{
	char name[256];

	if (!chmod(f->name, f->mode & 07777) || !chown(f->name, 0, 0) ||
	    !utimensat(AT_FDCWD, f->name, NULL, 0) ||
	    !setxattr(f->name, "security.x", "y", 1, 0) ||
	    !setxattr(f->name, "user.x", "y", 1, 0))
		return true;
	if (S_ISDIR(f->mode)) {
		snprintf(name, sizeof(name), "%s/x_pseudo", f->name);
		return !mkdir(name, 0700) || !mknod(name, S_IFREG, 0) ||
			!symlink("x", name) || !rmdir(f->name) ||
			do_open((long)name, O_WRONLY | O_CREAT, 0) == 0;
	}
	snprintf(name, sizeof(name), "%s.x", f->name);
	return !rename(f->name, name) || !link(f->name, name) ||
		!unlink(f->name);
}

static long do_sweep(long harmless, long step, long z)
{
	int i;

	(void)z;
	for (i = 0; i < *nr_files; i += step) {
		const struct file *f = &files[i];
		struct tally *t = &tally[f->kind];
		bool r, w;

		t->files++;
		if (S_ISCHR(f->mode) || S_ISBLK(f->mode)) {
			/* what a driver says when it is asked is not ours */
			r = access(f->name, R_OK) == 0;
			w = access(f->name, W_OK) == 0;
		} else {
			r = do_open((long)f->name, O_RDONLY, 0) == 0;
			if (!r && errno != EACCES && errno != ENOENT &&
			    errno != EPERM)
				r = may_read(f);
			w = do_open((long)f->name, O_WRONLY, 0) == 0;
		}
		t->read += r;
		t->written += w;
		if (r != may_read(f))
			violation(t, r ? "reads" : "cannot read", f);
		if (w && !may_write(f))
			violation(t, "writes", f);
		if (!harmless && f->kind != NORMAL && can_change(f)) {
			t->changed++;
			violation(t, "changes", f);
		}
	}
	return 0;
}

static bool mount_type(const char *type)
{
	char dir[128];

	snprintf(dir, sizeof(dir), WORLD "/%s", type);
	mkdir(dir, 0755);
	return !mount("none", dir, type, 0, !strcmp(type, "cgroup") ?
		      "none,name=x_pseudo" : NULL);
}

static void mount_all(void)
{
	FILE *f = fopen("/proc/filesystems", "r");
	char line[128], type[64];

	mkdir(WORLD, 0755);
	must(mount("none", WORLD, "tmpfs", 0, NULL));
	while (fgets(line, sizeof(line), f)) {
		int kind;

		if (sscanf(line, "nodev %63s", type) != 1)
			continue;
		kind = kind_of(type);
		if (kind < 0 && !mount_type(type))
			continue;	/* never in anybody's tree */
		ok(kind >= 0, "%s: is in pseudo.list", type);
		if (kind >= 0 && kind != PROC)
			mount_type(type);
	}
	fclose(f);
	mkdir(WORLD "/cgroup2/x_pseudo", 0755);
	mkdir(TREE, 0755);
	must(mount(WORLD, TREE, NULL, MS_BIND | MS_REC, NULL));
}

static void sweep(void)
{
	bool harmless = vanilla();
	DIR *d;
	struct dirent *e;
	int i, j;

	files = puppet_shared(MAX_FILES * sizeof(*files));
	nr_files = puppet_shared(sizeof(*nr_files));
	tally = puppet_shared(KINDS * sizeof(*tally));
	mount_all();
	d = opendir(TREE);
	while ((e = readdir(d))) {
		char dir[320];
		int kind = kind_of(e->d_name);

		/* everything but the devices themselves on vanilla */
		if (kind < 0 || (vanilla() && kind == PSEUDO))
			continue;
		snprintf(dir, sizeof(dir), TREE "/%s", e->d_name);
		collect(kind, dir, 0, true);
	}
	closedir(d);
	ok(*nr_files > 500 && *nr_files < MAX_FILES, "%d files", *nr_files);

	a = attack_guest(XID_A);
	/* sysfs has thousands of a kind: a slow machine tries some of them */
	must(ask(&a, do_sweep, harmless, ktap_slowness() > 1 ? 7 : 1));
	for (i = 0; i < KINDS; i++) {
		if (i == PROC || !tally[i].files)
			continue;
		diag("%s: %d files, %d read, %d written, %d changed", kinds[i],
		     tally[i].files, tally[i].read, tally[i].written,
		     tally[i].changed);
		if (vanilla() && i != NORMAL) {
			ok(tally[i].bad, "G1 %s: it is real", kinds[i]);
			continue;
		}
		for (j = 0; j < tally[i].bad && j < 8; j++)
			diag("%s", tally[i].first[j]);
		is(tally[i].bad, 0, "G1 %s", kinds[i]);
	}
	umount2(TREE, MNT_DETACH);
	umount2(WORLD, MNT_DETACH);
}

int main(void)
{
	read_list();
	attack_run_wide("sweep", sweep);
	return ktap_exit();
}
