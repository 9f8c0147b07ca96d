// SPDX-License-Identifier: GPL-2.0
/*
 * Configurations of both styles, in directories made for the purpose.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "vserver-config.h"

static char base[] = "/tmp/vserver-test-XXXXXX";
static char conf[64];
static const struct vc_dirs dirs = { conf, "/nonexistent", "/nonexistent",
				     "/nonexistent" };

/* A file, or a directory without @text. */
static void make(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", conf, name);
	if (!text) {
		if (mkdir(path, 0755))
			perror(path);
		return;
	}
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		return;
	}
	fputs(text, f);
	fclose(f);
	chmod(path, 0644);
}

static void make_link(const char *name, const char *target)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", conf, name);
	if (symlink(target, path))
		perror(path);
}

static void make_tree(void)
{
	make("web", NULL);
	make("web/context", "100\n");
	make("web/uts", NULL);
	make("web/uts/nodename", "web.example\nrest\n");
	make("web/cflags", "# what is on\nfakeinit\n  virt_uptime\t\n\n~lock");
	make("web/interfaces", NULL);
	make("web/interfaces/dev", "eth0\n");
	make("web/interfaces/0", NULL);
	make("web/interfaces/0/ip", "10.0.0.1\n");
	make("web/interfaces/1", NULL);
	make("web/interfaces/1/ip", "fe80::1/64\n");
	make("web/interfaces/1/disabled", "");
	make("web/interface", NULL);
	make("web/contxt", "1\n");
	make("web/nice", "20\n");
	make("web/bcapabilities", "\nnet_raw\nbogus\n");
	make("web/fstab", "none /proc proc defaults\nx\\040y /mnt ext4\n");
	make("web/name~", "backup\n");
	make("web/apps", NULL);
	make("web/apps/init", NULL);
	make("web/apps/init/style", "nonsense\n");
	make("web/apps/vunify", NULL);
	make("web/apps/vunify/anything", "x\n");
	make_link("web/vdir", base);
	make(".defaults", NULL);
	make(".defaults/shell", "/bin/default\n");
	make(".defaults/context", "5\n");
	make(".defaults/fstab", "none /x tmpfs\n");
}

static void set_up(void)
{
	umask(022);
	if (!mkdtemp(base))
		exit(1);
	chmod(base, 0755);
	snprintf(conf, sizeof(conf), "%s/conf", base);
	if (mkdir(conf, 0755))
		exit(1);
	make_tree();
}

static void clean_up(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", base);
	if (system(command))
		puts("# clean-up failed");
}

/* The text of the remark about a file whose name ends in @file. */
static const char *remark(const struct vc_config *config, const char *file)
{
	const struct vc_config_remark *r;

	for (size_t i = 0; (r = vc_config_remark(config, i)); i++) {
		size_t len = strlen(r->file), end = strlen(file);

		if (len >= end && !strcmp(r->file + len - end, file))
			return r->text;
	}
	return "none";
}

static void test_tree(void)
{
	struct vc_error error = { 0, "" };
	struct vc_config *c = vc_config_read(&dirs, "web", &error);
	struct vc_bits bits = { 0, 0 };
	const struct vc_config_remark *r;
	char name[16], want[PATH_MAX];
	bool line = false;

	ok(c != NULL, "read a tree (%s)", error.text);
	if (!c)
		return;
	is(vc_config_name(c), "web", "its name");
	is(vc_config_root(c), realpath(base, want), "vdir is followed");
	is(vc_config_get(c, "context"), "100", "a scalar");
	is(vc_config_get(c, "uts/%s", "nodename"), "web.example",
	   "only the first line counts");
	is(vc_config_get(c, "interfaces/0/ip"), "10.0.0.1", "below");
	is(vc_config_get(c, "interfaces/1/disabled"), "", "a boolean");
	is(vc_config_get(c, "shell"), "/bin/default", "from .defaults");
	ok(strstr(vc_config_get(c, "fstab"), "/proc"), "the guest's own wins");
	ok(!vc_config_get(c, "name"), "backup files do not count");
	ok(vc_config_child(c, "interfaces", 0, name, sizeof(name)) &&
	   !strcmp(name, "0") &&
	   vc_config_child(c, "interfaces", 1, name, sizeof(name)) &&
	   !strcmp(name, "1") &&
	   vc_config_child(c, "interfaces", 2, name, sizeof(name)) &&
	   !strcmp(name, "dev") &&
	   !vc_config_child(c, "interfaces", 3, name, sizeof(name)),
	   "what is in a directory");
	ok(!vc_config_bits(vc_config_find(c, "cflags"), VC_LIST_CFLAGS, &bits,
			   &error) && bits.flag == 0x20010 &&
	   bits.mask == 0x20011, "a list with comments and blanks");
	ok(vc_config_bits(vc_config_find(c, "bcapabilities"), VC_LIST_BCAPS,
			  &bits, &error) && strstr(error.text,
			  "bcapabilities:3: Unknown bcap 'bogus'"),
	   "file and line of a wrong element: %s", error.text);

	is(remark(c, "/nice"), "'20' is not a number from -20 to 19",
	   "a number out of range");
	is(remark(c, "/contxt"), "no such setting, ignored", "a wrong name");
	is(remark(c, "/interface"), "no such setting, ignored",
	   "a wrong directory");
	is(remark(c, "/style"), "'nonsense' is not an init style", "a style");
	is(remark(c, "/cflags"), "the last line has no end", "no newline");
	is(remark(c, "/anything"), "none", "what belongs to others");
	is(remark(c, ".defaults/context"), "none", "no default for this");
	for (size_t i = 0; (r = vc_config_remark(c, i)); i++)
		line |= strstr(r->file, "bcapabilities") && r->line == 3;
	ok(line, "remarks have a line");
	vc_config_free(c);
}

/* Configurations that must not be believed. */
static void test_trust(void)
{
	struct vc_error error = { 0, "" };
	char path[PATH_MAX];
	struct vc_config *c;

	make("evil", NULL);
	make("evil/context", "7\n");
	snprintf(path, sizeof(path), "%s/evil/context", conf);
	chmod(path, 0664);
	c = vc_config_read(&dirs, "evil", &error);
	ok(!c && errno == EPERM && strstr(error.text, "others can write"),
	   "a file others can write: %s", error.text);
	vc_config_free(c);
	chmod(path, 0644);
	snprintf(path, sizeof(path), "%s/evil", conf);
	chmod(path, 0775);
	c = vc_config_read(&dirs, "evil", &error);
	ok(!c && errno == EPERM, "a directory others can write");
	vc_config_free(c);
	chmod(path, 0755);
	snprintf(path, sizeof(path), "%s/evil/shell", conf);
	if (mkfifo(path, 0644))
		perror(path);
	c = vc_config_read(&dirs, "evil", &error);
	ok(!c && errno == EINVAL && strstr(error.text, "not a regular file"),
	   "a fifo does not block");
	vc_config_free(c);
	unlink(path);

	ok(!vc_config_read(&dirs, "none", &error) && errno == ENOENT,
	   "no such guest: %s", error.text);
	ok(!vc_config_read(&dirs, "../conf", &error) && errno == EINVAL,
	   "no name of a guest");
	ok(!vc_config_read(&dirs, ".defaults", &error) && errno == EINVAL,
	   "the defaults are no guest");
	snprintf(path, sizeof(path), "%s/web", conf);
	c = vc_config_read(&dirs, path, &error);
	ok(c && !strcmp(vc_config_name(c), "web"), "by path");
	vc_config_free(c);
}

static const char old_conf[] =
	"# candy\n"
	"IPROOT=\"eth0:10.1.2.3/255.255.255.0 10.1.3.12/25\"\n"
	"IPROOTDEV=eth1 IPROOTBCAST='10.1.3.127'\n"
	"export BASE=candy\n"
	"S_HOSTNAME=$BASE.\"${BASE}.net\"; S_CONTEXT=100\n"
	"ONBOOT=yes\n"
	"S_FLAGS=\"lock nproc \\\n fakeinit\"\n"
	"S_CAPS=\"CAP_SYS_TIME !CAP_SYS_CHROOT\"\n"
	"ULIMIT=\"-H -u 1000 -S -n 10 -v 64\"\n"
	"S_NICE=5\nTYPO=1\n";

static void test_old(void)
{
	struct vc_error error = { 0, "" };
	struct vc_config *c;
	char script[PATH_MAX];

	make("candy.conf", old_conf);
	make("candy.sh", "#!/bin/sh\n");
	snprintf(script, sizeof(script), "%s/candy.sh", conf);
	chmod(script, 0755);
	c = vc_config_read(&dirs, "candy", &error);
	ok(c != NULL, "read an old file (%s)", error.text);
	if (!c)
		return;
	is(vc_config_name(c), "candy", "its name");
	ok(strstr(vc_config_root(c), "/candy"), "its root");
	is(vc_config_get(c, "interfaces/0/dev"), "eth0", "device");
	is(vc_config_get(c, "interfaces/0/ip"), "10.1.2.3", "address");
	is(vc_config_get(c, "interfaces/0/mask"), "255.255.255.0", "mask");
	is(vc_config_get(c, "interfaces/0/name"), "candy", "label");
	is(vc_config_get(c, "interfaces/1/prefix"), "25", "prefix");
	is(vc_config_get(c, "interfaces/1/name"), "candy1", "second label");
	is(vc_config_get(c, "interfaces/dev"), "eth1", "default device");
	is(vc_config_get(c, "interfaces/bcast"), "10.1.3.127", "broadcast");
	is(vc_config_get(c, "uts/nodename"), "candy.candy.net", "variables");
	is(vc_config_get(c, "context"), "100", "several on a line");
	is(vc_config_get(c, "apps/init/mark"), "default", "ONBOOT");
	is(vc_config_get(c, "apps/init/style"), "plain", "fakeinit");
	is(vc_config_get(c, "cflags"), "lock\nnproc", "flags");
	is(vc_config_get(c, "bcapabilities"), "CAP_SYS_TIME\n~CAP_SYS_CHROOT",
	   "capabilities");
	is(vc_config_get(c, "ncapabilities"), "~raw_icmp", "no ping");
	is(vc_config_get(c, "rlimits/nproc.hard"), "1000",
	   "with nproc the limit is the guest's");
	is(vc_config_get(c, "ulimits/nofile"), "10", "ulimit");
	is(vc_config_get(c, "ulimits/as"), "64K", "in KiB");
	is(vc_config_get(c, "scripts/pre-stop"), script, "script");
	is(remark(c, "candy.conf"), "'TYPO' is no setting, ignored",
	   "unknown variables are told");
	ok(vc_config_find(c, "nice")->line == 11, "lines are known");
	vc_config_free(c);
}

static void test_old_bad(void)
{
	static const struct { const char *text, *error; } bad[] = {
		{ "S_HOSTNAME=`id`\n", ":1: only assignments" },
		{ "A=1\nrm -rf /\n", ":2: only assignments NAME=VALUE" },
		{ "A=$(id)\n", ":1: only $NAME" },
		{ "A=\"x\n", "the quote does not end" },
		{ "A='\n\n", "the quote does not end" },
		{ "A=\"`id`\"\n", ":1: commands" },
		{ "A=${B:-x}\n", ":1: only $NAME" },
		{ "case x in\n", ":1: only assignments" },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct vc_error error = { 0, "" };
		struct vc_config *c;

		make("bad.conf", bad[i].text);
		c = vc_config_read(&dirs, "bad", &error);
		ok(!c && errno == EINVAL && strstr(error.text, bad[i].error),
		   "refused: %s", error.text);
		vc_config_free(c);
	}
}

static const struct {
	const char	*key;
	const char	*value;
	int		code;
} values[] = {
	{ "context", "2", 0 }, { "context", "1", EINVAL },
	{ "context", "65536", EINVAL }, { "context", "x", EINVAL },
	{ "contxt", "2", ENOENT }, { "interfaces/a/ip", "1.2.3.4", 0 },
	{ "interfaces/a/ip", "1.2.3.4/24", 0 },
	{ "interfaces/a/ip", "1.2.3.4/33", EINVAL },
	{ "interfaces/a/ip", "1.2.3.4/255.255.0.0", 0 },
	{ "interfaces/a/ip", "1.2.3", EINVAL },
	{ "interfaces/a/ip", "::1/128", 0 },
	{ "interfaces/a/ip", "::1/129", EINVAL },
	{ "interfaces/a/b/ip", "::1", ENOENT }, { "interfaces", "", ENOENT },
	{ "rlimits/nproc.hard", "100", 0 }, { "rlimits/nproc", "inf", 0 },
	{ "rlimits/nproc", "1Q", EINVAL },
	{ "apps/init/style", "systemd", 0 },
	{ "apps/init/killseq", "15 5 9", 0 },
	{ "apps/init/killseq", "TERM 5 KILL", 0 },
	{ "apps/init/killseq", "", EINVAL },
	{ "apps/init/killseq", "15;9", EINVAL },
	{ "cgroup/memory.max", "1G", 0 }, { "cgroup/base", "../x", EINVAL },
	{ "fstab", "none /proc proc", 0 }, { "fstab", "none proc proc", EINVAL },
	{ "fstab", "none /proc", EINVAL },
	{ "personality", "LINUX32\nuname26", 0 },
	{ "personality", "uname26", EINVAL },
	{ "apps/init/depends", "a\nb", 0 },
	{ "apps/init/depends", "a\n../b", EINVAL },
};

static void test_values(void)
{
	struct vc_mount m;
	char line[8];

	for (size_t i = 0; i < COUNT(values); i++) {
		struct vc_error error = { 0, "" };
		int ret = vc_config_check(values[i].key, values[i].value,
					  &error);

		ok(values[i].code ? ret && errno == values[i].code : !ret,
		   "%s = '%.*s'", values[i].key,
		   (int)strcspn(values[i].value, "\n"), values[i].value);
	}
	ok(!vc_mount_parse("a\\040b /x\\011y  ext4 ro,noexec 0 0", &m) &&
	   !strcmp(m.source, "a b") && !strcmp(m.target, "/x\ty") &&
	   !strcmp(m.type, "ext4") && !strcmp(m.options, "ro,noexec"),
	   "a line of an fstab");
	ok(vc_config_line("0123456789\n", 0, line, sizeof(line), NULL) &&
	   !strcmp(line, "0123456"), "a long line is cut");
}

int main(void)
{
	set_up();
	test_tree();
	test_trust();
	test_old();
	test_old_bad();
	test_values();
	clean_up();
	return done();
}
