/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A directory with files by their content: xx/yy/REST-CCCCCCCC, where the
 * letters before the dash are the hash of attributes and content in
 * hexadecimal, and the number tells files apart that have the same one.
 */
#ifndef UTIL_STORE_H
#define UTIL_STORE_H

#include "unify.h"

struct store {
	int		fd;
	dev_t		dev;
	const char	*path;
	bool		mtime;		/* belongs to the content */
	const char	*trust;		/* group for what gives privileges */
};

/* Ends the program if others could get there, unless @insecure. */
void store_open(struct store *s, const char *path, bool insecure,
		bool dry_run);
/* Find the place of @f; false with errno. */
bool store_hash(const struct store *s, const struct file *f, char hash[65]);
/* Open object number @n of a hash; ENOENT if there is none. */
bool store_find(const struct store *s, const char *hash, unsigned int n,
		struct file *object);
/* Make @f object number @n; -1 with errno. */
int store_add(const struct store *s, const char *hash, unsigned int n,
	      const struct file *f);
/* Remove the objects that nobody shares. */
void store_clean(struct store *s);

#endif
