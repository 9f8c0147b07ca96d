// SPDX-License-Identifier: GPL-2.0
/*
 * Owns contexts of users without privileges: who may make them, with which
 * flags, what they are like, how many there can be; and that users lower their
 * bounding set only where the host lets them.
 */
#include "user.h"

#include <pthread.h>

#define ALLOWED	SYSCTL("unprivileged_contexts")
#define MAX	SYSCTL("unprivileged_max")
#define CAPBSET	SYSCTL("unprivileged_capbset")

/* Without effect on anybody else. */
#define USERS	(VXF_INFO_LOCK | VXF_INFO_SCHED | VXF_INFO_NPROC |	\
		 VXF_INFO_HIDE | VXF_INFO_ULIMIT | VXF_INFO_NSPACE |	\
		 VXF_INIT_KILL | VXF_VIRT_UPTIME | VXF_VIRT_LOAD)

static long do_spit(long path, long text, long c)
{
	(void)c;
	return spit((char *)path, (char *)text);
}

static void one_sysctl(const char *path, int def, const char *bad)
{
	struct puppet g = puppet_guest(XID_A, 0, ALL_CAPS);
	struct puppet s = puppet_spectator();
	struct puppet u = puppet_user(ALICE);

	is(get_sysctl(path), def, "%s: the default", path);
	ok_errno(spit(path, bad), EINVAL, "%s: %s", path, bad);
	ok_errno(spit(path, "-1"), EINVAL, "%s: -1", path);
	ok_errno(ask(&u, do_spit, path, "1"), EACCES, "%s: a user", path);
	is(ask(&g, do_spit, path, "1"), -1, "%s: root of a guest", path);
	is(ask(&s, do_spit, path, "1"), -1, "%s: a spectator", path);
	is(get_sysctl(path), def, "%s: unchanged", path);
	puppet_end(&g);
	must(eventually(!vs_exists(XID_A)) ? 0 : -1);
}

static void test_sysctls(void)
{
	one_sysctl(ALLOWED, 0, "2");
	one_sysctl(MAX, 16, "3000000000");
	one_sysctl(CAPBSET, 0, "2");
}

static void *sleeper(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

static long do_threaded(long x, long y, long z)
{
	pthread_t t;

	(void)x, (void)y, (void)z;
	if (pthread_create(&t, NULL, sleeper, NULL))
		return -1;
	return unpriv_create(0);
}

/* In a user namespace a user may be many. */
static long do_many(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	return unshare(CLONE_NEWUSER) ? 0 : unpriv_create(0);
}

static void test_create(void)
{
	struct vcmd_flagword f = { 0 };
	struct puppet p = puppet_user(ALICE);
	long xid;

	ok_errno(ask(&p, do_unpriv, 0), EPERM, "not allowed");
	ok_errno(unpriv_create(0), EPERM, "not even to root");
	set_sysctl(ALLOWED, 1);
	is_child(vs_native(VCMD_ctx_create_unpriv, 1, &f), EINVAL, "id 1");
	is_child(vs_native(VCMD_ctx_create_unpriv, -1, &f), EINVAL, "id -1");
	is_child(vs_native(VCMD_ctx_create_unpriv, 0, NULL), EFAULT, "NULL");
	is_child(unpriv_create(1ULL << 63), EINVAL, "an unknown flag");

	xid = ask(&p, do_unpriv, 0);
	ok(xid > VS_XID_MAX - 1000 && xid <= VS_XID_MAX, "id %ld: a high one",
	   xid);
	is(vs_task_xid(p.pid), xid, "in it");
	ok_errno(ask(&p, do_unpriv, 0), EPERM, "there is no second time");
	p = puppet_user(ALICE);
	ok_errno(ask(&p, do_threaded), EBUSY, "not alone");
	p = puppet_user(ALICE);
	ok_errno(ask(&p, do_many), EPERM, "in a user namespace");
	p = puppet_guest(XID_A, 0, ALL_CAPS);
	ok_errno(ask(&p, do_unpriv, 0), EPERM, "in a guest");
	p = puppet_spectator();
	ok_errno(ask(&p, do_unpriv, 0), EPERM, "a spectator");
	is_child(unpriv_create(0), 0, "root may");
	set_sysctl(ALLOWED, 0);
}

static void test_flags(void)
{
	struct puppet p;
	int i, err;

	set_sysctl(ALLOWED, 1);
	for (i = 0; i < 64; i++) {
		uint64_t flag = 1ULL << i;

		if (flag == VXF_INFO_INIT)
			continue;
		p = puppet_user(ALICE);
		err = ask(&p, do_unpriv, flag >> (i & 32), i & 32) > 0 ? 0 :
			errno;
		if (flag & USERS)
			is(err, 0, "flag %d: may be asked for", i);
		else
			ok(err == EPERM || err == EINVAL, "flag %d: refused",
			   i);
		puppet_end(&p);
	}
	set_sysctl(ALLOWED, 0);
}

static long do_prctl(long option, long y, long z)
{
	(void)y, (void)z;
	return prctl(option, 0, 0, 0, 0);
}

static long do_ns(long name, long b, long c)
{
	char path[64];
	struct stat st;

	(void)b, (void)c;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", (char *)name);
	return stat(path, &st) ? -1 : (long)st.st_ino;
}

static long do_unshare(long flags, long y, long z)
{
	(void)y, (void)z;
	return unshare(flags);
}

static long do_migrate(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_migrate(xid, 0);
}

static void test_properties(void)
{
	struct puppet p = puppet_user(ALICE), root = puppet_host();
	struct vcmd_ctx_caps ccaps = { 1, 1 };
	struct vcmd_bcaps nested = { 1, 1 };
	struct vcmd_vx_info info;
	char *s;
	long xid;

	set_sysctl(ALLOWED, 1);
	xid = must(ask(&p, do_unpriv, VXF_INFO_INIT));
	is(vs_get_flags(xid), VXF_INFO_INIT | VXF_STATE_ADMIN | VXF_SHARE_UTS |
	   VXF_SHARE_IPC, "flags");
	is(vs_get_bcaps(xid), 0, "an empty ceiling");
	must(vs_native(VCMD_get_nested_bcaps, xid, &nested));
	is(nested.bcaps, 0, "in user namespaces, too");
	must(vs_native(VCMD_get_ccaps, xid, &ccaps));
	is(ccaps.ccaps, 0, "no context capabilities");
	must(vs_info(xid, &info));
	is(info.initpid, p.pid, "the creator is init, as it wished");
	s = slurp("/proc/virtual/%ld/info", xid);
	ok(s && strstr(s, "Owner:\t1000\n"), "its owner is shown");
	is(ask(&p, do_prctl, PR_GET_NO_NEW_PRIVS), 1, "no new privileges");
	is(ask(&p, do_ns, "uts"), do_ns((long)"uts", 0, 0), "the host's names");
	is(ask(&p, do_ns, "ipc"), do_ns((long)"ipc", 0, 0), "the host's IPC");
	ok_errno(ask(&p, do_unshare, CLONE_NEWUSER), EPERM,
		 "no user namespace");

	is(ask(&root, do_migrate, xid), 0, "root of the host enters");
	is(vs_task_xid(root.pid), xid, "a member");
	is(ask(&root, do_prctl, PR_GET_NO_NEW_PRIVS), 1,
	   "without privileges to gain");
	is(ask(&root, do_unshare, CLONE_NEWNS), -1, "and without power");
	puppet_end(&p);
	puppet_end(&root);
	ok(eventually(!vs_exists(xid)), "ends with its last process");
	set_sysctl(ALLOWED, 0);
}

static void test_max(void)
{
	struct puppet p[5], q;
	int i;

	set_sysctl(ALLOWED, 1);
	set_sysctl(MAX, 3);
	for (i = 0; i < 5; i++)
		p[i] = puppet_user(ALICE);
	for (i = 0; i < 3; i++)
		ok(ask(&p[i], do_unpriv, 0) > 0, "number %d", i + 1);
	ok_errno(ask(&p[3], do_unpriv, 0), EAGAIN, "one too many");
	q = puppet_user(BOB);
	ok(ask(&q, do_unpriv, 0) > 0, "another user has its own");
	puppet_end(&p[0]);
	ok(eventually(ask(&p[3], do_unpriv, 0) > 0), "after the end of one");
	ok_errno(ask(&p[4], do_unpriv, 0), EAGAIN, "one too many again");
	set_sysctl(MAX, 0);
	q = puppet_user(BOB);
	ok_errno(ask(&q, do_unpriv, 0), EAGAIN, "none at all");
	set_sysctl(MAX, 16);
	set_sysctl(ALLOWED, 0);
}

static long do_drop(long cap, long y, long z)
{
	(void)y, (void)z;
	if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
		return -1;
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
}

static void test_capbset(void)
{
	struct puppet u = puppet_user(ALICE);
	struct puppet g = puppet_guest(XID_A, 0, 0);

	ok_errno(ask(&u, do_drop, CAP_CHOWN), EPERM, "not allowed");
	set_sysctl(CAPBSET, 1);
	is(ask(&u, do_drop, CAP_CHOWN), 0, "allowed: it is gone");
	ok_errno(ask(&u, do_drop, 77), EINVAL, "no such capability");
	ok_errno(ask(&g, do_drop, CAP_CHOWN), EPERM, "never in a guest");
	set_sysctl(CAPBSET, 0);
	ok_errno(ask(&u, do_drop, CAP_KILL), EPERM, "forbidden again");
}

int main(void)
{
	run("sysctls", test_sysctls);
	run("create", test_create);
	run("flags", test_flags);
	run("properties", test_properties);
	run("max", test_max);
	run("capbset", test_capbset);
	return ktap_exit();
}
