// SPDX-License-Identifier: GPL-2.0
/*
 * Which guest is running and which one is somebody at work on.
 *
 * The lock is a file that stays; the kernel drops the lock when its owner
 * ends, however that happens.  The file with the id is a hint: the kernel is
 * asked whether the context exists.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define LOCK_DIR	"/run/lock"
#define LOCK_SECONDS	300

static int lock_fd = -1;

static void VC_PRINTF(3, 4) make_path(char *path, size_t size,
				      const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(path, size, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= size)
		msg_die(EXIT_FAILED, "a path is too long");
}

static void nap(void)
{
	const struct timespec t = { 0, 100 * 1000 * 1000 };

	nanosleep(&t, NULL);
}

void state_lock(const struct guest *g)
{
	char path[PATH_MAX];

	make_path(path, sizeof(path), LOCK_DIR "/vserver.%s.startup", g->name);
	if (!step("lock %s", path))
		return;
	mkdir(LOCK_DIR, 0755);
	lock_fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
		       O_NONBLOCK, 0600);
	if (lock_fd < 0)
		guest_die(g, "%s: %s", path, strerror(errno));
	for (int i = 0; flock(lock_fd, LOCK_EX | LOCK_NB); i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			guest_die(g, "%s: %s", path, strerror(errno));
		if (i == LOCK_SECONDS * 10)
			guest_die(g, "another vserver is at work on it "
				  "(%s is locked)", path);
		nap();
	}
}

void state_unlock(void)
{
	if (lock_fd >= 0)
		close(lock_fd);
	lock_fd = -1;
}

bool state_running(struct guest *g)
{
	if (g->config || g->xid == VS_XID_SELF) {
		if (vc_guest_xid(NULL, g->name, &g->xid))
			g->xid = VS_XID_SELF;
	} else {
		struct vcmd_vx_info info;

		if (vc_vx_info(g->xid, &info))
			g->xid = VS_XID_SELF;
	}
	return g->xid != VS_XID_SELF;
}

/* Is it being set up? */
static bool in_setup(const struct guest *g)
{
	struct vcmd_ctx_flags flags;

	return !vc_get_cflags(g->xid, &flags) &&
	       (flags.flagword & VXF_STATE_SETUP);
}

bool state_settle(struct guest *g)
{
	/*
	 * We have the lock, so whoever was setting it up has been killed, and
	 * what he has left is about to end.
	 */
	for (int i = 0; state_running(g) && in_setup(g); i++) {
		if (guest_options.dry_run)
			return false;
		if (i == 100)
			guest_die(g, "context %u is being set up by somebody "
				  "else", (unsigned int)g->xid);
		vc_ctx_kill(g->xid, 0, SIGKILL);
		nap();
	}
	return g->xid != VS_XID_SELF;
}

void state_context_name(const struct guest *g, char *name, size_t size)
{
	const char *path = vc_config_path(g->config);
	size_t len = strlen(path);

	if (vc_config_style(g->config) == VC_CONFIG_OLD && len > 5)
		len -= 5;
	if (len < size)
		snprintf(name, size, "%.*s", (int)len, path);
	else
		snprintf(name, size, "%s", g->name);
}

/* A new file under its final name, at once or not at all. */
static void write_file(const struct guest *g, const char *path,
		       const char *text)
{
	char new[PATH_MAX];
	int fd;

	make_path(new, sizeof(new), "%s.new", path);
	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    close(fd) || rename(new, path))
		guest_die(g, "%s: %s", path, strerror(errno));
}

static void VC_PRINTF(4, 5) write_about(const struct guest *g, uint32_t xid,
					const char *what, const char *fmt, ...)
{
	char path[PATH_MAX], text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	make_path(path, sizeof(path), "%s/%u.%s", vc_dirs_default()->rev,
		  (unsigned int)xid, what);
	write_file(g, path, text);
}

/* What is known about a context beside the guest it belongs to. */
static void remove_about(uint32_t xid)
{
	static const char *const all[] = { "nid", "since", "stopping" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		make_path(path, sizeof(path), "%s/%u.%s",
			  vc_dirs_default()->rev, (unsigned int)xid, all[i]);
		unlink(path);
	}
}

void state_write(const struct guest *g, uint32_t xid, uint32_t nid)
{
	const struct vc_dirs *dirs = vc_dirs_default();
	char path[PATH_MAX], text[PATH_MAX];
	struct timespec now;

	mkdir(dirs->run, 0755);
	mkdir(dirs->rev, 0755);
	/* First, so that it is there for whoever finds the guest. */
	remove_about(xid);
	if (nid)
		write_about(g, xid, "nid", "%u\n", (unsigned int)nid);
	clock_gettime(CLOCK_BOOTTIME, &now);
	write_about(g, xid, "since", "%lld\n", now.tv_sec * 1000LL +
		    now.tv_nsec / 1000000);
	make_path(path, sizeof(path), "%s/%s", dirs->run, g->name);
	make_path(text, sizeof(text), "%u\n", (unsigned int)xid);
	write_file(g, path, text);
	make_path(path, sizeof(path), "%s/%u", dirs->rev, (unsigned int)xid);
	state_context_name(g, text, sizeof(text));
	unlink(path);
	if (symlink(text, path))
		guest_die(g, "%s: %s", path, strerror(errno));
}

void state_stopping(const struct guest *g)
{
	write_about(g, g->xid, "stopping", "%s\n", g->name);
}

/* The number in a file of ours; 0 if there is none. */
static unsigned int read_number(const char *path)
{
	unsigned int value;
	char text[16];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return sscanf(text, "%u", &value) == 1 ? value : 0;
}

uint32_t state_nid(const struct guest *g)
{
	char path[PATH_MAX];

	make_path(path, sizeof(path), "%s/%u.nid", vc_dirs_default()->rev,
		  (unsigned int)g->xid);
	return read_number(path);
}

void state_remove(const struct guest *g)
{
	const struct vc_dirs *dirs = vc_dirs_default();
	char path[PATH_MAX];
	unsigned int xid;

	make_path(path, sizeof(path), "%s/%s", dirs->run, g->name);
	xid = read_number(path);
	unlink(path);
	if (!xid)
		return;
	make_path(path, sizeof(path), "%s/%u", dirs->rev, xid);
	unlink(path);
	/* Last: who finds no mark of a stop finds no guest either. */
	remove_about(xid);
}
