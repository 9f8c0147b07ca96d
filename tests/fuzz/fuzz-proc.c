// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc.
 */
#include "caps.h"
#include "fuzz.h"
#include "procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct proc_stat stat;
	struct capsets sets;
	uint64_t value;

	if (!proc_parse_stat(text, &stat))
		CHECK(stat.pid >= 0);
	proc_status_number(text, "VxID", &value);
	proc_status_hex(text, "CapEff", &value);
	proc_parse_uptime(text, &value);
	caps_parse_status(text, &sets);
	free(text);
	return 0;
}
