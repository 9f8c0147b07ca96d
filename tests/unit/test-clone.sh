#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What vclone and vcopy make of trees.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/unify.sh
. "$srcdir/tests/unit/unify.sh"

# listing TREE: everything but inode numbers, and links of files.
listing() {
	(cd "$g/$1" && find . ! -type s -printf '%P %y %m %U %G %s %T@ %l\n' | sort)
}
# tree: one with everything.
tree() {
	trees
	rm -r "$g/g"
	(cd "$g/r" && perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0);
		bind(S, sockaddr_un("socket"))')
	mknod "$g/r/usr/bin/null" c 1 3
	chown 12:34 "$g/r/usr/bin/prog" "$g/r/usr"
	chmod 1777 "$g/r/var"
	truncate -s 1M "$g/r/var/hole"
	echo end >>"$g/r/var/hole"
	touch -d 2001-01-01 "$g/r/var/data" "$g/r/var" "$g/r"
	echo unified >"$g/r/a1"
}

tree
mkfifo "$g/r/usr/bin/unreadable"
unify vclone -v "$g/r" "$g/new"
is "$status:$err:$out" "0::$g/new: 10 files, 1 linked, 13 copied, 4KB saved" "vclone"
is "$(listing new)" "$(listing r)" "the clone is the same"
is "$(stat -c %h "$g/new/a1")" 2 "unified files are shared"
is "$(stat -c %i "$g/new/usr/bin/two")" "$(stat -c %i "$g/new/usr/bin/names")" "names of one file"
is "$(stat -c %h "$g/r/usr/bin/two")" 2 "which is another one"
is "$(cmp "$g/r/var/hole" "$g/new/var/hole" && [ "$(stat -c %b "$g/new/var/hole")" -lt 100 ]; echo $?)" 0 "holes"
is "$(stat -c %t:%T "$g/new/usr/bin/null")" 1:3 "devices"
unify vclone "$g/r" "$g/new"
is "$status:$err" "1:vclone: $g/new: is not empty" "vclone again"
tr '=' '~' >"$tmp/leave" <<-END
	=/usr/bin/prog
	+/var/data
	/var
	END
unify vclone -X "$tmp/leave" "$g/r" "$g/less"
is "$status:$(cd "$g/less" && find var usr/bin/prog 2>/dev/null)" "0:var
var/data" "vclone -X"
unify vclone -n "$g/r" "$g/none"
is "$status:$(ls "$g/none" 2>/dev/null)" 0: "vclone --dry-run"
run "$fake" -e fset_iattr=22 vclone --xid 42 "$g/r" "$g/none"
is "$status:$(echo "$err" | grep -c 'keeps no tags: leave --xid out')" 1:1 "vclone --xid"
unify vclone "$g/r" none
is "$status" 255 "vclone to a relative path"
unify vclone "$g/r/nowhere" "$g/none2"
is "$status:$(ls "$g/none2" 2>/dev/null)" 1: "vclone of nothing"
mkdir "$g/mine"
unify vclone "$g/r" "$g/mine"
is "$status:$(listing mine)" "0:$(listing r)" "vclone to an empty directory"

tree
tr '=' '~' >"$tmp/list" <<-END
	=/etc/conf
	=/var/data
	/usr/bin/other
	END
printf '%s\n' '-/usr/bin/prog' >"$tmp/mine"
unify vcopy --manually -v "$g/new" "$tmp/mine" "$g/r" "$tmp/list"
is "$status:$err:$out" "0::$g/new: 10 files, 3 linked, 8 copied, 12KB saved" "vcopy --manually"
linked() { stat -c %h "$g/r/$1"; }
is "$(linked etc/deep/conf) $(linked a1) $(linked usr/bin/other) $(linked usr/bin/prog) $(linked usr/bin/suid)" \
	"2 2 1 1 1" "what is shared"
is "$(cat "$g/new/usr/bin/other" "$g/new/usr/bin/prog")" "content of usr/bin/other
content of usr/bin/prog" "what is copied"
is "$(ls "$g/new/etc" "$g/new/var")" "$g/new/etc:
deep

$g/new/var:
hole" "what is left out"
is "$(sort -u "$log")" "fset_iattr conf 60000 60000
fset_iattr hole 60000 60000" "what becomes immutable"
is "$(stat -c '%a %U %Y' "$g/new/var" "$g/new")" "$(stat -c '%a %U %Y' "$g/r/var" "$g/r")" "directories"
unify vcopy --manually "$g/new" "$tmp/mine"
is "$status" 255 "vcopy without a source"
unify vcopy new no-such-guest
is "$status" 1 "vcopy of no guest"
plan
