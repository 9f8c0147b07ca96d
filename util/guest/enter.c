// SPDX-License-Identifier: GPL-2.0
/*
 * Going into a running guest.
 *
 * Everything that has to be known of the host is read before; whatever is
 * looked up afterwards (users, programs) is the guest's own and read as
 * coming from an enemy.  Between the entry and the exec the kernel lets
 * nobody of the guest trace or signal us.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "enter.h"
#include "guest.h"
#include "netaddr.h"
#include "passwd.h"
#include "space.h"
#include "vlogin.h"

/* Join namespaces, root directory and context. */
static void go_in(const struct guest *g, const int vlogin[2])
{
	const uint32_t nid = state_nid(g);
	uint64_t mask = 0;
	char path[64], line[256];
	unsigned long long stored = 0, root = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/virtual/%u/status",
		 (unsigned int)g->xid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Spaces: %llx %llx", &stored, &root) == 2)
			break;
	if (f)
		fclose(f);
	mask = stored & ~SPACE_MOUNT;
	if (mask)
		space_enter(g->xid, mask, SPACE_NORMAL);
	/* The guest's own root, or none: never that of the host. */
	space_enter(g->xid, SPACE_MOUNT, SPACE_ROOT);
	if (chdir("/"))
		die_call("chdir", "/");
	if (vlogin[0] >= 0)
		vlogin_attach(vlogin);
	if (nid && vc_net_migrate(nid) < 0)
		die_nid("vc_net_migrate", nid);
	if (vc_ctx_migrate(g->xid, 0) < 0)
		die_xid("vc_ctx_migrate", g->xid);
}

static void become(const char *user, struct passwd_entry *e)
{
	struct identity id = { .uid = NO_ID, .gid = NO_ID };

	passwd_find(user, e);
	id.uid = e->uid;
	id.gid = e->gid;
	id.groups = e->groups;
	id.n_groups = e->n_groups;
	id.set_groups = true;
	enter_identity(&id);
	if (chdir(e->home) && chdir("/"))
		die_call("chdir", "/");
}

/* What there is of shells, the admin's choice first. */
static void __attribute__((__noreturn__)) run_shell(const struct guest *g,
						    const char *shell)
{
	char *argv[16], *save = NULL, text[256];
	size_t n = 0;

	snprintf(text, sizeof(text), "%s", shell ? shell : "");
	for (char *w = strtok_r(text, " ", &save); w && n < 15;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n] = NULL;
	if (n)
		execvp(argv[0], argv);
	execl("/bin/bash", "-bash", (char *)NULL);
	execl("/bin/sh", "-sh", (char *)NULL);
	guest_die(g, "there is no shell in it: %s", strerror(errno));
}

static void __attribute__((__noreturn__)) be_inside(const struct guest *g,
						    const char *user,
						    char **command,
						    const int vlogin[2])
{
	struct passwd_entry e = {
		.name = "root", .home = "/root", .shell = "/bin/sh",
	};
	char shell[256] = "";

	if (g->config) {
		const char *s = vc_config_get(g->config, "shell");

		snprintf(shell, sizeof(shell), "%s", s ? s : "");
		attr_process(g);
		init_environment(g, NULL);
	}
	prctl(PR_SET_DUMPABLE, 0);
	go_in(g, vlogin);
	if (user)
		become(user, &e);
	else if (chdir("/root") && chdir("/"))
		die_call("chdir", "/");
	if (command && !user && chdir("/"))
		die_call("chdir", "/");
	setenv("HOME", e.home, 1);
	setenv("USER", e.name, 1);
	setenv("LOGNAME", e.name, 1);
	setenv("SHELL", *shell ? shell : e.shell, 1);
	if (!command)
		run_shell(g, shell);
	execvp(command[0], command);
	if (errno == ENOENT)
		msg_die(127, "%s: command not found in the guest", command[0]);
	msg_die(126, "%s: %s", command[0], strerror(errno));
}

static void check_running(struct guest *g)
{
	struct vcmd_ctx_flags flags = { 0, 0 };

	if (vc_get_version() < 0)
		guest_die(g, "%s", vc_strerror(errno));
	if (state_running(g)) {
		/* During its setup a context has the power of the host. */
		if (vc_get_cflags(g->xid, &flags))
			die_xid("vc_get_cflags", g->xid);
		if (flags.flagword & VXF_STATE_SETUP)
			guest_die(g, "is being started");
		/* We would stop with the others. */
		if (cgroup_paused(g))
			guest_die(g, "is paused; 'vserver %s resume' lets it "
				  "go on", g->name);
		return;
	}
	msg_raw("Vserver '%s' is not running", g->name);
	prog_exit(EXIT_FAILED);
}

int guest_enter(struct guest *g, const char *user, char **command)
{
	int vlogin[2] = { -1, -1 }, status;
	pid_t pid;

	check_running(g);
	if (!command) {
		if (g->config && state_nid(g))
			netctx_say(g);
		say(g, "New security context is %u", (unsigned int)g->xid);
	}
	prog_flush();
	if (!g->config || !guest_bool(g, "apps/vlogin/disable"))
		vlogin_split(vlogin);
	close_fds(3, vlogin, 2);
	cgroup_join(g);
	/* With a terminal we are the child of a proxy already. */
	if (vlogin[0] >= 0)
		be_inside(g, user, command, vlogin);
	/* The leader of others may not go in, a child of its own may. */
	pid = fork();
	if (pid < 0)
		guest_die(g, "fork(): %s", strerror(errno));
	if (!pid)
		be_inside(g, user, command, vlogin);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

int guest_run(struct guest *g, char **command, int seconds)
{
	const struct timespec t = { 0, 50 * 1000 * 1000 };
	const int none[2] = { -1, -1 };
	struct log log;
	int status;
	pid_t pid;

	log_start(g, &log);
	pid = fork();
	if (pid < 0)
		guest_die(g, "fork(): %s", strerror(errno));
	if (!pid) {
		int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

		prog_exit_hook = NULL;
		setsid();
		if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
		    dup2(log.in, STDOUT_FILENO) < 0 ||
		    dup2(log.in, STDERR_FILENO) < 0)
			_exit(EXIT_FAILED);
		close_fds(3, NULL, 0);
		cgroup_join(g);
		be_inside(g, NULL, command, none);
	}
	close(log.in);
	close(log.control);
	for (int i = 0; i < seconds * 20; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		nanosleep(&t, NULL);
	}
	return -1;
}
