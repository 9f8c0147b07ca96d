// SPDX-License-Identifier: GPL-2.0
/*
 * What became of each file.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "format.h"
#include "json.h"
#include "unify.h"

struct outcomes outcomes;

static const struct {
	const char	*key, *text;
	int		level;		/* from which it is told */
} table[N_OUTCOMES] = {
	[LINKED]	= { "linked", NULL, 2 },
	[COPIED]	= { "copied", NULL, 2 },
	[STORED]	= { "stored", NULL, 2 },
	[ALREADY]	= { "already", "already unified", 3 },
	[EXCLUDED]	= { "excluded", "excluded", 2 },
	[LEFT_OUT]	= { "left_out", "left out", 2 },
	[NO_REFERENCE]	= { "missing", "does not exist in refserver(s)", 2 },
	[SYMLINK]	= { "symlink", "symlink", 2 },
	[SPECIAL]	= { "special", "non regular file", 2 },
	[DIFFERENT]	= { "different", "different", 1 },
	[OTHER_NAMES]	= { "names", "has other names", 1 },
	[PRIVILEGED]	= { "privileged", "gives privileges", 1 },
	[IMMUTABLE]	= { "immutable", "immutable or append-only", 1 },
	[BUSY]		= { "busy", "is being written", 1 },
	[CHANGED]	= { "changed", "was changed meanwhile", 1 },
	[TOO_SMALL]	= { "small", "too small", 2 },
	[TOO_MANY]	= { "links", "has too many links", 1 },
	[OTHER_DEVICE]	= { "device", "no matching device", 1 },
	[UNSUPPORTED]	= { "unsupported", "operation not supported", 1 },
	[GONE]		= { "gone", "does not exist any more", 2 },
	[FAILED]	= { "failed", "", 0 },
};

static volatile sig_atomic_t signal_came;

static void on_signal(int sig)
{
	signal_came = sig;
}

void stop_on_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction action = {
		.sa_handler = on_signal, .sa_flags = SA_RESTART,
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

bool stopped(void)
{
	return signal_came;
}

/* Names come from guests, and go to the terminal of root. */
static void printable(const char *path, char *text, size_t size)
{
	size_t i;

	for (i = 0; path[i] && i < size - 1; i++)
		text[i] = (unsigned char)path[i] < ' ' || path[i] == 0x7f ?
			  '?' : path[i];
	text[i] = '\0';
}

void tell(int level, const char *what, const char *path, const char *why)
{
	char text[4096];

	if (outcomes.verbose < level || outcomes.json)
		return;
	printable(path, text, sizeof(text));
	if (why)
		printf("%-10s '%s' (%s)\n", what, text, why);
	else
		printf("%-10s '%s'\n", what, text);
}

static void show_progress(void)
{
	static time_t last;
	static int is_tty = -1;
	time_t now = time(NULL);
	char size[FORMAT_LEN];

	if (is_tty < 0)
		is_tty = isatty(STDERR_FILENO);
	if (!outcomes.verbose || !is_tty || now == last)
		return;
	last = now;
	fprintf(stderr, "%" PRIu64 " files, %" PRIu64 " done, %sB\n",
		outcomes.files, outcomes.count[LINKED] +
		outcomes.count[COPIED] + outcomes.count[STORED],
		format_size(outcomes.bytes, size));
}

void outcome(enum outcome what, const char *path, off_t size)
{
	char text[4096];

	outcomes.count[what]++;
	if (what == LINKED)
		outcomes.bytes += (uint64_t)size;
	if (what == FAILED) {
		const char *reason = vc_strerror(errno);

		printable(path, text, sizeof(text));
		msg_warn("%s: %s", text, reason);
	} else if (what <= STORED) {
		tell(2, what == LINKED ? "unifying" : what == STORED ?
		     "storing" : outcomes.verb, path, NULL);
	} else {
		tell(table[what].level, "skipping", path, table[what].text);
	}
	show_progress();
}

int outcomes_end(const char *name, const char *value)
{
	char size[FORMAT_LEN];
	uint64_t done = outcomes.count[LINKED];

	if (outcomes.json) {
		json_open(NULL, '{');
		json_string(name, value);
		json_bool("dry_run", outcomes.dry_run);
		json_number("files", (int64_t)outcomes.files);
		json_number("bytes", (int64_t)outcomes.bytes);
		for (int i = 0; i < N_OUTCOMES; i++)
			json_number(table[i].key, (int64_t)outcomes.count[i]);
		json_bool("complete", !stopped());
		json_close('}');
		json_end();
	} else {
		printf("%s: %" PRIu64 " files, %" PRIu64 " linked", value,
		       outcomes.files, done);
		for (int i = LINKED + 1; i <= STORED; i++)
			if (outcomes.count[i])
				printf(", %" PRIu64 " %s", outcomes.count[i],
				       table[i].key);
		printf(", %sB saved%s\n", format_size(outcomes.bytes, size),
		       outcomes.dry_run ? " (dry run)" : "");
	}
	if (stopped())
		msg_warn("interrupted");
	return outcomes.count[FAILED] || stopped() ? 1 : 0;
}
