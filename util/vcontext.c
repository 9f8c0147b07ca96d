// SPDX-License-Identifier: GPL-2.0
/*
 * vcontext: create, enter and seal process contexts.
 *
 * The order of steps in main() is a matter of security; the reasons stand
 * beside them.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/personality.h>

#include "closefd.h"
#include "detach.h"
#include "enter.h"
#include "prog.h"
#include "sync.h"
#include "vlogin.h"

#define MAX_GROUPS	64

enum {
	OPT_CHROOT = OPT_LONG, OPT_CLOSEFD, OPT_CREATE, OPT_DISCONNECT,
	OPT_ENDSETUP, OPT_GID, OPT_GROUPS, OPT_INITPID, OPT_MIGRATE,
	OPT_MIGRATE_SELF, OPT_NAMESPACE, OPT_PER_FLAGS, OPT_PER_TYPE,
	OPT_PIVOT_ROOT, OPT_SILENT, OPT_SILENTEXIST, OPT_SYNCMSG,
	OPT_SYNCSOCK, OPT_UID, OPT_VLOGIN, OPT_XID,
};

static const struct opt opts[] = {
	{ OPT_CHROOT, "chroot", NULL, "use the current directory as root" },
	{ OPT_CLOSEFD, "closefd", NULL, "close files but the standard ones" },
	{ OPT_CREATE, "create", NULL, "create a context and enter it" },
	{ OPT_XID, "ctx", "ID", NULL },
	{ OPT_DISCONNECT, "disconnect", NULL,
	  "run the program in the background" },
	{ OPT_ENDSETUP, "endsetup", NULL, "seal the context" },
	{ OPT_INITPID, "fakeinit", NULL, NULL },
	{ OPT_GID, "gid", "N", "change the group" },
	{ OPT_GROUPS, "groups", "N,N...", "change the other groups" },
	{ OPT_INITPID, "initpid", NULL, "become the init of the context" },
	{ OPT_MIGRATE, "migrate", NULL, "enter an existing context" },
	{ OPT_MIGRATE_SELF, "migrate-self", NULL,
	  "stay in the own context and go on" },
	{ OPT_NAMESPACE, "namespace", NULL,
	  "store or enter the mount namespace" },
	{ OPT_PER_FLAGS, "personality-flags", "LIST",
	  "flags of the personality" },
	{ OPT_PER_TYPE, "personality-type", "NAME",
	  "type of the personality" },
	{ OPT_PIVOT_ROOT, "pivot-root", NULL,
	  "as --chroot, but leave the old root behind" },
	{ OPT_SILENT, "silent", NULL, "do not print the id" },
	{ OPT_SILENTEXIST, "silentexist", NULL,
	  "do not complain when the id is taken" },
	{ OPT_SYNCMSG, "syncmsg", "TEXT", "what to send (default: ok)" },
	{ OPT_SYNCSOCK, "syncsock", "FILE",
	  "synchronize over a unix socket" },
	{ OPT_UID, "uid", "N", "change the user" },
	{ OPT_VLOGIN, "vlogin", NULL, "use a pseudo terminal of the guest" },
	{ OPT_XID, "xid", "ID", "id or name of the context" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vcontext",
	.purpose = "create and enter process contexts",
	.synopsis =
		"--create [--xid ID] [options] [--] PROGRAM [ARG...]\n"
		"--migrate --xid ID [options] [--] PROGRAM [ARG...]\n"
		"--migrate-self [options] [--] PROGRAM [ARG...]",
	.about = "Create, enter and seal process contexts.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

enum action { NONE, CREATE, MIGRATE, SELF };

struct plan {
	enum action	action;
	const char	*id;		/* as it was given, or NULL */
	uint32_t	xid;
	bool		chroot, closefd, disconnect, endsetup, initpid;
	bool		namespace, pivot_root, silent, silentexist, vlogin;
	struct identity	identity;
	gid_t		groups[MAX_GROUPS];
	bool		personality;
	uint32_t	per_type;
	struct vc_bits	per_flags;
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

static void set_personality(struct plan *plan, int opt, const char *value)
{
	plan->personality = true;
	if (opt == OPT_PER_FLAGS)
		arg_list(VC_LIST_PERSONALITY, value, &plan->per_flags);
	else if (vc_personality_type(value, &plan->per_type))
		msg_usage("Unknown personality type '%s'", value);
}

/* Options with an argument. */
static void set_value(struct plan *plan, int opt, const char *value)
{
	struct identity *id = &plan->identity;

	switch (opt) {
	case OPT_GID:
		id->gid = (uint32_t)arg_number(value, NO_ID - 1, "group");
		break;
	case OPT_GROUPS:
		id->n_groups = parse_groups(value, plan->groups, MAX_GROUPS);
		id->groups = plan->groups;
		id->set_groups = true;
		break;
	case OPT_UID:
		id->uid = (uint32_t)arg_number(value, NO_ID - 1, "user");
		break;
	case OPT_SYNCMSG:
		plan->syncmsg = value;
		break;
	case OPT_SYNCSOCK:
		plan->syncsock = value;
		break;
	case OPT_XID:
		plan->id = value;
		break;
	default:
		set_personality(plan, opt, value);
		break;
	}
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
	case OPT_CHROOT:
		plan->chroot = true;
		break;
	case OPT_CLOSEFD:
		plan->closefd = true;
		break;
	case OPT_DISCONNECT:
		plan->disconnect = true;
		break;
	case OPT_ENDSETUP:
		plan->endsetup = true;
		break;
	case OPT_INITPID:
		plan->initpid = true;
		break;
	case OPT_NAMESPACE:
		plan->namespace = true;
		break;
	case OPT_PIVOT_ROOT:
		plan->pivot_root = true;
		break;
	case OPT_SILENT:
		plan->silent = true;
		break;
	case OPT_SILENTEXIST:
		plan->silentexist = true;
		break;
	case OPT_VLOGIN:
		plan->vlogin = true;
		break;
	default:
		set_value(plan, opt, value);
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
	/* The proxy would be a process of the guest with the host's root. */
	if (plan->action == SELF && plan->vlogin)
		msg_usage("%s: '--vlogin' needs '--create' or '--migrate'",
			  program.name);
	if (plan->chroot && plan->pivot_root)
		msg_usage("%s: '--chroot' and '--pivot-root' exclude each "
			  "other", program.name);

	/* All names are looked up before anything of a guest is near. */
	plan->xid = VS_XID_SELF;
	if (plan->id && plan->action != SELF)
		plan->xid = arg_id(plan->id, plan->action == CREATE ?
				   VC_ID_STOPPED : 0, EXIT_OWN);
}

static void create(struct plan *plan)
{
	int xid;

	if (plan->xid == VS_XID_SELF)
		xid = vc_ctx_create_free(VXF_INIT_SET);
	else
		xid = vc_ctx_create(plan->xid, VXF_INIT_SET);
	if (xid < 0 && errno == EEXIST) {
		if (!plan->silentexist)
			msg_call("vc_ctx_create", "xid %u",
				 (unsigned int)plan->xid);
		prog_exit(EXIT_EXISTS);
	}
	if (xid < 0)
		die_xid("vc_ctx_create", plan->xid);
	plan->xid = (uint32_t)xid;
	if (!plan->silent)
		printf("New security context is %d\n", xid);
}

/*
 * Change the root directory, which comes before entering: no process of the
 * context may get hold of one whose root is still that of the host.
 */
static void change_root(const struct plan *plan)
{
	if (plan->pivot_root) {
		/*
		 * Who comes from the host takes the namespace that the guest
		 * has made.  Who is inside makes it.
		 */
		if (plan->action == MIGRATE) {
			if (vc_enter_space(plan->xid, SPACE_MOUNT, SPACE_ROOT))
				die_xid("vc_enter_space", plan->xid);
		} else {
			enter_pivot_root();
		}
		return;
	}
	if (plan->chroot)
		enter_chroot();
	if (!plan->namespace)
		return;
	if (plan->action == MIGRATE) {
		if (vc_enter_space(plan->xid, SPACE_MOUNT, SPACE_NORMAL))
			die_xid("vc_enter_space", plan->xid);
	} else if (vc_set_space(VS_XID_SELF, SPACE_MOUNT, SPACE_NORMAL)) {
		die_xid("vc_set_space", plan->xid);
	}
}

/* Who clears STATE_INIT inside of a context becomes its init. */
static void end_setup(const struct plan *plan)
{
	bool become_init = plan->initpid && plan->action != MIGRATE;
	const struct vcmd_ctx_flags flags = {
		.mask = (plan->endsetup ? VXF_STATE_SETUP : 0) |
			(become_init ? VXF_STATE_INIT : 0),
	};

	if (flags.mask && vc_set_cflags(plan->xid, &flags))
		die_xid("vc_set_cflags", plan->xid);
}

static void set_final(const struct plan *plan, int sync_fd)
{
	enter_identity(&plan->identity);
	if (plan->personality &&
	    personality(plan->per_type | plan->per_flags.flag) < 0)
		die_xid("personality", plan->xid);
	if (sync_fd >= 0 && sync_wait(sync_fd, plan->syncmsg))
		die_xid("syncsock", plan->xid);
}

static int run(struct plan *plan, char **command)
{
	int keep[4] = { -1, -1, -1, -1 };

	/* 1. The path of the socket is one of the host. */
	if (plan->syncsock) {
		keep[0] = sync_connect(plan->syncsock);
		if (keep[0] < 0)
			die_call("connect", "%s", plan->syncsock);
	}
	/* 2. The parents of what follows stay outside, if they can. */
	if (plan->disconnect)
		keep[1] = detach(plan->action == SELF);
	else if (plan->vlogin)
		vlogin_split(&keep[2]);
	/* 3. */
	if (plan->closefd)
		close_fds(3, keep, 4);
	/* 4. */
	if (plan->action == CREATE)
		create(plan);
	/* 5. */
	change_root(plan);
	/* The guest's /dev is near, and the guest cannot trace us yet. */
	if (keep[2] >= 0) {
		prog_flush();
		vlogin_attach(&keep[2]);
	}
	/* 6. */
	end_setup(plan);
	/* 7. */
	if (plan->action == MIGRATE &&
	    vc_ctx_migrate(plan->xid, plan->initpid ? VXM_SET_INIT : 0) < 0)
		die_xid("vc_ctx_migrate", plan->xid);
	/* 8. to 10. */
	set_final(plan, keep[0]);
	/* 11. */
	return chain_exec(command);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct plan plan = {
		.identity = { .uid = NO_ID, .gid = NO_ID },
		.syncmsg = "ok",
	};
	char **command;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END)
		set_option(&plan, opt, args.value);
	check_plan(&plan);
	command = arg_command(&args);
	return run(&plan, command);
}
