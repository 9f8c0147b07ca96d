// SPDX-License-Identifier: GPL-2.0
/*
 * nattribute: set and show flags and capabilities of a network context.
 */
#include <stdio.h>

#include "json.h"
#include "netaddr.h"
#include "prog.h"
#include "secure.h"

enum {
	OPT_FLAG = OPT_LONG, OPT_GET, OPT_JSON, OPT_NCAP, OPT_NID, OPT_SECURE,
	OPT_SET,
};

static const struct opt opts[] = {
	{ OPT_FLAG, "flag", "LIST", "flags" },
	{ OPT_GET, "get", NULL, "show all of them" },
	{ OPT_JSON, "json", NULL, "show them as JSON" },
	{ OPT_NCAP, "ncap", "LIST", "capabilities" },
	{ OPT_NID, "nid", "ID", "the network context (default: the own one)" },
	{ OPT_SECURE, "secure", NULL, "start from what guests usually have" },
	{ OPT_SET, "set", NULL, "set them (default)" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "nattribute",
	.purpose = "set and show attributes of a network context",
	.synopsis =
		"[--nid ID] --set [options] [[--] PROGRAM [ARG...]]\n"
		"[--nid ID] --get [--json] [[--] PROGRAM [ARG...]]",
	.about = "Set and show flags and capabilities of a network context.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* What was asked for by name wins over what --secure says. */
static void add_secure(struct vc_bits *bits, uint64_t flag)
{
	bits->flag |= flag & ~bits->mask;
	bits->mask |= flag;
}

static void set_all(uint32_t nid, const struct vc_bits *caps,
		    const struct vc_bits *flags)
{
	const struct vcmd_net_caps ncaps = { caps->flag, caps->mask };
	const struct vcmd_ctx_flags nflags = { flags->flag, flags->mask };

	if (ncaps.cmask && vc_set_ncaps(nid, &ncaps))
		die_nid("vc_set_ncaps", nid);
	if (nflags.mask && vc_set_nflags(nid, &nflags))
		die_nid("vc_set_nflags", nid);
}

static void print_block(const char *title, enum vc_list list, uint64_t bits)
{
	char text[2048];

	vc_list_format(list, bits, text, sizeof(text));
	printf("%s:\n%s\n", title, text);
}

static void show(uint32_t nid, bool json)
{
	struct vcmd_ctx_flags flags;
	struct vcmd_net_caps caps;

	if (vc_get_ncaps(nid, &caps))
		die_nid("vc_get_ncaps", nid);
	if (vc_get_nflags(nid, &flags))
		die_nid("vc_get_nflags", nid);
	if (!json) {
		print_block("ncapabilities", VC_LIST_NCAPS, caps.ncaps);
		print_block("nflags", VC_LIST_NFLAGS, flags.flagword);
		return;
	}
	json_open(NULL, '{');
	json_bits("ncapabilities", VC_LIST_NCAPS, caps.ncaps);
	json_bits("nflags", VC_LIST_NFLAGS, flags.flagword);
	json_close('}');
	json_end();
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct vc_bits caps = { 0, 0 }, flags = { 0, 0 };
	bool get = false, set = false, json = false, secure = false;
	uint32_t nid = VS_XID_SELF;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_NCAP:
			arg_list(VC_LIST_NCAPS, args.value, &caps);
			break;
		case OPT_FLAG:
			arg_list(VC_LIST_NFLAGS, args.value, &flags);
			break;
		case OPT_NID:
			nid = arg_id(args.value, 0, EXIT_OWN);
			break;
		case OPT_GET:
			get = true;
			break;
		case OPT_JSON:
			json = true;
			break;
		case OPT_SECURE:
			secure = true;
			break;
		default:
			set = true;
			break;
		}
	}
	if (get && set)
		msg_usage("%s: '--get' and '--set' exclude each other",
			  program.name);
	if (json && !get)
		msg_usage("%s: '--json' needs '--get'", program.name);

	if (secure) {
		add_secure(&caps, NCAPS_SECURE);
		add_secure(&flags, NFLAGS_SECURE);
	}
	if (get)
		show(nid, json);
	else
		set_all(nid, &caps, &flags);
	return chain_rest(&args);
}
