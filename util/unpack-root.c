// SPDX-License-Identifier: GPL-2.0
/*
 * unpack-root: unpack an archive into the tree of a guest.
 *
 * Archives may have been made by an enemy.  The directory becomes the root
 * before the archive is looked at, and what is left of the privileges of root
 * is what files need: links lead nowhere, and there are no device nodes.
 * Owners are numbers; nobody looks up names in files of the guest.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fts.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caps.h"
#include "enter.h"
#include "prog.h"

#define BLOCK		65536
#define WHITEOUT	".wh."
#define OPAQUE		".wh..wh..opq"

#define BIT(cap)	(1ULL << (cap))
#define KEPT_CAPS	(BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) |	\
			 BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_FOWNER) |	\
			 BIT(CAP_FSETID) | BIT(CAP_SETFCAP))

static const struct opt opts[] = {
	{ 'w', "whiteouts", NULL, "a layer of an OCI image: names with .wh.\n"
	  "                              in front remove others" },
	{ 0, NULL, NULL, NULL },
};

static const struct program program = {
	.name = "unpack-root",
	.purpose = "unpack an archive into the tree of a guest",
	.synopsis = "[options] DIR <ARCHIVE",
	.about = "Unpack a tar or cpio archive, compressed or not, without "
		 "device nodes.",
	.opts = opts,
	.usage_status = EXIT_OWN,
};

static unsigned int n_devices;

static void __attribute__((__noreturn__)) die_archive(struct archive *a)
{
	const char *text = archive_error_string(a);

	msg_die(EXIT_FAILURE, "%s", text ? text : "Unknown format");
}

static struct archive *open_archive(void)
{
	struct archive *a = archive_read_new();

	if (!a)
		die_call("malloc", NULL);
	/* Others would run programs, and those of the guest. */
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_lzma(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_cpio(a);
	if (archive_read_open_fd(a, STDIN_FILENO, BLOCK) != ARCHIVE_OK)
		msg_die(EXIT_FAILURE, "Unknown format: %s",
			archive_error_string(a));
	return a;
}

/* The next entry; NULL at the end. */
static struct archive_entry *next_entry(struct archive *a)
{
	struct archive_entry *entry;
	int ret;

	do
		ret = archive_read_next_header(a, &entry);
	while (ret == ARCHIVE_RETRY);
	if (ret == ARCHIVE_EOF)
		return NULL;
	if (ret < ARCHIVE_WARN)
		die_archive(a);
	return entry;
}

/* The name without "/" and "./" in front; ends at "..". */
static const char *name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	const char *part;

	if (!name)
		msg_die(EXIT_FAILURE, "an entry has no valid name");
	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	for (part = name; *part; part += strspn(part, "/")) {
		size_t len = strcspn(part, "/");

		if (len == 2 && !strncmp(part, "..", 2))
			msg_die(EXIT_FAILURE, "%s: refused, has '..'", name);
		part += len;
	}
	return name;
}

/* Remove @path with all below it, or only what is below. */
static void remove_tree(char *path, bool itself)
{
	char *const paths[] = { path, NULL };
	struct stat st;
	FTSENT *f;
	FTS *fts;

	if (lstat(path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return;
		die_call("lstat", "%s", path);
	}
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!fts)
		die_call("fts_open", "%s", path);
	while ((f = fts_read(fts))) {
		if (f->fts_info == FTS_D ||
		    (f->fts_level == FTS_ROOTLEVEL && !itself))
			continue;
		if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR) {
			errno = f->fts_errno;
			die_call("fts_read", "%s", f->fts_path);
		}
		if (f->fts_info == FTS_DP ? rmdir(f->fts_path) :
					    unlink(f->fts_path))
			die_call("unlink", "%s", f->fts_path);
	}
	fts_close(fts);
}

static const char *base_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool is_whiteout(const char *name)
{
	return !strncmp(base_of(name), WHITEOUT, strlen(WHITEOUT));
}

/* "dir/.wh.name" removes dir/name, ".wh..wh..opq" all that is in dir. */
static void apply_whiteout(const char *name)
{
	const char *base = base_of(name), *victim = base + strlen(WHITEOUT);
	bool opaque = !strcmp(base, OPAQUE);
	size_t len = strlen(name);
	char *path;

	/* Names for the use of others. */
	if (!opaque && !strncmp(victim, WHITEOUT, strlen(WHITEOUT)))
		return;
	if (!*victim || !strcmp(victim, ".") || !strcmp(victim, ".."))
		msg_die(EXIT_FAILURE, "%s: invalid whiteout", name);
	path = malloc(len + 4);
	if (!path)
		die_call("malloc", NULL);
	/* The directory first, then the name. */
	snprintf(path, len + 4, "./%.*s%s", (int)(base - name), name,
		 opaque ? "." : victim);
	remove_tree(path, !opaque);
	free(path);
}

static void apply_whiteouts(void)
{
	struct archive *a = open_archive();
	struct archive_entry *entry;

	while ((entry = next_entry(a))) {
		const char *name = name_of(entry);

		if (is_whiteout(name))
			apply_whiteout(name);
	}
	archive_read_free(a);
	if (lseek(STDIN_FILENO, 0, SEEK_SET))
		die_call("lseek", "stdin");
}

static void copy_data(struct archive *from, struct archive *to)
{
	const void *buf;
	la_int64_t offset;
	size_t size;
	int ret;

	while ((ret = archive_read_data_block(from, &buf, &size, &offset)) !=
	       ARCHIVE_EOF) {
		if (ret < ARCHIVE_WARN)
			die_archive(from);
		if (archive_write_data_block(to, buf, size, offset) <
		    ARCHIVE_WARN)
			die_archive(to);
	}
}

static void unpack(bool whiteouts)
{
	struct archive *from = open_archive();
	struct archive *to = archive_write_disk_new();
	struct archive_entry *entry;

	if (!to)
		die_call("malloc", NULL);
	archive_write_disk_set_options(to, ARCHIVE_EXTRACT_OWNER |
				       ARCHIVE_EXTRACT_PERM |
				       ARCHIVE_EXTRACT_TIME |
				       ARCHIVE_EXTRACT_ACL |
				       ARCHIVE_EXTRACT_XATTR |
				       ARCHIVE_EXTRACT_UNLINK);
	while ((entry = next_entry(from))) {
		const char *name = name_of(entry);

		if (whiteouts && is_whiteout(name))
			continue;
		if (archive_entry_filetype(entry) == AE_IFBLK ||
		    archive_entry_filetype(entry) == AE_IFCHR) {
			n_devices++;
			continue;
		}
		if (!*name || !strcmp(name, "."))
			continue;
		if (archive_write_header(to, entry) < ARCHIVE_WARN)
			die_archive(to);
		if (archive_entry_size(entry) > 0)
			copy_data(from, to);
		if (archive_write_finish_entry(to) < ARCHIVE_WARN)
			die_archive(to);
	}
	if (archive_write_close(to) < ARCHIVE_WARN)
		die_archive(to);
	archive_write_free(to);
	archive_read_free(from);
}

int main(int argc, char *argv[])
{
	struct args args = { .argc = argc, .argv = argv, .next = 1 };
	const struct capsets sets = { KEPT_CAPS, KEPT_CAPS, 0, 0, 0 };
	bool whiteouts = false;

	prog_start(&program);
	while (opt_next(&args) != OPT_END)
		whiteouts = true;
	if (argc - args.next != 1)
		msg_usage("%s: one directory, please", program.name);
	umask(022);
	if (chdir(argv[args.next]))
		die_call("chdir", "%s", argv[args.next]);
	enter_chroot();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die_call("prctl", NULL);
	if (caps_set(&sets))
		die_call("capset", NULL);
	if (whiteouts)
		apply_whiteouts();
	unpack(whiteouts);
	if (n_devices)
		msg_warn("left %u device nodes out", n_devices);
	return prog_finish(EXIT_SUCCESS);
}
