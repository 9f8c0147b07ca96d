// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that change a guest: set, unset and delete.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "setting.h"
#include "tree.h"

/* The directory with the settings; a file with assignments has none. */
static const char *directory(const struct guest *g)
{
	if (vc_config_style(g->config) == VC_CONFIG_OLD)
		guest_die(g, "%s has the older form, which is edited by hand; "
			  "'vserver-convert %s' makes a directory of it",
			  vc_config_path(g->config), g->name);
	return vc_config_path(g->config);
}

int guest_set(const struct guest *g, char **settings)
{
	const char *dir = directory(g);
	struct guest running = *g;

	for (; *settings; settings++) {
		char *equals = strchr(*settings, '=');
		const char *value = equals ? equals + 1 : "";
		struct vc_error error;

		if (equals)
			*equals = '\0';
		if (vc_config_check(*settings, value, &error))
			guest_die(g, "%s: %s", *settings, error.text);
		if (!step("write %s/%s", dir, *settings))
			continue;
		if (setting_write(dir, *settings, value, &error))
			guest_die(g, "%s", error.text);
		/* Limits of the control group can change at any time. */
		if (!strncmp(*settings, "cgroup/", 7) &&
		    strcmp(*settings, "cgroup/name") &&
		    strcmp(*settings, "cgroup/base") &&
		    state_running(&running))
			cgroup_set(g, *settings + 7, value);
	}
	return 0;
}

int guest_unset(const struct guest *g, char **keys)
{
	const char *dir = directory(g);

	for (; *keys; keys++) {
		enum vc_config_kind kind;
		char path[PATH_MAX];

		if (vc_config_key_kind(*keys, &kind))
			guest_die(g, "there is no setting '%s'", *keys);
		if (snprintf(path, sizeof(path), "%s/%s", dir, *keys) >=
		    (int)sizeof(path))
			guest_die(g, "%s: the path is too long", *keys);
		if (step("remove %s", path) && unlink(path) &&
		    errno != ENOENT)
			guest_die(g, "%s: %s", path, strerror(errno));
	}
	return 0;
}

static bool is_sure(const struct guest *g)
{
	char answer[16];

	printf("Are you sure you want to delete the vserver %s (y/N) ",
	       g->name);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) &&
	       (*answer == 'y' || *answer == 'Y');
}

static void remove_one(const struct guest *g, const char *path)
{
	if (step("remove %s", path) && tree_remove(path))
		guest_die(g, "%s: %s", path, strerror(errno));
}

int guest_delete(struct guest *g)
{
	const char *root = vc_config_root(g->config);
	char path[PATH_MAX], log[PATH_MAX];

	/* A link that leads astray must not cost the host its files. */
	if (strcmp(strrchr(root, '/') + 1, g->name))
		guest_die(g, "its root directory %s does not end in its name; "
			  "remove it by hand", root);
	if (!guest_options.silent && !guest_options.dry_run && !is_sure(g))
		return EXIT_USAGE;
	snprintf(path, sizeof(path), "%s", vc_config_path(g->config));
	guest_options.silent = true;
	guest_stop(g);
	state_lock(g);
	remove_one(g, root);
	remove_one(g, path);
	if (vc_config_style(g->config) == VC_CONFIG_OLD) {
		strcpy(strrchr(path, '.'), ".sh");
		remove_one(g, path);
	}
	snprintf(log, sizeof(log), "/var/log/vservers/%s.log", g->name);
	remove_one(g, log);
	snprintf(log, sizeof(log), "/var/log/vservers/%s.log.1", g->name);
	remove_one(g, log);
	snprintf(log, sizeof(log), "/var/cache/vservers/%s", g->name);
	remove_one(g, log);
	state_unlock();
	return 0;
}
