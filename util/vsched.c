// SPDX-License-Identifier: GPL-2.0
/*
 * vsched: set and show the limit of the CPU time of a context.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "prog.h"

enum {
	OPT_BUCKET = OPT_LONG, OPT_CPU, OPT_CPU_MASK, OPT_DIR, OPT_FILL,
	OPT_FILL2, OPT_FORCE, OPT_GET, OPT_IDLE, OPT_INTERVAL, OPT_INTERVAL2,
	OPT_JSON, OPT_MISSINGOK, OPT_PRIO, OPT_TOKENS, OPT_MAX, OPT_MIN,
	OPT_XID,
};

static const struct opt opts[] = {
	{ OPT_BUCKET, "bucket-id", "N", "the bucket; there is one, 0" },
	{ OPT_BUCKET, "bucket_id", "N", NULL },
	{ OPT_CPU, "cpu-id", "N", "a CPU; makes no difference" },
	{ OPT_CPU, "cpu_id", "N", NULL },
	{ OPT_CPU_MASK, "cpu-mask", "MASK", NULL },
	{ OPT_CPU_MASK, "cpu_mask", "MASK", NULL },
	{ OPT_XID, "ctx", "ID", NULL },
	{ OPT_DIR, "dir", "DIR", "files named as the options" },
	{ OPT_FILL, "fill-rate", "N", "tokens for each interval" },
	{ OPT_FILL2, "fill-rate2", "N", "the same while a CPU is idle" },
	{ OPT_FILL, "fill_rate", "N", NULL },
	{ OPT_FILL2, "fill_rate2", "N", NULL },
	{ OPT_FORCE, "force", NULL, "at once, as always" },
	{ OPT_GET, "get", NULL, "show the values" },
	{ OPT_IDLE, "idle-time", NULL, "use the second rate" },
	{ OPT_IDLE, "idle_time", NULL, NULL },
	{ OPT_INTERVAL, "interval", "N", "ticks between fillings" },
	{ OPT_INTERVAL2, "interval2", "N", "the same while a CPU is idle" },
	{ OPT_JSON, "json", NULL, "show the values as JSON" },
	{ OPT_MISSINGOK, "missingok", NULL, "the directory may be missing" },
	{ OPT_PRIO, "prio-bias", "N", "-20 to 20" },
	{ OPT_PRIO, "prio_bias", "N", NULL },
	{ OPT_PRIO, "priority-bias", "N", NULL },
	{ OPT_PRIO, "priority_bias", "N", NULL },
	{ OPT_TOKENS, "tokens", "N", "what the bucket holds now" },
	{ OPT_MAX, "tokens-max", "N", "what it can hold" },
	{ OPT_MIN, "tokens-min", "N", "what ends a hold" },
	{ OPT_MAX, "tokens_max", "N", NULL },
	{ OPT_MIN, "tokens_min", "N", NULL },
	{ OPT_XID, "xid", "ID", "the context (default: the own one)" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vsched",
	.purpose = "set and show the limit of CPU time of a context",
	.synopsis =
		"[--xid ID] [options] [[--] PROGRAM [ARG...]]\n"
		"[--xid ID] --get [--json] [[--] PROGRAM [ARG...]]",
	.about = "Set and show the token bucket of a context.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* The values, in the order of --get; the names are those of files, too. */
static const struct field {
	int		opt;
	const char	*name;
	const char	*old;		/* spelling of an old file */
	uint32_t	bit;
	size_t		offset;
} fields[] = {
#define FIELD(opt, name, old, bit, member) \
	{ opt, name, old, bit, offsetof(struct vcmd_sched, member) }
	FIELD(OPT_FILL, "fill-rate", NULL, VXSM_FILL_RATE, fill_rate[0]),
	FIELD(OPT_INTERVAL, "interval", NULL, VXSM_INTERVAL, interval[0]),
	FIELD(OPT_TOKENS, "tokens", NULL, VXSM_TOKENS, tokens),
	FIELD(OPT_MIN, "tokens-min", NULL, VXSM_TOKENS_MIN, tokens_min),
	FIELD(OPT_MAX, "tokens-max", NULL, VXSM_TOKENS_MAX, tokens_max),
	FIELD(OPT_PRIO, "prio-bias", "priority-bias", VXSM_PRIO_BIAS,
	      prio_bias),
	FIELD(OPT_FILL2, "fill-rate2", NULL, VXSM_FILL_RATE2, fill_rate[1]),
	FIELD(OPT_INTERVAL2, "interval2", NULL, VXSM_INTERVAL2, interval[1]),
	FIELD(OPT_CPU, "cpu-id", NULL, VXSM_CPU_ID, cpu_id),
	FIELD(OPT_BUCKET, "bucket-id", NULL, VXSM_BUCKET_ID, bucket_id),
#undef FIELD
};

#define N_FIELDS	(sizeof(fields) / sizeof(*fields))

/* What says where, or how, and not what. */
#define NOTHING_TO_SET	(VXSM_CPU_ID | VXSM_BUCKET_ID | VXSM_FORCE)

static int32_t *value_of(struct vcmd_sched *s, const struct field *f)
{
	return (int32_t *)((char *)s + f->offset);
}

static void set_field(struct vcmd_sched *s, const struct field *f,
		      const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 0);
	if (end == text || *end || errno || value < INT32_MIN ||
	    value > INT32_MAX)
		msg_die(EXIT_OWN, "invalid %s '%s'", f->name, text);
	*value_of(s, f) = (int32_t)value;
	s->mask |= f->bit;
}

static void set_option(struct vcmd_sched *s, int opt, const char *text)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].opt == opt)
			set_field(s, &fields[i], text);
}

/* What was said on the command line wins over what is in files. */
static void add(struct vcmd_sched *s, const struct vcmd_sched *more)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (more->mask & fields[i].bit)
			*value_of(s, &fields[i]) =
				*(const int32_t *)((const char *)more +
						   fields[i].offset);
	s->mask |= more->mask;
}

/* The first line of a file; false when there is no such file. */
static bool read_file(const char *dir, const char *name, char *line,
		      size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    sizeof(path))
		msg_die(EXIT_OWN, "path '%s/%s' is too long", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return false;
	if (fd < 0)
		die_call("open", "%s", path);
	n = read(fd, line, size - 1);
	if (n < 0)
		die_call("read", "%s", path);
	close(fd);
	line[n] = '\0';
	line[strcspn(line, " \t\n")] = '\0';
	return true;
}

static struct vcmd_sched read_dir(const char *dir)
{
	struct vcmd_sched s = { .mask = 0 };
	char line[64];

	for (size_t i = 0; i < N_FIELDS; i++)
		if (read_file(dir, fields[i].name, line, sizeof(line)) ||
		    (fields[i].old &&
		     read_file(dir, fields[i].old, line, sizeof(line))))
			set_field(&s, &fields[i], line);
	if (read_file(dir, "idle-time", line, sizeof(line)) &&
	    strcmp(line, "0") && strcmp(line, "false") && strcmp(line, "no"))
		s.mask |= VXSM_IDLE_TIME;
	return s;
}

static void set(uint32_t xid, const struct vcmd_sched *s)
{
	if ((s->mask & ~(uint32_t)NOTHING_TO_SET) && vc_set_sched(xid, s))
		die_xid("vc_set_sched", xid);
}

static int is_directory(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
		(entry->d_type == DT_DIR || entry->d_type == DT_LNK ||
		 entry->d_type == DT_UNKNOWN);
}

/* One for each CPU, in the order of their names. */
static void set_subdirs(uint32_t xid, const char *dir,
			const struct vcmd_sched *options)
{
	struct dirent **list;
	int n = scandir(dir, &list, is_directory, alphasort);

	if (n < 0)
		die_call("scandir", "%s", dir);
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		struct vcmd_sched s;
		int fd;

		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir,
				     list[i]->d_name) >= sizeof(path))
			msg_die(EXIT_OWN, "path '%s/%s' is too long", dir,
				list[i]->d_name);
		free(list[i]);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOTDIR)
			continue;
		if (fd < 0)
			die_call("open", "%s", path);
		close(fd);
		s = read_dir(path);
		add(&s, options);
		set(xid, &s);
	}
	free(list);
}

static void set_dir(uint32_t xid, const char *dir, bool missingok,
		    const struct vcmd_sched *options)
{
	struct vcmd_sched s;

	if (access(dir, R_OK | X_OK)) {
		if (errno != ENOENT || !missingok)
			die_call("access", "%s", dir);
		set(xid, options);
		return;
	}
	s = read_dir(dir);
	add(&s, options);
	set(xid, &s);
	set_subdirs(xid, dir, options);
}

static void show(uint32_t xid, bool json)
{
	struct vcmd_sched s = { .mask = 0 };
	bool idle;

	if (vc_get_sched(xid, &s))
		die_xid("vc_get_sched", xid);
	idle = s.mask & VXSM_IDLE_TIME;
	if (json)
		json_open(NULL, '{');
	for (size_t i = 0; i < N_FIELDS; i++) {
		const struct field *f = &fields[i];

		if (f->bit & NOTHING_TO_SET)
			continue;
		if (json)
			json_number(f->name, *value_of(&s, f));
		else
			printf("%s: %d\n", f->name, *value_of(&s, f));
	}
	if (json) {
		json_bool("idle-time", idle);
		json_close('}');
		json_end();
	} else {
		printf("idle-time: %d\n", idle);
	}
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct vcmd_sched s = { .mask = 0 };
	bool get = false, json = false, missingok = false;
	const char *dir = NULL;
	uint32_t xid = VS_XID_SELF;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_CPU_MASK:
			msg_warn("'--cpu-mask' has no effect, use a cpuset");
			break;
		case OPT_DIR:
			dir = args.value;
			break;
		case OPT_FORCE:
			s.mask |= VXSM_FORCE;
			break;
		case OPT_GET:
			get = true;
			break;
		case OPT_IDLE:
			s.mask |= VXSM_IDLE_TIME;
			break;
		case OPT_JSON:
			json = true;
			break;
		case OPT_MISSINGOK:
			missingok = true;
			break;
		case OPT_XID:
			xid = arg_id(args.value, 0, EXIT_OWN);
			break;
		default:
			set_option(&s, opt, args.value);
			break;
		}
	}
	if (get && (s.mask || dir))
		msg_usage("%s: '--get' excludes options that set something",
			  program.name);
	if (json && !get)
		msg_usage("%s: '--json' needs '--get'", program.name);
	if (missingok && !dir)
		msg_usage("%s: '--missingok' needs '--dir'", program.name);

	if (get)
		show(xid, json);
	else if (dir)
		set_dir(xid, dir, missingok, &s);
	else
		set(xid, &s);
	return chain_rest(&args);
}
