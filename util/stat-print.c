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

/* A value of a label: quotes, backslashes and newlines are escaped. */
static void print_label(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_sample(const char *name, const struct row *row,
			 const char *more)
{
	printf("vserver_%s{xid=\"%u\",name=\"", name, (unsigned int)row->xid);
	print_label(row->name);
	printf("\"%s} ", more);
}

static void print_family(const char *name, const char *unit, const char *type,
			 const char *help)
{
	printf("# TYPE vserver_%s %s\n", name, type);
	if (unit)
		printf("# UNIT vserver_%s %s\n", name, unit);
	printf("# HELP vserver_%s %s\n", name, help);
}

static void print_seconds(uint64_t cs)
{
	printf("%llu.%02u\n", (unsigned long long)(cs / 100),
	       (unsigned int)(cs % 100));
}

void stat_print_metrics(const struct table *t)
{
	print_family("processes", NULL, "gauge", "Processes of the context.");
	for (const struct row *r = t->rows; r < t->rows + t->n; r++) {
		print_sample("processes", r, "");
		printf("%u\n", (unsigned int)r->processes);
	}
	print_family("virtual_memory_bytes", "bytes", "gauge",
		     "Virtual memory of all processes.");
	for (const struct row *r = t->rows; r < t->rows + t->n; r++) {
		print_sample("virtual_memory_bytes", r, "");
		printf("%llu\n", (unsigned long long)r->vsz);
	}
	print_family("resident_memory_bytes", "bytes", "gauge",
		     "Resident memory of all processes.");
	for (const struct row *r = t->rows; r < t->rows + t->n; r++) {
		print_sample("resident_memory_bytes", r, "");
		printf("%llu\n", (unsigned long long)r->rss);
	}
	/* What a process took goes with it unless somebody waits for it. */
	print_family("cpu_seconds", "seconds", "gauge",
		     "Processor time of the processes that exist.");
	for (const struct row *r = t->rows; r < t->rows + t->n; r++) {
		print_sample("cpu_seconds", r, ",mode=\"user\"");
		print_seconds(r->utime);
		print_sample("cpu_seconds", r, ",mode=\"system\"");
		print_seconds(r->stime);
	}
	print_family("uptime_seconds", "seconds", "gauge",
		     "Time since the context was created.");
	for (const struct row *r = t->rows; r < t->rows + t->n; r++) {
		print_sample("uptime_seconds", r, "");
		print_seconds(r->uptime);
	}
	puts("# EOF");
}
