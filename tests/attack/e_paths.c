// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows E01 and E02 of the attack tables: the descriptor of a context
 * is of no use to a guest and cannot be handed to one. The rest of E01, and
 * E06, are in tests/vm/create.c.
 */
#include "../vm/fd.h"
#include "attack.h"

#include <sys/eventfd.h>

/* --- E01 --- */

static long do_context_fd(long fd, long flags, long z)
{
	(void)z;
	return fd_enter(fd, flags);
}

static long do_open_context(long xid, long create, long z)
{
	(void)z;
	return create ? fd_create(xid, VXF_STATE_ADMIN) : fd_open(xid);
}

static long do_unpriv(long x, long y, long z)
{
	struct vcmd_flagword f = { 0 };

	(void)x, (void)y, (void)z;
	return vs_native(VCMD_ctx_create_unpriv, 0, &f);
}

static long do_space_fd(long xid, long type, long index)
{
	return fd_space(xid, type, index);
}

static long do_setup(long xid, long y, long z)
{
	(void)y, (void)z;
	return vs_create(xid, VXF_INIT_SET);
}

static void e01(void)
{
	static const char *const who[] = { "guest", "in setup", "spectator" };
	struct puppet p[3];
	int i, fd;

	if (vanilla())
		return;
	/* one that is inherited, not closed on exec */
	fd = must(dup2(must(fd_create(XID_D, VXF_STATE_ADMIN)), 100));
	p[0] = puppet_guest(XID_A, 0, ALL_CAPS);
	p[1] = puppet_start(do_setup, XID_B, 0, 0);
	p[2] = puppet_spectator();
	for (i = 0; i < 3; i++) {
		ok_errno(ask(&p[i], do_context_fd, fd, 0), EPERM,
			 "E01 %s: by an inherited descriptor", who[i]);
		ok_errno(ask(&p[i], do_open_context, XID_D, 0), EPERM,
			 "E01 %s: open", who[i]);
		ok_errno(ask(&p[i], do_open_context, XID_FREE, 1), EPERM,
			 "E01 %s: create by opening", who[i]);
		ok_errno(ask(&p[i], do_unpriv), EPERM,
			 "E01 %s: an unprivileged one", who[i]);
		ok_errno(ask(&p[i], do_space_fd, -1, CLONE_NEWUTS, 0), EPERM,
			 "E01 %s: its own namespaces", who[i]);
	}
	must(ask(&p[0], do_exec));
	ok_errno(ask(&p[0], do_context_fd, fd, 0), EPERM,
		 "E01 guest: after exec");
	ok(!vs_exists(XID_FREE), "E01 nothing was created");
	is(vs_tasks(XID_D), 1, "E01 nobody has entered");
}

/* --- E02 --- */

/* The descriptor that arrives at a puppet, or -1. */
static long sent(struct puppet *to, int fd)
{
	must(do_send_fd(fd, 0, 0));
	return ask(to, do_receive_fd);
}

static void e02(void)
{
	struct puppet g, s, h;
	int event, fd;

	puppet_channel();
	g = attack_guest(XID_A);
	event = must(eventfd(0, 0));
	ok(sent(&g, event) >= 0, "E02 a descriptor can be sent");
	if (vanilla())
		return;
	s = puppet_spectator();
	h = puppet_host();
	fd = must(fd_create(XID_B, VXF_STATE_ADMIN));
	is(sent(&g, fd), -1, "E02 not that of a context, to a guest");
	is(sent(&s, fd), -1, "E02 nor to a spectator");
	is(ask(&h, do_fd_enter, sent(&h, fd), 0), 0, "E02 only on the host");
	is(vs_task_xid(h.pid), XID_B, "E02 where it works");
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	attack_run("E01", e01);
	attack_run("E02", e02);
	return ktap_exit();
}
