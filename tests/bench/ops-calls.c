// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the operations of one process on its own: short calls, files, paths,
 * memory, capabilities.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "bench.h"

#define PAGE		4096
#define PAGES		16
#define DEPTH		100

static int fd = -1;
static struct stat st;
static char deep[2 * DEPTH + 2];

/* Tells the report whether instructions are what is counted. */
static unsigned int run_nops(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		__asm__ volatile(".rept 100; nop; .endr");
	return n;
}

static unsigned int run_getpid(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys0(SYS_getpid));
	return n;
}

static unsigned int run_getppid(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys0(SYS_getppid));
	return n;
}

static unsigned int run_open(unsigned int n)
{
	unsigned int i;
	long f;

	for (i = 0; i < n; i++) {
		f = sys3(SYS_open, "/bench/file", O_RDONLY, 0);
		check(f);
		check(sys1(SYS_close, f));
	}
	return n;
}

static unsigned int run_stat(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys2(SYS_stat, "/bench/file", &st));
	return n;
}

static void close_fd(void)
{
	close(fd);
}

static void setup_read(void)
{
	fd = (int)must(open("/dev/zero", O_RDONLY));
}

static unsigned int run_read(unsigned int n)
{
	unsigned int i;
	char c;

	for (i = 0; i < n; i++)
		check(sys3(SYS_read, fd, &c, 1));
	return n;
}

static void setup_write(void)
{
	fd = (int)must(open("/dev/null", O_WRONLY));
}

static unsigned int run_write(unsigned int n)
{
	unsigned int i;
	char c = 0;

	for (i = 0; i < n; i++)
		check(sys3(SYS_write, fd, &c, 1));
	return n;
}

static void setup_deep(void)
{
	char *p = deep;
	int i;

	must(chdir("/bench"));
	for (i = 0; i < DEPTH; i++) {
		p += sprintf(p, i ? "/d" : "d");
		if (mkdir(deep, 0755) && errno != EEXIST)
			fatal("mkdir: %s", strerror(errno));
	}
}

static void leave_deep(void)
{
	must(chdir("/"));
}

static unsigned int run_deep(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys2(SYS_stat, deep, &st));
	return n;
}

static unsigned int run_mmap(unsigned int n)
{
	unsigned int i, k;
	char *p;

	for (i = 0; i < n; i++) {
		p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			fatal("mmap: %s", strerror(errno));
		for (k = 0; k < PAGES; k++)
			*(volatile char *)(p + k * PAGE) = 1;
		check(sys2(SYS_munmap, p, PAGES * PAGE));
	}
	return n;
}

/* Needs CAP_SYS_CHROOT, and changes nothing. */
static unsigned int run_chroot(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys1(SYS_chroot, "/"));
	return n;
}

/* CAP_SETUID, new credentials, the release of the old. */
static unsigned int run_setuid(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(sys1(SYS_setuid, 0));
	return n;
}

const struct op ops_calls[] = {
	{ .name = "100-nops", .rounds = 20000, .run = run_nops, .quick = true },
	{ .name = "getpid", .rounds = 8000, .run = run_getpid },
	{ .name = "getppid", .rounds = 8000, .run = run_getppid, .quick = true },
	{ .name = "read", .rounds = 4000, .run = run_read,
	  .setup = setup_read, .teardown = close_fd },
	{ .name = "write", .rounds = 4000, .run = run_write,
	  .setup = setup_write, .teardown = close_fd },
	{ .name = "open+close", .rounds = 1000, .run = run_open, .quick = true },
	{ .name = "stat", .rounds = 1000, .run = run_stat },
	{ .name = "stat-100-deep", .rounds = 100, .run = run_deep,
	  .setup = setup_deep, .teardown = leave_deep },
	{ .name = "mmap+16-faults+munmap", .rounds = 60, .run = run_mmap },
	{ .name = "chroot", .rounds = 1000, .run = run_chroot },
	{ .name = "setuid", .rounds = 800, .run = run_setuid },
	{ 0 },
};
