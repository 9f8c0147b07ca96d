// SPDX-License-Identifier: GPL-2.0
/*
 * vunify with packages: share the files of packages that two trees have in the
 * same version, but for their configuration files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unify.h"

struct side {
	struct root	root;
	struct packages	packages;
	struct rules	*rules;		/* keep configuration files */
};

static void open_side(struct side *s, const char *path)
{
	root_open(&s->root, path);
	packages_read(&s->root, &s->packages);
	if (s->packages.kind == PACKAGES_NONE ||
	    s->packages.kind == PACKAGES_RPM)
		msg_die(1, "%s: %s", path, s->packages.kind ? "packages of rpm "
			"cannot be read from outside: use the form with GUEST" :
			"there are no packages");
	s->rules = rules_new();
	rules_keep_conffiles(s->rules, &s->root, &s->packages.conffiles);
	rules_sort(s->rules);
}

static void close_side(struct side *s)
{
	rules_free(s->rules);
	packages_free(&s->packages);
	close(s->root.fd);
}

static const struct package *find(const struct packages *packages,
				  const struct package *p)
{
	for (size_t i = 0; i < packages->n; i++) {
		const struct package *x = &packages->list[i];

		if (!strcmp(x->name, p->name) &&
		    !strcmp(x->version, p->version) &&
		    !strcmp(x->arch ? x->arch : "", p->arch ? p->arch : ""))
			return x;
	}
	return NULL;
}

/* The file as the tree itself finds it, in its directory. */
static enum outcome open_file(const struct side *s, const char *path, int *dir,
			      struct file *f)
{
	const char *slash = strrchr(path, '/'), *pattern = NULL;
	char parent[4096];
	enum outcome ret;

	f->fd = -1;
	*dir = -1;
	if ((size_t)(slash - path) >= sizeof(parent) || !slash[1])
		return SPECIAL;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	*dir = root_finddir(&s->root, *parent ? parent : "/");
	if (*dir < 0)
		return GONE;
	ret = file_open(*dir, slash + 1, f);
	if (ret == LINKED && f->st.st_dev != s->root.dev)
		ret = OTHER_DEVICE;
	if (ret == LINKED &&
	    rules_sign(s->rules, rules_match(s->rules, rules_none(s->rules),
					     path, &f->st), &pattern) !=
	    RULE_SHARE)
		ret = EXCLUDED;
	return ret;
}

static void finish(const struct package_flags *how, const struct file *ref)
{
	const struct vcmd_fiattr attr = { .flags = how->flags, .mask = FROZEN };

	if (how->flags != FROZEN && !outcomes.dry_run &&
	    vc_fset_iattr(ref->fd, &attr))
		msg_warn("attributes: %s", vc_strerror(errno));
}

static enum outcome one_file(struct stage *s, const struct package_flags *how,
			     const struct side *ref, const struct side *guest,
			     const char *path, off_t *size)
{
	struct file r = { .fd = -1 }, f = { .fd = -1 };
	int ref_dir = -1, dir = -1;
	enum outcome ret = open_file(guest, path, &dir, &f);

	*size = f.fd < 0 ? 0 : f.st.st_blocks * 512;
	if (how->undo) {
		if (ret == LINKED)
			ret = f.frozen && f.st.st_nlink > 1 ?
			      stage_copy(s, dir, strrchr(path, '/') + 1, &f) :
			      ALREADY;
	} else {
		if (ret == LINKED)
			ret = open_file(ref, path, &ref_dir, &r);
		if (ret == LINKED && r.st.st_ino != f.st.st_ino) {
			ret = file_check(&f, s->trusted);
			if (ret == LINKED)
				ret = file_check(&r, s->trusted);
		}
		if (ret == LINKED)
			ret = stage_unify(s, &r, dir, strrchr(path, '/') + 1,
					  &f, true);
		if (ret == LINKED)
			finish(how, &r);
	}
	file_close(&r);
	file_close(&f);
	if (ref_dir >= 0)
		close(ref_dir);
	if (dir >= 0)
		close(dir);
	return ret;
}

static void one_package(struct stage *s, const struct package_flags *how,
			const struct side *ref, const struct side *guest,
			const struct package *p)
{
	struct text_list files = { NULL, 0 };

	printf("%s pkg %s-%s from %s to %s\n",
	       how->undo ? "Deunify" : "Unify", p->name, p->version,
	       ref->root.path, guest->root.path);
	package_files(&ref->root, &ref->packages, p, &files);
	for (size_t i = 0; i < files.n && !stopped(); i++) {
		enum outcome ret;
		off_t size;

		outcomes.files++;
		ret = one_file(s, how, ref, guest, files.text[i], &size);
		outcome(ret, files.text[i], size);
	}
	text_free(&files);
}

static bool wanted(const struct package *p, char **names)
{
	for (; *names; names++)
		if (!strcmp(*names, "ALL") || !strcmp(*names, p->name))
			return true;
	return false;
}

static void one_guest(const struct package_flags *how, const struct side *ref,
		      const char *path, char **names)
{
	struct stage stage = { .dry_run = outcomes.dry_run };
	struct side guest;

	printf("vservers %s\n", path);
	open_side(&guest, path);
	stage_open(&stage, root_parent(&guest.root), path);
	for (size_t i = 0; i < ref->packages.n && !stopped(); i++) {
		const struct package *p = &ref->packages.list[i];

		if (wanted(p, names) && find(&guest.packages, p))
			one_package(&stage, how, ref, &guest, p);
	}
	stage_close(&stage);
	close_side(&guest);
}

int unify_packages(const struct package_flags *how, char **operands)
{
	struct side ref;
	char **names = operands;

	while (strcmp(*names, "--"))
		names++;
	*names++ = NULL;
	if (!operands[0] || !operands[1] || !*names)
		msg_usage("vunify: a reference, guests, \"--\" and packages "
			  "are needed");
	if (!how->flags && !how->undo)
		msg_warn("--noflags: each of these guests will be able to "
			 "change files of the others");
	stop_on_signals();
	open_side(&ref, operands[0]);
	for (char **guest = operands + 1; *guest && !stopped(); guest++)
		one_guest(how, &ref, *guest, names);
	close_side(&ref);
	return outcomes.count[FAILED] || stopped() ? 1 : 0;
}
