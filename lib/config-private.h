/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * What the files behind vserver-config.h share.
 */
#ifndef LV_CONFIG_PRIVATE_H
#define LV_CONFIG_PRIVATE_H

#include <stdbool.h>

#include "lib.h"
#include "vserver-config.h"

/* No configuration needs more; it is a limit for accidents. */
#define LV_CONFIG_ENTRIES	4096
#define LV_CONFIG_REMARKS	256
#define LV_CONFIG_FILE_SIZE	65536
#define LV_CONFIG_KEY		192

struct vc_config {
	char			*name;
	char			*path;
	char			*root;
	enum vc_config_style	style;
	struct vc_config_entry	*entries;	/* in the order of keys */
	size_t			n_entries;
	struct vc_config_remark	*remarks;
	size_t			n_remarks;
};

/* How a value is checked. */
enum lv_check {
	LV_ANY,
	LV_NUMBER,		/* from min to max */
	LV_BITS,		/* names of enum vc_list @min */
	LV_LIMIT,
	LV_ADDRESS,		/* IPv4 or IPv6, /prefix allowed */
	LV_NAME,		/* one word */
	LV_GUEST,
	LV_FSTAB,
	LV_SIGNALS,
	LV_STYLE,
	LV_PERSONALITY,
	LV_ABSOLUTE,		/* a path */
};

struct lv_key {
	const char		*pattern;	/* "*" stands for one name */
	enum vc_config_kind	kind;
	enum lv_check		check;
	long			min;
	long			max;
	bool			defaults;	/* looked for in .defaults */
	const char		*text;
	const char		*instead;	/* the current name, or NULL */
};

/* The row of a key, or of a directory that has keys in it. */
const struct lv_key *lv_key_find(const char *key);
bool lv_key_is_dir(const char *key);
const struct lv_key *lv_key_row(size_t i);

/* Add an entry unless the key is there already. */
int lv_config_add(struct vc_config *config, const char *key,
		  enum vc_config_kind kind, const char *value,
		  const char *file, unsigned int line);

/* Add a remark; there may be too many, or no memory, for the last ones. */
void lv_config_remark(struct vc_config *config, enum vc_config_level level,
		      const char *file, unsigned int line,
		      const char *fmt, ...) VC_PRINTF(5, 6);

/*
 * Read a file that root alone can have written; the caller frees *@text.
 *	EPERM	not so
 *	EINVAL	not a regular file, or it has a null byte
 *	EFBIG	too large
 */
int lv_config_file(const char *path, char **text, struct vc_error *error);

/* EPERM unless @path belongs to root or the caller and nobody else writes. */
int lv_config_trust(const char *path, struct vc_error *error);

/* Read all files of a directory; with @defaults only what guests inherit. */
int lv_config_tree(struct vc_config *config, const char *dir, bool defaults,
		   struct vc_error *error);

/* Read an old NAME.conf. */
int lv_config_old(struct vc_config *config, const char *path,
		  struct vc_error *error);

/* Take the assignments in @text; for the above, and for fuzzing. */
int lv_config_assignments(struct vc_config *config, const char *path,
			  char *text, struct vc_error *error);

/* Check all values and add remarks. */
void lv_config_check_all(struct vc_config *config);

#endif
