// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-stat: how the table looks.
 */
#include <stdio.h>

#include "format.h"
#include "json.h"
#include "stat.h"

#define NAME_WIDTH	20

void stat_print_header(void)
{
	puts("CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME");
}

void stat_print_row(const struct row *row)
{
	char vsz[FORMAT_LEN], rss[FORMAT_LEN], utime[FORMAT_LEN];
	char stime[FORMAT_LEN], uptime[FORMAT_LEN];
	char name[NAME_WIDTH + 1], text[NAME_WIDTH + 1];

	if (row->old_style)
		snprintf(text, sizeof(text), "[%s]",
			 format_name(row->name, NAME_WIDTH - 2, name));
	else
		format_name(row->name, NAME_WIDTH, text);
	printf("%-5u %4u%7s%7s%10s%10s%10s %s\n", (unsigned int)row->xid,
	       (unsigned int)row->processes, format_size(row->vsz, vsz),
	       format_size(row->rss, rss), format_time(row->utime, utime),
	       format_time(row->stime, stime),
	       format_time(row->uptime, uptime), text);
}

void stat_print_json(const struct table *table)
{
	json_open(NULL, '[');
	for (size_t i = 0; i < table->n; i++) {
		const struct row *row = &table->rows[i];

		json_open(NULL, '{');
		json_number("xid", row->xid);
		if (*row->name)
			json_string("name", row->name);
		else
			json_null("name");
		json_number("processes", row->processes);
		json_number("vsz", (int64_t)row->vsz);
		json_number("rss", (int64_t)row->rss);
		json_number("user_ms", (int64_t)row->utime * 10);
		json_number("sys_ms", (int64_t)row->stime * 10);
		json_number("uptime_ms", (int64_t)row->uptime * 10);
		json_close('}');
	}
	json_close(']');
	json_end();
}
