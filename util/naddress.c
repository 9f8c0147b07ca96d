// SPDX-License-Identifier: GPL-2.0
/*
 * naddress: set the addresses of a network context.
 */
#include <stdio.h>

#include "netaddr.h"
#include "prog.h"

enum {
	OPT_ADD = OPT_LONG, OPT_BCAST, OPT_IP, OPT_LBACK, OPT_MASK, OPT_NID,
	OPT_RANGE, OPT_REMOVE, OPT_SET, OPT_SILENT,
};

static const struct opt opts[] = {
	{ OPT_ADD, "add", NULL, "add addresses" },
	{ OPT_BCAST, "bcast", "ADDR", "the broadcast address" },
	{ OPT_IP, "ip", "ADDR[/MASK]", "an address, or a device with one" },
	{ OPT_LBACK, "lback", "ADDR", "the loopback address" },
	{ OPT_MASK, "mask", "ADDR/MASK", "all addresses of a network" },
	{ OPT_NID, "nid", "ID", "the network context (default: the own one)" },
	{ OPT_RANGE, "range", "ADDR-ADDR", "all from one to another" },
	{ OPT_REMOVE, "remove", NULL, "remove addresses" },
	{ OPT_SET, "set", NULL, "remove all, then add" },
	{ OPT_SILENT, "silent", NULL, "print nothing" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "naddress",
	.purpose = "set the addresses of a network context",
	.synopsis =
		"--add|--remove|--set [--nid ID] [options] "
		"[[--] PROGRAM [ARG...]]",
	.about = "Set the addresses of a network context.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static void change(uint32_t nid, const struct net_list *list, bool add,
		   bool silent)
{
	char text[64];

	if (!silent && list->n) {
		fputs(add ? "Adding" : "Removing", stdout);
		for (size_t i = 0; i < list->n; i++) {
			net_format(&list->entry[i], text, sizeof(text));
			printf(" %s", text);
		}
		putchar('\n');
	}
	for (size_t i = 0; i < list->n; i++) {
		if (!net_change(nid, &list->entry[i], add))
			continue;
		net_format(&list->entry[i], text, sizeof(text));
		die_call(add ? "vc_net_add" : "vc_net_remove", "%s", text);
	}
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct net_list list = { NULL, 0 };
	bool silent = false;
	uint32_t nid = VS_XID_SELF;
	int opt, action = 0;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_BCAST:
			net_add_special(&list, args.value, NXA_MOD_BCAST);
			break;
		case OPT_LBACK:
			net_add_special(&list, args.value, NXA_MOD_LBACK);
			break;
		case OPT_IP:
			net_add_ip(&list, args.value);
			break;
		case OPT_MASK:
			net_add_mask(&list, args.value);
			break;
		case OPT_RANGE:
			net_add_range(&list, args.value);
			break;
		case OPT_NID:
			nid = arg_id(args.value, 0, EXIT_OWN);
			break;
		case OPT_SILENT:
			silent = true;
			break;
		default:
			if (action && action != opt)
				msg_usage("%s: '--add', '--remove' and '--set' "
					  "exclude each other", program.name);
			action = opt;
			break;
		}
	}
	if (!action) {
		msg_raw("No operation specified");
		prog_exit(EXIT_OWN);
	}
	if (action == OPT_SET && net_clear(nid))
		die_nid("vc_net_remove", nid);
	change(nid, &list, action != OPT_REMOVE, silent);
	net_free(&list);
	return chain_rest(&args);
}
