// SPDX-License-Identifier: GPL-2.0
/*
 * chcontext: run a program in a new context, or in an existing one.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "caps.h"
#include "detach.h"
#include "enter.h"
#include "procfs.h"
#include "prog.h"
#include "secure.h"

enum {
	OPT_CAP = OPT_LONG, OPT_XID, OPT_DISCONNECT, OPT_DOMAINNAME, OPT_FLAG,
	OPT_HOSTNAME, OPT_SECURE, OPT_SILENT, OPT_SPACES,
};

static const struct opt opts[] = {
	{ OPT_CAP, "cap", "[!]CAP", "add a capability or take it away" },
	{ OPT_XID, "ctx", "ID", "enter or create this context" },
	{ OPT_DISCONNECT, "disconnect", NULL,
	  "run the program in the background" },
	{ OPT_DOMAINNAME, "domainname", "NAME",
	  "NIS domain name of the context" },
	{ OPT_FLAG, "flag", "LIST", "flags of the context" },
	{ OPT_HOSTNAME, "hostname", "NAME", "host name of the context" },
	{ OPT_SECURE, "secure", NULL, "start from few capabilities" },
	{ OPT_SILENT, "silent", NULL, "print nothing" },
	{ OPT_SPACES, "spaces", NULL,
	  "with the default namespaces, too" },
	{ OPT_XID, "xid", "ID", NULL },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "chcontext",
	.purpose = "run a program in a context",
	.synopsis = "[options] [--] PROGRAM [ARG...]",
	.about = "Run a program in a new context, or in an existing one.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

struct plan {
	uint32_t	xid;		/* VS_XID_SELF: any free one */
	bool		disconnect, secure, silent, spaces;
	const char	*hostname;
	const char	*domainname;
	struct vc_bits	cap_bits;
	uint64_t	caps;		/* the ceiling that they give */
	struct vc_bits	flags;
};

/* Several ids made sense before contexts had attributes. */
static void set_xid(struct plan *plan, const char *text)
{
	if (plan->xid != VS_XID_SELF)
		msg_warn("only the first '--ctx' counts, '%s' is ignored",
			 text);
	else
		plan->xid = arg_id(text, VC_ID_STOPPED, EXIT_OWN);
}

static void set_option(struct plan *plan, int opt, const char *value)
{
	switch (opt) {
	case OPT_DISCONNECT:
		plan->disconnect = true;
		break;
	case OPT_DOMAINNAME:
		plan->domainname = value;
		break;
	case OPT_FLAG:
		arg_list(VC_LIST_CFLAGS, value, &plan->flags);
		break;
	case OPT_HOSTNAME:
		plan->hostname = value;
		break;
	case OPT_SILENT:
		plan->silent = true;
		break;
	case OPT_SPACES:
		plan->spaces = true;
		break;
	case OPT_XID:
		set_xid(plan, value);
		break;
	case OPT_SECURE:
		plan->secure = true;
		break;
	default:
		caps_option(value, &plan->cap_bits);
		break;
	}
}

static void set_name(const struct plan *plan, int field, const char *name,
		     const char *what)
{
	/* What the kernel calls a domain name that was never set. */
	const char *value = field == VHIN_DOMAINNAME && !strcmp(name, "none") ?
			    "(none)" : name;

	if (vc_set_vhi_name(VS_XID_SELF, field, value))
		die_xid("vc_set_vhi_name", plan->xid);
	if (!plan->silent)
		printf("%s is now %s\n", what, name);
}

static void announce(const struct plan *plan)
{
	if (!plan->silent)
		printf("New security context is %u\n",
		       (unsigned int)plan->xid);
}

/* Mounts and directories are left to others, as vspace --default does. */
static uint64_t default_spaces(void)
{
	uint64_t mask;

	if (vc_get_space_default(&mask))
		die_call("vc_get_space_default", NULL);
	return mask & ~SPACE_MOUNT;
}

/*
 * The ceiling.  A full one is what chcontext always gave to root on the host;
 * the kernel has to be told that it is not a mistake.
 */
static void set_attributes(const struct plan *plan)
{
	const struct vcmd_bcaps bcaps = { .bcaps = plan->caps, .bmask = ~0ULL };
	const struct vcmd_ctx_caps ccaps = {
		.ccaps = CCAPS_SECURE,
		.cmask = ~0ULL,
	};
	struct vcmd_ctx_flags flags = {
		.flagword = plan->flags.flag,
		.mask = plan->flags.mask,
	};

	if (plan->secure) {
		flags.flagword |= CFLAGS_SECURE & ~flags.mask;
		flags.mask |= CFLAGS_SECURE;
	}
	if (plan->caps == ~0ULL) {
		flags.flagword |= VXF_FULL_CAPS;
		flags.mask |= VXF_FULL_CAPS;
	}
	/* These are for the end of the setup, and for the host. */
	flags.mask &= ~VXF_ONE_TIME;

	if (plan->secure && vc_set_ccaps(VS_XID_SELF, &ccaps))
		die_xid("vc_set_ccaps", plan->xid);
	if (vc_set_bcaps(VS_XID_SELF, &bcaps))
		die_xid("vc_set_bcaps", plan->xid);
	if (flags.mask && vc_set_cflags(VS_XID_SELF, &flags))
		die_xid("vc_set_cflags", plan->xid);
}

/* Clearing STATE_INIT would make any program an init. */
static void end_setup(const struct plan *plan)
{
	const struct vcmd_ctx_flags flags = {
		.mask = VXF_STATE_SETUP |
			(plan->flags.flag & VXF_INFO_INIT ? VXF_STATE_INIT : 0),
	};

	if (vc_set_cflags(VS_XID_SELF, &flags))
		die_xid("vc_set_cflags", plan->xid);
}

/* What only root on the host can have, and what it is called. */
static const char *privileged_option(const struct plan *plan)
{
	if (plan->hostname)
		return "--hostname";
	if (plan->domainname)
		return "--domainname";
	return plan->cap_bits.flag ? "--cap" : NULL;
}

static bool users_may(void)
{
	char text[16];

	return proc_read("/proc/sys/kernel/vserver/unprivileged_contexts",
			 text, sizeof(text)) > 0 && *text == '1';
}

/*
 * For users: one that has no capabilities anyway, if the host allows it.  The
 * options that take some away come true by themselves.
 */
static int create_unprivileged(const struct plan *plan)
{
	const char *option = privileged_option(plan);
	int xid;

	if (option)
		msg_die(EXIT_OWN, "'%s' needs root on the host", option);
	xid = vc_ctx_create_unpriv(plan->flags.flag & ~VXF_ONE_TIME);
	if (xid >= 0)
		return xid;
	if (errno == EAGAIN)
		msg_die(EXIT_OWN, "too many contexts of this user; the sysctl "
			"kernel.vserver.unprivileged_max is their number");
	if (errno != EPERM)
		die_call("vc_ctx_create_unpriv", NULL);
	if (!users_may())
		msg_die(EXIT_OWN, "permission denied: on this host contexts "
			"need root, unless root sets the sysctl "
			"kernel.vserver.unprivileged_contexts to 1");
	msg_die(EXIT_OWN, "permission denied: inside of a context or of a user "
		"namespace, or a flag needs root on the host");
}

/* After ENOSYS: does the kernel know contexts, but not from this user? */
static bool is_user(void)
{
	bool user = vc_get_version() >= 0 && vc_task_xid(0) < 0;

	errno = ENOSYS;
	return user;
}

/* Create the context and set it up; false when it exists. */
static bool create(struct plan *plan)
{
	uint64_t spaces = 0;
	int xid;

	if (plan->spaces) {
		spaces = default_spaces();
		if (unshare((int)spaces))
			die_xid("unshare", plan->xid);
	}
	if (plan->xid == VS_XID_SELF)
		xid = vc_ctx_create_free(VXF_INIT_SET);
	else
		xid = vc_ctx_create(plan->xid, VXF_INIT_SET);
	if (xid < 0 && errno == EEXIST)
		return false;
	if (xid < 0 && errno == ENOSYS && plan->xid == VS_XID_SELF &&
	    is_user()) {
		plan->xid = (uint32_t)create_unprivileged(plan);
		announce(plan);
		return true;
	}
	if (xid < 0)
		die_xid("vc_ctx_create", plan->xid);
	plan->xid = (uint32_t)xid;

	if (spaces && vc_set_space(VS_XID_SELF, spaces, SPACE_NORMAL))
		die_xid("vc_set_space", plan->xid);
	if (plan->hostname)
		set_name(plan, VHIN_NODENAME, plan->hostname, "Host name");
	if (plan->domainname)
		set_name(plan, VHIN_DOMAINNAME, plan->domainname,
			 "Domain name");
	announce(plan);
	set_attributes(plan);
	end_setup(plan);
	return true;
}

/* Enter the context and leave it as it is; false when it has gone. */
static bool migrate(const struct plan *plan)
{
	if (plan->spaces && plan->xid != VS_XID_SPECTATOR &&
	    vc_enter_space(plan->xid, 0, SPACE_NORMAL)) {
		if (errno == ESRCH)
			return false;
		die_xid("vc_enter_space", plan->xid);
	}
	if (vc_ctx_migrate(plan->xid, 0) < 0) {
		if (errno == ESRCH)
			return false;
		die_xid("vc_ctx_migrate", plan->xid);
	}
	announce(plan);
	return true;
}

static void create_or_migrate(struct plan *plan)
{
	/* A context may come or go between the two calls. */
	for (int tries = 0; tries < 10; tries++) {
		if (plan->xid != VS_XID_SPECTATOR && create(plan))
			return;
		if (migrate(plan))
			return;
	}
	die_xid("vc_ctx_migrate", plan->xid);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	struct plan plan = { .xid = VS_XID_SELF };
	char **command;
	int opt;

	prog_start(&program);
	if (argc == 1) {
		prog_usage(true);
		return prog_finish(EXIT_OWN);
	}
	while ((opt = opt_next(&args)) != OPT_END)
		set_option(&plan, opt, args.value);
	plan.caps = caps_result(plan.secure, &plan.cap_bits);
	command = arg_command(&args);
	if (plan.disconnect)
		detach(false);
	create_or_migrate(&plan);
	return chain_exec(command);
}
