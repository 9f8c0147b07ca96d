// SPDX-License-Identifier: LGPL-2.1
/*
 * What values of a configuration have to look like.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-private.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int vc_config_line(const char *list, size_t i, char *line, size_t size,
		   unsigned int *number)
{
	for (unsigned int n = 1; *list; n++) {
		size_t len = strcspn(list, "\n");
		const char *begin = list, *end = list + len;

		list = end + !!*end;
		while (begin < end && is_blank(*begin))
			begin++;
		while (begin < end && is_blank(end[-1]))
			end--;
		if (begin == end || *begin == '#' || i--)
			continue;
		len = (size_t)(end - begin);
		if (len >= size)
			len = size - 1;
		memcpy(line, begin, len);
		line[len] = '\0';
		if (number)
			*number = n;
		return 1;
	}
	return 0;
}

/* A problem with line @n of what is checked. */
static int wrong(unsigned int *where, unsigned int n, struct vc_error *error,
		 const char *text, const char *what)
{
	*where = n;
	return vc_error_set(error, EINVAL, "'%s' is not %s", text, what);
}

static int check_number(const struct lv_key *row, const char *value,
			unsigned int *where, struct vc_error *error)
{
	char what[64], *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 0);
	if (!errno && end > value && !*end && number >= row->min &&
	    number <= row->max)
		return 0;
	snprintf(what, sizeof(what), "a number from %ld to %ld", row->min,
		 row->max);
	return wrong(where, 1, error, value, what);
}

static int check_bits(enum vc_list list, const char *value,
		      unsigned int *where, struct vc_error *error)
{
	struct vc_bits bits = { 0, 0 };
	struct vc_parse parse;
	char line[256];

	for (size_t i = 0; vc_config_line(value, i, line, sizeof(line),
					  where); i++)
		if (vc_list_parse(list, line, &bits, &parse))
			return vc_error_set(error, EINVAL, "Unknown %s '%.*s'",
					    vc_list_label(list),
					    (int)parse.length,
					    line + parse.offset);
	return 0;
}

/* Four numbers; inet_pton() of small libraries takes less. */
static bool is_v4(const char *text)
{
	unsigned char binary[4];
	unsigned int dots = 0;

	for (const char *c = text; *c; c++)
		dots += *c == '.';
	return dots == 3 && inet_pton(AF_INET, text, binary) == 1;
}

static bool is_v6(const char *text)
{
	unsigned char binary[16];

	return inet_pton(AF_INET6, text, binary) == 1;
}

static int check_address(const char *value, unsigned int *where,
			 struct vc_error *error)
{
	char text[64];
	size_t len = strcspn(value, "/");
	const char *slash = value[len] ? value + len + 1 : NULL;
	bool v6 = memchr(value, ':', len);
	char *end;
	long prefix;

	snprintf(text, sizeof(text), "%.*s", (int)len, value);
	if (len >= sizeof(text) ||
	    !(v6 ? is_v6(text) : is_v4(text)))
		return wrong(where, 1, error, value, "an address");
	if (!slash || (!v6 && is_v4(slash)))
		return 0;
	prefix = strtol(slash, &end, 10);
	if (*slash < '0' || *slash > '9' || *end || prefix > (v6 ? 128 : 32))
		return wrong(where, 1, error, value, "an address and prefix");
	return 0;
}

static int check_name(const char *value, unsigned int *where,
		      struct vc_error *error)
{
	if (*value && !strpbrk(value, " \t\n") && strcmp(value, ".") &&
	    strcmp(value, "..") && *value != '/' && !strstr(value, "../"))
		return 0;
	return wrong(where, 1, error, value, "a name");
}

static int check_guests(const char *value, unsigned int *where,
			struct vc_error *error)
{
	char line[256];

	for (size_t i = 0; vc_config_line(value, i, line, sizeof(line),
					  where); i++)
		if (!vc_guest_name_valid(line))
			return vc_error_set(error, EINVAL,
					    "'%s' is not a name", line);
	return 0;
}

static int check_fstab(const char *value, unsigned int *where,
		       struct vc_error *error)
{
	struct vc_mount mount;
	char line[1024];

	for (size_t i = 0; vc_config_line(value, i, line, sizeof(line),
					  where); i++) {
		if (vc_mount_parse(line, &mount))
			return vc_error_set(error, EINVAL, "'%s' is not a "
					    "source, a target, a type and "
					    "options", line);
		if (*mount.target != '/' && strcmp(mount.target, "none"))
			return vc_error_set(error, EINVAL, "the target '%s' "
					    "does not begin with /",
					    mount.target);
	}
	return 0;
}

static int check_signals(const char *value, unsigned int *where,
			 struct vc_error *error)
{
	const char *p = value;
	bool any = false;

	while (*p) {
		size_t len = strcspn(p, " \t");

		if (len && strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+")
		    < len)
			return wrong(where, 1, error, value,
				     "a list of signals and seconds");
		any |= len;
		p += len + !!p[len];
	}
	return any ? 0 : wrong(where, 1, error, value,
			       "a list of signals and seconds");
}

static int check_style(const char *value, unsigned int *where,
		       struct vc_error *error)
{
	static const char *const styles[] = {
		"sysv", "plain", "init", "systemd", "openrc", "gentoo",
		"busybox", "command", "rescue", "auto",
	};

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (!strcmp(value, styles[i]))
			return 0;
	return wrong(where, 1, error, value, "an init style");
}

static int check_personality(const char *value, unsigned int *where,
			     struct vc_error *error)
{
	char line[256];
	uint32_t type;

	for (size_t i = 0; vc_config_line(value, i, line, sizeof(line),
					  where); i++) {
		unsigned int ignored;

		if (i ? check_bits(VC_LIST_PERSONALITY, line, &ignored, error)
		      : vc_personality_type(line, &type))
			return wrong(where, *where, error, line,
				     "a personality");
	}
	return 0;
}

static int check_limit(const char *value, unsigned int *where,
		       struct vc_error *error)
{
	uint64_t limit;

	if (!vc_limit_parse(value, &limit, NULL))
		return 0;
	*where = 1;
	return vc_error_set(error, EINVAL, "Can not parse limit '%s'", value);
}

static int check(const struct lv_key *row, const char *value,
		 unsigned int *where, struct vc_error *error)
{
	switch (row->check) {
	case LV_ANY:
		break;
	case LV_NUMBER:
		return check_number(row, value, where, error);
	case LV_BITS:
		return check_bits((enum vc_list)row->min, value, where, error);
	case LV_LIMIT:
		return check_limit(value, where, error);
	case LV_ADDRESS:
		return check_address(value, where, error);
	case LV_NAME:
		return check_name(value, where, error);
	case LV_GUEST:
		return check_guests(value, where, error);
	case LV_FSTAB:
		return check_fstab(value, where, error);
	case LV_SIGNALS:
		return check_signals(value, where, error);
	case LV_STYLE:
		return check_style(value, where, error);
	case LV_PERSONALITY:
		return check_personality(value, where, error);
	case LV_ABSOLUTE:
		if (*value != '/')
			return wrong(where, 1, error, value,
				     "an absolute path");
		break;
	}
	return 0;
}

int vc_config_check(const char *key, const char *value,
		    struct vc_error *error)
{
	const struct lv_key *row = lv_key_find(key);
	unsigned int where = 0;

	if (!row)
		return vc_error_set(error, ENOENT, "there is no setting '%s'",
				    key);
	return check(row, value, &where, error);
}

void lv_config_check_all(struct vc_config *config)
{
	for (size_t i = 0; i < config->n_entries; i++) {
		const struct vc_config_entry *e = &config->entries[i];
		const struct lv_key *row = lv_key_find(e->key);
		unsigned int where = 1;
		struct vc_error error;

		if (row && check(row, e->value, &where, &error))
			lv_config_remark(config, VC_CONFIG_ERROR, e->file,
					 e->line + where - 1, "%s",
					 error.text);
	}
}

int vc_config_bits(const struct vc_config_entry *entry, enum vc_list list,
		   struct vc_bits *bits, struct vc_error *error)
{
	struct vc_parse parse;
	unsigned int n;
	char line[256];

	for (size_t i = 0; vc_config_line(entry->value, i, line, sizeof(line),
					  &n); i++)
		if (vc_list_parse(list, line, bits, &parse))
			return vc_error_set(error, EINVAL,
					    "%s:%u: Unknown %s '%.*s'",
					    entry->file, entry->line + n - 1,
					    vc_list_label(list),
					    (int)parse.length,
					    line + parse.offset);
	return 0;
}

static char *next_word(char **text)
{
	char *word = *text + strspn(*text, " \t");
	size_t len = strcspn(word, " \t");

	*text = word + len;
	if (word[len]) {
		word[len] = '\0';
		(*text)++;
	}
	return *word ? word : NULL;
}

/* \040 and the like, in place. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		unsigned int c = 0;

		if (*text == '\\' && strspn(text + 1, "01234567") >= 3) {
			for (int i = 1; i <= 3; i++)
				c = c * 8 + (unsigned int)(text[i] - '0');
			if (c && c < 256) {
				*to++ = (char)c;
				text += 4;
				continue;
			}
		}
		*to++ = *text++;
	}
	*to = '\0';
}

int vc_mount_parse(const char *line, struct vc_mount *mount)
{
	char *text = mount->buf, *words[4];

	if (strlen(line) >= sizeof(mount->buf)) {
		errno = EINVAL;
		return -1;
	}
	strcpy(mount->buf, line);
	for (int i = 0; i < 4; i++) {
		words[i] = next_word(&text);
		if (words[i])
			unescape(words[i]);
	}
	if (!words[2]) {
		errno = EINVAL;
		return -1;
	}
	mount->source = words[0];
	mount->target = words[1];
	mount->type = words[2];
	mount->options = words[3] ? words[3] : "defaults";
	return 0;
}
