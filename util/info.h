/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of vserver-info share.
 */
#ifndef UTIL_INFO_H
#define UTIL_INFO_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define INFO_LEN	PATH_MAX

/*
 * A question: @id and @arg are those of the command line (@arg may be NULL),
 * the answer goes to @out.  False: there is no answer.  The text is empty
 * when the status is the answer.
 */
typedef bool info_fn(const char *id, const char *arg, char *out);

/* Configuration and state of a guest. */
info_fn info_appdir, info_canonify, info_cfgdir, info_context, info_id,
	info_name, info_running, info_vdir;

/* Contexts and processes. */
info_fn info_initpid, info_initpid_pid, info_nid, info_pxid, info_tag,
	info_uts, info_xid, info_xidtype;

/* The kernel. */
info_fn info_apiver, info_feature, info_verifycap, info_verifyproc;

/* Print the block for bug reports. */
void info_sysinfo(bool json);

#endif
