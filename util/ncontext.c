// SPDX-License-Identifier: GPL-2.0
/*
 * ncontext: create and enter network contexts.
 */
#include <errno.h>
#include <stdio.h>

#include "detach.h"
#include "netaddr.h"
#include "prog.h"
#include "sync.h"

enum {
	OPT_CREATE = OPT_LONG, OPT_DISCONNECT, OPT_MIGRATE, OPT_MIGRATE_SELF,
	OPT_NID, OPT_SILENT, OPT_SILENTEXIST, OPT_SYNCMSG, OPT_SYNCSOCK,
};

static const struct opt opts[] = {
	{ OPT_CREATE, "create", NULL, "create a network context and enter it" },
	{ OPT_DISCONNECT, "disconnect", NULL,
	  "run the program in the background" },
	{ OPT_MIGRATE, "migrate", NULL, "enter an existing one" },
	{ OPT_MIGRATE_SELF, "migrate-self", NULL,
	  "stay in the own one and go on" },
	{ OPT_NID, "nid", "ID", "id or name of the network context" },
	{ OPT_SILENT, "silent", NULL, "do not print the id" },
	{ OPT_SILENTEXIST, "silentexist", NULL,
	  "do not complain when the id is taken" },
	{ OPT_SYNCMSG, "syncmsg", "TEXT", "what to send (default: ok)" },
	{ OPT_SYNCSOCK, "syncsock", "FILE",
	  "synchronize over a unix socket" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "ncontext",
	.purpose = "create and enter network contexts",
	.synopsis =
		"--create [--nid ID] [options] [--] PROGRAM [ARG...]\n"
		"--migrate --nid ID [options] [--] PROGRAM [ARG...]\n"
		"--migrate-self [options] [--] PROGRAM [ARG...]",
	.about = "Create and enter network contexts.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

enum action { NONE, CREATE, MIGRATE, SELF };

struct plan {
	enum action	action;
	const char	*id;		/* as it was given, or NULL */
	uint32_t	nid;
	bool		disconnect, silent, silentexist;
	const char	*syncsock;
	const char	*syncmsg;
};

static void set_action(struct plan *plan, enum action action)
{
	if (plan->action != NONE && plan->action != action)
		msg_usage("Can not migrate and create a context at the same "
			  "time");
	plan->action = action;
}

static void set_option(struct plan *plan, int opt, const char *value)
{
	switch (opt) {
	case OPT_CREATE:
		set_action(plan, CREATE);
		break;
	case OPT_MIGRATE:
		set_action(plan, MIGRATE);
		break;
	case OPT_MIGRATE_SELF:
		set_action(plan, SELF);
		break;
	case OPT_DISCONNECT:
		plan->disconnect = true;
		break;
	case OPT_SILENT:
		plan->silent = true;
		break;
	case OPT_SILENTEXIST:
		plan->silentexist = true;
		break;
	case OPT_SYNCMSG:
		plan->syncmsg = value;
		break;
	case OPT_SYNCSOCK:
		plan->syncsock = value;
		break;
	default:
		plan->id = value;
		break;
	}
}

static void check_plan(struct plan *plan)
{
	if (plan->action == NONE) {
		msg_raw("Neither '--create' nor '--migrate' specified; "
			"try '--help' for more information");
		prog_exit(EXIT_OWN);
	}
	if (plan->action == MIGRATE && !plan->id) {
		msg_raw("Can not migrate to an unknown context");
		prog_exit(EXIT_OWN);
	}
	plan->nid = VS_XID_SELF;
	if (plan->id && plan->action != SELF)
		plan->nid = arg_id(plan->id, plan->action == CREATE ?
				   VC_ID_STOPPED : 0, EXIT_OWN);
}

static void create(struct plan *plan)
{
	int nid;

	if (plan->nid == VS_XID_SELF)
		nid = vc_net_create_free(NULL);
	else
		nid = vc_net_create(plan->nid, NULL);
	if (nid < 0 && errno == EEXIST) {
		if (!plan->silentexist)
			msg_call("vc_net_create", "nid %u",
				 (unsigned int)plan->nid);
		prog_exit(EXIT_EXISTS);
	}
	if (nid < 0)
		die_nid("vc_net_create", plan->nid);
	if (!plan->silent)
		printf("New network context is %d\n", nid);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct plan plan = { .syncmsg = "ok" };
	char **command;
	int opt, fd = -1;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END)
		set_option(&plan, opt, args.value);
	check_plan(&plan);
	command = arg_command(&args);

	if (plan.syncsock) {
		fd = sync_connect(plan.syncsock);
		if (fd < 0)
			die_call("connect", "%s", plan.syncsock);
	}
	if (plan.disconnect)
		detach(false);
	if (plan.action == CREATE)
		create(&plan);
	else if (plan.action == MIGRATE && vc_net_migrate(plan.nid) < 0)
		die_nid("vc_net_migrate", plan.nid);
	if (fd >= 0 && sync_wait(fd, plan.syncmsg))
		die_nid("syncsock", plan.nid);
	return chain_exec(command);
}
