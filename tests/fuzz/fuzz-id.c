// SPDX-License-Identifier: GPL-2.0
/*
 * Ids, names of guests, fields and signals.
 */
#include "fuzz.h"
#include "signame.h"
#include "vserver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct vc_dirs dirs = {
		"/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent",
	};
	char *text = fuzz_text(data, size);
	struct vc_error error;
	uint32_t id = 0;

	if (!vc_id_parse(&dirs, text, VC_ID_STOPPED, &id, &error))
		CHECK(id <= VS_XID_MAX || id == VS_XID_SELF ||
		      id == VS_XID_SAME);
	else
		CHECK(strlen(error.text) < sizeof(error.text));
	if (vc_guest_name_valid(text))
		CHECK(!strchr(text, '/') && *text);
	vc_vhi_field(text);
	CHECK(signal_parse(text) <= 64);
	free(text);
	return 0;
}
