// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of the admin, at the phases of a start and a stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "closefd.h"
#include "guest.h"

static void __attribute__((__noreturn__)) run(const struct guest *g,
					      const char *program,
					      const char *phase)
{
	char dir[PATH_MAX];

	prog_exit_hook = NULL;
	snprintf(dir, sizeof(dir), "%s", vc_config_path(g->config));
	if (vc_config_style(g->config) == VC_CONFIG_OLD)
		*strrchr(dir, '/') = '\0';
	if (chdir(dir))
		msg_die(127, "%s: %s", dir, strerror(errno));
	close_fds(3, NULL, 0);
	execl(program, program, phase, g->name, (char *)NULL);
	msg_die(127, "%s: %s", program, strerror(errno));
}

static bool run_one(const struct guest *g, const char *program,
		    const char *phase)
{
	int status;
	pid_t pid;

	if (!step("run %s %s %s", program, phase, g->name))
		return true;
	/* What cannot be executed is an example, or a note. */
	if (access(program, X_OK)) {
		msg_warn("%s: not executable, not run", program);
		return true;
	}
	prog_flush();
	pid = fork();
	if (!pid)
		run(g, program, phase);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	msg_warn("%s: %s failed (%s %d)", g->name, program,
		 pid > 0 && WIFSIGNALED(status) ? "signal" : "exit status",
		 pid > 0 && WIFSIGNALED(status) ? WTERMSIG(status) :
		 pid > 0 ? WEXITSTATUS(status) : errno);
	return false;
}

bool hook_run(const struct guest *g, const char *phase)
{
	const struct vc_config_entry *e;
	char dir[64], name[128];
	bool own = false, good = true;

	if (!g->config)
		return true;
	snprintf(dir, sizeof(dir), "scripts/%s.d", phase);
	/* Those of the guest, then those of all. */
	for (int defaults = 0; defaults < 2 && !own; defaults++) {
		e = vc_config_find(g->config, "scripts/%s", phase);
		for (size_t i = 0; ; i++) {
			if (e && !!strstr(e->file, "/.defaults/") == defaults) {
				own = true;
				good &= run_one(g, e->value, phase);
			}
			if (!vc_config_child(g->config, dir, i, name,
					     sizeof(name)))
				break;
			e = vc_config_find(g->config, "%s/%s", dir, name);
		}
	}
	return good;
}
