// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what depends on how the machine was booted: that no list of security
 * modules leaves this one out, and that the very first one who enters finds
 * everything switched on, be it only the spectator.
 *
 * It needs a machine in which nobody has created a context, KUnit included.
 */
#include "puppet.h"

#include <sys/utsname.h>

static void test_lsm(void)
{
	const char *list = slurp("/sys/kernel/security/lsm");

	is_str(list, "capability,vserver,yama", "lsm=yama");
	is(vs_native(VCMD_get_version, 0, NULL), VS_API_VERSION, "it answers");
}

/* vserver.unprivileged_contexts=1 */
static void test_parameter(void)
{
	const char *value =
		slurp("/proc/sys/kernel/vserver/unprivileged_contexts");

	is_str(value, "1\n", "users may have contexts from the beginning");
	must(spit("/proc/sys/kernel/vserver/unprivileged_contexts", "0"));
}

static long do_kill(long pid, long sig, long c)
{
	(void)c;
	return kill(pid, sig);
}

static long do_xid(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return vs_task_xid(0);
}

static long do_hostname(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return sethostname("pwned", 5);
}

static long do_mknod(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return mknod("null", S_IFCHR | 0600, 0x103);
}

static long do_caps(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return caps_get(0, NULL);
}

static void test_spectator(void)
{
	struct puppet h = puppet_host(), s = puppet_spectator();

	is(ask(&s, do_xid), 1, "the spectator knows who it is");
	is(vs_task_xid(s.pid), 1, "the host, too");
	ok_errno(ask(&s, do_kill, h.pid, 0), EPERM, "it cannot signal");
	ok_errno(ask(&s, do_kill, h.pid, SIGKILL), EPERM, "nor kill");
	ok_errno(kill(s.pid, 0), ESRCH, "it is hidden");
	ok_errno(ask(&s, do_mknod), EPERM, "it has no power");
	ok_errno(ask(&s, do_hostname), EPERM, "over nothing");
	is(ask(&s, do_caps), CAP(DAC_READ_SEARCH), "but to look");
	is(ask(&h, do_xid), 0, "the host's process is unharmed");
}

static void test_guest(void)
{
	struct puppet h = puppet_host(), a = puppet_guest(XID_A, 0, GUEST_CAPS);

	ok_errno(ask(&a, do_kill, h.pid, 0), ESRCH, "a guest cannot signal");
	ok_errno(ask(&a, do_mknod), EPERM, "it is below its ceiling");
	ok_errno(kill(a.pid, 0), ESRCH, "it is hidden");
}

int main(void)
{
	run("lsm", test_lsm);
	run("parameter", test_parameter);
	run("spectator", test_spectator);
	run("guest", test_guest);
	return ktap_exit();
}
