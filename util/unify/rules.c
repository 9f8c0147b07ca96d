// SPDX-License-Identifier: GPL-2.0
/*
 * Which files are not shared.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "unify.h"

struct rule {
	char	sign;
	bool	literal;	/* no wildcards */
	size_t	fixed;		/* bytes before the first wildcard */
	char	*pattern;
};

struct inode {
	dev_t	dev;
	ino_t	ino;
};

/* Rule 0 stands for single files; the last one matches everything. */
struct rules {
	struct rule	*list;
	size_t		n;
	char		**paths;
	size_t		n_paths;
	struct inode	*inodes;
	size_t		n_inodes;
};

/* Room for one more in an array that has @n. */
static void *grow(void *array, size_t n, size_t size)
{
	if (n && (n & (n - 1)))
		return array;
	array = realloc(array, (n ? 2 * n : 1) * size);
	if (!array)
		msg_die(1, "out of memory");
	return array;
}

static char *copy_text(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		msg_die(1, "out of memory");
	return copy;
}

static void add_rule(struct rules *r, char sign, const char *pattern)
{
	size_t fixed = strcspn(pattern, "*?[\\");

	r->list = grow(r->list, r->n, sizeof(*r->list));
	r->list[r->n++] = (struct rule){
		.sign = sign, .pattern = copy_text(pattern), .fixed = fixed,
		.literal = !pattern[fixed],
	};
}

struct rules *rules_new(void)
{
	struct rules *r = calloc(1, sizeof(*r));

	if (!r)
		msg_die(1, "out of memory");
	add_rule(r, RULE_KEEP, "configuration file");
	return r;
}

void rules_free(struct rules *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->list[i].pattern);
	for (size_t i = 0; i < r->n_paths; i++)
		free(r->paths[i]);
	free(r->list);
	free(r->paths);
	free(r->inodes);
	free(r);
}

void rules_read(struct rules *r, const char *file)
{
	struct lines lines = { .fd = open(file, O_RDONLY | O_CLOEXEC) };
	char *line;

	if (lines.fd < 0)
		msg_die(1, "exclude list %s: %s", file, strerror(errno));
	while ((line = lines_next(&lines))) {
		char sign = RULE_KEEP;
		size_t len;

		line += strspn(line, " \t");
		len = strlen(line);
		while (len && strchr(" \t\r", line[len - 1]))
			line[--len] = '\0';
		if (!len || *line == '#')
			continue;
		if (*line == RULE_SHARE || *line == RULE_KEEP ||
		    *line == RULE_OMIT)
			sign = *line++;
		add_rule(r, sign, line);
	}
	close(lines.fd);
	lines_free(&lines);
}

void rules_keep_path(struct rules *r, const char *path)
{
	r->paths = grow(r->paths, r->n_paths, sizeof(*r->paths));
	r->paths[r->n_paths++] = copy_text(path);
}

void rules_keep_inode(struct rules *r, const struct stat *st)
{
	r->inodes = grow(r->inodes, r->n_inodes, sizeof(*r->inodes));
	r->inodes[r->n_inodes++] = (struct inode){ st->st_dev, st->st_ino };
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_inode(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

void rules_sort(struct rules *r)
{
	if (r->n_paths)
		qsort(r->paths, r->n_paths, sizeof(*r->paths), by_text);
	if (r->n_inodes)
		qsort(r->inodes, r->n_inodes, sizeof(*r->inodes), by_inode);
}

size_t rules_none(const struct rules *r)
{
	return r->n;
}

static bool is_single(const struct rules *r, const char *path,
		      const struct stat *st)
{
	const struct inode key = { st->st_dev, st->st_ino };

	if (r->n_paths && bsearch(&path, r->paths, r->n_paths,
				  sizeof(*r->paths), by_text))
		return true;
	return r->n_inodes && S_ISREG(st->st_mode) &&
		bsearch(&key, r->inodes, r->n_inodes, sizeof(key), by_inode);
}

size_t rules_match(const struct rules *r, size_t above, const char *path,
		   const struct stat *st)
{
	if (is_single(r, path, st))
		return 0;
	for (size_t i = 1; i < above; i++)
		if (r->list[i].literal ? !strcmp(r->list[i].pattern, path) :
		    !fnmatch(r->list[i].pattern, path, 0))
			return i;
	return above;
}

size_t rules_above(const struct rules *r, const char *path)
{
	static const struct stat none = { .st_mode = S_IFDIR };
	size_t rule = r->n;
	char dir[4096];

	for (size_t i = 1; path[i] && i < sizeof(dir); i++) {
		if (path[i] != '/')
			continue;
		memcpy(dir, path, i);
		dir[i] = '\0';
		rule = rules_match(r, rule, dir, &none);
	}
	return rule;
}

char rules_sign(const struct rules *r, size_t rule, const char **pattern)
{
	if (rule >= r->n)
		return RULE_SHARE;
	*pattern = r->list[rule].pattern;
	return r->list[rule].sign;
}

bool rules_below(const struct rules *r, size_t rule, const char *path)
{
	size_t len = strlen(path);

	if (rule >= r->n || r->list[rule].sign == RULE_SHARE)
		return true;
	for (size_t i = 1; i < rule; i++) {
		const struct rule *x = &r->list[i];
		size_t common = x->fixed < len ? x->fixed : len;

		if (x->sign == RULE_SHARE && !strncmp(x->pattern, path, common))
			return true;
	}
	return false;
}

void rules_keep_conffiles(struct rules *r, const struct root *root,
			  const struct text_list *conffiles)
{
	for (size_t i = 0; i < conffiles->n; i++) {
		struct stat st;
		int fd = root_read(root, conffiles->text[i], &st);

		/* The path may lead through a link: /lib to /usr/lib. */
		if (fd >= 0) {
			rules_keep_inode(r, &st);
			close(fd);
		}
		rules_keep_path(r, conffiles->text[i]);
	}
}

void rules_keep_packages(struct rules *r, const struct root *root)
{
	struct packages packages;

	packages_read(root, &packages);
	rules_keep_conffiles(r, root, &packages.conffiles);
	packages_free(&packages);
}
