// SPDX-License-Identifier: GPL-2.0
/*
 * Guests as the configuration knows them.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unify.h"
#include "vserver-config.h"

#define DEFAULTS	CONFDIR "/.defaults/apps/vunify"
#define SHIPPED		PKGDATADIR "/vunify-exclude"
#define OUTPUT_MAX	(16 * 1024 * 1024)

static void read_trust(struct guest *g)
{
	char path[PATH_MAX];
	FILE *f;

	g->trust[0] = '\0';
	if (!guest_file(g, "trust", path, sizeof(path)))
		return;
	f = fopen(path, "re");
	if (f && fgets(g->trust, sizeof(g->trust), f))
		g->trust[strcspn(g->trust, "\n")] = '\0';
	if (f)
		fclose(f);
}

void guest_open(struct guest *g, const char *name)
{
	struct vc_error error = { 0, "" };

	g->config = vc_config_read(NULL, name, &error);
	if (!g->config)
		msg_die(1, "%s", error.text);
	g->name = vc_config_name(g->config);
	root_open(&g->root, vc_config_root(g->config));
	read_trust(g);
}

bool guest_file(const struct guest *g, const char *name, char *path,
		size_t size)
{
	if (vc_config_style(g->config) == VC_CONFIG_TREE) {
		snprintf(path, size, "%s/apps/vunify/%s",
			 vc_config_path(g->config), name);
		if (!access(path, F_OK))
			return true;
	}
	snprintf(path, size, "%s/%s", DEFAULTS, name);
	return !access(path, F_OK);
}

/* All that comes from a pipe; NULL if it is more than anybody needs. */
static char *read_pipe(int fd)
{
	char *text = malloc(OUTPUT_MAX + 1);
	size_t used = 0;
	ssize_t n = 0;

	while (text && used < OUTPUT_MAX) {
		n = read(fd, text + used, OUTPUT_MAX - used);
		if (n < 0 && errno == EINTR && !stopped())
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (!text || n || used == OUTPUT_MAX) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	return text;
}

/* The guest runs, so its package manager can be asked in it. */
static bool ask_package_manager(const struct guest *g, struct text_list *list)
{
	char *text, *line, *save = NULL;
	int out[2], status;
	bool known;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return false;
	pid = fork();
	if (pid < 0)
		return false;
	if (!pid) {
		if (dup2(out[1], STDOUT_FILENO) < 0)
			_exit(127);
		execl(SBINDIR "/vpkg", "vpkg", g->name, "get-conffiles",
		      (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	text = read_pipe(out[0]);
	close(out[0]);
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (*line == '/')
			text_add(list, line, strlen(line));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	known = text && !status;
	free(text);
	return known;
}

static void keep_conffiles(const struct guest *g, struct rules *rules)
{
	struct packages packages;
	char path[PATH_MAX];
	bool known = true;

	if (guest_file(g, "pkgmgmt-ignore", path, sizeof(path)))
		return;
	packages_read(&g->root, &packages);
	if (packages.kind == PACKAGES_RPM)
		known = ask_package_manager(g, &packages.conffiles);
	if (!known && guest_file(g, "pkgmgmt-force", path, sizeof(path)))
		msg_die(1, "vserver '%s' cannot be asked for configuration "
			"files of its packages: does it run?", g->name);
	if (!known)
		tell(1, "unknown", g->name, "configuration files of packages");
	rules_keep_conffiles(rules, &g->root, &packages.conffiles);
	packages_free(&packages);
}

struct rules *guest_rules(const struct guest *g)
{
	struct rules *rules = rules_new();
	char path[PATH_MAX];

	keep_conffiles(g, rules);
	rules_read(rules, guest_file(g, "exclude", path, sizeof(path)) ?
			  path : SHIPPED);
	rules_sort(rules);
	return rules;
}

int root_parent(const struct root *root)
{
	int fd = openat(root->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		msg_die(1, "%s/..: %s", root->path, strerror(errno));
	if (st.st_dev != root->dev)
		msg_die(1, "%s is a file system of its own: it cannot share "
			"files with others", root->path);
	return fd;
}

void args_turn(int argc, char *argv[])
{
	const char *slash = strrchr(argv[0], '/');
	char *guest = argc > 1 ? argv[1] : NULL;

	if (strncmp(slash ? slash + 1 : argv[0], "vserver-", 8) || !guest ||
	    *guest == '-')
		return;
	memmove(&argv[1], &argv[2], (size_t)(argc - 2) * sizeof(*argv));
	argv[argc - 1] = guest;
}
