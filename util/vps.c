// SPDX-License-Identifier: GPL-2.0
/*
 * vps: ps(1) for all contexts, with a column that tells the context.
 *
 * Runs as spectator, so itself and ps belong to context 1 in the list.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format.h"
#include "json.h"
#include "lines.h"
#include "prog.h"
#include "psline.h"

#define PS	"/bin/ps"

/* The width of the context's name, with the blank behind it. */
#define NAME_WIDTH	14

enum { OPT_JSON = OPT_LONG };

static const struct opt opts[] = {
	{ OPT_JSON, "json", NULL, "show all processes as JSON" },
	{ 'x', "xid", "ID", "only processes of this context" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vps",
	.purpose = "list the processes of all contexts",
	.synopsis = "[-x ID] [--json] [--] [PS-OPTION...]",
	.about =
		"List processes of all contexts.  Options of vps come first;"
		" all others go to ps.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct filter {
	bool		active;
	uint32_t	xid;
};

/*
 * Options of ours may only be recognized by their full spelling, for most
 * options belong to ps; "-x" is ours if an id follows.
 */
static int is_own(const char *word, const char *next)
{
	static const char *const own[] = {
		"--help", "--version", "--json", "--xid",
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcmp(word, own[i]))
			return 1;
	return !strncmp(word, "--xid=", 6) ||
	       (!strcmp(word, "-x") && next &&
		(*next == ':' || (*next >= '0' && *next <= '9')));
}

/* What the name column shows. */
static const char *context_name(int xid, char *text)
{
	char name[VC_GUEST_NAME_MAX + 1];

	if (xid == VS_XID_HOST)
		return "MAIN";
	if (xid == VS_XID_SPECTATOR)
		return "ALL_PROC";
	if (xid < 0 || vc_guest_name(NULL, (uint32_t)xid, name, sizeof(name)))
		return "ERR";
	return format_name(name, NAME_WIDTH - 1, text);
}

static void print_row(const char *line, const struct ps_header *header,
		      const struct filter *filter)
{
	char xid_text[16] = "?", name[NAME_WIDTH];
	size_t end;
	pid_t pid = ps_find_pid(header, line, &end);
	int xid;

	/* Continued from the line before. */
	if (pid <= 0) {
		if (!filter->active)
			puts(line);
		return;
	}
	xid = vc_task_xid(pid);
	if (filter->active && xid != (int)filter->xid)
		return;
	if (xid >= 0)
		snprintf(xid_text, sizeof(xid_text), "%d", xid);
	printf("%.*s %5s %-*s%s\n", (int)end, line, xid_text, NAME_WIDTH,
	       context_name(xid, name), line[end] ? line + end + 1 : "");
}

static bool print_table(struct lines *lines, const struct filter *filter)
{
	struct ps_header header;
	const char *line = lines_next(lines);

	if (!line || ps_parse_header(line, &header)) {
		/* Let ps finish, so that it has a status of its own. */
		while (lines_next(lines))
			;
		return false;
	}
	printf("%.*s %-20s%s\n", (int)header.end, line, "CONTEXT",
	       line[header.end] ? line + header.end + 1 : "");
	while ((line = lines_next(lines)))
		print_row(line, &header, filter);
	return true;
}

/* The columns that --json asks ps for; the last one may contain blanks. */
static const char *const columns[] = {
	"pid", "ppid", "user", "tty", "stat", "time", "args",
};

#define COLUMNS		"pid=,ppid=,user:32=,tty=,stat=,time=,args="
#define N_COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static bool split_columns(char *line, char *fields[N_COLUMNS])
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		line += strspn(line, " ");
		fields[i] = line;
		if (i == N_COLUMNS - 1)
			return true;
		line += strcspn(line, " ");
		if (!*line)
			return false;
		*line++ = '\0';
	}
	return true;
}

static void print_object(char *fields[N_COLUMNS], const struct filter *filter)
{
	int xid = vc_task_xid((pid_t)strtol(fields[0], NULL, 10));
	char name[VC_GUEST_NAME_MAX + 1];

	if (filter->active && xid != (int)filter->xid)
		return;
	json_open(NULL, '{');
	if (xid < 0)
		json_null("xid");
	else
		json_number("xid", xid);
	if (xid < VS_XID_MIN ||
	    vc_guest_name(NULL, (uint32_t)xid, name, sizeof(name)))
		json_null("name");
	else
		json_string("name", name);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		if (i < 2)
			json_number(columns[i], strtol(fields[i], NULL, 10));
		else
			json_string(columns[i], fields[i]);
	}
	json_close('}');
}

static bool print_json(struct lines *lines, const struct filter *filter)
{
	char *fields[N_COLUMNS], *line;

	json_open(NULL, '[');
	while ((line = lines_next(lines)))
		if (split_columns(line, fields))
			print_object(fields, filter);
	json_close(']');
	json_end();
	return true;
}

static void set_filter(struct filter *filter, const char *text)
{
	filter->xid = arg_id(text, 0, EXIT_OWN);
	filter->active = true;
	/* "self" is where we come from, not the spectator. */
	if (filter->xid > VS_XID_MAX)
		filter->xid = (uint32_t)vc_task_xid(0);
}

static void enter_spectator(void)
{
	if (vc_ctx_migrate(VS_XID_SPECTATOR, 0) < 0)
		die_call("vc_ctx_migrate", "xid %d", VS_XID_SPECTATOR);
	if (access("/proc/uptime", R_OK))
		msg_warn("/proc/uptime can not be accessed. Usually, this is "
			 "caused by procfs-security; run 'vprocunhide'");
}

static pid_t start_ps(char **argv, int *output)
{
	int fds[2];
	pid_t child;

	prog_flush();
	if (pipe2(fds, O_CLOEXEC))
		die_call("pipe2", NULL);
	child = fork();
	if (child < 0)
		die_call("fork", NULL);
	if (!child) {
		if (dup2(fds[1], STDOUT_FILENO) >= 0)
			execv(PS, argv);
		msg_call("execv", PS);
		_exit(EXIT_OWN);
	}
	close(fds[1]);
	*output = fds[0];
	return child;
}

static int wait_ps(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_OWN;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

/* The arguments of ps, in new memory. */
static char **ps_argv(int argc, char *argv[], bool json)
{
	char **list = calloc((size_t)argc + 5, sizeof(*list));
	int n = 0;

	if (!list)
		msg_die(EXIT_OWN, "%s", strerror(ENOMEM));
	list[n++] = (char *)(uintptr_t)"ps";
	for (int i = 0; i < argc; i++)
		list[n++] = argv[i];
	if (json) {
		if (!argc)
			list[n++] = (char *)(uintptr_t)"-e";
		list[n++] = (char *)(uintptr_t)"-ww";
		list[n++] = (char *)(uintptr_t)"-o";
		list[n++] = (char *)(uintptr_t)COLUMNS;
	}
	return list;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct lines lines = { .fd = -1 };
	struct filter filter = { .active = false };
	bool json = false, parsed;
	int status;
	pid_t child;

	prog_start(&program);
	while (args.next < argc &&
	       is_own(argv[args.next], argv[args.next + 1])) {
		if (opt_next(&args) == OPT_JSON)
			json = true;
		else
			set_filter(&filter, args.value);
	}
	if (args.next < argc && !strcmp(argv[args.next], "--"))
		args.next++;

	enter_spectator();
	argv = ps_argv(argc - args.next, argv + args.next, json);
	child = start_ps(argv, &lines.fd);
	parsed = json ? print_json(&lines, &filter) :
			print_table(&lines, &filter);
	close(lines.fd);
	lines_free(&lines);
	free(argv);
	status = wait_ps(child);
	/* A ps that failed has said why. */
	if (!parsed && !status) {
		msg_raw("Failed to parse ps-output");
		status = EXIT_EXISTS;
	}
	return prog_finish(status);
}
