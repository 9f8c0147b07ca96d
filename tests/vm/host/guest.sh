# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the root file systems of real guests for tests: Debian with sysvinit and with systemd, as ext4 images that are
# made once and kept. The machine gets them as /dev/vda, /dev/vdb and so on; it writes to a copy that is thrown away.

GUEST_SUITE=bookworm
GUEST_NO_DOCS=(
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*'
	--dpkgopt='path-exclude=/usr/share/locale/*'
)

# The packages that make a guest of a kind, beside the smallest Debian.
guest_packages() {
	case $1 in
	sysv) echo sysvinit-core,sysv-rc,procps ;;
	systemd) echo systemd-sysv,procps,dbus ;;
	*) die "tests.list: there is no guest '$1'" ;;
	esac
}

# What a guest that nobody logs in to at a console does not need. In the directory $1, which no guest has run in yet.
guest_adapt() {
	local root=$1
	rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
	: >"$root/etc/machine-id"
	[ ! -f "$root/etc/inittab" ] || sed -i 's/^[0-9]:.*getty/#&/' "$root/etc/inittab"
	rm -f "$root/etc/hostname"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
}

# Unpacks root.tar of directory $1, adapts it and makes root.img. Needs to own files as root, or to believe so.
guest_pack() {
	mkdir "$1/root"
	tar -xf "$1/root.tar" -C "$1/root" --exclude='./dev/*'
	guest_adapt "$1/root"
	mke2fs -q -F -t ext4 -d "$1/root" "$1/root.img" 1G
	rm -rf "$1/root"
}

# Sets REPLY to the image of a guest.
guest_image() {
	local kind=$1 packages key mode=root dir
	packages=$(guest_packages "$kind")
	key=$({ echo "$GUEST_SUITE $packages ${GUEST_NO_DOCS[*]}"; declare -f guest_adapt guest_pack; } | hash_text)
	REPLY=$CACHE/guests/$kind-$key.img
	[ ! -f "$REPLY" ] || return 0
	lock "guest-$kind" "$CACHE"
	if [ ! -f "$REPLY" ]; then
		progress "guest $kind: packages from the Debian mirror"
		mkdir -p "$CACHE/guests" "$LOGS"
		[ "$(id -u)" = 0 ] || mode=unshare
		scratch
		dir=$REPLY
		mmdebstrap --variant=minbase --mode=$mode --include="$packages" "${GUEST_NO_DOCS[@]}" "$GUEST_SUITE" \
			"$dir/root.tar" >"$LOGS/guest-$kind" 2>&1 ||
			die "guest $kind: mmdebstrap failed, see $LOGS/guest-$kind; is the network there?"
		export -f guest_adapt guest_pack
		if [ "$mode" = root ]; then
			guest_pack "$dir"
		else
			fakeroot bash -c "guest_pack '$dir'"
		fi
		mv "$dir/root.img" "$CACHE/guests/$kind-$key.img"
	fi
	unlock "guest-$kind"
	REPLY=$CACHE/guests/$kind-$key.img
}

# Adds the images of guests $1 (separated by commas) to the machine, in this order.
guest_drives() {
	local kind
	for kind in ${1//,/ }; do
		guest_image "$kind"
		VM_OPTIONS+=(-drive "file=$REPLY,format=raw,if=virtio,snapshot=on")
	done
}
