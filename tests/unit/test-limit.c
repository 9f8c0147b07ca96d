// SPDX-License-Identifier: GPL-2.0
/*
 * Limits as text, and their names.
 */
#include <errno.h>
#include <string.h>

#include "tap.h"
#include "vserver.h"

static const struct {
	const char	*text;
	uint64_t	value;
} good[] = {
	{ "0", 0 },
	{ "200", 200 },
	{ "200\n", 200 },
	{ "0x10", 16 },
	{ "010", 8 },
	{ "5k", 5000 },
	{ "5K", 5120 },
	{ "5m", 5000000 },
	{ "5M", 5242880 },
	{ "5g", 5000000000 },
	{ "5G", 5368709120 },
	{ "5T", 5497558138880 },
	{ "0x10K", 16384 },
	{ "2M\n", 2097152 },
	{ "inf", VC_LIMIT_INF },
	{ "inf\n", VC_LIMIT_INF },
	{ "infinity", VC_LIMIT_INF },
	{ "info", VC_LIMIT_INF },
	{ "unlimited", VC_LIMIT_INF },
	{ "-1", VC_LIMIT_INF },
	{ "0xffffffffffffffff", VC_LIMIT_INF },
	{ "16777215T", 16777215ULL << 40 },
};

static const struct {
	const char	*text;
	int		code;
	size_t		offset;
	size_t		length;
} bad[] = {
	{ "", EINVAL, 0, 0 },
	{ "\n", EINVAL, 0, 0 },
	{ "x", EINVAL, 0, 1 },
	{ "-2", EINVAL, 0, 2 },
	{ "+5", EINVAL, 0, 2 },
	{ " 5", EINVAL, 0, 2 },
	{ "5 ", EINVAL, 1, 1 },
	{ "5x", EINVAL, 1, 1 },
	{ "5KB", EINVAL, 2, 1 },
	{ "5\n\n", EINVAL, 1, 1 },
	{ "08", EINVAL, 0, 2 },
	{ "0x", EINVAL, 1, 1 },
	{ "in", EINVAL, 0, 2 },
	{ "INF", EINVAL, 0, 3 },
	{ "unlimitedx", EINVAL, 0, 10 },
	{ "18446744073709551616", ERANGE, 0, 20 },
	{ "16777216T", ERANGE, 0, 9 },
	{ "0xfffffffffffffffe", ERANGE, 0, 18 },
};

static void test_names(void)
{
	static const struct {
		uint32_t	id;
		const char	*name;
	} names[] = {
		{ 0, "cpu" }, { 5, "rss" }, { 6, "nproc" }, { 7, "nofile" },
		{ 9, "as" }, { 10, "locks" }, { 12, "msgqueue" },
		{ 16, "nsock" }, { 17, "openfd" }, { 23, "mapped" },
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *name = vc_rlimit_name(names[i].id);

		ok(name && !strcmp(name, names[i].name), "name of limit %u",
		   (unsigned int)names[i].id);
		ok(vc_rlimit_id(names[i].name) == (int)names[i].id,
		   "id of limit %s", names[i].name);
	}
	ok(vc_rlimit_id("NProc") == 6, "names in any case");
	ok(!vc_rlimit_name(15) && !vc_rlimit_name(24) && !vc_rlimit_name(~0U),
	   "ids without a name");
	ok(vc_rlimit_id("") == -1 && errno == EINVAL, "no name");
	ok(vc_rlimit_id("nprocs") == -1 && errno == EINVAL, "unknown name");
}

int main(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		uint64_t value = 77;

		ok(!vc_limit_parse(good[i].text, &value, NULL) &&
		   value == good[i].value, "limit %.*s",
		   (int)strcspn(good[i].text, "\n"), good[i].text);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct vc_parse parse = { 0, 0, NULL };
		uint64_t value = 77;
		int ret = vc_limit_parse(bad[i].text, &value, &parse);

		ok(ret == -1 && errno == bad[i].code && value == 77 &&
		   parse.offset == bad[i].offset &&
		   parse.length == bad[i].length, "refuse limit '%.*s'",
		   (int)strcspn(bad[i].text, "\n"), bad[i].text);
	}
	test_names();
	return done();
}
