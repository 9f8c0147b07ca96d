# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Copying a guest: what dupvserver and vserver-copy have in common.  Sourced.
#
# A guest that runs is not copied.  Its root could lead whoever reads the tree
# out of it, and what would be copied is not consistent anyway.

dist=''
copy_options=(-aHAXx --numeric-ids --no-devices '--exclude=/dev/*')

# Sets source_style and source_root.
open_source() {
	valid_name "$source" || die "'$source' is no name for a vserver"
	source_style=$(guest_style "$source")
	[ "$source_style" ] || die "no vserver '$source' in $__CONFDIR"
	! guest_xid "$source" >/dev/null ||
		die "vserver '$source' is running: stop it first"
	source_root=$(guest_root "$source")
	if [ "${vsroot-}" ] && [ -d "$vsroot/$source" ]; then
		source_root=$(readlink -f "$vsroot/$source")
	fi
	[ -d "$source_root" ] || die "vserver '$source' has no root: $source_root"
}

# The name inside: the old one with the new first part, or what was asked for.
new_hostname() {
	local old=$1
	if [ "${domain-}" ]; then
		echo "$name.$domain"
	elif [[ $old == *.* ]]; then
		echo "$name.${old#*.}"
	else
		echo "$name"
	fi
}

# copy_new_config STAGE: a directory of files.
copy_new_config() {
	local from=$__CONFDIR/$source old='' dir
	cp -a -T -- "$from" "$1"
	rm -rf "$1/vdir" "$1/run" "$1/cache" "$1/context" "$1/ncontext" \
		"$1/tag" "$1/apps/init/mark" "$1/.root"
	write_links "$1"
	write_value "$1" name "$name"
	[ ! "$context" ] || write_value "$1" context "$context"
	[ ! -r "$1/uts/nodename" ] || read -r old <"$1/uts/nodename"
	hostname=$(new_hostname "${old:-$source}")
	write_value "$1" uts/nodename "$hostname"
	[ "${ip-}" ] || return 0
	# The address goes to the first interface; others would be used twice.
	dir=$(find "$1/interfaces" -mindepth 2 -maxdepth 2 -name ip \
		-printf '%h\n' 2>/dev/null | sort | head -n 1)
	find "$1/interfaces" -mindepth 1 -maxdepth 1 -type d \
		! -path "$dir" -exec rm -r {} + 2>/dev/null || :
	dir=${dir:-$1/interfaces/0}
	if [[ $ip == */* ]]; then
		rm -f "$dir/mask"
		write_value "$dir" prefix "$(mask_to_prefix "${ip#*/}")"
	fi
	write_value "$dir" ip "${ip%/*}"
}

# copy_old_config STAGE: NAME.conf and NAME.sh.
copy_old_config() {
	local from=$__CONFDIR/$source.conf old
	old=$(sed -n "s/^[[:space:]]*S_HOSTNAME=[\"']\{0,1\}\([A-Za-z0-9.-]*\).*/\1/p" "$from" |
		tail -n 1)
	hostname=$(new_hostname "${old:-$source}")
	sed -E -e '/^[[:space:]]*(S_HOSTNAME|S_CONTEXT|ONBOOT)=/d' \
		${ip:+-e '/^[[:space:]]*IPROOT=/d'} "$from" >"$1/conf"
	{
		echo "ONBOOT=no"
		[ ! "${ip-}" ] || echo "IPROOT=\"$ip\""
		echo "S_HOSTNAME=$hostname"
		[ ! "$context" ] || echo "S_CONTEXT=$context"
	} >>"$1/conf"
	[ ! -f "$__CONFDIR/$source.sh" ] ||
		cp -a "$__CONFDIR/$source.sh" "$1/hook"
}

copy_config() {
	if [ "$source_style" = old ]; then
		copy_old_config "$1"
	else
		copy_new_config "$1"
	fi
}

# Addresses of other guests: "ADDRESS NAME" lines.
used_addresses() {
	local file word guest
	for file in "$__CONFDIR"/*/interfaces/*/ip; do
		[ -r "$file" ] || continue
		guest=${file#"$__CONFDIR"/}
		valid_name "${guest%%/*}" && read -r word <"$file" &&
			echo "$word ${guest%%/*}"
	done
	for file in "$__CONFDIR"/*.conf; do
		[ -r "$file" ] || continue
		guest=${file##*/}
		for word in $(sed -n "s/^[[:space:]]*IPROOT=//p" "$file" |
			tr -d "\"'"); do
			word=${word%/*}
			valid_ip "$word" || word=${word#*:}
			echo "$word ${guest%.conf}"
		done
	done
}

# check_address ADDRESS[/PREFIX]
check_address() {
	local user bits=32
	valid_ip "${1%/*}" || usage_error "'$1' is no address"
	[[ ${1%/*} != *:* ]] || bits=128
	if [[ $1 == */* ]]; then
		user=$(mask_to_prefix "${1#*/}") || user=999
		[ "$user" -le $bits ] ||
			usage_error "'$1': wrong netmask or prefix"
	fi
	user=$(used_addresses | awk -v ip="${1%/*}" '$1 == ip { print $2; exit }')
	[ ! "$user" ] || die "the address ${1%/*} belongs to vserver '$user'"
}

# adapt_tree ROOT: names and identities are those of the copy.
adapt_tree() {
	interfaces=(${ip:+"$ip"})
	echo "$hostname" | put "$1" /etc/hostname
	write_hosts "$1"
	forget_identity "$1"
	renew_host_keys "$1"
}
