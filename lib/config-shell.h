/* SPDX-License-Identifier: LGPL-2.1 */
/*
 * Files with assignments in the language of the shell.
 */
#ifndef LV_CONFIG_SHELL_H
#define LV_CONFIG_SHELL_H

#include <stdbool.h>

#include "lib.h"

#define LV_SHELL_VARIABLES	64
#define LV_SHELL_VALUE		4096

struct lv_variable {
	char		name[32];
	char		*value;
	unsigned int	line;
	bool		used;		/* by the caller or an expansion */
};

struct lv_shell {
	const char		*file;	/* for messages */
	struct lv_variable	variables[LV_SHELL_VARIABLES];
	size_t			n;
};

/*
 * Take the assignments in @text.  Quotes, comments, "export" and variables
 * that were set before are understood, nothing else.
 *	EINVAL	@error tells file and line
 */
int lv_shell_parse(struct lv_shell *shell, const char *text,
		   struct vc_error *error);
void lv_shell_free(struct lv_shell *shell);

struct lv_variable *lv_shell_find(struct lv_shell *shell, const char *name,
				  size_t len);

#endif
