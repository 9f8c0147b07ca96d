# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# What the scripts have in common.  Sourced after util-vserver-vars.

PATH=$__SBINDIR:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022

me=${0##*/}
quiet=

if [ -r "$__CONFDIR/util-vserver-vars" ]; then
	# shellcheck source=/dev/null
	. "$__CONFDIR/util-vserver-vars"
fi

info() { [ "$quiet" ] || echo "I: $me: $*" >&2; }
warn() { echo "W: $me: $*" >&2; }

die() {
	echo "E: $me: $*" >&2
	exit 1
}

usage_error() {
	echo "$me: $*" >&2
	echo "Try '$me --help' for more information." >&2
	exit 1
}

show_version() {
	echo "$me $__VERSION -- $1"
	echo "Copyright (C) 2026 the vserver developers"
	exit 0
}

need() {
	local program
	for program; do
		command -v "$program" >/dev/null ||
			die "Can not find $program: please install it"
	done
}

need_root() { [ "$(id -u)" = 0 ] || die "permission denied (needs root on the host)"; }

# The names that the tools accept; none that hides or looks like an option.
valid_name() {
	[[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] && [ ${#1} -le 64 ]
}

check_name() {
	valid_name "$1" ||
		die "'$1' is no name for a vserver: letters, digits, '.', '_' and '-', at most 64"
}

# Where new guests go.
guest_base() {
	if [ -d "$__CONFDIR/.defaults/vdirbase" ]; then
		readlink -f "$__CONFDIR/.defaults/vdirbase"
	else
		echo "$VROOTDIR"
	fi
}

# guest_style NAME: "new", "old", or nothing when there is no such guest.
guest_style() {
	if [ -e "$__CONFDIR/$1/vdir" ] || [ -L "$__CONFDIR/$1/vdir" ]; then
		echo new
	elif [ -f "$__CONFDIR/$1.conf" ]; then
		echo old
	fi
}

# The root of a guest, without links.
guest_root() {
	case $(guest_style "$1") in
	new) readlink -f "$__CONFDIR/$1/vdir" ;;
	old) readlink -f "$(guest_base)/$1" ;;
	esac
}

# The context in which a guest runs; fails when it does not.
guest_xid() {
	local xid
	[ -r "$__RUNDIR/$1" ] && read -r xid <"$__RUNDIR/$1" &&
		[[ $xid =~ ^[0-9]+$ ]] && [ -d "/proc/virtual/$xid" ] &&
		echo "$xid"
}

# in_root ROOT OPERATION ARG...: a file operation inside the tree of a guest.
# No other way may write to, or read from, a path below the root of a guest.
in_root() {
	local root=$1
	shift
	(cd "$root" && exec "$__PKGLIBDIR/chroot-sh" -- "$@")
}

# put ROOT FILE: stdin becomes the content, if there is such a directory.
put() {
	local dir=${2%/*}
	in_root "$1" realpath "${dir:-/}" >/dev/null 2>&1 || return 0
	in_root "$1" truncate "$2"
}

# remove_tree DIR: what was mounted there stays.
remove_tree() { rm -rf --one-file-system -- "$1"; }

# take_lock NAME: held until the end of the script and of what it started.
take_lock() {
	mkdir -p "$__LOCKDIR"
	exec 9>>"$__LOCKDIR/vserver.$1.build"
	flock -n 9 || die "vserver '$1' is being built or copied by another process"
}

# Split "--option=value".  Options that take none do not come with one.
# Used as: expand_option "$@" && set -- "${expanded[@]}"
expand_option() {
	expanded=("$@")
	case ${1-} in
	--*=*) expanded=("${1%%=*}" "${1#*=}" "${@:2}") ;;
	esac
}

# need_value OPTION NUMBER-OF-ARGUMENTS
need_value() {
	[ "$2" -ge 2 ] || usage_error "option '$1' requires an argument"
}

# Addresses: "1.2.3.4" and everything with a colon and hex digits.
valid_ip() {
	local part
	if [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
		for part in ${1//./ }; do
			[ ${#part} -le 3 ] && [ "$((10#$part))" -le 255 ] ||
				return 1
		done
		return 0
	fi
	[[ $1 == *:* && $1 =~ ^[0-9A-Fa-f:.]+$ && $1 != *:::* ]]
}

# The device of the default route.
default_device() {
	ip -o route show default 2>/dev/null |
		sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1
}

# Turn "24" into "255.255.255.0".
prefix_to_mask() {
	local bits=$((0xffffffff << (32 - $1) & 0xffffffff))
	echo "$((bits >> 24)).$((bits >> 16 & 255)).$((bits >> 8 & 255)).$((bits & 255))"
}

# Turn "255.255.255.0" into "24"; a prefix stays one.
mask_to_prefix() {
	local part bits=0 ended="" n
	if [[ $1 != *.* ]]; then
		[[ $1 =~ ^[0-9]+$ ]] && [ "$1" -le 128 ] && echo "$1"
		return
	fi
	valid_ip "$1" || return
	for part in ${1//./ }; do
		case $part in
		255) n=8 ;; 254) n=7 ;; 252) n=6 ;; 248) n=5 ;; 240) n=4 ;;
		224) n=3 ;; 192) n=2 ;; 128) n=1 ;; 0) n=0 ;;
		*) return 1 ;;
		esac
		[ ! "$ended" ] || [ "$n" = 0 ] || return 1
		[ "$n" = 8 ] || ended=1
		bits=$((bits + n))
	done
	echo "$bits"
}
