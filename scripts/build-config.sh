# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# The configuration of a new guest: what vserver-build writes to CONFDIR/NAME.
# Sourced by vserver-build, whose variables it uses.

# write_value DIR FILE VALUE: one value in a file of its own.
write_value() {
	mkdir -p "$1/$(dirname "$2")"
	printf '%s\n' "$3" >"$1/$2"
}

# Whether a static id belongs to a guest or is in use.
context_taken() {
	[ -d "/proc/virtual/$1" ] && return
	local file id
	for file in "$__CONFDIR"/*/context "$__CONFDIR"/.build.*/context; do
		[ -r "$file" ] && read -r id <"$file" && [ "$id" = "$1" ] &&
			[ "$file" != "$config_stage/context" ] && return
	done
	grep -qsE "^[[:space:]]*S_CONTEXT=[\"']?$1[\"']?[[:space:]]*$" \
		"$__CONFDIR"/*.conf
}

# Sets context: what was asked for, or the next free one.
choose_context() {
	local counter=$__CONFDIR/.defaults/context.next next=40000
	if [ "$context" ]; then
		context_taken "$context" &&
			die "context $context belongs to another vserver or is in use"
		return 0
	fi
	[ ! -e "$__CONFDIR/.defaults/context.dynamic" ] || return 0
	[ ! -r "$counter" ] || read -r next <"$counter"
	[[ $next =~ ^[0-9]+$ ]] || die "$counter: not a number: '$next'"
	while context_taken "$next"; do next=$((next + 1)); done
	[ "$next" -le 49151 ] ||
		die "$counter: no static context is left, give one with --context"
	context=$next
	mkdir -p "$__CONFDIR/.defaults"
	echo $((next + 1)) >"$counter.new"
	mv -f "$counter.new" "$counter"
}

# write_interface DIR NUMBER "[NAME=][DEV:]IP[/MASK]"
write_interface() {
	local dir=$1/interfaces/$2 spec=$3 ip bits
	if [[ $spec == *=* ]]; then
		write_value "$dir" name "${spec%%=*}"
		spec=${spec#*=}
	fi
	if [[ $spec == */* ]]; then
		bits=$(mask_to_prefix "${spec##*/}") ||
			die "interface '$3': wrong netmask or prefix"
		write_value "$dir" prefix "$bits"
		spec=${spec%/*}
	fi
	# A device ends at the first colon, unless all of it is an address.
	case $spec in
	\[*\]) ip=${spec:1:-1} ;;
	*:\[*\]) ip=${spec#*:\[} ip=${ip%]} spec=${spec%%:*} ;;
	*)
		ip=$spec
		if ! valid_ip "$ip"; then
			ip=${spec#*:}
			spec=${spec%%:*}
		fi
		;;
	esac
	valid_ip "$ip" || die "interface '$3': '$ip' is no address"
	write_value "$dir" ip "$ip"
	case $spec in
	"$ip" | \[*) ;;
	nodev) : >"$dir/nodev" ;;
	*)
		[[ $spec =~ ^[A-Za-z0-9._-]{1,15}$ ]] ||
			die "interface '$3': '$spec' is no device"
		write_value "$dir" dev "$spec"
		;;
	esac
}

# CPUs and memory nodes of the control group.  What sets could do besides, be
# named, be for nobody else, be all that is shown, went with their file system.
write_cpuset() {
	[ ! "$cpuset_cpus" ] ||
		write_value "$1" cgroup/cpuset.cpus "${cpuset_cpus%%:*}"
	[ ! "$cpuset_mems" ] ||
		write_value "$1" cgroup/cpuset.mems "${cpuset_mems%%:*}"
	if [ "$cpuset$cpuset_virt" ] || [[ $cpuset_cpus$cpuset_mems == *:1* ]]; then
		warn "names of CPU sets, exclusive and virtual ones have no effect"
	fi
}

write_links() {
	local defaults=$__CONFDIR/.defaults
	if [ ! "$rootdir" ] && [ -d "$defaults/vdirbase" ]; then
		ln -s "$defaults/vdirbase/$name" "$1/vdir"
	else
		ln -s "$root" "$1/vdir"
	fi
	ln -s "${lockfile:-$__RUNDIR/$name}" "$1/run"
	if [ -d "$defaults/cachebase" ]; then
		ln -s "$defaults/cachebase/$name" "$1/cache"
	else
		ln -s "$__CACHEDIR/$name" "$1/cache"
	fi
}

# write_config DIR: everything that the options say.
write_config() {
	local dir=$1 i=0 spec
	write_links "$dir"
	write_value "$dir" name "$name"
	[ ! "$context" ] || write_value "$dir" context "$context"
	write_value "$dir" uts/nodename "${hostname:-$name}"
	[ ! "$initstyle" ] || write_value "$dir" apps/init/style "$initstyle"
	mkdir -p "$dir/apps/pkgmgmt"
	: >"$dir/apps/pkgmgmt/internal"
	[ ! "$mark" ] || write_value "$dir" apps/init/mark "$mark"
	[ ! "$netdev" ] || write_value "$dir" interfaces/dev "$netdev"
	[ ! "$netbcast" ] || write_value "$dir" interfaces/bcast "$netbcast"
	[ ! "$netprefix" ] || write_value "$dir" interfaces/prefix "$netprefix"
	for spec in ${interfaces[@]+"${interfaces[@]}"}; do
		write_interface "$dir" $i "$spec"
		i=$((i + 1))
	done
	[ ! "$flags" ] || printf '%s\n' "${flags//,/$'\n'}" >"$dir/cflags"
	[ ! "$cpuset$cpuset_cpus$cpuset_mems$cpuset_virt" ] ||
		write_cpuset "$dir"
}

# old_address "[NAME=][DEV:]IP[/MASK]": the same as a word of IPROOT.
old_address() {
	local dir file ip dev prefix
	dir=$config_stage/.interface
	write_interface "$dir" 0 "$1"
	for file in ip dev prefix; do
		printf -v "$file" %s "$(cat "$dir/interfaces/0/$file" 2>/dev/null)"
	done
	rm -rf "$dir"
	# A colon would be one of the address.
	[[ $ip != *:* ]] || dev=
	echo "${dev:+$dev:}$ip${prefix:+/$prefix}"
}

# write_old_config DIR: the same for old style, as DIR/conf and DIR/hook.
write_old_config() {
	local spec addresses='' words=${flags//,/ } onboot=no
	for spec in ${interfaces[@]+"${interfaces[@]}"}; do
		addresses="$addresses${addresses:+ }$(old_address "$spec")"
	done
	[ "$mark" != default ] || onboot=yes
	[ "$initstyle" != plain ] || words="$words${words:+ }fakeinit"
	{
		echo "# Configuration of the vserver '$name'."
		echo "ONBOOT=$onboot"
		echo "IPROOT=\"$addresses\""
		[ ! "$netdev" ] || echo "IPROOTDEV=$netdev"
		[ ! "$netprefix" ] ||
			echo "IPROOTMASK=$(prefix_to_mask "$netprefix")"
		[ ! "$netbcast" ] || echo "IPROOTBCAST=$netbcast"
		echo "S_HOSTNAME=${hostname:-$name}"
		[ ! "$context" ] || echo "S_CONTEXT=$context"
		[ ! "$words" ] || echo "S_FLAGS=\"$words\""
	} >"$1/conf"
	if [ -r "$__PKGLIBDIR/sample.sh" ]; then
		cp "$__PKGLIBDIR/sample.sh" "$1/hook"
		chmod 0755 "$1/hook"
	fi
}
