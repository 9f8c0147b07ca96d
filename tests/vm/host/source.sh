# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the kernel source trees: the pristine one, unpacked once per Debian version, and the prepared one, which is
# the pristine one with kernel/ laid over it and patches/6.12/series applied.
#
# The prepared tree shares its files with the pristine one (hard links); a file is only ever replaced by rename, and
# only if its content changed, so that make rebuilds what depends on it and nothing else. A file that goes back to
# pristine is a fresh copy: with its old time make would not notice.

SERIES=patches/6.12
LINUX_PACKAGE=linux-source-6.12
LINUX_TARBALL=${LINUX_TARBALL:-/usr/src/linux-source-6.12.tar.xz}

# Sets LINUX_VERSION (Debian's), LINUX (directory of everything that depends on it only), PRISTINE and PATCHED (the
# directory of this checkout's prepared tree and objects).
source_pristine() {
	local tmp have
	[ -z "${PRISTINE:-}" ] || return 0
	case $CACHE in *[[:space:]:]*) die "the kernel cannot be built below a path with blanks or colons: $CACHE" ;; esac
	LINUX_VERSION=$(dpkg-query -W -f '${Version}' "$LINUX_PACKAGE")
	LINUX=$CACHE/linux-${LINUX_VERSION//[~:+]/_}
	PATCHED=$WORK/${LINUX##*/}
	if [ ! -d "$LINUX/pristine/src" ]; then
		lock source "$CACHE"
		if [ ! -d "$LINUX/pristine/src" ]; then
			say "unpacking $LINUX_PACKAGE $LINUX_VERSION"
			mkdir -p "$LINUX/pristine"
			tmp=$LINUX/unpack
			rm -rf "$tmp"
			mkdir "$tmp"
			tar -C "$tmp" -xf "$LINUX_TARBALL"
			mv "$tmp/$LINUX_PACKAGE" "$LINUX/pristine/src"
			rmdir "$tmp"
		fi
		unlock source
	fi
	PRISTINE=$LINUX/pristine/src
	have=$(sed -n 's/^VERSION = //p;s/^PATCHLEVEL = //p' "$PRISTINE/Makefile" | paste -sd.)
	[ "$have" = 6.12 ] || die "the series is for Linux 6.12.y, but $LINUX_PACKAGE $LINUX_VERSION is Linux $have"
	LINUX_RELEASE=$have.$(sed -n 's/^SUBLEVEL = //p' "$PRISTINE/Makefile")
}

# Prints the patches of the series, one a line.
series() {
	[ -f "$TOP/$SERIES/series" ] || return 0
	sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$TOP/$SERIES/series"
}

# Prints the files that a patch touches.
patch_files() {
	awk '/^--- /{old = $2; next}
	     /^\+\+\+ / && old != "" {if (old != "/dev/null") print old; if ($2 != "/dev/null") print $2}
	     {old = ""}' "$1" | sed 's,^[^/]*/,,' | sort -u
}

# Prints the files of the overlay.
overlay_files() {
	[ -d "$TOP/kernel" ] || return 0
	(cd "$TOP/kernel" && find . -type f ! -name '*~' ! -name '.*.sw?' ! -name '*.orig' ! -name '*.rej' \
		-printf '%P\n')
}

# Copies the pristine form of the listed files (standard input) to a directory.
stage_pristine() {
	(cd "$PRISTINE" && while read -r f; do [ ! -f "$f" ] || printf '%s\0' "$f"; done | \
		xargs -0r cp --parents -t "$1")
}

# Applies one patch of the series to a directory, fuzz 0; a failure names the patch, the file and the kernel.
apply_patch() {
	local dir=$1 name=$2 out
	[ -f "$TOP/$SERIES/$name" ] || die "$SERIES/series names $name, which does not exist"
	if ! out=$(patch -d "$dir" -p1 -F0 -f --no-backup-if-mismatch <"$TOP/$SERIES/$name" 2>&1); then
		printf '%s\n' "$out" | grep -v '^patching file .*$' >&2 || true
		die "$SERIES/$name does not apply to Linux $LINUX_RELEASE (Debian $LINUX_VERSION), file:" \
			"$(awk '/^patching file/{f = $3} /FAILED|malformed|ignored|No file/{print f}' <<<"$out" | sort -u | xargs)"
	fi
}

# The files that overlay and series touch, in the state they give them, in directory $1; their list in $2.
stage_series() {
	local dir=$1 list=$2 name f
	{
		overlay_files
		for name in $(series); do [ ! -f "$TOP/$SERIES/$name" ] || patch_files "$TOP/$SERIES/$name"; done
	} | sort -u >"$list"
	stage_pristine "$dir" <"$list"
	while read -r f; do
		[ ! -e "$PRISTINE/$f" ] || die "kernel/$f would replace a file of the stock kernel: make it a patch"
		install -D -m 644 "$TOP/kernel/$f" "$dir/$f"
	done < <(overlay_files)
	for name in $(series); do apply_patch "$dir" "$name"; done
}

# Brings one file of the prepared tree into the wanted state. $1: staging directory, $2: file.
update_file() {
	local from=$1/$2 to=$PREPARED/$2
	[ -f "$from" ] || from=$PRISTINE/$2
	if [ ! -f "$from" ]; then rm -f "$to"; return; fi
	! cmp -s "$from" "$to" || return 0
	mkdir -p "${to%/*}"
	cp --no-preserve=timestamps "$from" "$to.vm-new"
	mv -f "$to.vm-new" "$to"
	UPDATED=$((UPDATED + 1))
	if [[ $2 = *.h ]] && [ -f "$PRISTINE/$2" ]; then UPDATED_HEADERS=$((UPDATED_HEADERS + 1)); fi
}

# The content of overlay, series and stock source in one word.
source_key() { printf '%s %s' "$LINUX_VERSION" "$(hash_tree kernel "$SERIES")"; }

# Brings the prepared tree up to date; the caller holds the lock `kernel`. Sets PREPARED and SOURCE_KEY.
source_prepared() {
	local stage f
	source_pristine
	PREPARED=$PATCHED/src
	SOURCE_KEY=$(source_key)
	stamp_is "$PATCHED/stamp" "$SOURCE_KEY" && [ -d "$PREPARED" ] && return 0
	if [ ! -d "$PREPARED" ]; then
		say "making the prepared tree"
		rm -rf "$PATCHED"
		mkdir -p "$PATCHED"
		cp -al "$PRISTINE" "$PATCHED/src.new"
		mv "$PATCHED/src.new" "$PREPARED"
	fi
	scratch
	stage=$REPLY
	mkdir "$stage/tree"
	stage_series "$stage/tree" "$stage/list"
	UPDATED=0 UPDATED_HEADERS=0
	rm -f "$PATCHED/stamp"
	touch "$PATCHED/touched"
	sort -u "$stage/list" "$PATCHED/touched" >"$stage/all"
	cp "$stage/all" "$PATCHED/touched"		# also right if this is interrupted
	while read -r f; do update_file "$stage/tree" "$f"; done <"$stage/all"
	cp "$stage/list" "$PATCHED/touched"
	printf '%s' "$SOURCE_KEY" >"$PATCHED/stamp"
	say "prepared tree: Linux $LINUX_RELEASE, $(series | wc -l) patches, $UPDATED files updated"
}
