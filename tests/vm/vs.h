/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns what every test of contexts needs: the system call in its three forms,
 * short names for its commands, becoming somebody else, cleaning up.
 *
 * Include it first: it chooses the features of the C library.
 */
#ifndef VS_H
#define VS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/vserver.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "ktap.h"

#ifdef __x86_64__
#define VS_NR		VS_NR_X86_64
#define VS_LOW		MAP_32BIT	/* int $0x80 passes 32 bits */
#else
#define VS_NR		VS_NR_I386
#define VS_LOW		0
#endif

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define ALL_CAPS	(~0ULL)
#define CAP(name)	(1ULL << CAP_##name)
/* The ceiling the attack tables use, and one of everything that can count. */
#define GUEST_CAPS	VS_BCAPS_SECURE
#define LOW_CAPS	0x00000000ffffffffULL

/* ids of the tests; any guest's id would do */
enum { XID_A = 1000, XID_B, XID_C, XID_D, XID_FREE = 4999 };

/* Calls go through "int $0x80" of a 64-bit program while this is set. */
static bool vs_int80;

static inline long vs_call_int80(uint32_t cmd, uint32_t id, void *data)
{
	long ret = -ENOSYS;

#ifdef __x86_64__
	uint32_t low = (uint32_t)(uintptr_t)data;
	int eax = VS_NR_I386;

	asm volatile("int $0x80" : "+a" (eax)
		     : "b" (cmd), "c" (id), "d" (low)
		     : "memory", "cc", "r8", "r9", "r10", "r11");
	ret = eax;
#else
	(void)cmd, (void)id, (void)data;
#endif
	if (ret < 0 && ret >= -4095) {
		errno = -ret;
		return -1;
	}
	return ret;
}

/* Always the program's own entry, as the short names below. */
static inline long vs_native(uint32_t cmd, uint32_t id, void *data)
{
	return syscall(VS_NR, cmd, id, data);
}

static inline long vserver(uint32_t cmd, uint32_t id, void *data)
{
	if (vs_int80)
		return vs_call_int80(cmd, id, data);
	return vs_native(cmd, id, data);
}

/* --- commands by name; all set errno as usual --- */

KTAP_UNUSED static long vs_create(uint32_t xid, uint64_t flags)
{
	struct vcmd_flagword f = { flags };

	return vs_native(VCMD_ctx_create, xid, &f);
}

KTAP_UNUSED static long vs_migrate(uint32_t xid, uint64_t flags)
{
	struct vcmd_flagword f = { flags };

	return vs_native(VCMD_ctx_migrate, xid, &f);
}

KTAP_UNUSED static long vs_set_flags(uint32_t xid, uint64_t f, uint64_t mask)
{
	struct vcmd_ctx_flags c = { f, mask };

	return vs_native(VCMD_set_cflags, xid, &c);
}

/* The flags of a context; 0 when there is none, which no test's has. */
KTAP_UNUSED static uint64_t vs_get_flags(uint32_t xid)
{
	struct vcmd_ctx_flags c = { 0, 0 };

	return vs_native(VCMD_get_cflags, xid, &c) ? 0 : c.flagword;
}

KTAP_UNUSED static long vs_set_bcaps(uint32_t xid, uint64_t b, uint64_t mask)
{
	struct vcmd_bcaps c = { b, mask };

	return vs_native(VCMD_set_bcaps, xid, &c);
}

KTAP_UNUSED static uint64_t vs_get_bcaps(uint32_t xid)
{
	struct vcmd_bcaps c = { 0, 0 };

	return vs_native(VCMD_get_bcaps, xid, &c) ? 0 : c.bcaps;
}

KTAP_UNUSED static long vs_set_umask(uint32_t xid, uint64_t u, uint64_t mask)
{
	struct vcmd_umask c = { u, mask };

	return vs_native(VCMD_set_umask, xid, &c);
}

KTAP_UNUSED static long vs_kill(uint32_t xid, int pid, int sig)
{
	struct vcmd_ctx_kill k = { pid, sig };

	return vs_native(VCMD_ctx_kill, xid, &k);
}

KTAP_UNUSED static long vs_info(uint32_t xid, struct vcmd_vx_info *info)
{
	return vs_native(VCMD_vx_info, xid, info);
}

KTAP_UNUSED static bool vs_exists(uint32_t xid)
{
	struct vcmd_vx_info info;

	return vs_info(xid, &info) == 0;
}

KTAP_UNUSED static long vs_task_xid(pid_t pid)
{
	return vs_native(VCMD_task_xid, pid, NULL);
}

/* Member threads, or -1. */
KTAP_UNUSED static int vs_tasks(uint32_t xid)
{
	struct vcmd_ctx_stat s;

	return vs_native(VCMD_ctx_stat, xid, &s) ? -1 : (int)s.tasks;
}

KTAP_UNUSED static long vs_spaces(uint32_t cmd, uint32_t xid, uint64_t mask,
				  uint32_t index)
{
	struct vcmd_space_mask s = { .mask = mask, .index = index };

	return vs_native(cmd, xid, &s);
}

KTAP_UNUSED static long vs_wait(uint32_t xid, struct vcmd_wait_exit *w)
{
	return vs_native(VCMD_wait_exit, xid, w);
}

KTAP_UNUSED static long vs_net_create(uint32_t nid, uint64_t flags)
{
	struct vcmd_flagword f = { flags };

	return vs_native(VCMD_net_create, nid, &f);
}

/* An IPv4 address, network or range of a network context. */
KTAP_UNUSED static long vs_net_add4(uint32_t nid, uint16_t type, uint32_t ip,
				    uint32_t ip2, uint32_t mask)
{
	struct vcmd_net_addr_ipv4 a = {
		.type = type, .ip = ip, .ip2 = ip2, .mask = mask,
	};

	return vs_native(VCMD_net_add_ipv4, nid, &a);
}

KTAP_UNUSED static bool vs_net_exists(uint32_t nid)
{
	struct vcmd_nx_info info;

	return vs_native(VCMD_nx_info, nid, &info) == 0;
}

/* --- becoming somebody --- */

/*
 * Makes the caller the first member of a new context whose setup is over.
 * STATE_INIT is left out: who wants an init says so with SET_INIT.
 */
KTAP_UNUSED static long vs_become(uint32_t xid, uint64_t flags, uint64_t bcaps)
{
	flags |= VXF_STATE_SETUP | VXF_STATE_ADMIN;
	if (bcaps == ALL_CAPS)
		flags |= VXF_FULL_CAPS;
	if (vs_create(xid, flags) < 0 || vs_set_bcaps(xid, bcaps, ALL_CAPS) ||
	    vs_set_flags(xid, 0, VXF_STATE_SETUP))
		return -1;
	return xid;
}

/* Sets the three capability sets; the inheritable one stays empty. */
KTAP_UNUSED static long caps_set(uint64_t permitted, uint64_t effective)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2] = {
		{ effective, permitted, 0 },
		{ effective >> 32, permitted >> 32, 0 },
	};

	return syscall(SYS_capset, &h, d);
}

KTAP_UNUSED static uint64_t caps_get(pid_t pid, uint64_t *permitted)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3, .pid = pid,
	};
	struct __user_cap_data_struct d[2];

	memset(d, 0, sizeof(d));
	if (syscall(SYS_capget, &h, d))
		return 0;
	if (permitted)
		*permitted = (uint64_t)d[1].permitted << 32 | d[0].permitted;
	return (uint64_t)d[1].effective << 32 | d[0].effective;
}

/* Gives capabilities up. */
KTAP_UNUSED static long caps_drop(uint64_t caps)
{
	uint64_t permitted = 0, effective = caps_get(0, &permitted);

	return caps_set(permitted & ~caps, effective & ~caps);
}

/* --- children --- */

/* The exit status of a function in a child: 0..255, or 1000 + signal. */
KTAP_UNUSED static int reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) :
		WEXITSTATUS(status);
}

/*
 * For a call that changes its caller for good: the errno it sets in a child,
 * 0 for success. The value of CALL must not be -1 then.
 */
#define in_child(call) ({						\
	pid_t pid_ = fork();						\
	if (!pid_)							\
		_exit((long)(call) == -1 ? errno : 0);			\
	reap(pid_); })

/* is_child(CALL, ERRNO, NAME...): the same as a check. */
#define is_child(call, want, ...) ({					\
	int err_ = in_child(call);					\
	if (err_ != (want))						\
		diag(KTAP_WHERE "%s: %s, not %s", KTAP_HERE, #call,	\
		     errname(err_), errname(want));			\
	ktap_ok(err_ == (want), __VA_ARGS__); })

/* --- files --- */

/* A whole file as a string in a static buffer, or NULL. */
KTAP_UNUSED static char *slurp_at(int dir, const char *path)
{
	static char buf[65536];
	ssize_t n, sum = 0;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, buf + sum, sizeof(buf) - 1 - sum)) > 0)
		sum += n;
	err = errno;
	close(fd);
	errno = err;
	buf[sum] = 0;
	return n < 0 ? NULL : buf;
}

KTAP_PRINTF(1, 2)
static char *slurp(const char *format, ...)
{
	char path[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	return slurp_at(AT_FDCWD, path);
}

KTAP_UNUSED static long spit(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ssize_t n;
	int err;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	errno = err;
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* --- the end of a case --- */

KTAP_UNUSED static int vs_living(uint32_t *xids, int max)
{
	DIR *dir = opendir("/proc/virtual");
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir)))
		if (strtoul(d->d_name, NULL, 10) > 1 && n < max)
			xids[n++] = strtoul(d->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return n;
}

KTAP_UNUSED static bool vs_all_gone(void)
{
	uint32_t xids[64];
	int i, n = vs_living(xids, 64);

	for (i = 0; i < n; i++) {
		vs_set_flags(xids[i], 0, VXF_PERSISTENT);
		vs_kill(xids[i], 1, SIGKILL);
		vs_kill(xids[i], 0, SIGKILL);
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return !n;
}

/* A case in a process of its own; no context outlives it. */
KTAP_UNUSED static void run(const char *name, void (*test)(void))
{
	int left = 1000 * (int)ktap_slowness(), i;
	uint32_t xids[64];

	ktap_run(name, test);
	while (!vs_all_gone() && left-- > 0)
		poll(NULL, 0, 10);
	if (left >= 0)
		return;
	for (i = vs_living(xids, 64); i-- > 0;)
		diag("context %u: flags %#llx, %d tasks", xids[i],
		     (unsigned long long)vs_get_flags(xids[i]),
		     vs_tasks(xids[i]));
	ktap_ok(false, "%s: its contexts end", name);
}

#endif
