/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of vserver share: the guest at hand, and the steps of its
 * life.  Functions that return nothing end the program with a message when
 * they fail; what has been set up until then is undone by guest_undo.
 */
#ifndef UTIL_GUEST_H
#define UTIL_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "prog.h"
#include "vserver-config.h"

enum {
	EXIT_FAILED	= 1,
	EXIT_USAGE	= 2,
	EXIT_STOPPED	= 3,
	EXIT_NO_GUEST	= 5,
};

struct guest {
	const char		*name;
	struct vc_config	*config;	/* NULL: known by its id only */
	uint32_t		xid;		/* VS_XID_SELF: not running */
};

/* Options of the command line. */
extern struct guest_options {
	bool	debug;		/* tell each step */
	bool	dry_run;	/* tell them and do nothing */
	bool	silent;
	bool	verbose;
	bool	sync;
} guest_options;

/*
 * Announce a step; false when nothing is to be done.  Goes to stderr with
 * --debug and to stdout with --dry-run.
 */
bool step(const char *fmt, ...) VC_PRINTF(1, 2);

/* "vserver: NAME: text", then the end with EXIT_FAILED. */
void guest_die(const struct guest *g, const char *fmt, ...) VC_PRINTF(2, 3)
	__attribute__((__noreturn__));

/* A text for whoever watches a start or stop. */
void say(const struct guest *g, const char *fmt, ...) VC_PRINTF(2, 3);

/* A number of the configuration, or @other if it has none. */
long guest_number(const struct guest *g, const char *key, long other);
bool guest_bool(const struct guest *g, const char *key);

/*
 * state.c: who is running, and who is at work.
 */
void state_lock(const struct guest *g);
void state_unlock(void);
/* Find out whether it runs; true if so. */
bool state_running(struct guest *g);
/* The same for who has the lock, after the end of a start that was killed. */
bool state_settle(struct guest *g);
/* @nid: the network context, or 0. */
void state_write(const struct guest *g, uint32_t xid, uint32_t nid);
/* Its end is our work, whatever it calls reboot(2) for; see vshelper.c. */
void state_stopping(const struct guest *g);
/* The network context of a running guest, 0 if it has none. */
uint32_t state_nid(const struct guest *g);
void state_remove(const struct guest *g);
/* The path that the kernel keeps as the name of the context. */
void state_context_name(const struct guest *g, char *name, size_t size);

/*
 * root.c: files of the guest, as seen from its root directory.
 */
int root_open(const struct guest *g);
/* Open a path inside; flags as for open(2), never leaves @root. */
int root_openat(int root, const char *path, int flags);
/* What a symbolic link at @path, not followed, says; false: none. */
bool root_readlink(int root, const char *path, char *text, size_t size);

/*
 * mount.c: the mounts of the guest, in an own mount namespace.  The current
 * directory becomes the root of the guest, a mount point.
 */
enum mount_set { MOUNTS_PLAIN, MOUNTS_SYSTEMD, MOUNTS_REMOTE };
void mounts_plan(const struct guest *g, enum mount_set set);
void mounts_make(const struct guest *g, enum mount_set set);
/* Those that use the network, from within the network context. */
void mounts_remote(const struct guest *g);

/*
 * init.c: styles.
 */
struct init_style {
	const char	*name;
	bool		is_init;	/* becomes process 1 */
	int		stop_signal;	/* for process 1 */
	int		stop_seconds;
	enum mount_set	mounts;
};

/* What the guest is started by; NULL: it has no root to look at. */
const char *init_style_name(const struct vc_config *config);
const struct init_style *init_style(const struct guest *g);
/* Programs to start and to stop with; NULL: none.  Freed never. */
char **init_start(const struct guest *g, const struct init_style *style);
char **init_stop(const struct guest *g, const struct init_style *style);
/* Replace the environment by that of a guest. */
void init_environment(const struct guest *g, const struct init_style *style);

/*
 * attr.c: context and process as the configuration wants them.
 */
/* Limits and priorities of the process itself, on the way in. */
void attr_process(const struct guest *g);
/* Everything of the context that the caller is in, during its setup. */
void attr_context(const struct guest *g, const struct init_style *style);
uint64_t attr_spaces(const struct guest *g);
/* The bits of a key, beside those of @start. */
struct vc_bits guest_bits(const struct guest *g, const char *key,
			  enum vc_list list, uint64_t start);

/*
 * device.c: the devices that the guest may use.
 */
/* Before the guest runs in context @xid; the kernel forgets at its end. */
void devices_map(const struct guest *g, uint32_t xid);

/*
 * netctx.c: the network context.
 */
/* Does the guest get one? */
bool netctx_wanted(const struct guest *g);
/* Create it, with all addresses, and enter it; the answer is its id. */
uint32_t netctx_create(const struct guest *g);
void netctx_plan(const struct guest *g);
/* Tell which addresses it has, as those who come in have always been told. */
void netctx_say(const struct guest *g);

/*
 * cgroup.c: the control group of the guest.
 */
void cgroup_create(const struct guest *g);
/* Move the caller; a guest without group is no error. */
void cgroup_join(const struct guest *g);
void cgroup_kill(const struct guest *g);
void cgroup_remove(const struct guest *g);
bool cgroup_used(const struct guest *g);
/* What is used of one thing, as in "memory.current"; false: not known. */
bool cgroup_get(const struct guest *g, const char *file, uint64_t *value);
/* Stop all its processes where they are, or let them go on; false: errno. */
bool cgroup_pause(const struct guest *g, bool on);
bool cgroup_paused(const struct guest *g);
/* Write the file of one key, for a running guest. */
void cgroup_set(const struct guest *g, const char *file, const char *value);

/*
 * netif.c: addresses of the host that belong to the guest.
 */
void netif_up(const struct guest *g);
void netif_down(const struct guest *g);

/*
 * hook.c: programs of the admin.  False if one of them failed.
 */
bool hook_run(const struct guest *g, const char *phase);

/*
 * console.c: a terminal that is mounted on /dev/console.
 */
/*
 * In the guest's namespaces, with its root as the current directory.  The
 * answer is the other end, or -1: a guest can do without.
 */
int console_make(void);

/* A message over a socket, with up to FDS_MAX descriptors, -1 for none. */
#define FDS_MAX		2
bool fds_send(int sock, const void *data, size_t size, const int *fds,
	      size_t n);
bool fds_receive(int sock, void *data, size_t size, int *fds);

/*
 * log.c: what the guest's init prints.
 */
struct log {
	int	in;		/* for the guest to write to */
	int	control;	/* takes the console */
};

void log_start(const struct guest *g, struct log *log);
/* The other end of the console, and who ends with it; both are closed. */
void log_console(struct log *log, int master, int init);
int log_show(const struct guest *g, bool follow);

/*
 * The commands.  Each returns the exit status.
 */
int guest_start(struct guest *g, char **rescue);
int guest_stop(struct guest *g);
int guest_enter(struct guest *g, const char *user, char **command);
/* The same for programs of the host: its status, or -1 after @seconds. */
int guest_run(struct guest *g, char **command, int seconds);
int guest_status(struct guest *g);
int guest_delete(struct guest *g);
int guest_show(const struct guest *g, bool json);
int guest_set(const struct guest *g, char **settings);
int guest_unset(const struct guest *g, char **keys);
int guest_list(int argc, char **argv);

#endif
