// SPDX-License-Identifier: GPL-2.0
/*
 * Owns power cuts while links of unified files break. A device remembers what
 * is written; the file system is then looked at as it is after a cut at a random
 * time: it is clean, a name has the content that it had before or that of the
 * copy, and nothing in between.
 *
 * The argument is the number of cuts on ext4, of which the others get half; a
 * run of all tests makes a few. With many, run the program by itself in the
 * machine, as root.
 */
#define KTAP_TIMEOUT	3600
#include "cow.h"
#include "nbd.h"

#define FILES	16
#define SIZE	(70 * 1024)	/* and some more for each */

static unsigned int cuts = 4;

static void name_of(char *name, const char *kind, int i)
{
	snprintf(name, 64, FS_DIR "/d/%s%d", kind, i);
}

static char byte_at(int file, int at)
{
	return 'a' + (at + at / 4096 + file) % 23;
}

static void write_file(const char *name, int file, bool sync)
{
	static char buf[2 * SIZE];
	int fd = must(open(name, O_RDWR | O_CREAT | O_EXCL, 0640));
	int i, size = SIZE + 1000 * file;

	for (i = 0; i < size; i++)
		buf[i] = byte_at(file, i);
	must(write(fd, buf, size) == size ? 0 : -1);
	if (sync) {
		must(fchown(fd, 1000 + file, 500));
		must(fsync(fd));
	}
	close(fd);
}

/* Is it whole, but for the first byte that its owner may have changed? */
static bool is_whole(const char *name, int file, bool may_differ)
{
	static char buf[2 * SIZE];
	int fd = open(name, O_RDONLY | O_NOATIME), i, size = SIZE + 1000 * file;
	bool whole;

	if (fd < 0)
		return false;
	whole = read(fd, buf, sizeof(buf)) == size;
	for (i = 1; whole && i < size; i++)
		whole = buf[i] == byte_at(file, i);
	close(fd);
	return whole && (buf[0] == byte_at(file, 0) ||
			 (may_differ && buf[0] == '!'));
}

static void prepare(void)
{
	char x[64], y[64];
	int i;

	must(mkdir(FS_DIR "/d", 0755));
	for (i = 0; i < FILES; i++) {
		name_of(x, "a", i);
		name_of(y, "b", i);
		write_file(x, i, true);
		must(link(x, y));
		must(iattr_set(x, IUNLINK, IUNLINK));
	}
	sync();
}

static long do_break(long i, long b, long c)
{
	char name[64];
	int fd;

	(void)b, (void)c;
	name_of(name, "a", i);
	fd = open(name, O_RDWR);
	if (fd < 0)
		return -1;
	if (i % 3 && pwrite(fd, "!", 1, 0) != 1)
		return -1;
	if (i % 2 && fsync(fd))
		return -1;
	return close(fd);
}

/* Among others who write, and do not care. */
static void break_all(void)
{
	char name[64];
	int i;

	guest();
	for (i = 0; i < FILES; i++) {
		name_of(name, "loose", i);
		write_file(name, i, false);
		must(ask(&a, do_break, i));
	}
	puppet_end(&a);
}

struct found {
	unsigned int shared, copies, left, loose;
};

static bool check_file(int i, struct found *found)
{
	char x[64], y[64];
	struct stat sx, sy;

	name_of(x, "a", i);
	name_of(y, "b", i);
	if (stat(x, &sx) || stat(y, &sy))
		return false;
	if (sx.st_ino == sy.st_ino)
		found->shared++;
	else
		found->copies++;
	return sx.st_uid == 1000U + i && sx.st_gid == 500 &&
		(sx.st_mode & 0777) == 0640 && is_whole(x, i, true) &&
		is_whole(y, i, false) && iattr_flags(y) == COW_FLAGS &&
		iattr_flags(x) == (sx.st_ino == sy.st_ino ? COW_FLAGS :
				   VIATTR_TAG);
}

/* A copy that has no name yet but one of its own: whole, or not there. */
static bool check_left(struct found *found)
{
	DIR *dir = opendir(FS_DIR "/d");
	struct dirent *d;
	bool good = dir;
	char path[300];

	while (dir && (d = readdir(dir))) {
		struct stat st;
		int i;

		if (strncmp(d->d_name, ".vs_cow.", 8))
			continue;
		found->left++;
		snprintf(path, sizeof(path), FS_DIR "/d/%s", d->d_name);
		if (stat(path, &st))
			return false;
		i = st.st_uid - 1000;
		good &= i >= 0 && i < FILES && is_whole(path, i, false);
	}
	if (dir)
		closedir(dir);
	return good;
}

static void check(unsigned int cut, struct found *found)
{
	bool good = true;
	char name[64];
	int i;

	for (i = 0; i < FILES; i++) {
		if (!check_file(i, found)) {
			diag("%s: cut %u: file %d is neither", fs, cut, i);
			good = false;
		}
		name_of(name, "loose", i);
		if (!access(name, F_OK) && !is_whole(name, i, false))
			found->loose++;
	}
	good &= check_left(found);
	ok(good, "%s: cut after %u writes: old or new", fs, cut);
}

static void test_cuts(void)
{
	const struct fs_type *t = &fs_types[type];
	unsigned int seed = 4711, first, last, i, n, cut;
	struct found found = { 0, 0, 0, 0 };
	char command[128], *rest;

	fs_begin();
	nbd_start(t->mib);
	/* the same commands, with the device in the place of the image */
	rest = strstr(t->make, FS_IMAGE);
	snprintf(command, sizeof(command), "%.*s%s", (int)(rest - t->make),
		 t->make, nbd_device);
	must(fs_run(command) ? -1 : 0);
	must(mount(nbd_device, FS_DIR, fs, 0, NULL));
	prepare();
	first = nbd_now();
	break_all();
	last = nbd_now();
	fs_umount();
	nbd_stop();
	diag("%s: %u writes, %u MiB", fs, last - first,
	     (unsigned int)(nbd_log->data >> 20));
	ok(last > first + 10, "%s: copies are written", fs);

	/* what takes longer to look at, less often */
	n = type == 1 ? cuts : (cuts + 1) / 2;
	for (i = 0; i < n; i++) {
		cut = first + rand_r(&seed) % (last - first + 1);
		nbd_cut(FS_IMAGE, t->mib, cut, rand_r(&seed));
		fs_mount(type);
		check(cut, &found);
		fs_end(type);
	}
	diag("%s: %u names with the old file, %u copies, %u left over, "
	     "%u files in part that nobody synced", fs, found.shared,
	     found.copies, found.left, found.loose);
	ok(found.shared && found.copies, "%s: cuts in between", fs);
	/* btrfs has no name for such a file */
	ok(found.loose || !strcmp(fs, "btrfs"),
	   "%s: what is not synced does get lost", fs);
	nbd_forget();
	must(umount("/mnt/images"));
}

int main(int argc, char **argv)
{
	static const char *const types[] = { "ext4", "xfs", "btrfs" };
	unsigned int i;

	if (argc > 1)
		cuts = atoi(argv[1]);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		for (type = 0; type < FS_TYPES; type++) {
			fs = fs_types[type].name;
			if (!strcmp(fs, types[i]) && fs_usable(type))
				run(fs, test_cuts);
		}
	return ktap_exit();
}
