// SPDX-License-Identifier: GPL-2.0
/*
 * mktables: copy a manual page from stdin to stdout and put tables of names
 * where a line says "@TABLE list@".
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vserver.h"

static const struct {
	const char	*name;
	enum vc_list	list;
} lists[] = {
	{ "cflags", VC_LIST_CFLAGS },
	{ "ccaps", VC_LIST_CCAPS },
	{ "bcaps", VC_LIST_BCAPS },
	{ "nflags", VC_LIST_NFLAGS },
	{ "ncaps", VC_LIST_NCAPS },
	{ "umask", VC_LIST_UMASK },
	{ "personality", VC_LIST_PERSONALITY },
	{ "vci", VC_LIST_VCI },
	{ "limits", VC_LIST_LIMITS },
};

#define N_LISTS	(sizeof(lists) / sizeof(lists[0]))

/* The other spellings of a name. */
static void print_aliases(const struct vc_name *main, enum vc_name_kind kind,
			  const char *intro)
{
	const char *last = NULL;

	for (const struct vc_name *n = vc_names(); n->name; n++) {
		if (n->list != main->list || n->bits != main->bits ||
		    n->kind != kind)
			continue;
		if (last)
			printf(".Cm %s ,\n", last);
		else
			printf("%s\n", intro);
		last = n->name;
	}
	if (last)
		printf(".Cm %s .\n", last);
}

static void print_row(const struct vc_name *n)
{
	printf(".It Cm %s Pq 0x%llx\n", n->name,
	       (unsigned long long)n->bits);
	printf("%c%s.\n", toupper((unsigned char)*n->text), n->text + 1);
	print_aliases(n, VC_NAME_ALIAS, "Also");
	print_aliases(n, VC_NAME_OLD, "Out of date:");
}

/* Whether a name has no row of another one to stand in. */
static int is_alone(const struct vc_name *old)
{
	for (const struct vc_name *n = vc_names(); n->name; n++)
		if (n->list == old->list && n->bits == old->bits &&
		    n->kind == VC_NAME_MAIN)
			return 0;
	return old->kind == VC_NAME_OLD;
}

static void print_table(enum vc_list list)
{
	puts(".Bl -tag -width 6n -compact");
	for (const struct vc_name *n = vc_names(); n->name; n++)
		if (n->list == list &&
		    (n->kind == VC_NAME_MAIN || n->kind == VC_NAME_SET ||
		     is_alone(n)))
			print_row(n);
	puts(".El");
}

int main(void)
{
	char line[1024], name[32];

	while (fgets(line, sizeof(line), stdin)) {
		size_t i = 0;

		if (sscanf(line, "@TABLE %31[a-z]@", name) != 1) {
			fputs(line, stdout);
			continue;
		}
		while (i < N_LISTS && strcmp(lists[i].name, name))
			i++;
		if (i == N_LISTS) {
			fprintf(stderr, "mktables: no table '%s'\n", name);
			return EXIT_FAILURE;
		}
		print_table(lists[i].list);
	}
	return ferror(stdin) || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
