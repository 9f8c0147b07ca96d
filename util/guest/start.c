// SPDX-License-Identifier: GPL-2.0
/*
 * The start of a guest.
 *
 * The parent does what outlives a failure and has to be undone: addresses,
 * control group, state.  A child does the rest, in namespaces and a context
 * of its own that go with it.  The child asks the parent before it gives the
 * guest the word; if the parent has been killed by then, it ends, and all
 * that it has made ends with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "closefd.h"
#include "enter.h"
#include "guest.h"
#include "space.h"

/* Who is being started, for undoing it. */
static const struct guest *starting;

static void undo(int status)
{
	const struct guest *g = starting;

	if (!status || !g)
		return;
	starting = NULL;
	cgroup_kill(g);
	cgroup_remove(g);
	netif_down(g);
	state_remove(g);
	msg_raw("Failed to start vserver '%s'", g->name);
}

struct child {
	const struct guest	*guest;
	const struct init_style	*style;
	char			**argv;
	int			parent;		/* a socket */
	int			self;		/* a pidfd of the child */
	struct log		log;
};

/*
 * A killed start may still be about to end; its id is free in a moment, which
 * is long on a busy machine.  Nobody else sets up this context: we are the one
 * who has the lock.
 */
static bool ends_soon(uint32_t xid, int tries)
{
	struct vcmd_ctx_flags flags;

	if (!vc_get_cflags(xid, &flags) && (flags.flagword & VXF_STATE_SETUP))
		return tries < 750;
	return tries < 50;
}

static uint32_t create_context(const struct guest *g)
{
	long wanted = guest_number(g, "context", 0);
	int xid;

	for (int i = 0; ; i++) {
		if (wanted)
			xid = vc_ctx_create((uint32_t)wanted, VXF_INIT_SET);
		else
			xid = vc_ctx_create_free(VXF_INIT_SET);
		if (xid >= 0 || (errno != EEXIST && errno != EBUSY))
			break;
		if (!ends_soon((uint32_t)wanted, i)) {
			errno = EEXIST;
			break;
		}
		usleep(40 * 1000);
	}
	if (xid < 0 && errno == EEXIST)
		guest_die(g, "context %ld is in use by somebody else", wanted);
	if (xid < 0)
		guest_die(g, "cannot create a context: %s",
			  vc_strerror(errno));
	return (uint32_t)xid;
}

/* What the guest runs in. */
struct ids {
	uint32_t	xid;
	uint32_t	nid;		/* 0: no network context */
};

/*
 * The parent writes down the ids and hands the console on; without its answer
 * there is no start.
 */
static void ask_parent(const struct child *c, const struct ids *ids)
{
	int fds[FDS_MAX] = { c->style->is_init ? console_make() : -1, c->self };
	char answer;

	if (!fds_send(c->parent, ids, sizeof(*ids), fds,
		      fds[0] < 0 || fds[1] < 0 ? 0 : FDS_MAX) ||
	    read(c->parent, &answer, 1) != 1)
		_exit(EXIT_FAILED);
}

static void make_stdio(const struct child *c)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		guest_die(c->guest, "/dev/null: %s", strerror(errno));
	close(null);
}

/* Signals and the like are inherited; a guest starts from nothing. */
static void reset_process(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(022);
}

static void end_setup(const struct guest *g, const struct init_style *style)
{
	const struct vcmd_ctx_flags flags = {
		.mask = VXF_STATE_SETUP |
			(style->is_init ? VXF_STATE_INIT : 0),
	};

	if (vc_set_cflags(VS_XID_SELF, &flags))
		guest_die(g, "end of setup: %s", vc_strerror(errno));
}

/* The last one: from here on it is the guest's program. */
static void __attribute__((__noreturn__)) give_over(const struct child *c)
{
	int err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	init_environment(c->guest, c->style);
	if (dup2(c->log.in, STDOUT_FILENO) < 0 ||
	    dup2(c->log.in, STDERR_FILENO) < 0)
		_exit(EXIT_FAILED);
	execvp(c->argv[0], c->argv);
	dup2(err, STDERR_FILENO);
	guest_die(c->guest, "cannot run %s in the guest: %s", c->argv[0],
		  strerror(errno));
}

static void __attribute__((__noreturn__)) be_child(struct child *c)
{
	const struct guest *g = c->guest;
	const int keep[] = { c->parent, c->log.in };
	struct ids ids = { 0, 0 };
	uint64_t spaces;

	prog_exit_hook = NULL;
	/* Until there is a context, where the kernel drops this. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	reset_process();
	close_fds(3, keep, 2);
	/* While its number still is what the host calls it. */
	c->self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	make_stdio(c);
	cgroup_join(g);
	spaces = attr_spaces(g);
	step("make namespaces");
	space_new(spaces);
	step("mount the file systems");
	mounts_make(g, c->style->mounts);
	attr_process(g);
	if (netctx_wanted(g)) {
		step("create the network context");
		ids.nid = netctx_create(g);
	}
	mounts_remote(g);
	step("create the context");
	ids.xid = create_context(g);
	space_set(SPACE_MOUNT, SPACE_NORMAL);
	if (spaces)
		space_set(spaces, SPACE_NORMAL);
	attr_context(g, c->style);
	ask_parent(c, &ids);
	step("change the root directory");
	enter_pivot_root();
	step("end the setup, run %s", c->argv[0]);
	prog_flush();
	end_setup(g, c->style);
	give_over(c);
}

static int child_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 +
		WTERMSIG(status);
}

/* Wait until the program runs; the socket closes then, or at a failure. */
static void wait_for_exec(struct guest *g, struct log *log, pid_t pid, int fd)
{
	struct ids ids;
	int fds[FDS_MAX];
	char byte;

	if (!fds_receive(fd, &ids, sizeof(ids), fds)) {
		child_status(pid);
		prog_exit(EXIT_FAILED);
	}
	log_console(log, fds[0], fds[1]);
	step("write down that it is context %u", (unsigned int)ids.xid);
	state_write(g, ids.xid, ids.nid);
	g->xid = ids.xid;
	devices_map(g, ids.xid);
	say(g, "New security context is %u", (unsigned int)ids.xid);
	if (write(fd, "", 1) != 1 || read(fd, &byte, 1) != 0) {
		child_status(pid);
		prog_exit(EXIT_FAILED);
	}
	close(fd);
}

/* A run level is reached when its script ends; others go on running. */
static void wait_for_start(struct guest *g, const struct child *c, pid_t pid)
{
	struct vcmd_vx_info info;
	int status, ended = 0;

	if (!c->style->is_init && !strcmp(c->style->name, "sysv")) {
		status = child_status(pid);
		ended = 1;
	} else {
		/* It may not even get as far as its first line. */
		usleep(50 * 1000);
		if (waitpid(pid, &status, WNOHANG) == pid)
			ended = 1;
	}
	if (!vc_vx_info(g->xid, &info))
		return;
	if (ended)
		msg_warn("%s: guest init exited: %s left no process running; "
			 "see 'vserver %s logs'", g->name, c->argv[0],
			 g->name);
	prog_exit(EXIT_FAILED);
}

static void run_child(struct guest *g, struct child *c)
{
	int socks[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		guest_die(g, "socketpair(): %s", strerror(errno));
	c->parent = socks[1];
	prog_flush();
	pid = fork();
	if (pid < 0)
		guest_die(g, "fork(): %s", strerror(errno));
	if (!pid)
		be_child(c);
	close(socks[1]);
	close(c->log.in);
	wait_for_exec(g, &c->log, pid, socks[0]);
	wait_for_start(g, c, pid);
}

/* The steps of the child, for --dry-run. */
static void plan_child(const struct guest *g, const struct child *c)
{
	step("make namespaces");
	mounts_plan(g, c->style->mounts);
	netctx_plan(g);
	mounts_plan(g, MOUNTS_REMOTE);
	step("create context %ld", guest_number(g, "context", 0));
	step("set names, limits, capabilities and flags");
	step("change the root directory to %s", vc_config_root(g->config));
	step("end the setup, run %s", c->argv[0]);
}

/* What is wrong with the configuration must not become a half guest. */
static void check_config(const struct guest *g)
{
	const struct vc_config_remark *r;
	bool bad = false;

	for (size_t i = 0; (r = vc_config_remark(g->config, i)); i++) {
		msg_warn("%s:%u: %s", r->file, r->line, r->text);
		bad |= r->level == VC_CONFIG_ERROR;
	}
	if (bad)
		guest_die(g, "not started, because of its configuration");
	if (guest_bool(g, "disabled"))
		guest_die(g, "disabled, by %s/disabled",
			  vc_config_path(g->config));
}

int guest_start(struct guest *g, char **rescue)
{
	struct child c = { .guest = g };

	if (vc_get_version() < 0)
		guest_die(g, "%s", vc_strerror(errno));
	check_config(g);
	state_lock(g);
	if (state_settle(g)) {
		msg_warn("vserver '%s' already running", g->name);
		return 0;
	}
	say(g, "Starting the virtual server %s", g->name);
	c.style = init_style(g);
	c.argv = rescue ? rescue : init_start(g, c.style);
	if (!hook_run(g, "initialize") || !hook_run(g, "prepre-start"))
		guest_die(g, "not started, because of that");
	close(root_open(g));
	if (!guest_options.dry_run) {
		starting = g;
		prog_exit_hook = undo;
	}
	cgroup_create(g);
	netif_up(g);
	if (!hook_run(g, "pre-start"))
		guest_die(g, "not started, because of that");
	log_start(g, &c.log);
	if (guest_options.dry_run) {
		plan_child(g, &c);
		hook_run(g, "post-start");
		return 0;
	}
	run_child(g, &c);
	starting = NULL;
	hook_run(g, "post-start");
	state_unlock();
	return 0;
}
