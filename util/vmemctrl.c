// SPDX-License-Identifier: GPL-2.0
/*
 * vmemctrl: set and show the bias of the OOM killer for a context.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prog.h"
#include "procfs.h"

enum { OPT_BADNESS = OPT_LONG, OPT_GET, OPT_SET, OPT_XID };

static const struct opt opts[] = {
	{ OPT_BADNESS, "badness", "N", "the bias" },
	{ OPT_XID, "ctx", "ID", NULL },
	{ OPT_GET, "get", NULL, "show it" },
	{ OPT_SET, "set", NULL, "set it" },
	{ OPT_XID, "xid", "ID", "the context (default: the own one)" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vmemctrl",
	.purpose = "set and show the OOM bias of a context",
	.synopsis =
		"[--xid ID] --set --badness N [[--] PROGRAM [ARG...]]\n"
		"[--xid ID] --get [[--] PROGRAM [ARG...]]",
	.about =
		"Set and show what the OOM killer adds to the oom_score_adj of"
		" each process of\n"
		"a context: thousandths of the memory.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

#define ADJ_MAX	1000

static int64_t parse(const char *text)
{
	long long value;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 0);
	/* What strtoll() skips at the beginning is no part of a number. */
	if (errno || end == text || *end || !strchr("-0123456789", *text))
		msg_die(EXIT_OWN, "invalid badness '%s'", text);
	return value;
}

/*
 * A kernel without the commands says what it says to those who may not use
 * them; root on the host may.
 */
static bool is_missing(void)
{
	return errno == ENOSYS && !geteuid();
}

/* The file that does for one process what a bias does for all. */
static void adj_path(uint32_t xid, char *path, size_t size)
{
	struct vcmd_vx_info info;

	if (xid == VS_XID_SELF) {
		snprintf(path, size, "/proc/self/oom_score_adj");
		return;
	}
	if (vc_vx_info(xid, &info))
		die_xid("vc_vx_info", xid);
	if (!info.initpid)
		msg_die(EXIT_OWN, "the kernel has no bias for contexts, and "
			"context %u has no init", (unsigned int)xid);
	snprintf(path, size, "/proc/%u/oom_score_adj",
		 (unsigned int)info.initpid);
}

static void set_adj(uint32_t xid, int64_t bias)
{
	char path[64], text[16];
	int fd, len;

	adj_path(xid, path, sizeof(path));
	bias = bias > ADJ_MAX ? ADJ_MAX : bias < -ADJ_MAX ? -ADJ_MAX : bias;
	len = snprintf(text, sizeof(text), "%d\n", (int)bias);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	close(fd);
}

static int64_t get_adj(uint32_t xid)
{
	char path[64], text[32];

	adj_path(xid, path, sizeof(path));
	if (proc_read(path, text, sizeof(text)) < 0)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	return strtol(text, NULL, 10);
}

static void set(uint32_t xid, int64_t bias)
{
	if (!vc_set_badness(xid, bias))
		return;
	if (!is_missing())
		die_xid("vc_set_badness", xid);
	set_adj(xid, bias);
}

static void show(uint32_t xid)
{
	int64_t bias;

	if (vc_get_badness(xid, &bias)) {
		if (!is_missing())
			die_xid("vc_get_badness", xid);
		bias = get_adj(xid);
	}
	printf("%" PRId64 "\n", bias);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const char *badness = NULL;
	bool do_get = false, do_set = false;
	uint32_t xid = VS_XID_SELF;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_BADNESS:
			badness = args.value;
			break;
		case OPT_GET:
			do_get = true;
			break;
		case OPT_SET:
			do_set = true;
			break;
		default:
			xid = arg_id(args.value, 0, EXIT_OWN);
			break;
		}
	}
	if (do_get == do_set)
		msg_usage("%s: either '--get' or '--set' is needed",
			  program.name);
	if (do_set != !!badness)
		msg_usage("%s: '--set' and '--badness' belong together",
			  program.name);
	if (do_set)
		set(xid, parse(badness));
	else
		show(xid);
	return chain_rest(&args);
}
