// SPDX-License-Identifier: GPL-2.0
/*
 * vshelper: called by the kernel when a guest starts, reboots or ends.
 *
 *	vshelper EVENT XID
 *
 * The kernel waits for the end of this program in some cases, and refuses the
 * next reboot of the guest until then in others.  So what takes long is done
 * by a child of its own that nobody waits for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "prog.h"

/* dietlibc does not name it. */
#ifndef CLOCK_BOOTTIME
#define CLOCK_BOOTTIME	7
#endif

#define DEFAULTS	CONFDIR "/.defaults/apps/vshelper"
#define LOCK_DIR	"/run/lock"
#define METHODS		CONFDIR "/.defaults/apps/vshelper-methods"

static const struct opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vshelper",
	.purpose = "what the kernel calls for guests that reboot or end",
	.synopsis = "EVENT XID [ARG...]",
	.about = "Called by the kernel.  Events: restart, halt, poweroff, "
		 "swsusp, oom, startup,\nshutdown, netup, netdown.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

/* The guest that the event is about. */
struct guest {
	uint32_t	xid;
	char		dir[PATH_MAX];	/* of its configuration */
	const char	*name;
};

static void VC_PRINTF(2, 3) note(const struct guest *g, const char *fmt, ...)
{
	char text[512], line[700];
	int fd, n;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	syslog(LOG_NOTICE, "context %u%s%s: %s", (unsigned int)g->xid,
	       g->name ? ", vserver " : "", g->name ? g->name : "", text);

	fd = open(DEFAULTS "/logfile", O_WRONLY | O_APPEND | O_NONBLOCK |
		  O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = snprintf(line, sizeof(line), "%ld %u %s %s\n", (long)time(NULL),
		     (unsigned int)g->xid, g->name ? g->name : "-", text);
	if (n > 0 && write(fd, line, (size_t)n) < 0)
		syslog(LOG_ERR, "logfile: %s", strerror(errno));
	close(fd);
}

/* The first line of a file of the host, without its newline; "": none. */
static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, size - 1);

	if (fd >= 0)
		close(fd);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

/*
 * Is 'vserver NAME stop' at work?  Many an init reboots when it is asked to
 * end, and must not be started again.  The mark of one that was killed does
 * not count: the kernel has dropped its lock.
 *
 * To be asked before find_guest(): the mark goes after the guest's file.
 */
static bool is_stopping(const struct guest *g)
{
	char path[PATH_MAX], name[VC_GUEST_NAME_MAX + 2];
	bool locked;
	int fd;

	snprintf(path, sizeof(path), "%s.rev/%u.stopping", RUNDIR,
		 (unsigned int)g->xid);
	read_line(path, name, sizeof(name));
	if (!vc_guest_name_valid(name))
		return false;
	snprintf(path, sizeof(path), LOCK_DIR "/vserver.%s.startup", name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return locked;
}

/* When this process began, in ms since the machine did; -1: not known. */
static int64_t began(void)
{
	long ticks = sysconf(_SC_CLK_TCK);
	unsigned long long start;
	char line[1024];
	const char *p;

	read_line("/proc/self/stat", line, sizeof(line));
	/* The 22nd word; the second one may have blanks in it. */
	p = strrchr(line, ')');
	for (int i = 2; p && i < 22; i++)
		p = strchr(p + 1, ' ');
	if (!p || ticks <= 0 || sscanf(p, "%llu", &start) != 1)
		return -1;
	return (int64_t)(start * 1000 / (unsigned long long)ticks);
}

/* Has the guest been started again since what we are called for? */
static bool is_newer(const struct guest *g)
{
	char path[PATH_MAX], line[32];
	unsigned long long since;

	snprintf(path, sizeof(path), "%s.rev/%u.since", RUNDIR,
		 (unsigned int)g->xid);
	read_line(path, line, sizeof(line));
	return sscanf(line, "%llu", &since) == 1 && began() >= 0 &&
	       (int64_t)since > began();
}

/*
 * Both files that a start has written have to agree: the context may be one
 * that belongs to no guest, and the files may be left over.
 */
static bool find_guest(struct guest *g)
{
	char path[PATH_MAX], line[16], id[16];
	const char *slash;
	ssize_t n;

	snprintf(id, sizeof(id), "%u", (unsigned int)g->xid);
	snprintf(path, sizeof(path), "%s.rev/%s", RUNDIR, id);
	n = readlink(path, g->dir, sizeof(g->dir) - 1);
	if (n <= 0)
		return false;
	g->dir[n] = '\0';
	slash = strrchr(g->dir, '/');
	if (!slash || !vc_guest_name_valid(slash + 1))
		return false;
	snprintf(path, sizeof(path), "%s/%s", RUNDIR, slash + 1);
	read_line(path, line, sizeof(line));
	if (strcmp(line, id) || is_newer(g))
		return false;
	g->name = slash + 1;
	return true;
}

/* A path of the guest's settings, or of the default ones. */
static const char *setting(const struct guest *g, bool own, const char *file)
{
	static char path[PATH_MAX + 64];

	if (own)
		snprintf(path, sizeof(path), "%s/apps/vshelper/%s", g->dir,
			 file);
	else
		snprintf(path, sizeof(path), "%s/%s", DEFAULTS, file);
	return path;
}

static bool has_setting(const struct guest *g, const char *file)
{
	return !access(setting(g, true, file), F_OK) ||
	       !access(setting(g, false, file), F_OK);
}

/* Become a process without parent, terminal and open files. */
static bool detached(const struct guest *g)
{
	int null;

	switch (fork()) {
	case -1:
		note(g, "fork: %s", strerror(errno));
		return false;
	case 0:
		break;
	default:
		return false;
	}
	closelog();
	close_fds(0, NULL, 0);
	null = open("/dev/null", O_RDWR);
	if (null != STDIN_FILENO || dup(null) < 0 || dup(null) < 0)
		_exit(EXIT_OWN);
	setsid();
	return true;
}

static void __attribute__((__noreturn__)) run(char **argv)
{
	execv(argv[0], argv);
	openlog(program.name, LOG_PID, LOG_DAEMON);
	syslog(LOG_ERR, "%s: %s", argv[0], strerror(errno));
	_exit(EXIT_OWN);
}

static void run_vserver(const struct guest *g, const char *option,
			const char *command)
{
	char *argv[] = { (char *)(uintptr_t)SBINDIR "/vserver",
			 (char *)(uintptr_t)option,
			 (char *)(uintptr_t)g->name,
			 (char *)(uintptr_t)command, NULL };

	if (detached(g))
		run(argv);
}

/* How often a guest may restart itself. */
struct rate {
	unsigned int	count;		/* 0: as often as it wants to */
	unsigned int	seconds;
};

static struct rate restart_rate(const struct guest *g)
{
	struct rate rate = { 10, 120 }, own;
	char line[64];

	for (int i = 1; i >= 0; i--) {
		read_line(setting(g, i, "restart-limit"), line, sizeof(line));
		if (!*line)
			continue;
		if (sscanf(line, "%u %u", &own.count, &own.seconds) == 2 ||
		    !strcmp(line, "0"))
			return *line == '0' ? (struct rate){ 0, 0 } : own;
		note(g, "restart-limit: '%s' is not a count and seconds",
		     line);
	}
	return rate;
}

/*
 * A guest that reboots again and again would keep the host busy.  The times
 * of its last restarts are in a file by its name: a new start may have a new
 * id.
 */
static bool too_often(const struct guest *g)
{
	const struct rate rate = restart_rate(g);
	char path[PATH_MAX], text[4096] = "", new[4096];
	struct timespec now;
	unsigned int n = 0;
	size_t len = 0;
	ssize_t size;
	int fd;

	if (!rate.count)
		return false;
	clock_gettime(CLOCK_BOOTTIME, &now);
	snprintf(path, sizeof(path), "%s.rev/%s.restarts", RUNDIR, g->name);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	text[size > 0 ? size : 0] = '\0';
	for (char *p = text, *end; ; p = end) {
		long t = strtol(p, &end, 10);

		if (end == p)
			break;
		if (t + (long)rate.seconds <= (long)now.tv_sec ||
		    len + 32 > sizeof(new))
			continue;
		n++;
		len += (size_t)sprintf(new + len, "%ld\n", t);
	}
	if (n < rate.count)
		len += (size_t)sprintf(new + len, "%ld\n", (long)now.tv_sec);
	if (fd >= 0 && (ftruncate(fd, 0) ||
			pwrite(fd, new, len, 0) != (ssize_t)len))
		note(g, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n < rate.count)
		return false;
	note(g, "more than %u restarts in %u seconds: it is stopped",
	     rate.count, rate.seconds);
	return true;
}

/*
 * What happens if nobody has said anything else.  The end of a context is only
 * noted: it is part of each restart, and who cleans up after it could end the
 * guest that has just been started again.
 */
static void act(const struct guest *g, const char *event)
{
	if (!strcmp(event, "restart") && !too_often(g))
		run_vserver(g, "--defaulttty", "restart");
	else if (!strcmp(event, "restart"))
		run_vserver(g, "--silent", "stop");
	else if (!strcmp(event, "halt") || !strcmp(event, "poweroff"))
		run_vserver(g, "--silent", "stop");
}

static void run_program(const struct guest *g, const char *path,
			const char *event, const char *id)
{
	char *argv[] = { (char *)(uintptr_t)path, (char *)(uintptr_t)event,
			 (char *)(uintptr_t)id, (char *)(uintptr_t)g->dir,
			 (char *)(uintptr_t)g->name, NULL };

	note(g, "%s: running %s", event, path);
	if (detached(g))
		run(argv);
}

/* The action that is configured; false: go on with the next place. */
static bool named_action(const struct guest *g, bool own, const char *event,
			 const char *id)
{
	char action[80], path[PATH_MAX];

	read_line(setting(g, own, "action"), action, sizeof(action));
	if (!*action)
		return false;
	if (!strcmp(action, "restart")) {
		act(g, event);
	} else if (!strcmp(action, "stop")) {
		act(g, strcmp(event, "restart") ? event : "halt");
	} else if (!strcmp(action, "none")) {
		note(g, "%s: nothing is done, as configured", event);
	} else if (vc_guest_name_valid(action)) {
		snprintf(path, sizeof(path), "%s/%s", METHODS, action);
		run_program(g, path, event, id);
	} else {
		note(g, "invalid action '%s'", action);
	}
	return true;
}

static void handle(const struct guest *g, const char *event, const char *id)
{
	if (has_setting(g, "disabled")) {
		note(g, "%s: disabled", event);
		return;
	}
	note(g, "%s", event);
	for (int own = 1; own >= 0; own--) {
		const char *path = setting(g, own, event);

		if (!access(path, X_OK)) {
			run_program(g, path, event, id);
			return;
		}
		if (named_action(g, own, event, id))
			return;
	}
	act(g, event);
}

/* Events that are nothing to act on, unless a program is there for them. */
static bool is_known(const char *event)
{
	static const char *const events[] = {
		"restart", "halt", "poweroff", "swsusp", "oom", "startup",
		"shutdown", "netup", "netdown",
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (!strcmp(event, events[i]))
			return true;
	return false;
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct guest g = { .name = NULL };
	const char *event;

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		;
	if (argc - args.next < 2)
		msg_usage("%s: an event and a context, please", program.name);
	event = argv[args.next];
	if (!strcmp(event, "restart2"))
		event = "restart";
	g.xid = (uint32_t)arg_number(argv[args.next + 1], VS_XID_MAX,
				     "context");
	if (!is_known(event))
		msg_usage("%s: unknown event '%s'", program.name, event);
	umask(022);
	openlog(program.name, LOG_PID, LOG_DAEMON);
	/* A context that starts is not a guest's yet; let it. */
	if (!strcmp(event, "startup") || !strncmp(event, "net", 3))
		return prog_finish(EXIT_SUCCESS);
	if (is_stopping(&g))
		note(&g, "%s: part of a stop", event);
	else if (find_guest(&g))
		handle(&g, event, argv[args.next + 1]);
	else
		note(&g, "%s: no vserver runs there", event);
	return prog_finish(EXIT_SUCCESS);
}
