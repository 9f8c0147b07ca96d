// SPDX-License-Identifier: GPL-2.0
/*
 * Option parsing: "-x ARG", "-xARG", "--xid ARG", "--xid=ARG", unambiguous
 * abbreviations of long names; the first operand ends it.
 */
#include <stdlib.h>
#include <string.h>

#include "prog-private.h"

static const struct opt common[] = {
	{ OPT_HELP,	"help",		NULL, NULL },
	{ OPT_VERSION,	"version",	NULL, NULL },
	{ 0,		NULL,		NULL, NULL },
};

bool opt_is_free(int letter)
{
	for (const struct opt *o = prog_current->opts; o->name; o++)
		if (o->id == letter)
			return false;
	return true;
}

static const struct opt *find_letter(int letter)
{
	for (const struct opt *o = prog_current->opts; o->name; o++)
		if (o->id == letter)
			return o;
	return letter == 'h' ? &common[0] : letter == 'V' ? &common[1] : NULL;
}

/*
 * Look up a long name.  Rows with the same id are spellings of one option and
 * do not make an abbreviation ambiguous.
 */
static const struct opt *find_name(const char *name, size_t len,
				   bool *ambiguous)
{
	const struct opt *const tables[] = { prog_current->opts, common };
	const struct opt *found = NULL;

	*ambiguous = false;
	for (size_t i = 0; i < 2; i++)
		for (const struct opt *o = tables[i]; o->name; o++) {
			if (strncmp(o->name, name, len))
				continue;
			if (strlen(o->name) == len) {
				*ambiguous = false;
				return o;
			}
			if (found && found->id != o->id)
				*ambiguous = true;
			found = o;
		}
	return found;
}

static void __attribute__((__noreturn__)) bad_option(const char *problem,
						     const char *option,
						     size_t len,
						     const char *rest)
{
	msg_usage("%s: %s'%.*s'%s", prog_current->name, problem, (int)len,
		  option, rest);
}

static int take(const struct opt *o)
{
	if (o->id == OPT_HELP)
		prog_usage(false);
	else if (o->id == OPT_VERSION)
		prog_version();
	else
		return o->id;
	exit(prog_finish(0));
}

static int next_long(struct args *args, const char *word)
{
	size_t len = strcspn(word + 2, "=");
	const char *value = word[2 + len] ? word + 2 + len + 1 : NULL;
	bool ambiguous;
	const struct opt *o = find_name(word + 2, len, &ambiguous);

	if (!o)
		bad_option("unrecognized option ", word, len + 2, "");
	if (ambiguous)
		bad_option("option ", word, len + 2, " is ambiguous");
	if (!o->arg && value)
		bad_option("option ", word, len + 2,
			   " doesn't allow an argument");
	if (o->arg && !value) {
		if (args->next == args->argc)
			bad_option("option ", word, len + 2,
				   " requires an argument");
		value = args->argv[args->next++];
	}
	args->value = value;
	return take(o);
}

static int next_short(struct args *args)
{
	const char *letter = args->cluster++;
	const struct opt *o = find_letter((unsigned char)*letter);

	if (!o)
		bad_option("invalid option -- ", letter, 1, "");
	args->value = NULL;
	if (o->arg) {
		args->value = args->cluster;
		args->cluster = "";
		if (!*args->value) {
			if (args->next == args->argc)
				bad_option("option requires an argument -- ",
					   letter, 1, "");
			args->value = args->argv[args->next++];
		}
	}
	return take(o);
}

int opt_next(struct args *args)
{
	const char *word;

	if (args->cluster && *args->cluster)
		return next_short(args);
	if (args->next >= args->argc)
		return OPT_END;
	word = args->argv[args->next];
	if (*word != '-' || !word[1])
		return OPT_END;
	args->next++;
	if (word[1] != '-') {
		args->cluster = word + 1;
		return next_short(args);
	}
	return word[2] ? next_long(args, word) : OPT_END;
}
