// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of names.  The first byte chooses the table.
 */
#include "fuzz.h"
#include "vserver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vc_bits bits = { 0, 0 }, again = { 0, 0 };
	struct vc_parse parse;
	enum vc_list list;
	char out[2048], *text;

	if (!size)
		return 0;
	list = (enum vc_list)(data[0] % (VC_LIST_LIMITS + 1));
	text = fuzz_text(data + 1, size - 1);
	if (vc_list_parse(list, text, &bits, &parse)) {
		CHECK(parse.offset + parse.length <= strlen(text));
		CHECK(!bits.flag && !bits.mask);
	} else {
		CHECK(!(bits.flag & ~bits.mask));
		CHECK(vc_list_format(list, bits.flag, out, sizeof(out)) <
		      (int)sizeof(out));
		CHECK(!vc_list_parse(list, out, &again, NULL));
		CHECK(again.flag == bits.flag);
	}
	free(text);
	return 0;
}
