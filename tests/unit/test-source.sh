#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rules that the source has to keep.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"

# Public functions are those of the headers, and nothing else is exported.
sed -n 's/^[a-z].*[ *]\(vc_[a-z_]*\)(.*/\1/p' "$srcdir/lib/vserver.h" \
	"$srcdir/lib/vserver-config.h" | sort >"$tmp/header"
sed -n 's/^	\(vc_[a-z_]*\);/\1/p' "$srcdir/lib/libvserver.map" |
	sort >"$tmp/map"
is "$(cat "$tmp/map")" "$(cat "$tmp/header")" "exported symbols"
is "$(sort -c "$tmp/map" 2>&1)" "" "the map is sorted"

for dir in lib util util/common util/guest scripts tests/unit tests/fuzz; do
	missing=
	long=
	for f in "$srcdir/$dir"/*.[ch] "$srcdir/$dir"/*.sh "$srcdir/$dir"/*.mk \
		"$srcdir/$dir"/*.def; do
		[ -e "$f" ] || continue
		sed -n 1,2p "$f" | grep -q 'SPDX-License-Identifier: .*GPL' ||
			missing="$missing ${f##*/}"
		[ "$(wc -l <"$f")" -le 600 ] || long="$long ${f##*/}"
	done
	is "$missing" "" "$dir: licences"
	is "$long" "" "$dir: short files"
done

is "$(for f in "$srcdir"/lib/*.[ch] "$srcdir"/util/*.[ch] \
	"$srcdir"/util/common/*.[ch] "$srcdir"/util/guest/*.[ch]; do
	[ -e "$f" ] || continue
	expand "$f" | awk -v f="${f##*/}" 'length > 80 { print f ":" FNR }'
done)" "" "lines of at most 80 columns"

shellcheck=$(command -v shellcheck)
for f in "$srcdir"/tests/unit/*.sh "$srcdir"/tests/unit/run \
	"$srcdir"/tests/fuzz/run "$srcdir"/man/*.sh \
	"$srcdir"/scripts/*.sh "$srcdir"/scripts/*.method \
	"$srcdir"/scripts/*.in "$srcdir"/etc/init.d/*.in \
	util/vpstree util/vtop; do
	if [ ! "$shellcheck" ]; then
		skip "shellcheck ${f##*/}" "not installed"
	elif shellcheck -x -P "$srcdir" "$f" >"$tmp/out" 2>&1; then
		pass "shellcheck ${f##*/}"
	else
		fail "shellcheck ${f##*/}"
		sed 's/^/# /' "$tmp/out"
	fi
done
plan
