// SPDX-License-Identifier: GPL-2.0
/*
 * Texts that others have chosen, on their way to JSON and to a terminal.
 */
#include <stdio.h>

#include "format.h"
#include "fuzz.h"
#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), name[21];
	static int redirected;

	if (!redirected)
		redirected = freopen("/dev/null", "w", stdout) ? 1 : 2;
	json_string(NULL, text);
	json_end();
	format_name(text, sizeof(name) - 1, name);
	for (const char *c = name; *c; c++)
		CHECK(*c >= 0x20 && *c < 0x7f);
	free(text);
	return 0;
}
