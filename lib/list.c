// SPDX-License-Identifier: LGPL-2.1
/*
 * Lists of names as text: the parser and the printer.
 *
 *	LIST = ELEM *( "," ELEM ) [ "," ]
 *	ELEM = *( "~" | "!" ) ( NUMBER | "^" NUMBER | NAME | "all" | "none" )
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib.h"
#include "number.h"

/* What may stand before a name. */
static const char *const prefixes[] = {
	[VC_LIST_CFLAGS]	= "VXF_",
	[VC_LIST_CCAPS]		= "VXC_",
	[VC_LIST_BCAPS]		= "CAP_",
	[VC_LIST_NFLAGS]	= "NXF_",
	[VC_LIST_NCAPS]		= "NXC_",
	[VC_LIST_UMASK]		= "CLONE_",
	[VC_LIST_PERSONALITY]	= "",
	[VC_LIST_VCI]		= "VCI_",
	[VC_LIST_LIMITS]	= "RLIMIT_",
};

/* A part of the text that is being parsed. */
struct word {
	const char	*text;
	size_t		length;
};

static bool is_word(struct word w, const char *name)
{
	return strlen(name) == w.length &&
	       !strncasecmp(w.text, name, w.length);
}

static bool parse_name(enum vc_list list, struct word w, uint64_t *bits,
		       const char **old)
{
	size_t skip = strlen(prefixes[list]);

	if (w.length > skip && !strncasecmp(w.text, prefixes[list], skip)) {
		w.text += skip;
		w.length -= skip;
	}
	for (const struct vc_name *n = vc_names(); n->name; n++)
		if (n->list == list && is_word(w, n->name)) {
			*bits = n->bits;
			if (n->kind == VC_NAME_OLD)
				*old = n->name;
			return true;
		}
	return false;
}

/* The bits that one element without its negations means. */
static bool parse_bits(enum vc_list list, struct word w, uint64_t *bits,
		       const char **old)
{
	uint64_t number;

	if (is_word(w, "all") || is_word(w, "any")) {
		*bits = ~0ULL;
		return true;
	}
	if (is_word(w, "none")) {
		*bits = 0;
		return true;
	}
	if (w.length && *w.text == '^') {
		if (lv_number(w.text + 1, w.length - 1, &number) ||
		    number > 63)
			return false;
		*bits = 1ULL << number;
		return true;
	}
	return !lv_number(w.text, w.length, bits) ||
	       parse_name(list, w, bits, old);
}

static void apply(struct vc_bits *result, uint64_t bits, bool set)
{
	result->mask |= bits;
	if (set)
		result->flag |= bits;
	else
		result->flag &= ~bits;
}

int vc_list_parse(enum vc_list list, const char *text, struct vc_bits *bits,
		  struct vc_parse *parse)
{
	struct vc_bits result = *bits;
	const char *old = NULL, *pos = text;

	while (*pos) {
		struct word w = { pos, strcspn(pos, ",") };
		const char *next = pos + w.length;
		bool set = true;
		uint64_t value;

		/* Without a mask there is nothing to be cleared. */
		while (w.length > 1 && list != VC_LIST_PERSONALITY &&
		       (*w.text == '~' || *w.text == '!')) {
			set = !set;
			w.text++;
			w.length--;
		}
		if (!parse_bits(list, w, &value, &old)) {
			if (parse) {
				parse->offset = (size_t)(w.text - text);
				parse->length = w.length;
				parse->old = NULL;
			}
			errno = EINVAL;
			return -1;
		}
		apply(&result, value, set);
		pos = *next ? next + 1 : next;
	}
	*bits = result;
	if (parse)
		*parse = (struct vc_parse){ .old = old };
	return 0;
}

int vc_list_format(enum vc_list list, uint64_t bits, char *text, size_t size)
{
	size_t len = 0;

	if (size)
		*text = '\0';
	for (unsigned int i = 0; i < 64; i++) {
		const char *name = vc_list_bit_name(list, i);
		const char *comma = len ? "," : "";
		char *to = len < size ? text + len : NULL;
		size_t room = to ? size - len : 0;
		int n;

		if (!(bits >> i & 1))
			continue;
		if (name)
			n = snprintf(to, room, "%s%s", comma, name);
		else
			n = snprintf(to, room, "%s^%u", comma, i);
		len += (size_t)n;
	}
	return (int)len;
}
