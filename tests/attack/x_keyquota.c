// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row X54 of the attack tables: keys count for a user of the context,
 * whose root is a user like any other.
 */
#include "attack.h"

#include <linux/keyctl.h>

static struct puppet a, b, h;

static void start(void)
{
	h = puppet_host();
	a = attack_guest(XID_A);
	b = attack_guest(XID_B);
}

/* Adds N keys; the errno of the first that fails. */
static long do_keys(long n, long y, long z)
{
	char name[32];
	long i;

	(void)y, (void)z;
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "x54-%d-%ld", getpid(), i);
		if (syscall(SYS_add_key, "user", name, "x", 1,
			    KEY_SPEC_PROCESS_KEYRING) < 0)
			break;
	}
	return i ? i : -1;
}

static long do_big_key(long size, long y, long z)
{
	static char data[32000];

	(void)y, (void)z;
	return syscall(SYS_add_key, "user", "x54-big", data, size,
		       KEY_SPEC_PROCESS_KEYRING) < 0 ? -1 : 0;
}

static long do_user(long uid, long y, long z)
{
	(void)y, (void)z;
	return setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ? -1 : 0;
}

static void x54(void)
{
	long n;

	start();
	n = ask(&a, do_keys, 300);
	defends(n > 0 && n <= 200, "X54 root of a guest is a user: %ld", n);
	if (!vanilla())
		is(errno, EDQUOT, "X54 how it fails");
	defends(ask(&b, do_big_key, 25000) == -1, "X54 nor for size");
	is(ask(&b, do_big_key, 15000), 0, "X54 what a user may have");
	is(ask(&h, do_big_key, 25000), 0, "X54 the host's root as before");
	puppet_end(&a);
	puppet_end(&b);
	puppet_end(&h);

	/* the same user in three places */
	start();
	must(ask(&a, do_user, 1000));
	must(ask(&b, do_user, 1000));
	must(ask(&h, do_user, 1000));
	n = ask(&a, do_keys, 300);
	ok(n > 0 && n <= 200, "X54 a user's quota: %ld", n);
	defends(ask(&b, do_keys, 1) == 1, "X54 the user in another guest");
	defends(ask(&h, do_keys, 1) == 1, "X54 and on the host");
}

int main(void)
{
	attack_run("X54", x54);
	return ktap_exit();
}
