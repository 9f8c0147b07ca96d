// SPDX-License-Identifier: GPL-2.0
/*
 * Names of signals.
 */
#include "signame.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/number.h"

/* Those of the kernel; a C library may keep the first two for itself. */
#define RT_FIRST	34
#define RT_LAST		64

static const struct {
	int		number;
	const char	*name;
} signals[] = {
#define S(name)	{ SIG##name, #name }
	S(HUP), S(INT), S(QUIT), S(ILL), S(TRAP), S(ABRT), S(BUS), S(FPE),
	S(KILL), S(USR1), S(SEGV), S(USR2), S(PIPE), S(ALRM), S(TERM),
#ifdef SIGSTKFLT
	S(STKFLT),
#endif
	S(CHLD), S(CONT), S(STOP), S(TSTP), S(TTIN), S(TTOU), S(URG),
	S(XCPU), S(XFSZ), S(VTALRM), S(PROF), S(WINCH), S(IO), S(PWR), S(SYS),
	/* Other names of the same. */
	{ SIGABRT, "IOT" }, { SIGCHLD, "CLD" }, { SIGIO, "POLL" },
	{ RT_FIRST, "RTMIN" }, { RT_LAST, "RTMAX" },
#undef S
};

#define N_SIGNALS	(sizeof(signals) / sizeof(signals[0]))

static int find_name(const char *name)
{
	for (size_t i = 0; i < N_SIGNALS; i++)
		if (!strcasecmp(name, signals[i].name))
			return signals[i].number;
	return -1;
}

/* "RTMIN+n" and "RTMAX-n" */
static int parse_realtime(const char *text)
{
	uint64_t n;

	if (strncasecmp(text, "RTM", 3) || strlen(text) < 7 ||
	    lv_number(text + 6, strlen(text + 6), &n) ||
	    n > RT_LAST - RT_FIRST)
		return -1;
	if (!strncasecmp(text, "RTMIN+", 6))
		return RT_FIRST + (int)n;
	if (!strncasecmp(text, "RTMAX-", 6))
		return RT_LAST - (int)n;
	return -1;
}

int signal_parse(const char *text)
{
	uint64_t number;
	int ret;

	if (!lv_number(text, strlen(text), &number))
		return number <= RT_LAST ? (int)number : -1;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	ret = find_name(text);
	return ret >= 0 ? ret : parse_realtime(text);
}

const char *signal_name(int number)
{
	for (size_t i = 0; i < N_SIGNALS; i++)
		if (signals[i].number == number)
			return signals[i].name;
	return NULL;
}

void signal_list(void)
{
	for (int i = 1; i <= RT_LAST; i++)
		if (signal_name(i))
			printf("%2d %s\n", i, signal_name(i));
}
