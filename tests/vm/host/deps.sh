# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the list of Debian packages that ./vm needs and their installation, the only step that needs root.

PACKAGES=(
	# the kernel
	linux-source-6.12 gcc make bc bison flex libelf-dev libssl-dev cpio rsync kmod xz-utils ccache patch perl
	# the tools and their tests
	libc6-dev autoconf automake libtool pkg-config clang libclang-rt-14-dev dietlibc-dev mandoc
	libarchive-dev jq
	libc6-dev-i386 lib32gcc-12-dev
	# checks
	sparse shellcheck
	# the machine and what runs in it
	qemu-system-x86 busybox-static e2fsprogs xfsprogs btrfs-progs f2fs-tools fakeroot procps psmisc mmdebstrap
)

# Prints the packages of the list that are not installed.
deps_missing() {
	local -A have=()
	local name status
	while read -r name status; do
		[ "$status" != installed ] || have[$name]=1
	done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${PACKAGES[@]}" 2>/dev/null)
	for name in "${PACKAGES[@]}"; do [ -n "${have[$name]:-}" ] || printf '%s ' "$name"; done
}

deps() {
	local missing as_root=()
	command -v dpkg-query >/dev/null || die "this needs Debian 12 or a system like it: dpkg-query is missing"
	missing=$(deps_missing)
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || die "please install these packages as root (there is no sudo): $missing"
		as_root=(sudo)
	fi
	say "installing packages: $missing"
	cmd "${as_root[@]}" apt-get -q update >&2 || say "apt-get update failed; trying with the lists that are there"
	# shellcheck disable=SC2086 # a list of words
	cmd "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing \
		>&2 || die "apt-get could not install: $missing"
}
