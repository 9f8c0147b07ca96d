// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a guest: it is asked to stop, then its processes are killed, and
 * what the start has made on the host is taken away.  All of it can be done
 * again and for a guest that does not run, which repairs what is left over.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "signame.h"

#define POLL_MS		50
#define KILL_SECONDS	20

static bool is_alive(const struct guest *g)
{
	struct vcmd_vx_info info;

	return !vc_vx_info(g->xid, &info) || errno != ESRCH;
}

/* True as soon as the context has ended. */
static bool wait_end(const struct guest *g, int seconds)
{
	const struct timespec t = { 0, POLL_MS * 1000 * 1000 };

	for (int i = 0; i <= seconds * 1000 / POLL_MS; i++) {
		if (!is_alive(g))
			return true;
		nanosleep(&t, NULL);
	}
	return false;
}

static void change_flags(const struct guest *g, uint64_t set, uint64_t clear)
{
	const struct vcmd_ctx_flags flags = {
		.flagword = set,
		.mask = set | clear,
	};

	vc_set_cflags(g->xid, &flags);
}

/* As the init of the guest wants to be told. */
static void ask(struct guest *g)
{
	const struct init_style *style = init_style(g);
	char **argv = g->config ? init_stop(g, style) : NULL;
	int sig = style->stop_signal;

	if (sig < 0)
		sig = SIGRTMIN - sig;
	if (argv && step("run %s in the guest", argv[0]))
		guest_run(g, argv, style->stop_seconds);
	else if (!argv && sig && step("send signal %d to its init", sig))
		vc_ctx_kill(g->xid, 1, sig);
	else
		return;
	if (!guest_options.dry_run)
		wait_end(g, argv ? 1 : style->stop_seconds);
}

static void signal_all(const struct guest *g, int sig)
{
	vc_ctx_kill(g->xid, 1, sig);
	vc_ctx_kill(g->xid, 0, sig);
	if (sig == SIGKILL)
		cgroup_kill(g);
}

/* "15 5 9": signal, seconds, signal and so on. */
static void kill_sequence(const struct guest *g)
{
	const char *list = g->config ?
		vc_config_get(g->config, "apps/init/killseq") : NULL;
	char text[256], *save = NULL;
	bool is_signal = true;

	snprintf(text, sizeof(text), "%s", list ? list : "15 5 9");
	for (char *w = strtok_r(text, " \t", &save); w && is_alive(g);
	     w = strtok_r(NULL, " \t", &save)) {
		int sig = is_signal ? signal_parse(w) : 0;

		if (is_signal && sig > 0 &&
		    step("send signal %d to all processes", sig))
			signal_all(g, sig);
		else if (!is_signal && step("wait up to %s seconds", w))
			wait_end(g, atoi(w));
		is_signal = !is_signal;
	}
	if (guest_options.dry_run)
		return;
	/* A fork bomb may be faster than one round. */
	for (int i = 0; i < KILL_SECONDS && !wait_end(g, 1); i++)
		signal_all(g, SIGKILL);
}

static void clean(const struct guest *g)
{
	netif_down(g);
	if (step("remove the control group and the state"))
		cgroup_remove(g);
	if (!guest_options.dry_run)
		state_remove(g);
}

int guest_stop(struct guest *g)
{
	if (vc_get_version() < 0)
		guest_die(g, "%s", vc_strerror(errno));
	state_lock(g);
	if (!state_settle(g)) {
		if (!guest_options.silent)
			msg_warn("vserver '%s' is not running", g->name);
		cgroup_kill(g);
		clean(g);
		state_unlock();
		return 0;
	}
	say(g, "Stopping the virtual server %s", g->name);
	if (cgroup_paused(g) && step("thaw its processes"))
		cgroup_pause(g, false);
	hook_run(g, "pre-stop");
	/* A reboot from within is the end, and not another start. */
	if (step("keep the helper out of this")) {
		state_stopping(g);
		change_flags(g, VXF_REBOOT_KILL, VXF_SC_HELPER);
	}
	ask(g);
	if (is_alive(g)) {
		if (!guest_options.dry_run)
			change_flags(g, 0, VXF_PERSISTENT);
		kill_sequence(g);
	}
	if (!guest_options.dry_run && is_alive(g))
		guest_die(g, "has processes that do not end; "
			  "see 'vps' for context %u", (unsigned int)g->xid);
	hook_run(g, "post-stop");
	clean(g);
	hook_run(g, "postpost-stop");
	state_unlock();
	g->xid = VS_XID_SELF;
	return 0;
}
