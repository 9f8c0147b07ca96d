// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the row X39 of the attack tables: an administrator who wants a panic
 * when audit records get lost does not mean those of a guest.  Records of a
 * guest say whose they are, and do not use up the limit of the others.
 */
#include "attack.h"

#include <linux/audit.h>
#include <linux/netlink.h>

static struct puppet a;

static long set_status(const struct audit_status *status)
{
	struct {
		struct nlmsghdr h;
		struct audit_status s;
	} m = { .h = {
		.nlmsg_len = sizeof(m), .nlmsg_type = AUDIT_SET,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	}, .s = *status };
	struct { struct nlmsghdr h; struct nlmsgerr e; char rest[256]; } r;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	if (fd < 0 || send(fd, &m, sizeof(m), 0) < 0 ||
	    recv(fd, &r, sizeof(r), 0) < 0)
		return -1;
	close(fd);
	errno = r.h.nlmsg_type == NLMSG_ERROR ? -r.e.error : EPROTO;
	return errno ? -1 : 0;
}

static long do_flood(long n, long y, long z)
{
	(void)y, (void)z;
	while (n--)
		if (spit("/proc/self/loginuid", n & 1 ? "5" : "6"))
			return -1;
	return 0;
}

static bool logged(const char *what)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char line[8192];
	bool found = false;
	ssize_t n;

	while (!found && ((n = read(fd, line, sizeof(line) - 1)) > 0 ||
			  errno == EPIPE))
		if (n > 0) {
			line[n] = 0;
			found = strstr(line, what);
		}
	close(fd);
	return found;
}

static void x39(void)
{
	struct audit_status s = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_RATE_LIMIT,
		.enabled = 1, .rate_limit = 1,
	};

	must(set_status(&s));
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	must(vs_native(VCMD_set_ccaps, XID_A,
		       &(struct vcmd_ctx_caps){ VXC_AUDIT_CONTROL, ~0ULL }));
	sleep(2);
	is(ask(&a, do_flood, 1), 0, "X39 one record");
	ok(eventually(logged("xid=1000")), "X39 says whose it is");
	s = (struct audit_status){
		.mask = AUDIT_STATUS_FAILURE, .failure = AUDIT_FAIL_PANIC,
	};
	sleep(2);
	must(set_status(&s));
	is(ask(&a, do_flood, 50), 0, "X39 more than there is room for");
	ok(eventually(logged("(context 1000)")), "X39 that is all");
	/* What the host itself loses is another matter. */
	sleep(3);
	s.failure = AUDIT_FAIL_PRINTK;
	must(set_status(&s));
	s = (struct audit_status){
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_RATE_LIMIT,
	};
	set_status(&s);
}

#define LIMIT	5

static int records;

/* All that is recorded from now on: the kernel log gets only some of it. */
static void listen_to_records(void)
{
	struct sockaddr_nl nl = {
		.nl_family = AF_NETLINK, .nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1),
	};

	records = must(socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK,
			      NETLINK_AUDIT));
	must(bind(records, (void *)&nl, sizeof(nl)));
}

/* The number of records with WHAT in it since the last look. */
static int heard(const char *what)
{
	char buf[8192];
	int found = 0;
	ssize_t n;

	while ((n = recv(records, buf, sizeof(buf) - 1, 0)) >= NLMSG_HDRLEN) {
		buf[n] = 0;
		found += !!strstr(buf + NLMSG_HDRLEN, what);
	}
	return found;
}

static void rate(void)
{
	struct audit_status s = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_RATE_LIMIT,
		.enabled = 1, .rate_limit = LIMIT,
	};
	struct puppet b;
	char own[64];
	time_t begin;
	int n, most;

	must(set_status(&s));
	a = puppet_guest(XID_A, 0, GUEST_CAPS);
	b = puppet_guest(XID_B, 0, GUEST_CAPS);
	must(vs_native(VCMD_set_ccaps, XID_A,
		       &(struct vcmd_ctx_caps){ VXC_AUDIT_CONTROL, ~0ULL }));
	must(vs_native(VCMD_set_ccaps, XID_B,
		       &(struct vcmd_ctx_caps){ VXC_AUDIT_CONTROL, ~0ULL }));
	listen_to_records();
	sleep(2);
	snprintf(own, sizeof(own), "xid=%d", XID_A);
	begin = time(NULL);
	is(ask(&a, do_flood, 100 * LIMIT), 0, "X39 a flood of one guest");
	n = 0;
	ok(eventually((n += heard(own))), "some of it is recorded");
	most = (time(NULL) - begin + 2) * LIMIT;
	ok(n <= most, "X39 cut off: %d records of %d", n, most);
	snprintf(own, sizeof(own), "xid=%d", XID_B);
	is(ask(&b, do_flood, 1), 0, "X39 one record of another guest");
	ok(eventually(heard(own)), "is not lost");
	is(do_flood(1, 0, 0), 0, "X39 one of the host");
	snprintf(own, sizeof(own), "pid=%d ", getpid());
	ok(eventually(heard(own)), "is not lost");
	s.rate_limit = s.enabled = 0;
	must(set_status(&s));
}

int main(void)
{
	if (access("/proc/self/loginuid", F_OK)) {
		skip("no audit in this kernel", "X39");
	} else {
		run("X39", x39);
		run("X39 rate", rate);
	}
	return ktap_exit();
}
