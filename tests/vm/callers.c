// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the question who may call what: every command, called by everybody, for
 * every kind of id, with good data and with none; which error wins is part of
 * the answer.
 *
 * expected() is the rule as the interface states it, check by check; the
 * kernel has to agree with it in each case.
 */
#include "abi.h"
#include "puppet.h"

enum caller {
	HOST,			/* root */
	HOST_USER,		/* uid 1000 without capabilities */
	HOST_NO_ADMIN,		/* root without CAP_SYS_ADMIN */
	HOST_NO_RESOURCE,	/* root without CAP_SYS_RESOURCE */
	HOST_USERNS,		/* root of a user namespace */
	SETUP,			/* member of a context in setup */
	SETUP_NO_RESOURCE,
	SETUP_USERNS,
	GUEST,			/* root of a guest, the usual ceiling */
	GUEST_63,		/* with bit 63 in it */
	GUEST_ADMIN,		/* with CAP_SYS_ADMIN and _RESOURCE in it */
	GUEST_ADMIN_63,		/* with all three */
	GUEST_ADMIN_63_ONLY,	/* with SYS_ADMIN and bit 63 */
	GUEST_USER,		/* uid 1000, with all three in the ceiling */
	SPECTATOR,
	CALLERS
};

static const char *const caller_name[CALLERS] = {
	"host root", "host user", "host without SYS_ADMIN",
	"host without SYS_RESOURCE", "root of a user namespace", "setup",
	"setup without SYS_RESOURCE", "setup in a user namespace",
	"guest", "guest with 63",
	"guest with SYS_ADMIN", "guest with SYS_ADMIN, SYS_RESOURCE and 63",
	"guest with SYS_ADMIN and 63", "guest's user", "spectator",
};

/* Ids a command is asked for; OWN is the caller's own number. */
enum { XID_TARGET = 2000, XID_CLOSED, XID_IN_SETUP, XID_OWN, XID_NEW };

static const uint32_t ids[] = {
	0, 1, XID_TARGET, XID_CLOSED, XID_IN_SETUP, XID_OWN, XID_NEW, 70000,
	-1, -2, INT_MIN,
};

#define IDS	((int)ARRAY_SIZE(ids))

static bool is_host(enum caller c) { return c <= HOST_USERNS; }
static bool is_setup(enum caller c) { return c >= SETUP && c <= SETUP_USERNS; }
static bool is_guest(enum caller c) { return c >= GUEST && c <= GUEST_USER; }

/* Root as far as the credentials go. */
static bool raw_admin(enum caller c)
{
	return c != HOST_USER && c != HOST_NO_ADMIN && c != HOST_USERNS &&
		c != GUEST_USER && c != SETUP_USERNS;
}

static bool may_use(enum caller c)
{
	if (!raw_admin(c))
		return false;
	return !is_guest(c) || c == GUEST_63 || c == GUEST_ADMIN_63 ||
		c == GUEST_ADMIN_63_ONLY;
}

static bool has_admin(enum caller c, enum perm p)
{
	if (c == SPECTATOR)
		return p == PERM_2 || p == PERM_INFO || p == PERM_NET_INFO;
	return c != GUEST && c != GUEST_63;
}

static bool has_resource(enum caller c)
{
	return c != HOST_NO_RESOURCE && c != SETUP_NO_RESOURCE &&
		c != GUEST_ADMIN_63_ONLY && c != SPECTATOR;
}

static bool own(enum caller c, uint32_t id)
{
	return (int32_t)id < 0 || (id == XID_OWN && !is_host(c) &&
				   c < SPECTATOR);
}

/* Commands for everybody that look at the caller themselves. */
static int expected_all(enum caller c, const struct abi *a, uint32_t id,
			bool null)
{
	if (null && a->data == D_IN)
		return EFAULT;
	if (a->cmd == VCMD_ctx_create_unpriv)	/* nobody said they may */
		return EPERM;
	if (a->cmd != VCMD_ctx_enter)
		return 0;
	if (!is_host(c))
		return EPERM;
	return id <= 1 ? EINVAL : EBADF;	/* ids are descriptors here */
}

/* Without a structure, an existing context is opened. */
static int expected_open(uint32_t id)
{
	if (id < XID_TARGET || id > XID_IN_SETUP)
		return ESRCH;
	return id == XID_CLOSED ? EACCES : 0;
}

/* The order of checks in the description of the interface. */
static int expected(enum caller c, const struct abi *a, uint32_t id, bool null)
{
	bool admin = a->perm == PERM_MIGRATE || a->perm == PERM_SETUP ||
		a->perm == PERM_NET_MIGRATE || a->perm == PERM_NET_SETUP;
	bool setup = a->perm == PERM_SETUP || a->perm == PERM_NET_SETUP;
	bool to_spectator = id == 1 && (a->cmd == VCMD_ctx_migrate ||
					a->cmd == VCMD_ctx_migrate_v0 ||
					a->cmd == VCMD_net_migrate);

	if (a->perm == PERM_ALL)
		return expected_all(c, a, id, null);
	if (!may_use(c))
		return ENOSYS;
	if (a->perm != PERM_0 && !has_admin(c, a->perm))
		return EPERM;
	if (a->perm >= PERM_MACHINE && a->perm != PERM_NET_INFO &&
	    !has_resource(c))
		return EPERM;
	if (a->perm == PERM_LEGACY)
		return is_host(c) || is_setup(c) ? -1 : EPERM;
	if (a->perm >= PERM_CREATE && a->perm != PERM_NET_INFO && !is_host(c) &&
	    !(setup && is_setup(c) && own(c, id)))
		return EPERM;

	if ((admin || a->perm == PERM_INFO || a->perm == PERM_RESET ||
	     a->perm == PERM_NET_INFO ||
	     a->perm == PERM_KILL) && !to_spectator) {
		if (!is_host(c) && c < SPECTATOR && !own(c, id))
			return ESRCH;
		if (own(c, id) ? is_host(c) || c >= SPECTATOR :
		    id < XID_TARGET || id > XID_IN_SETUP)
			return ESRCH;
		if (admin && id == XID_CLOSED)
			return EACCES;
	}
	if (null && a->data != D_NONE && a->data != D_OPT)
		return EFAULT;

	if (a->cmd == VCMD_ctx_open && null)
		return expected_open(id);
	if (a->perm == PERM_CREATE) {
		if (id == XID_TARGET || id == XID_CLOSED)
			return EEXIST;
		if (id == XID_IN_SETUP)
			return EBUSY;
		return id == XID_NEW || id == XID_OWN ? 0 : EINVAL;
	}
	if (a->perm == PERM_MACHINE)	/* or all guests */
		return id == 1 || id > VS_XID_MAX ? EINVAL : 0;
	if (a->cmd == VCMD_fget_iattr)	/* descriptors of the host's */
		return id > 1 ? EBADF : is_guest(c) ? EACCES : 0;
	if (a->cmd == VCMD_fset_iattr)
		return id > 1 ? EBADF : 0;
	if (a->cmd == VCMD_enter_space_v0)	/* stored neither */
		return EINVAL;
	if (a->cmd == VCMD_task_xid || a->cmd == VCMD_task_nid)
		return id == 0 || (id == 1 && !is_guest(c) && !is_setup(c)) ?
			0 : ESRCH;
	if (a->cmd == VCMD_sched_info) {	/* the host is one, too */
		if ((int32_t)id < 0)
			return c >= SPECTATOR ? ESRCH : 0;
		if (!is_host(c) && c < SPECTATOR)
			return own(c, id) ? 0 : ESRCH;
		return id && (id < XID_TARGET || id > XID_IN_SETUP) ? ESRCH : 0;
	}
	if (a->cmd == VCMD_wait_exit)
		return EINTR;
	return 0;
}

static void no_action(int sig) { (void)sig; }

/* Whether the call changes who calls, or may wait. */
static bool needs_child(const struct abi *a)
{
	return a->perm == PERM_CREATE || a->perm == PERM_MIGRATE ||
		a->perm == PERM_NET_MIGRATE || a->perm == PERM_LEGACY ||
		a->cmd == VCMD_wait_exit;
}

static int attempt(const struct abi *a, uint32_t id, void *data)
{
	errno = 0;
	return vserver(a->cmd, id, data) == -1 ? errno : 0;
}

/* The same in a child, that does not wait for ever. */
static int attempt_in_child(const struct abi *a, uint32_t id, void *data)
{
	struct itimerspec soon = { { 0, 2000000 }, { 0, 2000000 } };
	struct sigaction sa = { .sa_handler = no_action };
	pid_t pid = must(fork());
	timer_t timer;

	if (pid)
		return reap(pid);
	sigaction(SIGALRM, &sa, NULL);
	if (timer_create(CLOCK_MONOTONIC, NULL, &timer) ||
	    timer_settime(timer, 0, &soon, NULL))
		_exit(255);
	_exit(attempt(a, id, data));
}

static bool one_call(enum caller c, const struct abi *a, uint32_t id, bool null)
{
	int want = expected(c, a, id, null), got;
	char data[ABI_MAX_SIZE];

	if (want < 0)
		return true;
	abi_good(a, data);
	if (needs_child(a) &&
	    (want == 0 || want == EINTR || (want == EFAULT && null)))
		got = attempt_in_child(a, id, null ? NULL : data);
	else
		got = attempt(a, id, null ? NULL : data);
	if (got != want)
		diag("%s(%d)%s: %s, not %s", a->name, (int)id,
		     null ? " without data" : "", errname(got), errname(want));
	return got == want;
}

static void all_calls(enum caller c)
{
	bool good;
	int i, j;

	for (i = 0; i < ABI_COMMANDS; i++) {
		good = true;
		for (j = 0; j < IDS; j++) {
			good &= one_call(c, &abi[i], ids[j], false);
			good &= one_call(c, &abi[i], ids[j], true);
		}
		ktap_ok(good, "%s", abi[i].name);
	}
}

static void become_user(void)
{
	must(setresgid(1000, 1000, 1000));
	must(setresuid(1000, 1000, 1000));
}

static void become(enum caller c)
{
	const uint64_t bit63 = 1ULL << 63;

	/* who is in a context is in a network context with the same id */
	if (is_setup(c) || is_guest(c))
		must(vs_net_create(XID_OWN, NXF_STATE_ADMIN));
	switch (c) {
	case HOST:
	case CALLERS:
		break;
	case HOST_USER:
		become_user();
		break;
	case HOST_NO_ADMIN:
		must(caps_drop(CAP(SYS_ADMIN)));
		break;
	case HOST_NO_RESOURCE:
		must(caps_drop(CAP(SYS_RESOURCE)));
		break;
	case HOST_USERNS:
		must(unshare(CLONE_NEWUSER));
		break;
	case SETUP:
	case SETUP_NO_RESOURCE:
	case SETUP_USERNS:
		must(vs_create(XID_OWN, VXF_INIT_SET));
		if (c == SETUP_NO_RESOURCE)
			must(caps_drop(CAP(SYS_RESOURCE)));
		if (c == SETUP_USERNS)
			must(unshare(CLONE_NEWUSER));
		break;
	case GUEST:
		must(vs_become(XID_OWN, 0, GUEST_CAPS));
		break;
	case GUEST_63:
		must(vs_become(XID_OWN, 0, GUEST_CAPS | bit63));
		break;
	case GUEST_ADMIN:
		must(vs_become(XID_OWN, 0, GUEST_CAPS | CAP(SYS_ADMIN) |
			       CAP(SYS_RESOURCE)));
		break;
	case GUEST_ADMIN_63:
	case GUEST_USER:
		must(vs_become(XID_OWN, 0, GUEST_CAPS | CAP(SYS_ADMIN) |
			       CAP(SYS_RESOURCE) | bit63));
		if (c == GUEST_USER)
			become_user();
		break;
	case GUEST_ADMIN_63_ONLY:
		must(vs_become(XID_OWN, 0,
			       GUEST_CAPS | CAP(SYS_ADMIN) | bit63));
		break;
	case SPECTATOR:
		must(vs_migrate(VS_XID_SPECTATOR, 0));
		break;
	}
}

static enum caller now;

static long in_setup(long xid, long b, long c)
{
	(void)b, (void)c;
	must(vs_net_create(xid, NXF_STATE_ADMIN | NXF_STATE_SETUP));
	return vs_create(xid, VXF_INIT_SET);
}

static long closed(long xid, long b, long c)
{
	(void)b, (void)c;
	must(vs_net_create(xid, 0));
	return vs_create(xid, 0);
}

static long target(long xid, long b, long c)
{
	(void)b, (void)c;
	must(vs_net_create(xid, NXF_STATE_ADMIN));
	return vs_become(xid, 0, GUEST_CAPS);
}

static void test_caller(void)
{
	puppet_start(target, XID_TARGET, 0, 0);
	puppet_start(closed, XID_CLOSED, 0, 0);
	puppet_start(in_setup, XID_IN_SETUP, 0, 0);
	become(now);
	all_calls(now);
}

int main(void)
{
	for (now = HOST; now < CALLERS; now++)
		run(caller_name[now], test_caller);
	return ktap_exit();
}
