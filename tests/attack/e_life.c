// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E17 and E18 of the attack tables: what outlives a context has
 * no power and costs nobody its id, and what a context remembers does not keep
 * it alive for ever.
 */
#include "../vm/fd.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/mount.h>
#include <sys/resource.h>

/* A number of /proc/virtual/status. */
static int number(const char *name)
{
	char *s = strstr(slurp("/proc/virtual/status"), name);

	return s ? atoi(s + strlen(name)) : -1;
}

static int objects(void) { return number("#CTotal:\t"); }

/* --- E17: files that stay open --- */

/* A hundred thousand take minutes in a machine that is emulated. */
#define FILES	3000

/* Keeps what arrives; the process that forks stays small. */
static long do_keep(long n, long y, long z)
{
	(void)y, (void)z;
	while (n-- > 0)
		if (do_receive_fd(0, 0, 0) < 0)
			return -1;
	return 0;
}

/* Creates a context, opens a file in it, sends the file away, ends. */
static bool leave_file(uint32_t xid)
{
	pid_t pid = fork();
	int fd;

	if (pid < 0)
		return false;
	if (!pid) {
		if (vs_create(xid, VXF_STATE_ADMIN | VXF_SHARE_UTS |
			      VXF_SHARE_IPC) < 0)
			_exit(1);
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		_exit(fd < 0 || do_send_fd(fd, 0, 0) < 0);
	}
	return reap(pid) == 0;
}

/* The same N times; a queue of files must not grow long. */
static int leave_files(uint32_t xid, int n, struct puppet *keeper)
{
	int i;

	for (i = 1; i <= n; i++) {
		if (!leave_file(xid))
			return i;
		if (i % 50 == 0 && ask(keeper, do_keep, 50))
			return i;
	}
	return 0;
}

static long do_limit(long n, long y, long z)
{
	struct rlimit l = { n, n };

	(void)y, (void)z;
	return setrlimit(RLIMIT_NOFILE, &l);
}

static void test_files(void)
{
	int n = ktap_slowness() > 1 ? 300 : FILES, i;
	struct puppet keeper[2];
	pid_t pid[2];

	/* the members have no capability to exceed it */
	must(spit("/proc/sys/fs/file-max", "300000"));
	for (i = 0; i < 2; i++) {
		puppet_channel();
		keeper[i] = puppet_host();
		must(ask(&keeper[i], do_limit, n / 2 + 100));
		pid[i] = must(fork());
		if (!pid[i])
			_exit(leave_files(XID_A + i, n / 2, &keeper[i]) != 0);
	}
	for (i = 0; i < 2; i++)
		is(reap(pid[i]), 0, "E17 the id is free again each time");
	ok(!vs_exists(XID_A) && !vs_exists(XID_B), "E17 no context is left");
	ok(eventually(number("#CActive:\t") == 0), "E17 none has an id");
	ok(objects() >= n, "E17 the open files keep %d objects", objects());
	puppet_end(&keeper[0]);
	puppet_end(&keeper[1]);
	for (i = 0; objects() && i < n / 100 + 1; i++)
		eventually(objects() == 0);
	is(objects(), 0, "E17 until they are closed");
}

/* --- E17: without power --- */

static long do_netlink(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

/* Takes the loopback device up through a socket somebody opened. */
static int set_link(int fd)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} request = {
		.h = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_SETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.i = {
			.ifi_index = 1, .ifi_flags = IFF_UP,
			.ifi_change = IFF_UP,
		},
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char more[256];
	} answer;

	if (send(fd, &request, sizeof(request), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.h))
		return errno;
	return -answer.e.error;
}

static long do_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	return vs_create(xid, VXF_INIT_SET);
}

static void powerless(struct puppet *p, const char *who)
{
	int fd = must(ask(p, do_netlink));

	must(ask(p, do_send_fd, fd));
	fd = must(do_receive_fd(0, 0, 0));
	is(set_link(fd), 0, "E17 %s lends its power to the host", who);
	puppet_end(p);
	must(eventually(!vs_exists(XID_A) && number("#CActive:\t") == 0) ?
	     0 : -1);
	is(set_link(fd), EPERM, "E17 and has none when it has ended");
	close(fd);
}

static void test_power(void)
{
	struct puppet p;

	puppet_channel();
	p = puppet_guest(XID_A, 0, ALL_CAPS);
	powerless(&p, "a guest without a ceiling");
	p = puppet_start(do_setup, XID_A, 0, 0);
	powerless(&p, "a guest in setup");
	p = puppet_host();
	must(ask(&p, do_send_fd, ask(&p, do_netlink)));
	is(set_link(do_receive_fd(0, 0, 0)), 0, "E17 the host keeps its own");
	ok(eventually(objects() == 0), "E17 nothing is left");
}

/* --- E18: a mount, its mounter's credentials, the context, the mount --- */

static long do_overlay(long xid, long b, long c)
{
	(void)b, (void)c;
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    vs_create(xid, VXF_INIT_SET) < 0 ||
	    mount("base", "/tmp", "tmpfs", 0, NULL) ||
	    mkdir("/tmp/l", 0755) || mkdir("/tmp/u", 0755) ||
	    mkdir("/tmp/w", 0755) || mkdir("/tmp/m", 0755) ||
	    mount("over", "/tmp/m", "overlay", 0,
		  "lowerdir=/tmp/l,upperdir=/tmp/u,workdir=/tmp/w") ||
	    spit("/tmp/m/file", "text") || chdir("/tmp/m"))
		return -1;
	return vs_spaces(VCMD_set_space, -1, CLONE_NEWNS | CLONE_FS, 0) ||
		vs_spaces(VCMD_set_space, -1, CLONE_NEWNS | CLONE_FS, 1) ?
		-1 : 0;
}

static long do_enter(long xid, long index, long c)
{
	(void)c;
	return vs_spaces(VCMD_enter_space, xid, CLONE_NEWNS | CLONE_FS, index);
}

static long do_read(long path, long b, long c)
{
	char *s = slurp("%s", (char *)path);

	(void)b, (void)c;
	return s && !strcmp(s, "text") ? 0 : -1;
}

static void test_cycle(void)
{
	struct puppet p = puppet_start(do_overlay, XID_A, 0, 0);
	struct puppet h = puppet_host();

	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	is(ask(&h, do_enter, XID_A, 1), 0, "E18 the mounts are remembered");
	is(ask(&h, do_read, "/tmp/m/file"), 0, "E18 an overlay among them");
	puppet_end(&p);
	ok(eventually(!vs_exists(XID_A)), "E18 the last member has gone");
	ok(objects() == 1, "E18 the mount keeps the object, for a visitor");
	puppet_end(&h);
	ok(eventually(objects() == 0), "E18 and nothing else does");

	p = puppet_start(do_overlay, XID_A, 0, 0);
	must(vs_set_flags(XID_A, VXF_PERSISTENT, VXF_PERSISTENT));
	puppet_end(&p);
	ok(vs_exists(XID_A), "E18 a persistent context keeps it all");
	is_child(do_enter(XID_A, 0, 0) || do_read((long)"/tmp/m/file", 0, 0),
		 0, "E18 with its mounts");
	must(vs_set_flags(XID_A, 0, VXF_PERSISTENT));
	ok(eventually(objects() == 0), "E18 until it is none any more");
}

int main(void)
{
	run("E17 files", test_files);
	run("E17 power", test_power);
	run("E18", test_cycle);
	return ktap_exit();
}
