// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-check: what is wrong with configurations, without starting anything.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prog.h"
#include "vserver-config.h"

static const struct opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-check",
	.purpose = "check configurations of guests",
	.synopsis = "[GUEST...]",
	.about = "Check the configurations of these guests, or of all.",
	.opts = opts,
	.usage_status = 2,
};

enum level { CLEAN, WARNING, ERROR };

static enum level worst;

static void VC_PRINTF(3, 4) tell(enum level level, const char *path,
				 const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("%s: %s: %s\n", level == ERROR ? "error" : "warning", path,
	       text);
	if (level > worst)
		worst = level;
}

static void tell_remarks(const struct vc_config *c)
{
	const struct vc_config_remark *r;
	char path[PATH_MAX + 16];

	for (size_t i = 0; (r = vc_config_remark(c, i)); i++) {
		if (r->line)
			snprintf(path, sizeof(path), "%s:%u", r->file,
				 r->line);
		else
			snprintf(path, sizeof(path), "%s", r->file);
		tell(r->level == VC_CONFIG_ERROR ? ERROR : WARNING, path,
		     "%s", r->text);
	}
}

/* Nobody of the host but root has business in there. */
static void check_root(const struct vc_config *c)
{
	const char *root = vc_config_root(c);
	char parent[PATH_MAX];
	struct stat st;

	if (stat(root, &st) || !S_ISDIR(st.st_mode)) {
		tell(ERROR, root, "the root directory does not exist");
		return;
	}
	if (st.st_uid || st.st_mode & 022)
		tell(ERROR, root, "the root directory does not belong to "
		     "root, or others can write to it");
	snprintf(parent, sizeof(parent), "%s/..", root);
	if (!stat(parent, &st) && st.st_mode & 0777)
		tell(WARNING, root, "users of the host can get at it; "
		     "'vserver-setup' closes the directory above");
}

static void check_hooks(const struct vc_config *c)
{
	const struct vc_config_entry *e;

	for (size_t i = 0; (e = vc_config_entry(c, i)); i++)
		if (e->kind == VC_CONFIG_PROGRAM && access(e->value, X_OK))
			tell(WARNING, e->value, "not executable, is not run");
}

static void check_interfaces(const struct vc_config *c)
{
	const struct vc_config_entry *dev;
	char name[64];

	for (size_t i = 0; vc_config_child(c, "interfaces", i, name,
					   sizeof(name)); i++) {
		if (!vc_config_find(c, "interfaces/%s/ip", name) ||
		    vc_config_find(c, "interfaces/%s/disabled", name) ||
		    vc_config_find(c, "interfaces/%s/nodev", name))
			continue;
		dev = vc_config_find(c, "interfaces/%s/dev", name);
		if (!dev)
			dev = vc_config_find(c, "interfaces/dev");
		if (dev && !if_nametoindex(dev->value))
			tell(ERROR, dev->file, "no device '%s'", dev->value);
	}
}

/* A value that no two guests may have. */
struct claim {
	const char	*what;
	char		*value;
	char		*file;
};

static struct claim *claims;
static size_t n_claims;

static void claim(const char *what, const struct vc_config_entry *e)
{
	char value[64];

	snprintf(value, sizeof(value), "%s", e->value);
	value[strcspn(value, "/")] = '\0';
	for (size_t i = 0; i < n_claims; i++)
		if (!strcmp(claims[i].what, what) &&
		    !strcmp(claims[i].value, value))
			tell(ERROR, e->file, "%s %s is also that of %s", what,
			     value, claims[i].file);
	claims = realloc(claims, (n_claims + 1) * sizeof(*claims));
	if (!claims)
		msg_die(2, "not enough memory");
	claims[n_claims].what = what;
	claims[n_claims].value = strdup(value);
	claims[n_claims++].file = strdup(e->file);
}

static void claim_all(const struct vc_config *c)
{
	const struct vc_config_entry *e = vc_config_find(c, "context");
	char name[64];

	if (e)
		claim("context", e);
	for (size_t i = 0; vc_config_child(c, "interfaces", i, name,
					   sizeof(name)); i++) {
		e = vc_config_find(c, "interfaces/%s/ip", name);
		if (e && !vc_config_find(c, "interfaces/%s/disabled", name))
			claim("address", e);
	}
}

/* Two guests with one directory to write to can hand each other anything. */
static void check_mounts(const struct vc_config *c)
{
	const struct vc_config_entry *e = vc_config_find(c, "fstab");
	struct vc_config_entry shared = { .file = e ? e->file : "" };
	struct vc_mount m;
	char line[1024];

	for (size_t i = 0; e && vc_config_line(e->value, i, line,
					       sizeof(line), NULL); i++) {
		if (vc_mount_parse(line, &m) || !strstr(m.options, "bind") ||
		    !strncmp(m.options, "ro,", 3) ||
		    strstr(m.options, ",ro"))
			continue;
		if (access(m.source, F_OK))
			tell(ERROR, e->file, "no directory '%s'", m.source);
		shared.value = m.source + (*m.source == '/');
		claim("writable directory", &shared);
	}
}

static void check(const char *guest)
{
	struct vc_error error = { 0, "" };
	struct vc_config *c = vc_config_read(NULL, guest, &error);

	if (!c) {
		tell(ERROR, guest, "%s", error.text);
		return;
	}
	tell_remarks(c);
	check_root(c);
	check_hooks(c);
	check_interfaces(c);
	check_mounts(c);
	claim_all(c);
	vc_config_free(c);
}

static int is_guest(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	if (*e->d_name == '.' || !vc_guest_name_valid(e->d_name))
		return 0;
	return e->d_type != DT_REG ||
		(len > 5 && !strcmp(e->d_name + len - 5, ".conf"));
}

static void check_all(void)
{
	struct dirent **entries;
	int n = scandir(vc_dirs_default()->conf, &entries, is_guest,
			alphasort);

	if (n < 0)
		msg_die(2, "%s: %s", vc_dirs_default()->conf,
			strerror(errno));
	for (int i = 0; i < n; i++) {
		char *name = entries[i]->d_name;
		size_t len = strlen(name);

		if (len > 5 && !strcmp(name + len - 5, ".conf"))
			name[len - 5] = '\0';
		check(name);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		;
	if (args.next == argc)
		check_all();
	for (int i = args.next; i < argc; i++)
		check(argv[i]);
	return prog_finish((int)worst);
}
