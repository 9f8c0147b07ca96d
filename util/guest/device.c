// SPDX-License-Identifier: GPL-2.0
/*
 * The devices that a guest may use, beside those that all may.
 */
#include <errno.h>
#include <stdio.h>

#include "guest.h"

/* The largest name of a directory in the configuration, and a key in it. */
#define KEY_SIZE	320

static const char *value(const struct guest *g, const char *name,
			 const char *key)
{
	const struct vc_config_entry *e =
		vc_config_find(g->config, "apps/vdevmap/%s/%s", name, key);

	return e ? e->value : NULL;
}

static bool is_set(const struct guest *g, const char *name, const char *key)
{
	char path[KEY_SIZE];

	snprintf(path, sizeof(path), "apps/vdevmap/%s/%s", name, key);
	return guest_bool(g, path);
}

static uint32_t flags(const struct guest *g, const char *name)
{
	char path[KEY_SIZE];
	uint32_t bits;

	snprintf(path, sizeof(path), "apps/vdevmap/%s/flags", name);
	bits = (uint32_t)guest_number(g, path, 0);
	if (is_set(g, name, "open"))
		bits |= VDEV_OPEN;
	if (is_set(g, name, "create"))
		bits |= VDEV_CREATE;
	if (is_set(g, name, "remap"))
		bits |= VDEV_REMAP;
	return bits;
}

void devices_map(const struct guest *g, uint32_t xid)
{
	char name[256];

	for (size_t i = 0; vc_config_child(g->config, "apps/vdevmap", i, name,
					   sizeof(name)); i++) {
		const char *device = value(g, name, "device");
		const char *target = value(g, name, "target");

		if (!device && !target)
			guest_die(g, "apps/vdevmap/%s: neither device nor "
				  "target", name);
		step("permit the use of %s", device ? device : target);
		if (!vc_set_mapping(xid, device, target, flags(g, name)))
			continue;
		guest_die(g, "apps/vdevmap/%s: %s: %s", name,
			  device ? device : target,
			  errno == ENODEV ? "not a device" :
			  errno == EINVAL ? "device and target differ in kind, "
			  "or a target is missing" :
			  errno == EOPNOTSUPP ? "only block devices can be "
			  "remapped" : vc_strerror(errno));
	}
}
