#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Manual pages are clean, and complete with regard to options.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
PATH=$PWD/util:$PATH

for page in "$srcdir"/man/*.[2358] man/*.7; do
	if ! command -v mandoc >/dev/null; then
		skip "${page##*/}" "mandoc is not installed"
		continue
	fi
	# Names of pages that other packages bring are not looked up.
	is "$(mandoc -T lint -W warning "$page" 2>&1)" "" "lint ${page##*/}"
	for section in NAME SYNOPSIS DESCRIPTION "SEE ALSO"; do
		[ "$section" = SYNOPSIS ] && case $page in *.7) continue ;; esac
		grep -q "^\.Sh $section" "$page" ||
			fail "${page##*/} has a section $section"
	done
done

# Each option that --help shows is explained, and the other way round.
for page in "$srcdir"/man/*.8; do
	tool=${page##*/}
	tool=${tool%.8}
	# Some tools are not for all C libraries.
	if [ ! -e "util/$tool" ]; then
		skip "options of $tool(8)" "not built"
		continue
	fi
	"$tool" --help | sed -n 's/^ *\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' |
		sort >"$tmp/help"
	sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' "$page" | sort >"$tmp/page"
	is "$(cat "$tmp/page")" "$(cat "$tmp/help")" "options of $tool(8)"
done

# All names stand in the tables.
names=$(sed -n 's/^[A-Z]*([A-Z]*, "\([a-z0-9_]*\)".*/\1/p' \
	"$srcdir/lib/names.def")
missing=
for name in $names; do
	grep -qw "Cm $name" man/vserver-contexts.7 || missing="$missing $name"
done
is "$missing" "" "names in vserver-contexts(7)"

# All commands stand in vserver(2), with their numbers.
commands=$(sed -n 's/^#define VCMD_\([a-z0-9_]*\)	.*/\1/p' \
	"$srcdir/kernel/include/uapi/linux/vserver.h")
missing=
for cmd in $commands; do
	grep -qw "VCMD_$cmd" "$srcdir/man/vserver.2" || missing="$missing $cmd"
done
is "$missing" "" "commands in vserver(2)"

# All functions stand in libvserver(3).
functions=$(sed -n 's/^[a-z].*[ *]\(vc_[a-z_]*\)(.*/\1/p' \
	"$srcdir/lib/vserver.h")
missing=
for f in $functions; do
	grep -qx ".Fo $f" "$srcdir/man/libvserver.3" ||
		missing="$missing $f"
done
is "$missing" "" "functions in libvserver(3)"
plan
