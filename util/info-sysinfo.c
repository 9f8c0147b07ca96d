// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-info: the block for bug reports.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "info.h"
#include "json.h"
#include "procfs.h"
#include "prog.h"

/* Lines for people, members of an object for programs. */
static bool as_json;

static void begin(const char *title, const char *key)
{
	if (as_json)
		json_open(key, '{');
	else
		printf("%s:\n", title);
}

static void line(const char *title, const char *value)
{
	if (as_json)
		json_string(title, value);
	else
		printf("%24s: %s\n", title, value);
}

static void end(void)
{
	if (as_json)
		json_close('}');
}

static const char *tag_method(int vci)
{
	static const char *const methods[] = {
		"none", "uid16", "gid16", "id24", "intern", "runtime", "?",
		"unknown",
	};

	return methods[(vci & VCI_TAGGED) >> VCI_TAG_SHIFT];
}

static void show_vci(void)
{
	int vci = vc_get_vci();
	char text[512];

	if (vci < 0) {
		line("VCI", "none");
		return;
	}
	snprintf(text, sizeof(text), "0x%016llx", (unsigned long long)vci);
	line("VCI", text);
	vc_list_format(VC_LIST_VCI, (uint64_t)(vci & ~VCI_TAGGED), text,
		       sizeof(text));
	line("VCI bits", text);
	line("Tags", tag_method(vci));
}

static void show_versions(void)
{
	int version = vc_get_version();
	struct utsname uts;
	char text[512];

	if (!uname(&uts)) {
		snprintf(text, sizeof(text), "%s %s", uts.release,
			 uts.machine);
		line("Kernel", text);
	}
	if (version < 0)
		line("VS-API", "none");
	else {
		snprintf(text, sizeof(text), "0x%08x", (unsigned int)version);
		line("VS-API", text);
	}
	show_vci();
	line(PACKAGE_NAME, PACKAGE_VERSION "; " BUILD_DATE);
}

static void show_distribution(void)
{
	static const char key[] = "PRETTY_NAME=";
	char text[2048], *name, *stop;

	if (proc_read("/etc/os-release", text, sizeof(text)) < 0)
		return;
	name = strstr(text, key);
	if (!name)
		return;
	name += strlen(key);
	name += *name == '"';
	stop = name + strcspn(name, "\"\n");
	*stop = '\0';
	line("Distribution", name);
}

static void show_features(void)
{
	char text[512] = "";
	const char *name;

	for (size_t i = 0; (name = vc_feature_name(i)); i++)
		if (vc_feature(name) == 1) {
			if (*text)
				strcat(text, " ");
			strcat(text, name);
		}
	line("APIs", text);
}

static void show_build(void)
{
	line("Compiler", BUILD_COMPILER);
#if defined(__dietlibc__)
	line("C library", "dietlibc");
#elif defined(__GLIBC__)
	line("C library", "glibc");
#else
	line("C library", "unknown");
#endif
	line("System call", "direct");
	line("Configuration", CONFDIR);
	line("State", RUNDIR);
	line("Guests", VROOTDIR);
}

static void show_state(void)
{
	char text[32] = "missing", none[INFO_LEN];
	struct stat st;

	if (!stat(VROOTDIR, &st))
		snprintf(text, sizeof(text), "mode %04o",
			 (unsigned int)st.st_mode & 07777);
	line("Directory of guests", text);
	line("/proc in spectator", info_verifyproc("-", NULL, none) ?
	     "usable" : "not usable");
	line("Capabilities", info_verifycap("-", NULL, none) ?
	     "enforced" : "not enforced");
	line("cgroups", access("/sys/fs/cgroup/cgroup.controllers", F_OK) ?
	     "not unified" : "unified");
}

void info_sysinfo(bool json)
{
	as_json = json;
	if (json)
		json_open(NULL, '{');
	begin("Versions", "versions");
	show_versions();
	show_distribution();
	end();
	begin("Features", "features");
	show_build();
	show_features();
	show_state();
	end();
	if (json) {
		json_close('}');
		json_end();
	}
}
