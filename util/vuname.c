// SPDX-License-Identifier: GPL-2.0
/*
 * vuname: set and show the names that a context has.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "prog.h"
#include "procfs.h"

enum { OPT_DIR = OPT_LONG, OPT_MISSINGOK, OPT_XID };

static const struct opt opts[] = {
	{ OPT_XID, "ctx", "ID", NULL },
	{ OPT_DIR, "dir", "DIR", "set the names that are files there" },
	{ 'g', "get", NULL, "show names (default)" },
	{ OPT_MISSINGOK, "missingok", NULL, "DIR may be missing" },
	{ 's', "set", NULL, "set names" },
	{ 't', "tag", "TAG=VALUE", "a name to be set" },
	{ OPT_XID, "xid", "ID", "the context" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vuname",
	.purpose = "set and show names of a context",
	.synopsis =
		"[-g] --xid ID [TAG...]\n"
		"-s --xid ID -t TAG=VALUE... [[--] PROGRAM [ARG...]]\n"
		"--dir DIR [--missingok] --xid ID [[--] PROGRAM [ARG...]]",
	.about =
		"Set and show the names of a context.  TAG is one of context,"
		" sysname, nodename,\n"
		"release, version, machine, domainname.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

#define N_FIELDS	(VHIN_DOMAINNAME + 1)

struct names {
	char	value[N_FIELDS][VHIN_LEN];
	bool	is_set[N_FIELDS];
};

static void set_name(struct names *names, int field, const char *value,
		     size_t len)
{
	if (len >= VHIN_LEN)
		msg_die(EXIT_OWN, "%s: value too long",
			vc_vhi_field_name(field));
	memcpy(names->value[field], value, len);
	names->value[field][len] = '\0';
	names->is_set[field] = true;
}

static void parse_tag(struct names *names, const char *text)
{
	size_t len = strcspn(text, "=");
	char tag[32] = "";
	int field = -1;

	if (len < sizeof(tag)) {
		memcpy(tag, text, len);
		field = vc_vhi_field(tag);
	}
	if (!text[len])
		msg_usage("%s: no value in '%s'", program.name, text);
	if (field < 0)
		msg_usage("%s: unknown tag '%.*s'", program.name, (int)len,
			  text);
	set_name(names, field, text + len + 1, strlen(text + len + 1));
}

static void read_file(struct names *names, const char *dir, const char *tag)
{
	/* Room for a value that is too long, so that it can be noticed. */
	char path[PATH_MAX], text[2 * VHIN_LEN];
	int field = vc_vhi_field(tag);

	if (field < 0) {
		msg_warn("%s/%s: not a name of a context, ignored", dir, tag);
		return;
	}
	/* What the command line says wins. */
	if (names->is_set[field])
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, tag);
	if (proc_read(path, text, sizeof(text)) < 0)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	set_name(names, field, text, strcspn(text, "\n"));
}

static void read_dir(struct names *names, const char *path, bool missingok)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir && missingok && errno == ENOENT)
		return;
	if (!dir)
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			read_file(names, path, entry->d_name);
	closedir(dir);
}

static void apply(uint32_t xid, const struct names *names)
{
	for (int i = 0; i < N_FIELDS; i++)
		if (names->is_set[i] &&
		    vc_set_vhi_name(xid, i, names->value[i]))
			die_call("vc_set_vhi_name", "%s of xid %u",
				 vc_vhi_field_name(i), (unsigned int)xid);
}

/* The names that were asked for; unknown ones stop the program. */
static int show_some(uint32_t xid, char **tags)
{
	for (char **tag = tags; *tag; tag++)
		if (vc_vhi_field(*tag) < 0)
			msg_usage("%s: unknown tag '%s'", program.name, *tag);
	for (char **tag = tags; *tag; tag++) {
		char value[VHIN_LEN];

		if (vc_get_vhi_name(xid, vc_vhi_field(*tag), value,
				    sizeof(value))) {
			msg_call("vc_get_vhi_name", "%s of xid %u", *tag,
				 (unsigned int)xid);
			return EXIT_OWN;
		}
		printf("%s%s", tag == tags ? "" : " ", value);
	}
	putchar('\n');
	return 0;
}

static int show_all(uint32_t xid)
{
	bool any = false;
	char values[N_FIELDS][VHIN_LEN];

	for (int i = 0; i < N_FIELDS; i++) {
		if (!vc_get_vhi_name(xid, i, values[i], sizeof(values[i])))
			any = true;
		else
			strcpy(values[i], "???");
	}
	if (!any) {
		msg_call("vc_get_vhi_name", "xid %u", (unsigned int)xid);
		return EXIT_OWN;
	}
	for (int i = 0; i < N_FIELDS; i++)
		printf("%s%s", i ? " " : "", values[i]);
	putchar('\n');
	return 0;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct names names = { .is_set = { false } };
	bool get = false, set = false, missingok = false;
	const char *dir = NULL, *id = NULL;
	uint32_t xid;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case 'g':
			get = true;
			break;
		case 's':
			set = true;
			break;
		case 't':
			parse_tag(&names, args.value);
			break;
		case OPT_DIR:
			dir = args.value;
			break;
		case OPT_MISSINGOK:
			missingok = true;
			break;
		default:
			id = args.value;
			break;
		}
	}
	if (get && (set || dir))
		msg_usage("%s: '--get' cannot be combined with '--set' or "
			  "'--dir'", program.name);
	if (!id)
		msg_usage("%s: no context given, use '--xid'", program.name);
	xid = arg_id(id, 0, EXIT_OWN);

	if (!set && !dir)
		return prog_finish(args.next < argc ?
				   show_some(xid, argv + args.next) :
				   show_all(xid));
	if (dir)
		read_dir(&names, dir, missingok);
	apply(xid, &names);
	return chain_rest(&args);
}
