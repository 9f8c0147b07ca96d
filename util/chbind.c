// SPDX-License-Identifier: GPL-2.0
/*
 * chbind: run a program that is bound to some addresses of the host.
 */
#include <errno.h>
#include <stdio.h>

#include "detach.h"
#include "netaddr.h"
#include "prog.h"
#include "secure.h"

enum {
	OPT_BCAST = OPT_LONG, OPT_DISCONNECT, OPT_FLAG, OPT_IP, OPT_LBACK,
	OPT_NCAP, OPT_NID, OPT_SECURE, OPT_SILENT,
};

static const struct opt opts[] = {
	{ OPT_BCAST, "bcast", "ADDR", "the broadcast address" },
	{ OPT_DISCONNECT, "disconnect", NULL,
	  "run the program in the background" },
	{ OPT_FLAG, "flag", "LIST", "flags of the network context" },
	{ OPT_IP, "ip", "ADDR[/MASK]", "an address, or a device with one" },
	{ OPT_LBACK, "lback", "ADDR", "the loopback address" },
	{ OPT_NCAP, "ncap", "LIST", "capabilities of the network context" },
	{ OPT_NID, "nid", "ID", "enter or create this network context" },
	{ OPT_SECURE, "secure", NULL, "start from what guests usually have" },
	{ OPT_SILENT, "silent", NULL, "print nothing" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "chbind",
	.purpose = "run a program bound to some addresses",
	.synopsis = "[options] [--] PROGRAM [ARG...]",
	.about = "Run a program that is bound to some addresses of the host.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct plan {
	uint32_t	nid;		/* VS_XID_SELF: any free one */
	bool		disconnect, secure, silent;
	struct net_list	special;	/* broadcast and loopback address */
	struct net_list	addresses;
	struct vc_bits	caps;
	struct vc_bits	flags;
};

static void set_option(struct plan *plan, int opt, const char *value)
{
	switch (opt) {
	case OPT_BCAST:
		net_add_special(&plan->special, value, NXA_MOD_BCAST);
		break;
	case OPT_LBACK:
		net_add_special(&plan->special, value, NXA_MOD_LBACK);
		break;
	case OPT_IP:
		net_add_ip(&plan->addresses, value);
		break;
	case OPT_FLAG:
		arg_list(VC_LIST_NFLAGS, value, &plan->flags);
		break;
	case OPT_NCAP:
		arg_list(VC_LIST_NCAPS, value, &plan->caps);
		break;
	case OPT_NID:
		plan->nid = arg_id(value, VC_ID_STOPPED, EXIT_OWN);
		break;
	case OPT_DISCONNECT:
		plan->disconnect = true;
		break;
	case OPT_SECURE:
		plan->secure = true;
		break;
	default:
		plan->silent = true;
		break;
	}
}

static void set_attributes(const struct plan *plan)
{
	struct vcmd_net_caps caps = { plan->caps.flag, plan->caps.mask };
	struct vcmd_ctx_flags flags = { plan->flags.flag, plan->flags.mask };

	if (plan->secure) {
		caps.ncaps |= NCAPS_SECURE & ~caps.cmask;
		caps.cmask |= NCAPS_SECURE;
		flags.flagword |= NFLAGS_SECURE & ~flags.mask;
		flags.mask |= NFLAGS_SECURE;
	}
	if (caps.cmask && vc_set_ncaps(plan->nid, &caps))
		die_nid("vc_set_ncaps", plan->nid);
	if (flags.mask && vc_set_nflags(plan->nid, &flags))
		die_nid("vc_set_nflags", plan->nid);
}

static void set_addresses(const struct plan *plan, const struct net_list *list)
{
	char text[64];

	for (size_t i = 0; i < list->n; i++) {
		if (!net_change(plan->nid, &list->entry[i], true))
			continue;
		net_format(&list->entry[i], text, sizeof(text));
		die_call("vc_net_add", "%s", text);
	}
}

static void announce(const struct plan *plan)
{
	char text[64];

	if (plan->silent)
		return;
	fputs("ipv4root is now", stdout);
	for (size_t i = 0; i < plan->addresses.n; i++) {
		net_format(&plan->addresses.entry[i], text, sizeof(text));
		printf(" %s", text);
	}
	putchar('\n');
}

/* Create the network context and set it up; false when it exists. */
static bool create(struct plan *plan)
{
	int nid;

	if (plan->nid == VS_XID_SELF)
		nid = vc_net_create_free(NULL);
	else
		nid = vc_net_create(plan->nid, NULL);
	if (nid < 0 && errno == EEXIST)
		return false;
	if (nid < 0)
		die_nid("vc_net_create", plan->nid);
	plan->nid = (uint32_t)nid;
	set_attributes(plan);
	set_addresses(plan, &plan->special);
	set_addresses(plan, &plan->addresses);
	announce(plan);
	return true;
}

/* Enter one that exists and leave it as it is. */
static void create_or_migrate(struct plan *plan)
{
	/* It may come or go between the two calls. */
	for (int tries = 0; tries < 10; tries++) {
		if (create(plan) || !vc_net_migrate(plan->nid))
			return;
		if (errno != ESRCH)
			break;
	}
	die_nid("vc_net_migrate", plan->nid);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct plan plan = { .nid = VS_XID_SELF };
	char **command;
	int opt;

	prog_start(&program);
	if (argc == 1) {
		prog_usage(true);
		return prog_finish(EXIT_OWN);
	}
	while ((opt = opt_next(&args)) != OPT_END)
		set_option(&plan, opt, args.value);
	command = arg_command(&args);
	if (plan.disconnect)
		detach(false);
	create_or_migrate(&plan);
	net_free(&plan.special);
	net_free(&plan.addresses);
	return chain_exec(command);
}
