// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the tracepoints: that they are there, fire, and say what happened.
 */
#include "limit.h"
#include "puppet.h"

#include <linux/reboot.h>

#define TRACING	"/sys/kernel/tracing"

static const char *const events[] = {
	"vs_create", "vs_enter", "vs_destroy", "vs_deny", "vs_init_exit",
	"vs_helper", "vs_limit",
};

static void test_there(void)
{
	static const char *const fields[][2] = {
		{ "vs_create", "field:u32 xid;" },
		{ "vs_create", "field:u64 flags;" },
		{ "vs_enter", "field:u32 xid;" },
		{ "vs_enter", "field:pid_t pid;" },
		{ "vs_destroy", "field:u32 xid;" },
		{ "vs_deny", "char[] what;" },
		{ "vs_deny", "field:u32 actor;" },
		{ "vs_deny", "field:u32 target;" },
		{ "vs_helper", "field:u32 xid;" },
		{ "vs_helper", "char[] action;" },
		{ "vs_helper", "field:u32 cmd;" },
		{ "vs_helper", "field:int result;" },
		{ "vs_limit", "field:u32 xid;" },
		{ "vs_limit", "char[] what;" },
		{ "vs_limit", "field:long max;" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		ok(slurp(TRACING "/events/vserver/%s/format", events[i]),
		   "%s is there", events[i]);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		char *s = slurp(TRACING "/events/vserver/%s/format",
				fields[i][0]);

		ok(s && strstr(s, fields[i][1]), "%s: %s", fields[i][0],
		   fields[i][1]);
	}
}

/* Whether the trace has a line that ends so. */
static bool traced(const char *format, ...)
{
	char line[256];
	va_list ap;

	line[0] = ' ';
	va_start(ap, format);
	vsnprintf(line + 1, sizeof(line) - 2, format, ap);
	va_end(ap);
	strcat(line, "\n");
	return strstr(slurp(TRACING "/trace"), line);
}

static long do_kill(long pid, long sig, long c)
{
	(void)c;
	return kill(pid, sig);
}

static long do_prlimit(long pid, long b, long c)
{
	(void)b, (void)c;
	return syscall(SYS_prlimit64, pid, 0, NULL, NULL);
}

static long do_exit(long code, long b, long c)
{
	(void)b, (void)c;
	_exit(code);
}

static long do_halt(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		       LINUX_REBOOT_CMD_HALT, 0);
}

static long do_fork(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a, (void)b, (void)c;
	if (!pid)
		_exit(0);
	return pid < 0 ? -1 : reap(pid);
}

static long do_ring(long n, long b, long c)
{
	unsigned long ring = 0;

	(void)b, (void)c;
	return syscall(SYS_io_setup, n, &ring);
}

static long do_init(long xid, long b, long c)
{
	(void)b, (void)c;
	if (vs_create(xid, VXF_INIT_SET) < 0)
		return -1;
	return vs_set_flags(xid, 0, VXF_STATE_SETUP | VXF_STATE_INIT);
}

static void test_fire(void)
{
	struct puppet a, b, s;

	must(spit(TRACING "/events/vserver/enable", "1"));
	must(spit(TRACING "/trace", ""));
	a = puppet_start(do_init, XID_A, 0, 0);
	ok(traced("vs_create: xid=1000 flags=0x700000000"), "create");
	ok(traced("vs_enter: xid=1000 pid=%d", a.pid), "the creator enters");
	b = puppet_member(XID_A, 0);
	ok(traced("vs_enter: xid=1000 pid=%d", b.pid), "another enters");
	s = puppet_spectator();
	ok(traced("vs_enter: xid=1 pid=%d", s.pid), "the spectator enters");

	ask(&a, do_kill, 1, 0);
	ok(traced("vs_deny: what=kill actor=1000 target=0"), "kill is denied");
	ask(&s, do_kill, a.pid, 0);
	ok(traced("vs_deny: what=kill actor=1 target=1000"), "the spectator's");
	ask(&s, do_prlimit, a.pid);
	ok(traced("vs_deny: what=prlimit actor=1 target=1000"), "prlimit");

	must(limit_max(XID_A, NPROC, 2));
	ask(&a, do_fork);
	ok(traced("vs_limit: xid=1000 what=nproc max=2"), "a limit is hit");
	ask(&a, do_ring, 65536);
	ok(traced("vs_limit: xid=1000 what=aio max=8192"), "a share is used up");

	ask(&a, do_exit, 3);
	reap(a.pid);
	ok(traced("vs_init_exit: xid=1000 code=0x300"), "init exits");
	ok(!traced("vs_destroy: xid=1000"), "the context lives");
	is(ask(&b, do_halt), -1, "there is no helper");
	ok(traced("vs_helper: xid=1000 action=halt cmd=0xcdef0123 result=-2"),
	   "helper");
	puppet_end(&b);
	ok(eventually(traced("vs_destroy: xid=1000")), "the context ends");

	must(spit(TRACING "/events/vserver/enable", "0"));
	must(spit(TRACING "/trace", ""));
	a = puppet_guest(XID_B, 0, GUEST_CAPS);
	ok(!traced("vs_create: xid=1001 flags=0x500000000"), "off is off");
}

int main(void)
{
	run("there", test_there);
	run("fire", test_fire);
	return ktap_exit();
}
