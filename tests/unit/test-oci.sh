#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Making a guest from a container image, and what unpack-root does.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
# shellcheck source=tests/unit/build.sh
. "$srcdir/tests/unit/build.sh"
command -v jq >/dev/null || {
	skip "container images" "jq is not installed"
	plan
}

image=$tmp/image

# add FILE: a part of the image; sets digest and size.
add() {
	digest=$(sha256sum <"$1" | cut -d' ' -f1)
	size=$(stat -c %s "$1")
	cp "$1" "$image/blobs/sha256/$digest"
}

# layer FILE: remember it.
layers=
layer() {
	add "$1"
	layers="$layers${layers:+,}{\"digest\":\"sha256:$digest\",\"size\":$size,
		\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\"}"
}

# finish_image CONFIG: manifest and index.
finish_image() {
	echo "$1" >"$tmp/config"
	add "$tmp/config"
	echo "{\"schemaVersion\":2,\"layers\":[$layers],
		\"config\":{\"digest\":\"sha256:$digest\",\"size\":$size}}" >"$tmp/manifest"
	add "$tmp/manifest"
	echo "{\"manifests\":[{\"digest\":\"sha256:ffff\",\"platform\":
		{\"os\":\"linux\",\"architecture\":\"s390x\"}},
		{\"digest\":\"sha256:$digest\",\"size\":$size}]}" >"$image/index.json"
	echo '{"imageLayoutVersion":"1.0.0"}' >"$image/oci-layout"
}

mkdir -p "$image/blobs/sha256"
victim=$tmp/victim
mkdir "$victim"
echo precious >"$victim/file"
a_tree "$tmp/l1"
mkdir -p "$tmp/l1/opt/a" "$tmp/l1/opt/b/c" "$tmp/l1/keep"
echo 1 >"$tmp/l1/opt/a/one"
echo 1 >"$tmp/l1/opt/b/c/two"
echo 1 >"$tmp/l1/keep/changed"
ln -s "$victim" "$tmp/l1/way"
mkdir "$tmp/l1/usr/bin"
rmdir "$tmp/l1/bin"
ln -s usr/bin "$tmp/l1/bin"
tar -C "$tmp/l1" -czf "$tmp/l1.tar.gz" .
layer "$tmp/l1.tar.gz"
mkdir -p "$tmp/l2/opt/a" "$tmp/l2/opt/b" "$tmp/l2/keep" "$tmp/l2/bin"
: >"$tmp/l2/opt/a/.wh.one"
: >"$tmp/l2/opt/b/.wh..wh..opq"
echo 2 >"$tmp/l2/opt/b/new"
echo 2 >"$tmp/l2/keep/changed"
echo 2 >"$tmp/l2/bin/tool"
: >"$tmp/l2/.wh.nothing"
# In this order, an opaque mark comes after what is beside it.
(cd "$tmp/l2" && tar -cf "$tmp/l2.tar" opt/a opt/b/new opt/b/.wh..wh..opq \
	keep/changed bin/tool .wh.nothing)
layer "$tmp/l2.tar"
mkdir -p "$tmp/l3/way"
: >"$tmp/l3/way/.wh.file"
echo evil >"$tmp/l3/way/other"
(cd "$tmp/l3" && tar --zstd -cf "$tmp/l3.tar.zst" way/.wh.file)
layer "$tmp/l3.tar.zst"
finish_image '{"config":{"Entrypoint":["/bin/tool","a b"],"Cmd":["c"],
	"Env":["PATH=/bin","X=1"]}}'

build -n o1 -m oci -- --image "$image"
is "$status:$err" 0: "an image in a directory"
r=$guests/o1
is "$(cd "$r" && find opt keep -type f | sort)" "keep/changed
opt/b/new" "whiteouts"
is "$(cat "$r/keep/changed" "$r/usr/bin/tool"):$(readlink "$r/bin")" "2
2:usr/bin" "layers"
is "$(cat "$victim/file")" precious "a whiteout through a link"
is "$(value o1/apps/init/style):$(value o1/apps/init/cmd.start):$(value o1/apps/init/environment)" \
	"command:/bin/tool
a b
c:PATH=/bin
X=1" "what is run"
is "$(find "$conf/o1" "$r" -name '.w*')" "" "nothing else is left"

tar -C "$image" -cf "$tmp/image.tar" .
build -n o2 -m oci -- --image "$tmp/image.tar"
is "$status:$(ls "$guests/o2/opt/b")" 0:new "an image in an archive"

# Damage is noticed.
last=$image/blobs/sha256/$(sha256sum <"$tmp/l2.tar" | cut -d' ' -f1)
echo >>"$last"
build -n o3 -m oci -- --image "$image"
is "$status" 1 "a damaged layer"
nothing_left o3 "a damaged image leaves nothing"
rm "$last"
ln -s "$victim/file" "$last"
build -n o3 -m oci -- --image "$image"
is "$status" 1 "a part that is a link"
mkdir -p "$tmp/no/blobs"
build -n o3 -m oci -- --image "$tmp/no"
says 1 "chroot-sh: open(): No such file or directory (index.json)"
build -n o3 -m oci -- --image "$tmp/does-not-exist"
is "$status" 1 "no such image"

# unpack-root by itself.
mkdir "$tmp/u"
util/unpack-root "$tmp/u" <"$tmp/l1.tar.gz"
is "$?:$(stat -c '%a %g' "$tmp/u/etc/shadow"):$(stat -c %h "$tmp/u/etc/hardlink")" \
	"0:600 42:2" "modes, owners, hard links"
mkdir "$tmp/w"
ln -s "$victim" "$tmp/w/way"
: >"$tmp/l3/way/.wh..wh..opq"
(cd "$tmp/l3" && tar -cf "$tmp/w.tar" way/.wh.file way/.wh..wh..opq)
util/unpack-root -w "$tmp/w" <"$tmp/w.tar" 2>/dev/null
is "$(cat "$victim/file")" precious "whiteouts stay in the tree"
for name in . ..; do
	mkdir -p "$tmp/x/sub/$name"
	: >"$tmp/x/sub/.wh.$name" 2>/dev/null
	(cd "$tmp/x" && tar -cf "$tmp/x.tar" "sub/.wh.$name")
	mkdir -p "$tmp/y/sub"
	util/unpack-root -w "$tmp/y" <"$tmp/x.tar" 2>/dev/null
	is "$?:$(ls -d "$tmp/y/sub")" "1:$tmp/y/sub" "the whiteout .wh.$name"
done
plan
