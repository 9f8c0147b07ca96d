// SPDX-License-Identifier: GPL-2.0
/*
 * Guest names and ids, in directories made for the purpose.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "vserver.h"

static char base[] = "/tmp/vserver-test-XXXXXX";
static char conf[64], run[64], rev[64], proc[64];
static const struct vc_dirs dirs = { conf, run, rev, proc };

static void make(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!text) {
		if (mkdir(path, 0700))
			perror(path);
		return;
	}
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static void set_up(void)
{
	char link[PATH_MAX];

	if (!mkdtemp(base))
		exit(1);
	snprintf(conf, sizeof(conf), "%s/conf", base);
	snprintf(run, sizeof(run), "%s/run", base);
	snprintf(rev, sizeof(rev), "%s/rev", base);
	snprintf(proc, sizeof(proc), "%s/proc", base);
	make(base, "conf", NULL);
	make(base, "run", NULL);
	make(base, "rev", NULL);
	make(base, "proc", NULL);

	make(conf, "web", NULL);
	make(conf, "web/context", "42\n");
	make(conf, "db", NULL);
	make(conf, "db/context", "43");
	make(conf, "mail", NULL);
	make(conf, "bad", NULL);
	make(conf, "bad/context", "4x\n");
	make(conf, "777", NULL);
	make(run, "web", "1042\n");
	make(run, "777", "50\n");
	make(run, "long", "12345678901234567890\n");
	snprintf(link, sizeof(link), "%s/1042", rev);
	if (symlink("/etc/vservers/web", link))
		perror(link);
}

static void clean_up(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", base);
	if (system(command))
		puts("# clean-up failed");
}

static const struct {
	const char	*text;
	unsigned int	flags;
	int		code;
	uint32_t	id;
} cases[] = {
	{ "self", 0, 0, VS_XID_SELF },
	{ "-1", 0, 0, VS_XID_SELF },
	{ "-2", 0, 0, VS_XID_SAME },
	{ "0", 0, 0, 0 },
	{ "42", 0, 0, 42 },
	{ "042", 0, 0, 42 },
	{ "65535", 0, 0, 65535 },
	{ "777", 0, 0, 777 },
	{ ":777", 0, 0, 50 },
	{ "web", 0, 0, 1042 },
	{ ":web", 0, 0, 1042 },
	{ "web", VC_ID_STOPPED, 0, 1042 },
	{ "db", VC_ID_STOPPED, 0, 43 },
	{ "db", 0, ESRCH, 0 },
	{ "mail", 0, ESRCH, 0 },
	{ "mail", VC_ID_STOPPED, ESRCH, 0 },
	{ "bad", VC_ID_STOPPED, ESRCH, 0 },
	{ "long", 0, ENOENT, 0 },
	{ "nobody", VC_ID_STOPPED, ENOENT, 0 },
	{ "65536", 0, ERANGE, 0 },
	{ "99999999999999999999", 0, ERANGE, 0 },
	{ "", 0, EINVAL, 0 },
	{ ":", 0, EINVAL, 0 },
	{ "..", 0, EINVAL, 0 },
	{ "../run/web", 0, EINVAL, 0 },
	{ "a b", 0, EINVAL, 0 },
	{ ":self", 0, ENOENT, 0 },
};

static void test_ids(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vc_error error = { 0, "" };
		uint32_t id = 0;
		int ret = vc_id_parse(&dirs, cases[i].text, cases[i].flags,
				      &id, &error);

		if (cases[i].code)
			ok(ret == -1 && errno == cases[i].code &&
			   error.code == errno && *error.text,
			   "id '%s': %s", cases[i].text, error.text);
		else
			ok(!ret && id == cases[i].id, "id '%s' is %d",
			   cases[i].text, (int)cases[i].id);
	}
	ok(vc_id_parse(&dirs, "?", 0, &(uint32_t){ 0 }, NULL) == -1,
	   "an error object need not be given");
}

static void test_names(void)
{
	char name[VC_GUEST_NAME_MAX + 2];

	ok(vc_guest_name_valid("a"), "name a");
	ok(vc_guest_name_valid("Web-1.example_x"), "name Web-1.example_x");
	ok(!vc_guest_name_valid(""), "empty name");
	ok(!vc_guest_name_valid("."), "name .");
	ok(!vc_guest_name_valid(".."), "name ..");
	ok(!vc_guest_name_valid("a/b"), "name a/b");
	ok(!vc_guest_name_valid("a\n"), "name with a newline");
	memset(name, 'x', sizeof(name));
	name[VC_GUEST_NAME_MAX + 1] = '\0';
	ok(!vc_guest_name_valid(name), "name of 65 bytes");
	name[VC_GUEST_NAME_MAX] = '\0';
	ok(vc_guest_name_valid(name), "name of 64 bytes");
}

static void test_reverse(void)
{
	char text[PATH_MAX] = "";

	ok(!vc_guest_name(&dirs, 1042, text, sizeof(text)) &&
	   !strcmp(text, "web"), "name of a context");
	ok(!vc_guest_dir(&dirs, 1042, text, sizeof(text)) &&
	   !strcmp(text, "/etc/vservers/web"), "directory of a context");
	ok(vc_guest_name(&dirs, 1043, text, sizeof(text)) == -1 &&
	   errno == ENOENT, "a context without a guest");
	ok(vc_guest_name(&dirs, 1042, text, 3) == -1 && errno == ERANGE,
	   "a name that does not fit");
	ok(vc_guest_dir(&dirs, 1042, text, 5) == -1 && errno == ERANGE,
	   "a directory that does not fit");
}

static void test_fields(void)
{
	ok(vc_vhi_field("context") == VHIN_CONTEXT, "field context");
	ok(vc_vhi_field("domainname") == VHIN_DOMAINNAME,
	   "field domainname");
	ok(vc_vhi_field("foo") == -1 && errno == EINVAL, "no field foo");
	ok(!vc_vhi_field_name(7) && !vc_vhi_field_name(-1),
	   "no fields 7 and -1");
	is(vc_vhi_field_name(VHIN_NODENAME), "nodename", "name of a field");
}

static void test_errors(void)
{
	struct vc_error error;

	ok(vc_error_set(&error, EBUSY, "xid %d", 42) == -1 &&
	   errno == EBUSY && error.code == EBUSY, "errors are set");
	is(error.text, "xid 42", "text of an error");
	is(vc_strerror(EEXIST), strerror(EEXIST), "text of an errno");
	ok(errno == EBUSY, "errno survives");
}

int main(void)
{
	set_up();
	test_ids();
	test_names();
	test_reverse();
	test_fields();
	test_errors();
	clean_up();
	return done();
}
