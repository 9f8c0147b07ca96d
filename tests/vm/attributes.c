// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the attributes of a context: flags, ceiling, context capabilities and
 * masks, how they change and what they are at first.
 */
#include "puppet.h"

#define ONE_TIME	VXF_ONE_TIME
/* Bits of the description that this kernel takes. */
#define KNOWN_LOW	0x071f07ffULL
#define KNOWN_HIGH	0x003fff77ULL
#define KNOWN		(KNOWN_HIGH << 32 | KNOWN_LOW)

static long do_create(long xid, long null, long c)
{
	(void)c;
	return vs_native(null ? VCMD_ctx_create : VCMD_ctx_create_v0, xid,
			 NULL);
}

static long do_flags(long f, long mask, long shift)
{
	return vs_set_flags(-1, (uint64_t)f << shift, (uint64_t)mask << shift);
}

static void first_values(const char *how)
{
	struct vcmd_ctx_caps_v0 v0 = { 0, 0, 0 };
	struct vcmd_ctx_flags f = { 0, 0 };
	struct vcmd_ctx_caps c = { 1, 0 };
	struct vcmd_umask u = { 1, 0 };
	struct vcmd_bcaps b = { 0, 0 };
	struct vcmd_vhi_name n = { .field = 0, .name = "x" };

	must(vs_native(VCMD_get_cflags, XID_A, &f));
	is(f.flagword, 0x700000000ULL, "%s: flags", how);
	is(f.mask, ~0ULL, "%s: all could be changed", how);
	must(vs_native(VCMD_get_bcaps, XID_A, &b));
	ok(b.bcaps == ~0ULL && b.bmask == ~0ULL, "%s: no ceiling", how);
	must(vs_native(VCMD_get_ccaps, XID_A, &c));
	ok(c.ccaps == 0 && c.cmask == ~0ULL, "%s: ccaps", how);
	must(vs_native(VCMD_get_ccaps_v0, XID_A, &v0));
	ok(v0.bcaps == ~0ULL && v0.ccaps == 0 && v0.cmask == ~0ULL,
	   "%s: both", how);
	must(vs_native(VCMD_get_umask, XID_A, &u));
	ok(u.umask == 0 && u.mask == ~0ULL, "%s: umask", how);
	u.umask = 1;
	must(vs_native(VCMD_get_wmask, XID_A, &u));
	ok(u.umask == 0 && u.mask == ~0ULL, "%s: wmask", how);
	must(vs_native(VCMD_get_vhi_name, XID_A, &n));
	is_str(n.name, "", "%s: name", how);
}

static void test_first(void)
{
	struct puppet p = puppet_start(do_create, XID_A, 1, 0);

	first_values("without structure");
	puppet_end(&p);
	p = puppet_start(do_create, XID_A, 0, 0);
	first_values("version 0");
	puppet_end(&p);
	/* exactly what is given, no more */
	p = puppet_guest(XID_A, VXF_REBOOT_KILL, ALL_CAPS);
	is(vs_get_flags(XID_A), VXF_REBOOT_KILL | VXF_STATE_ADMIN | VXF_FULL_CAPS,
	   "exactly the given flags");
}

/* new = (old & ~mask) | (value & mask), for a word with its commands. */
static void word(uint32_t set, uint32_t get, const char *name)
{
	static const uint64_t steps[][2] = {
		{ 0x123456789abcdef0ULL, ~0ULL }, { 0, 0 }, { ~0ULL, 0 },
		{ ~0ULL, 0xff }, { 0, 0xf0f0 }, { 0x5555ULL << 40, ~0ULL << 32 },
		{ ~0ULL, ~0ULL }, { 0, ~0ULL },
	};
	uint64_t want = 0, d[2] = { 0, ~0ULL };
	unsigned int i;

	must(vs_native(set, XID_A, d));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		want = (want & ~steps[i][1]) | (steps[i][0] & steps[i][1]);
		d[0] = steps[i][0];
		d[1] = steps[i][1];
		is(vs_native(set, XID_A, d), 0, "%s: step %u", name, i);
		d[0] = d[1] = 0;
		is(vs_native(get, XID_A, d), 0, "%s: get %u", name, i);
		is(d[0], want, "%s: value %u", name, i);
		is(d[1], ~0ULL, "%s: mask %u", name, i);
	}
}

static void test_words(void)
{
	struct vcmd_ctx_caps_v0 v0;

	puppet_start(do_create, XID_A, 1, 0);
	word(VCMD_set_ccaps, VCMD_get_ccaps, "ccaps");
	word(VCMD_set_bcaps, VCMD_get_bcaps, "bcaps");
	word(VCMD_set_umask, VCMD_get_umask, "umask");
	word(VCMD_set_wmask, VCMD_get_wmask, "wmask");

	v0 = (struct vcmd_ctx_caps_v0){ 0xaaaa, 0x5555, 0xff };
	is(vs_native(VCMD_set_ccaps_v0, XID_A, &v0), 0, "set both");
	is(vs_native(VCMD_get_ccaps_v0, XID_A, &v0), 0, "get both");
	ok(v0.bcaps == 0xaa && v0.ccaps == 0x55 && v0.cmask == ~0ULL,
	   "one mask for both words");
}

static void test_flags(void)
{
	struct vcmd_ctx_flags f;
	int bit, bad = 0;

	puppet_start(do_create, XID_A, 1, 0);
	for (bit = 0; bit < 64; bit++) {
		uint64_t b = 1ULL << bit;
		bool known = KNOWN & b;

		if (ONE_TIME & b)
			continue;
		bad += vs_set_flags(XID_A, b, b) != (known ? 0 : -1);
		bad += !known && errno != EINVAL;
		bad += !!(vs_get_flags(XID_A) & b) != known;
		bad += vs_set_flags(XID_A, b, 0) != 0;	/* not meant */
		bad += vs_set_flags(XID_A, 0, b) != 0;
		bad += !!(vs_get_flags(XID_A) & b);
		if (bad)
			diag("flag %d", bit);
	}
	is(bad, 0, "known flags can be set and cleared, others not set");
	is(vs_get_flags(XID_A), ONE_TIME, "and nothing else has changed");

	ok_errno(vs_set_flags(XID_A, VXF_INFO_HIDE | 1ULL << 63, ~0ULL), EINVAL,
		 "one unknown flag among known ones");
	is(vs_get_flags(XID_A), ONE_TIME, "changes nothing");

	is(vs_set_flags(XID_A, ONE_TIME, ONE_TIME), 0, "one-time bits, set");
	is(vs_get_flags(XID_A), ONE_TIME, "are still set");
	is(vs_set_flags(XID_A, 0, VXF_STATE_INIT), 0, "clear one");
	is(vs_set_flags(XID_A, ONE_TIME, ONE_TIME), 0, "set it again");
	is(vs_get_flags(XID_A), ONE_TIME & ~VXF_STATE_INIT, "it stays clear");
	must(vs_native(VCMD_get_cflags, XID_A, &f));
	is(f.mask, ~VXF_STATE_INIT, "the mask tells what can be cleared");
	is(vs_set_flags(XID_A, VXF_STATE_SETUP, ~VXF_STATE_ADMIN), 0,
	   "everything else");
	is(vs_get_flags(XID_A), ONE_TIME & ~VXF_STATE_INIT, "to zero");
	ok_errno(vs_set_flags(XID_A, 0, VXF_STATE_ADMIN), EINVAL,
		 "without STATE_ADMIN setup would never end");
	is(vs_get_flags(XID_A), ONE_TIME & ~VXF_STATE_INIT, "nothing changed");
	is(vs_set_flags(XID_A, 0, VXF_STATE_ADMIN | VXF_STATE_SETUP), 0,
	   "clear both");
	ok_errno(vs_set_flags(XID_A, 0, 0), EACCES, "it was the last time");
	must(vs_native(VCMD_get_cflags, XID_A, &f));
	is(f.flagword, 0, "readable all the same");
	is(f.mask, ~ONE_TIME, "mask");
}

/* A context that is created on hold keeps its creator there, too. */
static int create_on_hold(void)
{
	int status = 0;
	pid_t pid = must(fork());

	if (!pid)
		_exit(vs_create(XID_A, VXF_SCHED_PAUSE | VXF_STATE_ADMIN) < 0 ?
		      errno : 0);
	eventually(vs_exists(XID_A));
	vs_set_flags(XID_A, 0, VXF_SCHED_PAUSE);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ?
		WEXITSTATUS(status) : -1;
}

static void test_create_flags(void)
{
	int bit, bad = 0;

	/* there is no helper for SC_HELPER to run */
	must(spit("/proc/sys/kernel/vshelper", "\n"));
	for (bit = 0; bit < 64; bit++) {
		uint64_t b = 1ULL << bit;
		int err = b == VXF_SCHED_PAUSE ? create_on_hold() :
			in_child(vs_create(XID_A, b | VXF_STATE_ADMIN));

		if (err != (KNOWN & b ? 0 : EINVAL)) {
			diag("flag %d: %s", bit, errname(err));
			bad++;
		}
		vs_set_flags(XID_A, 0, VXF_PERSISTENT);
	}
	must(spit("/proc/sys/kernel/vshelper", "/sbin/vshelper\n"));
	is(bad, 0, "create takes known flags and no others");
	is_child(vs_create(XID_A, VXF_STATE_SETUP), EINVAL,
		 "a setup that nobody could end");
}

static void test_persistent(void)
{
	struct puppet p = puppet_guest(XID_A, 0, GUEST_CAPS);

	is(vs_tasks(XID_A), 1, "one member, one claim");
	is(vs_set_flags(XID_A, VXF_PERSISTENT, VXF_PERSISTENT), 0, "persist");
	is(vs_tasks(XID_A), 2, "is a claim");
	is(vs_set_flags(XID_A, VXF_PERSISTENT, VXF_PERSISTENT), 0, "again");
	is(vs_tasks(XID_A), 2, "is the same claim");
	puppet_end(&p);
	is(vs_tasks(XID_A), 1, "lives without members");
	is_child(vs_create(XID_A, 0), EEXIST, "its id is in use");
	is_child(vs_migrate(XID_A, 0), 0, "can be entered");
	is(vs_tasks(XID_A), 1, "and left");
	is(vs_set_flags(XID_A, 0, VXF_PERSISTENT), 0, "no more");
	ok_errno(vs_set_flags(XID_A, 0, 0), ESRCH, "it has ended at once");

	is_child(vs_create(XID_A, VXF_PERSISTENT | VXF_STATE_ADMIN), 0,
		 "persistent from the beginning");
	is(vs_tasks(XID_A), 1, "lives without members");
	ok_errno(vs_set_flags(XID_A, 0, VXF_STATE_ADMIN), EINVAL,
		 "nobody could end it");
	is(vs_set_flags(XID_A, 0, VXF_PERSISTENT), 0, "until that is cleared");
	ok(!vs_exists(XID_A), "gone");

	/* A creation that fails half-way leaves nothing behind. */
	is_child(vs_create(XID_A, VXF_PERSISTENT | VXF_STATE_ADMIN |
				  1ULL << 63), EINVAL, "an unknown flag");
	is_child(vs_create(XID_A, VXF_PERSISTENT), EINVAL,
		 "one that nobody could end");
	is_child(vs_create(XID_A, VXF_SCHED_PAUSE), EINVAL,
		 "one that nobody could start");
	ok(!vs_exists(XID_A), "no context");
}

static void ceiling_after(uint64_t flags, uint64_t bcaps, uint64_t want,
			  const char *name)
{
	struct puppet p;

	p = puppet_start(do_create, XID_A, 1, 0);
	if (flags)
		must(vs_set_flags(XID_A, flags, flags));
	if (bcaps != ~0ULL)
		must(vs_set_bcaps(XID_A, bcaps, ~0ULL));
	is(vs_get_bcaps(XID_A), bcaps, "%s: as set", name);
	is(ask(&p, do_flags, 0, 1, 32), 0, "%s: setup ends", name);
	is(vs_get_bcaps(XID_A), want, "%s: ceiling", name);
	is(vs_set_bcaps(XID_A, ~0ULL, ~0ULL), 0, "%s: later", name);
	is(vs_get_bcaps(XID_A), ~0ULL, "%s: the host may widen it", name);
	puppet_end(&p);
}

static void test_gap(void)
{
	struct puppet p;

	ceiling_after(0, ~0ULL, VS_BCAPS_SECURE, "nothing said");
	ceiling_after(VXF_FULL_CAPS, ~0ULL, ~0ULL, "unlimited on purpose");
	ceiling_after(0, 0, 0, "nothing allowed");
	ceiling_after(0, 0xffffffffb44c04ffULL, 0xffffffffb44c04ffULL,
		      "what old tools say");
	/* in the very call that ends the setup */
	p = puppet_start(do_create, XID_A, 1, 0);
	is(vs_set_flags(XID_A, VXF_FULL_CAPS, VXF_FULL_CAPS | VXF_STATE_SETUP),
	   0, "both in one call");
	is(vs_get_bcaps(XID_A), ~0ULL, "meant to be unlimited");
	puppet_end(&p);
	p = puppet_start(do_create, XID_A, 1, 0);
	is(vs_set_flags(XID_A, 0, VXF_STATE_SETUP), 0, "ended by the host");
	is(vs_get_bcaps(XID_A), VS_BCAPS_SECURE, "the same rule");
	puppet_end(&p);
	/* no setup at all */
	is_child(vs_create(XID_A, VXF_PERSISTENT | VXF_STATE_ADMIN), 0,
		 "without setup");
	is(vs_get_bcaps(XID_A), VS_BCAPS_SECURE, "limited at once");
	is_child(vs_create(XID_B, VXF_PERSISTENT | VXF_STATE_ADMIN |
			   VXF_FULL_CAPS), 0, "without setup, on purpose");
	is(vs_get_bcaps(XID_B), ~0ULL, "unlimited");
}

static long do_get_caps(long high, long b, long c)
{
	(void)b, (void)c;
	return caps_get(0, NULL) >> (high ? 32 : 0) & 0xffffffff;
}

static long do_spit(long path, long text, long c)
{
	(void)c;
	return spit((char *)path, (char *)text);
}

/* Capabilities above 31 count as far as a sysctl says. */
static void test_high_caps(void)
{
	static const char path[] = "/proc/sys/kernel/vserver/high_caps";
	const uint64_t high = CAP(SYSLOG) | CAP(CHECKPOINT_RESTORE);
	struct puppet p;
	char mask[32];

	is_str(slurp(path), "0\n", "none by default");
	p = puppet_guest(XID_A, 0, ~0ULL);
	is(vs_get_bcaps(XID_A), ~0ULL, "the stored word is shown");
	is(caps_get(p.pid, NULL), 0, "the host does not see the process");
	is(ask(&p, do_get_caps, 1), 0, "none counts");
	is(ask(&p, do_get_caps, 0), LOW_CAPS & ~CAP(SYS_MODULE),
	   "below 32 all do, but for modules");
	snprintf(mask, sizeof(mask), "%llu", (unsigned long long)high);
	must(spit(path, mask));
	is(ask(&p, do_get_caps, 1), high >> 32, "those of the sysctl do");
	must(spit(path, "0"));
	is(ask(&p, do_get_caps, 1), 0, "no more");
	ok(ask(&p, do_spit, path, "1") == -1 &&
	   (errno == EPERM || errno == EACCES), "a guest cannot change it");
	is_str(slurp(path), "0\n", "and has not");
}

int main(void)
{
	run("first values", test_first);
	run("words", test_words);
	run("flags", test_flags);
	run("flags at creation", test_create_flags);
	run("persistent", test_persistent);
	run("end of setup", test_gap);
	run("high caps", test_high_caps);
	return ktap_exit();
}
