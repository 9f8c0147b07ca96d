// SPDX-License-Identifier: LGPL-2.1
/*
 * The assignments of a NAME.conf: what a shell would make of them, as long as
 * they are nothing but assignments.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-shell.h"

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static size_t name_length(const char *text)
{
	size_t n = 0;

	while (is_name(text[n], !n))
		n++;
	return n;
}

struct lv_variable *lv_shell_find(struct lv_shell *shell, const char *name,
				  size_t len)
{
	for (size_t i = 0; i < shell->n; i++)
		if (!strncmp(shell->variables[i].name, name, len) &&
		    !shell->variables[i].name[len])
			return &shell->variables[i];
	return NULL;
}

/* The state of the scanner. */
struct scan {
	struct lv_shell		*shell;
	const char		*p;
	unsigned int		line;
	char			value[LV_SHELL_VALUE];
	size_t			len;
	struct vc_error		*error;
};

static int fail(struct scan *s, const char *what)
{
	return vc_error_set(s->error, EINVAL, "%s:%u: %s", s->shell->file,
			    s->line, what);
}

static int put(struct scan *s, char c)
{
	if (s->len == sizeof(s->value) - 1)
		return fail(s, "the value is too long");
	s->value[s->len++] = c;
	return 0;
}

/* "$NAME" or "${NAME}"; a dollar before anything else stands for itself. */
static int expand(struct scan *s)
{
	bool brace = s->p[1] == '{';
	const char *name = s->p + 1 + brace, *text = "";
	size_t len = name_length(name);
	struct lv_variable *v;

	if (s->p[1] == '(' || (brace && (!len || name[len] != '}')))
		return fail(s, "only $NAME and ${NAME} are understood");
	if (!len) {
		s->p++;
		return put(s, '$');
	}
	v = lv_shell_find(s->shell, name, len);
	if (v) {
		text = v->value;
		v->used = true;
	}
	s->p = name + len + brace;
	while (*text)
		if (put(s, *text++))
			return -1;
	return 0;
}

static int single_quoted(struct scan *s)
{
	for (s->p++; *s->p && *s->p != '\''; s->p++) {
		s->line += *s->p == '\n';
		if (put(s, *s->p))
			return -1;
	}
	if (!*s->p)
		return fail(s, "the quote does not end");
	s->p++;
	return 0;
}

static int double_quoted(struct scan *s)
{
	int ret = 0;

	s->p++;
	while (!ret && *s->p && *s->p != '"') {
		s->line += *s->p == '\n';
		if (*s->p == '$') {
			ret = expand(s);
		} else if (*s->p == '`') {
			ret = fail(s, "commands are not understood");
		} else if (*s->p == '\\' && s->p[1] == '\n') {
			s->line++;
			s->p += 2;
		} else {
			if (*s->p == '\\' && s->p[1] &&
			    strchr("$`\"\\", s->p[1]))
				s->p++;
			ret = put(s, *s->p++);
		}
	}
	if (!ret && !*s->p)
		ret = fail(s, "the quote does not end");
	if (!ret)
		s->p++;
	return ret;
}

static int unquoted(struct scan *s)
{
	if (*s->p == '\\' && s->p[1] == '\n') {
		s->line++;
		s->p += 2;
		return 0;
	}
	if (*s->p == '\\' && s->p[1])
		s->p++;
	else if (*s->p == '$')
		return expand(s);
	else if (strchr("`()<>|&*?[]{}", *s->p))
		return fail(s, "only assignments are understood");
	return put(s, *s->p++);
}

static int scan_value(struct scan *s)
{
	int ret = 0;

	s->len = 0;
	while (!ret && *s->p && !strchr(" \t\r\n;", *s->p)) {
		if (*s->p == '\'')
			ret = single_quoted(s);
		else if (*s->p == '"')
			ret = double_quoted(s);
		else
			ret = unquoted(s);
	}
	s->value[s->len] = '\0';
	return ret;
}

static int store(struct scan *s, const char *name, size_t len,
		 unsigned int line)
{
	struct lv_shell *shell = s->shell;
	struct lv_variable *v;

	v = lv_shell_find(shell, name, len);
	if (!v) {
		if (shell->n == LV_SHELL_VARIABLES)
			return fail(s, "too many variables");
		if (len >= sizeof(v->name))
			return fail(s, "the name is too long");
		v = &shell->variables[shell->n++];
		v->value = NULL;
		v->used = false;
		memcpy(v->name, name, len);
		v->name[len] = '\0';
	}
	free(v->value);
	v->value = strdup(s->value);
	v->line = line;
	return v->value ? 0 : vc_error_set(s->error, ENOMEM,
					   "not enough memory");
}

/* Blanks, ends of commands, comments and "export". */
static void skip(struct scan *s)
{
	for (;;) {
		while (*s->p && strchr(" \t\r\n;", *s->p))
			s->line += *s->p++ == '\n';
		if (*s->p == '#')
			s->p += strcspn(s->p, "\n");
		else if (*s->p == '\\' && s->p[1] == '\n')
			s->p++;
		else if (!strncmp(s->p, "export ", 7))
			s->p += 7;
		else
			return;
	}
}

int lv_shell_parse(struct lv_shell *shell, const char *text,
		   struct vc_error *error)
{
	struct scan s = { .shell = shell, .p = text, .line = 1,
			  .error = error };

	for (skip(&s); *s.p; skip(&s)) {
		const char *name = s.p;
		size_t len = name_length(name);
		unsigned int line = s.line;

		if (!len || name[len] != '=')
			return fail(&s, "only assignments NAME=VALUE are "
				    "understood");
		s.p = name + len + 1;
		if (scan_value(&s) || store(&s, name, len, line))
			return -1;
	}
	return 0;
}

void lv_shell_free(struct lv_shell *shell)
{
	for (size_t i = 0; i < shell->n; i++)
		free(shell->variables[i].value);
	shell->n = 0;
}
