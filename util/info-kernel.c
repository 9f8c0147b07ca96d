// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-info: what the kernel can do, and whether it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "info.h"
#include "prog.h"

bool info_apiver(const char *id, const char *arg, char *out)
{
	int version = vc_get_version();

	(void)id;
	(void)arg;
	if (version < 0) {
		msg_call("vc_get_version", NULL);
		return false;
	}
	snprintf(out, INFO_LEN, "0x%08x", (unsigned int)version);
	return true;
}

bool info_feature(const char *id, const char *arg, char *out)
{
	int ret;

	(void)id;
	(void)out;
	if (!arg)
		msg_usage("vserver-info: FEATURE needs an argument");
	ret = vc_feature(arg);
	if (ret < 0)
		msg_warn("unknown feature '%s'", arg);
	return ret > 0;
}

/* Try something that cannot be undone. */
static bool in_child(bool (*test)(void))
{
	int status;
	pid_t child;

	prog_flush();
	child = fork();
	if (!child)
		_exit(test() ? 0 : 1);
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			child = -1;
	return child > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool test_caps(void)
{
	const struct capsets none = { .effective = 0 };

	return !caps_set(&none) && chroot("/") && errno == EPERM;
}

static bool test_proc(void)
{
	return vc_ctx_migrate(VS_XID_SPECTATOR, 0) >= 0 &&
	       open("/proc/uptime", O_RDONLY | O_CLOEXEC) >= 0;
}

bool info_verifycap(const char *id, const char *arg, char *out)
{
	(void)id;
	(void)arg;
	(void)out;
	return in_child(test_caps);
}

bool info_verifyproc(const char *id, const char *arg, char *out)
{
	(void)id;
	(void)arg;
	(void)out;
	return in_child(test_proc);
}
