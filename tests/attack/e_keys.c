// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E03, E11 and E12 of the attack tables: keys of other contexts
 * and the program of the host that makes keys.
 */
#include "attack.h"

#include <grp.h>
#include <linux/keyctl.h>
#include <sys/ptrace.h>

static struct puppet a, b, h;

static long key(long command, long x, long y, long z)
{
	return syscall(SYS_keyctl, command, x, y, z, 0);
}

static long add_key(const char *type, const char *name, const char *payload,
		    long ring)
{
	return syscall(SYS_add_key, type, name, payload,
		       payload ? strlen(payload) : 0, ring);
}

static long do_add(long name, long ring, long z)
{
	(void)z;
	return add_key("user", (char *)name, "secret", ring);
}

static long do_key(long command, long x, long y)
{
	static char buf[256];

	if (command == KEYCTL_READ || command == KEYCTL_DESCRIBE)
		return key(command, x, (long)buf, sizeof(buf));
	return key(command, x, y, 0);
}

/* Everybody of the uid may do everything. */
#define ALL_PERMS	0x3f3f3f3fL

static void foreign(const struct puppet *p, long serial, const char *who)
{
	attack(ask(p, do_key, KEYCTL_READ, serial), ENOKEY, "E11 read %s", who);
	attack(ask(p, do_key, KEYCTL_DESCRIBE, serial), EACCES,
	       "E11 describe %s", who);
	attack(ask(p, do_key, KEYCTL_LINK, serial, KEY_SPEC_PROCESS_KEYRING),
	       EACCES, "E11 link %s", who);
	attack(ask(p, do_key, KEYCTL_SETPERM, serial, ALL_PERMS), EACCES,
	       "E11 permissions of %s", who);
}

static long do_listed(long name, long y, long z)
{
	char *s = slurp("/proc/keys");

	(void)y, (void)z;
	return s && strstr(s, (char *)name);
}

static long do_ring(long ring, long y, long z)
{
	(void)y, (void)z;
	return key(KEYCTL_GET_KEYRING_ID, ring, 1, 0);
}

static void e11(void)
{
	long k, l, ring;

	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
	k = must(ask(&h, do_add, "e-host", KEY_SPEC_USER_KEYRING));
	must(ask(&h, do_key, KEYCTL_SETPERM, k, ALL_PERMS));
	foreign(&a, k, "the host's");
	l = must(ask(&b, do_add, "e-other", KEY_SPEC_USER_KEYRING));
	must(ask(&b, do_key, KEYCTL_SETPERM, l, ALL_PERMS));
	foreign(&a, l, "another guest's");
	defends(!ask(&a, do_listed, "e-host"), "E11 not in /proc/keys");
	defends(!ask(&a, do_listed, "e-other"), "E11 nor the other guest's");
	ok(ask(&b, do_listed, "e-other"), "E11 its own is");

	ring = must(ask(&h, do_ring, KEY_SPEC_USER_KEYRING));
	defends(ask(&a, do_ring, KEY_SPEC_USER_KEYRING) != ring, "E11 @u");
	defends(ask(&a, do_ring, KEY_SPEC_USER_KEYRING) !=
		ask(&b, do_ring, KEY_SPEC_USER_KEYRING), "E11 @u of guests");
	ring = must(ask(&h, do_ring, KEY_SPEC_USER_SESSION_KEYRING));
	defends(ask(&a, do_ring, KEY_SPEC_USER_SESSION_KEYRING) != ring,
		"E11 @us");
	foreign(&a, ring, "the host's @us");
	defends(ask(&a, do_key, KEYCTL_REVOKE, k) == -1, "E11 revoke");
	ring = ask(&h, do_key, KEYCTL_GET_PERSISTENT, -1,
		   KEY_SPEC_PROCESS_KEYRING);
	if (ring < 0)
		skip("no persistent keyrings", "E11");
	else
		defends(ask(&a, do_key, KEYCTL_GET_PERSISTENT, -1,
			    KEY_SPEC_PROCESS_KEYRING) != ring, "E11 persistent");
	ask(&h, do_key, KEYCTL_CLEAR, KEY_SPEC_USER_KEYRING);
}

/* What gpg-agent, sshd and the like do goes on. */
static void works(void)
{
	long k, ring;
	struct puppet m;

	a = attack_guest(XID_A);
	m = attack_member(XID_A);
	ring = must(ask(&a, do_key, KEYCTL_JOIN_SESSION_KEYRING, 0));
	k = ask(&a, do_add, "e-own", KEY_SPEC_SESSION_KEYRING);
	ok(k > 0, "a key in the session");
	is(ask(&a, do_key, KEYCTL_READ, k), 6, "is read");
	ok(ask(&a, do_ring, KEY_SPEC_SESSION_KEYRING) == ring, "the session");
	k = ask(&a, do_add, "e-user", KEY_SPEC_USER_KEYRING);
	ok(k > 0, "a key of the user");
	is(ask(&m, do_key, KEYCTL_LINK, k, KEY_SPEC_PROCESS_KEYRING), 0,
	   "another member links it");
	is(ask(&m, do_key, KEYCTL_READ, k), 6, "and reads it");
	is(ask(&m, do_key, KEYCTL_UNLINK, k, KEY_SPEC_USER_KEYRING), 0,
	   "and removes it");
}

/* A new context with the same id has nothing of the old one. */
static void reuse(void)
{
	long k;
	int i;

	if (vanilla())
		return;
	for (i = 0; i < 3; i++) {
		a = puppet_guest(XID_A, 0, GUEST_CAPS);
		ok(!ask(&a, do_listed, "e-left"), "nothing is left");
		k = ask(&a, do_add, "e-left", KEY_SPEC_USER_KEYRING);
		ok(k > 0, "a key of the user");
		is(ask(&a, do_key, KEYCTL_READ, k), 6, "is read");
		puppet_end(&a);
		ok(eventually(!vs_exists(XID_A)), "the context ends");
	}
}

/* --- E03: a session keyring for a parent on the host --- */

static long do_relay(long xid, long y, long z)
{
	pid_t pid = fork();
	int err = 0;

	(void)y, (void)z;
	if (!pid) {
		if (xid && vs_become(xid, 0, GUEST_CAPS) < 0)
			_exit(200);
		if (key(KEYCTL_JOIN_SESSION_KEYRING, (long)"e-gift", 0, 0) < 0)
			_exit(201);
		_exit(key(KEYCTL_SESSION_TO_PARENT, 0, 0, 0) ? errno : 0);
	}
	err = reap(pid);
	errno = err;
	return err ? -1 : 0;
}

static void e03(void)
{
	h = puppet_host();
	must(ask(&h, do_key, KEYCTL_JOIN_SESSION_KEYRING, "e-relay"));
	attack(ask(&h, do_relay, vanilla() ? 0 : XID_A), EPERM,
	       "E03 for a parent on the host");
	defends(!ask(&h, do_listed, "e-gift"), "E03 which does not have it");
}

/* --- E12: no program of the host makes keys for a guest --- */

#define ASKED	"/tmp/e-asked"

static long do_request(long name, long y, long z)
{
	(void)y, (void)z;
	return syscall(SYS_request_key, "user", (char *)name, "callout",
		       KEY_SPEC_PROCESS_KEYRING);
}

static bool asked(const char *name)
{
	char *s = slurp(ASKED);

	return s && strstr(s, name);
}

static void e12(void)
{
	bool mine = access("/sbin/request-key", F_OK);

	if (mine) {
		if (spit("/sbin/request-key", "#!/bin/sh\n"
			 "/bin/busybox cat /proc/keys >>" ASKED "\n")) {
			skip("/sbin cannot be written", "E12");
			return;
		}
		must(chmod("/sbin/request-key", 0755));
	}
	unlink(ASKED);
	a = attack_guest(XID_A);
	ok(ask(&a, do_request, "e-wish") == -1, "E12 request_key");
	defends(!asked("e-wish"), "E12 runs no program");
	h = puppet_host();
	ok(ask(&h, do_request, "e-will") == -1, "E12 for the host");
	ok(asked("e-will"), "E12 it runs");
	if (mine)
		unlink("/sbin/request-key");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E11", e11);
	attack_run("keys of a guest", works);
	attack_run("keys of an ended context", reuse);
	attack_run("E03", e03);
	attack_run("E12", e12);
	return ktap_exit();
}
