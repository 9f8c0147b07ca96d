/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all programs have in common: a description, options, --help and
 * --version, messages, and the end.
 *
 * Options are parsed here and not by getopt_long(), because small C libraries
 * have one that neither knows abbreviations nor agrees on messages, and
 * because one table gives the parser and the help text.
 */
#ifndef UTIL_PROG_H
#define UTIL_PROG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vserver.h"

/* An own failure of a program that runs others; "context exists already". */
#define EXIT_OWN	255
#define EXIT_EXISTS	254

/*
 * One option.  @id is what opt_next() returns: the letter for options that
 * have one, otherwise a number from OPT_LONG up.  Rows without @help are
 * other spellings, which --help does not show.
 */
struct opt {
	int		id;
	const char	*name;
	const char	*arg;		/* what --help calls its argument */
	const char	*help;
};

#define OPT_LONG	256

/* The options --help and --version are added to every program. */
enum {
	OPT_HELP	= -2,
	OPT_VERSION	= -3,
	OPT_END		= -1,
};

struct program {
	const char		*name;
	const char		*purpose;	/* half a sentence */
	const char		*synopsis;	/* lines without the name */
	const char		*about;		/* shown below the synopsis */
	const struct opt	*opts;		/* by name; last has none */
	int			usage_status;	/* exit after wrong usage */
};

/* Begin: remember the program for messages and make stdio sane. */
void prog_start(const struct program *program);

/* Write out stdout.  Exits with 1 when that fails. */
void prog_flush(void);

/* End: prog_flush(), then the status that main() returns. */
int prog_finish(int status);

/* End at once. */
void prog_exit(int status) __attribute__((__noreturn__));

/* Called by prog_exit() and prog_finish() when set. */
extern void (*prog_exit_hook)(int status);

/* The usage text. */
void prog_usage(bool to_stderr);

/* The state of option parsing: argv[next] is the first operand at the end. */
struct args {
	int		argc;
	char		**argv;
	int		next;
	const char	*value;		/* argument of the option, or NULL */
	const char	*cluster;	/* rest of "-abc" */
};

/*
 * The next option, or OPT_END at the first operand or after "--".  Answers
 * --help and --version itself, and ends the program at a wrong option.
 */
int opt_next(struct args *args);

/*
 * Messages: one line on stderr by one write(2).
 */

/* "NAME: text" */
void msg_warn(const char *fmt, ...) VC_PRINTF(1, 2);

/* "NAME: text", then the end. */
void msg_die(int status, const char *fmt, ...) VC_PRINTF(2, 3)
	__attribute__((__noreturn__));

/* The text alone, for messages that others match on. */
void msg_raw(const char *fmt, ...) VC_PRINTF(1, 2);

/* "NAME: call(): reason (object)"; takes the reason from errno. */
void msg_call(const char *call, const char *object, ...) VC_PRINTF(2, 3);

/* msg_call(), then the end with EXIT_OWN. */
void die_call(const char *call, const char *object, ...) VC_PRINTF(2, 3)
	__attribute__((__noreturn__));

/* The same, where the object is a context; VS_XID_SELF needs no mention. */
void die_xid(const char *call, uint32_t xid) __attribute__((__noreturn__));

/* The text alone and "Try 'NAME --help' ...", then the end. */
void msg_usage(const char *fmt, ...) VC_PRINTF(1, 2)
	__attribute__((__noreturn__));

/*
 * Option arguments.  Each of them ends the program when the text is wrong.
 */

/* An id; @status is the exit status, @flags are VC_ID_ bits. */
uint32_t arg_id(const char *text, unsigned int flags, int status);

/* An unsigned number; @what it is goes to the message. */
uint64_t arg_number(const char *text, uint64_t max, const char *what);

/* A list of names, applied to @bits. */
void arg_list(enum vc_list list, const char *text, struct vc_bits *bits);

/* The program to run; ends the program when there is none. */
char **arg_command(const struct args *args);

/* Become the program @argv.  Returns EXIT_OWN after a message. */
int chain_exec(char **argv);

/* The same for a tool that also makes sense alone: no program, no exec. */
int chain_rest(const struct args *args);

#endif
