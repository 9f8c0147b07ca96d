// SPDX-License-Identifier: GPL-2.0
/*
 * vserver-info: contexts and processes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "procfs.h"
#include "prog.h"

/* Commands that the library does not have yet. */
#define TASK_NID	VS_CMD(VS_CAT_VINFO, 2, 0)
#define TASK_TAG	VS_CMD(VS_CAT_VINFO, 3, 0)

static bool print_number(long value, char *out)
{
	snprintf(out, INFO_LEN, "%ld", value);
	return true;
}

static bool complain(const char *call, const char *id)
{
	msg_call(call, "%s", id);
	return false;
}

/* A process id; 0 is the caller, which is "self". */
static bool parse_pid(const char *id, pid_t *pid)
{
	*pid = 0;
	if (!strcmp(id, "self") || !strcmp(id, "-"))
		return true;
	*pid = (pid_t)arg_number(id, INT_MAX, "pid");
	return true;
}

/* A number from /proc/PID/status, for those who may not ask the kernel. */
static bool read_status(pid_t pid, const char *key, uint64_t *value)
{
	char path[64], text[8192];

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	else
		strcpy(path, "/proc/self/status");
	return proc_read(path, text, sizeof(text)) >= 0 &&
	       !proc_status_number(text, key, value);
}

static bool print_xid(pid_t pid, const char *id, char *out)
{
	int xid = vc_task_xid(pid), code = errno;
	uint64_t value;

	if (xid >= 0)
		return print_number(xid, out);
	if (read_status(pid, "VxID", &value))
		return print_number((long)value, out);
	errno = code;
	return complain("vc_task_xid", id);
}

bool info_xid(const char *id, const char *arg, char *out)
{
	pid_t pid;

	(void)arg;
	return parse_pid(id, &pid) && print_xid(pid, id, out);
}

bool info_pxid(const char *id, const char *arg, char *out)
{
	uint64_t parent;
	pid_t pid;

	(void)arg;
	return parse_pid(id, &pid) && read_status(pid, "PPid", &parent) &&
	       parent && print_xid((pid_t)parent, id, out);
}

bool info_nid(const char *id, const char *arg, char *out)
{
	uint64_t value;
	pid_t pid;
	long nid;

	(void)arg;
	parse_pid(id, &pid);
	nid = vc_syscall(TASK_NID, (uint32_t)pid, NULL);
	if (nid >= 0)
		return print_number(nid, out);
	if (read_status(pid, "NxID", &value))
		return print_number((long)value, out);
	errno = ENOSYS;
	return complain("task_nid", id);
}

bool info_tag(const char *id, const char *arg, char *out)
{
	pid_t pid;
	long tag;

	(void)arg;
	parse_pid(id, &pid);
	tag = vc_syscall(TASK_TAG, (uint32_t)pid, NULL);
	if (tag >= 0)
		return print_number(tag, out);
	return complain("task_tag", id);
}

static bool print_initpid(uint32_t xid, const char *id, char *out)
{
	struct vcmd_vx_info info;

	if (vc_vx_info(xid, &info))
		return complain("vc_vx_info", id);
	if (!info.initpid || info.initpid == (uint32_t)-1)
		return false;
	return print_number((long)info.initpid, out);
}

bool info_initpid(const char *id, const char *arg, char *out)
{
	(void)arg;
	return print_initpid(arg_id(id, 0, EXIT_FAILURE), id, out);
}

bool info_initpid_pid(const char *id, const char *arg, char *out)
{
	pid_t pid;
	int xid;

	(void)arg;
	parse_pid(id, &pid);
	xid = vc_task_xid(pid);
	if (xid < 0)
		return complain("vc_task_xid", id);
	return print_initpid((uint32_t)xid, id, out);
}

bool info_uts(const char *id, const char *arg, char *out)
{
	uint32_t xid = arg_id(id, 0, EXIT_FAILURE);
	int first = VHIN_CONTEXT, last = VHIN_DOMAINNAME;
	size_t n = 0;

	if (arg) {
		first = last = vc_vhi_field(arg);
		if (first < 0)
			return false;
	}
	for (int i = first; i <= last; i++) {
		char value[VHIN_LEN];

		if (vc_get_vhi_name(xid, i, value, sizeof(value))) {
			if (arg || errno != EINVAL) {
				*out = '\0';
				return complain("vc_get_vhi_name", id);
			}
			strcpy(value, "???");
		}
		n += (size_t)snprintf(out + n, INFO_LEN - n, "%s%s",
				      i > first ? " " : "", value);
	}
	return true;
}

bool info_xidtype(const char *id, const char *arg, char *out)
{
	struct vc_error error;
	uint32_t xid;
	const char *type = "static";

	(void)arg;
	if (vc_id_parse(NULL, id, VC_ID_STOPPED, &xid, &error) ||
	    xid > VS_XID_MAX)
		type = "invalid";
	else if (xid == VS_XID_HOST)
		type = "main";
	else if (xid == VS_XID_SPECTATOR)
		type = "watch";
	else if (xid >= VS_XID_DYNAMIC)
		type = "dynamic";
	strcpy(out, type);
	return strcmp(type, "invalid") != 0;
}
