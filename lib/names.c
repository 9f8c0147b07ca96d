// SPDX-License-Identifier: LGPL-2.1
/*
 * The table of names, and the personalities, which are values and not bits.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include <linux/personality.h>

#include "lib.h"

#define LV_BIT(n)	(1ULL << (n))

#define ROW(list_, kind_, name_, bits_, text_) {			\
	.list = VC_LIST_##list_,					\
	.kind = VC_NAME_##kind_,					\
	.name = (name_),						\
	.bits = (bits_),						\
	.text = (text_),						\
},
#define NAME(list, name, bits, text)	ROW(list, MAIN, name, bits, text)
#define ALIAS(list, name, bits, text)	ROW(list, ALIAS, name, bits, text)
#define OLD(list, name, bits, text)	ROW(list, OLD, name, bits, text)
#define SET(list, name, bits, text)	ROW(list, SET, name, bits, text)

static const struct vc_name names[] = {
#include "names.def"
	{ .name = NULL },
};

const struct vc_name *vc_names(void)
{
	return names;
}

const char *vc_list_bit_name(enum vc_list list, unsigned int bit)
{
	if (bit > 63)
		return NULL;
	for (const struct vc_name *n = names; n->name; n++)
		if (n->list == list && n->kind == VC_NAME_MAIN &&
		    n->bits == LV_BIT(bit))
			return n->name;
	return NULL;
}

const char *vc_list_label(enum vc_list list)
{
	static const char *const labels[] = {
		[VC_LIST_CFLAGS]	= "flag",
		[VC_LIST_CCAPS]		= "ccap",
		[VC_LIST_BCAPS]		= "bcap",
		[VC_LIST_NFLAGS]	= "nflag",
		[VC_LIST_NCAPS]		= "ncap",
		[VC_LIST_UMASK]		= "umask",
		[VC_LIST_PERSONALITY]	= "personality flag",
		[VC_LIST_VCI]		= "VCI bit",
		[VC_LIST_LIMITS]	= "limit",
	};

	return labels[list];
}

int vc_personality_type(const char *name, uint32_t *value)
{
#define TYPE(name)	{ #name, (uint32_t)PER_##name }
	static const struct {
		const char	*name;
		uint32_t	value;
	} types[] = {
		TYPE(LINUX), TYPE(LINUX_32BIT), TYPE(SVR4), TYPE(SVR3),
		TYPE(SCOSVR3), TYPE(OSR5), TYPE(WYSEV386), TYPE(ISCR4),
		TYPE(BSD), TYPE(SUNOS), TYPE(XENIX), TYPE(LINUX32),
		TYPE(LINUX32_3GB), TYPE(IRIX32), TYPE(IRIXN32), TYPE(IRIX64),
		TYPE(RISCOS), TYPE(SOLARIS), TYPE(UW7), TYPE(OSF4),
		TYPE(HPUX),
	};
#undef TYPE

	if (!strncasecmp(name, "PER_", 4))
		name += 4;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcasecmp(name, types[i].name)) {
			*value = types[i].value;
			return 0;
		}
	errno = EINVAL;
	return -1;
}
