/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing the files of a configuration.
 */
#ifndef UTIL_SETTING_H
#define UTIL_SETTING_H

#include "vserver-config.h"

/*
 * Write @value to the file @key below the directory @dir, with directories in
 * between.  The file changes at once or not at all.
 */
int setting_write(const char *dir, const char *key, const char *value,
		  struct vc_error *error);

/* Make a symbolic link of it. */
int setting_link(const char *dir, const char *key, const char *target,
		 struct vc_error *error);

#endif
