# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Trees for the programs that share files between guests.  The kernel is not
# the real one: files stay as they are whatever it is asked.  Sourced.

PATH=$PWD/util:$PATH
log=$tmp/log

if [ "$(id -u)" != 0 ] || [ ! -x util/vunify ]; then
	skip "sharing files" "only root can, with a large C library"
	plan
fi
fake=${FAKE_KERNEL:-tests/unit/fake-kernel}
status=0
"$fake" true 2>/dev/null || status=$?
if [ "$status" -ne 0 ]; then
	skip "sharing files" "no seccomp notifications here"
	plan
fi

# unify PROGRAM ARG...: sets status, out, err.
unify() {
	: >"$log"
	run "$fake" -l "$log" "$@"
}
g=$tmp/guests
# trees: two that are equal, and an exclude list.
trees() {
	rm -rf "$g"
	mkdir -p "$g/r/usr/bin" "$g/r/etc/deep" "$g/r/var"
	for f in usr/bin/prog usr/bin/other etc/conf etc/deep/conf var/data; do
		echo "content of $f" >"$g/r/$f"
	done
	ln -s prog "$g/r/usr/bin/symlink"
	mkfifo "$g/r/usr/bin/fifo"
	cp "$g/r/usr/bin/prog" "$g/r/usr/bin/suid"
	chmod 4755 "$g/r/usr/bin/suid"
	echo x >"$g/r/usr/bin/two"
	ln "$g/r/usr/bin/two" "$g/r/usr/bin/names"
	cp -a "$g/r" "$g/g"
	printf '%s\n' '# comment' '+/etc/deep' /etc '-/var/*' '' >"$tmp/list"
}
# same FILE: is it one file in both trees?
same() {
	if [ "$(stat -c %i "$g/g/$1")" = "$(stat -c %i "$g/r/$1")" ]; then
		echo same
	else
		echo different
	fi
}
