/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-256, as FIPS 180-4 defines it.
 */
#ifndef UTIL_SHA256_H
#define UTIL_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	32

struct sha256 {
	uint32_t	state[8];
	uint64_t	bytes;
	unsigned char	block[64];
};

void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t size);
void sha256_end(struct sha256 *h, unsigned char digest[SHA256_LEN]);

#endif
