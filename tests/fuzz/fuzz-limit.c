// SPDX-License-Identifier: GPL-2.0
/*
 * Limits, and the options that take a personality.
 */
#include "fuzz.h"
#include "vserver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct vc_parse parse;
	uint64_t value = 0;
	uint32_t type;

	if (vc_limit_parse(text, &value, &parse))
		CHECK(parse.offset + parse.length <= strlen(text));
	else
		CHECK(value != VC_LIMIT_KEEP);
	vc_personality_type(text, &type);
	free(text);
	return 0;
}
