// SPDX-License-Identifier: GPL-2.0
/*
 * What tables look like: sizes, times, names, and a row of vserver-stat.
 */
#include "capture.h"
#include "format.h"
#include "stat.h"
#include "tap.h"

static const struct {
	uint64_t	bytes;
	const char	*text;
} sizes[] = {
	{ 0, "0 " }, { 145, "145 " }, { 999, "999 " }, { 1000, "1K" },
	{ 1024, "1K" }, { 1126, "1.1K" }, { 2048, "2K" }, { 4710, "4.6K" },
	{ 1022976, "999K" }, { 1023900, "999.9K" }, { 1023999, "1M" },
	{ 1048576, "1M" }, { 45927629, "43.8M" }, { 1572864, "1.5M" },
	{ 5ULL << 30, "5G" }, { 5ULL << 40, "5T" }, { ~0ULL, "16E" },
};

static const struct {
	uint64_t	centiseconds;
	const char	*text;
} times[] = {
	{ 0, "0m00s00" }, { 3786, "0m37s86" }, { 17660, "2m56s60" },
	{ 223112, "37m11s12" }, { 359999, "59m59s99" },
	{ 360000, "01h00m00" }, { 4680044 / 100 * 100, "13h00m00" },
	{ 4684400, "13h00m44" }, { 8639999, "23h59m59" },
	{ 8640000, "1d00h00" }, { (28 * 1440 + 14 * 60 + 53) * 6000ULL,
	  "28d14h53" },
	{ 999 * 8640000ULL, "999d00h00" }, { 1000 * 8640000ULL, "2y270d00" },
	{ (3 * 365 + 4) * 8640000ULL + 5 * 360000, "3y04d05" },
};

static void print_header(const void *data)
{
	(void)data;
	stat_print_header();
}

static void print_row(const void *data)
{
	stat_print_row(data);
}

static void test_rows(void)
{
	struct row host = {
		.xid = 0, .processes = 37, .vsz = 45927629, .rss = 4710,
		.utime = 3786, .stime = 2252, .uptime = 4684400,
		.name = "root server",
	};
	struct row guest = {
		.xid = 42, .processes = 1, .vsz = 1572864, .rss = 145,
		.uptime = 17660, .name = "test0",
	};
	struct row large = {
		.xid = 65535, .processes = 9999, .vsz = 1023900, .rss = 2048,
		.utime = 223112, .stime = 53574, .uptime = 252000 * 1000ULL,
		.name = "a-name-that-is-longer-than-20",
	};

	is(capture(print_header, NULL),
	   "CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME\n",
	   "heading");
	is(capture(print_row, &host),
	   "0       37  43.8M   4.6K   0m37s86   0m22s52  13h00m44 "
	   "root server\n", "row of the host");
	is(capture(print_row, &guest),
	   "42       1   1.5M   145    0m00s00   0m00s00   2m56s60 test0\n",
	   "row of a guest");
	is(capture(print_row, &large),
	   "65535 9999 999.9K     2K  37m11s12   8m55s74  29d04h00 "
	   "a-name-that-is-longe\n", "widest row");
	guest.old_style = true;
	is(capture(print_row, &guest),
	   "42       1   1.5M   145    0m00s00   0m00s00   2m56s60 [test0]\n",
	   "row of an old-style guest");
}

static void test_table(void)
{
	static const uint32_t ids[] = { 50, 0, 43, 42, 50, 1, 65535, 42 };
	struct table t = { .rows = NULL };
	bool sorted = true;

	for (size_t i = 0; i < COUNT(ids); i++) {
		struct row *row = table_get(&t, ids[i]);

		row->processes++;
		row->rss = ids[i] == 43 ? 100 : ids[i] == 1 ? 7 : 0;
		snprintf(row->name, sizeof(row->name), "n%u",
			 (unsigned int)(100000 - ids[i]));
	}
	for (size_t i = 1; i < t.n; i++)
		sorted &= t.rows[i - 1].xid < t.rows[i].xid;
	ok(t.n == 6 && sorted, "rows are unique and in order");
	ok(table_get(&t, 50)->processes == 2, "rows are found again");
	ok(!table_sort(&t, "rss") && t.rows[0].xid == 43 &&
	   t.rows[1].xid == 1 && t.rows[2].xid == 0, "sort by size");
	ok(!table_sort(&t, "PROC") && t.rows[0].xid == 42 &&
	   t.rows[1].xid == 50, "sort by processes");
	ok(!table_sort(&t, "name") && t.rows[0].xid == 0 &&
	   t.rows[1].xid == 65535,
	   "sort by name");
	ok(!table_sort(&t, "ctx") && t.rows[0].xid == 0, "sort by id");
	ok(table_sort(&t, "foo") == -1, "no column foo");
	table_free(&t);
}

int main(void)
{
	char text[FORMAT_LEN];

	for (size_t i = 0; i < COUNT(sizes); i++)
		is(format_size(sizes[i].bytes, text), sizes[i].text,
		   sizes[i].text);
	for (size_t i = 0; i < COUNT(times); i++)
		is(format_time(times[i].centiseconds, text), times[i].text,
		   times[i].text);
	is(format_name("a\033[2Jb\x9b\x7f", 20, text), "a?[2Jb??",
	   "names cannot control a terminal");
	is(format_name("abcdef", 3, text), "abc", "names are cut");
	test_rows();
	test_table();
	return done();
}
