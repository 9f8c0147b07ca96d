/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Owns the calls for attributes of files, short names for them.
 */
#ifndef IATTR_H
#define IATTR_H

#include "puppet.h"

#define IATTR_NAME	"security.vserver"
#define IUNLINK		(VIATTR_IXUNLINK | VIATTR_IMMUTABLE)

/* As the caller's entry lays it out; the path below 4 GiB with int $0x80. */
KTAP_UNUSED static long iattr_call(uint32_t cmd, const char *path,
				   uint32_t *flags, uint32_t *mask)
{
	struct vcmd_iattr a = { path, 0x5a5a5a5a, *flags, *mask };
	uint32_t low[4] = { (uintptr_t)path, 0x5a5a5a5a, *flags, *mask };
	static uint32_t *shared;
	long ret;

	if (!vs_int80) {
		ret = vserver(cmd, 0, &a);
		*flags = a.flags;
		*mask = a.mask;
		return a.tag == 0x5a5a5a5a ? ret : -2;
	}
	if (!shared)
		shared = puppet_shared(sizeof(low));
	memcpy(shared, low, sizeof(low));
	ret = vserver(cmd, 0, shared);
	*flags = shared[2];
	*mask = shared[3];
	return shared[1] == 0x5a5a5a5a ? ret : -2;
}

KTAP_UNUSED static long iattr_get(const char *path, uint32_t *flags,
				  uint32_t *mask)
{
	*flags = *mask = 0;
	return iattr_call(VCMD_get_iattr, path, flags, mask);
}

KTAP_UNUSED static long iattr_set(const char *path, uint32_t flags,
				  uint32_t mask)
{
	return iattr_call(VCMD_set_iattr, path, &flags, &mask);
}

/* The flags that are set, or -1. */
KTAP_UNUSED static long iattr_flags(const char *path)
{
	uint32_t flags, mask;

	return iattr_get(path, &flags, &mask) ? -1 : (long)flags;
}

KTAP_UNUSED static long iattr_mask(const char *path)
{
	uint32_t flags, mask;

	return iattr_get(path, &flags, &mask) ? -1 : (long)mask;
}

/* As orders for puppets. */
KTAP_UNUSED static long do_iattr_set(long path, long flags, long mask)
{
	return iattr_set((char *)path, flags, mask);
}

KTAP_UNUSED static long do_iattr_get(long path, long b, long c)
{
	(void)b, (void)c;
	return iattr_flags((char *)path);
}

#endif
