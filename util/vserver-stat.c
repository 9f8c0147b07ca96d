// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-stat: a table of running contexts.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prog.h"
#include "stat.h"

enum { OPT_JSON = OPT_LONG, OPT_METRICS, OPT_OUTPUT };

enum form { TABLE, JSON, METRICS };

static const struct opt opts[] = {
	{ OPT_JSON, "json", NULL, "show the table as JSON" },
	{ 'n', "no-header", NULL, "leave the heading out" },
	{ OPT_METRICS, "openmetrics", NULL, "show OpenMetrics text" },
	{ OPT_OUTPUT, "output", "FILE", "replace a file when all is\n"
	  "                              written" },
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

static void show(char **ids, const char *column, bool header, enum form form)
{
	struct table table = { .rows = NULL };

	stat_collect(&table);
	if (*ids)
		filter(&table, ids);
	table_sort(&table, column);
	if (form == JSON) {
		stat_print_json(&table);
	} else if (form == METRICS) {
		stat_print_metrics(&table);
	} else {
		if (header)
			stat_print_header();
		for (size_t i = 0; i < table.n; i++)
			stat_print_row(&table.rows[i]);
	}
	table_free(&table);
}

/* The name under which a file is written before it gets its own. */
static void temporary(const char *file, char *path, size_t size)
{
	int n = snprintf(path, size, "%s.%d.tmp", file, (int)getpid());

	if (n < 0 || (size_t)n >= size)
		msg_die(EXIT_FAILURE, "%s: the name is too long", file);
}

/* From now on, stdout is a new file beside @file. */
static void begin_output(const char *file)
{
	char path[PATH_MAX];
	int fd;

	temporary(file, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0644);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		msg_call("open", "%s", path);
		prog_exit(EXIT_FAILURE);
	}
	close(fd);
}

static void end_output(const char *file)
{
	char path[PATH_MAX];

	temporary(file, path, sizeof(path));
	prog_flush();
	if (fchmod(STDOUT_FILENO, 0644) || rename(path, file)) {
		msg_call("rename", "%s", file);
		unlink(path);
		prog_exit(EXIT_FAILURE);
	}
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct table none = { .rows = NULL };
	const char *column = "ctx";
	const char *output = NULL;
	enum form form = TABLE;
	bool header = true;
	unsigned int seconds = 0;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_JSON:
			form = JSON;
			break;
		case OPT_METRICS:
			form = METRICS;
			break;
		case OPT_OUTPUT:
			output = args.value;
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
		if (output)
			begin_output(output);
		show(argv + args.next, column, header, form);
		prog_flush();
		if (output)
			end_output(output);
		if (!seconds)
			return prog_finish(EXIT_SUCCESS);
		sleep(seconds);
		if (form == TABLE && !output)
			putchar('\n');
	}
}
