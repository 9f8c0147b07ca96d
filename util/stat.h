/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of vserver-stat share: one row for each context.
 */
#ifndef UTIL_STAT_H
#define UTIL_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vserver.h"

struct row {
	uint32_t	xid;
	uint32_t	processes;
	uint64_t	vsz;		/* bytes */
	uint64_t	rss;		/* bytes */
	uint64_t	utime;		/* 1/100 s, here and below */
	uint64_t	stime;
	uint64_t	uptime;
	bool		old_style;	/* configured by NAME.conf */
	char		name[VC_GUEST_NAME_MAX + 1];
};

/* Rows in ascending order of xid, until somebody sorts them. */
struct table {
	struct row	*rows;
	size_t		n;
	size_t		size;
};

/* The row of a context, new if necessary; NULL: no memory. */
struct row *table_get(struct table *table, uint32_t xid);
void table_free(struct table *table);

/* Sort by a column: "ctx", "proc", "vsz" ...; -1: no such column. */
int table_sort(struct table *table, const char *column);

/* Fill the table.  Ends the program when /proc makes no sense. */
void stat_collect(struct table *table);

/* Print the heading, a row, everything as JSON or as OpenMetrics text. */
void stat_print_header(void);
void stat_print_row(const struct row *row);
void stat_print_json(const struct table *table);
void stat_print_metrics(const struct table *table);

#endif
