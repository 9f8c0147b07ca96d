// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the additions to /proc/PID: two lines of status, vinfo, ninfo. Programs
 * that want to know whether they run in a virtual server parse them.
 */
#include "puppet.h"

static char *text;

static long do_slurp(long path, long b, long c)
{
	char *s = slurp("%s", (char *)path);

	(void)b, (void)c;
	if (!s)
		return -1;
	snprintf(text, 8192, "%s", s);
	return 0;
}

static const char *read_as(struct puppet *p, pid_t pid, const char *file)
{
	static char path[64];
	char *shared = text + 8192;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", file);
	strcpy(shared, path);
	if (ask(p, do_slurp, shared))
		return errname(errno);
	return text;
}

/* From NxID's predecessor to the line that follows. */
static const char *vx_lines(const char *status)
{
	static char part[128];
	const char *from = strstr(status, "VxID:");
	const char *to = strstr(status, "voluntary_ctxt_switches:");

	if (!from || !to || to < from || (from > status && from[-1] != '\n'))
		return "(not there)";
	snprintf(part, sizeof(part), "%.*s", (int)(to - from), from);
	return part;
}

static void test_status(void)
{
	struct puppet h = puppet_host(), s = puppet_spectator();
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS);

	is_str(vx_lines(read_as(&h, 0, "status")), "VxID:\t0\nNxID:\t0\n",
	       "host");
	is_str(vx_lines(read_as(&a, 0, "status")), "VxID:\t1000\nNxID:\t0\n",
	       "guest");
	is_str(vx_lines(read_as(&s, 0, "status")), "VxID:\t1\nNxID:\t0\n",
	       "spectator");
	is_str(vx_lines(read_as(&s, a.pid, "status")), "VxID:\t1000\nNxID:\t0\n",
	       "guest, for the spectator");
	is_str(vx_lines(read_as(&a, 1, "status")), "VxID:\t0\nNxID:\t0\n",
	       "the host's init, for a guest");
	is_str(read_as(&h, a.pid, "status"), "ENOENT", "the host sees nothing");
}

static void test_files(void)
{
	struct puppet h = puppet_host(), s = puppet_spectator(), i;
	struct puppet a = puppet_guest(XID_A, VXF_REBOOT_KILL, GUEST_CAPS);
	struct vcmd_ctx_caps c = { 0x101, ~0ULL };
	char want[256];

	must(vs_native(VCMD_set_ccaps, XID_A, &c));
	is_str(read_as(&h, 0, "vinfo"), "XID:\t0\n", "host: vinfo");
	is_str(read_as(&h, 0, "ninfo"), "NID:\t0\n", "host: ninfo");
	is_str(read_as(&s, 0, "vinfo"), "XID:\t1\n", "spectator: vinfo");
	is_str(read_as(&a, 0, "ninfo"), "NID:\t0\n", "guest: ninfo");
	is_str(read_as(&a, 0, "vinfo"), "XID:\t1000\nBCaps:\t00000000b04c05ff\n"
	       "CCaps:\t0000000000000101\nCFlags:\t0000002400000000\n"
	       "CIPid:\t0\n", "guest: vinfo");
	i = puppet_member(XID_A, VXM_SET_INIT);
	snprintf(want, sizeof(want), "CIPid:\t%d\n", i.pid);
	ok(strstr(read_as(&s, a.pid, "vinfo"), want), "vinfo: init");

	is_str(read_as(&h, 0, "task/1/vinfo"), "ENOENT", "not of threads");
	ok_errno(access("/proc/thread-self/vinfo", F_OK), ENOENT,
		 "not of threads");
	ok_errno(access("/proc/thread-self/ninfo", F_OK), ENOENT,
		 "ninfo neither");
}

static void test_mode(void)
{
	struct stat st;

	must(stat("/proc/self/vinfo", &st));
	is(st.st_mode, S_IFREG | 0444, "vinfo: mode");
	must(stat("/proc/self/ninfo", &st));
	is(st.st_mode, S_IFREG | 0444, "ninfo: mode");
}

static void test_hide(void)
{
	struct puppet s = puppet_spectator();
	struct puppet a = puppet_guest(XID_A, VXF_HIDE_VINFO, GUEST_CAPS);
	struct puppet b = puppet_guest(XID_B, 0, GUEST_CAPS);

	is_str(vx_lines(read_as(&a, 0, "status")), "(not there)",
	       "HIDE_VINFO: itself");
	is_str(vx_lines(read_as(&s, a.pid, "status")), "(not there)",
	       "HIDE_VINFO: the context of the shown task counts");
	is_str(read_as(&a, 0, "vinfo"), "", "HIDE_VINFO: vinfo");
	is_str(read_as(&a, 0, "ninfo"), "", "HIDE_VINFO: ninfo");
	is_str(vx_lines(read_as(&b, 0, "status")), "VxID:\t1001\nNxID:\t0\n",
	       "another context");
	must(vs_set_flags(XID_A, 0, VXF_HIDE_VINFO));
	is_str(vx_lines(read_as(&a, 0, "status")), "VxID:\t1000\nNxID:\t0\n",
	       "shown again");
}

int main(void)
{
	text = puppet_shared(8192 + 256);
	run("status", test_status);
	run("files", test_files);
	run("mode", test_mode);
	run("hide", test_hide);
	return ktap_exit();
}
