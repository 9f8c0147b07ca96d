// SPDX-License-Identifier: GPL-2.0
/*
 * How guests are started and stopped: by an init that is number 1, by a
 * script with a run level, or by any program.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define MAX_WORDS	64

static const struct init_style styles[] = {
	{ "sysv", false, 0, 60, MOUNTS_PLAIN },
	{ "plain", true, SIGINT, 30, MOUNTS_PLAIN },
	{ "systemd", true, -4, 90, MOUNTS_SYSTEMD },	/* SIGRTMIN+4 */
	{ "openrc", true, SIGTERM, 60, MOUNTS_PLAIN },
	{ "busybox", true, SIGUSR2, 30, MOUNTS_PLAIN },
	{ "command", false, 0, 0, MOUNTS_PLAIN },
	{ "rescue", false, 0, 0, MOUNTS_PLAIN },
};

static const struct init_style *find(const char *name)
{
	if (!strcmp(name, "init"))
		name = "plain";
	if (!strcmp(name, "gentoo"))
		name = "openrc";
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (!strcmp(styles[i].name, name))
			return &styles[i];
	return NULL;
}

/* What /sbin/init is tells what the guest is. */
static const char *detect(int root)
{
	char link[256] = "";
	const char *style = "plain";
	int fd = root_openat(root, "/sbin/init", O_PATH);

	root_readlink(root, "/sbin/init", link, sizeof(link));
	if (fd < 0)
		style = "sysv";
	else if (strstr(link, "systemd"))
		style = "systemd";
	else if (strstr(link, "busybox"))
		style = "busybox";
	else if (strstr(link, "openrc"))
		style = "openrc";
	if (fd >= 0)
		close(fd);
	return style;
}

const char *init_style_name(const struct vc_config *config)
{
	const char *name = vc_config_get(config, "apps/init/style");
	int root;

	if (!name && vc_config_find(config, "apps/init/cmd.start"))
		return "command";
	if (name && strcmp(name, "auto"))
		return name;
	root = open(vc_config_root(config), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return NULL;
	name = detect(root);
	close(root);
	return name;
}

const struct init_style *init_style(const struct guest *g)
{
	const struct init_style *style;
	const char *name;

	if (!g->config)
		return find("plain");
	name = init_style_name(g->config);
	if (!name)
		close(root_open(g));	/* says why not */
	style = name ? find(name) : NULL;
	if (!style)
		guest_die(g, "unknown init style '%s'", name ? name : "");
	return style;
}

/* The words of a list, one on each line. */
static char **words(const struct guest *g, const char *key)
{
	const char *list = vc_config_get(g->config, "%s", key);
	char **argv, line[1024];
	size_t n = 0;

	if (!list)
		return NULL;
	argv = calloc(MAX_WORDS + 1, sizeof(*argv));
	while (argv && n < MAX_WORDS &&
	       vc_config_line(list, n, line, sizeof(line), NULL))
		argv[n++] = strdup(line);
	return n ? argv : NULL;
}

static char **make_argv(const char *a, const char *b)
{
	char **argv = calloc(3, sizeof(*argv));

	if (!argv)
		msg_die(EXIT_FAILED, "not enough memory");
	argv[0] = strdup(a);
	argv[1] = b ? strdup(b) : NULL;
	return argv;
}

/* The script that changes the run level, where distributions have it. */
static char **runlevel(const struct guest *g, const char *key,
		       const char *other)
{
	static const char *const paths[] = { "/etc/init.d/rc", "/etc/rc.d/rc" };
	const char *level = vc_config_get(g->config, "apps/init/%s", key);
	int root = root_open(g), fd = -1;
	size_t i = 0;

	if (!level && !strcmp(key, "runlevel.start"))
		level = vc_config_get(g->config, "apps/init/runlevel");
	for (; i < 2 && fd < 0; i++)
		fd = root_openat(root, paths[i], O_PATH);
	close(root);
	if (fd < 0)
		return NULL;
	close(fd);
	return make_argv(paths[i - 1], level ? level : other);
}

char **init_start(const struct guest *g, const struct init_style *style)
{
	char **argv = words(g, "apps/init/cmd.start");

	if (argv)
		return argv;
	if (!strcmp(style->name, "sysv"))
		argv = runlevel(g, "runlevel.start", "3");
	else if (!strcmp(style->name, "rescue"))
		argv = make_argv("/bin/sleep", "900");
	else if (style->is_init)
		argv = make_argv("/sbin/init", NULL);
	if (!argv)
		guest_die(g, "style '%s': there is nothing to start; has it "
			  "/etc/init.d/rc, or apps/init/cmd.start?",
			  style->name);
	return argv;
}

char **init_stop(const struct guest *g, const struct init_style *style)
{
	char **argv = words(g, "apps/init/cmd.stop");

	if (!argv && !strcmp(style->name, "sysv"))
		argv = runlevel(g, "runlevel.stop", "6");
	return argv;
}

void init_environment(const struct guest *g, const struct init_style *style)
{
	const char *list = vc_config_get(g->config, "apps/init/environment");
	const char *term = getenv("TERM");
	char line[1024], saved[64];

	snprintf(saved, sizeof(saved), "%s", term ? term : "");
	clearenv();
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
	       "/sbin:/bin", 1);
	if (*saved)
		setenv("TERM", saved, 1);
	if (style && style->is_init)
		setenv("container", "vserver", 1);
	for (size_t i = 0; list && vc_config_line(list, i, line, sizeof(line),
						  NULL); i++) {
		char *value = strchr(line, '=');

		if (!value || value == line)
			guest_die(g, "apps/init/environment: '%s' is not "
				  "VAR=VALUE", line);
		*value++ = '\0';
		setenv(line, value, 1);
	}
}
