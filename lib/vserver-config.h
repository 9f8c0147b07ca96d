/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * libvserver: the configuration of a guest.
 *
 * Both styles, the directory NAME/ with one value per file and the older
 * NAME.conf with assignments, are read into the same list of keys and values.
 * A key is the name of a file below the directory, "interfaces/0/ip" for
 * instance; vserver-config(5) has all of them.
 *
 * The rules of vserver.h for results and errors hold here, too.
 */
#ifndef VSERVER_CONFIG_H
#define VSERVER_CONFIG_H

#include <vserver.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vc_config_kind {
	VC_CONFIG_SCALAR,	/* the first line */
	VC_CONFIG_LIST,		/* one element on each line */
	VC_CONFIG_DATA,		/* a text of any form */
	VC_CONFIG_BOOL,		/* true because it is there */
	VC_CONFIG_LINK,		/* where a symbolic link points to */
	VC_CONFIG_PROGRAM,	/* is run; the value is its path */
	VC_CONFIG_OTHER,	/* belongs to other programs; not read */
};

struct vc_config_entry {
	const char		*key;
	const char		*value;	/* "" for booleans */
	const char		*file;	/* where it comes from */
	unsigned int		line;	/* where the value begins, from 1 */
	enum vc_config_kind	kind;
};

/* What a reader found worth telling. */
enum vc_config_level {
	VC_CONFIG_WARNING,
	VC_CONFIG_ERROR,
};

struct vc_config_remark {
	enum vc_config_level	level;
	const char		*file;
	unsigned int		line;	/* 0: the file as a whole */
	const char		*text;
};

enum vc_config_style {
	VC_CONFIG_TREE,		/* NAME/ */
	VC_CONFIG_OLD,		/* NAME.conf */
};

struct vc_config;

/*
 * Read the configuration of @guest: a name, or the path of a configuration
 * directory that begins with "/" or "./".  What is wrong with single values
 * becomes a remark; the result is NULL only if there is no configuration or
 * it cannot be trusted.  @dirs and @error may be NULL.
 *	ENOENT	there is no such guest
 *	EPERM	others than root could have written it
 */
struct vc_config *vc_config_read(const struct vc_dirs *dirs, const char *guest,
				 struct vc_error *error);
void vc_config_free(struct vc_config *config);

/* The name of the guest, its configuration directory or file, its root. */
const char *vc_config_name(const struct vc_config *config);
const char *vc_config_path(const struct vc_config *config);
const char *vc_config_root(const struct vc_config *config);
enum vc_config_style vc_config_style(const struct vc_config *config);

/* The entry of a key, NULL if there is none; and its value. */
const struct vc_config_entry *vc_config_find(const struct vc_config *config,
					     const char *fmt, ...)
	VC_PRINTF(2, 3);
const char *vc_config_get(const struct vc_config *config, const char *fmt, ...)
	VC_PRINTF(2, 3);

/* Entry number @i in the order of keys, from 0; NULL after the last one. */
const struct vc_config_entry *vc_config_entry(const struct vc_config *config,
					      size_t i);

/*
 * The name of directory or file number @i in directory @dir, "0" in
 * "interfaces" for instance.  Copies it to @name; 1 if there is one, else 0.
 */
int vc_config_child(const struct vc_config *config, const char *dir, size_t i,
		    char *name, size_t size);

/* Remark number @i, from 0; NULL after the last one. */
const struct vc_config_remark *vc_config_remark(const struct vc_config *config,
						size_t i);

/*
 * Copy line number @i (from 0) of a list to @line, without blanks around it;
 * comments and empty lines do not count.  1 if there is one, else 0.
 * @number, which may be NULL, becomes the number of the line in the text.
 */
int vc_config_line(const char *list, size_t i, char *line, size_t size,
		   unsigned int *number);

/*
 * Apply the lines of a list of names to @bits, see vc_list_parse().
 *	EINVAL	@error tells file, line and text
 */
int vc_config_bits(const struct vc_config_entry *entry, enum vc_list list,
		   struct vc_bits *bits, struct vc_error *error);

/*
 * The kind of a key.
 *	ENOENT	there is no such key
 */
int vc_config_key_kind(const char *key, enum vc_config_kind *kind);

/*
 * Whether @value can be the value of @key.
 *	ENOENT	there is no such key
 *	EINVAL	the value is wrong, @error says why
 */
int vc_config_check(const char *key, const char *value,
		    struct vc_error *error);

/* Key number @i of the table with its kind and meaning; NULL at the end. */
const char *vc_config_key(size_t i, enum vc_config_kind *kind,
			  const char **text);

/*
 * One line of an fstab.  The strings point into @buf, a copy of the line.
 */
struct vc_mount {
	const char	*source;
	const char	*target;
	const char	*type;
	const char	*options;
	char		buf[1024];
};

/* Parse a line.  EINVAL: it does not have three or more words. */
int vc_mount_parse(const char *line, struct vc_mount *mount);

#ifdef __cplusplus
}
#endif

#endif /* VSERVER_CONFIG_H */
