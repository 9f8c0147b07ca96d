# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# A host of our own below $tmp, for tests that make guests.  Sourced.

if [ "$(id -u)" != 0 ] || ! mknod "$tmp/null" c 1 3 2>/dev/null; then
	skip "making guests" "only root can"
	plan
fi
if [ ! -x util/unpack-root ]; then
	skip "making guests" "built without libarchive"
	plan
fi

here=$PWD
case $srcdir in
/*) top=$srcdir ;;
*) top=$here/$srcdir ;;
esac
lib=$tmp/lib
conf=$tmp/etc
guests=$tmp/guests
mkdir -p "$lib" "$conf" "$guests" "$tmp/sbin"
for f in "$top"/scripts/[a-r]*.sh "$top"/scripts/*.method "$here"/scripts/vserver-* \
	"$here"/util/chroot-sh "$here"/util/unpack-root \
	"$top"/scripts/sample.* "$top"/scripts/distributions; do
	ln -s "$f" "$lib/"
done
for f in newvserver dupvserver vserver-copy; do
	[ ! -e "$here/scripts/$f" ] || ln -s "$here/scripts/$f" "$tmp/sbin/"
done
ln -s "$here/util/vclone" "$tmp/sbin/"
cat >"$tmp/vars" <<END
__VERSION=test
__SBINDIR=$tmp/sbin
__PKGLIBDIR=$lib
__CONFDIR=$conf
__RUNDIR=$tmp/run
__CACHEDIR=$tmp/cache
__LOCKDIR=$tmp/lock
__DEFAULT_VSERVERDIR=$guests
VROOTDIR=$guests
END
UTIL_VSERVER_VARS=$tmp/vars
export UTIL_VSERVER_VARS
unset NO_DEFAULT_OPTS
# Looking for leaks needs the /proc that is outside of the root of a guest.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

build() { run "$lib/vserver-build" --silent "$@"; }

# says STATUS TEXT: what the last command did.
says() {
	is "$status:$(sed -n 1p "$tmp/err")" "$1:$2" "${3-$2}"
}

# value FILE: of the configuration.
value() { cat "$conf/$1" 2>&1; }

# nothing_left NAME WHAT: neither a guest nor parts of one.
nothing_left() {
	is "$(ls -Ad "$guests/$1" "$guests/.build.$1" "$conf/$1" \
		"$conf/.build.$1" 2>/dev/null)" "" "$2"
}

# a_tree DIR: something that looks like a small system.
a_tree() {
	mkdir -p "$1/etc/systemd/system" "$1/etc/ssh" "$1/usr/sbin" \
		"$1/root" "$1/dev" "$1/bin"
	echo old >"$1/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	echo secret >"$1/etc/ssh/ssh_host_rsa_key"
	echo 'root:*:19000:0:99999:7:::' >"$1/etc/shadow"
	chmod 600 "$1/etc/shadow"
	chgrp 42 "$1/etc/shadow"
	printf '%s\n' 'id:2:initdefault:' '1:2345:respawn:/sbin/getty 38400 tty1' \
		>"$1/etc/inittab"
	: >"$1/usr/sbin/sshd"
	ln "$1/etc/hostname" "$1/etc/hardlink"
}
