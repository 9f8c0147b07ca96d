# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# The tree of a new guest: what every guest needs, whoever filled the tree.
# Sourced by vserver-build, whose variables it uses.
#
# The tree may come from an archive of a stranger.  Only what is created here,
# in directories that are created here, is written to directly.

# distribution FILE: the file of the distribution, the admin's or ours.
distribution() {
	local dir
	for dir in "$__CONFDIR/.distributions/$dist" \
		"$__PKGLIBDIR/distributions/$dist" \
		"$__PKGLIBDIR/distributions/default"; do
		if [ "$dir" ] && [ -e "$dir/$1" ]; then
			echo "$dir/$1"
			return
		fi
	done
	return 1
}

# make_devices ROOT: a new /dev; whatever was there is removed.
make_devices() {
	local dev=$1/dev list node type major minor mode
	list=$(distribution devs) || die "no list of devices"
	remove_tree "$dev"
	mkdir -m 0755 "$dev"
	while read -r node type major minor mode; do
		case $type in
		c | b) mknod -m "$mode" "$dev/$node" "$type" "$major" "$minor" ;;
		l) ln -s "$major" "$dev/$node" ;;
		d) mkdir -m "${major:-0755}" "$dev/$node" ;;
		"" | *) [[ $node == '#'* || ! $node ]] || die "$list: $node: wrong type '$type'" ;;
		esac
	done <"$list"
}

# Device nodes elsewhere give access to hardware.
remove_devices() {
	local n
	n=$(find "$1" -xdev \( -type b -o -type c \) -print -delete | wc -l)
	[ "$n" = 0 ] || warn "removed $n device nodes"
}

# file_of_host NAME: what a new guest gets in /etc.
file_of_host() {
	local file=$__CONFDIR/.defaults/files/$1
	if [ -r "$file" ]; then
		echo "$file"
	elif [ -r "/etc/$1" ]; then
		echo "/etc/$1"
	else
		return 1
	fi
}

write_hosts() {
	local fqdn=${hostname:-$name} short address spec
	short=${fqdn%%.*}
	[ ! "$domain" ] || fqdn=$short.$domain
	if [ -r "$__CONFDIR/.defaults/files/hosts" ]; then
		put "$1" /etc/hosts <"$__CONFDIR/.defaults/files/hosts"
		return
	fi
	{
		echo "127.0.0.1	localhost"
		for spec in ${interfaces[@]+"${interfaces[@]}"}; do
			address=${spec#*=}
			address=${address%/*}
			valid_ip "$address" || address=${address#*:}
			address=${address#[}
			echo "${address%]}	$fqdn $short"
			break
		done
		echo "::1	localhost ip6-localhost ip6-loopback"
	} | put "$1" /etc/hosts
}

write_files() {
	local file
	echo "${hostname:-$name}" | put "$1" /etc/hostname
	write_hosts "$1"
	if file=$(file_of_host resolv.conf); then
		put "$1" /etc/resolv.conf <"$file"
	fi
	for file in nsswitch.conf krb5.conf ldap.conf localtime; do
		file=$__CONFDIR/.defaults/files/$file
		[ ! -r "$file" ] || put "$1" "/etc/${file##*/}" <"$file"
	done
	echo "# Mounted by the host." | put "$1" /etc/fstab
	if [ "$timezone" ]; then
		put "$1" /etc/localtime <"/usr/share/zoneinfo/$timezone"
		echo "$timezone" | put "$1" /etc/timezone
	fi
}

# Identities must not be shared between guests.
forget_identity() {
	local key
	if in_root "$1" testfile /etc/machine-id; then
		: | put "$1" /etc/machine-id
	fi
	for key in rsa dsa ecdsa ed25519; do
		in_root "$1" rm "/etc/ssh/ssh_host_${key}_key" \
			"/etc/ssh/ssh_host_${key}_key.pub" 2>/dev/null || :
	done
}

# Make new keys at the first start of the daemon.
renew_host_keys() {
	in_root "$1" testfile /usr/sbin/sshd || return 0
	# Its init script reads this file; systemd would, too, but for other things.
	if in_root "$1" testfile /etc/init.d/ssh && in_root "$1" testfile /etc/inittab; then
		put "$1" /etc/default/ssh <<-END
		SSHD_OPTS=
		[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -A >/dev/null
		END
		return 0
	fi
	in_root "$1" mkdir /etc/systemd/system/ssh.service.d 2>/dev/null || :
	put "$1" /etc/systemd/system/ssh.service.d/host-keys.conf <<-END
	[Service]
	ExecStartPre=
	ExecStartPre=/usr/bin/ssh-keygen -A
	ExecStartPre=/usr/sbin/sshd -t
	END
}

# Units that want hardware, or what the host has done.
mask_units() {
	local unit
	in_root "$1" realpath /etc/systemd/system >/dev/null 2>&1 || return 0
	for unit in getty@.service console-getty.service serial-getty@.service \
		systemd-udevd.service systemd-udev-trigger.service \
		systemd-networkd.service systemd-networkd-wait-online.service \
		systemd-remount-fs.service systemd-modules-load.service \
		systemd-sysctl.service systemd-timesyncd.service \
		apmd.service acpid.service \
		networking.service klogd.service; do
		in_root "$1" rm "/etc/systemd/system/$unit" 2>/dev/null || :
		in_root "$1" symlink /dev/null "/etc/systemd/system/$unit" ||
			warn "cannot mask $unit"
	done
}

# No terminals: a line of the file that starts a getty becomes a comment.
disable_gettys() {
	local old
	old=$(in_root "$1" cat /etc/inittab 2>/dev/null) || return 0
	printf '%s\n' "$old" | sed 's/^[^#].*getty/#&/' | put "$1" /etc/inittab
}

# Programs that ask rebootmgr, if they need nothing of the host.
install_vreboot() {
	local program=$__SBINDIR/vreboot
	if [ ! -x "$program" ] ||
		head -c 4096 "$program" | grep -q "/ld-"; then
		return 0
	fi
	in_root "$1" realpath /sbin >/dev/null 2>&1 || return 0
	put "$1" /sbin/vreboot <"$program"
	in_root "$1" chmod 755 /sbin/vreboot
	in_root "$1" rm /sbin/vhalt /sbin/vrestart 2>/dev/null || :
	in_root "$1" symlink vreboot /sbin/vhalt
	in_root "$1" symlink vreboot /sbin/vrestart
}

# A public key for root, so that nobody needs a password.
install_ssh_key() {
	[ "$ssh_key" ] || return 0
	in_root "$1" realpath /root >/dev/null || die "the guest has no /root"
	in_root "$1" mkdir -m 700 /root/.ssh 2>/dev/null || :
	put "$1" /root/.ssh/authorized_keys <"$ssh_key"
	in_root "$1" chmod 600 /root/.ssh/authorized_keys
}

# The hash, not the password, is what gets into the guest.
set_password() {
	local hash old
	[ "$password_file" ] || return 0
	need openssl
	hash=$(head -n 1 "$password_file" | openssl passwd -6 -stdin)
	old=$(in_root "$1" cat /etc/shadow) || die "the guest has no /etc/shadow"
	printf '%s\n' "$old" | awk -F: -v OFS=: -v hash="$hash" \
		'$1 == "root" { $2 = hash } { print }' | put "$1" /etc/shadow
}

# make_new ROOT: a guest that there has not been before.
make_new() {
	if [ "$method" = skeleton ] && [ ! -e "$1/etc" ] &&
		[ ! -L "$1/etc" ]; then
		mkdir "$1/etc"
	fi
	write_files "$1"
	forget_identity "$1"
	renew_host_keys "$1"
	mask_units "$1"
	disable_gettys "$1"
	install_vreboot "$1"
	install_ssh_key "$1"
	set_password "$1"
}

# finish_tree ROOT: after the method has filled it.
finish_tree() {
	if [ ! "$keep_devices" ]; then
		remove_devices "$1"
		make_devices "$1"
	elif [ ! -d "$1/dev" ] || [ -L "$1/dev" ]; then
		make_devices "$1"
	fi
	local dir
	for dir in proc sys run tmp; do
		[ -e "$1/$dir" ] || [ -L "$1/$dir" ] || mkdir "$1/$dir"
	done
	[ -L "$1/tmp" ] || chmod 1777 "$1/tmp"
	[ "$as_it_is" ] || make_new "$1"
	# The guest's root may not be left through its parent.
	if command -v setattr >/dev/null; then
		setattr --~barrier "$1" 2>/dev/null || :
		setattr --barrier "$(dirname "$1")" 2>/dev/null ||
			warn "no barrier on $(dirname "$1")"
	fi
}
