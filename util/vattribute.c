// SPDX-License-Identifier: GPL-2.0
/*
 * vattribute: set and show flags and capabilities of a context.
 */
#include <errno.h>
#include <stdio.h>

#include "json.h"
#include "prog.h"
#include "secure.h"

enum {
	OPT_BCAP = OPT_LONG, OPT_CCAP, OPT_FLAG, OPT_GET, OPT_JSON, OPT_SECURE,
	OPT_SET, OPT_UMASK, OPT_XID,
};

static const struct opt opts[] = {
	{ OPT_BCAP, "bcap", "LIST", "system capabilities" },
	{ OPT_CCAP, "ccap", "LIST", "context capabilities" },
	{ OPT_XID, "ctx", "ID", NULL },
	{ OPT_FLAG, "flag", "LIST", "flags" },
	{ OPT_GET, "get", NULL, "show all of them" },
	{ OPT_JSON, "json", NULL, "show them as JSON" },
	{ OPT_SECURE, "secure", NULL, "start from few capabilities" },
	{ OPT_SET, "set", NULL, "set them (default)" },
	{ OPT_UMASK, "umask", "LIST", "namespaces that may be unshared" },
	{ OPT_XID, "xid", "ID", "the context (default: the own one)" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vattribute",
	.purpose = "set and show attributes of a context",
	.synopsis =
		"[--xid ID] --set [options] [[--] PROGRAM [ARG...]]\n"
		"[--xid ID] --get [--json] [[--] PROGRAM [ARG...]]",
	.about = "Set and show flags and capabilities of a context.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct attributes {
	struct vc_bits	bcaps;
	struct vc_bits	ccaps;
	struct vc_bits	flags;
	struct vc_bits	umask;
};

/* What was asked for by name wins over what --secure says. */
static void add_secure(struct vc_bits *bits, uint64_t flag, uint64_t mask)
{
	bits->flag = (flag & ~bits->mask) | (bits->flag & bits->mask);
	bits->mask |= mask;
}

static void set_all(uint32_t xid, const struct attributes *a)
{
	const struct vcmd_ctx_caps ccaps = { a->ccaps.flag, a->ccaps.mask };
	const struct vcmd_bcaps bcaps = { a->bcaps.flag, a->bcaps.mask };
	const struct vcmd_ctx_flags flags = { a->flags.flag, a->flags.mask };
	const struct vcmd_umask umask = { a->umask.flag, a->umask.mask };

	if (ccaps.cmask && vc_set_ccaps(xid, &ccaps))
		die_xid("vc_set_ccaps", xid);
	if (bcaps.bmask && vc_set_bcaps(xid, &bcaps))
		die_xid("vc_set_bcaps", xid);
	if (flags.mask && vc_set_cflags(xid, &flags))
		die_xid("vc_set_cflags", xid);
	if (umask.mask && vc_set_umask(xid, &umask))
		die_xid("vc_set_umask", xid);
}

/* Returns whether the kernel knows the umask. */
static bool get_all(uint32_t xid, struct attributes *a)
{
	struct vcmd_ctx_caps ccaps;
	struct vcmd_bcaps bcaps;
	struct vcmd_ctx_flags flags;
	struct vcmd_umask umask;

	if (vc_get_bcaps(xid, &bcaps))
		die_xid("vc_get_bcaps", xid);
	if (vc_get_ccaps(xid, &ccaps))
		die_xid("vc_get_ccaps", xid);
	if (vc_get_cflags(xid, &flags))
		die_xid("vc_get_cflags", xid);
	a->bcaps.flag = bcaps.bcaps;
	a->ccaps.flag = ccaps.ccaps;
	a->flags.flag = flags.flagword;
	if (vc_get_umask(xid, &umask))
		return false;
	a->umask.flag = umask.umask;
	return true;
}

static void print_block(const char *title, enum vc_list list, uint64_t bits)
{
	char text[2048];

	vc_list_format(list, bits, text, sizeof(text));
	printf("%s:\n%s\n", title, text);
}

static void show(uint32_t xid)
{
	struct attributes a = { .umask.flag = 0 };
	bool has_umask = get_all(xid, &a);

	print_block("bcapabilities", VC_LIST_BCAPS, a.bcaps.flag);
	print_block("ccapabilities", VC_LIST_CCAPS, a.ccaps.flag);
	print_block("flags", VC_LIST_CFLAGS, a.flags.flag);
	if (has_umask)
		print_block("umask", VC_LIST_UMASK, a.umask.flag);
}

static void show_json(uint32_t xid)
{
	struct attributes a = { .umask.flag = 0 };
	bool has_umask = get_all(xid, &a);

	json_open(NULL, '{');
	json_bits("bcapabilities", VC_LIST_BCAPS, a.bcaps.flag);
	json_bits("ccapabilities", VC_LIST_CCAPS, a.ccaps.flag);
	json_bits("flags", VC_LIST_CFLAGS, a.flags.flag);
	if (has_umask)
		json_bits("umask", VC_LIST_UMASK, a.umask.flag);
	json_close('}');
	json_end();
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct attributes a = { .umask.flag = 0 };
	bool get = false, set = false, json = false, secure = false;
	uint32_t xid = VS_XID_SELF;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_BCAP:
			arg_list(VC_LIST_BCAPS, args.value, &a.bcaps);
			break;
		case OPT_CCAP:
			arg_list(VC_LIST_CCAPS, args.value, &a.ccaps);
			break;
		case OPT_FLAG:
			arg_list(VC_LIST_CFLAGS, args.value, &a.flags);
			break;
		case OPT_UMASK:
			arg_list(VC_LIST_UMASK, args.value, &a.umask);
			break;
		case OPT_XID:
			xid = arg_id(args.value, 0, EXIT_OWN);
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
		add_secure(&a.bcaps, VS_BCAPS_SECURE, ~0ULL);
		add_secure(&a.ccaps, CCAPS_SECURE, ~0ULL);
		add_secure(&a.flags, CFLAGS_SECURE, CFLAGS_SECURE);
	}
	if (!get)
		set_all(xid, &a);
	else if (json)
		show_json(xid);
	else
		show(xid);
	return chain_rest(&args);
}
