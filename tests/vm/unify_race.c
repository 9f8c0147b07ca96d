// SPDX-License-Identifier: GPL-2.0
/*
 * Owns vunify and vhashify at work in the tree of a guest that does with its
 * files whatever it can, and those that are killed at any moment: nothing the guest writes
 * is lost, nothing outside of its tree changes, no file stays immutable that
 * is not shared, and the file system is clean.
 */
#include "unify.h"

#define FILES		24
#define SIZE		20000
#define OUTSIDE		FS_DIR "/outside"

/* What the guest has counted, for its master. */
struct tally {
	int stop;
	int rounds;
	int lost;		/* not what was written last */
	int late;		/* not at once */
	int failed;		/* a call that should not */
	int code;
};

static struct tally *tally;

static void fill(char *text, char letter)
{
	memset(text, letter, SIZE);
	text[SIZE] = 0;
}

/* As in the reference: letter, mode and time. */
static void make_numbered(const char *dir, int n, char letter)
{
	static char text[SIZE + 1];
	char name[16];

	snprintf(name, sizeof(name), "f%d", n);
	fill(text, letter);
	make_file(dir, name, text, 0644);
}

static char letter_of(int n)
{
	return 'a' + n;
}

static void numbered_trees(void)
{
	static const char *const dirs[] = { A, B };
	int i, n;

	for (i = 0; i < 2; i++) {
		must(mkdir(dirs[i], 0755));
		must(mkdir(i ? B "sub" : A "sub", 0755));
		for (n = 0; n < FILES; n++)
			make_numbered(dirs[i], n, letter_of(n));
	}
	must(mkdir(OUTSIDE, 0755));
	must(mkdir(FS_DIR "/.hash", 0700));
	make_numbered(OUTSIDE "/", 0, letter_of(0));
	must(spit(LIST, "/etc\n"));
}

/* Is it a file of one letter, and which? 0: no. */
static char content(const char *path)
{
	static char text[SIZE + 16];
	int fd = open(path, O_RDONLY), i;
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n != SIZE)
		return 0;
	for (i = 1; i < SIZE; i++)
		if (text[i] != text[0])
			return 0;
	return text[0];
}

static bool is_stopped(void)
{
	return __atomic_load_n(&tally->stop, __ATOMIC_RELAXED);
}

/*
 * For a moment, while a file becomes immutable, nobody may write to it, and
 * its name is not free.
 */
static bool is_moment(void)
{
	return errno == EPERM || errno == ETXTBSY || errno == ESTALE;
}

static int move(const char *from, const char *to)
{
	int ret;

	do
		ret = rename(from, to);
	while (ret && is_moment());
	return ret;
}

/* Write all of a file, in one of the ways there are. */
static int rewrite(const char *path, char letter, int way)
{
	struct timespec times[2] = { { 1000, 0 }, { 1000, 500 } };
	char text[SIZE + 1];
	const char *name = way == 1 ? B "new" : path;
	int fd;

	fill(text, letter);
	if (way == 2)
		unlink(path);
	do
		fd = open(name, O_WRONLY | O_CREAT | (way ? O_TRUNC : 0), 0644);
	while (fd < 0 && is_moment());
	if (fd < 0)
		return -1;
	if (write(fd, text, SIZE) != SIZE)
		return -1;
	futimens(fd, times);
	close(fd);
	return way == 1 ? move(name, path) : 0;
}

/* Something else in the place of a file, for a moment. */
static void disturb(const char *path, int n)
{
	switch (n % 5) {
	case 0:
		move(path, B "aside");
		move(B "aside", path);
		break;
	case 1:
		move(path, B "aside");
		(void)!symlink(OUTSIDE "/f0", path);
		move(B "aside", path);
		break;
	case 2:
		move(path, B "aside");
		mkfifo(path, 0644);
		move(B "aside", path);
		break;
	case 3:
		(void)!link(path, B "sub/other");
		unlink(B "sub/other");
		break;
	default:
		move(B "sub", B "sub2");
		(void)!symlink(OUTSIDE, B "sub");
		unlink(B "sub");
		move(B "sub2", B "sub");
		break;
	}
}

/* A guest that knows what it has written. */
static long do_live(long seed, long b, long c)
{
	unsigned int random = seed;
	char path[64], letter;
	int n;

	(void)b, (void)c;
	while (!is_stopped()) {
		n = rand_r(&random) % FILES;
		snprintf(path, sizeof(path), B "f%d", n);
		/* Mostly what the reference has. */
		letter = letter_of(n);
		if (rand_r(&random) % 4 == 0)
			letter = 'A' + rand_r(&random) % 26;
		if (rewrite(path, letter, rand_r(&random) % 3)) {
			tally->failed++;
			tally->code = errno;
		}
		if (rand_r(&random) % 2)
			disturb(path, rand_r(&random));
		/*
		 * Who replaces a name twice within microseconds may see what
		 * it was before, but only as long.
		 */
		if (content(path) != letter) {
			tally->late++;
			if (!eventually(content(path) == letter))
				tally->lost++;
		}
		tally->rounds++;
	}
	return 0;
}

static bool intact(void)
{
	char path[64];
	int n;

	for (n = 0; n < FILES; n++) {
		snprintf(path, sizeof(path), A "f%d", n);
		if (content(path) != letter_of(n))
			return false;
	}
	return content(OUTSIDE "/f0") == letter_of(0);
}

/*
 * Immutable files of the guest that have one name. Those of the reference may
 * have one again, when the guest has replaced the other.
 */
static int lonely(void)
{
	struct stat st;
	char path[64];
	int n, sum = 0;

	for (n = 0; n < FILES; n++) {
		snprintf(path, sizeof(path), B "f%d", n);
		if (!lstat(path, &st) && S_ISREG(st.st_mode) &&
		    st.st_nlink == 1 && iattr_flags(path) != VIATTR_TAG)
			sum++;
	}
	return sum;
}

static int shared(void)
{
	struct stat x, y;
	char a[64], b[64];
	int n, sum = 0;

	for (n = 0; n < FILES; n++) {
		snprintf(a, sizeof(a), A "f%d", n);
		snprintf(b, sizeof(b), B "f%d", n);
		sum += !lstat(a, &x) && !lstat(b, &y) && x.st_ino == y.st_ino;
	}
	return sum;
}

static pid_t start(bool through_store)
{
	pid_t pid = must(fork());

	if (pid)
		return pid;
	must(dup2(must(open("/tmp/output", O_WRONLY | O_CREAT | O_TRUNC, 0600)),
		  1));
	if (through_store)
		execlp("vhashify", "vhashify", "--manually", "-v",
		       "--destination", FS_DIR "/.hash", FS_DIR "/b", LIST, NULL);
	else
		execlp("vunify", "vunify", "--manually", "-v",
		       FS_DIR "/b", LIST, FS_DIR "/a", LIST, NULL);
	_exit(127);
}

/* --- a guest that is at work --- */

static void test_live(void)
{
	struct puppet_order order = { do_live, { type + 1 } };
	int i, runs = 0, bad = 0, linked = 0;
	struct puppet guest;

	numbered_trees();
	tally = puppet_shared(sizeof(*tally));
	guest = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(send(guest.fd, &order, sizeof(order), 0));
	/* Until something has happened, however slow the machine is. */
	for (i = 0; i < 2000 && (runs < 12 || linked < 20 ||
				 tally->rounds < 200); i++) {
		bad += reap(start(i % 3 == 2)) != 0;
		linked += shared();
		runs++;
	}
	__atomic_store_n(&tally->stop, 1, __ATOMIC_RELAXED);
	is(puppet_receive(&guest), 0, "%s: the guest has done its work", fs);
	puppet_end(&guest);
	diag("%s: %d runs, %d rounds of the guest (%d late), %d files shared",
	     fs, runs, tally->rounds, tally->late, linked);
	is(tally->lost, 0, "%s: it finds what it has written", fs);
	is(tally->failed, 0, "%s: and nothing fails (%s)", fs,
	   errname(tally->code));
	is(bad, 0, "%s: all runs end well", fs);
	if (bad)
		diag("%s", slurp("/tmp/output") ?: "");
	ok(linked > 0, "%s: files are shared", fs);
	ok(intact(), "%s: nothing else has changed", fs);
	is(reap(start(false)), 0, "%s: a last run", fs);
	is(lonely(), 0, "%s: all others can be written", fs);
	is(entries(FS_DIR "/.unify"), 0, "%s: nothing is left", fs);
}

/* --- a run that is killed --- */

static void test_kill(void)
{
	unsigned int random = 1;
	int i, n, killed = 0;
	char path[64];

	for (i = 0; i < 40 && killed < 15; i++) {
		pid_t pid;

		for (n = 0; n < FILES; n++) {
			snprintf(path, sizeof(path), B "f%d", n);
			unlink(path);
			make_numbered(B, n, n % 3 ? letter_of(n) : 'Z');
		}
		pid = start(i % 2);
		/* Any moment will do. */
		usleep(rand_r(&random) % 8000 * ktap_slowness());
		kill(pid, SIGKILL);
		killed += reap(pid) == 1000 + SIGKILL;
		for (n = 0; n < FILES; n++) {
			snprintf(path, sizeof(path), B "f%d", n);
			if (content(path) != (n % 3 ? letter_of(n) : 'Z'))
				break;
		}
		if (n < FILES || !intact())
			break;
	}
	diag("%s: %d runs were killed", fs, killed);
	ok(killed > 0, "%s: some runs are killed", fs);
	is(n, FILES, "%s: all files are as they were", fs);
	is(reap(start(false)), 0, "%s: the next run", fs);
	is(shared(), FILES - FILES / 3, "%s: does all of it", fs);
	is(lonely(), 0, "%s: all others can be written", fs);
	is(entries(FS_DIR "/.unify"), 0, "%s: nothing is left", fs);
	must(removed(OUTSIDE) ? -1 : 0);
	forget_trees();
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	fs_begin();
	for (type = 0; type < FS_TYPES; type++) {
		fs = fs_types[type].name;
		if (!fs_tested(type))
			continue;
		fs_make(type);
		run("a guest at work", test_live);
		run("a run that is killed", test_kill);
		fs_end(type);
	}
	return ktap_exit();
}
