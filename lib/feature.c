// SPDX-License-Identifier: LGPL-2.1
/*
 * Features by version and configuration, for programs that ask by name.
 * A program that can try a command and look at errno should rather do that.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#include "lib.h"

struct feature {
	const char	*name;
	int		since;	/* first version */
	int		until;	/* first version without it; 0: none yet */
	int		vci;	/* bit that must be set, too; 0: none */
};

/* DYNAMIC and BME follow other rules and are handled by code. */
static const struct feature features[] = {
	{ "VKILL",	0x00010004, 0,		0 },
	{ "IATTR",	0x00010011, 0,		0 },
	{ "RLIMIT",	0x00010004, 0,		0 },
	{ "COMPAT",	0,	    0,		0 },
	{ "MIGRATE",	0x00010012, 0,		0 },
	{ "NAMESPACE",	0x00010012, 0,		0 },
	{ "SCHED",	0x00020000, 0,		0 },
	{ "VINFO",	0x00010010, 0,		0 },
	{ "VHI",	0x00010010, 0,		0 },
	{ "VSHELPER0",	0x00010000, 0x00010010,	0 },
	{ "VSHELPER",	0x00010000, 0,		0 },
	{ "VWAIT",	0x00010025, 0,		0 },
	{ "VNET",	0x00020001, 0,		0 },
	{ "VSTAT",	0x00020103, 0x00020306,	0 },
	{ "PPTAG",	0,	    0,		VCI_PPTAG },
	{ "PIDSPACE",	1,	    1,		0 },	/* never */
	{ "SPACES",	0,	    0,		VCI_SPACES },
	{ "PERSISTENT",	0x00020002, 0,		0 },
	{ "PIVOT_ROOT",	0x00020304, 0,		0 },
	{ "MEMCG",	0x00020306, 0,		VCI_MEMCG },
	{ "DYNAMIC",	0,	    0,		0 },
	{ "BME",	0,	    0,		0 },
};

#define N_FEATURES	(sizeof(features) / sizeof(features[0]))

const char *vc_feature_name(size_t i)
{
	return i < N_FEATURES ? features[i].name : NULL;
}

/* Bind mounts with options of their own: a patch for kernels before 2.6.26. */
static int has_bme(void)
{
	struct utsname uts;

	return !uname(&uts) && !strncmp(uts.release, "2.6.", 4) &&
	       strverscmp(uts.release, "2.6.26") < 0;
}

int vc_feature(const char *name)
{
	const struct feature *f = features;
	int version, vci;

	while (f < features + N_FEATURES && strcasecmp(f->name, name))
		f++;
	if (f == features + N_FEATURES) {
		errno = EINVAL;
		return -1;
	}

	version = vc_get_version();
	vci = vc_get_vci();
	if (version < 0 || vci < 0)
		return 0;
	if (!strcmp(f->name, "BME"))
		return has_bme();
	if (!strcmp(f->name, "DYNAMIC"))
		return version < 0x00020300 || !(vci & VCI_NO_DYNAMIC);
	return version >= f->since && (!f->until || version < f->until) &&
	       (!f->vci || (vci & f->vci));
}
