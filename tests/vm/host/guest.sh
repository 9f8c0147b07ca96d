# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the root file systems of real guests for tests: Debian with sysvinit and with systemd, as archives and as ext4
# images, which are made once and kept. The machine gets them as /dev/vda, /dev/vdb and so on; it writes to a copy that
# is thrown away.

GUEST_SUITE=bookworm
GUEST_NO_DOCS=(
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*'
	--dpkgopt='path-exclude=/usr/share/locale/*'
)

# The packages that make a guest of a kind, beside the smallest Debian.
guest_packages() {
	case $1 in
	sysv) echo sysvinit-core,sysv-rc,procps,openssh-server,cron,inetutils-syslogd,lighttpd ;;
	systemd) echo systemd-sysv,procps,dbus,openssh-server,cron,nginx-light ;;
	*) die "tests.list: there is no guest '$1'" ;;
	esac
}

# Sets REPLY to the archive with a guest of a kind.
guest_tar() {
	local kind=$1 packages key mode=root dir tar
	packages=$(guest_packages "$kind")
	key=$(echo "$GUEST_SUITE $packages ${GUEST_NO_DOCS[*]}" | hash_text)
	tar=$CACHE/guests/$kind-$key.tar
	if [ ! -f "$tar" ]; then
		progress "guest $kind: packages from the Debian mirror"
		mkdir -p "$CACHE/guests" "$LOGS"
		[ "$(id -u)" = 0 ] || mode=unshare
		scratch
		dir=$REPLY
		mmdebstrap --variant=minbase --mode=$mode --include="$packages" "${GUEST_NO_DOCS[@]}" "$GUEST_SUITE" \
			"$dir/root.tar" >"$LOGS/guest-$kind" 2>&1 ||
			die "guest $kind: mmdebstrap failed, see $LOGS/guest-$kind; is the network there?"
		mv "$dir/root.tar" "$tar"
	fi
	REPLY=$tar
}

# Makes an image of the archive $2 in directory $1. Needs to own files as root, or to believe so.
guest_pack() {
	mkdir "$1/root"
	tar -xf "$2" -C "$1/root" --exclude='./dev/*'
	mke2fs -q -F -t ext4 -d "$1/root" "$1/root.img" 1G
	rm -rf "$1/root"
}

# Sets REPLY to the image of a guest.
guest_image() {
	local kind=$1 tar image
	guest_tar "$kind"
	tar=$REPLY
	image=${tar%.tar}.img
	if [ ! -f "$image" ]; then
		progress "guest $kind: image"
		scratch
		export -f guest_pack
		if [ "$(id -u)" = 0 ]; then
			guest_pack "$REPLY" "$tar"
		else
			fakeroot bash -c "guest_pack '$REPLY' '$tar'"
		fi
		mv "$REPLY/root.img" "$image"
	fi
	REPLY=$image
}

# Sets REPLY to what tests.list calls a guest: sysv, systemd; template, the archive of the first; disk, an empty one.
guest_file() {
	mkdir -p "$CACHE/guests"
	lock guests "$CACHE"
	case $1 in
	template) guest_tar sysv ;;
	disk)
		REPLY=$CACHE/guests/disk.img
		[ -f "$REPLY" ] || truncate -s 3G "$REPLY"
		;;
	*) guest_image "$1" ;;
	esac
	unlock guests
}

# Adds the images of guests $1 (separated by commas) to the machine, in this order.
guest_drives() {
	local kind
	[ -n "$1" ] || return 0
	for kind in ${1//,/ }; do
		guest_file "$kind"
		VM_OPTIONS+=(-drive "file=$REPLY,format=raw,if=virtio,snapshot=on")
	done
}

# The programs of a Debian host, in the place of those of busybox.
HOST_PROGRAMS=(
	basename cat chmod chown cp cut date dirname du env find flock grep head hostname id ln ls mkdir mknod mktemp mv
	readlink rm rmdir script sed sha256sum sort stat sync tail tar touch tr uname unshare wc
)

layer_host() { add_programs "$1" "${HOST_PROGRAMS[@]/#//usr/bin/}"; }

# Sets REPLY to the layer with them.
host_layer() {
	local key
	key=$({
		echo "${HOST_PROGRAMS[*]}"
		declare -f layer_host add_programs add_libraries
		dpkg-query -W coreutils findutils util-linux bsdutils grep sed tar hostname libc6
	} | hash_text)
	layer host "$key" layer_host
}
