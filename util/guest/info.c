// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that tell about a guest: status, show and list.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "guest.h"
#include "json.h"

int guest_status(struct guest *g)
{
	struct vcmd_virt_stat stat;
	struct vcmd_ctx_stat count;
	char text[FORMAT_LEN];

	if (!state_running(g)) {
		printf("Vserver '%s' is stopped\n", g->name);
		return EXIT_STOPPED;
	}
	printf("Vserver '%s' is running at context '%u'\n", g->name,
	       (unsigned int)g->xid);
	if (cgroup_paused(g))
		printf("It is paused\n");
	if (!vc_ctx_stat(g->xid, &count))
		printf("Number of processes: %u\n",
		       (unsigned int)count.tasks);
	if (!vc_virt_stat(g->xid, &stat))
		printf("Uptime:              %s\n",
		       format_time(stat.uptime / 10000000, text));
	return 0;
}

/* Values of several lines as an array. */
static void show_json(const struct vc_config_entry *e)
{
	char line[1024];

	if (e->kind == VC_CONFIG_BOOL) {
		json_bool(e->key, true);
	} else if (e->kind == VC_CONFIG_LIST) {
		json_open(e->key, '[');
		for (size_t i = 0; vc_config_line(e->value, i, line,
						  sizeof(line), NULL); i++)
			json_string(NULL, line);
		json_close(']');
	} else {
		json_string(e->key, e->value);
	}
}

static void show_text(const struct vc_config_entry *e)
{
	const char *p = e->value;

	if (!*p) {
		printf("%s=\n", e->key);
		return;
	}
	while (*p) {
		size_t len = strcspn(p, "\n");

		printf("%s=%.*s\n", e->key, (int)len, p);
		p += len + !!p[len];
	}
}

int guest_show(const struct guest *g, bool json)
{
	const struct vc_config_entry *e;

	if (json) {
		json_open(NULL, '{');
		json_string("guest", g->name);
		json_string("root", vc_config_root(g->config));
		json_open("settings", '{');
	}
	for (size_t i = 0; (e = vc_config_entry(g->config, i)); i++) {
		if (json)
			show_json(e);
		else
			show_text(e);
	}
	if (json) {
		json_close('}');
		json_close('}');
		json_end();
	}
	return 0;
}

struct filter {
	bool		json, quiet, running, stopped;
	const char	*mark;
};

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

/* All addresses, separated by commas. */
static void addresses(const struct vc_config *c, char *text, size_t size)
{
	char name[64];
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; vc_config_child(c, "interfaces", i, name,
					   sizeof(name)); i++) {
		const char *ip = vc_config_get(c, "interfaces/%s/ip", name);

		if (ip && len + strlen(ip) + 2 < size)
			len += (size_t)sprintf(text + len, "%s%s",
					       len ? "," : "", ip);
	}
}

/* What is shown of one guest. */
struct row {
	const char	*name;
	bool		running, paused;
	uint32_t	xid;
	const char	*init;
	bool		has_uptime, has_memory;
	uint64_t	uptime;		/* 1/100 s */
	uint64_t	memory;		/* bytes */
	uint32_t	processes;
	char		addresses[256];
	const char	*mark;
};

static void fill_row(struct row *r, const char *name, struct vc_config *c)
{
	const struct guest g = { .name = name, .config = c };
	struct vcmd_ctx_stat count;
	struct vcmd_virt_stat stat;

	r->name = name;
	r->running = !vc_guest_xid(NULL, name, &r->xid);
	if (c) {
		r->init = init_style_name(c);
		r->mark = vc_config_get(c, "apps/init/mark");
		addresses(c, r->addresses, sizeof(r->addresses));
	}
	if (!r->running)
		return;
	if (!vc_ctx_stat(r->xid, &count))
		r->processes = count.tasks;
	r->has_uptime = !vc_virt_stat(r->xid, &stat);
	if (r->has_uptime)
		r->uptime = stat.uptime / 10000000;
	r->has_memory = cgroup_get(&g, "memory.current", &r->memory);
	r->paused = cgroup_paused(&g);
}

static const char *row_state(const struct row *r)
{
	return r->paused ? "paused" : r->running ? "running" : "stopped";
}

static void row_json(const struct row *r)
{
	json_open(NULL, '{');
	json_string("name", r->name);
	json_string("state", row_state(r));
	if (r->init)
		json_string("init", r->init);
	if (r->running) {
		json_number("xid", r->xid);
		json_number("processes", r->processes);
	}
	if (r->has_uptime)
		json_number("uptime", r->uptime / 100);
	if (r->has_memory)
		json_number("memory", r->memory);
	json_string("addresses", r->addresses);
	if (r->mark)
		json_string("mark", r->mark);
	json_close('}');
}

#define COLUMNS	"%-20s %5s %-8s %-8s %9s %5s %6s %-20s %s\n"

static void row_text(const struct row *r)
{
	char xid[16] = "", procs[16] = "", up[FORMAT_LEN] = "";
	char mem[FORMAT_LEN] = "";

	if (r->running) {
		snprintf(xid, sizeof(xid), "%u", (unsigned int)r->xid);
		snprintf(procs, sizeof(procs), "%u",
			 (unsigned int)r->processes);
	}
	if (r->has_uptime)
		format_time(r->uptime, up);
	if (r->has_memory)
		format_size(r->memory, mem);
	printf(COLUMNS, r->name, or_dash(xid), row_state(r), or_dash(r->init),
	       or_dash(up), or_dash(procs), or_dash(mem),
	       or_dash(r->addresses), or_dash(r->mark));
}

static void list_one(const char *name, const struct filter *f)
{
	struct vc_config *c = vc_config_read(NULL, name, NULL);
	struct row r = { .running = false };

	fill_row(&r, name, c);
	if ((f->running && !r.running) || (f->stopped && r.running) ||
	    (f->mark && (!r.mark || strcmp(r.mark, f->mark))))
		goto out;
	if (f->quiet)
		printf("%s\n", name);
	else if (f->json)
		row_json(&r);
	else
		row_text(&r);
out:
	vc_config_free(c);
}

static int is_guest(const struct dirent *e)
{
	return *e->d_name != '.' && vc_guest_name_valid(e->d_name);
}

static void list_all(const struct filter *f)
{
	struct dirent **entries;
	int n = scandir(vc_dirs_default()->conf, &entries, is_guest,
			alphasort);

	for (int i = 0; i < n; i++) {
		char *name = entries[i]->d_name;
		size_t len = strlen(name);
		struct vc_error error;
		struct vc_config *c;

		if (len > 5 && !strcmp(name + len - 5, ".conf"))
			name[len - 5] = '\0';
		/* One that cannot be trusted is listed, too. */
		c = vc_config_read(NULL, name, &error);
		if (c || error.code != ENOENT)
			list_one(name, f);
		vc_config_free(c);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int guest_list(int argc, char **argv)
{
	struct filter f = { .json = false };

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			f.json = true;
		else if (!strcmp(argv[i], "-q") || !strcmp(argv[i], "--quiet"))
			f.quiet = true;
		else if (!strcmp(argv[i], "--running"))
			f.running = true;
		else if (!strcmp(argv[i], "--stopped"))
			f.stopped = true;
		else if (!strcmp(argv[i], "--mark") && i + 1 < argc)
			f.mark = argv[++i];
		else
			msg_usage("vserver: list: unknown option '%s'",
				  argv[i]);
	}
	if (f.json && !f.quiet)
		json_open(NULL, '[');
	else if (!f.quiet)
		printf(COLUMNS, "NAME", "XID", "STATE", "INIT", "UPTIME",
		       "PROCS", "MEM", "ADDRESSES", "MARK");
	list_all(&f);
	if (f.json && !f.quiet) {
		json_close(']');
		json_end();
	}
	return 0;
}
