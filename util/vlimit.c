// SPDX-License-Identifier: GPL-2.0
/*
 * vlimit: set and show limits of a context.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "json.h"
#include "prog.h"
#include "procfs.h"

enum { OPT_DIR = OPT_LONG, OPT_JSON, OPT_MISSINGOK, OPT_RESOURCE };

/* Each resource adds an option, and one with its number. */
static struct opt opts[64] = {
	{ 'a', "all", NULL, "show all limits" },
	{ 'u', "bytes", NULL, "sizes are in bytes, not in pages" },
	{ 'c', "ctx", "ID", NULL },
	{ 'd', "decimal", NULL, "show decimal numbers" },
	{ OPT_DIR, "dir", "DIR", "set the limits that are files there" },
	{ 'H', "hard", NULL, "next limit: the hard one (default)" },
	{ OPT_JSON, "json", NULL, "show all limits as JSON" },
	{ 'M', "min", NULL, "next limit: the guaranteed minimum" },
	{ OPT_MISSINGOK, "missingok", NULL, "DIR may be missing" },
	{ 'n', "numeric", NULL, "show numbers instead of names" },
	{ 'S', "soft", NULL, "next limit: the soft one" },
	{ 'c', "xid", "ID", "the context (default: the own one)" },
};

static const struct program program = {
	.name = "vlimit",
	.purpose = "set and show limits of a context",
	.synopsis =
		"[--xid ID] [-a] [[-MSH] --RESOURCE LIMIT]... [--dir DIR]\n"
		"       [[--] PROGRAM [ARG...]]",
	.about =
		"Set and show limits of a context.  LIMIT is a number, maybe"
		" with a unit, or inf.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* The three limits of a resource, and where each was found. */
enum { MIN, SOFT, HARD, KINDS };
enum source { NOWHERE, PLAIN_FILE, SPECIAL_FILE, COMMAND_LINE };

struct limit {
	const char	*text;		/* on the command line */
	uint64_t	value;
	enum source	source;
};

static struct limit limits[VLIM_IDS][KINDS];
static bool bytes, decimal, numeric;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct opt *)a)->name,
		      ((const struct opt *)b)->name);
}

static void add_resources(void)
{
	static char numbers[VLIM_IDS][3];
	struct opt *o = opts;

	while (o->name)
		o++;
	for (const struct vc_name *n = vc_names(); n->name; n++) {
		int id;

		if (n->list != VC_LIST_LIMITS)
			continue;
		id = vc_rlimit_id(n->name);
		*o++ = (struct opt){ OPT_RESOURCE + id, n->name, "LIMIT",
				     n->text };
		snprintf(numbers[id], sizeof(numbers[id]), "%d", id);
		*o++ = (struct opt){ OPT_RESOURCE + id, numbers[id], "LIMIT",
				     NULL };
	}
	qsort(opts, (size_t)(o - opts), sizeof(*o), by_name);
}

/* Of a resource that is counted in pages; else 0. */
static uint64_t page_size(uint32_t id)
{
	switch (id) {
	case 5:			/* rss */
	case 8:			/* memlock */
	case 9:			/* as */
	case VLIM_ANON:
	case VLIM_SHMEM:
	case VLIM_MAPPED:
		return (uint64_t)sysconf(_SC_PAGESIZE);
	default:
		return 0;
	}
}

static uint64_t parse(uint32_t id, const char *text)
{
	size_t len = strcspn(text, "\n");
	uint64_t value, page = page_size(id);
	bool in_bytes = len && text[len - 1] == 'B';
	char copy[64];

	snprintf(copy, sizeof(copy), "%.*s", (int)(len - in_bytes), text);
	if (len >= sizeof(copy) || vc_limit_parse(copy, &value, NULL)) {
		msg_raw("Can not parse limit '%.*s'", (int)len, text);
		prog_exit(EXIT_OWN);
	}
	if (in_bytes && !page)
		msg_die(EXIT_OWN, "%s is not counted in bytes",
			vc_rlimit_name(id));
	if ((bytes || in_bytes) && page && value != VC_LIMIT_INF)
		value = value / page + !!(value % page);
	return value;
}

/* What stands in a better place stays. */
static void set(uint32_t id, int kind, uint64_t value, enum source source)
{
	struct limit *l = &limits[id][kind];

	if (source < l->source)
		return;
	l->value = value;
	l->source = source;
}

static int suffix_kind(const char *suffix)
{
	static const char *const suffixes[KINDS] = { "min", "soft", "hard" };

	for (int i = 0; i < KINDS; i++)
		if (!strcmp(suffix, suffixes[i]))
			return i;
	return -1;
}

static void read_file(const char *dir, const char *file)
{
	char path[PATH_MAX], text[128], name[32];
	size_t len = strcspn(file, ".");
	int kind = -1, id;
	uint64_t value;

	snprintf(name, sizeof(name), "%.*s", (int)len, file);
	id = vc_rlimit_id(name);
	if (file[len])
		kind = suffix_kind(file + len + 1);
	if (id < 0 || (file[len] && kind < 0)) {
		msg_warn("%s/%s: not a limit, ignored", dir, file);
		return;
	}
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	if (proc_read(path, text, sizeof(text)) < 0)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	value = parse((uint32_t)id, text);
	if (kind >= 0) {
		set((uint32_t)id, kind, value, SPECIAL_FILE);
	} else {
		set((uint32_t)id, SOFT, value, PLAIN_FILE);
		set((uint32_t)id, HARD, value, PLAIN_FILE);
	}
}

static void read_dir(const char *path, bool missingok)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir && missingok && errno == ENOENT)
		return;
	if (!dir)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			read_file(path, entry->d_name);
	closedir(dir);
}

static void __attribute__((__noreturn__)) die_limit(const char *call,
						    uint32_t xid, uint32_t id)
{
	if (xid == VS_XID_SELF)
		die_call(call, "%s", vc_rlimit_name(id));
	die_call(call, "%s of xid %u", vc_rlimit_name(id), (unsigned int)xid);
}

static struct vcmd_ctx_rlimit_mask get_mask(void)
{
	struct vcmd_ctx_rlimit_mask mask = { 0 };

	if (vc_get_rlimit_mask(&mask))
		die_call("vc_get_rlimit_mask", NULL);
	return mask;
}

static uint64_t wanted(uint32_t id, int kind)
{
	const struct limit *l = &limits[id][kind];

	return l->source == NOWHERE ? VC_LIMIT_KEEP : l->value;
}

static bool is_given(uint32_t id)
{
	return limits[id][MIN].source || limits[id][SOFT].source ||
	       limits[id][HARD].source;
}

static void apply(uint32_t xid)
{
	const struct vcmd_ctx_rlimit_mask mask = get_mask();

	for (uint32_t id = 0; id < VLIM_IDS; id++) {
		const struct vcmd_ctx_rlimit rlimit = {
			.id		= id,
			.minimum	= wanted(id, MIN),
			.softlimit	= wanted(id, SOFT),
			.maximum	= wanted(id, HARD),
		};

		if (!is_given(id))
			continue;
		/* Old configurations have such; the start goes on. */
		if (!(mask.maximum & 1U << id)) {
			msg_warn("%s is not limited by this kernel, ignored",
				 vc_rlimit_name(id));
			continue;
		}
		if (vc_set_rlimit(xid, &rlimit))
			die_limit("vc_set_rlimit", xid, id);
	}
}

static const char *show_value(uint32_t id, uint64_t value, bool known,
			      char *text, size_t size)
{
	char human[FORMAT_LEN];
	uint64_t page = page_size(id);
	int len;

	if (!known)
		return "N/A";
	if (value == VC_LIMIT_INF)
		return "inf";
	len = snprintf(text, size, decimal ? "%" PRIu64 : "0x%" PRIx64, value);
	if (bytes && page && value < UINT64_MAX / page)
		snprintf(text + len, size - (size_t)len, " (%s)",
			 format_size(value * page, human));
	return text;
}

static void show_row(const struct vcmd_ctx_rlimit *r,
		     const struct vcmd_ctx_rlimit_mask *mask)
{
	char name[8], min[64], soft[64], hard[64];
	uint32_t bit = 1U << r->id;

	snprintf(name, sizeof(name), "%u", (unsigned int)r->id);
	printf("%-10s%-20s%-20s%s\n",
	       numeric || !vc_rlimit_name(r->id) ? name :
	       vc_rlimit_name(r->id),
	       show_value(r->id, r->minimum, mask->minimum & bit, min,
			  sizeof(min)),
	       show_value(r->id, r->softlimit, mask->softlimit & bit, soft,
			  sizeof(soft)),
	       show_value(r->id, r->maximum, mask->maximum & bit, hard,
			  sizeof(hard)));
}

/* No limit is null, as JSON has no infinity. */
static void json_limit(const char *key, uint64_t value, bool known)
{
	if (!known)
		return;
	if (value > INT64_MAX)
		json_null(key);
	else
		json_number(key, (int64_t)value);
}

static void json_row(uint32_t xid, const struct vcmd_ctx_rlimit *r,
		     const struct vcmd_ctx_rlimit_mask *mask)
{
	struct vcmd_rlimit_stat stat = { .id = r->id };
	uint32_t bit = 1U << r->id;

	json_open(NULL, '{');
	if (vc_rlimit_name(r->id))
		json_string("resource", vc_rlimit_name(r->id));
	json_number("id", r->id);
	json_limit("minimum", r->minimum, mask->minimum & bit);
	json_limit("soft", r->softlimit, mask->softlimit & bit);
	json_limit("hard", r->maximum, mask->maximum & bit);
	if (!vc_rlimit_stat(xid, &stat)) {
		json_limit("used", stat.value, true);
		json_limit("least", stat.minimum, true);
		json_limit("most", stat.maximum, true);
		json_number("hits", stat.hits);
	}
	json_close('}');
}

static void show(uint32_t xid, bool json)
{
	const struct vcmd_ctx_rlimit_mask mask = get_mask();
	uint32_t any = mask.minimum | mask.softlimit | mask.maximum;

	if (json)
		json_open(NULL, '[');
	for (uint32_t id = 0; id < VLIM_IDS; id++) {
		struct vcmd_ctx_rlimit rlimit = { .id = id };

		if (!(any & 1U << id))
			continue;
		if (vc_get_rlimit(xid, &rlimit))
			die_limit("vc_get_rlimit", xid, id);
		if (json)
			json_row(xid, &rlimit, &mask);
		else
			show_row(&rlimit, &mask);
	}
	if (json) {
		json_close(']');
		json_end();
	}
}

/* An option of a resource, for the kinds before it. */
static void take_limit(int opt, const char *text, unsigned int kinds)
{
	for (int kind = 0; kind < KINDS; kind++)
		if ((kinds ? kinds : 1U << HARD) & 1U << kind)
			limits[opt - OPT_RESOURCE][kind].text = text;
}

static void parse_all(void)
{
	for (uint32_t id = 0; id < VLIM_IDS; id++)
		for (int kind = 0; kind < KINDS; kind++)
			if (limits[id][kind].text)
				set(id, kind, parse(id, limits[id][kind].text),
				    COMMAND_LINE);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	bool all = false, json = false, missingok = false, any = false;
	const char *dir = NULL;
	uint32_t xid = VS_XID_SELF;
	unsigned int kinds = 0;
	int opt;

	add_resources();
	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'a':
			all = true;
			break;
		case 'c':
			xid = arg_id(args.value, 0, EXIT_OWN);
			break;
		case 'd':
			decimal = true;
			break;
		case 'n':
			numeric = true;
			break;
		case 'u':
			bytes = true;
			break;
		case 'M':
			kinds |= 1U << MIN;
			break;
		case 'S':
			kinds |= 1U << SOFT;
			break;
		case 'H':
			kinds |= 1U << HARD;
			break;
		case OPT_DIR:
			dir = args.value;
			break;
		case OPT_JSON:
			json = true;
			break;
		case OPT_MISSINGOK:
			missingok = true;
			break;
		default:
			take_limit(opt, args.value, kinds);
			any = true;
			kinds = 0;
			break;
		}
	}
	if (kinds)
		msg_usage("%s: no limit after '-M', '-S' or '-H'",
			  program.name);
	if (!any && !dir && !all && !json && args.next >= argc)
		msg_usage("%s: no limit given; '--all' shows them",
			  program.name);

	parse_all();
	if (dir)
		read_dir(dir, missingok);
	if (any || dir)
		apply(xid);
	if (all || json)
		show(xid, json);
	return chain_rest(&args);
}
