// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-stat: a table of running contexts.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "prog.h"
#include "stat.h"

enum { OPT_JSON = OPT_LONG };

static const struct opt opts[] = {
	{ OPT_JSON, "json", NULL, "show the table as JSON" },
	{ 'n', "no-header", NULL, "leave the heading out" },
	{ 'O', "sort", "COLUMN", "order: ctx proc vsz rss utime stime\n"
	  "                              uptime name (default: ctx)" },
	{ 'w', "watch", "SEC", "repeat after this time" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-stat",
	.purpose = "show the running contexts",
	.synopsis = "[options] [ID...]",
	.about = "Show what all running contexts, or those given, use.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* Keep the rows that were asked for. */
static void filter(struct table *t, char **ids)
{
	struct table kept = { .rows = NULL };

	for (; *ids; ids++) {
		uint32_t xid;
		struct row *row;

		if (vc_id_parse(NULL, *ids, 0, &xid, NULL)) {
			msg_raw("invalid context name: %s", *ids);
			prog_exit(EXIT_FAILURE);
		}
		for (size_t i = 0; i < t->n; i++) {
			if (t->rows[i].xid != xid)
				continue;
			row = table_get(&kept, xid);
			if (row)
				*row = t->rows[i];
		}
	}
	table_free(t);
	*t = kept;
}

static void show(char **ids, const char *column, bool header, bool json)
{
	struct table table = { .rows = NULL };

	stat_collect(&table);
	if (*ids)
		filter(&table, ids);
	table_sort(&table, column);
	if (json) {
		stat_print_json(&table);
	} else {
		if (header)
			stat_print_header();
		for (size_t i = 0; i < table.n; i++)
			stat_print_row(&table.rows[i]);
	}
	table_free(&table);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct table none = { .rows = NULL };
	const char *column = "ctx";
	bool header = true, json = false;
	unsigned int seconds = 0;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_JSON:
			json = true;
			break;
		case 'n':
			header = false;
			break;
		case 'O':
			if (table_sort(&none, args.value))
				msg_usage("%s: invalid column '%s'",
					  program.name, args.value);
			column = args.value;
			break;
		default:
			seconds = (unsigned int)arg_number(args.value,
							   INT_MAX, "time");
			break;
		}
	}
	for (;;) {
		show(argv + args.next, column, header, json);
		prog_flush();
		if (!seconds)
			return prog_finish(EXIT_SUCCESS);
		sleep(seconds);
		if (!json)
			putchar('\n');
	}
}
