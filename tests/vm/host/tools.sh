# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the build of the working tree's tools for the guest: out of the checkout, and only if an input changed.
#
# The sources are copied to the cache first, so that autoreconf does not write into the checkout.

TOOLS=$WORK/tools

# The files that the tools are made of.
tools_files() {
	checkout_files | grep -vE '^(\.git/|\.ci/|vm$|patches/|tests/(vm|attack|bench)/|kernel/(security|net|fs|trace)/|doc/)'
}

# Copies the sources, keeping times, and removes what is no longer among them.
tools_copy() {
	local new=$TOOLS/files.new old=$TOOLS/files
	tools_files >"$new"
	rsync -a --files-from="$new" "$TOP/" "$TOOLS/src/"
	touch "$old"
	comm -23 "$old" "$new" | (cd "$TOOLS/src" && tr '\n' '\0' | xargs -0r rm -f --)
	mv "$new" "$old"
}

# Runs one step of the build; its output is shown only if it fails.
tools_step() {
	local what=$1
	shift
	progress "tools: $what"
	if ! "$@" >>"$LOGS/tools" 2>&1; then
		tail -n 40 "$LOGS/tools" >&2
		die "tools: $what failed, see $LOGS/tools"
	fi
}

tools_build() {
	local key
	mkdir -p "$TOOLS/src" "$TOOLS/build" "$LOGS"
	: >"$LOGS/tools"
	tools_copy
	key=$(cd "$TOOLS/src" && configure_key)
	if ! stamp_is "$TOOLS/configured" "$key"; then
		tools_step autoreconf autoreconf -fi "$TOOLS/src"
		(cd "$TOOLS/build" && tools_step configure "$TOOLS/src/configure" --prefix=/usr --sysconfdir=/etc \
			--localstatedir=/var)
		printf '%s' "$key" >"$TOOLS/configured"
	fi
	tools_step make make -C "$TOOLS/build" -j"$JOBS"
}

# What configure depends on.
configure_key() {
	find . -name 'configure.ac' -o -name 'Makefile.am' -o -name '*.mk' -o -name '*.m4' ! -name aclocal.m4 ! -path './m4/lt*' \
		! -path './m4/libtool.m4' | sort | xargs -r sha256sum | hash_text
}

# Fills a layer with the installed tools.
layer_tools() {
	local dir=$1 programs
	tools_step install make -C "$TOOLS/build" install DESTDIR="$dir"
	rm -rf "$dir/usr/include" "$dir/usr/share/man" "$dir"/usr/lib/*.a "$dir"/usr/lib/*.la
	mapfile -t programs < <(find "$dir" -type f -perm -100)
	LD_LIBRARY_PATH=$dir/usr/lib add_libraries "$dir" "${programs[@]}"
}

layer_empty() { mkdir -p "$1/vm"; }

# Sets REPLY to the layer with the tools, built from the working tree as it is.
tools_layer() {
	if [ ! -f "$TOP/configure.ac" ]; then
		say "there is no configure.ac: an image without tools"
		layer tools-none 1 layer_empty
		return
	fi
	work_directory
	lock tools
	local key
	key=$({ tools_files; cd "$TOP" && tools_files | tr '\n' '\0' | xargs -0 sha256sum; cat "$VMDIR/host/tools.sh"; } | hash_text)
	if [ ! -f "$CACHE/layers/tools-$key.cpio" ]; then tools_build; fi
	layer tools "$key" layer_tools
	unlock tools
}
