// SPDX-License-Identifier: LGPL-2.1
/*
 * Old configurations, NAME.conf and NAME.sh, as keys of the new ones.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config-private.h"
#include "config-shell.h"

struct old {
	struct vc_config	*config;
	struct lv_shell		shell;
	const char		*path;
	bool			failed;		/* no memory */
};

/* The value of a variable; @line is where it was set. */
static const char *get(struct old *o, const char *name, unsigned int *line)
{
	struct lv_variable *v;

	v = lv_shell_find(&o->shell, name, strlen(name));
	if (!v)
		return NULL;
	v->used = true;
	*line = v->line;
	return v->value;
}

static void VC_PRINTF(4, 5) add(struct old *o, unsigned int line,
				const char *value, const char *fmt, ...)
{
	enum vc_config_kind kind = VC_CONFIG_SCALAR;
	char key[LV_CONFIG_KEY];
	va_list args;

	va_start(args, fmt);
	vsnprintf(key, sizeof(key), fmt, args);
	va_end(args);
	vc_config_key_kind(key, &kind);
	if (lv_config_add(o->config, key, kind, value, o->path, line))
		o->failed = true;
}

/* A variable that is one key. */
static void copy(struct old *o, const char *name, const char *key)
{
	unsigned int line;
	const char *value = get(o, name, &line);

	if (value && *value)
		add(o, line, value, "%s", key);
}

static bool is_yes(struct old *o, const char *name, unsigned int *line)
{
	const char *value = get(o, name, line);

	return value && (!strcmp(value, "yes") || !strcmp(value, "1"));
}

/* The next word of @text, copied to @word; false at the end. */
static bool next_word(const char **text, char *word, size_t size)
{
	size_t len;

	*text += strspn(*text, " \t\n");
	len = strcspn(*text, " \t\n");
	if (!len)
		return false;
	snprintf(word, size, "%.*s", (int)len, *text);
	*text += len;
	return true;
}

/* "DEV:ADDRESS/MASK"; an IPv6 address has more than one colon. */
static void add_address(struct old *o, unsigned int n, unsigned int line,
			char *word)
{
	char *colon = strchr(word, ':'), *slash, name[LV_CONFIG_KEY];
	unsigned int ignored;

	if (colon && !strchr(colon + 1, ':')) {
		*colon = '\0';
		add(o, line, word, "interfaces/%u/dev", n);
		word = colon + 1;
	}
	slash = strchr(word, '/');
	if (slash) {
		*slash = '\0';
		add(o, line, slash + 1, strchr(slash + 1, '.') ?
		    "interfaces/%u/mask" : "interfaces/%u/prefix", n);
	}
	add(o, line, word, "interfaces/%u/ip", n);
	snprintf(name, sizeof(name), n ? "%s%u" : "%s", o->config->name, n);
	add(o, line, name, "interfaces/%u/name", n);
	if (is_yes(o, "NODEV", &ignored))
		add(o, line, "", "interfaces/%u/nodev", n);
}

static void take_addresses(struct old *o)
{
	unsigned int line, n = 0;
	const char *text = get(o, "IPROOT", &line);
	char word[128];

	copy(o, "IPROOTDEV", "interfaces/dev");
	copy(o, "IPROOTMASK", "interfaces/mask");
	copy(o, "IPROOTBCAST", "interfaces/bcast");
	while (text && next_word(&text, word, sizeof(word)))
		if (strcmp(word, "0.0.0.0") && strcmp(word, "ALL"))
			add_address(o, n++, line, word);
}

/* Words as lines; the caller frees the result. */
static char *as_lines(struct old *o, const char *text)
{
	char word[128], *lines = calloc(1, 2 * strlen(text) + 2);
	size_t len = 0;

	if (!lines)
		o->failed = true;
	while (lines && next_word(&text, word, sizeof(word))) {
		if (*word == '!')
			*word = '~';
		len += (size_t)sprintf(lines + len, "%s%s", len ? "\n" : "",
				       word);
	}
	return lines;
}

/* Whether a word is in a list, with or without "CAP_". */
static bool has_word(const char *text, const char *wanted)
{
	char word[128];

	while (next_word(&text, word, sizeof(word)))
		if (!strcmp(word, wanted) ||
		    (!strncmp(word, "CAP_", 4) && !strcmp(word + 4, wanted)))
			return true;
	return false;
}

static void take_caps(struct old *o)
{
	unsigned int line = 1;
	const char *text = get(o, "S_CAPS", &line);
	char *lines;

	if (!text)
		text = "";
	/* In old guests, ping needs the capability. */
	if (!has_word(text, "NET_RAW"))
		add(o, line, "~raw_icmp", "ncapabilities");
	if (!*text)
		return;
	lines = as_lines(o, text);
	if (lines)
		add(o, line, lines, "bcapabilities");
	free(lines);
}

static void take_flags(struct old *o)
{
	unsigned int line;
	const char *text = get(o, "S_FLAGS", &line);
	char word[128], *flags;
	size_t len = 0;

	if (!text)
		return;
	flags = calloc(1, strlen(text) + 2);
	if (!flags) {
		o->failed = true;
		return;
	}
	while (next_word(&text, word, sizeof(word))) {
		if (!strcmp(word, "fakeinit") || !strcmp(word, "minit"))
			add(o, line, "plain", "apps/init/style");
		else
			len += (size_t)sprintf(flags + len, "%s%s",
					       len ? "\n" : "", word);
	}
	if (len)
		add(o, line, flags, "cflags");
	free(flags);
}

/* The letters of ulimit, in which sizes are KiB. */
static const struct {
	char		letter;
	const char	*name;
	const char	*unit;
} ulimits[] = {
	{ 'c', "core", "K" }, { 'd', "data", "K" }, { 'f', "fsize", "K" },
	{ 'l', "memlock", "K" }, { 'm', "rss", "K" }, { 'n', "nofile", "" },
	{ 's', "stack", "K" }, { 't', "cpu", "" }, { 'u', "nproc", "" },
	{ 'v', "as", "K" },
};

static void take_ulimit(struct old *o, unsigned int line, char letter,
			const char *kind, const char *value)
{
	const char *flags = vc_config_get(o->config, "cflags");
	bool whole = letter == 'u' && flags && strstr(flags, "nproc");
	char limit[160];

	for (size_t i = 0; i < sizeof(ulimits) / sizeof(ulimits[0]); i++) {
		if (ulimits[i].letter != letter)
			continue;
		snprintf(limit, sizeof(limit), "%s%s", value,
			 strspn(value, "0123456789") == strlen(value) ?
			 ulimits[i].unit : "");
		add(o, line, limit, "%s/%s%s", whole ? "rlimits" : "ulimits",
		    ulimits[i].name, kind);
		return;
	}
	lv_config_remark(o->config, VC_CONFIG_WARNING, o->path, line,
			 "ULIMIT: '-%c' is not known, ignored", letter);
}

/* "-HS -u 1000": both letters or none mean both limits. */
static void take_ulimits(struct old *o)
{
	unsigned int line;
	const char *text = get(o, "ULIMIT", &line);
	bool hard = false, soft = false;
	char word[128], letter = 0;

	while (text && next_word(&text, word, sizeof(word))) {
		if (letter) {
			take_ulimit(o, line, letter, hard == soft ? "" :
				    hard ? ".hard" : ".soft", word);
			letter = 0;
			continue;
		}
		for (const char *p = word + (*word == '-'); *p; p++) {
			hard |= *p == 'H';
			soft |= *p == 'S';
			if (*p != 'H' && *p != 'S')
				letter = *p;
		}
	}
}

static void take_scripts(struct old *o)
{
	static const char *const phases[] = {
		"pre-start", "post-start", "pre-stop", "post-stop",
	};
	char script[PATH_MAX];
	size_t len = strlen(o->path);

	if (len < 5 || len >= sizeof(script))
		return;
	snprintf(script, sizeof(script), "%.*s.sh", (int)len - 5, o->path);
	if (access(script, X_OK) || lv_config_trust(script, NULL))
		return;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		char key[LV_CONFIG_KEY];

		snprintf(key, sizeof(key), "scripts/%s", phases[i]);
		if (lv_config_add(o->config, key, VC_CONFIG_PROGRAM, script,
				  script, 1))
			o->failed = true;
	}
}

static void take_all(struct old *o)
{
	unsigned int line;

	copy(o, "S_HOSTNAME", "uts/nodename");
	copy(o, "S_DOMAINNAME", "uts/domainname");
	copy(o, "S_CONTEXT", "context");
	copy(o, "S_NICE", "nice");
	if (is_yes(o, "ONBOOT", &line))
		add(o, line, "default", "apps/init/mark");
	take_addresses(o);
	take_flags(o);
	take_caps(o);
	take_ulimits(o);
	/* These mean something to other programs, or nothing any more. */
	get(o, "PRIORITY", &line);
	get(o, "PROFILE", &line);
	get(o, "NODEV", &line);
	for (size_t i = 0; i < o->shell.n; i++)
		if (!o->shell.variables[i].used)
			lv_config_remark(o->config, VC_CONFIG_WARNING, o->path,
					 o->shell.variables[i].line,
					 "'%s' is no setting, ignored",
					 o->shell.variables[i].name);
}

int lv_config_assignments(struct vc_config *config, const char *path,
			  char *text, struct vc_error *error)
{
	struct old *o = calloc(1, sizeof(*o));
	int ret = -1;

	if (!o)
		return vc_error_set(error, ENOMEM, "not enough memory");
	o->config = config;
	o->path = path;
	o->shell.file = path;
	if (!lv_shell_parse(&o->shell, text, error)) {
		take_all(o);
		take_scripts(o);
		ret = o->failed ? vc_error_set(error, ENOMEM,
					       "not enough memory") : 0;
	}
	lv_shell_free(&o->shell);
	free(o);
	return ret;
}

int lv_config_old(struct vc_config *config, const char *path,
		  struct vc_error *error)
{
	char *text;
	int ret;

	if (lv_config_file(path, &text, error))
		return -1;
	ret = lv_config_assignments(config, path, text, error);
	free(text);
	return ret;
}
