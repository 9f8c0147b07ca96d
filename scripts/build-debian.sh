# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the methods mmdebstrap and debootstrap have in common.

debian_script=
debian_options=()

method_options() {
	while [ $# -gt 0 ]; do
		expand_option "$@"
		set -- "${expanded[@]}"
		if [ "$1" = -- ]; then
			shift
			debian_options=("$@")
			break
		fi
		need_value "$1" $#
		case $1 in
		-d | --dist) dist=$2 ;;
		-m | --mirror) mirror=$2 ;;
		-s | --script) debian_script=$2 ;;
		*) usage_error "method $method: unrecognized option '$1'" ;;
		esac
		shift 2
	done
	[ "$dist" ] || usage_error "method $method: no distribution given with '-d'"
	if [ ! "$mirror" ]; then
		mirror=$(debian_mirror)
	fi
	[[ $mirror =~ ^[a-z]+:/?/?[^[:space:]]+$ ]] ||
		usage_error "invalid mirror '$mirror'"
}

# The mirror that is configured, or the one that the host uses.
debian_mirror() {
	local file
	for file in "$__CONFDIR/.defaults/apps/debootstrap/mirror" \
		"$__CONFDIR/.distributions/$dist/debootstrap.mirror"; do
		[ ! -r "$file" ] || { head -n 1 "$file" && return; }
	done
	file=$(sed -n 's|^deb \(\[[^]]*\] \)\{0,1\}\([a-z]*://[^ ]*/debian\)/\{0,1\} .*|\2|p' \
		/etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
		head -n 1)
	[ "$file" ] || file=$(sed -n 's|^URIs: *\([a-z]*://[^ ]*/debian\)/\{0,1\} *.*|\1|p' \
		/etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
	echo "${file:-http://deb.debian.org/debian}"
}

is_debian() {
	[[ $mirror == *debian* ]] && case $dist in
	sid | unstable | experimental | *-backports) return 1 ;;
	esac
}

# Packages that were downloaded before, by architecture.
package_cache() {
	debs=$__CACHEDIR/.packages/${arch:-$(dpkg --print-architecture 2>/dev/null || uname -m)}
	mkdir -p "$debs"
}

# Where the guest gets its packages from, with the updates for security.
write_sources() {
	local keys=/usr/share/keyrings/debian-archive-keyring.gpg
	in_root "$1" testfile "$keys" || return 0
	is_debian || return 0
	local parts=main
	case $dist in
	bookworm | trixie | forky | stable | testing) parts='main non-free-firmware' ;;
	esac
	in_root "$1" mkdir /etc/apt/sources.list.d 2>/dev/null || :
	: | put "$1" /etc/apt/sources.list
	put "$1" /etc/apt/sources.list.d/debian.sources <<-END
	Types: deb
	URIs: $mirror
	Suites: $dist $dist-updates
	Components: $parts
	Signed-By: $keys

	Types: deb
	URIs: http://security.debian.org/debian-security
	Suites: $dist-security
	Components: $parts
	Signed-By: $keys
	END
	local file
	for file in "$1"/etc/apt/sources.list.d/0000*.list; do
		file=${file##*/}
		in_root "$1" rm "/etc/apt/sources.list.d/$file" 2>/dev/null || :
	done
}

write_apt_settings() {
	local settings=$__CONFDIR/.defaults/apps/pkgmgmt/apt.conf proxy
	if [ -r "$settings" ]; then
		put "$1" /etc/apt/apt.conf.d/90host <"$settings"
	elif proxy=$(apt-config dump Acquire::http::Proxy 2>/dev/null) &&
		[[ $proxy == *'"'?*'"'* ]]; then
		printf '%s\n' "$proxy" | put "$1" /etc/apt/apt.conf.d/90host
	fi
}

write_locale() {
	[ "$locale" ] || return 0
	echo "LANG=$locale" | put "$1" /etc/default/locale
}

finish_debian() {
	write_sources "$1"
	write_apt_settings "$1"
	write_locale "$1"
}
