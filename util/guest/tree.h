/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Removing directory trees.
 */
#ifndef UTIL_TREE_H
#define UTIL_TREE_H

/*
 * Remove @path and all that is in it, on one file system.  What does not exist
 * is no error.
 */
int tree_remove(const char *path);

#endif
