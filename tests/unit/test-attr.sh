#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What setattr, showattr, vprocunhide and vdevmap ask of the kernel, and make of it.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
PATH=$PWD/util:$PATH
log=$tmp/log

fake=${FAKE_KERNEL:-tests/unit/fake-kernel}
status=0
"$fake" true 2>/dev/null || status=$?
if [ "$status" -ne 0 ]; then
	skip "commands for the kernel" "no seccomp notifications here"
	plan
fi

# calls WHAT STATUS OUT LOG FAKE-OPTIONS -- COMMAND...
calls() {
	what=$1 want=$2:$3 want_log=$4
	shift 4
	: >"$log"
	run "$fake" -l "$log" "$@"
	is "$status:$out$err" "$want" "$what: output"
	is "$(cat "$log")" "$want_log" "$what: commands"
}

files=$tmp/files
mkdir -p "$files/dir/sub"
touch "$files/a" "$files/b" "$files/c" "$files/.hidden" "$files/dir/p" \
	"$files/dir/sub/x"
ln -s dir "$files/symlink"
calls "showattr" 0 "-----UIC- $files/a
-----uIc- $files/b
-----uic- $files/c
----Buic- $files/dir
-----uic- $files/symlink" "" showattr "$files"
calls "showattr, files" 0 "-----UIC- $files/a
-----uic- $files/symlink
AwH--uic- $files/dir/p" "" \
	showattr "$files/a" "$files/symlink" "$files/dir/p"
calls "showattr --legacy" 0 "---bUI- $files/a
---buI- $files/b
---bui- $files/c" "" \
	showattr --legacy "$files/a" "$files/b" "$files/c"
calls "showattr -d" 0 "----Buic- $files/dir" "" showattr -d "$files/dir"
calls "showattr -L" 0 "----Buic- $files/symlink" "" \
	showattr -d -L "$files/symlink"
calls "showattr -R -a" 0 "-----uic- $files/.hidden
-----UIC- $files/a
-----uIc- $files/b
-----uic- $files/c
----Buic- $files/dir
AwH--uic- $files/dir/p
-----uic- $files/dir/sub
-----uic- $files/dir/sub/x
-----uic- $files/symlink" "" showattr -R -a "$files"
calls "showattr --json" 0 \
	"[{\"path\":\"$files/dir\",\"barrier\":true,\"ixunlink\":false,\"immutable\":false,\"cow\":false}]" \
	"" showattr --json -d "$files/dir"
calls "showattr, refused" 1 "ERR       $files/ashowattr: $files/a: $(
	)Operation not permitted" "" -e fget_iattr=1 showattr "$files/a"
calls "setattr --barrier" 0 "" "fset_iattr dir 10000 10000" \
	setattr --barrier "$files/dir"
calls "setattr" 0 "" "fset_iattr a 20005 30007" \
	setattr --hide --admin --~watch '--!barrier' --ixunlink "$files/a"
calls "setattr, old spellings" 0 "" "fset_iattr a 60000 60000
fset_iattr b 60000 60000" \
	setattr --immu --iunlink-but-not-immutable "$files/a" "$files/b"
calls "setattr, the last one counts" 0 "" "fset_iattr a 40000 e0000" \
	setattr --iunlink --~ixunlink --~cow "$files/a"
calls "setattr --flags" 0 "" "fset_iattr a 5 10007" \
	setattr --flags 5 --~flags 0x10002 "$files/a"
calls "setattr -R" 0 "" "fset_iattr dir 0 10000
fset_iattr p 0 10000
fset_iattr sub 0 10000
fset_iattr x 0 10000" setattr -R --~barrier "$files/dir"
calls "setattr, refused" 1 "setattr: $files/a: Invalid argument" \
	"fset_iattr a 10000 10000" -e fset_iattr=22 \
	setattr --barrier "$files/a"
printf '%s\n' '/proc/stat' '-/proc/no-such' '!/proc/ver*on # pattern' >"$tmp/list"
calls "vprocunhide, nothing to do" 0 "" "" vprocunhide --list "$tmp/list"
calls "vdevmap" 0 "" "set_mapping 42 2 /dev/null -" \
	vdevmap --xid 42 --set --open --device /dev/null
calls "vdevmap, all of a kind, for all" 0 "" "set_mapping 0 3 - /dev/zero" \
	vdevmap --xid 0 --set --open --create --target /dev/zero
calls "vdevmap, by number" 0 "" "set_mapping 42 13 /dev/null /dev/zero" \
	vdevmap --xid 42 --set --remap --flags 3 --device /dev/null --target /dev/zero
calls "vdevmap --unset" 0 "" "unset_mapping 42 0 /dev/null -" \
	vdevmap --xid 42 --unset --device /dev/null
calls "vdevmap --unset, refused" 255 "vdevmap: /dev/null: nothing was set for context 42" \
	"unset_mapping 42 0 /dev/null -" -e unset_mapping=2 \
	vdevmap --xid 42 --unset --device /dev/null
calls "vdevmap --remap, refused" 255 "vdevmap: /dev/null: only block devices can be remapped" \
	"set_mapping 42 10 /dev/null /dev/zero" -e set_mapping=95 \
	vdevmap --xid 42 --set --remap --device /dev/null --target /dev/zero
plan
