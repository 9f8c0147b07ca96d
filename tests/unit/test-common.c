// SPDX-License-Identifier: GPL-2.0
/*
 * Parts of programs: option parser, signal names, JSON, descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "cleanup.h"
#include "closefd.h"
#include "json.h"
#include "prog.h"
#include "signame.h"
#include "sync.h"
#include "tap.h"

static const struct opt opts[] = {
	{ 'a', "alpha", NULL, "a flag" },
	{ 'b', "beta", "X", "with an argument" },
	{ 'b', "better", "X", NULL },
	{ OPT_LONG, "silent", NULL, "long only" },
	{ OPT_LONG + 1, "silentexist", NULL, "longer" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "test",
	.purpose = "nothing",
	.synopsis = "[options]",
	.about = "Nothing.",
	.opts = opts,
	.usage_status = 7,
};

/*
 * Parse a command line of blank-separated words in a child and describe what
 * came out: a letter for each option, its argument in brackets, a slash and
 * the number of operands; or ! and the exit status.
 */
static const char *parse(const char *line)
{
	static char result[256];
	char copy[256], *argv[16] = { (char *)(uintptr_t)"test" }, *word;
	int argc = 1, fds[2], opt, status;
	ssize_t n;
	pid_t child;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (pipe(fds))
		return "?";
	fflush(stdout);
	child = fork();
	if (!child) {
		struct args args = { .argc = argc, .argv = argv, .next = 1 };
		int null = open("/dev/null", O_WRONLY);
		FILE *out = fdopen(fds[1], "w");

		dup2(null, 1);
		dup2(null, 2);
		prog_start(&program);
		while ((opt = opt_next(&args)) != OPT_END)
			fprintf(out, "%c%s%s%s",
				opt < OPT_LONG ? opt : 's' + opt - OPT_LONG,
				args.value ? "[" : "",
				args.value ? args.value : "",
				args.value ? "]" : "");
		fprintf(out, "/%d", argc - args.next);
		fflush(out);
		_exit(100);
	}
	close(fds[1]);
	n = read(fds[0], result, sizeof(result) - 1);
	result[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	waitpid(child, &status, 0);
	if (WEXITSTATUS(status) != 100)
		snprintf(result, sizeof(result), "!%d", WEXITSTATUS(status));
	return result;
}

static void test_options(void)
{
	static const struct {
		const char	*line;
		const char	*want;
	} cases[] = {
		{ "", "/0" },
		{ "-a", "a/0" },
		{ "-aa x", "aa/1" },
		{ "-b 1", "b[1]/0" },
		{ "-b1", "b[1]/0" },
		{ "-ab 1 2", "ab[1]/1" },
		{ "--alpha x --alpha", "a/2" },
		{ "--beta=1 --beta 2", "b[1]b[2]/0" },
		{ "--beta= x", "b[]/1" },
		{ "--bet 1", "b[1]/0" },
		{ "--be=1", "b[1]/0" },
		{ "--al", "a/0" },
		{ "--silent --silentexist", "st/0" },
		{ "--silente", "t/0" },
		{ "--sil", "!7" },
		{ "-- -a", "/1" },
		{ "- -a", "/2" },
		{ "-b -- x", "b[--]/1" },
		{ "--gamma", "!7" },
		{ "--alpha=1", "!7" },
		{ "--beta", "!7" },
		{ "-b", "!7" },
		{ "-c", "!7" },
		{ "--help", "!0" },
		{ "-h", "!0" },
		{ "--vers", "!0" },
		{ "-V", "!0" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char what[128];

		snprintf(what, sizeof(what), "options '%s'", cases[i].line);
		is(parse(cases[i].line), cases[i].want, what);
	}
}

static void test_signals(void)
{
	ok(signal_parse("TERM") == SIGTERM, "TERM");
	ok(signal_parse("sigkill") == SIGKILL, "sigkill");
	ok(signal_parse("9") == 9, "9");
	ok(signal_parse("0") == 0, "0");
	ok(signal_parse("64") == 64, "64");
	ok(signal_parse("65") == -1, "no 65");
	ok(signal_parse("RTMIN+4") == 38, "RTMIN+4");
	ok(signal_parse("SIGRTMAX-1") == 63, "SIGRTMAX-1");
	ok(signal_parse("RTMIN+31") == -1, "no RTMIN+31");
	ok(signal_parse("FOO") == -1, "no FOO");
	ok(signal_parse("") == -1, "no empty signal");
	ok(signal_parse("SIG") == -1, "no SIG");
	is(signal_name(SIGHUP), "HUP", "name of 1");
	ok(!signal_name(33), "no name for 33");
}

static void print_json(const void *data)
{
	(void)data;
	json_open(NULL, '{');
	json_string("text", "a\"b\\c\n\x1b\xc3\xa9\xff\xed\xa0\x80");
	json_number("number", -5);
	json_bool("yes", true);
	json_null("nothing");
	json_open("empty", '[');
	json_close(']');
	json_bits("bits", VC_LIST_CFLAGS, 1ULL << 62 | 1);
	json_close('}');
	json_end();
}

static void test_json(void)
{
	is(capture(print_json, NULL),
	   "{\"text\":\"a\\\"b\\\\c\\u000a\\u001b\xc3\xa9\\ufffd"
	   "\\ufffd\\ufffd\\ufffd\",\"number\":-5,\"yes\":true,"
	   "\"nothing\":null,\"empty\":[],\"bits\":[\"lock\",\"^62\"]}\n",
	   "JSON");
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_cleanup(void)
{
	char path[] = "/a\\040b\\134c\\12\\0111";
	const char *here = "/vservers/web";

	cleanup_unescape(path);
	ok(!strcmp(path, "/a b\\c\\12\t1"), "mount point with odd letters");
	ok(cleanup_needed("/", here), "root");
	ok(cleanup_needed("/vservers", here), "on the way");
	ok(cleanup_needed("/vservers/web", here), "the directory itself");
	ok(cleanup_needed("/vservers/web/tmp", here), "in the directory");
	ok(cleanup_needed("/proc", here), "proc");
	ok(cleanup_needed("/dev/pts", here), "in dev");
	ok(!cleanup_needed("/vservers/web2", here), "a longer name");
	ok(!cleanup_needed("/vservers/we", here), "a shorter name");
	ok(!cleanup_needed("/home", here), "something else");
	ok(!cleanup_needed("/device", here), "like dev");
	ok(!cleanup_needed("/srv/data", here), "not kept yet");
	cleanup_keep("/srv/data/");
	ok(cleanup_needed("/srv/data", here), "kept");
	ok(cleanup_needed("/srv/data/x", here), "in what is kept");
	ok(cleanup_needed("/srv", here), "on the way to it");
	ok(!cleanup_needed("/srv/other", here), "beside it");
}

static void test_close(void)
{
	const int keep[] = { 45, -1, 42 };

	for (int fd = 40; fd < 50; fd++)
		dup2(1, fd);
	close_fds(40, keep, COUNT(keep));
	ok(is_open(42) && is_open(45) && is_open(1), "some stay open");
	ok(!is_open(40) && !is_open(41) && !is_open(43) && !is_open(44) &&
	   !is_open(46) && !is_open(49), "others are closed");
	close_fds(40, NULL, 0);
	ok(!is_open(42) && !is_open(45), "all are closed");
}

/* The other side of --syncsock: hears the message, ends when it likes. */
static void test_sync(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/vserver-test-XXXXXX", text[16] = "";
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd, status;
	bool listening;
	pid_t child;

	if (!mkdtemp(dir))
		return;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", dir);
	listening = !bind(sock, (struct sockaddr *)&addr, sizeof(addr)) &&
		    !listen(sock, 1);
	fflush(stdout);
	child = fork();
	if (!child) {
		fd = sync_connect(addr.sun_path);
		_exit(fd < 0 || sync_wait(fd, "ready") ? 1 : 0);
	}
	fd = accept(sock, NULL, NULL);
	ok(listening && read(fd, text, sizeof(text)) == 5 &&
	   !strcmp(text, "ready") && !read(fd, text, sizeof(text)),
	   "the message arrives, and nothing else");
	ok(!waitpid(child, &status, WNOHANG), "the program waits");
	close(fd);
	ok(waitpid(child, &status, 0) == child && !status,
	   "until the connection is closed");
	close(sock);
	unlink(addr.sun_path);
	rmdir(dir);
	ok(sync_connect(addr.sun_path) < 0 && errno == ENOENT,
	   "nobody listens");
}

int main(void)
{
	test_options();
	test_signals();
	test_json();
	test_cleanup();
	test_close();
	test_sync();
	return done();
}
