/* SPDX-License-Identifier: GPL-2.0 */
/* Owns the names of errno values in messages: EPERM says more than its text. */
#ifndef ERRNAME_H
#define ERRNAME_H

#include <errno.h>
#include <stddef.h>
#include <string.h>

__attribute__((unused)) static const char *errname(int err)
{
	static const struct { int err; const char *name; } names[] = {
#define N(e) { e, #e }
		N(EPERM), N(ENOENT), N(ESRCH), N(EINTR), N(EIO), N(ENXIO),
		N(E2BIG), N(ENOEXEC), N(EBADF), N(ECHILD), N(EAGAIN),
		N(ENOMEM), N(EACCES), N(EFAULT), N(EBUSY), N(EEXIST),
		N(EXDEV), N(ENODEV), N(ENOTDIR), N(EISDIR), N(EINVAL),
		N(ENFILE), N(EMFILE), N(ENOTTY), N(EFBIG), N(ENOSPC),
		N(EROFS), N(EPIPE), N(EDOM), N(ERANGE), N(EDEADLK),
		N(ENAMETOOLONG), N(ENOSYS), N(ENOTEMPTY), N(ELOOP),
		N(EOVERFLOW), N(EUSERS), N(EOPNOTSUPP), N(EAFNOSUPPORT),
		N(EPROTONOSUPPORT), N(EADDRINUSE), N(EADDRNOTAVAIL),
		N(ENETUNREACH), N(ENOBUFS),
		N(ETIMEDOUT), N(ECONNREFUSED), N(EHOSTUNREACH), N(EALREADY),
		N(EINPROGRESS), N(ESTALE), N(EDQUOT), N(ECANCELED),
#undef N
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].name;
	return err ? strerror(err) : "no error";
}

#endif
