// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the names of a context: the CONTEXT name and the six of its UTS
 * namespace, which is never the host's.
 */
#include "puppet.h"

#include <sys/utsname.h>

static long set_name(uint32_t xid, uint32_t field, const char *name)
{
	struct vcmd_vhi_name v = { .field = field };

	memcpy(v.name, name, strnlen(name, VHIN_LEN));
	return vs_native(VCMD_set_vhi_name, xid, &v);
}

/* The name, with a mark behind it that must not be touched. */
static const char *get_name(uint32_t xid, uint32_t field)
{
	static struct { struct vcmd_vhi_name v; char mark[8]; } s;

	memset(&s, 0x5a, sizeof(s));
	s.v.field = field;
	if (vs_native(VCMD_get_vhi_name, xid, &s.v))
		return errname(errno);
	if (s.v.field != field || s.mark[0] != 0x5a ||
	    memchr(s.v.name, 0, VHIN_LEN) == NULL)
		return "(damaged)";
	return s.v.name;
}

static struct utsname *shared;

static long do_uname(long a, long b, long c)
{
	(void)a, (void)b, (void)c;
	return uname(shared);
}

static const char *uts(const struct utsname *u, uint32_t field)
{
	const char *const fields[] = {
		"", u->sysname, u->nodename, u->release, u->version, u->machine,
		u->domainname,
	};

	return fields[field];
}

static const char *const name_of[] = {
	"context", "sysname", "nodename", "release", "version", "machine",
	"domainname",
};

static void test_fields(void)
{
	struct puppet p = puppet_guest(XID_A, 0, GUEST_CAPS);
	struct utsname before, after;
	char longest[VHIN_LEN + 1];
	uint32_t f;

	memset(longest, 'x', VHIN_LEN);
	longest[VHIN_LEN] = 0;
	uname(&before);
	for (f = 1; f <= 6; f++)
		is_str(get_name(XID_A, f), uts(&before, f),
		       "%s: at first the host's", name_of[f]);
	for (f = 0; f <= 6; f++) {
		is(set_name(XID_A, f, name_of[f]), 0, "%s: set", name_of[f]);
		is_str(get_name(XID_A, f), name_of[f], "%s: get", name_of[f]);
		if (f) {
			must(ask(&p, do_uname));
			is_str(uts(shared, f), name_of[f], "%s: uname",
			       name_of[f]);
		}
		longest[64] = 0;
		is(set_name(XID_A, f, longest), 0, "%s: 64", name_of[f]);
		is_str(get_name(XID_A, f), longest, "%s: 64 bytes", name_of[f]);
		longest[64] = 'y';
		is(set_name(XID_A, f, longest), 0, "%s: 65", name_of[f]);
		longest[64] = 0;
		is_str(get_name(XID_A, f), longest, "%s: cut to 64 bytes",
		       name_of[f]);
		is(set_name(XID_A, f, ""), 0, "%s: empty", name_of[f]);
		is_str(get_name(XID_A, f), "", "%s: is empty", name_of[f]);
		is(set_name(XID_A, f, name_of[f]), 0, "%s: again", name_of[f]);
	}
	uname(&after);
	ok(!memcmp(&before, &after, sizeof(before)),
	   "the host's names are what they were");

	for (f = 7; f < 12; f++) {
		ok_errno(set_name(XID_A, f, "x"), EINVAL, "field %u", f);
		is_str(get_name(XID_A, f), "EINVAL", "field %u", f);
	}
	ok_errno(set_name(XID_A, -1, "x"), EINVAL, "field -1");
	is_str(get_name(XID_A, 0x10000), "EINVAL", "field 65536");
}

static char *text;

static long do_get(long xid, long field, long c)
{
	const char *name = get_name(xid, field);

	(void)c;
	snprintf(text, 100, "%s", name);
	return 0;
}

static long do_set(long xid, long field, long name)
{
	return set_name(xid, field, (char *)name);
}

static void test_readers(void)
{
	struct puppet a = puppet_guest(XID_A, 0, GUEST_CAPS), b, s;
	uint32_t f;

	for (f = 0; f <= 6; f++)
		must(set_name(XID_A, f, name_of[f]));
	s = puppet_spectator();
	for (f = 0; f <= 6; f++) {
		ask(&s, do_get, XID_A, f);
		is_str(text, name_of[f], "spectator: %s", name_of[f]);
		ok_errno(ask(&s, do_set, XID_A, f, "x"), EPERM,
			 "spectator: set %s", name_of[f]);
	}
	ask(&a, do_get, XID_A, 0);
	is_str(text, "ENOSYS", "a guest does not ask");
	b = puppet_guest(XID_B, 0, GUEST_CAPS | CAP(SYS_ADMIN) | 1ULL << 63);
	ask(&b, do_get, XID_A, 0);
	is_str(text, "ESRCH", "with permission only for itself");
	ask(&b, do_get, -1, 2);
	is_str(text, "vm", "own name");
	ok_errno(ask(&b, do_set, -1, 2, "x"), EPERM, "which it cannot set");
}

/* Stale bytes behind the end of a string do not come back. */
static void test_stale(void)
{
	struct vcmd_vhi_name v = { .field = VHIN_NODENAME };
	int i, bad = 0;

	puppet_guest(XID_A, 0, GUEST_CAPS);
	memset(v.name, 's', VHIN_LEN);
	v.name[3] = 0;
	must(vs_native(VCMD_set_vhi_name, XID_A, &v));
	must(vs_native(VCMD_get_vhi_name, XID_A, &v));
	for (i = 3; i < VHIN_LEN; i++)
		bad += v.name[i] != 0;
	is(bad, 0, "only the string is kept");
}

static long do_shared(long xid, long flags, long c)
{
	(void)c;
	return vs_create(xid, VXF_INIT_SET | (uint64_t)flags << 32);
}

static void test_no_uts(void)
{
	uint32_t f;

	puppet_start(do_shared, XID_A, VXF_SHARE_UTS >> 32, 0);
	is(set_name(XID_A, VHIN_CONTEXT, "/etc/x"), 0, "context name");
	for (f = 1; f <= 6; f++) {
		ok_errno(set_name(XID_A, f, "x"), EINVAL,
			 "%s: no UTS namespace is stored", name_of[f]);
		is_str(get_name(XID_A, f), "EINVAL", "%s: get", name_of[f]);
	}
	/* F11: neither when it is stored and the host's */
	must(vs_spaces(VCMD_set_space, XID_A, CLONE_NEWUTS, 0));
	for (f = 1; f <= 6; f++)
		ok(set_name(XID_A, f, "pwned") == -1, "%s: the host's",
		   name_of[f]);
	is_str(get_name(XID_A, VHIN_NODENAME), "vm", "it can be read");
}

int main(void)
{
	shared = puppet_shared(sizeof(*shared));
	text = puppet_shared(128);
	run("fields", test_fields);
	run("readers", test_readers);
	run("stale", test_stale);
	run("no UTS namespace", test_no_uts);
	return ktap_exit();
}
