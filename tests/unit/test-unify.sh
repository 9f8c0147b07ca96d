#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What vunify makes of trees.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/unify.sh
. "$srcdir/tests/unit/unify.sh"

manually() { unify vunify --manually "$@" "$g/g" "$tmp/list" "$g/r" "$tmp/list"; }

trees
touch "$g/g/usr/bin/other"
manually -v -v -v
is "$status:$err" 0: "vunify --manually"
is "$out" "skipping   '/etc/conf' (excluded)
unifying   '/etc/deep/conf'
skipping   '/usr/bin/fifo' (non regular file)
skipping   '/usr/bin/names' (has other names)
skipping   '/usr/bin/other' (different)
unifying   '/usr/bin/prog'
skipping   '/usr/bin/suid' (gives privileges)
skipping   '/usr/bin/symlink' (symlink)
skipping   '/usr/bin/two' (has other names)
skipping   '/var/data' (excluded)
$g/g: 8 files, 2 linked, 8KB saved" "what vunify tells"
is "$(same etc/deep/conf) $(same usr/bin/prog) $(same etc/conf) $(same usr/bin/suid)" \
	"same same different different" "what is one file then"
is "$(sort -u "$log")" "fset_iattr conf 60000 60000
fset_iattr prog 60000 60000" "what becomes immutable"
is "$(find "$g/.unify")" "$g/.unify" "nothing is left in the way"
is "$(stat -c %a "$g/.unify")" 700 "nobody else gets there"
manually --json
is "$status:$out" "0:{\"guest\":\"$g/g\",\"dry_run\":false,\"files\":8,\"bytes\":0,\
\"linked\":0,\"copied\":0,\"stored\":0,\"already\":2,\"excluded\":2,\"left_out\":0,\
\"missing\":0,\"symlink\":1,\"special\":1,\"different\":1,\"names\":2,\"privileged\":1,\
\"immutable\":0,\"busy\":0,\"changed\":0,\"small\":0,\"links\":0,\"device\":0,\
\"unsupported\":0,\"gone\":0,\"failed\":0,\"complete\":true}" "vunify --json, again"
manually --trusted
is "$status:$(same usr/bin/suid)" 0:same "vunify --trusted"

trees
manually --dry-run
is "$out:$(same usr/bin/prog):$(cat "$log")" \
	"$g/g: 8 files, 3 linked, 12KB saved (dry run):different:" "vunify --dry-run"

# Content counts, whatever the rest says.
trees
printf 'CONTENT of usr/bin/prog\n' >"$g/g/usr/bin/prog"
touch -r "$g/r/usr/bin/prog" "$g/g/usr/bin/prog"
manually -v
is "$status:$(same usr/bin/prog):$(cat "$g/g/usr/bin/prog")" \
	"0:different:CONTENT of usr/bin/prog" "equal size and time, other content"
setfattr -n user.x -v 1 "$g/g/usr/bin/other" 2>/dev/null && {
	trees
	setfattr -n user.x -v 1 "$g/g/usr/bin/other"
	manually
	is "$status:$(same usr/bin/other)" 0:different "other attributes"
}

# Nothing leads out of the tree.
trees
mkdir "$tmp/outside"
cp -a "$g/r/usr/bin/prog" "$tmp/outside/prog"
rm -r "$g/g/usr/bin"
ln -s "$tmp/outside" "$g/g/usr/bin"
manually
is "$status:$(stat -c %h "$tmp/outside/prog")" 0:1 "a symbolic link in the guest"
trees
rm -r "$g/r/usr/bin"
ln -s "$tmp/outside" "$g/r/usr/bin"
manually
is "$status:$(stat -c %h "$tmp/outside/prog")" 0:1 "a symbolic link in the reference"
trees
ln -sf "$tmp/outside/prog" "$g/r/usr/bin/prog"
rm "$g/g/usr/bin/other"
mkfifo "$g/g/usr/bin/other"
manually
is "$status:$(stat -c %h "$tmp/outside/prog")" 0:1 "links and fifos instead of files"

# Configuration files of packages, even by another name.
trees
mkdir -p "$g/g/var/lib/dpkg/info" "$g/r/var/lib/dpkg/info"
ln -s usr/bin "$g/g/bin"
printf '%s\n' 'Package: one' 'Status: install ok installed' 'Architecture: all' 'Version: 1-1' \
	'Conffiles:' ' /bin/prog 0123' ' /nowhere 0123' '' \
	'Package: two' 'Status: install ok installed' 'Architecture: all' 'Version: 2' '' \
	'Package: gone' 'Status: deinstall ok config-files' 'Architecture: all' 'Version: 3' \
	>"$g/g/var/lib/dpkg/status"
sed 's/Version: 2/Version: 3/' "$g/g/var/lib/dpkg/status" >"$g/r/var/lib/dpkg/status"
printf '%s\n' /. /usr /usr/bin /usr/bin/prog /usr/bin/other /../../outside/prog >"$g/r/var/lib/dpkg/info/one.list"
echo /etc/deep/conf >"$g/r/var/lib/dpkg/info/two.list"
cp "$g/r/var/lib/dpkg/info/"* "$g/g/var/lib/dpkg/info/"
manually -v -v
is "$status:$(same usr/bin/prog):$(same usr/bin/other)" 0:different:same "configuration files"
trees_of_packages() {
	cp -a "$g/g/var" "$tmp/var"
	cp -a "$g/r/var" "$tmp/var-r"
	trees
	rm -r "$g/g/var" "$g/r/var"
	mv "$tmp/var" "$g/g/var"
	mv "$tmp/var-r" "$g/r/var"
}
trees_of_packages
unify vunify "$g/r" "$g/g" -- ALL
is "$status:$out:$err" "0:vservers $g/g
Unify pkg one-1-1 from $g/r to $g/g:" "vunify with packages"
is "$(same usr/bin/prog):$(same usr/bin/other):$(same etc/deep/conf)" \
	"same:same:different" "packages of the same version"
mkdir -p "$g/second"
cp -a "$g/r/." "$g/second"
unify vunify "$g/r" "$g/g" "$g/second" -- ALL
is "$status:$out" "0:vservers $g/g
Unify pkg one-1-1 from $g/r to $g/g
vservers $g/second
Unify pkg one-1-1 from $g/r to $g/second
Unify pkg two-3 from $g/r to $g/second" "vunify with packages, two guests"
trees_of_packages
unify vunify "$g/r" "$g/g" -- two
is "$status:$out:$(same etc/deep/conf)" "0:vservers $g/g:different" "a package of another version"
unify vunify --immutable -- "$g/r" "$g/g" -- one
is "$status:$(grep -c 'fset_iattr .* 40000 60000' "$log")" 0:2 "vunify --immutable"
unify vunify "$g/r" "$tmp/outside" -- ALL
is "$status:$err" "1:vunify: $tmp/outside: there are no packages" "a tree without packages"

# Files of its own again: these names are immutable for the stand-in.
trees
echo a >"$g/r/a1"
ln "$g/r/a1" "$g/g/a1"
manually -R -v -v
is "$status:$out:$(same a1):$(cat "$g/g/a1")" "0:deunifying '/a1'
skipping   '/usr/bin/fifo' (non regular file)
skipping   '/usr/bin/symlink' (symlink)
$g/g: 9 files, 0 linked, 1 copied, 0 B saved:different:a" "vunify -R"

# What an interrupted run leaves.
trees
echo b >"$g/g/a1"
mkdir -m 700 "$g/.unify"
ln "$g/g/a1" "$g/.unify/fg"
ln "$g/g/usr/bin/prog" "$g/.unify/kr"
mkdir "$g/.unify/new"
manually -v
is "$status:$(find "$g/.unify")" "0:$g/.unify" "the next run cleans up"
echo precious >"$g/.unify/new"
manually
is "$status:$(cat "$g/.unify"/left.*):$(echo "$err" | grep -c 'put it back or remove it')" \
	"0:precious:1" "what has no other name is kept"
manually
is "$status:$(find "$g/.unify" -name "left*" | wc -l)" 0:1 "for as long as somebody wants"
rm "$g/.unify"/left.*
chmod 777 "$g/.unify"
manually
is "$status:$err" "1:vunify: $g/g/.unify: others may use it: remove it" "a directory of others"
run "$fake" -e fset_iattr=26 vunify --manually -v "$g/g" "$tmp/list" "$g/r" "$tmp/list"
is "$status" 1 "refused"
chmod 700 "$g/.unify"
trees
run "$fake" -e fset_iattr=26 vunify --manually -v "$g/g" "$tmp/list" "$g/r" "$tmp/list"
is "$status:$(same usr/bin/prog):$(echo "$out" | grep -c 'is being written')" 0:different:3 \
	"files that somebody writes"
run "$fake" -e fset_iattr=95 vunify --manually -v "$g/g" "$tmp/list" "$g/r" "$tmp/list"
is "$status:$(echo "$out" | grep -c 'not supported')" 0:3 "a file system without attributes"
run vunify --manually "$g/g" "$tmp/list"
is "$status" 255 "no reference"
run vunify no-such-guest
is "$status" 1 "no guest"
plan
