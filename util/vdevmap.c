// SPDX-License-Identifier: GPL-2.0
/*
 * vdevmap: say which devices guests may open and make.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "prog.h"

enum {
	OPT_CREATE = OPT_LONG, OPT_DEVICE, OPT_FLAGS, OPT_OPEN, OPT_REMAP,
	OPT_SET, OPT_TARGET, OPT_UNSET, OPT_XID,
};

static const struct opt opts[] = {
	{ OPT_CREATE, "create", NULL, "nodes of the device may be made" },
	{ OPT_DEVICE, "device", "PATH", "a node of the device" },
	{ OPT_FLAGS, "flags", "BITS", "what is permitted, by number" },
	{ OPT_OPEN, "open", NULL, "the device may be opened" },
	{ OPT_REMAP, "remap", NULL, "who opens it gets the target" },
	{ OPT_SET, "set", NULL, "set what is permitted" },
	{ OPT_TARGET, "target", "PATH", "a node of another device" },
	{ OPT_UNSET, "unset", NULL, "forget what was set" },
	{ OPT_XID, "xid", "ID", "the context; 0 for all" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vdevmap",
	.purpose = "say which devices guests may open",
	.synopsis =
		"--xid ID --set [--open] [--create] [--remap] [--flags BITS]\n"
		"        [--device PATH] [--target PATH]\n"
		"--xid ID --unset [--device PATH] [--target PATH]",
	.about =
		"Permit a guest to open a device and to make nodes of it, or"
		" forbid it.  Without\n"
		"'--device' all devices of the kind of the target are meant,"
		" block or character.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct mapping {
	uint32_t	xid;
	const char	*device;
	const char	*target;
	uint32_t	flags;
};

/* The kernel looks at two names and tells one error. */
static bool is_device(const char *path)
{
	struct stat st;

	if (!path)
		return true;
	if (!lstat(path, &st))
		return S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
	return false;
}

static void check_device(const char *path)
{
	struct stat st;

	if (!path)
		return;
	if (lstat(path, &st))
		msg_die(EXIT_OWN, "%s: %s", path, strerror(errno));
	if (!is_device(path))
		msg_die(EXIT_OWN, "%s: not a device node; links are not "
			"followed", path);
}

static void __attribute__((__noreturn__)) fail(const struct mapping *map,
					       const char *call)
{
	const char *name = map->device ? map->device : map->target;

	switch (errno) {
	case ENOENT:
		msg_die(EXIT_OWN, "%s: nothing was set for context %u", name,
			(unsigned int)map->xid);
	case EOPNOTSUPP:
		msg_die(EXIT_OWN, "%s: only block devices can be remapped",
			name);
	case EINVAL:
		msg_die(EXIT_OWN, "%s: the target must be given for a remap, "
			"and be of the same kind; the flags at most 0x13",
			name);
	default:
		die_call(call, "%s", name);
	}
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct mapping map = { 0, NULL, NULL, 0 };
	bool do_set = false, do_unset = false, has_xid = false;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		switch (opt) {
		case OPT_CREATE:
			map.flags |= VDEV_CREATE;
			break;
		case OPT_DEVICE:
			map.device = args.value;
			break;
		case OPT_FLAGS:
			map.flags |= (uint32_t)arg_number(args.value,
							  UINT32_MAX, "flags");
			break;
		case OPT_OPEN:
			map.flags |= VDEV_OPEN;
			break;
		case OPT_REMAP:
			map.flags |= VDEV_REMAP;
			break;
		case OPT_SET:
			do_set = true;
			break;
		case OPT_TARGET:
			map.target = args.value;
			break;
		case OPT_UNSET:
			do_unset = true;
			break;
		default:
			has_xid = true;
			map.xid = arg_id(args.value, 0, EXIT_OWN);
			break;
		}
	}
	if (args.next < argc)
		msg_usage("%s: unexpected argument '%s'", program.name,
			  argv[args.next]);
	if (do_set == do_unset)
		msg_usage("%s: either '--set' or '--unset' is needed",
			  program.name);
	if (!has_xid)
		msg_usage("%s: '--xid' is needed", program.name);
	if (!map.device && !map.target)
		msg_usage("%s: '--device' or '--target' is needed",
			  program.name);
	check_device(map.device);
	check_device(map.target);

	if (do_set && vc_set_mapping(map.xid, map.device, map.target,
				     map.flags))
		fail(&map, "vc_set_mapping");
	if (do_unset && vc_unset_mapping(map.xid, map.device, map.target))
		fail(&map, "vc_unset_mapping");
	return prog_finish(0);
}
