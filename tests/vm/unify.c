// SPDX-License-Identifier: GPL-2.0
/*
 * Owns what vunify makes of the trees of guests, on real file systems: what is
 * shared, that nobody can change it, and that everything else stays as it was.
 */
#include "unify.h"

/* --- what is shared --- */

static void test_share(void)
{
	struct stat st;

	trees();
	is(vunify(""), 0, "%s: vunify", fs);
	ok(one_file("same"), "%s: equal files are one", fs);
	ok(one_file("usr/lib/deep"), "%s: so they are further down", fs);
	is(iattr_flags(A "same"), COW_FLAGS, "%s: which is unified", fs);
	ok(!one_file("other"), "%s: others are not", fs);
	is(iattr_flags(A "other"), VIATTR_TAG, "%s: nor does the one", fs);
	is(iattr_flags(B "other"), VIATTR_TAG, "%s: or the other change", fs);
	ok(!one_file("twin"), "%s: content counts", fs);
	is(iattr_flags(A "twin"), VIATTR_TAG, "%s: the one is as before", fs);
	is(iattr_flags(B "twin"), VIATTR_TAG, "%s: and the other", fs);
	ok(!one_file("suid"), "%s: no set-user-id programs", fs);
	ok(!one_file("caps"), "%s: no file capabilities", fs);
	ok(!one_file("etc/conf"), "%s: nothing that is excluded", fs);
	is(entries(FS_DIR "/.unify"), 0, "%s: nothing is left", fs);
	is(vunify(""), 0, "%s: once more", fs);
	must(stat(A "same", &st));
	is(st.st_nlink, 2, "%s: with no other result", fs);
	is(vunify("--trusted"), 0, "%s: --trusted", fs);
	ok(one_file("suid") && one_file("caps"), "%s: shares them", fs);
	is(strays(A) + strays(B), 0, "%s: no other names", fs);
}

/* --- what guests can do --- */

static void test_guest(void)
{
	struct puppet guest = puppet_guest(XID_A, 0, GUEST_CAPS);

	trees();
	is(vunify(""), 0, "%s: vunify", fs);
	is(ask(&guest, do_append, B "same"), 0, "%s: the guest writes", fs);
	ok(!one_file("same"), "%s: to one of its own", fs);
	is_str(slurp(A "same"), "content\n", "%s: the other is as it was", fs);
	is_str(slurp(B "same"), "content\n!", "%s: its own is not", fs);
	is(ask(&guest, do_unlink, B "usr/lib/deep"), 0, "%s: it removes", fs);
	is_str(slurp(A "usr/lib/deep"), "content\n", "%s: its name only", fs);
	puppet_end(&guest);
}

/* --- who is at it --- */

static void test_writers(void)
{
	struct puppet guest = puppet_guest(XID_A, 0, GUEST_CAPS);
	long fd;

	trees();
	fd = ask(&guest, do_open, B "same", O_WRONLY);
	is(vunify(""), 0, "%s: vunify", fs);
	ok(fd >= 0 && !one_file("same"), "%s: a file somebody writes", fs);
	is(iattr_flags(A "same"), VIATTR_TAG, "%s: is left alone", fs);
	ask(&guest, do_close, fd);
	fd = ask(&guest, do_open, A "same", O_RDWR);
	is(vunify(""), 0, "%s: vunify", fs);
	ok(fd >= 0 && !one_file("same"), "%s: so is its reference", fs);
	is(ask(&guest, do_map, fd), 0, "%s: mapped", fs);
	is(vunify(""), 0, "%s: vunify", fs);
	ok(!one_file("same"), "%s: or mapped", fs);
	is(iattr_flags(B "same"), VIATTR_TAG, "%s: nothing stays", fs);
	puppet_end(&guest);
	is(vunify(""), 0, "%s: vunify", fs);
	ok(one_file("same"), "%s: afterwards it is shared", fs);
}

/* --- and back --- */

static void test_revert(void)
{
	struct stat a, b;

	trees();
	is(vunify("--trusted"), 0, "%s: vunify", fs);
	must(stat(A "same", &a));
	is(vunify("-R"), 0, "%s: vunify -R", fs);
	must(stat(B "same", &b));
	ok(!one_file("same") && !one_file("suid"), "%s: two files again", fs);
	is_str(slurp(B "same"), "content\n", "%s: with the content", fs);
	ok(a.st_mode == b.st_mode && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
	   a.st_mtim.tv_nsec == b.st_mtim.tv_nsec, "%s: mode and time", fs);
	is(iattr_flags(B "same"), VIATTR_TAG, "%s: no longer immutable", fs);
	is(getxattr(B "caps", "security.capability", NULL, 0), 20,
	   "%s: with capabilities", fs);
	must(stat(B "suid", &b));
	is(b.st_mode, 0104755, "%s: and set-user-id", fs);
	is(iattr_flags(A "same"), COW_FLAGS, "%s: the reference stays", fs);
}

/* --- what an interrupted run leaves --- */

static void test_repair(void)
{
	trees();
	must(mkdir(FS_DIR "/.unify", 0700));
	must(link(B "other", FS_DIR "/.unify/fg"));
	must(iattr_set(B "other", IUNLINK, IUNLINK));
	must(link(A "same", FS_DIR "/.unify/fr"));
	must(iattr_set(A "same", IUNLINK, IUNLINK));
	must(link(A "same", FS_DIR "/.unify/new"));
	must(link(B "twin", FS_DIR "/.unify/kg"));
	must(iattr_set(B "twin", IUNLINK, IUNLINK));
	is(vunify(""), 0, "%s: the next run", fs);
	is(iattr_flags(B "other"), VIATTR_TAG, "%s: gives files back", fs);
	is(iattr_flags(B "twin"), COW_FLAGS, "%s: not the admin's", fs);
	ok(one_file("same"), "%s: and does what the last one did not", fs);
	is(entries(FS_DIR "/.unify"), 0, "%s: nothing is left", fs);
}

/* --- the same through a store --- */

static void test_store(void)
{
	struct puppet guest = puppet_guest(XID_A, 0, GUEST_CAPS);
	char digits[65537];
	struct stat st;
	int i;

	trees();
	memset(digits, '7', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = 0;
	make_file(A, "large", digits, 0644);
	make_file(B, "name", digits, 0644);
	must(mkdir(FS_DIR "/.hash", 0700));
	is(vhashify(FS_DIR "/a"), 0, "%s: vhashify", fs);
	must(stat(A "large", &st));
	is(st.st_nlink, 2, "%s: it is in the store", fs);
	is(iattr_flags(A "large"), COW_FLAGS, "%s: and unified", fs);
	is(iattr_flags(FS_DIR "/.hash"), VIATTR_TAG | VIATTR_BARRIER,
	   "%s: which has a barrier", fs);
	i = ask(&guest, do_open, B "name", O_WRONLY);
	is(vhashify(FS_DIR "/b"), 0, "%s: the other one", fs);
	must(stat(A "large", &st));
	is(st.st_nlink, 2, "%s: a file that somebody writes", fs);
	ask(&guest, do_close, i);
	is(vhashify(FS_DIR "/b"), 0, "%s: once more", fs);
	must(stat(B "name", &st));
	is(st.st_nlink, 3, "%s: names do not matter", fs);
	is(vhashify(FS_DIR "/a"), 0, "%s: and again", fs);
	must(stat(B "name", &st));
	is(st.st_nlink, 3, "%s: nothing is left to do", fs);
	is(ask(&guest, do_append, B "name"), 0, "%s: the guest writes", fs);
	must(stat(A "large", &st));
	ok(st.st_nlink == 2 && st.st_size == 65536, "%s: to its own", fs);
	puppet_end(&guest);

	is(fs_run("vclone " FS_DIR "/a " FS_DIR "/c"), 0, "%s: vclone", fs);
	must(stat(FS_DIR "/c/large", &st));
	is(st.st_nlink, 3, "%s: shares what is unified", fs);
	is(iattr_flags(FS_DIR "/c/same"), VIATTR_TAG, "%s: no more", fs);
	is(fs_run("vcopy --manually " FS_DIR "/d " LIST " " FS_DIR "/a " LIST),
	   0, "%s: vcopy", fs);
	must(stat(FS_DIR "/d/same", &st));
	is(st.st_nlink, 2, "%s: shares what can be unified", fs);
	is(iattr_flags(A "same"), COW_FLAGS, "%s: which then is", fs);
	must(stat(FS_DIR "/d/suid", &st));
	ok(st.st_nlink == 1 && st.st_mode == 0104755, "%s: but not all", fs);
	is(getxattr(FS_DIR "/d/caps", "security.capability", NULL, 0), 20,
	   "%s: that is copied", fs);
	must(removed(FS_DIR "/c " FS_DIR "/d") ? -1 : 0);
}

int main(int argc, char **argv)
{
	puppet_main(argc, argv);
	fs_begin();
	for (type = 0; type < FS_TYPES; type++) {
		fs = fs_types[type].name;
		if (!fs_tested(type))
			continue;
		fs_make(type);
		run("what is shared", test_share);
		run("what guests can do", test_guest);
		run("who is at it", test_writers);
		run("and back", test_revert);
		run("what an interrupted run leaves", test_repair);
		run("through a store", test_store);
		forget_trees();
		fs_end(type);
	}
	return ktap_exit();
}
