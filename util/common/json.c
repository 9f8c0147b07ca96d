// SPDX-License-Identifier: GPL-2.0
/*
 * JSON on stdout.
 */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Whether the next value in the innermost bracket needs a comma. */
static bool need_comma;

/* The length of the UTF-8 character at @s, or 0 when it is not one. */
static size_t utf8_len(const unsigned char *s)
{
	size_t len = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 :
		     *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void quote(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putchar('"');
	while (*s) {
		size_t len = utf8_len(s);

		if (!len)
			fputs("\\ufffd", stdout);
		else if (*s < 0x20 || *s == 0x7f)
			printf("\\u%04x", *s);
		else if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else
			printf("%.*s", (int)len, (const char *)s);
		s += len ? len : 1;
	}
	putchar('"');
}

static void begin(const char *key)
{
	if (need_comma)
		putchar(',');
	need_comma = true;
	if (key) {
		quote(key);
		putchar(':');
	}
}

void json_open(const char *key, char bracket)
{
	begin(key);
	putchar(bracket);
	need_comma = false;
}

void json_close(char bracket)
{
	putchar(bracket);
	need_comma = true;
}

void json_string(const char *key, const char *value)
{
	begin(key);
	quote(value);
}

void json_number(const char *key, int64_t value)
{
	begin(key);
	printf("%" PRId64, value);
}

void json_bool(const char *key, bool value)
{
	begin(key);
	fputs(value ? "true" : "false", stdout);
}

void json_null(const char *key)
{
	begin(key);
	fputs("null", stdout);
}

void json_bits(const char *key, enum vc_list list, uint64_t bits)
{
	json_open(key, '[');
	for (unsigned int i = 0; i < 64; i++) {
		char name[64];

		if (!(bits >> i & 1))
			continue;
		vc_list_format(list, 1ULL << i, name, sizeof(name));
		json_string(NULL, name);
	}
	json_close(']');
}

void json_end(void)
{
	putchar('\n');
	need_comma = false;
}
