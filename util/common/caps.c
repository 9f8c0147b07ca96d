// SPDX-License-Identifier: GPL-2.0
/*
 * Linux capabilities of processes.
 */
#include "caps.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "lib/syscall.h"
#include "procfs.h"
#include "prog.h"

unsigned int caps_count(void)
{
	char text[16];
	char *end;
	unsigned long last;

	if (proc_read("/proc/sys/kernel/cap_last_cap", text, sizeof(text)) < 0)
		return CAP_LAST_CAP + 1;
	last = strtoul(text, &end, 10);
	return end != text && last < 63 ? (unsigned int)last + 1 :
					  CAP_LAST_CAP + 1;
}

int caps_parse_status(const char *text, struct capsets *sets)
{
	if (proc_status_hex(text, "CapEff", &sets->effective) ||
	    proc_status_hex(text, "CapPrm", &sets->permitted) ||
	    proc_status_hex(text, "CapInh", &sets->inheritable) ||
	    proc_status_hex(text, "CapBnd", &sets->bounding))
		return -1;
	if (proc_status_hex(text, "CapAmb", &sets->ambient))
		sets->ambient = 0;
	return 0;
}

static void split(uint64_t value, uint32_t *low, uint32_t *high)
{
	*low = (uint32_t)value;
	*high = (uint32_t)(value >> 32);
}

int caps_get(struct capsets *sets)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (lv_syscall(__NR_capget, (long)&head, (long)data, 0))
		return -1;
	sets->effective = data[0].effective |
			  (uint64_t)data[1].effective << 32;
	sets->permitted = data[0].permitted |
			  (uint64_t)data[1].permitted << 32;
	sets->inheritable = data[0].inheritable |
			    (uint64_t)data[1].inheritable << 32;
	return 0;
}

int caps_set(const struct capsets *sets)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	split(sets->effective, &data[0].effective, &data[1].effective);
	split(sets->permitted, &data[0].permitted, &data[1].permitted);
	split(sets->inheritable, &data[0].inheritable, &data[1].inheritable);
	return (int)lv_syscall(__NR_capset, (long)&head, (long)data, 0);
}

void caps_option(const char *text, struct vc_bits *caps)
{
	struct vc_parse parse;

	if (!vc_list_parse(VC_LIST_BCAPS, text, caps, &parse))
		return;
	msg_raw("Unknown capability '%.*s'", (int)parse.length,
		text + parse.offset);
	prog_exit(EXIT_OWN);
}

uint64_t caps_result(bool secure, const struct vc_bits *caps)
{
	uint64_t base = secure ? VS_BCAPS_SECURE : ~0ULL;

	return (base & ~caps->mask) | caps->flag;
}
