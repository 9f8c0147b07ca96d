#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# rebootmgr and vreboot, as far as they need no contexts.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/unit/tap.sh
. "$srcdir/tests/unit/tap.sh"
manager=$PWD/tests/unit/rebootmgr-here
vreboot=$PWD/util/vreboot
if [ ! -x "$manager" ]; then
	skip "rebootmgr" "not built here"
	plan
fi
ln -s "$vreboot" "$tmp/vhalt"
cd "$tmp" || exit
mkdir -p etc/web etc/evil etc/nodev etc/.defaults guests/web/dev \
	guests/old/dev guests/evil guests/nodev host/dev guests/twice/dev etc/twice
for g in web evil nodev twice; do ln -s "$tmp/guests/$g" "etc/$g/vdir"; done
echo ONBOOT=no >etc/old.conf
# One guest sends us elsewhere, another has something in the way.
ln -s "$tmp/host/dev" guests/evil/dev
mkdir guests/twice/dev/reboot

run "$manager" --nonsense
is "$status" 1 "a wrong option"
run "$manager" nobody
is "$status:$err" "1:rebootmgr: nobody: no such guest
rebootmgr: no guest to listen to" "no such guest"
"$manager" --foreground --pidfile pid >out 2>err </dev/null &
child=$!
i=0
while [ ! -s pid ] && [ $i -lt 50 ]; do
	i=$((i + 1))
	sleep 0.1
done
is "$(cat pid)" "$child" "the process id"
is "$(find . -type s | sort)" "./guests/old/dev/reboot
./guests/web/dev/reboot" "sockets"
is "$(stat -c %a guests/web/dev/reboot guests/old/dev/reboot)" "600
600" "only root"
is "$(ls host/dev)" "" "nothing outside of the guests"
is "$(grep -c 'no socket in' err)" 3 "what went wrong is told"
run "$vreboot" --socket guests/web/dev/reboot
is "$status:$out$err" 0: "vreboot"
run ./vhalt --socket guests/web/dev/reboot
is "$status:$out$err" 0: "vhalt"
sleep 0.2
kill -0 "$child"
is "$?" 0 "requests of others do not end it"
run "$vreboot" --socket guests/nodev/dev/reboot
is "$status:$err" "1:vreboot: guests/nodev/dev/reboot: No such file or directory" \
	"vreboot without a manager"
run ./vhalt --help
is "$status:$(echo "$out" | sed -n 4p)" \
	"0:Ask the host to stop this guest." "vhalt --help"
run "$vreboot" now
is "$status" 1 "a wrong argument"
kill "$child"
wait "$child"
is "$?:$(find . -type s):$(ls pid 2>/dev/null)" 0:: "nothing is left at the end"
plan
