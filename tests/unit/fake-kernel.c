// SPDX-License-Identifier: GPL-2.0
/*
 * fake-kernel: run a program as if the kernel had the vserver system call.
 *
 *	fake-kernel [-m] [-l LOG] [-x XID[=NAME]]... [-t XID]
 *		    [-e COMMAND=ERRNO]... PROGRAM [ARG...]
 *
 * A seccomp filter sends the system call to this program, which answers as a
 * kernel would and writes a line to LOG.  Contexts exist when they are given
 * by -x, with the name of a guest, or were created.  Processes are in the
 * context given by -t; -e makes a command fail.  Files have the attributes
 * that their names begin with; with -m those that were set.  Nothing is
 * isolated: this shows what programs ask for, not what a kernel does.
 *
 * Exit status: that of the program; 77 if the kernel has no such filters.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/vserver.h>

#define SKIP	77

static struct { uint32_t xid; const char *name; } contexts[64];
static int n_contexts;
static struct { const char *name; int code; } errors[16];
static int n_errors;
static uint32_t task_xid;
static FILE *log_file;

/* How a structure is logged: its words, or in a way of its own. */
enum shape {
	NOTHING, WORDS, INTS, SPACE, NAME, PAIR, LIMIT, ADDR4, ADDR6, ATTR,
	DEVICE,
};

static const struct command {
	uint32_t	cmd;
	const char	*name;
	size_t		size;
	enum shape	in;
	bool		needs_context;
} commands[] = {
	{ VCMD_get_version, "get_version", 0, NOTHING, false },
	{ VCMD_get_vci, "get_vci", 0, NOTHING, false },
	{ VCMD_task_xid, "task_xid", 0, NOTHING, false },
	{ VCMD_vx_info, "vx_info", 8, NOTHING, true },
	{ VCMD_set_vhi_name, "set_vhi_name", sizeof(struct vcmd_vhi_name),
	  NAME, true },
	{ VCMD_get_vhi_name, "get_vhi_name", sizeof(struct vcmd_vhi_name),
	  NOTHING, true },
	{ VCMD_ctx_create, "ctx_create", 8, WORDS, false },
	{ VCMD_ctx_create_unpriv, "ctx_create_unpriv", 8, WORDS, false },
	{ VCMD_ctx_migrate, "ctx_migrate", 8, WORDS, true },
	{ VCMD_enter_space, "enter_space", 16, SPACE, true },
	{ VCMD_set_space, "set_space", 16, SPACE, true },
	{ VCMD_get_space_mask, "get_space_mask", 8, NOTHING, false },
	{ VCMD_get_space_default, "get_space_default", 8, NOTHING, false },
	{ VCMD_ctx_kill, "ctx_kill", 8, PAIR, true },
	{ VCMD_wait_exit, "wait_exit", 8, NOTHING, true },
	{ VCMD_get_cflags, "get_cflags", 16, NOTHING, true },
	{ VCMD_set_cflags, "set_cflags", 16, WORDS, true },
	{ VCMD_get_ccaps, "get_ccaps", 16, NOTHING, true },
	{ VCMD_set_ccaps, "set_ccaps", 16, WORDS, true },
	{ VCMD_get_bcaps, "get_bcaps", 16, NOTHING, true },
	{ VCMD_set_bcaps, "set_bcaps", 16, WORDS, true },
	{ VCMD_get_umask, "get_umask", 16, NOTHING, true },
	{ VCMD_set_umask, "set_umask", 16, WORDS, true },
	{ VCMD_net_create, "net_create", 8, WORDS, false },
	{ VCMD_net_migrate, "net_migrate", 0, NOTHING, true },
	{ VCMD_net_add_ipv4, "net_add_ipv4",
	  sizeof(struct vcmd_net_addr_ipv4), ADDR4, true },
	{ VCMD_net_remove_ipv4, "net_remove_ipv4",
	  sizeof(struct vcmd_net_addr_ipv4), ADDR4, true },
	{ VCMD_net_add_ipv6, "net_add_ipv6",
	  sizeof(struct vcmd_net_addr_ipv6), ADDR6, true },
	{ VCMD_net_remove_ipv6, "net_remove_ipv6",
	  sizeof(struct vcmd_net_addr_ipv6), ADDR6, true },
	{ VCMD_get_nflags, "get_nflags", 16, NOTHING, true },
	{ VCMD_set_nflags, "set_nflags", 16, WORDS, true },
	{ VCMD_get_ncaps, "get_ncaps", 16, NOTHING, true },
	{ VCMD_set_ncaps, "set_ncaps", 16, WORDS, true },
	{ VCMD_set_sched, "set_sched", sizeof(struct vcmd_sched), INTS, true },
	{ VCMD_get_sched, "get_sched", sizeof(struct vcmd_sched), NOTHING,
	  true },
	{ VCMD_get_rlimit, "get_rlimit", sizeof(struct vcmd_ctx_rlimit),
	  NOTHING, true },
	{ VCMD_set_rlimit, "set_rlimit", sizeof(struct vcmd_ctx_rlimit),
	  LIMIT, true },
	{ VCMD_get_rlimit_mask, "get_rlimit_mask",
	  sizeof(struct vcmd_ctx_rlimit_mask), NOTHING, false },
	{ VCMD_rlimit_stat, "rlimit_stat", sizeof(struct vcmd_rlimit_stat),
	  NOTHING, true },
	{ VCMD_get_badness, "get_badness", 8, NOTHING, true },
	{ VCMD_set_badness, "set_badness", 8, WORDS, true },
	{ VCMD_fget_iattr, "fget_iattr", 12, NOTHING, false },
	{ VCMD_fset_iattr, "fset_iattr", 12, ATTR, false },
	{ VCMD_set_mapping, "set_mapping", sizeof(struct vcmd_device_map),
	  DEVICE, false },
	{ VCMD_unset_mapping, "unset_mapping", sizeof(struct vcmd_device_map),
	  DEVICE, false },
	{ VCMD_virt_stat, "virt_stat", sizeof(struct vcmd_virt_stat),
	  NOTHING, true },
};

union data {
	__u64			words[16];
	__s32			ints[32];
	struct vcmd_vhi_name	vhi;
	struct vcmd_space_mask	space;
	struct vcmd_ctx_kill	kill;
	struct vcmd_vx_info	info;
	struct vcmd_virt_stat	stat;
	struct vcmd_wait_exit	exit;
	struct vcmd_sched	sched;
	struct vcmd_ctx_rlimit	rlimit;
	struct vcmd_ctx_rlimit_mask mask;
	struct vcmd_rlimit_stat	rlstat;
	struct vcmd_net_addr_ipv4 ip4;
	struct vcmd_net_addr_ipv6 ip6;
	struct vcmd_fiattr	attr;
	struct vcmd_device_map	map;
};

static int find_context(uint32_t xid)
{
	for (int i = 0; i < n_contexts; i++)
		if (contexts[i].xid == xid)
			return i;
	return -1;
}

static pid_t caller;

/* The last part of the name of a file that the caller has open. */
static const char *file_name(uint32_t fd)
{
	static char path[4096];
	const char *slash;
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/fd/%u", (int)caller, fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n < 0 ? 0 : n] = '\0';
	slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* A string in the memory of the caller. */
static const char *text_of(const char *there)
{
	static char text[256];
	struct iovec local = { text, sizeof(text) - 1 };
	struct iovec remote = { (void *)(uintptr_t)there, sizeof(text) - 1 };
	ssize_t n;

	if (!there)
		return "-";
	n = process_vm_readv(caller, &local, 1, &remote, 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void log_call(const struct command *c, uint32_t id,
		     const union data *d)
{
	if (!log_file)
		return;
	if (c->in == ATTR)	/* numbers of descriptors differ */
		fprintf(log_file, "%s %s", c->name, file_name(id));
	else
		fprintf(log_file, "%s %d", c->name, (int)id);
	switch (c->in) {
	case WORDS:
		for (size_t i = 0; i < c->size / 8; i++)
			fprintf(log_file, " %llx", d->words[i]);
		break;
	case INTS:
		for (size_t i = 0; i < c->size / 4; i++)
			fprintf(log_file, i ? " %d" : " %x", d->ints[i]);
		break;
	case SPACE:
		fprintf(log_file, " %llx %u", d->space.mask, d->space.index);
		break;
	case NAME:
		fprintf(log_file, " %u %s", d->vhi.field, d->vhi.name);
		break;
	case LIMIT:
		fprintf(log_file, " %u %lld %lld %lld", d->rlimit.id,
			(long long)d->rlimit.minimum,
			(long long)d->rlimit.softlimit,
			(long long)d->rlimit.maximum);
		break;
	case ADDR4:
		fprintf(log_file, " %x %08x %08x %08x", d->ip4.type,
			ntohl(d->ip4.ip), ntohl(d->ip4.ip2),
			ntohl(d->ip4.mask));
		break;
	case ADDR6:
		fprintf(log_file, " %x /%u ", d->ip6.type, d->ip6.prefix);
		for (int i = 0; i < 32; i++)
			fprintf(log_file, i == 16 ? " %02x" : "%02x",
				i < 16 ? d->ip6.ip[i] : d->ip6.mask[i - 16]);
		break;
	case ATTR:
		fprintf(log_file, " %x %x", d->attr.flags, d->attr.mask);
		break;
	case DEVICE:
		fprintf(log_file, " %x %s", d->map.flags,
			text_of(d->map.device));
		fprintf(log_file, " %s", text_of(d->map.target));
		break;
	case PAIR:
		fprintf(log_file, " %d %d", d->kill.pid, d->kill.sig);
		break;
	case NOTHING:
		break;
	}
	fputc('\n', log_file);
	fflush(log_file);
}

static long get_name(uint32_t id, union data *d)
{
	int i = find_context(id);
	const char *name = i >= 0 ? contexts[i].name : NULL;

	if (d->vhi.field == VHIN_MACHINE)
		return -EINVAL;
	if (d->vhi.field != VHIN_CONTEXT)
		name = "fake";
	else if (!name)
		name = "";
	snprintf(d->vhi.name, sizeof(d->vhi.name), "%s", name);
	return 0;
}

/* What was set, by inode: a hash table. */
#define REMEMBER	(1 << 20)
static struct { ino_t ino; uint32_t flags; } *remembered;

static uint32_t *recall(uint32_t fd)
{
	struct stat st;
	char link[64];
	size_t i;

	snprintf(link, sizeof(link), "/proc/%d/fd/%u", (int)caller, fd);
	if (stat(link, &st))
		return NULL;
	i = st.st_ino % REMEMBER;
	while (remembered[i].ino && remembered[i].ino != st.st_ino)
		i = (i + 1) % REMEMBER;
	remembered[i].ino = st.st_ino;
	return &remembered[i].flags;
}

static void remember(uint32_t fd, const struct vcmd_fiattr *attr)
{
	uint32_t *flags = remembered ? recall(fd) : NULL;

	if (flags)
		*flags = (*flags & ~attr->mask) | (attr->flags & attr->mask);
}

/* Attributes by the first letter of the name. */
static void get_attr(uint32_t fd, struct vcmd_fiattr *attr)
{
	uint32_t *flags = remembered ? recall(fd) : NULL;

	attr->flags = VIATTR_TAG;
	attr->mask = VIATTR_IXUNLINK | VIATTR_IMMUTABLE | VIATTR_COW;
	if (flags) {
		attr->flags |= *flags;
		return;
	}
	switch (*file_name(fd)) {
	case 'a':
		attr->flags |= attr->mask;
		break;
	case 'b':
		attr->flags |= VIATTR_IMMUTABLE;
		break;
	case 'd':
		attr->flags |= VIATTR_BARRIER;
		attr->mask |= VIATTR_BARRIER;
		break;
	case 'p':
		attr->flags |= VIATTR_HIDE | VIATTR_ADMIN;
		attr->mask |= VIATTR_PROC;
		break;
	}
}

/* Answer a command that is going to succeed. */
static long execute(const struct command *c, uint32_t id, union data *d)
{
	switch (c->cmd) {
	case VCMD_get_version:
		return VS_API_VERSION;
	case VCMD_get_vci:
		return 0x13000fb1;
	case VCMD_task_xid:
		return id ? task_xid : 0;
	case VCMD_ctx_create:
	case VCMD_net_create:
		if (find_context(id) >= 0)
			return -EEXIST;
		contexts[n_contexts++].xid = id;
		return id;
	case VCMD_ctx_create_unpriv:
		return VS_XID_MAX;
	case VCMD_ctx_migrate:
		return id == VS_XID_SPECTATOR;
	case VCMD_vx_info:
		d->info = (struct vcmd_vx_info){ id, 4242 };
		return 0;
	case VCMD_get_vhi_name:
		return get_name(id, d);
	case VCMD_get_space_mask:
	case VCMD_get_space_default:
		d->words[0] = 0x0c020200;
		return 0;
	case VCMD_get_bcaps:
		d->words[0] = VS_BCAPS_SECURE;
		return 0;
	case VCMD_get_ccaps:
		d->words[0] = VXC_RAW_ICMP | 1ULL << 40;
		return 0;
	case VCMD_get_cflags:
		d->words[0] = VXF_INFO_INIT | VXF_VIRT_UPTIME | VXF_SC_HELPER;
		return 0;
	case VCMD_get_ncaps:
		d->words[0] = NXC_RAW_ICMP | 1ULL << 40;
		return 0;
	case VCMD_get_nflags:
		d->words[0] = NXF_INIT_SET;
		return 0;
	case VCMD_get_umask:
		d->words[0] = 0;
		return 0;
	case VCMD_get_sched:
		d->sched = (struct vcmd_sched){
			.mask = VXSM_SET_MASK | VXSM_IDLE_TIME,
			.fill_rate = { 1, 2 }, .interval = { 4, 5 },
			.tokens = -3, .tokens_min = 6, .tokens_max = 100,
			.prio_bias = -7,
		};
		return 0;
	case VCMD_get_rlimit:
		d->rlimit.minimum = 5;
		d->rlimit.softlimit = d->rlimit.id == 5 ? ~0ULL : 100;
		d->rlimit.maximum = d->rlimit.id == 7 ? ~0ULL : 0x4000;
		return 0;
	case VCMD_get_rlimit_mask:
		/* soft: nproc, rss; hard: these and nofile */
		d->mask = (struct vcmd_ctx_rlimit_mask){ 0, 0x60, 0xe0 };
		return 0;
	case VCMD_rlimit_stat:
		d->rlstat = (struct vcmd_rlimit_stat){
			d->rlstat.id, 3, 10, 0, 20
		};
		return 0;
	case VCMD_get_badness:
		d->words[0] = (__u64)-300;
		return 0;
	case VCMD_fget_iattr:
		get_attr(id, &d->attr);
		return 0;
	case VCMD_fset_iattr:
		remember(id, &d->attr);
		return 0;
	case VCMD_virt_stat:
		d->stat.uptime = 176600000000ULL;
		return 0;
	case VCMD_wait_exit:
		d->exit = (struct vcmd_wait_exit){ 0, 3 << 8 };
		return 0;
	default:
		return 0;
	}
}

static long answer(const struct command *c, uint32_t id, union data *d)
{
	for (int i = 0; i < n_errors; i++)
		if (!strcmp(errors[i].name, c->name))
			return -errors[i].code;
	if (c->needs_context && id != VS_XID_SELF &&
	    id != VS_XID_SAME && id != VS_XID_SPECTATOR &&
	    find_context(id) < 0)
		return -ESRCH;
	return execute(c, id, d);
}

static long handle(const struct seccomp_notif *n)
{
	const struct command *c = commands;
	union data d = { .words = { 0 } };
	struct iovec local = { .iov_base = &d };
	struct iovec remote = {
		.iov_base = (void *)(uintptr_t)n->data.args[2],
	};
	uint32_t id = (uint32_t)n->data.args[1];
	long ret;

	while (c < commands + sizeof(commands) / sizeof(*commands) &&
	       c->cmd != (uint32_t)n->data.args[0])
		c++;
	if (c == commands + sizeof(commands) / sizeof(*commands))
		return -ENOSYS;
	local.iov_len = remote.iov_len = c->size;
	if (c->size && remote.iov_base &&
	    process_vm_readv((pid_t)n->pid, &local, 1, &remote, 1, 0) < 0)
		return -EFAULT;
	caller = (pid_t)n->pid;
	if (c->in != NOTHING || c->cmd == VCMD_task_xid ||
	    c->cmd == VCMD_net_migrate)
		log_call(c, id, &d);
	ret = answer(c, id, &d);
	if (ret >= 0 && c->size && c->in == NOTHING &&
	    process_vm_writev((pid_t)n->pid, &local, 1, &remote, 1, 0) < 0)
		return -EFAULT;
	return ret;
}

static void serve(int listener)
{
	struct pollfd fd = { .fd = listener, .events = POLLIN };

	while (poll(&fd, 1, -1) >= 0 || errno == EINTR) {
		struct seccomp_notif n;
		struct seccomp_notif_resp r = { 0 };
		long ret;

		if (fd.revents & POLLHUP)
			return;
		if (!(fd.revents & POLLIN))
			continue;
		memset(&n, 0, sizeof(n));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &n))
			continue;
		ret = handle(&n);
		r.id = n.id;
		r.val = ret < 0 ? 0 : ret;
		r.error = ret < 0 ? (int)ret : 0;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r);
	}
}

static int install_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VS_NR_X86_64, 2, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VS_NR_I386, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

/* The child tells the number of its listener and waits until it is taken. */
static int get_listener(pid_t child, int fd)
{
	int listener, number, pidfd;

	if (read(fd, &number, sizeof(number)) != sizeof(number) || number < 0)
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	listener = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	close(pidfd);
	return listener;
}

static void run_child(char **argv, int report, int wait)
{
	int number = install_filter();
	char byte;

	if (write(report, &number, sizeof(number)) != sizeof(number) ||
	    number < 0 || read(wait, &byte, 1) < 0)
		_exit(SKIP);
	close(number);
	close(report);
	close(wait);
	execvp(*argv, argv);
	_exit(127);
}

static void parse(int argc, char *argv[])
{
	int opt;

	while ((opt = getopt(argc, argv, "+ml:x:t:e:")) != -1) {
		char *value = strchr(optarg ? optarg : "", '=');

		if (value)
			*value++ = '\0';
		switch (opt) {
		case 'm':
			remembered = calloc(REMEMBER, sizeof(*remembered));
			break;
		case 'l':
			log_file = fopen(optarg, "we");
			break;
		case 'x':
			contexts[n_contexts].name = value;
			contexts[n_contexts++].xid = (uint32_t)atoi(optarg);
			break;
		case 't':
			task_xid = (uint32_t)atoi(optarg);
			break;
		case 'e':
			errors[n_errors].name = optarg;
			errors[n_errors++].code = value ? atoi(value) : EPERM;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char *argv[])
{
	int up[2], down[2], listener, status;
	pid_t child;

	parse(argc, argv);
	if (optind == argc || pipe(up) || pipe(down))
		return 2;
	child = fork();
	if (!child) {
		close(up[0]);
		close(down[1]);
		run_child(argv + optind, up[1], down[0]);
	}
	close(up[1]);
	close(down[0]);
	listener = get_listener(child, up[0]);
	close(down[1]);
	if (listener < 0)
		return SKIP;
	serve(listener);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}
