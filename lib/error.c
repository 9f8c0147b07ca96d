// SPDX-License-Identifier: LGPL-2.1
/*
 * Errors as texts.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib.h"

int vc_error_set(struct vc_error *error, int code, const char *fmt, ...)
{
	va_list args;

	if (error) {
		error->code = code;
		va_start(args, fmt);
		vsnprintf(error->text, sizeof(error->text), fmt, args);
		va_end(args);
	}
	errno = code;
	return -1;
}

/*
 * ENOSYS is what everybody gets who is not root on the host, whatever the
 * command.  Two commands work for everybody, and one for root only.
 */
static const char *explain_enosys(void)
{
	if (vc_get_version() < 0)
		return "kernel has no vserver support";
	if (vc_task_xid(0) < 0)
		return "permission denied (needs root on the host)";
	return "not implemented by this kernel";
}

const char *vc_strerror(int code)
{
	const char *text;
	int saved = errno;

	text = code == ENOSYS ? explain_enosys() : strerror(code);
	errno = saved;
	return text;
}
