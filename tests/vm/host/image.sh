# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the guest's root, an initramfs made of layers: base (busybox, a few host programs, the runner), tools (the
# working tree's, installed), and what a single run adds. A layer is a cpio archive that is made again only if what
# goes into it changed; the kernel unpacks archives that follow one another.

# Shells that know no busybox command by themselves: /bin/sh is dash, as in Debian.
BASE_PROGRAMS=(
	/usr/bin/dash /usr/bin/bash /usr/bin/ps /usr/bin/pstree /usr/bin/killall
	/usr/sbin/mke2fs /usr/sbin/e2fsck /usr/sbin/mkfs.xfs /usr/sbin/xfs_repair /usr/sbin/mkfs.btrfs /usr/bin/btrfs
	/usr/sbin/mkfs.f2fs /usr/sbin/fsck.f2fs
)
BASE_DIRECTORIES=(bin sbin lib lib64)	# all of them links into /usr, as in Debian

# Makes a layer if it is not there. $1: name, $2: key, rest: command that fills the directory it gets as last word.
# Sets REPLY to the file.
layer() {
	local name=$1 file=$CACHE/layers/$1-$2.cpio dir
	shift 2
	if [ ! -f "$file" ]; then
		progress "image: $name"
		lock "layer-$name" "$CACHE"
		mkdir -p "$CACHE/layers"
		scratch
		dir=$REPLY/root
		mkdir "$dir"
		"$@" "$dir"
		initrd_pack "$dir" "$file"
		rm -rf "$dir"
		find "$CACHE/layers" -name "$name-*" -printf '%T@ %p\n' | sort -rn | tail -n +9 | cut -d' ' -f2- |
			xargs -r rm -f
		unlock "layer-$name"
	fi
	touch "$file"		# used: the oldest are dropped
	REPLY=$file
}

# Copies programs of the host with the libraries they need.
#	add_libraries DIRECTORY PROGRAM...
add_libraries() {
	local dir=$1 lib
	shift
	for lib in $(ldd "$@" 2>/dev/null | grep -oE '(=> |^	)/[^ ]+ \(' | grep -oE '/[^ ]+' | sort -u); do
		case $lib in "$dir"/*) continue ;; esac
		lib=/usr/${lib#/usr/}
		install -D -m 755 "$lib" "$dir$lib"
	done
}

add_programs() {
	local dir=$1 program
	shift
	for program; do
		rm -f "$dir$program"
		install -D -m 755 "$program" "$dir$program"
	done
	add_libraries "$dir" "$@"
}

# Files of /etc: two users beside root and nobody.
layer_etc() {
	cat >"$1/passwd" <<-EOF
		root:x:0:0:root:/root:/bin/bash
		nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
		alice:x:1000:1000::/home/alice:/bin/sh
		bob:x:1001:1001::/home/bob:/bin/sh
	EOF
	printf '%s:x:%s:\n' root 0 tty 5 nogroup 65534 alice 1000 bob 1001 >"$1/group"
	printf '%s:*:::::::\n' root alice bob >"$1/shadow"
	printf '%s\n' '127.0.0.1 localhost vm' '::1 localhost' >"$1/hosts"
	printf '%s\n' 'passwd: files' 'group: files' 'hosts: files' >"$1/nsswitch.conf"
	echo "PS1='vm:\w# '" >"$1/profile"
}

compile_static() { gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -s -I"$TOP/kernel/include/uapi" -o "$@"; }

layer_base() {
	local dir=$1 d applet
	mkdir -p "$dir"/usr/{bin,sbin,lib,lib64} "$dir"/{dev,proc,sys,run,tmp,root,etc,mnt,srv,newroot,vm/run} \
		"$dir"/home/{alice,bob} "$dir"/var/{run,tmp,log,lib}
	for d in "${BASE_DIRECTORIES[@]}"; do ln -s "usr/$d" "$dir/$d"; done
	install -m 755 "$(command -v busybox)" "$dir/usr/bin/busybox"
	busybox --list | while read -r applet; do
		[ "$applet" = busybox ] || ln -s busybox "$dir/usr/bin/$applet"
	done
	add_programs "$dir" "${BASE_PROGRAMS[@]}"
	ln -sf dash "$dir/usr/bin/sh"
	install -m 755 "$VMDIR/guest/init" "$dir/init"
	install -m 644 "$VMDIR/guest/start" "$VMDIR/guest/kmsg.patterns" "$dir/vm/"
	layer_etc "$dir/etc"
	mkdir "$dir/vm/demo"
	install -m 755 "$VMDIR"/guest/demo/*.sh "$dir/vm/demo/"
	compile_static "$dir/vm/runner" "$VMDIR"/guest/runner/*.c
	compile_static "$dir/vm/talk" "$VMDIR/guest/talk.c"
	compile_static "$dir/vm/setuid-mknod" "$VMDIR/guest/demo/setuid-mknod.c"
}

# The layer that every run has. Its key also covers the host's packages.
base_layer() {
	local key
	key=$({
		hash_tree tests/vm/guest tests/vm/host/image.sh kernel/include/uapi/linux/vserver.h
		dpkg-query -W busybox-static dash bash procps psmisc libc6 gcc e2fsprogs xfsprogs btrfs-progs \
			f2fs-tools 2>/dev/null
	} | hash_text)
	layer base "$key" layer_base
}

# Fills a layer with files for /vm/run.
layer_run() {
	local dir=${*: -1}
	mkdir -p "$dir/vm/run"
	cp -- "${@:1:$#-1}" "$dir/vm/run/"
}

# Puts an image together: base, the layers of LAYERS, and the given files in /vm/run.
#	initrd OUTFILE [FILE...]
initrd() {
	local out=$1 dir
	shift
	base_layer
	scratch
	dir=$REPLY
	mkdir "$dir/root"
	layer_run "$@" "$dir/root"
	initrd_pack "$dir/root" "$dir/run.cpio"
	base_layer
	cat "$REPLY" "${LAYERS[@]}" "$dir/run.cpio" >"$out"
	rm -rf "$dir"
}
LAYERS=()
