// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows V39 and V40 of the attack tables: many write to unified files
 * at a time, while names come and go. Nobody ever writes to a file that others
 * have, and the file system is clean afterwards.
 */
#include "cow.h"

#define WRITERS	12

static long seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* --- V39: all of them open one name --- */

static long do_record(long go, long number, long c)
{
	char byte, record[16];
	int fd;

	(void)c;
	snprintf(record, sizeof(record), "record %02ld....\n", number);
	if (read(go, &byte, 1) < 0)
		return -1;
	fd = open(NAME_A, O_RDWR | O_APPEND);
	return fd < 0 || write(fd, record, 14) != 14 ? -1 : close(fd);
}

static void test_writers(void)
{
	struct stat st, old;
	pid_t pids[WRITERS];
	int go[2], i, failed = 0;

	unify();
	must(stat(NAME_B, &old));
	must(pipe(go));
	for (i = 0; i < WRITERS; i++) {
		pids[i] = must(fork());
		if (pids[i])
			continue;
		close(go[1]);
		if (i % 2)
			must(vs_migrate(XID_A, 0));
		_exit(do_record(go[0], i, 0) ? errno : 0);
	}
	close(go[0]);
	close(go[1]);	/* now */
	for (i = 0; i < WRITERS; i++) {
		int status = reap(pids[i]);

		if (status)
			diag("writer %d: %s", i, errname(status));
		failed += !!status;
	}
	is(failed, 0, "%s: V39 all have written", fs);
	must(stat(NAME_A, &st));
	ok(st.st_ino != old.st_ino, "%s: V39 a file of their own", fs);
	is(st.st_size, old.st_size + WRITERS * 14, "%s: V39 with all records",
	   fs);
	ok(is_original(NAME_B), "%s: V39 the other name", fs);
	is(strays(), 0, "%s: V39 nothing is left", fs);
}

/* --- V40: while the host makes new ones --- */

static bool stopped(const int *stop)
{
	return __atomic_load_n(stop, __ATOMIC_RELAXED);
}

/* Writes and tells of an error that nobody has to expect. */
static void write_on(int way, const int *stop)
{
	while (!stopped(stop)) {
		int fd = way == 0 ? open(NAME_A, O_RDWR) :
			way == 1 ? open(NAME_A, O_WRONLY | O_TRUNC) :
			open(NAME_A, O_WRONLY | O_APPEND);

		/* ETXTBSY: it is about to become unified */
		if (fd < 0 && errno != ENOENT && errno != ESTALE &&
		    errno != ETXTBSY && errno != EPERM)
			_exit(errno);
		if (fd >= 0)
			(void)!write(fd, "spoilt", 6);
		close(fd);
	}
	_exit(0);
}

static void rename_on(const int *stop)
{
	while (!stopped(stop)) {
		rename(NAME_A, FS_DIR "/d/c");
		rename(FS_DIR "/d/c", NAME_A);
	}
	_exit(0);
}

/* The original under the name again, as unification does. */
static void unify_on(const int *stop)
{
	while (!stopped(stop)) {
		unlink(FS_DIR "/d/new");
		if (!link(NAME_B, FS_DIR "/d/new"))
			rename(FS_DIR "/d/new", NAME_A);
	}
	_exit(0);
}

static void test_names(void)
{
	int *stop = puppet_shared(sizeof(*stop)), i, bad = 0;
	long end = seconds() + 2;
	pid_t pids[6];

	unify();
	for (i = 0; i < 6; i++) {
		pids[i] = must(fork());
		if (pids[i])
			continue;
		if (i < 4)
			must(vs_migrate(XID_A, 0));
		if (i < 4)
			write_on(i % 3, stop);
		if (i == 4)
			rename_on(stop);
		unify_on(stop);
	}
	while (seconds() < end) {
		bad += !is_original(NAME_B);
		usleep(50000);
	}
	*stop = 1;
	for (i = 0; i < 6; i++) {
		int status = reap(pids[i]);

		if (status)
			diag("process %d: %s", i, errname(status));
		bad += !!status;
	}
	is(bad, 0, "%s: V40 the original is never touched", fs);
	ok(is_original(NAME_B), "%s: V40 in the end", fs);
	is(iattr_flags(NAME_B), COW_FLAGS, "%s: V40 unified", fs);
	is(strays(), 0, "%s: V40 nothing is left", fs);
	unlink(FS_DIR "/d/new");
	unlink(FS_DIR "/d/c");
}

static void keep_context(void)
{
	guest();
	must(vs_set_flags(XID_A, VXF_PERSISTENT, VXF_PERSISTENT));
}

static void writers(void)
{
	keep_context();
	test_writers();
}

static void names(void)
{
	keep_context();
	test_names();
}

int main(void)
{
	fs_begin();
	for (type = 0; type < FS_TYPES; type++) {
		fs = fs_types[type].name;
		if (!fs_usable(type))
			continue;
		fs_make(type);
		must(mkdir(FS_DIR "/d", 0755));
		run(fs, writers);
		run(fs, names);
		fs_end(type);
	}
	return ktap_exit();
}
