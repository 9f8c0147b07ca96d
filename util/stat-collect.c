// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-stat: where the figures come from.
 *
 * The list of contexts is /proc/virtual.  Processes are seen by a spectator
 * only; a child becomes one, for there is no way back, and sends what it
 * finds through a pipe.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "procfs.h"
#include "prog.h"
#include "stat.h"

#define NS_PER_CS	10000000

struct sample {
	uint32_t	xid;
	struct proc_stat stat;
};

static struct row *get(struct table *t, uint32_t xid)
{
	struct row *row = table_get(t, xid);

	if (!row)
		msg_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
	return row;
}

static uint64_t host_uptime(void)
{
	uint64_t uptime = 0;
	char text[64];

	if (proc_read("/proc/uptime", text, sizeof(text)) < 0 ||
	    proc_parse_uptime(text, &uptime)) {
		msg_raw("Bad data in /proc/uptime");
		prog_exit(EXIT_FAILURE);
	}
	return uptime;
}

/* A file of a context below /proc/virtual. */
static bool read_virtual(uint32_t xid, const char *file, char *text,
			 size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%u/%s", vc_dirs_default()->proc,
		 (unsigned int)xid, file);
	return proc_read(path, text, size) >= 0;
}

static void list_contexts(struct table *t)
{
	DIR *dir = opendir(vc_dirs_default()->proc);
	struct dirent *entry;
	uint32_t xid;

	get(t, VS_XID_HOST);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
		    !vc_id_parse(NULL, entry->d_name, 0, &xid, NULL))
			get(t, xid);
	if (dir)
		closedir(dir);
}

/* Look at one process; false: it has gone. */
static bool read_process(const char *pid, struct sample *sample)
{
	char path[300], text[4096];
	int xid = vc_task_xid((pid_t)strtol(pid, NULL, 10));
	uint64_t value;

	if (xid >= 0) {
		sample->xid = (uint32_t)xid;
	} else {
		/* Ordinary users find it there; old kernels know only 0. */
		snprintf(path, sizeof(path), "/proc/%s/status", pid);
		if (proc_read(path, text, sizeof(text)) < 0)
			return false;
		if (proc_status_number(text, "VxID", &value))
			value = VS_XID_HOST;
		sample->xid = (uint32_t)value;
	}
	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	return proc_read(path, text, sizeof(text)) >= 0 &&
	       !proc_parse_stat(text, &sample->stat);
}

/* The child's work.  Samples are small enough to be written at once. */
static int scan(int fd)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t self = getpid();

	if (!dir)
		return EXIT_FAILURE;
	while ((entry = readdir(dir))) {
		struct sample sample;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    !read_process(entry->d_name, &sample) ||
		    sample.stat.pid == self)
			continue;
		if (write(fd, &sample, sizeof(sample)) != sizeof(sample))
			return EXIT_FAILURE;
	}
	closedir(dir);
	return EXIT_SUCCESS;
}

static void add_sample(struct table *t, const struct sample *s)
{
	static long hz, page;
	struct row *row = get(t, s->xid);

	if (!hz) {
		hz = sysconf(_SC_CLK_TCK);
		page = sysconf(_SC_PAGESIZE);
	}
	row->processes++;
	row->vsz += s->stat.vsize;
	row->rss += s->stat.rss_pages * (uint64_t)page;
	row->utime += (s->stat.utime + s->stat.cutime) * 100 / (uint64_t)hz;
	row->stime += (s->stat.stime + s->stat.cstime) * 100 / (uint64_t)hz;
}

/* Read a whole sample; false at the end. */
static bool read_sample(int fd, struct sample *sample)
{
	char *to = (char *)sample;
	size_t used = 0;

	while (used < sizeof(*sample)) {
		ssize_t n = read(fd, to + used, sizeof(*sample) - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		used += (size_t)n;
	}
	return true;
}

/* Returns whether the processes of guests were seen. */
static bool collect_processes(struct table *t)
{
	struct sample sample;
	int fds[2], status = -1;
	pid_t child;

	if (pipe2(fds, O_CLOEXEC)) {
		msg_call("pipe2", NULL);
		prog_exit(EXIT_FAILURE);
	}
	prog_flush();
	child = fork();
	if (child < 0) {
		msg_call("fork", NULL);
		prog_exit(EXIT_FAILURE);
	}
	if (!child) {
		bool ok = vc_ctx_migrate(VS_XID_SPECTATOR, 0) >= 0;

		close(fds[0]);
		_exit(scan(fds[1]) ? EXIT_OWN : ok ? 0 : 1);
	}
	close(fds[1]);
	while (read_sample(fds[0], &sample))
		add_sample(t, &sample);
	close(fds[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* What ordinary users can know about a guest: the number of its threads. */
static void read_tasks(struct row *row)
{
	char text[1024];
	uint64_t tasks;

	if (!row->processes && read_virtual(row->xid, "status", text,
					    sizeof(text)) &&
	    !proc_status_number(text, "Tasks", &tasks))
		row->processes = (uint32_t)tasks;
}

static void set_uptime(struct row *row, uint64_t uptime)
{
	static const char key[] = "BiasUptime:";
	struct vcmd_virt_stat stat;
	uint64_t bias;
	char text[1024];
	const char *s;

	row->uptime = uptime;
	if (row->xid < VS_XID_MIN)
		return;
	if (!vc_virt_stat(row->xid, &stat)) {
		row->uptime = stat.uptime / NS_PER_CS;
		return;
	}
	if (!read_virtual(row->xid, "cvirt", text, sizeof(text)))
		return;
	s = strstr(text, key);
	if (!s)
		return;
	s += strlen(key);
	s += strspn(s, " \t");
	if (!proc_parse_uptime(s, &bias) && bias <= uptime)
		row->uptime = uptime - bias;
}

/* Configured by NAME.conf and not by a directory. */
static bool is_old_style(const char *name)
{
	const char *conf = vc_dirs_default()->conf;
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", conf, name);
	if (!stat(path, &st))
		return false;
	snprintf(path, sizeof(path), "%s/%s.conf", conf, name);
	return !stat(path, &st);
}

static void set_name(struct row *row)
{
	if (row->xid == VS_XID_HOST) {
		strcpy(row->name, "root server");
	} else if (row->xid == VS_XID_SPECTATOR) {
		strcpy(row->name, "monitoring server");
	} else if (!vc_guest_name(NULL, row->xid, row->name,
				  sizeof(row->name))) {
		row->old_style = is_old_style(row->name);
	}
}

void stat_collect(struct table *t)
{
	uint64_t uptime = host_uptime();
	bool complete;

	list_contexts(t);
	complete = collect_processes(t);
	if (!complete && t->n > 1)
		msg_warn("not root on the host: memory and times of guests "
			 "are unknown");
	for (size_t i = 0; i < t->n; i++) {
		struct row *row = &t->rows[i];

		if (!complete)
			read_tasks(row);
		set_uptime(row, uptime);
		set_name(row);
	}
}
