# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Owns the small guest of the tests: busybox as init and everything else, made in a moment.

# new_guest NAME
new_guest() {
	r=/vservers/$1
	mkdir -p "$r/bin" "$r/sbin" "$r/etc" "$r/proc" "$r/dev/pts" "$r/tmp" "$r/mnt" "$r/root" "$r/var" /etc/vservers
	cp /usr/bin/busybox "$r/bin/busybox"
	for a in sh ls cat id env hostname mount mknod sleep ps true pwd cut ln rm mkfifo mkdir umount kill tty reboot halt \
		poweroff touch test httpd crond; do
		ln -sf busybox "$r/bin/$a"
	done
	ln -sf ../bin/busybox "$r/sbin/init"
	mknod "$r/dev/null" c 1 3
	mknod "$r/dev/ptmx" c 5 2
	chmod 666 "$r/dev/null" "$r/dev/ptmx"
	printf '%s\n' root:x:0:0:root:/root:/bin/sh alice:x:1000:1000::/tmp:/bin/sh >"$r/etc/passwd"
	printf '%s\n' root:x:0: alice:x:1000: staff:x:50:bob,alice other:x:51:bob >"$r/etc/group"
	cat >"$r/etc/rc" <<-END
		#!/bin/sh
		echo hello from \$(hostname)
		echo \$PPID >/var/booted
	END
	chmod 755 "$r/etc/rc"
	cat >"$r/etc/inittab" <<-END
		::sysinit:/etc/rc
		::ctrlaltdel:/bin/kill -USR2 1
		::respawn:/bin/sleep 3600
		::shutdown:/bin/sh -c 'echo stopping >/var/stopped'
	END
	mkdir -p "/etc/vservers/$1"
	ln -sfn "$r" "/etc/vservers/$1/vdir"
}

# soon COMMAND [ARG...]: eventually, for what takes a guest long.
soon() {
	left=240
	while ! "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.5
	done
}
