// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the limit of open files of a context: whatever is opened counts, to the
 * unit, for whoever opened it, until it is closed.
 */
#include "limit.h"
#include "puppet.h"

#include <sys/eventfd.h>

static struct puppet a;

static void start(void)
{
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
}

#define FILES	64

static int fds[FILES];

/* Opens up to N; how many there are, errno what stopped it. */
static long do_open(long n, long kind, long z)
{
	long i;

	(void)z;
	for (i = 0; i < n; i++) {
		switch (kind) {
		case 0:
			fds[i] = open("/dev/null", O_RDONLY);
			break;
		case 1:
			fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
			break;
		case 2:
			fds[i] = eventfd(0, 0);
			break;
		case 3:
			fds[i] = open("/", O_PATH);
			break;
		case 4:
			fds[i] = syscall(SYS_memfd_create, "m", 0);
			break;
		case 5:
			fds[i] = dup(0);
			break;
		}
		if (fds[i] < 0)
			break;
	}
	return i;
}

static long do_close(long n, long y, long z)
{
	(void)y, (void)z;
	while (n--)
		close(fds[n]);
	return 0;
}

static long do_send(long i, long y, long z)
{
	(void)y, (void)z;
	return do_send_fd(fds[i], 0, 0);
}

static long do_pipe(long x, long y, long z)
{
	int p[2];

	(void)x, (void)y, (void)z;
	if (pipe(p))
		return -1;
	close(p[0]);
	close(p[1]);
	return 0;
}

static void test_nofile(void)
{
	static const char *const kinds[] = {
		"files", "sockets", "eventfds", "path descriptors", "memfds",
	};
	struct puppet b;
	long base;
	int i, fd;

	puppet_channel();
	start();
	base = limit_used(XID_A, NOFILE);
	for (i = 0; i < (int)ARRAY_SIZE(kinds); i++) {
		is(ask(&a, do_open, 20, i), 20, "%s", kinds[i]);
		is(limit_used(XID_A, NOFILE), base + 20, "%s count", kinds[i]);
		ask(&a, do_close, 20);
		is(limit_used(XID_A, NOFILE), base, "%s: closed", kinds[i]);
	}
	is(ask(&a, do_open, 20, 5), 20, "duplicates");
	is(limit_used(XID_A, NOFILE), base, "they are one file");
	ask(&a, do_close, 20);
	is(limit_stat(XID_A, NOFILE).maximum, base + 20, "most");

	must(limit_max(XID_A, NOFILE, base + 10));
	is(ask(&a, do_open, FILES, 0), 10, "up to the limit");
	is(errno, ENFILE, "how it fails");
	is(limit_used(XID_A, NOFILE), base + 10, "in use");
	is(limit_hits(XID_A, NOFILE), 1, "a hit");
	ok_errno(ask(&a, do_pipe), ENFILE, "pipe, no file left");
	ask(&a, do_close, 1);
	ok_errno(ask(&a, do_pipe), ENFILE, "pipe, one left");
	is(limit_used(XID_A, NOFILE), base + 9, "it gave the one back");
	ask(&a, do_close, 2);

	/* What the host opens counts for nobody, wherever it goes. */
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	fd = must(open("/dev/zero", O_RDONLY));
	must(do_send_fd(fd, 0, 0));
	close(fd);
	must(ask(&a, do_receive_fd));
	is(limit_used(XID_A, NOFILE), base + 8, "a received file of the host");
	must(limit_max(XID_A, NOFILE, VLIM_INFINITY));
	ask(&a, do_close, 10);
	is(limit_used(XID_A, NOFILE), base, "closed");
	(void)b;
}

/* Whoever has a descriptor, the file counts for its opener. */
static void test_passed(void)
{
	struct puppet b;
	long base_a, base_b;
	int i, fd;

	puppet_channel();
	start();
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	base_a = limit_used(XID_A, NOFILE);
	base_b = limit_used(XID_B, NOFILE);
	must(limit_max(XID_A, NOFILE, base_a + 5));
	for (i = 0; i < 5; i++) {
		is(ask(&a, do_open, 1, 0), 1, "open");
		must(ask(&a, do_send, 0));
		if (i < 4)
			must(ask(&b, do_receive_fd));
		ask(&a, do_close, 1);
	}
	fd = must(do_receive_fd(0, 0, 0));
	is(limit_used(XID_A, NOFILE), base_a + 5, "they are the opener's");
	is(limit_used(XID_B, NOFILE), base_b, "not the receiver's");
	is(ask(&a, do_open, 1, 0), 0, "who cannot open more that way");
	puppet_end(&a);
	ok(eventually(!vs_exists(XID_A)), "the opener's context ends");
	puppet_end(&b);
	close(fd);
}

int main(void)
{
	run("nofile", test_nofile);
	run("passed", test_passed);
	return ktap_exit();
}
