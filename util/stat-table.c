// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-stat: the table of contexts.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "stat.h"

/* Where the row of a context is, or has to be inserted. */
static size_t find(const struct table *t, uint32_t xid)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->rows[middle].xid < xid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int grow(struct table *t)
{
	size_t size = t->size ? t->size * 2 : 64;
	struct row *rows = realloc(t->rows, size * sizeof(*rows));

	if (!rows)
		return -1;
	t->rows = rows;
	t->size = size;
	return 0;
}

struct row *table_get(struct table *t, uint32_t xid)
{
	size_t i = find(t, xid);

	if (i < t->n && t->rows[i].xid == xid)
		return &t->rows[i];
	if (t->n == t->size && grow(t))
		return NULL;
	memmove(&t->rows[i + 1], &t->rows[i], (t->n - i) * sizeof(*t->rows));
	t->n++;
	t->rows[i] = (struct row){ .xid = xid };
	return &t->rows[i];
}

void table_free(struct table *t)
{
	free(t->rows);
	*t = (struct table){ .rows = NULL };
}

/* Sizes and times: the largest first; the order of ids decides a draw. */
#define COMPARE(column)							\
static int by_##column(const void *a, const void *b)			\
{									\
	const struct row *x = a, *y = b;				\
									\
	if (x->column != y->column)					\
		return x->column > y->column ? -1 : 1;			\
	return x->xid < y->xid ? -1 : x->xid > y->xid;			\
}

COMPARE(processes)
COMPARE(vsz)
COMPARE(rss)
COMPARE(utime)
COMPARE(stime)
COMPARE(uptime)

static int by_xid(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->xid < y->xid ? -1 : x->xid > y->xid;
}

static int by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int ret = strcmp(x->name, y->name);

	return ret ? ret : by_xid(a, b);
}

int table_sort(struct table *t, const char *column)
{
	static const struct {
		const char	*name;
		int		(*compare)(const void *, const void *);
	} orders[] = {
		{ "ctx", by_xid },	{ "proc", by_processes },
		{ "vsz", by_vsz },	{ "rss", by_rss },
		{ "utime", by_utime },	{ "stime", by_stime },
		{ "uptime", by_uptime },	{ "name", by_name },
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (!strcasecmp(column, orders[i].name)) {
			if (t->n)
				qsort(t->rows, t->n, sizeof(*t->rows),
				      orders[i].compare);
			return 0;
		}
	return -1;
}
