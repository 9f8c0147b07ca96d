// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the rows F12 to F15, X26 and X35 of the attack tables: /proc/sys.
 * sysctl.list says of each entry what a guest that shares the host's network
 * can do with it; one that a later kernel adds fails by its name.
 */
#include "attack.h"

static struct puppet h, a;
static char *path;

static void start(void)
{
	puppet_channel();
	path = puppet_shared(PATH_MAX);
	h = puppet_host();
	a = attack_guest(XID_A);
}

static const char *sys(const char *name)
{
	snprintf(path, PATH_MAX, "/proc/sys/%s", name);
	return path;
}

static long do_open(long name, long flags, long z)
{
	int fd = open((char *)name, flags);

	(void)z;
	return fd < 0 ? -1 : close(fd);
}

static long do_read(long name, long y, long z)
{
	(void)y, (void)z;
	return slurp("%s", (char *)name) ? 0 : -1;
}

static long do_write(long name, long text, long fd)
{
	int own = fd ? (int)fd : open((char *)name, O_WRONLY | O_TRUNC);
	ssize_t n = own < 0 ? -1 :
		    write(own, (char *)text, strlen((char *)text));
	int err = errno;

	if (!fd && own >= 0)
		close(own);
	errno = err;
	return n < 0 ? -1 : 0;
}

static long do_chmod(long name, long mode, long z)
{
	(void)z;
	return chmod((char *)name, mode);
}

static long do_utimes(long name, long y, long z)
{
	(void)y, (void)z;
	return utimensat(AT_FDCWD, (char *)name, NULL, 0);
}

/* --- the list --- */

enum { MAX_ENTRIES = 4000 };

static struct entry {
	char state;
	char name[92];
} *known, *found;
static int nr_known, nr_found;

static void read_list(void)
{
	FILE *f = fopen("/vm/tests/sysctl.list", "r");
	char line[256];

	must(f ? 0 : -1);
	known = calloc(MAX_ENTRIES, sizeof(*known));
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (nr_known == MAX_ENTRIES ||
		    sscanf(line, "%c %91s", &known[nr_known].state,
			   known[nr_known].name) != 2) {
			diag("sysctl.list: %s", line);
			must(-1);
		}
		nr_known++;
	}
	fclose(f);
}

/* "net/ipv4/conf/eth0/mtu" is "net/ipv4/conf/DEV/mtu". */
static void general_name(const char *name, char *to, size_t size)
{
	static const char *const dirs[] = {
		"net/ipv4/conf/", "net/ipv6/conf/", "net/ipv4/neigh/",
		"net/ipv6/neigh/",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		size_t len = strlen(dirs[i]);
		const char *rest = strchr(name + (strlen(name) < len ? 0 : len),
					  '/');

		if (strncmp(name, dirs[i], len) || !rest)
			continue;
		snprintf(to, size, "%sDEV%s", dirs[i], rest);
		return;
	}
	snprintf(to, size, "%s", name);
}

static char state_of(const char *name)
{
	char general[PATH_MAX];
	int i;

	general_name(name, general, sizeof(general));
	for (i = 0; i < nr_known; i++)
		if (!strcmp(known[i].name, general))
			return known[i].state;
	return 0;
}

/* All files below a directory; names from /proc/sys on. */
static void collect(const char *dir)
{
	char name[PATH_MAX];
	struct dirent *e;
	DIR *d;

	snprintf(name, sizeof(name), "/proc/sys/%s", dir);
	d = opendir(name);
	must(d ? 0 : -1);
	while ((e = readdir(d))) {
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s%s%s", dir, dir[0] ? "/" : "",
			 e->d_name);
		if (fstatat(dirfd(d), e->d_name, &st, 0))
			continue;
		if (S_ISDIR(st.st_mode)) {
			collect(name);
		} else if (nr_found < MAX_ENTRIES &&
			   strlen(name) < sizeof(found->name)) {
			strcpy(found[nr_found++].name, name);
		} else {
			nr_found = MAX_ENTRIES;	/* fails */
		}
	}
	closedir(d);
}

/* As an order: finds out about all that was found. */
static long do_probe(long x, long y, long z)
{
	char name[PATH_MAX];
	int i, fd;

	(void)x, (void)y, (void)z;
	for (i = 0; i < nr_found; i++) {
		bool r, w, gone;

		snprintf(name, sizeof(name), "/proc/sys/%s", found[i].name);
		fd = open(name, O_RDONLY);
		r = fd >= 0;
		gone = !r && errno == ENOENT;
		if (r)
			close(fd);
		fd = open(name, O_WRONLY);
		w = fd >= 0;
		if (w)
			close(fd);
		found[i].state = w ? 'w' : r ? 'r' : gone ? 'h' : '-';
	}
	return 0;
}

static void walk(void)
{
	int i, bad = 0, writable = 0;

	found = puppet_shared(MAX_ENTRIES * sizeof(*found));
	collect("");
	start();
	ask(&a, do_probe);
	for (i = 0; i < nr_found; i++) {
		char want = state_of(found[i].name);
		char general[PATH_MAX];

		writable += found[i].state == 'w';
		if (want == found[i].state || (want && vanilla()))
			continue;
		general_name(found[i].name, general, sizeof(general));
		if (want)
			diag("%c %s, in sysctl.list %c", found[i].state,
			     general, want);
		else
			diag("%c %s is not in sysctl.list", found[i].state,
			     general);
		bad++;
	}
	ok(nr_found > 100 && nr_found < MAX_ENTRIES, "%d entries", nr_found);
	is(bad, 0, "entries that are not as sysctl.list says");
	/* name spaces of its own: System V IPC and message queues */
	defends(writable < 25, "F12 few can be written: %d", writable);
}

/* --- rows --- */

static void f12(void)
{
	static const char *const names[] = {
		"kernel/core_pattern", "kernel/modprobe", "kernel/panic",
		"kernel/sysrq", "kernel/randomize_va_space", "vm/swappiness",
		"vm/drop_caches", "fs/suid_dumpable", "fs/file-max",
		"kernel/pid_max", "kernel/printk", "kernel/hostname",
		"kernel/perf_event_paranoid", "kernel/yama/ptrace_scope",
		"vm/overcommit_memory", "user/max_user_namespaces",
	};
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (access(sys(names[i]), F_OK)) {
			skip("not in this kernel", "F12 %s", names[i]);
			continue;
		}
		attack(ask(&a, do_open, path, O_WRONLY), EACCES, "F12 %s",
		       names[i]);
	}
	if (!vanilla()) {
		ok_errno(ask(&a, do_open, sys("kernel/vserver/high_caps"),
			     O_WRONLY), EACCES, "F12 kernel.vserver");
		ok_errno(ask(&a, do_chmod, sys("kernel/panic"), 0666), EACCES,
			 "F12 mode");
	}
	attack(ask(&a, do_utimes, sys("kernel/panic")), EACCES, "F12 times");
	ok_call(do_open((long)sys("kernel/panic"), O_RDWR, 0),
		"the host can");
}

static int pass(const char *name, int flags)
{
	must(do_send_fd(must(open(sys(name), flags)), 0, 0));
	return must(ask(&a, do_receive_fd));
}

static void f13(void)
{
	char was[256], *s;

	start();
	s = slurp("/proc/sys/kernel/core_pattern");
	snprintf(was, sizeof(was), "%s", s);
	attack(ask(&a, do_write, 0, "core\n", pass("kernel/core_pattern",
						    O_RDWR)), EPERM,
	       "F13 descriptor of the host");
	is_str(slurp("/proc/sys/kernel/core_pattern"), was,
	       "F13 nothing changed");
}

static long become_with_net(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (unshare(CLONE_NEWNET))
		return -1;
	return vanilla() ? attack_chroot(0, 0, 0) :
		vs_become(XID_A, 0, attack_caps);
}

static void f14(void)
{
	struct puppet n;

	start();
	attack(ask(&a, do_open, sys("net/ipv4/ip_forward"), O_WRONLY), EACCES,
	       "F14 the host's network");
	attack(ask(&a, do_open, sys("net/ipv4/conf/all/rp_filter"), O_WRONLY),
	       EACCES, "F14 of a device of the host");
	attack(ask(&a, do_open, sys("net/ipv4/tcp_rmem"), O_WRONLY), EACCES,
	       "F14 tcp");
	puppet_end(&a);
	if (!vanilla())
		must(eventually(!vs_exists(XID_A)) ? 0 : -1);
	n = puppet_start(become_with_net, 0, 0, 0);
	/* the handler wants CAP_NET_ADMIN besides */
	ok_call(ask(&n, do_open, sys("net/ipv4/ip_forward"), O_RDWR),
		"its own network: forwarding");
	ok_call(ask(&n, do_write, sys("net/ipv4/conf/lo/rp_filter"), "1"),
		"its own network: of a device");
	ok_call(ask(&n, do_write, sys("net/ipv4/tcp_rmem"), "4096 8192 65536"),
		"its own network: tcp");
	ok_call(ask(&n, do_open, sys("net/ipv6/conf/all/forwarding"), O_RDWR),
		"its own network: IPv6");
	ok_call(ask(&n, do_open, "/proc/net/arp", O_RDONLY),
		"its own network: neighbours");
	attack(ask(&n, do_open, sys("net/core/somaxconn"), O_WRONLY), EACCES,
	       "X35 not on the list");
	attack(ask(&n, do_open, sys("net/ipv4/route/flush"), O_WRONLY), EACCES,
	       "X35 route.flush");
	attack(ask(&n, do_open, sys("net/ipv6/route/gc_interval"), O_WRONLY),
	       EACCES, "X35 route.gc_interval");
	/* the descriptor of the host's is not its own */
	must(do_send_fd(must(open(sys("net/ipv4/ip_forward"), O_RDWR)), 0, 0));
	attack(ask(&n, do_write, 0, "0\n", must(ask(&n, do_receive_fd))), EPERM,
	       "F14 descriptor of the host's network");
}

static void f15(void)
{
	struct vcmd_ctx_caps c = { VXC_SET_UTSNAME, VXC_SET_UTSNAME };
	struct puppet s;
	char was[80];

	start();
	snprintf(was, sizeof(was), "%s", slurp("/proc/sys/kernel/hostname"));
	ok_errno(ask(&a, do_write, sys("kernel/hostname"), "a"), EACCES,
		 "F15 without the context capability");
	must(vs_native(VCMD_set_ccaps, XID_A, &c));
	s = puppet_guest(XID_B, VXF_SHARE_UTS, attack_caps);
	must(vs_native(VCMD_set_ccaps, XID_B, &c));
	ok_call(ask(&a, do_write, sys("kernel/hostname"), "a"),
		"F15 with it, its own name");
	ok_call(ask(&a, do_write, sys("kernel/domainname"), "b"),
		"F15 and its own domain");
	ok_errno(ask(&s, do_write, sys("kernel/hostname"), "s"), EACCES,
		 "F15 with it, the name of the host");
	is_str(slurp("/proc/sys/kernel/hostname"), was, "F15 the host's name");
	ok_errno(ask(&a, do_open, sys("kernel/panic"), O_WRONLY), EACCES,
		 "F15 nothing else");
}

static void x26(void)
{
	static const char *const gone[] = {
		"fs/file-nr", "fs/inode-nr", "fs/dentry-state", "fs/aio-nr",
		"kernel/pty/nr", "kernel/ns_last_pid",
	};
	unsigned int i;

	start();
	attack(ask(&a, do_read, sys("net/ipv4/tcp_fastopen_key")), EACCES,
	       "X26 tcp_fastopen_key");
	attack(ask(&a, do_open, sys("kernel/cad_pid"), O_RDONLY), EACCES,
	       "X26 cad_pid");
	for (i = 0; i < ARRAY_SIZE(gone); i++) {
		if (access(sys(gone[i]), F_OK)) {
			skip("not in this kernel", "X26 %s", gone[i]);
			continue;
		}
		attack(ask(&a, do_read, path), ENOENT, "X26 %s", gone[i]);
	}
}

static void works(void)
{
	static const char *const names[] = {
		"kernel/hostname", "kernel/ngroups_max", "kernel/pid_max",
		"kernel/cap_last_cap", "kernel/osrelease", "kernel/ostype",
		"kernel/version", "kernel/random/uuid",
		"kernel/random/boot_id", "kernel/random/entropy_avail",
		"kernel/threads-max", "fs/file-max", "fs/nr_open",
		"fs/pipe-max-size", "vm/overcommit_memory",
		"vm/max_map_count", "net/core/somaxconn",
		"net/ipv4/ip_local_port_range", "net/ipv4/ip_forward",
	};
	unsigned int i;

	start();
	for (i = 0; i < ARRAY_SIZE(names); i++)
		ok_call(ask(&a, do_read, sys(names[i])), "read %s", names[i]);
	ok_call(ask(&a, do_write, sys("kernel/shmmax"), "1000000"),
		"its own shared memory");
	ok_call(ask(&a, do_write, sys("fs/mqueue/msg_max"), "20"),
		"its own message queues");
}

/* Tools of the host run in a context until its setup is over. */
static long do_setup(long x, long y, long z)
{
	(void)x, (void)y, (void)z;
	if (vs_create(XID_A, VXF_STATE_SETUP | VXF_STATE_ADMIN) < 0)
		return -1;
	return do_open((long)"/proc/sys/kernel/panic", O_RDWR, 0);
}

static void setup(void)
{
	struct puppet p;

	path = puppet_shared(PATH_MAX);
	p = puppet_start(do_setup, 0, 0, 0);
	must(ask(&p, do_open, sys("kernel/panic"), O_RDWR));
	must(vs_set_flags(XID_A, 0, VXF_STATE_SETUP));
	ok_errno(ask(&p, do_open, sys("kernel/panic"), O_RDWR), EACCES,
		 "when setup is over, it is over");
}

int main(void)
{
	read_list();
	attack_run_wide("walk", walk);
	attack_run_wide("F12", f12);
	attack_run_wide("F13", f13);
	attack_run_wide("F14", f14);
	if (!vanilla()) {
		attack_run_wide("F15", f15);
		attack_run("works", works);
		attack_run("setup", setup);
	}
	attack_run_wide("X26", x26);
	return ktap_exit();
}
