// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256.
 */
#include "sha256.h"

#include <string.h>

static const uint32_t k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		(uint32_t)p[2] << 8 | p[3];
}

/*
 * One of 64 steps.  The eight words move on by one place each time; here their
 * names do.
 */
static inline void step(uint32_t s[8], int i, uint32_t in)
{
	uint32_t a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7];
	uint32_t e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7];
	uint32_t t = s[(7 - i) & 7] + in +
		(turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));

	s[(3 - i) & 7] += t;
	s[(7 - i) & 7] = t + ((a & b) ^ (a & c) ^ (b & c)) +
		(turn(a, 2) ^ turn(a, 13) ^ turn(a, 22));
}

static void take_block(struct sha256 *h, const unsigned char *block)
{
	uint32_t w[64], s[8];

	for (int i = 0; i < 16; i++)
		w[i] = big_endian(block + 4 * i);
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
			(turn(a, 7) ^ turn(a, 18) ^ a >> 3) +
			(turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
	memcpy(s, h->state, sizeof(s));
	for (int i = 0; i < 64; i += 8) {
		step(s, 0, k[i] + w[i]);
		step(s, 1, k[i + 1] + w[i + 1]);
		step(s, 2, k[i + 2] + w[i + 2]);
		step(s, 3, k[i + 3] + w[i + 3]);
		step(s, 4, k[i + 4] + w[i + 4]);
		step(s, 5, k[i + 5] + w[i + 5]);
		step(s, 6, k[i + 6] + w[i + 6]);
		step(s, 7, k[i + 7] + w[i + 7]);
	}
	for (int i = 0; i < 8; i++)
		h->state[i] += s[i];
}

void sha256_begin(struct sha256 *h)
{
	*h = (struct sha256){
		.state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
	};
}

void sha256_add(struct sha256 *h, const void *data, size_t size)
{
	const unsigned char *p = data;
	size_t used = h->bytes % 64;

	h->bytes += size;
	if (used) {
		size_t n = 64 - used < size ? 64 - used : size;

		memcpy(h->block + used, p, n);
		if (used + n < 64)
			return;
		take_block(h, h->block);
		p += n;
		size -= n;
	}
	for (; size >= 64; p += 64, size -= 64)
		take_block(h, p);
	memcpy(h->block, p, size);
}

void sha256_end(struct sha256 *h, unsigned char digest[SHA256_LEN])
{
	static const unsigned char padding[64] = { 0x80 };
	unsigned char length[8];
	uint64_t bits = h->bytes * 8;

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(h, padding, (119 - h->bytes % 64) % 64 + 1);
	sha256_add(h, length, sizeof(length));
	for (int i = 0; i < SHA256_LEN; i++)
		digest[i] = (unsigned char)(h->state[i / 4] >>
					    (24 - 8 * (i % 4)));
}
