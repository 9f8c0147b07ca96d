# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A new guest comes into being: its tree and its configuration are made under
# names that begin with a dot and get their own names at the end, the
# configuration last.  So there is a complete guest or none; what was
# interrupted is removed by the next one of the same name.  Sourced.

# set_places BASE: uses name, style and confdir.
set_places() {
	base=$(readlink -m "$1")
	root=$base/$name
	root_stage=$base/.build.$name
	config=${confdir:-$__CONFDIR/$name}
	config_stage=$(dirname "$config")/.build.$name
	if [ "$style" = old ]; then
		config=$__CONFDIR/$name.conf
	fi
}

# Whether there is a guest of this name already.
name_taken() {
	[ -e "$config" ] || [ "$(guest_style "$name")" ]
}

# Whether the directory of an unfinished build is where the root should be: it
# was renamed, and then something ended the build.
is_unfinished_root() {
	[ -d "$root" ] && [ -r "$config_stage/.root" ] &&
		[ "$(stat -c %d:%i "$root")" = "$(cat "$config_stage/.root")" ]
}

remove_unfinished() {
	# A configuration that is complete makes the root a guest's.
	if ! name_taken && is_unfinished_root; then
		remove_tree "$root"
	fi
	remove_tree "$root_stage"
	remove_tree "$config_stage"
}

make_stage() {
	mkdir -p "$(dirname "$config")" "$__RUNDIR"
	if [ ! -d "$base" ]; then
		mkdir -p "$base"
		chmod 0 "$base"
	fi
	mkdir -m 0700 "$config_stage"
}

finished=
keep=
cleanup() {
	local status=$?
	trap - EXIT INT TERM HUP
	if [ ! "$finished" ] && [ "$keep" ]; then
		warn "what was made is in $root_stage and $config_stage"
	elif [ ! "$finished" ]; then
		remove_unfinished || :
	fi
	exit "$status"
}

clean_up_at_exit() {
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# The new names.  The order matters, see remove_unfinished().
publish() {
	if [ -d "$root_stage" ]; then
		stat -c %d:%i "$root_stage" >"$config_stage/.root"
		sync -f "$config_stage" 2>/dev/null || :
		[ ! -d "$root" ] || rmdir "$root"
		mv -T "$root_stage" "$root"
	fi
	chmod 0755 "$config_stage"
	if [ "$style" = old ]; then
		[ ! -e "$config_stage/hook" ] ||
			mv -T "$config_stage/hook" "$__CONFDIR/$name.sh"
		mv -T "$config_stage/conf" "$config"
		finished=1
		remove_tree "$config_stage"
	else
		mv -T "$config_stage" "$config"
		finished=1
		rm -f "$config/.root"
	fi
}
