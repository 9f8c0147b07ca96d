/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What fuzz targets share.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input. */
#define CHECK(cond) do { if (!(cond)) abort(); } while (0)

/*
 * The input as a text, in memory that ends where the text does, so that
 * reading beyond is noticed.
 */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	CHECK(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
