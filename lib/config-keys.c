// SPDX-License-Identifier: LGPL-2.1
/*
 * All keys of a configuration.
 */
#include <errno.h>
#include <string.h>

#include "config-private.h"

#define S	VC_CONFIG_SCALAR
#define L	VC_CONFIG_LIST
#define D	VC_CONFIG_DATA
#define B	VC_CONFIG_BOOL
#define P	VC_CONFIG_PROGRAM
#define O	VC_CONFIG_OTHER

/* pattern, kind, check, min, max, in .defaults, meaning, current name */
static const struct lv_key keys[] = {
	{ "vdir", VC_CONFIG_LINK, LV_ANY, 0, 0, false,
	  "the root directory of the guest", NULL },
	{ "run", VC_CONFIG_LINK, LV_ANY, 0, 0, false,
	  "the file with the id of the running guest", NULL },
	{ "cache", VC_CONFIG_LINK, LV_ANY, 0, 0, false,
	  "where data is kept that can be made again", NULL },
	{ "run.rev", VC_CONFIG_LINK, LV_ANY, 0, 0, false,
	  "where ids lead to guests", NULL },
	{ "name", S, LV_ANY, 0, 0, false, "the name that is shown", NULL },
	{ "context", S, LV_NUMBER, VS_XID_MIN, VS_XID_MAX, false,
	  "the id of the context", NULL },
	{ "ncontext", S, LV_NUMBER, VS_XID_MIN, VS_XID_MAX, false,
	  "the id of the network context", NULL },
	{ "noncontext", B, LV_ANY, 0, 0, false, "no network context", NULL },
	{ "tag", S, LV_NUMBER, 0, VS_XID_MAX, false, "the tag of files",
	  NULL },
	{ "bcapabilities", L, LV_BITS, VC_LIST_BCAPS, 0, false,
	  "system capabilities beside the secure ones", NULL },
	{ "capabilities", L, LV_BITS, VC_LIST_BCAPS, 0, false,
	  "the same", "bcapabilities" },
	{ "ccapabilities", L, LV_BITS, VC_LIST_CCAPS, 0, false,
	  "context capabilities beside the secure ones", NULL },
	{ "ncapabilities", L, LV_BITS, VC_LIST_NCAPS, 0, false,
	  "network capabilities", NULL },
	{ "cflags", L, LV_BITS, VC_LIST_CFLAGS, 0, false,
	  "flags of the context", NULL },
	{ "flags", L, LV_BITS, VC_LIST_CFLAGS, 0, false, "the same",
	  "cflags" },
	{ "nflags", L, LV_BITS, VC_LIST_NFLAGS, 0, false,
	  "flags of the network context", NULL },
	{ "umask", L, LV_BITS, VC_LIST_UMASK, 0, false,
	  "namespaces the guest may make", NULL },
	{ "namespace", B, LV_ANY, 0, 0, false, "an own mount namespace",
	  NULL },
	{ "nonamespace", B, LV_ANY, 0, 0, true, "without effect", NULL },
	{ "namespace-cleanup", B, LV_ANY, 0, 0, true, "without effect", NULL },
	{ "nonamespace-cleanup", B, LV_ANY, 0, 0, true, "without effect",
	  NULL },
	{ "namespace-cleanup-skip", L, LV_ANY, 0, 0, true, "without effect",
	  NULL },
	{ "nice", S, LV_NUMBER, -20, 19, false, "nice level", NULL },
	{ "ionice/class", S, LV_NUMBER, 0, 3, false,
	  "class of I/O scheduling", NULL },
	{ "ionice/priority", S, LV_NUMBER, 0, 7, false,
	  "priority of I/O scheduling", NULL },
	{ "personality", L, LV_PERSONALITY, 0, 0, false,
	  "type and flags of the personality", NULL },
	{ "shell", S, LV_ANY, 0, 0, true, "shell of vserver enter", NULL },
	{ "fstab", D, LV_FSTAB, 0, 0, true, "mounts of the guest", NULL },
	{ "fstab.remote", D, LV_FSTAB, 0, 0, true,
	  "mounts by way of the guest's addresses", NULL },
	{ "fstab.local", D, LV_FSTAB, 0, 0, false, "the same as fstab",
	  "fstab" },
	{ "badness", S, LV_NUMBER, -1000, 1000, false,
	  "bias for the OOM killer", NULL },
	{ "keepfds", B, LV_ANY, 0, 0, true, "without effect", NULL },
	{ "disabled", B, LV_ANY, 0, 0, false, "the guest cannot be started",
	  NULL },
	{ "noisy", B, LV_ANY, 0, 0, false, "print what a start does", NULL },
	{ "legacy", B, LV_ANY, 0, 0, false, "NAME.conf counts", NULL },
	{ "schedule", L, LV_ANY, 0, 0, false, "CPU time, in an older form",
	  "sched/" },
	{ "sched/tokens", S, LV_NUMBER, 0, 1 << 30, false,
	  "tokens at the start", NULL },
	{ "sched/tokens-min", S, LV_NUMBER, 0, 1 << 30, false,
	  "tokens to go on with", NULL },
	{ "sched/tokens-max", S, LV_NUMBER, 0, 1 << 30, false,
	  "tokens at most", NULL },
	{ "sched/fill-rate", S, LV_NUMBER, 0, 1 << 30, false,
	  "tokens for each interval", NULL },
	{ "sched/interval", S, LV_NUMBER, 0, 1 << 30, false,
	  "length of an interval", NULL },
	{ "sched/fill-rate2", S, LV_NUMBER, 0, 1 << 30, false,
	  "the same for an idle CPU", NULL },
	{ "sched/interval2", S, LV_NUMBER, 0, 1 << 30, false,
	  "the same for an idle CPU", NULL },
	{ "sched/priority-bias", S, LV_NUMBER, -20, 20, false,
	  "bias of the priority", NULL },
	{ "sched/idle-time", B, LV_ANY, 0, 0, false, "use an idle CPU", NULL },
	{ "sched/*/*", S, LV_ANY, 0, 0, false, "the same for one CPU", NULL },
	{ "rlimits/*", S, LV_LIMIT, 0, 0, false,
	  "limit of the guest as a whole; .min .soft .hard", NULL },
	{ "ulimits/*", S, LV_LIMIT, 0, 0, false,
	  "limit of each process; .soft .hard", NULL },
	{ "uts/sysname", S, LV_ANY, 0, 0, false, "name of the system", NULL },
	{ "uts/nodename", S, LV_ANY, 0, 0, false, "host name", NULL },
	{ "uts/release", S, LV_ANY, 0, 0, false, "release of the kernel",
	  NULL },
	{ "uts/version", S, LV_ANY, 0, 0, false, "version of the kernel",
	  NULL },
	{ "uts/machine", S, LV_ANY, 0, 0, false, "machine", NULL },
	{ "uts/domainname", S, LV_ANY, 0, 0, false, "NIS domain", NULL },
	{ "dlimits/*/directory", S, LV_ABSOLUTE, 0, 0, false,
	  "file system with a disk limit", NULL },
	{ "dlimits/*/space_total", S, LV_LIMIT, 0, 0, false, "KiB", NULL },
	{ "dlimits/*/inodes_total", S, LV_LIMIT, 0, 0, false, "inodes", NULL },
	{ "dlimits/*/reserved", S, LV_NUMBER, 0, 100, false,
	  "percent for root", NULL },
	{ "dlimits/*/disabled", B, LV_ANY, 0, 0, false, "leave it out", NULL },
	{ "sysctl/*/setting", S, LV_NAME, 0, 0, false,
	  "name of a sysctl of the guest's namespaces", NULL },
	{ "sysctl/*/value", S, LV_ANY, 0, 0, false, "its value", NULL },
	{ "cgroup/name", S, LV_GUEST, 0, 0, false, "name of the control group",
	  NULL },
	{ "cgroup/base", S, LV_NAME, 0, 0, true,
	  "control group above those of guests", NULL },
	{ "cgroup/*", S, LV_ANY, 0, 0, false,
	  "file of the control group, memory.max for instance", NULL },
	{ "cpuset/cpus", S, LV_ANY, 0, 0, false, "CPUs, as cpuset.cpus",
	  "cgroup/cpuset.cpus" },
	{ "cpuset/mems", S, LV_ANY, 0, 0, false, "nodes, as cpuset.mems",
	  "cgroup/cpuset.mems" },
	{ "cpuset/*", O, LV_ANY, 0, 0, false, "without effect", NULL },
	{ "nocgroup", B, LV_ANY, 0, 0, true, "no control group", NULL },
	{ "spaces/pid", S, LV_ANY, 0, 0, false,
	  "an own pid namespace", NULL },
	{ "spaces/net", S, LV_ANY, 0, 0, false,
	  "an own network namespace", NULL },
	{ "spaces/mask", L, LV_BITS, VC_LIST_UMASK, 0, false,
	  "kinds of namespaces", NULL },
	{ "netns/**", O, LV_ANY, 0, 0, false, "a named network namespace",
	  NULL },
	{ "nonetns", B, LV_ANY, 0, 0, false, "no network namespace", NULL },
	{ "interfaces/dev", S, LV_NAME, 0, 0, false,
	  "device, if an interface names none", NULL },
	{ "interfaces/prefix", S, LV_NUMBER, 0, 128, false,
	  "length of the prefix, likewise", NULL },
	{ "interfaces/mask", S, LV_ADDRESS, 0, 0, false, "netmask, likewise",
	  NULL },
	{ "interfaces/bcast", S, LV_ADDRESS, 0, 0, false,
	  "broadcast address, likewise", NULL },
	{ "interfaces/scope", S, LV_NAME, 0, 0, false, "scope, likewise",
	  NULL },
	{ "interfaces/lback", S, LV_ADDRESS, 0, 0, false, "loopback address",
	  NULL },
	{ "interfaces/*/dev", S, LV_NAME, 0, 0, false,
	  "device; without one the address is there already", NULL },
	{ "interfaces/*/ip", S, LV_ADDRESS, 0, 0, false, "address", NULL },
	{ "interfaces/*/prefix", S, LV_NUMBER, 0, 128, false,
	  "length of the prefix", NULL },
	{ "interfaces/*/mask", S, LV_ADDRESS, 0, 0, false, "netmask", NULL },
	{ "interfaces/*/bcast", S, LV_ADDRESS, 0, 0, false,
	  "broadcast address", NULL },
	{ "interfaces/*/scope", S, LV_NAME, 0, 0, false, "scope", NULL },
	{ "interfaces/*/name", S, LV_NAME, 0, 0, false, "label DEV:NAME",
	  NULL },
	{ "interfaces/*/disabled", B, LV_ANY, 0, 0, false, "leave it out",
	  NULL },
	{ "interfaces/*/nodev", B, LV_ANY, 0, 0, false,
	  "the address is there already", NULL },
	{ "scripts/*", P, LV_ANY, 0, 0, true, "program to run at a phase",
	  NULL },
	{ "scripts/*/*", P, LV_ANY, 0, 0, true, "likewise, several", NULL },
	{ "apps/init/style", S, LV_STYLE, 0, 0, true,
	  "how the guest is started and stopped", NULL },
	{ "apps/init/runlevel", S, LV_NAME, 0, 0, false,
	  "run level of style sysv", NULL },
	{ "apps/init/runlevel.start", S, LV_NAME, 0, 0, false, "at the start",
	  NULL },
	{ "apps/init/runlevel.stop", S, LV_NAME, 0, 0, false, "at the stop",
	  NULL },
	{ "apps/init/killseq", S, LV_SIGNALS, 0, 0, true,
	  "signals and seconds between them", NULL },
	{ "apps/init/cmd.start", L, LV_ANY, 0, 0, false,
	  "program to start with, a word on each line", NULL },
	{ "apps/init/cmd.start-sync", L, LV_ANY, 0, 0, false,
	  "program that waits for the start", NULL },
	{ "apps/init/cmd.stop", L, LV_ANY, 0, 0, false,
	  "program that stops the guest", NULL },
	{ "apps/init/cmd.stop-sync", L, LV_ANY, 0, 0, false,
	  "program that waits for the stop", NULL },
	{ "apps/init/cmd.prepare", L, LV_ANY, 0, 0, false,
	  "program that runs on the host before", NULL },
	{ "apps/init/sync", B, LV_ANY, 0, 0, false, "wait", NULL },
	{ "apps/init/mtab", D, LV_ANY, 0, 0, true, "without effect", NULL },
	{ "apps/init/tty", VC_CONFIG_LINK, LV_ANY, 0, 0, true,
	  "without effect", NULL },
	{ "apps/init/environment", L, LV_ANY, 0, 0, true,
	  "environment of the guest, VAR=VALUE", NULL },
	{ "apps/init/mark", S, LV_NAME, 0, 0, false,
	  "group of guests that start at boot", NULL },
	{ "apps/init/depends", L, LV_GUEST, 0, 0, false,
	  "guests that have to run before", NULL },
	{ "apps/vlogin/disable", B, LV_ANY, 0, 0, true,
	  "no terminal of its own for enter", NULL },
	{ "apps/vdevmap/*/device", S, LV_ABSOLUTE, 0, 0, true,
	  "node of a device that the guest may use", NULL },
	{ "apps/vdevmap/*/target", S, LV_ABSOLUTE, 0, 0, true,
	  "node of the device that it gets instead", NULL },
	{ "apps/vdevmap/*/open", B, LV_ANY, 0, 0, true,
	  "the guest may open it", NULL },
	{ "apps/vdevmap/*/create", B, LV_ANY, 0, 0, true,
	  "the guest may make nodes of it", NULL },
	{ "apps/vdevmap/*/remap", B, LV_ANY, 0, 0, true,
	  "it gets the target", NULL },
	{ "apps/vdevmap/*/flags", S, LV_NUMBER, 0, 0x13, true,
	  "the same, as a number", NULL },
	{ "apps/vshelper/**", O, LV_ANY, 0, 0, false, "see vshelper(8)",
	  NULL },
	{ "apps/vunify/**", O, LV_ANY, 0, 0, false, "see vunify(8)", NULL },
	{ "apps/pkgmgmt/**", O, LV_ANY, 0, 0, false, "package management",
	  NULL },
	{ "apps/build/**", O, LV_ANY, 0, 0, false, "see vserver-build(8)",
	  NULL },
};

/* Whether @key matches @pattern, or with @prefix the beginning of it. */
static bool matches(const char *pattern, const char *key, bool prefix)
{
	for (;;) {
		size_t p = strcspn(pattern, "/"), k = strcspn(key, "/");

		if (p == 2 && !strncmp(pattern, "**", 2))
			return k != 0;
		if (!k || (!(p == 1 && *pattern == '*') &&
			   (p != k || strncmp(pattern, key, p))))
			return false;
		if (!key[k])
			return prefix ? pattern[p] == '/' : !pattern[p];
		if (!pattern[p])
			return false;
		pattern += p + 1;
		key += k + 1;
	}
}

const struct lv_key *lv_key_row(size_t i)
{
	return i < sizeof(keys) / sizeof(keys[0]) ? &keys[i] : NULL;
}

const struct lv_key *lv_key_find(const char *key)
{
	const struct lv_key *row;

	for (size_t i = 0; (row = lv_key_row(i)); i++)
		if (matches(row->pattern, key, false))
			return row;
	return NULL;
}

bool lv_key_is_dir(const char *key)
{
	const struct lv_key *row;

	for (size_t i = 0; (row = lv_key_row(i)); i++)
		if (matches(row->pattern, key, true))
			return true;
	return false;
}

int vc_config_key_kind(const char *key, enum vc_config_kind *kind)
{
	const struct lv_key *row = lv_key_find(key);

	if (!row) {
		errno = ENOENT;
		return -1;
	}
	*kind = row->kind;
	return 0;
}

const char *vc_config_key(size_t i, enum vc_config_kind *kind,
			  const char **text)
{
	const struct lv_key *row = lv_key_row(i);

	if (!row)
		return NULL;
	*kind = row->kind;
	*text = row->text;
	return row->pattern;
}
