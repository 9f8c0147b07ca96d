// SPDX-License-Identifier: GPL-2.0
/*
 * Owns bad and odd pointers: what cannot be read or written is EFAULT and has
 * changed nothing, what ends with the last byte of a page is good, and not one
 * byte more than the structure is looked at.
 */
#include "abi.h"
#include "puppet.h"

#define TARGET		XID_A

static char *pages;		/* two that can be used, then a hole */
static size_t page;

static long create_in_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	must(vs_net_create(xid, NXF_STATE_ADMIN));
	return vs_create(xid, VXF_INIT_SET);
}

/* All that set commands can change. */
struct state {
	struct vcmd_ctx_flags flags;
	struct vcmd_bcaps bcaps, nested;
	struct vcmd_ctx_caps ccaps;
	struct vcmd_umask umask, wmask;
	struct vcmd_vhi_name name;
	struct vcmd_badness badness;
	struct vcmd_ctx_rlimit rlimit;
	struct vcmd_ctx_flags nflags;
	struct vcmd_net_caps ncaps;
	char status[512];
	char net[512];
};

static void get_state(struct state *s)
{
	memset(s, 0, sizeof(*s));
	must(vs_native(VCMD_get_cflags, TARGET, &s->flags));
	must(vs_native(VCMD_get_bcaps, TARGET, &s->bcaps));
	must(vs_native(VCMD_get_nested_bcaps, TARGET, &s->nested));
	must(vs_native(VCMD_get_ccaps, TARGET, &s->ccaps));
	must(vs_native(VCMD_get_umask, TARGET, &s->umask));
	must(vs_native(VCMD_get_wmask, TARGET, &s->wmask));
	must(vs_native(VCMD_get_vhi_name, TARGET, &s->name));
	must(vs_native(VCMD_get_badness, TARGET, &s->badness));
	s->rlimit.id = 6;
	must(vs_native(VCMD_get_rlimit, TARGET, &s->rlimit));
	must(vs_native(VCMD_get_nflags, TARGET, &s->nflags));
	must(vs_native(VCMD_get_ncaps, TARGET, &s->ncaps));
	snprintf(s->net, sizeof(s->net), "%s",
		 slurp("/proc/virtnet/%d/info", TARGET));
	snprintf(s->status, sizeof(s->status), "%s",
		 strstr(slurp("/proc/virtual/%d/status", TARGET), "Spaces:"));
}

/* Like good data, but it would change something. */
static void change(const struct abi *c, char *data)
{
	struct vcmd_vhi_name *vhi = (void *)data;

	abi_good(c, data);
	if (c->cmd == VCMD_set_vhi_name)
		strcpy(vhi->name, "changed");
	else if (c->cmd == VCMD_set_cflags)
		((struct vcmd_ctx_flags *)data)->mask = ~0ULL;
	else if (c->cmd == VCMD_set_nflags)
		((struct vcmd_ctx_flags *)data)->mask = ~0ULL;
	else if (c->perm == PERM_SETUP && c->cmd != VCMD_set_space &&
		 c->cmd != VCMD_set_space_v1)
		memset(data, 0x5a, c->size);
}

static uint32_t target_of(const struct abi *c)
{
	if (c->cmd == VCMD_fget_iattr || c->cmd == VCMD_fset_iattr)
		return 0;	/* a descriptor */
	return c->perm == PERM_CREATE ? XID_FREE : TARGET;
}

/* May the caller become something else, or the target end? */
static bool in_place(const struct abi *c)
{
	return c->perm == PERM_INFO || c->perm == PERM_SETUP ||
		c->perm == PERM_NET_INFO || c->perm == PERM_NET_SETUP;
}

/* The errno of a call. */
static int try(const struct abi *c, void *data)
{
	static char map[ABI_MAX_SIZE];	/* below 4 GiB */

	/* There must be something to forget. */
	if (c->cmd == VCMD_unset_mapping) {
		abi_good(c, map);
		vserver(VCMD_set_mapping, target_of(c), map);
	}
	if (in_place(c))
		return vserver(c->cmd, target_of(c), data) < 0 ? errno : 0;
	return in_child(vserver(c->cmd, target_of(c), data));
}

static struct state before;

static void expect_fault(const struct abi *c, void *data, const char *what)
{
	struct state after;
	int err;

	err = try(c, data);
	get_state(&after);
	if (err != EFAULT)
		diag("%s: %s", c->name, errname(err));
	ktap_ok(err == EFAULT, "%s: %s", c->name, what);
	ktap_ok(!memcmp(&before, &after, sizeof(before)) &&
		!vs_exists(XID_FREE) && !vs_net_exists(XID_FREE),
		"%s: %s: nothing changed", c->name, what);
}

/* Places what the command wants so that it ends at END. */
static char *place(const struct abi *c, char *end)
{
	char data[ABI_MAX_SIZE], *at = end - abi_size(c);

	abi_good(c, data);
	memcpy(at, data, abi_size(c));
	return at;
}

static void test_good(const struct abi *c)
{
	char *end = pages + 2 * page;

	is(try(c, place(c, end)), 0, "%s: to the end of a page", c->name);
	is(try(c, place(c, pages + page + abi_size(c) / 2)), 0,
	   "%s: over two pages", c->name);
	is(try(c, place(c, pages + page + 1)), 0, "%s: last byte over",
	   c->name);
	/* which opens, and does not create, what is not there */
	if (c->data == D_OPT && c->cmd != VCMD_ctx_open)
		is(try(c, NULL), 0, "%s: no structure", c->name);
}

static void test_bad(const struct abi *c)
{
	char *end = pages + 2 * page, data[ABI_MAX_SIZE];

	get_state(&before);
	change(c, data);
	memcpy(end - abi_size(c) + 1, data, abi_size(c) - 1);
	expect_fault(c, end - abi_size(c) + 1, "one byte too few");
	memcpy(end - 1, data, 1);
	expect_fault(c, end - 1, "only one byte");
	expect_fault(c, end, "not mapped");
	expect_fault(c, (void *)(~0UL << 12), "the kernel's last page");
	expect_fault(c, (void *)-1L, "the last byte");
	if (c->data != D_OPT)
		expect_fault(c, NULL, "NULL");
#ifdef __x86_64__
	if (!vs_int80) {
		expect_fault(c, (void *)0xffff888000100000UL, "kernel memory");
		expect_fault(c, (void *)0x00007ffffffff000UL,
			     "above user memory");
		expect_fault(c, (void *)0x8000000000000000UL, "no address");
	}
#endif
	if (c->data == D_OUT || c->data == D_INOUT) {
		place(c, end);
		must(mprotect(pages, 2 * page, PROT_READ));
		expect_fault(c, end - abi_size(c), "read-only memory");
		must(mprotect(pages, 2 * page, PROT_READ | PROT_WRITE));
	}
	if (c->data == D_IN || c->data == D_OPT) {
		place(c, end);
		must(mprotect(pages, 2 * page, PROT_READ));
		is(try(c, end - abi_size(c)), 0, "%s: reads only", c->name);
		must(mprotect(pages, 2 * page, PROT_READ | PROT_WRITE));
	}
}

/* What is behind the structure, or before it, stays. */
static void test_bounds(const struct abi *c)
{
	char *at = pages + 256, good[ABI_MAX_SIZE];
	int i, size = abi_size(c), changed = 0;

	if (c->data != D_OUT && c->data != D_INOUT)
		return;
	abi_good(c, good);
	memset(pages, 0xa5, 1024);
	memcpy(at, good, size);
	is(vserver(c->cmd, target_of(c), at), 0, "%s", c->name);
	for (i = 0; i < 1024; i++)
		if ((i < 256 || i >= 256 + size) && pages[i] != (char)0xa5)
			changed++;
	is(changed, 0, "%s: bytes written around the structure", c->name);
}

static void test_pointers(void)
{
	const struct abi *c;

	page = sysconf(_SC_PAGESIZE);
	pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | VS_LOW, -1, 0);
	must(pages == MAP_FAILED ? -1 : 0);
	must(munmap(pages + 2 * page, page));
	puppet_start(create_in_setup, TARGET, 0, 0);

	for (c = abi; c < abi + ABI_COMMANDS; c++) {
		/* tested below, and with its own ids where it belongs */
		if (c->data == D_NONE || c->data == D_ALWAYS ||
		    c->perm == PERM_LEGACY || c->perm == PERM_ALL)
			continue;
		test_bounds(c);
		test_bad(c);
		test_good(c);
	}
}

static void no_action(int sig) { (void)sig; }

static long dies(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	_exit(3);
}

static int wait_interrupted(void *data)
{
	struct itimerspec soon = { { 0, 2000000 }, { 0, 2000000 } };
	struct sigaction sa = { .sa_handler = no_action };
	timer_t timer;

	sigaction(SIGALRM, &sa, NULL);
	must(timer_create(CLOCK_MONOTONIC, NULL, &timer));
	must(timer_settime(timer, 0, &soon, NULL));
	return vserver(VCMD_wait_exit, TARGET, data) == -1 ? errno : 0;
}

/* The one command that also writes when it has failed. */
static void test_wait(void)
{
	struct puppet p = puppet_guest(TARGET, 0, GUEST_CAPS);
	struct vcmd_wait_exit *w = puppet_shared(sizeof(*w));
	pid_t waiter;

	memset(w, 0x5a, sizeof(*w));
	is(in_child((errno = wait_interrupted(w), -1)), EINTR, "interrupted");
	ok(!w->reboot_cmd && !w->exit_code, "the structure is all zero");
	is(in_child((errno = wait_interrupted(NULL), -1)), EFAULT,
	   "interrupted, no structure");

	waiter = must(fork());
	if (!waiter)
		_exit(vserver(VCMD_wait_exit, TARGET, (void *)-1L) ? errno : 0);
	eventually(strstr(slurp("/proc/%d/stat", waiter), ") S "));
	ask(&p, dies);
	must(waitpid(p.pid, NULL, 0));
	is(reap(waiter), EFAULT, "the end, bad structure");
}

int main(void)
{
	run("pointers", test_pointers);
	run("wait", test_wait);
#ifdef __x86_64__
	vs_int80 = true;
	run("int80 pointers", test_pointers);
	run("int80 wait", test_wait);
#endif
	return ktap_exit();
}
