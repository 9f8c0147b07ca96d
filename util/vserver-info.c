// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-info: answer one question about a guest, a process or the kernel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "json.h"
#include "prog.h"

enum { OPT_JSON = OPT_LONG };

static const struct opt opts[] = {
	{ OPT_JSON, "json", NULL, "answer as JSON" },
	{ 'l', "list", NULL, "list the tags" },
	{ 'q', "quiet", NULL, "print nothing, only set the status" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-info",
	.purpose = "answer questions about guests, processes and the kernel",
	.synopsis = "[-q] [--json] ID TAG [ARG]\n"
		    "-l\n"
		    "",
	.about =
		"Answer one question about a guest, a process or the kernel.\n"
		"ID is the name of a guest, the id of a context or a process,"
		" or - if not needed.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static const struct tag {
	const char	*name;
	info_fn		*answer;
	const char	*help;
} tags[] = {
	{ "APIVER", info_apiver, "version of the kernel interface" },
	{ "APPDIR", info_appdir, "configuration directory of an application" },
	{ "CANONIFY", info_canonify, "a name that can be a file name" },
	{ "CFGDIR", info_cfgdir, "configuration directory" },
	{ "CONTEXT", info_context, "context of a guest; ARG 0: if it runs" },
	{ "FEATURE", info_feature, "status: the kernel has feature ARG" },
	{ "ID", info_id, "guest of a context, as a path" },
	{ "INITPID", info_initpid, "init of a context" },
	{ "INITPID_PID", info_initpid_pid, "init of a process's context" },
	{ "NAME", info_name, "name of a guest" },
	{ "NID", info_nid, "network context of a process" },
	{ "PXID", info_pxid, "context of a process's parent" },
	{ "RUNNING", info_running, "1 if the guest is running" },
	{ "SYSINFO", NULL, "everything that a bug report needs" },
	{ "TAG", info_tag, "file tag of a process" },
	{ "UTS", info_uts, "names of a context, or name ARG" },
	{ "VDIR", info_vdir, "root directory" },
	{ "VERIFYCAP", info_verifycap, "status: capabilities work" },
	{ "VERIFYPROC", info_verifyproc, "status: /proc can be used" },
	{ "XID", info_xid, "context of a process" },
	{ "XIDTYPE", info_xidtype, "main, watch, static, dynamic, invalid" },
};

#define N_TAGS	(sizeof(tags) / sizeof(tags[0]))

static void list_tags(void)
{
	for (size_t i = 0; i < N_TAGS; i++)
		printf("%-11s  %s\n", tags[i].name, tags[i].help);
}

static const struct tag *find_tag(const char *name)
{
	for (size_t i = 0; i < N_TAGS; i++)
		if (!strcmp(tags[i].name, name))
			return &tags[i];
	msg_usage("%s: unknown tag '%s'", program.name, name);
}

static void print_answer(const struct tag *tag, const char *out, bool found)
{
	json_open(NULL, '{');
	json_string("tag", tag->name);
	json_bool("found", found);
	if (*out)
		json_string("value", out);
	json_close('}');
	json_end();
}

static int answer(const struct tag *tag, const char *id, const char *arg,
		  bool quiet, bool json)
{
	char out[INFO_LEN] = "";
	bool found;

	if (!tag->answer) {
		if (!quiet)
			info_sysinfo(json);
		return EXIT_SUCCESS;
	}
	found = tag->answer(id, arg, out);
	if (json && !quiet)
		print_answer(tag, out, found);
	else if (*out && !quiet)
		puts(out);
	return found ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool quiet = false, json = false;
	const struct tag *tag;
	const char *arg;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'l':
			list_tags();
			return prog_finish(EXIT_SUCCESS);
		case 'q':
			quiet = true;
			break;
		default:
			json = true;
			break;
		}
	}
	if (args.next == argc) {
		msg_raw("%s: no tag given, showing SYSINFO; '--help' tells "
			"more", program.name);
		info_sysinfo(json);
		return prog_finish(EXIT_SUCCESS);
	}
	if (argc - args.next < 2 || argc - args.next > 3)
		msg_usage("%s: ID and TAG must be given", program.name);
	tag = find_tag(argv[args.next + 1]);
	arg = argc - args.next == 3 ? argv[args.next + 2] : NULL;
	return prog_finish(answer(tag, argv[args.next], arg, quiet, json));
}
