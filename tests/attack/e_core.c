// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E13 and X13 of the attack tables: core dumps do not reach the
 * host, and those that belong into the guest are there.
 */
#include "attack.h"

#include <grp.h>
#include <sys/resource.h>

#define PATTERN		"/proc/sys/kernel/core_pattern"
#define DUMPABLE	"/proc/sys/fs/suid_dumpable"
#define RAN		"/tmp/e-ran"

static struct puppet a;

/* A child crashes, as an ordinary process or as one that changed its uid. */
static long do_crash(long uid, long y, long z)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid = fork();

	(void)y, (void)z;
	if (!pid) {
		setrlimit(RLIMIT_CORE, &all);
		if (uid && (setgroups(0, NULL) || setresuid(uid, uid, uid)))
			_exit(1);
		abort();
	}
	return reap(pid) == 1000 + SIGABRT ? 0 : -1;
}

static void set(const char *file, const char *value)
{
	int fd = must(open(file, O_WRONLY));

	must(write(fd, value, strlen(value)));
	close(fd);
}

static void e13(void)
{
	unlink(RAN);
	unlink("/tmp/e-handler");
	must(spit("/tmp/e-handler", "#!/bin/sh\n/bin/busybox cat >/dev/null\n"
		  "echo \"$@\" >>" RAN "\n"));
	must(chmod("/tmp/e-handler", 0755));
	a = attack_guest(XID_A);
	must(ask(&a, do_exec));
	set(PATTERN, "|/tmp/e-handler %s");
	is(ask(&a, do_crash, 0), 0, "E13 a crash");
	if (vanilla()) {
		ok(eventually(!access(RAN, F_OK)), "E13 the handler runs");
	} else {
		usleep(300000);
		ok(access(RAN, F_OK), "E13 no handler of the host runs");
		must(vs_native(VCMD_set_ccaps, XID_A,
			       &(struct vcmd_ctx_caps){ VXC_CORE_PIPE, ~0ULL }));
		is(ask(&a, do_crash, 0), 0, "E13 with the context capability");
		ok(eventually(!access(RAN, F_OK)), "E13 it runs");
	}
	set(PATTERN, "core");
}

static void x13(void)
{
	unlink("/tmp/e-dump.root");
	a = attack_guest(XID_A);
	must(ask(&a, do_exec));
	set(PATTERN, "/tmp/e-dump.root");
	set(DUMPABLE, "2");
	is(ask(&a, do_crash, 1000), 0, "X13 a crash after setuid");
	defends(access("/tmp/e-dump.root", F_OK), "X13 no file on the host");
	unlink("/tmp/e-dump.root");
	is(ask(&a, do_crash, 0), 0, "an ordinary crash");
	ok(!access("/tmp/e-dump.root", F_OK), "leaves its file");
	unlink("/tmp/e-dump.root");
	set(DUMPABLE, "0");
	set(PATTERN, "core");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E13", e13);
	attack_run("X13", x13);
	return ktap_exit();
}
