// SPDX-License-Identifier: GPL-2.0
/*
 * Owns an attack on the ports of others: a guest binds its address to all that
 * connections are given, and nobody else on the machine connects any more.
 */
#include "attack.h"
#include "../vm/netlab.h"

#define FIRST	40000
#define PORTS	6	/* fewer than the service has room for */
#define SERVICE	7600

static struct puppet a, b, h, x;
static struct lab_op *op;

static const struct lab_context context_a = {
	10, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "A1", "A6" },
};

static const struct lab_context context_b = {
	20, NXF_LBACK_REMAP | NXF_HIDE_LBACK, 0, { "B1", "B6" },
};

static struct puppet guest(const struct lab_context *ctx)
{
	if (vanilla())
		return puppet_start(attack_chroot, 0, 0, 0);
	return puppet_start(lab_enter, (long)ctx, 0, 0);
}

static struct lab_op *order(const char *proto, const char *from, int port,
			    const char *to)
{
	memset(op, 0, sizeof(*op));
	strcpy(op->proto, proto);
	if (from)
		op->from = lab_addr(from, port);
	if (to)
		op->to = lab_addr(to, SERVICE);
	strcpy(op->data, "ports");
	return op;
}

static void world(void)
{
	char range[32];

	op = puppet_shared(sizeof(*op));
	puppet_channel();
	x = lab_network();
	h = puppet_host();
	a = guest(&context_a);
	b = guest(&context_b);
	snprintf(range, sizeof(range), "%d %d", FIRST, FIRST + PORTS - 1);
	lab_write("/proc/sys/net/ipv4/ip_local_port_range", range);
	must(ask(&x, do_listen, order("tcp", "ANY", SERVICE, NULL)));
}

static void take_all(const char *proto, const char *addr)
{
	int i;

	for (i = 0; i < PORTS; i++)
		must(ask(&a, do_bind, order(proto, addr, FIRST + i, NULL)));
}

static long connects(struct puppet *p)
{
	return ask(p, do_connect, order("tcp", NULL, 0, "X"));
}

static void one_address(void)
{
	world();
	take_all("tcp", "A1");
	defends(connects(&h) >= 0, "the host connects");
	defends(connects(&b) >= 0, "another guest connects");
	ok_errno(connects(&a), EADDRNOTAVAIL, "it has used up its own");
}

static void any_address(void)
{
	int i;

	world();
	take_all("tcp", vanilla() ? "A1" : "ANY");
	for (i = 0; i < PORTS / 2; i++)
		defends(connects(&h) >= 0, "the host connects, %d", i);
	defends(connects(&b) >= 0, "another guest connects");
}

/* Who binds after that looks at those who connected. */
static void later(void)
{
	long fd;
	int i, busy = 0;

	world();
	if (vanilla()) {
		skip("nothing is shared there", "later");
		return;
	}
	take_all("tcp", "A1");
	for (i = 0; i < PORTS; i++)
		must(connects(&h));
	for (i = 0; i < PORTS; i++) {
		fd = ask(&h, do_bind, order("tcp", "H1", FIRST + i, NULL));
		busy += fd < 0 && errno == EADDRINUSE;
		fd = ask(&a, do_bind, order("tcp", "A1", FIRST + i, NULL));
		busy += fd < 0 && errno == EADDRINUSE;
	}
	ok(busy >= PORTS, "a port is bound once for each address: %d", busy);
}

int main(void)
{
	ktap_run("one address", one_address);
	ktap_run("any address", any_address);
	ktap_run("later", later);
	return ktap_exit();
}
