// SPDX-License-Identifier: GPL-2.0
/*
 * Output of ps and files of /proc.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "caps.h"
#include "lines.h"
#include "procfs.h"
#include "psline.h"
#include "tap.h"

static const struct {
	const char	*header;
	const char	*line;
	pid_t		pid;
	size_t		end;
} rows[] = {
	{ "    PID TTY      STAT   TIME COMMAND",
	  "   5068 ?        S      0:00 /sbin/syslogd", 5068, 7 },
	{ "  PID TTY      STAT   TIME COMMAND",
	  "    1 ?        S      0:05 init", 1, 5 },
	{ "USER         PID %CPU %MEM    VSZ   RSS TTY STAT START TIME COMMAND",
	  "root           1  0.0  0.1   1000   500 ?   Ss   10:00 0:01 init",
	  1, 16 },
	{ "USER         PID %CPU",
	  "verylonguser123 4711  0.0", 4711, 20 },
	{ "F S   UID     PID    PPID  C PRI  NI ADDR SZ WCHAN  TTY",
	  "4 S     0     123       1  0  80   0 -  1000 -      ?", 123, 17 },
	{ "    PID", "     77", 77, 7 },
	{ "COMMAND             PID", "a b c                42", 42, 23 },
	{ "    PID TTY", "", -1, 0 },
	{ "    PID TTY", "        continued text", -1, 17 },
	{ "    PID TTY", "99999999999999999999 x", -1, 20 },
	{ "    PID TTY", "    4x5 ?", -1, 7 },
};

static void test_ps(void)
{
	struct ps_header h;

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t end = 0;
		pid_t pid;

		if (ps_parse_header(rows[i].header, &h)) {
			ok(false, "heading '%s'", rows[i].header);
			continue;
		}
		pid = ps_find_pid(&h, rows[i].line, &end);
		ok(pid == rows[i].pid && end == rows[i].end, "line '%s'",
		   rows[i].line);
	}
	ok(ps_parse_header("  PPID TTY", &h) == -1, "PPID is not PID");
	ok(ps_parse_header("", &h) == -1, "an empty heading");
	ok(ps_parse_header("  1 ?  S", &h) == -1, "no heading");
	ok(!ps_parse_header("   PPID     PID", &h) && h.word == 1 &&
	   h.end == 15, "PID behind PPID");
}

static void test_stat(void)
{
	static const char tail[] =
		" S 1 2 3 4 5 6 7 8 9 10 140 150 160 170 20 0 1 0 99 4096 7 "
		"18446744073709551615 1 1\n";
	char text[512];
	struct proc_stat s;

	snprintf(text, sizeof(text), "123 (cat)%s", tail);
	ok(!proc_parse_stat(text, &s) && s.pid == 123 && s.state == 'S' &&
	   s.ppid == 1 && s.utime == 140 && s.stime == 150 &&
	   s.cutime == 160 && s.cstime == 170 && s.vsize == 4096 &&
	   s.rss_pages == 7, "fields of stat");
	snprintf(text, sizeof(text), "5 (a) R 9 (b) x)%s", tail);
	ok(!proc_parse_stat(text, &s) && s.state == 'S' && s.ppid == 1,
	   "a name with brackets");
	snprintf(text, sizeof(text), "5 (%s)%s", "x\ny", tail);
	ok(!proc_parse_stat(text, &s) && s.pid == 5, "a name with a newline");
	ok(proc_parse_stat("", &s) == -1, "empty stat");
	ok(proc_parse_stat("5 (x)", &s) == -1, "stat without fields");
	ok(proc_parse_stat("5 (x) S 1 2 3", &s) == -1, "stat cut short");
	ok(proc_parse_stat("x (x) S 1", &s) == -1, "stat without pid");
	ok(proc_parse_stat(")", &s) == -1, "only a bracket");
}

static void test_status(void)
{
	static const char text[] =
		"Name:\tVxID: 9\nPPid:\t17\nVxID:\t42\nNxID: 43\n"
		"CapInh:\t0000000000000001\nCapPrm:\t0000000000000002\n"
		"CapEff:\t0000000000000003\nCapBnd:\t000001ffffffffff\n"
		"CapAmb:\t0000000000000004\nEmpty:\t\n";
	struct capsets sets;
	uint64_t v = 0;

	ok(!proc_status_number(text, "VxID", &v) && v == 42, "VxID");
	ok(!proc_status_number(text, "NxID", &v) && v == 43,
	   "NxID after a blank");
	ok(!proc_status_number(text, "PPid", &v) && v == 17, "PPid");
	ok(proc_status_number(text, "Pid", &v) == -1, "no Pid");
	ok(proc_status_number(text, "Empty", &v) == -1, "no number");
	ok(proc_status_number("", "VxID", &v) == -1, "no text");
	ok(!caps_parse_status(text, &sets) && sets.inheritable == 1 &&
	   sets.permitted == 2 && sets.effective == 3 &&
	   sets.bounding == 0x1ffffffffff && sets.ambient == 4,
	   "capabilities");
	ok(caps_parse_status("CapInh:\t0\n", &sets) == -1,
	   "no capabilities");
}

static void test_uptime(void)
{
	uint64_t v = 0;

	ok(!proc_parse_uptime("46844.07 1000.00\n", &v) && v == 4684407,
	   "uptime");
	ok(proc_parse_uptime("46844", &v) == -1, "uptime without fraction");
	ok(proc_parse_uptime("46844.0", &v) == -1, "uptime cut short");
	ok(proc_parse_uptime("x", &v) == -1, "uptime that is none");
}

static void test_caps_option(void)
{
	struct vc_bits caps = { 0, 0 };

	caps_option("!chown,CAP_MKNOD", &caps);
	ok(caps_result(false, &caps) == ~1ULL, "all but one");
	ok(caps_result(true, &caps) == ((VS_BCAPS_SECURE & ~1ULL) | 1 << 27),
	   "the secure ones, changed");
}

static void test_lines(void)
{
	char path[] = "/tmp/vserver-test-XXXXXX", *line;
	int fd = mkstemp(path);
	static char wide[100000];
	struct lines lines = { .fd = fd };
	bool written;

	memset(wide, 'w', sizeof(wide));
	unlink(path);
	written = write(fd, "one\n\nthree\n", 11) == 11 &&
		  write(fd, wide, sizeof(wide)) == sizeof(wide) &&
		  write(fd, "\nlast", 5) == 5;
	lseek(fd, 0, SEEK_SET);
	line = lines_next(&lines);
	ok(written && line && !strcmp(line, "one"), "first line");
	line = lines_next(&lines);
	ok(line && !*line, "empty line");
	line = lines_next(&lines);
	ok(line && !strcmp(line, "three"), "third line");
	line = lines_next(&lines);
	ok(line && strlen(line) == sizeof(wide), "a line of 100000 bytes");
	line = lines_next(&lines);
	ok(line && !strcmp(line, "last"), "last line without newline");
	ok(!lines_next(&lines) && !lines_next(&lines), "the end");
	lines_free(&lines);
	close(fd);
}

int main(void)
{
	test_ps();
	test_stat();
	test_status();
	test_uptime();
	test_caps_option();
	test_lines();
	return done();
}
