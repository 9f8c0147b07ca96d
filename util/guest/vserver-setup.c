// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-setup: the directories of the host, with the permissions that keep
 * its users out of guests.  Doing it again changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prog.h"

#define HELPER		"/sbin/vshelper"
#define HELPER_SYSCTL	"/proc/sys/kernel/vshelper"

enum { OPT_CHECK = OPT_LONG, OPT_VROOTDIR };

static const struct opt opts[] = {
	{ OPT_CHECK, "check", NULL, "only tell what is missing" },
	{ OPT_VROOTDIR, "vrootdir", "DIR", "where guests are" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "vserver-setup",
	.purpose = "prepare a host for guests",
	.synopsis = "[options]",
	.about = "Make the directories that guests need, and protect them.",
	.opts = opts,
	.usage_status = 2,
};

static bool check_only;
static bool missing;

static bool VC_PRINTF(1, 2) change(const char *fmt, ...)
{
	char text[PATH_MAX + 64];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("%s%s\n", check_only ? "missing: " : "", text);
	missing = true;
	return !check_only;
}

/* A directory of root with exactly these permissions. */
static void directory(const char *path, mode_t mode)
{
	struct stat st;

	if (lstat(path, &st)) {
		if (errno != ENOENT)
			msg_die(1, "%s: %s", path, strerror(errno));
		if (!change("directory %s", path))
			return;
		if (mkdir(path, 0700) || lstat(path, &st))
			msg_die(1, "%s: %s", path, strerror(errno));
	}
	/* A link of the admin leads to another disk. */
	if (S_ISLNK(st.st_mode) && stat(path, &st))
		msg_die(1, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		msg_die(1, "%s: not a directory", path);
	if (st.st_uid)
		msg_die(1, "%s: belongs to user %u and not to root", path,
			(unsigned int)st.st_uid);
	if ((st.st_mode & 07777) != mode &&
	    change("mode %04o of %s", (unsigned int)mode, path) &&
	    chmod(path, mode))
		msg_die(1, "%s: %s", path, strerror(errno));
}

/*
 * No guest gets out of its root by way of the directory above.  Kernels and
 * file systems that have no barriers leave it to the mount namespace.
 */
static void barrier(const char *path)
{
	const struct vcmd_fiattr wanted = {
		.flags = VIATTR_BARRIER, .mask = VIATTR_BARRIER,
	};
	struct vcmd_fiattr attr = { 0, 0, 0 };
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* To be made yet, if nothing but --check was asked for. */
	if (fd < 0)
		return;
	if (!vc_fget_iattr(fd, &attr) && (attr.mask & VIATTR_BARRIER) &&
	    !(attr.flags & VIATTR_BARRIER) && change("barrier on %s", path) &&
	    vc_fset_iattr(fd, &wanted))
		msg_warn("%s: no barrier: %s", path, vc_strerror(errno));
	close(fd);
}

/* Where guests without an own link are found. */
static void root_link(const char *vroot)
{
	static const char link[] = CONFDIR "/.defaults/vdirbase";
	char target[PATH_MAX];
	ssize_t n = readlink(link, target, sizeof(target) - 1);

	if (n >= 0)
		target[n] = '\0';
	if (n >= 0 && !strcmp(target, vroot))
		return;
	if (!change("link %s to %s", link, vroot))
		return;
	unlink(link);
	if (symlink(vroot, link))
		msg_die(1, "%s: %s", link, strerror(errno));
}

/* The program that the kernel calls, if there is one. */
static void helper(void)
{
	int fd = open(HELPER_SYSCTL, O_RDWR | O_CLOEXEC);
	char now[256] = "";
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		msg_warn("%s: the running kernel has no vserver support",
			 HELPER_SYSCTL);
	if (fd < 0)
		return;
	n = read(fd, now, sizeof(now) - 1);
	now[n > 0 ? n : 0] = '\0';
	now[strcspn(now, "\n")] = '\0';
	if (!access(HELPER, X_OK) && strcmp(now, HELPER) &&
	    change("%s in %s", HELPER, HELPER_SYSCTL) &&
	    pwrite(fd, HELPER "\n", sizeof(HELPER), 0) < 0)
		msg_die(1, "%s: %s", HELPER_SYSCTL, strerror(errno));
	close(fd);
}

/* Who lets a stranger write there has lost already. */
static void set_up(const char *vroot)
{
	char path[PATH_MAX + 8];

	directory(CONFDIR, 0755);
	directory(CONFDIR "/.defaults", 0755);
	directory(CONFDIR "/.distributions", 0755);
	directory(vroot, 0);
	barrier(vroot);
	snprintf(path, sizeof(path), "%s/.pkg", vroot);
	directory(path, 0);
	snprintf(path, sizeof(path), "%s/.hash", vroot);
	directory(path, 0700);
	root_link(vroot);
	directory(RUNDIR, 0755);
	directory(RUNDIR ".rev", 0755);
	directory("/run/vshelper", 0700);
	directory("/var/cache", 0755);
	directory("/var/cache/vservers", 0700);
	directory("/var/log", 0755);
	directory("/var/log/vservers", 0750);
	helper();
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const char *vroot = NULL;
	char link[PATH_MAX];
	ssize_t n;
	int opt;

	prog_start(&program);
	while ((opt = opt_next(&args)) != OPT_END) {
		if (opt == OPT_CHECK)
			check_only = true;
		else
			vroot = args.value;
	}
	if (args.next < argc)
		msg_usage("%s: unknown argument '%s'", program.name,
			  argv[args.next]);
	if (vroot && *vroot != '/')
		msg_usage("%s: '%s' is not an absolute path", program.name,
			  vroot);
	/* What was chosen before stays. */
	n = readlink(CONFDIR "/.defaults/vdirbase", link, sizeof(link) - 1);
	if (n > 0)
		link[n] = '\0';
	if (!vroot)
		vroot = n > 0 && *link == '/' ? link : VROOTDIR;
	umask(022);
	set_up(vroot);
	return prog_finish(check_only && missing ? 1 : 0);
}
