#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What vhashify makes of trees, and vdu afterwards.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/unify.sh
. "$srcdir/tests/unit/unify.sh"

# hashify TREE OPTION...
hashify() {
	tree=$1
	shift
	unify vhashify --manually --destination "$g/.hash" "$@" "$g/$tree" "$tmp/list"
}
# more_trees: two with larger files, and a store.
more_trees() {
	trees
	echo tiny >"$g/r/usr/bin/tiny"
	rm -rf "$g/g"
	cp -a "$g/r" "$g/g"
	mkdir -m 700 "$g/.hash"
}
objects() { find "$g/.hash" -type f | sed "s|$g/.hash/||" | sort; }

more_trees
hashify r -v
is "$status:$err:$out" "0::skipping   '/usr/bin/suid' (gives privileges)
$g/r: 9 files, 0 linked, 3 stored, 0 B saved" "vhashify, the first guest"
is "$(objects | grep -cE '^[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}-00000000$')" 3 "names of objects"
hashify g -v -v
is "$status:$(echo "$out" | grep -e unifying -e saved)" "0:unifying   '/etc/deep/conf'
unifying   '/usr/bin/other'
unifying   '/usr/bin/prog'
$g/g: 9 files, 3 linked, 12KB saved" "vhashify, the second one"
is "$(same usr/bin/prog):$(same usr/bin/suid):$(same etc/conf):$(objects | wc -l)" \
	"same:different:different:3" "what is one file then"
is "$(find "$g/.unify")" "$g/.unify" "nothing is left in the way"
is "$(echo "$out" | grep -c 'too small')" 3 "small files"

# The hash is that of attributes and content, and no more than a hint.
more_trees
hashify r
set -- "$(objects | head -n 1)"
first=$1
hash=$(for f in etc/deep/conf usr/bin/other usr/bin/prog; do
	perl -e 'my @s = stat $ARGV[0]; my ($sec, $nsec) = split /\./, $ARGV[1];
		print pack("Q>8", @s[2, 4, 5, 6, 7], $sec, substr($nsec, 0, 9), 0);
		open F, $ARGV[0]; print <F>' "$g/r/$f" "$(stat -c %.9Y "$g/r/$f")" | sha256sum
done | sed 's|^\(..\)\(..\)\(.*\)  -|\1/\2/\3-00000000|' | sort | head -n 1)
is "$first" "$hash" "the hash is SHA-256"
more_trees
hashify g
for o in $(objects); do
	size=$(stat -c %s "$g/.hash/$o")
	rm "$g/.hash/$o"
	head -c "$size" /dev/zero >"$g/.hash/$o"
	touch -r "$g/r/usr/bin/prog" "$g/.hash/$o"
done
hashify r
is "$status:$(objects | grep -c -e '-00000001$'):$(cat "$g/r/usr/bin/prog")" \
	"0:3:content of usr/bin/prog" "two files with one hash"

more_trees
hashify r
touch -d 2001-01-01 "$g/g/usr/bin/prog"
hashify g
is "$(same usr/bin/prog)" different "another time"
more_trees
touch -d 2001-01-01 "$g/g/usr/bin/prog"
hashify r --ignore-mtime
hashify g --ignore-mtime
is "$(same usr/bin/prog)" same "vhashify --ignore-mtime"
more_trees
hashify r --trusted
hashify g --trusted
is "$(same usr/bin/suid)" same "vhashify --trusted"

more_trees
hashify r -n
is "$status:$out:$(objects):$(cat "$log")" "0:$g/r: 9 files, 0 linked, 3 stored, 0 B saved (dry run)::" \
	"vhashify --dry-run"
hashify r
hashify g
hashify g --json
is "$status:$(echo "$out" | grep -o '"linked":[0-9]*.*"stored":[0-9]*')" \
	'0:"linked":0,"copied":0,"stored":0' "vhashify --json, again"
rm "$g/g/usr/bin/prog" "$g/r/usr/bin/prog"
unify vhashify --gc -n --destination "$g/.hash"
is "$status:$(objects | wc -l)" 0:3 "vhashify --gc --dry-run"
unify vhashify --gc -v -v --destination "$g/.hash"
is "$status:$(echo "$out" | tail -n 1):$(objects | wc -l)" \
	"0:$g/.hash: 3 files, 0 linked, 1 copied, 4KB saved:2" "vhashify --gc"

chmod 755 "$g/.hash"
hashify g
is "$status:$err" "1:vhashify: $g/.hash: others than root may use it: $(
	)change its mode to 0700, or use --insecure" "a store of others"
hashify g --insecure
is "$status" 0 "vhashify --insecure"
unify vhashify --manually "$g/g" "$tmp/list"
is "$status" 255 "no store"
if [ -d /dev/shm ] && mkdir -m 700 /dev/shm/hash.$$ 2>/dev/null; then
	unify vhashify --manually --destination /dev/shm/hash.$$ "$g/g" "$tmp/list"
	is "$status:$err" "1:vhashify: /dev/shm/hash.$$: no matching device: $(
		)it is not on the file system of $g/g" "a store elsewhere"
	rmdir /dev/shm/hash.$$
fi

# vdu counts what has one name.
more_trees
blocks() {
	find "$1" -xdev \( -type d -o -links 1 \) -printf '%b\n' |
		awk '{ n += $1 } END { print n / 2 }'
}
run vdu -s "$g/g"
is "$status:$out" "0:$(blocks "$g/g")	$g/g" "vdu -s"
before=$(blocks "$g/g")
hashify r
hashify g
run vdu -s "$g/g"
is "$out:$((before - ${out%%	*}))" "$(blocks "$g/g")	$g/g:12" "vdu -s of a unified guest"
run vdu "$g/g"
is "$(echo "$out" | cut -f 2)" "$g/g/etc/deep
$g/g/etc
$g/g/usr/bin
$g/g/usr
$g/g/var
$g/g" "vdu"
run vdu -a "$g/g/usr"
is "$(echo "$out" | cut -f 2 | grep -c -e suid -e prog)" 1 "vdu -a"
run vdu -sh "$g/g"
is "$(echo "$out" | grep -cE '^[0-9.]+K	')" 1 "vdu -h"
run vdu --json -s "$g/g"
is "$out" "[{\"path\":\"$g/g\",\"bytes\":$(($(blocks "$g/g") * 1024))}]" "vdu --json"
run vdu "$g/g/usr/bin/suid" "$g/g/nowhere"
is "$status:$out:$err" "1:4	$g/g/usr/bin/suid:vdu: $g/g/nowhere: No such file or directory" "vdu, files"
unify vdu --xid 0 --space --inodes "$g/g"
is "$status:$out" "0:$g/g $(du -skx "$g/g" | cut -f 1) $(
	find "$g/g" -printf '%i\n' | sort -u | wc -l)" "vdu --xid"
unify vdu --xid 0 --inodes --script "$g/g"
is "$status:$out" "0:$(find "$g/g" -printf '%i\n' | sort -u | wc -l)" "vdu --script"
unify vdu --xid 5 --space --script --blocksize 512 "$g/g"
is "$status:$out" 0:0 "vdu --xid, another one"
run vdu --space "$g/g"
is "$status:$(echo "$err" | head -n 1)" "255:No xid specified; try '--help' for more information" "vdu --space"
run vdu --xid 5 "$g/g"
is "$status:$(echo "$err" | head -n 1)" \
	"255:Must specify --space or --inodes; try '--help' for more information" "vdu --xid alone"
run vdu --xid 5 --space
is "$status:$(echo "$err" | head -n 1)" \
	"255:No directory specified; try '--help' for more information" "vdu without directory"
plan
