# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The options of vserver-build.  Sourced by it.

name='' method='' dist='' context='' hostname='' rootdir='' confdir=''
lockfile='' initstyle='' flags='' netdev='' netbcast='' netprefix=''
cpuset='' cpuset_cpus='' cpuset_mems='' cpuset_virt=''
arch='' mirror='' variant='' timezone='' locale='' ssh_key='' password_file=''
style=new domain='' mark=''
force='' in_place='' dry_run='' keep_devices='' as_it_is=''
interfaces=()
method_args=()

# One option per line, comments and empty lines are skipped.
default_options() {
	local file=$__CONFDIR/.defaults/apps/build/options line
	defaults=()
	[ -r "$file" ] && [ ! "${NO_DEFAULT_OPTS-}" ] || return 0
	while read -r line; do
		case $line in
		'' | '#'*) ;;
		--*\ *) defaults+=("${line%%[[:space:]]*}" "${line#*[[:space:]]}") ;;
		*) defaults+=("$line") ;;
		esac
	done <"$file"
}

# Options with a value, and where it goes.
option_variable() {
	case $1 in
	-n | --name) echo name ;;
	-m | --method) echo method ;;
	-d | --dist) echo dist ;;
	--cpusetcpus) echo cpuset_cpus ;;
	--cpusetmems) echo cpuset_mems ;;
	--password-file) echo password_file ;;
	--ssh-key) echo ssh_key ;;
	--pkgbase) echo unused ;;
	--context | --hostname | --rootdir | --confdir | --lockfile | \
		--initstyle | --flags | --netdev | --netbcast | --netprefix | \
		--cpuset | --arch | --mirror | --variant | --timezone | \
		--locale | --domain | --mark | --style) echo "${1#--}" ;;
	*) return 1 ;;
	esac
}

parse_options() {
	local defaults variable
	# "vserver NAME build" puts the name first; "-" is none.
	case ${1--x} in
	-) shift ;;
	-*) ;;
	*)
		name=$1
		shift
		;;
	esac
	default_options
	set -- ${defaults[@]+"${defaults[@]}"} "$@"
	while [ $# -gt 0 ]; do
		expand_option "$@"
		set -- "${expanded[@]}"
		case $1 in
		--help) usage ;;
		--version) show_version "make a new guest" ;;
		--force) force=1 ;;
		--keep) keep=1 ;;
		--i-know-its-there) in_place=1 ;;
		--dry-run) dry_run=1 ;;
		--cpusetvirt) cpuset_virt=1 ;;
		--silent) quiet=1 ;;
		--interface)
			need_value "$1" $#
			interfaces+=("$2")
			shift
			;;
		--netmask)
			need_value "$1" $#
			netprefix=$(mask_to_prefix "$2") ||
				usage_error "invalid netmask '$2'"
			shift
			;;
		--)
			shift
			break
			;;
		-?*)
			variable=$(option_variable "$1") ||
				usage_error "unrecognized option '$1'"
			need_value "$1" $#
			printf -v "$variable" %s "$2"
			shift
			;;
		*) break ;;
		esac
		shift
	done
	method_args=("$@")
}

# load_method: sets the functions method_options and method_build.
load_method() {
	case $method in
	'') usage_error "No build-method specified" ;;
	legacy) method=copy ;;
	apt-rpm | yum | urpmi | rpm)
		die "the method '$method' is gone with its package manager: make the tree with 'dnf --installroot' in the method skeleton, or use template or oci" ;;
	fai) die "the method 'fai' is gone: use debootstrap" ;;
	esac
	if [[ ! $method =~ ^[a-z]+$ ]] ||
		[ ! -r "$__PKGLIBDIR/build-$method.method" ]; then
		usage_error "Unknown build-method '$method'"
	fi
	# shellcheck source=/dev/null
	. "$__PKGLIBDIR/build-$method.method"
}

is_number() { [[ $1 =~ ^[0-9]+$ ]] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

# Everything is looked at before anything is made.
check_options() {
	local spec
	[ "$name" ] || usage_error "Name of vserver not specified"
	check_name "$name"
	load_method
	method_options ${method_args[@]+"${method_args[@]}"}
	[ ! "$dist" ] || [[ $dist =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] ||
		usage_error "invalid distribution '$dist'"
	[ ! "$context" ] || is_number "$context" 2 49151 ||
		usage_error "invalid context '$context': 2 to 49151"
	[ ! "$netprefix" ] || is_number "$netprefix" 0 128 ||
		usage_error "invalid prefix '$netprefix'"
	[ ! "$hostname" ] || [[ $hostname =~ ^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$ ]] ||
		usage_error "invalid host name '$hostname'"
	[ ! "$domain" ] || [[ $domain =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] ||
		usage_error "invalid domain '$domain'"
	[ ! "$mark" ] || valid_name "$mark" || usage_error "invalid mark '$mark'"
	case $style in
	new) ;;
	old)
		[ ! "$netprefix" ] || is_number "$netprefix" 0 32 ||
			usage_error "invalid prefix '$netprefix'"
		[ ! "$confdir$cpuset_cpus$cpuset_mems$lockfile$rootdir" ] ||
			usage_error "old style has no place for these options"
		;;
	*) usage_error "unknown style '$style': new or old" ;;
	esac
	[ ! "$initstyle" ] || [[ $initstyle =~ ^[a-z0-9-]+$ ]] ||
		usage_error "invalid style '$initstyle'"
	[ ! "$timezone" ] || { [[ $timezone != *..* ]] &&
		[ -f "/usr/share/zoneinfo/$timezone" ]; } ||
		usage_error "unknown time zone '$timezone'"
	for spec in "$ssh_key" "$password_file"; do
		[ ! "$spec" ] || [ -r "$spec" ] || die "can not read $spec"
	done
	check_directory=$(mktemp -d)
	for spec in ${interfaces[@]+"${interfaces[@]}"}; do
		(write_interface "$check_directory" 0 "$spec") || {
			rm -rf "$check_directory"
			exit 1
		}
	done
	rm -rf "$check_directory"
}
