// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of options, and the program at the end of a command line.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/number.h"
#include "prog-private.h"

uint32_t arg_id(const char *text, unsigned int flags, int status)
{
	struct vc_error error;
	uint32_t id;

	if (vc_id_parse(NULL, text, flags, &id, &error))
		msg_die(status, "%s", error.text);
	return id;
}

uint64_t arg_number(const char *text, uint64_t max, const char *what)
{
	uint64_t value;

	if (lv_number(text, strlen(text), &value) || value > max)
		msg_die(prog_current->usage_status, "invalid %s '%s'", what,
			text);
	return value;
}

void arg_list(enum vc_list list, const char *text, struct vc_bits *bits)
{
	struct vc_parse parse;

	if (vc_list_parse(list, text, bits, &parse)) {
		msg_raw("Unknown %s '%.*s'", vc_list_label(list),
			(int)parse.length, text + parse.offset);
		prog_exit(prog_current->usage_status);
	}
	if (parse.old)
		msg_warn("%s '%s' is out of date, see vserver-contexts(7)",
			 vc_list_label(list), parse.old);
}

char **arg_command(const struct args *args)
{
	if (args->next >= args->argc) {
		msg_raw("No command given; use '--help' for more "
			"information.");
		prog_exit(prog_current->usage_status);
	}
	return args->argv + args->next;
}

int chain_exec(char **argv)
{
	prog_flush();
	execvp(*argv, argv);
	msg_warn("execvp(\"%s\"): %s", *argv, strerror(errno));
	if (prog_exit_hook)
		prog_exit_hook(EXIT_OWN);
	return EXIT_OWN;
}

int chain_rest(const struct args *args)
{
	if (args->next >= args->argc)
		return prog_finish(0);
	return chain_exec(args->argv + args->next);
}
