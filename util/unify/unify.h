/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that share files between guests have in common.
 *
 * Trees belong to guests, who may change them at any moment and in any way.
 * Everything below a root is therefore opened by its name in a directory that
 * is open, no link is followed, no mount is crossed, and what counts is what
 * was opened, not what had the name before.
 */
#ifndef UTIL_UNIFY_H
#define UTIL_UNIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "prog.h"

/* The attributes of a file that guests share. */
#define FROZEN	(VIATTR_IXUNLINK | VIATTR_IMMUTABLE)

/*
 * outcome.c: what became of each file, for whoever watches and for the sum.
 */
enum outcome {
	LINKED,
	COPIED,
	STORED,
	ALREADY,
	EXCLUDED,
	LEFT_OUT,
	NO_REFERENCE,
	SYMLINK,
	SPECIAL,
	DIFFERENT,
	OTHER_NAMES,
	PRIVILEGED,
	IMMUTABLE,
	BUSY,
	CHANGED,
	TOO_SMALL,
	TOO_MANY,
	OTHER_DEVICE,
	UNSUPPORTED,
	GONE,
	FAILED,
	N_OUTCOMES,
};

extern struct outcomes {
	int		verbose;
	bool		json;
	bool		dry_run;
	uint64_t	count[N_OUTCOMES];
	uint64_t	files;		/* regular ones */
	uint64_t	bytes;		/* that are needed no longer */
	const char	*verb;		/* for COPIED: "deunifying" */
} outcomes;

/* Note what became of @path; FAILED takes the reason from errno. */
void outcome(enum outcome what, const char *path, off_t size);
/* A message from a level on; what guests have named becomes printable. */
void tell(int level, const char *what, const char *path, const char *why);
/* The sum, as text or JSON; returns the exit status. */
int outcomes_end(const char *name, const char *value);
/* Interruptions are taken note of, and end the walk. */
void stop_on_signals(void);
bool stopped(void);

/*
 * walk.c: trees.
 */
struct root {
	int		fd;		/* O_PATH */
	dev_t		dev;
	const char	*path;		/* for messages */
};

/* Ends the program if there is no such directory. */
void root_open(struct root *root, const char *path);
/* A directory below, given as "/a/b" or "/"; -1 with errno. */
int root_opendir(const struct root *root, const char *path);
/* The same as the guest itself would find it, following links in the root. */
int root_finddir(const struct root *root, const char *path);
/*
 * A file as the guest itself would find it, following links within the root;
 * only if it is a regular one.  -1 with errno.
 */
int root_read(const struct root *root, const char *path, struct stat *st);

struct rules;

struct place {
	int		dir;		/* open for reading */
	const char	*name;		/* in it */
	const char	*path;		/* from the root: "/a/b" */
	struct stat	st;
	size_t		number;		/* see rules_match() */
	char		rule;		/* its sign */
	const char	*pattern;	/* and text */
};

struct walk {
	const struct root	*root;
	const struct rules	*rules;	/* or NULL */
	/* For each entry; for a directory: shall what is below follow? */
	bool	(*entry)(struct walk *w, const struct place *p);
	/* After what is below a directory; may be NULL. */
	void	(*leave)(struct walk *w, const char *path);
	void	*arg;
};

/* All files of a directory come before its directories. */
void walk_tree(struct walk *w);

/*
 * rules.c: which files are not shared.
 *
 * Lines with a sign and a pattern, of which the first that matches a path or
 * a directory above counts: "+" shared, "-" or nothing not shared, "~" not
 * even copied.
 */
enum { RULE_SHARE = '+', RULE_KEEP = '-', RULE_OMIT = '~' };

struct rules *rules_new(void);
void rules_free(struct rules *rules);
/* Append the lines of a file; ends the program when it cannot be read. */
void rules_read(struct rules *rules, const char *file);
/* Never share this one; "/a/b" or the inode. Before everything else. */
void rules_keep_path(struct rules *rules, const char *path);
void rules_keep_inode(struct rules *rules, const struct stat *st);
/* Call after the last of these. */
void rules_sort(struct rules *rules);
/*
 * The number of the rule for @path, given that of the directory it is in
 * (at first rules_none()).
 */
size_t rules_none(const struct rules *rules);
size_t rules_match(const struct rules *rules, size_t above, const char *path,
		   const struct stat *st);
char rules_sign(const struct rules *rules, size_t rule, const char **pattern);
/* The rule of the directory above @path, found from its parts. */
size_t rules_above(const struct rules *rules, const char *path);
/* Can something below directory @path be shared, if it has that rule? */
bool rules_below(const struct rules *rules, size_t rule, const char *path);

/*
 * package.c: what the package managers of a tree have noted.
 */
enum package_kind { PACKAGES_NONE, PACKAGES_DPKG, PACKAGES_RPM, PACKAGES_APK };

struct package {
	char	*name;
	char	*version;
	char	*arch;
};

struct packages {
	enum package_kind	kind;
	struct package		*list;		/* sorted by name */
	size_t			n;
	struct text_list {
		char	**text;
		size_t	n;
	} conffiles;
};

/* Never fails: without data there are none. */
void packages_read(const struct root *root, struct packages *packages);
void packages_free(struct packages *packages);
/* The files of a package, "/a/b". */
void package_files(const struct root *root, const struct packages *packages,
		   const struct package *package, struct text_list *files);
void text_add(struct text_list *list, const char *text, size_t len);
void text_free(struct text_list *list);
/* Configuration files become the first rules. */
void rules_keep_conffiles(struct rules *rules, const struct root *root,
			  const struct text_list *conffiles);
/* The same for what can be read from outside. */
void rules_keep_packages(struct rules *rules, const struct root *root);

/*
 * file.c: single files.
 */
struct file {
	int		fd;		/* open for reading */
	struct stat	st;
	bool		frozen;		/* when it was opened */
};

/* Open a regular file; anything but LINKED is the reason why not. */
enum outcome file_open(int dir, const char *name, struct file *f);
void file_close(struct file *f);
/* May it become a shared one?  @trusted: with the power of set-id, too. */
enum outcome file_check(const struct file *f, bool trusted);
bool file_is_privileged(const struct file *f);
/* Nobody writes to it from now on, or BUSY. */
enum outcome file_freeze(const struct file *f);
void file_thaw(const struct file *f);
/* Owner, mode, size and time, if @mtime. */
bool file_looks_same(const struct file *a, const struct file *b, bool mtime);
/* Extended attributes and content. */
bool file_is_same(const struct file *a, const struct file *b);
/* Names and values of extended attributes, but ours; free() it.  NULL. */
char *file_xattrs(const struct file *f, size_t *size);

/*
 * copy.c: files with all that belongs to them.
 */
/* Content and attributes of @f into @to, which is new; -1 with errno. */
int copy_file(const struct file *f, int to);
/* Owner, mode, times and extended attributes of anything that is open. */
int copy_attributes(int from, const struct stat *st, int to);

/*
 * stage.c: where names are made before guests see them.
 */
struct stage {
	int	fd;
	bool	dry_run;
	bool	trusted;	/* files with privileges, too */
};

/*
 * Make or take over the directory ".unify" in @parent, which no guest reaches,
 * and repair what a run that was killed has left.  Ends the program with a
 * message if it cannot.
 */
void stage_open(struct stage *s, int parent, const char *path);
void stage_close(struct stage *s);
/*
 * A second name of @f, so that the next run knows of it; then nobody writes to
 * it.  Call stage_release() in any case.
 */
enum outcome stage_freeze(struct stage *s, const struct file *f, char slot);
/* @keep: it stays as it is. */
void stage_release(struct stage *s, const struct file *f, char slot, bool keep);
/* Replace @name, which is @old, by @new; old remains if it is not. */
enum outcome stage_replace(struct stage *s, const struct file *new, int dir,
			   const char *name, const struct file *old);
/* Replace the shared file @old by a copy of its own. */
enum outcome stage_copy(struct stage *s, int dir, const char *name,
			const struct file *old);
/* Let @name be @ref, if both are the same. */
enum outcome stage_unify(struct stage *s, const struct file *ref, int dir,
			 const char *name, const struct file *f, bool mtime);
/* The same for files that nobody can change any more. */
enum outcome stage_unify_frozen(struct stage *s, struct file *ref, int dir,
				const char *name, struct file *f, bool mtime);
/* Wait until no other program of this kind is at work; see stage_open(). */
void stage_lock(void);

/*
 * guests.c: guests as the configuration knows them.
 */
struct vc_config;

struct guest {
	struct vc_config	*config;
	const char		*name;
	struct root		root;
	char			trust[64];	/* group of trust, or "" */
};

/* Ends the program if there is none. */
void guest_open(struct guest *g, const char *name);
/* A file of apps/vunify: the guest's own, the one of all; or false. */
bool guest_file(const struct guest *g, const char *name, char *path,
		size_t size);
/* The rules for a guest, with what its package manager says. */
struct rules *guest_rules(const struct guest *g);
/* The directory above the root. */
int root_parent(const struct root *root);
/*
 * "vserver NAME unify ARGS" runs "vserver-unify NAME ARGS": the name goes to
 * the end.
 */
void args_turn(int argc, char *argv[]);

/*
 * vunify-packages.c: the form of vunify with packages.
 */
struct package_flags {
	bool		undo;
	uint32_t	flags;		/* FROZEN, or less */
};

int unify_packages(const struct package_flags *how, char **operands);

#endif
