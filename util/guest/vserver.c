// SPDX-License-Identifier: GPL-2.0
/*
 * vserver: start, stop, enter and administrate guests.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

enum {
	OPT_DEBUG = OPT_LONG, OPT_SILENT, OPT_DEFAULTTTY,
};

static const struct opt opts[] = {
	{ OPT_DEBUG, "debug", NULL, "tell each step" },
	{ OPT_DEFAULTTTY, "defaulttty", NULL, NULL },
	{ 'n', "dry-run", NULL, "tell the steps and do nothing" },
	{ OPT_SILENT, "silent", NULL, "print no more than errors" },
	{ 's', "sync", NULL, "wait for the end of a start or stop" },
	{ 'v', "verbose", NULL, "tell what is going on" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver",
	.purpose = "start, stop, enter and administrate guests",
	.synopsis =
		"[options] GUEST start [--rescue [PROGRAM [ARG...]]]\n"
		"[options] GUEST stop | restart | condrestart\n"
		"[options] GUEST pause | resume | enable | disable\n"
		"[options] GUEST enter\n"
		"[options] GUEST exec PROGRAM [ARG...]\n"
		"[options] GUEST suexec USER [PROGRAM [ARG...]]\n"
		"[options] GUEST running | status\n"
		"[options] GUEST show [--json]\n"
		"[options] GUEST set KEY=VALUE...\n"
		"[options] GUEST unset KEY...\n"
		"[options] GUEST logs [-f]\n"
		"[options] GUEST service NAME [ARG...]\n"
		"[options] GUEST check | convert\n"
		"[options] GUEST delete\n"
		"[options] GUEST cp FILE :PATH | :PATH FILE\n"
		"[options] GUEST export [--live] [FILE]\n"
		"[options] GUEST import [options] FILE\n"
		"[options] GUEST build | unify | hashify | pkg ... [ARG...]\n"
		"list [--running] [--stopped] [--mark MARK] [--json] [-q]",
	.about = "Start, stop, enter and administrate guests.",
	.opts = opts,
	.usage_status = EXIT_USAGE,
};

struct guest_options guest_options;

bool step(const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (!guest_options.debug && !guest_options.dry_run)
		return true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (guest_options.dry_run)
		printf("%s\n", text);
	else
		msg_warn("%s", text);
	return !guest_options.dry_run;
}

void guest_die(const struct guest *g, const char *fmt, ...)
{
	char text[900];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	msg_die(EXIT_FAILED, "%s: %s", g->name, text);
}

void say(const struct guest *g, const char *fmt, ...)
{
	char text[900];
	va_list args;

	if (guest_options.silent || guest_options.dry_run ||
	    (!guest_options.verbose && !isatty(STDOUT_FILENO) &&
	     !(g->config && guest_bool(g, "noisy"))))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("%s\n", text);
	fflush(stdout);
}

long guest_number(const struct guest *g, const char *key, long other)
{
	const struct vc_config_entry *e = vc_config_find(g->config, "%s", key);
	long value;
	char *end;

	if (!e)
		return other;
	errno = 0;
	value = strtol(e->value, &end, 0);
	if (errno || end == e->value || *end)
		guest_die(g, "%s: '%s' is not a number", e->file, e->value);
	return value;
}

bool guest_bool(const struct guest *g, const char *key)
{
	return vc_config_find(g->config, "%s", key);
}

/* Become a program of ours: its name, the guest, the rest. */
static int become(const char *path, const char *dir, const char *guest,
		  char **rest)
{
	char file[PATH_MAX], **argv;
	size_t n = 0;

	while (rest[n])
		n++;
	argv = calloc(n + 3, sizeof(*argv));
	if (!argv)
		msg_die(EXIT_FAILED, "not enough memory");
	snprintf(file, sizeof(file), "%s/%s", dir, path);
	argv[0] = file;
	argv[1] = (char *)(uintptr_t)guest;
	memcpy(argv + 2, rest, n * sizeof(*argv));
	prog_flush();
	execv(file, argv);
	msg_die(EXIT_FAILED, "%s: %s", file, strerror(errno));
}

static int start(struct guest *g, char **args)
{
	static char sleep[] = "/bin/sleep", seconds[] = "900";
	static char *sleeper[] = { sleep, seconds, NULL };
	char **rescue = NULL;

	if (*args && !strcmp(*args, "--rescue")) {
		rescue = args + 1;
		while (*rescue && !strncmp(*rescue, "--", 2))
			rescue++;
		if (!*rescue)
			rescue = sleeper;
	} else if (*args) {
		msg_usage("vserver: start: unknown argument '%s'", *args);
	}
	return guest_start(g, rescue);
}

static int stop(struct guest *g, char **args)
{
	(void)args;
	return guest_stop(g);
}

static int restart(struct guest *g, char **args)
{
	int status = guest_stop(g);

	(void)args;
	return status ? status : guest_start(g, NULL);
}

static int condrestart(struct guest *g, char **args)
{
	return state_running(g) ? restart(g, args) : 0;
}

static int enter(struct guest *g, char **args)
{
	(void)args;
	return guest_enter(g, NULL, NULL);
}

static int exec(struct guest *g, char **args)
{
	if (!*args)
		msg_usage("vserver: exec: no program given");
	return guest_enter(g, NULL, args);
}

static int suexec(struct guest *g, char **args)
{
	if (!*args)
		msg_usage("vserver: suexec: no user given");
	return guest_enter(g, *args, args[1] ? args + 1 : NULL);
}

/* What an init script of the guest does. */
static int service(struct guest *g, char **args)
{
	static char path[PATH_MAX];

	if (!*args || strchr(*args, '/'))
		msg_usage("vserver: service: no name of a service given");
	snprintf(path, sizeof(path), "/etc/init.d/%s", *args);
	*args = path;
	return guest_enter(g, NULL, args);
}

static int running(struct guest *g, char **args)
{
	(void)args;
	return state_running(g) ? 0 : EXIT_FAILED;
}

static int status(struct guest *g, char **args)
{
	(void)args;
	return guest_status(g);
}

static int show(struct guest *g, char **args)
{
	return guest_show(g, *args && !strcmp(*args, "--json"));
}

static int set(struct guest *g, char **args)
{
	if (!*args)
		msg_usage("vserver: set: no setting given");
	return guest_set(g, args);
}

static int unset(struct guest *g, char **args)
{
	if (!*args)
		msg_usage("vserver: unset: no setting given");
	return guest_unset(g, args);
}

static int delete(struct guest *g, char **args)
{
	(void)args;
	return guest_delete(g);
}

static int logs(struct guest *g, char **args)
{
	return log_show(g, *args && !strcmp(*args, "-f"));
}

static int change_pause(struct guest *g, bool on)
{
	state_lock(g);
	if (!state_settle(g)) {
		msg_raw("Vserver '%s' is not running", g->name);
		return EXIT_FAILED;
	}
	if (step("%s its processes", on ? "freeze" : "thaw") &&
	    !cgroup_pause(g, on))
		guest_die(g, "its control group: %s", strerror(errno));
	return 0;
}

static int pause_guest(struct guest *g, char **args)
{
	(void)args;
	return change_pause(g, true);
}

static int resume(struct guest *g, char **args)
{
	(void)args;
	return change_pause(g, false);
}

/* Start it at boot, with all others of the mark that needs no name. */
static int enable(struct guest *g, char **args)
{
	char setting[] = "apps/init/mark=default";
	char *settings[] = { setting, NULL };

	(void)args;
	return guest_set(g, settings);
}

static int disable(struct guest *g, char **args)
{
	char key[] = "apps/init/mark";
	char *keys[] = { key, NULL };

	(void)args;
	return guest_unset(g, keys);
}

static int convert(struct guest *g, char **args)
{
	return become("vserver-convert", SBINDIR, g->name, args);
}

static int check(struct guest *g, char **args)
{
	return become("vserver-check", SBINDIR, g->name, args);
}

static const struct command {
	const char	*name;
	int		(*run)(struct guest *g, char **args);
	bool		by_id;		/* works without a configuration */
} commands[] = {
	{ "start", start, false },
	{ "stop", stop, true },
	{ "restart", restart, false },
	{ "condrestart", condrestart, false },
	{ "enter", enter, true },
	{ "exec", exec, true },
	{ "suexec", suexec, true },
	{ "service", service, true },
	{ "running", running, true },
	{ "status", status, true },
	{ "show", show, false },
	{ "set", set, false },
	{ "unset", unset, false },
	{ "delete", delete, false },
	{ "logs", logs, true },
	{ "check", check, false },
	{ "convert", convert, false },
	{ "pause", pause_guest, true },
	{ "resume", resume, true },
	{ "enable", enable, false },
	{ "disable", disable, false },
};

/* Commands that are programs of their own. */
static const char *const others[] = {
	"build", "unify", "hashify", "pkg", "pkgmgmt", "apt-get", "apt-cache",
	"apt-config", "rpm", "chkconfig", "cp", "export", "import",
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static void run_other(const char *guest, const char *name, char **args)
{
	char program_name[64];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i], name))
			continue;
		snprintf(program_name, sizeof(program_name), "vserver-%s",
			 name);
		become(program_name, PKGLIBDIR, guest, args);
	}
}

static void __attribute__((__noreturn__)) no_guest(const struct vc_error *e)
{
	msg_warn("%s", e->text);
	if (e->code != ENOENT && e->code != EINVAL)
		prog_exit(EXIT_FAILED);
	msg_raw("Is the name spelt correctly? 'vserver list' shows all "
		"guests,\n'vserver NAME build --help' tells how to make one, "
		"'vserver --help' tells the rest.");
	prog_exit(EXIT_NO_GUEST);
}

/* A guest by name or path, or one that is running by its id. */
static void find_guest(struct guest *g, const char *text,
		       const struct command *command)
{
	static char name[VC_GUEST_NAME_MAX + 1];
	struct vc_error error = { 0, "" };
	uint32_t xid;

	g->xid = VS_XID_SELF;
	if (command->by_id && *text && strspn(text, "0123456789") ==
	    strlen(text) && !vc_id_parse(NULL, text, 0, &xid, NULL) &&
	    xid >= VS_XID_MIN) {
		g->xid = xid;
		if (vc_guest_name(NULL, xid, name, sizeof(name)) ||
		    !vc_guest_name_valid(name))
			snprintf(name, sizeof(name), "%u", (unsigned int)xid);
		g->name = name;
		g->config = vc_config_read(NULL, name, NULL);
		return;
	}
	g->config = vc_config_read(NULL, text, &error);
	if (g->config) {
		g->name = vc_config_name(g->config);
		return;
	}
	/* A broken configuration is no reason not to stop it. */
	if (!command->by_id || !vc_guest_name_valid(text) ||
	    vc_guest_xid(NULL, text, &xid))
		no_guest(&error);
	msg_warn("%s", error.text);
	g->name = text;
	g->xid = xid;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const struct command *command;
	struct guest g = { .name = NULL };
	int opt, ret;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_DEBUG:
			guest_options.debug = true;
			break;
		case 'n':
			guest_options.dry_run = true;
			break;
		case OPT_SILENT:
			guest_options.silent = true;
			break;
		case 's':
			guest_options.sync = true;
			break;
		case 'v':
			guest_options.verbose = true;
			break;
		default:
			break;
		}
	}
	argv += args.next;
	argc -= args.next;
	if (argc && !strcmp(argv[0], "list"))
		return prog_finish(guest_list(argc - 1, argv + 1));
	if (argc < 2)
		msg_usage("vserver: no guest and command given");
	run_other(argv[0], argv[1], argv + 2);
	command = find_command(argv[1]);
	if (!command) {
		msg_warn("unknown command '%s'", argv[1]);
		prog_usage(true);
		prog_exit(EXIT_USAGE);
	}
	find_guest(&g, argv[0], command);
	ret = command->run(&g, argv + 2);
	prog_exit_hook = NULL;
	return prog_finish(ret);
}
